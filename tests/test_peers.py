"""Whom a log is about, where it has only the address of a pod, or somebody outside the cluster."""

import json
import shutil

import pytest

from kubectl_why import hosts
from kubectl_why.diagnose import diagnose
from kubectl_why.snapshot import Snapshot
from tests.replay import Replay
from tests.score import CASES, causes_behind, run_here

LEDGER = CASES / "connection-refused" / "ledger"
POD_IP = "10.88.0.133"
"""Of the recorded pod behind Service ledger-cache, as a headless Service would give it."""


def told(line):
    """The first verdict on the recorded worker, if its log had said that and its spec nothing."""
    data = json.loads((LEDGER / "snapshot.json").read_text())
    for container in data["pod"]["spec"]["containers"]:
        container |= {"env": [], "command": ["/app"], "args": []}
    for log in data["logs"]:
        log["lines"] = [line]
    return diagnose(Snapshot.from_json(data)).verdicts[0]


def test_the_address_of_a_pod_means_the_service_before_it():
    verdict = told(f"dial tcp {POD_IP}:6379: connect: connection refused")
    assert f"ledger-cache:6379 ({POD_IP}) refuses" in verdict.finding.message
    assert [behind.cause.id for behind in verdict.because] == ["dependency-failing"]


@pytest.mark.parametrize("host", ["api.partner.com", "52.1.2.3"])
def test_who_is_outside_is_told_as_such(host):
    verdict = told(f"dial tcp {host}:443: connect: connection refused")
    assert f"{host}:443, outside the cluster, refuses" in verdict.finding.message
    assert verdict.because == ()


def test_the_pod_with_an_address_is_asked_for(tmp_path):
    """Over the wire: one request by the address, and the chain that follows from it."""
    shutil.copytree(LEDGER, tmp_path / "ledger")
    for file in (tmp_path / "ledger" / "logs").glob("ledger-worker*/*.log"):
        file.write_text(f"2026-11-22T01:40:00.000000000Z dial tcp {POD_IP}:6379: connect: connection refused\n")
    objects = tmp_path / "ledger" / "objects.json"
    objects.write_text(objects.read_text().replace("ledger-cache:6379", "elsewhere:6379"))
    with Replay([tmp_path]) as server:
        asked = ["deploy/ledger-worker", "-n", "ledger", "--kubeconfig", server.kubeconfig("ledger"), "-o", "json"]
        found = json.loads(run_here(asked)[1])
        assert len([path for _, path in server.requests if "podIP" in path]) == 1
    assert "dependency-failing" in causes_behind(found["verdicts"][0])


@pytest.mark.parametrize(
    ("host", "inside", "outside"),
    [
        (POD_IP, True, False),
        ("fd00::12", True, False),
        ("127.0.0.1", False, False),
        ("52.1.2.3", False, True),
        ("api.partner.com", False, True),
        ("db.corp.internal", False, False),
        ("postgres", False, False),
        ("postgres.shop", False, False),
        ("postgres.shop.svc.cluster.local", False, False),
    ],
)
def test_inside_and_outside(host, inside, outside):
    assert (hosts.is_inside(host), hosts.is_outside(host)) == (inside, outside)
