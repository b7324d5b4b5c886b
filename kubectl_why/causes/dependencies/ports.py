"""Whether what a container dials is what a Service serves, and whether that is where its pods listen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from ...model import Evidence
from ...status import listing, mapping, number
from . import Wanted, service, words
from .endpoints import pods

if TYPE_CHECKING:
    from ...facts import Facts, Object


class Mismatch(NamedTuple):
    """Which port is wrong, and what would be right."""

    message: str
    evidence: tuple[Evidence, ...]
    path: str = ""
    """The field of the Service to change, as a JSON pointer; empty where what dials is wrong."""
    right: int | str = 0
    """The value that would be right; 0 where that cannot be told."""


def mismatch(facts: Facts, item: Wanted) -> Mismatch | None:
    """What is wrong with the ports between a container and the pods behind the Service that it wants."""
    obj = service(facts, item)
    spec = mapping(mapping(obj).get("spec"))
    if obj is None or item.service is None or spec.get("type") == "ExternalName":
        return None
    served = listing(spec.get("ports"))
    peer, name = item.peer.port, words(facts, item.service)
    declared = _declared(pods(facts, item))
    if spec.get("clusterIP") == "None":
        # The name of a headless Service leads to the pods themselves: its ports and targetPorts say nothing.
        found = {port for port, protocol, _ in declared if protocol == "TCP"}
        if not peer or not found or peer in found:
            return None
        return Mismatch(f"the pods of {name} serve port {_some(found)}, not {peer}", _cite_containers(facts, item))
    if peer and served and peer not in [number(entry.get("port")) for entry in served]:
        ports = [number(entry.get("port")) for entry in served]
        return Mismatch(
            f"{name} serves port {_some(ports)}, not {peer}",
            tuple(facts.cite(obj, f"spec.ports[{index}].port") for index in range(min(len(served), 2))),
            right=ports[0] if len(ports) == 1 else 0,
        )
    for index, entry in enumerate(served):
        if peer in (0, number(entry.get("port"))):
            found = _target(facts, item, obj, index, entry, declared)
            if found:
                return found
    return None


def _target(
    facts: Facts, item: Wanted, obj: Object, index: int, entry: Object, declared: list[tuple[int, str, str]]
) -> Mismatch | None:
    """Whether a port of the Service leads to one that its pods have."""
    name = words(facts, item.service) if item.service else ""
    target: Any = entry.get("targetPort") or entry.get("port")
    protocol = str(entry.get("protocol") or "TCP")
    ports = {port for port, other, _ in declared if other == protocol}
    field = "targetPort" if "targetPort" in entry else "port"
    evidence = (facts.cite(obj, f"spec.ports[{index}].{field}"), *_cite_containers(facts, item))
    right: int | str = next(iter(ports)) if len(ports) == 1 else 0
    where = f"/spec/ports/{index}/targetPort"
    if isinstance(target, str) and not target.isdigit():
        if pods(facts, item) and target not in [other for _, _, other in declared]:
            said = f", which none of its pods' containers has{f': they declare {_some(ports)}' if ports else ''}"
            return Mismatch(
                f"{name} sends port {number(entry.get('port'))} to the port named {target}{said}", evidence, where, right
            )
        return None
    target = int(target) if str(target).isdigit() else 0
    if protocol != "TCP" and item.line is not None and (target, "TCP") in [(port, other) for port, other, _ in declared]:
        return Mismatch(f"{name} serves port {number(entry.get('port'))} over {protocol} only", evidence)
    if ports and target not in ports:
        said = f"{name} sends port {number(entry.get('port'))} to targetPort {target}, and its pods listen on {_some(ports)}"
        return Mismatch(said, evidence, where, right)
    return None


def _declared(behind: list[Object]) -> list[tuple[int, str, str]]:
    """Number, protocol and name of the ports that the pods' containers declare."""
    return [
        (number(port.get("containerPort")), str(port.get("protocol") or "TCP"), str(port.get("name") or ""))
        for pod in behind
        for part in ("containers", "initContainers")
        for container in listing(mapping(pod.get("spec")).get(part))
        for port in listing(container.get("ports"))
    ]


def _cite_containers(facts: Facts, item: Wanted) -> tuple[Evidence, ...]:
    for pod in pods(facts, item):
        for index, container in enumerate(listing(mapping(pod.get("spec")).get("containers"))):
            if listing(container.get("ports")):
                return (facts.cite(pod, f"spec.containers[{index}].ports[0].containerPort"),)
    return ()


def _some(ports: Any) -> str:
    return " and ".join(str(port) for port in sorted(set(ports)))
