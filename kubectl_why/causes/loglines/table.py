"""The tables of what programs say, and which of their rows a line matches.

Rows are tried in order, so that within one line the more specific stands before the more general.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple


class Row(NamedTuple):
    """One thing that some program writes, and what it is the sign of."""

    cause: str
    """The id of the cause; `exception` for a trace that says only that the program is broken; `noise` for a line that
    means nothing, whatever a later row would make of it."""
    needle: str
    """Lower-case text that every such line contains. It is looked for first: only then is the pattern compiled."""
    beside: str
    """A second one, where the first is common; else empty."""
    pattern: str
    """A regular expression whose named groups carry what the line names: variable, file, module, host, port, user..."""
    spans: bool = False
    """Whether the pattern goes over several lines, of which one contains the needle. The line that has the first named
    group is the one that is quoted."""
    exit_code: int | None = None
    """The only exit code with which the line means that, where a shell says the same of a command and of a file."""


def rows(cause: str, *said: tuple[str, str], spans: bool = False, exit_code: int | None = None) -> tuple[Row, ...]:
    """Rows of one cause, from their needles, one or two with & between them, and patterns."""
    parted = [(*needles.partition(" & "), pattern) for needles, pattern in said]
    return tuple(Row(cause, needle, beside, pattern, spans, exit_code) for needle, _, beside, pattern in parted)


@cache
def all_rows() -> tuple[Row, ...]:
    """Every row, of what is most particular first. The tables import this module, so that they are imported here when asked."""
    from . import configuration, files, network, runtimes, servers

    return (*servers.ROWS, *network.ROWS, *files.ROWS, *configuration.ROWS, *runtimes.ROWS)


@cache
def _needles() -> tuple[tuple[str, str], ...]:
    """Each needle with its longest word."""
    needles = dict.fromkeys(row.needle for row in all_rows())
    words = re.compile("[a-z]+").findall
    return tuple((needle, max(words(needle), key=len, default="")) for needle in needles)


def present(whole: str) -> set[str]:
    """The needles that occur in a text of lower case."""
    # A log says the same words again and again: most needles are ruled out by the few words that it has.
    words = " ".join(set(re.findall("[a-z]+", whole)))
    return {needle for needle, word in _needles() if word in words and needle in whole}


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.MULTILINE)


class Hit(NamedTuple):
    """A row that matches, and the line to quote."""

    row: Row
    at: int
    match: re.Match[str]


class Span(NamedTuple):
    """A match over several lines."""

    first: int
    last: int
    hit: Hit


def first_hit(rows: list[Row], texts: list[str], at: int, spans: dict[Row, list[Span]]) -> Hit | None:
    """The first row that matches the line. `spans` remembers the matches over several lines, row by row."""
    lower = texts[at].lower()
    for row in rows:
        if row.needle not in lower or row.beside not in lower:
            continue
        if not row.spans:
            match = _compiled(row.pattern).search(texts[at])
            if match:
                return Hit(row, at, match)
            continue
        if row not in spans:
            spans[row] = list(_across(row, texts))
        found = next((span.hit for span in spans[row] if span.first <= at <= span.last), None)
        if found:
            return found
    return None


# How many lines a pattern over several lines sees at once, and how many of them it sees again with the next.
_VIEW, _OVERLAP = 100, 32


def _across(row: Row, texts: list[str]) -> Iterator[Span]:
    """Where a pattern over several lines matches, and in which of them stands what it names."""
    for first in range(0, max(len(texts) - _OVERLAP, 1), _VIEW - _OVERLAP):
        view = texts[first : first + _VIEW]
        if not any(row.needle in text.lower() for text in view):
            continue
        whole = "\n".join(view)
        for match in _compiled(row.pattern).finditer(whole):
            named = [match.start(name) for name, value in match.groupdict().items() if value is not None]
            edges = (match.start(), max(match.end() - 1, match.start()), min(named, default=match.start()))
            start, end, quoted = (first + whole.count("\n", 0, edge) for edge in edges)
            yield Span(start, end, Hit(row, quoted, match))
