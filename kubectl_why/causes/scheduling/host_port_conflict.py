from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...model import Finding, Remedy, now, proper
from ...status import listing
from .. import cause
from . import name_of, one_per_node, refusal, some

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
    ports, evidence = [], []
    for container in facts.containers:
        for index, port in enumerate(listing(container.spec.get("ports"))):
            field = "hostPort" if port.get("hostPort") else "containerPort" if facts.spec.get("hostNetwork") else ""
            if field and port.get(field):
                ports.append(str(port[field]))
                evidence.append(facts.cite_pod(f"{container.spec_path}.ports[{index}].{field}"))
    nodes = some(name_of(node) for node in said.nodes)
    yield Finding(
        f"hostPort {some(ports) or 'of the pod'} is taken on every node that would fit{f' ({nodes})' if nodes else ''}",
        said.confidence,
        evidence=(said.evidence, *evidence[:3]),
        remedies=(
            *(one_per_node(facts, said.nodes) or _look(facts, said.nodes)),
            proper(
                facts.change("remove the hostPort, and reach the pods by a Service")
                + "; or run at most one replica per node"
            ),
        ),
    )


def _look(facts: Facts, nodes: tuple[Object, ...]) -> list[Remedy]:
    """Some other pod has the port: which one, only a look at the node tells."""
    where = ("--field-selector", f"spec.nodeName={name_of(nodes[0])}") if nodes else ()
    return [now("find the pod that has it", facts.kubectl("get", "pods", "-A", "-o", "wide", *where), mutates=False)]
