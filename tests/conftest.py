"""The replay server for every test that wants one; the figures at the end of a run."""

import os
import signal
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.replay import Replay

# Examples of each property: always the same ones in `make test`; in `make fuzz` many, by --hypothesis-seed.
for name, examples in (("test", 100), ("fuzz", 4000)):
    settings.register_profile(
        name,
        max_examples=examples,
        derandomize=name == "test",
        deadline=None,
        database=None,
        print_blob=True,
        suppress_health_check=list(HealthCheck),
    )
settings.load_profile("test")

_FIGURES = pytest.StashKey[Counter]()

# The program is started some hundred times: it is compiled once, as it is when it is installed.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# Started in the background, the tests would ignore Ctrl-C, under nohup a closed terminal; and so would all that they start.
signal.signal(signal.SIGINT, signal.default_int_handler)
if hasattr(signal, "SIGHUP"):
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


def pytest_addoption(parser):
    parser.addoption("--accept", action="store_true", help="rewrite the snapshots and verdicts of the cases")
    parser.addoption("--long", action="store_true", help="try everything where some of it is enough for every day")
    parser.addoption("--kube-context", help="the cluster for -m kind")


@pytest.fixture(scope="session")
def recordings() -> Iterator[Replay]:
    """All cases of this project, served for the whole session."""
    with Replay([Path(__file__).parent / "cases"]) as server:
        yield server


@pytest.fixture
def replay(recordings: Replay) -> Iterator[Replay]:
    """The server without faults, and without the requests of earlier tests."""
    recordings.faults.clear()
    recordings.requests.clear()
    yield recordings
    recordings.faults.clear()


@pytest.fixture(scope="session")
def figures(request: pytest.FixtureRequest) -> Counter:
    """How much was tried, by what it is: figures["requests x faults"] += 1. Printed at the end of the run."""
    return request.config.stash.setdefault(_FIGURES, Counter())


def pytest_sessionfinish(session):
    # A worker of pytest-xdist hands what it counted to the process that prints.
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["figures"] = dict(session.config.stash.get(_FIGURES, Counter()))


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node, error):
    # One that died hands over nothing.
    node.config.stash.setdefault(_FIGURES, Counter()).update(getattr(node, "workeroutput", {}).get("figures", {}))


def pytest_terminal_summary(terminalreporter, config):
    for label, count in config.stash.get(_FIGURES, Counter()).items():
        terminalreporter.write_line(f"{label}: {count}")
