"""Each word of Kubernetes leads to the causes that its row names, or to `unknown`, or to nothing: by recordings, or by an
example that stands here with the exact format of the message."""

import copy
import json
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from kubectl_why.diagnose import diagnose
from kubectl_why.reasons import HARMLESS, SYMPTOM, reason, reasons
from kubectl_why.snapshot import Snapshot
from kubectl_why.status import listing, mapping
from tests.logs import NOW, snapshot
from tests.test_cases import FOUND, diagnosis_of, recorded_snapshot, verdicts_in

TAXONOMY = Path(__file__).parents[2] / "shared" / "taxonomy.json"
IDS = {line.partition("/")[2] for line in (Path(__file__).parent / "causes.txt").read_text().split()}
each_reason = pytest.mark.parametrize("row", reasons(), ids=lambda row: f"{row.kind}-{row.name}")

AGO = "2026-03-04T09:20:00Z"
LATELY = "2026-03-04T10:00:20Z"


# -- pods in the states in which such a word stands


def event(name, message, kind="Pod", type="Warning", of="shop-1"):
    return {
        "kind": "Event",
        "reason": name,
        "message": message,
        "type": type,
        "count": 3,
        "firstTimestamp": AGO,
        "lastTimestamp": LATELY,
        "source": {"component": "kubelet"},
        "involvedObject": {"kind": kind, "namespace": "shop", "name": of},
    }


def changed(status=None, spec=None, metadata=None, events=(), drop=(), **more) -> Snapshot:
    """A pod of the Deployment `shop`, with what is given instead of what it has."""
    base = snapshot("", state="ready")
    pod = copy.deepcopy(base.pod)
    pod["status"].update(status or {})
    pod["spec"].update(spec or {})
    pod["metadata"].update(metadata or {})
    for part, name in drop:
        pod[part].pop(name, None)
    parts = {"taken_at": NOW, "target": base.target, "owners": base.owners, "pod": pod, "events": tuple(events)}
    return Snapshot(**{**parts, "objects": {"Node/n": NODE}, **more})


def conditions(**of):
    return [{"type": kind, "status": status} for kind, status in of.items()]


NODE = {"kind": "Node", "metadata": {"name": "n"}, "spec": {}, "status": {"conditions": conditions(Ready="True")}}


def waiting(name, message):
    state = {"name": "web", "ready": False, "restartCount": 0, "state": {"waiting": {"reason": name, "message": message}}}
    return changed({"phase": "Pending", "containerStatuses": [state]})


def terminated(name, message, exit_code=1):
    ended = {"reason": name, "message": message, "exitCode": exit_code, "startedAt": AGO, "finishedAt": LATELY}
    status = {"name": "web", "ready": False, "restartCount": 0, "state": {"terminated": ended}}
    return changed({"phase": "Running", "containerStatuses": [status]})


def killed():
    ended = {"reason": "Error", "exitCode": 137, "startedAt": AGO, "finishedAt": LATELY}
    return {"name": "web", "ready": False, "restartCount": 1, "state": {"terminated": ended}}


def failed(name, message, **more):
    return changed({"phase": "Failed", "reason": name, "message": message, **more}, drop=[("status", "containerStatuses")])


def pending(name, message):
    said = {"type": "PodScheduled", "status": "False", "reason": name, "message": message}
    return changed({"phase": "Pending", "conditions": [said]}, drop=[("spec", "nodeName"), ("status", "containerStatuses")])


def creating(name, message, **more):
    state = {"name": "web", "ready": False, "restartCount": 0, "state": {"waiting": {"reason": "ContainerCreating"}}}
    return changed(
        {
            "phase": "Pending",
            "containerStatuses": [state],
            "conditions": conditions(PodScheduled="True", PodReadyToStartContainers="False"),
        },
        events=[event(name, message)],
        **more,
    )


def disrupted(name, message, **more):
    said = {"type": "DisruptionTarget", "status": "True", "reason": name, "message": message}
    return changed({"phase": "Failed", "conditions": [said], "containerStatuses": [killed()]}, **more)


