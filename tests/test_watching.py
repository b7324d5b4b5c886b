"""--watch and --wait on a recorded rollout that goes well, fails and heals, through real kubectl, pipes and terminals."""

import json
import os
import queue
import shutil
import signal
import subprocess
import sys
import threading
import time
from datetime import datetime, timezone

import pytest
import yaml

from kubectl_why.collect import Target
from kubectl_why.snapshot import Snapshot
from kubectl_why.watching import streams_of
from tests.replay import Replay, environment, fail, hang, reset
from tests.terminal import Terminal
from tests.wire.played import Played

FLOW = "rollout-fails-then-heals"
CRASHING = "web-f9f764cd4-zzw9p"
LOGS = {"web-f9f764cd4": b"2026-11-22T02:37:06.000000000Z KeyError: S3_BUCKET\n"}
PROGRAM = ["kubectl", "why"] if shutil.which("kubectl") else ["kubectl-why"]
EXPIRED = {
    "kind": "Status",
    "status": "Failure",
    "message": "too old resource version: 1 (2)",
    "reason": "Expired",
    "code": 410,
}


WEB = {"kind": "Deployment", "metadata": {"name": "web"}, "spec": {"selector": {"matchLabels": {"app": "web"}}}}


@pytest.mark.parametrize(
    "kind, owners, want",
    [
        ("Pod", (), [("/api/v1/namespaces/shop/pods", "fieldSelector", "metadata.name=web")]),
        (
            "Deployment",
            (WEB,),
            [
                ("/apis/apps/v1/namespaces/shop/deployments", "fieldSelector", "metadata.name=web"),
                ("/api/v1/namespaces/shop/pods", "labelSelector", "app=web"),
            ],
        ),
        ("CronJob", (), [("/apis/batch/v1/namespaces/shop/cronjobs", "fieldSelector", "metadata.name=web")]),
    ],
)
def test_what_is_watched(kind, owners, want):
    snapshot = Snapshot(datetime.now(timezone.utc), (kind, "shop", "web"), owners=owners)
    assert streams_of(Target(kind, "shop", "web"), snapshot) == [(path, {name: value}) for path, name, value in want]


@pytest.fixture
def flow(replay: Replay):
    """The rollout, at the beginning of which there is nothing yet."""
    played = Played(FLOW, LOGS)
    replay.play(played)
    yield played
    played.end_streams()
    del replay.cases[FLOW]


