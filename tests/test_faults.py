"""Every request that is made, and everything that can come in the place of its answer: always a verdict, or words.

The requests are taken from a run. In `make test` each of them meets some of the faults, in turn, so that both all requests
and all faults are met; `make faults` tries all of them.
"""

import gc
import json
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple
from urllib.parse import parse_qs, urlsplit

import pytest
from click.testing import CliRunner

from kubectl_why.cli import main
from kubectl_why.debug import cleaning, session
from kubectl_why.resources import named_by
from kubectl_why.snapshot import key
from tests.replay import Replay, environment
from tests.tls import Authority, server_side
from tests.wire.faulty import FAULTS, Front, Request
from tests.wire.live import Live

CASES = Path(__file__).parent / "cases"
TIMEOUT = 0.4
"""Seconds that a request may take."""
SLACK = 1.0
"""Seconds that the rest may take, beside some times of what it takes without a fault: the machine may be busy."""
ABSENCE = ("404", "404 of Go")
LOGS = ("no JSON", "another kind", "a list", "empty")
"""What a log may be."""


# A process that is forked from this one would begin with the memory of this one as its peak.
MEASURED = """
import pathlib, resource, subprocess, sys
status = subprocess.run(sys.argv[2:]).returncode
pathlib.Path(sys.argv[1]).write_text(str(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss))
sys.exit(status)
"""


class Asked(NamedTuple):
    """What a user asks, and of which case."""

    case: str
    arguments: tuple[str, ...]


ASKED = {
    "a crash with its chain": Asked("shop-prod", ("deploy/orders-api",)),
    "a crash for its settings": Asked("orders-api", ("orders-api-6cc546bb44-48b9h",)),
    "a pod that finds no node": Asked("media-transcode", ("deploy/transcoder",)),
    "an owner without pods": Asked("quotes-pricing", ("deploy/quotes-api",)),
    "triage": Asked("shop-prod", ("-A",)),
    "a look inside": Asked("ledger-export", ("ledger-export-29921853-9rjkb", "--sleep")),
}
# So many faults a request in `make test`.
FEW = {"triage": 2, "a look inside": 2}


class Outcome(NamedTuple):
    status: int
    answer: dict | None
    words: str
    seconds: float

    def says(self) -> object:
        """What is answered, but for what is not known."""
        return self.answer and [_said(item.get("diagnosis", item)) for item in self.answer.get("items", [self.answer])]

    def unseen(self) -> list[dict]:
        found = [self.answer, *(item.get("diagnosis", {}) for item in self.answer.get("items", ()))]
        return [row for part in found for row in part.get("notChecked", ())]


def _said(diagnosis: dict) -> object:
    def verdict(one: dict) -> tuple:
        return one["cause"], one["container"], one["confidence"], [verdict(inner) for inner in one["because"]]

    return diagnosis["target"], [verdict(one) for one in diagnosis["verdicts"]]


def run(front: Front, asked: Asked, folder: Path, **user: object) -> Outcome:
    config = front.kubeconfig(folder, **user)
    options = ["-o", "json", "--request-timeout", f"{TIMEOUT}s", "--kubeconfig", config]
    began = time.monotonic()
    done = CliRunner().invoke(main, [*asked.arguments, *options])
    seconds = time.monotonic() - began
    gc.enable()
    assert isinstance(done.exception, (SystemExit, type(None))), done.exception
    assert "defect" not in done.stderr and "Traceback" not in done.output
    answer = json.loads(done.stdout) if done.stdout else None
    return Outcome(done.exit_code, answer, done.stderr.strip(), seconds)


@pytest.fixture(scope="module")
def server():
    folders = [
        CASES / path for path in ("triage", "missing-env-var", "insufficient-resources", "quota-exceeded", "silent-exit")
    ]
    with Replay(folders) as replay:
        yield replay


@pytest.fixture(scope="module")
def tls(tmp_path_factory):
    folder = tmp_path_factory.mktemp("authority")
    return server_side(Authority(folder, "test").sign("server", alternative="IP:127.0.0.1"))


