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

# Nodes have these as well, but no pod asks for them by name.
_OTHER = {"Too many pods": "pods", "node(s) exceed max volume count": "volumes"}


@cause()
def insufficient_resources(facts: Facts) -> Iterator[Finding]:
    """No node has enough free cpu, memory, ephemeral-storage, pod slots, or an extended resource.

    The scheduler adds up what the pods of a node request, not what they use. Nodes that the pod may not go to anyway (labels,
    taints, cordons) do not count, unless these alone would be large enough: then untolerated-taint or nodes-cordoned. What a
    pod asks for is the sum over its containers and sidecars, or its largest init container.

    Fix: request less, or add a node that is large enough; scale down what is less important until then. An extended resource
    that no node offers at all wants its device plugin.

    Source: fit.go of the scheduler's plugin NodeResourcesFit, 1.36.
    """
    said = refusal(facts, "insufficient-resources")
    if not said:
        return
    short = [match[1] for reason in said.reasons if (match := re.match(r"Insufficient (\S+)", reason))]
    wanted = requests(facts)
    texts, evidence, too_large = [], [said.evidence], False
    for resource in dict.fromkeys(short):
        amount = wanted.get(resource, Fraction(0))
        largest = max(said.nodes, key=lambda node: allocatable(node, resource), default=None)
        evidence += [
            facts.cite_pod(f"{container.spec_path}.resources.requests[{resource}]")
            for container in facts.containers
            if resource in amounts(mapping(container.spec.get("resources")).get("requests"))
        ]
        texts.append(f"{_written(resource, amount)} {resource}")
        if largest is None:
            continue
        offered = allocatable(largest, resource)
        if mapping(mapping(largest.get("status")).get("allocatable")).get(resource) is not None:
            evidence.append(facts.cite(largest, f"status.allocatable[{resource}]"))
        too_large |= offered < amount
        where = name_of(largest) if len(said.nodes) == 1 else f"the largest, {name_of(largest)},"
        texts[-1] += f" ({where} offers {_written(resource, offered)}{'' if offered < amount else ' in all'})"
    texts += [f"room for more {what}" for text, what in _OTHER.items() if text in said.reasons]
    texts += ["the devices of its resource claims"] if "cannot allocate all claims" in said.reasons else []
    helped = facts.events("TriggeredScaleUp", kind="Pod")
    evidence += [facts.cite_event(event) for event in helped[:1]]
    yield Finding(
        f"no node{'' if too_large else ' that would do'} has {some(texts)}"
        + ("; the autoscaler adds a node" if helped else ""),
        said.confidence,
        evidence=tuple(evidence),
        remedies=(
            _request_less(facts, short) or now("see what is there", facts.kubectl("describe", "nodes"), mutates=False),
            proper(facts.change("request less") + "; or add a node that is large enough"),
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
