"""How many recorded failures the program explains rightly, run over the wire.

    python -m tests.score [--real] [--failed] [--matrix] [FOLDER...]

Scores the cases of tests/cases and of the further folders. Right is a verdict that is among the causes of the case's truth.
"""

import argparse
import json
import os
import shlex
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from click.testing import CliRunner
from tabulate import tabulate

from tests.replay import Replay, environment
from tests.wire.recorded import Case

CASES = Path(__file__).parent / "cases"
CALM = {"healthy", "starting", "completed"}
HEADERS = ("", "case", "want", "got", "container", "missing", "because")

Run = Callable[[list[str]], tuple[int, str, str]]


def run_here(arguments: list[str]) -> tuple[int, str, str]:
    """The program in this process: exit status, standard output, and what went wrong."""
    from kubectl_why.cli import main

    result = CliRunner().invoke(main, arguments)
    crashed = result.exception and not isinstance(result.exception, SystemExit)
    return result.exit_code, result.stdout, repr(result.exception) if crashed else result.stderr


def run_real(arguments: list[str]) -> tuple[int, str, str]:
    """The program as kubectl starts it."""
    done = subprocess.run(["kubectl", "why", *arguments], env=environment(), capture_output=True, text=True)
    return done.returncode, done.stdout, done.stderr


def targets(case: Case) -> list[list[str]]:
    """What to ask about: a selector stands for the pods that it found when the case was recorded."""
    asked = case.about["target"]
    if asked.startswith("-l") and case.about["target_pods"]:
        return [[pod] for pod in case.about["target_pods"]]
    return [shlex.split(asked)]


def diagnose(case: Case, replay: Replay, run: Run) -> dict:
    """The diagnosis of the first target that is broken, else of the first one."""
    common = ["-n", case.namespace, "--kubeconfig", replay.kubeconfig(case.name), "-o", "json"]
    first = None
    for target in targets(case):
        status, output, errors = run([*target, *common])
        try:
            found = json.loads(output)
        except ValueError:
            words = errors.strip().splitlines() or ["no output"]
            found = {"verdict": f"exit {status}: {words[-1]}"}
        if status in (1, 3):
            return found
        first = first or found
    return first


def texts(value) -> Iterator[str]:
    """Every word in a JSON value."""
    if isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from texts(inner)
    else:
        yield str(value)


def causes_behind(verdict: dict) -> Iterator[str]:
    """The causes under `because`, at any depth."""
    for behind in verdict.get("because") or []:
        yield behind["cause"]
        yield from causes_behind(behind)


@dataclass(frozen=True)
class Score:
    """A diagnosis beside the truth."""

    case: Case
    found: dict

    @property
    def truth(self) -> dict:
        return self.case.about["truth"]

    @property
    def want(self) -> list[str]:
        return self.truth["cause"]

    @property
    def got(self) -> str:
        return self.found["verdict"]

    @property
    def right(self) -> bool:
        return self.got in self.want

    @cached_property
    def verdict(self) -> dict:
        return (self.found.get("verdicts") or [{}])[0]

    @property
    def container_right(self) -> bool:
        return self.truth["container"] in (None, self.verdict.get("container"))

    @cached_property
    def missing(self) -> list[str]:
        told = [self.verdict.get(key) for key in ("message", "evidence", "remedies", "because")]
        text = "\n".join(texts(told if self.verdict else self.found.get("status")))
        return [str(mention) for mention in self.truth["mentions"] if str(mention) not in text]

    @property
    def wants_because(self) -> bool:
        return bool(self.truth.get("because"))

    @property
    def because_right(self) -> bool:
        return not set(self.truth["because"]).isdisjoint(causes_behind(self.verdict))

    @property
    def false_alarm(self) -> bool:
        return self.want[0] in CALM and self.got not in CALM

    @property
    def missed(self) -> bool:
        return self.want[0] not in CALM and self.got in {*CALM, "unknown"} and not self.right

    def row(self) -> list[str]:
        container = self.verdict.get("container") or "-"
        behind = ", ".join(causes_behind(self.verdict)) or "-"
        return [
            "right" if self.right else "WRONG",
            self.case.name,
            "|".join(self.want),
            self.got[:60],
            container if self.container_right else f"{container}, not {self.truth['container']}",
            ", ".join(self.missing),
            "" if not self.wants_because else "right" if self.because_right else f"{behind}, not {self.truth['because']}",
        ]


def totals(scores: list[Score], seconds: float) -> Iterator[str]:
    right = [score for score in scores if score.right]
    useful = [score for score in right if score.container_right and not score.missing]
    linked = [score for score in scores if score.wants_because]
    calm = [score for score in scores if score.want[0] in CALM]
    share = 100 * len(right) / len(scores)
    yield f"cause right {len(right)} of {len(scores)} ({share:.0f} %)"
    yield f"with container and mentions {len(useful)} of {len(scores)}"
    yield f"because right {sum(score.because_right for score in linked)} of {len(linked)} that want one"
    yield f"false alarms {sum(score.false_alarm for score in calm)} of {len(calm)} that are healthy, starting or completed"
    yield f"failures missed {sum(score.missed for score in scores)} of {len(scores) - len(calm)}"
    yield f"{seconds:.1f} s"


def matrix(scores: list[Score]) -> Iterator[str]:
    """For each cause how often it was wanted and found, and what was said instead or beside it."""
    wanted: dict[str, list[Score]] = {}
    for score in scores:
        wanted.setdefault(score.got if score.right else score.want[0], []).append(score)
    for cause, those in sorted(wanted.items()):
        instead = Counter(f"taken for {score.got[:60]}" for score in those if not score.right)
        beside = Counter(
            f"beside it {verdict['cause']}"
            for score in those
            if score.right
            for verdict in score.found.get("verdicts", [])[1:]
        )
        words = "; ".join(f"{words} ({count})" for words, count in (instead + beside).most_common())
        yield f"{cause:28} {sum(score.right for score in those):3} of {len(those):3}   {words}".rstrip()


def main():
    parser = argparse.ArgumentParser(prog="python -m tests.score", description=__doc__.splitlines()[0])
    parser.add_argument("folders", nargs="*", metavar="FOLDER", help="a further folder of cases")
    parser.add_argument("--real", action="store_true", help="run `kubectl why` from PATH instead of the code in process")
    parser.add_argument("--failed", action="store_true", help="only the rows that are wrong")
    parser.add_argument("--matrix", action="store_true", help="say which cause is taken for which")
    options = parser.parse_args()
    start = time.monotonic()
    run, workers = (run_real, os.cpu_count()) if options.real else (run_here, 1)
    with Replay([CASES, *options.folders]) as replay, ThreadPoolExecutor(workers) as pool:
        cases = [case for case in replay.cases.values() if "cause" in case.about["truth"]]
        scores = list(pool.map(lambda case: Score(case, diagnose(case, replay, run)), cases))
    shown = [score for score in scores if not (options.failed and score.right)]
    print(tabulate([score.row() for score in shown], HEADERS, tablefmt="plain"))
    if options.matrix:
        print("\n" + "\n".join(matrix(scores)))
    print("\n" + "\n".join(totals(scores, time.monotonic() - start)))


if __name__ == "__main__":
    main()
