from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...labels import meets
from ...model import Evidence, Finding, Remedy, now, proper
from ...names import nearest
from ...nodes import affinity_terms
from ...status import labels_of, listing, mapping, name_of
from .. import cause
from . import refusal, some

if TYPE_CHECKING:
    from ...facts import Facts
    from ...snapshot import Object

_AFFINITY = "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution"


@cause()
def node_selector_mismatch(facts: Facts) -> Iterator[Finding]:
    """nodeSelector or the required node affinity matches no node.

    Where some node has the labels and something else keeps the pod away, such as a taint or a cordon, that is the
    cause. A pod of a DaemonSet is bound to its node by an affinity to the node's name.

    Fix: ask for labels that a node has, or give a node the label. Pods that run stay where they are in either case.

    Source: node_affinity.go of the scheduler's plugin NodeAffinity, 1.36.
    """
    said = refusal(facts, "node-selector-mismatch")
    if not said:
        return
    wanted = [(str(name), str(value)) for name, value in mapping(facts.spec.get("nodeSelector")).items()]
    unmet = [(n, v) for n, v in wanted if said.nodes and all(labels_of(node).get(n) != v for node in said.nodes)]
    evidence = [said.evidence]
    remedies: list[Remedy] = []
    if unmet or (wanted and affinity_terms(facts.spec) is None):
        message = f"no node has {some(f'{n}={v}' for n, v in unmet or wanted)}, for which nodeSelector asks"
        evidence += [facts.cite_pod(f"spec.nodeSelector[{n}]") for n, _ in unmet or wanted]
        for name, value in unmet[:1]:
            words, quotations, remedies = _nearest_label(facts, name, value, said.nodes)
            message += words
            evidence += quotations
        if not unmet and said.nodes:
            message += ", all of them at once"
    else:
        message, quotations = _affinity(facts, said.nodes)
        evidence += quotations
    yield Finding(
        message,
        said.confidence,
        evidence=tuple(evidence),
        remedies=(*remedies, proper(facts.change("ask for labels that the nodes have"))),
    )


def _nearest_label(
    facts: Facts, name: str, value: str, nodes: tuple[Object, ...]
) -> tuple[str, list[Evidence], list[Remedy]]:
    """What the nodes have instead: the same label with another value, or a label with a name near it."""
    near_name = name if any(name in labels_of(node) for node in nodes) else None
    near_name = near_name or nearest(name, {str(label) for node in nodes for label in labels_of(node)})
    having = [node for node in nodes if near_name in labels_of(node)]
    label_node = now("if a node is meant", facts.kubectl("label", "node", "NODE", f"{name}={value}"))
    if not having or near_name is None:
        return "", [], [label_node]
    values = [str(labels_of(node)[near_name]) for node in having]
    near = value if value in values and near_name != name else nearest(value, values)
    node = having[values.index(near)] if near else having[0]
    # Host names and the like differ on every node: they are no other spelling of what was meant.
    if not near and len(set(values)) > 3:
        return "", [], [label_node]
    words = f": {name_of(node)} has {near_name}={labels_of(node)[near_name]}"
    quotation = facts.cite(node, f"metadata.labels[{near_name}]")
    patch = (
        facts.patch_command({"nodeSelector": {near_name: near} | ({name: None} if near_name != name else {})})
        if near
        else None
    )
    return words, [quotation], [now(command=patch)] if patch else [label_node]


def _affinity(facts: Facts, nodes: tuple[Object, ...]) -> tuple[str, list[Evidence]]:
    """The expressions of the required node affinity that no node meets, else all of them."""
    found, paths = [], []
    for index, term in enumerate(affinity_terms(facts.spec) or []):
        for part in ("matchExpressions", "matchFields"):
            for place, wish in enumerate(listing(term.get(part))):
                if part == "matchFields" or not any(meets(wish, labels_of(node)) for node in nodes):
                    values = (
                        [str(value) for value in wish.get("values") or []] if isinstance(wish.get("values"), list) else []
                    )
                    found.append(
                        " ".join(
                            [str(wish.get("key")), str(wish.get("operator")), f"[{', '.join(values)}]" if values else ""]
                        )
                    )
                    paths.append((index, part, place))
    quotations = [
        facts.cite_pod(f"{_AFFINITY}.nodeSelectorTerms[{index}].{part}[{place}].{field}")
        for index, part, place in paths[:2]
        for field in ("values", "key")
        if listing((affinity_terms(facts.spec) or [])[index].get(part))[place].get(field)
    ]
    words = some(text.strip() for text in found)
    return f"no node meets the required node affinity{f': {words}' if words else ''}", quotations
