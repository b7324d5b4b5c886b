"""NetworkPolicies as the API defines them: whether any allows what a container wants to reach.

A pod that no policy selects for a direction may do everything in it; one that some select may do what any of them
allows. Both ends have a say: the egress of the one, the ingress of the other.

Source: https://kubernetes.io/docs/concepts/services-networking/network-policies/ and networking/v1 types.go, 1.36.
"""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING, Any, NamedTuple

from ... import hosts
from ...labels import selects
from ...status import addresses, labels_of, listing, mapping, number
from . import Wanted, service
from .endpoints import pods

if TYPE_CHECKING:
    from ...facts import Facts, Object

_DNS = 53


class Blocked(NamedTuple):
    """The policy that keeps the traffic out, in one direction."""

    policy: Object
    direction: str
    """ingress or egress."""
    port: int | str
    """The port that is not allowed: of the pod, which is the Service's targetPort."""
    dns: bool = False
    """Whether it is the asking for names that is not allowed."""


class _End(NamedTuple):
    """One end of a connection."""

    labels: dict[str, Any]
    namespace: str
    addresses: tuple[str, ...]


def blocks(facts: Facts, item: Wanted) -> Blocked | None:
    """The policy that forbids what the container wants; None where none does, or what was read does not tell."""
    here = _end(facts.pod, facts.namespace)
    if item.line is not None and item.line.cause == "dns-not-found":
        return _without_dns(facts, here)
    obj = service(facts, item)
    behind = pods(facts, item) if obj is not None else []
    port = _target_port(obj, item.peer.port) if obj is not None else item.peer.port
    if item.service is not None and not behind:
        return None
    there = _end(behind[0], item.service.namespace) if behind and item.service else _outside(item)
    if there is None or hosts.is_loopback(item.peer.host):
        return None
    ports = _ports(port, behind[0] if behind else {})
    egress = _selecting(facts, here, "Egress")
    if egress and not any(_allows(facts, policy, "egress", there, ports) for policy in egress):
        return Blocked(egress[0], "egress", port)
    ingress = _selecting(facts, there, "Ingress") if behind else []
    if ingress and not any(_allows(facts, policy, "ingress", here, ports) for policy in ingress):
        return Blocked(ingress[0], "ingress", port)
    return None


def _without_dns(facts: Facts, here: _End) -> Blocked | None:
    """Whether the pod may ask nobody for names: no rule of its egress has room for port 53."""
    egress = _selecting(facts, here, "Egress")
    rules = [rule for policy in egress for rule in listing(mapping(policy.get("spec")).get("egress"))]
    if not egress or any(_port_allowed(rule, [(_DNS, protocol, "")]) for rule in rules for protocol in ("UDP", "TCP")):
        return None
    return Blocked(egress[0], "egress", _DNS, dns=True)


def _end(pod: Object, namespace: str) -> _End:
    return _End(labels_of(pod), namespace, tuple(addresses(pod)))


def _outside(item: Wanted) -> _End | None:
    """What is none of the cluster's Services: its address is known only where the log has it."""
    if not item.peer.host:
        return None
    return _End({}, "", (item.peer.host,) if hosts.is_address(item.peer.host) else ())


def _target_port(obj: Object, port: int) -> int | str:
    """What a port of the Service leads to: of the only one where none is named."""
    spec = mapping(obj.get("spec"))
    if spec.get("clusterIP") == "None":
        return port
    entries = [entry for entry in listing(spec.get("ports")) if port in (0, number(entry.get("port")))]
    target = entries[0].get("targetPort") or entries[0].get("port") if entries else port
    return target if isinstance(target, (int, str)) else port


def _ports(port: int | str, pod: Object) -> list[tuple[int, str, str]]:
    """A port as number, protocol and name, as the pod's containers declare it."""
    declared = [
        (number(entry.get("containerPort")), str(entry.get("protocol") or "TCP"), str(entry.get("name") or ""))
        for container in listing(mapping(pod.get("spec")).get("containers"))
        for entry in listing(container.get("ports"))
    ]
    found = [entry for entry in declared if entry[1] == "TCP" and port in (entry[0], entry[2])]
    return found or [(port if isinstance(port, int) else 0, "TCP", port if isinstance(port, str) else "")]


def _selecting(facts: Facts, end: _End, kind: str) -> list[Object]:
    """The policies that select that end for that direction."""
    found = []
    for policy in facts.all("NetworkPolicy", end.namespace or None):
        spec = mapping(policy.get("spec"))
        kinds = spec.get("policyTypes")
        if not isinstance(kinds, list) or not kinds:
            # The API's default: Ingress always, Egress where there are rules for it.
            kinds = ["Ingress", *(["Egress"] if spec.get("egress") else [])]
        if kind in kinds and selects(mapping(spec.get("podSelector")), end.labels):
            found.append(policy)
    return found


def _allows(facts: Facts, policy: Object, direction: str, other: _End, ports: list[tuple[int, str, str]]) -> bool:
    peers = "from" if direction == "ingress" else "to"
    namespace = str(mapping(policy.get("metadata")).get("namespace") or "")
    for rule in listing(mapping(policy.get("spec")).get(direction)):
        who = listing(rule.get(peers))
        known = not who or any(_is_peer(facts, entry, namespace, other) for entry in who)
        if known and _port_allowed(rule, ports):
            return True
    return False


def _port_allowed(rule: Object, ports: list[tuple[int, str, str]]) -> bool:
    entries = listing(rule.get("ports"))
    return not entries or any(_is_port(entry, *port) for entry in entries for port in ports)


def _is_port(entry: Object, port: int, protocol: str, name: str) -> bool:
    if str(entry.get("protocol") or "TCP") != protocol:
        return False
    wanted = entry.get("port")
    if wanted is None:
        return True
    if isinstance(wanted, str) and not wanted.isdigit():
        return wanted == name or not (port or name)
    first = number(int(wanted) if isinstance(wanted, str) else wanted)
    # A port that is not known may be any.
    return not port or first <= port <= (number(entry.get("endPort")) or first)


def _is_peer(facts: Facts, entry: Object, namespace: str, other: _End) -> bool:
    block = mapping(entry.get("ipBlock"))
    if block:
        # Whether a pod's address counts before or after translation is left to the plugin: an address unknown may be in it.
        return not other.addresses or any(_within(block, address) for address in other.addresses)
    if not other.namespace:
        return False
    spaces = entry.get("namespaceSelector")
    if spaces is None and other.namespace != namespace:
        return False
    if spaces is not None and not _selects_namespace(facts, mapping(spaces), other.namespace):
        return False
    wanted = entry.get("podSelector")
    return wanted is None or selects(mapping(wanted), other.labels)


def _within(block: Object, address: str) -> bool:
    def inside(network: Any) -> bool:
        try:
            return ipaddress.ip_address(address) in ipaddress.ip_network(str(network), strict=False)
        except ValueError:
            return False

    excepted = block.get("except")
    return inside(block.get("cidr")) and not any(map(inside, excepted if isinstance(excepted, list) else ()))


def _selects_namespace(facts: Facts, selector: Object, namespace: str) -> bool:
    """Whether a selector of namespaces matches; of a namespace that was not read only the label that all have is known."""
    labels = {"kubernetes.io/metadata.name": namespace}
    asked = {*mapping(selector.get("matchLabels")), *(str(e.get("key")) for e in listing(selector.get("matchExpressions")))}
    if asked <= labels.keys():
        return selects(selector, labels)
    obj = facts.known("Namespace", namespace)
    return not obj or selects(selector, labels | labels_of(obj))
