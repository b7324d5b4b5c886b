"""A look inside as a user takes it: real kubectl, a server that can be changed, and what is left behind."""

import contextlib
import dis
import json
import os
import re
import select
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml
from click.testing import CliRunner

from kubectl_why import cli
from kubectl_why.cluster import Absent, Unreachable
from kubectl_why.debug import Look, builders, cleaning, interruptions, privileges, session
from kubectl_why.debug.interruptions import Interruptions
from tests.replay import Fault, Replay, environment, fail, hang, reset, slow
from tests.wire.live import FACTS, FLOWS, Live

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals and terminals as Unix has them")
CASES = Path(__file__).parent / "cases"
CRASHING, POD, CONTAINER = "ledger-export", "ledger-export-29921853-9rjkb", "export"
LOG = f"GET .*-why-.*/log.container={CONTAINER}"
REFUSALS = json.loads((FLOWS / "refusals.json").read_text())


@pytest.fixture(scope="module")
def server():
    with Replay([CASES / "silent-exit" / CRASHING, CASES / "healthy" / "stock-ticker"]) as replay:
        yield replay


class Why:
    """`kubectl why` with these arguments, against one case."""

    def __init__(self, server: Replay, case: str):
        self.server, self.case = server, case
        recorded = server.cases[case].case if isinstance(server.cases[case], Live) else server.cases[case]
        self.live = server.cases[case] = Live(recorded)
        server.faults.clear()
        server.requests.clear()

    def start(self, *arguments: str, **options) -> subprocess.Popen:
        usual = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "env": environment()}
        done = {**usual, **options}
        done["env"] = {**done["env"], "KUBECONFIG": self.server.kubeconfig(self.case)}
        return subprocess.Popen(["kubectl", "why", *arguments], **done)

    def process(self, *arguments: str) -> subprocess.CompletedProcess:
        """As a user has it, through kubectl."""
        process = self.start(*arguments)
        stdout, stderr = process.communicate(timeout=60)
        return subprocess.CompletedProcess(arguments, process.returncode, stdout, stderr)

    def __call__(self, *arguments: str) -> subprocess.CompletedProcess:
        """The same in this process, which is quicker."""
        found = CliRunner().invoke(cli.main, arguments, env={"KUBECONFIG": self.server.kubeconfig(self.case)})
        return subprocess.CompletedProcess(arguments, found.exit_code, found.stdout, found.stderr)

    def asked(self, pattern: str) -> list[str]:
        return [f"{method} {url}" for method, url in self.server.requests if re.search(pattern, f"{method} {url}")]

    def until(self, pattern: str):
        """Wait until that was asked."""
        for _ in range(3000):
            if self.asked(pattern):
                return
            time.sleep(0.01)
        raise AssertionError(f"never asked: {pattern}; {self.server.requests}")


@pytest.fixture
def why(server):
    return Why(server, CRASHING)


@pytest.fixture
def running(server):
    return Why(server, "stock-ticker")


def running_pod(why: Why) -> str:
    return why.live.stored["v1/pods"][0]["metadata"]["name"]


# --- what is seen ----------------------------------------------------------------------------------------------------


def test_a_copy_is_made_looked_into_and_deleted(why):
    done = why.process(POD, "--sleep", "-o", "json")
    assert done.returncode == 1
    assert json.loads(done.stdout)["verdict"] == "silent-exit"
    (copy,) = why.live.deleted
    assert re.fullmatch(r"ledger-export-29921853-9rjkb-why-[bcdfghjklmnpqrstvwxz2456789]{5}", copy)
    assert done.stderr == f"creating pod {copy}, a copy of {POD} to look into container export; it is deleted at the end\n"
    assert why.live.copies == []
    writes = [request.partition("/api")[2] for request in why.asked("^(POST|PATCH|DELETE)") if "reviews" not in request]
    pods = f"/v1/namespaces/{CRASHING}/pods"
    assert writes == [f"{pods}?dryRun=All", pods, f"{pods}/{copy}?gracePeriodSeconds=1"]


