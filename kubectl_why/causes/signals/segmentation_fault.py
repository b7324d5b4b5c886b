from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...model import Confidence, Finding, proper
from .. import cause
from . import ended_by, last_words

if TYPE_CHECKING:
    from ...facts import Facts

_SAID = r"(?i)segmentation fault|\bsegfault|SIGSEGV|signal 11\b"


@cause()
def segmentation_fault(facts: Facts) -> Iterator[Finding]:
    """The process touched memory that is not its own: SIGSEGV, exit code 139.

    The kernel ended it, so the cause lies in native code: the program itself, an extension, a library that does not fit, or
    a stack that overflowed. Node ends so, too, when its heap is full; then its log says so (heap-exhausted). An old base
    image on a new kernel without vsyscall crashes so at once, whatever it runs.

    Fix: run a build in which the crash is corrected; a core dump or a debugger names the place.

    Source: exit code 128 + n for signal n, signal(7); the runtime passes it on as the container's exit code.
    """
    for container, end in ended_by(facts, 11):
        evidence = (
            facts.cite_pod(f"{end.path}.exitCode"),
            *(last_words(facts, container, _SAID) or last_words(facts, container)),
        )
        yield Finding(
            "segmentation fault in native code (SIGSEGV, exit code 139)",
            Confidence.CERTAIN,
            container.name,
            evidence,
            (
                proper(
                    f"run an image in which the crash is corrected; this one is {container.image}",
                    facts.set_command("image", f"{container.name}=IMAGE"),
                ),
            ),
        )
