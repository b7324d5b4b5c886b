"""No pattern takes for ever over a line, whatever it lets repeat: a log may say the same words any number of times.

Where what is repeated can be read in two ways, as `(?:a |a value |value )*` can, each time doubles the ways to try. So each
repeated group of each pattern is given what it repeats, more and more of it, behind what has to stand before it and before
what cannot follow.
"""

import importlib
import pkgutil
import re
import time
import warnings
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest

import kubectl_why
from kubectl_why import credentials
from kubectl_why.causes.loglines.table import all_rows

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # in Python 3.10 it is no private module yet
    parser = pytest.importorskip("re._parser" if hasattr(re, "_parser") else "sre_parse")

TIMES = (6, 10, 14, 18, 22)
TRIES = 60
SLOW = 0.1
"""Seconds of processor time; a search that is not slow takes a thousandth of it."""
# Of each category one character, and of others some that stand in logs.
OF = {"CATEGORY_WORD": "a", "CATEGORY_DIGIT": "1", "CATEGORY_SPACE": " "}
OTHERS = " a1_A.-/:='\"("


def constants() -> Iterator[str]:
    """Every text of a module that is a pattern, and those in the tables."""
    yield from (row.pattern for row in all_rows())
    yield from (rule.pattern for rule in credentials.RULES)
    yield from (pattern for _, pattern, _ in credentials.FORMS)
    for info in pkgutil.walk_packages(kubectl_why.__path__, "kubectl_why."):
        if not info.name.endswith("__main__"):
            for name, value in vars(importlib.import_module(info.name)).items():
                if isinstance(value, str) and not name.startswith("__"):
                    yield value


def parsed() -> dict[str, Any]:
    """What each pattern is made of; a text that is none is left out."""
    found = {}
    for pattern in constants():
        try:
            found[pattern] = parser.parse(pattern)
        except re.error:
            continue
    return found


def written(nodes: Any, chance: Random) -> str:
    """A text that the nodes match, but for what they look around for."""
    return "".join(_one(str(kind), value, chance) for kind, value in nodes)


def _one(kind: str, value: Any, chance: Random) -> str:
    if kind == "LITERAL":
        return chr(value)
    if kind == "NOT_LITERAL":
        return "b" if chr(value) == "a" else "a"
    if kind == "ANY":
        return chance.choice(OTHERS)
    if kind == "IN":
        return _of_class(value, chance)
    if kind == "BRANCH":
        return written(chance.choice(value[1]), chance)
    if kind == "SUBPATTERN":
        return written(value[3], chance)
    if kind in ("MAX_REPEAT", "MIN_REPEAT"):
        least, most, body = value
        return "".join(written(body, chance) for _ in range(chance.randint(least, min(int(most), least + 1))))
    return ""


def _of_class(items: list, chance: Random) -> str:
    if str(items[0][0]) == "NEGATE":
        shut = {chr(value) for kind, value in items[1:] if str(kind) == "LITERAL"}
        spaces = any(str(value) == "CATEGORY_SPACE" for _, value in items[1:])
        return chance.choice([c for c in OTHERS if c not in shut and not (spaces and c == " ")] or ["z"])
    kind, value = chance.choice(items)
    if str(kind) == "RANGE":
        return chr(chance.randint(value[0], min(value[1], value[0] + 25)))
    return chr(value) if str(kind) == "LITERAL" else OF.get(str(value), "a")


def repeated(nodes: Any, before: list) -> Iterator[tuple[list, Any]]:
    """Each group that may be repeated often, with what stands before it."""
    for at, (kind, value) in enumerate(nodes):
        so_far = before + list(nodes)[:at]
        if str(kind) in ("MAX_REPEAT", "MIN_REPEAT"):
            _, most, body = value
            if int(most) >= TIMES[0] and (len(body) > 1 or str(body[0][0]) in ("BRANCH", "SUBPATTERN")):
                yield so_far, body
            yield from repeated(body, so_far)
        elif str(kind) == "SUBPATTERN":
            yield from repeated(value[3], so_far)
        elif str(kind) == "BRANCH":
            for branch in value[1]:
                yield from repeated(branch, so_far)


def slow(pattern: str, nodes: Any, chance: Random) -> tuple[int, str]:
    """How many groups of the pattern may be repeated, and a text over which it takes long, or none."""
    search, groups = re.compile(pattern, re.MULTILINE).search, 0
    for before, body in repeated(nodes, []):
        groups += 1
        for _ in range(TRIES):
            start, words = written(before, chance), [written(body, chance) for _ in range(chance.choice((1, 3)))]
            for times in TIMES:
                text = start + "".join(chance.choice(words) for _ in range(times)) + "\x01"
                began = time.process_time()
                search(text)
                if time.process_time() - began > SLOW:
                    return groups, text
    return groups, ""


def test_what_may_be_repeated_is_read_in_no_time(figures):
    chance = Random(20261125)
    for pattern, nodes in parsed().items():
        groups, text = slow(pattern, nodes, chance)
        assert not text, pattern
        figures["groups of patterns that may be repeated"] += groups


@pytest.mark.parametrize(
    "pattern", [r"get (?:a |a value |value )*x", r"set(?: \w{0,9} ?)*=", r"\b(?:no|bad)\b (?:the |\S{0,9} )*y"]
)
def test_the_check_finds_what_is_slow(pattern):
    assert slow(pattern, parser.parse(pattern), Random(1))[1]
