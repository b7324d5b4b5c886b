"""Reading a log: which line tells why the process ended, and of which cause it is the sign.

The tables beside this file say what runtimes, clients and servers write. This module finds the telling line by meaning:
the level at which it was said, the trace it belongs to, what came after it. Rows of a table are tried in order, so that
within one line the more specific stands before the more general.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from ...model import Evidence
from ...snapshot import Log
from ...status import mapping

if TYPE_CHECKING:
    from ...facts import Container, Facts


class Row(NamedTuple):
    """One thing that some program writes, and what it is the sign of."""

    cause: str
    """The id of the cause; or `exception` for a trace that says only that the program is broken."""
    needle: str
    """Lower-case text that every such line contains. It is looked for first: only then is the pattern compiled."""
    pattern: str
    """A regular expression whose named groups carry what the line names: variable, file, module, host, port, user..."""


@dataclass(frozen=True)
class Telling:
    """The line that says why."""

    cause: str
    log: Log
    index: int
    groups: dict[str, str]
    level: int

    def __getitem__(self, name: str) -> str:
        """What the line names under that name, or an empty text."""
        return self.groups.get(name, "")

    def evidence(self, facts: Facts) -> tuple[Evidence, ...]:
        """The quotation."""
        return (facts.cite_log(self.log, self.index),)


# How a line was meant, from its level. A line without one is taken as said at PLAIN.
DEBUG, INFO, WARNING, PLAIN, ERROR, FATAL = range(6)

_LEVELS = (
    (FATAL, r"fatal|panic|critical|crit|emerg(?:ency)?|alert|dpanic|60"),
    (ERROR, r"error|err|eror|fail|severe|50"),
    (WARNING, r"warn(?:ing)?|wrn|40"),
    (INFO, r"info(?:rmation(?:al)?)?|inf|notice|note|log|30|system"),
    (DEBUG, r"debug|dbug|dbg|trace|trce|verbose|fine|finer|finest|20|10"),
)
_WORDS = "|".join(f"(?P<l{level}>{words})" for level, words in _LEVELS)
# A level stands as a field of a structured line, in brackets, or as a word near the beginning before the message.
_STRUCTURED = re.compile(
    rf"""(?i)["']?\b(?:level|lvl|severity|loglevel|log\.level|levelname|@l)["']?\s*[:=]\s*["']?(?:{_WORDS})\b"""
)
_BRACKETED = re.compile(rf"(?i)^.{{0,70}}?[\[<|](?:\w+[.:/])?\s*(?:{_WORDS})\s*[\]>|]")
_LEADING = re.compile(
    rf"^[^a-zA-Z\"'{{]*(?:[\w.-]+\[\d+\]:?\s*)?(?:[A-Z][a-z]{{2}} +\d+ [\d:]+ )?"
    rf"(?:\S+ ){{0,3}}?(?i:{_WORDS})\b(?=[:\s\]!]|$)"
)
_KLOG = re.compile(r"^(?P<level>[IWEF])\d{4} \d\d:\d\d:\d\d\.\d+")
_RUBY = re.compile(r"^(?P<level>[DIWEF]), \[\d{4}-")
_LETTER = {"D": DEBUG, "I": INFO, "W": WARNING, "E": ERROR, "F": FATAL}

_TRACEBACK = "Traceback (most recent call last):"
_CHAIN = re.compile(r"^\s*(?:The above exception was the direct cause|During handling of the above exception)")
# The last words of a runtime whose program did not catch something.
_UNCAUGHT = re.compile(
    r"^(?:Exception in thread \"|panic: |fatal error: |runtime: |thread '.*' panicked|Unhandled exception[.:]"
    r"|PHP Fatal error|Fatal error: |Uncaught |Error: Could not |\*\*\* |terminate called|APPLICATION FAILED TO START)"
)
_EXCEPTION = re.compile(r"^(?:Caused by: |Suppressed: )?(?:[\w$]+(?:\.|::|/|\\))*[A-Z][\w$]*(?:Error|Exception|Failure|Fault)\b")
_NODE_END = re.compile(r"^Node\.js v\d")


@cache
def _rows() -> tuple[Row, ...]:
    from . import configuration, files, network, runtimes, servers

    return (*servers.ROWS, *network.ROWS, *files.ROWS, *configuration.ROWS, *runtimes.ROWS)


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def telling(facts: Facts, container: Container) -> Telling | None:
    """The line in the container's log that says why it ended, or does not get ready; None where none does."""
    if container.name not in facts.memo:
        log = facts.log(container)
        facts.memo[container.name] = _find(facts, container, log) if log else None
    return facts.memo[container.name]


