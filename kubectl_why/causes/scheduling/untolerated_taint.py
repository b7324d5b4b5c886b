from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...model import Finding, now, proper
from ...nodes import untolerated
from ...status import condition, listing, mapping, name_of
from .. import cause
from ..lifecycle import added
from . import nodes_named, refusal, some

if TYPE_CHECKING:
    from ...facts import Facts
    from ...snapshot import Object

# Taints that say how a node is, and not for whom: no pod should tolerate them for good (taint keys, api/core/v1, 1.36; and
# those of cloud controllers, network plugins, CSI drivers, Karpenter and the cluster autoscaler).
_STATE = (
    r"^node\.kubernetes\.io/(?P<what>not-ready|unreachable|[a-z]+-pressure|network-unavailable|out-of-service)$"
    r"|/(?P<young>uninitialized|agent-not-ready|unregistered)$|^ToBeDeletedByClusterAutoscaler$|^karpenter\.sh/disrupt\w+$"
)


@cause()
def untolerated_taint(facts: Facts) -> Iterator[Finding]:
    """Every node that would fit has a taint that the pod does not tolerate.

    Since 1.35 the scheduler does not name the taint: the pod's tolerations are compared with the nodes' taints here.
    Nodes that would not fit anyway (labels, size) are left out, and so is the control plane where there are other
    nodes. A cordon is a taint as well and has its own id, nodes-cordoned. A node that is not ready, or low on memory
    or disk, is tainted so.

    Fix: add the toleration, if these nodes are meant for the pod; else remove the taint, or add nodes. A node that is
    not ready wants repair.

    Source: taint_toleration.go of the scheduler's plugin TaintToleration, 1.36.
    """
    said = refusal(facts, "untolerated-taint")
    if not said:
        return
    evidence = [said.evidence]
    taints: dict[str, Object] = {}
    for node in said.nodes:
        for index, taint in enumerate(listing(mapping(node.get("spec")).get("taints"))):
            if taint in untolerated(facts.spec, node) and _written(taint) not in taints:
                taints[_written(taint)] = taint
                evidence += [
                    facts.cite(node, f"spec.taints[{index}].{part}")
                    for part in ("key", "value", "effect")
                    if taint.get(part)
                ]
    if not taints:
        known = [re.search(r"\{(?P<key>[^:}]*): ?(?P<value>[^}]*)\}", reason) for reason in said.reasons]
        words = some(match["key"] + (f"={match['value']}" if match["value"] else "") for match in known if match)
        yield Finding(
            "every node that would fit has a taint that the pod does not tolerate" + (f": {words}" if words else ""),
            said.confidence,
            evidence=tuple(evidence),
            remedies=(
                now("see the taints", facts.kubectl("describe", "nodes"), mutates=False),
                proper(facts.change("add the toleration")),
            ),
        )
        return
    nodes, ago = nodes_named(said.nodes), added(facts, taints.values())
    since = f", added{ago}" if ago else ""
    states = [_state(match) for taint in taints.values() if (match := re.search(_STATE, str(taint.get("key"))))]
    if len(states) == len(taints):
        ready = condition(said.nodes[0], "Ready")
        if ready.get("message"):
            evidence.append(facts.cite(said.nodes[0], "status.conditions{Ready}.message"))
        look = facts.kubectl("describe", "node", name_of(said.nodes[0]))
        message = f"{nodes} would fit, but for being {some(states)} (taint {some(taints)}{since})"
        remedies = (now("see what ails it", look, mutates=False), proper(f"repair {nodes}, or add one"))
    else:
        message = f"{nodes} would fit, but for the taint {some(taints)}{since}, which the pod does not tolerate"
        patch = facts.patch_command({"tolerations": [*_tolerations(facts), *map(_toleration, taints.values())]})
        remedies = (
            *((now("if the pod may go there", patch),) if patch else ()),
            proper(facts.change(f"add a toleration for {some(taints)}") + "; or add nodes without the taint"),
        )
    yield Finding(message, said.confidence, evidence=tuple(evidence), remedies=remedies)


def _state(match: re.Match[str]) -> str:
    return match["what"] or (f"new and {match['young']}" if match["young"] else "about to be removed")


def _written(taint: Object) -> str:
    """As `kubectl taint` takes it: key=value:effect."""
    return f"{taint.get('key')}{f'={value}' if (value := taint.get('value')) else ''}:{taint.get('effect')}"


def _toleration(taint: Object) -> Object:
    value = {"operator": "Equal", "value": taint["value"]} if taint.get("value") else {"operator": "Exists"}
    return {"key": taint.get("key"), **value, "effect": taint.get("effect")}


def _tolerations(facts: Facts) -> list[Object]:
    """Those of the workload: the pod has others besides, which admission has added."""
    owner = mapping(facts.snapshot.owners[-1] if facts.snapshot.owners else None)
    return listing(mapping(mapping(mapping(owner.get("spec")).get("template")).get("spec")).get("tolerations"))
