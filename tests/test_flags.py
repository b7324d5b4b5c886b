"""Every flag, as a user types it: through real kubectl, against a server, and what is to be seen then."""

import os
import re
import subprocess
from collections.abc import Callable
from typing import NamedTuple

import pytest

from kubectl_why import __version__
from kubectl_why.cli import FORMAT_NAMES, main
from tests.crowd import Made
from tests.replay import Replay, environment, hang
from tests.test_cases import BY_NAME
from tests.test_looking_inside import CASES, CRASHING, POD, Terminal, Why
from tests.test_triage import pod

pytestmark = pytest.mark.skipif(os.name == "nt", reason="looks inside with signals and terminals as Unix has them")
WORKLOAD = "deploy/orders-api"
RUNNING = BY_NAME["stock-ticker"].about["target_pods"][0]
SAVED = str(CASES / "missing-env-var" / "orders-api" / "snapshot.json")


@pytest.fixture(scope="module")
def server():
    names = ("silent-exit/ledger-export", "healthy/stock-ticker", "triage", "completed/label-batch", "missing-env-var")
    with Replay([CASES / name for name in names]) as replay:
        replay.cases["many"] = Made("many", *(pod(f"web-{number}", waits="CreateContainerError") for number in range(25)))
        yield replay


class Row(NamedTuple):
    words: str
    """What is typed after `kubectl why`; FOLDER is a folder of one's own."""
    seen: str
    """What is found in what is printed, or in the first request."""
    status: int = 1
    case: str = "orders-api"
    then: Callable[[Replay], bool] = lambda server: True
    """What the server knows afterwards."""


def headers(**wanted: str) -> Callable[[Replay], bool]:
    return lambda server: wanted.items() <= {name.replace("-", "_"): value for name, value in server.headers.items()}.items()


def copies(left: int, deleted: int) -> Callable[[Replay], bool]:
    return lambda server: (len(server.cases[CRASHING].copies), len(server.cases[CRASHING].deleted)) == (left, deleted)


