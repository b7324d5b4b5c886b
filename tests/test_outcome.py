"""What --wait makes of a look: done, going on or final; and how far a rollout is, as kubectl would say."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from kubectl_why.causes import all_causes
from kubectl_why.diagnose import diagnose
from kubectl_why.outcome import FINAL, State, is_over, outcome
from kubectl_why.rollouts import lacking, of_newest_revision
from kubectl_why.snapshot import Snapshot
from tests import pods


def of(snapshot: Snapshot, kind: str = "Pod", name: str = "depot-1"):
    return outcome(snapshot, diagnose(snapshot), kind, name)


def test_what_is_final_is_a_cause():
    assert set(FINAL) <= {cause.id for cause in all_causes()}


def recorded(cause: str) -> Snapshot:
    """The first recorded case of a cause."""
    folder = min((Path(__file__).parent / "cases" / cause).iterdir())
    return Snapshot.from_json(json.loads((folder / "snapshot.json").read_text()))


@pytest.mark.parametrize(
    "cause, state",
    [
        ("healthy", State.DONE),
        ("completed", State.DONE),
        ("image-not-found", State.FINAL),
        ("image-name-invalid", State.FINAL),
        ("command-not-found", State.FINAL),
        ("env-configmap-not-found", State.FINAL),
        ("node-selector-mismatch", State.GOING_ON),  # 10 s old: an autoscaler may not have looked yet
        ("missing-env-var", State.GOING_ON),
        ("connection-refused", State.GOING_ON),
        ("image-registry-unreachable", State.GOING_ON),
        ("oom-killed", State.GOING_ON),
        ("probe-failed", State.GOING_ON),
    ],
)
def test_recorded_pods(cause, state):
    snapshot = recorded(cause)
    pod = snapshot.pod["metadata"]["name"]
    assert outcome(snapshot, diagnose(snapshot), "Pod", pod).state is state


@pytest.mark.parametrize(
    "cause, young, old",
    [
        ("image-not-found", State.FINAL, State.FINAL),
        ("env-configmap-not-found", State.GOING_ON, State.FINAL),
        ("node-selector-mismatch", State.GOING_ON, State.FINAL),
    ],
)
def test_what_may_still_come_is_awaited_for_a_while(cause, young, old):
    """An object that is named, or a node: by the age of the pod, not by how long we have looked."""
    snapshot = recorded(cause)
    diagnosis = diagnose(snapshot)
    for seconds, want in ((5, young), (300, old)):
        at = snapshot.taken_at - timedelta(seconds=seconds)
        pod = {**snapshot.pod, "metadata": {**snapshot.pod["metadata"], "creationTimestamp": f"{at:%Y-%m-%dT%H:%M:%SZ}"}}
        found = outcome(replace(snapshot, pod=pod), diagnosis, "Pod", pod["metadata"]["name"])
        assert found.state is want, seconds


def test_a_node_that_an_autoscaler_brings_is_awaited():
    snapshot = recorded("node-selector-mismatch")
    comes = {"reason": "TriggeredScaleUp", "involvedObject": {"kind": "Pod"}}
    snapshot = replace(snapshot, events=(*snapshot.events, comes))
    assert outcome(snapshot, diagnose(snapshot), "Pod", "any").state is State.GOING_ON


def test_a_failed_pod_is_final_and_over():
    failed = pods.snapshot(pods.ended(1), owner="Pod", phase="Failed", pod={"restartPolicy": "Never"})
    assert of(failed).state is State.FINAL
    assert is_over(failed, "Pod", "depot-1")


def test_a_pod_that_is_being_deleted_is_not_what_was_awaited():
    leaving = pods.snapshot(pods.runs(), ready=True, metadata={"deletionTimestamp": pods.ago(-20)})
    assert of(leaving).state is State.GOING_ON


def deployment(generation=2, observed=2, wanted=2, progressing="ReplicaSetUpdated", **counts):
    return {
        "kind": "Deployment",
        "metadata": {
            "name": "depot",
            "namespace": "depot",
            "generation": generation,
            "annotations": {"deployment.kubernetes.io/revision": "2"},
        },
        "spec": {"replicas": wanted, "progressDeadlineSeconds": 600},
        "status": {
            "observedGeneration": observed,
            "conditions": [{"type": "Progressing", "status": "True", "reason": progressing}],
            **counts,
        },
    }


COMPLETE = {"replicas": 2, "updatedReplicas": 2, "availableReplicas": 2, "readyReplicas": 2}
REVISIONS = {"updateRevision": "b", "currentRevision": "a"}


@pytest.mark.parametrize(
    "workload, words",
    [
        (deployment(**COMPLETE), ""),
        (deployment(observed=1, **COMPLETE), "its controller has not seen the newest spec yet"),
        (deployment(**{**COMPLETE, "updatedReplicas": 1}), "1 of 2 new pods have been made"),
        (deployment(**{**COMPLETE, "replicas": 3}), "1 old pods are still there"),
        (deployment(**{**COMPLETE, "availableReplicas": 1}), "1 of 2 new pods are available"),
        (deployment(wanted=0), ""),
        ({**deployment(**COMPLETE), "kind": "ReplicaSet"}, ""),
        ({**deployment(**{**COMPLETE, "availableReplicas": 0}), "kind": "ReplicaSet"}, "0 of 2 pods are available"),
        ({**deployment(**{**COMPLETE, "readyReplicas": 1}), "kind": "StatefulSet"}, "1 of 2 pods are ready"),
        (
            {
                **deployment(**{**COMPLETE, "updatedReplicas": 1}, **REVISIONS),
                "kind": "StatefulSet",
            },
            "1 of 2 pods are of the new revision",
        ),
        ({**deployment(**COMPLETE, updateRevision="b", currentRevision="b"), "kind": "StatefulSet"}, ""),
        (
            {**deployment(desiredNumberScheduled=3, updatedNumberScheduled=2, numberAvailable=3), "kind": "DaemonSet"},
            "2 of 3 new pods have been made",
        ),
        (
            {**deployment(desiredNumberScheduled=3, updatedNumberScheduled=3, numberAvailable=2), "kind": "DaemonSet"},
            "2 of 3 pods are available",
        ),
        ({**deployment(desiredNumberScheduled=0), "kind": "DaemonSet"}, ""),
        ({"kind": "Job", "spec": {"completions": 3}, "status": {"succeeded": 1}}, "1 of 3 pods have succeeded"),
        ({"kind": "Job", "spec": {"suspend": True}}, "it is suspended"),
        ({"kind": "Job", "status": {"conditions": [{"type": "Complete", "status": "True"}]}}, ""),
        ({"kind": "CronJob"}, ""),
    ],
)
def test_what_a_rollout_lacks(workload, words):
    assert lacking(workload) == words


def with_owners(snapshot: Snapshot, workload: dict, revision: str) -> Snapshot:
    annotations = {"deployment.kubernetes.io/revision": revision}
    made = {"kind": "ReplicaSet", "metadata": {"name": "depot-1", "annotations": annotations}}
    return replace(snapshot, owners=(made, workload))


def test_a_final_cause_of_an_older_revision_is_on_its_way_out():
    broken = recorded("image-not-found")
    workload = deployment(**{**COMPLETE, "availableReplicas": 1})
    assert of(with_owners(broken, workload, "2"), "Deployment", "depot").state is State.FINAL
    assert of(with_owners(broken, workload, "1"), "Deployment", "depot").state is State.GOING_ON
    unseen = deployment(observed=1, **COMPLETE)
    assert of(with_owners(broken, unseen, "2"), "Deployment", "depot").state is State.GOING_ON


def test_a_deployment_is_done_when_all_of_it_is():
    ready = pods.snapshot(pods.runs(), ready=True)
    half = deployment(**{**COMPLETE, "availableReplicas": 1})
    assert of(with_owners(ready, half, "2"), "Deployment", "depot").state is State.GOING_ON
    assert of(with_owners(ready, deployment(**COMPLETE), "2"), "Deployment", "depot").state is State.DONE
    stuck = deployment(progressing="ProgressDeadlineExceeded", **{**COMPLETE, "availableReplicas": 1})
    assert of(with_owners(ready, stuck, "2"), "Deployment", "depot") == (
        State.FINAL,
        "no progress for 600s (ProgressDeadlineExceeded)",
    )


@pytest.mark.parametrize(
    "workload, labels, newest",
    [
        ({"kind": "StatefulSet", "status": {"updateRevision": "b"}}, {"controller-revision-hash": "b"}, True),
        ({"kind": "StatefulSet", "status": {"updateRevision": "b"}}, {"controller-revision-hash": "a"}, False),
        (
            {"kind": "DaemonSet", "metadata": {"annotations": {"deprecated.daemonset.template.generation": "2"}}},
            {"pod-template-generation": "1"},
            False,
        ),
        ({"kind": "DaemonSet"}, {"pod-template-generation": "1"}, True),
        ({"kind": "Job"}, {}, True),
    ],
)
def test_the_newest_revision(workload, labels, newest):
    assert of_newest_revision({"metadata": {"labels": labels}}, {}, workload) is newest
