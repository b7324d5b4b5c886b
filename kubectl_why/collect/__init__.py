"""From a target to its Snapshot: follows references, knows no cause.

Four rounds at most, each in parallel: the pod or its owner; its events, logs and everything that it refers to; what
those and the log name; the pods behind a Service that fails.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from typing import Any, NamedTuple

from ..cluster import Absent, Cluster, ClusterError, NotRecorded
from ..nodes import candidates
from ..redact import clean
from ..resources import RESOURCES, WORKLOADS
from ..rollouts import of_newest_revision
from ..snapshot import Log, Object, Snapshot, key
from ..status import condition, controller, listing, mapping, moment, name_of, worst
from . import peers
from .owners import keep_revisions, maker, owners_of, pods_beside, pods_of, revision_of, selector_of, siblings_of
from .reader import Reader, fetch
from .references import (
    claims,
    is_failing,
    is_well,
    made_claims,
    references,
    talking,
    wants_memory,
    wants_more,
    wants_room,
    was_killed,
)

__all__ = ["NotFound", "Target", "collect", "selector_of"]

# So many requests are under way at a time: all of a round, as a rule.
_AT_ONCE = 16
# A Service that fails is followed to its pods, and those to theirs.
_MAX_DEPTH = 2
# How long a rollout is what one thinks of first.
_NEW = timedelta(hours=1)
# So many workloads that one name may mean are told.
_MAX_MEANT = 8
# So many nodes are looked into where none has room.
_MAX_NODES = 10


class NotFound(Exception):
    """The target does not exist. `names` are those that do, `elsewhere` the namespaces that have it."""

    def __init__(self, message: str, names: Iterable[str] = (), elsewhere: Iterable[str] = ()) -> None:
        super().__init__(message)
        self.names, self.elsewhere = list(names), sorted(elsewhere)


class Target(NamedTuple):
    """What the user asks about: one object, or the worst of the pods that a label selector finds."""

    kind: str
    namespace: str
    name: str
    selector: str = ""


def collect(cluster: Cluster, target: Target) -> Snapshot:
    """The snapshot of a pod; of an owner's worst pod; or of the owner where it has none.

    NotFound where the target does not exist; ClusterError where it could not be read. What else cannot be read is
    recorded in the snapshot, and the rest goes on.
    """
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        reader = Reader(cluster, pool)
        if target.selector:
            selected = _selected(reader, target)
            return _of_worst(reader, target, selected, selected)
        if target.kind == "Pod":
            events = pool.submit(reader.events, "Pod", target.namespace, target.name)
            pod = _first(reader, target)
            return of_pod(reader, target, pod, events.result)
        owner = _first(reader, target)
        chain, pods = pods_of(reader, owner, target.namespace)
        if pods and not _lacks_pods(reader, target, chain, pods):
            # What has an owner of its own may have made only some of the workload's pods.
            return _of_worst(reader, target, pods, _current(reader, pods, chain), whole=controller(owner) is None)
        return of_owner(reader, target, chain)


def _lacks_pods(reader: Reader, target: Target, chain: list[Object], pods: list[Object]) -> bool:
    """Whether the pods that there are work, and the last word of a controller is that it cannot create the others."""
    if not all(is_well(pod) for pod in pods) or not any(map(wants_more, chain)):
        return False
    if any(condition(owner, "ReplicaFailure").get("status") == "True" for owner in chain):
        return True
    events = [event for owner in chain for event in reader.events(str(owner["kind"]), target.namespace, name_of(owner))]
    last = max(events, key=lambda event: str(event.get("lastTimestamp") or ""), default={})
    return last.get("reason") in ("FailedCreate", "ReplicaSetCreateError")


def _current(reader: Reader, pods: list[Object], chain: list[Object]) -> list[Object]:
    """Of a workload's pods those of the newest revision where any of them is not well, else all but those about to go."""
    there = [pod for pod in pods if not _is_going(reader, pod)] or pods
    newest = [
        pod
        for pod in there
        if controller(pod) == (chain[0].get("kind"), name_of(chain[0])) and of_newest_revision(pod, chain[0], chain[-1])
    ]
    return there if all(map(is_well, newest)) else newest


