"""What a verdict costs: requests at the most, and no more of them, nor much more time, where the cluster is large."""

import json
import shutil
import time
from pathlib import Path

import pytest

from tests.replay import Replay
from tests.score import diagnose, run_here
from tests.test_cases import BY_NAME

# A verdict with a chain costs so many requests at the most; a crash alone, fewer.
WITH_CHAIN, ALONE = 30, 20


@pytest.mark.parametrize("name", BY_NAME)
def test_requests_of_a_verdict(name, replay):
    found = diagnose(BY_NAME[name], replay, run_here)
    chained = any(verdict["because"] for verdict in found.get("verdicts") or [])
    assert len(replay.requests) <= (WITH_CHAIN if chained else ALONE), sorted(path for _, path in replay.requests)


def large(name: str, folder: Path) -> Path:
    """The case's cluster with 500 Services in all, and 1,000 further endpoints behind each of its own."""
    shutil.copytree(BY_NAME[name].folder, folder / name)
    file = folder / name / "objects.json"
    objects = json.loads(file.read_text())
    services, slices = objects["v1/services"], objects["discovery.k8s.io/v1/endpointslices"]
    for number in range(500 - len(services)):
        metadata = {**services[0]["metadata"], "name": f"other-{number}", "uid": f"other-{number}"}
        spec = {
            **services[0]["spec"],
            "selector": {"app": f"other-{number}"},
            "clusterIP": f"10.97.{number // 250}.{number % 250}",
        }
        services.append({**services[0], "metadata": metadata, "spec": {**spec, "clusterIPs": [spec["clusterIP"]]}})
    for piece in list(slices):
        for number in range(10):
            metadata = {**piece["metadata"], "name": f"{piece['metadata']['name']}-{number}", "uid": f"slice-{number}"}
            endpoints = [
                {
                    "addresses": [f"10.200.{number}.{one}"],
                    "conditions": {"ready": False},
                    "targetRef": {"kind": "Pod", "name": f"p-{one}"},
                }
                for one in range(100)
            ]
            slices.append({**piece, "metadata": metadata, "endpoints": endpoints})
    file.write_text(json.dumps(objects))
    return folder


@pytest.mark.parametrize("name", ["checkout", "ledger", "basket", "inventory"])
def test_a_large_namespace_costs_no_more_requests(name, replay, tmp_path):
    small = diagnose(BY_NAME[name], replay, run_here)
    asked = len(replay.requests)
    with Replay([large(name, tmp_path)]) as server:
        start = time.process_time()
        found = diagnose(server.cases[name], server, run_here)
        seconds = time.process_time() - start
        assert len(server.requests) <= asked
    assert [found["verdict"], [behind["cause"] for behind in found["verdicts"][0]["because"]]] == [
        small["verdict"],
        [behind["cause"] for behind in small["verdicts"][0]["because"]],
    ]
    # the server's own work in this process is counted, too
    assert seconds < 1.5


def test_a_chain_takes_twice_the_time_of_a_verdict_without_one_at_most(replay):
    def seconds(name: str) -> float:
        start = time.process_time()
        diagnose(BY_NAME[name], replay, run_here)
        return time.process_time() - start

    times = {name: min(seconds(name) for _ in range(5)) for name in ("ledger", "orders-api")}
    assert times["ledger"] < 2 * times["orders-api"], times


def test_requests_with_ten_thousand_events(tmp_path):
    """Of events some pages are read, and that there are more is told."""
    case = BY_NAME["orders-api"]
    shutil.copytree(case.folder, tmp_path / case.name)
    file = tmp_path / case.name / "objects.json"
    objects = json.loads(file.read_text())
    own = [event for event in objects["v1/events"] if event["involvedObject"]["name"] == case.about["target_pods"][0]]
    for number in range(10_000):
        event = own[number % len(own)]
        objects["v1/events"].append({**event, "metadata": {**event["metadata"], "name": f"{number:05}"}})
    file.write_text(json.dumps(objects))
    with Replay([tmp_path]) as replay:
        found = diagnose(replay.cases[case.name], replay, run_here)
        assert found["verdict"] == "missing-env-var"
        assert [row["reason"] for row in found["notChecked"]] == ["only the first 2000 were read"]
        assert len(replay.requests) <= ALONE + 3
