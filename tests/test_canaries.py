"""No secret comes out: canaries in every place where one can stand, against every output.

Of an output it is also asked that it shows what stands beside the canaries, with the mark of what was masked.
"""

import json
import os
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner

from kubectl_why import credentials, redact
from kubectl_why.cli import main
from kubectl_why.cluster.errors import one_line
from kubectl_why.collect import collect
from kubectl_why.collect.reader import _log
from kubectl_why.collect.sweep import Scope, sweep
from kubectl_why.diagnose import diagnose
from kubectl_why.redact import MASK
from kubectl_why.render import FORMATS, Paper
from kubectl_why.render.triage import TRIAGE_FORMATS
from kubectl_why.snapshot import Snapshot
from tests.canaries import LINES, Canaries, Planted, lines, plant
from tests.odd import Direct
from tests.replay import Replay, environment, fail
from tests.test_cases import BY_NAME, diagnosis_of, recorded_snapshot, target_of
from tests.wire.live import FACTS, Live
from tests.wire.played import Played

TRIED = "canaries planted x outputs tried"
PROGRAM = ["kubectl", "why"] if shutil.which("kubectl") else ["kubectl-why"]
CASE, POD = "orders-api", "orders-api-6cc546bb44-48b9h"
SILENT, JOB_POD, CONTAINER = "ledger-export", "ledger-export-29921853-9rjkb", "export"
MASKED = f"postgres://app:{MASK}@db.canary/shop"
"""What becomes of the note that every object has."""


class Watched:
    """The canaries, and how many of them how many outputs were searched for."""

    def __init__(self, figures):
        self.canaries, self._figures = Canaries(), figures

    def holds(self, *outputs: str):
        for text in outputs:
            self._figures[TRIED] += len(self.canaries)
            assert {place: self.canaries.places[place] for place in self.canaries.given_away(text)} == {}


@pytest.fixture
def watched(figures):
    return Watched(figures)


def answers(snapshot: Snapshot) -> dict[str, str]:
    """The diagnosis in every format, and what --save writes."""
    found = diagnose(snapshot)
    printed = {name: render(found, Paper(width=120)) for name, render in FORMATS.items()}
    return {**printed, "save": json.dumps(snapshot.to_json())}


# --- in every place of every case ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", BY_NAME)
def test_no_canary_comes_out_of_a_case(name, watched):
    """And what stands beside them leads to the same causes as ever."""
    case = Planted(BY_NAME[name], watched.canaries)
    found = answers(collect(Direct(case), target_of(BY_NAME[name])))
    watched.holds(*found.values())
    assert MASKED in found["save"]
    assert causes(json.loads(found["json"])) == causes(json.loads(FORMATS["json"](diagnosis_of(BY_NAME[name]), Paper())))


def causes(diagnosis: dict) -> list:
    """Without the confidence: a log that says nothing else makes some of them likelier."""

    def of(verdict: dict) -> tuple:
        return verdict["cause"], verdict["container"], [of(inner) for inner in verdict["because"]]

    return [of(verdict) for verdict in diagnosis["verdicts"]]


def test_without_masking_every_canary_would_come_out(watched, monkeypatch):
    """All that is planted in what is read is really there to be masked."""
    for module, name, without in (
        (credentials, "_masked", lambda text: text),
        (credentials, "_masked_short", lambda text: text),
        (redact, "_named", lambda name, value: ""),
        (redact, "masked_file", lambda text: text),
        (redact, "_without_values", lambda obj: obj),
        (redact, "_OBJECT_AGAIN", "(?!)"),
    ):
        monkeypatch.setattr(module, name, without)
    case = Planted(BY_NAME[CASE], watched.canaries)
    snapshot = collect(Direct(case), target_of(BY_NAME[CASE]))
    read = [snapshot.pod, *snapshot.owners, *snapshot.events, *snapshot.objects.values()]
    places = [f"{obj['kind'].lower()}s {obj['metadata']['name']}: " for obj in read if set(obj) > {"kind", "metadata"}]
    planted = {place for place in case.canaries.places if any(words in place for words in [*places, ": log of "])}
    assert len(planted) > 300
    assert planted - watched.canaries.given_away(json.dumps(snapshot.to_json())) == set()


