"""What to look for from inside: what the log, the pod and the runtime name. Reads facts, does nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ..hosts import Peer

if TYPE_CHECKING:
    from ..facts import Container, Facts

MOST_FILES, MOST_HOSTS = 40, 12


class Questions(NamedTuple):
    """What examine.sh is asked about one container."""

    command: str | None = None
    """The program that is started, as the pod or the runtime says it; None where the image decides and nobody says."""
    workdir: str | None = None
    files: tuple[str, ...] = ()
    """Absolute paths, the likeliest first."""
    hosts: tuple[Peer, ...] = ()
    """Port 0 where none is named."""
    secret_variables: tuple[str, ...] = ()
    """Names of variables whose value a Secret holds."""
    user: tuple[int, int | None] | None = None
    """uid, and gid if it is known, of the container's process."""
    machine: str = ""
    """The architecture of the pod's node, as Kubernetes calls it (amd64, arm64); empty where it is not known."""


def questions(facts: Facts, container: Container) -> Questions:
    """What is to be asked about a container."""
    raise NotImplementedError