def unready(name, message):
    said = {"type": "Ready", "status": "False", "reason": name, "message": message}
    return changed(
        {"conditions": [said, *conditions(ContainersReady="True", PodScheduled="True")]},
        spec={"readinessGates": [{"conditionType": "gate.example/attached"}]},
    )


def deleting(name, message):
    """A pod whose grace period is over since long."""
    return changed(metadata={"deletionTimestamp": AGO}, events=[event(name, message)])


def of_claim(name, message, type="Warning"):
    """A pod whose claim is not bound."""
    claim = {
        "kind": "PersistentVolumeClaim",
        "metadata": {"name": "data", "namespace": "shop"},
        "spec": {"storageClassName": "fast", "volumeName": "pv-1"},
        "status": {"phase": "Pending"},
    }
    storage = {"kind": "StorageClass", "metadata": {"name": "fast"}, "provisioner": "disk.example"}
    taken = pending("Unschedulable", "0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims. not found")
    taken.pod["spec"]["volumes"] = [{"name": "data", "persistentVolumeClaim": {"claimName": "data"}}]
    return replace(
        taken,
        objects={**taken.objects, "PersistentVolumeClaim/shop/data": claim, "StorageClass/fast": storage},
        events=(event(name, message, "PersistentVolumeClaim", type, "data"),),
    )


def owner(kind, name, message, type, status="True"):
    """A workload without a pod."""
    condition = {"type": type, "status": status, "reason": name, "message": message}
    obj = {
        "kind": kind,
        "metadata": {"name": "shop", "namespace": "shop", "creationTimestamp": AGO},
        "spec": {"replicas": 1, "template": {"spec": {"containers": [{"name": "web", "image": "shop:1"}]}}},
        "status": {"conditions": [condition]},
    }
    return Snapshot(taken_at=NOW, target=(kind, "shop", "shop"), owners=(obj,))


def owner_says(kind, name, message):
    """A workload without a pod, of which only an event tells."""
    without = owner(kind, "", "", "Available", "False")
    return Snapshot(
        taken_at=NOW, target=without.target, owners=without.owners, events=(event(name, message, kind=kind, of="shop"),)
    )


# -- examples: the place and name of the word, the pod, and the verdict

REFUSED_BY_NODE = "Pod was rejected: Node didn't have enough resource: {0}, requested: 2, used: 7, capacity: 8"
QUOTA = 'pods "shop-1" is forbidden: exceeded quota: team, requested: pods=1, used: pods=5, limited: pods=5'
NOT_FOUND = (
    'rpc error: code = NotFound desc = failed to pull and unpack image "r.example/shop:1": r.example/shop:1: not found'
)
NO_PRIORITY = 'pods "shop-1" is forbidden: no PriorityClass with name high was found'

JOB_FAILURES = {
    "BackoffLimitExceeded": "Job has reached the specified backoff limit",
    "PodFailurePolicy": "Container web for pod shop/shop-1 failed with exit code 3 matching FailJob rule at index 0",
    "MaxFailedIndexesExceeded": "Job has exceeded the specified maximal number of failed indexes",
    "FailedIndexes": "Job has failed indexes",
}