@pytest.mark.parametrize("number", range(len(LINES)))
def test_a_line_of_every_form_is_quoted_without_its_canary(number, watched):
    """As the only thing that a program has said before it ended."""
    line = lines(watched.canaries, "a log", LINES[number : number + 1])
    found = answers(replace(recorded_snapshot(BY_NAME["edge-agent"]), logs=(_log("agent", False, line, 500),)))
    watched.holds(*found.values())
    assert MASK in found["table"] and MASK in found["json"]
    assert line.startswith("m") is False or line.split(" ")[0] in found["table"]


# --- what a user types -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def planted(figures):
    """Cases with canaries in them, served; what was planted; and how to ask."""
    folders = [BY_NAME[name].folder for name in (CASE, SILENT)] + [Path(__file__).parent / "cases" / "triage"]
    with Replay(folders) as server:
        yield Asked(server, Watched(figures))


@pytest.fixture(autouse=True)
def _without_faults(request):
    yield
    if "planted" in request.fixturenames:
        request.getfixturevalue("planted").server.faults.clear()


class Asked:
    """`kubectl why` with these arguments, in this process; what it says is searched."""

    def __init__(self, server: Replay, watched: Watched):
        self.server, self.watched = server, watched
        for name, case in server.cases.items():
            server.cases[name] = Planted(case, watched.canaries)

    def __call__(self, case: str, *arguments: str) -> str:
        done = CliRunner().invoke(main, arguments, env={"KUBECONFIG": self.server.kubeconfig(case)})
        return self.searched(done.stdout, done.stderr)

    def process(self, case: str, *arguments: str) -> str:
        env = environment(KUBECONFIG=self.server.kubeconfig(case))
        done = subprocess.run([*PROGRAM, *arguments], env=env, capture_output=True, text=True, timeout=60)
        return self.searched(done.stdout, done.stderr)

    def searched(self, stdout: str, stderr: str) -> str:
        self.watched.holds(stdout, stderr)
        assert "Traceback" not in stderr and "defect" not in stderr
        return stdout + stderr


def test_a_verdict_what_is_saved_and_what_is_read_again(planted, tmp_path):
    saved = str(tmp_path / "saved")
    for name in FORMATS:
        printed = planted(CASE, POD, "-o", name, "--save", saved)
        assert "missing-env-var" in printed
        again = CliRunner().invoke(main, ["-f", saved, "-o", name])
        planted.searched(again.stdout, again.stderr)
        assert again.stdout in printed
    planted.watched.holds(Path(saved).read_text())
    assert MASKED in planted(CASE, POD, "--save", "-")


@pytest.mark.parametrize("case, target", [(CASE, "deploy/orders-api"), ("shop-prod", "deploy/orders-api")])
def test_what_kubectl_printed(planted, tmp_path, case, target):
    """A file from real kubectl, which has all canaries in it."""
    if shutil.which("kubectl") is None:
        pytest.skip("no kubectl")
    kinds = "pods,deployments,replicasets,events,configmaps,secrets,services"
    for form in ("json", "yaml"):
        words = ["kubectl", "get", kinds, "-o", form, "--kubeconfig", planted.server.kubeconfig(case)]
        (tmp_path / form).write_text(subprocess.run(words, capture_output=True, text=True, check=True).stdout)
        assert planted.watched.canaries.given_away((tmp_path / form).read_text())
        for arguments in ([], [target, "--save", "-"], *([[target, "-o", "json"], ["-o", "markdown"]] * (form == "json"))):
            done = CliRunner().invoke(main, ["-f", str(tmp_path / form), *arguments])
            assert done.exit_code in (1, 3) and planted.searched(done.stdout, done.stderr)


@pytest.mark.parametrize("scope", [[], ["-A"], ["-l", "app.kubernetes.io/name"], ["--all"]], ids=" ".join)
def test_triage(planted, scope):
    for name in TRIAGE_FORMATS if scope == ["-A"] else ("table", "json"):
        planted("shop-prod", *scope, "-o", name)


