"""What the scheduler says of a pod without a node, and which nodes would fit but for one thing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from ...facts import Unreadable
from ...model import Confidence, Evidence, Remedy, now
from ...quantities import parse
from ...snapshot import Object
from ...status import listing, mapping, number
from ..volumes import complaints

if TYPE_CHECKING:
    from fractions import Fraction

    from ...facts import Facts

# What the plugins of the scheduler say of nodes and claims, 1.19 to 1.36 (pkg/scheduler/framework/plugins).
_SAYS = (
    ("insufficient-resources", r"^Insufficient |^Too many pods|exceed max volume count|cannot allocate all claims"),
    (
        "node-selector-mismatch",
        r"node affinity/selector|didn't match node selector|scheduler-enforced node affinity|plugin\(s\) \[NodeAffinity\]"
        r"|^pod affinity terms conflict",
    ),
    ("untolerated-taint", r"untolerated taint|had taints? .*didn't tolerate"),
    ("nodes-cordoned", r"were unschedulable"),
    ("pod-affinity-unsatisfied", r"pod (?:anti-)?affinity rules|pods anti-affinity rules|pod affinity/anti-affinity"),
    ("topology-spread-unsatisfied", r"topology spread constraints"),
    ("host-port-conflict", r"free ports for the requested pod ports"),
    ("volume-node-conflict", r"volume node affinity conflict|PersistentVolume's node affinity|no available volume zone"),
    ("pvc-not-found", r'persistentvolumeclaim "[^"]+" not found|to create the persistentvolumeclaim'),
    (
        "pvc-unbound",
        r"unbound immediate PersistentVolumeClaims|find available persistent volumes to bind|enough free storage"
        r"|non-existent (?:pv|persistentvolume)|binding volumes: ",
    ),
)
_REASONS = r"(?s)^(?:0/\d+ nodes are available: )?(?P<reasons>.*?)(?:\. (?:no new claims|[\w ,]*preemption:).*)?$"
_CONTROL_PLANE = ("node-role.kubernetes.io/control-plane", "node-role.kubernetes.io/master")
_CORDON = {"key": "node.kubernetes.io/unschedulable", "effect": "NoSchedule"}
# A pod that was bound to a node by hand hears it from the kubelet (desired_state_of_world_populator.go, 1.36).
_KUBELET_UNBOUND = r"PVC is not bound|has non-bound phase|PVC .* not bound"
# What the Node objects say as well as the scheduler: if a node passes, these are not what keeps the pod from it.
_OF_NODES = frozenset(("node-selector-mismatch", "untolerated-taint", "nodes-cordoned"))


class Refusal(NamedTuple):
    """Why the nodes that come nearest do not take the pod."""

    causes: frozenset[str]
    reasons: tuple[str, ...]
    """What the scheduler says, without counts."""
    nodes: tuple[Object, ...]
    """The nodes that would fit but for these causes; none where nodes could not be read."""
    evidence: Evidence
    confidence: Confidence


def refusal(facts: Facts, cause: str) -> Refusal | None:
    """What the scheduler says, if this cause stands between the pod and the nodes that come nearest."""
    if "scheduling" not in facts.memo:
        facts.memo["scheduling"] = _refusal(facts)
    found: Refusal | None = facts.memo["scheduling"]
    return found if found and cause in found.causes else None


def _refusal(facts: Facts) -> Refusal | None:
    message, evidence = _said(facts)
    if not message or evidence is None:
        return None
    reasons = tuple(re.sub(r"^\d+ ", "", part).rstrip(". ") for part in re.split(r", (?=\d+ )", message))
    told = [next((cause for cause, pattern in _SAYS if re.search(pattern, reason)), "") for reason in reasons]
    nodes = tuple(facts.all("Node"))
    if not nodes:
        facts.names("Node")  # notes that they could not be read
    causes, near = _nearest(facts, told, nodes) if nodes else (_likeliest(told, message), ())
    confidence = Confidence.LIKELY
    if nodes or len(set(told)) == 1:
        confidence = Confidence.CERTAIN
    elif len(_OF_NODES & set(told)) > 1 and causes <= _OF_NODES:
        confidence = Confidence.POSSIBLE  # which of these each node has, only the nodes themselves say
    return Refusal(frozenset(causes) - {""}, reasons, near, evidence, confidence)


def _said(facts: Facts) -> tuple[str, Evidence | None]:
    """The scheduler's reasons, and their quotation: of the pod's condition, which is never cut, else of its last event."""
    if not facts.unscheduled or facts.deleted:
        return "", None
    scheduled = facts.condition("PodScheduled")
    if scheduled.get("status") == "False" and scheduled.get("message") and scheduled.get("reason") != "SchedulingGated":
        message = str(scheduled["message"])
        reasons = re.match(_REASONS, message)
        said = message[: reasons.end("reasons")] if reasons else message
        return reasons["reasons"] if reasons else message, facts.cite_pod("status.conditions{PodScheduled}.message", said)
    # Other schedulers and autoscalers use the same reason, in other words.
    for event in facts.events("FailedScheduling", kind="Pod", text=r"^0/\d+ nodes are available: ") if not scheduled else ():
        reasons = re.match(_REASONS, str(event["message"]))
        return reasons["reasons"] if reasons else "", facts.cite_event(event)
    return "", None


def _nearest(facts: Facts, told: list[str], nodes: tuple[Object, ...]) -> tuple[set[str], tuple[Object, ...]]:
    """The causes that stand between the pod and the nodes that come nearest, and those nodes.

    The scheduler names for each node only the first thing in its way; a node that is tainted and lacks the label as well is
    no node that would fit but for its taint. So what a node is by itself is looked at here, and the rest is the scheduler's.
    """
    causes, left = set(told), nodes
    for cause, passes in (
        ("node-selector-mismatch", selected),
        ("volume-node-conflict", reaches_volumes),
        ("insufficient-resources", large_enough),
    ):
        through = tuple(node for node in left if passes(facts, node))
        if not through and cause in causes:
            return {cause}, left
        left = through or left
        if cause == "node-selector-mismatch":
            left = tuple(node for node in left if not _is_control_plane(facts, node)) or left
    if any(volume_terms(facts)):
        causes.discard("volume-node-conflict")
    free = tuple(node for node in left if not is_cordoned(facts, node) and not untolerated(facts, node))
    if free:
        return causes - _OF_NODES or causes, free
    cordoned = tuple(node for node in left if is_cordoned(facts, node) and not untolerated(facts, node))
    if cordoned and "nodes-cordoned" in causes:
        return {"nodes-cordoned"}, cordoned
    tainted = tuple(node for node in left if untolerated(facts, node))
    return ({"untolerated-taint"}, tainted) if tainted and "untolerated-taint" in causes else (causes, left)


def _likeliest(told: list[str], message: str) -> set[str]:
    """As `_nearest`, where no node can be looked at: what a node is by itself stands back behind what it has no room for."""
    causes = set(told)
    if re.search("|".join(_CONTROL_PLANE), message) and len(causes) > 1 and message.count("taint") == 1:
        causes.discard("untolerated-taint")
    for some in (
        causes - _OF_NODES - {"volume-node-conflict"},
        {"nodes-cordoned"},
        {"volume-node-conflict"},
        {"untolerated-taint"},
    ):
        if some & causes:
            return some
    return causes


# -- nodes


def selected(facts: Facts, node: Object) -> bool:
    """Whether nodeSelector and the required node affinity accept the node."""
    labels = labels_of(node)
    if any(labels.get(name) != value for name, value in mapping(facts.spec.get("nodeSelector")).items()):
        return False
    terms = affinity_terms(facts)
    return terms is None or any(term_accepts(term, node) for term in terms)


def affinity_terms(facts: Facts) -> list[Object] | None:
    """The terms of the required node affinity, one of which a node has to meet; None where there is no such affinity."""
    affinity = mapping(mapping(facts.spec.get("affinity")).get("nodeAffinity"))
    required = affinity.get("requiredDuringSchedulingIgnoredDuringExecution")
    return None if required is None else listing(mapping(required).get("nodeSelectorTerms"))


def term_accepts(term: Object, node: Object) -> bool:
    """Whether a node meets all of a nodeSelectorTerm; none meets an empty one (component-helpers, nodeaffinity.go, 1.36)."""
    wishes = [(wish, labels_of(node)) for wish in listing(term.get("matchExpressions"))]
    wishes += [(wish, {"metadata.name": name_of(node)}) for wish in listing(term.get("matchFields"))]
    return bool(wishes) and all(meets(wish, having) for wish, having in wishes)


def meets(wish: Object, having: Object) -> bool:
    """Whether labels meet an expression of key, operator and values."""
    value, operator = having.get(str(wish.get("key"))), wish.get("operator")
    values = wish.get("values") if isinstance(wish.get("values"), list) else []
    if operator in ("Gt", "Lt"):
        numbers = [parse(str(number)) for number in (value, *values[:1])]
        if len(numbers) < 2 or numbers[0] is None or numbers[1] is None:
            return False
        return numbers[0] > numbers[1] if operator == "Gt" else numbers[0] < numbers[1]
    found = {"In": value in values, "NotIn": value not in values, "Exists": value is not None, "DoesNotExist": value is None}
    return found.get(str(operator), False)


def volume_terms(facts: Facts) -> Iterator[tuple[Object, list[Object]]]:
    """The PersistentVolumes of the pod's claims that are not everywhere, with the terms that say where they are."""
    for _, claim in claims(facts):
        try:
            name = mapping(mapping(facts.get("PersistentVolumeClaim", claim)).get("spec")).get("volumeName")
            volume = facts.get("PersistentVolume", str(name)) if name else None
        except Unreadable:
            continue
        affinity = mapping(mapping(mapping(volume).get("spec")).get("nodeAffinity"))
        terms = listing(mapping(affinity.get("required")).get("nodeSelectorTerms"))
        if volume and terms:
            yield volume, terms


