"""`kubectl why` without a target: one row a broken workload, what belongs together in groups, and few requests."""

import json
import os
import re
import subprocess
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import yaml
from click.testing import CliRunner
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from kubectl_why.cli import main
from kubectl_why.resources import RESOURCES
from tests.crowd import AT, NAMESPACE, WAYS, Made, shop
from tests.replay import environment, fail
from tests.score import CALM
from tests.test_cases import BY_NAME
from tests.test_namespace import TRUTH
from tests.wire.recorded import load_yaml

BROKEN = set(TRUTH["workloads"])
DOCS = Path(__file__).parent.parent / "docs"
PLURALS = {resource.plural for resource in RESOURCES.values()}


@pytest.fixture
def why(replay):
    """Run the program on a case, without a target."""

    def run(*arguments: str, case: str = "shop-prod"):
        return CliRunner().invoke(main, arguments, env={"KUBECONFIG": replay.kubeconfig(case)})

    return run


def named(workload: str) -> str:
    return workload.partition("/")[2]


# --- a real namespace: 24 workloads, 11 of them broken in 8 ways, three behind one ---


def test_every_broken_workload_stands_there_once_with_its_cause(why):
    found = why("-o", "json")
    items = json.loads(found.stdout)["items"]
    assert sorted(named(item["workload"]) for item in items) == sorted(BROKEN)
    for item in items:
        assert item["cause"] in TRUTH["workloads"][named(item["workload"])]
        assert item["diagnosis"]["verdict"] == item["cause"]
    assert found.exit_code == 1


def test_what_fails_behind_one_stands_under_it_and_one_registry_is_one_group(why):
    groups = json.loads(why("-o", "json").stdout)["groups"]
    assert [[named(member["workload"]) for member in group["workloads"]] for group in groups] == [
        ["postgres", "ledger-worker", "billing-api", "orders-api"],
        ["fraud-scorer", "label-printer"],
    ]
    assert [group["root"] for group in groups] == [True, False]
    assert "postgres oom killed" in groups[0]["title"]
    assert groups[1]["title"] == "image registry unreachable (registry.acme.invalid): 2 workloads"


def test_through_real_kubectl(replay):
    done = subprocess.run(
        ["kubectl", "why", "-o", "name", "--kubeconfig", replay.kubeconfig("shop-prod")],
        env=environment(),
        capture_output=True,
        text=True,
    )
    lines = [line.split() for line in done.stdout.splitlines()]
    assert {name.partition("/")[2]: cause for _, name, cause in lines}.keys() == BROKEN
    assert all(cause in TRUTH["workloads"][named(name)] for _, name, cause in lines)
    assert done.returncode == 1


def test_each_workload_is_told_as_when_it_is_asked_about_by_itself(why):
    for item in json.loads(why("--all", "-o", "json").stdout)["items"]:
        alone = why(item["workload"], "-o", "json")
        assert item["diagnosis"] == json.loads(alone.stdout)


# --- many pods ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def crowd(recordings) -> str:
    """The name of a case: 2,000 pods, of which 60 fail in 12 ways, 5 workloads each."""
    recordings.cases["crowd"] = shop(recordings.cases, "crowd", 2000)
    yield "crowd"
    del recordings.cases["crowd"]


def documented() -> Draft202012Validator:
    """What docs/triage.schema.json accepts."""
    documents = {name: json.loads((DOCS / f"{name}.schema.json").read_text()) for name in ("triage", "diagnosis")}
    registry = Registry().with_resource("diagnosis.schema.json", Resource.from_contents(documents["diagnosis"]))
    return Draft202012Validator(documents["triage"], registry=registry)


def further(replay) -> list[str]:
    """The requests that are no lists."""
    paths = [urlsplit(url).path.split("/") for _, url in replay.requests]
    lists = [parts for parts in paths if parts[-1] in PLURALS]
    return ["/".join(parts) for parts in paths if parts not in lists]


