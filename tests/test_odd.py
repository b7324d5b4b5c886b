"""Odd input: whatever is lost, damaged, unknown or extreme, there is a verdict; and what means nothing does not change it.

Examples by hypothesis from the recordings: 100 each in `make test`, always the same; 4,000 each in `make fuzz`.
"""

import json
import time
from contextlib import contextmanager
from functools import cache
from random import Random

import pytest
import yaml
from click.testing import CliRunner
from hypothesis import example, given, note
from hypothesis import strategies as st

from kubectl_why.causes.loglines.table import all_rows
from kubectl_why.cli import main
from kubectl_why.cluster import ClusterError
from kubectl_why.collect import collect
from kubectl_why.collect.reader import _log as read_log
from kubectl_why.collect.sweep import Scope, sweep
from kubectl_why.diagnose import diagnose
from kubectl_why.model import Diagnosis
from kubectl_why.redact import log_text, printable
from kubectl_why.render import FORMATS, Paper
from kubectl_why.render.structured import plain
from kubectl_why.render.triage import TRIAGE_FORMATS
from kubectl_why.snapshot import Snapshot
from kubectl_why.triage import triage
from tests.odd import HOURS, LONG, MEANINGLESS, Direct, long_line, shifted, spoil
from tests.test_cases import BY_NAME, SCHEMA, diagnosis_of, target_of

# Processor time, in seconds, that one verdict may take here: some milliseconds are usual, and the machine may be busy.
BOUND = 3.0
NAMES = sorted(BY_NAME)
NEEDLES = sorted({row.needle for row in all_rows() if row.needle})
names = st.sampled_from(NAMES)
chances = st.integers(0, 2**32 - 1).map(Random)


@cache
def saved(name: str) -> str:
    return (BY_NAME[name].folder / "snapshot.json").read_text()


@contextmanager
def bounded(seconds: float = BOUND):
    start = time.process_time()
    yield
    assert time.process_time() - start < seconds


def holds(found: Diagnosis) -> Diagnosis:
    """The diagnosis, of which nothing is broken and which every format can print, harmlessly."""
    assert found.broken == ()
    assert found.verdict
    for name, render in FORMATS.items():
        text = render(found, Paper(width=80))
        assert all(printable(line) == line for line in text.split("\n")), name
    SCHEMA.validate(json.loads(FORMATS["json"](found, Paper())))
    return found


@given(name=names, chance=chances, times=st.integers(1, 8))
def test_whatever_is_odd_in_a_snapshot(name, chance, times, figures):
    """It is refused in words as a file, or diagnosed."""
    figures["odd examples"] += 1
    data = json.loads(saved(name))
    note(spoil(data, chance, times))
    with bounded():
        try:
            snapshot = Snapshot.from_json(data)
        except ValueError as error:
            assert "not a snapshot" in str(error)
            return
        holds(diagnose(snapshot))
    assert Snapshot.from_json(json.loads(json.dumps(snapshot.to_json()))) == snapshot


@given(name=names, chance=chances, lines=st.lists(st.text(max_size=200), max_size=5))
def test_whatever_is_odd_in_a_log(name, chance, lines, figures):
    """Lines of a megabyte, of bytes that are no text, without ends; among those that are there, or in their place."""
    figures["odd examples"] += 1
    data = json.loads(saved(name))
    for log in data.get("logs", ()):
        told = [*log["lines"]] if chance.randrange(2) else []
        for line in (*lines, *(long_line(chance, NEEDLES, chance.choice((300, 5000, LONG))) for _ in range(2))):
            told.insert(chance.randrange(len(told) + 1), line)
        log |= as_kept(log, "".join(line + chance.choice(("\n", "\n", "\r\n", "\r", "\x00")) for line in told))
    with bounded():
        holds(diagnose(Snapshot.from_json(data)))


def as_kept(log: dict, text: str) -> dict:
    """What is kept of a log that the kubelet sends so."""
    kept = read_log(log["container"], log["previous"], text, 500)
    return {"lines": list(kept.lines), "times": list(kept.times), "tail": kept.tail}


@given(name=names, chance=chances, share=st.sampled_from((0.1, 0.3, 1)))
@example(name="pricing", chance=Random(3720459), share=0.3)  # a number among the containers of a pod that is well
@example(name="partner-gateway", chance=Random(19787), share=0.3)  # an event of a mount that says nothing
def test_whatever_is_odd_in_what_a_server_answers(name, chance, share, figures):
    """What cannot be used of it is as if it were not there, or is told; the same for a whole namespace."""
    figures["odd examples"] += 1
    seed = chance.random()

    def odd(request, body):
        # The same for the same request: they come from several threads.
        chance = Random(f"{seed} {request}")
        if chance.random() < share:
            if isinstance(body, str):
                return long_line(chance, NEEDLES, 2000) if chance.randrange(2) else body[: chance.randrange(len(body) + 1)]
            spoil(body, chance, chance.randrange(1, 5))
        return body

    cluster = Direct(BY_NAME[name], odd)
    with bounded():
        try:
            snapshot = collect(cluster, target_of(BY_NAME[name]))
        except ClusterError as error:
            assert str(error)
        else:
            holds(diagnose(snapshot))
            assert holds(diagnose(Snapshot.from_json(json.loads(json.dumps(snapshot.to_json())))))
        try:
            found = triage(sweep(cluster, Scope(cluster.namespace), lambda _: None), each_held)
        except ClusterError as error:
            assert str(error)
            return
    for render in TRIAGE_FORMATS.values():
        assert all(printable(line) == line for line in render(found, Paper(width=80)).split("\n"))