def reaches_volumes(facts: Facts, node: Object) -> bool:
    return all(any(term_accepts(term, node) for term in terms) for _, terms in volume_terms(facts))


def large_enough(facts: Facts, node: Object) -> bool:
    """Whether an empty node would hold the pod."""
    return all(wanted <= allocatable(node, resource) for resource, wanted in requests(facts).items())


def allocatable(node: Object, resource: str) -> Fraction | int:
    return parse(str(mapping(mapping(node.get("status")).get("allocatable")).get(resource))) or 0


def requests(facts: Facts) -> dict[str, Fraction | int]:
    """What the pod asks for as a whole: its containers and sidecars, or an init container where that alone asks for more.

    Source: PodRequests in component-helpers/resource/helpers.go, 1.36.
    """
    apps: dict[str, Fraction | int] = {}
    sidecars: dict[str, Fraction | int] = {}
    peak: dict[str, Fraction | int] = {}
    for container in facts.containers:
        own = amounts(mapping(container.spec.get("resources")).get("requests"))
        if container.kind == "app":
            apps = _sum(apps, own)
        elif container.kind == "sidecar":
            sidecars = _sum(sidecars, own)
        else:
            peak = {name: max(n, peak.get(name, n)) for name, n in {**peak, **_sum(sidecars, own)}.items()}
    total = _sum(apps, sidecars)
    total = {name: max(total.get(name, 0), peak.get(name, 0)) for name in (*total, *peak)}
    total |= amounts(mapping(facts.spec.get("resources")).get("requests"))
    return {name: n for name, n in _sum(total, amounts(facts.spec.get("overhead"))).items() if n}


