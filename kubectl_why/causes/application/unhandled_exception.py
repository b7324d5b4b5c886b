from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from ...model import Confidence, Evidence, Finding, now, proper
from .. import cause
from ..changes.rollouts import is_of, revisions
from ..loglines import said
from ..loglines.levels import FATAL
from ..loglines.serving import repeated_defect
from ..loglines.signs import Telling
from ..signals.segmentation_fault import segmentation_fault
from . import exit_code
from .peers import GENERAL

if TYPE_CHECKING:
    from ...facts import Facts

# Where Node shows the line of code, before the error.
_SHOWN = r"^(?:Uncaught )?(?:file://)?(?P<file>/[^\s:]+):(?P<line>\d+)$"
# The lines of a trace, by runtime: where, and in what.
_FRAMES = (
    r'^\s*File \\?"(?P<file>[^"\\]+)\\?", line (?P<line>\d+)(?:, in (?P<what>\S+))?',  # Python
    # Node
    r"^\s*at (?:(?:async )?(?P<what>[^(]*?) \()?(?:file://)?(?P<file>(?:/|node:|webpack:)[^():]*):(?P<line>\d+)(?::\d+)?\)?",
    r"^\s*at (?P<what>[\w.$<>/]+)\((?P<file>[\w-]+\.(?:java|kt|scala|groovy|clj)):(?P<line>\d+)\)",  # the JVM
    r"^\s*at (?P<what>\S.*?) in (?P<file>\S+):line (?P<line>\d+)",  # .NET
    r"^\t(?P<file>\S+\.go):(?P<line>\d+)(?: \+0x[0-9a-f]+)?$",  # Go
    r"^\s*(?:from )?(?P<file>[^\s:]+\.rb):(?P<line>\d+):in [`'](?P<what>[^']+)'",  # Ruby
    r"(?:^#\d+ | in )(?P<file>/[^\s:(]+\.php)[:(](?P<line>\d+)\)?",  # PHP
    r"^\s+#\d+ 0x[0-9a-f]+ in \S.* (?P<file>\S+\.(?:c|cc|cpp|cxx|h|hpp)):(?P<line>\d+)",  # sanitizers of C and C++
    r"panicked at (?:'.*', )?(?P<file>[^\s:]+\.rs):(?P<line>\d+)",  # Rust
    r"^\s*at (?P<file>\./[^\s:]+\.rs):(?P<line>\d+)",
    _SHOWN,
)
# What is not the application's own: libraries, frameworks, the runtime.
_FOREIGN = (
    r"site-packages|dist-packages|/lib/python\d|^<|node_modules|^node:|/usr/local/go/|/usr/lib/go|/go/pkg/mod/|^runtime/|/vendor/|/gems/"
    r"|^(?:java|javax|jdk|sun|com\.sun|jakarta|kotlin|kotlinx|scala|groovy|clojure|android)[./]|^java\.base/"
    r"|^(?:org\.(?:springframework|apache|hibernate|eclipse|jboss|junit|slf4j|postgresql|mariadb|redisson|elasticsearch|flywaydb|yaml)"
    r"|io\.(?:netty|micronaut|quarkus|vertx|grpc|smallrye|lettuce|ktor|javalin|nats|kubernetes|fabric8)|okhttp3|okio|reactor|liquibase|picocli"
    r"|com\.(?:zaxxer|fasterxml|google|mongodb|rabbitmq|mysql|microsoft|amazonaws|datastax|typesafe|hazelcast|beust)"
    r"|software\.amazon|redis\.clients|ch\.qos)\."
    r"|^(?:System|Microsoft)\.|/rustc/|\.cargo/registry|/libsanitizer/|/sysdeps/|/csu/|/usr/lib/ruby|/usr/local/lib/ruby|internal:"
)
_WITHOUT_PLACE = (".java", ".kt", ".scala", ".groovy", ".clj", ".cs")
# Seconds within which a pod is of a new revision.
_NEW = 3600.0
# With what a runtime ends a program whose exception nobody caught.
_CODES = (
    (2, r"^panic: |^fatal error: "),
    (101, r"panicked at"),
    (255, r"PHP |^Fatal error: "),
    (134, r"Unhandled exception"),
)


