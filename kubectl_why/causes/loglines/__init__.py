"""Reading a log: which line tells why the process ended, and of which cause it is the sign.

The tables beside this file say what runtimes, clients and servers write. This module finds the telling line by meaning:
the level at which it was said, the trace it belongs to, what came after it. Rows of a table are tried in order, so that
within one line the more specific stands before the more general.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from ... import hosts
from ...model import Evidence
from ...snapshot import Log

if TYPE_CHECKING:
    from ...facts import Container, Facts


class Row(NamedTuple):
    """One thing that some program writes, and what it is the sign of."""

    cause: str
    """The id of the cause; `exception` for a trace that says only that the program is broken; `noise` for a line that
    means nothing, whatever a later row would make of it."""
    needle: str
    """Lower-case text that every such line contains. It is looked for first: only then is the pattern compiled."""
    pattern: str
    """A regular expression whose named groups carry what the line names: variable, file, module, host, port, user..."""
    spans: bool = False
    """Whether the pattern goes over several lines, of which one contains the needle. The line that has the first named
    group is the one that is quoted."""
    exit_code: int | None = None
    """The only exit code with which the line means that, where a shell says the same of a command and of a file."""


def rows(cause: str, *said: tuple[str, str], spans: bool = False, exit_code: int | None = None) -> tuple[Row, ...]:
    """Rows of one cause, from their needles and patterns."""
    return tuple(Row(cause, needle, pattern, spans, exit_code) for needle, pattern in said)


@dataclass
class Record:
    """A message with all that belongs to it: its trace, its dump, its further lines."""

    level: int
    start: int
    end: int
    """The first and the last line, as indices of the log."""
    root_first: bool = False
    """Whether the first exception of a chain is the root, as Python tells it; elsewhere it is the last."""
    handling: int | None = None
    """Where the last trace begins of what failed while an earlier failure was handled, as Python tells it."""


@dataclass(frozen=True)
class Telling:
    """The line that says why."""

    cause: str
    log: Log
    index: int
    groups: dict[str, str]
    record: Record
    also: tuple[Telling, ...] = ()
    """Further lines of the same record that say the same of something else."""

    @property
    def level(self) -> int:
        return self.record.level

    def __getitem__(self, name: str) -> str:
        """What the line names under that name, or an empty text."""
        return self.groups.get(name, "")

    def every(self, name: str) -> list[str]:
        """All that the record names under that name, in the order in which it is said."""
        lines = sorted((self, *self.also), key=lambda line: line.index)
        return list(dict.fromkeys(line[name] for line in lines if line[name]))

    @property
    def text(self) -> str:
        """The line itself."""
        return self.log.lines[self.index]

    def lines(self) -> Iterator[tuple[int, str]]:
        """The lines of its record as they were meant, each with the index of the log's line that it stands in."""
        for index in range(self.record.start, self.record.end + 1):
            for text in _readable(self.log.lines[index]):
                yield index, text

    def evidence(self, facts: Facts) -> tuple[Evidence, ...]:
        """The quotation."""
        return (facts.cite_log(self.log, self.index),)


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

