"""Servers older and newer than those of the recordings: what they do not have is not missed, what is new does no harm:
of no recording the verdict depends on it.

Between 1.25 and 1.37 the paths that are read are the same (core/v1 events, discovery.k8s.io/v1, apps/v1), and the version
is never asked for. kubectl runs a plugin with the arguments and the environment that it was given itself, so that its own
version does not matter. What differs is in the objects.
"""

import re
from functools import cache

import pytest

from kubectl_why.collect import collect
from kubectl_why.diagnose import diagnose
from kubectl_why.model import Diagnosis
from tests.odd import Direct
from tests.test_cases import BY_NAME, diagnosis_of, target_of

# Since when a server writes a field, by default: the fields that 1.25 does not have (API reference of each version).
_NOT_IN_1_25 = {
    *("observedGeneration", "hostIPs", "resize", "allocatedResources", "allocatedResourcesStatus", "user", "stopSignal"),
    *("resourceClaimStatuses", "resourceClaims", "extendedResourceClaimStatus", "restartPolicyRules", "volumeMounts"),
    *("terminatingReplicas", "terminating", "runtimeHandlers", "features", "declaredFeatures", "recursiveReadOnly"),
    *("schedulingGates", "resizePolicy", "podReplacementPolicy", "backoffLimitPerIndex", "unhealthyPodEvictionPolicy"),
}
_LABELS = r"batch\.kubernetes\.io/(?:job-name|controller-uid)|apps\.kubernetes\.io/pod-index"


def of_1_25(obj: dict) -> dict:
    """An object as 1.25 would have written it, as far as it knew its fields."""
    status = obj.get("status") or {}
    for name in _NOT_IN_1_25 & status.keys():
        del status[name]
    for item in [*(status.get("containerStatuses") or ()), *(status.get("initContainerStatuses") or ())]:
        for name in (_NOT_IN_1_25 | {"resources"}) & item.keys():
            del item[name]
        waiting = (item.get("state") or {}).get("waiting") or {}
        # The error of the last pull stands in the event only (until 1.32).
        waiting.update(
            {"message": re.sub(r'^(Back-off pulling image "[^"]*"): .*', r"\1", message, flags=re.DOTALL)}
            if (message := waiting.get("message"))
            else {}
        )
    if status.get("conditions"):
        status["conditions"] = [
            {name: value for name, value in item.items() if name != "observedGeneration"}
            for item in status["conditions"]
            if item["type"] != "PodReadyToStartContainers"  # PodHasNetwork, behind a gate
        ]
    if obj.get("kind") == "Pod":
        obj["metadata"].pop("generation", None)
        obj["metadata"]["labels"] = {
            k: v for k, v in (obj["metadata"].get("labels") or {}).items() if not re.match(_LABELS, k)
        }
        for part in ("containers", "initContainers"):
            for item in obj["spec"].get(part) or ():
                for name in (*(_NOT_IN_1_25 - {"volumeMounts"}), "restartPolicy"):
                    item.pop(name, None)
    return obj


def of_1_37(obj: dict) -> dict:
    """An object with fields, conditions and words that nobody knows yet, wherever they can be added."""
    status = obj.get("status") or {}
    for place in (obj, obj.get("spec"), obj.get("status"), obj.get("metadata")):
        if isinstance(place, dict):
            place["inALaterVersion"] = {"mode": "Odd", "items": [1, {"name": "two"}]}
    if isinstance(status.get("conditions"), list):
        status["conditions"].append({"type": "InALaterVersion", "status": "False", "reason": "Odd", "message": "odd"})
    for item in [*(status.get("containerStatuses") or ()), *(status.get("initContainerStatuses") or ())]:
        item["inALaterVersion"] = [{"type": "Odd"}]
        item["state"] = {**(item.get("state") or {}), "inALaterVersion": None}
    return obj


FORMS = {"1.25": of_1_25, "1.37": of_1_37}


@cache
def seen(version: str, name: str) -> Diagnosis:
    def changed(request: str, body):
        if isinstance(body, dict):
            for obj in body.get("items", [body]):
                FORMS[version](obj)
        return body

    return diagnose(collect(Direct(BY_NAME[name], changed), target_of(BY_NAME[name])))


@pytest.mark.parametrize("version", FORMS)
@pytest.mark.parametrize("name", BY_NAME)
def test_same_verdict_of_another_version(name, version, figures):
    figures["cases as of another version"] += 1
    found, known = seen(version, name), diagnosis_of(BY_NAME[name])
    assert found.broken == ()
    assert (found.verdict, found.state) == (known.verdict, known.state)
    if known.verdicts:
        assert found.verdicts[0].finding.container == known.verdicts[0].finding.container
