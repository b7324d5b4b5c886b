"""From a target to its Snapshot: follows references, knows no cause.

Four rounds at most, each in parallel: the pod or its owner; its events, logs and everything that it refers to; what
those and the log name; the pods behind a Service that fails.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone
from typing import Any, NamedTuple

from . import hosts
from .cluster import Absent, Cluster, ClusterError, Forbidden
from .redact import clean, log_text
from .resources import RESOURCES, WORKLOADS, path_of
from .snapshot import Log, Object, Snapshot, key
from .status import condition, listing, mapping, number, pod_status, worst

TAIL_LINES = 500
LIMIT_BYTES = 256 * 1024
# What is read where even the last lines pass the limit: the end of the log is what matters.
_SHORT_TAIL = 40
_PAGE = 500
_NAMES_ONLY = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json"
# The kubelet answers so with status 200 when the runtime has already removed that container (kubelet, 1.36).
_GONE = "unable to retrieve container logs for "
_MAX_PAGES = 4
# A Service that fails is followed to its pods, and those to theirs.
_MAX_DEPTH = 2
_MAX_SERVICES = 4


class NotFound(Exception):
    """The target does not exist. `near` holds names that may have been meant, `elsewhere` namespaces that have it."""

    def __init__(self, kind: str, namespace: str, name: str, names: list[str], elsewhere: list[str]) -> None:
        super().__init__(f'{kind.lower()} "{name}" not found in namespace "{namespace}"')
        self.names, self.elsewhere = names, elsewhere


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
    with ThreadPoolExecutor(max_workers=12) as pool:
        reader = _Reader(cluster, pool)
        if target.selector:
            return _of_worst(reader, target, _selected(reader, target))
        if target.kind == "Pod":
            events = pool.submit(reader.events, "Pod", target.namespace, target.name)
            pod = _first(reader, target)
            return _of_pod(reader, target, pod, events.result())
        owner = _first(reader, target)
        chain, pods = _pods_of(reader, owner, target.namespace)
        return _of_worst(reader, target, pods) if pods else _of_owner(reader, target, chain)


def _of_worst(reader: _Reader, target: Target, pods: list[Object]) -> Snapshot:
    pod = worst(pods) or {}
    return _of_pod(reader, Target("Pod", target.namespace, _name(pod)), pod, None)


def _selected(reader: _Reader, target: Target) -> list[Object]:
    pods = reader.list("Pod", target.namespace, labelSelector=target.selector)
    if pods is None:
        raise ClusterError(f"the pods cannot be listed: {reader.unreadable[key('Pod', target.namespace, '*')]}")
    if not pods:
        raise ClusterError(f'no pod in namespace "{target.namespace}" has the labels {target.selector}')
    return pods


def _first(reader: _Reader, target: Target) -> Object:
    """The target itself: the one request whose failure ends everything."""
    try:
        obj = reader.cluster.get(path_of(target.kind, target.namespace, target.name))
    except Absent:
        raise _not_found(reader, target) from None
    return clean({"kind": target.kind, **obj})


def _not_found(reader: _Reader, target: Target) -> NotFound:
    names = [_name(obj) for obj in reader.list_names(target.kind, target.namespace) or ()]
    elsewhere = []
    try:
        found = reader.cluster.get(
            path_of(target.kind, None), {"fieldSelector": f"metadata.name={target.name}"}, accept=_NAMES_ONLY
        )
        elsewhere = [str(mapping(o.get("metadata")).get("namespace")) for o in listing(found.get("items"))]
    except ClusterError:
        pass  # it is a courtesy, which most users have no right to
    return NotFound(target.kind, target.namespace, target.name, names, sorted(set(elsewhere) - {target.namespace}))


class _Reader:
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
            obj = clean({"kind": kind, **self.cluster.get(path_of(kind, namespace, name))})
        except Absent:
            self.absent.add(ref)
            return None
        except ClusterError as error:
            self.unreadable[ref] = _why(error)
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
                page = self.cluster.get(path_of(kind, namespace), query, accept=accept)
            except ClusterError as error:
                self.unreadable[ref] = _why(error)
                return found or None
            found += [clean({**item, "kind": kind}) for item in listing(page.get("items"))]
            more = mapping(page.get("metadata")).get("continue")
            if not more:
                break
            query = {**query, "continue": str(more)}
        return found

    def keep(self, kind: str, namespace: str | None, **selectors: str) -> list[Object]:
        """A list whose objects are kept; a list without selectors says of every other name that it is absent."""
        found = self.list(kind, namespace, **selectors)
        for obj in found or ():
            self.objects.setdefault(key(kind, mapping(obj.get("metadata")).get("namespace"), _name(obj)), obj)
        if found is not None and set(selectors) <= {"labelSelector"}:
            self.listed.add(key(kind, namespace, f"*?{selectors['labelSelector']}" if selectors else "*"))
        return found or []

    def list_names(self, kind: str, namespace: str) -> list[Object] | None:
        """All objects of a kind, with their metadata only: enough for near names, and no Secret travels."""
        found = self.list(kind, namespace, accept=_NAMES_ONLY)
        return None if found is None else [{"kind": kind, "metadata": obj.get("metadata")} for obj in found]

    def keep_elsewhere(self, kind: str, name: str) -> None:
        """That there is an object of that name in other namespaces: a courtesy, which most users have no right to."""
        try:
            found = self.cluster.get(path_of(kind, None), {"fieldSelector": f"metadata.name={name}"}, accept=_NAMES_ONLY)
        except ClusterError:
            return
        for obj in listing(found.get("items")):
            metadata = mapping(obj.get("metadata"))
            ref = key(kind, str(metadata.get("namespace")), str(metadata.get("name")))
            self.objects.setdefault(ref, clean({"kind": kind, "metadata": metadata}))

    def keep_names(self, kind: str, namespace: str) -> None:
        for obj in self.list_names(kind, namespace) or ():
            self.objects.setdefault(key(kind, namespace, _name(obj)), obj)

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
            self.unreadable[ref] = _why(error)
            return None
        except ClusterError as error:
            if not _has_no_log(str(error)):
                self.unreadable[ref] = _why(error)
            return None
        if _GONE in text[:400] and text.count("\n") <= 1:
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
        return self.cluster.text(path, query)

    def all(self, calls: Iterable[Callable[[], Any]]) -> list[Any]:
        """Run the calls in parallel and return what they return, in order."""
        return [future.result() for future in [self.pool.submit(call) for call in calls]]


def _log(container: str, previous: bool, text: str, tail: int) -> Log:
    times, lines = [], []
    for raw in text.split("\n")[: -1 if text.endswith("\n") else None]:
        time, _, line = raw.partition(" ")
        stamped = time[:4].isdigit() and time.endswith("Z")
        times.append(time if stamped else "")
        lines.append((line if stamped else raw).rstrip("\r"))
    # Masked as a whole, since a private key takes several lines; masking never changes their number but for such a key.
    masked = log_text("\n".join(lines)).split("\n")
    kept = masked if len(masked) == len(lines) else [log_text(line) for line in lines]
    return Log(container, previous, tuple(kept), tuple(times), tail if len(lines) >= tail else None)


def _has_no_log(message: str) -> bool:
    """Whether the kubelet refuses a log because there is none (validateContainerLogStatus in kubelet_pods.go, 1.36)."""
    return any(
        words in message
        for words in ("is waiting to start", "previous terminated container", "is not available", "not found")
    )


def _why(error: ClusterError) -> str:
    return "forbidden" if isinstance(error, Forbidden) else str(error)


def _name(obj: Object) -> str:
    return str(mapping(obj.get("metadata")).get("name") or "")


# -- a pod


def _of_pod(
    reader: _Reader, target: Target, pod: Object, events: list[Object] | None, above: tuple[Object, ...] = ()
) -> Snapshot:
    """`above` are the pods that led here, each of which needs the next: there are at most two, and none comes twice."""
    namespace, name = target.namespace, target.name
    pod = {**pod, "kind": "Pod"}
    calls: list[Callable[[], Any]] = [_getter(reader, *ref) for ref in references(mapping(pod.get("spec")), namespace)]
    controller = _controller(pod)
    if controller and controller[0] in RESOURCES:
        calls.append(_getter(reader, controller[0], namespace, controller[1]))
    for claim in _claims(pod):
        calls.append(lambda claim=claim: reader.events("PersistentVolumeClaim", namespace, claim))
    calls += [_getter(reader, "PersistentVolumeClaim", namespace, claim) for claim in _made_claims(pod)]
    if controller and controller[0] == "Job":
        calls.append(lambda: reader.events("Job", namespace, controller[1]))
    if events is None:
        calls.append(lambda: reader.events("Pod", namespace, name))
    node = mapping(pod.get("spec")).get("nodeName")
    if not node:
        calls.append(lambda: reader.keep("Node", None))
    elif _was_killed(pod):
        # Events about what has no namespace stand in `default` (client-go, tools/record, 1.36).
        calls.append(lambda: reader.events("Node", "default", str(node)))
    wanted = [
        (container, previous) for container in _talking(pod) for previous in ((True, False) if container[1] else (False,))
    ]
    log_calls = [lambda c=c, p=p: reader.log(namespace, name, c[0], p) for c, p in wanted]
    results = reader.all([*calls, *log_calls])
    logs = tuple(log for log in results[len(calls) :] if log is not None)
    found = [event for result in results[: len(calls)] if isinstance(result, list) for event in result if _is_event(event)]
    uid = mapping(pod.get("metadata")).get("uid")
    everything = [event for event in [*(events or ()), *found] if _belongs(event, name, uid)]
    owners = _owners(reader, pod, namespace)
    _third_round(reader, pod, namespace, logs, everything)
    if owners and _is_failing(pod):
        _keep_revisions(reader, owners[-1], namespace)
    dependencies = _dependencies(reader, pod, namespace, logs, everything, above)
    return _snapshot(reader, target, pod=pod, owners=owners, events=tuple(everything), logs=logs, dependencies=dependencies)


def _snapshot(reader: _Reader, target: Target, **parts: Any) -> Snapshot:
    return Snapshot(
        taken_at=reader.cluster.server_time() or datetime.now(timezone.utc),
        target=tuple(target[:3]),
        objects=dict(sorted(reader.objects.items())),
        absent=frozenset(reader.absent),
        unreadable=dict(sorted(reader.unreadable.items())),
        listed=frozenset(reader.listed),
        **parts,
    )


def _getter(reader: _Reader, kind: str, namespace: str, name: str) -> Callable[[], Object | None]:
    return lambda: reader.get(kind, namespace, name)


def _is_event(obj: Object) -> bool:
    return "involvedObject" in obj


def _belongs(event: Object, pod: str, uid: Any) -> bool:
    """Whether an event is not about an earlier pod of the same name, as StatefulSets make them."""
    about = mapping(event.get("involvedObject"))
    if about.get("kind") != "Pod" or about.get("name") != pod:
        return True
    return not uid or not about.get("uid") or about["uid"] == uid


def _talking(pod: Object) -> Iterator[tuple[str, bool]]:
    """Containers whose log may say something about a failure, and whether there is a log of a previous run."""
    status = mapping(pod.get("status"))
    is_ready = condition(pod, "Ready").get("status") == "True"
    for part in ("initContainerStatuses", "containerStatuses"):
        for item in listing(status.get(part)):
            state, last = mapping(item.get("state")), mapping(item.get("lastState"))
            ended = mapping(state.get("terminated"))
            restarted = bool(number(item.get("restartCount")) or last.get("terminated"))
            done = "terminated" in state and part == "initContainerStatuses" and number(ended.get("exitCode")) == 0
            calm = item.get("ready") is True and not restarted and (is_ready or part == "containerStatuses")
            if not item.get("containerID") and not restarted:
                continue  # it never ran
            if (calm or done) and ended.get("reason") != "OOMKilled":
                continue
            yield str(item.get("name")), restarted


def _was_killed(pod: Object) -> bool:
    """Whether a container was killed and the runtime does not say that it was for its memory: the node may know."""
    statuses = [
        item
        for part in ("initContainerStatuses", "containerStatuses")
        for item in listing(mapping(pod.get("status")).get(part))
    ]
    ends = [mapping(mapping(item.get(part)).get("terminated")) for item in statuses for part in ("state", "lastState")]
    return any(number(end.get("exitCode")) == 137 and end.get("reason") != "OOMKilled" for end in ends)


def references(spec: Object, namespace: str) -> Iterator[tuple[str, str, str]]:
    """Kind, namespace and name of every object that a pod's spec names."""
    seen = set()
    for kind, name in _references(spec):
        if isinstance(name, str) and name and (kind, name) not in seen:
            seen.add((kind, name))
            yield kind, namespace, name


