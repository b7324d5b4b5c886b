"""Looking inside on a real cluster: what --sleep, --debug, --run and --shell see there, and that nothing is left of them."""

import json
import os
import select
import shlex
import signal
import time
from contextlib import closing

import pytest

from tests.e2e.cluster import BUSYBOX, COPIES, named, pod, told

pytestmark = [
    pytest.mark.kind,
    pytest.mark.skipif(os.name == "nt", reason="signals and terminals as Unix has them"),
]
# Fails where it belongs, and stays up in a copy, whose host has another name.
ONLY_IN_A_COPY = ["sh", "-c", "case $(hostname) in *-why-*) exec sleep 9999;; esac; exit 3"]
RESTRICTED = {
    "runAsNonRoot": True,
    "runAsUser": 1000,
    "allowPrivilegeEscalation": False,
    "capabilities": {"drop": ["ALL"]},
    "seccompProfile": {"type": "RuntimeDefault"},
}


@pytest.fixture(autouse=True)
def nobody_elses_copies(namespace):
    """What a test that fails leaves is not there for the next one."""
    yield
    namespace.kubectl("delete", "pods", "-l", COPIES, "--wait=false")


@pytest.fixture(scope="module")
def crashing(namespace):
    """A pod that ends at once without a word."""
    return failing(namespace, namespace.pod("crashing", command=["sh", "-c", "exit 3"]))


@pytest.fixture(scope="module")
def serving(namespace):
    """A pod that serves on port 8080, and is not ready. It names its user, for not every runtime reports one."""
    probe = {"httpGet": {"port": 8080, "path": "/healthz"}, "periodSeconds": 2}
    app = {"command": ["httpd", "-f", "-p", "8080"], "securityContext": {"runAsUser": 0}}
    name = namespace.pod("serving", **app, ports=[{"containerPort": 8080}], readinessProbe=probe)
    namespace.until_pod(name, ".status.phase", "Running")
    return failing(namespace, name)


def failing(here, name):
    """The pod, once a verdict says that it fails."""

    def check():
        found = here.diagnosis(name)
        assert found["exit status"] in (1, 3) and found["verdict"] != "starting", found

    here.until(check, f"pod/{name}")
    return name


def looked(here, tmp_path, *words):
    """The diagnosis after a look, and the facts of it by kind. What was made for it is gone."""
    saved = tmp_path / "saved"
    done = here.why(*words, "-o", "json", "--save", str(saved))
    assert "not looked inside" not in done.stderr and done.returncode in (0, 1, 3), told(done)
    examination = json.loads(saved.read_text())["examination"]
    assert examination, told(done)
    facts = {}
    for line in examination["lines"]:
        fact = json.loads(line)
        facts.setdefault(fact["fact"], []).append(fact)
    assert facts["end"][0]["complete"], facts
    assert here.copies() == []
    return json.loads(done.stdout), facts


def first(diagnosis, cause, *words):
    """The first verdict is this cause, and names these."""
    assert diagnosis["verdict"] == cause, diagnosis
    verdict = diagnosis["verdicts"][0]
    assert [word for word in words if word not in verdict["message"]] == [], diagnosis
    return verdict


def script(name, text):
    """The ConfigMap with a script, and the parts of a pod that starts it as /scripts/start.sh."""
    volume = {"name": "scripts", "configMap": {"name": name, "defaultMode": 0o755}}
    app = {"command": ["/scripts/start.sh"], "volumeMounts": [{"name": "scripts", "mountPath": "/scripts"}]}
    return {**named("ConfigMap", name), "data": {"start.sh": text}}, {"also": {"volumes": [volume]}, **app}


# --- what is seen in a copy ------------------------------------------------------------------------------------------


def test_an_entrypoint_that_is_missing(namespace, tmp_path):
    name = failing(namespace, namespace.pod("entrypoint", command=["gunicorn", "orders:app"]))
    diagnosis, facts = looked(namespace, tmp_path, name, "--sleep")
    assert (facts["entrypoint"][0]["word"], facts["entrypoint"][0]["type"]) == ("gunicorn", "absent")
    assert first(diagnosis, "command-not-found", "gunicorn")["confidence"] == "certain"


def test_a_script_with_the_line_ends_of_windows(namespace, tmp_path):
    config, parts = script("crlf", "#!/bin/sh\r\nexec sleep 9999\r\n")
    namespace.apply(config)
    name = failing(namespace, namespace.pod("crlf", **parts))
    diagnosis, facts = looked(namespace, tmp_path, name, "--sleep")
    assert facts["entrypoint"][0]["crlf"] is True, facts
    assert first(diagnosis, "interpreter-not-found", "/scripts/start.sh", "CRLF")["confidence"] == "certain"


