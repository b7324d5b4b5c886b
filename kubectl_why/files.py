"""Snapshots in files, and what `kubectl get -o json|yaml` printed, read in the place of a cluster.

A file holds what somebody chose to print: of what is not in it nothing is known. It is unreadable, never absent, and so
are all logs. Only a saved snapshot knows what was absent.
"""

from __future__ import annotations

import json
import os
import stat
import sys
import time
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any, NoReturn

from .cluster import ClusterError, NotRecorded
from .facts import seen_last
from .labels import meets_query
from .redact import without_quotes
from .resources import RESOURCES, WORKLOADS, path_of
from .snapshot import Object, Snapshot
from .status import condition, container_statuses, counted, listing, mapping, moment, name_of, number, worst
from .workloads import top

LIMIT = 64 * 1024 * 1024
"""Bytes that are read of a file at the most."""

# The API server forgets an event after an hour (kube-apiserver --event-ttl), and the kubelet starts a container again
# after five minutes (kubelet.go, MaxContainerBackOff, 1.36): what a file shows of both was true at most so long.
_EVENT_LIVES, _BACK_OFF_LASTS = timedelta(hours=1), timedelta(minutes=5, seconds=30)


class Unusable(ClusterError):
    """The file cannot be read, or is neither a snapshot nor what kubectl prints. Its text is one line that says where."""


def read(file: str) -> Snapshot | Recorded:
    """What a file holds; - is standard input. Raises Unusable."""
    name = "standard input" if file == "-" else file
    data, written = _bytes(file, name)
    documents = list(_documents(_text(data, name), name))
    if len(documents) == 1 and mapping(documents[0]).get("kind") == "Snapshot":
        try:
            return Snapshot.from_json(documents[0])
        except ValueError as error:
            raise Unusable(f"{name}: {error}") from None
    return Recorded(list(_objects(documents, name)), written, name)


def demo() -> Snapshot:
    """A failure that was recorded in a real cluster, and ships with the program."""
    return Snapshot.from_json(json.loads(Path(__file__).with_name("demo.json").read_text(encoding="utf-8")))


def within(snapshot: Snapshot, kind: str, namespace: str | None, name: str) -> Snapshot:
    """The snapshot, or that of a pod behind it, which is of this object; what is empty is not asked for.

    Unusable where none is.
    """
    for found in _all(snapshot):
        objects = [found.pod or {}, *found.owners]
        known = [found.target, *((str(obj.get("kind")), found.target[1], name_of(obj)) for obj in objects)]
        if any(
            all(wish in (None, "", has) for wish, has in zip((kind, namespace, name), one, strict=True)) for one in known
        ):
            return found
    kind_, *place = snapshot.target
    raise Unusable(
        f"the snapshot is of {kind_.lower()} {'/'.join(place)}, and knows no {kind.lower() or 'object'} {name}".rstrip()
    )


def _all(snapshot: Snapshot) -> Iterator[Snapshot]:
    yield snapshot
    for inner in snapshot.dependencies.values():
        yield from _all(inner)


def save(snapshot: Snapshot, file: str) -> None:
    """Write the snapshot into a file that only its owner may read; one that exists is written anew. Raises Unusable."""
    text = as_text(snapshot)
    if file == "-":
        print(text, end="")
        return
    try:
        with open(file, "w", encoding="utf-8", opener=lambda path, flags: os.open(path, flags, 0o600)) as stream:
            if os.path.isfile(file):
                os.chmod(file, 0o600)  # of a file that was there already
            stream.write(text)
    except OSError as error:
        raise Unusable(f"{file}: the snapshot cannot be saved: {error.strerror or error}") from None


def as_text(snapshot: Snapshot) -> str:
    """The snapshot as it stands in a file."""
    return json.dumps(snapshot.to_json(), indent=1) + "\n"