def test_an_image_with_a_login_in_its_name(planted):
    """Which two workloads share, so that triage names it."""
    image = planted.watched.canaries("image", "app:{c}@registry.canary/shop/api:1")
    recorded = planted.server.cases["shop-prod"]
    served = planted.server.cases["shop-prod"] = Live(recorded)
    message = f'Failed to apply default image tag "{image}": couldn\'t parse image name: invalid reference format'
    for pod in served.stored["v1/pods"]:
        pod["spec"]["containers"][0]["image"] = image
        pod["status"]["phase"] = "Pending"
        for status in pod["status"].get("containerStatuses") or ():
            waiting = {"waiting": {"reason": "InvalidImageName", "message": message}}
            status.update(image=image, state=waiting, lastState={}, ready=False, restartCount=0)
    for name in ("table", "json"):
        assert f"app:{MASK}@registry.canary" in planted("shop-prod", "-o", name)
    swept = sweep(Direct(served), Scope("shop-prod"), lambda words: None)
    kept = json.dumps([workload.pods for workload in swept.workloads()])
    planted.watched.holds(kept)
    assert kept.count(f"app:{MASK}@registry.canary") > 2 * len(served.stored["v1/pods"])
    planted.server.cases["shop-prod"] = recorded


# --- logins that fail ------------------------------------------------------------------------------------------------

ECHOES = {
    "a Status": lambda said: json.dumps({"kind": "Status", "message": f"no: {said}", "reason": "Forbidden"}).encode(),
    "words": lambda said: f"no: {said}".encode(),
    "cut words": lambda said: b"x" * 290 + said.encode(),
}


@pytest.mark.parametrize(
    "status, echo",
    [*((status, "a Status") for status in (400, 401, 403, 500)), (400, "words"), (500, "words"), (403, "cut words")],
)
def test_a_server_that_repeats_the_login(planted, tmp_path, status, echo):
    for user in LOGINS.values():
        plant_ = partial(planted.watched.canaries, form="{c}")
        login = user(plant_)
        file = _kubeconfig(tmp_path, login, {"server": planted.server.url(CASE)})
        said = " ".join(str(value) for value in login.values() if isinstance(value, str))
        for path in (f"/pods/{POD}$", "/pods/.*/log", "/configmaps/"):
            planted.server.faults[:] = [fail(path, status, ECHOES[echo](said))]
            done = CliRunner().invoke(main, [POD, "--kubeconfig", file, "-o", "json"])
            planted.searched(done.stdout, done.stderr)
            assert done.exit_code in ((4,) if path.endswith("$") else (1, 3))


Plant = Callable[[str], str]
CREDENTIAL = '{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{"token":"%s"}}'
PLUGIN = {"apiVersion": "client.authentication.k8s.io/v1", "command": "sh", "interactiveMode": "Never"}
LOGINS: dict[str, Callable[[Plant], dict]] = {
    "token": lambda plant: {"token": plant("kubeconfig token")},
    "password": lambda plant: {"username": "app", "password": plant("kubeconfig password")},
}


def _kubeconfig(folder: Path, user: dict, cluster: dict) -> str:
    config = {
        "current-context": "one",
        "contexts": [{"name": "one", "context": {"cluster": "one", "user": "one", "namespace": CASE}}],
        "clusters": [{"name": "one", "cluster": cluster}],
        "users": [{"name": "one", "user": user}],
    }
    (folder / "config").write_text(json.dumps(config))
    return str(folder / "config")


def _plugin(script: str, **more: object) -> dict:
    return {"exec": {**PLUGIN, "args": ["-c", script], **more}}