def test_what_was_seen_goes_into_the_snapshot(why, tmp_path):
    why(POD, "--sleep", "--save", str(tmp_path / "seen"))
    seen = json.loads((tmp_path / "seen").read_text())["examination"]
    assert seen["lines"] == FACTS.splitlines()
    assert (seen["how"], seen["container"], seen["through"], seen["pod"]) == (
        "sleep",
        CONTAINER,
        CONTAINER,
        *why.live.deleted,
    )


def test_what_is_run_in_the_copy_is_told(why, tmp_path):
    why.live.says[CONTAINER] = "reading ledger\npassword=hunter2\n"
    done = why(POD, "--sleep", "--run", "--save", str(tmp_path / "seen"))
    assert done.returncode == 1 and why.live.copies == []
    seen = json.loads((tmp_path / "seen").read_text())["examination"]
    assert seen["through"] == "kubectl-why-examine"
    assert json.loads(seen["lines"][-1]) == {
        "fact": "run",
        "state": "exited",
        "exitCode": 3,
        "reason": "Error",
        "seconds": 0.0,
    }
    assert seen["log"] == ["reading ledger", "password=***"]


def test_what_cannot_be_started_in_the_copy_is_told_with_what_was_seen(why, tmp_path):
    waiting = {"waiting": {"reason": "CreateContainerError", "message": "no such device"}}
    for status in why.live.flow[-2:]:
        status["containerStatuses"][0]["state"] = waiting
    done = why(POD, "--sleep", "--run", "--save", str(tmp_path / "seen"))
    seen = json.loads((tmp_path / "seen").read_text())["examination"]
    assert len(seen["lines"]) == len(FACTS.splitlines()) + 1
    assert "container export cannot start: CreateContainerError: no such device" in json.loads(seen["lines"][-1])["message"]
    assert "could not be started in a copy of the pod" in " ".join(done.stdout.split())


def test_what_stays_up_in_the_copy_is_told_after_its_time(why, tmp_path):
    why.live.play("sleep-copy")
    why(POD, "--sleep", "--run", "--wait", "1s", "--save", str(tmp_path / "seen"))
    seen = json.loads((tmp_path / "seen").read_text())["examination"]
    assert json.loads(seen["lines"][-1]) == {"fact": "run", "state": "running", "seconds": 1}


def test_an_ephemeral_container_is_added_to_the_pod(running):
    pod = running_pod(running)
    running.live.play("debug-target-running")
    done = running.process(pod, "--debug", "-o", "name")
    assert (done.returncode, done.stdout) == (0, "healthy\n")
    (added,) = running.live.stored["v1/pods"][0]["spec"]["ephemeralContainers"]
    assert done.stderr.startswith(f"adding ephemeral container {added['name']} to pod {pod}")
    assert "it ends by itself, but stays listed" in done.stderr
    assert running.asked("^DELETE") == []


def test_an_owner_means_its_worst_pod(why):
    done = why("job/ledger-export-29921853", "--sleep")
    assert why.live.deleted[0].startswith("ledger-export-29921853-")
    assert done.returncode == 1


def test_an_owner_without_pods_has_nothing_to_look_into(why):
    why.live.stored["v1/pods"] = []
    done = why("job/ledger-export-29921853", "--sleep", "-o", "name")
    assert "not looked inside: job/ledger-export-29921853 has no pod" in done.stderr
    assert done.stdout.strip() and why.asked("^POST") == []


@pytest.mark.parametrize("phase", ["Succeeded", "Failed"])
def test_nothing_is_added_to_a_pod_in_which_nothing_starts(why, phase):
    (pod,) = (pod for pod in why.live.stored["v1/pods"] if pod["metadata"]["name"] == POD)
    pod["status"]["phase"] = phase
    assert "the pod has ended, and nothing starts in it any more: use --sleep" in why(POD, "--debug").stderr
    pod["status"]["phase"] = "Pending"
    del pod["spec"]["nodeName"]
    assert "the pod has no node yet, and nothing starts in it" in why(POD, "--debug").stderr
    assert why.asked("^PATCH") == []


