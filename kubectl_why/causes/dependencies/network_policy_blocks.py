from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...labels import own_labels
from ...model import Confidence, Finding, Remedy, now, proper
from ...status import mapping
from .. import cause
from ..application.connection_refused import connection_refused
from ..application.connection_timeout import connection_timeout
from ..application.dns_not_found import dns_not_found
from ..lifecycle.waiting_for_init import waiting_for_init
from ..probes.probe_server_error import probe_server_error
from ..probes.probe_timeout import probe_timeout
from . import Wanted, is_missing, reaching
from .policies import Blocked, blocks

if TYPE_CHECKING:
    from ...facts import Facts


@cause(behind=[connection_refused, connection_timeout, dns_not_found, waiting_for_init, probe_server_error, probe_timeout])
def network_policy_blocks(facts: Facts) -> Iterator[Finding]:
    """A NetworkPolicy forbids the traffic.

    Policies select the peer's pods for ingress, or this pod for egress, and none of them allows the connection. Packets
    are mostly dropped, so that the connection times out; some network plugins refuse it. A policy for egress that leaves
    out port 53 keeps names from resolving.

    Fix: add a rule to the policy that admits this pod (ingress), or the peer and the DNS (egress).

    Source: https://kubernetes.io/docs/concepts/services-networking/network-policies/; not every plugin enforces them.
    """
    for item in reaching(facts):
        facts.names("NetworkPolicy")
        if is_missing(facts, item):
            continue
        found = blocks(facts, item)
        if found is None:
            continue
        metadata = mapping(found.policy.get("metadata"))
        name, namespace = str(metadata.get("name")), str(metadata.get("namespace"))
        refused = item.line is not None and item.line.cause == "connection-refused"
        selects = mapping(mapping(found.policy.get("spec")).get("podSelector"))
        look = facts.kubectl("describe", "networkpolicy", name, namespace=namespace)
        yield Finding(
            _message(facts, item, found, name),
            Confidence.LIKELY if item.line and not refused else Confidence.POSSIBLE,
            item.container.name,
            (facts.cite(found.policy, "spec.podSelector" if selects else "spec.policyTypes"),),
            (now(command=look, mutates=False), _rule(facts, item, found, name, namespace)),
        )


def _message(facts: Facts, item: Wanted, found: Blocked, name: str) -> str:
    if found.dns:
        return f"NetworkPolicy {name} lets {facts.name} ask no name server: no rule for port 53"
    if found.direction == "egress":
        return f"NetworkPolicy {name} does not let {facts.name} reach {item.name or f'port {found.port}'}"
    who = item.service.name if item.service else item.name
    return f"NetworkPolicy {name} does not let {facts.name} in to port {found.port} of {who}"


def _rule(facts: Facts, item: Wanted, found: Blocked, name: str, namespace: str) -> Remedy:
    """The rule to add. To whom a pod may talk is the user's to say; whom to let in follows from this pod's labels."""
    if found.direction == "egress":
        what = "port 53 (UDP and TCP)" if found.dns else item.name or f"port {found.port}"
        return proper(f"add an egress rule for {what} to NetworkPolicy {name}")
    who: dict = {"podSelector": {"matchLabels": _labels(facts)}}
    if namespace != facts.namespace:
        who["namespaceSelector"] = {"matchLabels": {"kubernetes.io/metadata.name": facts.namespace}}
    rule = {"from": [who], "ports": [{"port": found.port, "protocol": "TCP"}]} if found.port else {"from": [who]}
    rules = mapping(found.policy.get("spec")).get("ingress")
    patch = [
        {"op": "add", "path": "/spec/ingress/-", "value": rule}
        if rules
        else {"op": "add", "path": "/spec/ingress", "value": [rule]}
    ]
    command = facts.kubectl("patch", "networkpolicy", name, ("--type=json", "-p", json.dumps(patch)), namespace=namespace)
    return proper(f"let it in, if it may, and write the rule into the manifest of NetworkPolicy {name}", command)


def _labels(facts: Facts) -> dict:
    """The pod's labels by which its workload knows it; where it has none, all but its controllers'."""
    labels = own_labels(facts.pod)
    workload = mapping(facts.snapshot.owners[-1]) if facts.snapshot.owners else {}
    chosen = mapping(mapping(mapping(workload.get("spec")).get("selector")).get("matchLabels"))
    return {name: value for name, value in labels.items() if chosen.get(name) == value} or labels
