from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...model import Confidence, Finding, Remedy, now, proper
from .. import cause
from ..loglines import said
from ..loglines.signs import Telling
from . import exit_code, mount_path, mounted
from .peers import GENERAL

if TYPE_CHECKING:
    from ...facts import Container, Facts
    from ...snapshot import Object

# initdb and its kin say what is wrong, then why, then what to do, each on a line of its own.
_SAID = 5
_PATH = r"(?<![\w.])/[\w./-]+\w"
_ROOT = r"lost\+found|mount point"
_LOCKED = (
    r"(?i)\block|bolt ?db: timeout|already running|another (?:\w+ )?(?:process|instance|server)|postmaster\.pid|pid file"
    r"|in use by"
)
_VERSION = r"(?i)version|incompatible|upgrade|downgrade|format"
_OWNER = r"(?i)owner|ownership|permission|invalid mode|as root"
_POSTGRES = r"(?i)postgres|initdb|PG_VERSION|postmaster"


@cause(explains=GENERAL)
def data_directory_unusable(facts: Facts) -> Iterator[Finding]:
    """A database or store finds its data directory wrong: its owner, lost+found, another version's files, a lock.

    The process can reach the directory and refuses to work with it. One that it may not even read is permission-denied, one
    that does not exist missing-file, a full one disk-full.

    The root of a new volume with an ext4 filesystem has a directory lost+found, so that initdb finds it not empty. Files of
    another major version need the server's own upgrade. Two pods on one volume, or one that was killed, leave a lock.

    Fix: use a directory below the mount point (PGDATA, or subPath); run the version that made the files; see that only one
    pod has the volume.

    Source: initdb and the servers' own words; https://github.com/docker-library/docs/tree/master/postgres (PGDATA).
    """
    for container, line in said(facts, "data-directory-unusable"):
        text = "\n".join(line.log.lines[line.index : line.index + _SAID])
        found = _mount(facts, container, text, line)
        directory = line["directory"] or line["file"] or (str(found[0].get("mountPath")) if found else "")
        where = f" (volume {found[1].get('name')})" if found else ""
        yield Finding(
            f"the data directory {directory} {_problem(line, text)}".replace("  ", " ") + where,
            Confidence.LIKELY if found else Confidence.POSSIBLE,
            container.name,
            (
                *line.evidence(facts),
                *(
                    (facts.cite_pod(f"{mount_path(container, found[0])}.mountPath"),)
                    if found
                    else exit_code(facts, container)
                ),
            ),
            tuple(_remedies(facts, container, line, text, directory, found)),
        )


def _problem(line: Telling, text: str) -> str:
    """What is wrong with it, from the line itself; only lost+found is told on the next one."""
    if "lost+found" in text:
        return "is the root of a filesystem, and contains lost+found"
    if re.match(r"\d", line["found"]) and re.match(r"\d", line["needed"]):
        return f"holds files of version {line['found']}, and this server is {line['needed']}"
    if re.match(r"\d", line["found"]):
        return f"holds files of version {line['found']}, which this server does not read"
    for pattern, words in (
        (r"(?i)privilege tables|mysql\.plugin table", "holds no database, or not all of it"),
        (r"(?i)bad file format|short read|unexpected end of file", "holds a file that is damaged"),
        (_LOCKED, "is locked or in use by another process"),
        (r"(?i)not empty", "is not empty, and holds no database"),
        (_OWNER, "has the wrong owner or mode"),
        (_VERSION, "is of another version"),
    ):
        if re.search(pattern, line.text):
            return words
    return f"cannot be used{': ' + line['why'] if line['why'] else ''}"


def _mount(facts: Facts, container: Container, text: str, line: Telling) -> tuple[Object, Object] | None:
    """The mount under the directory that the log names; where it names none, the only claim that is mounted."""
    paths = [line["directory"], line["file"], *re.findall(_PATH, text)]
    for path in paths:
        if path.startswith("/") and (found := facts.volume_at(container, path)):
            return found
    claims = [pair for pair in mounted(facts, container) if "persistentVolumeClaim" in pair[1]]
    return claims[0] if len(claims) == 1 else None


def _remedies(
    facts: Facts, container: Container, line: Telling, text: str, directory: str, found: tuple[Object, Object] | None
) -> Iterator[Remedy]:
    if re.search(_ROOT, text):
        command = None
        if re.search(_POSTGRES, f"{container.image} {text}") and directory:
            command = facts.set_command("env", ("-c", container.name), f"PGDATA={directory.rstrip('/')}/pgdata")
        elif found and not found[0].get("subPath"):
            mount = {"name": found[0].get("name"), "mountPath": found[0].get("mountPath"), "subPath": "data"}
            command = facts.patch_command({container.part: [{"name": container.name, "volumeMounts": [mount]}]})
        if command:
            yield now("use a directory below the root of the volume", command)
        yield proper(facts.change("keep the data in a directory below the mount point"))
    elif re.search(_LOCKED, line.text):
        yield proper("see that only one pod uses the volume; if none other runs, remove the stale lock that the log names")
    elif re.search(_OWNER, line.text):
        yield proper(facts.change("set fsGroup and runAsUser to the user of the server, or chown the directory once"))
    elif line["found"] or re.search(_VERSION, line.text):
        command = facts.set_command("image", f"{container.name}=IMAGE")
        if command:
            yield now("run the version that made the files", command)
        yield proper("then upgrade the files with the server's own tool, after a backup")
    else:
        yield proper(f"look at what {directory or 'the directory'} holds, and restore it from a backup if it is damaged")
