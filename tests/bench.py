"""What a verdict costs beside the five kubectl commands that it replaces: `python -m tests.bench`.

Whole processes, in turns: each trial of a turn runs next to what it is compared with, kubectl with a warm discovery cache.
All ask the replay server, which is a process of its own and has made its answers before. A bar is the median of the ratios
within one turn. Exit status 1 if one is missed.
"""

import argparse
import json
import multiprocessing
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import NamedTuple

from tabulate import tabulate

from tests.replay import Replay, environment, slow

CASES = Path(__file__).parent / "cases"
CRASH = ("orders-api", "orders-api-6cc546bb44-48b9h", "missing-env-var")
PENDING = ("media-transcode", "transcoder-5fc4bfbd87-5lmtt", "insufficient-resources")
CHAIN = ("ledger", "ledger-worker-555b9bbbc5-khw9t", "connection-refused")
NODES = 50
CROWDS = (500, 5000)
LATENCY = 0.05
"""Seconds that each request takes while round trips are counted."""


class Cost(NamedTuple):
    """What one process took, or several one after the other."""

    wall: float
    """Seconds."""
    cpu: float
    """Seconds."""
    memory: float
    """The peak of the resident memory, in MiB. What the parent of the process has is the least that Linux tells."""
    requests: int
    sent: int
    """Bytes of the bodies that the server sent."""


def total(costs: list[Cost]) -> Cost:
    """The cost of running one after the other."""
    wall, cpu, memory, requests, sent = zip(*costs, strict=True)
    return Cost(sum(wall), sum(cpu), max(memory), sum(requests), sum(sent))


class Trial(NamedTuple):
    """A command that is measured; `case` is the context that it runs in, if it asks a server at all."""

    name: str
    command: list[str]
    case: str = ""
    statuses: tuple[int, ...] = (0,)


class Bar(NamedTuple):
    """A bound that is held or not."""

    words: str
    found: float
    at_most: float

    @property
    def held(self) -> bool:
        return self.found <= self.at_most


# --- the server -----------------------------------------------------------------------------------------------------


class Span(NamedTuple):
    """When a request came and when its answer went, by the server's clock in seconds, and the bytes of the body."""

    start: float
    end: float
    sent: int


class Observed(Replay):
    """A replay server that remembers the times and sizes of its answers."""

    def __init__(self, folders: Iterable[Path]):
        super().__init__(folders)
        self.spans: list[Span] = []

    def _answer(self, *asked):
        start = time.monotonic()
        found, now = super()._answer(*asked)
        self.spans.append(Span(start, time.monotonic(), len(found.body) if found else 0))
        return found, now


def _serve(pipe) -> None:
    """The server's process: tells its kubeconfig, then for each delay that it is told what it was asked before."""
    from tests.crowd import shop, with_nodes

    with Observed([CASES]) as replay:
        for pods in CROWDS:
            replay.cases[crowd(pods)] = shop(replay.cases, crowd(pods), pods)
        replay.cases[PENDING[0]] = with_nodes(replay.cases[PENDING[0]], NODES)
        pipe.send(replay.kubeconfig(CRASH[0], PENDING[0], CHAIN[0], *map(crowd, CROWDS)))
        while (delay := pipe.recv()) is not None:
            pipe.send(replay.spans[:])
            replay.spans.clear()
            replay.faults[:] = [slow("", delay)] if delay else []


def crowd(pods: int) -> str:
    """The name of the namespace with so many pods."""
    return f"crowd-{pods}"


@contextmanager
def serving() -> Iterator:
    """The pipe to a server."""
    context = multiprocessing.get_context("spawn")
    pipe, theirs = context.Pipe()
    process = context.Process(target=_serve, args=(theirs,), daemon=True)
    process.start()
    try:
        yield pipe
    finally:
        pipe.send(None)
        process.join()


def asked(pipe, delay: float = 0) -> list[Span]:
    """What was asked since the last time. What is asked from now on takes so long."""
    pipe.send(delay)
    return pipe.recv()


