"""What the scheduler says of a pod without a node, and which nodes would fit but for one thing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from ...model import Confidence, Evidence, Remedy, now
from ...nodes import is_cordoned, large_enough, selected, term_accepts, untolerated
from ...snapshot import Object
from ...status import listing, mapping, name_of, number
from ..volumes import complaints

if TYPE_CHECKING:
    from ...facts import Facts

# What the plugins of the scheduler say of nodes and claims, 1.19 to 1.36 (pkg/scheduler/framework/plugins).
_SAYS = (
    (
        "insufficient-resources",
        r"^Insufficient |^Too many pods|exceed max volume count|^no nodes available|^cannot (?:allocate all|schedule|fit) "
        r"|resourceclaim (?:not available|in use)|timed out trying to allocate devices|device class \S+ does not exist",
    ),
    (
        "node-selector-mismatch",
        r"node affinity/selector|didn't match node selector|scheduler-enforced node affinity|^pod affinity terms conflict"
        r"|plugin(?:\(s\))? \[?NodeAffinity\]?$|didn't match the requested (?:node name|hostname)",
    ),
    ("untolerated-taint", r"untolerated taint|had taints? .*didn't tolerate"),
    ("nodes-cordoned", r"were unschedulable"),
    ("pod-affinity-unsatisfied", r"pod (?:anti-)?affinity rules|pods anti-affinity rules|pod affinity/anti-affinity"),
    ("topology-spread-unsatisfied", r"topology spread constraints"),
    ("host-port-conflict", r"free ports for the requested pod ports"),
    (
        "volume-node-conflict",
        r"volume node affinity conflict|PersistentVolume's node affinity|no available volume zone|had no available disk"
        r"|ReadWriteOncePod access mode already in-use|CSI driver is not installed|plugin(?:\(s\))? \[?[\w ]*VolumeBinding"
        r"|node affinity doesn't match node",
    ),
    (
        "pvc-not-found",
        r'persistentvolumeclaim "[^"]+" not found|to create the persistentvolumeclaim|PVC \S+ was not created for pod',
    ),
    (
        "pvc-unbound",
        r"unbound immediate PersistentVolumeClaims|find available persistent volumes to bind|enough free storage"
        r'|non-existent (?:pv|persistentvolume)|binding volumes: |persistentvolumeclaim "[^"]+" is being deleted',
    ),
)
_FRAME = r"0/\d+ nodes are (?:un)?available: "
_REASONS = rf"(?s)^(?:{_FRAME})?(?P<reasons>.*?)(?:\. (?:no new claims|[\w ,]*preemption:).*)?$"
_COUNTED = r"(?s)(?:(?P<count>\d+) )?(?P<reason>.*)"
_CONTROL_PLANE = ("node-role.kubernetes.io/control-plane", "node-role.kubernetes.io/master")
# A pod that was bound to a node by hand hears it from the kubelet (desired_state_of_world_populator.go, 1.36).
_KUBELET_UNBOUND = r"PVC is not bound|has non-bound phase|PVC .* not bound"
_SELECTED_NODE = "volume.kubernetes.io/selected-node"
# Seconds after which a volume is overdue that is being made: cloud disks take half a minute.
_PROVISIONING = 120.0
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
    found: dict[str, Refusal] = facts.memo["scheduling"]
    return found.get(cause)


def _refusal(facts: Facts) -> dict[str, Refusal]:
    message, evidence = _said(facts)
    if not message or evidence is None:
        return {}
    parts = [re.match(_COUNTED, part) for part in re.split(r", (?=\d+ )", message)]
    reasons = tuple(part["reason"].rstrip(". ") for part in parts if part)
    told = [next((cause for cause, pattern in _SAYS if re.search(pattern, reason)), "") for reason in reasons]
    facts.names("Node")  # notes that they could not be read
    nodes = tuple(facts.all("Node")) if facts.listed("Node") else ()
    causes, near = _nearest(facts, told, nodes) if nodes else (_likeliest(told, message), ())
    confidence = Confidence.LIKELY
    if nodes or len(set(told)) == 1:
        confidence = Confidence.CERTAIN
    elif len(_OF_NODES & set(told)) > 1 and causes <= _OF_NODES:
        confidence = Confidence.POSSIBLE  # which of these each node has, only the nodes themselves say
    found = Refusal(frozenset(causes) - {""}, reasons, near, evidence, confidence)
    counts = [int(part["count"] or 1) for part in parts if part]
    weight = {cause: max(n for n, other in zip(counts, told, strict=True) if other == cause) for cause in set(told)}
    most = max((weight.get(cause, 0) for cause in found.causes), default=0)
    # Of several causes the one that most of these nodes have stands first.
    lesser = found if confidence is Confidence.POSSIBLE else found._replace(confidence=Confidence.LIKELY)
    return {cause: found if weight.get(cause, 0) == most else lesser for cause in found.causes}


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
    for event in facts.events("FailedScheduling", kind="Pod", text=rf"^(?:\(combined from similar events\): )?{_FRAME}"):
        if scheduled:
            break
        message = str(event["message"]).removeprefix("(combined from similar events): ")
        reasons = re.match(_REASONS, message)
        return reasons["reasons"] if reasons else "", facts.cite_event(event)
    return "", None


def _nearest(facts: Facts, told: list[str], nodes: tuple[Object, ...]) -> tuple[set[str], tuple[Object, ...]]:
    """The causes that stand between the pod and the nodes that come nearest, and those nodes.

    The scheduler names for each node only the first thing in its way; a node that is tainted and lacks the label as well is
    no node that would fit but for its taint. So what a node is by itself is looked at here, and the rest is the scheduler's.
    """
    spec, causes, left = facts.spec, set(told), nodes
    for cause, passes in (
        ("node-selector-mismatch", lambda node: selected(spec, node)),
        ("volume-node-conflict", lambda node: reaches_volumes(facts, node)),
        ("insufficient-resources", lambda node: large_enough(spec, node)),
    ):
        through = tuple(node for node in left if passes(node))
        if not through and cause in causes:
            return {cause}, left
        left = through or left
        if cause == "node-selector-mismatch":
            left = tuple(node for node in left if not _is_control_plane(spec, node)) or left
    if any(volume_terms(facts)):
        causes.discard("volume-node-conflict")
    free = tuple(node for node in left if not is_cordoned(spec, node) and not untolerated(spec, node))
    if free:
        return causes - _OF_NODES or causes, free
    cordoned = tuple(node for node in left if is_cordoned(spec, node) and not untolerated(spec, node))
    if cordoned and "nodes-cordoned" in causes:
        return {"nodes-cordoned"}, cordoned
    tainted = tuple(node for node in left if untolerated(spec, node))
    return ({"untolerated-taint"}, tainted) if tainted and "untolerated-taint" in causes else (causes, left)


def _is_control_plane(spec: Object, node: Object) -> bool:
    return any(taint.get("key") in _CONTROL_PLANE for taint in untolerated(spec, node))


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


# -- claims


def volume_terms(facts: Facts) -> Iterator[tuple[Object, list[Object]]]:
    """The PersistentVolumes of the pod's claims that are not everywhere, with the terms that say where they are."""
    for _, claim in claims(facts):
        name = mapping(facts.known("PersistentVolumeClaim", claim).get("spec")).get("volumeName")
        volume = facts.known("PersistentVolume", name)
        affinity = mapping(mapping(volume.get("spec")).get("nodeAffinity"))
        terms = listing(mapping(affinity.get("required")).get("nodeSelectorTerms"))
        if terms:
            yield volume, terms


