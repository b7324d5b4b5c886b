"""Snapshot: all that is known about one target, as plain data."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from .examination import Examination

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
        for item in dataclasses.fields(self):
            value = getattr(self, item.name)
            if value:
                data[item.name] = _plain(value)
        return data

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Snapshot:
        """The snapshot that `to_json` wrote. ValueError where the data is none."""
        if data.get("kind") != "Snapshot" or "taken_at" not in data or "target" not in data:
            raise ValueError("not a snapshot of kubectl why")
        sequences = {name: tuple(data.get(name, ())) for name in ("owners", "siblings", "events")}
        return cls(
            taken_at=datetime.fromisoformat(data["taken_at"]),
            target=tuple(data["target"]),
            pod=data.get("pod"),
            objects=data.get("objects", {}),
            logs=tuple(
                Log(e["container"], e["previous"], tuple(e["lines"]), tuple(e["times"]), e.get("tail"))
                for e in data.get("logs", ())
            ),
            absent=frozenset(data.get("absent", ())),
            unreadable=data.get("unreadable", {}),
            listed=frozenset(data.get("listed", ())),
            dependencies={ref: cls.from_json(inner) for ref, inner in data.get("dependencies", {}).items()},
            examination=_examination(data.get("examination")),
            **sequences,
        )


def _examination(data: Mapping[str, Any] | None) -> Examination | None:
    if data is None:
        return None
    return Examination(**{**data, "lines": tuple(data.get("lines", ())), "log": tuple(data.get("log", ()))})


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Snapshot):
        return value.to_json()
    if isinstance(value, Examination):
        return {name: _plain(part) for name, part in vars(value).items() if part}
    if isinstance(value, Log):
        return {k: v for k, v in dataclasses.asdict(value).items() if v is not None}
    if isinstance(value, Mapping):
        return {k: _plain(v) for k, v in value.items()}
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value
