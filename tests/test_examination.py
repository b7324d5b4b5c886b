"""What a look from inside does to a verdict: examine.sh really run in a container's tree, and what the causes make of it.

What a tree of files cannot show (peers, mounts, limits, the clock) stands as examine.sh prints it.
"""

from __future__ import annotations

import json
import subprocess
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kubectl_why.debug.builders import sleeping_copy
from kubectl_why.debug.questions import questions
from kubectl_why.diagnose import diagnose
from kubectl_why.examination import Examination
from kubectl_why.facts import Facts
from kubectl_why.model import Confidence, Diagnosis
from kubectl_why.render import FORMATS, Paper
from kubectl_why.snapshot import Snapshot
from tests import pods
from tests.score import CALM, CASES
from tests.test_cases import FOUND, is_there, recorded_snapshot, verdicts_in
from tests.test_examine import DASH, FOLDER, MUSL, SCRIPT, SH, Link, elf, plant

CERTAIN, LIKELY, POSSIBLE = Confidence


def silent(*command, exit_code=1, log="", objects=(), pod=None, labels=None, **spec):
    """A pod whose container `web` ends with an error code and says nothing, or only this."""
    spec = {**({"command": list(command)} if command else {}), **spec}
    return pods.snapshot(
        pods.ended(exit_code),
        restarts=3,
        spec=spec,
        log=log,
        objects=objects,
        pod=pod or {},
        metadata={"labels": labels or {}},
    )


def variable(name, value):
    return {"env": [{"name": name, "value": value}]}


def as_user(uid):
    return {"securityContext": {"runAsUser": uid}}


SECRET = {"env": [{"name": "LICENSE", "valueFrom": {"secretKeyRef": {"name": "depot", "key": "license"}}}]}
CHILD_KILLED = pods.snapshot(
    pods.runs(600),
    ready=False,
    spec={"resources": {"limits": {"memory": "64Mi"}}, "readinessProbe": {"tcpSocket": {"port": 80}}},
    log="worker 12 was sent SIGKILL! Perhaps out of memory?",
)
KILLED = pods.snapshot(
    pods.ended(137), restarts=3, spec={"resources": {"limits": {"memory": "64Mi"}}}, log="reading the catalogue"
)


REFUSED = "Readiness probe failed: dial tcp 10.1.2.3:80: connect: connection refused"
BESIDE = pods.snapshot(
    pods.runs(900),
    spec={"readinessProbe": {"tcpSocket": {"port": 80}}},
    events=[pods.event("Unhealthy", REFUSED)],
)
SERVICE = {"kind": "Service", "metadata": {"name": "queue", "namespace": "depot"}, "spec": {"clusterIP": "10.96.1.1"}}


OWN = {
    "kind": "Service",
    "metadata": {"name": "depot", "namespace": "depot"},
    "spec": {"clusterIP": "10.96.1.2", "selector": {"app": "depot"}},
}


class Row(NamedTuple):
    pod: str | Snapshot
    """A recorded case, or a snapshot with a container `web`."""
    tree: dict
    """The files of its container."""
    cause: str
    confidence: Confidence
    words: str
    """What its message says that it would not say without the look."""
    facts: tuple[dict, ...] = ()
    """What was seen beside the files."""
    how: str = "sleep"
    log: tuple[str, ...] = ()
    """What the container said in the copy."""


def fact(kind, **values):
    return {"fact": kind, **values}


def ran(code, **more):
    return fact("run", state="exited", exitCode=code, seconds=2, **more)


def mount(path, **more):
    return fact("mount", path=path, type="ext4", size=1000000, available=900000, inodes=1000, inodesFree=900, **more)


