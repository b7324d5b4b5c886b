from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...model import Confidence, Evidence, Finding, Remedy, now, proper
from ...quantities import doubled, of_bytes, parse
from ...status import mapping
from .. import cause
from ..probes.probe_failed import probe_failed
from ..probes.probe_server_error import probe_server_error
from ..probes.probe_timeout import probe_timeout
from ..probes.slow_start import slow_start
from ..signals.killed import killed
from . import (
    Heap,
    Limit,
    child_killed,
    heap_option,
    heap_remedy,
    limit_for,
    memory_limit,
    memory_volumes,
    most_heap,
    runtime,
)

if TYPE_CHECKING:
    from ...facts import Container, Facts

# What runc says when the kernel kills the process before it is the container's own.
_AT_START = "init was OOM-killed"
# Below this the runtime itself finds no room to start a container.
_LEAST = "32Mi"


@cause(explains=[killed, probe_failed, probe_server_error, probe_timeout, slow_start])
def oom_killed(facts: Facts) -> Iterator[Finding]:
    """The container used more memory than its limit allows, and the kernel killed it.

    The runtime says so with the reason OOMKilled, whatever the exit code: 137 where the main process was killed, 0 or 1
    where a child was. Where the limit is too small even for the start it says `container init was OOM-killed`. Exit code
    137 alone does not prove it (killed); with a log in which the parent tells that its child was killed it is likely. A
    runtime that finds its own heap full ends by itself (heap-exhausted); without a limit the node had no more
    (node-out-of-memory).

    Fix: raise the limit, or make the process stay below it; for the JVM and Node by the size of the heap.

    Source: terminated.reason OOMKilled comes from the runtime (CRI); kuberuntime/helpers.go, 1.36. A kill in a container's
    own limit writes no event.
    """
    for container in facts.containers:
        limit = memory_limit(facts, container)
        if limit is None or facts.deleted:
            continue
        seen = _seen(facts, container)
        if seen is None:
            continue
        confidence, evidence, at_start = seen
        whose = "the pod's memory limit" if limit.of_pod else "its memory limit"
        heap = heap_option(facts, container)
        size = parse(limit.text)
        too_much = heap if heap and heap.size and size and heap.size > size else None
        volumes = memory_volumes(facts, container)
        what = f"OOM-killed{' at its start' if at_start else ''}:"
        if confidence is Confidence.LIKELY:
            what = "one of its processes was killed, most likely"
        message = f"{what} over {whose} of {limit.text}"
        if too_much:
            message += f", which {too_much.text} exceeds"
        elif limit.text.endswith("m"):
            message += f", thousandths of a byte: did you mean {limit.text[:-1]}Mi?"
        yield Finding(
            message,
            confidence,
            container.name,
            (*evidence, facts.cite_pod(limit.path), *(too_much.evidence if too_much else ())),
            tuple(_remedies(facts, container, limit, at_start, volumes)),
        )


def _seen(facts: Facts, container: Container) -> tuple[Confidence, tuple[Evidence, ...], bool] | None:
    """How it is known that memory was the reason, and whether it was at the start; None where it is not known."""
    end = facts.end(container)
    if _AT_START in str(mapping(container.waiting).get("message") or ""):
        return Confidence.CERTAIN, (facts.cite_pod(f"{container.status_path}.state.waiting.message"),), True
    if end and _AT_START in end.message:
        return Confidence.CERTAIN, (facts.cite_pod(f"{end.path}.message"),), True
    log = facts.log(container)
    line = child_killed(facts, log) if log else None
    if end and end.reason == "OOMKilled":
        return Confidence.CERTAIN, (facts.cite_pod(f"{end.path}.reason"), *((line,) if line else ())), False
    if (end is None and (container.ready or container.running is None)) or facts.status.get("reason"):
        return None
    if line is None:
        return None
    return Confidence.LIKELY, (line, *((facts.cite_pod(f"{end.path}.exitCode"),) if end else ())), False


def _remedies(facts: Facts, container: Container, limit: Limit, at_start: bool, volumes: list[str]) -> Iterator[Remedy]:
    heap = heap_option(facts, container)
    higher = _higher(limit.text, at_start, heap)
    if higher:
        command = facts.set_command("resources", "-c", container.name, f"--limits=memory={higher}")
        if command and not limit.of_pod:
            yield now(command=command)
        else:
            where = "the pod's resources.limits.memory" if limit.of_pod else f"the memory limit of {container.name}"
            yield now(facts.change(f"raise {where} from {limit.text} to {higher}"))
    kind, most = runtime(facts, container), most_heap(limit.text)
    if kind and most and (heap.size is not None and heap.size > most if heap else kind == "node"):
        yield heap_remedy(facts, container, kind, most, f"or keep the heap below the present limit {limit.text}")
    elif kind == "java":
        yield proper("leave the JVM a quarter of the limit beside its heap: at most -XX:MaxRAMPercentage=75")
    elif volumes:
        yield proper(f"write less to {' and '.join(volumes)}: files of a volume in memory count against the limit")
    elif not at_start:
        yield proper(f"find out why {container.name} needs more than {limit.text}: a leak, or data that grew")


def _higher(limit: str, at_start: bool, heap: Heap | None) -> str | None:
    """The limit to try: the double; what was meant by thousandths of a byte; what a start or the heap needs at least."""
    if limit.endswith("m"):
        return f"{limit[:-1]}Mi"
    twice = doubled(limit)
    number, least = parse(twice or ""), parse(_LEAST) if at_start else limit_for(heap.size) if heap and heap.size else None
    return of_bytes(least) if number and least and number < least else twice
