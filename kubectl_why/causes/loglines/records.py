"""Where one message of a log ends and the next begins: with its trace, its dump, its further lines."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ...snapshot import Log
from .levels import ERROR, FATAL, PLAIN, WARNING, level_of


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


_TRACEBACK = "Traceback (most recent call last):"
_CHAIN = r"^\s*(?:The above exception was the direct cause|During handling of the above exception)"
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
# Go tells a call, and below it where that is.
_GO_CALL, _GO_PLACE = r"[\w./*$\[\]()-]+(?:\(.*\))?$", r"\t\S+\.go:\d+"
# What managers of processes write before each line of a child: `10:00:00 web.1  | ` and `0|web  | `; and Python before the
# lines of a group of exceptions.
_OF_A_MANAGER = r"^(?:(?:\d\d:\d\d:\d\d )?[\w-]+\.\d+ +|\d+\|[\w-]+ +| {2,})\| "
_USAGE = r"^(?:usage|Usage|USAGE)\b"
# A line of a usage, wherever it stands: an option and what it is for.
_OPTION = r"^\s+-{1,2}\w[\w-]*(?:,? -{1,2}[\w-]+)?(?:[ =][A-Z<\[]\S*)?(?:\t| {2,})\S"
_BULLET = r"^(?:[-*•·] |\d+[.)] )"
# What the JVM, .NET and Node write before each frame; and how many lines of a message may stand before the first: of one that
# nobody caught, and of one among others.
_FRAME, _MESSAGE, _MESSAGE_LINES = r"\s+at \S", 60, 10
# Node shows where it was thrown before it shows the error: a place, the line of code, and a mark under it.
_THROWN_AT = r"^(?:Uncaught )?(?:node:|file://|/|[A-Z]:\\|evalmachine|\[eval\]).*:\d+$"
# Of longer lines only the beginning and the end are read.
_LONG = 4000


def shortened(text: str) -> str:
    """A line of which nobody wants to read all: its beginning and its end."""
    return text if len(text) <= _LONG else f"{text[: _LONG // 2]} ... {text[-_LONG // 2 :]}"


def readable(line: str) -> Iterator[str]:
    """A line as it was meant: the lines of a text that JSON or logfmt writes with escapes follow as lines of their own."""
    if " | " in line:
        line = re.sub(_OF_A_MANAGER, "", line, count=1)
    if "\\" not in line:
        yield line
        return
    if "\\n" not in line:
        yield unescaped(line)
        return
    yield unescaped(re.sub(r'(?:\\r)?\\n(?:[^"\\]|\\.)*', "", line))
    for text in re.findall(r'"((?:[^"\\]|\\.)*)"', line):
        if "\\n" in text:
            yield from (part.removesuffix("\\r") for part in unescaped(text).split("\\n")[1:])


def unescaped(text: str) -> str:
    """A text of JSON or logfmt without the escapes of quotes, slashes and tabs."""
    return re.sub(r'\\+(["/])', r"\1", text).replace("\\t", "\t")


def meant(log: Log, first: int = 0) -> list[tuple[int, str]]:
    """The lines of a log as they were meant, from that index on, each with the index of the line that it stands in."""
    return [(index, shortened(text)) for index in range(first, len(log.lines)) for text in readable(log.lines[index])]


def distinct(records: Iterable[tuple[Record, bool]]) -> list[Record]:
    """Each record once, of what `records_of` gives for each line."""
    return list({id(record): record for record, _ in records}.values())


def records_of(texts: list[str]) -> list[tuple[Record, bool]]:
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
