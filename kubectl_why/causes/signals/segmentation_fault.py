from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...model import Confidence, Evidence, Finding, proper
from .. import cause
from . import ended_by, last_words, reported
from .aborted import aborted

if TYPE_CHECKING:
    from ...facts import Container, End, Facts

_SAID = r"(?i)segmentation fault|\bsegfault|SIGSEGV|signal 11\b"
# Where the JVM crashed: in C, in compiled Java, in itself.
_FRAME = r"^# [CJVjv]\s+\S"


@cause(explains=[aborted])
def segmentation_fault(facts: Facts) -> Iterator[Finding]:
    """The process touched memory that is not its own: SIGSEGV, exit code 139.

    The kernel ended it, so the cause lies in native code: the program itself, an extension, a library that does not fit, or
    a stack that overflowed. The JVM catches the signal, reports it with the frame in which it came, and aborts (exit code
    134). Node ends so, too, when its heap is full; then its log says so (heap-exhausted). An old base image on a new kernel
    without vsyscall crashes so at once, whatever it runs.

    Fix: run a build in which the crash is corrected; a core dump or a debugger names the place.

    Source: exit code 128 + n for signal n, signal(7); the runtime passes it on as the container's exit code.
    """
    for container, end in ended_by(facts, 11):
        words = last_words(facts, container, _SAID) or last_words(facts, container)
        yield _finding(facts, container, end, "exit code 139", Confidence.CERTAIN, words)
    for container, end in reported(facts, "SIGSEGV"):
        words = last_words(facts, container, _FRAME) or last_words(facts, container, _SAID)
        what = "which the JVM reports, exit code 134"
        yield _finding(facts, container, end, what, Confidence.LIKELY, words)


def _finding(
    facts: Facts, container: Container, end: End, what: str, sure: Confidence, words: tuple[Evidence, ...]
) -> Finding:
    return Finding(
        f"segmentation fault in native code (SIGSEGV, {what})",
        sure,
        container.name,
        (facts.cite_pod(f"{end.path}.exitCode"), *words),
        (
            proper(
                f"run an image in which the crash is corrected; this one is {container.image}",
                facts.set_command("image", f"{container.name}=IMAGE"),
            ),
        ),
    )
