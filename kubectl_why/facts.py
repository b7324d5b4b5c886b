"""Read-only questions about a Snapshot, and the one maker of quotations. Causes see the cluster only through this."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any, NamedTuple

from . import commands, names
from .examination import Fact
from .model import Diagnosis, Evidence
from .resources import WORKLOADS
from .snapshot import Log, Object, Snapshot, key
from .status import BEING_MADE, condition, controller, labels_of, listing, mapping, moment, number


class Unreadable(Exception):
    """What a cause asked for could not be read: it is neither there nor absent."""

    def __init__(self, what: str, reason: str) -> None:
        super().__init__(f"{what}: {reason}")
        self.what, self.reason = what, reason


class Container(NamedTuple):
    """A container of the pod: what was asked for (spec) and what became of it (status)."""

    name: str
    kind: str
    """init, sidecar (an init container with restartPolicy Always) or app."""
    spec: Object
    status: Object

    @property
    def part(self) -> str:
        """The list of a pod's spec in which it stands."""
        return "containers" if self.kind == "app" else "initContainers"

    @property
    def spec_path(self) -> str:
        """Where it stands, in the spelling of an event's involvedObject.fieldPath."""
        return f"spec.{self.part}{{{self.name}}}"

    @property
    def status_path(self) -> str:
        return f"status.{'containerStatuses' if self.kind == 'app' else 'initContainerStatuses'}{{{self.name}}}"

    def _state(self, name: str) -> Object | None:
        value = mapping(self.status.get("state")).get(name)
        return mapping(value) if value is not None else None

    @property
    def waiting(self) -> Object | None:
        return self._state("waiting")

    @property
    def running(self) -> Object | None:
        return self._state("running")

    @property
    def terminated(self) -> Object | None:
        return self._state("terminated")

    @property
    def last(self) -> Object | None:
        """lastState.terminated: how the run before the present one ended."""
        value = mapping(self.status.get("lastState")).get("terminated")
        return mapping(value) if value is not None else None

    @property
    def restarts(self) -> int:
        return max(0, number(self.status.get("restartCount")))

    @property
    def ready(self) -> bool:
        return self.status.get("ready") is True

    @property
    def image(self) -> str:
        return str(self.spec.get("image") or "")

    @property
    def command(self) -> list[str]:
        """What the pod says to run; empty where the image decides."""
        parts = [self.spec.get("command"), self.spec.get("args")]
        return [str(word) for part in parts if isinstance(part, list) for word in part]

    def limit(self, resource: str) -> str | None:
        """The limit in force: of the running container where the kubelet tells it, else of the spec."""
        for place in (self.status, self.spec):
            value = mapping(mapping(place.get("resources")).get("limits")).get(resource)
            if value is not None:
                return str(value)
        return None


class End(NamedTuple):
    """How a run of a container ended."""

    state: Object
    path: str
    """Where it stands below the pod."""

    @property
    def exit_code(self) -> int:
        return number(self.state.get("exitCode"))

    @property
    def reason(self) -> str:
        return str(self.state.get("reason") or "")

    @property
    def message(self) -> str:
        return str(self.state.get("message") or "")

    @property
    def started(self) -> datetime | None:
        """None where the process never ran: the runtime then reports the beginning of time."""
        started = moment(self.state.get("startedAt"))
        return started if started and started.year > 1970 else None

    @property
    def finished(self) -> datetime | None:
        return moment(self.state.get("finishedAt"))

    @property
    def seconds(self) -> float | None:
        """How long the run lasted."""
        return (self.finished - self.started).total_seconds() if self.started and self.finished else None


class ProbeFailure(NamedTuple):
    """One kind of failure of one probe, as the kubelet's event Unhealthy tells it."""

    probe: str
    """liveness, readiness or startup."""
    text: str
    """What follows `probe failed: `, or `probe errored and resulted in ... state: `."""
    errored: bool
    """The probe could not be run; such an attempt counts as neither success nor failure (kubelet, prober.go, 1.36)."""
    event: Object


