"""The catalogue: every cause has an id of the contract, a page and its place; none speaks of a healthy pod."""

import copy
import inspect
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from kubectl_why.causes import STAGES, all_causes
from kubectl_why.diagnose import diagnose
from kubectl_why.facts import Facts
from kubectl_why.snapshot import Snapshot
from tests.score import CALM
from tests.test_cases import FOUND, recorded_snapshot

CAUSES = [cause for cause in all_causes() if not cause.is_symptom]
IDS = (Path(__file__).parent / "causes.txt").read_text().split()
STATES = {"healthy", "starting", "completed", "unknown"}
CALM_CASES = [case for case in FOUND if case.about["truth"]["cause"][0] in CALM]
each_cause = pytest.mark.parametrize("cause", CAUSES, ids=lambda cause: cause.id)


@each_cause
def test_id_is_in_the_contract(cause):
    assert f"{cause.family}/{cause.id}" in IDS


@each_cause
def test_function_file_and_id_are_one_name(cause):
    assert cause.find.__module__.rpartition(".")[2] == cause.find.__name__ == cause.id.replace("-", "_")


@each_cause
def test_page_says_what_it_is_and_how_to_mend_it(cause):
    first = cause.doc.strip().splitlines()[0]
    assert len(first) < 140 and first.endswith(".")
    assert "Fix:" in cause.doc


@each_cause
def test_rule_fits_on_a_screen(cause):
    page = cause.doc.count("\n") + 1
    assert len(inspect.getsource(cause.find).splitlines()) - page <= 50


def test_ids_are_unique():
    assert len({cause.id for cause in all_causes()}) == len(all_causes())


def test_families_are_stages():
    assert {cause.family for cause in all_causes()} <= set(STAGES)


def test_causes_import_quickly(tmp_path):
    """All of them, once compiled, in 60 ms of processor time beyond what any verdict imports anyway."""
    code = (
        "import time, json, re, dataclasses, datetime, enum, textwrap, shlex, difflib, pkgutil, importlib;"
        "import kubectl_why.facts; t = time.process_time(); from kubectl_why.causes import all_causes; all_causes();"
        "print(time.process_time() - t)"
    )
    compiled = {**os.environ, "PYTHONDONTWRITEBYTECODE": "", "PYTHONPYCACHEPREFIX": str(tmp_path)}
    run = [sys.executable, "-c", code]
    times = [float(subprocess.run(run, capture_output=True, text=True, env=compiled).stdout) for _ in range(8)]
    assert min(times) < 0.06, times


@each_cause
def test_says_nothing_of_a_healthy_pod(cause):
    """Not one finding on a pod with which nothing is wrong, whatever its log and its events say."""
    for case in CALM_CASES:
        assert list(cause.find(Facts(recorded_snapshot(case), diagnose))) == [], case.name


# How many of a pod's fields are lost in one case: over all cases, every field is lost in some.
_EVERY = 18


@pytest.mark.parametrize(("index", "case"), list(enumerate(FOUND)), ids=lambda value: getattr(value, "name", ""))
def test_survives_the_loss_of_any_field(index, case):
    """Whatever field of the pod is absent, null or of another type, there is a verdict and no cause breaks."""
    data = json.loads((case.folder / "snapshot.json").read_text())
    if not data.get("pod"):
        return
    for path in list(paths(data["pod"]))[index % _EVERY :: _EVERY]:
        for change in ("drop", None, "odd", 7, []):
            damaged = {**data, "pod": copy.deepcopy(data["pod"])}
            damage(damaged["pod"], path, change)
            found = diagnose(Snapshot.from_json(damaged))
            assert found.broken == (), (path, change)
            assert found.verdict


def paths(value, path=()):
    """The path of every field and item below a value."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, inner in items:
        yield (*path, name)
        yield from paths(inner, (*path, name))


def damage(value, path, change):
    for name in path[:-1]:
        value = value[name]
    if change == "drop":
        del value[path[-1]]
    else:
        value[path[-1]] = change


def test_rules_know_no_recording():
    """No rule names a pod, a workload or an image of a recorded case."""
    import pathlib

    import kubectl_why

    source = "\n".join(path.read_text() for path in (pathlib.Path(kubectl_why.__file__).parent / "causes").rglob("*.py"))
    for case in FOUND:
        for pod in case.objects.get("v1/pods", ()):
            for container in pod["spec"]["containers"]:
                image = container["image"]
                if "acme" in image:
                    assert image not in source
        assert "acme" not in source
        assert not re.search(rf"\b{re.escape(case.about['recorded']['namespace'])}-[0-9a-f]{{6,}}", source)
