"""What the kubelet and the runtimes say of a container, in all their wordings, whatever kind of container it is."""

import json

import pytest

from kubectl_why.diagnose import diagnose
from kubectl_why.redact import clean
from kubectl_why.snapshot import Snapshot
from tests import replay as faults
from tests.pods import BACK_OFF, NOW, ago, ended, event, runs, snapshot, waits
from tests.test_cases import BY_NAME, FOUND, collected

KINDS = ("app", "init", "sidecar")
CREATE = "container-create-failed"
LITTLE = {"command": ["depotd"], "resources": {"limits": {"memory": "8Mi"}}}


def verdict(taken):
    found = diagnose(taken)
    assert found.broken == ()
    return found.verdict


def first(taken):
    found = diagnose(taken)
    assert found.broken == ()
    return found.verdicts[0].finding


def commands(finding):
    return " ".join(remedy.command or "" for remedy in finding.remedies)


_SHIM = "failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: "
RUNC = f"{_SHIM}unable to start container process: "
RUNC_INIT = f"{RUNC}error during container init: "
OLD_RUNC = (
    "failed to create containerd task: OCI runtime create failed: container_linux.go:380: starting container "
    "process caused: "
)
DOCKER = f'failed to start container "web": Error response from daemon: {RUNC}'
CRUN = "container create failed: "
CRIO = f'{CRUN}time="2026-03-04T09:59:00Z" level=error msg="runc create failed: unable to start container process: '
SUBPATH = "/var/lib/kubelet/pods/11/volume-subpaths/conf/web/0"

