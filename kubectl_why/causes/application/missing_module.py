from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...model import Confidence, Evidence, Finding, now, proper
from .. import cause
from ..examined import program_of
from ..loglines import said
from ..loglines.signs import Telling
from . import exit_code, mount_path, said_by_pod
from .lacking import Lack, lacking
from .peers import GENERAL

if TYPE_CHECKING:
    from ...facts import Container, Facts

_SOURCE_FILE = r"(?<![\w.])(?P<path>/[\w./@+-]+\.(?:[cm]?[jt]s|py|rb|php|pl))\b"
_LIBRARY = r"\.so\b|\.dll$"


@cause(explains=GENERAL)
def missing_module(facts: Facts) -> Iterator[Finding]:
    """A needed module, package, class or shared library is absent from the image.

    The runtime or the dynamic loader names it and the process ends. It was left out when the image was built (a package
    that is only a development dependency, a stage of the build whose files were not copied), or a volume that is mounted
    over the application's directory hides it. A module that is there in another version says missing names or versions
    (runtime-version-mismatch). A data file is missing-file.

    Fix: install it where the image is built, or run an image that has it.
    """
    for lack in lacking(facts, "missing-module"):
        yield _unsaid(facts, lack)
    for container, line in said(facts, "missing-module"):
        module = line["module"].replace("/", ".") if "NoClassDef" in line.text else line["module"]
        over = _hidden_by(facts, container, line)
        kind = (
            "shared library"
            if re.search(_LIBRARY, module)
            else "class"
            if re.search(r"NoClassDef|ClassNotFound|main class", line.text)
            else "module"
        )
        kind = "" if " " in module or not module else f"{kind} "
        lasting = (
            f"unmount volume {over[0]}, or put {module} into it"
            if over
            else f"add {module or 'it'} where image {container.image} is built"
        )
        told = next(said_by_pod(facts, container, module), None) if module else None
        if told and not over:
            lasting += f"; or correct {module} in the {'command' if not told.variable else 'variable'} that names it"
        program = program_of(facts, container)
        lacks = program if program and module in program.words("missing") else None
        command = facts.set_command("image", f"{container.name}=IMAGE")
        yield Finding(
            f"{kind}{module or _driver(line)} is not {'found' if over else f'in image {container.image}'}"
            + (f": volume {over[0]} is mounted over {over[1].value}" if over else ""),
            Confidence.CERTAIN if lacks else Confidence.LIKELY if over else Confidence.POSSIBLE,
            container.name,
            (
                *line.evidence(facts),
                *((facts.cite_examined(lacks),) if lacks else ()),
                *((over[1],) if over else exit_code(facts, container)),
                *((told.evidence,) if told else ()),
            ),
            (*((now("run an image that has it", command),) if command and not over else ()), proper(lasting)),
        )


def _unsaid(facts: Facts, lack: Lack) -> Finding:
    what, program = ", ".join(lack.seen.words("missing")), lack.seen.word("path") or "the program"
    return Finding(
        f"{program} needs shared library {what}, which is not in image {lack.container.image}",
        Confidence.CERTAIN,
        lack.container.name,
        (facts.cite_examined(lack.seen), *exit_code(facts, lack.container)),
        (proper(f"add {what} where image {lack.container.image} is built"),),
    )


def _driver(line: Telling) -> str:
    """The driver of a database that the line speaks of without naming it."""
    return f"a driver for {line['url']}" if line["url"] else "a driver"


def _hidden_by(facts: Facts, container: Container, line: Telling) -> tuple[str, Evidence] | None:
    """The volume over the directory of the application's own files, if one is mounted there, and where that stands."""
    for _, text in line.lines():
        for match in re.finditer(_SOURCE_FILE, text):
            found = facts.volume_at(container, match["path"]) or facts.volume_at(
                container, match["path"].rpartition("/")[0] + "/node_modules"
            )
            if found and not {"configMap", "secret", "projected"} & set(found[1]):
                return str(found[1].get("name")), facts.cite_pod(f"{mount_path(container, found[0])}.mountPath")
    return None