EXAMPLES = [
    ("waiting", "ErrImagePull", waiting("ErrImagePull", NOT_FOUND), "image-not-found"),
    (
        "waiting",
        "RegistryUnavailable",
        waiting("RegistryUnavailable", "image pull failed for r.example/shop:1 because the registry is unavailable: dial tcp: i/o timeout"),
        "image-registry-unreachable",
    ),
    ("waiting", "PreCreateHookError", waiting("PreCreateHookError", "not enough free CPUs"), "container-create-failed"),
    ("waiting", "PreStartHookError", waiting("PreStartHookError", "topology hint lost"), "container-create-failed"),
    (
        "waiting",
        "RunContainerError",
        waiting(
            "RunContainerError",
            "failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to"
            ' start container process: exec: "/srv/run": exec format error',
        ),
        "exec-format-error",
    ),
    (
        "terminated",
        "ContainerCannotRun",
        terminated("ContainerCannotRun", 'OCI runtime create failed: exec: "serve": executable file not found in $PATH: unknown', 127),
        "command-not-found",
    ),
    ("pod", "Evicted", failed("Evicted", "The node was low on resource: memory. Threshold quantity: 100Mi, available: 80Mi. "), "node-out-of-memory"),
    ("pod", "Evicted", failed("Evicted", "The node was low on resource: inodes. Threshold quantity: 5%, available: 3%. "), "evicted-node-pressure"),
    ("pod", "Evicted", failed("Evicted", "Pod was rejected: The node had condition: [DiskPressure]. "), "node-refused"),
    ("pod", "Terminated", failed("Terminated", "Pod was terminated in response to imminent node shutdown."), "node-shutdown"),
    ("pod", "NodeShutdown", failed("NodeShutdown", "Pod was rejected: Pod was rejected as the node is shutting down."), "node-shutdown"),
    ("pod", "Preempting", failed("Preempting", "Preempted in order to admit critical pod"), "preempted"),
    ("pod", "OutOf*", failed("OutOfnvidia.com/gpu", REFUSED_BY_NODE.format("nvidia.com/gpu")), "node-refused"),
    (
        "pod",
        "NodeLost",
        changed(
            {"reason": "NodeLost", "message": "Node n which was running pod shop-1 is unresponsive"},
            objects={"Node/n": {**NODE, "status": {"conditions": conditions(Ready="Unknown")}}},
        ),
        "node-not-ready",
    ),
    *(
        ("pod", row.name, failed(row.name, REFUSED_BY_NODE.format("x")), "node-refused")
        for row in reasons()
        if row.kind == "pod" and row.causes == ("node-refused",) and "*" not in row.name
    ),
    (
        "condition",
        "ReadinessGatesNotReady",
        unready("ReadinessGatesNotReady", 'corresponding condition of pod readiness gate "gate.example/attached" does not exist.'),
        "readiness-gate-unmet",
    ),
    (
        "condition",
        "DeletionByTaintManager",
        disrupted("DeletionByTaintManager", "Taint manager: deleting due to NoExecute taint"),
        "node-shutdown",
    ),
    (
        "condition",
        "DeletionByDeviceTaintManager",
        disrupted("DeletionByDeviceTaintManager", "Device Taint manager: deleting due to NoExecute taint"),
        "node-shutdown",
    ),
    ("condition", "EvictionByEvictionAPI", disrupted("EvictionByEvictionAPI", "Eviction API: evicting"), "node-shutdown"),
    ("condition", "DeletionByPodGC", disrupted("DeletionByPodGC", "PodGC: node no longer exists", objects={}, absent=frozenset(("Node/n",))), "node-not-ready"),
    (
        "condition",
        "TerminationByKubelet",
        disrupted("TerminationByKubelet", "Pod was preempted by Kubelet to accommodate a critical pod."),
        "preempted",
    ),
    ("condition", "FailedCreate", owner("ReplicaSet", "FailedCreate", NO_PRIORITY, "ReplicaFailure"), "priority-class-not-found"),
    (
        "condition",
        "ReplicaSetCreateError",
        owner("Deployment", "ReplicaSetCreateError", f'Failed to create new replica set "shop-1": {QUOTA}', "Progressing", "False"),
        "quota-exceeded",
    ),
    *(
        ("condition", name, owner("Job", name, message, "Failed"), "job-backoff-limit")
        for name, message in JOB_FAILURES.items()
    ),
    (
        "condition",
        "DeadlineExceeded",
        owner("Job", "DeadlineExceeded", "Job was active longer than specified deadline", "Failed"),
        "deadline-exceeded",
    ),
    ("event", "ReplicaSetCreateError", owner_says("Deployment", "ReplicaSetCreateError", f'Failed to create new replica set "shop-1": {QUOTA}'), "quota-exceeded"),
    ("event", "VolumePermissionChangeInProgress", creating("VolumePermissionChangeInProgress", "Setting volume ownership for pods/1/volumes/data, processed 120000 files."), "starting"),
    ("event", "NetworkNotReady", creating("NetworkNotReady", "network is not ready: container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized"), "sandbox-failed"),
    ("event", "FailedCreatePodContainer", creating("FailedCreatePodContainer", "unable to ensure pod container exists: failed to create container for [kubepods burstable pod1] : unable to start unit"), "sandbox-failed"),
    ("event", "FailedMapVolume", creating("FailedMapVolume", 'MapVolume.SetUpDevice failed for volume "pvc-1" : rpc error: code = Internal desc = no such device'), "volume-mount-failed"),
    ("event", "FailedAttachVolume", creating("FailedAttachVolume", "Multi-Attach error for volume \"pvc-1\" Volume is already exclusively attached to one node and can't be attached to another"), "volume-mount-failed"),
    ("event", "FailedKillPod", deleting("FailedKillPod", 'error killing pod: failed to "KillContainer" for "web"'), "stuck-terminating"),
    ("event", "ExceededGracePeriod", deleting("ExceededGracePeriod", "Container runtime did not kill the pod within specified grace period."), "stuck-terminating"),
    ("event", "FailedBinding", of_claim("FailedBinding", "no persistent volumes available for this claim and no storage class is set", "Normal"), "pvc-unbound"),
    ("event", "ExternalProvisioning", of_claim("ExternalProvisioning", "Waiting for a volume to be created either by the external provisioner 'disk.example' or manually by the system administrator. If volume creation is delayed, please verify that the provisioner is running and correctly registered.", "Normal"), "pvc-unbound"),
    ("event", "VolumeMismatch", of_claim("VolumeMismatch", 'Cannot bind to requested volume "pv-1": requested PV is too small'), "pvc-unbound"),
    ("event", "SystemOOM", changed({"containerStatuses": [killed()]}, events=[event("SystemOOM", "System OOM encountered, victim process: python3, pid: 4242", "Node", of="n")]), "node-out-of-memory"),
]  # fmt: skip