_PROBE_EVENT = re.compile(
    r"^(?:\(combined from similar events\): )?(?P<probe>Liveness|Readiness|Startup) probe "
    r"(?:failed|(?P<errored>errored[^:]*)): ?(?P<text>.*)",
    re.DOTALL,
)
_KILLED_BY_PROBE = re.compile(r"failed (?P<probe>liveness|startup) probe")
# The kubelet forgets a crash loop when the container has run for ten minutes (kubelet.go, 1.36).
_FORGIVEN = 600.0
# Four Normal events a restart: after so many of them the recorder may hold back the next.
_HELD_BACK_AFTER = 6
_SETTLED = 30.0
# How a run ended that nobody saw end, since the node or its runtime was started anew, or that a rule for another container
# ended (RestartAllContainers): no failure of the container's own.
# Source: the CRI plugin of containerd; kubelet_pods.go, 1.36.
_LOST = ("Unknown", "ContainerStatusUnknown", "RestartingAllContainers")
# How a run ended whose message is the container's own, and not the runtime's or the kubelet's.
_OWN_WORDS = ("Error", "Completed")
# Why the kubelet ends a run to begin another, without anything having failed (kuberuntime_manager.go, 1.36).
_WANTED = r"definition changed|resize requires restart"
# What a debug container without a target shares with the container: network, clock and volumes.
_SHARED = ("begin", "mount", "host", "listen", "dns", "clock", "end")
# What only a container shows that runs.
_OF_A_RUN = ("listen", "memory", "cpu", "process")