class Recorded:
    """What kubectl printed, seen as a `Cluster` that answers only of what it printed."""

    access = ()
    """No flags lead to a file's cluster."""

    def __init__(self, objects: list[Object], written: datetime, file: str) -> None:
        self.file = file
        self._objects: dict[str, Object] = {}
        self._lists: dict[str, list[Object]] = {}
        for obj in objects:
            kind, namespace = str(obj.get("kind")), mapping(obj.get("metadata")).get("namespace")
            if kind in RESOURCES:
                self._objects[path_of(kind, namespace, name_of(obj))] = obj
                for place in {namespace, None}:
                    self._lists.setdefault(path_of(kind, place), []).append(obj)
        self._taken_at = taken_at(objects, written)

    def get(self, path: str, query: Mapping[str, str] | None = None, accept: str = "application/json") -> Object:
        """The object at `path`; or the list, of which there is always a next page, which is not in the file.

        Only events count as whole: they add to what is known, and of none is it said that it is missing.
        """
        query = query or {}
        if path in self._objects:
            return self._objects[path]
        if path not in self._lists or "continue" in query:
            raise NotRecorded("not in the file")
        try:
            found = [obj for obj in self._lists[path] if meets_query(query, obj)]
        except ValueError as error:
            raise ClusterError(str(error)) from None
        more = {} if path.endswith("/events") else {"continue": "not in the file"}
        return {"items": found, "metadata": more}

    def text(self, path: str, query: Mapping[str, str] | None = None, largest: int = 0) -> NoReturn:
        """No log is in a file."""
        raise NotRecorded("not in the file")

    def server_time(self) -> datetime:
        """When kubectl printed it, as nearly as can be told."""
        return self._taken_at

    @property
    def namespaces(self) -> list[str]:
        """Those of the pods and of what makes pods."""
        return sorted({_namespace(obj) for obj in self._targets()})

    def namespace_of(self, kind: str, name: str) -> str:
        """The namespace of an object that has the only one of that name; else the only namespace there is.

        ClusterError where there are several.
        """
        own = [obj for obj in self._targets() if (obj.get("kind"), name_of(obj)) == (kind, name)]
        found = sorted({_namespace(obj) for obj in own}) or self.namespaces
        if len(found) > 1:
            raise ClusterError(f"{self.file} is about several namespaces: name one with -n: {', '.join(found)}")
        return found[0] if found else "default"

    def several(self, namespace: str | None) -> bool:
        """Whether there are pods of several workloads, or of several namespaces."""
        pods = [pod for pod in self._lists.get(path_of("Pod", None), ()) if namespace in (None, _namespace(pod))]
        return len({(_namespace(pod), *top(pod, self._found)) for pod in pods}) > 1

    def _found(self, kind: str, namespace: str, name: str) -> Object | None:
        return self._objects.get(path_of(kind, namespace, name))

    def worst(self, namespace: str | None) -> tuple[str, str, str]:
        """Kind, namespace and name of the worst pod; where there is none, of what makes pods and stands topmost.

        ClusterError where there is neither.
        """
        there = [obj for obj in self._targets() if namespace in (None, _namespace(obj))]
        pods = [obj for obj in there if obj.get("kind") == "Pod"]
        found = worst(pods) or min(there, key=lambda obj: (_is_well(obj), WORKLOADS.index(str(obj["kind"]))), default=None)
        if found is None:
            where = f" in namespace {namespace}" if namespace else ""
            raise ClusterError(f"{self.file} has no pod{where}, and nothing that makes pods")
        return str(found["kind"]), _namespace(found), name_of(found)

    def _targets(self) -> list[Object]:
        return [obj for kind in ("Pod", *WORKLOADS) for obj in self._lists.get(path_of(kind, None), ())]


def taken_at(objects: list[Object], written: datetime) -> datetime:
    """When kubectl printed the objects, which do not tell it themselves.

    That is when the file was written; unless it is a copy of an older one, as an event in it shows that the server would
    have forgotten by then, or a CrashLoopBackOff that would be over: then it is the newest time that the objects name.
    """
    told = list(filter(None, map(seen_last, (obj for obj in objects if obj.get("kind") == "Event"))))
    newest = max([*told, *(time for obj in objects for time in _times(obj))], default=written)
    until = [
        *(time + _EVENT_LIVES for time in told),
        *(time + _BACK_OFF_LASTS for time in map(_backed_off, objects) if time),
    ]
    return newest if newest > written or any(written > end for end in until) else written


def _backed_off(obj: Object) -> datetime | None:
    """Since when a container of a pod has waited to be started again."""
    for status in container_statuses(obj):
        if mapping(mapping(status.get("state")).get("waiting")).get("reason") == "CrashLoopBackOff":
            return moment(mapping(mapping(status.get("lastState")).get("terminated")).get("finishedAt"))
    return None


def _times(obj: Object) -> Iterator[datetime]:
    """The times at which an object was made, and at which its status changed."""
    return filter(None, map(moment, _texts([obj.get("status"), mapping(obj.get("metadata")).get("creationTimestamp")])))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, (dict, list)):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _texts(item)


