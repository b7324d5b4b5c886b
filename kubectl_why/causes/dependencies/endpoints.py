"""What stands behind a Service: its endpoints, its pods, and how the worst of them is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ... import names
from ...facts import Unreadable
from ...hosts import ServiceName
from ...model import Diagnosis
from ...snapshot import key
from ...status import listing, mapping
from . import Wanted, joined, service

if TYPE_CHECKING:
    from ...facts import Facts, Object

_OF_SERVICE = "kubernetes.io/service-name"


def slices(facts: Facts, name: ServiceName) -> list[Object]:
    """The Service's EndpointSlices. Unreadable where they were not read."""
    if not facts.listed("EndpointSlice", name.namespace, f"{_OF_SERVICE}={name.name}"):
        ref = key("EndpointSlice", name.namespace, "*")
        reason = facts.snapshot.unreadable.get(ref, "was not read")
        facts.unseen[ref] = reason
        raise Unreadable(ref, reason)
    return [
        obj
        for obj in facts.all("EndpointSlice", name.namespace)
        if mapping(mapping(obj.get("metadata")).get("labels")).get(_OF_SERVICE) == name.name
    ]


def endpoints(facts: Facts, name: ServiceName, ready: bool) -> list[Object]:
    """The endpoints that are ready, or those that are not. A condition that is absent counts as true (discovery/v1)."""
    found = [item for piece in slices(facts, name) for item in listing(piece.get("endpoints"))]
    return [item for item in found if (mapping(item.get("conditions")).get("ready") is not False) == ready]


def selector(facts: Facts, item: Wanted) -> dict[str, str]:
    """The labels that the Service selects; none where it has no selector, or stands for a name outside the cluster."""
    spec = mapping(mapping(service(facts, item)).get("spec"))
    return {} if spec.get("type") == "ExternalName" else {k: str(v) for k, v in mapping(spec.get("selector")).items()}


def lacks_ready(facts: Facts, item: Wanted) -> bool:
    """Whether the Service exists, stands for pods, and no ready one is behind it."""
    obj = service(facts, item)
    if obj is None or item.service is None or mapping(obj.get("spec")).get("type") == "ExternalName":
        return False
    return not endpoints(facts, item.service, ready=True)


def pods(facts: Facts, item: Wanted) -> list[Object]:
    """The pods that the Service selects, as far as they were read: the worst one is."""
    wanted = selector(facts, item)
    namespace = item.service.namespace if item.service else None
    return [
        pod
        for pod in facts.all("Pod", namespace)
        if wanted and "spec" in pod and wanted.items() <= mapping(mapping(pod.get("metadata")).get("labels")).items()
    ]


def selects_nothing(facts: Facts, item: Wanted) -> bool:
    """Whether no pod at all has the labels."""
    labels = selector(facts, item)
    asked = item.service is not None and facts.listed("Pod", item.service.namespace, joined(labels, ","))
    return bool(labels) and asked and not pods(facts, item) and not endpoints(facts, item.service, ready=False)


def failing(facts: Facts, item: Wanted) -> Diagnosis | None:
    """The diagnosis of the worst pod behind the Service, if that fails."""
    if item.service is None or facts.diagnose is None:
        return None
    ref = key("Service", item.service.namespace, item.service.name)
    if f"diagnosis {ref}" not in facts.memo:
        inner = facts.snapshot.dependencies.get(ref)
        facts.memo[f"diagnosis {ref}"] = facts.diagnose(inner) if inner else None
    found = facts.memo[f"diagnosis {ref}"]
    return found if found and found.state == "failing" else None


def nearest_labels(facts: Facts, item: Wanted) -> tuple[Object, dict[str, str]] | None:
    """The pod, or the workload, whose pods were most likely meant, and the labels of its pods."""
    labels, namespace = selector(facts, item), item.service.namespace if item.service else None
    found = [(pod, _labels(mapping(pod.get("metadata")))) for pod in facts.all("Pod", namespace) if pod != facts.pod]
    for kind in ("Deployment", "StatefulSet"):
        for obj in facts.all(kind, namespace):
            template = mapping(mapping(obj.get("spec")).get("template"))
            found.append((obj, _labels(mapping(template.get("metadata")))))
    scored = [(_nearness(labels, has, item), index) for index, (_, has) in enumerate(found)]
    score, index = max(scored, default=(0.0, 0))
    return found[index] if score >= 0.8 else None


def _labels(metadata: Object) -> dict[str, str]:
    return {name: str(value) for name, value in mapping(metadata.get("labels")).items()}


def _nearness(labels: dict[str, str], has: dict[str, str], item: Wanted) -> float:
    """How likely pods with these labels were meant: how near each value is, or that they are named like the Service."""
    if not labels:
        return 0.0
    values = [max((names.likeness(value, other) for other in has.values()), default=0.0) for value in labels.values()]
    same = [has.get(label) == value for label, value in labels.items()]
    if all(same):
        return 2.0
    alike = item.service is not None and item.service.name in has.values()
    return max(min(values), 0.9 if alike else 0.0) + sum(same) / 10