def reference(request: Request) -> str:
    """What a request is for, as UNSEEN names it."""
    path = urlsplit(request[1])
    found = re.fullmatch(r"(/api/v1/namespaces/[^/]+/pods/[^/]+)/log", path.path)
    if found:
        query = parse_qs(path.query)
        _, namespace, name = named_by(found[1])
        return f"{key('Pod', namespace, name)}/log/{query['container'][0]}{' --previous' if 'previous' in query else ''}"
    kind, namespace, name = named_by(path.path) or ("", "", "")
    return key(kind, namespace, name or "*")


@pytest.mark.parametrize("what", ASKED)
def test_every_request_meets_every_fault(server, what, tls, figures, tmp_path, request, monkeypatch):
    # How patient a look inside is with a server that has gone; other tests hold that it is.
    for name, seconds in (("_SILENCE", 0.4), ("_LATE", 0.2)):
        monkeypatch.setattr(session, name, seconds)
    monkeypatch.setattr(cleaning, "_PAUSE", 0.05)
    asked = ASKED[what]
    recorded = server.cases[asked.case]

    def tried(wanted: Request | None = None, fault: str = "") -> tuple[Front, Outcome]:
        if what == "a look inside":
            server.cases[asked.case] = Live(getattr(recorded, "case", recorded))
        with Front(server, asked.case, wanted, fault, tls if fault == "TLS" else None) as front:
            outcome = run(front, asked, tmp_path)
        return front, outcome

    front, sound = tried()
    assert sound.status == 1 and not sound.words.startswith("error")
    requests = list(dict.fromkeys(front.requests))
    assert len(requests) > 7
    faults = list(FAULTS)
    many = len(faults) if request.config.getoption("--long") else FEW.get(what, 3)
    failed = []
    for number, wanted in enumerate(requests):
        for step in range(many):
            fault = faults[(number + step * len(faults) // many) % len(faults)]
            front, found = tried(wanted, fault)
            if not front.befell:  # on a busy machine the time of a request before it was up
                front, found = tried(wanted, fault)
            figures["requests x faults"] += 1
            problem = "never asked for" if not front.befell else judged(found, sound, wanted, fault)
            if problem:
                failed.append(f"{fault} x {' '.join(wanted)}: {problem}")
    server.cases[asked.case] = recorded
    assert not failed, "\n".join(failed)


def judged(found: Outcome, sound: Outcome, wanted: Request, fault: str) -> str:
    """What is wrong with an outcome; empty where nothing is."""
    if found.seconds > TIMEOUT + SLACK + 3 * sound.seconds:
        return f"took {found.seconds:.1f}s, and {sound.seconds:.1f}s without the fault"
    if found.answer is None:
        good = found.status == 4 and found.words.startswith("error: ") and len(found.words) < 1000
        return "" if good else f"status {found.status}: {found.words}"
    if found.status not in (0, 1, 3):
        return f"status {found.status}"
    ref = reference(wanted)
    if found.says() == sound.says() or fault in ABSENCE or ("/log/" in ref and fault in LOGS):
        return ""
    # Of a list that could not be read, the object that would have been sought in it may be named.
    rows = [row["what"] for row in found.unseen()]
    named = [row for row in rows if row == ref or (ref.endswith("/*") and row.split("/")[0] == ref.split("/")[0])]
    if named or (fault == "refused" and rows):
        return ""
    return f"{ref} is not among {rows}; {found.says()} is not {sound.says()}"


# --- through kubectl --------------------------------------------------------------------------------------------------

CRASH = ASKED["a crash for its settings"]
OF_POD = f"/api/v1/namespaces/orders-api/pods/{CRASH.arguments[0]}"
PROGRAM = ["kubectl", "why"] if shutil.which("kubectl") else ["kubectl-why"]


@pytest.mark.parametrize(
    "path, fault, status, words",
    [
        ("/api/v1/pods?limit=500", "huge", 4, "/api/v1/pods with more than 32768 KiB, which is not read"),
        (OF_POD, "refused", 4, "refused the connection"),
        (OF_POD, "redirect", 4, "a redirect, as of a login page or a proxy"),
        (OF_POD, "404 of a proxy", 4, "answered 404"),
        (OF_POD, "another kind", 4, "with Status, not with Pod"),
        (
            "/api/v1/namespaces/orders-api/configmaps/orders-config",
            "reset",
            1,
            "ConfigMap orders-config (the server 127.0.0.1",
        ),
        ("/api/v1/namespaces/orders-api/configmaps/orders-config", "hang", 1, "did not answer in 0.4s"),
    ],
)
def test_faults_through_kubectl(server, tmp_path, path, fault, status, words):
    arguments = ["-A"] if "/pods?" in path else CRASH.arguments
    with Front(server, CRASH.case, ("GET", path), fault) as front:
        command = [*PROGRAM, *arguments, "--kubeconfig", front.kubeconfig(tmp_path), "--request-timeout", "400ms"]
        if fault == "huge":
            command[-1] = "10s"
        measured = [sys.executable, "-c", MEASURED, str(tmp_path / "peak"), *command]
        done = subprocess.run(measured, capture_output=True, text=True, env=environment())
    text = " ".join((done.stdout + done.stderr).split())
    assert done.returncode == status and words in text and "Traceback" not in text, text
    assert int((tmp_path / "peak").read_text()) < 160 << 10  # KiB


# --- logins ----------------------------------------------------------------------------------------------------------


def test_a_login_that_ends_before_anything_is_read(server, tmp_path):
    with Front(server, CRASH.case) as front:
        front.accepts = lambda login, number: False
        found = run(front, CRASH, tmp_path)
    assert found.status == 4 and "log in again" in found.words and found.answer is None


def test_a_login_that_ends_half_way(server, tmp_path):
    """What was read until then is judged, and the rest is told together."""
    with Front(server, CRASH.case) as front:
        front.accepts = lambda login, number: number < 2
        config = front.kubeconfig(tmp_path)
        done = CliRunner().invoke(main, [*CRASH.arguments, "--kubeconfig", config])
    assert done.exit_code in (1, 3)
    assert 1 <= done.stdout.count("login not accepted") <= 3


PLUGIN = {"apiVersion": "client.authentication.k8s.io/v1", "command": "sh", "interactiveMode": "Never"}
CREDENTIAL = '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{"token":"%s"}}'


def test_a_login_plugin_is_asked_again_once(server, tmp_path):
    runs = tmp_path / "runs"
    script = f"echo x >>{runs}; printf '{CREDENTIAL}' $(wc -l <{runs} | tr -d ' ')"
    with Front(server, CRASH.case) as front:
        front.accepts = lambda login, number: login == f"Bearer {1 if number < 3 else 2}"
        found = run(front, CRASH, tmp_path, exec={**PLUGIN, "args": ["-c", script]})
    assert (found.status, found.answer["verdict"], found.unseen()) == (1, "missing-env-var", [])
    assert runs.read_text().count("x") == 2


@pytest.mark.parametrize(
    "script, words",
    [
        ("echo no browser here >&2; exit 3", "failed with exit status 3: no browser here"),
        ("true", "printed nothing, not an ExecCredential"),
        ("echo Opening your browser", "printed something else, not an ExecCredential"),
        ("kill -9 $$", "failed with exit status -9"),
        (f"printf '{CREDENTIAL}' ''", "printed neither a token nor a certificate"),
    ],
)
def test_a_login_plugin_that_gives_no_login(server, tmp_path, script, words):
    with Front(server, CRASH.case) as front:
        found = run(front, CRASH, tmp_path, exec={**PLUGIN, "args": ["-c", script]})
        assert front.requests == []
    assert found.status == 4 and found.words.startswith("error: the login plugin") and words in found.words
    assert "\n" not in found.words