def _is_going(reader: Reader, pod: Object) -> bool:
    """Whether it is being deleted and still within its grace period, of which deletionTimestamp is the end."""
    end, now = moment(mapping(pod.get("metadata")).get("deletionTimestamp")), reader.cluster.server_time()
    return end is not None and (now is None or now <= end)


def _of_worst(reader: Reader, target: Target, pods: list[Object], current: list[Object], whole: bool = False) -> Snapshot:
    """Of the worst of the `current` ones; `whole` says that these are the pods of a workload, and not only some of them."""
    pod = worst(current) or {}
    whole = whole and key("Pod", target.namespace, "*") not in reader.unreadable
    return of_pod(reader, Target("Pod", target.namespace, name_of(pod)), pod, None, pods=pods if whole else None)


def _selected(reader: Reader, target: Target) -> list[Object]:
    pods = reader.list("Pod", target.namespace, labelSelector=target.selector)
    if pods is None:
        raise ClusterError(f"the pods cannot be listed: {reader.unreadable[key('Pod', target.namespace, '*')]}")
    if not pods:
        raise NotFound(f'no pod in namespace "{target.namespace}" has the labels {target.selector}')
    return pods


def _first(reader: Reader, target: Target) -> Object:
    """The target itself: the one request whose failure ends everything."""
    try:
        obj = fetch(reader.cluster, target.kind, target.namespace, target.name)
    except Absent:
        raise _not_found(reader, target, f'not found in namespace "{target.namespace}"') from None
    except NotRecorded as error:
        raise _not_found(reader, target, f"is {error}") from None
    return clean(obj)


def _not_found(reader: Reader, target: Target, where: str) -> NotFound:
    names = [name_of(obj) for obj in reader.list_names(target.kind, target.namespace) or ()]
    elsewhere = {str(mapping(obj["metadata"]).get("namespace")) for obj in reader.elsewhere(target.kind, target.name)}
    message = f'{target.kind.lower()} "{target.name}" {where}'
    return NotFound(message, names, elsewhere - {target.namespace})


def meant(cluster: Cluster, target: Target) -> list[Target]:
    """What may be meant by a name that is no pod's: the workloads of that name; else those whose pods' names begin so."""
    namespace, name = target.namespace, target.name
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        reader = Reader(cluster, pool)
        found = reader.all(_getter(reader, kind, namespace, name) for kind in WORKLOADS)
        named = [Target(str(obj["kind"]), namespace, name) for obj in found if obj]
        if named:
            return named
        pods = [pod for pod in reader.list_names("Pod", namespace) or () if name_of(pod).startswith(name)]
        chains = reader.all(lambda pod=pod: owners_of(reader, pod, namespace) for pod in _one_of_each(pods))
        topmost = [(chain or (pod,))[-1] for chain, pod in zip(chains, _one_of_each(pods), strict=True)]
        return list(dict.fromkeys(Target(str(obj["kind"]), namespace, name_of(obj)) for obj in topmost))


def _one_of_each(pods: list[Object]) -> list[Object]:
    """One pod of each maker: of a few makers, since more of them are not what one name means."""
    return list({controller(pod) or name_of(pod): pod for pod in pods}.values())[:_MAX_MEANT]


