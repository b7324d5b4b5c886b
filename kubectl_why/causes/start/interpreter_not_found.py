from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...model import Confidence, Finding, proper
from .. import cause
from ..config.container_create_failed import container_create_failed
from ..looking import inside
from . import content, failures, program

if TYPE_CHECKING:
    from ...examination import Fact
    from ...facts import Facts

_SCRIPT = r"\.(?:sh|bash|py|rb|pl|js|php)$|entrypoint"
_RETURN = r"\r|\^M|\\r"


@cause(explains=[container_create_failed])
def interpreter_not_found(facts: Facts) -> Iterator[Finding]:
    """The file is there, its interpreter is not: CRLF after #!, no bash in the image, or a missing dynamic loader.

    The kernel looks for the interpreter that the first line of a script names, or for the loader that a binary names, and
    answers ENOENT as if the file itself were missing: `exec /path: no such file or directory`. The runtime has looked for
    the file before it made the container and found it (else command-not-found); tini and dumb-init have not. A script saved
    with Windows line ends asks for an interpreter whose name ends in a carriage return. A program built with glibc finds no
    loader on Alpine or scratch.

    Fix: save the script with LF line ends (`sed -i 's/\\r$//'`, or `* text eol=lf` in .gitattributes) and build again; name
    an interpreter that the image has; build the program statically or for the image's libc.

    Source: execve(2), ENOENT; the runtime's words (runc, crun).
    """
    for failure in failures(facts, "interpreter-not-found"):
        container, what = failure.container, program(failure.container, failure.what)
        first = (content(facts, container, what) or "").partition("\n")[0]
        seen, loader = _as_seen(failure.seen)
        interpreter = seen or failure.groups.get("interpreter") or " ".join(first.removeprefix("#!").split()[:1])
        crlf = first.endswith("\r") or re.search(_RETURN, interpreter) or re.search(_RETURN, failure.evidence[0].value)
        crlf = (crlf or (failure.seen is not None and failure.seen.flag("crlf"))) and not loader
        name = "" if loader else re.sub(_RETURN, "", interpreter)
        if crlf:
            why = "its #! line ends in a carriage return (CRLF)"
        elif loader:
            why = f"image {container.image} has no {loader}, the loader that {seen or 'it'} is linked with"
        elif name:
            why = f"image {container.image} has no {name}"
        elif re.search(_SCRIPT, what):
            why = "its #! line ends in CRLF, or names an interpreter that the image does not have"
        else:
            why = "its dynamic loader is missing (glibc program on Alpine or scratch), or its #! line ends in CRLF"
        script = not loader and (crlf or name or re.search(_SCRIPT, what))
        lines = f"save {what} with LF line ends and build again"
        other = f"build {(loader and seen) or what} statically, or on the libc of image {container.image}"
        other += "" if loader else f"; of a script, {lines}"
        blind = "blind" in failure.groups and failure.seen is None and not first
        yield Finding(
            f"{what} is not there, or {why}" if blind else f"{what} is there, its interpreter is not: {why}",
            Confidence.POSSIBLE if blind else failure.confidence,
            container.name,
            failure.evidence,
            (
                proper(
                    f"name an interpreter that the image has in the first line of {what}, or add {name}"
                    if name and not crlf
                    else f"{lines}; its #! line must name an interpreter of the image"
                    if script
                    else other
                ),
                *inside(facts, container),
            ),
        )


def _as_seen(seen: Fact | None) -> tuple[str, str]:
    """The interpreter of the #! line and the loader that is not there, as a look from inside found them."""
    if seen is None:
        return "", ""
    return seen.word("interpreter"), seen.word("loader") if seen.flag("loaderFound") is False else ""