# --- what is not allowed ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "flag, denied, words, rule",
    [
        ("--sleep", {"create pods", "delete pods"}, "you may not create pods, delete pods", {"pods": ["create", "delete"]}),
        ("--sleep", {"get pods/log"}, "you may not get pods/log", {"pods/log": ["get"]}),
        (
            "--debug",
            {"patch pods/ephemeralcontainers"},
            "you may not patch pods/ephemeralcontainers",
            {"pods/ephemeralcontainers": ["patch"]},
        ),
    ],
)
def test_a_right_that_is_missing_is_named_with_its_rule(why, flag, denied, words, rule):
    why.live.denied = denied
    done = why(POD, flag)
    assert done.returncode == 1 and "WHY" in done.stdout
    assert words in done.stderr
    assert f"UNSEEN inside export: not looked at, because {words} in namespace" in " ".join(done.stdout.split())
    rules = yaml.safe_load(done.stderr.partition("\nrules:")[2].join(["rules:", ""]))["rules"]
    assert {resource: found["verbs"] for found in rules for resource in found["resources"]} == rule
    assert why.asked("(POST|PATCH) .*/pods") == []


def refusal(part: str) -> tuple[int, bytes]:
    found = next(item for item in REFUSALS if part in item["response"]["message"])
    return found["status"], json.dumps(found["response"]).encode()


@pytest.mark.parametrize(
    "part, words",
    [
        (
            "violates PodSecurity",
            'Pod Security "restricted" of the namespace forbids the copy: allowPrivilegeEscalation != false',
        ),
        ("failed quota", "quota team of the namespace forbids the copy, for it does not say its limits.memory"),
        ("service account", "the copy needs ServiceAccount nope, which does not exist"),
        ("is invalid: metadata.name", "the server refuses the copy (422 Invalid): metadata.name: Invalid value"),
    ],
)
def test_a_refusal_of_the_dry_run_in_words(why, part, words):
    why.server.faults.append(fail("dryRun=All", *refusal(part)))
    done = why(POD, "--sleep")
    assert words in done.stderr and done.returncode == 1
    assert ("with no profile would it pass" in done.stderr) == ("Pod Security" in words)
    assert why.asked("POST .*/pods$") == []


def test_the_profile_that_would_pass_is_named(why):
    why.server.faults.append(Fault("dryRun=All", *refusal("violates PodSecurity"), count=1))
    assert "it would pass with --profile=baseline" in why(POD, "--sleep", "--profile", "general").stderr


def test_where_a_limit_range_forbids_to_ask_for_little_the_copy_asks_for_what_the_pod_asks(why):
    said = {"kind": "Status", "code": 403, "reason": "Forbidden"}
    said["message"] = 'pods "a" is forbidden: minimum memory usage per Container is 64Mi, but request is 16Mi'
    web = why.live.stored["v1/pods"][0]["spec"]["containers"][0]
    web["resources"] = {"limits": {"memory": "1Gi"}, "requests": {"memory": "64Mi"}}
    why.server.faults.append(Fault("dryRun=All", 403, json.dumps(said).encode(), count=1))
    assert why(POD, "--sleep", "--keep").returncode == 1
    copy = why.live.stored["v1/pods"][-1]
    assert [item["resources"]["requests"] for item in copy["spec"]["containers"]] == [{"memory": "64Mi"}]
    why.server.faults.append(Fault("dryRun=All", 403, json.dumps(said).encode()))
    assert "a LimitRange of the namespace forbids the copy: minimum memory" in why(POD, "--sleep").stderr


def test_a_webhook_that_takes_no_part_in_a_dry_run_stops_nothing(why):
    said = {"kind": "Status", "code": 400, "reason": "BadRequest"}
    said["message"] = 'admission webhook "a.b.c" does not support dry run'
    why.server.faults.append(fail("dryRun=All", 400, json.dumps(said).encode()))
    assert why(POD, "--sleep").returncode == 1
    assert len(why.live.deleted) == 1


def test_who_may_not_be_asked_for_rights_is_not_refused(why):
    why.server.faults.append(fail("selfsubjectaccessreviews", 403))
    why(POD, "--sleep")
    assert len(why.live.deleted) == 1


