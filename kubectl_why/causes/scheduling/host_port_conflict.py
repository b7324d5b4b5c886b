from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...model import Finding, Remedy, now, proper
from ...nodes import ports
from ...status import mapping, name_of
from .. import cause
from . import one_per_node, refusal, some

if TYPE_CHECKING:
    from ...facts import Facts
    from ...snapshot import Object


@cause()
def host_port_conflict(facts: Facts) -> Iterator[Finding]:
    """The hostPort is taken on every node that would fit.

    A hostPort, or any port of a pod with hostNetwork, can be had once on each node: two replicas want two nodes, and a
    rollout that starts the new pod first wants one more.

    Fix: no hostPort, but a Service; else as many replicas as nodes, and a rollout that ends the old pod first
    (`maxSurge: 0` or `Recreate`).

    Source: node_ports.go of the scheduler's plugin NodePorts, 1.36.
    """
    said = refusal(facts, "host-port-conflict")
    if not said:
        return
    taken = ports(facts.spec)
    holders = dict(_holders(facts, said.nodes))
    wanted = some(f"{number}{'' if protocol == 'TCP' else f'/{protocol}'}" for protocol, number, _, _ in taken)
    nodes = some(f"{node} by pod {holders[node]}" if node in holders else node for node in map(name_of, said.nodes))
    yield Finding(
        f"hostPort {wanted or 'of the pod'} is taken on every node that would fit{f' ({nodes})' if nodes else ''}",
        said.confidence,
        evidence=(said.evidence, *(facts.cite_pod(path) for _, _, _, path in taken[:3])),
        remedies=(
            *(one_per_node(facts, said.nodes) or _look(facts, said.nodes)),
            proper(
                facts.change("remove the hostPort, and reach the pods by a Service")
                + "; or run at most one replica per node"
            ),
        ),
    )


def _holders(facts: Facts, nodes: tuple[Object, ...]) -> Iterator[tuple[str, str]]:
    """Node and pod, for each node on which a port that the pod wants is taken; 0.0.0.0 is every address."""
    for node in map(name_of, nodes):
        for other in facts.pods_on(node) or ():
            for protocol, number, address, _ in ports(mapping(other.get("spec"))):
                if any(
                    (protocol, number) == mine[:2] and (address == mine[2] or "0.0.0.0" in (address, mine[2]))
                    for mine in ports(facts.spec)
                ):
                    namespace = mapping(other.get("metadata")).get("namespace")
                    yield node, f"{namespace}/{name_of(other)}"


def _look(facts: Facts, nodes: tuple[Object, ...]) -> list[Remedy]:
    """Some other pod has the port: which one, only a look at the node tells."""
    where = ("--field-selector", f"spec.nodeName={name_of(nodes[0])}") if nodes else ()
    return [now("find the pod that has it", facts.kubectl("get", "pods", ("-A", "-o", "wide", *where)), mutates=False)]
