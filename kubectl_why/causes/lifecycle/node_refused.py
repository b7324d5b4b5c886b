from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...model import Confidence, Evidence, Finding, Remedy, now, proper
from ...status import labels_of, mapping
from .. import cause
from . import node_name

if TYPE_CHECKING:
    from ...facts import Facts

# Newer kubelets say `Pod was rejected: ...`; older ones `Pod Predicate ... failed` and `Pod Node didn't have ...`.
_PREFIX = r"^(?:Pod was rejected: )+|^Pod (?=Predicate |Node |Allocate |Unexpected |Cannot |forbidden )"
_REFUSED = (
    r"OutOf\w[\w./-]*|NodeAffinity|NodeName|NodePorts|HostPorts|TaintToleration|UnexpectedAdmissionError|TopologyAffinityError"
    r"|SMTAlignmentError|EmptyPodSharedPoolError|AppArmor|SysctlForbidden|PodOS\w+|InvalidNodeInfo|VolumeAttachmentLimitExceeded"
    r"|SupplementalGroupsPolicyNotSupported|PodLevelResourcesNotSupported|PodFeatureUnsupported|UnknownReason"
    r"|UnexpectedPredicateFailureType|MatchNodeSelector|InvalidSelinuxOptions"
)
_SHORT_OF = (
    r"didn't have enough (?:resource|capacity): (?P<resource>\S+), requested: (?P<asked>\d+), used: (?P<used>\d+), "
    r"capacity: (?P<capacity>\d+)"
)

_ADVICE = (
    ("OutOf", "request less, or let another node take it,"),
    ("SysctlForbidden", "remove the sysctl, or let the node's kubelet allow it (allowedUnsafeSysctls),"),
    ("AppArmor", "remove the AppArmor profile, or select nodes that have AppArmor,"),
    ("TaintToleration", "tolerate the node's NoExecute taints, or remove them,"),
    ("PodOS", "select nodes of the pod's operating system"),
    ("Topology|SMT|EmptyPod", "ask for CPUs and devices that one NUMA node or core can give"),
    ("UnexpectedAdmission", "ask for devices that the node can give, or mend its device plugin,"),
)


@cause()
def node_refused(facts: Facts) -> Iterator[Finding]:
    """The kubelet of the chosen node refused the pod, which never ran there.

    The node was named by hand (spec.nodeName), or changed between the scheduler's choice and the kubelet's check, or only
    the kubelet can know: devices, topology, sysctls, AppArmor. The pod is Failed with the check's name as reason and has
    no container statuses. After a restart of the kubelet pods that ran are checked again. Evictions happen to pods that
    run.

    Fix: what the message names; a controller makes a new pod by itself, a bare one has to be created again.

    Source: rejectPod in pkg/kubelet/kubelet.go and pkg/kubelet/lifecycle/predicate.go, 1.36.
    """
    reason, message = str(facts.status.get("reason") or ""), str(facts.status.get("message") or "")
    pressed = reason == "Evicted" and "The node had condition" in message
    refused = re.fullmatch(_REFUSED, reason) or (
        message.startswith("Pod was rejected") and reason not in ("NodeShutdown", "Evicted")
    )
    if facts.phase != "Failed" or not (refused or pressed):
        return
    node, words = node_name(facts), re.sub(_PREFIX, "", message).strip().rstrip(".") or reason
    missing = _missing_labels(facts) if reason in ("NodeAffinity", "MatchNodeSelector") else []
    short = re.search(_SHORT_OF, message)
    if missing:
        words = f"it has not the labels {', '.join(label for label, _ in missing)}"
    elif short:
        unit = "m" if short["resource"] == "cpu" else ""
        asked, used, capacity = (short[name] + unit for name in ("asked", "used", "capacity"))
        words = f"{short['resource']} requested {asked}, used {used} of {capacity}"
    evidence = [facts.cite_pod("status.message" if message else "status.reason"), *(cited for _, cited in missing[:2])]
    if facts.spec.get("nodeName"):
        evidence.append(facts.cite_pod("spec.nodeName"))
    yield Finding(
        f"node {node} refused the pod ({reason}): {words}",
        Confidence.CERTAIN,
        None,
        tuple(evidence),
        tuple(_remedies(facts, node, reason, [label for label, _ in missing])),
    )


def _missing_labels(facts: Facts) -> list[tuple[str, Evidence]]:
    """The nodeSelector's labels that the node does not have."""
    if not facts.known_node:
        return []
    labels, wanted = labels_of(facts.known_node), mapping(facts.spec.get("nodeSelector"))
    return [
        (f"{name}={value}", facts.cite_pod("spec.nodeSelector", name))
        for name, value in wanted.items()
        if labels.get(name) != value
    ]


def _remedies(facts: Facts, node: str, reason: str, labels: list[str]) -> Iterator[Remedy]:
    if labels:
        yield now("if that node is right, label it", facts.kubectl("label", "node", node, *labels, ("--overwrite",)))
    elif facts.workload[0] != "pod":
        yield now("remove this one; its controller makes a new one", facts.kubectl("delete", "pod", facts.name))
    if not facts.events("Scheduled"):
        yield proper(facts.change("remove nodeName if it was set by hand, so that the scheduler chooses a node that fits,"))
    words = next((words for pattern, words in _ADVICE if re.match(pattern, reason)), None)
    if words:
        yield proper(facts.change(words))
    yield proper("see what the node has", facts.kubectl("describe", "node", node), mutates=False)