BASH_SCRIPT = ("#!/bin/bash\nexec app\n", 0o755)
DEBUG = "debug"
ROWS = {
    # the program is not there, or cannot be started
    "a program of another name": Row(
        "command-not-found/shift-planner",
        {"/usr/bin/gunicornd": SH},
        "command-not-found",
        CERTAIN,
        "did you mean gunicornd?",
    ),
    "a path of another name": Row(
        silent("/app/server", exit_code=127),
        {"/app/servers": SH},
        "command-not-found",
        CERTAIN,
        "did you mean /app/servers?",
    ),
    "its folder is not there": Row(
        silent("/app/server"), {"/srv/server": SH}, "command-not-found", CERTAIN, "command /app/server is not found"
    ),
    "not executable": Row(
        silent("/app/server", exit_code=126),
        {"/app/server": ("", 0o644)},
        "command-not-executable",
        CERTAIN,
        "with mode 0644",
    ),
    "not executable, from a ConfigMap": Row(
        "command-not-executable/label-sync",
        {"/scripts/sync.sh": ("", 0o644)},
        "command-not-executable",
        CERTAIN,
        "mode 0644",
    ),
    "for another user": Row(
        silent("/app/server", **as_user(4711)),
        {"/app/server": (elf()[0], 0o700)},
        "command-not-executable",
        CERTAIN,
        "/app/server may not be executed as user 4711: it belongs to",
    ),
    "in a folder that may not be entered": Row(
        silent("/app/server", **as_user(4711)),
        {"/app/server": SH, "/app": (FOLDER, 0o700)},
        "command-not-executable",
        CERTAIN,
        "/app above it may not be entered",
    ),
    "a directory": Row(
        silent("/app/server"), {"/app/server/main": SH}, "command-not-executable", CERTAIN, "it is a directory"
    ),
    "CRLF": Row(
        "interpreter-not-found/lead-mailer",
        {"/app/docker-entrypoint.sh": ("#!/bin/sh\r\nexec app\r\n", 0o755), "/bin/sh": elf()},
        "interpreter-not-found",
        CERTAIN,
        "its #! line ends in a carriage return (CRLF)",
    ),
    "no bash": Row(
        "interpreter-not-found/edge-gateway",
        {"/docker-entrypoint.sh": BASH_SCRIPT, "/bin/sh": elf()},
        "interpreter-not-found",
        CERTAIN,
        "has no /bin/bash",
    ),
    "no loader": Row(
        silent("/app/server"), {"/app/server": elf(loader=MUSL)}, "interpreter-not-found", CERTAIN, f"has no {MUSL}"
    ),
    "no loader for its interpreter": Row(
        silent("/app/run"),
        {"/app/run": ("#!/usr/bin/env python3\n", 0o755), "/usr/bin/env": elf(), "/usr/bin/python3": elf(loader=MUSL)},
        "interpreter-not-found",
        CERTAIN,
        f"has no {MUSL}, the loader that python3 is linked with",
    ),
    "CRLF and an interpreter that takes it": Row(
        silent("/app/run"),
        {"/app/run": ("#!/bin/sh -e\r\nexec app\r\n", 0o755), "/bin/sh": elf()},
        "silent-exit",
        POSSIBLE,
        "ends with exit code 1",
    ),
    "an interpreter that may not be run": Row(
        silent("/app/run"),
        {"/app/run": BASH_SCRIPT, "/bin/bash": (elf()[0], 0o644)},
        "command-not-executable",
        CERTAIN,
        "its interpreter /bin/bash may not be",
    ),
    "a byte order mark": Row(
        silent("/app/run.sh"),
        {"/app/run.sh": (b"\xef\xbb\xbf#!/bin/sh\n", 0o755), "/bin/sh": elf()},
        "exec-format-error",
        CERTAIN,
        "begins with a byte order mark",
    ),
    "a shell says not found of a script that is there": Row(
        silent("sh", "-c", "/app/run.sh", exit_code=127, log="sh: /app/run.sh: not found"),
        {"/app/run.sh": BASH_SCRIPT, "/bin/sh": elf()},
        "interpreter-not-found",
        CERTAIN,
        "has no /bin/bash",
    ),
    "another machine": Row(
        "exec-format-error/home-gateway",
        {"/app/server": elf(183)},
        "exec-format-error",
        CERTAIN,
        "is built for arm64, not for",
    ),
    "a script without #!": Row(
        "exec-format-error/ticker-edge", {"/ticker": ("exec app\n", 0o755)}, "exec-format-error", CERTAIN, "is no program"
    ),
    "an empty program": Row(
        "exec-format-error/ticker-edge", {"/ticker": ("", 0o755)}, "exec-format-error", CERTAIN, "/ticker is empty"
    ),
    "a library is not there": Row(
        silent("/app/server", exit_code=127),
        {"/app/server": elf(loader=MUSL, needed=["libpq.so.5"]), MUSL: elf()},
        "missing-module",
        CERTAIN,
        "needs shared library libpq.so.5",
    ),
    "what Kubernetes says stands, whatever a copy of it has": Row(
        "command-not-found/shift-planner",
        {"/usr/bin/gunicorn": elf()},
        "command-not-found",
        CERTAIN,
        "is not found in image",
    ),
    # a file
    "a file that the log names": Row(
        "missing-file/importer", {"/etc/importer/settings.yaml": ""}, "missing-file", CERTAIN, "has settings.yaml"
    ),
    "a file that the log names, and one of nearly that name": Row(
        silent(log="open /etc/depot/config.yaml: no such file or directory"),
        {"/etc/depot/config.yml": ""},
        "missing-file",
        CERTAIN,
        "did you mean /etc/depot/config.yml?",
    ),
    "a file that is there after all": Row(
        silent(log="open /etc/depot/config.yaml: no such file or directory"),
        {"/etc/depot/config.yaml": ""},
        "missing-file",
        POSSIBLE,
        "a look from inside finds it there",
    ),
    "without a word: a file that a variable names": Row(
        silent(**variable("CONFIG_FILE", "/etc/depot/config.yaml")),
        {"/etc/depot/config.yml": ""},
        "missing-file",
        LIKELY,
        "/etc/depot/config.yaml does not exist, and the process ends without a word: did you mean /etc/depot/config.yml?",
    ),
    "without a word: a file that the command names": Row(
        silent("sh", "/app/main.sh"), {"/bin/sh": elf(), "/srv/x": ""}, "missing-file", LIKELY, "/app/main.sh does not exist"
    ),
    "without a word: a link that leads nowhere": Row(
        silent(**variable("CONFIG_FILE", "/etc/depot.yaml")),
        {"/etc/depot.yaml": Link("/mnt/depot.yaml")},
        "missing-file",
        LIKELY,
        "it is a link to /mnt/depot.yaml, which is not there",
    ),
    "without a word: a file that a secret names": Row(
        silent(**SECRET), {"/etc/x": ""}, "missing-file", LIKELY, "the file that LICENSE names does not exist"
    ),
    "without a word: a file that may not be read": Row(
        silent(**variable("TLS_KEY", "/etc/depot/key.pem"), **as_user(4711)),
        {"/etc/depot/key.pem": ("x", 0o600)},
        "permission-denied",
        LIKELY,
        "user 4711 may not read /etc/depot/key.pem, and ends without a word: it belongs to",
    ),
    "without a word: where something may be, and need not": Row(
        silent(**variable("PYTHONPATH", "/opt/plugins")), {"/etc/x": ""}, "silent-exit", POSSIBLE, "ends with exit code 1"
    ),
    "without a word: what it would make itself": Row(
        silent(**variable("LOG_FILE", "/var/log/depot.log")),
        {"/etc/x": ""},
        "silent-exit",
        POSSIBLE,
        "ends with exit code 1",
    ),
    "without a word: on a volume that is empty in a copy": Row(
        silent(
            **variable("CONFIG_FILE", "/work/depot.yaml"),
            volumeMounts=[{"name": "work", "mountPath": "/work"}],
            pod={"volumes": [{"name": "work", "emptyDir": {}}]},
        ),
        {"/work/x": ""},
        "silent-exit",
        POSSIBLE,
        "ends with exit code 1",
    ),
    "a directory that may not be written": Row(
        "permission-denied/press-site",
        {"/var/lib/nginx/body": (FOLDER, 0o755)},
        "permission-denied",
        CERTAIN,
        "with mode 0755",
    ),
    "a directory in which a file cannot be made": Row(
        "permission-denied/press-site",
        {"/var/lib/nginx": (FOLDER, 0o755)},
        "permission-denied",
        CERTAIN,
        ": /var/lib/nginx belongs to",
    ),
    "a volume in which a file cannot be made, in a copy": Row(
        "permission-denied/sessions",
        {"/data": (FOLDER, 0o755)},
        "permission-denied",
        LIKELY,
        ": /data belongs to",
    ),
    "a read-only root": Row(
        "read-only-filesystem/thumbs",
        {},
        "read-only-filesystem",
        CERTAIN,
        "the root filesystem is read-only",
        (mount("/", readOnly=True),),
    ),
    # what the copy says
    "what it says in a copy": Row(
        silent(),
        {},
        "missing-file",
        POSSIBLE,
        "/etc/depot.yaml does not exist",
        (ran(1),),
        log=("open /etc/depot.yaml: no such file or directory",),
    ),
    "what it says in a copy that ends otherwise": Row(
        silent(),
        {},
        "silent-exit",
        POSSIBLE,
        "ends with exit code 1",
        (ran(3),),
        log=("open /etc/depot.yaml: no such file or directory",),
    ),
    "what is the copy's own": Row(
        silent(),
        {},
        "silent-exit",
        POSSIBLE,
        "its last words",
        (ran(1),),
        log=("mkdir: cannot create directory '/data/x': Read-only file system",),
    ),
    "killed in a copy too": Row(
        KILLED, {}, "oom-killed", LIKELY, "over its memory limit of 64Mi", (ran(137, reason="OOMKilled"),)
    ),
    # the network
    "a host that does not resolve": Row(
        "dns-not-found/admin-site",
        {},
        "dns-not-found",
        CERTAIN,
        "host admin-db does not resolve",
        (fact("host", host="admin-db", port=5432, result="unresolved", error="NXDOMAIN"),),
    ),
    "a host that resolves by now": Row(
        "dns-not-found/admin-site",
        {},
        "dns-not-found",
        LIKELY,
        "; from inside, its name resolves now",
        (fact("host", host="admin-db", result="resolved", addresses=["10.1.2.3"]),),
    ),
    "a host that refuses": Row(
        "connection-refused/checkout",
        {},
        "connection-refused",
        CERTAIN,
        "stock:8080 refuses the connection",
        (fact("host", host="stock", port=8080, addresses=["10.96.96.185"], result="refused"),),
    ),
    "a host that answers by now": Row(
        "connection-refused/checkout",
        {},
        "connection-refused",
        LIKELY,
        "; from inside, it can be reached now",
        (fact("host", host="stock", port=8080, addresses=["10.96.96.185"], result="open"),),
    ),
    "a host that does not answer": Row(
        "connection-timeout/geo",
        {},
        "connection-timeout",
        CERTAIN,
        "geocoder:8080 does not answer",
        (fact("host", host="geocoder", port=8080, result="timeout"),),
        DEBUG,
    ),
    "a host that does not answer a copy, which has other labels": Row(
        "connection-timeout/geo",
        {},
        "connection-timeout",
        POSSIBLE,
        "geocoder:8080 does not answer",
        (fact("host", host="geocoder", port=8080, result="timeout"),),
    ),
    "without a word: a host that does not resolve": Row(
        silent(**variable("QUEUE_URL", "amqp://queue:5672")),
        {},
        "dns-not-found",
        POSSIBLE,
        "host queue does not resolve",
        (fact("host", host="queue", port=5672, result="unresolved"),),
    ),
    "without a word: another container of the pod, which a copy has not": Row(
        silent(**variable("CACHE_URL", "redis://localhost:6379")),
        {},
        "silent-exit",
        POSSIBLE,
        "ends with exit code 1",
        (fact("host", host="localhost", port=6379, result="refused"),),
    ),
    "without a word: the Service before the pod itself": Row(
        silent(**variable("PUBLIC_URL", "http://depot:80"), objects=[OWN], labels={"app": "depot"}),
        {},
        "silent-exit",
        POSSIBLE,
        "ends with exit code 1",
        (fact("host", host="depot", port=80, result="refused"),),
    ),
    "a name server that does not answer a copy": Row(
        "dns-not-found/admin-site",
        {},
        "dns-not-found",
        LIKELY,
        "host admin-db does not resolve",
        (fact("host", host="admin-db", port=5432, result="unresolved", error="no answer from the name server within 3 s"),),
    ),
    "a port of the pod itself": Row(
        "connection-refused/mailer",
        {},
        "connection-refused",
        CERTAIN,
        "no container of the pod listens there",
        (fact("host", host="127.0.0.1", port=6379, addresses=["127.0.0.1"], result="refused"),),
        DEBUG,
    ),
    "an interpreter for another machine": Row(
        silent("/app/run"),
        {"/app/run": BASH_SCRIPT, "/bin/bash": elf(183)},
        "exec-format-error",
        CERTAIN,
        "/bin/bash is built for arm64",
    ),
    "search domains of another namespace": Row(
        silent(**variable("QUEUE", "queue:5672"), log="Error: getaddrinfo ENOTFOUND queue", objects=[SERVICE]),
        {},
        "dns-not-found",
        CERTAIN,
        "the container's search domains (other.svc.cluster.local) have no depot.svc",
        (
            fact("host", host="queue", result="unresolved"),
            fact("dns", nameservers=["10.96.0.10"], search=["other.svc.cluster.local"]),
        ),
    ),
    "no name server": Row(
        silent(**variable("QUEUE", "queue:5672"), log="Error: getaddrinfo ENOTFOUND queue", objects=[SERVICE]),
        {},
        "dns-not-found",
        LIKELY,
        "the container knows no name server",
        (fact("dns", hosts=["localhost"]),),
    ),
    "without a word: a host whose name is secret": Row(
        silent(**SECRET),
        {},
        "connection-refused",
        POSSIBLE,
        "the peer that LICENSE names refuses the connection",
        (fact("host", variable="LICENSE", port=5432, result="refused"),),
    ),
    # ports and probes
    "another port is open": Row(
        "probe-port-mismatch/cart-api",
        {},
        "probe-port-mismatch",
        CERTAIN,
        "the container listens on port 8000",
        (fact("listen", protocol="tcp", address="0.0.0.0", port=8000),),
        DEBUG,
    ),
    "in a copy nothing runs that could listen": Row(
        "probe-port-mismatch/cart-api",
        {},
        "probe-port-mismatch",
        LIKELY,
        "the container listens on port 8000",
        (fact("listen", protocol="tcp", address="0.0.0.0", port=9999),),
    ),
    "the port that is asked is not open": Row(
        BESIDE,
        {},
        "probe-failed",
        POSSIBLE,
        "is refused on port 80, where nothing listens, as a look from inside shows",
        how=DEBUG,
    ),
    "on the loopback address only": Row(
        "listening-on-localhost/profile-web",
        {},
        "listening-on-localhost",
        CERTAIN,
        "on 127.0.0.1 only",
        (fact("listen", protocol="tcp", address="127.0.0.1", port=5000),),
        DEBUG,
    ),
    "kept waiting for its cpu": Row(
        "probe-timeout/token-vault",
        {},
        "probe-timeout",
        CERTAIN,
        "its cpu is throttled in 80% of all periods",
        (fact("cpu", quota=0.1, periods=1000, throttled=800, throttledSeconds=60.5),),
        DEBUG,
    ),
    "the port of another": Row(
        "port-in-use/gateway",
        {},
        "port-in-use",
        LIKELY,
        "port 8080 is already in use",
        (fact("listen", protocol="tcp6", address="::", port=8080),),
        DEBUG,
    ),
    # what it runs out of
    "a child killed for memory": Row(
        CHILD_KILLED,
        {},
        "oom-killed",
        CERTAIN,
        "over its memory limit of 64Mi",
        (fact("memory", limit=67108864, current=60000000, peak=67108864, oomKills=3),),
        DEBUG,
    ),
    "a full disk": Row(
        "disk-full/upload-gw",
        {},
        "disk-full",
        CERTAIN,
        ": of 8Mi, 0 is left",
        (fact("mount", path="/var/staging", type="tmpfs", size=8388608, available=0, inodes=1000, inodesFree=900),),
        DEBUG,
    ),
    "too many files": Row(
        "disk-full/upload-gw",
        {},
        "disk-full",
        CERTAIN,
        "no inode is left",
        (fact("mount", path="/var/staging", type="tmpfs", size=8388608, available=8000000, inodes=1000, inodesFree=0),),
        DEBUG,
    ),
    "a file system that does not count its files": Row(
        "disk-full/upload-gw",
        {},
        "disk-full",
        LIKELY,
        "no space left on emptyDir staging",
        (fact("mount", path="/var/staging", type="btrfs", size=8388608, available=8000000, inodes=0, inodesFree=0),),
        DEBUG,
    ),
    "a claim that is read-only in a copy": Row(
        silent(
            log="mkdir: cannot create directory '/data/x': Read-only file system",
            volumeMounts=[{"name": "data", "mountPath": "/data"}],
            pod={"volumes": [{"name": "data", "persistentVolumeClaim": {"claimName": "data"}}]},
        ),
        {},
        "read-only-filesystem",
        POSSIBLE,
        "/data/x cannot be written",
        (mount("/data", readOnly=True),),
    ),
    "an empty volume of the copy says nothing": Row(
        "disk-full/upload-gw",
        {},
        "disk-full",
        LIKELY,
        "no space left on emptyDir staging",
        (fact("mount", path="/var/staging", type="tmpfs", size=8388608, available=0),),
    ),
    "the limit on open files": Row(
        "too-many-open-files/crawler",
        {},
        "too-many-open-files",
        LIKELY,
        "is reached: 1024",
        (fact("limits", openFiles=1024, processes=4096),),
    ),
    # clock and environment
    "a clock that is ahead": Row(
        "tls-failure/parcel-map",
        {},
        "tls-failure",
        LIKELY,
        "the clock of its node is 30d ahead",
        (fact("clock", epoch=1797908000),),
        DEBUG,
    ),
    "a variable that is there after all": Row(
        "missing-env-var/billing",
        {},
        "missing-env-var",
        POSSIBLE,
        "and a look from inside finds it set",
        (fact("env", names=["PATH", "STRIPE_WEBHOOK_SECRET"]),),
    ),
    "a variable that is not there": Row(
        "missing-env-var/billing",
        {},
        "missing-env-var",
        CERTAIN,
        "STRIPE_WEBHOOK_SECRET is not set: STRIPE_WEBHOOK_SECRETS is set instead",
        (fact("env", names=["PATH", "STRIPE_API_KEY", "STRIPE_WEBHOOK_SECRETS"]),),
    ),
}


