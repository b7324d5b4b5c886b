from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...model import Confidence, Finding, proper
from .. import cause
from ..signals.killed import killed
from ..signals.terminated import terminated
from . import disrupted, node_name

if TYPE_CHECKING:
    from ...facts import Facts

_BY = r"Preempted by (?:pod |podgroup )?(?P<who>\S+) on node"


@cause(explains=[killed, terminated])
def preempted(facts: Facts) -> Iterator[Finding]:
    """The pod had to go so that a pod of higher priority fits on its node.

    The scheduler deletes the pods of lower priority that stand in the way (DisruptionTarget, PreemptionByScheduler); the
    kubelet does it for a critical pod (reason Preempting). An eviction for pressure on the node is another thing
    (evicted-node-pressure, node-out-of-memory), and so is a drain (node-shutdown).

    Fix: give the pod a PriorityClass that is not below the other's, or the cluster room for both.

    Source: pkg/scheduler/framework/preemption/executor.go and pkg/kubelet/preemption/preemption.go, 1.36.
    """
    evidence = []
    by_kubelet = facts.status.get("reason") == "Preempting" or disrupted(facts, "TerminationByKubelet", words="preempted")
    if facts.status.get("reason") == "Preempting":
        evidence.append(facts.cite_pod("status.reason"))
    elif by_kubelet or disrupted(facts, "PreemptionByScheduler"):
        evidence.append(facts.cite_pod("status.conditions{DisruptionTarget}.message"))
    events = facts.events("Preempted", "Preempting", kind="Pod") if evidence or facts.deleted else []
    evidence += [facts.cite_event(event) for event in events[:1]]
    if not evidence:
        return
    said = re.search(_BY, str(events[0].get("message") or "")) if events else None
    who = (
        "a critical pod"
        if by_kubelet
        else f"pod {said['who']}"
        if said and "/" in said["who"]
        else "a pod of higher priority"
    )
    own = facts.spec.get("priorityClassName")
    priority = f"; its PriorityClass is {own}" if own else ""
    if "priorityClassName" in facts.spec:
        evidence.append(facts.cite_pod("spec.priorityClassName"))
    yield Finding(
        f"preempted on node {node_name(facts)} by {who}{priority}",
        Confidence.CERTAIN,
        None,
        tuple(evidence),
        (
            proper(facts.change("if it must not give way, set a priorityClassName of a higher class")),
            proper("or give the cluster room for both", facts.kubectl("describe", "nodes"), mutates=False),
        ),
    )