def test_sixty_that_fail_in_twelve_ways_among_two_thousand(why, replay, crowd):
    found = json.loads(why("-o", "json", case=crowd).stdout)
    documented().validate(found)
    assert found["podsLookedAt"] == 2000
    assert len(found["items"]) == 60
    looked_into = [item for item in found["items"] if item["lookedInto"]]
    assert Counter(item["cause"] for item in looked_into).keys() == set(WAYS.values())
    titled = [{member["workload"] for member in group["workloads"]} for group in found["groups"][:-1]]
    for cause in WAYS.values():
        assert {item["workload"] for item in looked_into if item["cause"] == cause} in titled
    assert len(found["groups"][-1]["workloads"]) == 60 - len(looked_into)
    assert len(further(replay)) <= 60
    assert sum("/log" in path for path in further(replay)) <= 40


def test_on_demand_all_are_looked_into(why, crowd):
    found = json.loads(why("--all", "-o", "json", case=crowd).stdout)
    assert Counter(item["cause"] for item in found["items"]) == Counter(list(WAYS.values()) * 5)
    assert all(item["lookedInto"] for item in found["items"])
    assert len(found["groups"]) == 12


# --- what counts as broken ------------------------------------------------------------------------------------------


def ago(seconds: int) -> str:
    return f"{datetime.fromisoformat(AT.replace('Z', '+00:00')) - timedelta(seconds=seconds):%Y-%m-%dT%H:%M:%SZ}"


def made(kind: str, name: str, by: tuple[str, str] | None = None, age: int = 7200, **parts) -> dict:
    metadata = {"name": name, "creationTimestamp": ago(age), **parts.pop("metadata", {})}
    if by:
        metadata["ownerReferences"] = [{"kind": by[0], "name": by[1], "controller": True}]
    return {"kind": kind, "metadata": metadata, **parts}


def pod(name: str, by: tuple[str, str] | None = None, *, phase: str = "Running", waits: str = "", **more) -> dict:
    """A pod that is well, or whose container waits so."""
    ready = phase == "Running" and not waits and more.get("ready", True)
    age = more.get("age", 7200)
    state = {"waiting": {"reason": waits, "message": waits}} if waits else {"running": {"startedAt": ago(age)}}
    if phase in ("Succeeded", "Failed"):
        state = {
            "terminated": {"exitCode": int(phase == "Failed"), "finishedAt": ago(more.get("since", 60)), "reason": "Error"}
        }
    container = {"name": "main", "ready": ready, "restartCount": 0, "image": "main:1", "containerID": "c", "state": state}
    if waits or (phase == "Failed" and more.get("reason")):
        del container["containerID"]
    conditions = [{"type": "PodScheduled", "status": "True"}, {"type": "PodReadyToStartContainers", "status": "True"}]
    changed = ago(min(age, more.get("since", age)))
    conditions.append({"type": "Ready", "status": str(ready), "lastTransitionTime": changed})
    status = {"phase": phase, "conditions": conditions, "containerStatuses": [container]}
    status |= {name: more[name] for name in ("reason", "message") if name in more}
    labels = {"app": "main", **({"pod-template-hash": by[1].rpartition("-")[2]} if by and by[0] == "ReplicaSet" else {})}
    metadata = {"labels": labels, **more.get("metadata", {})}
    spec = {"nodeName": more.get("node", "n1"), "containers": [{"name": "main", "image": "main:1"}]}
    return made("Pod", name, by, age, metadata=metadata, spec=spec, status=status)


def deployment(name: str = "web", replicas: int = 1, ready: int = 1) -> list[dict]:
    """A Deployment with its ReplicaSet."""
    template = {"metadata": {"labels": {"app": "main"}}, "spec": {"containers": [{"name": "main", "image": "main:1"}]}}
    spec = {"replicas": replicas, "selector": {"matchLabels": {"app": "main"}}, "template": template}
    status = {"replicas": ready, "readyReplicas": ready}
    return [
        made("Deployment", name, spec=spec, status=status),
        made("ReplicaSet", f"{name}-abc", ("Deployment", name), metadata=template["metadata"], spec=spec, status=status),
    ]


def job(name: str, by: tuple[str, str] | None = None, end: str = "", **more) -> dict:
    """A Job that ended so: Complete or Failed."""
    conditions = (
        [{"type": end, "status": "True", "lastTransitionTime": ago(50), "reason": more.get("reason", "")}] if end else []
    )
    status = {"conditions": conditions, **({"succeeded": 1} if end == "Complete" else {"failed": 1})}
    template = {"metadata": {"labels": {"job-name": name}}, "spec": {"containers": [{"name": "main", "image": "main:1"}]}}
    spec = {"completions": 1, "parallelism": 1, "backoffLimit": 0, "template": template}
    spec["selector"] = {"matchLabels": {"job-name": name}}
    return made("Job", name, by, more.get("age", 100), spec=spec, status=status)


