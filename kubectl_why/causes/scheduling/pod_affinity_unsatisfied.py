from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...labels import selects
from ...model import Evidence, Finding, Remedy, now, proper
from ...status import labels_of, listing, mapping, name_of
from .. import cause
from . import one_per_node, refusal, some

if TYPE_CHECKING:
    from ...facts import Facts
    from ...snapshot import Object

_REQUIRED = "requiredDuringSchedulingIgnoredDuringExecution"


@cause()
def pod_affinity_unsatisfied(facts: Facts) -> Iterator[Finding]:
    """Required pod affinity or anti-affinity cannot be met.

    Affinity asks for a pod with these labels in the same topology domain (node, zone), and there is none.
    Anti-affinity asks for a domain without such a pod, and none is left: usually more replicas than nodes, or a
    rollout that starts a new pod before the old one has gone. The pods that already run may also refuse it by an
    anti-affinity of their own.

    Fix: fewer replicas than domains, more nodes, or `preferredDuringSchedulingIgnoredDuringExecution`.

    Source: filtering.go of the scheduler's plugin InterPodAffinity, 1.36.
    """
    said = refusal(facts, "pod-affinity-unsatisfied")
    if not said:
        return
    text = " ".join(said.reasons)
    affinity = mapping(facts.spec.get("affinity"))
    if "existing pods anti-affinity" in text:
        refusing = some(f"{pod} on {node}" for node, pod in _refusing(facts, said.nodes))
        yield Finding(
            "the pods that run on the nodes that would fit refuse it by their own required anti-affinity"
            + (f" ({refusing})" if refusing else ""),
            said.confidence,
            evidence=(said.evidence, *((facts.cite_pod("metadata.labels"),) if facts.metadata.get("labels") else ())),
            remedies=(proper("prefer instead of require the anti-affinity of the pods there, or add a node"),),
        )
        return
    # The old wording, "pod affinity/anti-affinity", leaves open which: what the pod has tells.
    anti = "anti-affinity" in text and ("affinity/anti-affinity" not in text or not affinity.get("podAffinity"))
    kind, what = ("podAntiAffinity", "anti-affinity") if anti else ("podAffinity", "affinity")
    terms = listing(mapping(affinity.get(kind)).get(_REQUIRED))
    described = some(f"{_labels(term)} per {term.get('topologyKey')}" for term in terms)
    there = some(f"{pod} on {node}" for node, pod in _there(facts, said.nodes, terms)) if anti else ""
    message = (
        f"required pod anti-affinity: every node that would fit has a pod with {described} already"
        + (f" ({there})" if there else "")
        if anti
        else f"required pod affinity: no node has a pod with {described} beside it"
    )
    yield Finding(
        message,
        said.confidence,
        evidence=(said.evidence, *_quoted(facts, kind, terms)),
        remedies=(
            *((anti and one_per_node(facts, said.nodes)) or _loosened(facts, kind)),
            proper(
                facts.change(f"prefer instead of require the pod {what}")
                + ("; or add a node, or run fewer replicas" if anti else "")
            ),
        ),
    )


def _there(facts: Facts, nodes: tuple[Object, ...], terms: list[Object]) -> Iterator[tuple[str, str]]:
    """Node and pod, for each pod of the same namespace from which the pod is to be kept apart."""
    for node in map(name_of, nodes):
        for other in facts.pods_on(node) or ():
            mine = mapping(other.get("metadata")).get("namespace") == facts.namespace
            if mine and any(selects(term.get("labelSelector"), labels_of(other)) for term in terms):
                yield node, name_of(other)


def _refusing(facts: Facts, nodes: tuple[Object, ...]) -> Iterator[tuple[str, str]]:
    """Node and pod, for each pod that keeps such pods as this one away."""
    for node in map(name_of, nodes):
        for other in facts.pods_on(node) or ():
            affinity = mapping(mapping(other.get("spec")).get("affinity"))
            terms = listing(mapping(affinity.get("podAntiAffinity")).get(_REQUIRED))
            namespace = mapping(other.get("metadata")).get("namespace")
            if any(selects(term.get("labelSelector"), labels_of(facts.pod)) for term in terms):
                yield node, f"{namespace}/{name_of(other)}"


def _labels(term: Object) -> str:
    selector = mapping(term.get("labelSelector"))
    labels = [f"{name}={value}" for name, value in mapping(selector.get("matchLabels")).items()]
    for wish in listing(selector.get("matchExpressions")):
        values = wish.get("values") if isinstance(wish.get("values"), list) else []
        labels.append(f"{wish.get('key')} {wish.get('operator')} {','.join(map(str, values))}".strip())
    return ", ".join(labels) or "any label"


def _quoted(facts: Facts, kind: str, terms: list[Object]) -> Iterator[Evidence]:
    for index, term in enumerate(terms[:2]):
        path = f"spec.affinity.{kind}.{_REQUIRED}[{index}]"
        for name in mapping(mapping(term.get("labelSelector")).get("matchLabels")):
            yield facts.cite_pod(f"{path}.labelSelector.matchLabels[{name}]")
        if term.get("topologyKey"):
            yield facts.cite_pod(f"{path}.topologyKey")


def _loosened(facts: Facts, kind: str) -> Iterator[Remedy]:
    """Without the requirement the pod starts: where it runs matters less than that it runs."""
    command = facts.patch_command({"affinity": {kind: {_REQUIRED: None}}})
    if command:
        yield now("drop the requirement", command)
