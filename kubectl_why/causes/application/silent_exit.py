from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...exits import PROGRAMS, by_convention
from ...model import Confidence, Finding, proper
from .. import cause
from ..loglines.ranking import untold
from ..looking import further, whole_log
from . import exit_code
from .lacking import lacks, silent
from .peers import GENERAL

if TYPE_CHECKING:
    from ...facts import Container, Facts


@cause(explains=GENERAL)
def silent_exit(facts: Facts) -> Iterator[Finding]:
    """The process ends with an error code, and its log does not say why.

    All that is known is the exit code, and the last words, if there are any: a script under `set -e` ends so at the first
    command that fails, and a program that exits without a message. Ends by a signal, for a probe, or by the runtime have
    causes of their own, and so has a log line that tells more. Of a log that could not be read nothing is said.

    Fix: look from inside (`kubectl why POD --sleep`): a file, a host or a program that the pod names and that is not there
    is then the verdict; `--sleep --run` shows what it does in a copy of the pod. A shell script says more with `set -x`, a
    program with its debug level.

    Source: exit status of POSIX, Shell Command Language, 2.8.2; sysexits(3).
    """
    for container in facts.containers:
        end = silent(facts, container)
        if not end or lacks(facts, container):
            continue
        usual = by_convention(end.exit_code)
        known = _of_client(container, end.exit_code) or (usual.words if usual else "")
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
                *whole_log(facts, container),
                *further(facts, container),
            ),
        )


def _of_client(container: Container, code: int) -> str:
    """What the exit code means of the client that the container's command calls last, if it is one that says nothing."""
    called = [word.rpartition("/")[2] for word in re.findall(r"[\w./-]+", " ".join(container.command))]
    client = next((word for word in reversed(called) if word in PROGRAMS), "")
    meaning = PROGRAMS.get(client, {}).get(code)
    return f"of {client}: {meaning}" if meaning else ""