def _references(spec: Object) -> Iterator[tuple[str, Any]]:
    yield "Node", spec.get("nodeName")
    yield "ServiceAccount", spec.get("serviceAccountName")
    yield "RuntimeClass", spec.get("runtimeClassName")
    yield "PriorityClass", spec.get("priorityClassName")
    for item in listing(spec.get("imagePullSecrets")):
        yield "Secret", item.get("name")
    for container in [*listing(spec.get("initContainers")), *listing(spec.get("containers"))]:
        for source in listing(container.get("envFrom")):
            yield "ConfigMap", mapping(source.get("configMapRef")).get("name")
            yield "Secret", mapping(source.get("secretRef")).get("name")
        for item in listing(container.get("env")):
            source = mapping(item.get("valueFrom"))
            yield "ConfigMap", mapping(source.get("configMapKeyRef")).get("name")
            yield "Secret", mapping(source.get("secretKeyRef")).get("name")
    for volume in listing(spec.get("volumes")):
        yield from _volume_references(volume)


def _volume_references(volume: Object) -> Iterator[tuple[str, Any]]:
    yield "ConfigMap", mapping(volume.get("configMap")).get("name")
    yield "Secret", mapping(volume.get("secret")).get("secretName")
    yield "PersistentVolumeClaim", mapping(volume.get("persistentVolumeClaim")).get("claimName")
    for source in listing(mapping(volume.get("projected")).get("sources")):
        # Every namespace has this one; the kubelet's own complaint names it where it has not.
        name = mapping(source.get("configMap")).get("name")
        if name != "kube-root-ca.crt":
            yield "ConfigMap", name
        yield "Secret", mapping(source.get("secret")).get("name")