def test_an_image_without_a_shell(namespace, tmp_path):
    name = failing(namespace, namespace.pod("scratch", image="registry.k8s.io/pause:3.10", command=["/serve"]))
    diagnosis, facts = looked(namespace, tmp_path, name, "--sleep")
    assert facts["entrypoint"][0]["type"] == "absent", facts
    first(diagnosis, "command-not-found", "/serve")


def test_a_root_that_is_read_only(namespace, tmp_path):
    app = {"command": ["touch", "/orders"], "securityContext": {"readOnlyRootFilesystem": True}}
    name = failing(namespace, namespace.pod("read-only", **app))
    diagnosis, facts = looked(namespace, tmp_path, name, "--sleep")
    assert [mount["readOnly"] for mount in facts["mount"] if mount["path"] == "/"] == [True], facts
    first(diagnosis, "read-only-filesystem", "/orders")


def test_a_host_that_does_not_resolve(namespace, tmp_path):
    name = failing(namespace, namespace.pod("no-host", command=["wget", "http://orders-db.invalid/"]))
    diagnosis, facts = looked(namespace, tmp_path, name, "--sleep")
    results = {host["host"]: host["result"] for host in facts["host"]}
    assert results["orders-db.invalid"] == "unresolved", facts
    first(diagnosis, "dns-not-found", "orders-db.invalid")


def test_a_port_that_refuses(namespace, serving, tmp_path):
    address = namespace.get("pod", serving)["status"]["podIP"]
    place = f"[{address}]" if ":" in address else address
    name = failing(namespace, namespace.pod("refused", command=["wget", f"http://{place}:8099/"]))
    diagnosis, facts = looked(namespace, tmp_path, name, "--sleep")
    results = {(host["host"], host.get("port")): host["result"] for host in facts["host"]}
    assert results[(address, 8099)] == "refused", facts
    first(diagnosis, "connection-refused", "8099")


def test_under_restricted_pod_security(cluster, tmp_path):
    with cluster.namespace("restricted", {"pod-security.kubernetes.io/enforce": "restricted"}) as here:
        ends = failing(here, here.pod("ends", command=["sh", "-c", "exit 3"], securityContext=RESTRICTED))
        _, facts = looked(here, tmp_path, ends, "--sleep")
        assert facts["user"][0]["uid"] == 1000
        stays = here.pod("stays", securityContext=RESTRICTED)
        here.until_pod(stays, ".status.phase", "Running")
        _, facts = looked(here, tmp_path, stays, "--debug")
        begin = facts["begin"][0]
        assert (begin["where"], begin["rootReadable"], facts["user"][0]["uid"]) == ("target", True, 1000), facts


def test_a_claim_that_is_in_use(namespace, tmp_path):
    classes = namespace.get("storageclasses")["items"]
    default = "storageclass.kubernetes.io/is-default-class"
    if not any(item["metadata"].get("annotations", {}).get(default) == "true" for item in classes):
        pytest.skip("the cluster has no default StorageClass")
    spec = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "16Mi"}}}
    namespace.apply({**named("PersistentVolumeClaim", "ledger"), "spec": spec})
    mounts = [{"name": "ledger", "mountPath": "/ledger"}]
    holds = {"name": "holds", "image": BUSYBOX, "command": ["sh", "-c", "echo 1 > /ledger/lock; exec sleep 9999"]}
    app = pod("claim", command=["sh", "-c", "until test -f /ledger/lock; do sleep 1; done; exit 3"], volumeMounts=mounts)
    app["spec"]["containers"].append({**holds, "volumeMounts": mounts})
    app["spec"]["volumes"] = [{"name": "ledger", "persistentVolumeClaim": {"claimName": "ledger"}}]
    namespace.apply(app)
    # Until the volume is there it fails for want of one.
    namespace.until_pod("claim", ".status.phase", "Running")
    name = failing(namespace, "claim")
    _, facts = looked(namespace, tmp_path, name, "-c", "app", "--sleep")
    (mount,) = [mount for mount in facts["mount"] if mount["path"] == "/ledger"]
    assert mount["readOnly"] is True, facts
    kept = namespace.kubectl("exec", name, "-c", "holds", "--", "ls", "/ledger")
    assert "lock" in kept.stdout.split(), told(kept)