def snapshot_of(pod: str | Snapshot) -> Snapshot:
    return pod if isinstance(pod, Snapshot) else recorded(pod)


@cache
def recorded(name: str) -> Snapshot:
    return Snapshot.from_json(json.loads((CASES / name / "snapshot.json").read_text()))


def container_of(snapshot: Snapshot) -> str:
    """The container that the verdict is about."""
    return diagnose(snapshot).verdicts[0].finding.container


def examined(snapshot: Snapshot, lines, how="sleep", log=(), container=None) -> Snapshot:
    name = container or container_of(snapshot)
    return replace(
        snapshot, examination=Examination(name, f"{snapshot.target[2]}-why-x", name, how, tuple(lines), tuple(log))
    )


def lines_of(row: Row, root: Path) -> list[str]:
    """What examine.sh prints in the row's tree of what it is asked about the row's pod; then the other facts."""
    begin = fact("begin", version=1, where="pod" if row.how == "sleep" else "target")
    lines = [json.dumps(begin)]
    if row.tree:
        snapshot = snapshot_of(row.pod)
        facts = Facts(snapshot)
        container = next(c for c in facts.containers if c.name == container_of(snapshot))
        asked = questions(facts, container)._replace(hosts=())
        copy = sleeping_copy(snapshot.pod, container.name, asked, script="SCRIPT", suffix="x").object["spec"]
        [command] = [c["command"] for c in copy["containers"] if c["name"] == container.name]
        options = command[command.index("examine.sh") :]
        at = options.index("--tools")
        options[at : at + 2] = ["--root", str(plant(root, row.tree))]
        environment = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LICENSE": "/etc/depot/license"}
        done = subprocess.run([DASH, "-c", SCRIPT, *options], env=environment, capture_output=True, text=True, check=True)
        lines = [line for line in done.stdout.splitlines() if json.loads(line)["fact"] not in ("env", "mount", "end")]
    return [*lines, *map(json.dumps, row.facts), json.dumps(fact("end", seconds=1, complete=True))]