def _claims(pod: Object) -> list[str]:
    named = [name for kind, name in _references(mapping(pod.get("spec"))) if kind == "PersistentVolumeClaim"]
    return [*(name for name in named if isinstance(name, str) and name), *_made_claims(pod)]


def _made_claims(pod: Object) -> list[str]:
    """The claims of ephemeral volumes: they are named after the pod and the volume."""
    volumes = listing(mapping(pod.get("spec")).get("volumes"))
    return [f"{_name(pod)}-{volume.get('name')}" for volume in volumes if isinstance(volume.get("ephemeral"), dict)]


def _controller(obj: Object) -> tuple[str, str] | None:
    for reference in listing(mapping(obj.get("metadata")).get("ownerReferences")):
        if reference.get("controller"):
            return str(reference.get("kind")), str(reference.get("name"))
    return None


def _owners(reader: _Reader, obj: Object, namespace: str) -> tuple[Object, ...]:
    """The chain of controllers, nearest first, as far as it can be read."""
    chain: list[Object] = []
    controller = _controller(obj)
    while controller and controller[0] in WORKLOADS and len(chain) < 3:
        owner = reader.get(controller[0], namespace, controller[1])
        if owner is None:
            break
        chain.append(owner)
        controller = _controller(owner)
    return tuple(chain)