def test_what_fails_here_stays_up_in_the_copy(namespace, tmp_path):
    name = failing(namespace, namespace.pod("elsewhere", command=ONLY_IN_A_COPY))
    diagnosis, facts = looked(namespace, tmp_path, name, "--sleep", "--run", "--wait", "5s")
    assert facts["run"][0]["state"] == "running" and facts["run"][0]["seconds"] >= 5
    assert "app stays up in a copy of the pod" in diagnosis["inside"]


def test_what_fails_here_fails_in_the_copy(namespace, crashing, tmp_path):
    diagnosis, facts = looked(namespace, tmp_path, crashing, "--sleep", "--run")
    assert (facts["run"][0]["state"], facts["run"][0]["exitCode"]) == ("exited", 3)
    assert "app ends in a copy of the pod as it does here" in diagnosis["inside"]


# --- what is seen from beside it -------------------------------------------------------------------------------------


def test_beside_a_container_that_runs(namespace, serving, tmp_path):
    _, facts = looked(namespace, tmp_path, serving, "--debug")
    begin = facts["begin"][0]
    assert (begin["where"], begin["rootReadable"]) == ("target", True), facts
    assert 8080 in [listen["port"] for listen in facts["listen"]], facts
    assert "httpd" in json.dumps(facts["process"])
    added = namespace.get("pod", serving)["spec"]["ephemeralContainers"]
    assert added[-1]["targetContainerName"] == "app"


def test_the_general_profile_sees_a_user_whom_nobody_names(namespace, tmp_path):
    name = namespace.pod("unnamed")
    namespace.until_pod(name, ".status.phase", "Running")
    _, facts = looked(namespace, tmp_path, name, "--debug", "--profile=general")
    begin = facts["begin"][0]
    assert (begin["where"], begin["rootReadable"]) == ("target", True), facts


def test_beside_a_container_that_does_not_stay_up(namespace, tmp_path):
    name = failing(namespace, namespace.pod("beside", command=["sh", "-c", "exit 3"]))

    def backs_off():
        # A kubelet may show it as terminated, not as waiting, for all of the back-off.
        (status,) = namespace.get("pod", name)["status"]["containerStatuses"]
        assert status["restartCount"] >= 2 and "running" not in status["state"], status

    namespace.until(backs_off, f"pod/{name}")
    _, facts = looked(namespace, tmp_path, name, "--debug")
    assert facts["begin"][0]["where"] == "beside"
    assert "targetContainerName" not in namespace.get("pod", name)["spec"]["ephemeralContainers"][0]


# --- what is left ----------------------------------------------------------------------------------------------------


def state_of(here, container, state):
    """Whether a container of the copy has got that far."""
    found = here.get("pods", "-l", COPIES)["items"]
    statuses = [s for p in found for key in ("initContainerStatuses", "containerStatuses") for s in p["status"].get(key, ())]
    assert any(status["name"] == container and state in status["state"] for status in statuses), statuses


PHASES = {
    "as soon as it is announced": None,
    "while the tools are brought in": lambda here: there(here),
    "while it is looked into": lambda here: state_of(here, "kubectl-why-tools", "terminated"),
    "while the program runs": lambda here: state_of(here, "app", "running"),
}


def there(here):
    assert here.copies()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP], ids=lambda number: number.name)
@pytest.mark.parametrize("phase", PHASES)
def test_nothing_is_left_after_a_signal(namespace, elsewhere, phase, number):
    process = namespace.start(elsewhere, "--sleep", "--run", "--wait", "90s")
    try:
        said = process.stderr.readline()
        assert said.startswith("creating pod "), said + process.stderr.read()
        if PHASES[phase]:
            quickly(lambda: PHASES[phase](namespace))
        os.killpg(process.pid, number)
        stdout, stderr = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode in (-number, 128 + number), said + stdout + stderr
    assert "Traceback" not in stderr
    assert namespace.copies() == [], stderr


def quickly(check, seconds=90):
    """Try very often until `check` raises nothing, so that the phase is not over when it is seen."""
    end = time.monotonic() + seconds
    while True:
        try:
            return check()
        except AssertionError:
            assert time.monotonic() < end, f"the phase has not come in {seconds} s"


@pytest.fixture(scope="module")
def elsewhere(namespace):
    return failing(namespace, namespace.pod("signalled", command=ONLY_IN_A_COPY))