REFUSING = "127.0.0.1:1"
# What is wrong with a login or with the way to the server: the user, the cluster, and what is said of it.
BROKEN: dict[str, Callable[[Plant], tuple[dict, dict, str]]] = {
    "a plugin that says its token": lambda p: (
        _plugin(f"echo cannot use {p('plugin, stderr')} >&2; exit 1"),
        {},
        f"failed with exit status 1: cannot use {MASK}",
    ),
    "a plugin that says its answer": lambda p: (
        _plugin(f"printf '{CREDENTIAL % p('plugin, answer on stderr')}' >&2; exit 1"),
        {},
        "failed with exit status 1",
    ),
    "a plugin that prints no JSON": lambda p: (_plugin(f"echo {p('plugin, stdout')}"), {}, "printed something else"),
    "a plugin with passwords": lambda p: (
        _plugin('echo "$0 $DB_PASSWORD" >&2; exit 1', env=[{"name": "DB_PASSWORD", "value": p("plugin, env")}]),
        {},
        f"failed with exit status 1: sh {MASK}",
    ),
    "a plugin that is not there": lambda p: (
        {"exec": {**PLUGIN, "command": "no-such-plugin", "args": ["--token", p("plugin, args")]}},
        {},
        "is not installed",
    ),
    "a key that is none": lambda p: (
        {"client-certificate-data": p("certificate", "{b64}"), "client-key-data": p("key", "{b64}")},
        {"server": f"https://{REFUSING}"},
        "cannot be used",
    ),
    "a key that is no base64": lambda p: ({"client-key-data": f"-{p('key, no base64')}"}, {}, "is not base64"),
    "a token where its file should be": lambda p: (
        {"tokenFile": p("token file", "eyJhbGciOiJIUzI1NiJ9.eyJ{c}.{hex}")},
        {},
        f"{MASK}, the tokenFile of",
    ),
    "a token that is cut": lambda p: ({"token": p("token, cut") + "\u2026"}, {}, "cannot be sent"),
    "a proxy that refuses": lambda p: (
        {},
        {"proxy-url": f"http://app:{p('proxy')}@{REFUSING}"},
        f"the proxy {REFUSING} does not lead to",
    ),
    "a proxy with a sign in its password": lambda p: (
        {},
        {"proxy-url": f"http://app:a@{p('proxy, @')}@{REFUSING}"},
        f"the proxy {REFUSING} does not lead to",
    ),
    "a proxy that is no URL": lambda p: ({}, {"proxy-url": f"http://app:{p('proxy, port')}@:x"}, "cannot be used"),
    "a server that refuses": lambda p: (
        {},
        {"server": f"http://app:{p('server')}@{REFUSING}"},
        f"the server {REFUSING} refused the connection",
    ),
    "a server that nobody knows": lambda p: (
        {},
        {"server": f"http://app:{p('server, unknown')}@canary.invalid"},
        "the server canary.invalid",
    ),
    "a server that is no URL": lambda p: ({}, {"server": f"http://app:{p('server, port')}@host:x"}, "is not a URL"),
    "an auth-provider": lambda p: (
        {
            "auth-provider": {
                "name": "oidc",
                "config": {name: p(name) for name in ("id-token", "refresh-token", "client-secret")},
            }
        },
        {},
        'the auth-provider "oidc"',
    ),
    "a server without TLS": lambda p: (
        {"token": p("token, TLS")},
        {"server": f"https://app:{p('server, TLS')}@HOST"},
        "does not speak TLS",
    ),
}


@pytest.mark.parametrize("form", ["{c}", "a@{c}", "a/{c}", "a:{c}", "{c}@b", "{c}#b"])
def test_a_url_that_an_error_quotes(watched, form):
    told = one_line(f"Failed to parse: http://app:{watched.canaries('a URL', form)}@proxy.canary:3128, code 7")
    watched.holds(told)
    assert "proxy.canary:3128, code 7" in told


@pytest.mark.skipif(os.name == "nt", reason="the plugins are shell scripts")
@pytest.mark.parametrize("what", BROKEN)
def test_a_login_that_fails(planted, tmp_path, what):
    user, cluster, words = BROKEN[what](planted.watched.canaries)
    host = planted.server.url("").split("/")[2]
    cluster = {"server": planted.server.url(CASE), **{name: text.replace("HOST", host) for name, text in cluster.items()}}
    done = CliRunner().invoke(main, [POD, "--kubeconfig", _kubeconfig(tmp_path, user, cluster)])
    assert done.exit_code == 4 and words in planted.searched(done.stdout, done.stderr)


