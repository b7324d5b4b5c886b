from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...model import Finding, now, proper
from ...nodes import term_accepts
from ...status import listing, name_of
from .. import cause
from . import claims, refusal, some, volume_terms

if TYPE_CHECKING:
    from ...facts import Facts
    from ...snapshot import Object


@cause()
def volume_node_conflict(facts: Facts) -> Iterator[Finding]:
    """The bound volume lives in a zone or on a node where the pod cannot go.

    A local volume is on one node, a cloud disk in one zone. That node or zone is gone, or the pod's own labels keep it
    out, or two claims of the pod are in different places. Where the node is there and only full, cordoned or tainted,
    that is the cause.

    Fix: bring the node, or one in that zone, back; let the pod go there; or restore the data to a new claim.

    Source: binder.go and volume_zone.go of the scheduler's plugins VolumeBinding and VolumeZone, 1.36.
    """
    said = refusal(facts, "volume-node-conflict")
    if not said:
        return
    found = list(volume_terms(facts))
    places, evidence = [], [said.evidence]
    gone = bool(said.nodes)
    for volume, terms in found:
        for index, place, words in _places(terms):
            places.append(f"{name_of(volume)} is {words}")
            path = f"spec.nodeAffinity.required.nodeSelectorTerms[{index}].{place}.values"
            evidence.append(facts.cite(volume, path))
        gone = gone and not any(term_accepts(term, node) for term in terms for node in facts.all("Node"))
    names = [name for _, name in claims(facts)]
    other = _other(said.reasons)
    if other and not places:
        yield Finding(
            f"the volume of claim {some(names)} cannot come to a node that would fit: {other}",
            said.confidence,
            evidence=tuple(evidence),
            remedies=(
                now("see who uses it", _describe(facts, found, names), mutates=False),
                proper(
                    "let the pod that uses it go first, or claim a ReadWriteMany volume"
                    if "pod" in other
                    else "see to the CSI driver of these nodes"
                ),
            ),
        )
        return
    tail = "which is not in the cluster" if gone and places else "where the pod cannot go"
    volumes = some(places) or f"the volume of claim {some(names)} is on another node or in another zone"
    yield Finding(
        f"volume {volumes}, {tail}" if places else volumes,
        said.confidence,
        evidence=tuple(evidence),
        remedies=(
            now("see where it is", _describe(facts, found, names), mutates=False),
            proper(
                "bring that node back, or restore the data to a new claim"
                if gone
                else "let the pod go where its volume is, or restore the data to a claim where the pod can go"
            ),
        ),
    )


def _other(reasons: tuple[str, ...]) -> str:
    """What else than its place keeps a volume from a node (plugins VolumeRestrictions and NodeVolumeLimits, 1.36)."""
    for reason in reasons:
        if "ReadWriteOncePod" in reason:
            return "it is ReadWriteOncePod, and another pod uses it already"
        if "no available disk" in reason:
            return "another pod uses its disk already"
        if "CSI driver is not installed" in reason:
            return reason.replace("on the node", "there")
    return ""


def _places(terms: list[Object]) -> Iterator[tuple[int, str, str]]:
    """Where a volume is: node stor-1, or key in values; with the place of that expression."""
    for index, term in enumerate(terms):
        for place, wish in enumerate(listing(term.get("matchExpressions"))):
            values = wish.get("values")
            if wish.get("operator") == "In" and isinstance(values, list) and values:
                key = str(wish.get("key"))
                what = "on node" if key == "kubernetes.io/hostname" else f"in {key.rpartition('/')[2]}"
                yield index, f"matchExpressions[{place}]", f"{what} {some(map(str, values))}"


def _describe(facts: Facts, found: list[tuple[Object, list[Object]]], names: list[str]) -> str:
    if found:
        return facts.kubectl("describe", "pv", *(name_of(volume) for volume, _ in found))
    return facts.kubectl("describe", "pvc", *names)
