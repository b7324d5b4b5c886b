from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...model import Confidence, Finding, Remedy, now, proper
from ...quantities import doubled
from .. import cause
from ..loglines import said
from ..probes.probe_failed import probe_failed
from ..probes.probe_server_error import probe_server_error
from ..probes.probe_timeout import probe_timeout
from ..probes.slow_start import slow_start
from ..signals.aborted import aborted
from ..signals.killed import killed
from ..signals.segmentation_fault import segmentation_fault
from ..signals.terminated import terminated
from . import Heap, Limit, heap_option, heap_remedy, heap_text, memory_limit, most_heap

if TYPE_CHECKING:
    from ...facts import Container, Facts
    from ...snapshot import Log

# Whose heap it was, and what of it the line says.
_NODE = r"(?:JavaScript|JS) heap out of memory|invalid table size"
# V8 tells of each collection how much was in use and how much it held: `61.4 (66.1) -> 61.0 (67.1) MB`.
_COLLECTED = r"\(\d+(?:\.\d+)?\) -> \d+(?:\.\d+)? \((?P<held>\d+)(?:\.\d+)?\) MB"
_JAVA = r"(?:java\.lang\.)?OutOfMemoryError(?:: [\w ]+)?|Java heap space|GC overhead limit exceeded"
_OTHER = (
    r"CUDA out of memory|Allowed memory size of \d+ bytes exhausted|System\.OutOfMemoryException|runtime: out of memory[^(]*"
    r"|cannot allocate memory|\b(?:No)?MemoryError(?:: [^\n]*)?|memory allocation of \d+ bytes failed|std::bad_alloc"
)
# Parts of a JVM's memory that have a bound of their own.
_BOUNDS = (("etaspace", "-XX:MaxMetaspaceSize"), ("irect", "-XX:MaxDirectMemorySize"), ("ermGen", "-XX:MaxPermSize"))


@cause(
    explains=[aborted, killed, segmentation_fault, terminated, probe_failed, probe_server_error, probe_timeout, slow_start]
)
def heap_exhausted(facts: Facts) -> Iterator[Finding]:
    """The runtime's own heap was full, though the container's memory limit was not reached.

    The runtime says so in its log and ends: the JVM with OutOfMemoryError and exit code 1 or 3, Node with `JavaScript heap
    out of memory` and 134 or 139, PHP with `Allowed memory size`. A JVM without an option takes a quarter of the limit
    for its heap. Where the kernel ended the process, the container's limit was too small, not the heap (oom-killed).

    Fix: give the heap up to three quarters of the container's limit; where it has these already, raise both.

    Source: the words of the runtimes; MaxRAMPercentage is 25 by default (java command, JDK 10 and later).
    """
    for container, line in said(facts, "heap-exhausted"):
        text = line.log.lines[line.index]
        kind, words = _of(text)
        end, limit, option = facts.end(container), memory_limit(facts, container), heap_option(facts, container)
        if option and option.runtime != kind:
            option = None
        whose = {"java": "the JVM is out of memory", "node": "Node's heap is full"}.get(kind, "it got no more memory")
        yield Finding(
            f"{whose}: {words}"
            + (f", at {option.text}" if option else _reached(line.log))
            + (f"; the container's limit is {limit.text}" if limit else ""),
            Confidence.LIKELY if end else Confidence.POSSIBLE,
            container.name,
            (
                *line.evidence(facts),
                *((facts.cite_pod(f"{end.path}.exitCode"),) if end else ()),
                *(option.evidence if option else ()),
                *((facts.cite_pod(limit.path),) if limit else ()),
            ),
            (_remedy(facts, container, kind, words, limit, option),),
        )


def _reached(log: Log) -> str:
    """How large Node's heap was in the end."""
    held = [match["held"] for line in log.lines if (match := re.search(_COLLECTED, line))]
    return f", at {held[-1]} MB" if held else ""


def _of(text: str) -> tuple[str, str]:
    """The runtime (java, node, or empty) and the words that name the failure."""
    for kind, pattern in (("", _OTHER), ("node", _NODE), ("java", _JAVA)):
        if match := re.search(pattern, text):
            return kind, match[0].strip()
    return "", text.strip()[:80]


def _remedy(facts: Facts, container: Container, kind: str, words: str, limit: Limit | None, option: Heap | None) -> Remedy:
    bound = next((name for part, name in _BOUNDS if part in words), None)
    if bound:
        return proper(facts.change(f"raise {bound} of {container.name}"))
    most = most_heap(limit.text) if limit else None
    if not kind:
        php = "Allowed memory size" in words
        return proper(
            facts.change("raise PHP's memory_limit") if php else "let it hold less at a time, or give it more memory"
        )
    if most and not (option and option.size and option.size >= most):
        unless = "" if option else " (an option in the image's own command would win)"
        return heap_remedy(
            facts, container, kind, most, f"give the heap three quarters of the container's limit{unless}", now
        )
    if limit and most:
        higher = doubled(limit.text) or "MEMORY"
        command = facts.set_command("resources", ("-c", container.name, f"--limits=memory={higher}"))
        why = f"raise the container's limit to {higher}, and the heap to {heap_text(kind, 2 * most)}"
        return now(why, command) if command else now(facts.change(why))
    if option and option.size:
        return heap_remedy(facts, container, kind, 2 * option.size, "double the heap", now)
    return now(facts.change(f"give {container.name} a larger heap ({'--max-old-space-size' if kind == 'node' else '-Xmx'})"))
