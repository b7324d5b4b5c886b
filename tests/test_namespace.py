"""A whole namespace of a real cluster, asked workload by workload: the broken ones rightly, the others not at all."""

import json

import pytest
import yaml

from tests.score import CALM, CASES, causes_behind, run_here

CASE = CASES / "triage" / "shop-prod"
TRUTH = yaml.safe_load((CASE / "case.yaml").read_text())["truth"]
KINDS = {"apps/v1/deployments": "deployment", "apps/v1/statefulsets": "statefulset", "batch/v1/jobs": "job"}


def workloads() -> dict[str, str]:
    """The kind of each workload, by its name; a Job of a CronJob goes by the CronJob's."""
    objects = json.loads((CASE / "objects.json").read_text())
    kinds = {**KINDS, "batch/v1/cronjobs": "cronjob", "apps/v1/daemonsets": "daemonset"}
    return {
        item["metadata"]["name"]: kind
        for resource, kind in kinds.items()
        for item in objects.get(resource, ())
        if not item["metadata"].get("ownerReferences")
    }


@pytest.mark.parametrize(("name", "kind"), workloads().items())
def test_workload(name, kind, replay):
    status, output, errors = run_here(
        [f"{kind}/{name}", "-n", "shop-prod", "--kubeconfig", replay.kubeconfig("shop-prod"), "-o", "json"]
    )
    found = json.loads(output)
    if name not in TRUTH["workloads"]:
        assert found["verdict"] in CALM, errors
        assert status == 0
        return
    assert found["verdict"] in TRUTH["workloads"][name], errors
    assert status == 1
    behind = [root for root, those in TRUTH["behind"].items() if name in those]
    if behind:
        assert "dependency-failing" in causes_behind(found["verdicts"][0])
        assert behind[0] in json.dumps(found["verdicts"][0]["because"])


def test_every_broken_workload_was_asked():
    assert set(TRUTH["workloads"]) <= set(workloads())