def event(about: dict, reason: str, message: str) -> dict:
    return made(
        "Event",
        f"{about['metadata']['name']}.{reason}".lower(),
        type="Warning",
        reason=reason,
        message=message,
        count=3,
        firstTimestamp=ago(100),
        lastTimestamp=ago(10),
        involvedObject={"kind": about["kind"], "namespace": NAMESPACE, "name": about["metadata"]["name"]},
    )


def node(name: str, ready: str = "True") -> dict:
    conditions = [{"type": "Ready", "status": ready, "message": "Kubelet stopped posting node status."}]
    return made("Node", name, status={"conditions": conditions})


WEB = ("ReplicaSet", "web-abc")
BAD_NAME = {"waits": "InvalidImageName", "since": 60}
EVICTED = {"phase": "Failed", "reason": "Evicted", "message": "The node was low on resource: memory. "}
REFUSED = 'pods "web-abc-" is forbidden: exceeded quota: few, requested: pods=1, used: pods=2, limited: pods=2'
NAMESPACES = {
    "a Deployment that is well": ([*deployment(), pod("web-abc-1", WEB)], []),
    "one of two pods": (
        [*deployment(replicas=2), pod("web-abc-1", WEB), pod("web-abc-2", WEB, **BAD_NAME)],
        ["deploy/web image-name-invalid 1/2"],
    ),
    "a pod that nothing made": ([pod("alone", **BAD_NAME)], ["po/alone image-name-invalid 1/1"]),
    "a ReplicaSet without a Deployment": (
        [*deployment()[1:], pod("web-abc-1", WEB, **BAD_NAME)],
        ["rs/web-abc image-name-invalid 1/1"],
    ),
    "a controller that is none of Kubernetes' own": (
        [pod("kafka-0", ("StrimziPodSet", "kafka"), **BAD_NAME), pod("kafka-1", ("StrimziPodSet", "kafka"))],
        ["po/kafka-0 image-name-invalid 1/1"],
    ),
    "mirror pods": (
        [
            pod("proxy-n1", ("Node", "n1"), **BAD_NAME),
            pod("etcd-n1", ("Node", "n1")),
            pod("dns-n1", ("Node", "n1"), **BAD_NAME),
        ],
        ["po/dns-n1 image-name-invalid 1/1", "po/proxy-n1 image-name-invalid 1/1"],
    ),
    "pods that have ended well": ([pod("once", phase="Succeeded"), job("j", end="Complete")], []),
    "a Job that was tried again": (
        [job("j", end="Complete"), pod("j-1", ("Job", "j"), phase="Failed"), pod("j-2", ("Job", "j"), phase="Succeeded")],
        [],
    ),
    "a Job that gave up, and its pods": (
        [job("j", end="Failed", reason="BackoffLimitExceeded"), pod("j-1", ("Job", "j"), phase="Failed")],
        ["job/j silent-exit 1/1"],
    ),
    "a Job that gave up, and its pods are gone": (
        [job("j", end="Failed", reason="BackoffLimitExceeded")],
        ["job/j job-backoff-limit 0/0"],
    ),
    "a CronJob whose newest run went well": (
        [
            made("CronJob", "c", spec={"schedule": "* * * * *", "jobTemplate": {}}, status={}),
            *(job(f"c-{number}", ("CronJob", "c"), "Failed", age=1000 - number) for number in range(50)),
            *(pod(f"c-{number}-x", ("Job", f"c-{number}"), phase="Failed") for number in range(50)),
            job("c-50", ("CronJob", "c"), "Complete", age=100),
        ],
        [],
    ),
    "a CronJob whose newest run failed": (
        [
            made("CronJob", "c", spec={"schedule": "* * * * *", "jobTemplate": {}}, status={}),
            job("c-1", ("CronJob", "c"), "Complete", age=1000),
            job("c-2", ("CronJob", "c"), "Failed", age=100),
            pod("c-2-x", ("Job", "c-2"), phase="Failed"),
        ],
        ["cj/c silent-exit 1/1"],
    ),
    "a CronJob whose newest run failed, and its pods are gone": (
        [
            made("CronJob", "c", spec={"schedule": "* * * * *", "jobTemplate": {}}, status={}),
            job("c-2", ("CronJob", "c"), "Failed", reason="BackoffLimitExceeded"),
        ],
        ["cj/c job-backoff-limit 0/0"],
    ),
    "evicted, and replaced long ago": (
        [*deployment(), *(pod(f"web-abc-{n}", WEB, **EVICTED) for n in range(30)), pod("web-abc-x", WEB, age=5000)],
        [],
    ),
    "evicted, and replaced just now": (
        [*deployment(), pod("web-abc-1", WEB, **EVICTED), pod("web-abc-x", WEB, age=50)],
        ["deploy/web node-out-of-memory 1/2"],
    ),
    "being deleted in time": ([pod("p", ready=False, metadata={"deletionTimestamp": ago(-20)})], []),
    "being deleted for too long": (
        [pod("p", metadata={"deletionTimestamp": ago(600), "finalizers": ["example.com/x"]})],
        ["po/p stuck-terminating 1/1"],
    ),
    "DaemonSets on a dead node": (
        [
            node("n1"),
            node("n3", "Unknown"),
            *(made("DaemonSet", name, spec={}, status={"desiredNumberScheduled": 2}) for name in ("a", "b")),
            *(pod(f"{name}-{n}", ("DaemonSet", name), node=n, ready=n == "n1") for name in ("a", "b") for n in ("n1", "n3")),
        ],
        ["ds/a node-not-ready 1/2", "ds/b node-not-ready 1/2"],
    ),
    "scaled to 0, and suspended": (
        [
            *deployment(replicas=0, ready=0),
            made("CronJob", "c", spec={"schedule": "* * * * *", "suspend": True, "jobTemplate": {}}, status={}),
            made("Job", "j", spec={"suspend": True, "parallelism": 1}, status={}),
        ],
        [],
    ),
    "pods that are refused": (
        [*deployment(ready=0), event(deployment()[1], "FailedCreate", REFUSED)],
        ["deploy/web quota-exceeded 0/0"],
    ),
    "only starting": (
        [*deployment(), pod("web-abc-1", WEB, phase="Pending", waits="ContainerCreating", age=5)],
        [],
    ),
}


