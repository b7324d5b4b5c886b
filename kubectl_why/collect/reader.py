"""Reads objects, lists, events and logs, and remembers what was there, what was not, and what could not be read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from ..cluster import Absent, Cluster, ClusterError, Forbidden, Unreachable, Unserved
from ..redact import clean, log_text
from ..resources import path_of
from ..snapshot import Log, Object, key
from ..status import listing, mapping, name_of

TAIL_LINES = 500
LIMIT_BYTES = 256 * 1024
# What is read where even the last lines pass the limit: the end of the log is what matters.
_SHORT_TAIL = 40
_PAGE = 500
_MAX_PAGES = 4
NAMES_ONLY = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json"
# What the kubelet says with status 200 in the place of a log: when the runtime has removed the container, or the file of
# its log is gone or not there yet (GetContainerLogs of kuberuntime, ReadLogs of cri-client, 1.36).
_GONE = (
    "unable to retrieve container logs for ",
    "failed to try resolving symlinks in path ",
    "failed to open log file ",
)


def fetch(
    cluster: Cluster,
    kind: str,
    namespace: str | None,
    name: str = "",
    query: Mapping[str, str] | None = None,
    accept: str = "application/json",
) -> Object:
    """The object of that name, or the list of its kind, as the server sent it. Raises what `Cluster.get` raises."""
    path = path_of(kind, namespace, name)
    try:
        answer = cluster.get(path, query, accept=accept)
    except Unserved:
        if name:
            raise
        return {"items": []}  # of a kind that is not served there are no objects
    if answer.get("kind") == kind if name else "items" in answer:
        return answer
    found = f"with {answer.get('kind') or 'something else'}, not with {kind if name else f'a list of {kind}s'}"
    raise Unreachable(f"the server answered {path} {found}", f"answered {found}")


class Reader:
    """Reads and remembers: what was there, what was not, and what could not be read."""

    def __init__(self, cluster: Cluster, pool: ThreadPoolExecutor) -> None:
        self.cluster, self.pool = cluster, pool
        self.objects: dict[str, Object] = {}
        self.absent: set[str] = set()
        self.unreadable: dict[str, str] = {}
        self.listed: set[str] = set()

    def get(self, kind: str, namespace: str, name: str) -> Object | None:
        """An object that is there and can be read, else None; each is asked for once."""
        ref = key(kind, namespace, name)
        if ref in self.objects or ref in self.absent or ref in self.unreadable:
            return self.objects.get(ref)
        try:
            obj = clean(fetch(self.cluster, kind, namespace, name))
        except Absent:
            self.absent.add(ref)
            return None
        except ClusterError as error:
            self.unreadable[ref] = error.brief
            return None
        self.objects[ref] = obj
        return obj

    def list(
        self, kind: str, namespace: str | None, accept: str = "application/json", **selectors: str
    ) -> list[Object] | None:
        """The objects of a list, or None where it could not be read."""
        query = {"limit": str(_PAGE), **selectors}
        found: list[Object] = []
        ref = key(kind, namespace, "*")
        for _ in range(_MAX_PAGES):
            try:
                page = fetch(self.cluster, kind, namespace, query=query, accept=accept)
            except ClusterError as error:
                self.unreadable[ref] = error.brief
                return found or None
            found += [clean({**item, "kind": kind}) for item in listing(page.get("items"))]
            more = mapping(page.get("metadata")).get("continue")
            if not more:
                return found
            query = {**query, "continue": str(more)}
        self.unreadable[ref] = f"only the first {len(found)} were read"
        return found

    def page(self, kind: str, namespace: str, limit: int, **selectors: str) -> list[Object]:
        """The objects of a list of so many at the most; none where there are more, or where it could not be read.

        Nothing depends on them: what could not be read is not noted.
        """
        try:
            found = fetch(self.cluster, kind, namespace, query={"limit": str(limit), **selectors})
        except ClusterError:
            return []
        whole = not mapping(found.get("metadata")).get("continue")
        return [clean({**item, "kind": kind}) for item in listing(found.get("items"))] if whole else []

    def keep(self, kind: str, namespace: str | None, **selectors: str) -> list[Object]:
        """A list whose objects are kept; a list without selectors says of every other name that it is absent."""
        found = self.list(kind, namespace, **selectors)
        for obj in found or ():
            self.objects.setdefault(key(kind, mapping(obj.get("metadata")).get("namespace"), name_of(obj)), obj)
        if found is not None and set(selectors) <= {"labelSelector"} and key(kind, namespace, "*") not in self.unreadable:
            self.listed.add(key(kind, namespace, f"*?{selectors['labelSelector']}" if selectors else "*"))
        return found or []

    def keep_pods_on(self, node: str) -> None:
        """The pods of all namespaces on a node, as far as they say what room they take and whom they keep away."""
        found = self.list("Pod", None, fieldSelector=f"spec.nodeName={node}")
        for pod in found or ():
            namespace = str(mapping(pod.get("metadata")).get("namespace"))
            self.objects.setdefault(key("Pod", namespace, name_of(pod)), room_taken(pod))
        if found is not None:
            self.listed.add(f"Pod/*?spec.nodeName={node}")

    def keep_advice(self, kind: str, namespace: str) -> None:
        """The objects of a kind that a cluster need not serve, or let us read, and of which nothing depends."""
        try:
            found = fetch(self.cluster, kind, namespace, query={"limit": str(_PAGE)})
        except ClusterError:
            return
        for obj in listing(found.get("items")):
            self.objects.setdefault(key(kind, namespace, name_of(obj)), clean({**obj, "kind": kind}))

    def list_names(self, kind: str, namespace: str) -> list[Object] | None:
        """All objects of a kind, with their metadata only: enough for near names, and no Secret travels."""
        found = self.list(kind, namespace, accept=NAMES_ONLY)
        return None if found is None else [{"kind": kind, "metadata": obj.get("metadata")} for obj in found]

    def elsewhere(self, kind: str, name: str) -> list[Object]:
        """The objects of that name in all namespaces, metadata only: a courtesy, which most users have no right to."""
        try:
            found = fetch(self.cluster, kind, None, query={"fieldSelector": f"metadata.name={name}"}, accept=NAMES_ONLY)
        except ClusterError:
            return []
        return [clean({"kind": kind, "metadata": mapping(obj.get("metadata"))}) for obj in listing(found.get("items"))]

    def keep_elsewhere(self, kind: str, name: str) -> None:
        """That there is an object of that name in other namespaces."""
        for obj in self.elsewhere(kind, name):
            self.objects.setdefault(key(kind, str(mapping(obj["metadata"]).get("namespace")), name), obj)

    def keep_names(self, kind: str, namespace: str) -> None:
        """The names of all objects of a kind."""
        for obj in self.list_names(kind, namespace) or ():
            self.objects.setdefault(key(kind, namespace, name_of(obj)), obj)

    def events(self, kind: str, namespace: str, name: str) -> list[Object]:
        """The events about one object."""
        selector = f"involvedObject.kind={kind},involvedObject.name={name}"
        return self.list("Event", namespace, fieldSelector=selector) or []

    def log(self, namespace: str, pod: str, container: str, previous: bool) -> Log | None:
        """A container's log, without what must not be kept; None where there is none."""
        path = f"{path_of('Pod', namespace, pod)}/log"
        ref = f"{key('Pod', namespace, pod)}/log/{container}{' --previous' if previous else ''}"
        tail = TAIL_LINES
        try:
            text = self._log_text(path, container, previous, tail)
            if len(text.encode()) >= LIMIT_BYTES:
                # The limit cuts the end off, and the end is what counts.
                tail = _SHORT_TAIL
                text = self._log_text(path, container, previous, tail)
        except Absent:
            return None
        except Forbidden as error:
            self.unreadable[ref] = error.brief
            return None
        except ClusterError as error:
            if not _has_no_log(str(error)):
                self.unreadable[ref] = error.brief
            return None
        if any(words in text[:400] for words in _GONE) and text.count("\n") <= 1:
            return None
        return _log(container, previous, text, tail)

    def _log_text(self, path: str, container: str, previous: bool, tail: int) -> str:
        query = {
            "container": container,
            "tailLines": str(tail),
            "limitBytes": str(LIMIT_BYTES),
            "timestamps": "true",
            **({"previous": "true"} if previous else {}),
        }
        return self.cluster.text(path, query, largest=2 * LIMIT_BYTES)

    def all(self, calls: Iterable[Callable[[], Any]]) -> list[Any]:
        """Run the calls in parallel and return what they return, in order."""
        return [future.result() for future in [self.pool.submit(call) for call in calls]]


