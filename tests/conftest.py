"""The replay server for every test that wants one."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.replay import Replay


def pytest_addoption(parser):
    parser.addoption("--accept", action="store_true", help="rewrite the snapshots and verdicts of the cases")
    parser.addoption("--kube-context", help="the cluster for -m kind, where it is not the present one")


@pytest.fixture(scope="session")
def recordings() -> Iterator[Replay]:
    """All cases of this project, served for the whole session."""
    with Replay([Path(__file__).parent / "cases"]) as server:
        yield server


@pytest.fixture
def replay(recordings: Replay) -> Replay:
    """The server without faults, and without the requests of earlier tests."""
    recordings.faults.clear()
    recordings.requests.clear()
    return recordings