STARTS = [
    (RUNC + 'exec: "depotd": executable file not found in $PATH', "command-not-found"),
    (RUNC_INIT + 'exec: "depotd": executable file not found in $PATH: unknown', "command-not-found"),
    (RUNC + 'exec: "/srv/depotd": stat /srv/depotd: no such file or directory: unknown', "command-not-found"),
    (OLD_RUNC + 'exec: "depotd": executable file not found in $PATH: unknown', "command-not-found"),
    (DOCKER + 'exec: "depotd": executable file not found in $PATH: unknown', "command-not-found"),
    (CRUN + "executable file `depotd` not found in $PATH: No such file or directory", "command-not-found"),
    (CRIO + 'exec: \\"depotd\\": executable file not found in $PATH"\n', "command-not-found"),
    (RUNC + 'exec: "/srv/run.sh": permission denied: unknown', "command-not-executable"),
    (RUNC + 'exec: "/srv": is a directory: unknown', "command-not-executable"),
    (CRUN + "open executable: Permission denied", "command-not-executable"),
    (CRUN + "exec `/srv/run.sh`: Permission denied", "command-not-executable"),
    (CRUN + "exec container process `/srv/run.sh`: Permission denied", "command-not-executable"),
    (CRIO + 'exec: \\"/srv/run.sh\\": permission denied"\n', "command-not-executable"),
    (RUNC + "exec /srv/depotd: exec format error", "exec-format-error"),
    (CRUN + "exec container process `/srv/depotd`: Exec format error", "exec-format-error"),
    (
        CRUN + "exec container process (missing dynamic library?) `/srv/depotd`: No such file or directory",
        "interpreter-not-found",
    ),
    (
        RUNC_INIT + 'chdir to cwd ("/srv/work") set in config.json failed: permission denied: unknown',
        "working-directory-invalid",
    ),
    (RUNC + 'chdir to cwd ("/srv/work") set in config.json failed: not a directory', "working-directory-invalid"),
    (RUNC_INIT + "mkdir /srv/conf/work: read-only file system: unknown", "working-directory-invalid"),
    (CRUN + "chdir to `/srv/work`: No such file or directory", "working-directory-invalid"),
    (CRUN + "cannot chdir to `/srv/work`: Permission denied", "working-directory-invalid"),
    (
        RUNC_INIT + f'error mounting "{SUBPATH}" to rootfs at "/etc/depot.conf": mount src={SUBPATH}, dst=/etc/depot.conf, '
        "flags=MS_BIND|MS_REC: not a directory: Are you trying to mount a directory onto a file (or vice-versa)?",
        "mount-type-mismatch",
    ),
    (
        OLD_RUNC + f'process_linux.go:545: container init caused: rootfs_linux.go:76: mounting "{SUBPATH}" to rootfs at '
        '"/etc/depot.conf" caused: mount through procfd: not a directory: unknown',
        "mount-type-mismatch",
    ),
    (CRUN + f"mount `{SUBPATH}` to `etc/depot.conf`: Not a directory", "mount-type-mismatch"),
    (CRUN + "creating `/etc/depot.conf`: openat2 `etc/depot.conf`: Not a directory", "mount-type-mismatch"),
    (RUNC_INIT + "error setting rlimit type 8: operation not permitted", CREATE),
    (RUNC_INIT + "unable to apply apparmor profile: write /proc/self/attr/apparmor/exec: no such file or directory", CREATE),
    (RUNC_INIT + "unable to init seccomp: error loading seccomp filter into kernel: errno 524: unknown", CREATE),
    (RUNC_INIT + "unable to apply caps: operation not permitted: unknown", CREATE),
    (RUNC_INIT + "write /proc/self/attr/keycreate: invalid argument: unknown", CREATE),
    (RUNC_INIT + "error running hook #0: error running hook: exit status 1, stderr: no such file or directory", CREATE),
    (CRUN + "cannot find user `depot` in /etc/passwd: No such file or directory", CREATE),
    (CRUN + "setrlimit `RLIMIT_NOFILE`: Operation not permitted", CREATE),
    (RUNC + "container init was OOM-killed (memory limit too low?): unknown", "oom-killed"),
    (OLD_RUNC + "process_linux.go:508: container init was OOM-killed (memory limit too low?): unknown", "oom-killed"),
]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("message, want", STARTS)
def test_what_the_runtime_refuses_to_start(message, want, kind):
    end = ended(128, "StartError", message, ran=0)
    assert verdict(snapshot(waits("RunContainerError", message), end, kind=kind, spec=LITTLE)) == want
    assert verdict(snapshot(BACK_OFF, end, kind=kind, spec=LITTLE)) == want
    if message.startswith(CRUN):  # CRI-O does both in one step
        assert verdict(snapshot(waits("CreateContainerError", message), kind=kind, spec=LITTLE)) == want


CREATES = [
    'failed to generate container "ab" spec: failed to generate spec: no command specified',
    'failed to create containerd container: get apparmor_parser version: exec: "apparmor_parser": executable file not found '
    "in $PATH",
    'failed to generate container "ab" spec: failed to generate spec: failed to mkdir "/data": '
    "mkdir /data: read-only file system",
    'failed to generate container "ab" spec: failed to apply OCI options: no users found',
    "unable to find user depot: no matching entries in passwd file",
    'failed to reserve container name "web_depot-1": name "web_depot-1" is reserved for "abab"',
    "context deadline exceeded",
    "failed to create containerd container: CDI device injection failed: unresolvable CDI devices maker.example/gpu=0",
]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("message", CREATES)
def test_what_is_refused_before_there_is_a_process(message, kind):
    assert verdict(snapshot(waits("CreateContainerError", message), kind=kind, phase="Pending")) == CREATE