def rounds(spans: list[Span]) -> int:
    """How many of the requests came one after the answer to the other: so often is the latency paid for."""
    found, end = 0, 0.0
    for span in sorted(spans, key=lambda span: span.end):
        if span.start >= end:
            found, end = found + 1, span.end
    return found


# --- the commands ---------------------------------------------------------------------------------------------------


def bare(kubectl: str) -> str:
    """The binary itself, where it is one that chooses among those beside it by the server's version (Google's SDK)."""
    versions = json.loads(subprocess.run([kubectl, "version", "--client", "-o", "json"], capture_output=True).stdout)
    if "dispatcher" in versions["clientVersion"]["gitVersion"]:
        beside = [file for file in Path(kubectl).resolve().parent.iterdir() if re.fullmatch(r"kubectl\.1\.\d+", file.name)]
        return str(max(beside, key=lambda file: int(file.name.rpartition(".")[2])))
    return kubectl


def trials(kubectl: str, snapshot: str) -> list[Trial]:
    """What is measured, in this order."""
    path = environment()["PATH"]
    ours, completion = (shutil.which(name, path=path) or sys.exit(f"{name} is not installed") for name in EXECUTABLES)
    found = []
    for what, (case, pod, _) in {"crash": CRASH, "pending": PENDING, "chain": CHAIN}.items():
        five = {
            "get pod": ["get", "pod", pod],
            "describe pod": ["describe", "pod", pod],
            "logs --previous": ["logs", pod, "--previous"],
            "get events": ["get", "events"],
            "get configmap": ["get", "configmap"],
        }
        # a pod that was never started has no log
        found += [Trial(f"{what}: kubectl {name}", [kubectl, *words], case, (0, 1)) for name, words in five.items()]
        found.append(Trial(f"{what}: kubectl-why POD", [ours, pod], case, (1,)))
    found += [
        Trial("kubectl-why -f FILE", [ours, "-f", snapshot], "", (1,)),
        Trial("kubectl-why --help", [ours, "--help"]),
        Trial("completion of a pod", [completion, "ord"], CRASH[0]),
    ]
    for pods in CROWDS:
        found.append(Trial(f"{pods} pods: kubectl get", [kubectl, "get", "pods", "-o", "json"], crowd(pods)))
        found.append(Trial(f"{pods} pods: kubectl-why", [ours], crowd(pods), (1,)))
    return found


EXECUTABLES = ("kubectl-why", "kubectl_complete-why")


def run(trial: Trial, variables: dict[str, str], pipe, delay: float = 0) -> tuple[Cost, list[Span]]:
    """Runs the command with its output thrown away."""
    asked(pipe, delay)
    context = ["--context", trial.case] if trial.case and "complete" not in trial.command[0] else []
    start = time.perf_counter()
    child = subprocess.Popen([*trial.command, *context], env=variables, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    wall = time.perf_counter() - start
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode not in trial.statuses:
        sys.exit(f"{' '.join(child.args)}: exit status {child.returncode}, not {trial.statuses}")
    spans = asked(pipe)
    memory = usage.ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1 << 10)
    return Cost(wall, usage.ru_utime + usage.ru_stime, memory, len(spans), sum(span.sent for span in spans)), spans


