"""Reading a log: which line tells why the process ended, and of which cause it is the sign.

`configuration`, `files`, `network`, `runtimes` and `servers` are tables of what programs write (`table` says what a row is).
`levels` and `records` tell how loudly each line was said and what belongs to it; `signs` finds every line that some row
knows; `choice` picks the one that a person would. Where no row knows one, `ranking` shows what a person would have looked
at; `waiting` reads loops that wait in silence, `serving` defects that a process survives.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from ... import hosts
from ...snapshot import Log
from .choice import LAST_OF_SCRIPT, LAST_WORDS, best
from .levels import ERROR, FATAL, PLAIN, WARNING
from .signs import OF_PEERS, Telling, matches
from .waiting import awaited

if TYPE_CHECKING:
    from ...facts import Container, Facts

# Python, the JVM, .NET, Ruby, Elixir: the words with which a text is refused that should be a number.
_NO_NUMBER = (
    r"(?:invalid value for (?:Integer|Float)\(\): |binary_to_(?:integer|float)\(|invalid literal for int\(\) with base \d+: |could not convert string to float: |For input string: |[Tt]he input string )"
    r"(?P<quote>['\"])(?P<value>.+?)(?P=quote)"
)
# Anybody: that a value is none of those that are known, or cannot be read.
_REFUSED = (
    rf"{_NO_NUMBER}|(?i:\b(?:unknown|unsupported|unrecogni[sz]ed|invalid|illegal|malformed|unpars[e]?able"
    r"|not (?:an? )?(?:valid|supported|recogni[sz]ed|known)|(?:cannot|could not|can't|unable to|failed to) (?:be )?pars\w+|no enum constant)\b)"
)
# How long a text is that may stand in a message for another reason.
_BY_CHANCE = 2

# What a process can lack and go on running, without doing anything well.
_LACKS = frozenset(("heap-exhausted", "disk-full", "too-many-open-files", "port-in-use", "privileged-port-denied"))
# A process that a signal ended from outside had no last words, unless it said that they were.
_KILLED = (137, 143)
# With which a shell ends when the last command was not found.
_NOT_FOUND = 127
# What is said between a failure and a clean end, where that is the end: what is said else tells that it went on.
_ENDING = r"(?i)\b(?:exit\w*|stop\w*|shut\w*|clos(?:e|ed|ing)|giv(?:ing|e) up|abort\w*|fail\w*|error\w*|bye|terminat\w*|quit\w*|end(?:ed|ing))\b"
# Of a process that still runs, or that was killed, only what it said of late counts.
_OF_LATE = 60
# What may be the matter with a copy of the pod alone.
_OF_COPIES = ("read-only-filesystem", "connection-timeout")
# A manager of processes says that one of them ended for good, and runs on itself.
_SUPERVISED = r"\bgave up: \S+ entered FATAL state\b"


def telling(facts: Facts, container: Container) -> Telling | None:
    """The line in the container's log that says why it ended, or does not get ready; None where none does."""
    if container.name not in facts.memo:
        log = facts.log(container)
        line = _find(facts, container, log) if log else None
        facts.memo[container.name] = line or _of_copy(facts, container)
    return facts.memo[container.name]


def said(facts: Facts, cause: str) -> list[tuple[Container, Telling]]:
    """The containers whose log tells of this cause, with the line that does."""
    found = []
    for container in facts.containers:
        line = telling(facts, container)
        if line is not None and line.cause == cause:
            found.append((container, line))
    return found


def _find(facts: Facts, container: Container, log: Log) -> Telling | None:
    end = facts.end(container)
    if end is not None and end.reason in ("OOMKilled", "StartError", "ContainerCannotRun"):
        return None
    killed = end is not None and facts.probe_kill(container, end) is not None
    if end is None and (container.ready or container.running is None or facts.within_budget(container)):
        return None
    found = matches(log, end.exit_code if end else None)
    if end is None or killed:
        found = _in_the_way(found, log)
    elif end.exit_code == 0:
        last = [index for index, text in enumerate(log.lines) if text.strip()][-LAST_WORDS:]
        went_on = [index for index in last if not re.search(_ENDING, log.lines[index])]
        found = [line for line in found if last and line.index >= last[0] and line.level >= PLAIN]
        found = [line for line in found if all(index <= line.record.end for index in went_on)]
    elif end.exit_code in _KILLED:
        floor = max(0, len(log.lines) - _OF_LATE)
        found = [line for line in found if line.level == FATAL and line.record.end >= floor]
    elif end.exit_code != _NOT_FOUND:
        # A script goes on after a command that was not found, unless that is the last thing that is heard of it, but for what
        # it makes of that.
        last = [index for index, text in enumerate(log.lines) if text.strip()][-LAST_OF_SCRIPT:]
        found = [line for line in found if line.cause != "command-not-found" or line.index in last]
    line = best(found, log)
    if line is None and not killed and (end is None or end.exit_code not in (0, *_KILLED)):
        line = awaited(log)
    return _of_a_setting(facts, container, line)


def _of_copy(facts: Facts, container: Container) -> Telling | None:
    """What the container said in a copy of the pod, if it ended there with the same exit code as here.

    A claim is read-only in a copy, and other containers and labels may be missing: what comes of that is not the pod's.
    """
    log, end = facts.log_of_copy(container), facts.end(container)
    same = any(end and run.whole("exitCode") == end.exit_code for run in facts.examined(container, "run"))
    line = _find(facts, container, log) if log and same else None
    of_copy = line and (line.cause in _OF_COPIES or hosts.is_loopback(line["host"]))
    return None if of_copy else line


def _while_running(line: Telling, floor: int) -> bool:
    """Whether it explains why a process that is up does not work: its last words, or what it lacks of late."""
    least = WARNING if line.cause in OF_PEERS else ERROR if line.cause in _LACKS else FATAL
    return line.cause != "exception" and line.index >= floor and line.level >= least


def _in_the_way(found: list[Telling], log: Log) -> list[Telling]:
    """What can be the reason why a process that still runs does not serve."""
    floor = max(0, len(log.lines) - _OF_LATE)
    given_up = any(re.search(_SUPERVISED, text) for text in log.lines[floor:])
    return [line for line in found if (given_up and line.index >= floor) or _while_running(line, floor)]


def _of_a_setting(facts: Facts, container: Container, line: Telling | None) -> Telling | None:
    """What is refused as no number or as unknown, and stands so in the container's environment, is a setting and no defect.

    Nor is the syntax of a script a defect of the image that comes from a ConfigMap.
    """
    if line and line.cause == "exception" and line["script"] and facts.volume_at(container, line["script"]):
        groups = {"file": line["script"], "line": line["line"], "why": f"{line['type']} {line['message']}".strip()}
        return replace(line, cause="invalid-configuration", groups=groups)
    if line is None or line.cause != "exception" or not re.search(_REFUSED, line["message"]):
        return line
    number = re.search(_NO_NUMBER, line["message"])
    for _, _, held in facts.environment(container):
        if held == number["value"] if number else _names(line["message"], held):
            return replace(line, cause="invalid-configuration", groups={"value": held, "why": line["message"]})
    return line


def _names(message: str, value: str) -> bool:
    """Whether a message has that value as a whole, and not by chance."""
    return len(value) > _BY_CHANCE and re.search(rf"(?<![\w-]){re.escape(value)}(?![\w-])", message) is not None