def _third_round(reader: _Reader, pod: Object, namespace: str, logs: tuple[Log, ...], events: list[Object]) -> None:
    """What the second round named: the volumes of claims, and all names of a kind of which one is missing."""
    calls: list[Callable[[], Any]] = []
    for claim in _claims(pod):
        obj = reader.objects.get(key("PersistentVolumeClaim", namespace, claim))
        spec = mapping(mapping(obj).get("spec"))
        if spec.get("volumeName"):
            calls.append(_getter(reader, "PersistentVolume", "", str(spec["volumeName"])))
        if mapping(mapping(obj).get("status")).get("phase") == "Pending":
            calls.append(lambda: reader.keep("StorageClass", None))
            calls.append(lambda: reader.keep("PersistentVolume", None))
    for kind in sorted({ref.partition("/")[0] for ref in reader.absent} - {"Node"}):
        calls.append(lambda kind=kind: reader.keep_names(kind, namespace))
    reader.all(calls)


# -- the peers of a pod

# What a line holds that tells of trouble with a peer, in lower case: enough to make it worth asking for the Services.
_OF_PEERS = (
    *(
        "refused",
        "timed out",
        "timeout",
        "resolve",
        "unreach",
        "no route",
        "enotfound",
        "eai_again",
        "getaddrinfo",
        "no such host",
    ),
    *(
        "not known",
        "nxdomain",
        "unknownhost",
        "reset by peer",
        "econn",
        "etimedout",
        "deadline",
        "unavailable",
        "host not found",
    ),
    *(
        "connect to",
        "can't reach",
        "no available",
        "authenticat",
        "certificate",
        "access denied",
        "noauth",
        "wrongpass",
        "login failed",
    ),
    *("does not exist", "bad address", "bootstrap", "name resolution", "hang up", "no response", "waiting for"),
)
_LAST_LINES = 200
_MAX_ELSEWHERE = 2


