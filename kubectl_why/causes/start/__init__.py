"""Containers whose process could not be started: what the runtime refused, and what the kernel or a shell said instead."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from ...model import Confidence, Evidence
from ...status import mapping
from ..application.lacking import silent
from ..config import refusals
from ..examined import program_of, unusable
from ..loglines import said

if TYPE_CHECKING:
    from ...examination import Fact
    from ...facts import Container, Facts
    from ..loglines.signs import Telling

_NO_FILE = r"no such file or directory|(?:executable )?file not found|cannot find the file"
_MKDIR = r"(?:^|: |Cannot )mkdir:? (?:/\S*/(?:merged|rootfs)(?=/))?(?P<what>/[^:\s]*)(?:: | is )"
# The words of runc, crun, gVisor and Kata, without backslashes and with one kind of quotes. In this order: what fails
# earlier, or says more, stands before what is said in passing.
_CAUSES = (
    # A hook of the node, or the memory limit: no word about the container's own process.
    ("", r"\bhook\b|OOM-killed|memory limit too low"),
    # containerd puts the container's settings together: a directory of the node, or a program of it.
    ("", r"failed to (?:generate|create containerd container)\b"),
    ("working-directory-invalid", r'chdir(?: to(?: cwd)?)? \(?"(?P<what>[^"]+)"\)?[^:]*: (?P<why>[^:\n]+)'),
    ("working-directory-invalid", r'initial working directory "(?P<what>[^"]+)"[^:]*: (?P<why>[^:\n]+)'),
    (
        "mount-type-mismatch",
        r'mount\w* "(?P<source>[^"]*)" to (?:rootfs(?: "[^"]*")? at )?"(?P<what>[^"]*)".*(?:not|is) a directory',
    ),
    ("mount-type-mismatch", r"mount a directory onto a file|\bmount\w* [^\n]*: (?:not|is) a directory"),
    ("mount-type-mismatch", r'creating "(?P<what>/[^"]+)": [^\n]*not a directory'),
    ("working-directory-invalid", _MKDIR + r"(?P<why>[^:\n]+)"),
    ("interpreter-not-found", r'missing dynamic library\?\) "?(?P<what>[^"\s]+)'),
    ("interpreter-not-found", r'\bexec (?:container process )?"?(?P<what>\.{0,2}/[^\s":]*)"?: no such file or directory'),
    ("exec-format-error", r'(?:exec|process|load)(?: caused)?:? "*(?P<what>\.{0,2}/[^\s":]*)"*: exec format error'),
    ("exec-format-error", r"exec format error"),
    (
        "command-not-executable",
        r'exec:?(?: container process)? "(?P<what>[^"]+)": (?:stat [^:]*: )?(?:permission denied|is a directory)',
    ),
    ("command-not-executable", r'executable(?: "(?P<what>[^"]+)"[^:]*)?: (?:permission denied|is a directory)'),
    ("command-not-found", rf'exec: "(?P<what>[^"]+)": (?:stat [^:]*: )?(?:{_NO_FILE})'),
    ("command-not-found", r'executable (?:file )?"(?P<what>[^"]+)" (?:not found|in PATH)'),
    ("command-not-found", r"the file (?P<what>\S+) was not found"),
    ("command-not-found", rf'CreateProcess[^"]*"?(?P<what>[^":]*)[^\n]*(?:{_NO_FILE})'),
)
# The causes of this family that the container's own log can tell of.
_OF_LOGS = ("command-not-found", "interpreter-not-found", "command-not-executable", "exec-format-error")
# What the runtime puts before the words that tell.
_BEFORE = (
    r"unable to start container process: |container create failed: |error during container init: "
    r"|error mounting \"[^\"]*\" to rootfs at "
)


class Failure(NamedTuple):
    """A process that was not started."""

    container: Container
    what: str
    """The file, directory or command that is named; empty where none is."""
    groups: dict[str, str]
    """What else the words name."""
    confidence: Confidence
    evidence: tuple[Evidence, ...]
    seen: Fact | None
    """What a look from inside showed of the program, where that is the same cause."""


def failures(facts: Facts, cause: str) -> Iterator[Failure]:
    """The processes that were not started for this cause: as the runtime says, or the container's own log, or a look."""
    known = set()
    for container, _, message, path in refusals(facts):
        known.add(container.name)
        plain = message.replace("\\", "").replace("`", '"')
        found, match = next(
            ((c, m) for c, p in _CAUSES if (m := re.search(p, plain, re.IGNORECASE | re.DOTALL))), ("", None)
        )
        if match and found == cause:
            groups = {name: value for name, value in match.groupdict().items() if value}
            essence = re.split(_BEFORE, message)[-1]
            seen = _seen(facts, container, cause, groups.get("what", ""))
            evidence = (facts.cite_pod(path, essence), *_cited(facts, seen), *_cited_command(facts, container))
            yield Failure(container, groups.get("what", ""), groups, Confidence.CERTAIN, evidence, seen)
    for container, line in [pair for told in _OF_LOGS for pair in said(facts, told)]:
        what = line["file"] or line["command"]
        if container.name not in known and cause == _meant(facts, container, line, what):
            seen = _seen(facts, container, cause, what)
            evidence = (*line.evidence(facts), *_cited(facts, seen), *_cited_exit(facts, container))
            sure = Confidence.CERTAIN if seen else _confidence(facts, container, line)
            yield Failure(container, what, line.groups, sure, (*evidence, *_cited_command(facts, container)), seen)
    for container in facts.containers:
        seen = _seen(facts, container, cause, "")
        if seen and container.name not in known and silent(facts, container):
            evidence = (*_cited(facts, seen), *_cited_exit(facts, container), *_cited_command(facts, container))
            yield Failure(container, seen.word("word"), {}, Confidence.CERTAIN, evidence, seen)


