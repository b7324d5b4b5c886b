"""Which line of a log a person would pick, where no table knows what it means."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from ...model import Evidence
from ...snapshot import Log
from . import telling
from .choice import REACH
from .levels import ERROR, PLAIN
from .records import distinct, meant, records_of

if TYPE_CHECKING:
    from ...facts import Container, Facts

_FAILURE = (
    r"(?i)\b(?:errors?|fail(?:ed|ures?|s|ing)?|fatal|exceptions?|cannot|can't|can not|couldn't|could not|unable|denied|refus(?:ed|es|ing)"
    r"|invalid|missing|not found|no such|abort(?:ed|ing)?|panic|giving up|exiting|must be|required|unknown|unexpected|unsupported"
    r"|already (?:running|exists)|illegal|incompatible|mismatch|corrupt(?:ed)?|timed out|expired)\b"
)
_NO_FAILURE = r"(?i)\b(?:0|no|without) (?:errors?|failures?)\b|\b(?:errors?|failed|failures?)\W{1,3}0\b"
# How much of the end of a log is looked at; of what has no level, less.
_THE_END, _NEAR_THE_END = 200, 40


def untold(facts: Facts, container: Container) -> tuple[Evidence, ...]:
    """The lines that `picked` picks from a container's log; none where a table knows better, or the runtime said why."""
    memo = f"untold {container.name}"
    if memo not in facts.memo:
        end, log = facts.end(container), facts.log(container) or facts.log_of_copy(container)
        known = telling(facts, container) is not None or (end is not None and end.reason not in ("Error", "Completed", ""))
        facts.memo[memo] = () if known or log is None else tuple(facts.cite_log(log, index) for index in picked(log))
    return facts.memo[memo]


def picked(log: Log) -> tuple[int, ...]:
    """The indices of the line that tells most and, where it is another, of the last one; none of an empty log.

    What tells most is the loudest and then the latest message near the end; where none is loud, the last line with a word
    of failure; else the last line.
    """
    read = meant(log, max(0, len(log.lines) - _THE_END))
    texts = [text for _, text in read]
    filled = [at for at, text in enumerate(texts) if text.strip()]
    if not filled:
        return ()
    records = records_of(texts)
    loud = [
        (record.level, record.end, record.start)
        for record in distinct(records)
        if record.level >= ERROR and sum(at > record.end for at in filled) <= REACH[record.level]
    ]
    worded = [
        at
        for at in filled[-_NEAR_THE_END:]
        if records[at][0].level >= PLAIN and re.search(_FAILURE, texts[at]) and not re.search(_NO_FAILURE, texts[at])
    ]
    told = max(loud)[2] if loud else (worded or filled)[-1]
    return tuple(dict.fromkeys((read[told][0], read[filled[-1]][0])))
