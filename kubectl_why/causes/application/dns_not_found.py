from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ... import hosts, names
from ...facts import Unreadable
from ...model import Confidence, Evidence, Finding, Remedy, now, proper
from ...status import mapping
from .. import cause
from ..dependencies import Wanted, service, words
from .peers import GENERAL, confidence, told

if TYPE_CHECKING:
    from ...facts import Facts

# The name server did not say no: it did not answer, or could not.
_SERVER = (
    r"(?i)i/o timeout|server misbehaving|temporary failure|EAI_AGAIN|no servers could be reached|SERVFAIL|try again|ETIMEOUT"
)


@cause(explains=GENERAL)
def dns_not_found(facts: Facts) -> Iterator[Finding]:
    """A host name does not resolve.

    Within a cluster a name resolves where a Service has it: NAME in the pod's own namespace, NAME.NAMESPACE in another. A
    headless Service without ready pods does not resolve either. Names outside of the cluster are asked of the node's name
    servers. A name server that does not answer at all says so (temporary failure, i/o timeout, EAI_AGAIN).

    Fix: correct the name in the settings; create the Service; or see to the cluster's DNS.

    Source: https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/.
    """
    for item in told(facts, "dns-not-found"):
        hint, evidence, remedies, agrees = _hint(facts, item)
        yield Finding(
            f"host {item.peer.host} does not resolve{hint}" if item.peer.host else f"a host name does not resolve{hint}",
            Confidence.LIKELY if agrees else confidence(facts, item),
            item.container.name,
            (*item.evidence(facts), *evidence),
            remedies,
        )


def _hint(facts: Facts, item: Wanted) -> tuple[str, tuple[Evidence, ...], tuple[Remedy, ...], bool]:
    """What the Services and the pod's own DNS settings say, and whether that is why."""
    mend = proper(facts.change(f"correct the host {item.peer.host}" if item.peer.host else "correct the host's name"))
    if item.service is None:
        candidates = hosts.services(item.peer.host, facts.namespace)
        if candidates:  # a name of two parts, of which the second is none of the namespaces
            namespace = candidates[-1].namespace
            return f": there is no namespace {namespace}", (facts.cite_absent("Namespace", namespace),), (mend,), True
        return ": it is no name of the cluster" if "." in item.peer.host else "", (), (mend,), False
    name, namespace = item.service
    policy = str(facts.spec.get("dnsPolicy") or "ClusterFirst")
    if policy == "Default" or (facts.spec.get("hostNetwork") is True and policy == "ClusterFirst"):
        why = "dnsPolicy Default" if policy == "Default" else "hostNetwork without dnsPolicy ClusterFirstWithHostNet"
        right = "ClusterFirstWithHostNet" if facts.spec.get("hostNetwork") is True else "ClusterFirst"
        change = facts.patch_command({"dnsPolicy": right})
        path = "spec.dnsPolicy" if policy == "Default" else "spec.hostNetwork"
        return (
            f": with {why} the pod knows no Services",
            (facts.cite_pod(path),),
            (now(command=change),) if change else (mend,),
            True,
        )
    try:
        there = service(facts, item)
    except Unreadable:
        return "", (), (mend,), False
    if there is None:
        # The remedy is the missing Service's (service-not-found).
        near = names.nearest(
            name, (str(mapping(obj.get("metadata")).get("name")) for obj in facts.all("Service", namespace))
        )
        elsewhere = facts.elsewhere("Service", name) if namespace == facts.namespace else []
        hint = f": did you mean {near}?" if near else f": did you mean {name}.{elsewhere[0]}?" if elsewhere else ""
        return hint, (), (), True
    outside = mapping(there.get("spec")).get("externalName")
    if outside:
        return (
            f": {words(facts, item.service)} stands for {outside}",
            (facts.cite(there, "spec.externalName"),),
            (mend,),
            True,
        )
    if mapping(there.get("spec")).get("clusterIP") == "None":
        return "", (), (mend,), False
    if item.line and re.search(_SERVER, item.line.log.lines[item.line.index]):
        look = facts.kubectl("get", "pods", "-l", "k8s-app=kube-dns", namespace="kube-system")
        return (
            f", though {words(facts, item.service)} exists: the name server does not answer",
            (),
            (now(command=look, mutates=False),),
            False,
        )
    return f" for the container, though {words(facts, item.service)} exists now", (), (mend,), False
