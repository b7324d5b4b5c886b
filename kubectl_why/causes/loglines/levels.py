"""How loudly a line of a log was said: its level, as loggers of all languages write it."""

from __future__ import annotations

import re
from functools import lru_cache

# How a line was meant, from its level. A line without one is taken as said at PLAIN.
DEBUG, INFO, WARNING, PLAIN, ERROR, FATAL = range(6)
_LEVELS = (
    (FATAL, "fatal|ftl|panic|critical|crit|emerg|emergency|alert|dpanic"),
    (ERROR, "error|err|eror|severe|fail"),
    (WARNING, "warning|warn|wrn"),
    (INFO, "information|informational|info|inf|notice|note|log|system|hint|detail|statement"),
    (DEBUG, "debug|dbug|dbg|trace|trce|trc|verbose|vrb|fine|finer|finest"),
)
_LEVEL_OF = {word: level for level, words in _LEVELS for word in words.split("|")}
_LEVEL_OF |= {"60": FATAL, "50": ERROR, "40": WARNING, "30": INFO, "20": DEBUG, "10": DEBUG}
# Words that also stand in prose, and mean a level only in brackets or right before a colon.
_PROSE = frozenset(("log", "note", "system", "fine", "fail", "hint", "detail", "statement", "panic", "verbose", "emergency"))
_SHOUTED = frozenset(("alert", "trace"))
"""Prose in lower case, levels in upper."""
_WORD = r"(?<![\w-])(?:[A-Za-z]+?(?P<python>(?<=[a-z])Warning(?=: ))|[A-Za-z]+|[1-6]0)(?![\w-])"
_FIELD = r"""(?i)["']?\b(?:level|lvl|severity|log_?level|levelname|level_name|@l)["']?\s*[:=]\s*["']?$"""
# [error], [10:22:33 ERR], [2026-11-22T10:00:00Z ERROR app], [core:error], <Error>, |ERROR|
_OPENED = r"[\[<|](?:[\d:.,TZ+ -]*|[\w.-]+[.:/])\s*$"
_CLOSED = r"(?:(?: +|/)[\w:./-]+)?\s*[\]>|]"
_TIME_ONLY = r"^[\d\sTZ:.,+/\[\]()-]*(?:[AP]M\s+)?(?:UTC\s+|GMT\s+)?$"
_FEW_WORDS = r"^(?:\S+ +){0,3}$"
_LETTERS = (
    r"^(?P<level>[IWEF])\d{4} \d\d:\d\d:\d\d\.\d+",  # klog
    r"^(?P<level>[DIWEF]), \[\d{4}-",  # Ruby
    r"^\[?(?P<level>[DIWEC]) (?:\d{4}-\d\d-\d\d|\d{6}) \d\d:\d\d:\d\d",  # tornado; Python's %(levelname).1s
    r'^\{"t":.{0,80}?"s":"(?P<level>[DIWEF])',  # MongoDB
    r"^\d+:[XCSM] [\w :.]{15,40} (?P<level>[-.*#]) ",  # Redis
)
_LETTER = {
    "D": DEBUG,
    "I": INFO,
    "W": WARNING,
    "E": ERROR,
    "F": FATAL,
    "C": FATAL,
    ".": DEBUG,
    "-": DEBUG,
    "*": INFO,
    "#": PLAIN,
}


@lru_cache(maxsize=4096)
def level_of(text: str) -> int | None:
    """The level that a line says it has, or None. Remembered: it is asked of a line more than once, and logs repeat themselves."""
    for pattern in _LETTERS:
        if match := re.match(pattern, text):
            return _LETTER[match["level"]]
    head = text if len(text) < 700 else f"{text[:400]} {text[-300:]}"
    said = [
        (_clarity(head, word), word) for word in re.finditer(_WORD, head) if word[0].lower() in _LEVEL_OF or word["python"]
    ]
    said = [(clarity, word) for clarity, word in said if clarity is not None]
    if not said:
        return None
    word = min(said, key=lambda pair: pair[0])[1]
    return WARNING if word["python"] else _LEVEL_OF[word[0].lower()]


def _clarity(text: str, word: re.Match[str]) -> int | None:
    """How clearly the word is meant as the level of the line, 0 being the clearest; None where it is not."""
    if word["python"]:
        return 5
    lower, start = word[0].lower(), word.start()
    before, follows = text[:start], text[word.end() : word.end() + 1]
    if re.search(_FIELD, before[-24:]):
        return 0
    if lower.isdigit() or start > 80:
        return None
    if re.search(_OPENED, before) and re.match(_CLOSED, text[word.end() :]):
        return 1
    ends = not follows or follows in " \t:|]!,"
    if word[0].isupper() and ends and before[-1:] not in ("'", '"', "/", "=") and (lower not in _PROSE or follows == ":"):
        return 2
    if lower in _PROSE or lower in _SHOUTED:
        return 3 if follows == ":" and not start else None
    if (re.match(_TIME_ONLY, before) and ends) or before == "npm ":
        return 4
    return 5 if follows == ":" and re.match(_FEW_WORDS, before) else None
