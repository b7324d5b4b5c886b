"""Of all signs in a log the one that a person would pick: by how loudly it was said, what trace it belongs to, what came after."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import accumulate

from ... import hosts
from ...snapshot import Log
from .levels import ERROR, FATAL, INFO, PLAIN, WARNING
from .records import Record, shortened
from .signs import OF_PEERS, Telling

# What failed anew while another failure was handled, and does not only tell of that in other words.
_ANEW = r"^\s*(?:\w+Error: \[Errno \d+\]|ModuleNotFoundError: )"
# What a program says that could not do without a peer, and does not say why.
_GAVE_UP = (
    r"(?i)\b(?:unable|failed|failure|could not|couldn't|cannot|can't|did not|not) (?:to )?(?:be )?(?:connect|reach|ready|available)"
    # Hibernate asks its database which dialect it speaks
    r"|Unable to determine Dialect without JDBC metadata|Access to DialectResolutionInfo cannot be null"
    r"|\b(?:gave|giving) up\b|\bafter \d+ (?:re)?(?:tries|attempts)\b"
)
# What a dump of an error object repeats of its message, and less plainly.
_REPEATED = r"^(?:npm (?:error|ERR!)|\s)\s*\[?(?:code|errno|errorno|syscall)\]?(?:: | (?=E[A-Z]+$))"
_DUMPED = r"\s+(?:path|url|baseURL|host|hostname|broker): [\"'](?P<peer>[^\"']{1,300})[\"'],?$"
# Why nobody answered, where the peer itself did not say more.
_TELLS_WHY_IN_VAIN = ("connection-refused", "dns-not-found")
# A clean end is explained only by its last words.
LAST_WORDS, LAST_OF_SCRIPT = 4, 2
# With what a process says that it does without what it just missed.
_GOES_ON = (
    r"(?i)\b(?:go(?:ing|es)? on|continu(?:e|es|ing)|fall(?:s|ing)? back|using (?:the )?(?:default|built)\w*|(?:use|using) \w+ instead"
    r"|defaulting to|ignor(?:ed|es|ing)|(?:is |was )optional|without it)\b(?!.*\b(?:wait|retr|try|attempt))"
)
# How many lines may follow: the softer it was said, the sooner it is over.
REACH = {INFO: 3, WARNING: 20, PLAIN: 40, ERROR: 100, FATAL: 150}
# What says that the address in a message is that of whoever asks.
_OF_A_CLIENT = r"(?i)\b(?:from|client|remote|request|user|GET|POST|PUT)\b"
# How far before a trace that says nothing the reason for it may stand; of a trace that shows a bug, right before it.
_BEFORE, _RIGHT_BEFORE, _WHILE_WAITING = 16, 2, 40
# How far apart the lines of one failure stand: a Java trace with its causes, a dump of an error object.
_ONE_FAILURE = 120


def _vague(line: Telling) -> bool:
    """Whether it says only that the program or its configuration is broken, or sums up what others say (`summary`)."""
    nothing = line.cause == "invalid-configuration" and not any(line.groups.values())
    return line.cause == "exception" or "summary" in line.groups or nothing


def _in_vain(line: Telling) -> bool:
    """Whether it says only that the program waited for a peer, and not whom, or what the peer did."""
    if line.cause == "connection-timeout":
        return not line["host"]
    return line.cause == "exception" and re.search(_GAVE_UP, line["message"]) is not None


def best(found: list[Telling], log: Log) -> Telling | None:
    """Of all signs the one that a person would pick.

    The record that was said loudest, then latest; in it the root of the chain. Where that is a trace that says only that
    the program is broken, or that it waited in vain for it does not say whom, the reason may stand right before it.
    """
    filled = list(accumulate(bool(text.strip()) for text in log.lines))

    def after(record: Record) -> int:
        return filled[-1] - filled[record.end]

    def loudness(record: Record) -> int:
        # What has no level counts as an error where these were the last words, as does a trace, whatever stands before it.
        softly = record.level == PLAIN or (record.root_first and record.level == WARNING)
        return ERROR if softly and after(record) < LAST_WORDS else record.level

    def leads_to(record: Record, trace: Record, bug: bool, least: int, waited: bool) -> bool:
        gap = filled[trace.start] - 1 - filled[record.end]
        softer = record.level < min(ERROR, loudness(trace)) and not waited
        near = _RIGHT_BEFORE if bug or softer else _WHILE_WAITING if waited else _BEFORE
        return record.end < trace.start and gap < near and record.level >= least

    heard = [line for line in found if after(line.record) <= REACH.get(line.level, -1)]
    heard = [line for line in heard if line.cause != "exception" or line.level >= PLAIN]
    heard = [line for line in heard if line.level == FATAL or not _borne(line.record, log)]
    if not heard:
        return None
    last = max((line.record for line in heard), key=lambda record: (loudness(record), record.end, record.start))
    while True:
        told = [line for line in found if line.record is last]
        waited = any(map(_in_vain, told))
        if not all(_vague(line) or _in_vain(line) for line in told):
            break
        bug, summary = (any(group in line.groups for line in told) for group in ("bug", "summary"))
        # What was said softly while it waited counts again once it has given up, and so does what is summed up.
        heard = found if waited or summary else heard
        least = INFO if summary else WARNING
        meant = {peer.host for line in told for peer in hosts.named(line["message"])}
        reasons = [
            line.record
            for line in found
            if not _vague(line)
            and not _in_vain(line)
            and (line.cause in OF_PEERS or all(map(_vague, told)))
            and not (waited and meant and line["host"] and line["host"] not in meant)
            and leads_to(line.record, last, bug, least, waited and line.cause in OF_PEERS)
        ]
        if not reasons:
            break
        last = max(reasons, key=lambda record: record.end)
    return _listed(_root(told, found), heard)


def _listed(top: Telling, heard: list[Telling]) -> Telling:
    """The first of several lines, one right above the other, of which each names another variable that is missing."""
    above = {line.record.end: line for line in heard if line.cause == top.cause == "missing-env-var" and line["variable"]}
    while top["variable"] and (line := above.get(top.record.start - 1)) and line.level == top.level:
        if line["variable"] in top.every("variable"):
            break
        top = replace(line, also=(*line.also, replace(top, also=()), *top.also))
    return top


def _borne(record: Record, log: Log) -> bool:
    """Whether the very next line says that the process goes on without, and it does."""
    following = [text for text in log.lines[record.end + 1 : record.end + 6] if text.strip()]
    return len(following) > 2 and bool(re.search(_GOES_ON, following[0]))


def _root(told: list[Telling], found: list[Telling]) -> Telling:
    """Of the signs in one record the root, and of those that say the same the one that names most."""
    specific = [line for line in told if not _vague(line)] or told
    specific = [line for line in specific if not re.match(_REPEATED, line.text)] or specific
    root_first = specific[0].record.root_first
    if (handling := specific[0].record.handling) is not None and re.match(_ANEW, specific[-1].text):
        specific = [line for line in specific if line.index > handling] or specific
    root = specific[0] if root_first else specific[-1]
    if _in_vain(root):
        # What a retry was told says more than that it gave up.
        root = next((line for line in reversed(specific) if line.cause in _TELLS_WHY_IN_VAIN), root)
    same = [line for line in specific if line.cause == root.cause]
    top = max(
        same if root_first else reversed(same),
        # Of a chain that ends at the address that a name stands for, the line with the name.
        key=lambda line: (not hosts.is_address(line["host"]) if line["host"] else False, len(line.groups)),
    )
    if top.cause in OF_PEERS and (not top["host"] or hosts.is_address(top["host"])):
        top = _with_peer_of_record(_naming_the_peer(top, found))
    return replace(top, also=tuple(line for line in same if line is not top))


def _naming_the_peer(top: Telling, found: list[Telling]) -> Telling:
    """The line that says the same as `top` and also of whom, if one of the same failure does; else `top`.

    Of a line that has an address and one that has the address and a name, the second says more.
    """
    same = [line for line in found if line.cause == top.cause and line["host"] and line.level >= min(top.level, WARNING)]
    if top["host"]:
        same = [line for line in same if not hosts.is_address(line["host"]) and top["host"] in line.text]
    nearest = min(same, key=lambda line: abs(line.index - top.index), default=top)
    return nearest if abs(nearest.index - top.index) <= _ONE_FAILURE else top


def _with_peer_of_record(line: Telling) -> Telling:
    """The line with the peer that its record names elsewhere, if it names none itself."""
    if line["host"]:
        return line
    message = line.log.lines[line.record.start]
    told = hosts.named(shortened(message)) if line.index > line.record.start else []
    if len(told) == 1 and not re.search(_OF_A_CLIENT, message):
        return replace(line, groups={**line.groups, "host": told[0].host, "port": str(told[0].port or "")})
    return _with_dumped_peer(line)


def _with_dumped_peer(line: Telling) -> Telling:
    """The line with the peer that the dump of its error names (JavaScript)."""
    after = (text for index, text in line.lines() if index > line.index)
    dumped = next((match for text in after if (match := re.match(_DUMPED, text))), None)
    peer = next(iter(hosts.value(dumped["peer"])), None) if dumped else None
    return replace(line, groups={**line.groups, "host": peer.host, "port": str(peer.port or "")}) if peer else line