def of_pod(
    reader: Reader,
    target: Target,
    pod: Object,
    events: Callable[[], list[Object]] | None,
    above: tuple[Object, ...] = (),
    pods: list[Object] | None = None,
) -> Snapshot:
    """`events` awaits those of the pod, where they are being read already.

    `above` are the pods that led here, each of which needs the next: there are at most two, and none comes twice.
    `pods` are those of the pod's workload, where they have been read.
    """
    namespace = target.namespace
    pod = {**pod, "kind": "Pod"}
    of_events = _events(reader, target, pod, events is None)
    of_logs = [
        lambda c=container, p=previous: reader.log(namespace, target.name, c, p)
        for container, restarted in talking(pod)
        for previous in ((True, False) if restarted else (False,))
    ]
    answers = reader.all([*of_events, *of_logs, *_named(reader, pod, namespace)])
    said = [event for found in answers[: len(of_events)] for event in found]
    logs = tuple(log for log in answers[len(of_events) : len(of_events) + len(of_logs)] if log is not None)
    uid = mapping(pod.get("metadata")).get("uid")
    said = [event for event in [*(events() if events else ()), *said] if _belongs(event, target.name, uid)]

    lines = peers.mentions(pod, logs, said)
    serving = _logs_of_a_new_revision(reader, pod, namespace)
    calls = _third_round(reader, pod, namespace, said) + (peers.lists(reader, namespace) if lines is not None else [])
    beside = _beside(reader, pod, namespace) if pods is None and not above else lambda: pods or []
    owners, pods, *answers = reader.all([lambda: owners_of(reader, pod, namespace), beside, *serving, *calls])
    logs += tuple(log for log in answers[: len(serving)] if log is not None)

    dependencies: dict[str, Snapshot] = {}
    for service, failing in peers.failing_behind(reader, pod, namespace, lines, above) if lines is not None else ():
        if len(above) < _MAX_DEPTH and is_failing(failing):
            inner = Target("Pod", service.namespace, name_of(failing))
            behind = of_pod(Reader(reader.cluster, reader.pool), inner, failing, None, (*above, pod))
            dependencies[key("Service", service.namespace, service.name)] = behind
    return _snapshot(
        reader,
        target,
        pod=pod,
        owners=owners,
        siblings=siblings_of(reader, pod, namespace, pods) if is_failing(pod) else (),
        events=tuple(said),
        logs=logs,
        dependencies=dependencies,
    )


def _events(reader: Reader, target: Target, pod: Object, own: bool) -> list[Callable[[], list[Object]]]:
    """Reads the events of the pod where they are not read yet, of its claims, its Job, and of a node that may know."""
    about = [("Pod", target.namespace, target.name)] if own else []
    about += [("PersistentVolumeClaim", target.namespace, claim) for claim in claims(pod)]
    owner = controller(pod)
    if owner and owner[0] == "Job":
        about.append(("Job", target.namespace, owner[1]))
    node = mapping(pod.get("spec")).get("nodeName")
    if node and was_killed(pod):
        # Events about what has no namespace stand in `default` (client-go, tools/record, 1.36).
        about.append(("Node", "default", str(node)))
    return [lambda it=it: reader.events(*it) for it in about]


def _named(reader: Reader, pod: Object, namespace: str) -> list[Callable[[], Any]]:
    """Reads what the pod names: everything in its spec, its owner, and all nodes where none was chosen."""
    spec = mapping(pod.get("spec"))
    calls = [_getter(reader, *ref) for ref in references(spec, namespace)]
    calls += [_getter(reader, "PersistentVolumeClaim", namespace, claim) for claim in made_claims(pod)]
    owner = controller(pod)
    if owner and owner[0] in RESOURCES:
        calls.append(_getter(reader, owner[0], namespace, owner[1]))
    if not spec.get("nodeName"):
        calls.append(lambda: reader.keep("Node", None))
    return calls


def _third_round(reader: Reader, pod: Object, namespace: str, said: list[Object]) -> list[Callable[[], Any]]:
    """Reads what the second round named: volumes of claims, revisions, and all names of a kind of which one is missing.

    Where nodes have no room, or other pods keep this one away, also the pods of the nodes that come nearest.
    """
    calls: list[Callable[[], Any]] = []
    if wants_memory(pod):
        calls.append(lambda: reader.keep_advice("VerticalPodAutoscaler", namespace))
    room = wants_room(pod, said)
    if room:
        known = [obj for ref, obj in reader.objects.items() if ref.startswith("Node/")]
        near = map(name_of, candidates(mapping(pod.get("spec")), known, _MAX_NODES, every="topology spread" in room))
        calls += [lambda node=node: reader.keep_pods_on(node) for node in near]
    for claim in claims(pod):
        obj = mapping(reader.objects.get(key("PersistentVolumeClaim", namespace, claim)))
        volume = mapping(obj.get("spec")).get("volumeName")
        if volume:
            calls.append(_getter(reader, "PersistentVolume", "", str(volume)))
        if mapping(obj.get("status")).get("phase") == "Pending":
            calls += [lambda kind=kind: reader.keep(kind, None) for kind in ("StorageClass", "PersistentVolume")]
    for kind in sorted({ref.partition("/")[0] for ref in reader.absent} - {"Node"}):
        calls.append(lambda kind=kind: reader.keep_names(kind, namespace))
    record = maker(reader, pod, namespace)
    if record and (is_failing(pod) or _is_new(reader, pod, record)):
        calls.append(lambda: keep_revisions(reader, record, namespace))
    return calls


