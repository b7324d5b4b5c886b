from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...model import Confidence, Finding, now, proper
from ...status import condition, listing, moment
from .. import cause

if TYPE_CHECKING:
    from ...facts import Facts

# Seconds that whoever sets the condition may take.
_PATIENCE = 30.0
# Who sets the conditions that are common.
_SETTERS = {
    "target-health.elbv2.k8s.aws/": "the AWS Load Balancer Controller",
    "cloud.google.com/load-balancer-neg-ready": "the NEG controller of GKE",
    "cloud.google.com/": "GKE",
}


@cause()
def readiness_gate_unmet(facts: Facts) -> Iterator[Finding]:
    """All containers are ready, but a readiness gate's condition is not True, so the pod is not.

    spec.readinessGates names conditions that somebody outside the pod sets: a load balancer's controller, a mesh, an
    operator. The kubelet only looks at them. Where a container is not ready, that stands before it.

    Fix: get the controller to run that sets the condition, or remove the gate.

    Source: pkg/kubelet/status/generate.go, ReadinessGatesNotReady, 1.36.
    """
    ready = facts.condition("ContainersReady")
    since = moment(ready.get("lastTransitionTime"))
    if facts.deleted or ready.get("status") != "True" or (since and (facts.now - since).total_seconds() < _PATIENCE):
        return
    for index, gate in enumerate(listing(facts.spec.get("readinessGates"))):
        kind = str(gate.get("conditionType") or "")
        state = condition(facts.pod, kind)
        if not kind or state.get("status") == "True":
            continue
        setter = next(
            (who for prefix, who in _SETTERS.items() if kind.startswith(prefix)), f"the controller that sets {kind}"
        )
        why = f": {state['message']}" if state.get("message") else ""
        evidence = [facts.cite_pod(f"spec.readinessGates[{index}].conditionType")]
        if facts.condition("Ready").get("message"):
            evidence.insert(0, facts.cite_pod("status.conditions{Ready}.message"))
        patch = {"status": {"conditions": [{"type": kind, "status": "True"}]}}
        command = ("patch", "pod", facts.name, ("--subresource=status", "-p", json.dumps(patch, separators=(",", ":"))))
        yield Finding(
            f"readiness gate {kind} is {state.get('status') or 'not set'}{why}",
            Confidence.CERTAIN,
            None,
            tuple(evidence),
            (
                now("if the pod may take traffic without it", facts.kubectl(*command)),
                proper(f"get {setter} to run and to see this pod"),
                proper(facts.change(f"or remove readiness gate {kind}")),
            ),
        )