def _is_well(owner: Object) -> bool:
    """Whether a workload has all the pods that it wants, and they are ready, or has done its work."""
    there, ready = counted(owner)
    failed = any(condition(owner, kind).get("status") == "True" for kind in ("Failed", "ReplicaFailure"))
    return not failed and ready >= max(there, number(mapping(owner.get("spec")).get("replicas")))


def _namespace(obj: Object) -> str:
    return str(mapping(obj.get("metadata")).get("namespace") or "default")


# --- bytes to objects ------------------------------------------------------------------------------------------------


def _bytes(file: str, name: str) -> tuple[bytes, datetime]:
    """The file's bytes, and when they were written: of what is no plain file, now."""
    written = time.time()
    try:
        if file == "-":
            data = sys.stdin.buffer.read(LIMIT + 1)
        else:
            with open(file, "rb") as stream:
                about = os.fstat(stream.fileno())
                written = about.st_mtime if stat.S_ISREG(about.st_mode) else written
                data = stream.read(LIMIT + 1)
    except OSError as error:
        raise Unusable(f"{name} cannot be read: {error.strerror or error}") from None
    if len(data) > LIMIT:
        raise Unusable(f"{name} is larger than {LIMIT >> 20} MiB: choose with kubectl get -l or -n what is needed")
    return data, datetime.fromtimestamp(written, timezone.utc)


def _text(data: bytes, name: str) -> str:
    # PowerShell's > writes UTF-16, and a byte order mark.
    try:
        return data.decode(json.detect_encoding(data)).lstrip("\ufeff")
    except UnicodeDecodeError as error:
        raise Unusable(f"{name} is not text: byte {error.start} is no {error.encoding}") from None


def _documents(text: str, name: str) -> Iterator[Any]:
    """The JSON values, one after another, or the YAML documents of a text."""
    if not text.strip():
        raise Unusable(f"{name} is empty")
    try:
        if text.lstrip()[0] in "{[":
            yield from _json(text)
        else:
            yield from _yaml(text)
    except RecursionError:
        raise Unusable(f"{name} is nested too deeply") from None
    except ValueError as error:
        raise Unusable(f"{name} is neither JSON nor YAML: {error}") from None


def _json(text: str) -> Iterator[Any]:
    decoder, at = json.JSONDecoder(), 0
    while at < len(text):
        at += len(text[at:]) - len(text[at:].lstrip())
        if at < len(text):
            value, at = decoder.raw_decode(text, at)
            yield value


def _yaml(text: str) -> Iterator[Any]:
    """YAML as kubectl writes it: its own types become those of JSON. No aliases: they multiply what stands there once."""
    import yaml  # not needed for JSON

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as fast, where libyaml is there
    try:
        if "&" in text and any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, Loader=loader)):
            raise ValueError("aliases are not read: kubectl writes none")
        for document in yaml.load_all(text, Loader=loader):
            # Keys become text, and times, which kubectl quotes, text again.
            yield json.loads(json.dumps(document, default=str))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = f" (line {mark.line + 1}, column {mark.column + 1})" if mark else ""
        raise ValueError(f"{without_quotes(error.problem or error.context or '')}{where}") from None
    except (yaml.YAMLError, TypeError, ValueError) as error:
        raise ValueError(without_quotes(str(error))) from None


def _objects(documents: list[Any], name: str) -> Iterator[Object]:
    """The objects of the documents, and of the lists among them."""
    for count, document in enumerate(documents, 1):
        if document is None:
            continue  # nothing stands between two ---
        where = name if len(documents) == 1 else f"{name}, document {count},"
        if not isinstance(document, dict) or not isinstance(document.get("kind"), str):
            raise Unusable(f"{where} is neither a snapshot nor what kubectl get -o json or -o yaml prints")
        kind, items = document["kind"], document.get("items")
        if not kind.endswith("List"):
            yield _named(document, where)
            continue
        if not isinstance(items, list) or len(items) != len(listing(items)):
            raise Unusable(f"{where} is a {kind} whose items are no objects")
        # In a PodList, as the API itself answers, the items do not say again what they are.
        yield from (_named(item if "kind" in item else {**item, "kind": kind[: -len("List")]}, where) for item in items)


def _named(obj: Object, where: str) -> Object:
    """The object, if it says what it is, as every object of the API does. Unusable where it does not."""
    metadata = mapping(obj.get("metadata"))
    if not all(isinstance(text, str) for text in (obj["kind"], metadata.get("name"), metadata.get("namespace", ""))):
        raise Unusable(f"{where} holds an object without kind or name")
    return obj
