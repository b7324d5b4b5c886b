"""All workloads of a namespace, or of all of them: listed once, and a snapshot of each that is in trouble.

The lists stand between the collector and the cluster. A workload is collected by the same code as when it is asked about by
itself, but from a `Share`: that answers from the lists what they can, and lets only so many further requests through.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime, timezone
from typing import Any, NamedTuple, TypeVar

from ..cluster import Absent, Cluster, ClusterError, Forbidden, NotRecorded, Refused
from ..labels import accepts, meets_query
from ..redact import clean, masked
from ..resources import WORKLOADS, named_by
from ..snapshot import CLUSTER_SCOPED, Object, Snapshot
from ..status import condition, controller, labels_of, listing, mapping, name_of, namespace_of, number, worst
from ..workloads import LEFT, Workload, replaced, top, troubled
from . import NotFound, Target, of_owner, of_pod
from .owners import compared, pods_of
from .reader import NAMES_ONLY, Reader, fetch, only, room_taken
from .references import wants_more

_PAGE = 500
# What pods are sorted into workloads by, and what tells of pods that were never made.
_OWNERS = ("Deployment", "StatefulSet", "DaemonSet", "ReplicationController", "Job", "CronJob")
# What pods refer to: one page of each is read when the first object of the kind is asked for. Where that is not all of
# them, they are asked for one by one.
_BY_PAGE = (
    *("Service", "EndpointSlice", "NetworkPolicy", "ServiceAccount", "PersistentVolumeClaim", "PersistentVolume"),
    *("ResourceQuota", "LimitRange", "ReplicaSet", "ControllerRevision", "Node", "StorageClass", "PriorityClass"),
    *("RuntimeClass", "VerticalPodAutoscaler", "ConfigMap", "Secret"),
)
# Of these the names alone are listed.
_NAMES = ("ConfigMap", "Secret")
# How many objects a page has of a kind whose objects are large.
_PAGE_OF = {"Node": 100, "ReplicaSet": 250}
_AT_ONCE, _REQUESTS_AT_ONCE = 4, 8

T = TypeVar("T")
Table = dict[str, dict[str, Object]]
"""Objects by namespace and name."""


class Scope(NamedTuple):
    """Where to look: a namespace, or all where it is None; and at which pods."""

    namespace: str | None
    selector: str = ""


class Sweep:
    """The lists of a scope, and what was asked for beside them. Made by `sweep`."""

    def __init__(self, cluster: Cluster, scope: Scope, tell: Callable[[str], None]) -> None:
        self.cluster, self.scope, self.tell = cluster, scope, tell
        self.pods_seen = 0
        self.unreadable: dict[str, str] = {}
        """Kinds that could not be listed, and why."""
        self._tables: dict[str, Table | None] = {}
        self._partial: set[str] = set()
        """Kinds of which a file holds some objects: of others of these nothing is known."""
        self._whole: set[tuple[str, str]] = set()
        self._doubted: set[tuple[str, str, str]] = set()
        self._events: dict[tuple[str, str, str], list[Object]] = {}
        self._asked: dict[tuple[Any, ...], Future[Any]] = {}
        self._lock = threading.Lock()

    @property
    def now(self) -> datetime:
        return self.cluster.server_time() or datetime.now(timezone.utc)

    def snapshots(self, workloads: list[Workload], share: float) -> Iterator[Snapshot]:
        """What is known of each workload: of its worst pod, or of the owner that lacks some; with so many requests each."""
        with ThreadPoolExecutor(_REQUESTS_AT_ONCE) as pool, ThreadPoolExecutor(_AT_ONCE) as each:
            found = each.map(lambda workload: self._snapshot(workload, share, pool), workloads)
            for number, snapshot in enumerate(found, 1):
                self.tell(f"looking into workloads: {number} of {len(workloads)}")
                yield snapshot

    def _snapshot(self, workload: Workload, share: float, pool: ThreadPoolExecutor) -> Snapshot:
        reader = Reader(Share(self, share), pool)
        namespace = workload.namespace
        pod = worst(pod for pod in workload.pods if (namespace, name_of(pod)) in self._whole)
        if pod is not None:
            # With a selector, the pods may be only some of the workload's.
            beside = None if self.scope.selector else list(workload.pods)
            return of_pod(reader, Target("Pod", namespace, name_of(pod)), pod, None, pods=beside)
        chain, _ = pods_of(reader, workload.owner or {}, namespace)
        return of_owner(reader, Target(workload.kind, namespace, workload.name), chain)

    def workloads(self) -> list[Workload]:
        """All workloads that have pods, or should have some, and a pod of its own each that none made."""
        pods: dict[tuple[str, str, str], list[Object]] = defaultdict(list)
        for pod in self._all("Pod"):
            kind, name = top(pod, self._found)
            pods[kind, namespace_of(pod), name].append(pod)
        for owner in [owner for kind in _OWNERS for owner in self._all(kind)]:
            above = controller(owner)
            if not above and self._is_asked_for(owner):
                pods.setdefault((str(owner["kind"]), namespace_of(owner), name_of(owner)), [])
        return [
            Workload(*key, tuple(self._counted(key, members)), self._found(*key)) for key, members in sorted(pods.items())
        ]

    def in_trouble(self, workload: Workload) -> bool:
        """Whether a workload is worth a diagnosis."""
        if any(troubled(pod, self.now) for pod in workload.pods):
            return True
        owner = workload.owner
        if owner is None:
            return False
        if workload.kind == "CronJob":
            job = self._newest_job(workload.namespace, workload.name)
            return condition(job, "Failed").get("status") == "True" or self._is_warned_of(owner)
        return wants_more(owner) or condition(owner, "ReplicaFailure").get("status") == "True"

    def _is_warned_of(self, owner: Object) -> bool:
        events = self._events.get((namespace_of(owner), str(owner["kind"]), name_of(owner)), ())
        return any(event.get("type") == "Warning" for event in events)

    def _is_asked_for(self, owner: Object) -> bool:
        """Whether the pods that an owner makes are among those that the selector means."""
        template = mapping(mapping(owner.get("spec")).get("template"))
        return not self.scope.selector or (bool(template) and accepts(self.scope.selector, labels_of(template)))

    def _counted(self, key: tuple[str, str, str], pods: list[Object]) -> Iterator[Object]:
        """The pods that count: of a CronJob those of its newest Job; none that is being deleted in time, or was replaced."""
        kind, namespace, name = key
        newest = name_of(self._newest_job(namespace, name)) if kind == "CronJob" else ""
        for pod in pods:
            if newest and controller(pod) != ("Job", newest):
                continue
            job = self._found("Job", namespace, (controller(pod) or ("", ""))[1])
            if condition(job, "Complete").get("status") == "True":
                continue
            deleted = "deletionTimestamp" in mapping(pod.get("metadata"))
            if not replaced(pod, pods, self.now) and (not deleted or troubled(pod, self.now)):
                yield pod

    def _newest_job(self, namespace: str, cronjob: str) -> Object:
        jobs = (self._tables.get("Job") or {}).get(namespace, {}).values()
        own = [job for job in jobs if controller(job) == ("CronJob", cronjob)]
        return max(own, key=lambda job: str(mapping(job["metadata"]).get("creationTimestamp")), default={})

    def _all(self, kind: str) -> Iterator[Object]:
        for by_name in (self._tables.get(kind) or {}).values():
            yield from by_name.values()

    def _found(self, kind: str, namespace: str, name: str) -> Object | None:
        return (self._tables.get(kind) or {}).get(namespace, {}).get(name)

    # -- answers in place of the cluster

    def answer(self, path: str, query: dict[str, str]) -> dict[str, Any] | None:
        """What the cluster would say, from the lists; None where they do not tell. Raises what the list itself raised."""
        kind, namespace, name = named_by(path) or ("", "", "")
        if kind == "Event":
            return self._events_about(namespace, query.get("fieldSelector", ""))
        table = self._table(kind, namespace)
        if table is None:
            return None
        obj = table.get(namespace, {}).get(name)
        if kind in self._partial and obj is None:
            return None
        if name:
            if obj is None:
                raise Absent(f'{kind.lower()} "{name}" not found')
            return None if kind in _NAMES else obj
        inside = [table.get(namespace, {})] if namespace else table.values()
        try:
            return {"items": [obj for by_name in inside for obj in by_name.values() if meets_query(query, obj)]}
        except ValueError as error:  # a selector that an object has, and that is none: the server would refuse it as well
            raise ClusterError(str(error)) from None

    def _events_about(self, namespace: str, selector: str) -> dict[str, Any] | None:
        if not self._covers("Event", namespace):
            return None
        if "Event" in self.unreadable:
            raise Forbidden(self.unreadable["Event"])
        about = dict(term.split("=", 1) for term in selector.split(",") if "=" in term)
        return {"items": self._events.get((namespace, about["involvedObject.kind"], about["involvedObject.name"]), [])}

    def _covers(self, kind: str, namespace: str) -> bool:
        return self.scope.namespace in (None, namespace) or kind in CLUSTER_SCOPED

    def _table(self, kind: str, namespace: str) -> Table | None:
        """All objects of a kind, where they are listed and the namespace is in the scope; else None."""
        if not self._covers(kind, namespace) or (kind == "Pod" and self.scope.selector):
            return None
        if kind in _BY_PAGE:
            return self.once(("page", kind), lambda: self._page(kind))
        return self._tables.get(kind)

    def _page(self, kind: str) -> Table | None:
        """The one page of a kind; None where there are more."""
        query = {"limit": str(_PAGE_OF.get(kind, _PAGE))}
        namespace = None if kind in CLUSTER_SCOPED else self.scope.namespace
        page = fetch(self.cluster, kind, namespace, query=query, **({"accept": NAMES_ONLY} if kind in _NAMES else {}))
        if mapping(page.get("metadata")).get("continue"):
            return None
        table: Table = defaultdict(dict)
        for obj in listing(page.get("items")):
            table[namespace_of(obj)][name_of(obj)] = clean({**obj, "kind": kind})
        return table

    def once(self, what: tuple[Any, ...], call: Callable[[], Any], charge: Callable[[], None] = lambda: None) -> Any:
        """What the call returns or raises, which is made for the first who wants it, and charged to him."""
        with self._lock:
            first = what not in self._asked
            if first:
                charge()
                self._asked[what] = Future()
            answer = self._asked[what]
        if first:
            try:
                answer.set_result(call())
            except Exception as error:
                answer.set_exception(error)
        return answer.result()

    # -- the lists

    def read_pods(self) -> None:
        """The pods: whole where a diagnosis may want them, else trimmed. ClusterError where they cannot be read."""

        def collected(items: Iterator[Object]) -> _Pods:
            pods = _Pods()
            for item in items:
                pods.add({**item, "kind": "Pod"}, self.now)
                if pods.seen % _PAGE == 0:
                    self.tell(f"listing pods: {pods.seen}")
            return pods

        pods = self._listed("Pod", collected, {"labelSelector": self.scope.selector} if self.scope.selector else {})
        self.pods_seen, self._tables["Pod"], self._whole = pods.seen, pods.table, set(pods.whole)
        # Here every ReplicaSet may be a Deployment's: they are not read yet.
        for (namespace, name), pod in pods.whole.items():
            pods.table[namespace][name] = clean(pod)
            kind, owner = top(pod, lambda kind, *_: {"kind": kind})
            self._doubted.add((kind, namespace, owner))

    def check_namespace(self, namespace: str) -> None:
        """NotFound where there is no such namespace: a list in it is empty then, and no error."""
        try:
            fetch(self.cluster, "Namespace", None, namespace)
        except Absent:
            with ThreadPoolExecutor(1) as pool:
                names = Reader(self.cluster, pool).list_names("Namespace", "") or ()
            raise NotFound(f'namespace "{namespace}" not found', [name_of(obj) for obj in names], []) from None
        except ClusterError as error:
            self.unreadable["Namespace"] = error.brief

    def read_owners(self, kind: str) -> None:
        """The workloads of a kind, of which those that have what they want lose their templates."""

        def collected(items: Iterator[Object]) -> Table:
            table: Table = defaultdict(dict)
            for item in items:
                namespace, name = namespace_of(item), name_of(item)
                table[namespace][name] = _owner({**item, "kind": kind}, whole=(kind, namespace, name) in self._doubted)
            return table

        self._tables[kind] = self._listed_or_noted(kind, collected)

    def read_events(self) -> None:
        """The events of whatever is no pod, and of the pods in trouble."""

        def collected(items: Iterator[Object]) -> dict[tuple[str, str, str], list[Object]]:
            found = defaultdict(list)
            for event in items:
                about = mapping(event.get("involvedObject"))
                kind, name = str(about.get("kind")), str(about.get("name"))
                pod = self._found("Pod", namespace_of(event), name) if kind == "Pod" else None
                if kind != "Pod" or (pod is not None and troubled(pod, self.now)):
                    found[namespace_of(event), kind, name].append(event)
            return found

        self._events = self._listed_or_noted("Event", collected) or {}

    def _listed_or_noted(self, kind: str, collected: Callable[[Iterator[Object]], T]) -> T | None:
        try:
            return self._listed(kind, collected)
        except ClusterError as error:
            self.unreadable[kind] = error.brief
            return None

    def _listed(self, kind: str, collected: Callable[[Iterator[Object]], T], query: Mapping[str, str] | None = None) -> T:
        """What is collected of a list that is read in pages; in one piece where its rest has expired meanwhile.

        The rest of a list is kept for five minutes; what client-go does then (tools/pager, 1.36) is done here.
        """
        query = query or {}
        try:
            return collected(self._items(kind, {**query, "limit": str(_PAGE)}))
        except Refused as error:
            if error.reason != "Expired":
                raise
        return collected(self._items(kind, query))

    def _items(self, kind: str, query: Mapping[str, str]) -> Iterator[Object]:
        page = fetch(self.cluster, kind, self.scope.namespace, query=query)
        while True:
            yield from listing(page.pop("items", None))
            more = mapping(page.get("metadata")).get("continue")
            if not more:
                return
            try:
                page = fetch(self.cluster, kind, self.scope.namespace, query={**query, "continue": str(more)})
            except NotRecorded:
                self._partial.add(kind)
                return


class Share:
    """The cluster as one workload may ask it: from the lists without limit, and with so many requests beside them."""

    def __init__(self, swept: Sweep, left: float) -> None:
        self._swept, self._left = swept, left

    def get(self, path: str, query: dict[str, str] | None = None, accept: str = "application/json") -> dict[str, Any]:
        """As of a Cluster."""
        found = self._swept.answer(path, query or {})
        if found is not None:
            return found
        call = lambda: self._swept.cluster.get(path, query, accept=accept)  # noqa: E731
        return self._swept.once((path, *(query or {}).items(), accept), call, self._charge)

    def text(self, path: str, query: dict[str, str] | None = None, **limit: int) -> str:
        """As of a Cluster."""
        call = lambda: self._swept.cluster.text(path, query, **limit)  # noqa: E731
        return self._swept.once((path, *(query or {}).items()), call, self._charge)

    def server_time(self) -> datetime | None:
        """As of a Cluster."""
        return self._swept.cluster.server_time()

    def _charge(self) -> None:
        if self._left < 1:
            raise ClusterError(LEFT)
        self._left -= 1


class _Pods:
    """The pods of a list as they come: only the worst of each controller is kept whole, since only that is diagnosed."""

    def __init__(self) -> None:
        self.seen = 0
        self.table: Table = defaultdict(dict)
        self._worst: dict[tuple[str, tuple[str, str], bool], Object] = {}

    def add(self, pod: Object, now: datetime) -> None:
        self.seen += 1
        made_by, namespace, failed = controller(pod), namespace_of(pod), mapping(pod.get("status")).get("phase") == "Failed"
        if made_by and made_by[0] == "Job" and mapping(pod.get("status")).get("phase") == "Succeeded":
            return  # history: what is left of a Job is told by its own status
        if not troubled(pod, now):
            self._keep(_trimmed(pod))
            return
        key = (namespace, made_by if made_by and made_by[0] in WORKLOADS else ("Pod", name_of(pod)), failed)
        other = self._worst.get(key)
        if other is not None:
            pod, other = (pod, other) if worst([other, pod]) is pod else (other, pod)
            if failed and key[1][0] != "Job":
                self.table[namespace].pop(name_of(other), None)  # history, too: evicted, and made anew
            else:
                self._keep(_trimmed(other))
        self._worst[key] = pod
        self._keep(pod)

    @property
    def whole(self) -> dict[tuple[str, str], Object]:
        """Those that were kept whole, by namespace and name."""
        return {(namespace_of(pod), name_of(pod)): pod for pod in self._worst.values()}

    def _keep(self, pod: Object) -> None:
        self.table[namespace_of(pod)][name_of(pod)] = pod


def _trimmed(pod: Object) -> Object:
    """Of a pod what is asked of those that are well: of which workload it is, how it is, what room it takes, its address.

    There may be thousands: of what is kept only the name of an image can have a password in it.
    """
    one, other = compared(pod), room_taken(pod)
    spec = {**other["spec"], **one["spec"]}
    for part in ("initContainers", "containers"):
        pairs = zip(listing(other["spec"].get(part)), listing(one["spec"].get(part)), strict=False)
        spec[part] = [{**room, **state} for room, state in pairs]
    status = {**one["status"], **only(mapping(pod.get("status")), "podIP", "podIPs")}
    for item in (item for part in (*spec.values(), *status.values()) for item in listing(part)):
        if "image" in item:
            item["image"] = masked(str(item["image"]))
    fields = ("type", "status", "reason", "lastTransitionTime")
    status["conditions"] = [only(condition(pod, it["type"]), *fields) for it in status["conditions"]]
    return {**one, "spec": spec, "status": status}


def _owner(obj: Object, whole: bool) -> Object:
    """A workload; without the template of its pods where it has all of them, and they are well."""
    obj = clean(obj)
    spec = mapping(obj.get("spec"))
    if not whole and not _lacks(obj):
        labels = labels_of(mapping(spec.get("template")))
        obj["spec"] = {name: value for name, value in spec.items() if name not in ("template", "jobTemplate")}
        obj["spec"]["template"] = {"metadata": {"labels": labels}}
    return obj


def _lacks(owner: Object) -> bool:
    """Whether an owner has fewer pods that are ready than it wants."""
    spec, status = mapping(owner.get("spec")), mapping(owner.get("status"))
    if owner["kind"] in ("Job", "CronJob"):
        return owner["kind"] == "Job" and condition(owner, "Complete").get("status") != "True"
    wanted = number(spec.get("replicas")) or number(status.get("desiredNumberScheduled"))
    ready = number(status.get("readyReplicas")) or number(status.get("numberReady"))
    return ready < wanted or wants_more(owner)


def sweep(cluster: Cluster, scope: Scope, tell: Callable[[str], None]) -> Sweep:
    """Read the lists of a scope.

    NotFound where the namespace does not exist; ClusterError where the pods could not be listed. What else could not be
    listed is noted, and the rest goes on. `tell` is told how far it is.
    """
    swept = Sweep(cluster, scope, tell)
    try:
        swept.read_pods()
    except Forbidden as error:
        if scope.namespace is not None:
            raise
        raise Forbidden(f"{error}; you may be allowed to look at one namespace: kubectl why -n NAMESPACE") from None
    if not swept.pods_seen and scope.namespace is not None:
        swept.check_namespace(scope.namespace)
    tell("listing workloads and events")
    with ThreadPoolExecutor(_REQUESTS_AT_ONCE) as pool:
        events = pool.submit(swept.read_events)
        list(pool.map(swept.read_owners, _OWNERS))
        events.result()
    if scope.selector and not swept.workloads():
        where = f'in namespace "{scope.namespace}"' if scope.namespace else "of any namespace"
        raise ClusterError(f"no pod {where} has the labels {scope.selector}")
    return swept
