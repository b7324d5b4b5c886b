"""Which workload a pod belongs to, which of its pods are in trouble, and since when."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from .resources import RESOURCES, WORKLOADS
from .snapshot import Object
from .status import condition, controller, labels_of, listing, made_good, mapping, moment, name_of, namespace_of, number

LEFT = "left for --all"
"""Why something is unreadable that could have been asked for, and was not: see collect/sweep.py."""

# So long a container that was restarted may have to run before its last failure is over (facts.recovered).
_UNSETTLED = timedelta(seconds=600)
# So long a pod has to be ready before the one that failed before it is forgotten.
_SETTLED = timedelta(hours=1)


class Workload(NamedTuple):
    """What a user would ask about: a workload that nothing above it makes, or a pod that no workload made."""

    kind: str
    namespace: str
    name: str
    pods: tuple[Object, ...] = ()
    """Those that count: the finished and the replaced ones are left out."""
    owner: Object | None = None
    """The workload's own object, where it was read."""

    @property
    def target(self) -> str:
        """TYPE/NAME, as it can be typed."""
        resource = RESOURCES.get(self.kind)
        return f"{resource.short[0] if resource and resource.short else self.kind.lower()}/{self.name}"


def top(pod: Object, found: Callable[[str, str, str], Object | None]) -> tuple[str, str]:
    """Kind and name of the workload that a pod is of in the end; the pod itself where no workload made it.

    `found` gives an object by kind, namespace and name. ReplicaSets need not be read: the one of a Deployment has its
    name, followed by the hash that its pods bear (pkg/controller/deployment/sync.go, 1.36).
    """
    kind, name = controller(pod) or ("Pod", name_of(pod))
    namespace = namespace_of(pod)
    if kind == "ReplicaSet":
        deployment = name.removesuffix(f"-{labels_of(pod).get('pod-template-hash')}")
        return (
            ("Deployment", deployment) if deployment != name and found("Deployment", namespace, deployment) else (kind, name)
        )
    if kind == "Job":
        above = controller(found(kind, namespace, name) or {})
        return above if above and above[0] == "CronJob" else (kind, name)
    return (kind, name) if kind in WORKLOADS else ("Pod", name_of(pod))


def troubled(pod: Object, now: datetime) -> bool:
    """Whether a pod is worth a diagnosis: it is not ready, or has not yet outlived its last failure.

    One that is being deleted is, once it is overdue: deletionTimestamp includes the grace period.
    """
    status = mapping(pod.get("status"))
    deleted = moment(mapping(pod.get("metadata")).get("deletionTimestamp"))
    if deleted:
        return deleted < now
    if status.get("phase") == "Succeeded":
        return False
    if condition(pod, "Ready").get("status") != "True":
        return True
    for item in listing(status.get("containerStatuses")):
        started = moment(mapping(mapping(item.get("state")).get("running")).get("startedAt"))
        if number(item.get("restartCount")) and (started is None or now - started < _UNSETTLED):
            return True
    return False


def replaced(pod: Object, others: Sequence[Object], now: datetime) -> bool:
    """Whether a pod failed, and another of its controller has been well in its place: for an hour, or, of a Job, to its end.

    What was evicted, say, stays until the garbage collector takes it; one that was evicted just now may tell of the next.
    """
    if mapping(pod.get("status")).get("phase") != "Failed":
        return False
    return made_good(pod, others) or any(
        controller(other) == controller(pod) is not None and _well_since(other, now - _SETTLED) for other in others
    )


def _well_since(pod: Object, then: datetime) -> bool:
    ready = condition(pod, "Ready")
    changed = moment(ready.get("lastTransitionTime"))
    return ready.get("status") == "True" and changed is not None and changed <= then


def since(items: Iterable[Object]) -> datetime | None:
    """When the trouble of pods, or of an owner without pods, began, as far as their conditions tell."""
    return min(filter(None, map(_since, items)), default=None)


def _since(obj: Object) -> datetime | None:
    for kind, bad in (("Ready", "False"), ("PodScheduled", "False"), ("ReplicaFailure", "True"), ("Failed", "True")):
        found = condition(obj, kind)
        if found.get("status") == bad and found.get("lastTransitionTime"):
            return moment(found["lastTransitionTime"])
    ends = [
        moment(mapping(mapping(item.get("lastState")).get("terminated")).get("finishedAt"))
        for item in listing(mapping(obj.get("status")).get("containerStatuses"))
    ]
    return max(filter(None, ends), default=moment(mapping(obj.get("metadata")).get("creationTimestamp")))
