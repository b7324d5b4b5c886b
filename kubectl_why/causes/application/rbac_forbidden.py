from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...model import Confidence, Evidence, Finding, Remedy, now, proper
from .. import cause
from ..loglines.signs import Telling
from .peers import GENERAL, told

if TYPE_CHECKING:
    from ...facts import Facts

_ACCOUNT = r"system:serviceaccount:(?P<namespace>[^:]+):(?P<name>.+)"
_READS = ("get", "list", "watch")


@cause(explains=GENERAL)
def rbac_forbidden(facts: Facts) -> Iterator[Finding]:
    """The Kubernetes API refuses what the pod's ServiceAccount asks.

    The log repeats the API server's own words: who cannot do what with which resource, and where. No Role or ClusterRole
    that is bound to the ServiceAccount allows it. An API server that does not know the caller is authentication-failed.

    Fix: bind a Role (one namespace) or ClusterRole with the verb and resource to the ServiceAccount; or give the pod the
    ServiceAccount that has it.

    Source: rbac authorizer and responsewriters/errors.go, ForbiddenStatusError, apiserver 1.36.
    """
    for item in told(facts, "rbac-forbidden"):
        line = item.line
        if line is None:
            continue
        account = re.fullmatch(_ACCOUNT, line["user"])
        own = str(facts.spec.get("serviceAccountName") or "default")
        same = account is not None and (account["namespace"], account["name"]) == (facts.namespace, own)
        who = (
            f"ServiceAccount {account['name'] if account else own}"
            if account or not line["user"]
            else f"user {line['user']}"
        )
        evidence: list[Evidence] = [*line.evidence(facts)]
        if same and facts.spec.get("serviceAccountName"):
            evidence.append(facts.cite_pod("spec.serviceAccountName"))
        yield Finding(
            f"{who} may not {_asked(line)}",
            Confidence.LIKELY if same else Confidence.POSSIBLE,
            item.container.name,
            tuple(evidence),
            _grant(facts, line, account) if account else (proper("bind a Role that allows it to the ServiceAccount"),),
        )


def _asked(line: Telling) -> str:
    what = line["path"] or line["resource"]
    if not what:
        return "do what it asks of the API"
    group = f".{line['group']}" if line["group"] else ""
    where = f" in namespace {line['namespace']}" if line["namespace"] else "" if line["path"] else " in the whole cluster"
    return f"{line['verb']} {what}{group}{where}"


def _grant(facts: Facts, line: Telling, account: re.Match[str]) -> tuple[Remedy, ...]:
    """Commands that make and bind a role with no more than was asked: reading comes in threes, as clients do it."""
    if not line["resource"] or not line["verb"]:
        return (proper("bind a Role that allows it to the ServiceAccount"),)
    verbs = ",".join(_READS) if line["verb"] in _READS else line["verb"]
    resource, _, sub = line["resource"].partition("/")
    full = resource + (f".{line['group']}" if line["group"] else "") + (f"/{sub}" if sub else "")
    name = f"{account['name']}-{resource}"
    kind, namespace = ("role", line["namespace"]) if line["namespace"] else ("clusterrole", facts.namespace)
    make = facts.kubectl("create", kind, name, (f"--verb={verbs}", f"--resource={full}"), namespace=namespace)
    bind = facts.kubectl(
        "create",
        f"{kind}binding",
        name,
        (f"--{kind}={name}", f"--serviceaccount={account['namespace']}:{account['name']}"),
        namespace=namespace,
    )
    return (now(command=f"{make} && {bind}"), proper(f"write the {kind} and its binding into the workload's manifests"))