# --- what does not start ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "flow, flag, words",
    [
        ("sleep-copy-bad-image", "--sleep", "the image of the tools, "),
        ("debug-bad-image", "--debug", "the image of the tools, "),
        ("sleep-copy-deadline", "--sleep", "has failed: DeadlineExceeded"),
    ],
)
def test_what_cannot_start_is_told_at_once(why, running, flow, flag, words):
    who = running if flag == "--debug" else why
    who.live.play(flow)
    if "deadline" in flow:
        who.live.flow = who.live.flow[-1:]
        who.live.flow[0] |= {"phase": "Failed", "reason": "DeadlineExceeded"}
        for part in ("containerStatuses", "initContainerStatuses"):
            who.live.flow[0].pop(part)
    started = time.monotonic()
    done = who(POD if who is why else running_pod(running), flag)
    assert words in done.stderr
    assert "no such host" in done.stderr or "image" not in words
    assert "WHY" in done.stdout or "POD" in done.stdout
    assert who.live.copies == [] and time.monotonic() - started < 10


def test_a_look_that_says_nothing_is_told_with_its_last_words(why):
    why.live.says[CONTAINER] = "sh: not found\n"
    done = why(POD, "--sleep")
    assert "container export ended with exit code 3 and told nothing: sh: not found" in done.stderr
    assert why.live.copies == []


@pytest.mark.parametrize(
    "status, words, brief",
    [
        (500, "the log of container export cannot be read: ", "the log of container export cannot be read"),
        (403, 'cannot get resource "pods/log"', "forbidden: needs get pods/log in ledger-export"),
    ],
)
def test_a_log_that_cannot_be_read_is_told(why, status, words, brief):
    why.server.faults.append(fail(LOG, status))
    done = why(POD, "--sleep")
    assert words in done.stderr and done.returncode == 1
    assert f"UNSEEN inside export: not looked at, because {brief}" in " ".join(done.stdout.split())
    assert why.live.copies == []


def test_what_the_kubelet_says_of_a_volume_is_told(why):
    why.live.reach = 3
    why.live.event = {"reason": "FailedMount", "message": 'MountVolume.SetUp failed for volume "data": not found'}
    done = why(POD, "--sleep")
    assert 'FailedMount: MountVolume.SetUp failed for volume "data"' in done.stderr
    assert why.live.copies == []


# --- every way out ---------------------------------------------------------------------------------------------------

# What holds the program in a phase, and the request that shows that it is there.
PHASES = {
    "asking": (lambda why: why.server.faults.append(hang("dryRun=All", 5)), "dryRun=All"),
    "creating": (
        lambda why: why.server.faults.append(Fault("POST .*/pods$", delay=5, raw=b"", arrives=True)),
        "POST .*/pods$",
    ),
    "created late": (lambda why: why.server.faults.append(slow("POST .*/pods$", 0.8)), "POST .*/pods$"),
    "pending": (lambda why: setattr(why.live, "reach", 2), "GET .*/pods/[^/]*-why-[^/]*$"),
    "running": (lambda why: (why.live.play("sleep-copy"), why.live.says.update({CONTAINER: FACTS[:50]})), LOG),
    "reading": (lambda why: why.server.faults.append(hang(LOG, 5)), LOG),
    "deleting": (lambda why: why.server.faults.append(slow("DELETE", 0.5)), "DELETE"),
}


# One signal is as good as another; where it matters most, all are tried.
OTHERS = [(phase, name) for phase in ("running", "deleting") for name in ("SIGTERM", "SIGHUP")]


@pytest.mark.parametrize("phase, name", [*((phase, "SIGINT") for phase in PHASES), *OTHERS])
def test_nothing_is_left_after_a_signal(why, phase, name):
    prepare, reached = PHASES[phase]
    prepare(why)
    process = why.start(POD, "--sleep")
    why.until(reached)
    number = getattr(signal, name)
    process.send_signal(number)
    if phase == "running":
        # Impatient people, and systems that send one after the other.
        process.send_signal(number)
        process.send_signal(signal.SIGTERM)
    _, stderr = process.communicate(timeout=20)
    # Where nothing has to be tidied up, the signal itself ends the process; a shell says 128 + number of both.
    assert process.returncode == (-number if phase == "asking" else 128 + number), stderr
    assert "Traceback" not in stderr and "may still be there" not in stderr
    time.sleep(0.1)
    assert why.live.copies == []
    assert bool(why.live.deleted) == (phase != "asking")