INSIDE = {"case": CRASHING}
ROWS = {
    "--namespace": Row("postgres-0 -n shop-prod", "oom-killed", case="shop-prod"),
    "--context": Row(f"{WORKLOAD} --context shop-prod", "shop-prod/orders-api-.*\n.*connection-refused"),
    "--cluster": Row("deploy/gift-api -n shop-prod --cluster shop-prod", "probe-path-wrong"),
    "--user": Row(f"{WORKLOAD} --user nobody", 'user "nobody" does not exist', 4),
    "--kubeconfig": Row(f"{WORKLOAD} --kubeconfig /no/such/file", "/no/such/file", 4),
    "--as": Row(f"{WORKLOAD} --as dev -o name", "missing-env-var", then=headers(Impersonate_User="dev")),
    "--as-group": Row(
        f"{WORKLOAD} --as dev --as-group ops -o name", "missing-env-var", then=headers(Impersonate_Group="ops")
    ),
    "--request-timeout": Row(f"{WORKLOAD} --request-timeout 300ms", "UNSEEN   ConfigMap .*did not answer in 0.3s"),
    "--selector": Row("-l app=gift-api -o name", r"\Ashop-prod deploy/gift-api probe-path-wrong\n\Z", case="shop-prod"),
    "--all-namespaces": Row("-A", "NAMESPACE  WORKLOAD", case="shop-prod"),
    "--all": Row("--all -o json", r'"lookedInto": true(?![\s\S]*"lookedInto": false)', case="many"),
    "--container": Row(f"{WORKLOAD} -c apo", "container apo is not in the pod; there are: api", 2),
    "--output": Row(f"{WORKLOAD} -o yaml", "^verdict: missing-env-var$"),
    "--watch": Row("label-batch -w", r"\APOD .*Completed\nWHY .*\n\Z", 0, "label-batch"),
    "--wait": Row("deploy/loyalty-api --wait 5m", "does not get well by itself: env-configmap-not-found", case="shop-prod"),
    "--filename": Row(f"-f {SAVED} -o name", r"\Amissing-env-var\n\Z"),
    "--save": Row(f"{WORKLOAD} --save FOLDER/saved.json -o wide", "saved, without the values of Secrets: .*/saved.json"),
    "--demo": Row("--demo -o markdown", "^\\*\\*|^#"),
    "--explain": Row("--explain 137", "SIGKILL", 0),
    "--causes": Row("--causes", "oom-killed", 0),
    "--alerts": Row("--alerts -o rules", "alert: PodCrashLooping", 0),
    "--debug": Row(f"{RUNNING} --debug -o name", "adding ephemeral container kubectl-why-", 0, "stock-ticker"),
    "--sleep": Row(f"{POD} --sleep", "^INSIDE[\\s\\S]*^creating pod .*-why-", then=copies(0, 1), **INSIDE),
    "--run": Row(f"{POD} --sleep --run -o json", "in a copy of the pod|run inside", then=copies(0, 1), **INSIDE),
    "--shell": Row(f"{POD} --sleep --shell", "--shell needs a terminal", 2, **INSIDE),
    "--image": Row(f"{POD} --sleep --dry-run --image mirror/box:1", "image: mirror/box:1$", 0, **INSIDE),
    "--profile": Row(f"{POD} --sleep --dry-run --profile restricted", "runAsNonRoot: true", 0, **INSIDE),
    "--keep": Row(f"{POD} --sleep --keep", "kept: kubectl -n .* delete pod/.*-why-", then=copies(1, 0), **INSIDE),
    "--keep-labels": Row(f"{POD} --sleep --dry-run --keep-labels", "^    app: ledger-export$", 0, **INSIDE),
    "--dry-run": Row(f"{POD} --sleep --dry-run", "kubectl apply -f -\n[\\s\\S]*^kind: Pod$", 0, then=copies(0, 0), **INSIDE),
    "--cleanup": Row("--cleanup", "no copies in namespace ledger-export", 0, **INSIDE),
    "--version": Row("--version", rf"\A{re.escape(__version__)}\n\Z", 0),
    "--help": Row("-h", "Usage: kubectl why .*[\\s\\S]*Exit status", 0),
}


@pytest.mark.parametrize("flag", ROWS)
def test_flag(flag, server, tmp_path):
    row = ROWS[flag]
    for name, flow in ((CRASHING, "sleep-copy-ends"), ("stock-ticker", "debug-target-running")):
        Why(server, name).live.play(flow)
    server.faults[:] = [hang("/configmaps", 5)] if flag == "--request-timeout" else []
    config = server.kubeconfig(row.case, *(name for name in server.cases if name != row.case))
    words = row.words.replace("FOLDER", str(tmp_path)).split()
    env = environment(KUBECONFIG=config)
    done = subprocess.run(["kubectl", "why", *words], env=env, capture_output=True, text=True, timeout=60)
    assert re.search(row.seen, done.stdout + done.stderr, re.MULTILINE), done.stdout + done.stderr
    assert done.returncode == row.status
    assert row.then(server)


def test_a_shell_opens_where_there_is_a_terminal(server):
    why = Why(server, CRASHING)
    why.live.play("sleep-copy")
    terminal = Terminal(why, POD, "--sleep", "--shell")
    terminal.until("/ $ ")
    terminal.type("exit\r")
    assert terminal.status() == 1 and why.live.copies == []


def test_every_flag_is_typed_in_each_of_its_spellings():
    options = {
        param.opts[-1]: param.opts for param in main.get_params(main.make_context("why", [], resilient_parsing=True))[1:]
    }
    typed = {word for row in ROWS.values() for word in row.words.split()}
    assert ROWS.keys() == options.keys()
    for flag, spellings in options.items():
        assert typed & set(spellings), flag


def test_every_format_is_typed():
    typed = {words[words.index("-o") + 1] for row in ROWS.values() if "-o" in (words := row.words.split())}
    assert typed | {"table"} == set(FORMAT_NAMES)