@pytest.mark.parametrize(
    "code, reason, want, spec",
    [
        (137, "OOMKilled", "oom-killed", {"resources": {"limits": {"memory": "128Mi"}}}),
        (1, "OOMKilled", "oom-killed", {"resources": {"limits": {"memory": "128Mi"}}}),
        (137, "OOMKilled", "node-out-of-memory", {}),
        (137, "Error", "killed", {}),
        (139, "Error", "segmentation-fault", {}),
        (134, "Error", "aborted", {}),
        (132, "Error", "illegal-instruction", {}),
        (143, "Error", "terminated", {}),
        (141, "Error", "silent-exit", {}),
        (159, "seccomp killed", "silent-exit", {}),
        (255, "Error", "silent-exit", {}),
        (255, "Unknown", "unknown", {}),
        (137, "ContainerStatusUnknown", "unknown", {}),
    ],
)
@pytest.mark.parametrize("kind", KINDS)
def test_how_a_run_ended(code, reason, want, spec, kind):
    assert verdict(snapshot(BACK_OFF, ended(code, reason), kind=kind, spec=spec, restarts=3)) == want
    assert verdict(snapshot(ended(code, reason), kind=kind, spec=spec, restarts=3)) == want
    never = {"pod": {"restartPolicy": "Never"}, "phase": "Failed", "spec": spec}
    assert verdict(snapshot(ended(code, reason), owner="Job", **never)) == want
    assert verdict(snapshot(ended(code, reason), owner="Pod", **never)) == want


def test_a_signal_without_a_cause_of_its_own_is_named():
    assert "SIGPIPE" in first(snapshot(ended(141))).message
    assert "SIGSYS" in first(snapshot(ended(159, "seccomp killed"))).message


@pytest.mark.parametrize("reason", ["Unknown", "ContainerStatusUnknown", "RestartingAllContainers"])
def test_an_end_that_the_kubelet_made_up_is_over_when_the_container_runs(reason):
    end = ended(137, reason, since=10)
    assert verdict(snapshot(runs(5), end, restarts=1)) == "starting"
    assert verdict(snapshot(runs(5), end, restarts=1, ready=True)) == "healthy"
    # The node was started anew, and makes its containers again.
    assert verdict(snapshot(waits("ContainerCreating"), end, restarts=1)) == "starting"
    assert "made up" in first(snapshot(BACK_OFF, end)).message


def killed(limit, ran=9, **more):
    spec = {"resources": {"limits": {"memory": limit}}, **more.pop("spec", {})}
    return first(snapshot(BACK_OFF, ended(137, "OOMKilled", ran=ran), restarts=4, spec=spec, **more))


@pytest.mark.parametrize(
    "limit, spec, log, words, command",
    [
        ("64Mi", {"image": "eclipse-temurin:21"}, "", "a JVM hardly starts", "JAVA_TOOL_OPTIONS=-Xmx192m"),
        ("1Gi", {"command": ["java", "-jar", "/srv/a.jar"]}, "", "of 1Gi", "JAVA_TOOL_OPTIONS=-Xmx768m"),
        ("1Gi", {"env": [{"name": "JAVA_OPTS", "value": "-Xmx2g"}]}, "", "-Xmx2g exceeds", "JAVA_OPTS=-Xmx768m"),
        ("32Mi", {"image": "node:20"}, "", "Node hardly starts", "NODE_OPTIONS=--max-old-space-size=72"),
        ("16Mi", {}, '  File "/srv/main.py", line 3, in <module>', "Python hardly starts", "memory=48Mi"),
        ("16Mi", {}, "ready to go", "of 16Mi", "memory=32Mi"),
    ],
)
def test_a_runtime_under_a_limit_that_cannot_hold_it(limit, spec, log, words, command):
    found = killed(limit, spec=spec, log=log)
    assert words in found.message
    assert command in commands(found)


def test_a_long_run_had_room_to_start():
    assert "hardly" not in killed("64Mi", ran=4000, spec={"image": "eclipse-temurin:21"}).message


def scaler(memory, target="depot"):
    recommended = [{"containerName": "web", "target": {"memory": memory}}]
    return {
        "kind": "VerticalPodAutoscaler",
        "metadata": {"name": "depot-vpa", "namespace": "depot"},
        "spec": {"targetRef": {"kind": "Deployment", "name": target}},
        "status": {"recommendation": {"containerRecommendations": recommended}},
    }


