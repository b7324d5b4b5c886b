"""What the kubelet says of volumes and of the sandbox, as long as nothing has succeeded since."""

from __future__ import annotations

import re
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from ...facts import moment, seen_last
from ...status import mapping

if TYPE_CHECKING:
    from ...facts import Facts
    from ...snapshot import Object

# What a young pod hears until the kubelet has the objects in its caches (kubelet, 1.36): over by itself.
_NOISE = re.compile(r"failed to sync (?:configmap|secret) cache|no relationship found between node|\" not registered$")
# The kubelet tries again after 122 s at most, and the recorder holds an event back for 300 s at most.
_STALE = 600.0
_PREFIX = re.compile(r"^(?:\(combined from similar events\): )?")


class Complaint(NamedTuple):
    """One warning, in its parts."""

    event: Object
    text: str
    volume: str
    """The pod's volume, or the PersistentVolume behind it, that it names."""


def complaints(facts: Facts, *reasons: str, text: str = "") -> list[Object]:
    """The kubelet's warnings of these reasons, newest first, that still hold: nothing of the pod has been started since."""
    if not waits(facts):
        return []
    done = _progress(facts)
    found = [
        event
        for event in facts.events(*reasons, kind="Pod", text=text)
        if event.get("type") != "Normal"
        and not _NOISE.search(str(event.get("message") or "").strip())
        and (done is None or (seen_last(event) or facts.now) > done)
    ]
    newest = max((seen_last(event) or facts.now for event in found), default=facts.now)
    return [event for event in found if (newest - (seen_last(event) or newest)).total_seconds() <= _STALE]


def waits(facts: Facts) -> bool:
    """Whether the pod is on a node, and its volumes, network and sandbox are not there yet, or not there any more."""
    if not facts.pod or facts.unscheduled or facts.deleted or facts.phase not in ("Pending", "Running"):
        return False
    ready = facts.condition("PodReadyToStartContainers").get("status")
    # Before 1.29 there is no such condition: a container that runs, or is being started, has its volumes.
    return ready != "True" and (ready == "False" or facts.sandbox_missing)


def _progress(facts: Facts) -> datetime | None:
    """When a container of the pod last started or ended."""
    states = [state for c in facts.containers for state in (c.running, c.terminated, c.last) if state is not None]
    times = [moment(mapping(state).get(name)) for state in states for name in ("startedAt", "finishedAt")]
    return max((time for time in times if time), default=None)