def reaches_volumes(facts: Facts, node: Object) -> bool:
    """Whether the node is where the volumes of all the pod's claims are."""
    return all(any(term_accepts(term, node) for term in terms) for _, terms in volume_terms(facts))


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
    waits = refusal(facts, "pvc-unbound") or complaints(facts, "FailedMount", text=_KUBELET_UNBOUND)
    for path, name in claims(facts):
        claim = facts.known("PersistentVolumeClaim", name)
        if claim and (_unusable(facts, claim) if waits else _awaited(facts, claim)):
            yield path, name, claim


def _unusable(facts: Facts, claim: Object) -> bool:
    """Whether the claim has no volume, or is about to be gone, or its volume is."""
    volume = mapping(claim.get("spec")).get("volumeName")
    bound = mapping(claim.get("status")).get("phase") == "Bound"
    leaving = mapping(claim.get("metadata")).get("deletionTimestamp")
    return not bound or bool(leaving) or bool(volume and facts.absent("PersistentVolume", str(volume)))


def _awaited(facts: Facts, claim: Object) -> bool:
    """Whether the scheduler has chosen a node and waits for the volume, which it does for ten minutes without a word.

    Source: the scheduler's plugin VolumeBinding, PreBind, and its bindTimeoutSeconds, 1.36.
    """
    metadata, phase = mapping(claim.get("metadata")), mapping(claim.get("status")).get("phase")
    chosen = _SELECTED_NODE in mapping(metadata.get("annotations"))
    if not facts.unscheduled or facts.deleted or facts.condition("PodScheduled") or phase != "Pending" or not chosen:
        return False
    failed = facts.events("ProvisioningFailed", kind="PersistentVolumeClaim")
    return facts.age > _PROVISIONING or any(
        mapping(event.get("involvedObject")).get("name") == name_of(claim) for event in failed
    )


# -- words


def one_per_node(facts: Facts, nodes: tuple[Object, ...]) -> list[Remedy]:
    """What helps where pods of one workload cannot share a node: fewer of them, or none that waits for its predecessor."""
    owner = mapping(facts.snapshot.owners[-1] if facts.snapshot.owners else None)
    spec, status = mapping(owner.get("spec")), mapping(owner.get("status"))
    kind, workload = facts.workload[0], "/".join(facts.workload)
    if kind in ("deployment", "statefulset") and 0 < len(nodes) < number(spec.get("replicas")):
        return [now("one replica per node", facts.kubectl("scale", workload, (f"--replicas={len(nodes)}",)))]
    if kind == "deployment" and number(status.get("updatedReplicas")) < number(status.get("replicas")):
        patch = '{"spec":{"strategy":{"rollingUpdate":{"maxSurge":0,"maxUnavailable":1}}}}'
        return [now("end the old pod before the new one starts", facts.kubectl("patch", workload, ("-p", patch)))]
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
