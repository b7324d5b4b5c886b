from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...model import Confidence, Evidence, Finding, Remedy, now, proper
from ...nodes import cordons
from ...status import listing, mapping
from .. import cause
from ..signals.killed import killed
from ..signals.terminated import terminated
from . import added, disrupted, node_name

if TYPE_CHECKING:
    from ...facts import Facts

_SHUTDOWN = "node shutdown"


@cause(explains=[killed, terminated])
def node_shutdown(facts: Facts) -> Iterator[Finding]:
    """The pod was ended because its node shut down, was drained, or got a taint that the pod does not tolerate.

    The kubelet ends pods when the node shuts down (reason Terminated or NodeShutdown), the eviction API when somebody drains
    it, the taint manager for a NoExecute taint. A node that is gone without a word is node-not-ready. An eviction by the
    API without a cordoned node may also come from an autoscaler or a descheduler.

    Fix: nothing, where a controller makes a new pod elsewhere; a bare pod has to be created again.

    Source: pkg/kubelet/nodeshutdown, pkg/controller/tainteviction, pkg/registry/core/pod/storage/eviction.go, 1.36.
    """
    node = node_name(facts)
    found = _shut_down(facts, node) or _drained(facts, node) or _tainted(facts, node)
    if found:
        message, confidence, evidence = found
        yield Finding(message, confidence, None, tuple(evidence), tuple(_remedies(facts, node)))


def _shut_down(facts: Facts, node: str) -> tuple[str, Confidence, list[Evidence]] | None:
    reason, message = facts.status.get("reason"), str(facts.status.get("message") or "")
    if reason == "NodeShutdown" or (reason in ("Terminated", "Shutdown") and "shut" in message):
        evidence = [facts.cite_pod("status.message" if message else "status.reason")]
        return f"ended because node {node} shut down", Confidence.CERTAIN, evidence
    if disrupted(facts, "TerminationByKubelet", words=_SHUTDOWN):
        evidence = [facts.cite_pod("status.conditions{DisruptionTarget}.message")]
        return f"ended because node {node} shut down", Confidence.CERTAIN, evidence
    return None


def _drained(facts: Facts, node: str) -> tuple[str, Confidence, list[Evidence]] | None:
    if not disrupted(facts, "EvictionByEvictionAPI"):
        return None
    evidence = [facts.cite_pod("status.conditions{DisruptionTarget}.reason")]
    obj = facts.known_node
    if mapping(obj.get("spec")).get("unschedulable") is True:
        evidence.append(facts.cite(obj, "spec.unschedulable"))
        ago = added(facts, cordons(obj))
        return (
            f"evicted because node {node} is being drained{f', cordoned{ago}' if ago else ''}",
            Confidence.CERTAIN,
            evidence,
        )
    by = facts.events("EvictedByVPA", kind="Pod")
    who = "the VPA" if by else "a drain, an autoscaler or a descheduler"
    evidence += [facts.cite_event(event) for event in by[:1]]
    return f"evicted from node {node} through the eviction API, by {who}", Confidence.LIKELY, evidence


def _tainted(facts: Facts, node: str) -> tuple[str, Confidence, list[Evidence]] | None:
    events = facts.events("TaintManagerEviction", kind="Pod", text="Marking for deletion") if facts.deleted else []
    marked = disrupted(facts, "DeletionByTaintManager", "DeletionByDeviceTaintManager")
    if not marked and not events:
        return None
    evidence = [facts.cite_pod("status.conditions{DisruptionTarget}.message")] if marked else [facts.cite_event(events[0])]
    obj, names, found = facts.known_node, [], []
    for index, taint in enumerate(listing(mapping(obj.get("spec")).get("taints"))):
        if taint.get("effect") == "NoExecute" and "key" in taint:
            value = f"={taint['value']}" if taint.get("value") else ""
            names.append(f"{taint['key']}{value}:NoExecute")
            found.append(taint)
            evidence.append(facts.cite(obj, f"spec.taints[{index}].key"))
    ago = added(facts, found)
    what = f"taint {', '.join(names)}{f', added{ago}' if ago else ''}" if names else "a NoExecute taint"
    return f"removed from node {node}: it does not tolerate {what}", Confidence.CERTAIN, evidence


def _remedies(facts: Facts, node: str) -> Iterator[Remedy]:
    kind, name = facts.workload
    if kind in ("pod", "job"):
        yield now(
            f"create {kind} {name} again; no controller does"
            if kind == "pod"
            else f"job {name} starts another pod by itself"
        )
    elif kind == "daemonset":
        yield now(f"daemonset {name} starts a new pod when node {node} is back")
    else:
        yield now(f"{kind} {name} makes a new pod on another node", facts.kubectl("get", f"{kind}/{name}"), mutates=False)
    yield proper("see why the node is being emptied", facts.kubectl("describe", "node", node), mutates=False)