def said(facts: Facts, cause: str) -> list[tuple[Container, Telling]]:
    """The containers whose log tells of this cause, with the line that does."""
    found = []
    for container in facts.containers:
        line = telling(facts, container)
        if line is not None and line.cause == cause:
            found.append((container, line))
    return found


# What a process that still runs can say of why it is not ready, or was killed by a probe: that it waits for a peer.
OF_PEERS = frozenset(
    (
        "connection-refused",
        "connection-timeout",
        "dns-not-found",
        "tls-failure",
        "authentication-failed",
        "database-not-ready",
        "rbac-forbidden",
    )
)
# A clean end is explained only by its last words.
_LAST_WORDS = 4
# Of a process that still runs, only what it said of late counts.
_OF_LATE = 60


def _find(facts: Facts, container: Container, log: Log) -> Telling | None:
    end = facts.end(container)
    if end is not None and end.reason in ("OOMKilled", "StartError", "ContainerCannotRun"):
        return None
    killed = end is not None and facts.probe_kill(container, end) is not None
    found = matches(log)
    if end is None or killed:
        if end is None and (container.ready or container.running is None):
            return None
        floor = max(0, len(log.lines) - _OF_LATE)
        found = [line for line in found if line.cause in OF_PEERS and line.index >= floor and line.level >= WARNING]
    elif end.exit_code == 0:
        last = [index for index, text in enumerate(log.lines) if text.strip()][-_LAST_WORDS:]
        found = [line for line in found if last and line.index >= last[0] and line.level >= PLAIN]
    return best(found, log)


def matches(log: Log) -> list[Telling]:
    """Every line that is the sign of something, with the first row that says of what."""
    texts = [_readable(line) for line in log.lines]
    whole = "\n".join(texts).lower()
    rows = [row for row in _rows() if row.needle in whole]
    if not rows:
        return []
    levels = levels_of(texts)
    found = []
    for index, text in enumerate(texts):
        lower = text.lower()
        for row in rows:
            if row.needle in lower:
                match = _compiled(row.pattern).search(text)
                if match:
                    groups = {name: value.strip() for name, value in match.groupdict().items() if value}
                    found.append(Telling(row.cause, log, index, groups, levels[index]))
                    break
    return found


def best(found: list[Telling], log: Log) -> Telling | None:
    """Of all signs the one that a person would pick.

    What was said louder counts more, then what was said later; but of a chain of Python exceptions the first is the root,
    and a trace that says only that the program is broken does not outweigh a sign that says what of, unless it is louder.
    """
    specific = [line for line in found if line.cause != "exception" and line.level > DEBUG]
    traces = [line for line in found if line.cause == "exception" and line.level >= PLAIN]
    chain = _chains(log)

    def order(line: Telling) -> tuple[int, int, int]:
        start, end = chain.get(line.index, (line.index, line.index))
        return min(line.level, FATAL), end, -line.index

    top = max(specific, key=order, default=None)
    trace = max(traces, key=order, default=None)
    if top is None or trace is None:
        return top or trace
    same = chain.get(top.index, (top.index,)) == chain.get(trace.index, (trace.index,))
    bug = trace.groups.get("bug") is not None
    if not same and trace.level > top.level and (bug or top.level <= INFO):
        return trace
    if bug and not same and trace.level == top.level and order(trace) > order(top):
        return trace
    return top