def _beside(reader: Reader, pod: Object, namespace: str) -> Callable[[], list[Object]]:
    """Reads the pods of the workload of a pod that fails."""
    record = maker(reader, pod, namespace)
    return lambda: pods_beside(reader, record, namespace) if record and is_failing(pod) else []


def _logs_of_a_new_revision(reader: Reader, pod: Object, namespace: str) -> list[Callable[[], Log | None]]:
    """Reads what the containers say of a pod that seems well and whose revision has just been rolled out."""
    record = maker(reader, pod, namespace)
    if record is None or is_failing(pod) or not _is_new(reader, pod, record):
        return []
    names = [str(item.get("name")) for item in listing(mapping(pod.get("status")).get("containerStatuses"))]
    return [lambda name=name: reader.log(namespace, name_of(pod), name, False) for name in names]


def _is_new(reader: Reader, pod: Object, record: Object) -> bool:
    """Whether the pod was made within the hour, of a revision that is not the workload's first."""
    created, now = moment(mapping(pod.get("metadata")).get("creationTimestamp")), reader.cluster.server_time()
    return revision_of(record) > 1 and created is not None and now is not None and now - created < _NEW


def _snapshot(reader: Reader, target: Target, **parts: Any) -> Snapshot:
    return Snapshot(
        taken_at=reader.cluster.server_time() or datetime.now(timezone.utc),
        target=tuple(target[:3]),
        objects=dict(sorted(reader.objects.items())),
        absent=frozenset(reader.absent),
        unreadable=dict(sorted(reader.unreadable.items())),
        listed=frozenset(reader.listed),
        **parts,
    )


def _getter(reader: Reader, kind: str, namespace: str, name: str) -> Callable[[], Object | None]:
    return lambda: reader.get(kind, namespace, name)


def _belongs(event: Object, pod: str, uid: Any) -> bool:
    """Whether an event is not about an earlier pod of the same name, as StatefulSets make them."""
    about = mapping(event.get("involvedObject"))
    if about.get("kind") != "Pod" or about.get("name") != pod:
        return True
    return not uid or not about.get("uid") or about["uid"] == uid


def of_owner(reader: Reader, target: Target, chain: list[Object]) -> Snapshot:
    """The snapshot of an owner that has no pod: what its controllers say, and what its template refers to."""
    namespace = target.namespace
    template = mapping(mapping(mapping(chain[0].get("spec")).get("template")).get("spec"))
    calls: list[Callable[[], Any]] = [
        lambda owner=owner: reader.events(str(owner.get("kind")), namespace, name_of(owner)) for owner in chain
    ]
    events_of = len(calls)
    calls += [_getter(reader, *ref) for ref in references(template, namespace)]
    calls += [lambda kind=kind: reader.keep(kind, namespace) for kind in ("ResourceQuota", "LimitRange")]
    calls.append(_getter(reader, "Namespace", "", namespace))
    events = [event for result in reader.all(calls)[:events_of] for event in result]
    missing = sorted({ref.partition("/")[0] for ref in reader.absent} & {"ServiceAccount", "PriorityClass", "RuntimeClass"})
    reader.all(lambda kind=kind: reader.keep_names(kind, namespace) for kind in missing)
    return _snapshot(reader, target, owners=tuple(chain), events=tuple(events))