def test_only_the_first_signal_raises():
    before = signal.getsignal(signal.SIGTERM)
    with Interruptions() as ours:
        with ours.heeded():
            with pytest.raises(KeyboardInterrupt) as caught:
                signal.raise_signal(signal.SIGTERM)
            assert caught.value.args == (signal.SIGTERM,)
            for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
                signal.raise_signal(number)
        signal.raise_signal(signal.SIGINT)
    assert signal.getsignal(signal.SIGTERM) is before


@pytest.mark.parametrize("heeded_later", [True, False])
def test_a_signal_that_is_not_heeded_waits(heeded_later):
    done = []
    with pytest.raises(KeyboardInterrupt) as caught, Interruptions() as ours:
        signal.raise_signal(signal.SIGHUP)
        done.append("waited")
        if heeded_later:
            with ours.heeded():
                done.append("never")
    assert done == ["waited"] and caught.value.args == (signal.SIGHUP,)


def test_what_a_shell_holds_does_not_hold_others_up():
    with Interruptions() as ours, ours.heeded(), ours.heeded(signal.SIGINT):
        signal.raise_signal(signal.SIGINT)
        with pytest.raises(KeyboardInterrupt) as caught:
            signal.raise_signal(signal.SIGTERM)
    assert caught.value.args == (signal.SIGTERM,)


class Stub:
    """A cluster, and the plan for one pod in it: what there is of a look inside when all else has gone well."""

    access, namespace, place, words, body = (), "shop", "api-why-x", "", {}
    built = SimpleNamespace(through="api")

    def __init__(self):
        self.pods: list[str] = []

    def send(self, _: object) -> None:
        self.pods.append(self.place)

    def delete(self, *_: object) -> None:
        if not self.pods:
            raise Absent("not found")
        self.pods.clear()


class Outside(Exception):
    """A signal came before or after ours are taken."""


def _refused(*_: object):
    raise Unreachable("no answer")


def _goes_away(*_: object):
    raise BrokenPipeError


@pytest.mark.parametrize("way", ["seen", "no answer", "not sent", "not read"])
def test_nothing_is_left_by_a_signal_at_any_step(monkeypatch, figures, way):
    """At every instruction of the session, and of what it takes signals with."""
    found = Stub()
    monkeypatch.setattr(session, "plan", lambda *_: found)
    monkeypatch.setattr(session, "check", lambda *_: found)
    monkeypatch.setattr(session, "_name_leftovers", lambda *_: None)
    monkeypatch.setattr(session._Reading, "examine", _refused if way == "no answer" else lambda *_: None)
    monkeypatch.setattr(cleaning, "_PAUSE", 0)
    if way == "not sent":
        monkeypatch.setattr(found, "send", _refused)
    then = _goes_away if way == "not read" else lambda _: "answered"

    def outside(*_: object):
        raise Outside

    def look(at: int) -> tuple[int, object]:
        """The number of steps, and what came of a signal at one of them."""
        steps = 0

        def trace(frame, event, _):
            nonlocal steps
            frame.f_trace_opcodes = True
            # Python takes no signal at a NOP, and no handler of the code covers one.
            if event == "opcode" and dis.opname[frame.f_code.co_code[frame.f_lasti]] != "NOP":
                steps += 1
                if steps == at:
                    signal.raise_signal(signal.SIGTERM)
            return trace if frame.f_code.co_filename in traced else None

        sys.settrace(trace)
        try:
            came = session.look_inside(found, None, "api", Look(sleep=True), lambda _: None, quiet, then)
        except BaseException as error:
            came = error
        finally:
            sys.settrace(None)
        return steps, came

    @contextmanager
    def quiet(_: str):
        yield lambda _: None

    traced = {session.__file__, interruptions.__file__, contextlib.__file__}
    before = signal.signal(signal.SIGTERM, outside)
    try:
        for at in count(1):
            steps, came = look(at)
            assert found.pods == [], f"left by a signal at step {at}"
            if steps < at:
                break
            assert isinstance(came, (KeyboardInterrupt, Outside)), (at, came)
            figures["steps of a look inside at which a signal came"] += 1
        assert at > 100
    finally:
        signal.signal(signal.SIGTERM, before)