_TRACEBACK = "Traceback (most recent call last):"
_CHAIN = r"^\s*(?:The above exception was the direct cause|During handling of the above exception)"
# What failed anew while another failure was handled, and does not only tell of that in other words.
_ANEW = r"^\s*(?:\w+Error: \[Errno \d+\]|ModuleNotFoundError: )"
# The further lines of what the client of Kubernetes raises.
_REST_OF_MESSAGE = r"^(?:Reason: |HTTP response (?:headers|body): )"
# What stands before a trace that Python itself, its logging, asyncio, socketserver or Django caught, and went on.
_CAUGHT = (
    r"^(?:--- Logging error ---|Exception ignored in\b|Exception occurred during processing of request|Exception in callback "
    r"|Task exception was never retrieved|(?:future|handle): <|Internal Server Error: /)"
)
# The last words of a runtime whose program did not catch something; what follows without a level is its dump.
_UNCAUGHT = (
    r"^(?:Exception in thread \"|panic: |fatal error: |runtime: |SIG[A-Z]+: |thread '.*' panicked|Unhandled [Ee]xception[.:]"
    r"|PHP Fatal error|PHP Parse error|Fatal error: |(?:error: )?Uncaught |\*\*\* |==\d+==ERROR: |terminate called"
    r"|APPLICATION FAILED TO START"
    r"|bundler: failed to load command|Error: A JNI error|Error: LinkageError|Error: Could not find or load main class"
    r"|(?:\d\d:\d\d:\d\d\.\d+ )?\[notice\] Application \w+ exited: "
    r"|Error occurred during initialization of VM|\S+\.rb:\d+:in .*\((?:\w+::)*[A-Z]\w*\)$)"
)
# What caused an exception of Ruby follows its frames.
_OF_RUBY, _FROM = r"^\S+\.rb:\d+:in ", r"^\s+(?:\d+: )?from \S+:\d+:in "
# An exception by its class: of Java and .NET with its package, of Python after a trace with or without.
_QUALIFIED = r"^(?:[a-z_][\w$]*\.)+[A-Z][\w$.]*(?:Error|Exception|Failure|Fault|Timeout|\$\w+)\b"
_BARE = r"^(?:Uncaught |\[)?(?:[A-Z]\w*(?:::|\\))*[A-Z]\w*(?:Error|Exception)\b(?: \[\w+\])?:|^Error(?: \[\w+\])?: "
_LAST_OF_TRACE = r"^(?![A-Z]+:)(?:(?:[A-Za-z_][\w<>]*\.)*[A-Z]\w*|[a-z_]\w*(?:\.[\w<>]+)+|error)(?::|$)"
_CAUSED = (
    r"^(?:Caused by: |Suppressed: |--->|\.\.\. \d+ |Next [\w\\]+|#\d+ |at [\w$.<>]+\(|goroutine \d+ \[|created by "
    # a frame of Ruby, as loggers and servers print them
    r"|(?:\[\d+\] )?/\S+:\d+:in [`'][^'\n]*'$)"
)
_FRAMES_OF_RUBY = r" /\S+:\d+:in [`'][^'\n]*'$"
# Where the text of a field ends, in JSON and in logfmt.
_REST = r'"\s*(?:,\s*"[\w.@-]+(?:"\s*:|"?$)|\}|\s[\w.-]+=)'
# Go tells a call, and below it where that is.
_GO_CALL, _GO_PLACE = r"[\w./*$\[\]()-]+(?:\(.*\))?$", r"\t\S+\.go:\d+"
_NUMBERED = r"^\s*(?:\d+: )?"
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
# What a program says that could not do without a peer, and does not say why.
_GAVE_UP = (
    r"(?i)\b(?:unable|failed|failure|could not|couldn't|cannot|can't|did not|not) (?:to )?(?:be )?(?:connect|reach|ready|available)"
    # Hibernate asks its database which dialect it speaks
    r"|Unable to determine Dialect without JDBC metadata|Access to DialectResolutionInfo cannot be null"
    r"|\b(?:gave|giving) up\b|\bafter \d+ (?:re)?(?:tries|attempts)\b"
)
# How long a text is that may stand in a message for another reason.
_BY_CHANCE = 2
# What managers of processes write before each line of a child: `10:00:00 web.1  | ` and `0|web  | `; and Python before the
# lines of a group of exceptions.
_OF_A_MANAGER = r"^(?:(?:\d\d:\d\d:\d\d )?[\w-]+\.\d+ +|\d+\|[\w-]+ +| {2,})\| "
_USAGE = r"^(?:usage|Usage|USAGE)\b"
# A line of a usage, wherever it stands: an option and what it is for.
_OPTION = r"^\s+-{1,2}\w[\w-]*(?:,? -{1,2}[\w-]+)?(?:[ =][A-Z<\[]\S*)?(?:\t| {2,})\S"
_BULLET = r"^(?:[-*•·] |\d+[.)] )"
# What a dump of an error object repeats of its message, and less plainly.
_REPEATED = r"^(?:npm (?:error|ERR!)|\s)\s*\[?(?:code|errno|errorno|syscall)\]?(?:: | (?=E[A-Z]+$))"
_DUMPED = r"\s+(?:path|url|baseURL|host|hostname|broker): [\"'](?P<peer>[^\"']{1,300})[\"'],?$"
# What the JVM, .NET and Node write before each frame; and how many lines of a message may stand before the first: of one that
# nobody caught, and of one among others.
_FRAME, _MESSAGE, _MESSAGE_LINES = r"\s+at \S", 60, 10
# Node shows where it was thrown before it shows the error: a place, the line of code, and a mark under it.
_THROWN_AT = r"^(?:Uncaught )?(?:node:|file://|/|[A-Z]:\\|evalmachine|\[eval\]).*:\d+$"


