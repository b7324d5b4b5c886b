"""The main job on a recorded failure, served as an API on this machine: `python -m tests.demo`."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.replay import Replay

CASE = Path(__file__).parent / "cases" / "missing-env-var" / "orders-api"
CAUSE_FOUND = 1


def main() -> int:
    """Runs the program, through real kubectl where there is one, and shows the command and what it prints."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
    program = ["kubectl", "why"] if shutil.which("kubectl", path=path) else ["kubectl-why"]
    with Replay([CASE]) as replay:
        case = replay.cases[CASE.name]
        command = [*program, case.about["target_pods"][0], "-n", case.namespace]
        print("$", *command, flush=True)
        environment = {**os.environ, "PATH": path, "KUBECONFIG": replay.kubeconfig(case.name)}
        status = subprocess.run(command, env=environment).returncode
    return 0 if status == CAUSE_FOUND else status or 1


if __name__ == "__main__":
    sys.exit(main())
