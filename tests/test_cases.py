"""Each recorded case on three levels: the pure core, the wire, and the real `kubectl why` through real kubectl.

A case's folder holds what the cluster said (objects.json, logs), the snapshot that is collected from it, and the expected
verdict. `make accept` (pytest --accept) rewrites the last two; read the diff.
"""

import json
import shlex
import shutil
from collections.abc import Iterator
from functools import cache

import pytest
import yaml
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from kubectl_why.cli import main
from kubectl_why.cluster import connect
from kubectl_why.collect import Target, collect
from kubectl_why.diagnose import diagnose
from kubectl_why.facts import resolve, written
from kubectl_why.model import Confidence, Diagnosis, Evidence, Verdict
from kubectl_why.render import FORMATS, Paper
from kubectl_why.render.structured import as_yaml, plain
from kubectl_why.resources import kind_of
from kubectl_why.snapshot import Snapshot
from kubectl_why.status import worst
from tests.replay import Replay
from tests.score import CALM, CASES, Score, run_real
from tests.wire.recorded import Case, find_cases

DOCS = CASES.parent.parent / "docs"
SCHEMA = Draft202012Validator(json.loads((DOCS / "diagnosis.schema.json").read_text()))
FOUND = [case for case in find_cases([CASES]) if "cause" in case.about["truth"]]
BY_NAME = {case.name: case for case in FOUND}
each_case = pytest.mark.parametrize("name", BY_NAME)


@cache
def target_of(case: Case) -> Target:
    """What a user asks about; of the pods that a selector finds, the worst."""
    asked = case.about["target"]
    if asked.startswith("-l"):
        pods = [pod for pod in case.objects["v1/pods"] if pod["metadata"]["name"] in case.about["target_pods"]]
        return Target("Pod", case.namespace, worst(pods)["metadata"]["name"])
    word, _, name = asked.partition("/")
    return Target(kind_of(word), case.namespace, name)


def collected(case: Case, replay: Replay) -> Snapshot:
    cluster = connect(kubeconfig=replay.kubeconfig(case.name), namespace=case.namespace)
    return collect(cluster, target_of(case))


@cache
def recorded_snapshot(case: Case) -> Snapshot:
    return Snapshot.from_json(json.loads((case.folder / "snapshot.json").read_text()))


@cache
def diagnosis_of(case: Case) -> Diagnosis:
    return diagnose(recorded_snapshot(case))


@each_case
def test_wire_gives_the_snapshot(name, replay, request):
    case = BY_NAME[name]
    found = json.dumps(collected(case, replay).to_json(), indent=0, sort_keys=True) + "\n"
    file = case.folder / "snapshot.json"
    if request.config.getoption("--accept"):
        file.write_text(found)
    assert found == file.read_text()


@each_case
def test_core_gives_the_verdict(name, request):
    case = BY_NAME[name]
    assert diagnosis_of(case).broken == ()
    found = as_yaml(diagnosis_of(case)) + "\n"
    file = case.folder / "verdict.yaml"
    if request.config.getoption("--accept"):
        file.write_text(found)
    assert found == file.read_text()


@each_case
def test_verdict_is_the_truth(name):
    score = Score(BY_NAME[name], plain(diagnosis_of(BY_NAME[name])))
    if name in NOT_YET:
        assert not (score.right and score.container_right and not score.missing), "take it out of NOT_YET"
        pytest.xfail(NOT_YET[name])
    assert score.right, f"{score.got}, not {score.want}"
    assert score.container_right, f"{score.verdict.get('container')}, not {score.truth['container']}"
    assert not score.missing


NOT_YET: dict[str, str] = {}
"""Cases that are not right yet, and why."""


@each_case
def test_real_kubectl_prints_the_verdict(name, replay, tmp_path, monkeypatch):
    """And what it saves gives the same verdict again."""
    if shutil.which("kubectl") is None:
        pytest.fail("kubectl is not installed: .ci/run does that")
    case = BY_NAME[name]
    kind, namespace, target, _ = target_of(case)
    monkeypatch.setenv("KUBECONFIG", replay.kubeconfig(case.name))
    asked = [f"{kind}/{target}", "-n", namespace, "-o", "json"]
    file = tmp_path / "saved.json"
    status, output, errors = run_real([*asked, "--save", str(file)])
    expected = yaml.safe_load((case.folder / "verdict.yaml").read_text())
    assert json.loads(output) == expected, errors
    assert status == (0 if expected["verdict"] in CALM else 3 if expected["verdict"] == "unknown" else 1)
    again = CliRunner().invoke(main, ["-f", str(file), "-o", "yaml"])
    assert (again.exit_code, again.output) == (status, (case.folder / "verdict.yaml").read_text())


