from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from typing import TYPE_CHECKING

from ...model import Finding, Remedy, now, proper
from ...quantities import of_bytes
from ...status import mapping
from .. import cause
from . import allocatable, amounts, name_of, refusal, requests, some

if TYPE_CHECKING:
    from ...facts import Facts


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
        amount = requests(facts).get(resource, Fraction(0))
        texts.append(f"{_written(resource, amount)} {resource} free" if amount else f"enough {resource} free")
        evidence += [
            facts.cite_pod(f"{container.spec_path}.resources.requests[{resource}]")
            for container in facts.containers
            if resource in amounts(mapping(container.spec.get("resources")).get("requests"))
        ]
        largest = max(said.nodes, key=lambda node: allocatable(node, resource), default=None)
        if largest is None:
            continue
        offered = allocatable(largest, resource)
        none += [] if offered else [resource]
        who = name_of(largest) if len(said.nodes) == 1 else f"{name_of(largest)}, the largest,"
        texts[-1] += f" ({who} has {_written(resource, offered)} in all)" if offered else " (none has any)"
        if resource in mapping(mapping(largest.get("status")).get("allocatable")):
            evidence.append(facts.cite(largest, f"status.allocatable[{resource}]"))
    texts += ["room for one more pod"] if "Too many pods" in said.reasons else []
    texts += ["room for one more volume"] if "node(s) exceed max volume count" in said.reasons else []
    texts += ["the devices of its resource claims"] if "cannot allocate all claims" in said.reasons else []
    helped = facts.events("TriggeredScaleUp", kind="Pod")
    evidence += [facts.cite_event(event) for event in helped[:1]]
    suitable = "suitable " if 0 < len(said.nodes) < len(facts.all("Node")) else ""
    yield Finding(
        f"no {suitable}node has {some(texts)}" + ("; the autoscaler adds a node" if helped else ""),
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


def _request_less(facts: Facts, short: list[str]) -> Remedy | None:
    """Of what is short, the container that asks for the most of it can ask for less; devices are needed as they are."""
    for resource in short:
        asking = {
            container.name: amounts(mapping(container.spec.get("resources")).get("requests")).get(resource, Fraction(0))
            for container in facts.containers
        }
        name = max(asking, key=lambda name: asking[name], default="")
        command = facts.set_command("resources", "-c", name, f"--requests={resource}=VALUE")
        if resource in ("cpu", "memory", "ephemeral-storage") and name and command:
            return now("request less", command)
    return None


def _written(resource: str, amount: Fraction) -> str:
    if resource in ("memory", "ephemeral-storage") or resource.startswith("hugepages-"):
        return of_bytes(amount)
    return str(amount) if amount.denominator == 1 else f"{round(amount * 1000)}m"
