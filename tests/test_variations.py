"""What does not matter does not change the verdict: who owns the pod, at which moment of its crash loop one looks, and
whether the container is an init container. The recordings stay as they are; their snapshots are varied here."""

import copy
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from kubectl_why.diagnose import diagnose
from kubectl_why.model import Diagnosis
from kubectl_why.snapshot import Log, Snapshot
from kubectl_why.status import listing, mapping
from tests.score import CALM
from tests.test_cases import BY_NAME, diagnosis_of, recorded_snapshot

FAILING = [
    name for name, case in BY_NAME.items() if case.about["truth"]["cause"][0] not in CALM and recorded_snapshot(case).pod
]
each_failure = pytest.mark.parametrize("name", FAILING)


def holds(name: str, snapshot: Snapshot, what: str) -> Diagnosis:
    """The diagnosis, of which the verdict is still the truth, of the same container."""
    truth = BY_NAME[name].about["truth"]
    found = diagnose(snapshot)
    assert found.broken == (), what
    assert found.verdict in truth["cause"], what
    assert truth["container"] in (None, found.verdicts[0].finding.container), what
    return found


def owned_by(snapshot: Snapshot, kind: str) -> Snapshot:
    """The same pod, made by another kind of workload, or by hand."""
    pod, namespace = copy.deepcopy(snapshot.pod), snapshot.target[1]
    pod["metadata"].pop("ownerReferences", None)
    owners = []
    if kind in ("Job", "CronJob"):
        pod["spec"]["restartPolicy"] = "OnFailure"
    if kind != "Pod":
        template = {"metadata": {"labels": pod["metadata"].get("labels", {})}, "spec": pod["spec"]}
        nearest = "Job" if kind == "CronJob" else kind
        owners.append(
            {"kind": nearest, "metadata": {"name": "maker", "namespace": namespace}, "spec": {"template": template}}
        )
        pod["metadata"]["ownerReferences"] = [{"kind": nearest, "name": "maker", "controller": True}]
    if kind == "CronJob":
        jobs = {"jobTemplate": {"spec": owners[0]["spec"]}}
        owners.append({"kind": "CronJob", "metadata": {"name": "nightly", "namespace": namespace}, "spec": jobs})
    return replace(snapshot, pod=pod, owners=tuple(owners))


@pytest.mark.parametrize("kind", ["StatefulSet", "DaemonSet", "Job", "CronJob", "Pod"])
@each_failure
def test_whoever_owns_the_pod(name, kind):
    taken = recorded_snapshot(BY_NAME[name])
    truth = BY_NAME[name].about["truth"]["cause"]
    if "completed-and-restarted" in truth and kind in ("Job", "CronJob"):
        assert diagnose(owned_by(taken, kind)).verdict in ("completed", "healthy")  # a Job is to end
        return
    verdict = holds(name, owned_by(taken, kind), kind).verdicts[0]
    # What is told to be changed is what makes the pod now.
    assert all("deployment/" not in (remedy.command or "") for remedy in verdict.finding.remedies)


def moments(snapshot: Snapshot, container: str) -> Iterator[tuple[str, Snapshot]]:
    """The pod just after the container's end, in the delay before the next try, and just after that."""
    found = [
        (part, index, item)
        for part in ("containerStatuses", "initContainerStatuses")
        for index, item in enumerate(listing(mapping(snapshot.pod.get("status")).get(part)))
        if item.get("name") == container
    ]
    if not found:
        return
    part, index, item = found[0]
    ends = [mapping(item.get(state)).get("terminated") for state in ("state", "lastState")]
    end = ends[0] or ends[1]
    if not end:
        return
    mine = [log for log in snapshot.logs if log.container == container]
    told = [log for log in mine if log.previous is (ends[0] is None)] or mine
    others = tuple(log for log in snapshot.logs if log.container != container)
    started = (snapshot.taken_at - timedelta(seconds=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    waits = {"reason": "CrashLoopBackOff", "message": f"back-off 20s restarting failed container={container}"}

    def at(state, last, previous, *more):
        pod = copy.deepcopy(snapshot.pod)
        pod["status"][part][index] |= {"state": state, "lastState": last, "ready": False, "started": False}
        return replace(snapshot, pod=pod, logs=(*others, *(replace(log, previous=previous) for log in told), *more))

    last = {"terminated": end}
    yield "just ended", at({"terminated": end}, {}, False)
    yield "in the delay", at({"waiting": waits}, last, True)
    yield "just started", at({"running": {"startedAt": started}}, last, True)
    yield (
        "just started and talking",
        at({"running": {"startedAt": started}}, last, True, Log(container, False, ("starting",))),
    )


@each_failure
def test_at_whatever_moment_of_its_crash_loop(name):
    container = BY_NAME[name].about["truth"]["container"]
    for moment, taken in moments(recorded_snapshot(BY_NAME[name]), container):
        holds(name, taken, moment)


def as_init(snapshot: Snapshot, container: str) -> Snapshot | None:
    """The pod with that container as its last init container; None where it is none of its containers."""
    pod = copy.deepcopy(snapshot.pod)
    spec, status = pod["spec"], pod["status"]
    mine = [item for item in spec["containers"] if item["name"] == container]
    states = [item for item in listing(status.get("containerStatuses")) if item.get("name") == container]
    if not mine or not states:
        return None
    for field in ("livenessProbe", "readinessProbe", "startupProbe", "lifecycle"):
        mine[0].pop(field, None)
    rest = [item for item in spec["containers"] if item["name"] != container] or [{"name": "main", "image": "main:1"}]
    waits = {"ready": False, "restartCount": 0, "state": {"waiting": {"reason": "PodInitializing"}}}
    spec["initContainers"] = [*listing(spec.get("initContainers")), *mine]
    spec["containers"] = rest
    status["initContainerStatuses"] = [*listing(status.get("initContainerStatuses")), *states]
    status["containerStatuses"] = [{"name": item["name"], **waits} for item in rest]
    status["phase"] = "Pending"
    events = copy.deepcopy(snapshot.events)
    for event in events:
        about = mapping(event.get("involvedObject"))
        if about.get("fieldPath") == f"spec.containers{{{container}}}":
            about["fieldPath"] = f"spec.initContainers{{{container}}}"
    return replace(snapshot, pod=pod, events=events)


@each_failure
def test_as_an_init_container(name):
    """Where it fails in what it is or does, and not in its probes or in who made it; one that runs on is waited for."""
    family = diagnosis_of(BY_NAME[name]).verdicts[0].cause.family
    container = BY_NAME[name].about["truth"]["container"]
    if family not in ("image", "config", "start", "memory-and-disk", "signals", "application") or not container:
        return
    taken = as_init(recorded_snapshot(BY_NAME[name]), container)
    if taken is None:
        return
    if any(
        "running" in item["state"] and not item["ready"] for item in listing(taken.pod["status"]["initContainerStatuses"])
    ):
        assert diagnose(taken).verdict in (*BY_NAME[name].about["truth"]["cause"], "waiting-for-init")
        return
    holds(name, taken, "init")
