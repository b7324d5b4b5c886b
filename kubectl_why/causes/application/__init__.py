"""What a process says before it ends, and what the pod says of the same thing."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from ...model import Evidence
from ...status import listing, mapping

if TYPE_CHECKING:
    from ...facts import Container, Facts
    from ...snapshot import Object
    from ..loglines.signs import Telling


def exit_code(facts: Facts, container: Container) -> tuple[Evidence, ...]:
    """The exit code of the run that ended, where it is told."""
    end = facts.end(container)
    return (facts.cite_pod(f"{end.path}.exitCode"),) if end and "exitCode" in end.state else ()


class User(NamedTuple):
    """As whom the container's process runs."""

    uid: int | None
    """None where only the image says."""
    gid: int | None
    evidence: tuple[Evidence, ...]


def user(facts: Facts, container: Container) -> User:
    """The user in fact, as the kubelet or a look from inside tells it, else the one that the pod asks for."""
    linux = mapping(mapping(container.status.get("user")).get("linux"))
    uid, gid = linux.get("uid"), linux.get("gid")
    if isinstance(uid, int):
        return User(uid, gid, (facts.cite_pod(f"{container.status_path}.user.linux.uid"),))
    for fact in facts.examined(container, "user"):
        if fact.whole("uid") is not None:
            return User(fact.whole("uid"), fact.whole("gid"), (facts.cite_examined(fact),))
    for context, path in (
        (mapping(container.spec.get("securityContext")), f"{container.spec_path}.securityContext"),
        (mapping(facts.spec.get("securityContext")), "spec.securityContext"),
    ):
        if isinstance(context.get("runAsUser"), int):
            return User(context["runAsUser"], context.get("runAsGroup"), (facts.cite_pod(f"{path}.runAsUser"),))
    return User(None, None, ())


class Said(NamedTuple):
    """Where the pod itself says some text: in its command, or in a variable."""

    variable: str
    """The variable's name; empty where it is a word of the command."""
    value: str
    evidence: Evidence


def said_by_pod(facts: Facts, container: Container, text: str) -> Iterator[Said]:
    """Where the container's command, its arguments or its own variables have the text as a word or a part of one."""
    whole = re.compile(rf"(?<![\w.]){re.escape(text)}(?![\w])")
    for part in ("command", "args"):
        words = container.spec.get(part)
        for index, word in enumerate(words if isinstance(words, list) else ()):
            if whole.search(str(word)):
                yield Said("", str(word), facts.cite_pod(f"{container.spec_path}.{part}[{index}]"))
    for index, item in enumerate(listing(container.spec.get("env"))):
        value = item.get("value")
        if isinstance(value, str) and whole.search(value):
            path = f"{container.spec_path}.env[{index}].value"
            yield Said(str(item.get("name")), value, facts.cite_pod(path))


class Source(NamedTuple):
    """The ConfigMap or Secret behind a volume, and the files that it makes."""

    kind: str
    name: str
    files: dict[str, str]
    """By path below the mount: the key."""
    optional: bool


def source(facts: Facts, volume: Object) -> Source | None:
    """The ConfigMap or Secret of a volume, or None where it is of another kind."""
    for kind, field, name in (("ConfigMap", "configMap", "name"), ("Secret", "secret", "secretName")):
        spec = mapping(volume.get(field))
        if spec.get(name):
            items = {str(item.get("path")): str(item.get("key")) for item in listing(spec.get("items"))}
            files = items or {key: key for key in facts.values(kind, str(spec[name]))}
            return Source(kind, str(spec[name]), files, spec.get("optional") is True)
    return None


def mounted(facts: Facts, container: Container) -> Iterator[tuple[Object, Object]]:
    """Each volumeMount of a container with its volume."""
    volumes = {str(volume.get("name")): volume for volume in listing(facts.spec.get("volumes"))}
    for mount in listing(container.spec.get("volumeMounts")):
        if isinstance(mount.get("mountPath"), str):
            yield mount, mapping(volumes.get(str(mount.get("name"))))


def mount_path(container: Container, mount: Object) -> str:
    """The path of a volumeMount below the pod."""
    mounts = container.spec.get("volumeMounts")
    return f"{container.spec_path}.volumeMounts[{mounts.index(mount) if isinstance(mounts, list) else 0}]"


# Directories of an image that hold what it needs to run: a volume over one of them would hide it.
_NEEDED = (
    r"/|/(?:app|bin|boot|etc|home|lib\d*|opt|root|sbin|srv|usr|var|usr/.*|etc/.*|lib\d*/.*|home/[^/]+|opt/[^/]+|srv/[^/]+"
    r"|var/(?:lib|www)|app/[^/]+)"
)
_WRITTEN = r".*/\.?\w*(?:cache|logs?|tmp|temp|run|uploads?|sessions?|spool|pids?)"
_MAKES = r"(?i)mkdir|makedirs|create director"


def is_written(directory: str) -> bool:
    """Whether a directory is, by its name, one that processes write to."""
    return re.fullmatch(_WRITTEN, directory) is not None


def scratch(container: Container, line: Telling) -> str | None:
    """The directory at which an empty volume would let the process write the file; None where it could hide something."""
    path = line["file"].strip().rstrip("/")
    if not path.startswith("/"):
        return None
    workdir = str(container.spec.get("workingDir") or "").rstrip("/")
    parent = posixpath.dirname(path)
    if is_written(parent) or not (re.fullmatch(_NEEDED, parent) or parent == workdir):
        return parent
    makes = is_written(path) or any(re.search(_MAKES, text) for _, text in line.lines())
    return path if makes and path != workdir else None


def with_empty_volume(facts: Facts, container: Container, directory: str) -> str | None:
    """The command that mounts an emptyDir at a directory; None where the workload cannot be changed in place."""
    name = "writable-" + (re.sub(r"[^a-z0-9]+", "-", posixpath.basename(directory).lower()).strip("-")[:40] or "dir")
    mount = {"name": name, "mountPath": directory}
    return facts.patch_command(
        {"volumes": [{"name": name, "emptyDir": {}}], container.part: [{"name": container.name, "volumeMounts": [mount]}]}
    )
