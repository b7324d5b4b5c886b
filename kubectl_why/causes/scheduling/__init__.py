"""What the scheduler says of an unscheduled pod, and which nodes would fit but for one thing."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from ...model import Confidence, Evidence
from ...quantities import parse
from ...status import Object, listing, mapping

if TYPE_CHECKING:
    from ...facts import Facts

# What the plugins of the scheduler say of nodes and claims, 1.19 to 1.36 (pkg/scheduler/framework/plugins).
_SAYS = (
    ("insufficient-resources", r"^Insufficient |^Too many pods|exceed max volume count|cannot allocate all claims"),
    (
        "node-selector-mismatch",
        r"node affinity/selector|didn't match node selector|scheduler-enforced node affinity|didn't satisfy plugin.*NodeAffinity"
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
        r"unbound immediate PersistentVolumeClaims|find available persistent volumes to bind|enough free storage|binding volumes: "
        r"|non-existent (?:pv|persistentvolume)",
    ),
)
_FRAME = re.compile(r"^(?:0/\d+ nodes are available: )?(?P<reasons>.*?)\.?(?:\. (?:no new claims|[\w ,]*preemption:).*)?$", re.DOTALL)
_REASON = re.compile(r"^(?:\d+ )?(?P<text>.*)", re.DOTALL)
_CONTROL_PLANE = ("node-role.kubernetes.io/control-plane", "node-role.kubernetes.io/master")
_CORDON = {"key": "node.kubernetes.io/unschedulable", "effect": "NoSchedule"}
# Of these the scheduler says which nodes they rule out, and the Node objects say it too.
_OF_NODES = ("node-selector-mismatch", "untolerated-taint", "nodes-cordoned")


class Refusal(NamedTuple):
    """Why the nodes that come nearest do not take the pod."""

    causes: frozenset[str]
    reasons: list[str]
    """What the scheduler says, one text a reason, without counts."""
    nodes: list[Object]
    """The nodes that would fit but for these causes; none where nodes could not be read."""
    evidence: Evidence
    confidence: Confidence


def refusal(facts: Facts, cause: str) -> Refusal | None:
    """The scheduler's refusal, if this cause is what stands between the pod and the nodes that come nearest."""
    if "scheduling" not in facts.memo:
        facts.memo["scheduling"] = _refusal(facts)
    found: Refusal | None = facts.memo["scheduling"]
    return found if found and cause in found.causes else None


def _refusal(facts: Facts) -> Refusal | None:
    said = _said(facts)
    if said is None:
        return None
    text, cite = said
    reasons = [mapping_[1] for mapping_ in _parts(text)]
    ids = {cause for reason in reasons for cause, pattern in _SAYS if re.search(pattern, reason)}
    unknown = any(not any(re.search(pattern, reason) for _, pattern in _SAYS) for reason in reasons)
    return None