class Facts:
    """What is known about one target."""

    def __init__(
        self,
        snapshot: Snapshot,
        diagnose: Callable[[Snapshot], Diagnosis] | None = None,
        access: Sequence[str] = (),
    ) -> None:
        self.snapshot = snapshot
        self.now = snapshot.taken_at
        self.pod = mapping(snapshot.pod)
        self.spec, self.status, self.metadata = (mapping(self.pod.get(p)) for p in ("spec", "status", "metadata"))
        self.namespace = snapshot.target[1]
        self.name = str(self.metadata.get("name") or snapshot.target[2])
        self.phase = str(self.status.get("phase") or "")
        self.diagnose = diagnose
        """Diagnoses the snapshot of another pod: one behind a Service that fails."""
        self._access = access
        self.unseen: dict[str, str] = {}
        """What was asked for and could not be read, with the reason."""
        self.memo: dict[str, Any] = {}
        """What causes have worked out from these facts and share, such as the telling line of a container's log."""

    # -- the pod and its containers

    @cached_property
    def containers(self) -> tuple[Container, ...]:
        """Init containers and sidecars, then the containers; ephemeral ones are none of the pod's own."""
        found = []
        for kind, specs, statuses in (
            ("init", "initContainers", "initContainerStatuses"),
            ("app", "containers", "containerStatuses"),
        ):
            by_name = {str(item.get("name") or ""): item for item in listing(self.status.get(statuses))}
            for spec in listing(self.spec.get(specs)):
                what = "sidecar" if kind == "init" and spec.get("restartPolicy") == "Always" else kind
                name = str(spec.get("name") or "")
                found.append(Container(name, what, spec, mapping(by_name.get(name))))
        return tuple(found)

    @cached_property
    def deleted(self) -> datetime | None:
        """When the pod has to be gone, if it is being deleted: deletionTimestamp includes the grace period."""
        return moment(self.metadata.get("deletionTimestamp"))

    @cached_property
    def age(self) -> float:
        """Seconds since the pod was created; 0 where that is not known."""
        created = moment(self.metadata.get("creationTimestamp"))
        return max(0.0, (self.now - created).total_seconds()) if created else 0.0

    @cached_property
    def unscheduled(self) -> bool:
        return bool(self.pod) and not self.spec.get("nodeName") and self.phase in ("Pending", "")

    def condition(self, kind: str) -> Object:
        return condition(self.pod, kind)

    @cached_property
    def sandbox_missing(self) -> bool:
        """Whether the pod is on a node and its sandbox, network and volumes are not ready yet."""
        if self.unscheduled or self.phase != "Pending":
            return False
        ready = self.condition("PodReadyToStartContainers").get("status")
        waiting = [mapping(c.waiting).get("reason") for c in self.containers]
        return ready != "True" and all(reason in (None, *BEING_MADE) for reason in waiting)

    def restarted(self, container: Container) -> bool:
        """Whether a container that ends is started again, whatever its exit code (kubelet, restartPolicy)."""
        own = container.spec.get("restartPolicy")
        if container.kind == "init":
            return False
        return (own or self.spec.get("restartPolicy") or "Always") == "Always"

    def end(self, container: Container) -> End | None:
        """How the run ended that has to be explained: None where nothing failed, or where it has since recovered."""
        if container.terminated is not None:
            end = End(container.terminated, f"{container.status_path}.state.terminated")
            # The kubelet stops sidecars when the containers are done, and their exit code counts for nothing.
            if container.kind == "sidecar" and self.phase in ("Succeeded", "Failed"):
                return None
            done = end.exit_code == 0 and end.reason != "OOMKilled"
            return None if done and not self.restarted(container) else end
        if container.last is None:
            return None
        end = End(container.last, f"{container.status_path}.lastState.terminated")
        if container.running is not None and self.recovered(container):
            return None
        if end.reason in _LOST and mapping(container.waiting).get("reason") in BEING_MADE:
            return None
        if container.running is not None and end.exit_code == 0 and not self.restarted(container):
            return None
        return end

    def recovered(self, container: Container) -> bool:
        """Whether the present run has outlived the failed one, so that this explains nothing any more."""
        started = moment(mapping(container.running).get("startedAt"))
        if not started:
            return False
        if any(f.probe != "readiness" and not f.errored for f in self.probe_failures(container)):
            return False
        before = End(mapping(container.last), "")
        if before.reason in _LOST or self._wanted(container, before):
            return True
        needed = min(max(2 * (before.seconds or 0.0), _SETTLED), _FORGIVEN)
        return container.kind != "init" and (self.now - started).total_seconds() >= needed

    def _wanted(self, container: Container, end: End) -> bool:
        """Whether the kubelet ended that run for a change of the container's spec or resources."""
        for event in self.events("Killing", container=container, text=_WANTED):
            last = seen_last(event)
            if last and end.finished and end.started and end.started <= last <= end.finished + timedelta(seconds=5):
                return True
        return False

    def within_budget(self, container: Container, times: int = 1) -> bool:
        """Whether the container has not yet run as long as its probes wait (or so many times as long) for it to be ready."""
        started = moment(mapping(container.running).get("startedAt"))
        if not started:
            return False
        budget = patience(mapping(container.spec.get("readinessProbe")))
        if container.spec.get("startupProbe") and container.status.get("started") is not True:
            budget = max(budget, patience(mapping(container.spec.get("startupProbe"))))
        return (self.now - started).total_seconds() <= times * budget

    # -- logs

    def log(self, container: Container) -> Log | None:
        """What the container said in the run that `end` tells of; else in the present one. None where it said nothing."""
        end = self.end(container)
        previous = end is not None and container.running is not None
        order = (True, False) if previous else (False, True)
        for which in order:
            suffix = " --previous" if which else ""
            self._note_unseen(f"{key('Pod', self.namespace, self.name)}/log/{container.name}{suffix}")
            for log in self.snapshot.logs:
                if (log.container, log.previous) == (container.name, which) and any(line.strip() for line in log.lines):
                    return log
        # The kubelet keeps what the container wrote to terminationMessagePath, or its last lines (FallbackToLogsOnError).
        if end and end.message.strip() and end.reason in _OWN_WORDS:
            return Log(container.name, previous, tuple(end.message.splitlines()), place=f"{end.path}.message")
        return None

    def log_unread(self, container: Container) -> bool:
        """Whether the container may have said something that could not be read, in the run that `end` tells of."""
        previous = " --previous" if container.running is not None and self.end(container) else ""
        ref = f"{key('Pod', self.namespace, self.name)}/log/{container.name}{previous}"
        return ref in self.snapshot.unreadable and self.log(container) is None

    # -- events

    def events(
        self, *reasons: str, container: Container | None = None, kind: str | None = None, text: str = ""
    ) -> list[Object]:
        """Events, newest first: of these reasons, about this container, about objects of this kind, with this text."""
        self._note_unseen(key("Event", self.namespace, "*"))
        found = []
        for event in self._events_of.get(container.spec_path, []) if container else self._events:
            if reasons and event.get("reason") not in reasons:
                continue
            if kind and mapping(event.get("involvedObject")).get("kind") != kind:
                continue
            if text and not re.search(text, str(event.get("message") or "")):
                continue
            found.append(event)
        return found

    @cached_property
    def _events(self) -> list[Object]:
        """All of them, newest first."""
        epoch = datetime.min.replace(tzinfo=self.now.tzinfo)
        return sorted(self.snapshot.events, key=lambda event: seen_last(event) or epoch, reverse=True)

    @cached_property
    def _events_of(self) -> dict[str, list[Object]]:
        """Those about a part of an object, by its path: there may be thousands, and each cause asks for each container's."""
        found: dict[str, list[Object]] = {}
        for event in self._events:
            found.setdefault(str(mapping(event.get("involvedObject")).get("fieldPath")), []).append(event)
        return found

    def probe_failures(self, container: Container) -> list[ProbeFailure]:
        """The failures of the container's probes, newest first: of the present run, of late; none of a pod being deleted."""
        if self.deleted:
            return []
        started = moment(mapping(container.running).get("startedAt"))
        if not started:
            return []
        return self._unhealthy(container, started, self.now)

    def failures_before(self, container: Container, end: End) -> list[ProbeFailure]:
        """The probes' failures in the run that ended so."""
        return self._unhealthy(container, end.started, end.finished)

    def _unhealthy(self, container: Container, since: datetime | None, until: datetime | None) -> list[ProbeFailure]:
        found = []
        for event in self.events("Unhealthy", container=container):
            match = _PROBE_EVENT.match(str(event.get("message") or ""))
            first, last = seen_first(event), seen_last(event)
            if not match or not last:
                continue
            # An event that came again is told once, with its first and last time: it counts where the two spans meet.
            if since and last < since - timedelta(seconds=1):
                continue
            if until and first and first > until + timedelta(seconds=2):
                continue
            if until == self.now and (self.now - last).total_seconds() > self._stale_after(container, match["probe"]):
                continue
            probe, text = match["probe"].lower(), match["text"].strip()
            found.append(ProbeFailure(probe, text, bool(match["errored"]), event))
        return found

    def _stale_after(self, container: Container, probe: str) -> float:
        """Seconds after which a failure that did not come again is over: the recorder holds events back for 300 s."""
        spec = mapping(container.spec.get(f"{probe.lower()}Probe"))
        period = number(spec.get("periodSeconds")) or 10
        return max(3.0 * period, 60.0) if container.ready else 600.0

    def probe_kill(self, container: Container, end: End) -> Object | None:
        """The event by which the kubelet says that it ended that run because of a probe; None where it did not.

        Source: kuberuntime_container.go, 1.36: `Container %s failed %s probe, will be restarted`.
        """
        finished, started = end.finished, end.started
        for event in self.events("Killing", container=container, text=_KILLED_BY_PROBE.pattern):
            first, last = seen_first(event), seen_last(event)
            if not finished or not last or not first:
                return event
            if first <= finished + timedelta(seconds=5) and (not started or last >= started):
                return event
            if started and last < started and self._ended_alike(container, end, event):
                return event
        return None

    def _ended_alike(self, container: Container, end: End, event: Object) -> bool:
        """Whether a run lasted as long as one that a probe ends, like the earlier one of which the event tells.

        Of a long crash loop the recorder holds back the newest events (25, then one in 300 s: client-go, events_cache.go).
        """
        match = _KILLED_BY_PROBE.search(str(event.get("message") or ""))
        spec = mapping(container.spec.get(f"{match['probe']}Probe")) if match else {}
        if not spec or end.seconds is None or container.restarts < _HELD_BACK_AFTER or end.reason == "OOMKilled":
            return False
        period = number(spec.get("periodSeconds")) or 10
        own, pods = (number(place.get("terminationGracePeriodSeconds")) for place in (spec, self.spec))
        return patience(spec) - 2 * period <= end.seconds <= patience(spec) + (own or pods or 30) + period

    # -- other objects

    def get(self, kind: str, name: str, namespace: str | None = None) -> Object | None:
        """The object, or None where the API said that there is none. Unreadable where it did not say."""
        ref = key(kind, namespace or self.namespace, name)
        obj = self.snapshot.objects.get(ref)
        if obj is not None and set(obj) - {"kind", "apiVersion", "metadata"}:
            return obj
        if ref in self.snapshot.absent:
            return None
        if obj is None and self.listed(kind, namespace):
            return None
        if obj is not None:
            self._note_unseen(ref)  # a list of names has it: that it is there is known, and what is in it is not
            return obj
        reason = self.snapshot.unreadable.get(ref) or self.snapshot.unreadable.get(
            key(kind, namespace or self.namespace, "*"), "was not read"
        )
        self.unseen[ref] = reason
        raise Unreadable(ref, reason)

    def known(self, kind: str, name: object, namespace: str | None = None) -> Object:
        """The object as far as it is known: empty where there is none, or where it could not be read, which is noted."""
        try:
            return mapping(self.get(kind, str(name), namespace) if name else None)
        except Unreadable:
            return {}

    def unreadable(self, kind: str, name: str) -> bool:
        """Whether it cannot be said if there is such an object; noted."""
        try:
            self.get(kind, name)
        except Unreadable:
            return True
        return False

    def _note_unseen(self, ref: str) -> None:
        if ref in self.snapshot.unreadable:
            self.unseen[ref] = self.snapshot.unreadable[ref]

    def absent(self, kind: str, name: str) -> bool:
        """Whether the API said that there is no such object; False where it could not be asked."""
        try:
            return self.get(kind, name) is None
        except Unreadable:
            return False

    @property
    def owners(self) -> tuple[Object, ...]:
        """The chain of controllers, nearest first; one that could not be read ends it, and is noted."""
        above = controller(self.snapshot.owners[-1] if self.snapshot.owners else self.pod)
        if above:
            self._note_unseen(key(above[0], self.namespace, above[1]))
        return self.snapshot.owners

    def listed(self, kind: str, namespace: str | None = None, selector: str = "") -> bool:
        """Whether all objects of that kind (and with these labels) were read: what is not among them does not exist."""
        return key(kind, namespace or self.namespace, f"*?{selector}" if selector else "*") in self.snapshot.listed

    def all(self, kind: str, namespace: str | None = None) -> list[Object]:
        """All objects of that kind that were read, in that namespace, else in the target's or in none.

        A list that could not be read is noted as unseen.
        """
        self._note_unseen(key(kind, namespace or self.namespace, "*"))
        prefix = key(kind, namespace or self.namespace, "")
        return [obj for ref, obj in self.snapshot.objects.items() if ref.startswith(prefix)]

    def pods_on(self, node: str) -> list[Object] | None:
        """The pods of all namespaces on a node; None where they were not read, which is noted."""
        self._note_unseen(key("Pod", None, "*"))
        if f"Pod/*?spec.nodeName={node}" not in self.snapshot.listed:
            return None
        pods = [obj for ref, obj in self.snapshot.objects.items() if ref.startswith("Pod/")]
        return [pod for pod in pods if mapping(pod.get("spec")).get("nodeName") == node]

    def names(self, kind: str) -> list[str]:
        """The names of the objects of that kind; noted as in `all`."""
        return [str(mapping(obj.get("metadata")).get("name") or "") for obj in self.all(kind)]

    def nearest(self, kind: str, name: str) -> str | None:
        """The object of that kind whose name was most likely meant."""
        return names.nearest(name, (n for n in self.names(kind) if key(kind, self.namespace, n) not in self.snapshot.absent))

    def elsewhere(self, kind: str, name: str) -> list[str]:
        """The other namespaces that are known to have an object of that kind and name."""
        found = {
            str(mapping(obj.get("metadata")).get("namespace"))
            for obj in self.snapshot.objects.values()
            if obj.get("kind") == kind and mapping(obj.get("metadata")).get("name") == name
        }
        return sorted(found - {self.namespace})

    @cached_property
    def node(self) -> Object | None:
        """The pod's node; None where there is none of that name, or none was chosen. Unreadable as `get`."""
        name = self.spec.get("nodeName")
        return self.get("Node", str(name)) if name else None

    @cached_property
    def known_node(self) -> Object:
        """The pod's node as far as it is known, as `known` says."""
        return self.known("Node", self.spec.get("nodeName"))

    @cached_property
    def platform(self) -> str:
        """os/architecture of the pod's node, such as linux/amd64; empty where it is not known."""
        node = mapping(self.snapshot.objects.get(key("Node", None, str(self.spec.get("nodeName")))))
        info = mapping(mapping(node.get("status")).get("nodeInfo"))
        system, architecture = info.get("operatingSystem"), info.get("architecture")
        return f"{system}/{architecture}" if system and architecture else ""

    def volume_at(self, container: Container, path: str) -> tuple[Object, Object] | None:
        """The innermost volumeMount under which a path of the container lies, and its volume; None in the image itself."""
        found: tuple[Object, Object] | None = None
        volumes = {str(volume.get("name")): volume for volume in listing(self.spec.get("volumes"))}
        for mount in listing(container.spec.get("volumeMounts")):
            root = str(mount.get("mountPath") or "").rstrip("/")
            longer = found is None or len(root) > len(str(found[0].get("mountPath")))
            if root and longer and (path == root or path.startswith(root + "/")):
                found = mount, volumes.get(str(mount.get("name")), {})
        return found

    # -- the environment

    def environment(self, container: Container) -> Iterator[tuple[str, str, str]]:
        """Name, path and value of each variable that the pod sets; the value is empty where it stands elsewhere.

        Values of ConfigMaps are looked up; of Secrets only the keys are known.
        """
        for index, source in enumerate(listing(container.spec.get("envFrom"))):
            prefix = str(source.get("prefix") or "")
            for kind, field in (("ConfigMap", "configMapRef"), ("Secret", "secretRef")):
                name = mapping(source.get(field)).get("name")
                if name:
                    for variable, value in self.values(kind, str(name)).items():
                        yield prefix + variable, f"{container.spec_path}.envFrom[{index}]", value
        for index, item in enumerate(listing(container.spec.get("env"))):
            value = str(item.get("value") or "")
            source = mapping(mapping(item.get("valueFrom")).get("configMapKeyRef"))
            if source:
                value = self.values("ConfigMap", str(source.get("name"))).get(str(source.get("key")), "")
            yield str(item.get("name") or ""), f"{container.spec_path}.env[{index}]", value

    def values(self, kind: str, name: str) -> dict[str, str]:
        """The data of a ConfigMap, or a Secret's keys with empty values; empty where it could not be read."""
        obj = self.known(kind, name)
        return {k: str(v) for part in ("data", "binaryData") for k, v in mapping(obj.get(part)).items()}

    # -- what was seen from inside

    def examined(self, container: Container, *kinds: str) -> list[Fact]:
        """What --debug or --sleep saw inside the container, of these kinds: none where nobody looked, or not there.

        A copy is asked for nothing that only the container itself could show, and a debug container without a target is not
        asked for files that it does not share.
        """
        seen = self.snapshot.examination
        if seen is None or seen.container != container.name:
            return []
        beside = any(fact.word("where") == "beside" for fact in seen.facts("begin"))

        def shown(fact: Fact) -> bool:
            if beside and fact.kind not in _SHARED:
                return fact.kind == "file" and self.volume_at(container, fact.word("path")) is not None
            return seen.how == "debug" or fact.kind not in _OF_A_RUN

        return [fact for fact in seen.facts(*kinds) if shown(fact)]

    @cached_property
    def in_a_copy(self) -> bool:
        """Whether what was seen inside was seen in a copy of the pod, which starts nothing and has claims read-only."""
        return self.snapshot.examination is not None and self.snapshot.examination.how == "sleep"

    def log_of_copy(self, container: Container) -> Log | None:
        """What the container said when it was started in a copy of the pod; None where it was not, or said nothing."""
        seen = self.snapshot.examination
        said = seen is not None and seen.container == container.name and any(line.strip() for line in seen.log)
        return Log(container.name, False, seen.log, copy=True) if seen and said else None

    # -- quotations

    def cite(self, obj: Object, path: str, value: Any = None) -> Evidence:
        """A field of an object. `value` quotes a part of what stands there, such as one line of a message."""
        if value is None:
            try:
                value = resolve(obj, path)
            except (KeyError, IndexError, TypeError):
                value = ""  # a field that no cluster leaves out, or of another type: no cause may fail for it
        return Evidence(object=reference(obj, self.snapshot.target), field_path=path, value=written(value))

    def cite_pod(self, path: str, value: Any = None) -> Evidence:
        """A field of the pod."""
        return self.cite(self.pod, path, value)

    def cite_keys(self, kind: str, name: str) -> tuple[Evidence, ...]:
        """The keys of a ConfigMap or Secret, if it has any."""
        obj = self.snapshot.objects.get(key(kind, self.namespace, name))
        found = sorted(mapping(mapping(obj).get("data")))
        return (self.cite(obj, "data", found),) if obj and found else ()

    def cite_absent(self, kind: str, name: str, namespace: str | None = None) -> Evidence:
        """That the API has no such object."""
        return Evidence(object=key(kind, namespace or self.namespace, name), value="not found")

    def cite_log(self, log: Log, index: int) -> Evidence:
        """A line of a log, or of the termination message that stands for it, by its index."""
        if log.place:
            return self.cite_pod(log.place, log.lines[index])
        if log.copy:
            return self._cite_inside(log.lines[index], index + 1, "run")
        return Evidence(
            object=key("Pod", self.namespace, self.name),
            value=log.lines[index],
            container=log.container,
            previous=log.previous,
            line=index + 1,
            tail=log.tail,
        )

    def cite_examined(self, fact: Fact) -> Evidence:
        """A fact of the look from inside, as it was printed."""
        return self._cite_inside(fact.text, fact.line, "sleep" if self.in_a_copy else "debug")

    def _cite_inside(self, value: str, line: int, inside: str) -> Evidence:
        container = self.snapshot.examination.container if self.snapshot.examination else None
        pod = key("Pod", self.namespace, self.name)
        return Evidence(object=pod, value=value, container=container, line=line, inside=inside)

    def cite_event(self, event: Object) -> Evidence:
        """An event."""
        about = mapping(event.get("involvedObject"))
        last = seen_last(event)
        return Evidence(
            object=key(str(about.get("kind")), str(about.get("namespace") or ""), str(about.get("name"))),
            value=str(event.get("message") or "").strip(),
            reason=str(event.get("reason") or ""),
            count=number(event.get("count")) or number(mapping(event.get("series")).get("count")) or 1,
            last_timestamp=last.isoformat().replace("+00:00", "Z") if last else None,
        )

    # -- what to type

    @cached_property
    def workload(self) -> tuple[str, str]:
        """Type and name, as kubectl takes them, of what has to be changed so that the pod changes: its topmost owner.

        It need not have been read: what it owns names it. A Deployment whose ReplicaSet could not be read is known by the
        label of its pods: it names the ReplicaSet after itself and that (deployment controller, sync.go, 1.36).
        """
        owners = self.snapshot.owners
        kind, name = ("Pod", self.name) if self.pod else (self.snapshot.target[0], self.snapshot.target[2])
        if owners:
            kind, name = str(owners[-1].get("kind") or ""), str(mapping(owners[-1].get("metadata")).get("name") or "")
        above = controller(owners[-1] if owners else self.pod)
        if above and (not owners or above[0] in WORKLOADS):
            kind, name = above
        of_deployment = f"-{labels_of(self.pod).get('pod-template-hash')}"
        if kind == "ReplicaSet" and not owners and name.endswith(of_deployment):
            kind, name = "Deployment", name.removesuffix(of_deployment)
        return kind.lower(), name

    @property
    def rolls_out(self) -> bool:
        """Whether a change of the workload makes new pods by itself: Jobs and bare pods have to be made anew."""
        return self.workload[0] in ("deployment", "statefulset", "daemonset")

    def kubectl(self, *words: commands.Word, namespace: str | None = None) -> str:
        """A command line for this namespace, or that one."""
        return commands.kubectl(*words, namespace=namespace or self.namespace, access=self._access)

    def kubectl_why(self, name: str, options: Sequence[str] = (), namespace: str | None = None) -> str:
        """A command line of this program about a pod, or TYPE/NAME."""
        return commands.kubectl_why(name, options, namespace=namespace or self.namespace, access=self._access)

    def set_command(self, *words: commands.Word) -> str | None:
        """`kubectl set ...` on the workload; None where it cannot be changed in place (a Job, a bare pod)."""
        return self._changed(self.kubectl("set", words[0], "/".join(self.workload), *words[1:]))

    def patch_command(self, spec: Object) -> str | None:
        """`kubectl patch` that merges `spec` into the spec of the workload's pods, lists by name; None as `set_command`."""
        template = {"spec": {"template": {"spec": spec}}}
        patch = {"spec": {"jobTemplate": template}} if self.workload[0] == "cronjob" else template
        return self._changed(
            self.kubectl("patch", "/".join(self.workload), ("-p", json.dumps(patch, separators=(",", ":"))))
        )

    def _changed(self, command: str) -> str | None:
        """The command, with what it takes for the pod to change.

        A StatefulSet waits for its broken pod to become ready before it replaces it: the pod has to be deleted as well.
        Source: https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#forced-rollback.
        """
        if self.workload[0] == "statefulset" and self.pod:
            return f"{command} && {self.kubectl('delete', 'pod', self.name)}"
        return command if self.rolls_out or self.workload[0] == "cronjob" else None

    def change(self, what: str) -> str:
        """Words for a change that no command makes: where it has to be made."""
        kind, name = self.workload
        again = "" if self.rolls_out or kind == "cronjob" else ", then delete it and create it again"
        return f"{what} in {kind} {name}{again}"


