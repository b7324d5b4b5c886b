"""With a right less: what the remaining facts allow, and UNSEEN names the rule that is missing."""

import json
import re
from typing import NamedTuple

import pytest
from click.testing import CliRunner

from kubectl_why.cli import main
from tests.replay import Replay, fail
from tests.score import CALM
from tests.test_cases import BY_NAME, target_of
from tests.test_rights import Right, asked_of

CONFIDENCE = ["certain", "likely", "possible", None]
WELL = (*CALM, "healthy")
Asked = tuple[str, Right]
"""A namespace, "" for the whole cluster, and what is to be allowed there."""


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
    def unseen(self) -> str:
        return json.dumps(self.diagnosis["notChecked"])


def ask(server: Replay, name: str) -> Answered:
    kind, namespace, target = target_of(BY_NAME[name])[:3]
    server.requests.clear()
    words = [f"{kind}/{target}", "-n", namespace, "-o", "json"]
    done = CliRunner().invoke(main, words, env={"KUBECONFIG": server.kubeconfig(name)})
    asked = frozenset(found for request in server.requests if (found := asked_of(*request)))
    return Answered(done.exit_code, json.loads(done.stdout or "{}"), done.stderr, asked)


def without(asked: Asked):
    """The fault that forbids what this right allows, and nothing else."""
    namespace, (group, resource, verb) = asked
    name, slash, part = resource.partition("/")
    path = rf"/apis?/(?:{re.escape(group)}/)?v1/" + (f"namespaces/{re.escape(namespace)}/" if namespace else "") + name
    if verb == "get":
        path += "/[^/?]+" + slash + part
    return fail(rf"^GET /[^/]+{path}(?:\?|$)", 403)


def needed(asked: Asked) -> str:
    """The rule as UNSEEN names it."""
    namespace, (group, resource, verb) = asked
    name, slash, part = resource.partition("/")
    return (
        f"needs {verb} {name}{'.' if group else ''}{group}{slash}{part} {f'in {namespace}' if namespace else 'cluster-wide'}"
    )


def check(whole: Answered, less: Answered, asked: Asked) -> None:
    """That a right less makes the answer poorer, and not wrong."""
    if not less.diagnosis:
        assert less.status == 4 and "forbidden" in less.errors
        return
    confidence, before = (CONFIDENCE.index(found.first.get("confidence")) for found in (less, whole))
    same = less.verdict == whole.verdict
    assert same or needed(asked) in less.unseen, (less.verdict, less.unseen)
    assert same or less.first.get("confidence") != "certain", less.verdict
    assert not same or confidence >= before
    # Without events what has begun a moment ago is starting, and said to be seen in part.
    assert less.verdict not in WELL or whole.verdict in WELL or (less.verdict == "starting" and needed(asked) in less.unseen)
    named = re.escape(asked[1].resource)
    for verdict in less.diagnosis["verdicts"]:
        for seen in verdict["evidence"]:
            kind = seen["object"].partition("/")[0].lower()
            assert not (asked[1].verb == "get" and seen["value"] == "not found" and re.match(kind, named)), seen


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
            try:
                check(answers[name], ask(replay, name), asked)
            except AssertionError as error:
                wrong[name, needed(asked)] = str(error).splitlines()[0]
    assert not wrong, "\n".join(f"{what}: {why}" for what, why in wrong.items())