def _dependencies(
    reader: _Reader, pod: Object, namespace: str, logs: tuple[Log, ...], events: list[Object], above: tuple[Object, ...]
) -> dict[str, Snapshot]:
    """The Services that a pod in trouble talks to, what stands behind them, and of each the worst pod that fails."""
    lines = [line for log in logs for line in log.lines[-_LAST_LINES:] if any(word in line.lower() for word in _OF_PEERS)]
    if not lines and not _waits_for_a_peer(pod, events):
        return {}
    _, policies = reader.all(lambda kind=kind: reader.keep(kind, namespace) for kind in ("Service", "NetworkPolicy"))
    if policies:
        reader.get("Namespace", "", namespace)
    wanted = _services(reader, pod, namespace, lines)
    found: dict[str, Snapshot] = {}
    for name, pods in zip(wanted, reader.all(lambda name=name: _behind(reader, *name) for name in wanted), strict=True):
        kin = [*above, pod]
        failing = worst(item for item in pods if not any(_same_owner(item, other) for other in kin))
        if failing is None:
            continue
        reader.objects[key("Pod", name.namespace, _name(failing))] = failing
        if len(kin) <= _MAX_DEPTH and _is_failing(failing):
            inner = Target("Pod", name.namespace, _name(failing))
            found[key("Service", name.namespace, name.name)] = _of_pod(
                _Reader(reader.cluster, reader.pool), inner, failing, None, (*above, pod)
            )
    return found


def _waits_for_a_peer(pod: Object, events: list[Object]) -> bool:
    """Whether a pod may wait for a peer without a word: its init container goes on, or its readiness answers 5xx or late."""
    for item in listing(mapping(pod.get("status")).get("initContainerStatuses")):
        if mapping(item.get("state")).get("running") is not None and item.get("ready") is not True:
            return True
    messages = [str(event.get("message") or "") for event in events if event.get("reason") == "Unhealthy"]
    is_ready = condition(pod, "Ready").get("status") == "True"
    return not is_ready and any("statuscode: 5" in text or "exceeded" in text or "timed out" in text for text in messages)


def _same_owner(pod: Object, other: Object) -> bool:
    """Whether two pods are one, or made from one template: what fails in the one does not explain the other."""
    return _name(pod) == _name(other) or (_controller(pod) is not None and _controller(pod) == _controller(other))