def each_held(snapshot: Snapshot, **how) -> Diagnosis:
    found = diagnose(snapshot, **how)
    assert found.broken == ()
    return found


@given(name=names, chance=chances, cut=st.booleans(), times=st.integers(0, 8))
def test_whatever_is_odd_in_a_file(name, chance, cut, times, figures, tmp_path_factory):
    """What kubectl printed, or a saved snapshot, damaged: a verdict, or a line that says what is wrong."""
    figures["odd examples"] += 1
    if chance.randrange(2):
        data = json.loads(saved(name))
    else:
        some = [item for items in BY_NAME[name].objects.values() for item in items]
        data = {"apiVersion": "v1", "kind": "List", "items": json.loads(json.dumps(some))}
    note(spoil(data, chance, times))
    text = json.dumps(data).encode() if chance.randrange(5) else yaml.safe_dump(data).encode()
    if cut:
        at = chance.randrange(len(text))
        text = chance.choice((text[:at], text[:at] + chance.randbytes(9) + text[at:], text[:at] + text[at + 3 :], text * 2))
    file = tmp_path_factory.getbasetemp() / "odd.json"
    file.write_bytes(text)
    with bounded(10):  # YAML is slow
        done = CliRunner().invoke(main, ["-f", str(file), "-o", "json"])
    assert isinstance(done.exception, SystemExit | None), done.exc_info
    assert "defect" not in done.output and "Traceback" not in done.output
    if done.exit_code == 4:
        assert done.stderr.startswith("Error: ") or str(file) in done.stderr
        assert len(done.stderr.splitlines()) == 1
    else:
        SCHEMA.validate(json.loads(done.stdout))


@given(name=names, chance=chances, times=st.integers(1, 5))
@example(name="pricing", chance=Random(1260), times=1)  # a label that no workload asks for
def test_what_means_nothing_changes_nothing(name, chance, times, figures):
    """The verdicts, their confidence, what is behind them, what is to be done: all of it."""
    figures["odd examples"] += 1
    data = json.loads(saved(name))
    if not data.get("pod"):
        data["pod"] = None
    added = [chance.choice(MEANINGLESS) for _ in range(times)]
    for add in added:
        if data["pod"]:
            add(data, chance)
    note([add.__name__ for add in added])
    assert told(holds(diagnose(Snapshot.from_json(data)))) == told(diagnosis_of(BY_NAME[name]))


def told(found: Diagnosis) -> dict:
    """What is said, without that which counts what was added, or names the container because there is another."""
    data = plain(found)
    for name in ("ready", "note", "status"):
        data.pop(name, None)
    for verdict in every_verdict(data["verdicts"]):
        for evidence in verdict["evidence"]:
            evidence.pop("line", None)
        for remedy in verdict["remedies"]:
            remedy["command"] = remedy.get("command", "").replace(f" -c {verdict['container']}", "")
    return data


def every_verdict(verdicts: list[dict]):
    for verdict in verdicts:
        yield verdict
        yield from every_verdict(verdict["because"])


# --- clocks ---


@pytest.mark.parametrize("hours", HOURS)
def test_a_server_whose_clock_is_wrong(hours):
    """All times are the server's own: where they are all as wrong, nothing is."""
    for name in NAMES[HOURS.index(hours) :: len(HOURS)]:
        data = json.loads(saved(name))
        found = diagnose(Snapshot.from_json(shifted(data, hours)))
        assert [*map(said, found.verdicts)] == [*map(said, diagnosis_of(BY_NAME[name]).verdicts)], name


def said(verdict) -> tuple:
    return verdict.cause.id, verdict.finding.container, verdict.finding.confidence


# --- large ---


@pytest.mark.parametrize("name", ["edge-gateway", "orders-api", "stock-db"])
def test_a_pod_of_sixty_containers_with_ten_thousand_events(name):
    data = json.loads(saved(name))
    spec, status = data["pod"]["spec"], data["pod"]["status"]
    for number in range(60 - len(spec["containers"])):
        spec["containers"].append({**spec["containers"][0], "name": f"odd-{number}"})
        status["containerStatuses"].append({**status["containerStatuses"][0], "name": f"odd-{number}"})
        data["logs"] += [{**log, "container": f"odd-{number}"} for log in data["logs"][:1]]
    told_of = [f"spec.containers{{{item['name']}}}" for item in spec["containers"]]
    data["events"] = [
        {**event, "involvedObject": {**event["involvedObject"], "fieldPath": told_of[number % 60]}}
        for number, event in enumerate(data["events"] * (10_000 // len(data["events"]) + 1))
    ]
    snapshot = Snapshot.from_json(data)
    with bounded():
        found = diagnose(snapshot)
    assert found.broken == () and found.verdict == diagnosis_of(BY_NAME[name]).verdict


@pytest.mark.parametrize("unit", ["a", "a.", "token", "://a", "a:", "eyJ-", "bearer ", "password "])
@pytest.mark.parametrize("end", ["", "key=", "token", "://", "@tcp("])
def test_a_line_of_256_kib_is_masked_at_once(unit, end):
    """As every line of a log is, such as one of base64: its letters are never read again and again."""
    with bounded():
        assert log_text(unit * (LONG // len(unit)) + end)
