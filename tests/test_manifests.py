"""Manifests that provoke what no recording shows yet: they can be applied as they are, and no cause is forgotten."""

import re
from pathlib import Path

import pytest
import yaml

from tests.test_cases import FOUND, diagnosis_of, verdicts_in

FOLDER = Path(__file__).parent / "manifests"
MANIFESTS = sorted(FOLDER.glob("*.yaml"))
IDS = {line.partition("/")[2] for line in (Path(__file__).parent / "causes.txt").read_text().split()}
each_manifest = pytest.mark.parametrize("path", MANIFESTS, ids=lambda path: path.stem)
VERSIONS = {"Deployment": "apps/v1", "StatefulSet": "apps/v1", "DaemonSet": "apps/v1", "Job": "batch/v1", "Pod": "v1"}


def objects(path):
    return list(yaml.safe_load_all(path.read_text()))


@each_manifest
def test_it_is_named_after_a_cause(path):
    assert path.stem in IDS


@each_manifest
def test_it_can_be_applied_in_any_namespace(path):
    names = set()
    for obj in objects(path):
        assert obj["apiVersion"] == VERSIONS[obj["kind"]]
        assert re.fullmatch(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?", obj["metadata"]["name"])
        assert "namespace" not in obj["metadata"] and "status" not in obj
        names.add((obj["kind"], obj["metadata"]["name"]))
    assert len(names) == len(objects(path))


@each_manifest
def test_its_pods_are_whole_and_of_public_images(path):
    for obj in objects(path):
        template = obj["spec"]["template"]
        assert template["metadata"]["labels"].items() >= obj["spec"]["selector"]["matchLabels"].items()
        spec = template["spec"]
        assert {mount["name"] for c in spec["containers"] for mount in c.get("volumeMounts", ())} <= {
            volume["name"] for volume in spec.get("volumes", ())
        }
        for container in spec["containers"]:
            assert container["name"]
            # Of Docker Hub, and with a tag that does not move.
            assert re.fullmatch(r"[a-z-]+:\d[\w.-]*", container["image"])
            assert all(isinstance(word, str) for word in container.get("command", ()))


def test_every_cause_is_recorded_or_can_be_provoked_or_says_why_not():
    recorded = {verdict.cause.id for case in FOUND for verdict in verdicts_in(diagnosis_of(case).verdicts)}
    recorded |= {diagnosis_of(case).verdict for case in FOUND}
    told = set(re.findall(r"(?m)^\| ([a-z-]+) \|", (FOLDER / "README.md").read_text()))
    assert IDS - recorded - {path.stem for path in MANIFESTS} == told - {"cause"}


def test_a_recorded_cause_needs_no_manifest():
    assert not {path.stem for path in MANIFESTS} & {cause for case in FOUND for cause in case.about["truth"]["cause"]}