@pytest.mark.parametrize("before, after", [("*", ""), ("!", " x"), ('"', ""), ("@", ""), ("'", '"'), ("{", ""), ("|", "")])
def test_a_kubeconfig_that_is_no_yaml(planted, tmp_path, before, after):
    """A password may begin with a sign of YAML."""
    password = planted.watched.canaries(f"no YAML {before}")
    for name in ("--kubeconfig", "-f"):
        (tmp_path / "config").write_text(f"kind: Config\nusers:\n- user:\n    password: {before}{password}{after}\n")
        done = CliRunner().invoke(main, [*([POD] if name == "--kubeconfig" else []), name, str(tmp_path / "config")])
        assert done.exit_code == 4 and planted.searched(done.stdout, done.stderr)


# --- looking inside --------------------------------------------------------------------------------------------------


@pytest.fixture
def live(planted):
    """A case that can be changed; what its containers say has every form in it."""
    recorded = planted.server.cases[SILENT]
    served = planted.server.cases[SILENT] = Live(recorded)
    process = planted.watched.canaries("process", "mysqld --user app --password {c}")
    fact = json.dumps({"fact": "process", "pid": 1, "command": process})
    text = FACTS.replace("\n", f"\n{fact}\n{lines(planted.watched.canaries, 'inside')}\n", 1)
    served.says = type("Says", (dict,), {"get": lambda *_: text})()
    yield served
    planted.server.cases[SILENT] = recorded


@pytest.mark.parametrize("flags", [["--sleep"], ["--sleep", "--run"], ["--debug"]], ids=" ".join)
def test_a_look_inside(planted, live, tmp_path, flags):
    """What was sent has its secrets where the pod has them, and nowhere else: they are not in what only looks."""
    if flags == ["--debug"]:
        live.play("debug-target-running")
        for pod in live.stored["v1/pods"]:
            pod["status"]["phase"] = "Running"
    saved = tmp_path / "saved"
    printed = planted(SILENT, JOB_POD, *flags, "--save", str(saved), *(["--keep"] if "--sleep" in flags else []))
    assert "not looked inside" not in printed
    planted.watched.holds(saved.read_text())
    seen = json.loads(saved.read_text())["examination"]
    assert f"--password {MASK}" in json.loads(seen["lines"][1])["command"]
    assert f"m000 postgres://app:{MASK}@db.canary:5432/shop is not reachable" in [*seen["lines"], *seen.get("log", ())]
    if flags == ["--debug"]:
        (pod,) = (pod for pod in live.stored["v1/pods"] if pod["metadata"]["name"] == JOB_POD)
        planted.watched.holds(json.dumps(pod["spec"]["ephemeralContainers"]))
        return
    (copy,) = (pod for pod in live.stored["v1/pods"] if pod["metadata"]["name"] in live.copies)
    planted.watched.holds(json.dumps(copy["metadata"]))
    for container in copy["spec"]["initContainers"] + copy["spec"]["containers"] * ("--run" not in flags):
        planted.watched.holds(json.dumps({name: part for name, part in container.items() if name != "env"}))
    assert planted.watched.canaries.given_away(json.dumps(copy["spec"]["containers"]))


@pytest.mark.parametrize("flags", [["--sleep"], ["--sleep", "--run"], ["--sleep", "--keep-labels"]], ids=" ".join)
def test_what_would_be_sent(planted, live, flags):
    printed = planted(SILENT, JOB_POD, *flags, "--dry-run")
    assert f"# masked ({MASK}), to be filled in before it is sent: " in printed and "CANARY_PASSWORD" in printed


