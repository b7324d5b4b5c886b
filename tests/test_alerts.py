"""--alerts: what it prints is what Prometheus and its operator take, and fires on the series of tests/alerts.yaml."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from kubectl_why.cli import main
from kubectl_why.reasons import reasons

SERIES = Path(__file__).parent / "alerts.yaml"
needs_promtool = pytest.mark.skipif(not shutil.which("promtool"), reason="promtool is not installed (Debian: prometheus)")


def printed(*arguments: str) -> str:
    found = CliRunner().invoke(main, ["--alerts", *arguments])
    assert found.exit_code == 0, found.output
    return found.stdout


def rules() -> list[dict]:
    (group,) = yaml.safe_load(printed("-o", "rules"))["groups"]
    return group["rules"]


def promtool(*arguments: str | Path) -> subprocess.CompletedProcess:
    return subprocess.run(["promtool", *arguments], capture_output=True, text=True)


@needs_promtool
def test_prometheus_takes_the_rule_file(tmp_path):
    file = tmp_path / "rules.yaml"
    file.write_text(printed("-o", "rules"))
    done = promtool("check", "rules", "--lint-fatal", file)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{len(rules())} rules found" in done.stdout


@needs_promtool
def test_alerts_fire_on_what_they_are_for_and_on_nothing_else(tmp_path):
    done = promtool("test", "rules", series(tmp_path, printed("-o", "rules")))
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_series_have_every_alert_fire():
    told: dict[str, set[bool]] = {rule["alert"]: set() for rule in rules()}
    for test in yaml.safe_load(SERIES.read_text())["tests"]:
        for asked in test["alert_rule_test"]:
            told[asked["alertname"]].add(bool(asked["exp_alerts"]))
    assert all(True in fired for fired in told.values()), told


# A part of a rule, and what stands in its place: each must be noticed.
CHANGES = {
    "the window over a run": ("[10m]", "[1m]"),
    "one alert for both reasons of a pull": ("ErrImagePull|", ""),
    "the deleted": ("kube_pod_deletion_timestamp", "kube_pod_nothing"),
    "the gated": ('kube_pod_status_reason{reason="SchedulingGated"}', "kube_pod_nothing"),
    "the last success of a CronJob": ("kube_cronjob_status_last_successful_time", "kube_cronjob_nothing"),
    "an hour, no longer": ("offset 1h", "offset 10h"),
}


@needs_promtool
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_the_series_need_every_part(change, tmp_path):
    text = printed("-o", "rules")
    assert change[0] in text
    assert promtool("test", "rules", series(tmp_path, text.replace(*change))).returncode != 0


def series(folder: Path, rule_file: str) -> Path:
    (folder / "rules.yaml").write_text(rule_file)
    test = folder / "test.yaml"
    test.write_text(SERIES.read_text().replace("RULES", str(folder / "rules.yaml")))
    return test


def test_prometheus_rule_holds_the_same_rules():
    """The form that the operator's CustomResourceDefinition asks for: spec.groups as in a rule file."""
    made = yaml.safe_load(printed())
    assert (made["apiVersion"], made["kind"]) == ("monitoring.coreos.com/v1", "PrometheusRule")
    assert made["metadata"]["name"] == "kubectl-why"
    assert made["spec"] == yaml.safe_load(printed("-o", "rules"))
    assert printed() == printed("-o", "yaml")
    assert json.loads(printed("-o", "json")) == made


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule["alert"])
def test_alert_names_the_command_to_type(rule):
    line = rule["annotations"]["command"]
    assert re.fullmatch(
        r"kubectl why (?:job/\{\{ \$labels\.job_name \}\}|\{\{ \$labels\.pod \}\}) -n \{\{ \$labels\.namespace \}\}"
        r"(?: -c \{\{ \$labels\.container \}\})?",
        line,
    )
    assert rule["labels"]["severity"] in ("warning", "critical")
    assert line.removesuffix(" -c {{ $labels.container }}") in rule["annotations"]["description"]
    assert rule["annotations"]["summary"].startswith("{{ $labels.namespace }}/")


def test_reasons_are_words_of_kubernetes():
    known = {row.name for row in reasons()}
    used = {
        word for rule in rules() for found in re.findall(r'reason!?=~?"([^"]+)"', rule["expr"]) for word in found.split("|")
    }
    assert used <= known
    waiting = {row.name for row in reasons() if row.kind == "waiting" and row.causes}
    assert waiting <= used


@pytest.mark.parametrize("arguments", [["-o", "wide"], ["-o", "name"], ["pod"], ["--causes"]])
def test_what_makes_no_sense_is_a_wrong_use(arguments):
    found = CliRunner().invoke(main, ["--alerts", *arguments])
    assert found.exit_code == 2
    assert "alerts" in found.stderr


def test_rules_is_no_format_of_a_verdict():
    found = CliRunner().invoke(main, ["some-pod", "-o", "rules"])
    assert found.exit_code == 2
    assert "--alerts" in found.stderr
