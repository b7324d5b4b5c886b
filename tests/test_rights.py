"""The roles in docs/rbac grant what the program asks for, and nothing else: its requests, collected over all cases.

`make accept` writes the rules; what stands above them is written by hand.
"""

import os
import re
import shutil
import subprocess
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml
from click.testing import CliRunner

from kubectl_why.cli import main
from kubectl_why.resources import RESOURCES, WORKLOADS
from tests.crowd import Made
from tests.replay import Replay, Target, environment
from tests.test_cases import BY_NAME, target_of
from tests.test_looking_inside import CASES, CRASHING, POD, Terminal, Why, running_pod

ROLES = Path(__file__).parent.parent / "docs" / "rbac"
VERBS = {"POST": "create", "PATCH": "patch", "DELETE": "delete"}
# The roles of kinds of runs, and what goes with each: who has one has these too.
BESIDE = {
    "namespace": (),
    "watch": ("namespace",),
    "debug": ("namespace",),
    "sleep": ("namespace",),
    "shell": ("namespace", "sleep"),
}
WATCHED = ("Pod", *WORKLOADS)
Requests = Iterable[tuple[str, str]]


class Right(NamedTuple):
    group: str
    resource: str
    """As a role names it: pods, pods/log."""
    verb: str


def asked_of(method: str, url: str) -> tuple[str, Right] | None:
    """In which namespace a request is to be allowed ("" is the whole cluster), and what; None for what everybody may."""
    path, _, query = url.partition("?")
    target = Target.parse("/" + path.lstrip("/").partition("/")[2])
    # Discovery and questions about oneself: system:discovery and system:basic-user allow them to all who are logged in.
    if target is None or target.resource == "selfsubjectaccessreviews":
        return None
    verb = VERBS.get(method) or ("get" if target.name else "watch" if "watch=" in query else "list")
    if target.sub == "exec":
        verb = "create"  # also where it is a GET, since 1.35: AuthorizePodWebsocketUpgradeCreatePermission
    resource = f"{target.resource}/{target.sub}" if target.sub else target.resource
    return target.place, Right(target.group_version.rpartition("/")[0], resource, verb)


# --- what is asked for -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def runs(recordings: Replay) -> dict[str, set[tuple[str, Right]]]:
    """What each kind of run asks for."""
    found: dict[str, set[tuple[str, Right]]] = defaultdict(set)
    for kind, requests in (*reading(recordings), *completing(recordings), *watching(recordings), *looking()):
        found[kind] |= {asked for method, url in requests if (asked := asked_of(method, url))}
    return found


def reading(server: Replay) -> Iterator[tuple[str, Requests]]:
    for name, case in BY_NAME.items():
        kind, _, target = target_of(case)[:3]
        words = [("namespace", f"{kind}/{target}"), ("namespace", "--all")]
        if name == CRASHING:
            words += [("all namespaces", "-A"), *(("namespace", word) for word in (target[:-1], "no"))]
            words += [("namespace", f"{kind}/no") for kind in WORKLOADS]
        for run, word in words:
            server.requests.clear()
            place = [] if word == "-A" else ["-n", case.namespace]
            CliRunner().invoke(main, [word, *place, "-o", "name", "--kubeconfig", server.kubeconfig(name)])
            yield run, list(server.requests)


def completing(server: Replay) -> Iterator[tuple[str, Requests]]:
    env = environment(KUBECONFIG=server.kubeconfig(CRASHING))
    for words in ([""], ["deploy/"], ["-n", ""], [POD, "-c", ""]):
        server.requests.clear()
        subprocess.run(["kubectl_complete-why", *words], stdout=subprocess.DEVNULL, env=env)
        yield "completion", list(server.requests)


def watching(server: Replay) -> Iterator[tuple[str, Requests]]:
    """--watch of every kind. A recording refuses to be watched: that it was asked is what counts."""
    selector = {"selector": {"matchLabels": {"app": "x"}}}
    server.cases["kinds"] = Made("kinds", *({"kind": kind, "metadata": {"name": "x"}, "spec": selector} for kind in WATCHED))
    server.requests.clear()
    env = environment(KUBECONFIG=server.kubeconfig("kinds"))
    running = [
        subprocess.Popen(["kubectl-why", f"{kind}/x", "--watch"], stdout=subprocess.DEVNULL, env=env) for kind in WATCHED
    ]
    deadline = time.monotonic() + 60
    asked: set[str] = set()
    while len(asked) < len(WATCHED) and time.monotonic() < deadline:
        asked = {asked_of(*request)[1].resource for request in list(server.requests) if "watch=" in request[1]}
        time.sleep(0.05)
    for process in running:
        process.terminate()
        process.wait()
    assert asked == {RESOURCES[kind].plural for kind in WATCHED}
    yield "watch", list(server.requests)


