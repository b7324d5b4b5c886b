"""With fewer rights: what the remaining facts allow, and UNSEEN names the rules that are missing."""

import json
import re
from collections.abc import Iterable
from typing import NamedTuple

import pytest
from click.testing import CliRunner

from kubectl_why.cli import main
from kubectl_why.resources import RESOURCES
from tests.replay import Fault, Replay, fail
from tests.score import CALM
from tests.test_cases import BY_NAME, target_of
from tests.test_rights import Right, asked_of, granted

CONFIDENCE = ["certain", "likely", "possible", None]
WELL = (*CALM, "healthy")
Asked = tuple[str, Right]
"""A namespace, "" for the whole cluster, and what is to be allowed there."""
# What a Role in the namespace of a pod may allow, and nothing beyond that namespace.
ROLES = {
    "pods, their logs and events": {
        *(Right("", "pods", verb) for verb in ("get", "list")),
        Right("", "pods/log", "get"),
        Right("", "events", "list"),
    },
    "the roles kubectl-why and kubectl-why-secrets": granted("namespace") | granted("secrets"),
}


class Answered(NamedTuple):
    status: int
    diagnosis: dict
    """Empty where there is none."""
    errors: str
    asked: frozenset[Asked]

    @property
    def verdict(self) -> str:
        return self.diagnosis["verdict"]

    @property
    def first(self) -> dict:
        return next(iter(self.diagnosis["verdicts"]), {})

    @property
    def causes(self) -> list[tuple[str, list[str]]]:
        """Each verdict, with what is behind it."""
        return [(found["cause"], [inner["cause"] for inner in found["because"]]) for found in self.diagnosis["verdicts"]]

    @property
    def unseen(self) -> str:
        return json.dumps(self.diagnosis["notChecked"])


def ask(server: Replay, name: str, *words: str) -> Answered:
    """What is said of a case: of what its user asked about, or of `words`."""
    kind, namespace, target = target_of(BY_NAME[name])[:3]
    server.requests.clear()
    words = [*(words or (f"{kind}/{target}",)), "-n", namespace, "-o", "json"]
    done = CliRunner().invoke(main, words, env={"KUBECONFIG": server.kubeconfig(name)})
    asked = frozenset(found for request in server.requests if (found := asked_of(*request)))
    return Answered(done.exit_code, json.loads(done.stdout or "{}"), done.stderr, asked)


def path(asked: Asked) -> str:
    """The pattern of the paths that this right opens."""
    namespace, (group, resource, verb) = asked
    name, slash, part = resource.partition("/")
    place = f"namespaces/{re.escape(namespace)}/" if namespace and name != "namespaces" else ""
    one = (re.escape(namespace) if name == "namespaces" else "[^/?]+") + slash + part
    return rf"/apis?/(?:{re.escape(group)}/)?v1/{place}{name}{f'/{one}' if verb == 'get' else ''}(?:\?|$)"


def without(asked: Asked) -> Fault:
    """Forbids what this right allows, and nothing else."""
    return fail(rf"^GET /[^/]+{path(asked)}", 403)


def with_only(rights: Iterable[Asked]) -> Fault:
    """Forbids all but what these rights allow."""
    return fail(rf"^GET /[^/]+(?!{'|'.join(map(path, rights))})/apis?/(?:[^/]+/)?v1/[a-z]", 403)


def needed(asked: Asked) -> str:
    """The rule as UNSEEN names it."""
    namespace, (group, resource, verb) = asked
    name, slash, part = resource.partition("/")
    return (
        f"needs {verb} {name}{'.' if group else ''}{group}{slash}{part} {f'in {namespace}' if namespace else 'cluster-wide'}"
    )