def _services(reader: _Reader, pod: Object, namespace: str, lines: list[str]) -> list[hosts.ServiceName]:
    """The Services that exist and that the log names, the last line first; then those of the pod's own settings."""
    own = {_name(obj): obj for ref, obj in reader.objects.items() if ref.startswith(key("Service", namespace, ""))}
    by_address = {
        str(address): name
        for name, obj in own.items()
        for address in _addresses(mapping(obj.get("spec")))
        if address and address != "None"
    }
    known = {*own, *by_address}
    said: list[str] = []
    for text in [*(line[:2000] for line in reversed(lines[-_LAST_LINES:])), *_settings(reader, pod, namespace)]:
        said += [peer.host for peer in hosts.named(text)]
        said += sorted(hosts.words(text) & known)
    meant = [
        service
        for host in dict.fromkeys(said)
        for service in (
            [hosts.ServiceName(by_address[host], namespace)] if host in by_address else hosts.services(host, namespace)
        )
    ]
    elsewhere = list(dict.fromkeys(service for service in meant if service.namespace != namespace))[:_MAX_ELSEWHERE]
    reader.all(lambda it=it: _of_namespace(reader, it) for it in elsewhere)
    if key("Service", namespace, "*") in reader.listed:
        missing = [s.name for s in meant if s.namespace == namespace and s.name not in own]
        reader.all(
            lambda it=it: reader.keep_elsewhere("Service", it) for it in list(dict.fromkeys(missing))[:_MAX_ELSEWHERE]
        )
    existing = [s for s in meant if key("Service", s.namespace, s.name) in reader.objects]
    return list(dict.fromkeys(existing))[:_MAX_SERVICES]


def _addresses(spec: Object) -> list[Any]:
    several = spec.get("clusterIPs")
    return [*(several if isinstance(several, list) else ()), spec.get("clusterIP")]


def _of_namespace(reader: _Reader, service: hosts.ServiceName) -> None:
    """A Service of another namespace with the policies there; where there is none, the names of those that are."""
    if reader.get("Service", service.namespace, service.name):
        reader.keep("NetworkPolicy", service.namespace)
    elif reader.get("Namespace", "", service.namespace):
        reader.keep_names("Service", service.namespace)


def _settings(reader: _Reader, pod: Object, namespace: str) -> Iterator[str]:
    """What a pod's variables and commands say, as far as that is no secret."""
    spec = mapping(pod.get("spec"))
    for container in [*listing(spec.get("initContainers")), *listing(spec.get("containers"))]:
        for part in ("command", "args"):
            words = container.get(part)
            yield from map(str, words if isinstance(words, list) else ())
        for item in listing(container.get("env")):
            yield str(item.get("value") or "")
    for kind, name in _references(spec):
        if kind == "ConfigMap":
            data = mapping(mapping(reader.objects.get(key("ConfigMap", namespace, str(name)))).get("data"))
            yield from (str(text)[:4000] for text in data.values())


def _behind(reader: _Reader, name: str, namespace: str) -> list[Object]:
    """The pods that a Service selects; its EndpointSlices, and what else may tell why it has no pod, are kept."""
    service = mapping(reader.objects.get(key("Service", namespace, name)))
    labels = mapping(mapping(service.get("spec")).get("selector"))
    by_name = f"kubernetes.io/service-name={name}"
    reader.keep("EndpointSlice", namespace, labelSelector=by_name)
    if not labels:
        return []
    selector = ",".join(f"{label}={value}" for label, value in sorted(labels.items()))
    pods = reader.list("Pod", namespace, labelSelector=selector)
    if pods is not None:
        reader.listed.add(key("Pod", namespace, f"*?{selector}"))
    if pods == []:
        for kind in ("Deployment", "StatefulSet"):
            reader.keep(kind, namespace)
        reader.keep_names("Pod", namespace)
    return pods or []


def _is_failing(pod: Object) -> bool:
    """Whether it is worth asking what its owner changed."""
    statuses = [
        item
        for part in ("initContainerStatuses", "containerStatuses")
        for item in listing(mapping(pod.get("status")).get(part))
    ]
    is_ready = condition(pod, "Ready").get("status") == "True" or pod_status(pod) == "Completed"
    return not is_ready or any(number(item.get("restartCount")) for item in statuses)


