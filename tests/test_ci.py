"""The examples in docs/ci.md: what can be told of them without a cluster."""

import os
import re
import subprocess
from pathlib import Path

import pytest
import yaml

DOCS = Path(__file__).parent.parent / "docs"
OBJECTS = list(yaml.safe_load_all((DOCS / "ci" / "cronjob.yaml").read_text()))
CONTAINER = OBJECTS[-1]["spec"]["jobTemplate"]["spec"]["template"]["spec"]["containers"][0]


def test_the_roles_that_are_bound_are_ours():
    ours = {yaml.safe_load(file.read_text())["metadata"]["name"] for file in (DOCS / "rbac").glob("*.yaml")}
    bound = [item["roleRef"]["name"] for item in OBJECTS if item["kind"] == "ClusterRoleBinding"]
    assert len(bound) == 2 and set(bound) <= ours


@pytest.mark.skipif(os.name == "nt", reason="sh as the container has it")
@pytest.mark.parametrize(("status", "want"), [(0, 0), (1, 0), (2, 2), (3, 0), (4, 4), (137, 137)])
def test_the_job_fails_where_nobody_could_look_and_nowhere_else(tmp_path, status, want):
    program = tmp_path / "kubectl-why"
    program.write_text(f'#!/bin/sh\necho "$@"\nexit {status}\n')
    program.chmod(0o755)
    path = f"{tmp_path}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(CONTAINER["command"], env={"PATH": path}, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (want, "-A -o json\n")


def test_the_image_is_not_roots_and_the_job_may_write_nowhere():
    assert re.search(r"(?m)^USER [1-9]\d*:", (DOCS / "ci" / "Containerfile").read_text())
    context = CONTAINER["securityContext"]
    assert context["readOnlyRootFilesystem"] and context["capabilities"] == {"drop": ["ALL"]}
