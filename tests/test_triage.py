"""`kubectl why` without a target: one row a broken workload, what belongs together in groups, and few requests."""

import json
import subprocess

import pytest
from click.testing import CliRunner

from kubectl_why.cli import main
from tests.replay import environment
from tests.test_namespace import TRUTH

BROKEN = set(TRUTH["workloads"])


@pytest.fixture
def why(replay):
    """Run the program on a case, without a target."""

    def run(*arguments: str, case: str = "shop-prod"):
        return CliRunner().invoke(main, [*arguments, "--kubeconfig", replay.kubeconfig(case)])

    return run


def named(workload: str) -> str:
    return workload.partition("/")[2]


# --- a real namespace: 24 workloads, 11 of them broken in 8 ways, three behind one ---


def test_every_broken_workload_stands_there_once_with_its_cause(why):
    found = why("-o", "json")
    items = json.loads(found.stdout)["items"]
    assert sorted(named(item["workload"]) for item in items) == sorted(BROKEN)
    for item in items:
        assert item["cause"] in TRUTH["workloads"][named(item["workload"])]
        assert item["diagnosis"]["verdict"] == item["cause"]
    assert found.exit_code == 1


def test_what_fails_behind_one_stands_under_it_and_one_registry_is_one_group(why):
    groups = json.loads(why("-o", "json").stdout)["groups"]
    assert [[named(member["workload"]) for member in group["workloads"]] for group in groups] == [
        ["postgres", "ledger-worker", "billing-api", "orders-api"],
        ["fraud-scorer", "label-printer"],
    ]
    assert [group["root"] for group in groups] == [True, False]
    assert "postgres oom killed" in groups[0]["title"]
    assert groups[1]["title"] == "image registry unreachable (registry.acme.invalid): 2 workloads"


def test_through_real_kubectl(replay):
    done = subprocess.run(
        ["kubectl", "why", "-o", "name", "--kubeconfig", replay.kubeconfig("shop-prod")],
        env=environment(),
        capture_output=True,
        text=True,
    )
    lines = [line.split() for line in done.stdout.splitlines()]
    assert {name.partition("/")[2]: cause for _, name, cause in lines}.keys() == BROKEN
    assert all(cause in TRUTH["workloads"][named(name)] for _, name, cause in lines)
    assert done.returncode == 1


def test_each_workload_is_told_as_when_it_is_asked_about_by_itself(why):
    for item in json.loads(why("--all", "-o", "json").stdout)["items"]:
        alone = why(item["workload"], "-o", "json")
        assert item["diagnosis"] == json.loads(alone.stdout)