def _keep_revisions(reader: _Reader, owner: Object, namespace: str) -> None:
    """The revisions of a workload that rolls out: ReplicaSets of a Deployment, ControllerRevisions of the others."""
    kind = {"Deployment": "ReplicaSet", "StatefulSet": "ControllerRevision", "DaemonSet": "ControllerRevision"}.get(
        str(owner.get("kind"))
    )
    selector = _selector(owner)
    if kind and selector:
        reader.keep(kind, namespace, labelSelector=selector)


# -- an owner


def _selector(owner: Object) -> str | None:
    """The owner's selector as a labelSelector of the API, or None where it has none."""
    selector = mapping(owner.get("spec")).get("selector")
    labels = mapping(mapping(selector).get("matchLabels"))
    if not labels and owner.get("kind") == "ReplicationController":
        labels = mapping(selector)
    terms = [f"{name}={value}" for name, value in labels.items()]
    for item in listing(mapping(selector).get("matchExpressions")):
        values = item.get("values")
        joined = f"({','.join(map(str, values))})" if isinstance(values, list) else ""
        operator = {"In": " in ", "NotIn": " notin ", "Exists": "", "DoesNotExist": ""}.get(str(item.get("operator")))
        if operator is not None:
            bang = "!" if item.get("operator") == "DoesNotExist" else ""
            terms.append(f"{bang}{item.get('key')}{operator}{joined}")
    return ",".join(terms) or None


def _pods_of(reader: _Reader, owner: Object, namespace: str) -> tuple[list[Object], list[Object]]:
    """The owner with what stands between it and its pods, nearest to the pods first; and the pods."""
    chain = [owner]
    if owner.get("kind") == "CronJob":
        jobs = [job for job in reader.list("Job", namespace) or () if _controller(job) == ("CronJob", _name(owner))]
        if not jobs:
            return chain, []
        jobs.sort(key=lambda job: str(mapping(job.get("metadata")).get("creationTimestamp") or ""), reverse=True)
        chain.insert(0, jobs[0])
    selector = _selector(chain[0])
    if selector is None:
        return chain, []
    pods = reader.list("Pod", namespace, labelSelector=selector)
    if pods is None:
        reason = reader.unreadable[key("Pod", namespace, "*")]
        raise ClusterError(f"the pods of {str(owner['kind']).lower()} {_name(owner)} cannot be listed: {reason}")
    between = []
    if owner.get("kind") == "Deployment":
        sets = reader.list("ReplicaSet", namespace, labelSelector=selector) or []
        between = [obj for obj in sets if _controller(obj) == ("Deployment", _name(owner))]
        between.sort(key=_revision, reverse=True)
        chain[:0] = between[:1]
    parents = {_name(obj) for obj in [*between, *chain]}
    return chain, [pod for pod in pods if (_controller(pod) or ("", ""))[1] in parents]


def _revision(replica_set: Object) -> int:
    text = mapping(mapping(replica_set.get("metadata")).get("annotations")).get("deployment.kubernetes.io/revision")
    return int(text) if isinstance(text, str) and text.isdigit() else 0


def _of_owner(reader: _Reader, target: Target, chain: list[Object]) -> Snapshot:
    """The snapshot of an owner that has no pod: what its controllers say, and what its template refers to."""
    namespace = target.namespace
    template = mapping(mapping(mapping(chain[0].get("spec")).get("template")).get("spec"))
    calls: list[Callable[[], Any]] = [
        lambda owner=owner: reader.events(str(owner.get("kind")), namespace, _name(owner)) for owner in chain
    ]
    events_of = len(calls)
    calls += [_getter(reader, *ref) for ref in references(template, namespace)]
    calls += [lambda kind=kind: reader.keep(kind, namespace) for kind in ("ResourceQuota", "LimitRange")]
    calls.append(_getter(reader, "Namespace", "", namespace))
    events = [event for result in reader.all(calls)[:events_of] for event in result]
    missing = sorted({ref.partition("/")[0] for ref in reader.absent} & {"ServiceAccount", "PriorityClass", "RuntimeClass"})
    reader.all(lambda kind=kind: reader.keep_names(kind, namespace) for kind in missing)
    return _snapshot(reader, target, owners=tuple(chain), events=tuple(events))