@pytest.fixture
def namespace(recordings):
    """Serves a namespace of these objects."""

    def serve(*objects: dict) -> str:
        nodes = [] if any(obj["kind"] == "Node" for obj in objects) else [node("n1")]
        recordings.cases["made"] = Made("made", *nodes, *objects)
        recordings._answers.clear()
        return "made"

    yield serve
    del recordings.cases["made"]


@pytest.mark.parametrize(("objects", "want"), NAMESPACES.values(), ids=NAMESPACES)
def test_what_counts_as_broken(why, namespace, objects, want):
    found = why("-o", "json", case=namespace(*objects))
    items = json.loads(found.stdout)["items"]
    got = [f"{i['workload']} {i['cause']} {i['pods']['failing']}/{i['pods']['total']}" for i in items]
    assert sorted(got) == want
    assert found.exit_code == (1 if want else 0)


def test_a_node_that_explains_several_stands_first(why, namespace):
    objects, _ = NAMESPACES["DaemonSets on a dead node"]
    found = why(case=namespace(pod("alone", **BAD_NAME), *objects)).stdout.splitlines()
    assert found[3] == "node n3 not ready: 2 pods of 2 workloads"
    assert [line.split()[0] for line in found[4:7]] == ["ds/a", "ds/b", "po/alone"]


def test_what_several_lack_is_named(why, namespace):
    """With its namespace: of the same name in another it is another."""
    lacking = [pod(name, waits="CreateContainerConfigError", since=60) for name in ("a", "b")]
    for item in lacking:
        item["spec"]["containers"][0]["envFrom"] = [{"configMapRef": {"name": "settings"}}]
        item["status"]["containerStatuses"][0]["state"]["waiting"]["message"] = 'configmap "settings" not found'
    found = why(case=namespace(*lacking)).stdout.splitlines()
    assert found[3] == "env configmap not found (ConfigMap crowd/settings): 2 workloads"


