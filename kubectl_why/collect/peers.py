"""The peers of a pod in trouble: the Services that its log and settings name, and what stands behind them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from .. import hosts
from ..labels import stands_before
from ..snapshot import Log, Object, key
from ..status import addresses, condition, controller, listing, mapping, name_of, worst
from .reader import Reader
from .references import named

# What a line holds that tells of trouble with a peer, in lower case: enough to make it worth asking for the Services.
_OF_PEERS = (
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
    "not known",
    "nxdomain",
    "unknownhost",
    "reset by peer",
    "econn",
    "etimedout",
    "deadline",
    "unavailable",
    "host not found",
    "connect to",
    "can't reach",
    "no available",
    "authenticat",
    "certificate",
    "access denied",
    "noauth",
    "wrongpass",
    "login failed",
    "does not exist",
    "bad address",
    "bootstrap",
    "name resolution",
    "hang up",
    "no response",
    "waiting for",
)
_LAST_LINES = 200
_MAX_ELSEWHERE = 2
_MAX_SERVICES = 4
# Addresses that are no Service's, of which the pod is asked for.
_MAX_STRANGE = 2


def mentions(pod: Object, logs: tuple[Log, ...], events: list[Object]) -> list[str] | None:
    """The lines that tell of trouble with a peer; None where nothing says that the pod has any."""
    lines = [line for log in logs for line in log.lines[-_LAST_LINES:] if any(word in line.lower() for word in _OF_PEERS)]
    return lines if lines or _waits_for_a_peer(pod, events) else None


def lists(reader: Reader, namespace: str) -> list[Callable[[], Any]]:
    """What has to be read before a host can be told from a Service: one list each of Services and NetworkPolicies."""
    return [lambda kind=kind: reader.keep(kind, namespace) for kind in ("Service", "NetworkPolicy")]


def failing_behind(
    reader: Reader, pod: Object, namespace: str, lines: list[str], above: tuple[Object, ...]
) -> Iterator[tuple[hosts.ServiceName, Object]]:
    """Each Service that the pod talks to, with the worst of its pods that is not of the pod's own kin."""
    if any(ref.startswith(key("NetworkPolicy", namespace, "")) for ref in reader.objects):
        reader.get("Namespace", "", namespace)
    wanted = _services(reader, pod, namespace, lines)
    kin = [*above, pod]
    for service, pods in zip(wanted, reader.all(lambda it=it: _behind(reader, *it) for it in wanted), strict=True):
        failing = worst(item for item in pods if not any(_same_owner(item, other) for other in kin))
        if failing is not None:
            reader.objects[key("Pod", service.namespace, name_of(failing))] = failing
            yield service, failing


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
    return name_of(pod) == name_of(other) or (controller(pod) is not None and controller(pod) == controller(other))


def _services(reader: Reader, pod: Object, namespace: str, lines: list[str]) -> list[hosts.ServiceName]:
    """The Services that exist and that the log names, the last line first; then those of the pod's own settings."""
    own = {name_of(obj): obj for ref, obj in reader.objects.items() if ref.startswith(key("Service", namespace, ""))}
    by_address = {
        str(address): name
        for name, obj in own.items()
        for address in _addresses(mapping(obj.get("spec")))
        if address and address != "None"
    }
    known = {*own, *by_address}
    said: list[str] = []
    last = [line[:2000] for line in reversed(lines[-_LAST_LINES:])]
    for name, text in [*(("", line) for line in last), *_settings(reader, pod, namespace)]:
        said += [peer.host for peer in hosts.of_setting(name, text)]
        said += sorted(hosts.words(text) & known)
    known_ones = {*by_address, *addresses(pod)}
    strange = [host for host in dict.fromkeys(said) if hosts.is_inside(host) and host not in known_ones][:_MAX_STRANGE]
    by_address |= dict(reader.all(lambda it=it: (it, _service_before(reader, it, namespace, own)) for it in strange))
    meant = [
        service
        for host in dict.fromkeys(said)
        for service in (
            [hosts.ServiceName(by_address[host], namespace)] if by_address.get(host) else hosts.services(host, namespace)
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


def _service_before(reader: Reader, address: str, namespace: str, services: dict[str, Object]) -> str:
    """The Service that selects the pod with that address, as a headless Service resolves to it; empty where none does."""
    for pod in reader.list("Pod", namespace, fieldSelector=f"status.podIP={address}") or ():
        reader.objects.setdefault(key("Pod", namespace, name_of(pod)), pod)
        for name, obj in services.items():
            if stands_before(obj, pod):
                return name
    return ""


def _addresses(spec: Object) -> list[Any]:
    several = spec.get("clusterIPs")
    return [*(several if isinstance(several, list) else ()), spec.get("clusterIP")]


def _of_namespace(reader: Reader, service: hosts.ServiceName) -> None:
    """A Service of another namespace with the policies there; where there is none, the names of those that are."""
    if reader.get("Service", service.namespace, service.name):
        reader.keep("NetworkPolicy", service.namespace)
    elif reader.get("Namespace", "", service.namespace):
        reader.keep_names("Service", service.namespace)


def _settings(reader: Reader, pod: Object, namespace: str) -> Iterator[tuple[str, str]]:
    """Name and value of a pod's variables, and its commands without a name, as far as that is no secret."""
    spec = mapping(pod.get("spec"))
    for container in [*listing(spec.get("initContainers")), *listing(spec.get("containers"))]:
        for part in ("command", "args"):
            words = container.get(part)
            yield from (("", str(word)) for word in (words if isinstance(words, list) else ()))
        for item in listing(container.get("env")):
            yield str(item.get("name") or ""), str(item.get("value") or "")
    for kind, name in named(spec):
        if kind == "ConfigMap":
            data = mapping(mapping(reader.objects.get(key("ConfigMap", namespace, str(name)))).get("data"))
            yield from ((str(key_), str(text)[:4000]) for key_, text in data.items())


def _behind(reader: Reader, name: str, namespace: str) -> list[Object]:
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
