from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...facts import Unreadable
from ...model import Confidence, Evidence, Finding, Remedy, now, proper
from ...snapshot import Object
from ...status import condition
from .. import cause, family
from . import disrupted, node_name
from .node_shutdown import node_shutdown

if TYPE_CHECKING:
    from ...facts import Facts

# What a kubelet that no longer reports has said of its pods is old, whatever it was.
_STALE = ("volumes", "image", "config", "start", "memory-and-disk", "signals", "probes", "application")


@cause(explains=[node_shutdown, *(item for name in _STALE for item in family(name))])
def node_not_ready(facts: Facts) -> Iterator[Finding]:
    """The pod's node is not ready, unreachable or gone, so nothing that the pod's status says can be trusted.

    The node controller then marks the pod not ready, without a reason and with ContainersReady still True; the
    containers' statuses are the last that the kubelet wrote. Pods of a Deployment are deleted and made anew after 300 s
    (their toleration of not-ready and unreachable); those of a StatefulSet wait until the node is back or deleted.

    Fix: bring the node's kubelet back, or delete the node.

    Source: pkg/controller/nodelifecycle/node_lifecycle_controller.go, 1.36.
    """
    name = node_name(facts)
    if not name or facts.phase == "Succeeded" or (facts.phase == "Failed" and not disrupted(facts, "DeletionByPodGC")):
        return
    events = facts.events("NodeNotReady", kind="Pod")
    marked = facts.condition("Ready")
    # Only the node controller writes Ready=False without a reason.
    stale = (
        marked.get("status") == "False"
        and not marked.get("reason")
        and facts.condition("ContainersReady").get("status") == "True"
    )
    try:
        node = facts.node
    except Unreadable:
        if stale and events:
            seen = (facts.cite_event(events[0]), facts.cite_pod("status.conditions{Ready}.status"))
            yield Finding(f"node {name} is not ready", Confidence.CERTAIN, None, seen, tuple(_remedies(facts, name)))
        return
    found = _of_node(facts, name, node)
    if found:
        gone = node is None
        message, evidence = found
        evidence += [facts.cite_event(event) for event in events[:1]]
        evidence += [facts.cite_pod("status.conditions{Ready}.status")] if stale else []
        yield Finding(message, Confidence.CERTAIN, None, tuple(evidence), tuple(_remedies(facts, name, gone)))


def _of_node(facts: Facts, name: str, node: Object | None) -> tuple[str, list[Evidence]] | None:
    """What is wrong with the node, and where that stands; None where it is ready."""
    if node is None:
        near = facts.nearest("Node", name) if not facts.status.get("startTime") else None
        return f"node {name} does not exist" + (f": did you mean {near}?" if near else ""), [facts.cite_absent("Node", name)]
    ready = condition(node, "Ready")
    if ready.get("status") not in ("False", "Unknown"):
        return None
    why = str(ready.get("message") or ready.get("reason") or "")
    word = "does not answer" if ready["status"] == "Unknown" else "is not ready"
    part = "message" if ready.get("message") else "status"
    return f"node {name} {word}" + (f": {why}" if why else ""), [facts.cite(node, f"status.conditions{{Ready}}.{part}")]


def _remedies(facts: Facts, node: str, gone: bool = False) -> Iterator[Remedy]:
    kind, _ = facts.workload
    if gone and not facts.status.get("startTime"):
        yield now(facts.change("remove nodeName, or name a node that exists,"))
    elif kind in ("deployment", "replicaset", "job", "cronjob"):
        yield now("to have it replaced at once", facts.kubectl("delete", "pod", facts.name, ("--wait=false",)))
    elif kind == "statefulset":
        taint = facts.kubectl("taint", "nodes", node, "node.kubernetes.io/out-of-service=nodeshutdown:NoExecute")
        yield now("only once it is sure that the node is off: its pods are replaced then", taint)
    if gone:
        yield proper("see which nodes there are", facts.kubectl("get", "nodes"), mutates=False)
        return
    yield proper(
        "see what became of the node, and start its kubelet again", facts.kubectl("describe", "node", node), mutates=False
    )
