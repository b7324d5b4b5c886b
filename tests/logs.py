"""What real programs printed when they failed, and a pod around it to diagnose.

    python -m tests.logs LOG [--exit N] [--state STATE]    the verdict on a pod whose container `web` left that log

tests/logs/CAUSE/RUNTIME-WHAT.log is what a program really printed, to the letter, and the file .yaml beside it says how:

    by: CPython 3.11, SQLAlchemy 2.0: create_engine(...).connect() to a port on which nobody listens
    exit_code: 1
    line: connection to server at "db"    # stands in the line that is to be quoted; any line will do without
    mentions: [db, "5432"]                # what a useful verdict names
    container: {}                         # what the container's spec has, if that matters: command, env, volumeMounts...
    state: ended                          # or running: up, not ready, probes long over; or ready: nothing is wrong
"""

import argparse
from dataclasses import dataclass
from datetime import datetime, timezone
from functools import cached_property
from pathlib import Path

import yaml

from kubectl_why.diagnose import diagnose
from kubectl_why.model import Diagnosis
from kubectl_why.redact import log_text
from kubectl_why.render import FORMATS, Paper
from kubectl_why.snapshot import Log, Snapshot

FOLDER = Path(__file__).parent / "logs"
NOW = datetime(2026, 3, 4, 10, 0, 30, tzinfo=timezone.utc)
LONG_AGO = "2026-03-04T09:00:00Z"
STATES = {
    "ended": {
        "restartCount": 2,
        "state": {
            "terminated": {
                "exitCode": 1,
                "reason": "Error",
                "startedAt": "2026-03-04T10:00:00Z",
                "finishedAt": "2026-03-04T10:00:01Z",
            }
        },
    },
    "running": {"state": {"running": {"startedAt": LONG_AGO}}, "ready": False, "started": True},
    "ready": {"state": {"running": {"startedAt": LONG_AGO}}, "ready": True, "started": True},
}


def snapshot(text, container=None, *, objects=(), absent=(), exit_code=1, others=(), spec=None, status=None, state="ended"):
    """A Deployment's pod whose container `web` left that log."""
    web = {"name": "web", "image": "shop:1", **(container or {})}
    of_web = {"name": "web", **STATES[state]}
    if state == "ended":
        said = {"exitCode": exit_code, "reason": "Error" if exit_code else "Completed"}
        of_web["state"] = {"terminated": {**of_web["state"]["terminated"], **said}}
    pod = {
        "kind": "Pod",
        "metadata": {"name": "shop-1", "namespace": "shop", "creationTimestamp": "2026-03-04T08:59:00Z"},
        "spec": {"nodeName": "n", "containers": [web, *others], **(spec or {})},
        "status": {
            "phase": "Running",
            "containerStatuses": [
                {**of_web, **(status or {})},
                *({"name": other["name"], "state": {"running": {}}, "ready": True} for other in others),
            ],
        },
    }
    owner = {"kind": "Deployment", "metadata": {"name": "shop", "namespace": "shop"}}
    return Snapshot(
        taken_at=NOW,
        target=("Pod", "shop", "shop-1"),
        pod=pod,
        owners=(owner,),
        objects={f"{obj['kind']}/shop/{obj['metadata']['name']}": obj for obj in objects},
        absent=frozenset(absent),
        logs=(Log("web", False, tuple(log_text(text).split("\n"))),) if text else (),
    )


def text_of(path: Path) -> str:
    """A log as the API server gives it: text, whatever bytes were written."""
    return path.read_bytes().decode(errors="replace").rstrip("\n")


@dataclass(frozen=True)
class Printed:
    """A log that a program printed, and what has to be said of it."""

    path: Path

    @property
    def name(self) -> str:
        return f"{self.cause}/{self.path.stem}"

    @property
    def cause(self) -> str:
        return self.path.parent.name

    @cached_property
    def about(self) -> dict:
        return yaml.safe_load(self.path.with_suffix(".yaml").read_text())

    @property
    def text(self) -> str:
        return text_of(self.path)

    @cached_property
    def diagnosis(self) -> Diagnosis:
        about = self.about
        state = about.get("state", "ended")
        return diagnose(snapshot(self.text, about.get("container"), exit_code=about.get("exit_code", 1), state=state))


PRINTED = [Printed(path) for path in sorted(FOLDER.glob("*/*.log"))]


def main():
    parser = argparse.ArgumentParser(prog="python -m tests.logs", description="The verdict on a log.")
    parser.add_argument("log", type=Path)
    parser.add_argument("--exit", type=int, default=1, help="the exit code with which the container ended")
    parser.add_argument("--state", choices=STATES, default="ended")
    options = parser.parse_args()
    taken = snapshot(text_of(options.log), exit_code=options.exit, state=options.state)
    print(FORMATS["wide"](diagnose(taken), Paper(width=160)))


if __name__ == "__main__":
    main()
