"""Snapshot: all that is known about one target, as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

from .examination import Examination
from .status import moment, number

Object = dict[str, Any]
"""An API object as the server sent it: raw, with camelCase keys, and with any field possibly absent."""

CLUSTER_SCOPED = frozenset(
    ("Namespace", "Node", "PersistentVolume", "StorageClass", "PriorityClass", "RuntimeClass", "IngressClass")
)


def key(kind: str, namespace: str | None, name: str) -> str:
    """The reference of an object: Kind/namespace/name, or Kind/name where the kind has no namespace.

    The name * stands for the list of all objects of that kind in the namespace.
    """
    return f"{kind}/{name}" if kind in CLUSTER_SCOPED or not namespace else f"{kind}/{namespace}/{name}"


@dataclass(frozen=True)
class Log:
    """What one container said, in one life."""

    container: str
    previous: bool
    lines: tuple[str, ...]
    """Without the kubelet's timestamps."""
    times: tuple[str, ...] = ()
    """The kubelet's timestamp of each line."""
    tail: int | None = None
    """Set where the log is longer than what was read: `lines` are then its last TAIL ones."""
    place: str | None = None
    """Set where it is no log but a termination message: where below the pod that stands."""
    copy: bool | None = None
    """Set where it is what the container said when it was started in a copy of the pod."""


@dataclass(frozen=True)
class Snapshot:
    """A pod, or an owner that has none, and everything that it refers to, at one moment."""

    taken_at: datetime
    """The server's clock; the program knows no other."""
    target: tuple[str, str, str]
    """kind, namespace, name"""
    pod: Object | None = None
    owners: tuple[Object, ...] = ()
    """The chain of controlling ownerReferences, nearest first."""
    events: tuple[Object, ...] = ()
    """Of the pod, its owners and its claims."""
    objects: Mapping[str, Object] = field(default_factory=dict)
    """Everything else that was read, by reference. A name that was only seen in a list has only metadata."""
    logs: tuple[Log, ...] = ()
    absent: frozenset[str] = frozenset()
    """References that answered 404."""
    unreadable: Mapping[str, str] = field(default_factory=dict)
    """References that could not be read, and why: forbidden, or the words of the failure."""
    listed: frozenset[str] = frozenset()
    """References of whole lists that were read: of such a kind, what is not in `objects` does not exist."""
    dependencies: Mapping[str, Snapshot] = field(default_factory=dict)
    """By Service reference: the worst pod behind it."""
    siblings: tuple[Object, ...] = ()
    """The other pods of the same workload, trimmed; none where they were not read, or not all."""
    examination: Examination | None = None
    """What --debug or --sleep saw inside."""

    def to_json(self) -> dict[str, Any]:
        """Plain JSON data, from which `from_json` makes the same snapshot again."""
        data: dict[str, Any] = {"apiVersion": "kubectl-why/v1", "kind": "Snapshot"}
        for item in fields(self):
            value = getattr(self, item.name)
            if value:
                data[item.name] = _plain(value)
        return data

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Snapshot:
        """The snapshot that `to_json` wrote. ValueError, which says what is wrong with it, where the data is none."""
        if data.get("kind") != "Snapshot":
            raise ValueError("not a snapshot of kubectl why")
        try:
            target, taken_at = data["target"], moment(data["taken_at"])
            if taken_at is None or [type(part) for part in target] != [str] * 3:
                raise ValueError("it does not say of what it is, or when it was taken")
            return cls(
                taken_at=taken_at,
                target=tuple(target),
                pod=_checked(data, "pod", dict) or None if data.get("pod") is not None else None,
                objects=_checked(data, "objects", dict, of=dict),
                logs=tuple(map(_log, _checked(data, "logs", list, of=dict))),
                unreadable=_checked(data, "unreadable", dict, of=str),
                dependencies={ref: cls.from_json(one) for ref, one in _checked(data, "dependencies", dict, of=dict).items()},
                examination=_examination(_checked(data, "examination", dict)) if data.get("examination") else None,
                **{name: frozenset(_checked(data, name, list, of=str)) for name in ("absent", "listed")},
                **{name: tuple(_checked(data, name, list, of=dict)) for name in ("owners", "siblings", "events")},
            )
        except KeyError as error:
            raise ValueError(f"not a snapshot that kubectl why has saved: it lacks {error.args[0]}") from None
        except (TypeError, ValueError) as error:
            raise ValueError(f"not a snapshot that kubectl why has saved: {error}") from None


def _checked(data: Mapping[str, Any], name: str, kind: type, of: type = object) -> Any:
    """A field of saved data, empty where it is not there. ValueError where it is of another kind, or holds another kind."""
    value = data.get(name, kind())
    if not isinstance(value, kind) or not all(isinstance(part, of) for part in (value.values() if kind is dict else value)):
        raise ValueError(f"{name} is of the wrong kind")
    return value


def _log(data: Mapping[str, Any]) -> Log:
    lines, times = (tuple(_checked(data, name, list, of=str)) for name in ("lines", "times"))
    return Log(str(data["container"]), bool(data["previous"]), lines, times, number(data.get("tail")) or None)


def _examination(data: Mapping[str, Any]) -> Examination:
    lines, log = (tuple(_checked(data, name, list, of=str)) for name in ("lines", "log"))
    words = {name: str(data[name]) for name in ("container", "pod", "through", "how")}
    return Examination(**words, lines=lines, log=log, differs=str(data.get("differs") or ""))


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Snapshot):
        return value.to_json()
    if isinstance(value, Examination):
        return {name: _plain(part) for name, part in value._asdict().items() if part}
    if isinstance(value, Log):
        return {k: _plain(v) for k, v in vars(value).items() if v is not None}
    if isinstance(value, Mapping):
        return {k: _plain(v) for k, v in value.items()}
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value