@cache
def _rows() -> tuple[Row, ...]:
    from . import configuration, files, network, runtimes, servers

    return (*servers.ROWS, *network.ROWS, *files.ROWS, *configuration.ROWS, *runtimes.ROWS)


@cache
def _needles() -> tuple[tuple[str, str], ...]:
    """Each needle with its longest word."""
    needles = dict.fromkeys(row.needle for row in _rows())
    return tuple((needle, max(re.findall("[a-z]+", needle), key=len, default="")) for needle in needles)


def _present(whole: str) -> set[str]:
    """The needles that occur in a text of lower case."""
    # A log says the same words again and again: most needles are ruled out by the few words that it has.
    words = " ".join(set(re.findall("[a-z]+", whole)))
    return {needle for needle, word in _needles() if word in words and needle in whole}


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.MULTILINE)


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
# What a process can lack and go on running, without doing anything well.
_LACKS = frozenset(("heap-exhausted", "disk-full", "too-many-open-files", "port-in-use", "privileged-port-denied"))
# Why nobody answered, where the peer itself did not say more.
_TELLS_WHY_IN_VAIN = ("connection-refused", "dns-not-found")
# A process that a signal ended from outside had no last words, unless it said that they were.
_KILLED = (137, 143)
# With which a shell ends when the last command was not found.
_NOT_FOUND = 127
# A clean end is explained only by its last words.
_LAST_WORDS, _LAST_OF_SCRIPT = 4, 2
# What is said between a failure and a clean end, where that is the end: what is said else tells that it went on.
_ENDING = r"(?i)\b(?:exit\w*|stop\w*|shut\w*|clos(?:e|ed|ing)|giv(?:ing|e) up|abort\w*|fail\w*|error\w*|bye|terminat\w*|quit\w*|end(?:ed|ing))\b"
# With what a process says that it does without what it just missed.
_GOES_ON = (
    r"(?i)\b(?:go(?:ing|es)? on|continu(?:e|es|ing)|fall(?:s|ing)? back|using (?:the )?(?:default|built)\w*|(?:use|using) \w+ instead"
    r"|defaulting to|ignor(?:ed|es|ing)|(?:is |was )optional|without it)\b(?!.*\b(?:wait|retr|try|attempt))"
)
# Of a process that still runs, only what it said of late counts.
_OF_LATE = 60
# A manager of processes says that one of them ended for good, and runs on itself.
_SUPERVISED = r"\bgave up: \S+ entered FATAL state\b"
# How many lines may follow: the softer it was said, the sooner it is over.
_REACH = {INFO: 3, WARNING: 20, PLAIN: 40, ERROR: 150, FATAL: 10_000}
# What a client says of its peer and a server of its clients, in the same words; and how a server names a client: sshd,
# nginx, httpd, dovecot, postfix, NATS, HAProxy.
_OF_EITHER_SIDE = frozenset(("authentication-failed", "tls-failure"))
_TURNED_AWAY = (
    r"\[client |\bclient: [\d\[]|\brip=|\bunknown\[[\d.]+\]|\bcid:\d|[\"']?(?:source|client[-_]?(?:ip|addr\w*))[\"']?[:=] ?[\"']?\d"
    r"|\bremote[-_]?addr\w*[\"']?[:=] ?[\"']?[\d.]+:(?:3[2-9]|[4-6]\d)\d{3}\b"
    r"|\b(?:for|user|login|attempt|connection|handshake error|request|client)\b[^\n]{0,60} from /?\[?\d[\d.:]{6}"
    r"|(?:^|: )[\d.]+:\d+ \[[^\]\n]+\] [\w~-]+/\d+: "
)
# What says that the address in a message is that of whoever asks.
_OF_A_CLIENT = r"(?i)\b(?:from|client|remote|request|user|GET|POST|PUT)\b"
# How far before a trace that says nothing the reason for it may stand; of a trace that shows a bug, right before it.
_BEFORE, _RIGHT_BEFORE, _WHILE_WAITING = 16, 2, 40
# Of longer lines only the beginning and the end are read.
_LONG = 4000
# How clients that tell their progress say what came of it, whom they ask before that, and how many lines lie between.
_COMPLAINT = (
    r"^(?:curl|wget|nc): |^HTTP request sent|^Username/Password|^\d{4}-\d\d-\d\d [\d:]{8} ERROR \d|^ERROR: |^GnuTLS: "
    r"|^OpenSSL: |^Unable to establish SSL|^telnet: |^Mongo\w*Error|Problem with dial: "
)
_ASKING = r"^--\d{4}-\d\d-\d\d [\d:]{8}--  \w+://|^Connecting to \S+ \([^()|\s]+\)$|^Connecting to:\s+mongodb|Waiting for: \w+://|\* Connected to \S+ \(\S+\) port \d"
_PROGRESS = 40
# How far apart the lines of one failure stand: a Java trace with its causes, a dump of an error object.
_ONE_FAILURE = 120


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
        last = [index for index, text in enumerate(log.lines) if text.strip()][-_LAST_WORDS:]
        went_on = [index for index in last if not re.search(_ENDING, log.lines[index])]
        found = [line for line in found if last and line.index >= last[0] and line.level >= PLAIN]
        found = [line for line in found if all(index <= line.record.end for index in went_on)]
    elif end.exit_code in _KILLED:
        found = [line for line in found if line.level == FATAL]
    elif end.exit_code != _NOT_FOUND:
        # A script goes on after a command that was not found, unless that is the last thing that is heard of it, but for what
        # it makes of that.
        last = [index for index, text in enumerate(log.lines) if text.strip()][-_LAST_OF_SCRIPT:]
        found = [line for line in found if line.cause != "command-not-found" or line.index in last]
    line = best(found, log)
    if line is None and not killed and (end is None or end.exit_code not in (0, *_KILLED)):
        from .waiting import awaited

        line = awaited(log)
    return _of_a_setting(facts, container, line)


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