def test_what_only_starts_is_no_alarm(why, namespace):
    objects, _ = NAMESPACES["only starting"]
    found = why(case=namespace(*objects))
    assert found.exit_code == 0
    assert found.stdout == "crowd: 1 pod of 1 workload looked at, nothing is wrong\nSTARTING 1 workload\n"


def test_only_unknown_causes_have_their_own_exit_status(why, namespace):
    found = why(case=namespace(pod("p", waits="SomethingNew", since=60)))
    assert found.exit_code == 3
    assert "unknown" in found.stdout


# --- where to look, and what may be seen ----------------------------------------------------------------------------


def test_a_namespace_that_is_well_is_one_line(why):
    found = why(case="payments-web")
    assert found.exit_code == 0
    assert found.stdout == "payments-web: 2 pods of 1 workload looked at, nothing is wrong\n"
    assert why("-o", "name", case="payments-web").stdout == ""


def test_one_broken_workload_is_told_as_when_it_is_asked_about(why):
    found = why(case="tariff-sync").stdout
    alone = why("deploy/tariff-sync", case="tariff-sync").stdout
    assert found == f"tariff-sync: 1 pod of 1 workload looked at, 1 workload broken\n\n{alone}"


def test_an_empty_namespace_is_no_failure(why, namespace):
    found = why(case=namespace())
    assert (found.exit_code, found.stdout) == (0, "crowd: there are no pods\n")


def test_a_namespace_that_does_not_exist_is_not_empty(why, replay):
    found = why("-n", "shop-prd")
    assert (found.exit_code, found.stdout) == (4, "")
    assert found.stderr == 'error: namespace "shop-prd" not found; did you mean shop-prod?\n'
    replay.faults.append(fail("/namespaces/shop-prd$", 403))
    found = why("-n", "shop-prd")
    assert found.exit_code == 0
    assert "UNSEEN   Namespaces (forbidden: needs get namespaces" in found.stdout


def test_all_namespaces(why):
    found = why("-A")
    assert found.stdout.startswith("all namespaces: 37 pods of 24 workloads looked at, 11 workloads broken\n")
    assert found.stdout.splitlines()[2].split() == ["NAMESPACE", "WORKLOAD", "PODS", "SINCE", "CAUSE", "WHY"]
    assert found.stdout.splitlines()[-1] == "NEXT     kubectl why sts/postgres -n shop-prod"
    one, several = (json.loads(why(*flags, "-o", "json").stdout) for flags in ((), ("-A",)))
    assert [item["cause"] for item in one["items"]] == [item["cause"] for item in several["items"]]
    assert several["namespace"] is None


def test_all_namespaces_with_rights_in_one(why, replay):
    replay.faults.append(fail("/api/v1/pods", 403))
    found = why("-A")
    assert (found.exit_code, found.stdout) == (4, "")
    assert "at the cluster scope" in found.stderr
    assert "kubectl why -n NAMESPACE" in found.stderr


def test_a_selector(why):
    found = json.loads(why("-l", "app in (postgres,geo-api)", "-o", "json").stdout)
    assert [(item["workload"], item["cause"]) for item in found["items"]] == [("sts/postgres", "oom-killed")]
    assert found["workloadsLookedAt"] == 2
    nothing = why("-l", "app=postgrs")
    assert nothing.exit_code == 4
    assert 'no pod in namespace "shop-prod" has the labels app=postgrs' in nothing.stderr
    assert why("-l", "app=geo-api").exit_code == 0
    assert why("-l", "app==,=").exit_code == 4


LISTS = ("events", "deployments", "statefulsets", "daemonsets", "jobs", "cronjobs", "replicationcontrollers")
FURTHER = ("replicasets", "configmaps", "nodes", "services", "serviceaccounts", "log")
# No verdict in this namespace depends on it.
NOT_MISSED = ("serviceaccounts",)


@pytest.mark.parametrize("status", [403, 500])
@pytest.mark.parametrize("what", [*LISTS, *FURTHER])
def test_any_list_may_fail_but_that_of_the_pods(why, replay, what, status):
    replay.faults.append(fail(rf"/{what}\b", status))
    found = json.loads(why("-o", "json").stdout)
    assert len(found["items"]) == len(BROKEN)
    unseen = {RESOURCES[item["what"]].plural if item["what"] in RESOURCES else "log" for item in found["notChecked"]}
    assert unseen == ({what} if what not in NOT_MISSED else set())


