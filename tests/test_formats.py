"""The formats, as a user asks for them: what another program does with what is printed."""

import json
import re

import pytest
from click.testing import CliRunner

from kubectl_why.cli import main
from kubectl_why.model import NotChecked
from kubectl_why.render.markdown import block, code, prose
from kubectl_why.render.table import unseen
from tests.replay import fail
from tests.test_cases import BY_NAME, FOUND

CASE, POD = "orders-api", "orders-api-6cc546bb44-48b9h"


def printed(replay, *arguments: str, case: str = CASE) -> str:
    return CliRunner().invoke(main, arguments, env={"KUBECONFIG": replay.kubeconfig(case)}).output


def outside_of_code(text: str) -> str:
    """What of a Markdown text is no code, by CommonMark's rules for fences (4.5) and spans (6.1)."""
    rest, fence = [], ""
    for line in text.split("\n"):
        mark = re.match(r"`{3,}", line)
        if fence:
            fence = "" if mark and len(mark[0]) >= len(fence) and not line.strip("`") else fence
        elif mark:
            fence = mark[0]
        else:
            rest.append(re.sub(r"(?<!`)(`+)(?!`).+?(?<!`)\1(?!`)", "CODE", line))
    assert not fence, "a fence is not closed"
    return "\n".join(rest)


HOSTILE = (
    "KeyError: '```\\n# @channel <!here> [x](http://evil.example) <img src=x> `a` **b** $c$ &amp; | ~~~ :tada:",
    "KeyError: www.evil.example",
    "````` KeyError: 'A`B'",
    "~~~",
    "KeyError: 'DATABASE_PASSWORD\u202e'",
)


def test_markdown_cannot_be_broken_by_what_a_log_says(replay):
    body = "\n".join(HOSTILE).encode()
    replay.faults.append(fail("/log", 200, body))
    text = printed(replay, POD, "-o", "markdown")
    assert text.startswith(f"**`{CASE}/{POD}`** CrashLoopBackOff")
    assert "\u202e" not in text
    assert_harmless(text)


@pytest.mark.parametrize("name", BY_NAME)
def test_markdown_of_each_case(name):
    text = CliRunner().invoke(main, ["-f", str(BY_NAME[name].folder / "snapshot.json"), "-o", "markdown"]).output
    assert_harmless(text)
    assert "\n|" not in text


def assert_harmless(text: str) -> None:
    rest = re.sub(
        r"^\*\*(Why|Because|Pods|Seen|Now|Proper|Next|Also|Inside|Unseen|CODE)\*\*", "", outside_of_code(text), flags=re.M
    )
    assert not re.search(r"[`*_<>\[\]|#@~&${}\\!]|:\w+:|://|www\.", rest), rest


def test_markdown_holds_what_the_table_does(replay):
    text = printed(replay, POD, "-o", "markdown")
    for words in (
        "**Why**: api: environment variable `DATABASE_PASSWORD` is not set",
        "(`missing-env-var`, likely)",
        "log api:87   KeyError: 'DATABASE_PASSWORD'",
        "```sh\nkubectl -n orders-api patch deployment/orders-api",
        "**Pods**: 2 of 2 pods fail alike",
    ):
        assert words in text


# have -> want
@pytest.mark.parametrize(
    "text, want",
    [
        ("plain words, and (parentheses).", "plain words, and (parentheses)."),
        ("env FOO_BAR, (A_B): x", "env `FOO_BAR`, (`A_B`): x"),
        ("ask @all", "ask `@all`"),
        ("a `b` c", "a `` `b` `` c"),
        ("issue #12", "issue `#12`"),
        ("two  spaces", "two  spaces"),
        ("\x1b[31mred", "`\\x1b[31mred`"),
        ("(", "("),
        ("", ""),
    ],
)
def test_prose(text, want):
    assert prose(text) == want


def test_code_is_fenced_by_more_than_it_holds():
    assert code("a``b") == "```a``b```"
    assert block("x ```` y") == "`````text\nx ```` y\n`````"


def test_json_is_indented_as_kubectl_prints_it(replay):
    text = printed(replay, POD, "-o", "json")
    assert text.startswith(
        '{\n    "apiVersion": "kubectl-why/v1",\n    "kind": "Diagnosis",\n    "target": {\n        "kind"'
    )
    assert text.endswith("}\n")


def test_wide_quotes_all(replay):
    quotations = {case.name: len(seen(printed(replay, *target(case), case=case.name))) for case in FOUND[::20]}
    for case in FOUND[::20]:
        assert len(seen(printed(replay, *target(case), "-o", "wide", case=case.name))) >= quotations[case.name]


def target(case) -> tuple[str, ...]:
    return (case.about["target_pods"][0],) if case.about["target_pods"] else (case.about["target"],)


def seen(text: str) -> list[str]:
    return re.findall(r"^(?:SEEN|    ) .*$", text, re.M)


def test_yaml_turns_no_reading_direction_and_keeps_letters(replay):
    line = "KeyError: 'DATABASE_PASSWORD' Gr\u00fc\u00dfe"
    replay.faults.append(fail("/log", 200, line.encode()))
    assert "Gr\u00fc\u00dfe" in printed(replay, POD, "-o", "yaml")
    replay.faults[:] = [fail("/log", 200, f"{line} \u202e\u200b".encode())]
    text = printed(replay, POD, "-o", "yaml")
    assert "\u202e" not in text and "\u200b" not in text
    assert json.loads(printed(replay, POD, "-o", "json"))["verdict"] == "missing-env-var"


def test_what_failed_alike_is_told_once():
    alike = [
        NotChecked(what, "answered 503")
        for what in ("Secret/shop/db", "NetworkPolicy/shop/*", "Pod/shop/web/log/api --previous")
    ]
    assert unseen(alike) == [
        "Secret db (answered 503): that it is missing, or wrong, is not ruled out",
        "NetworkPolicies of the namespace (answered 503): what they would say is not ruled out",
        "log api --previous (answered 503): what it says is not known",
    ]
    many = [*alike, *(NotChecked(f"ConfigMap/shop/c{number}", "answered 503") for number in range(9))]
    names = ", ".join(["Secret db, NetworkPolicies, log api --previous", *(f"ConfigMap c{number}" for number in range(5))])
    assert unseen([*many, NotChecked("Node/n1", "forbidden")]) == [
        f"12 reads (answered 503): {names} and 4 more: what they would say is not ruled out",
        "Node n1 (forbidden): that it is missing, or wrong, is not ruled out",
    ]
    assert "ConfigMap c8" in unseen(many, wide=True)[0]


def test_rights_that_are_missing_are_named_together():
    many = [NotChecked(f"{kind}/shop/x", f"forbidden: needs get {kind.lower()}s in shop") for kind in "ABCD"]
    assert unseen([*many, many[0]]) == [
        "5 reads (forbidden: needs get as in shop, get bs in shop, get cs in shop, get ds in shop): A x, B x, C x, D x, "
        "A x: what they would say is not ruled out"
    ]