def of_row(row: Row, root: Path) -> Snapshot:
    return examined(snapshot_of(row.pod), lines_of(row, root), row.how, row.log)


@pytest.mark.parametrize("name", ROWS)
def test_a_look_from_inside_tells_more(name, tmp_path):
    row = ROWS[name]
    snapshot = of_row(row, tmp_path)
    found = diagnose(snapshot)
    verdict = found.verdicts[0]
    told = (verdict.cause.id, verdict.finding.confidence)
    assert told == (row.cause, row.confidence), verdict.finding.message
    assert row.words in verdict.finding.message
    assert found.broken == ()
    holds_the_rules(found, snapshot)


def holds_the_rules(found: Diagnosis, snapshot: Snapshot) -> None:
    """Every citation resolves, nothing is certain on words of a log alone, and every format prints."""
    for verdict in verdicts_in(found.verdicts):
        evidence = verdict.finding.evidence
        assert all(is_there(item, snapshot) for item in evidence), verdict.cause.id
        if verdict.finding.confidence is CERTAIN:
            assert any(item.line is None or item.inside in ("debug", "sleep") for item in evidence), verdict.cause.id
    for format in FORMATS.values():
        assert format(found, Paper(width=80))


LOOKS = {name: examined(snapshot_of(row.pod), map(json.dumps, row.facts), row.how, row.log) for name, row in ROWS.items()}
"""Each row's pod with what was seen beside the files."""


