from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...facts import Unreadable
from ...model import Confidence, Evidence, Finding, Remedy, now, proper
from ...status import condition
from .. import cause
from . import span
from .node_not_ready import node_not_ready
from .node_shutdown import node_shutdown
from .preempted import preempted

if TYPE_CHECKING:
    from ...facts import Facts

# Seconds after the end of the grace period within which the kubelet and the controllers clean up.
_CLEANING, _OVERDUE = 10.0, 60.0


@cause(explains=[node_not_ready, node_shutdown, preempted])
def stuck_terminating(facts: Facts) -> Iterator[Finding]:
    """The pod was deleted, its grace period is over, and it is still there.

    deletionTimestamp is the end of the grace period; a pod that has not reached it is only terminating, however long its
    process ignores SIGTERM. After it, a finalizer that nobody removes keeps the object; or the node does not answer, so
    that no kubelet can confirm the end; or the runtime cannot kill the process or release a volume.

    Fix: let the finalizer's controller run, or remove the finalizer; bring the node back, or confirm that it is gone.

    Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/finalizers/ and pkg/kubelet/pod_workers.go,
    1.36.
    """
    late = (facts.now - facts.deleted).total_seconds() if facts.deleted else 0.0
    finalizers = facts.metadata.get("finalizers")
    held = [str(name) for name in finalizers] if isinstance(finalizers, list) else []
    runs = any(container.running is not None for container in facts.containers)
    if late < _CLEANING or (late < _OVERDUE and (runs or not held)):
        return
    since = f"deleted, and overdue for {span(late)}"
    deleted = facts.cite_pod("metadata.deletionTimestamp")
    if held and not runs:
        yield Finding(
            f"{since}: held by finalizer {' and '.join(held)}",
            Confidence.CERTAIN,
            None,
            (facts.cite_pod("metadata.finalizers"), deleted),
            tuple(_remedies_of_finalizers(facts, held)),
        )
        return
    node = str(facts.spec.get("nodeName") or "")
    lost = _lost_node(facts)
    failures = facts.events("FailedKillPod", "ExceededGracePeriod", "FailedUnMount", "FailedDetachVolume", kind="Pod")
    if lost:
        message, evidence, confidence = f"node {node} does not answer", lost, Confidence.CERTAIN
    elif failures:
        message = f"the node cannot end it: {str(failures[0].get('message') or '').strip()[:120]}"
        evidence, confidence = [facts.cite_event(failures[0])], Confidence.CERTAIN
    else:
        message, evidence, confidence = f"node {node} has not confirmed its end", [], Confidence.POSSIBLE
    yield Finding(
        f"{since}: {message}", confidence, None, (*evidence, deleted), tuple(_remedies_of_node(facts, node, bool(lost)))
    )


def _lost_node(facts: Facts) -> list[Evidence]:
    """What says that the node is gone or does not report; nothing where it is well."""
    try:
        node = facts.node
    except Unreadable:
        return []
    if node is None:
        name = facts.spec.get("nodeName")
        return [facts.cite_absent("Node", str(name))] if name else []
    status = condition(node, "Ready").get("status")
    return [facts.cite(node, "status.conditions{Ready}.status")] if status and status != "True" else []


def _remedies_of_finalizers(facts: Facts, held: list[str]) -> Iterator[Remedy]:
    command = ("patch", "pod", facts.name, ("--type=merge", "-p", '{"metadata":{"finalizers":null}}'))
    yield now("if nothing is left to be done for it", facts.kubectl(*command))
    yield proper(f"get the controller to run that removes {' and '.join(held)} when its work is done")


def _remedies_of_node(facts: Facts, node: str, lost: bool) -> Iterator[Remedy]:
    command = facts.kubectl("delete", "pod", facts.name, ("--force", "--grace-period=0"))
    sure = f"once it is sure that node {node} is off" if lost else "if two of them may run at once"
    yield now(sure, command)
    yield proper(f"mend node {node}, or delete it", facts.kubectl("describe", "node", node), mutates=False)