def amounts(value: object) -> dict[str, Fraction | int]:
    return {name: parse(str(amount)) or 0 for name, amount in mapping(value).items()}


def _sum(one: dict[str, Fraction | int], other: dict[str, Fraction | int]) -> dict[str, Fraction | int]:
    return {name: one.get(name, 0) + other.get(name, 0) for name in {**one, **other}}


def is_cordoned(facts: Facts, node: Object) -> bool:
    return mapping(node.get("spec")).get("unschedulable") is True and not _tolerated(facts, _CORDON)


def untolerated(facts: Facts, node: Object) -> list[Object]:
    """The node's taints that keep the pod away; not the one of cordoned nodes."""
    return [
        taint
        for taint in listing(mapping(node.get("spec")).get("taints"))
        if taint.get("effect") in ("NoSchedule", "NoExecute")
        and taint.get("key") != _CORDON["key"]
        and not _tolerated(facts, taint)
    ]


def _is_control_plane(facts: Facts, node: Object) -> bool:
    return any(taint.get("key") in _CONTROL_PLANE for taint in untolerated(facts, node))


def _tolerated(facts: Facts, taint: Object) -> bool:
    """Source: Toleration.ToleratesTaint in api/core/v1/toleration.go, 1.36."""
    return any(
        item.get("effect") in (None, "", taint.get("effect"))
        and item.get("key") in (None, "", taint.get("key"))
        and (item.get("operator") == "Exists" or (item.get("value") or "") == (taint.get("value") or ""))
        for item in listing(facts.spec.get("tolerations"))
        if item.get("key") or item.get("operator") == "Exists"
    )