# Words that stand in the pod's history when its verdict has other evidence: the other place in which it stands is held.
TWINS = {
    ("event", "TaintManagerEviction"): ("condition", "DeletionByTaintManager"),
    ("event", "DeviceTaintManagerEviction"): ("condition", "DeletionByDeviceTaintManager"),
    ("event", "NodeControllerEviction"): ("pod", "NodeLost"),
    **{("event", name): ("condition", name) for name in JOB_FAILURES},
    ("event", "Preempting"): ("pod", "Preempting"),
    ("event", "Evicted"): ("pod", "Evicted"),
    **{("event", row.name): ("pod", row.name) for row in reasons() if row.kind == "pod" and row.causes == ("node-refused",)},
}


@cache
def recorded() -> dict[tuple[str, str], set[str]]:
    """The words that recordings have, with the causes of their verdicts."""
    found: dict[tuple[str, str], set[str]] = {}
    for case in FOUND:
        causes = {verdict.cause.id for verdict in verdicts_in(diagnosis_of(case).verdicts)}
        for word in words_of(recorded_snapshot(case)):
            found.setdefault(word, set()).update(causes)
    return found


def words_of(snapshot: Snapshot) -> set[tuple[str, str]]:
    """Every word of Kubernetes in a snapshot, with its place."""
    pod = mapping(snapshot.pod)
    status = mapping(pod.get("status"))
    found = {("event", item.get("reason")) for item in snapshot.events} | {("pod", status.get("reason"))}
    for obj in (pod, *snapshot.owners):
        found |= {("condition", item.get("reason")) for item in listing(mapping(obj.get("status")).get("conditions"))}
    for item in listing(status.get("containerStatuses")) + listing(status.get("initContainerStatuses")):
        for state in (mapping(item.get("state")), mapping(item.get("lastState"))):
            found |= {(kind, mapping(state.get(kind)).get("reason")) for kind in ("waiting", "terminated")}
    return {(kind, name) for kind, name in found if name}


# -- the table


@each_reason
def test_a_reason_leads_to_causes_or_is_knowingly_none(row):
    assert row.kind in ("waiting", "terminated", "pod", "condition", "event")
    assert row.leads in (SYMPTOM, HARMLESS) or set(row.causes) <= IDS
    assert len(row.words) > 15 and not row.words.endswith(".")


