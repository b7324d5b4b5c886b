"""`kubectl why` without a target: one row a broken workload, what belongs together in groups, and few requests."""

import json
import subprocess
from collections import Counter
from urllib.parse import urlsplit

import pytest
from click.testing import CliRunner

from kubectl_why.cli import main
from kubectl_why.resources import RESOURCES
from tests.crowd import Crowd, Part
from tests.replay import environment
from tests.test_namespace import TRUTH

BROKEN = set(TRUTH["workloads"])
PLURALS = {resource.plural for resource in RESOURCES.values()}


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


# --- many pods ------------------------------------------------------------------------------------------------------

WAYS = {
    "tariff-sync": "image-registry-unreachable",
    "legal-docs": "image-pull-secret-missing",
    "report-builder": "oom-killed",
    "driver-docs": "env-configmap-key-not-found",
    "notify": "missing-env-var",
    "search-crawler": "node-selector-mismatch",
    "profile-web": "listening-on-localhost",
    "thumbs": "read-only-filesystem",
    "recommender": "unhandled-exception",
    "upload-gw": "disk-full",
    "doc-uploads": "pvc-not-found",
    "gateway": "port-in-use",
}


@pytest.fixture(scope="module")
def crowd(recordings) -> str:
    """The name of a case: 2,000 pods, of which 60 fail in 12 ways, 5 workloads each."""
    shop = recordings.cases["shop-prod"]
    calm = tuple(name for name in Part(shop, 1).workloads if name not in BROKEN and name != "db-migrate")
    parts = [*(Part(recordings.cases[name], 5) for name in WAYS), Part(shop, 97, calm, events=False)]
    recordings.cases["crowd"] = Crowd("crowd", parts)
    yield "crowd"
    del recordings.cases["crowd"]


def further(replay) -> list[str]:
    """The requests that are no lists."""
    paths = [urlsplit(url).path.split("/") for _, url in replay.requests]
    lists = [parts for parts in paths if parts[-1] in PLURALS]
    return ["/".join(parts) for parts in paths if parts not in lists]


def test_sixty_that_fail_in_twelve_ways_among_two_thousand(why, replay, crowd):
    found = json.loads(why("-o", "json", case=crowd).stdout)
    assert found["podsLookedAt"] >= 2000
    assert len(found["items"]) == 60
    looked_into = [item for item in found["items"] if item["lookedInto"]]
    assert Counter(item["cause"] for item in looked_into).keys() == set(WAYS.values())
    titled = [{member["workload"] for member in group["workloads"]} for group in found["groups"][:-1]]
    for cause in WAYS.values():
        assert {item["workload"] for item in looked_into if item["cause"] == cause} in titled
    assert len(found["groups"][-1]["workloads"]) == 60 - len(looked_into)
    assert len(further(replay)) <= 60
    assert sum("/log" in path for path in further(replay)) <= 40


def test_on_demand_all_are_looked_into(why, crowd):
    found = json.loads(why("--all", "-o", "json", case=crowd).stdout)
    assert Counter(item["cause"] for item in found["items"]) == Counter(list(WAYS.values()) * 5)
    assert all(item["lookedInto"] for item in found["items"])
    assert len(found["groups"]) == 12