def check(whole: Answered, less: Answered, forbidden: Iterable[Asked]) -> None:
    """That without these rights the answer is poorer, and not wrong."""
    named = any(needed(asked) in less.unseen for asked in forbidden)
    confidence, before = (CONFIDENCE.index(found.first.get("confidence")) for found in (less, whole))
    assert less.causes == whole.causes or named, (less.causes, less.unseen)
    if less.verdict == whole.verdict:
        assert confidence >= before
    else:
        # What it explains is true as well.
        assert less.first.get("confidence") != "certain" or less.verdict in whole.first["explains"], less.verdict
    # Without events what has begun a moment ago is starting, and said to be seen in part.
    assert less.verdict not in WELL or whole.verdict in WELL or (less.verdict == "starting" and named)
    hidden = {(namespace, right.resource) for namespace, right in forbidden if right.verb == "get"}
    for seen in (seen for verdict in less.diagnosis["verdicts"] for seen in verdict["evidence"]):
        kind, _, rest = seen["object"].partition("/")
        place = rest.partition("/")[0] if "/" in rest else ""
        assert (place, RESOURCES[kind].plural) not in hidden or seen["value"] != "not found", seen


@pytest.fixture(scope="module")
def answers(recordings: Replay) -> dict[str, Answered]:
    """Of every recorded case, with all rights."""
    recordings.faults.clear()
    return {name: ask(recordings, name) for name in BY_NAME}


def covering(answers: dict[str, Answered]) -> list[str]:
    """A few cases that ask for every right that any of them asks for."""
    rights = {name: {right for _, right in found.asked} for name, found in answers.items()}
    missing, chosen = set().union(*rights.values()), []
    while missing:
        chosen.append(max(rights, key=lambda name: len(rights[name] & missing)))
        missing -= rights[chosen[-1]]
    return chosen


def test_a_right_less_makes_the_answer_poorer_and_not_wrong(answers, replay, figures):
    wrong = {}
    for name in covering(answers):
        for asked in sorted(answers[name].asked):
            replay.faults[:] = [without(asked)]
            figures["single rights taken away"] += 1
            less = ask(replay, name)
            try:
                if less.diagnosis:
                    check(answers[name], less, [asked])
                else:
                    assert less.status == 4 and "forbidden" in less.errors
            except AssertionError as error:
                wrong[name, needed(asked)] = str(error).splitlines()[0]
    assert not wrong, "\n".join(f"{what}: {why}" for what, why in wrong.items())


@pytest.mark.parametrize("role", ROLES)
def test_rights_in_the_namespace_alone_give_a_verdict_that_says_what_it_lacks(role, answers, replay, figures, request):
    """Each recorded case; and with the rights that UNSEEN names, and no others, the answer is whole.

    `--long`: also where the first verdict is the same already.
    """
    every, wrong = request.config.getoption("--long"), {}
    for name, whole in answers.items():
        found = whole.diagnosis["target"]
        rights = {(found["namespace"], right) for right in ROLES[role]}
        # Of a workload that may not be read its pod is asked about.
        words = [] if (found["namespace"], Right("apps", "deployments", "get")) in rights else [f"pod/{found['name']}"]
        if words and found["kind"] != "Pod":
            continue
        figures["cases with rights in their namespace alone"] += 1
        try:
            replay.faults[:] = [with_only(rights)]
            less = ask(replay, name, *words)
            assert less.diagnosis, less.errors
            check(whole, less, less.asked - rights)
            while less.diagnosis != whole.diagnosis if every else less.first != whole.first:
                named = {asked for asked in less.asked - rights if needed(asked) in less.unseen}
                assert named, f"{less.diagnosis} where nothing is said to be unseen that would tell more"
                rights |= named
                replay.faults[:] = [with_only(rights)]
                less = ask(replay, name, *words)
        except AssertionError as error:
            wrong[name] = str(error).splitlines()[0]
    assert not wrong, "\n".join(f"{what}: {why}" for what, why in wrong.items())


def test_rights_in_the_namespace_alone_are_enough_for_its_triage(replay):
    case = "shop-prod"
    words = ["-n", case, "-o", "json", "--kubeconfig", replay.kubeconfig(case)]
    whole = json.loads(CliRunner().invoke(main, words).stdout)
    replay.faults[:] = [with_only((case, right) for right in granted("namespace") | granted("secrets"))]
    less = json.loads(CliRunner().invoke(main, words).stdout)
    assert [row(item) for item in less["items"]] == [row(item) for item in whole["items"]] != []
    assert needed(("", Right("", "nodes", "list"))) in json.dumps(less["notChecked"])


def row(item: dict) -> tuple[str, list[str]]:
    return item["workload"], [verdict["cause"] for verdict in item["diagnosis"]["verdicts"]]