def resolve(obj: Any, path: str) -> Any:
    """What stands at `path`: fields after dots, list items by [index] or, by their name, {name}. KeyError where nothing.

    The key of a label, which may hold dots, stands in brackets, as in the server's own messages: nodeSelector[a.example/b].
    """
    for name, index, item in re.findall(r"([^.\[\]{}]+)|\[([^\]]+)\]|\{([^}]*)\}", path):
        if name:
            obj = obj[name]
        elif index:
            obj = obj[int(index)] if isinstance(obj, list) else obj[index]
        else:
            found = [entry for entry in listing(obj) if entry.get("name") == item or entry.get("type") == item]
            if not found:
                raise KeyError(item)
            obj = found[0]
    return obj


def written(value: Any) -> str:
    """A value of the API as it is quoted: a list with commas, labels and variables as NAME=VALUE, the rest as in JSON."""
    if isinstance(value, str):
        return value
    if isinstance(value, dict) and value.keys() == {"name", "value"}:
        return f"{value['name']}={value['value']}"
    if isinstance(value, list):
        return ", ".join(map(written, value))
    if isinstance(value, dict) and not any(isinstance(item, (dict, list)) for item in value.values()):
        return ", ".join(f"{name}={written(item)}" for name, item in value.items())
    return json.dumps(value)