def test_who_waits_long_for_the_cleaning_up_may_leave(why, monkeypatch):
    monkeypatch.setattr(interruptions, "_PATIENCE", 0.0)
    why.server.faults.append(hang("DELETE", 20))

    def impatient():
        why.until("DELETE")
        for _ in range(2):
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(0.2)

    thread = threading.Thread(target=impatient)
    thread.start()
    done = why(POD, "--sleep")
    thread.join()
    (copy,) = why.live.copies
    assert done.returncode == 130 and f"pod {copy} may still be there (interrupted)" in done.stderr


def test_nothing_is_left_when_nobody_reads_the_answer(why):
    reader, writer = os.pipe()
    os.close(reader)
    process = why.start(POD, "--sleep", stdout=writer)
    os.close(writer)
    _, stderr = process.communicate(timeout=30)
    assert process.returncode == 141 and "Traceback" not in stderr and "defect" not in stderr
    assert why.live.copies == [] and why.live.deleted


def test_something_else_in_the_place_of_the_copy_is_not_waited_for(why, monkeypatch):
    monkeypatch.setattr(session, "_SILENCE", 0.3)
    why.server.faults.append(Fault("GET .*/pods/.*-why-[^/]*$", status=200, body=b'{"kind": "Status", "apiVersion": "v1"}'))
    done = why(POD, "--sleep")
    assert "not looked inside: the server answers" in done.stderr and "with something else" in done.stderr
    assert done.returncode == 1 and why.live.copies == [] and why.live.deleted


def test_a_lost_answer_is_no_lost_pod(why):
    why.server.faults.append(Fault("POST .*/pods$", raw=b"", arrives=True))
    done = why.process(POD, "--sleep")
    assert "not looked inside: " in done.stderr and "closed the connection" in done.stderr
    assert done.returncode == 1 and len(why.live.deleted) == 1 and why.live.copies == []


def test_what_was_refused_in_the_end_is_not_looked_for(why):
    why.server.faults.append(fail("POST .*/pods$", *refusal("failed quota")))
    assert "quota team of the namespace forbids pod" in why(POD, "--sleep").stderr
    assert why.asked("^DELETE") == []


def test_a_server_that_is_gone_for_a_moment_changes_nothing(why):
    why.server.faults += [reset("GET .*/pods/[^/]*-why-", count=4), reset("DELETE", count=2)]
    done = why.process(POD, "--sleep")
    assert done.stderr.count("\n") == 1 and done.returncode == 1
    assert len(why.live.deleted) == 1


def test_what_cannot_be_deleted_is_named_with_the_command_that_does(why):
    why.server.faults.append(reset("DELETE"))
    done = why.process(POD, "--sleep", "-o", "name")
    assert done.stdout == "silent-exit\n"
    (copy,) = why.live.copies
    assert f"pod {copy} may still be there" in done.stderr
    assert f"delete it: kubectl -n {CRASHING} delete pod/{copy}" in done.stderr


def test_a_server_that_is_gone_for_good_ends_the_look(why, monkeypatch):
    monkeypatch.setattr(session, "_SILENCE", 0.5)
    why.server.faults.append(reset("/pods/[^/]*-why-"))
    done = why(POD, "--sleep", "-o", "name")
    assert done.stdout == "silent-exit\n"
    (copy,) = why.live.copies
    assert "not looked inside: " in done.stderr and f"pod {copy} may still be there" in done.stderr


def test_what_is_kept_is_named(why):
    done = why.process(POD, "--sleep", "--keep")
    (copy,) = why.live.copies
    assert f"kept: kubectl -n {CRASHING} delete pod/{copy}" in done.stderr


