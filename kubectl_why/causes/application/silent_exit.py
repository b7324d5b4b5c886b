from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...model import Confidence, Finding, proper
from .. import cause
from ..loglines import telling
from ..loglines.ranking import untold
from ..signals import stopped
from . import exit_code
from .peers import GENERAL

if TYPE_CHECKING:
    from ...facts import Facts

# Signals have causes of their own.
_SIGNALS = frozenset((132, 134, 137, 139, 143))
_STANDS_FOR = {
    1: "a general error",
    2: "a wrong use of a command, or a Go program's panic",
    64: "a wrong use of the command (EX_USAGE)",
    65: "wrong input (EX_DATAERR)",
    66: "no input (EX_NOINPUT)",
    69: "a service that is not available (EX_UNAVAILABLE)",
    70: "an internal error (EX_SOFTWARE)",
    71: "an error of the system (EX_OSERR)",
    72: "a file of the system that is missing (EX_OSFILE)",
    73: "an output that cannot be made (EX_CANTCREAT)",
    74: "an input or output error (EX_IOERR)",
    77: "no permission (EX_NOPERM)",
    78: "a wrong configuration (EX_CONFIG)",
    124: "of the command timeout: its time ran out",
    126: "a command that may not be executed",
    127: "a command that was not found",
    128: "a wrong argument to exit",
    129: "SIGHUP: its terminal or its parent went away",
    130: "SIGINT: an interrupt, as of Ctrl-C",
    131: "SIGQUIT",
    135: "SIGBUS: memory behind which there is nothing, as of a file that was cut short or a full /dev/shm",
    136: "SIGFPE: a division by zero",
    141: "SIGPIPE: it wrote to a pipe that nobody reads",
    152: "SIGXCPU: its limit of processor time",
    153: "SIGXFSZ: its limit of a file's size",
    159: "SIGSYS: a system call that a seccomp profile forbids",
    255: "exit(-1), or a code out of range",
}
"""Source: sysexits(3), and the shells' Appendix on exit status."""


@cause(explains=GENERAL)
def silent_exit(facts: Facts) -> Iterator[Finding]:
    """The process ends with an error code, and its log does not say why.

    All that is known is the exit code, and the last words, if there are any: a script under `set -e` ends so at the first
    command that fails, and a program that exits without a message. Ends by a signal, for a probe, or by the runtime have
    causes of their own, and so has a log line that tells more. Of a log that could not be read nothing is said.

    Fix: look from inside: kubectl why --sleep starts the command in a copy of the pod; a shell script says more with
    `set -x`, a program with its debug level.

    Source: exit status of POSIX, Shell Command Language, 2.8.2; sysexits(3).
    """
    if facts.deleted or facts.status.get("reason"):
        return
    for container in facts.containers:
        end = facts.end(container)
        if not end or end.exit_code in (0, *_SIGNALS) or end.reason not in ("Error", "seccomp killed", ""):
            continue
        if facts.log_unread(container) or telling(facts, container) or stopped(facts, container, end):
            continue
        meaning = f" ({_STANDS_FOR[end.exit_code]})" if end.exit_code in _STANDS_FOR else ""
        words = untold(facts, container)
        intro = "and says" if len(words) > 1 else "its last words"
        said = f", {intro}: {words[0].value.strip()[:120]}" if words else " and has no log"
        after = f" after {end.seconds:.0f}s" if end.seconds is not None else ""
        yield Finding(
            f"ends with exit code {end.exit_code}{meaning}{after}{said}",
            Confidence.POSSIBLE,
            container.name,
            (*exit_code(facts, container), *words),
            (proper("let it say why it ends: a script with set -x, a program with its debug level"),),
        )