def test_a_copy_that_is_kept_is_cleaned_up_by_name(namespace, crashing):
    done = namespace.why(crashing, "--sleep", "--keep")
    (copy,) = namespace.copies()
    (kept,) = [line.removeprefix("kept: ") for line in done.stderr.splitlines() if line.startswith("kept: ")]
    where = [f"--context={namespace.cluster.context}", "-n", namespace.name]
    assert shlex.split(kept) == ["kubectl", *where, "delete", f"pod/{copy}"]
    done = namespace.why("--cleanup", crashing)
    assert (done.returncode, done.stdout) == (0, f"pod {copy} deleted, a copy of {crashing}\n"), told(done)
    assert namespace.copies() == []


def test_a_shell_in_a_copy(namespace, crashing):
    import pty  # which Windows does not have

    window, inner = pty.openpty()
    with closing(os.fdopen(window, "r+b", buffering=0)) as terminal:
        process = namespace.start(crashing, "--sleep", "--shell", stdin=inner, stdout=inner, stderr=inner)
        os.close(inner)
        try:
            shown = read(terminal, "$ ", "# ")
            assert "WHY" in shown
            (copy,) = namespace.copies()
            terminal.write(b"echo it is $((40 + 2)), $(hostname)\r")
            read(terminal, f"it is 42, {copy}")
            terminal.write(b"exit\r")
            assert process.wait(timeout=60) in (1, 3)
        finally:
            process.kill()
    assert namespace.copies() == []


def read(terminal, *wanted, seconds=120):
    """What a terminal shows until one of these is shown."""
    end, shown = time.monotonic() + seconds, ""
    while not any(text in shown for text in wanted):
        left = end - time.monotonic()
        assert left > 0 and select.select([terminal], [], [], left)[0], f"never shown: {wanted}; {shown}"
        shown += terminal.read(4096).decode(errors="replace")
    return shown


def test_a_copy_with_the_labels_gets_no_traffic(namespace):
    service = {"selector": {"app": "labelled"}, "ports": [{"port": 80, "targetPort": 8080}]}
    namespace.apply({**named("Service", "labelled"), "spec": service})
    name = failing(namespace, namespace.pod("labelled", labels={"app": "labelled"}, command=ONLY_IN_A_COPY))
    process = namespace.start(name, "--sleep", "--run", "--keep-labels", "--wait", "10s")
    seen = {}
    try:
        while process.poll() is None:
            for slice_ in namespace.get("endpointslices", "-l", "kubernetes.io/service-name=labelled")["items"]:
                for endpoint in slice_.get("endpoints") or ():
                    if endpoint.get("targetRef", {}).get("name", "").startswith("labelled-why-"):
                        seen.setdefault(endpoint["conditions"].get("ready"), endpoint)
        said = process.communicate(timeout=60)
    finally:
        process.kill()
    assert list(seen) == [False], (seen, said)
    assert namespace.copies() == []


# --- why no look can be taken ----------------------------------------------------------------------------------------


def test_a_right_that_is_missing_is_named_and_a_role_grants_it(namespace, crashing, tmp_path):
    account = f"system:serviceaccount:{namespace.name}:looker"
    namespace.apply(named("ServiceAccount", "looker"))
    namespace.grant("namespace", "looker")

    def refused():
        done = namespace.why(crashing, "--sleep", "--as", account)
        assert "you may not create pods" in done.stderr, told(done)
        assert 'resources: ["pods"]' in done.stderr or "- pods" in done.stderr or "[pods]" in done.stderr, told(done)
        assert done.returncode in (1, 3), told(done)

    namespace.until(refused, "serviceaccount/looker", 30)
    assert namespace.copies() == []
    namespace.grant("sleep", "looker")
    namespace.until(lambda: looked(namespace, tmp_path, crashing, "--sleep", "--as", account), "serviceaccount/looker", 60)


def test_tools_that_cannot_be_pulled_are_told_at_once(namespace, crashing):
    began = time.monotonic()
    done = namespace.why(crashing, "--sleep", "--image", "busybox:0.0.0-none")
    assert "not looked inside: the image of the tools, busybox:0.0.0-none, cannot be pulled" in done.stderr, told(done)
    assert time.monotonic() - began < 60
    assert done.returncode in (1, 3) and namespace.copies() == []


def test_the_copy_that_is_printed_can_be_applied(namespace, crashing, tmp_path):
    done = namespace.why(crashing, "--sleep", "--dry-run")
    assert done.returncode == 0 and namespace.copies() == [], told(done)
    (tmp_path / "copy.yaml").write_text(done.stdout)
    taken = namespace.kubectl("create", "--dry-run=server", "-f", str(tmp_path / "copy.yaml"))
    assert taken.returncode == 0, told(taken)
