from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...model import Finding
from .. import cause
from . import absent_source

if TYPE_CHECKING:
    from ...facts import Facts


@cause()
def secret_volume_not_found(facts: Facts) -> Iterator[Finding]:
    """A volume's Secret does not exist.

    The pod stays in ContainerCreating, and only the event FailedMount names the Secret: one that the volume shows as
    files, or one with which a driver would mount it. Where it exists and lacks the key of an item, that is
    volume-key-not-found; where env or envFrom names it, env-secret-not-found. A volume marked `optional` is mounted
    empty and never fails.

    Fix: name the Secret that exists, or create it (its operator may have failed to, such as cert-manager for a
    certificate); the kubelet tries again by itself, within two minutes.

    Source: secret.go and projected.go below pkg/volume, 1.36.
    """
    yield from absent_source(facts, "Secret")
