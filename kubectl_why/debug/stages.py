"""How far the pod is in which a look is taken: what it still waits for, or why it will not start. Pure."""

from __future__ import annotations

import enum
from typing import NamedTuple

from ..snapshot import Object
from ..status import BEING_MADE, OF_IMAGE, condition, listing, mapping, number
from .builders import TOOLS, VOLUME

_STATUSES = ("initContainerStatuses", "containerStatuses", "ephemeralContainerStatuses")
_CONTAINERS = ("initContainers", "containers", "ephemeralContainers")
_NOT_YET = ("", *BEING_MADE, "RestartingAllContainers")


class Stuck(Exception):
    """The container will not start; the text says why."""


class State(enum.Enum):
    """Of one container, as a watcher sees it."""

    WAITING = "waiting"
    RUNNING = "running"
    ENDED = "ended"


class Stage(NamedTuple):
    """How far one container is."""

    state: State
    words: str
    """What is waited for, where it has not started yet."""
    ended: Object
    """How it ended, as Kubernetes has it (state.terminated), where it has."""


def stage(pod: Object, container: str) -> Stage:
    """How far the container is, in a copy or as an ephemeral container. Raises Stuck."""
    status, metadata = mapping(pod.get("status")), mapping(pod.get("metadata"))
    own = _state(status, container)
    if ended := mapping(own.get("terminated")):
        return Stage(State.ENDED, "", ended)
    if metadata.get("deletionTimestamp"):
        raise Stuck("somebody deletes the pod")
    if status.get("reason"):
        raise Stuck(f"the pod has failed: {_said(status)}")
    if own.get("running") is not None:
        return Stage(State.RUNNING, "", {})
    scheduled = condition(pod, "PodScheduled")
    if scheduled.get("reason") == "Unschedulable":
        raise Stuck(f"no node takes the pod: {scheduled.get('message')}")
    if scheduled.get("status") != "True":
        return Stage(State.WAITING, "a node for the pod", {})
    for name in _before(pod, container):
        _check(pod, name, mapping(_state(status, name)))
    _check(pod, container, own)
    return Stage(State.WAITING, _still(pod, container), {})


def _before(pod: Object, container: str) -> list[str]:
    """The init containers that have to end, or to start, before the container does; none before an ephemeral one."""
    spec = mapping(pod.get("spec"))
    inits = [str(item.get("name")) for item in listing(spec.get("initContainers"))]
    if any(item.get("name") == container for item in listing(spec.get("ephemeralContainers"))):
        return []
    return inits[: inits.index(container)] if container in inits else inits


def _check(pod: Object, name: str, state: Object) -> None:
    """Raises Stuck where the container cannot start, or was needed and has failed."""
    waiting, ended = mapping(state.get("waiting")), mapping(state.get("terminated"))
    word = str(waiting.get("reason") or "")
    if word in OF_IMAGE:
        raise Stuck(f"{_image(pod, name)} cannot be pulled: {_said(waiting)}")
    if word not in _NOT_YET:
        raise Stuck(f"container {name} cannot start: {_said(waiting)}")
    if ended and number(ended.get("exitCode")):
        what = "the tools could not be brought in: " if name == TOOLS else ""
        raise Stuck(f"{what}init container {name} ended with exit code {ended['exitCode']}: {_said(ended)}")


def _image(pod: Object, name: str) -> str:
    spec = mapping(pod.get("spec"))
    images = {str(item.get("name")): item.get("image") for part in _CONTAINERS for item in listing(spec.get(part))}
    whose = "the image of the tools" if name.startswith(f"{VOLUME}-") else "the pod's own image"
    return f"{whose}, {images.get(name)},"


def _still(pod: Object, container: str) -> str:
    """What a container that is not stuck waits for."""
    status = mapping(pod.get("status"))
    for name in _before(pod, container):
        state = mapping(_state(status, name))
        if not state.get("terminated"):
            return f"init container {name} to {'end' if state.get('running') else 'start'}"
    return f"container {container} to start"


def _state(status: Object, container: str) -> Object:
    for part in _STATUSES:
        for item in listing(status.get(part)):
            if item.get("name") == container:
                return mapping(item.get("state"))
    return {}


def _said(state: Object) -> str:
    """The word, and the message where there is one."""
    return ": ".join(str(state[part]).strip() for part in ("reason", "message") if state.get(part)) or "no reason given"
