"""How far a workload is with its newest spec. Pure.

The rules are those of `kubectl rollout status` (kubectl pkg/polymorphichelpers/rollout_status.go, 1.36), and for the kinds
that it does not know the same in its manner.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .status import condition, labels_of, mapping, number

Object = dict[str, Any]

_REVISION = "deployment.kubernetes.io/revision"
# Of a DaemonSet's pods only the number of their template says which are the newest (daemon/util, 1.36).
_TEMPLATE, _OF_TEMPLATE = "deprecated.daemonset.template.generation", "pod-template-generation"


def lacking(workload: Object) -> str:
    """What its rollout still lacks, in words; empty where nothing, or where its kind has none."""
    rule = _RULES.get(str(workload.get("kind")))
    return rule(workload) if rule else ""


def of_newest_revision(pod: Object, maker: Object, workload: Object) -> bool:
    """Whether a pod is of the workload's newest revision, as far as that can be told. `maker` is what made the pod."""
    annotations = mapping(mapping(workload.get("metadata")).get("annotations"))
    if workload.get("kind") == "Deployment":
        return mapping(mapping(maker.get("metadata")).get("annotations")).get(_REVISION) == annotations.get(_REVISION)
    if workload.get("kind") == "StatefulSet":
        newest = mapping(workload.get("status")).get("updateRevision")
        return newest is None or labels_of(pod).get("controller-revision-hash") == newest
    return annotations.get(_TEMPLATE) in (None, labels_of(pod).get(_OF_TEMPLATE))


def observed(workload: Object) -> bool:
    """Whether its controller has seen the newest spec of a workload."""
    generation = number(mapping(workload.get("metadata")).get("generation"))
    return number(mapping(workload.get("status")).get("observedGeneration")) >= generation or workload.get("kind") == "Job"


def _deployment(workload: Object) -> str:
    wanted, has = _wanted(workload), _counts(workload)
    if not observed(workload):
        return _UNOBSERVED
    if has("updatedReplicas") < wanted:
        return f"{has('updatedReplicas')} of {wanted} new pods have been made"
    if has("replicas") > has("updatedReplicas"):
        return f"{has('replicas') - has('updatedReplicas')} old pods are still there"
    if has("availableReplicas") < has("updatedReplicas"):
        return f"{has('availableReplicas')} of {has('updatedReplicas')} new pods are available"
    return ""


def _stateful_set(workload: Object) -> str:
    wanted, has, status = _wanted(workload), _counts(workload), mapping(workload.get("status"))
    strategy = mapping(mapping(workload.get("spec")).get("updateStrategy"))
    if not observed(workload):
        return _UNOBSERVED
    if has("readyReplicas") < wanted:
        return f"{has('readyReplicas')} of {wanted} pods are ready"
    if strategy.get("type") == "OnDelete":
        return ""
    new = wanted - number(mapping(strategy.get("rollingUpdate")).get("partition"))
    if status.get("updateRevision") != status.get("currentRevision") and has("updatedReplicas") < new:
        return f"{has('updatedReplicas')} of {new} pods are of the new revision"
    return ""


def _daemon_set(workload: Object) -> str:
    has = _counts(workload)
    wanted = has("desiredNumberScheduled")
    on_delete = mapping(mapping(workload.get("spec")).get("updateStrategy")).get("type") == "OnDelete"
    if not observed(workload):
        return _UNOBSERVED
    if has("updatedNumberScheduled") < wanted and not on_delete:
        return f"{has('updatedNumberScheduled')} of {wanted} new pods have been made"
    return f"{has('numberAvailable')} of {wanted} pods are available" if has("numberAvailable") < wanted else ""


def _replica_set(workload: Object) -> str:
    wanted, has = _wanted(workload), _counts(workload)
    if not observed(workload):
        return _UNOBSERVED
    return f"{has('availableReplicas')} of {wanted} pods are available" if has("availableReplicas") < wanted else ""


def _job(workload: Object) -> str:
    if condition(workload, "Complete").get("status") == "True":
        return ""
    spec, has = mapping(workload.get("spec")), _counts(workload)
    wanted = number(spec.get("completions")) or 1
    return "it is suspended" if spec.get("suspend") else f"{has('succeeded')} of {wanted} pods have succeeded"


_UNOBSERVED = "its controller has not seen the newest spec yet"
_RULES: dict[str, Callable[[Object], str]] = {
    "Deployment": _deployment,
    "StatefulSet": _stateful_set,
    "DaemonSet": _daemon_set,
    "ReplicaSet": _replica_set,
    "ReplicationController": _replica_set,
    "Job": _job,
}


def _wanted(workload: Object) -> int:
    replicas = mapping(workload.get("spec")).get("replicas")
    return 1 if replicas is None else number(replicas)


def _counts(workload: Object) -> Callable[[str], int]:
    status = mapping(workload.get("status"))
    return lambda name: number(status.get(name))