# --- cleaning up -----------------------------------------------------------------------------------------------------


def test_leftovers_are_named_and_deleted_on_demand(why):
    why(POD, "--sleep", "--keep")
    (copy,) = why.live.copies
    stranger = {"metadata": {"name": "x-why-abcde", "namespace": CRASHING, "labels": dict(builders.MANAGED_BY)}, "spec": {}}
    why.live.stored["v1/pods"].append({**stranger, "status": {}})
    assert f"left by earlier runs: {copy}; kubectl why {POD} -n" in why(POD, "--sleep").stderr
    done = why("--cleanup", "other")
    assert (done.returncode, done.stdout) == (0, "") and "no copies of other" in done.stderr
    for arguments in ([POD], []):
        done = why("--cleanup", *arguments)
        assert done.returncode == 0
        assert done.stdout == (f"pod {copy} deleted, a copy of {POD}\n" if arguments else "")
    assert why.live.copies == ["x-why-abcde"]


# --- what would be sent ----------------------------------------------------------------------------------------------


def test_a_dry_run_prints_what_kubectl_applies(why):
    done = why(POD, "--sleep", "--dry-run")
    assert done.returncode == 0 and why.asked("^(POST|PATCH|DELETE)") == []
    made = yaml.safe_load(done.stdout)
    assert (made["kind"], made["metadata"]["namespace"]) == ("Pod", CRASHING)
    assert done.stdout.startswith("# ") and "kubectl apply -f -" in done.stdout.splitlines()[0]
    script = Path(builders.__file__).with_name("examine.sh").read_text()
    assert script.replace("$", "$$") in made["spec"]["containers"][0]["command"]
    assert done.stderr == ""


def test_a_dry_run_prints_no_password(why):
    (pod,) = (pod for pod in why.live.stored["v1/pods"] if pod["metadata"]["name"] == POD)
    pod["spec"]["containers"][0]["env"] = [{"name": "DB_PASSWORD", "value": "hunter2"}]
    done = why(POD, "--sleep", "--dry-run")
    assert "hunter2" not in done.stdout + done.stderr and "DB_PASSWORD" in done.stdout
    assert "# masked (***), to be filled in before it is sent: spec.containers{" in done.stdout
    why(POD, "--sleep", "--keep")
    made = next(pod for pod in why.live.stored["v1/pods"] if pod["metadata"]["name"] in why.live.copies)
    assert {"name": "DB_PASSWORD", "value": "hunter2"} in made["spec"]["containers"][0]["env"]


def test_a_dry_run_of_debug_prints_the_patch_and_the_command(running):
    pod = running_pod(running)
    done = running(pod, "--debug", "--dry-run")
    head, _, rest = done.stdout.partition("\n")
    assert f"patch pod/{pod} --subresource=ephemeralcontainers --patch-file=/dev/stdin" in head
    assert yaml.safe_load(rest)["spec"]["ephemeralContainers"][0]["name"].startswith("kubectl-why-")


# --- flags -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments, words",
    [
        ((POD, "--debug", "--sleep"), "one of them"),
        ((POD, "--run"), "--run is about the copy"),
        ((POD, "--debug", "--keep"), "--keep is about the copy"),
        ((POD, "--keep-labels"), "--keep-labels is about the copy"),
        ((POD, "--shell"), "--shell goes with --debug or --sleep"),
        ((POD, "--dry-run"), "--dry-run goes with --debug or --sleep"),
        ((POD, "--profile", "general"), "--profile goes with"),
        ((POD, "--sleep", "--shell"), "--shell needs a terminal"),
        (("--demo", "--sleep"), "needs a cluster"),
        ((POD, "--cleanup", "--sleep"), "leave out --sleep"),
        (("job/x", "--cleanup"), "--cleanup takes the POD"),
        (("--sleep",), "say which pod"),
    ],
)
def test_what_makes_no_sense(arguments, words):
    done = CliRunner().invoke(cli.main, list(arguments))
    assert done.exit_code == 2 and words in done.stderr