def test_what_a_vertical_pod_autoscaler_has_measured_is_the_limit_to_set():
    found = killed("256Mi", objects=[scaler("726571520")])
    assert "memory=693Mi" in commands(found)
    assert [e.value for e in found.evidence if e.object.startswith("VerticalPodAutoscaler/")] == ["726571520"]
    assert "memory=512Mi" in commands(killed("256Mi", objects=[scaler("104857600")]))  # it knew nothing of the kill
    assert "memory=512Mi" in commands(killed("256Mi", objects=[scaler("726571520", target="other")]))


REFUSED = 'Get "http://10.1.1.1:8080/healthz": dial tcp 10.1.1.1:8080: connect: connection refused'
HTTP = {"httpGet": {"path": "/healthz", "port": 8080}}
NEVER = {"restartPolicy": "Never"}
OUTLIVED = ended(137, "OOMKilled", since=901, ran=90000)
SMALL = {"resources": {"limits": {"memory": "64Mi"}}}


@pytest.mark.parametrize(
    "taken, want",
    [
        # probes: over, rare, or within what they allow
        (
            {
                "state": runs(120),
                "ready": True,
                "spec": {"readinessProbe": HTTP},
                "events": [event("Unhealthy", f"Readiness probe failed: {REFUSED}", last=100)],
            },
            "healthy",
        ),
        (
            {
                "state": runs(20),
                "spec": {"readinessProbe": HTTP},
                "events": [event("Unhealthy", f"Readiness probe failed: {REFUSED}", first=15, last=3)],
            },
            "starting",
        ),
        (
            {
                "state": runs(200),
                "spec": {"startupProbe": {**HTTP, "failureThreshold": 60, "periodSeconds": 5}},
                "events": [event("Unhealthy", f"Startup probe failed: {REFUSED}", first=190, last=3, count=30)],
            },
            "starting",
        ),
        (
            {
                "state": runs(4000),
                "ready": True,
                "spec": {"livenessProbe": HTTP},
                "events": [
                    event("Unhealthy", "Liveness probe failed: HTTP probe failed with statuscode: 500", last=30, count=1)
                ],
            },
            "healthy",
        ),
        # restarts: long ago, or outlived
        ({"state": runs(90000), "ready": True, "restarts": 44, "last": ended(1, since=90010), "log": "fatal: y"}, "healthy"),
        ({"state": runs(900), "ready": True, "restarts": 1, "last": OUTLIVED, "spec": SMALL}, "healthy"),
        # ends that were wanted
        ({"state": ended(0, "Completed"), "phase": "Succeeded", "owner": "Job", "pod": NEVER}, "completed"),
        (
            {
                "state": ended(0, "Completed"),
                "last": ended(1, since=100),
                "restarts": 2,
                "phase": "Succeeded",
                "owner": "Job",
                "pod": {"restartPolicy": "OnFailure"},
            },
            "completed",
        ),
        # being deleted, within the grace period
        ({"state": runs(), "ready": True, "metadata": {"deletionTimestamp": ago(-20)}}, "healthy"),
        ({"state": ended(143), "metadata": {"deletionTimestamp": ago(-10)}}, "healthy"),
    ],
)
def test_what_is_no_failure(taken, want):
    assert verdict(snapshot(taken.pop("state"), taken.pop("last", None), **taken)) == want


def cronjob(*events, **status):
    owner = {"kind": "CronJob", "metadata": {"name": "depot", "namespace": "depot"}, "spec": {}, "status": status}
    return Snapshot(NOW, ("CronJob", "depot", "depot"), None, (owner,), events)


def test_a_cronjob_that_never_runs_is_not_well():
    odd = event("UnknownTimeZone", 'invalid timeZone: "Mars/Base"', "", kind="CronJob", name="depot")
    assert verdict(cronjob(odd)) == "unknown"
    assert verdict(cronjob(odd, lastScheduleTime=ago(2), lastSuccessfulTime=ago(1))) == "healthy"
    assert verdict(cronjob(lastScheduleTime=ago(20), lastSuccessfulTime=ago(15))) == "healthy"
    assert verdict(cronjob(lastScheduleTime=ago(20), lastSuccessfulTime=ago(90))) == "unknown"


