from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ... import hosts, names
from ...model import Confidence, Finding, now, proper
from ...status import mapping
from .. import cause
from ..application.connection_refused import connection_refused
from ..application.connection_timeout import connection_timeout
from ..application.dns_not_found import dns_not_found
from ..lifecycle.waiting_for_init import waiting_for_init
from . import Wanted, correction, is_missing, reaching, words

if TYPE_CHECKING:
    from ...facts import Facts


@cause(behind=[connection_refused, connection_timeout, dns_not_found, waiting_for_init])
def service_not_found(facts: Facts) -> Iterator[Finding]:
    """No Service has the name that is wanted.

    In a cluster a name resolves because a Service has it, in the pod's own namespace unless the name says another one
    (SERVICE.NAMESPACE). It is not about a Service that has no pods behind it (service-without-endpoints).

    Fix: correct the host in the settings of the workload, or create the Service.

    Source: https://kubernetes.io/docs/concepts/services-networking/dns-pod-service/.
    """
    for item in reaching(facts):
        if item.service is None:
            facts.names("Service")  # an address could be a Service's, had they been read
            yield from _no_namespace(facts, item)
        if item.service is None or not is_missing(facts, item):
            continue
        name, namespace = item.service
        there = [str(mapping(obj.get("metadata")).get("name")) for obj in facts.all("Service", namespace)]
        near = names.nearest(name, there)
        elsewhere = facts.elsewhere("Service", name) if namespace == facts.namespace else []
        right = near or (f"{name}.{elsewhere[0]}" if elsewhere else None)
        asked = item.line is not None and item.line.cause == "dns-not-found"
        hint = f"; there is {near}" if near and asked else f": did you mean {near}?" if near else ""
        hint = hint or (f"; namespace {elsewhere[0]} has one" if elsewhere else "")
        missing = f"there is no {words(facts, item.service)}"
        evidence = [facts.cite_absent("Service", name, namespace), *item.evidence(facts)]
        change = correction(facts, item.setting, item.container, item.peer.host, right) if right else None
        near_object = next(
            (obj for obj in facts.all("Service", namespace) if near and mapping(obj.get("metadata")).get("name") == near),
            None,
        )
        if near_object:
            evidence.insert(1, facts.cite(near_object, "metadata.name"))
        place = f"in ConfigMap {item.setting.config_map}" if item.setting and item.setting.config_map else ""
        rename = f"name {right} instead of {item.peer.host}"
        mend = f"{rename} {place}" if place else facts.change(rename)
        yield Finding(
            missing + hint,
            Confidence.CERTAIN,
            item.container.name,
            tuple(evidence),
            (
                now(command=change) if change else now(command=facts.kubectl("get", "services"), mutates=False),
                proper(mend if right else f"create Service {name}, or correct the host"),
            ),
        )


def _no_namespace(facts: Facts, item: Wanted) -> Iterator[Finding]:
    """A host of two parts that does not resolve, and of which the second is none of the namespaces."""
    host = item.peer.host
    candidates = hosts.services(host, facts.namespace) if item.line and item.line.cause == "dns-not-found" else []
    for name, namespace in candidates[-1:]:
        there = [facts.namespace] if name in facts.names("Service") else facts.elsewhere("Service", name)
        right = name if there == [facts.namespace] else f"{name}.{there[0]}" if there else None
        change = correction(facts, item.setting, item.container, host, right) if right else None
        yield Finding(
            f"there is no namespace {namespace} with a Service {name}"
            + (f"; namespace {there[0]} has one" if there else ""),
            Confidence.CERTAIN,
            item.container.name,
            (facts.cite_absent("Namespace", namespace), *item.evidence(facts)),
            (
                now(command=change) if change else now(command=facts.kubectl("get", "services"), mutates=False),
                proper(facts.change(f"name {right} instead of {host}" if right else f"correct the host {host}")),
            ),
        )