def matches(log: Log, exit_code: int | None = None) -> list[Telling]:
    """Every line that is the sign of something, with the first row that says of what."""
    whole = "\n".join(log.lines).lower()
    if "\\" in whole:
        whole = _unescaped(whole)
    needles = _present(whole)
    rows = [row for row in _rows() if row.needle in needles and row.exit_code in (None, exit_code or row.exit_code)]
    read = [(index, _short(text)) for index, line in enumerate(log.lines) for text in _readable(line)] if rows else []
    texts = _with_context([text for _, text in read])
    spans: dict[Row, list[_Span]] = {}
    hits = {at: hit for at, text in enumerate(texts) if (hit := _hit(rows, texts, at, spans))}
    if not hits:
        return []
    records = _records(texts)
    for record in {id(record): record for record, _ in records}.values():
        record.start, record.end = read[record.start][0], read[record.end][0]
        record.handling = record.handling and read[record.handling][0]
    found = []
    for at, hit in hits.items():
        record, quotes = records[at]
        if quotes and not hit.row.spans:
            hit = _hit([row for row in rows if row.spans], texts, at, spans)
        if hit and hit.row.cause != "noise":
            groups = {name: _plain(value) for name, value in hit.match.groupdict().items() if value is not None}
            if hit.row.cause in OF_PEERS:
                groups = _with_peer(groups, texts[at], hit.match.start())
                groups |= _asked(texts, at, groups)
            if hit.row.cause not in _OF_EITHER_SIDE or not _of_a_client(texts[at]):
                found.append(Telling(hit.row.cause, log, read[hit.at][0], groups, record))
    return found