@pytest.mark.parametrize("status", [200, 403, 404])
def test_a_vertical_pod_autoscaler_is_read_where_there_are_any(replay, status):
    case = next(case for case in FOUND if case.about["truth"]["cause"][0] == "oom-killed")
    replay.faults.append(faults.fail("verticalpodautoscalers", status, json.dumps({"items": [scaler("1Gi")]}).encode()))
    taken = collected(case, replay)
    assert any(ref.startswith("VerticalPodAutoscaler/") for ref in taken.objects) is (status == 200)
    assert not any(ref.startswith("VerticalPodAutoscaler/") for ref in taken.unreadable)  # only advice is lost


def test_a_termination_message_stands_for_a_log_that_is_not_there():
    end = ended(1, message="starting\nFATAL: environment variable LEDGER_URL is not set")
    found = diagnose(snapshot(BACK_OFF, end, restarts=4))
    assert found.verdict == "missing-env-var"
    place = "status.containerStatuses{web}.lastState.terminated.message"
    assert place in [item.field_path for item in found.verdicts[0].finding.evidence]
    assert verdict(snapshot(BACK_OFF, end, restarts=4, log="Error: no such table: ledger")) != "missing-env-var"


def test_a_termination_message_is_masked_as_a_log_is():
    pod = snapshot(ended(1, message="cannot open postgres://depot:hunter2@ledger/main")).pod
    assert "hunter2" not in json.dumps(clean(pod))


@pytest.mark.parametrize(
    "why", ["Container web definition changed, will be restarted", "Container web resize requires restart"]
)
def test_a_restart_for_a_change_is_no_failure(why):
    change = event("Killing", why, first=8, last=8, count=1)
    assert verdict(snapshot(runs(4), ended(143, ran=900, since=6), restarts=1, events=[change])) == "starting"
    assert verdict(snapshot(runs(4), ended(143, ran=900, since=6), restarts=1)) == "terminated"


def test_a_pod_that_no_kubelet_takes_on():
    nothing = {"containerStatuses": [], "conditions": [{"type": "PodScheduled", "status": "True"}]}
    assert verdict(snapshot(phase="Pending", status=nothing)) == "unknown"
    young = {"creationTimestamp": ago(20)}
    assert verdict(snapshot(phase="Pending", status=nothing, metadata=young)) == "starting"


def test_a_container_that_was_to_end_beside_one_that_runs_on():
    pod = {"restartPolicy": "Never", "containers": [{"name": "web"}, {"name": "agent"}]}
    agent = {"name": "agent", "ready": True, "started": True, "restartCount": 0, "state": runs(900)}
    web = {"name": "web", "ready": False, "restartCount": 0, "state": ended(0, "Completed", since=500)}
    assert verdict(snapshot(pod=pod, status={"containerStatuses": [web, agent]})) == "healthy"
    web["state"] = ended(3, since=500)
    assert verdict(snapshot(pod=pod, status={"containerStatuses": [web, agent]})) == "silent-exit"


@pytest.mark.parametrize(
    "said",
    [
        "unable to retrieve container logs for containerd://4fd0",
        'failed to try resolving symlinks in path "/var/log/pods/depot/api/4.log": lstat /var/log/pods/depot/api/4.log: '
        "no such file or directory",
        'failed to open log file "/var/log/pods/depot/4.log": open /var/log/pods/depot/4.log: no such file or directory',
    ],
)
def test_what_the_kubelet_says_in_the_place_of_a_log_is_no_log(replay, said):
    replay.faults.append(faults.Fault("/log", status=200, body=said.encode()))
    assert collected(BY_NAME["ledger-export"], replay).logs == ()