def told(diagnosis: Diagnosis) -> list[tuple]:
    """The verdicts, but for what to look at next."""
    found = []
    for verdict in diagnosis.verdicts:
        remedies = [remedy for remedy in verdict.finding.remedies if remedy.kind != "next"]
        found.append((verdict.cause.id, verdict.finding._replace(remedies=tuple(remedies)), verdict.explained != ()))
    return found


@pytest.mark.parametrize("pod", dict.fromkeys(row.pod for row in ROWS.values() if isinstance(row.pod, str)))
@pytest.mark.parametrize("how", ["sleep", "debug"])
def test_a_look_that_found_nothing_changes_no_verdict(pod, how):
    snapshot = snapshot_of(pod)
    nothing = [fact("begin", where="pod" if how == "sleep" else "target"), fact("user", uid=1), fact("end", complete=True)]
    nothing.append(fact("file", path="/", type="directory", readable=True, writable=True, executable=True))
    found = diagnose(examined(snapshot, map(json.dumps, nothing), how))
    assert told(found) == told(diagnose(snapshot))
    assert "nothing is amiss" in found.inside


@pytest.mark.parametrize("name", ROWS)
def test_what_was_seen_of_another_container_says_nothing(name):
    snapshot = LOOKS[name]
    other = snapshot.examination._replace(container="another")
    assert told(diagnose(replace(snapshot, examination=other))) == told(diagnose(replace(snapshot, examination=None)))


