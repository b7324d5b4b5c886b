from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...model import Confidence, Finding, Remedy, now, proper
from .. import cause
from ..config.container_create_failed import container_create_failed
from ..examined import beside
from ..looking import inside
from . import failures, patched, program

if TYPE_CHECKING:
    from ...facts import Container, Facts

_SHELLS = frozenset(("sh", "bash", "ash", "dash", "zsh", "ksh"))
_BUILTIN = (
    r"^(?:\.|:|\[\[|alias|bg|break|cd|command|continue|declare|eval|exec|exit|export|fg|for|if|jobs|let|local|read|readonly"
    r"|return|set|shift|source|trap|type|ulimit|umask|unset|until|wait|while)$"
)
_SYNTAX = r"[|&;<>()$`\\*?#~\n]"


@cause(explains=[container_create_failed])
def command_not_found(facts: Facts) -> Iterator[Finding]:
    """The command is not in the image, or not on PATH.

    The runtime says `executable file not found in $PATH` or `stat ...: no such file or directory` and the container ends
    with StartError before it began; a shell in the container says `not found` and ends with 127. A file that is there and
    whose interpreter is missing is interpreter-not-found.

    Usual slips: a whole line in one string (`command: ["python app.py"]`; each word is an item of its own), a word of the
    shell (`cd`, `exit`) where there is no shell, options under `command` instead of `args`, a shell in an image that has
    none (scratch, distroless; Alpine has sh and no bash), a volume mounted over the directory that has the program.

    Fix: correct `command`, or put the program into the image.

    Source: the runtime's words (runc, crun, gVisor, Kata); exit code 127 of POSIX, Shell Command Language, 2.8.2.
    """
    for failure in failures(facts, "command-not-found"):
        container, what = failure.container, program(failure.container, failure.what)
        over = facts.volume_at(container, what)
        slip, fields = _slip(container, what)
        meant = beside(failure.seen) if failure.seen else ""
        if not slip and over:
            slip = f"volume {over[0].get('name')} is mounted over {over[0].get('mountPath')} and does not have it"
        first = f"command {json.dumps(what) if ' ' in what else what} is not found"
        where = f": {slip}" if slip else f" in image {container.image}" + ("" if "/" in what else " (not on PATH)")
        yield Finding(
            f"{first}{where}" + (f"; {meant}" if meant else ""),
            failure.confidence,
            container.name,
            failure.evidence,
            (
                *_remedies(facts, container, what, fields, failure.confidence is Confidence.CERTAIN),
                *(() if slip else inside(facts, container)),
            ),
        )


def _slip(container: Container, what: str) -> tuple[str, dict[str, object]]:
    """What is wrong with the command as it is written, and the fields that would be right."""
    line = " ".join(container.command)
    name = what.rpartition("/")[2]
    if re.search(r"\s", what.strip()):
        words = ["sh", "-c", what] if re.search(_SYNTAX, what) else _split(what)
        return "each word of it must be an item of its own in the list", {"command": words}
    if what.startswith("-"):
        return "it is an option; options alone belong under args", {"command": None, "args": container.command}
    if re.match(_BUILTIN, what):
        whole = {"command": ["sh", "-c", line], "args": None} if container.command[:1] == [what] else {}
        return f"{what} is a word of the shell, not a program", whole
    if name in _SHELLS and container.command[:1] == [what]:
        script = container.command[2] if container.command[1:2] == ["-c"] and len(container.command) == 3 else ""
        direct = {"command": _split(script), "args": None} if script and not re.search(_SYNTAX, script) else {}
        return f"image {container.image} has no {name}" + (
            "" if name == "bash" else ", so it may have no shell at all"
        ), direct
    return "", {}


def _split(line: str) -> list[str]:
    try:
        return shlex.split(line)
    except ValueError:
        return line.split()


def _remedies(
    facts: Facts, container: Container, what: str, fields: dict[str, object], by_runtime: bool
) -> Iterator[Remedy]:
    words = fields.get("command")
    written = f"write command: {json.dumps(words)}" if words else "put the words under args"
    change = facts.change(f"{written if fields else 'correct the command'} of container {container.name}")
    if fields or (container.command and by_runtime):
        command = patched(facts, container, **(fields or {"command": ["COMMAND"]}))
        yield now("" if fields else "start what the image has", command) if command else now(change)
    if fields:
        yield proper(f"correct it in the manifest of {' '.join(facts.workload)} too")
    elif what.rpartition("/")[2] in _SHELLS and by_runtime:
        yield proper("name the program itself under command, without a shell; $(NAME) in it is replaced by Kubernetes")
    else:
        yield proper(f"add {what} to image {container.image}, or start a program that it has")
