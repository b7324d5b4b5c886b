"""Defects that a process which serves on logs again and again: what its framework caught because the program did not."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import NamedTuple

from ...snapshot import Log
from ...status import moment
from .levels import PLAIN
from .records import distinct, meant, records_of
from .runtimes import DOTNET_BUG, JAVA_BUG, JS_BUG, PYTHON_BUG, RUBY_BUG

# With what frameworks introduce an error in a request or a task that nobody caught: Flask, Django, ASGI servers, aiohttp,
# Tornado, Celery; servlet containers, Quarkus; Go's net/http, gin; ASP.NET Core; Node; PHP; and most structured loggers.
_NOBODY_CAUGHT = (
    r"(?i)\b(?:unhandled|uncaught|unhandledrejection|unhandledpromiserejection|panic recovered|panic serving|internal server error"
    r"|exception on /\S* \[|exception in ASGI application|error handling request|raised unexpected|threw exception"
    r"|HTTP request to \S+ failed)\b"
)
_DEFECT = (
    rf"\b(?P<type>{PYTHON_BUG}|{JS_BUG}|{JAVA_BUG}|{RUBY_BUG}|{DOTNET_BUG}|runtime error)\b"
    r"(?:: (?P<message>(?:[^\n\"\\]|\\.){1,160}))?"
)
# How often it has to come, and how lately.
_TIMES, _LATELY = 3, timedelta(seconds=60)
# The lines of a message in which its exception is told.
_FIRST_LINES = 60


class Defect(NamedTuple):
    """An exception that came again and again."""

    words: str
    """The exception's class and what it says."""
    times: int
    index: int
    """The line that tells of it last."""


def repeated_defect(log: Log, now: datetime) -> Defect | None:
    """The defect of which the log has told lately and more often than any other; None where there is none."""
    read = meant(log)
    texts = [text for _, text in read]
    found: dict[str, list[Defect]] = {}
    for record in distinct(records_of(texts)):
        # What ends with a colon goes on in the next line.
        end = record.end + (2 if texts[record.end].rstrip().endswith(":") else 1)
        lines = texts[record.start : min(end, record.start + _FIRST_LINES)]
        if record.level < PLAIN or not re.search(_NOBODY_CAUGHT, "\n".join(lines)):
            continue
        for at, text in enumerate(lines, record.start):
            if match := re.search(_DEFECT, text):
                words = ": ".join(filter(None, (match["type"], match["message"])))
                found.setdefault(match["type"], []).append(Defect(words, 1, read[at][0]))
                break
    most = max(found.values(), key=len, default=[])
    if len(most) < _TIMES:
        return None
    said = moment(log.times[most[-1].index]) if most[-1].index < len(log.times) else None
    return most[-1]._replace(times=len(most)) if said and now - said <= _LATELY else None