ALARMING = tuple(dict.fromkeys(json.dumps(item) for row in ROWS.values() for item in row.facts)) + tuple(
    json.dumps(item)
    for item in (
        fact("entrypoint", word="app", type="absent", near=["apps"]),
        fact("entrypoint", word="app", path="/app", type="file", executable=False, crlf=True, interpreterFound=False),
        fact("file", path="/etc/app.conf", type="absent"),
        fact("file", path="/etc/app.key", type="file", readable=False, writable=False),
        fact("env", names=[]),
        fact("dns"),
    )
)


@pytest.mark.parametrize("case", [c for c in FOUND if c.about["truth"]["cause"][0] in CALM], ids=lambda case: case.name)
@pytest.mark.parametrize("how", ["sleep", "debug"])
def test_a_look_is_no_alarm_on_a_pod_that_is_well(case, how):
    snapshot = recorded_snapshot(case)
    log = ("open /etc/app.conf: no such file or directory",)
    for container in Facts(snapshot).containers:
        seen = examined(snapshot, ALARMING, how, log, container.name)
        assert told(diagnose(seen)) == told(diagnose(snapshot)) == []
        assert diagnose(seen).state == diagnose(snapshot).state


# ---- whatever is printed

KEYS = sorted({key for line in ALARMING for key in json.loads(line)} | {"path", "word", "missing", "where", "variable"})
ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.sampled_from(
        [10**400, -(2**63), 2**63, 0, 1e308, "", "/", "\x1b[2J", [], [None, "a", 7], {}, {"a": []}, "absent", "file"]
    ),
    st.floats(),
    st.text(max_size=20),
    st.lists(st.text(max_size=5), max_size=3),
)
KINDS = [json.loads(line) for line in ALARMING]


