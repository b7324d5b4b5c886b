from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...model import Finding
from .. import cause
from . import absent_source

if TYPE_CHECKING:
    from ...facts import Facts


@cause()
def configmap_volume_not_found(facts: Facts) -> Iterator[Finding]:
    """A volume's ConfigMap does not exist.

    The pod stays in ContainerCreating, and only the event FailedMount names the ConfigMap. Where it exists and lacks
    the key of an item, that is volume-key-not-found; where env or envFrom names it, env-configmap-not-found. A volume
    marked `optional` is mounted empty and never fails.

    Fix: name the ConfigMap that exists, or create it; the kubelet tries again by itself, within two minutes.

    Source: configmap.go and projected.go below pkg/volume, 1.36.
    """
    yield from absent_source(facts, "ConfigMap")