def _of_a_client(text: str) -> bool:
    """Whether a server says it of a client that it turned away: that is no failure of the server."""
    return bool(re.search(_TURNED_AWAY, text)) and "upstream" not in text


def _with_context(texts: list[str]) -> list[str]:
    """The lines, where each cause of a chain as Rust writes it follows its context in one line, as Go writes it."""
    found = list(texts)
    for at, text in enumerate(texts):
        if text.strip() != "Caused by:":
            continue
        context = next((before.strip() for before in reversed(texts[max(0, at - 3) : at]) if before.strip()), "")
        for below in range(at + 1, len(texts)):
            if not texts[below].startswith("  "):
                break
            context = f"{context}: {re.sub(_NUMBERED, '', texts[below])}"
            found[below] = f"    {context}"
    return found


def _plain(value: str) -> str:
    """What a line names, without what follows it in a structured line."""
    return re.split(_REST, value, maxsplit=1)[0].strip()


def _short(text: str) -> str:
    """A line of which nobody wants to read all: its beginning and its end."""
    return text if len(text) <= _LONG else f"{text[: _LONG // 2]} ... {text[-_LONG // 2 :]}"


class _Hit(NamedTuple):
    """A row that matches, and the line to quote."""

    row: Row
    at: int
    match: re.Match[str]


class _Span(NamedTuple):
    """A match over several lines."""

    first: int
    last: int
    hit: _Hit


def _hit(rows: list[Row], texts: list[str], at: int, spans: dict[Row, list[_Span]]) -> _Hit | None:
    """The first row that matches the line. `spans` remembers the matches over several lines, row by row."""
    lower = texts[at].lower()
    for row in rows:
        if row.needle not in lower:
            continue
        if not row.spans:
            match = _compiled(row.pattern).search(texts[at])
            if match:
                return _Hit(row, at, match)
            continue
        if row not in spans:
            spans[row] = list(_across(row, texts))
        found = next((span.hit for span in spans[row] if span.first <= at <= span.last), None)
        if found:
            return found
    return None


# How many lines a pattern over several lines sees at once, and how many of them it sees again with the next.
_VIEW, _OVERLAP = 100, 32


def _across(row: Row, texts: list[str]) -> Iterator[_Span]:
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
            yield _Span(start, end, _Hit(row, quoted, match))


def _with_peer(groups: dict[str, str], text: str, at: int) -> dict[str, str]:
    """The groups with the peer's host and port, as the line names them anywhere near."""
    said = hosts.bare(groups.pop("host", "") or groups.get("address", ""))
    near = [peer for peer in hosts.named(text[max(0, at - 600) : at + 1000]) if peer.host != groups.get("client")]
    peers = [peer for peer in near if peer.host == said] if hosts.plausible(said) else near
    if hosts.is_address(said):
        # Of a name and an address in one line, such as a URL and what was dialled, the name says more.
        peers = [
            peer for peer in near if not hosts.is_address(peer.host) and groups.get("port", "") in ("", str(peer.port))
        ] or peers
    peer = peers[0] if peers else hosts.Peer(said if hosts.plausible(said) else "")
    port = groups.get("port") or str(peer.port or "")
    return {**groups, **{name: value for name, value in (("host", peer.host), ("port", port)) if value}}