class Running:
    """A run of the program, whose lines are read as they come."""

    def __init__(self, replay: Replay, *arguments: str):
        command = [*PROGRAM, *arguments]
        pipe = subprocess.PIPE
        env = environment(KUBECONFIG=replay.kubeconfig(FLOW))
        self.process = subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, env=env)
        self.lines: queue.Queue[str] = queue.Queue()
        self.errors: queue.Queue[str] = queue.Queue()
        self.seen: list[str] = []
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()
        threading.Thread(target=lambda: [*map(self.errors.put, self.process.stderr)], daemon=True).start()

    def _read(self):
        for line in self.process.stdout:
            self.seen.append(line)
            self.lines.put(line)

    def until(self, word: str, seconds: float = 30, errors: bool = False) -> str:
        """What was printed up to the line with that word."""
        seen = ""
        deadline = time.monotonic() + seconds
        while word not in seen.rpartition("\n")[0].rpartition("\n")[2] or not seen:
            seen += (self.errors if errors else self.lines).get(timeout=max(0.01, deadline - time.monotonic()))
        return seen

    def all(self) -> str:
        """Everything that was printed, when it has ended."""
        self.reader.join(5)
        return "".join(self.seen)

    def end(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(20)


@pytest.fixture
def run(replay):
    """Start the program on the rollout; ended with the test."""
    started = []

    def start(*arguments: str) -> Running:
        started.append(Running(replay, *arguments))
        return started[-1]

    yield start
    for one in started:
        one.process.kill()
        one.process.wait()


def test_watch_piped_prints_a_block_for_each_change(flow, run):
    flow.to(3)
    watch = run("deploy/web", "--watch")
    assert "POD      flow-w/web-6974588d77" in watch.until("healthy")
    flow.to(16.05)
    block = watch.until("starting")
    assert block.startswith("\nPOD      flow-w/web-f9f764cd4-zzw9p")
    flow.to(19)
    assert "CrashLoopBackOff, 1 restart" in watch.until("WHY      web: KeyError: S3_BUCKET")
    flow.to(70)
    assert "web-5b9f85696d" in watch.until("healthy")
    assert watch.end() == 143
    assert watch.errors.empty()


def test_watch_by_name_prints_a_line_for_each_change_and_json_a_document(flow, run):
    flow.to(3)
    names, documents = run("deploy/web", "-w", "-o", "name"), run("deploy/web", "-w", "-o", "json")
    assert names.until("healthy") == "healthy\n"
    documents.until("notChecked")
    flow.to(19)
    assert names.until("unhandled-exception") == "unhandled-exception\n"
    documents.until('"verdict": "unhandled-exception"')
    flow.to(70)
    assert names.until("healthy") == "healthy\n"
    assert names.end(signal.SIGINT) == 130


def test_documents_are_told_apart(flow, run):
    flow.to(3)
    watches = {name: run("deploy/web", "--watch", "-o", name) for name in ("json", "yaml")}
    for watch in watches.values():
        watch.until("notChecked")
    flow.to(19)
    text = {}
    for name, watch in watches.items():
        watch.until("notChecked")
        watch.end()
        text[name] = watch.all()
    documents = list(yaml.safe_load_all(text["yaml"]))
    assert [document["verdict"] for document in documents] == ["healthy", "unhandled-exception"]
    first, second = text["json"].split("\n\n")
    assert [json.loads(first)["status"], json.loads(second)["status"]] == ["Running", "CrashLoopBackOff"]


def test_a_whole_rollout_costs_few_looks(flow, run, replay):
    """Nearly a hundred changes in five seconds: those that come at once are seen at once."""
    flow.to(3)
    names = run("deploy/web", "--watch", "-o", "name")
    names.until("healthy")
    flow.to(70, factor=14)
    names.until("healthy")
    names.end()
    looks = [url for _, url in replay.requests if url.endswith("/deployments/web")]
    assert 4 <= len(looks) <= 20
    assert len(replay.requests) <= 15 * len(looks)


def test_counting_on_is_no_change(flow, run):
    flow.to(19)
    names = run("deploy/web", "-w")
    names.until("PROPER")
    flow.to(31)
    time.sleep(2)
    assert names.lines.empty()


@pytest.mark.parametrize("at, status, words", [(3, 0, "healthy"), (70, 0, "healthy"), (50, 1, "KeyError")])
def test_wait_ends_at_once_where_it_stands(flow, run, at, status, words):
    flow.to(at)
    wait = run("deploy/web", "--wait", "2m")
    assert wait.process.wait(20) == status
    assert words in wait.until("WHY")


def test_wait_goes_on_until_the_rollout_is_complete(flow, run):
    """One new pod is ready at 61.23, both at 61.71; the old one is counted until 61.73."""
    wait = run("deploy/web", "--wait", "1m")
    time.sleep(0.7)  # there is nothing yet
    flow.to(15.7)
    time.sleep(1.5)
    flow.to(61.5)
    with pytest.raises(subprocess.TimeoutExpired):
        wait.process.wait(2)
    flow.to(62)
    assert wait.process.wait(20) == 0
    assert "healthy" in wait.until("WHY")


def test_wait_ends_with_the_verdict_when_the_time_is_up(flow, run):
    flow.to(31)
    wait = run("deploy/web", "--wait", "1.5s", "-o", "name")
    assert wait.process.wait(20) == 1
    assert wait.until("un") == "unhandled-exception\n"
    assert "not well in 2s: 1 of 2 new pods" in wait.until("not well", errors=True)


def test_wait_for_what_never_comes(flow, run):
    wait = run("deploy/web", "--wait", "1s")
    assert wait.process.wait(20) == 4
    assert 'deployment "web" not found' in wait.until("not found", errors=True)
    assert wait.lines.empty()


def test_watch_of_what_is_not_there_is_an_error(flow, run):
    watch = run("deploy/web", "--watch")
    assert watch.process.wait(20) == 4


def test_forbidden_watch_is_told_and_polls(flow, run, replay):
    flow.to(3)
    replay.faults.append(fail(r"[?&]watch=true", 403))
    watch = run("deploy/web", "--watch", "-o", "name")
    watch.until("healthy")
    flow.to(19)
    assert watch.until("unhandled-exception")
    assert "watching" in watch.until("forbidden", errors=True)


def expired(flow, replay):
    flow.end_streams(EXPIRED)


def cut(flow, replay):
    flow.end_streams()


@pytest.mark.parametrize("mishap", [expired, cut])
def test_watch_goes_on_after(flow, run, replay, mishap):
    flow.to(3)
    watch = run("deploy/web", "--watch", "-o", "name")
    watch.until("healthy")
    mishap(flow, replay)
    flow.to(19)
    assert watch.until("unhandled-exception") == "unhandled-exception\n"
    watch.end()
    assert not any("Traceback" in line or "defect" in line for line in watch.errors.queue)


def test_lost_cluster_is_told_once_and_found_again(flow, run, replay):
    flow.to(3)
    watch = run("deploy/web", "--watch", "-o", "name")
    watch.until("healthy")
    replay.faults.append(reset("."))
    flow.to(19)
    flow.end_streams()
    assert "closed the connection" in watch.until("closed", errors=True)
    replay.faults.clear()
    assert watch.until("unhandled-exception")
    assert "again" in watch.until("again", errors=True)


def test_the_end_of_a_pod_ends_the_watch(flow, run):
    """It is gone at 61.22, for good."""
    flow.to(31)
    watch = run(CRASHING, "--watch", "-o", "name")
    assert watch.until("unhandled-exception")
    flow.to(64)
    assert watch.process.wait(20) == 4
    assert "not found" in watch.until("not found", errors=True)


@pytest.mark.parametrize("number, status", [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
@pytest.mark.parametrize("arguments", [("--watch",), ("--wait", "2m")])
def test_interruption_ends_at_once_though_the_server_hangs(flow, run, replay, arguments, number, status):
    flow.to(31)
    replay.faults.append(hang("/events", 8))
    watch = run("deploy/web", *arguments)
    for _ in range(300):
        if any("/events" in url for _, url in replay.requests):
            break
        time.sleep(0.05)
    began = time.monotonic()
    assert watch.end(number) == status
    assert time.monotonic() - began < 3


def test_a_reader_that_goes_away_is_no_defect(flow, replay):
    flow.to(3)
    command = f"{' '.join(PROGRAM)} deploy/web --watch -o name | head -1"
    shell = subprocess.Popen(
        ["sh", "-c", command], env=environment(KUBECONFIG=replay.kubeconfig(FLOW)), stdout=-1, stderr=-1, text=True
    )
    assert shell.stdout.readline() == "healthy\n"
    flow.to(19)
    assert shell.communicate(timeout=30) == ("", "")


@pytest.mark.skipif(sys.platform == "win32", reason="has no pseudo-terminals")
def test_watch_on_a_terminal_draws_in_place(flow, replay):
    """What is on the screen, drawn by a terminal of our own: first one verdict, then the other, each once."""
    import pty

    flow.to(3)
    terminal, end = pty.openpty()
    subprocess.run(["stty", "cols", "100", "rows", "24"], stdin=end, check=True)
    env = environment(KUBECONFIG=replay.kubeconfig(FLOW), TERM="xterm", COLUMNS="100", LINES="24")
    process = subprocess.Popen([*PROGRAM, "deploy/web", "-w"], stdin=end, stdout=end, stderr=end, env=env)
    os.close(end)
    screen = Terminal(100)
    screen.show(terminal, "healthy")
    flow.to(19)
    screen.show(terminal, "KeyError")
    assert [line[:8].strip() for line in screen.lines if line[:1].strip()][:3] == ["POD", "WHY", "BECAUSE"]
    flow.to(70)
    screen.show(terminal, "healthy")
    assert [line[:3] for line in screen.lines if line] == ["POD", "WHY"]
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 143
    assert screen.cursor_is_shown
    os.close(terminal)


@pytest.mark.parametrize(
    "arguments, words",
    [
        (("deploy/web", "--watch", "--wait", "1s"), "one of them"),
        (("--watch",), "one POD or TYPE/NAME"),
        (("-l", "app=web", "--wait", "1s"), "one POD or TYPE/NAME"),
        (("--demo", "--watch"), "only look at a cluster"),
        (("deploy/web", "--wait", "1s", "--save", "x"), "only look at a cluster"),
        (("deploy/web", "--wait", "soon"), "soon is no time"),
        (("deploy/web", "--watch", "-c", "nope"), "there are: web"),
    ],
)
def test_usage(flow, replay, arguments, words):
    flow.to(3)
    env = environment(KUBECONFIG=replay.kubeconfig(FLOW))
    done = subprocess.run([*PROGRAM, *arguments], env=env, capture_output=True, text=True)
    assert done.returncode == 2
    assert words in done.stderr
