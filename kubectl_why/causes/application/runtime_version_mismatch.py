from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...model import Confidence, Finding, now, proper
from .. import cause
from ..loglines import said
from ..loglines.signs import Telling
from . import exit_code
from .peers import GENERAL

if TYPE_CHECKING:
    from ...facts import Facts

_CLASS_FILE = r"(?i)class ?file|UnsupportedClassVersion"
_LIBC = r"GLIBC|ld-linux|symbol|ELF"
# The version of a class file is that of Java and 44 (Java Virtual Machine Specification, 4.1).
_JAVA = 44


@cause(explains=GENERAL)
def runtime_version_mismatch(facts: Facts) -> Iterator[Finding]:
    """The program was built for another version of its runtime, its C library or its language than the image has.

    Java names the versions of the class file, the dynamic loader the symbol that the C library lacks, Node the version of
    its modules, .NET the framework. A program for another processor is exec-format-error or illegal-instruction; one whose
    dynamic loader is missing altogether is interpreter-not-found; a module that is absent is missing-module.

    Fix: build on the image that it runs on, or run it on an image with the version that it needs.

    Source: the words of the runtimes; a class file's version is Java's plus 44 (Java Virtual Machine Specification, 4.1).
    """
    for container, line in said(facts, "runtime-version-mismatch"):
        command = facts.set_command("image", f"{container.name}=IMAGE")
        needed, found = _versions(line)
        base = needed.partition(" (")[0] or "what it needs"
        fix = f"build it for what image {container.image} has, or base the image on {base}"
        if line["cpu"]:
            fix = "run an image that is built for a more general CPU, or bind the pod to nodes with a newer one"
            message = (
                f"is built for a CPU of level {line['cpu']}, which {facts.spec.get('nodeName') or 'its node'} does not have"
            )
        elif needed and found:
            message = f"needs {needed}, and image {container.image} has {found}"
        elif needed:
            message = f"needs {needed}, which image {container.image} does not have"
        else:
            message = f"is built for another version than image {container.image} has"
        yield Finding(
            message,
            Confidence.POSSIBLE,
            container.name,
            (*line.evidence(facts), *exit_code(facts, container)),
            (
                *((now("run an image that has it", command),) if command else ()),
                proper(fix),
            ),
        )


def _versions(line: Telling) -> tuple[str, str]:
    """What it needs and what there is, in words."""
    needed, found = line["needed"] or line["need"], line["found"]
    if re.search(_CLASS_FILE, line.text):
        return _java(needed), _java(found)
    if "ld-linux" in needed:
        return f"glibc ({needed})", ""
    if "NODE_MODULE_VERSION" in line.text:
        return f"NODE_MODULE_VERSION {needed}" if needed else "another version of Node.js", ""
    if line["module"] and "ramework" in line.text:
        return f"{line['module']} {needed}".strip(), found
    language = next((word for word in ("Python", "Ruby", "PHP", "Node.js", "Perl") if word.lower() in line.text.lower()), "")
    prefix = f"{language} " if language and not re.search(_LIBC, line.text) else ""
    return prefix + needed if needed else "", found


def _java(version: str) -> str:
    number = version.partition(".")[0]
    return f"Java {int(number) - _JAVA} (class file version {version})" if number.isdigit() else ""
