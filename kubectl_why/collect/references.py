"""What a pod names, and what of it is worth reading."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..snapshot import Object
from ..status import condition, container_statuses, listing, mapping, name_of, number, pod_status

# What the scheduler says where the pods of the nodes are in the way (pkg/scheduler/framework/plugins, 1.36).
_OF_OTHER_PODS = ("Insufficient ", "Too many pods", "free ports", "affinity rules", "topology spread")


def references(spec: Object, namespace: str) -> Iterator[tuple[str, str, str]]:
    """Kind, namespace and name of every object that a pod's spec names."""
    seen = set()
    for kind, name in named(spec):
        if isinstance(name, str) and name and (kind, name) not in seen:
            seen.add((kind, name))
            yield kind, namespace, name


def named(spec: Object) -> Iterator[tuple[str, Any]]:
    """Kind and name of what a pod's spec refers to; a name may be absent, or come twice."""
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
        yield from _volumenamed(volume)


def _volumenamed(volume: Object) -> Iterator[tuple[str, Any]]:
    yield "ConfigMap", mapping(volume.get("configMap")).get("name")
    yield "Secret", mapping(volume.get("secret")).get("secretName")
    yield "PersistentVolumeClaim", mapping(volume.get("persistentVolumeClaim")).get("claimName")
    for source in listing(mapping(volume.get("projected")).get("sources")):
        # Every namespace has this one; the kubelet's own complaint names it where it has not.
        name = mapping(source.get("configMap")).get("name")
        if name != "kube-root-ca.crt":
            yield "ConfigMap", name
        yield "Secret", mapping(source.get("secret")).get("name")


def claims(pod: Object) -> list[str]:
    """The names of the PersistentVolumeClaims that it uses."""
    spoken = [name for kind, name in named(mapping(pod.get("spec"))) if kind == "PersistentVolumeClaim"]
    return [*(name for name in spoken if isinstance(name, str) and name), *made_claims(pod)]


def made_claims(pod: Object) -> list[str]:
    """The claims of ephemeral volumes: they are named after the pod and the volume."""
    volumes = listing(mapping(pod.get("spec")).get("volumes"))
    return [f"{name_of(pod)}-{volume.get('name')}" for volume in volumes if isinstance(volume.get("ephemeral"), dict)]


def talking(pod: Object) -> Iterator[tuple[str, bool]]:
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


def wants_room(pod: Object, events: list[Object]) -> list[str]:
    """By which words the scheduler says that the nodes are too full for it, or that other pods stand in its way."""
    if mapping(pod.get("spec")).get("nodeName"):
        return []
    said = [str(event.get("message")) for event in events if event.get("reason") == "FailedScheduling"]
    text = " ".join([str(condition(pod, "PodScheduled").get("message")), *said[-1:]])
    return [words for words in _OF_OTHER_PODS if words in text]


def was_killed(pod: Object) -> bool:
    """Whether a container was killed and the runtime does not say that it was for its memory: the node may know."""
    return any(number(end.get("exitCode")) == 137 and end.get("reason") != "OOMKilled" for end in _ends(pod))


def wants_memory(pod: Object) -> bool:
    """Whether a container was killed, for its memory most likely: then somebody may have measured what it needs."""
    return any(number(end.get("exitCode")) == 137 or end.get("reason") == "OOMKilled" for end in _ends(pod))


def is_failing(pod: Object) -> bool:
    """Whether it is worth asking what its owner changed."""
    statuses = container_statuses(pod)
    is_ready = condition(pod, "Ready").get("status") == "True" or pod_status(pod) == "Completed"
    return not is_ready or any(number(item.get("restartCount")) for item in statuses)


def is_well(pod: Object) -> bool:
    """Whether it is ready, or has run to its end."""
    return condition(pod, "Ready").get("status") == "True" or mapping(pod.get("status")).get("phase") == "Succeeded"


def wants_more(owner: Object) -> bool:
    """Whether an owner has fewer pods than it wants, or, of a Deployment, fewer of the newest revision."""
    spec, status = mapping(owner.get("spec")), mapping(owner.get("status"))
    kind = owner.get("kind")
    if kind == "DaemonSet":
        return number(status.get("currentNumberScheduled")) < number(status.get("desiredNumberScheduled"))
    if kind == "Job":
        at_once = number(spec.get("parallelism"))
        left = (number(spec.get("completions")) or at_once) - number(status.get("succeeded"))
        return number(status.get("active")) < min(at_once, left)
    return number(status.get("replicas")) < number(spec.get("replicas"))


def _ends(pod: Object) -> list[Object]:
    """How the runs of its containers ended, the present ones and those before."""
    states = [mapping(item.get(part)) for item in container_statuses(pod) for part in ("state", "lastState")]
    return [mapping(state.get("terminated")) for state in states]