@each_case
def test_every_format_prints(name):
    diagnosis = diagnosis_of(BY_NAME[name])
    printed = {format: render(diagnosis, Paper(width=80)) for format, render in FORMATS.items()}
    assert [format for format, text in printed.items() if diagnosis.verdict not in text or "\x1b" in text] == []
    SCHEMA.validate(json.loads(printed["json"]))


def verdicts_in(verdicts: tuple[Verdict, ...]) -> Iterator[Verdict]:
    """Every verdict of a diagnosis, with what is behind it and what it explains."""
    for verdict in verdicts:
        yield verdict
        yield from verdicts_in(verdict.because)
        yield from verdicts_in(verdict.explained)


@each_case
def test_every_citation_resolves(name):
    snapshot = recorded_snapshot(BY_NAME[name])
    for verdict in verdicts_in(diagnosis_of(BY_NAME[name]).verdicts):
        for evidence in verdict.finding.evidence:
            assert any(is_there(evidence, one) for one in with_dependencies(snapshot)), (verdict.cause.id, evidence)


def with_dependencies(snapshot: Snapshot) -> Iterator[Snapshot]:
    yield snapshot
    for inner in snapshot.dependencies.values():
        yield from with_dependencies(inner)


def is_there(evidence: Evidence, snapshot: Snapshot) -> bool:
    """Whether what is quoted stands where the quotation says."""
    if evidence.inside is not None:
        seen = snapshot.examination
        lines = () if seen is None else seen.log if evidence.inside == "run" else seen.lines
        return seen is not None and evidence.container == seen.container and lines[evidence.line - 1] == evidence.value
    if evidence.line is not None:
        return any(
            (log.container, log.previous, log.tail) == (evidence.container, evidence.previous, evidence.tail)
            and log.lines[evidence.line - 1] == evidence.value
            for log in snapshot.logs
        )
    if evidence.reason is not None:
        return any(
            event["reason"] == evidence.reason and str(event.get("message") or "").strip() == evidence.value
            for event in snapshot.events
        )
    if not evidence.field_path:
        return evidence.value == "not found" and (
            evidence.object in snapshot.absent or f"{evidence.object.rpartition('/')[0]}/*" in snapshot.listed
        )
    for obj in objects_named(evidence.object, snapshot):
        try:
            there = resolve(obj, evidence.field_path)
        except (KeyError, IndexError, TypeError):
            continue
        keys = set(there) if isinstance(there, dict) else set()
        if evidence.value in written(there) or set(evidence.value.split(", ")) <= keys:
            return True
    return False


def objects_named(reference: str, snapshot: Snapshot) -> Iterator[dict]:
    kind, name = reference.split("/")[0], reference.split("/")[-1]
    for obj in [snapshot.pod, *snapshot.owners, *snapshot.objects.values()]:
        if obj and (obj.get("kind"), obj["metadata"]["name"]) == (kind, name):
            yield obj


@each_case
def test_no_verdict_is_certain_on_logs_alone(name):
    for verdict in verdicts_in(diagnosis_of(BY_NAME[name]).verdicts):
        if verdict.finding.confidence is Confidence.CERTAIN:
            assert any(evidence.line is None for evidence in verdict.finding.evidence), verdict.cause.id


@each_case
def test_commands_can_be_pasted(name):
    """A command is one line that a shell reads as words; what is to be filled in stands in upper case."""

    case = BY_NAME[name]
    for verdict in verdicts_in(diagnosis_of(case).verdicts):
        for remedy in verdict.finding.remedies:
            if remedy.command is None:
                continue
            words = shlex.split(remedy.command)
            assert words[0] == "kubectl" and "\n" not in remedy.command
            assert "<" not in remedy.command.replace("'", "")
            if "-n" in words:
                assert words[words.index("-n") + 1]
            if "why" in words[:4]:
                assert words[1] == "why"  # kubectl takes no options before the name of a plugin


def test_snapshot_survives_json():
    for case in FOUND[::10]:
        snapshot = recorded_snapshot(case)
        assert Snapshot.from_json(json.loads(json.dumps(snapshot.to_json()))) == snapshot


def test_no_secret_value_is_kept():
    """No value of a recorded Secret stands in a snapshot or a verdict."""
    import base64

    for case in FOUND:
        text = (case.folder / "snapshot.json").read_text() + (case.folder / "verdict.yaml").read_text()
        for secret in case.objects.get("v1/secrets", ()):
            for name, value in (secret.get("data") or {}).items():
                plain_value = base64.b64decode(value).decode(errors="replace")
                if len(plain_value) > 7 and "password" in name.lower():
                    assert value not in text and plain_value not in text, (case.name, name)
