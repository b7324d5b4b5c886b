"""Which nodes take a pod: pure questions about the spec of a pod, a Node, and the pods that are on it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from .labels import meets
from .quantities import parse
from .snapshot import Object
from .status import labels_of, listing, mapping, name_of

if TYPE_CHECKING:
    from fractions import Fraction

    Amounts = dict[str, Fraction | int]

CORDON = {"key": "node.kubernetes.io/unschedulable", "effect": "NoSchedule"}


def selected(spec: Object, node: Object) -> bool:
    """Whether nodeSelector and the required node affinity accept the node."""
    labels = labels_of(node)
    if any(labels.get(name) != value for name, value in mapping(spec.get("nodeSelector")).items()):
        return False
    terms = affinity_terms(spec)
    return terms is None or any(term_accepts(term, node) for term in terms)


def affinity_terms(spec: Object) -> list[Object] | None:
    """The terms of the required node affinity, one of which a node has to meet; None where there is no such affinity."""
    affinity = mapping(mapping(spec.get("affinity")).get("nodeAffinity"))
    required = affinity.get("requiredDuringSchedulingIgnoredDuringExecution")
    return None if required is None else listing(mapping(required).get("nodeSelectorTerms"))


def term_accepts(term: Object, node: Object) -> bool:
    """Whether a node meets all of a nodeSelectorTerm; none meets an empty one (component-helpers, nodeaffinity.go, 1.36)."""
    wishes = [(wish, labels_of(node)) for wish in listing(term.get("matchExpressions"))]
    wishes += [(wish, {"metadata.name": name_of(node)}) for wish in listing(term.get("matchFields"))]
    return bool(wishes) and all(meets(wish, having) for wish, having in wishes)


# -- taints


def cordons(node: Object) -> list[Object]:
    """The taint by which a node is marked unschedulable, which the node's controller adds at once."""
    return [taint for taint in listing(mapping(node.get("spec")).get("taints")) if taint.get("key") == CORDON["key"]]


def is_cordoned(spec: Object, node: Object) -> bool:
    return mapping(node.get("spec")).get("unschedulable") is True and not tolerated(spec, CORDON)


def untolerated(spec: Object, node: Object) -> list[Object]:
    """The node's taints that keep the pod away; not the one of cordoned nodes."""
    return [
        taint
        for taint in listing(mapping(node.get("spec")).get("taints"))
        if taint.get("effect") in ("NoSchedule", "NoExecute")
        and taint.get("key") != CORDON["key"]
        and not tolerated(spec, taint)
    ]


def tolerated(spec: Object, taint: Object) -> bool:
    """Source: Toleration.ToleratesTaint in api/core/v1/toleration.go, 1.36."""
    return any(
        item.get("effect") in (None, "", taint.get("effect"))
        and item.get("key") in (None, "", taint.get("key"))
        and (item.get("operator") == "Exists" or (item.get("value") or "") == (taint.get("value") or ""))
        for item in listing(spec.get("tolerations"))
        if item.get("key") or item.get("operator") == "Exists"
    )


# -- room


def allocatable(node: Object, resource: str) -> Fraction | int:
    return parse(str(mapping(mapping(node.get("status")).get("allocatable")).get(resource))) or 0


def requests(spec: Object) -> Amounts:
    """What a pod asks for as a whole: its containers and sidecars, or an init container where that alone asks for more.

    Source: PodRequests in component-helpers/resource/helpers.go, 1.36.
    """
    apps: Amounts = {}
    sidecars: Amounts = {}
    peak: Amounts = {}
    for container in listing(spec.get("containers")):
        apps = _sum(apps, requested(container))
    for container in listing(spec.get("initContainers")):
        if container.get("restartPolicy") == "Always":
            sidecars = _sum(sidecars, requested(container))
        else:
            own = _sum(sidecars, requested(container))
            peak = {name: max(own.get(name, 0), peak.get(name, 0)) for name in (*peak, *own)}
    total = _sum(apps, sidecars)
    total = {name: max(total.get(name, 0), peak.get(name, 0)) for name in (*total, *peak)}
    total |= requested(spec)
    return {name: n for name, n in _sum(total, amounts(spec.get("overhead"))).items() if n}


def requested(container: Object) -> Amounts:
    """What one container asks for, or what stands as a whole in a pod's spec."""
    return amounts(mapping(container.get("resources")).get("requests"))


def amounts(value: object) -> Amounts:
    return {name: parse(str(amount)) or 0 for name, amount in mapping(value).items()}


def large_enough(spec: Object, node: Object) -> bool:
    """Whether the node would hold the pod if it were empty."""
    return all(wanted <= allocatable(node, resource) for resource, wanted in requests(spec).items())


def used(pods: Iterable[Object], resource: str) -> Fraction | int:
    """How much of a node's resource its pods have taken: what they request, or their number."""
    alive = [pod for pod in pods if mapping(pod.get("status")).get("phase") not in ("Succeeded", "Failed")]
    if resource == "pods":
        return len(alive)
    return sum((requests(mapping(pod.get("spec"))).get(resource, 0) for pod in alive), start=0)


def ports(spec: Object) -> list[tuple[str, int, str, str]]:
    """Protocol, number, address and place of each port that the pod takes of its node."""
    found = []
    for part in ("initContainers", "containers"):
        for container in listing(spec.get(part)):
            if part == "initContainers" and container.get("restartPolicy") != "Always":
                continue
            for index, port in enumerate(listing(container.get("ports"))):
                # The API server fills it in for a pod with hostNetwork (pkg/apis/core/v1/defaults.go, 1.36).
                field = "hostPort" if port.get("hostPort") else "containerPort" if spec.get("hostNetwork") else ""
                if field and isinstance(port.get(field), int):
                    address = port.get("hostIP") or "0.0.0.0"
                    where = f"spec.{part}{{{container.get('name')}}}.ports[{index}].{field}"
                    found.append((str(port.get("protocol") or "TCP"), port[field], str(address), where))
    return found


def _sum(one: Amounts, other: Amounts) -> Amounts:
    return {name: one.get(name, 0) + other.get(name, 0) for name in {**one, **other}}


def candidates(spec: Object, nodes: Iterable[Object], most: int, every: bool = False) -> list[Object]:
    """The nodes whose pods are worth a look: the largest that may take the pod, or of `every` one with the right labels."""
    open_to = [node for node in nodes if selected(spec, node)]
    free = [n for n in open_to if large_enough(spec, n) and not is_cordoned(spec, n) and not untolerated(spec, n)]
    size = {name_of(node): tuple(allocatable(node, name) for name in ("memory", "cpu")) for node in open_to}
    found = sorted((not every and free) or open_to, key=lambda node: size[name_of(node)], reverse=True)
    return found[:most]
