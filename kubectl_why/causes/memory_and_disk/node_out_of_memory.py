from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

from ...facts import seen_last
from ...model import Confidence, Evidence, Finding, Remedy, now, proper
from ...quantities import of_bytes, parse
from ...status import condition
from .. import cause
from ..signals.killed import killed
from ..signals.terminated import terminated
from . import eviction, memory_limit, offenders

if TYPE_CHECKING:
    from ...facts import End, Facts

_LOW = r"low on resource: memory\b"
_NEAR = timedelta(seconds=60)


@cause(explains=[killed, terminated])
def node_out_of_memory(facts: Facts) -> Iterator[Finding]:
    """The node ran out of memory, and the pod had to go or a container of it was killed.

    The kubelet evicts pods under memory pressure (`The node was low on resource: memory`), first those that use more than
    they request. Faster than the kubelet the kernel kills: the runtime then says OOMKilled although no limit was set, or
    the container ends with 137 while the node tells of a SystemOOM or of MemoryPressure. Over a limit of its own:
    oom-killed.

    Fix: request the memory that the container really uses, so that the scheduler finds it a node that has it; free the node.

    Source: pkg/kubelet/eviction/helpers.go and oom/oom_watcher_linux.go, 1.36.
    """
    node = str(facts.spec.get("nodeName") or "its node")
    found = eviction(facts, _LOW)
    if found:
        worst = next(iter(offenders(facts, found)), None)
        used = f"; {worst.name} used {worst.used}, it requests {worst.request}" if worst else ""
        container = worst.name if worst else None
        fix = tuple(_remedies(facts, node, container, worst.used if worst else None))
        yield Finding(f"evicted: node {node} ran out of memory{used}", Confidence.CERTAIN, container, (found.evidence,), fix)
        return
    for container in facts.containers:
        end = facts.end(container)
        limit = memory_limit(facts, container)
        if not end or facts.deleted or facts.status.get("reason"):
            continue
        evidence = [facts.cite_pod(f"{end.path}.reason")] if end.reason == "OOMKilled" and not limit else []
        if (
            end.exit_code == 137
            and end.reason in ("Error", "")
            and (seen := _node_says(facts, end, bounded=limit is not None))
        ):
            evidence = [facts.cite_pod(f"{end.path}.exitCode"), seen]
        if evidence:
            without = "" if limit else "; it has no memory limit of its own"
            yield Finding(
                f"killed because node {node} ran out of memory{without}",
                Confidence.LIKELY,
                container.name,
                tuple(evidence),
                tuple(_remedies(facts, node, container.name, None)),
            )


def _node_says(facts: Facts, end: End, bounded: bool) -> Evidence | None:
    """What the node says of its memory when the run ended; its pressure alone tells nothing of a container with a limit."""
    for event in facts.events("SystemOOM", kind="Node"):
        last = seen_last(event)
        if last and end.finished and abs(last - end.finished) <= _NEAR:
            return facts.cite_event(event)
    if not bounded and condition(facts.known_node, "MemoryPressure").get("status") == "True":
        return facts.cite(facts.known_node, "status.conditions{MemoryPressure}.status")
    return None


def _remedies(facts: Facts, node: str, container: str | None, used: str | None) -> Iterator[Remedy]:
    number = parse(used) if used else None
    amount = of_bytes(number) if number else "MEMORY"
    if container:
        command = facts.set_command("resources", ("-c", container, f"--requests=memory={amount}"))
        what = f"request the memory that {container} uses" + (f" ({amount})" if number else "")
        yield now(what, command) if command else now(facts.change(what))
    yield proper("find what takes the node's memory", facts.kubectl("describe", "node", node), mutates=False)