def reference(obj: Object, default: tuple[str, str, str] = ("", "", "")) -> str:
    """The reference of an object: Kind/namespace/name."""
    metadata = mapping(obj.get("metadata"))
    return key(
        str(obj.get("kind") or default[0]),
        str(metadata.get("namespace") or ""),
        str(metadata.get("name") or default[2]),
    )


def patience(probe: Object) -> float:
    """Seconds after which a probe that never succeeds has failed: the delay, and threshold times period.

    Source: the API's defaults, failureThreshold 3 and periodSeconds 10 (pkg/apis/core/v1/defaults.go, 1.36).
    """
    period = number(probe.get("periodSeconds")) or 10
    return float(number(probe.get("initialDelaySeconds")) + period * (number(probe.get("failureThreshold")) or 3))


def seen_last(event: Object) -> datetime | None:
    """When an event came last: of a series the last, of an events.k8s.io event the only time that it has."""
    series = mapping(event.get("series"))
    return (
        moment(series.get("lastObservedTime"))
        or moment(event.get("lastTimestamp"))
        or moment(event.get("eventTime"))
        or moment(mapping(event.get("metadata")).get("creationTimestamp"))
    )


def seen_first(event: Object) -> datetime | None:
    """When an event came first."""
    return moment(event.get("firstTimestamp")) or moment(event.get("eventTime")) or seen_last(event)


def newest(items: Iterable[Object]) -> list[Object]:
    """Objects by their time of creation, newest first."""
    return sorted(items, key=lambda item: str(mapping(item.get("metadata")).get("creationTimestamp") or ""), reverse=True)