def _readable(line: str) -> str:
    """A line as it was meant: what JSON and logfmt escape is written out."""
    return line.replace('\\"', '"').replace("\\n", "\n").replace("\\t", "\t") if "\\" in line else line


def level_of(text: str) -> int | None:
    """The level that a line says it has, or None."""
    for pattern in (_KLOG, _RUBY):
        if match := pattern.match(text):
            return _LETTER[match["level"]]
    head = text[:400]
    for pattern in (_STRUCTURED, _BRACKETED, _LEADING):
        if match := pattern.search(head):
            return next(level for level, _ in _LEVELS if match.group(f"l{level}"))
    return None


def levels_of(texts: list[str]) -> list[int]:
    """The level of each line: its own, or of the trace or message that it belongs to."""
    levels: list[int] = []
    inherited: int | None = None
    trace: int | None = None  # within a trace: the level at which it was said
    for text in texts:
        own = level_of(text)
        if text.startswith(_TRACEBACK) or text.strip() == _TRACEBACK:
            # A trace right after a line of a logger was caught and logged; one that stands alone was not caught.
            trace = inherited if inherited is not None else FATAL
            inherited = None
            levels.append(trace)
        elif own is not None:
            inherited, trace = own, None
            levels.append(own)
        elif _UNCAUGHT.match(text):
            trace = FATAL
            levels.append(FATAL)
        elif trace is not None and (not text.strip() or text[:1] in " \t" or _CHAIN.match(text)):
            levels.append(trace)
        elif _EXCEPTION.match(text):
            levels.append(trace if trace is not None else max(ERROR, inherited or 0))
        elif text[:1] in " \t" and levels:
            levels.append(levels[-1])
        else:
            trace = None if trace is None or not _CHAIN.match(text) else trace
            inherited = None
            levels.append(PLAIN)
    return _raised_before_node_ends(texts, levels)


def _raised_before_node_ends(texts: list[str], levels: list[int]) -> list[int]:
    """Node prints an error that nobody caught, then its version: the lines back to the thrower are its last words."""
    ends = [index for index, text in enumerate(texts) if _NODE_END.match(text)]
    if ends:
        start = next(
            (i for i in range(ends[-1], -1, -1) if re.match(r"^(?:node:internal/|/.+:\d+$|file:///|Uncaught )", texts[i])),
            ends[-1],
        )
        for index in range(start, ends[-1]):
            levels[index] = max(levels[index], FATAL)
    return levels


def _chains(log: Log) -> dict[int, tuple[int, int]]:
    """For each line within a Python trace, or a chain of them: the first and last line of it."""
    found: dict[int, tuple[int, int]] = {}
    start: int | None = None
    index = 0
    lines = log.lines
    while index < len(lines):
        if lines[index].strip() == _TRACEBACK:
            start = index
            last = _end_of_trace(lines, index)
            follow = last + 1
            while follow < len(lines) and not lines[follow].strip():
                follow += 1
            while follow < len(lines) and _CHAIN.match(lines[follow]):
                again = next((i for i in range(follow, min(follow + 4, len(lines))) if lines[i].strip() == _TRACEBACK), None)
                if again is None:
                    break
                last = _end_of_trace(lines, again)
                follow = last + 1
                while follow < len(lines) and not lines[follow].strip():
                    follow += 1
            for line in range(start, last + 1):
                found[line] = (start, last)
            index = last + 1
        else:
            index += 1
    return found


def _end_of_trace(lines: tuple[str, ...], start: int) -> int:
    """The line of the exception itself: the first after `Traceback` that is not indented."""
    index = start + 1
    while index < len(lines) and (not lines[index].strip() or lines[index][:1] in " \t"):
        index += 1
    return min(index, len(lines) - 1)


def place(facts: Facts, container: Container, line: Telling) -> str:
    """host:port as the line names it, as far as it does."""
    host, port = line["host"].strip("[]"), line["port"]
    return f"{host}:{port}" if host and port else host or (f"port {port}" if port else "")


__all__ = ["ERROR", "FATAL", "OF_PEERS", "PLAIN", "WARNING", "Row", "Telling", "mapping", "place", "said", "telling"]
