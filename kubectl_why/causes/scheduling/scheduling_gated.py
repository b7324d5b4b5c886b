from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...model import Confidence, Finding, now, proper
from ...status import listing
from .. import cause
from . import some

if TYPE_CHECKING:
    from ...facts import Facts


@cause()
def scheduling_gated(facts: Facts) -> Iterator[Finding]:
    """spec.schedulingGates are still set.

    The scheduler does not look at the pod before every gate has been removed: by the controller that set it, such as a
    queue for jobs or an operator that checks a quota. That controller does not run, or has not let the pod through.

    Fix: look at the controller that owns the gate; a gate that nobody needs can be removed from the pod, never added.

    Source: https://kubernetes.io/docs/concepts/scheduling-eviction/pod-scheduling-readiness/
    """
    gates = listing(facts.spec.get("schedulingGates"))
    if not gates or not facts.unscheduled or facts.deleted:
        return
    names = [str(gate.get("name")) for gate in gates]
    patch = '[{"op":"remove","path":"/spec/schedulingGates"}]'
    scheduled = facts.condition("PodScheduled")
    yield Finding(
        f"scheduling gate {some(names)} has not been removed",
        Confidence.CERTAIN,
        evidence=(
            *(
                facts.cite_pod(f"spec.schedulingGates[{index}].name")
                for index, gate in enumerate(gates[:2])
                if gate.get("name")
            ),
            *((facts.cite_pod("status.conditions{PodScheduled}.message"),) if scheduled.get("message") else ()),
        ),
        remedies=(
            now("if it may start", facts.kubectl("patch", "pod", facts.name, ("--type=json", "-p", patch))),
            proper(f"repair the controller that is to remove {some(names)}; or " + facts.change("remove the gate")),
        ),
    )
