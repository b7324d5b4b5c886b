from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...model import Confidence, Finding, proper
from .. import cause
from ..loglines import telling
from ..loglines.ranking import untold
from ..looking import inside
from ..signals import stopped
from . import exit_code
from .peers import GENERAL

if TYPE_CHECKING:
    from ...facts import Container, Facts

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
_OF_CLIENTS = {
    "curl": {
        3: "a URL that it cannot read",
        6: "a host name that does not resolve",
        7: "no connection to the host",
        22: "an HTTP status of 400 or above",
        28: "its time ran out",
        35: "TLS failed",
        52: "no answer from the server",
        56: "the connection broke",
        60: "a certificate that it does not trust",
    },
    "wget": {
        4: "no connection to the host",
        5: "TLS failed",
        6: "the server wants a login",
        8: "the server answered with an error",
    },
    "psql": {2: "no connection to the server", 3: "an error in a script"},
    "pg_isready": {1: "the server refuses connections", 2: "no answer from the server", 3: "wrong parameters"},
    "ssh": {255: "no connection to the host, or no login"},
    "rsync": {10: "no connection to the host", 23: "some files were not transferred", 30: "its time ran out"},
    "grep": {1: "no line that matches"},
}
"""What clients mean that say nothing when they are told to be silent.

Source: curl(1), wget(1), psql(1), pg_isready(1), ssh(1), rsync(1), grep(1), EXIT STATUS or EXIT CODES.
"""


@cause(explains=GENERAL)
def silent_exit(facts: Facts) -> Iterator[Finding]:
    """The process ends with an error code, and its log does not say why.

    All that is known is the exit code, and the last words, if there are any: a script under `set -e` ends so at the first
    command that fails, and a program that exits without a message. Ends by a signal, for a probe, or by the runtime have
    causes of their own, and so has a log line that tells more. Of a log that could not be read nothing is said.

    Fix: look from inside, in a copy of the pod that starts a shell instead; a shell script says more with `set -x`, a
    program with its debug level.

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
        known = _of_client(container, end.exit_code) or _STANDS_FOR.get(end.exit_code)
        meaning = f" ({known})" if known else ""
        words = untold(facts, container)
        intro = "and says" if len(words) > 1 else "its last words"
        said = f", {intro}: {words[0].value.strip()[:120]}" if words else " and has no log"
        after = f" after {end.seconds:.0f}s" if end.seconds is not None else ""
        yield Finding(
            f"ends with exit code {end.exit_code}{meaning}{after}{said}",
            Confidence.POSSIBLE,
            container.name,
            (*exit_code(facts, container), *words),
            (
                proper("let it say why it ends: a script with set -x, a program with its debug level"),
                *inside(facts, container),
            ),
        )


def _of_client(container: Container, code: int) -> str:
    """What the exit code means of the client that the container's command calls last, if it is one that says nothing."""
    called = [word.rpartition("/")[2] for word in re.findall(r"[\w./-]+", " ".join(container.command))]
    client = next((word for word in reversed(called) if word in _OF_CLIENTS), "")
    meaning = _OF_CLIENTS.get(client, {}).get(code)
    return f"of {client}: {meaning}" if meaning else ""