def test_a_webhook_that_repeats_what_it_was_sent(planted, live):
    """A value alone, which no form tells from a word, and an object that it prints."""
    password = planted.watched.canaries.places[
        next(place for place in planted.watched.canaries.places if JOB_POD in place and "CANARY_PASSWORD" in place)
    ]
    said = f'admission webhook "canary.example" denied the request: env value "{password}" is weak; Value:{password}'
    body = json.dumps({"kind": "Status", "code": 400, "reason": "BadRequest", "message": said}).encode()
    for when in ("dryRun=All", "POST .*/pods$"):
        planted.server.faults[:] = [fail(when, 400, body)]
        printed = planted(SILENT, JOB_POD, "--sleep")
        assert f'env value "{MASK}" is weak' in printed and "webhook canary.example denies " in printed


STUCK = {
    "an image": (
        "containerStatuses",
        {"reason": "ErrImagePull", "message": 'Get "https://app:{c}@registry.canary/v2/": denied'},
    ),
    "a start": ("containerStatuses", {"reason": "CreateContainerError", "message": 'exec: "--password={c}": not found'}),
    "the tools": ("initContainerStatuses", {"reason": "ErrImagePull", "message": "login app:{c}@registry.canary/x failed"}),
}


@pytest.mark.parametrize("what", STUCK)
def test_a_copy_that_does_not_start(planted, live, what):
    part, waiting = STUCK[what]
    said = planted.watched.canaries(f"stuck for {what}", waiting["message"])
    last = live.flow[-1]
    last["containerStatuses"] = [{**last["containerStatuses"][0], "state": {"waiting": {"reason": "PodInitializing"}}}]
    live.flow = [{**last, part: [{**last[part][0], "state": {"waiting": {**waiting, "message": said}}}]}]
    printed = planted(SILENT, JOB_POD, "--sleep")
    assert "not looked inside: " in printed and waiting["message"].partition("{")[0] + MASK in printed


def test_a_copy_that_no_node_takes(planted, live):
    said = planted.watched.canaries("unschedulable", "0/3 nodes: plugin said token={c}")
    live.flow = [{"conditions": [{"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": said}]}]
    assert f"no node takes the pod: 0/3 nodes: plugin said token={MASK}" in planted(SILENT, JOB_POD, "--sleep")


# --- as processes ----------------------------------------------------------------------------------------------------


def test_through_kubectl(planted, tmp_path):
    saved = tmp_path / "saved"
    assert "missing-env-var" in planted.process(CASE, POD, "-o", "wide", "--save", str(saved))
    planted.watched.holds(saved.read_text())
    assert "WORKLOAD" in planted.process("shop-prod", "-A")
    planted.process(CASE, "no-such-pod")


def test_completion(planted):
    if shutil.which("kubectl") is None:
        pytest.skip("no kubectl")
    env = environment(KUBECONFIG=planted.server.kubeconfig(CASE))
    done = subprocess.run(["kubectl", "__complete", "why", ""], env=env, capture_output=True, text=True, timeout=60)
    assert POD in planted.searched(done.stdout, done.stderr)


@pytest.mark.parametrize("flags", [["--watch"], ["--wait", "1s", "-o", "json"]], ids=" ".join)
def test_a_rollout_that_is_followed(planted, flags):
    canaries = planted.watched.canaries
    said = lines(canaries, "log of a rollout")
    log = "".join(f"2026-11-22T02:37:06.000000000Z {line}\n" for line in f"{said}\nKeyError: S3_BUCKET".split("\n"))
    flow = Played("rollout-fails-then-heals", {"web-f9f764cd4": log.encode()}, at=60)
    for number, event in enumerate(flow._events):
        plant(event["resource"], event["object"], lambda field, form="{c}", n=number: canaries(f"event {n} {field}", form))
    planted.server.play(flow)
    env = environment(KUBECONFIG=planted.server.kubeconfig(flow.name))
    pipe = subprocess.PIPE
    with subprocess.Popen([*PROGRAM, "deploy/web", *flags], env=env, stdout=pipe, stderr=pipe, text=True) as process:
        first = process.stdout.readline()
        if "--watch" in flags:
            flow.end_streams({"kind": "Status", "code": 401, "message": f"token={canaries('a watch that ends')}"})
            process.terminate()
        found = planted.searched(first + process.stdout.read(), process.stderr.read())
    assert "web" in found and "S3_BUCKET" in found
