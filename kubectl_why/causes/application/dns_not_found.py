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
from ..looking import inside
from .peers import GENERAL, confidence, looked, told

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
        seen = looked(facts, item, "dns-not-found")
        of_variable = f"the host that {item.setting.name} names" if item.setting else "a host name"
        whom = f"host {item.peer.host}" if item.peer.host else of_variable
        sure = confidence(facts, item, seen)
        yield Finding(
            f"{whom} does not resolve{hint}{seen.words}",
            Confidence.LIKELY if agrees and sure is Confidence.POSSIBLE else sure,
            item.container.name,
            (*item.evidence(facts), *seen.evidence, *evidence),
            (*remedies, *(() if agrees else inside(facts, item.container))),
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
    wrong = _misconfigured(facts, item)
    if wrong:
        return f": {wrong[0]}", wrong[1], (proper(facts.change("correct dnsPolicy and dnsConfig")),), True
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
        look = facts.kubectl("get", "pods", ("-l", "k8s-app=kube-dns"), namespace="kube-system")
        return (
            f", though {words(facts, item.service)} exists: the name server does not answer",
            (),
            (now(command=look, mutates=False),),
            False,
        )
    return f" for the container, though {words(facts, item.service)} exists now", (), (mend,), False


def _misconfigured(facts: Facts, item: Wanted) -> tuple[str, tuple[Evidence, ...]] | None:
    """What is wrong with the container's own resolv.conf, as a look from inside found it; None where nothing is."""
    for fact in facts.examined(item.container, "dns"):
        search = fact.words("search")
        if not fact.words("nameservers") and (search or fact.words("hosts")):
            return "the container knows no name server", (facts.cite_examined(fact),)
        # Of a name with its namespace, one domain is asked for that has none.
        domain = f"{facts.namespace}.svc." if "." not in item.peer.host else "svc."
        if item.peer.host.count(".") < 2 and search and not any(d.startswith(domain) for d in search):
            words = f"the container's search domains ({', '.join(search[:4])}) have no {domain.rstrip('.')}"
            return words, (facts.cite_examined(fact),)
    return None