def test_the_profiles_are_those_that_the_builders_know():
    assert cli.PROFILE_NAMES == privileges.PROFILES


def test_the_image_comes_from_the_flag_or_the_environment(why):
    for arguments, variables, image in (
        ((), {}, builders.IMAGE),
        ((), {"KUBECTL_WHY_IMAGE": "own/box:1"}, "own/box:1"),
        (("--image", "flag/box:1"), {"KUBECTL_WHY_IMAGE": "own/box:1"}, "flag/box:1"),
    ):
        process = why.start(POD, "--sleep", "--dry-run", *arguments, env=environment(**variables))
        stdout, _ = process.communicate(timeout=30)
        assert yaml.safe_load(stdout)["spec"]["initContainers"][0]["image"] == image


# --- a shell ---------------------------------------------------------------------------------------------------------


class Terminal:
    """A process that has a terminal of its own, as in a window."""

    def __init__(self, why: Why, *arguments: str, command=("kubectl", "why"), path: str = ""):
        command = [*command, *arguments, "--kubeconfig", why.server.kubeconfig(why.case)]
        variables = environment(TERM="xterm", **({"PATH": path} if path else {}))
        import pty  # which Windows does not have

        self.pid, self.window = pty.fork()
        if self.pid == 0:
            os.execvpe(command[0], command, variables)
        self.shown = ""

    def until(self, text: str):
        """Read until that is shown."""
        deadline = time.monotonic() + 30
        while text not in self.shown and time.monotonic() < deadline:
            if select.select([self.window], [], [], 0.1)[0]:
                self.shown += os.read(self.window, 4096).decode()
        assert text in self.shown

    def type(self, text: str):
        os.write(self.window, text.encode())

    def status(self) -> int:
        """What it ended with; what it shows until then is read, for a full window would hold it up."""
        while True:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                return os.waitstatus_to_exitcode(status)
            with suppress(OSError, ValueError):
                if select.select([self.window], [], [], 0.05)[0]:
                    self.shown += os.read(self.window, 4096).decode()


@pytest.fixture
def shell(why):
    why.live.play("sleep-copy")
    terminal = Terminal(why, POD, "--sleep", "--shell", "--as", "dev")
    terminal.until("/ $ ")
    return terminal


def test_a_shell_comes_after_the_verdict_and_the_copy_goes_with_it(why, shell):
    assert shell.shown.index("WHY") < shell.shown.index("/ $ ")
    (copy,) = why.live.copies
    (asked,) = why.asked("/exec")
    assert f"/pods/{copy}/exec?" in asked and "container=export" in asked and "tty=true" in asked
    assert "command=%2F.kubectl-why%2Fbusybox&command=sh" in asked
    shell.type("\x03ls\r")  # Ctrl-C is the shell's, and ends nothing
    shell.until("ls")
    assert why.live.copies == [copy]
    shell.type("exit\r")
    assert shell.status() == 1
    assert why.live.copies == []


@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP"])
def test_nothing_is_left_when_the_terminal_of_a_shell_is_closed(why, shell, name):
    if name == "SIGHUP":
        os.close(shell.window)
    else:
        os.kill(shell.pid, signal.SIGTERM)
    assert shell.status() == 128 + getattr(signal, name)
    assert why.live.copies == [] and why.live.deleted


def test_without_kubectl_there_is_no_shell(why):
    terminal = Terminal(
        why, POD, "--sleep", "--shell", command=[str(Path(sys.executable).with_name("kubectl-why"))], path="/"
    )
    assert terminal.status() == 1
    assert "no shell: kubectl cannot be run" in terminal.shown and "defect" not in terminal.shown
    assert why.live.copies == [] and why.live.deleted


def test_a_terminal_shows_what_is_waited_for_and_nothing_of_it_is_left(why):
    why.live.reach = 2
    terminal = Terminal(why, POD, "--sleep")
    terminal.until("s waiting for init container kubectl-why-tools to start...")
    why.live.reach = 99
    assert terminal.status() == 1
    assert "...\r\x1b[K" in terminal.shown
