"""STATUS and READY as kubectl prints them: beside the server-side table of every recorded pod, and by a table of states."""

import pytest

from kubectl_why.status import pod_status, ready_count, worst
from tests.test_cases import FOUND
from tests.wire import tables

PODS = [(case, pod) for case in FOUND for pod in case.objects.get("v1/pods", ())]


def test_recorded_pods_read_as_in_the_table():
    assert len(PODS) > 150
    for case, pod in PODS:
        row = tables.table("pods", [pod], case.now)["rows"][0]["cells"]
        assert (ready_count(pod), pod_status(pod)) == (row[1], row[2]), pod["metadata"]["name"]


def pod(phase="Running", spec=None, metadata=None, **status):
    return {
        "metadata": metadata or {},
        "spec": {"containers": [{"name": "a"}], **(spec or {})},
        "status": {"phase": phase, **status},
    }


def container(ready=False, **state):
    return {"name": "a", "ready": ready, "state": state}


@pytest.mark.parametrize(
    "given, want",
    [
        (pod("Pending"), "Pending"),
        ({}, "Unknown"),
        (pod("Failed", reason="Evicted"), "Evicted"),
        (pod("Succeeded", containerStatuses=[container(terminated={"reason": "Completed"})]), "Completed"),
        (pod(containerStatuses=[container(waiting={"reason": "CrashLoopBackOff"})]), "CrashLoopBackOff"),
        (pod(containerStatuses=[container(terminated={"exitCode": 3})]), "ExitCode:3"),
        (pod(containerStatuses=[container(terminated={"signal": 9, "exitCode": 137})]), "Signal:9"),
        (pod(containerStatuses=[container(True, running={})]), "Running"),
        (pod(metadata={"deletionTimestamp": "2026-01-01T00:00:00Z"}), "Terminating"),
        (pod("Failed", metadata={"deletionTimestamp": "2026-01-01T00:00:00Z"}), "Failed"),
        (
            pod(
                "Pending",
                {"initContainers": [{"name": "i"}]},
                initContainerStatuses=[{"name": "i", "state": {"running": {}}}],
            ),
            "Init:0/1",
        ),
        (
            pod(
                "Pending",
                {"initContainers": [{"name": "i"}]},
                initContainerStatuses=[{"name": "i", "state": {"waiting": {"reason": "CrashLoopBackOff"}}}],
            ),
            "Init:CrashLoopBackOff",
        ),
        (pod("Pending", conditions=[{"type": "PodScheduled", "reason": "SchedulingGated"}]), "SchedulingGated"),
        (
            pod(
                containerStatuses=[container(True, running={}), container(terminated={"reason": "Completed", "exitCode": 0})]
            ),
            "NotReady",
        ),
        ({"status": None, "spec": [], "metadata": "x"}, "Unknown"),
    ],
)
def test_states(given, want):
    assert pod_status(given) == want


def test_worst_fails():
    well = pod(containerStatuses=[container(True, running={})], conditions=[{"type": "Ready", "status": "True"}])
    crashing = pod(containerStatuses=[container(waiting={"reason": "CrashLoopBackOff"})])
    assert worst([well, crashing, well]) is crashing
    assert worst([]) is None


def test_a_failed_pod_that_its_job_has_replaced_is_not_the_worst():
    def of_job(phase, created, ended, job="a"):
        owners = [{"kind": "Job", "name": job}]
        metadata = {"ownerReferences": owners, "creationTimestamp": f"2026-01-01T00:{created}Z"}
        reason = "Error" if phase == "Failed" else "Completed"
        state = {"terminated": {"reason": reason, "finishedAt": f"2026-01-01T00:{ended}Z"}}
        return pod(phase, metadata=metadata, containerStatuses=[{"name": "a", "state": state}])

    failed, replaced = of_job("Failed", "00:10", "00:20"), of_job("Succeeded", "00:30", "00:40")
    assert worst([failed, replaced]) is replaced
    assert worst([failed, of_job("Succeeded", "00:15", "00:40")]) is failed
    assert worst([failed, of_job("Succeeded", "00:30", "00:40", "b")]) is failed