def _meant(facts: Facts, container: Container, line: Telling, what: str) -> str:
    """The cause that a log tells of.

    A shell says of a file that is there the same as of one that is not, if its interpreter is not there.
    """
    if line.cause not in ("command-not-found", "interpreter-not-found"):
        return line.cause
    seen = unusable(facts, container, program_of(facts, container, what))
    if seen in _OF_LOGS:
        return seen
    return "interpreter-not-found" if content(facts, container, line["command"]) is not None else line.cause


def _seen(facts: Facts, container: Container, cause: str, what: str) -> Fact | None:
    program = program_of(facts, container, what)
    return program if unusable(facts, container, program) == cause else None


def _cited(facts: Facts, seen: Fact | None) -> tuple[Evidence, ...]:
    return (facts.cite_examined(seen),) if seen else ()


def _confidence(facts: Facts, container: Container, line: Telling) -> Confidence:
    """The exit code of a failed exec agrees with the line; so does that nothing else was ever said."""
    end = facts.end(container)
    alone = sum(1 for text in line.log.lines if text.strip()) == 1
    return Confidence.LIKELY if end and (end.exit_code in (126, 127) or alone) else Confidence.POSSIBLE


def _cited_exit(facts: Facts, container: Container) -> tuple[Evidence, ...]:
    end = facts.end(container)
    return (facts.cite_pod(f"{end.path}.exitCode"),) if end and end.exit_code else ()


def _cited_command(facts: Facts, container: Container) -> tuple[Evidence, ...]:
    fields = [field for field in ("command", "args") if isinstance(container.spec.get(field), list)]
    return tuple(facts.cite_pod(f"{container.spec_path}.{field}") for field in fields[:1])


def program(container: Container, what: str) -> str:
    """What was to be started: as the words name it, else as the pod does."""
    given = container.spec.get("command")
    return what or (str(given[0]) if isinstance(given, list) and given else f"the entrypoint of {container.image}")


def patched(facts: Facts, container: Container, **fields: object) -> str | None:
    """The command that sets these fields of the container in its workload; None where none can."""
    return facts.patch_command({container.part: [{"name": container.name, **fields}]})


def content(facts: Facts, container: Container, path: str) -> str | None:
    """What stands in a file that comes from a ConfigMap; None where it does not, or is not known."""
    found = facts.volume_at(container, path)
    if not found:
        return None
    mount, volume = found
    source = mapping(volume.get("configMap"))
    below = path[len(str(mount.get("mountPath")).rstrip("/")) :].lstrip("/")
    key = str(mount.get("subPath") or "") or below
    for item in source.get("items") or ():
        if mapping(item).get("path") == key:
            key = str(item.get("key"))
    return facts.values("ConfigMap", str(source.get("name"))).get(key) if source else None
