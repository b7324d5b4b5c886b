"""What has become of what somebody waits for (--wait): it is well, it goes on, or it never will be. Pure."""

from __future__ import annotations

import enum
from typing import NamedTuple

from .model import Confidence, Diagnosis, Verdict
from .nodes import allocatable, requests
from .rollouts import lacking, observed, of_newest_revision
from .snapshot import Object, Snapshot
from .status import condition, mapping, moment, name_of, number


class State(enum.Enum):
    """DONE: healthy or completed, all of it. GOING_ON: time may do it. FINAL: time alone will not."""

    DONE = "done"
    GOING_ON = "going on"
    FINAL = "final"


class Outcome(NamedTuple):
    """How it stands, and why that is, in words for a person."""

    state: State
    words: str


# Seconds of a pod's age after which a cause is final: it does not go away until somebody changes something.
# - At once: what has to change is the pod's own spec, its image or what the registry has. The kubelet tries again for
#   ever, and gets the same answer.
# - After some seconds: an object that is named may still come, since what is applied together comes in any order (Helm,
#   GitOps), and the controller or kubelet then goes on by itself.
# - After half a minute: a node may come. Autoscalers decide within 30 s, and say on the pod what they do
#   (https://github.com/kubernetes/autoscaler, cluster-autoscaler/FAQ.md; https://karpenter.sh/docs/concepts/).
# What is not here may pass by itself: a crash, for what it waits for may come; a probe; a registry that does not answer.
_AT_ONCE, _AN_OBJECT, _A_NODE = 0.0, 10.0, 30.0
FINAL = {
    **dict.fromkeys(("image-not-found", "image-name-invalid", "image-never-pull", "image-platform-mismatch"), _AT_ONCE),
    **dict.fromkeys(("command-not-found", "command-not-executable", "exec-format-error"), _AT_ONCE),
    **dict.fromkeys(("interpreter-not-found", "working-directory-invalid", "mount-type-mismatch"), _AT_ONCE),
    **dict.fromkeys(("run-as-non-root-violation", "pod-security-violation", "limit-range-violation"), _AT_ONCE),
    **dict.fromkeys(("job-backoff-limit", "deadline-exceeded"), _AT_ONCE),
    **dict.fromkeys(("env-configmap-not-found", "env-configmap-key-not-found"), _AN_OBJECT),
    **dict.fromkeys(("env-secret-not-found", "env-secret-key-not-found"), _AN_OBJECT),
    **dict.fromkeys(("configmap-volume-not-found", "secret-volume-not-found", "volume-key-not-found"), _AN_OBJECT),
    **dict.fromkeys(("image-pull-unauthorized", "image-pull-secret-missing"), _AN_OBJECT),
    **dict.fromkeys(("service-account-not-found", "priority-class-not-found", "runtime-class-not-found"), _AN_OBJECT),
    **dict.fromkeys(("pvc-not-found", "storageclass-not-found"), _AN_OBJECT),
    # Pods that leave give back what they had of a quota; a webhook's server may be on its way up.
    **dict.fromkeys(("quota-exceeded", "admission-denied", "container-create-failed"), _AN_OBJECT),
    **dict.fromkeys(("node-selector-mismatch", "untolerated-taint", "volume-node-conflict"), _A_NODE),
    # Where no node is large enough when it is empty: else pods may leave.
    "insufficient-resources": _A_NODE,
}
_NODE_COMES = ("TriggeredScaleUp", "Nominated")


def outcome(snapshot: Snapshot, diagnosis: Diagnosis, kind: str, name: str) -> Outcome:
    """How it stands with the target, by one look at it."""
    workload = workload_of(snapshot, kind, name)
    ended = _ended(workload) if workload else _failed(snapshot)
    if ended:
        return Outcome(State.FINAL, ended)
    final = next((v for v in diagnosis.verdicts if _is_final(v, snapshot)), None) if _is_newest(snapshot, workload) else None
    if final:
        return Outcome(State.FINAL, f"does not get well by itself: {final.cause.id}")
    missing = lacking(workload) if workload else ""
    if missing:
        return Outcome(State.GOING_ON, missing)
    if diagnosis.state in ("healthy", "completed") and (workload or not _deleted(snapshot)):
        return Outcome(State.DONE, diagnosis.state)
    return Outcome(State.GOING_ON, f"not ready yet: {diagnosis.verdict}")


def workload_of(snapshot: Snapshot, kind: str, name: str) -> Object | None:
    """The workload that is asked about, where it is one and could be read."""
    return next((owner for owner in snapshot.owners if (owner.get("kind"), name_of(owner)) == (kind, name)), None)


def is_over(snapshot: Snapshot, kind: str, name: str) -> bool:
    """Whether nothing becomes of the target any more, well or not: a pod that ran to its end, a Job that is done."""
    if kind == "Job":
        job = workload_of(snapshot, kind, name)
        return any(condition(job, word).get("status") == "True" for word in ("Complete", "Failed"))
    phase = mapping(mapping(snapshot.pod).get("status")).get("phase")
    return kind == "Pod" and phase in ("Succeeded", "Failed")


def _ended(workload: Object) -> str:
    """That its controller gave up. Source: deployment/util and job_controller.go of kube-controller-manager, 1.36."""
    spec, progressing = mapping(workload.get("spec")), condition(workload, "Progressing")
    if progressing.get("reason") == "ProgressDeadlineExceeded" and observed(workload):
        return f"no progress for {number(spec.get('progressDeadlineSeconds'))}s (ProgressDeadlineExceeded)"
    failed = condition(workload, "Failed")
    return f"the Job failed ({failed.get('reason')})" if failed.get("status") == "True" else ""


def _failed(snapshot: Snapshot) -> str:
    phase = mapping(mapping(snapshot.pod).get("status")).get("phase")
    return "the pod failed, and none that did is started again" if phase == "Failed" else ""


def _is_final(verdict: Verdict, snapshot: Snapshot) -> bool:
    patience = FINAL.get(verdict.cause.id)
    if patience is None or verdict.finding.confidence is Confidence.POSSIBLE:
        return False
    made = moment(
        mapping(mapping(snapshot.pod or next(iter(snapshot.owners), None)).get("metadata")).get("creationTimestamp")
    )
    if made is None or (snapshot.taken_at - made).total_seconds() < patience:
        return False
    if verdict.cause.family == "scheduling" and any(event.get("reason") in _NODE_COMES for event in snapshot.events):
        return False
    return verdict.cause.id != "insufficient-resources" or not _fits_when_empty(snapshot)


def _fits_when_empty(snapshot: Snapshot) -> bool:
    """Whether some node has in all what the pod asks for, so that it fits when other pods have left."""
    wanted = requests(mapping(mapping(snapshot.pod).get("spec")))
    nodes = [obj for ref, obj in snapshot.objects.items() if ref.startswith("Node/")]
    return not nodes or any(all(allocatable(node, name) >= amount for name, amount in wanted.items()) for node in nodes)


def _is_newest(snapshot: Snapshot, workload: Object | None) -> bool:
    """Whether what fails is of the newest revision: an older one is on its way out, and its failure with it."""
    if workload is None:
        return True
    if not observed(workload):
        return False
    return snapshot.pod is None or of_newest_revision(snapshot.pod, next(iter(snapshot.owners), {}), workload)


def _deleted(snapshot: Snapshot) -> bool:
    return bool(mapping(mapping(snapshot.pod).get("metadata")).get("deletionTimestamp"))