def _asked(texts: list[str], at: int, said: dict[str, str]) -> dict[str, str]:
    """Whom a client said that it asks, before it said what came of that, and of whom by no more than an address."""
    host, port = said.get("host", ""), said.get("port", "")
    if (host and not hosts.is_address(host)) or not re.search(_COMPLAINT, texts[at]):
        return {}
    for text in reversed(texts[max(0, at - _PROGRESS) : at]):
        for peer in hosts.named(text) if re.search(_ASKING, text) else ():
            if port in ("", str(peer.port)):
                return {"host": peer.host, "port": str(peer.port or "")}
    return {}


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
        return ERROR if softly and after(record) < _LAST_WORDS else record.level

    def leads_to(record: Record, trace: Record, bug: bool, least: int, waited: bool) -> bool:
        gap = filled[trace.start] - 1 - filled[record.end]
        softer = record.level < min(ERROR, loudness(trace)) and not waited
        near = _RIGHT_BEFORE if bug or softer else _WHILE_WAITING if waited else _BEFORE
        return record.end < trace.start and gap < near and record.level >= least

    heard = [line for line in found if after(line.record) <= _REACH.get(line.level, -1)]
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
    told = hosts.named(_short(message)) if line.index > line.record.start else []
    if len(told) == 1 and not re.search(_OF_A_CLIENT, message):
        return replace(line, groups={**line.groups, "host": told[0].host, "port": str(told[0].port or "")})
    return _with_dumped_peer(line)


def _with_dumped_peer(line: Telling) -> Telling:
    """The line with the peer that the dump of its error names (JavaScript)."""
    after = (text for index, text in line.lines() if index > line.index)
    dumped = next((match for text in after if (match := re.match(_DUMPED, text))), None)
    peer = next(iter(hosts.value(dumped["peer"])), None) if dumped else None
    return replace(line, groups={**line.groups, "host": peer.host, "port": str(peer.port or "")}) if peer else line


def _readable(line: str) -> Iterator[str]:
    """A line as it was meant: the lines of a text that JSON or logfmt writes with escapes follow as lines of their own."""
    if " | " in line:
        line = re.sub(_OF_A_MANAGER, "", line, count=1)
    if "\\" not in line:
        yield line
        return
    if "\\n" not in line:
        yield _unescaped(line)
        return
    yield _unescaped(re.sub(r'(?:\\r)?\\n(?:[^"\\]|\\.)*', "", line))
    for text in re.findall(r'"((?:[^"\\]|\\.)*)"', line):
        if "\\n" in text:
            yield from (part.removesuffix("\\r") for part in _unescaped(text).split("\\n")[1:])


def _unescaped(text: str) -> str:
    return re.sub(r'\\+(["/])', r"\1", text).replace("\\t", "\t")


def level_of(text: str) -> int | None:
    """The level that a line says it has, or None."""
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


def _records(texts: list[str]) -> list[tuple[Record, bool]]:
    """The record that each line belongs to, and whether the line only quotes: source code, or the usage of a program."""
    reader = _Reader(texts)
    return [reader.read(at, text) for at, text in enumerate(texts)]