def name_of(obj: Object) -> str:
    return str(mapping(obj.get("metadata")).get("name") or "")


def labels_of(node: Object) -> Object:
    return mapping(mapping(node.get("metadata")).get("labels"))


# -- claims


def claims(facts: Facts) -> Iterator[tuple[str, str]]:
    """The path of each volume that is a claim, with the claim's name; an ephemeral volume's claim is named after both."""
    for volume in listing(facts.spec.get("volumes")):
        path = f"spec.volumes{{{volume.get('name')}}}"
        name = mapping(volume.get("persistentVolumeClaim")).get("claimName")
        if name:
            yield f"{path}.persistentVolumeClaim.claimName", str(name)
        elif isinstance(volume.get("ephemeral"), dict):
            yield f"{path}.name", f"{facts.name}-{volume.get('name')}"


def claims_unbound(facts: Facts) -> Iterator[tuple[str, str, Object]]:
    """Path, name and object of the claims for whose volume the pod waits, if scheduler or kubelet say that it does."""
    if not refusal(facts, "pvc-unbound") and not complaints(facts, "FailedMount", text=_KUBELET_UNBOUND):
        return
    for path, name in claims(facts):
        try:
            claim = facts.get("PersistentVolumeClaim", name)
        except Unreadable:
            continue
        if claim and mapping(claim.get("status")).get("phase") != "Bound":
            yield path, name, claim


# -- words


def one_per_node(facts: Facts, nodes: tuple[Object, ...]) -> list[Remedy]:
    """What helps where pods of one workload cannot share a node: fewer of them, or none that waits for its predecessor."""
    owner = mapping(facts.snapshot.owners[-1] if facts.snapshot.owners else None)
    spec, status = mapping(owner.get("spec")), mapping(owner.get("status"))
    kind, workload = facts.workload[0], "/".join(facts.workload)
    if kind in ("deployment", "statefulset") and 0 < len(nodes) < number(spec.get("replicas")):
        return [now("one replica per node", facts.kubectl("scale", workload, f"--replicas={len(nodes)}"))]
    if kind == "deployment" and number(status.get("updatedReplicas")) < number(status.get("replicas")):
        patch = '{"spec":{"strategy":{"rollingUpdate":{"maxSurge":0,"maxUnavailable":1}}}}'
        return [now("end the old pod before the new one starts", facts.kubectl("patch", workload, "-p", patch))]
    return []


def nodes_named(nodes: Iterable[Object]) -> str:
    """node a; nodes a and b"""
    names = [name_of(node) for node in nodes]
    return f"node{'s' if len(names) > 1 else ''} {some(names)}"


def some(names: Iterable[str]) -> str:
    """A few names: a, b and c; of many the first three and how many more there are."""
    found = list(dict.fromkeys(names))
    shown, more = (found, 0) if len(found) <= 4 else (found[:3], len(found) - 3)
    last = [f"{more} more"] if more else []
    *head, tail = [*shown, *last] or [""]
    return f"{', '.join(head)} and {tail}" if head else tail
