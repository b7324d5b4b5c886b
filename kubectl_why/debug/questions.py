"""What to look for from inside: what the log, the runtime and the pod name. Reads facts, does nothing."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from ..causes.application import mounted, user
from ..causes.dependencies import settings, wanted
from ..causes.loglines import telling
from ..causes.loglines.ranking import picked
from ..causes.loglines.signs import OF_PEERS
from ..causes.start import failures
from ..hosts import Peer, named
from ..status import listing, mapping

if TYPE_CHECKING:
    from ..facts import Container, Facts

MOST_FILES, MOST_HOSTS, MOST_VARIABLES = 40, 12, 40

# Whose words name the program that was to be started, and whose another path.
_OF_COMMAND = ("command-not-found", "command-not-executable", "exec-format-error", "interpreter-not-found")
_OF_START = (*_OF_COMMAND, "working-directory-invalid", "mount-type-mismatch")
_MENTION = r"\$\(([\w.-]+)\)"
_BETWEEN = r"[\s:;,'\"`‘’“”=()\[\]{}<>|&]+"
_URL = r"\b(?!file:)[A-Za-z][\w+.-]*://\S*"
_EVERYWHERE = ("/dev/null", "/dev/stdin", "/dev/stdout", "/dev/stderr", "/var/run/secrets/kubernetes.io/serviceaccount")
_ANYBODY = ("0.0.0.0", "::")


class Questions(NamedTuple):
    """What examine.sh is asked about one container."""

    command: str | None = None
    """The program that is started, as the pod or the runtime says it; None where the image decides and nobody says."""
    workdir: str | None = None
    files: tuple[str, ...] = ()
    """Absolute paths, the likeliest first."""
    hosts: tuple[Peer, ...] = ()
    """Port 0 where none is named; the likeliest first."""
    secret_variables: tuple[str, ...] = ()
    """Names of variables whose value a Secret holds."""
    user: tuple[int, int | None] | None = None
    """uid, and gid if it is known, of the container's process."""
    machine: str = ""
    """The architecture of the pod's node, as Kubernetes calls it (amd64, arm64); empty where it is not known."""


def questions(facts: Facts, container: Container) -> Questions:
    """What is to be asked about a container."""
    who = user(facts, container)
    return Questions(
        command=_command(facts, container),
        workdir=str(container.spec.get("workingDir") or "") or None,
        files=tuple(dict.fromkeys(_files(facts, container)))[:MOST_FILES],
        hosts=tuple(_with_port(dict.fromkeys(_hosts(facts, container))))[:MOST_HOSTS],
        secret_variables=tuple(dict.fromkeys(_secret_variables(facts, container)))[:MOST_VARIABLES],
        user=None if who.uid is None else (who.uid, who.gid),
        machine=facts.platform.partition("/")[2],
    )


def _command(facts: Facts, container: Container) -> str | None:
    """The program that failed to start, by the words of who started it; else the first word of the pod's command."""
    for cause in _OF_COMMAND:
        for failure in failures(facts, cause):
            if failure.container is container and failure.what:
                return failure.what
    given = container.spec.get("command")
    if not isinstance(given, list) or not given:
        return None
    known = {name: value for name, _, value in facts.environment(container)}
    word = re.sub(_MENTION, lambda match: known.get(match[1]) or match[0], str(given[0]))
    return None if re.search(_MENTION, word) else word


# -- files


def _files(facts: Facts, container: Container) -> Iterator[str]:
    workdir = str(container.spec.get("workingDir") or "")
    line = telling(facts, container)
    for file in line.every("file") if line else ():
        file = file.strip()
        if file.startswith("/") or workdir.startswith("/"):
            path = posixpath.normpath(posixpath.join(workdir, file))
            yield path
            if line and line.cause == "permission-denied":
                yield posixpath.dirname(path)
    for text in _texts(facts, container):
        yield from _paths(text)
    for mount, volume in mounted(facts, container):
        if not str(volume.get("name")).startswith("kube-api-access-"):
            yield str(mount["mountPath"])


def _texts(facts: Facts, container: Container) -> Iterator[str]:
    """Where a file may be named, the likeliest first."""
    yield from _said(facts, container)
    yield from (failure.what for cause in _OF_START for failure in failures(facts, cause) if failure.container is container)
    yield from container.command[1:] if container.spec.get("command") else container.command
    yield from (value for _, _, value in facts.environment(container))


def _said(facts: Facts, container: Container) -> Iterator[str]:
    """The line of the log that tells why, or those that a person would look at; the frames of its trace are all there."""
    line, log = telling(facts, container), facts.log(container)
    if line:
        yield from (told.text for told in (line, *line.also))
    elif log:
        yield from (log.lines[index] for index in picked(log))


def _paths(text: str) -> Iterator[str]:
    """The absolute paths in a text; none of what is a part of a URL."""
    for word in re.split(_BETWEEN, re.sub(_URL, " ", text).replace("file://", " ")):
        path = word.rstrip(".,/")
        if re.match(r"/[^/*?$]", path) and not re.search(r"[*?$\\]", path) and path not in _EVERYWHERE:
            yield posixpath.normpath(path)


# -- hosts


def _hosts(facts: Facts, container: Container) -> Iterator[Peer]:
    line = telling(facts, container)
    if line and line.cause in OF_PEERS:
        yield wanted(facts, container, line).peer
    for text in _said(facts, container):
        # Without a port a word of the sentence can look like a host's name.
        yield from (peer for peer in named(text) if peer.port or "." in peer.host or ":" in peer.host)
    for setting in settings(facts, container):
        yield from setting.peers
    for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
        yield from _of_probe(container, mapping(container.spec.get(probe)))


def _of_probe(container: Container, probe: dict[str, object]) -> Iterator[Peer]:
    """Where the kubelet asks a probe: in the pod itself, unless it names a host."""
    ports = {port.get("name"): port.get("containerPort") for port in listing(container.spec.get("ports"))}
    for kind in ("httpGet", "tcpSocket", "grpc"):
        asks = mapping(probe.get(kind))
        port = ports.get(asks.get("port"), asks.get("port"))
        if isinstance(port, int):
            yield Peer(str(asks.get("host") or "127.0.0.1"), port)


def _with_port(peers: dict[Peer, None]) -> Iterator[Peer]:
    """Each peer once: a host without a port only where no port of it is known."""
    known = {peer.host for peer in peers if peer.port}
    return (p for p in peers if p.host and p.host not in _ANYBODY and (p.port or p.host not in known))


def _secret_variables(facts: Facts, container: Container) -> Iterator[str]:
    for item in listing(container.spec.get("env")):
        if mapping(item.get("valueFrom")).get("secretKeyRef"):
            yield str(item.get("name"))
    for source in listing(container.spec.get("envFrom")):
        name = mapping(source.get("secretRef")).get("name")
        for key in facts.values("Secret", str(name)) if name else ():
            yield str(source.get("prefix") or "") + key