@st.composite
def damaged(draw):
    """A fact of which keys are lost, or have another value."""
    whole = dict(draw(st.sampled_from(KINDS)))
    for key in draw(st.lists(st.sampled_from(KEYS), max_size=4)):
        if draw(st.booleans()):
            whole.pop(key, None)
        elif key != "fact":
            whole[key] = draw(ODD)
    return json.dumps(whole)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    name=st.sampled_from(sorted(LOOKS)),
    lines=st.lists(
        st.one_of(damaged(), st.text(max_size=30), st.sampled_from(['{"a":' * 100000, '{"fact":7}', "{}"])), max_size=8
    ),
    how=st.sampled_from(["sleep", "debug"]),
)
def test_no_fact_breaks_a_cause(name, lines, how):
    row = ROWS[name]
    snapshot = examined(snapshot_of(row.pod), [*map(json.dumps, row.facts), *lines], how, row.log)
    found = diagnose(snapshot)
    assert found.broken == ()
    holds_the_rules(found, snapshot)


@pytest.mark.parametrize("name", [name for name, row in ROWS.items() if row.facts])
def test_the_loss_of_any_key_breaks_nothing(name):
    row = ROWS[name]
    for item in row.facts:
        for key in set(item) - {"fact"}:
            for value in (None, "odd", [], 10**400):
                less = {**item, key: value}
                found = diagnose(examined(snapshot_of(row.pod), [json.dumps(less)], row.how, row.log))
                assert found.broken == (), (key, value)


@pytest.mark.parametrize("name", ROWS)
def test_a_look_survives_json(name):
    snapshot = LOOKS[name]
    again = Snapshot.from_json(json.loads(json.dumps(snapshot.to_json())))
    assert again == snapshot
    assert as_if_new(diagnose(again)) == as_if_new(diagnose(snapshot))


@pytest.mark.parametrize("change", [{"lines": [7]}, {"lines": 7}, {"log": {"a": "b"}}, {"container": None}, None])
def test_what_is_no_look_is_refused_in_words(change):
    data = json.loads(json.dumps(LOOKS["a host that refuses"].to_json()))
    data["examination"] = "x" if change is None else {**data["examination"], **change}
    if change == {"container": None}:
        del data["examination"]["container"]
    with pytest.raises(ValueError, match="not a snapshot that kubectl why has saved"):
        Snapshot.from_json(data)


def as_if_new(diagnosis: Diagnosis) -> str:
    return FORMATS["json"](diagnosis, Paper())


