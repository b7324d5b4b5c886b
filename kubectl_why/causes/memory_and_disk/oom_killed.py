from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...model import Confidence, Evidence, Finding, Remedy, now, proper
from ...quantities import doubled, of_bytes, parse
from ...status import mapping
from .. import cause
from ..looking import inside
from ..probes.probe_failed import probe_failed
from ..probes.probe_server_error import probe_server_error
from ..probes.probe_timeout import probe_timeout
from ..probes.slow_start import slow_start
from ..signals.killed import killed
from . import (
    Advice,
    Heap,
    Limit,
    child_killed,
    heap_option,
    heap_remedy,
    least_for,
    limit_for,
    measured,
    memory_limit,
    memory_volumes,
    most_heap,
    runtime,
)

if TYPE_CHECKING:
    from ...facts import Container, End, Facts

# What runc says when the kernel kills the process before it is the container's own.
_WORKERS = r"(?i)\b(?:gunicorn|uvicorn|hypercorn|uwsgi|celery)\b|--workers?\b|WEB_CONCURRENCY"
_AT_START = "init was OOM-killed"
# Below this the runtime itself finds no room to start a container.
_LEAST = "32Mi"
_NAMES = {"java": "a JVM", "node": "Node", "python": "Python"}
# Seconds within which a run ends that had no room to start.
_SHORT = 120.0
# Runtimes that take the size of their heap as an option.
_HEAPS = ("java", "node")


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
        volumes, advice = memory_volumes(facts, container), measured(facts, container)
        what = f"OOM-killed{' at its start' if at_start else ''}:"
        if confidence is Confidence.LIKELY:
            what = "one of its processes was killed, most likely"
        message = f"{what} over {whose} of {limit.text}"
        if too_much:
            message += f", which {too_much.text} exceeds"
        elif least := _needs(facts, container, limit):
            message += f", in which {_NAMES[runtime(facts, container) or '']} hardly starts: it needs about {least}"
        elif limit.text.endswith("m"):
            message += f", thousandths of a byte: did you mean {limit.text[:-1]}Mi?"
        yield Finding(
            message,
            confidence,
            container.name,
            (
                *evidence,
                facts.cite_pod(limit.path),
                *(too_much.evidence if too_much else ()),
                *((advice.evidence,) if advice else ()),
            ),
            (
                *_remedies(facts, container, limit, at_start, volumes),
                *(inside(facts, container) if confidence is Confidence.LIKELY else ()),
            ),
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
    seen = _seen_inside(facts, container, end)
    if line is None and not seen:
        return None
    exited = (facts.cite_pod(f"{end.path}.exitCode"),) if end else ()
    sure = Confidence.CERTAIN if line and seen else Confidence.LIKELY
    return sure, (*((line,) if line else ()), *seen, *exited), False


def _seen_inside(facts: Facts, container: Container, end: End | None) -> tuple[Evidence, ...]:
    """That a look from inside shows a kill for memory: in this run, or in a copy that ended as the container did."""
    if end is None:
        late = not facts.within_budget(container)
        found = [fact for fact in facts.examined(container, "memory") if late and (fact.whole("oomKills") or 0) > 0]
    else:
        found = [
            fact
            for fact in facts.examined(container, "run")
            if fact.word("reason") == "OOMKilled" and fact.whole("exitCode") == end.exit_code
        ]
    return tuple(map(facts.cite_examined, found))


def _remedies(facts: Facts, container: Container, limit: Limit, at_start: bool, volumes: list[str]) -> Iterator[Remedy]:
    heap, kind = heap_option(facts, container), runtime(facts, container)
    least = _needs(facts, container, limit)
    advice = measured(facts, container)
    higher = _higher(limit.text, at_start, heap, least, advice)
    by = f"what {advice.evidence.object.replace('/', ' ', 1).rpartition('/')[2]} has measured" if advice else ""
    if higher:
        command = facts.set_command("resources", ("-c", container.name, f"--limits=memory={higher}"))
        if command and not limit.of_pod:
            yield now(by, command)
        else:
            where = "the pod's resources.limits.memory" if limit.of_pod else f"the memory limit of {container.name}"
            yield now(facts.change(f"raise {where} from {limit.text} to {higher}"))
    most = most_heap(higher if least and higher else limit.text)
    if kind in _HEAPS and most and not (heap and heap.size is not None and heap.size <= most):
        below = f"and keep the heap below three quarters of {higher}" if least else None
        yield heap_remedy(facts, container, kind, most, below or f"or keep the heap below the present limit {limit.text}")
    elif kind == "java":
        yield proper("leave the JVM a quarter of the limit beside its heap: at most -XX:MaxRAMPercentage=75")
    elif volumes:
        yield proper(f"write less to {' and '.join(volumes)}: files of a volume in memory count against the limit")
    elif kind == "python" and _has_workers(facts, container):
        yield proper(
            f"find out why {container.name} needs more than {limit.text}; each worker is a process of its own: "
            "fewer of them (--workers, WEB_CONCURRENCY) need less"
        )
    elif not at_start:
        yield proper(f"find out why {container.name} needs more than {limit.text}: a leak, or data that grew")


def _has_workers(facts: Facts, container: Container) -> bool:
    """Whether the command, the variables or the log tell of a server that makes processes for its work."""
    log = facts.log(container)
    told = [*container.command, *(name for name, _, _ in facts.environment(container)), *(log.lines[:20] if log else ())]
    return any(re.search(_WORKERS, text) for text in told)


def _higher(limit: str, at_start: bool, heap: Heap | None, least: str, advice: Advice | None) -> str | None:
    """The limit to try: the double; what was meant by thousandths of a byte; what a start or the heap needs at least.

    What a VerticalPodAutoscaler has measured stands before all guesses, unless the limit is above it already.
    """
    if limit.endswith("m"):
        return f"{limit[:-1]}Mi"
    size, twice = parse(limit), doubled(limit)
    found = parse(advice.memory) if advice else None
    if size and found and found > size:
        return of_bytes(found)
    wanted = [parse(_LEAST if at_start else "0"), limit_for(heap.size) if heap and heap.size else None, parse(least or "0")]
    most = max(number for number in wanted if number is not None)
    number = parse(twice or "")
    return of_bytes(most) if number and number < most else twice


def _needs(facts: Facts, container: Container, limit: Limit) -> str:
    """What the container's runtime needs to start, where the limit does not hold it and the run was short; else empty."""
    end, least = facts.end(container), least_for(runtime(facts, container))
    size, needed = parse(limit.text), parse(least)
    short = not end or end.seconds is None or end.seconds < _SHORT
    told = heap_option(facts, container) is not None or limit.text.endswith("m")
    return least if short and not told and size and needed and size < needed else ""
