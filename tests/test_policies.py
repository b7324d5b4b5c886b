"""NetworkPolicies, clause by clause as the API's documentation has them: a loader in namespace `pricing` wants port 5432 of a
database beside it. Source: https://kubernetes.io/docs/concepts/services-networking/network-policies/."""

import copy
import json

import pytest

from kubectl_why.diagnose import diagnose
from kubectl_why.snapshot import Snapshot
from tests.score import CASES

LOADER, DATABASE = {"matchLabels": {"app": "pricing-loader"}}, {"matchLabels": {"app": "pricing-db"}}
STRANGER, HERE, THERE = {"matchLabels": {"app": "other"}}, "pricing", "elsewhere"


def space(name):
    return {"matchLabels": {"kubernetes.io/metadata.name": name}}


def expression(operator, *values, key="app"):
    return {"matchExpressions": [{"key": key, "operator": operator, **({"values": list(values)} if values else {})}]}


def into(*rules, pods=DATABASE, types=None):
    """A policy for what comes in."""
    return {"podSelector": pods, **({"policyTypes": types} if types else {}), "ingress": list(rules)}


def out(*rules, pods=LOADER, types=("Egress",)):
    """A policy for what goes out."""
    return {"podSelector": pods, "policyTypes": list(types), "egress": list(rules)}


# whether the traffic is blocked, what the clause is, and the policies
CLAUSES = [
    # whom a policy selects, and for what
    (False, "no policy at all", []),
    (True, "an empty podSelector selects every pod", [into(pods={})]),
    (False, "other pods are not isolated", [into(pods=STRANGER)]),
    (True, "no rule lets nothing in", [into()]),
    (False, "an empty rule lets everything in", [into({})]),
    (True, "without policyTypes it is for ingress", [{"podSelector": DATABASE}]),
    (True, "without policyTypes a rule for egress makes it for egress as well", [{"podSelector": LOADER, "egress": [{"to": [{"podSelector": STRANGER}]}]}]),
    (False, "policyTypes Egress leaves ingress alone", [into(types=["Egress"])]),
    (True, "both ends have a say: egress", [into({}), out({"to": [{"podSelector": STRANGER}]})]),
    (True, "both ends have a say: ingress", [into(), out({})]),
    (False, "both ends allow it", [into({"from": [{"podSelector": LOADER}]}), out({"to": [{"podSelector": DATABASE}]})]),
    (False, "policies add up: one of them allows it", [into(), into({"from": [{"podSelector": LOADER}]})]),
    (False, "rules add up", [into({"from": [{"podSelector": STRANGER}]}, {"from": [{"podSelector": LOADER}]})]),
    # who may come: from and to
    (False, "podSelector of the same namespace", [into({"from": [{"podSelector": LOADER}]})]),
    (True, "podSelector of others", [into({"from": [{"podSelector": STRANGER}]})]),
    (False, "an empty podSelector: every pod of the namespace", [into({"from": [{"podSelector": {}}]})]),
    (False, "namespaceSelector: every pod of that namespace", [into({"from": [{"namespaceSelector": space(HERE)}]})]),
    (True, "namespaceSelector of another", [into({"from": [{"namespaceSelector": space(THERE)}]})]),
    (False, "an empty namespaceSelector: every namespace", [into({"from": [{"namespaceSelector": {}}]})]),
    (False, "both in one entry: both must fit", [into({"from": [{"namespaceSelector": space(HERE), "podSelector": LOADER}]})]),
    (True, "both in one entry, one does not fit", [into({"from": [{"namespaceSelector": space(THERE), "podSelector": LOADER}]})]),
    (True, "both in one entry, the other does not fit", [into({"from": [{"namespaceSelector": space(HERE), "podSelector": STRANGER}]})]),
    (False, "in two entries: one is enough", [into({"from": [{"namespaceSelector": space(THERE)}, {"podSelector": LOADER}]})]),
    (False, "an empty list of peers is everybody", [into({"from": []})]),
    (False, "ipBlock", [into({"from": [{"ipBlock": {"cidr": "10.88.0.0/16"}}]})]),
    (True, "ipBlock of others", [into({"from": [{"ipBlock": {"cidr": "192.0.2.0/24"}}]})]),
    (True, "ipBlock with an exception", [into({"from": [{"ipBlock": {"cidr": "10.0.0.0/8", "except": ["10.88.0.0/24"]}}]})]),
    (False, "ipBlock with an exception for others", [into({"from": [{"ipBlock": {"cidr": "10.0.0.0/8", "except": ["10.99.0.0/24"]}}]})]),
    (True, "ipBlock of the other family", [into({"from": [{"ipBlock": {"cidr": "2001:db8::/32"}}]})]),
    # label selectors
    (False, "In", [into({"from": [{"podSelector": expression("In", "x", "pricing-loader")}]})]),
    (True, "In others", [into({"from": [{"podSelector": expression("In", "x")}]})]),
    (True, "NotIn", [into({"from": [{"podSelector": expression("NotIn", "pricing-loader")}]})]),
    (False, "NotIn of a label that it has not", [into({"from": [{"podSelector": expression("NotIn", "x", key="tier")}]})]),
    (False, "Exists", [into({"from": [{"podSelector": expression("Exists")}]})]),
    (True, "Exists of a label that it has not", [into({"from": [{"podSelector": expression("Exists", key="tier")}]})]),
    (True, "DoesNotExist", [into({"from": [{"podSelector": expression("DoesNotExist")}]})]),
    (True, "all terms must fit", [into({"from": [{"podSelector": {**LOADER, **expression("Exists", key="tier")}}]})]),
    # ports
    (False, "the port", [into({"ports": [{"port": 5432}]})]),
    (True, "another port", [into({"ports": [{"port": 5433}]})]),
    (False, "one of several ports", [into({"ports": [{"port": 5433}, {"port": 5432}]})]),
    (False, "no number: every port of the protocol", [into({"ports": [{"protocol": "TCP"}]})]),
    (True, "another protocol", [into({"ports": [{"port": 5432, "protocol": "UDP"}]})]),
    (False, "endPort", [into({"ports": [{"port": 5000, "endPort": 6000}]})]),
    (True, "a range that leaves it out", [into({"ports": [{"port": 6000, "endPort": 7000}]})]),
    (False, "the port by its name", [into({"ports": [{"port": "pg"}]})]),
    (True, "the name of another port", [into({"ports": [{"port": "metrics"}]})]),
    (True, "peer and port of one rule must both fit", [into({"from": [{"podSelector": LOADER}], "ports": [{"port": 1}]})]),
    (True, "peer and port of two rules do not add up", [into({"from": [{"podSelector": LOADER}], "ports": [{"port": 1}]}, {"from": [{"podSelector": STRANGER}], "ports": [{"port": 5432}]})]),
    # egress
    (True, "no rule lets nothing out", [out()]),
    (False, "an empty rule lets everything out", [out({})]),
    (False, "to the pods behind the Service", [out({"to": [{"podSelector": DATABASE}], "ports": [{"port": 5432}]})]),
    (True, "to another port of theirs", [out({"to": [{"podSelector": DATABASE}], "ports": [{"port": 80}]})]),
    (True, "names only", [out({"ports": [{"port": 53, "protocol": "UDP"}]})]),
    (False, "to their address", [out({"to": [{"ipBlock": {"cidr": "10.88.0.191/32"}}]})]),
]  # fmt: skip