def only(obj: Object, *names: str) -> Object:
    """Of an object those fields that it has."""
    return {name: obj[name] for name in names if name in obj}


def room_taken(pod: Object) -> Object:
    """Of somebody else's pod what its node's room is to be counted from, and nothing of what it does."""
    metadata, spec = mapping(pod.get("metadata")), mapping(pod.get("spec"))
    kept = only(spec, "nodeName", "hostNetwork", "overhead", "resources")
    anti = mapping(mapping(spec.get("affinity")).get("podAntiAffinity"))
    if anti:
        kept["affinity"] = {"podAntiAffinity": anti}
    for part in ("initContainers", "containers"):
        kept[part] = [only(item, "name", "resources", "ports", "restartPolicy") for item in listing(spec.get(part))]
    return {
        "kind": "Pod",
        "metadata": only(metadata, "name", "namespace", "labels", "ownerReferences"),
        "spec": kept,
        "status": {"phase": mapping(pod.get("status")).get("phase")},
    }


def _log(container: str, previous: bool, text: str, tail: int) -> Log:
    times, lines = [], []
    for raw in text.split("\n")[: -1 if text.endswith("\n") else None]:
        time, _, line = raw.partition(" ")
        stamped = time[:4].isdigit() and time.endswith("Z")
        times.append(time if stamped else "")
        lines.append((line if stamped else raw).rstrip("\r"))
    # Masked as a whole, since a private key takes several lines.
    kept = log_text("\n".join(lines)).split("\n") if lines else []
    return Log(container, previous, tuple(kept), tuple(times), tail if len(lines) >= tail else None)


def _has_no_log(message: str) -> bool:
    """Whether the kubelet refuses a log because there is none (validateContainerLogStatus in kubelet_pods.go, 1.36)."""
    return any(
        words in message
        for words in ("is waiting to start", "previous terminated container", "is not available", "not found")
    )
