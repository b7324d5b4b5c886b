from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from ...model import Finding, Remedy, now, proper
from ...nodes import allocatable, requested, requests, used
from ...quantities import of_bytes
from ...status import mapping, name_of
from .. import cause
from . import refusal, some

if TYPE_CHECKING:
    from fractions import Fraction

    from ...facts import Facts
    from ...snapshot import Object


# What is short beside cpu, memory and the like, and how the scheduler begins to say so.
_OTHERS = (
    ("Too many pods", "room for one more pod"),
    (r"node\(s\) exceed max volume count", "room for one more volume"),
    (r"cannot (?:allocate all claims|schedule extended|fit)|resourceclaim |node \S+ timed out", "the devices of its claims"),
    (r"request .* device class (\S+) does not exist", r"the devices of its claims (device class \1 does not exist)"),
)


@cause()
def insufficient_resources(facts: Facts) -> Iterator[Finding]:
    """No node has enough free cpu, memory, ephemeral-storage, pod slots, or an extended resource.

    The scheduler adds up what the pods of a node request, not what they use. Nodes that the pod may not go to anyway
    (labels, taints, cordons) do not count, unless these alone would be large enough: then untolerated-taint or
    nodes-cordoned. What a pod asks for is the sum over its containers and sidecars, or its largest init container.

    Fix: request less, or add a node that is large enough; scale down what is less important until then. An extended
    resource that no node offers at all wants its device plugin.

    Source: fit.go of the scheduler's plugin NodeResourcesFit, 1.36.
    """
    said = refusal(facts, "insufficient-resources")
    if not said:
        return
    short = [match[1] for reason in said.reasons if (match := re.match(r"Insufficient (\S+)", reason))]
    texts, evidence, none = [], [said.evidence], []
    for resource in dict.fromkeys(short):
        amount = requests(facts.spec).get(resource, 0)
        room = _room(facts, said.nodes, resource, amount)
        texts.append(f"{_written(resource, amount)} {resource} free" if amount else f"enough {resource} free")
        texts[-1] += f" ({room.words})" if room else ""
        evidence += [
            facts.cite_pod(f"{container.spec_path}.resources.requests[{resource}]")
            for container in facts.containers
            if resource in requested(container.spec)
        ]
        if room and resource in mapping(mapping(room.node.get("status")).get("allocatable")):
            evidence.append(facts.cite(room.node, f"status.allocatable[{resource}]"))
        none += [resource] if room and not allocatable(room.node, resource) else []
    others = [
        match.expand(words) for reason in said.reasons for start, words in _OTHERS if (match := re.match(start, reason))
    ]
    texts += dict.fromkeys(others)
    helped = facts.events("TriggeredScaleUp", kind="Pod")
    evidence += [facts.cite_event(event) for event in helped[:1]]
    suitable = "suitable " if 0 < len(said.nodes) < len(facts.all("Node")) else ""
    yield Finding(
        (f"no {suitable}node has {some(texts)}" if texts else "the cluster has no node")
        + ("; the autoscaler adds a node" if helped else _nominated(facts)),
        said.confidence,
        evidence=tuple(evidence),
        remedies=(
            _request_less(facts, short) or now("see what is there", facts.kubectl("describe", "nodes"), mutates=False),
            proper(
                f"see that the device plugin of {some(none)} runs, or add a node that has it"
                if none
                else (facts.change("request less") + "; or add a node that is large enough")
                if short
                else "add a node, or remove what is not needed"
            ),
        ),
    )


class _Room(NamedTuple):
    """How much of a resource the node has that comes nearest."""

    node: Object
    words: str


def _room(facts: Facts, nodes: tuple[Object, ...], resource: str, wanted: Fraction | int) -> _Room | None:
    """The node that comes nearest: the largest, or of those whose pods were read the one with most to spare."""
    largest = max(nodes, key=lambda node: allocatable(node, resource), default=None)
    if largest is None:
        return None
    whole = allocatable(largest, resource)
    who = name_of(largest) if len(nodes) == 1 else f"{name_of(largest)}, the largest,"
    words = f"{who} has {_written(resource, whole)} in all" if whole else "none has any"
    read = [(node, pods) for node in nodes if (pods := facts.pods_on(name_of(node))) is not None]
    if whole < wanted or not read:
        return _Room(largest, words)
    free = {name_of(node): allocatable(node, resource) - used(pods, resource) for node, pods in read}
    nearest = max((node for node, _ in read), key=lambda node: free[name_of(node)])
    spare, all_of_it = max(free[name_of(nearest)], 0), allocatable(nearest, resource)
    if spare >= wanted:
        return _Room(largest, words)  # not all pods may be seen: what the scheduler says is right
    of_all = f"{_written(resource, spare)} of {_written(resource, all_of_it)} free"
    who = name_of(nearest) if len(nodes) == 1 else f"{name_of(nearest)} comes nearest and"
    return _Room(nearest, f"{who} has {of_all}, {_written(resource, wanted - spare)} too little")


def _nominated(facts: Facts) -> str:
    """That pods of less priority are leaving to make room for it."""
    node = facts.status.get("nominatedNodeName")
    return f"; pods of lower priority are leaving node {node} to make room" if node else ""


def _request_less(facts: Facts, short: list[str]) -> Remedy | None:
    """Of what is short, the container that asks for the most of it can ask for less; devices are needed as they are."""
    for resource in short:
        asking = {container.name: requested(container.spec).get(resource, 0) for container in facts.containers}
        name = max(asking, key=lambda name: asking[name], default="")
        command = facts.set_command("resources", ("-c", name, f"--requests={resource}=VALUE"))
        if resource in ("cpu", "memory", "ephemeral-storage") and name and command:
            return now("request less", command)
    return None


def _written(resource: str, amount: Fraction | int) -> str:
    if resource in ("memory", "ephemeral-storage") or resource.startswith("hugepages-"):
        return of_bytes(amount)
    return str(amount) if amount.denominator == 1 else f"{round(amount * 1000)}m"