def looking() -> Iterator[tuple[str, Requests]]:
    with Replay([CASES / "silent-exit" / CRASHING, CASES / "healthy" / "stock-ticker"]) as server:
        why = Why(server, CRASHING)
        for words in (["--sleep"], ["--sleep", "--run", "--keep"], ["--cleanup"]):
            why(POD, *words)
        yield "sleep", list(server.requests)
        why = Why(server, "stock-ticker")
        why.live.play("debug-target-running")
        why(running_pod(why), "--debug")
        yield "debug", list(server.requests)
        if os.name != "nt" and shutil.which("kubectl"):
            why = Why(server, CRASHING)
            why.live.play("sleep-copy")
            terminal = Terminal(why, POD, "--sleep", "--shell")
            terminal.until("/ $ ")
            terminal.type("exit\r")
            assert terminal.status() == 1
            yield "shell", list(server.requests)


# --- the roles -------------------------------------------------------------------------------------------------------


def granted(name: str) -> set[Right]:
    """What a role allows."""
    (role,) = yaml.safe_load_all((ROLES / f"{name}.yaml").read_text())
    assert (role["kind"], role["metadata"]["name"]) == (
        "ClusterRole",
        "kubectl-why" + ("" if name == "namespace" else f"-{name}"),
    )
    return {
        Right(group, resource, verb)
        for rule in role["rules"]
        for group in rule["apiGroups"]
        for resource in rule["resources"]
        for verb in rule["verbs"]
    }


def wanted(runs: dict[str, set[tuple[str, Right]]]) -> dict[str, set[Right]]:
    """What each role is to allow."""
    roles: dict[str, set[Right]] = defaultdict(set)
    for run in BESIDE:
        for namespace, right in runs[run]:
            role = "secrets" if right.resource == "secrets" else run if namespace else "cluster"
            if not any(right in roles[other] for other in BESIDE[run]):
                roles[role].add(right)
    roles["cluster"] |= {right for namespace, right in runs["completion"] if not namespace}
    return roles


def rules(rights: Iterable[Right]) -> str:
    """The rules of a role, resources of the same verbs together."""
    verbs: dict[tuple[str, str], list[str]] = defaultdict(list)
    for group, resource, verb in sorted(rights):
        verbs[group, resource].append(verb)
    together: dict[tuple, list[str]] = defaultdict(list)
    for (group, resource), some in verbs.items():
        together[group, tuple(some)].append(resource)
    lines = ["rules:"]
    for (group, some), resources in together.items():
        lines += [f'- apiGroups: ["{group}"]', f"  resources: [{', '.join(resources)}]", f"  verbs: [{', '.join(some)}]"]
    return "\n".join(lines) + "\n"


def test_the_roles_grant_what_is_asked_for_and_nothing_else(runs, figures, request):
    roles = wanted(runs)
    assert roles.keys() == {file.stem for file in ROLES.glob("*.yaml")}
    for name, rights in roles.items():
        file = ROLES / f"{name}.yaml"
        if request.config.getoption("--accept"):
            file.write_text(re.sub(r"(?ms)^rules:.*", rules(rights), file.read_text()))
        assert granted(name) == rights, name
    figures["requests held against the roles of docs/rbac"] += sum(map(len, runs.values()))


def test_a_namespace_is_completed_and_all_are_looked_at_with_the_same_roles(runs):
    """Bound to the whole cluster the role of a namespace is what -A needs."""
    allowed = granted("namespace") | granted("cluster") | granted("secrets")
    assert {right for _, right in runs["all namespaces"] | runs["completion"]} <= allowed


def test_what_a_look_inside_asks_of_is_what_it_needs(runs):
    """debug/rights.py names a right before it is used."""
    from kubectl_why.debug import rights

    for run, named in (("sleep", rights.SLEEP), ("debug", rights.DEBUG), ("shell", (*rights.SLEEP, *rights.SHELL))):
        used = {right for _, right in runs[run] if right.resource.partition("/")[0] == "pods" and right.verb != "list"}
        assert {Right("", right.resource, right.verb) for right in named} <= used, run


def test_the_page_names_every_role():
    page = (ROLES.parent / "rights.md").read_text()
    assert set(re.findall(r"\(rbac/([\w-]+)\.yaml\)", page)) == {file.stem for file in ROLES.glob("*.yaml")}