def test_a_word_stands_once_in_a_place():
    assert len({(row.kind, row.name) for row in reasons()}) == len(reasons())


def test_a_resource_of_any_name_is_found():
    assert reason("pod", "OutOfnvidia.com/gpu").name == "OutOf*"
    assert reason("pod", "OutOfcpu").name == "OutOfcpu"
    assert reason("pod", "Outage") is None


@pytest.mark.skipif(not TAXONOMY.is_file(), reason="the list of all words is not beside the project")
def test_no_word_of_kubernetes_is_left_out():
    places = {"pod_reason": "pod"}
    left_out = [
        (place, name)
        for entry in json.loads(TAXONOMY.read_text())
        if (place := places.get(entry["kind"], entry["kind"])) in ("waiting", "terminated", "pod", "condition", "event")
        and entry.get("status") not in ("not_a_waiting_reason", "not_a_terminated_reason")
        for name in entry["reason"].split("|")
        if name and "<" not in name and reason(place, name) is None
    ]
    assert left_out == []


def test_recordings_have_no_other_words():
    assert {word for word in recorded() if reason(*word) is None} == set()


# -- what each leads to


@pytest.mark.parametrize("row", [row for row in reasons() if row.causes], ids=lambda row: f"{row.kind}-{row.name}")
def test_a_reason_leads_where_its_row_says(row):
    """By a recording, or by an example; and no example leads elsewhere."""
    place = TWINS.get((row.kind, row.name), (row.kind, row.name))
    examples = [example for example in EXAMPLES if example[:2] == place]
    for _, _, taken, wanted in examples:
        diagnosis = diagnose(taken)
        assert diagnosis.broken == ()
        assert wanted in row.causes
        assert diagnosis.verdict == wanted
    assert examples or recorded().get((row.kind, row.name), set()) & set(row.causes), "neither recorded nor an example"


@pytest.mark.parametrize(
    "row", [r for r in reasons() if (r.kind, r.leads) == ("waiting", SYMPTOM)], ids=lambda row: row.name
)
def test_a_container_that_waits_with_a_symptom_is_unknown_and_told_in_words(row):
    diagnosis = diagnose(waiting(row.name, "some error that nobody has seen"))
    assert diagnosis.verdict == "unknown"
    assert row.words in diagnosis.verdicts[0].finding.message


def test_a_word_that_nobody_knows_is_unknown_and_quoted():
    diagnosis = diagnose(waiting("BrandNewError", "some error that nobody has seen"))
    assert diagnosis.verdict == "unknown"
    assert "BrandNewError: some error that nobody has seen" in diagnosis.verdicts[0].finding.message


@pytest.mark.parametrize("row", [row for row in reasons() if row.kind == "event"], ids=lambda row: row.name)
def test_an_event_of_its_past_is_no_alarm_on_a_healthy_pod(row):
    """Whatever was said of a pod, it is healthy if it is ready and its containers run."""
    told = event(row.name, "Error: something that was said once")
    well = changed({"conditions": conditions(Ready="True", ContainersReady="True", PodScheduled="True")}, events=[told])
    assert diagnose(well).verdict == "healthy"


@pytest.mark.parametrize(
    "row", [r for r in reasons() if r.kind == "event" and r.leads == HARMLESS], ids=lambda row: row.name
)
def test_a_harmless_event_explains_nothing(row):
    """It is not what is quoted of a pod that is stuck, and leads to no cause."""
    diagnosis = diagnose(creating(row.name, "something that Kubernetes says"))
    assert diagnosis.verdict == "unknown"
    assert all(evidence.reason is None for verdict in diagnosis.verdicts for evidence in verdict.finding.evidence)


@pytest.mark.parametrize(
    "name",
    ["FailedPodSandBoxStatus", "FailedSync", "FailedPrepareDynamicResources", "FailedResourceClaimCreation", "Denied"],
)
def test_a_warning_without_a_cause_is_quoted_of_a_pod_that_is_stuck(name):
    diagnosis = diagnose(creating(name, "the driver says no"))
    assert diagnosis.verdict == "unknown"
    assert diagnosis.verdicts[0].finding.evidence[0].reason == name
