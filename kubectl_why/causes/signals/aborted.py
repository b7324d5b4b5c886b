from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...model import Confidence, Finding, proper
from .. import cause
from ..loglines import telling
from . import ended_by, last_words

if TYPE_CHECKING:
    from ...facts import Facts

# What the C library and the runtimes of C++ and others say before they call abort().
_SAID = (
    r"Assertion .*failed|assertion failed|terminate called|std::terminate|double free|free\(\): |malloc\(\): |corrupted"
    r"|^\s+what\(\): |\*\*\* .*(?:detected|terminated)|Fatal Python error|pure virtual method called|overflowed its stack"
    r"|CHECK failed|Check failed"
)
# C++ says the message of an exception in a line below its type.
_WHAT = r"^\s+what\(\): "
_ABORTED = r"\bAborted\b|SIGABRT|signal 6\b"


@cause()
def aborted(facts: Facts) -> Iterator[Finding]:
    """The process gave up by itself: it called abort(), SIGABRT, exit code 134.

    A failed assertion, a C++ exception that nobody caught, or a heap that the C library found corrupted ends so. Where the
    log tells of a better cause (a full heap, a missing file, an exception with its stack), that one is said instead.

    Fix: correct what the last words name, or run a build in which it is corrected.

    Source: exit code 128 + n for signal n, signal(7); abort(3).
    """
    for container, end in ended_by(facts, 6):
        said = last_words(facts, container, _SAID)
        line = telling(facts, container)
        if line and (line.cause != "exception" or not said):
            continue
        words = said or last_words(facts, container, _ABORTED) or last_words(facts, container)
        what = f": {re.sub(_WHAT, '', said[0].value).strip()[:160]}" if said else ""
        yield Finding(
            f"aborted by itself (SIGABRT, exit code 134){what}",
            Confidence.CERTAIN,
            container.name,
            (facts.cite_pod(f"{end.path}.exitCode"), *words),
            (
                proper(
                    f"run an image in which this is corrected; this one is {container.image}",
                    facts.set_command("image", f"{container.name}=IMAGE"),
                ),
            ),
        )
