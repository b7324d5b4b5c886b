"""What a verdict costs beside the five kubectl commands that it replaces: `python -m tests.bench`.

Both run against the replay server in alternation, kubectl with a warm discovery cache. Exit status 1 if a bar is missed.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from tabulate import tabulate

from tests.replay import environment

CASE = Path(__file__).parent / "cases" / "missing-env-var" / "orders-api"
POD = "orders-api-6cc546bb44-48b9h"
NAMESPACE = "orders-api"
WALL_BAR = 1.0
HELP_BAR = 0.33


@dataclass(frozen=True)
class Cost:
    """Wall and CPU seconds, and the peak of resident memory in MiB."""

    wall: float
    cpu: float
    memory: float

    @classmethod
    def total(cls, costs: list["Cost"]) -> "Cost":
        """The cost of running one after the other."""
        return cls(sum(c.wall for c in costs), sum(c.cpu for c in costs), max(c.memory for c in costs))

    @classmethod
    def typical(cls, costs: list["Cost"]) -> "Cost":
        return cls(median(c.wall for c in costs), median(c.cpu for c in costs), median(c.memory for c in costs))


def run(command: list[str], variables: dict[str, str], expected: int = 0) -> Cost:
    """Runs the command with its output thrown away."""
    start = time.perf_counter()
    child = subprocess.Popen(command, env=variables, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    wall = time.perf_counter() - start
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != expected:
        sys.exit(f"{' '.join(command)}: exit status {child.returncode}, not {expected}")
    return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def measure(pairs: int, variables: dict[str, str]) -> dict[str, Cost]:
    """The typical cost of each command, of the five together, of a verdict and of --help."""
    kubectl = shutil.which("kubectl") or sys.exit("kubectl is not on PATH")
    ours = shutil.which("kubectl-why", path=variables["PATH"]) or sys.exit("kubectl-why is not installed")
    five = {
        "kubectl get pod": ["get", "pod", POD],
        "kubectl describe pod": ["describe", "pod", POD],
        "kubectl logs --previous": ["logs", POD, "--previous"],
        "kubectl get events": ["get", "events"],
        "kubectl get configmap": ["get", "configmap"],
    }
    verdict, usage = "kubectl-why POD", "kubectl-why --help"
    costs = {name: [] for name in (*five, "the five", verdict, usage)}
    for _ in range(pairs + 1):
        turn = {name: run([kubectl, *words, "-n", NAMESPACE], variables) for name, words in five.items()}
        turn["the five"] = Cost.total(list(turn.values()))
        turn[verdict] = run([ours, POD, "-n", NAMESPACE], variables, expected=1)
        turn[usage] = run([ours, "--help"], variables)
        for name, cost in turn.items():
            costs[name].append(cost)
    # the first turn warmed the caches
    return {name: Cost.typical(found[1:]) for name, found in costs.items()}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__.splitlines()[0])
    parser.add_argument("--pairs", type=int, default=10)
    pairs = parser.parse_args().pairs
    # a process of its own, so that the server's work is not the client's
    command = [sys.executable, "-m", "tests.replay", str(CASE)]
    with tempfile.TemporaryDirectory() as home, subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            variables = environment(HOME=home, KUBECONFIG=server.stdout.readline().strip())
            costs = measure(pairs, variables)
        finally:
            server.terminate()
    rows = [(name, 1000 * cost.wall, 1000 * cost.cpu, cost.memory) for name, cost in costs.items()]
    print(tabulate(rows, (f"median of {pairs}", "wall ms", "CPU ms", "MiB"), tablefmt="plain", floatfmt=".0f"))
    ratio = costs["kubectl-why POD"].wall / costs["the five"].wall
    share = costs["kubectl-why --help"].wall / costs["kubectl-why POD"].wall
    print(f"\nratio of wall times: {ratio:.2f} (bar {WALL_BAR})")
    print(f"--help: {share:.2f} of a verdict (bar {HELP_BAR})")
    return 0 if ratio <= WALL_BAR and share <= HELP_BAR else 1


if __name__ == "__main__":
    sys.exit(main())
