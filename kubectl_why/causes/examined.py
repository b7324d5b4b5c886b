"""What a look from inside showed of the files, peers and mounts that causes speak of. Nothing where nobody looked."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from .. import names

if TYPE_CHECKING:
    from ..examination import Fact
    from ..facts import Container, Facts

# What a node runs besides what is built for its own architecture.
_RUNS_TOO = (("386", "amd64"), ("arm", "arm64"))
# Volumes that a copy of the pod has anew, and empty.
_EMPTY_IN_A_COPY = ("emptyDir", "ephemeral")


def file_at(facts: Facts, container: Container, path: str) -> Fact | None:
    """What was seen at a path; of one that is not absolute, at the only path that ends so."""
    wanted = posixpath.normpath(path)
    seen = {posixpath.normpath(fact.word("path")): fact for fact in facts.examined(container, "file")}
    ends = [fact for there, fact in seen.items() if there.endswith(f"/{wanted}") and not path.startswith("/")]
    return seen.get(wanted) or (ends[0] if path and len(ends) == 1 else None)


def program_of(facts: Facts, container: Container, what: str = "") -> Fact | None:
    """What was seen of the program that the container starts, or of the one that is named."""
    for fact in facts.examined(container, "entrypoint"):
        if not what or what in (fact.word("word"), fact.word("path")):
            return fact
    return file_at(facts, container, what) if "/" in what else None


def unusable(facts: Facts, container: Container, program: Fact | None) -> str:
    """The cause for which a program cannot be started, by what was seen of it; empty where nothing is wrong with it."""
    if program is None:
        return ""
    machines = program.word("machine"), program.word("nodeMachine")
    if is_absent(facts, container, program):
        return "command-not-found"
    may = program.flag("executable"), program.flag("interpreterExecutable")
    if program.word("type") == "directory" or program.word("blocked") or False in may:
        return "command-not-executable"
    if False in (program.flag("interpreterFound"), program.flag("loaderFound")):
        return "interpreter-not-found"
    foreign = all(machines) and machines[0] != machines[1] and machines not in _RUNS_TOO
    if foreign or program.word("format") in ("empty", "other"):
        return "exec-format-error"
    return "missing-module" if program.words("missing") else ""


def is_absent(facts: Facts, container: Container, file: Fact) -> bool:
    """Whether it is not there, in the container too: in a copy, a volume is empty that something fills in the pod."""
    # A link of which no more is known is one that leads nowhere.
    return file.word("type") in ("absent", "link") and not _is_new(facts, container, file.word("path") or file.word("word"))


def _is_new(facts: Facts, container: Container, path: str) -> bool:
    found = facts.volume_at(container, path) if facts.in_a_copy else None
    return found is not None and any(kind in found[1] for kind in _EMPTY_IN_A_COPY)


def beside(file: Fact) -> str:
    """What was most likely meant by a file that is not there, as a question; else what is there. Empty where nothing is."""
    if file.word("type") == "link":
        return f"it is a link to {file.word('real')}, which is not there" if file.word("real") else ""
    folder, name = posixpath.split(file.word("path") or file.word("word"))
    near = names.nearest(name, file.words("near"))
    if near:
        return f"did you mean {posixpath.join(folder, near)}?"
    if file.word("missing"):
        return f"{file.word('missing')} is not there"
    return f"near it: {', '.join(file.words('near')[:3])}" if file.words("near") else ""


def rights(file: Fact, name: str = "it") -> str:
    """Why it may not be used: whose it is and its mode, or a folder above it; empty where that is not known."""
    if file.word("blocked"):
        return f"{file.word('blocked')} above it may not be entered"
    owner, mode = file.word("owner"), file.word("mode")
    return f"{name} belongs to {owner}, with mode {mode}" if owner and mode else ""


def peer_at(facts: Facts, container: Container, host: str, port: int = 0) -> Fact | None:
    """What came of asking for a host, at that port where one is named."""
    asked = [f for f in facts.examined(container, "host") if f.word("host").rstrip(".").lower() == host.rstrip(".").lower()]
    return next((fact for fact in asked if host and (not port or fact.whole("port") in (None, port))), None)


def mount_at(facts: Facts, container: Container, path: str) -> Fact | None:
    """The innermost mount under a path, as it was seen; None in a copy where it is a volume that the copy has anew."""
    if not path.startswith("/") or _is_new(facts, container, path):
        return None
    under = [fact for fact in facts.examined(container, "mount") if _is_below(path, fact.word("path"))]
    return max(under, default=None, key=lambda fact: len(fact.word("path")))


def _is_below(path: str, folder: str) -> bool:
    return bool(folder) and (path == folder or path.startswith(folder.rstrip("/") + "/"))