@pytest.mark.parametrize(("blocked", "clause", "specs"), CLAUSES, ids=[clause for _, clause, _ in CLAUSES])
def test_a_policy_is_read_as_the_api_defines_it(blocked, clause, specs):
    recorded = json.loads((CASES / "connection-timeout" / "pricing" / "snapshot.json").read_text())
    changed = copy.deepcopy(recorded)
    objects = changed["objects"]
    policy = objects.pop("NetworkPolicy/pricing/pricing-db-ingress")
    for index, spec in enumerate(specs):
        metadata = {**policy["metadata"], "name": f"policy-{index}"}
        objects[f"NetworkPolicy/pricing/policy-{index}"] = {**policy, "metadata": metadata, "spec": spec}
    objects["Pod/pricing/pricing-db-0"]["spec"]["containers"][0]["ports"][0]["name"] = "pg"
    verdict = diagnose(Snapshot.from_json(changed)).verdicts[0]
    assert verdict.cause.id == "connection-timeout"
    assert ("network-policy-blocks" in [other.cause.id for other in verdict.because]) == blocked


def test_a_pod_that_may_ask_nobody_for_names():
    """A policy for egress without port 53: the host of the database does not resolve, and that is why."""
    recorded = json.loads((CASES / "connection-timeout" / "pricing" / "snapshot.json").read_text())
    policy = recorded["objects"]["NetworkPolicy/pricing/pricing-db-ingress"]
    for log in recorded["logs"]:
        log["lines"] = ['psycopg2.OperationalError: could not translate host name "pricing-db" to address: Try again']
    for ports, blocked in (([{"port": 5432}], True), ([{"port": 53, "protocol": "UDP"}], False)):
        policy["spec"] = out({"ports": ports})
        verdict = diagnose(Snapshot.from_json(copy.deepcopy(recorded))).verdicts[0]
        assert verdict.cause.id == "dns-not-found"
        assert ("network-policy-blocks" in [other.cause.id for other in verdict.because]) == blocked