class _Reader:
    """Goes through the lines of a log and tells where one message ends and the next begins."""

    def __init__(self, texts: list[str]) -> None:
        self.texts = texts
        self.record = Record(PLAIN, 0, 0)
        self.mode = "message"
        """What the present record is at: message, frames (of Python), trace, chain, code, thrown (of Node), dump or usage."""

    def read(self, at: int, text: str) -> tuple[Record, bool]:
        quotes = self._place(at, text)
        self.record.end = at if text.strip() or self.mode == "dump" else self.record.end
        return self.record, quotes

    def _begin(self, at: int, level: int, mode: str) -> None:
        self.record, self.mode = Record(level, at, at), mode

    def _place(self, at: int, text: str) -> bool:
        """Put the line into the present record or a new one; whether it only quotes."""
        if not text.strip():
            return False
        if _TRACEBACK in text:
            self._traceback(at, text)
        elif re.match(_CHAIN, text):
            self.mode = "chain"
            if "During handling" in text:
                self.record.handling = at
        elif text[0] in " \t" and at:
            return self._indented(at, text)
        elif self.mode == "code":
            self.mode = "code" if text.strip(" ^~") else self._behind_the_mark(at)
            return True
        elif self.mode == "thrown":
            pass
        elif self.mode == "frames" and re.match(_LAST_OF_TRACE, text):
            self.mode = "trace"
        elif re.match(_CAUSED, text):
            self.mode = "dump" if self.mode == "dump" else "trace"
        else:
            return self._unindented(at, text)
        return False

    def _behind_the_mark(self, at: int) -> str:
        """Behind the mark Node tells the error: a message of many lines, as far as frames follow, and then a dump."""
        below = self.texts[at + 1 : at + _MESSAGE]
        return "thrown" if any(re.match(_FRAME, text) for text in below) else "dump"

    def _before_frames(self, at: int) -> bool:
        """Whether the line is one of an exception's message, because the frames of the exception follow."""
        for text in self.texts[at + 1 : at + _MESSAGE_LINES]:
            if re.match(_FRAME, text):
                return True
            if text.strip() and level_of(text) is not None:
                return False
        return False

    def _traceback(self, at: int, text: str) -> None:
        """A trace right after a warning or an error of a logger was caught and logged; one that stands alone was not."""
        logged = self._follows(at) and WARNING <= self.record.level != PLAIN
        if not logged and self.mode != "chain":
            own = level_of(text)
            self._begin(at, FATAL if own is None else own, "frames")
        self.mode = "frames"
        self.record.root_first = True

    def _follows(self, at: int) -> bool:
        """Whether the line comes right after the first line of a message, but for empty ones."""
        return at > 0 and self.mode == "message" and self.record.end == self.record.start

    def _indented(self, at: int, text: str) -> bool:
        if self.mode == "message" and (level := level_of(text.strip())) is not None and text.strip()[:3].isupper():
            self._begin(at, level, "message")
        if self.mode == "code" and not text.strip(" ^~\t"):
            self.mode = self._behind_the_mark(at)
            return True
        if self.mode == "thrown" and re.match(_FRAME, text):
            self.mode = "dump" if self.record.level == FATAL else "trace"
        return self.mode in ("frames", "code", "usage") or bool(re.match(_OPTION, text))

    def _unindented(self, at: int, text: str) -> bool:
        follows = self._follows(at)
        if re.match(_THROWN_AT, text) and any(
            not line.strip(" ^~\t") and "^" in line for line in self.texts[at + 1 : at + 4]
        ):
            self._begin(at, FATAL, "code")
            return True
        if re.match(_UNCAUGHT, text):
            if not (at and re.match(_OF_RUBY, text) and re.match(_FROM, self.texts[at - 1])):
                self._begin(at, FATAL, "dump")
            return False
        if re.match(_QUALIFIED, text):
            if self.mode not in ("dump", "trace") and not (follows and self.record.level != PLAIN):
                self._begin(at, ERROR, "trace")
            self.mode = "dump" if self.mode == "dump" else "trace"
            return False
        if re.match(_BARE, text):
            if self.mode != "dump" and not (follows and self.record.level in (WARNING, ERROR, FATAL)):
                self._begin(at, ERROR, "trace")
            self.mode = "dump" if self.mode == "dump" else "trace"
            return False
        if re.match(_GO_PLACE, "".join(self.texts[at + 1 : at + 2])) and re.match(_GO_CALL, text):
            return False
        if self.mode == "trace" and re.match(_REST_OF_MESSAGE, text):
            return False
        own = WARNING if re.match(_CAUGHT, text) else level_of(text)
        if own is not None:
            # Some write the trace of a message as a message of its own.
            if own != self.record.level or not re.search(_FRAMES_OF_RUBY, text):
                self._begin(at, own, "message")
            return False
        if self.mode == "dump" or (self.mode == "message" and re.match(_BULLET, text)):
            return False
        if self.mode == "trace" and ("".join(self.texts[at + 1 : at + 2])[:1] in (" ", "\t") or self._before_frames(at)):
            return False
        if re.match(_USAGE, text) or (self.mode == "usage" and text.endswith(":")):
            if self.record.level != PLAIN:
                self._begin(at, PLAIN, "usage")
            self.mode = "usage"
            return True
        self._begin(at, PLAIN, "message")
        return False