def test_nothing_is_known_without_the_pods(why, replay):
    replay.faults.append(fail(r"/pods\?", 403))
    found = why()
    assert (found.exit_code, found.stdout) == (4, "")
    assert "pods is forbidden" in found.stderr


@pytest.mark.parametrize("faults", [[], [fail("/pods.*continue=", 410, count=1)], [fail("/events.*continue=", 410)]])
def test_pages(why, replay, monkeypatch, faults):
    whole = why("-o", "json").stdout
    replay.requests.clear()
    replay.faults += [replace(fault) for fault in faults]
    monkeypatch.setattr("kubectl_why.collect.sweep._PAGE", 7)
    assert why("-o", "json").stdout == whole
    assert any("/pods" in url and "continue=" in url for _, url in replay.requests)
    if faults and "pods" in faults[0].pattern:
        assert any(url.endswith("/pods") for _, url in replay.requests)


def test_no_list_is_read_twice(why, replay):
    why()
    assert max(Counter(replay.requests).values()) == 1


# --- how it is printed ----------------------------------------------------------------------------------------------


def at_terminal(arguments: list[str], width: int, **variables: str) -> list[str]:
    """The lines that the program prints on a terminal of that width, without colours."""
    import pty  # not on Windows

    main_end, its_end = pty.openpty()
    variables = environment(COLUMNS=str(width), LINES="50", **variables)
    command = ["kubectl-why", *arguments]
    with subprocess.Popen(command, env=variables, stdout=its_end, stderr=subprocess.DEVNULL) as process:
        os.close(its_end)
        text = b""
        while part := _read(main_end):
            text += part
        process.wait()
    os.close(main_end)
    return re.sub(r"\x1b\[[0-9;]*m", "", text.decode()).replace("\r\n", "\n").splitlines()


def _read(end: int) -> bytes:
    try:
        return os.read(end, 65536)
    except OSError:  # as Linux says that nobody writes any more
        return b""


@pytest.mark.skipif(os.name == "nt", reason="a terminal as Unix has it")
@pytest.mark.parametrize("width", [80, 160])
def test_rows_fit(replay, width):
    """Through a terminal of that width."""
    found = at_terminal(["-n", "shop-prod"], width, KUBECONFIG=replay.kubeconfig("shop-prod"))
    assert max(map(len, found)) <= width
    assert sum("connection-refused" in line for line in found) == 3
    if width == 80:
        assert "      postgres:5432 refuses the connection  connection-refused" in found
        assert not any("WHY" in line for line in found)


def test_wide_cuts_nothing(why):
    text = why("-o", "wide").stdout
    for item in json.loads(why("-o", "json").stdout)["items"]:
        assert item["message"] in text


def test_json_is_as_documented(why):
    for flags in (["-A"], ["-n", "default"], ["-l", "app=geo-api"]):
        documented().validate(json.loads(why(*flags, "-o", "json").stdout))
    assert yaml.safe_load(why("-o", "yaml").stdout) == json.loads(why("-o", "json").stdout)


def test_markdown_lists_every_row(why):
    text = why("-o", "markdown").stdout
    assert all(
        f"`{kind}/{name}`" in text
        for kind, name in [("sts", "postgres"), ("deploy", "orders-api"), ("job", "nightly-report")]
    )
    assert "**image registry unreachable" in text


# A pod that is ready is not looked into, though its liveness probe cannot run; nor is one that is deleted in time.
PASSED_OVER = {"edge-files", "trend-miner"}


@pytest.mark.parametrize("name", sorted(name for name in BY_NAME if BY_NAME[name].about["truth"].get("cause")))
def test_recorded_cases_are_told_as_by_themselves(why, name):
    """The verdict of the lists is that of the single requests: for all that is in trouble."""
    case = BY_NAME[name]
    want = load_yaml((case.folder / "verdict.yaml").read_text())
    items = json.loads(why("-n", case.namespace, "-o", "json", case=name).stdout)["items"]
    if want["verdict"] in CALM:
        assert items == []
    elif name not in PASSED_OVER:
        assert want in [item["diagnosis"] for item in items]