def measured(some: list[Trial], pairs: int, variables: dict[str, str], pipe) -> dict[str, list[Cost]]:
    """The costs of each command, of the first turn none: it warmed the caches. The five kubectl commands also together."""
    costs: dict[str, list[Cost]] = {}
    for turn in range(pairs + 1):
        for trial in some:
            cost, _ = run(trial, variables, pipe)
            if turn:
                costs.setdefault(trial.name, []).append(cost)
    for what in ("crash", "pending", "chain"):
        five = [found for name, found in costs.items() if name.startswith(f"{what}: kubectl ")]
        costs[f"{what}: the five"] = [total(list(one)) for one in zip(*five, strict=True)]
    return costs


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__.splitlines()[0])
    parser.add_argument("--pairs", type=int, default=10)
    parser.add_argument("--kubectl", help="the one to compare with, where it is not the first on PATH")
    options = parser.parse_args()
    kubectl = options.kubectl or bare(shutil.which("kubectl") or sys.exit("kubectl is not on PATH"))
    with tempfile.TemporaryDirectory() as home, serving() as pipe:
        variables = environment(HOME=home, KUBECONFIG=pipe.recv())
        snapshot = str(Path(home) / "crash.json")
        some = trials(kubectl, snapshot)
        by_name = {trial.name: trial for trial in some}
        verdict = by_name["crash: kubectl-why POD"]
        run(verdict._replace(command=[*verdict.command, "--save", snapshot]), variables, pipe)
        check(variables)
        costs = measured(some, options.pairs, variables, pipe)
        late = {
            what: [run(by_name[f"{what}: kubectl-why POD"], variables, pipe, LATENCY) for _ in range(3)]
            for what in ("crash", "pending", "chain")
        }
    print(f"{kubectl}, medians of {options.pairs} turns\n")
    rows = []
    for name, found in costs.items():
        wall, cpu, memory, requests, sent = (median(figures) for figures in zip(*found, strict=True))
        rows.append((name, 1000 * wall, 1000 * cpu, memory, requests, sent / 1024))
    columns = ("", "wall ms", "CPU ms", "MiB", "requests", "KiB")
    print(tabulate(rows, columns, tablefmt="plain", floatfmt=".0f"))
    print(f"\nwith {1000 * LATENCY:.0f} ms a request:")
    for what, runs in late.items():
        walls = [cost.wall for cost, _ in runs]
        print(f"{what}: {1000 * median(walls):.0f} ms, {max(rounds(spans) for _, spans in runs)} round trips")
    print()
    bars = held(costs, {what: max(rounds(spans) for _, spans in runs) for what, runs in late.items()})
    headers = ("bar", "found", "at most", "")
    print(tabulate([(bar.words, bar.found, bar.at_most, "held" if bar.held else "NOT HELD") for bar in bars], headers))
    return 0 if all(bar.held for bar in bars) else 1


def check(variables: dict[str, str]) -> None:
    """That what is measured is the right answer."""
    for case, pod, cause in (CRASH, PENDING, CHAIN):
        command = ["kubectl-why", pod, "--context", case, "-o", "name"]
        found = subprocess.run(command, env=variables, capture_output=True, text=True).stdout.strip()
        if found != cause:
            sys.exit(f"{' '.join(command)}: {found}, not {cause}")


def held(costs: dict[str, list[Cost]], round_trips: dict[str, int]) -> list[Bar]:
    """The bars. Requests are bounded as in tests/test_bounds.py."""

    def ratio(one: str, other: str, what: str = "wall") -> float:
        return median(getattr(a, what) / getattr(b, what) for a, b in zip(costs[one], costs[other], strict=True))

    many = f"{CROWDS[-1]} pods"
    crash = "crash: kubectl-why POD"
    return [
        Bar("crash / the five kubectl commands", ratio(crash, "crash: the five"), 0.9),
        Bar("chain two deep / the five", ratio("chain: kubectl-why POD", "chain: the five"), 1.5),
        Bar("--help / a crash", ratio("kubectl-why --help", crash), 0.35),
        Bar("-f / a crash", ratio("kubectl-why -f FILE", crash), 0.6),
        Bar(f"triage of {many} / kubectl get", ratio(f"{many}: kubectl-why", f"{many}: kubectl get"), 1.5),
        Bar(f"triage of {many}, MiB", median(cost.memory for cost in costs[f"{many}: kubectl-why"]), 200),
        Bar("requests of a crash", median(cost.requests for cost in costs[crash]), 20),
        Bar("requests of a chain", median(cost.requests for cost in costs["chain: kubectl-why POD"]), 30),
        Bar("round trips of a crash", round_trips["crash"], 5),
    ]


if __name__ == "__main__":
    sys.exit(main())
