from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...model import Finding, now, proper
from ...nodes import cordons, is_cordoned
from ...status import name_of
from .. import cause
from ..lifecycle import added
from . import nodes_named, refusal

if TYPE_CHECKING:
    from ...facts import Facts


@cause()
def nodes_cordoned(facts: Facts) -> Iterator[Finding]:
    """The nodes that would fit are marked unschedulable.

    Somebody ran `kubectl cordon` or `kubectl drain`, or an autoscaler or an upgrade did: the node keeps its pods and
    takes no new ones. Other nodes do not fit for reasons of their own. Any other taint is untolerated-taint.

    Fix: uncordon the node once its maintenance is over, or add another node that fits.

    Source: node_unschedulable.go of the scheduler's plugin NodeUnschedulable, 1.36.
    """
    said = refusal(facts, "nodes-cordoned")
    if not said:
        return
    nodes = [node for node in said.nodes if is_cordoned(facts.spec, node)]
    names = [name_of(node) for node in nodes]
    ago = added(facts, (taint for node in nodes for taint in cordons(node)))
    state = "is cordoned" if len(names) == 1 else "are cordoned"
    if ago:
        state = f"was cordoned{ago}" if len(names) == 1 else f"are cordoned, the last of them{ago}"
    look = now("see which", facts.kubectl("get", "nodes"), mutates=False)
    yield Finding(
        f"{nodes_named(nodes)} would fit, but {state}" if names else "the nodes that would fit are cordoned",
        said.confidence,
        evidence=(said.evidence, *(facts.cite(node, "spec.unschedulable") for node in nodes[:3])),
        remedies=(
            now("if its maintenance is over", facts.kubectl("uncordon", names[0])) if names else look,
            proper("uncordon the node after its maintenance, or add another node that fits"),
        ),
    )
