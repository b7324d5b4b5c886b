"""The catalogue: every cause has an id of the contract, a page and its place; none speaks of a healthy pod."""

import inspect
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

import kubectl_why
from kubectl_why.causes import STAGES, all_causes
from kubectl_why.diagnose import diagnose
from kubectl_why.facts import Facts
from tests.odd import damaged, paths
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


def test_causes_import_quickly():
    """All of them, once compiled, in 60 ms of processor time beyond what any verdict imports anyway."""
    code = (
        "import time, json, re, dataclasses, datetime, enum, textwrap, shlex, difflib, pkgutil, importlib;"
        "import kubectl_why.facts; t = time.process_time(); from kubectl_why.causes import all_causes; all_causes();"
        "print(time.process_time() - t)"
    )
    run = [sys.executable, "-c", code]
    times = []
    while min(times, default=1) >= 0.06:
        assert len(times) < 8, times
        times.append(float(subprocess.run(run, capture_output=True, text=True).stdout))


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
    snapshot = recorded_snapshot(case)
    for path in list(paths(snapshot.pod))[index % _EVERY :: _EVERY]:
        for change in ("drop", None, "odd", 7, []):
            found = diagnose(replace(snapshot, pod=damaged(snapshot.pod, path, change)))
            assert found.broken == (), (path, change)
            assert found.verdict


def test_rules_know_no_recording():
    """No rule names a pod, a workload or an image of a recorded case."""
    source = "\n".join(path.read_text() for path in (Path(kubectl_why.__file__).parent / "causes").rglob("*.py"))
    assert "acme" not in source
    for case in FOUND:
        assert not re.search(rf"\b{re.escape(case.about['recorded']['namespace'])}-[0-9a-f]{{6,}}", source)