class Frame(NamedTuple):
    """A place in the application's own code."""

    words: str
    evidence: Evidence


@cause(explains=[*GENERAL, segmentation_fault])
def unhandled_exception(facts: Facts) -> Iterator[Finding]:
    """The process ends with a stack trace that fits no other cause.

    Nobody caught an exception, or the program panicked: a defect of the program, or an input that it does not expect. What
    is quoted is the root of the chain, and the innermost place in the application's own code as far as the trace has one. A
    trace that says what is missing or refused is that cause instead. What an application catches and logs while it goes on
    running is no failure of the pod; what its framework catches for it is one where it is a defect, comes again and again,
    and the pod is of a revision that was rolled out within the hour.

    Fix: return to a version that ran, and correct the program at the place that the trace names.
    """
    for container, line in said(facts, "exception"):
        end = facts.end(container)
        what = line["type"].rpartition("\\")[2]
        message = line["message"].strip() or _on_the_next_line(line)
        message = message.rstrip('",}') if message.count('"') % 2 else message
        frame = _frame(facts, line)
        what = what or ("panic" if "panic" in line.text else "")
        words = ": ".join(filter(None, (what, message)))
        code = next((code for code, pattern in _CODES if re.search(pattern, line.text)), None)
        agrees = end is not None and end.exit_code == code and line.level == FATAL
        command = facts.set_command("image", f"{container.name}=IMAGE")
        yield Finding(
            (words if len(words) <= 160 else f"{words[:157]}...") + (f", at {frame.words}" if frame else ""),
            Confidence.LIKELY if agrees else Confidence.POSSIBLE,
            container.name,
            (*line.evidence(facts), *((frame.evidence,) if frame else ()), *exit_code(facts, container)),
            (
                *((now("run a version in which this does not happen", command),) if command else ()),
                proper(f"correct the program at {frame.words}" if frame else "correct the program where the trace says"),
            ),
        )
    yield from _while_serving(facts)


def _while_serving(facts: Facts) -> Iterator[Finding]:
    """A new revision that is ready, and fails in what it is asked: only its log tells."""
    serving = [container for container in facts.containers if container.ready and container.running is not None]
    recorded = revisions(facts) if serving and facts.age <= _NEW and facts.rolls_out else []
    if len(recorded) < 2 or not is_of(facts, recorded[0].record):
        return
    for container in serving:
        log = facts.log(container)
        defect = repeated_defect(log, facts.now) if log else None
        if log and defect:
            yield Finding(
                f"runs and is ready, and nobody catches {defect.words[:120]} ({defect.times} times of late)",
                Confidence.POSSIBLE,
                container.name,
                (facts.cite_log(log, defect.index),),
                (proper("correct the program where its log says"),),
            )


def _on_the_next_line(line: Telling) -> str:
    """The message of an error that begins with an empty line, as some programs of Node write theirs."""
    if not line.text.rstrip().endswith("Error:"):
        return ""
    below = (text.strip() for index, text in line.lines() if index > line.index)
    return next((text for text in below if text and not re.match(r"at |[{}]", text)), "")


def _frame(facts: Facts, line: Telling) -> Frame | None:
    """The innermost place of the application's own: Python tells it last before the exception, the others first after it.

    Node also shows where it was thrown or could not be read, which is all that some of its traces say of the application.
    """
    before, after, shown = [], [], []
    for index, text in line.lines():
        match = next((match for pattern in _FRAMES if (match := re.search(pattern, text))), None)
        if match is None:
            continue
        what = match.groupdict().get("what") or ""
        # Of a class its package says whose it is; of a file its directory does.
        if not re.search(_FOREIGN, what if match["file"].endswith(_WITHOUT_PLACE) else match["file"]):
            python = "File " in match[0]
            where = f"{match['file']}:{match['line']}"
            frame = Frame(f"{what} ({where})" if ".java:" in where else where, facts.cite_log(line.log, index))
            if match.re.pattern == _SHOWN:
                shown.append(frame)
            elif python and index <= line.index:
                before.append(frame)
            elif not python and index >= line.index:
                after.append(frame)
    return before[-1] if before else after[0] if after else shown[0] if shown else None