# ---- what is proposed, and what is told

UNREADY = pods.snapshot(pods.runs(900), spec={"readinessProbe": {"tcpSocket": {"port": 80}}})


def proposed(snapshot: Snapshot) -> list[str]:
    remedies = [r for verdict in diagnose(snapshot).verdicts for r in verdict.finding.remedies if r.kind == "next"]
    return [remedy.command.removeprefix("kubectl why ") for remedy in remedies if remedy.command.startswith("kubectl why ")]


def looked(snapshot, *facts_, how="sleep"):
    return examined(snapshot, map(json.dumps, (fact("begin", where="pod"), *facts_)), how, container="web")


@pytest.mark.parametrize(
    ("snapshot", "commands"),
    [
        (silent(), ["depot-1 -n depot --sleep"]),
        (BESIDE, ["depot-1 -n depot --debug"]),
        (looked(silent()), ["depot-1 -n depot --sleep --run"]),
        (looked(silent(), ran(1)), ["depot-1 -n depot --sleep --shell"]),
        (looked(BESIDE, how="debug"), []),
        (looked(UNREADY, how="debug"), ["depot-1 -n depot --debug --shell"]),
        (looked(silent(), how="debug"), ["depot-1 -n depot --sleep"]),
        (looked(silent("/app/server"), fact("entrypoint", word="/app/server", type="absent")), []),
        (pods.snapshot(pods.runs(9), pods.ended(3, since=10), restarts=3), ["depot-1 -n depot --sleep"]),
        (pods.snapshot(pods.ended(1), kind="init", restarts=3), ["depot-1 -n depot --sleep -c web"]),
        (silent(log="open /a/b: no such file or directory"), ["depot-1 -n depot --sleep"]),
        (pods.snapshot(pods.waits("ImagePullBackOff", "not found")), []),
        (pods.snapshot(pods.ended(1), metadata={"deletionTimestamp": pods.ago(-20)}), []),
    ],
)
def test_next_is_the_look_that_can_tell_more(snapshot, commands):
    assert proposed(snapshot) == commands


@pytest.mark.parametrize("case", FOUND, ids=lambda case: case.name)
def test_next_never_proposes_both_looks(case):
    commands = " ".join(proposed(recorded_snapshot(case)))
    assert not ("--sleep" in commands and "--debug" in commands)


@pytest.mark.parametrize(
    ("facts_", "words"),
    [
        ([ran(1)], "web ends in a copy of the pod as it does here after 2s"),
        ([ran(139, reason="OOMKilled")], "web ends in a copy of the pod with exit code 139 (OOMKilled) after 2s"),
        ([fact("run", state="running", seconds=30)], "web stays up in a copy of the pod for 30s: what differs is"),
        ([fact("file", path="/a", type="absent")], "seen inside: /a is not there (of 1 file)"),
        ([fact("file", path="/var/log/app.log", type="absent")], "nothing is amiss in 1 file"),
        ([fact("host", host="db", port=5432, result="timeout")], "db:5432 does not answer"),
        ([fact("host", host="127.0.0.1", port=80, result="refused")], "nothing is amiss in 1 host"),
        ([fact("end", complete=False)], "time was up before all was looked at"),
        ([fact("begin", where="target", rootReadable=False)], "the files of web could not be seen"),
        ([fact("begin", where="beside")], "of web, only network and volumes could be seen"),
    ],
)
def test_inside_says_what_a_look_came_to(facts_, words):
    found = diagnose(looked(silent(), *facts_))
    assert words in found.inside
    assert "INSIDE" in FORMATS["table"](found, Paper())


def test_a_copy_that_stays_up_is_no_verdict():
    found = diagnose(looked(silent(), fact("run", state="running", seconds=30)))
    assert (found.verdict, found.verdicts[0].finding.confidence) == ("silent-exit", POSSIBLE)


def test_beside_a_container_its_own_files_are_not_seen():
    snapshot = silent("/app/server", **variable("CONFIG", "/etc/app.conf"))
    absent = [fact("entrypoint", word="/app/server", type="absent"), fact("file", path="/etc/app.conf", type="absent")]
    seen = examined(snapshot, map(json.dumps, (fact("begin", where="beside"), *absent)), "debug", container="web")
    assert told(diagnose(seen)) == told(diagnose(snapshot))


def test_what_is_certain_is_defined_by_a_look_too():
    """The definition stands in the code, in the contract and in the architecture."""
    root = CASES.parent.parent
    for text in (Confidence.__doc__, (root / "docs/json.md").read_text(), (root / "ARCHITECTURE.md").read_text()):
        assert "a look from inside" in text
