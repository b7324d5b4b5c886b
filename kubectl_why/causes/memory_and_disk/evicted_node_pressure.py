from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...model import Confidence, Finding, now, proper
from ...quantities import of_bytes, parse
from ...status import condition
from .. import cause
from ..signals.killed import killed
from ..signals.terminated import terminated
from . import eviction, offenders

if TYPE_CHECKING:
    from ...facts import Facts

_LOW = r"low on resource: (?P<resource>ephemeral-storage|inodes|pids|\w*[iI]nodes\w*|nodefs\S*|imagefs\S*)"
_WORDS = {"ephemeral-storage": "disk space", "inodes": "inodes", "pids": "process ids"}


@cause(explains=[killed, terminated])
def evicted_node_pressure(facts: Facts) -> Iterator[Finding]:
    """The node ran out of disk, inodes or process ids, and the kubelet evicted the pod.

    The kubelet picks first the pods that use more than they request, so a pod without requests goes first though another one
    filled the disk. Memory has its own id (node-out-of-memory); a limit of the pod's own, too
    (evicted-ephemeral-storage). A pod that comes to a node under pressure is refused before it runs (node-refused).

    Fix: free the node (images, logs, other pods); request the ephemeral-storage that the pod uses.

    Source: pkg/kubelet/eviction/helpers.go, 1.36.
    """
    found = eviction(facts, _LOW)
    if not found:
        return
    resource = found.match["resource"].rstrip(".")
    node = str(facts.spec.get("nodeName") or "its node")
    worst = next(iter(offenders(facts, found)), None)
    used = f"; {worst.name} used {worst.used}, it requests {worst.request}" if worst else ""
    evidence = [found.evidence]
    pressure = "PIDPressure" if resource == "pids" else "DiskPressure"
    if condition(facts.known_node, pressure).get("status") == "True":
        evidence.append(facts.cite(facts.known_node, f"status.conditions{{{pressure}}}.status"))
    remedies = [proper("find what fills the node", facts.kubectl("describe", "node", node), mutates=False)]
    number = parse(worst.used) if worst else None
    if worst and number and resource == "ephemeral-storage":
        amount = of_bytes(number)
        command = facts.set_command("resources", ("-c", worst.name, f"--requests=ephemeral-storage={amount}"))
        what = f"request the disk that {worst.name} uses ({amount})"
        remedies.insert(0, now(what, command) if command else now(facts.change(what)))
    yield Finding(
        f"evicted: node {node} ran out of {_WORDS.get(resource, resource)}{used}",
        Confidence.CERTAIN,
        worst.name if worst else None,
        tuple(evidence),
        tuple(remedies),
    )
