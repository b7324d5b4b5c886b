"""A program that shows how it wants to be called, and nothing else: it was called otherwise."""

from __future__ import annotations

import re

from ...snapshot import Log
from . import PLAIN, Record, Telling

_USAGE = r"(?i)^(?:usage|synopsis): *\S"
_BEFORE = 3


def shown(log: Log) -> Telling | None:
    """The line that tells it, where the log is a usage from its beginning: the complaint before it, else its first line."""
    filled = [index for index, text in enumerate(log.lines) if text.strip()]
    begins = next((at for at, index in enumerate(filled[: _BEFORE + 1]) if re.match(_USAGE, log.lines[index])), None)
    if begins is None:
        return None
    index = filled[max(begins - 1, 0)]
    return Telling("bad-arguments", log, index, {}, Record(PLAIN, index, filled[-1]))
