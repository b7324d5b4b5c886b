"""The main job on a recorded failure, served as an API on this machine: `python -m tests.demo`."""

import shutil
import subprocess
import sys
from pathlib import Path

from tests.replay import Replay, environment

CASE = Path(__file__).parent / "cases" / "missing-env-var" / "orders-api"
CAUSE_FOUND = 1


def main() -> int:
    """Runs the program, through real kubectl where there is one, and shows the command and what it prints."""
    program = ["kubectl", "why"] if shutil.which("kubectl") else ["kubectl-why"]
    with Replay([CASE]) as replay:
        case = replay.cases[CASE.name]
        command = [*program, case.about["target_pods"][0], "-n", case.namespace]
        print("$", *command, flush=True)
        status = subprocess.run(command, env=environment(KUBECONFIG=replay.kubeconfig(case.name))).returncode
    return 0 if status == CAUSE_FOUND else status or 1


if __name__ == "__main__":
    sys.exit(main())
