"""The documents say what the program does: parts of them are made from it. `make accept` rewrites them."""

import re
import textwrap
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from kubectl_why.causes import STAGES, all_causes
from kubectl_why.cli import main

ROOT = Path(__file__).parent.parent
README, ALERTS = ROOT / "README.md", ROOT / "docs" / "alerts.md"


def causes_page(_: object) -> str:
    """docs/causes.md: every cause's page, by family in the order in which a pod comes to them."""
    lines = ["# The causes", "", "Made from the pages in the code (`make accept`). Each verdict names one of these ids.", ""]
    for family in STAGES:
        causes = [cause for cause in all_causes() if cause.family == family and not cause.is_symptom]
        if causes:
            lines += [f"## {family}", ""]
        for cause in causes:
            first, _, rest = cause.doc.strip().partition("\n")
            lines += [f"### {cause.id}", "", first, "", textwrap.dedent(rest).strip(), ""]
    return "\n".join(lines).rstrip() + "\n"


def block(text: str) -> str:
    return "\n" + textwrap.indent(text.rstrip(), "    ").replace("\n    \n", "\n\n") + "\n"


def with_block(document: str, name: str, text: str) -> str:
    """The document with what stands between its markers replaced."""
    marked = re.compile(rf"(<!-- {name} -->\n).*?(<!-- /{name} -->)", re.DOTALL)
    assert marked.search(document), f"no markers for {name}"
    return marked.sub(lambda match: match[1] + block(text) + "\n" + match[2], document)


def readme(replay) -> str:
    runner = CliRunner()
    help_text = runner.invoke(main, ["--help"], prog_name="kubectl why").output
    pod = "orders-api-6cc546bb44-48b9h"
    run = runner.invoke(main, [pod, "--kubeconfig", replay.kubeconfig("orders-api")]).output
    document = with_block(README.read_text(), "help", help_text)
    return with_block(document, "run", f"$ kubectl why {pod}\n{run}")


def alerts_page(_: object) -> str:
    """docs/alerts.md with a row for each alert."""
    (group,) = yaml.safe_load(CliRunner().invoke(main, ["--alerts", "-o", "rules"]).output)["groups"]
    rows = ["| alert | says | after |", "|---|---|---|"]
    for rule in group["rules"]:
        says = re.sub(r"\{\{ \$labels\.(\w+) \}\}", lambda label: label[1].upper(), rule["annotations"]["summary"])
        rows.append(f"| {rule['alert']} | {says} | {rule.get('for', 'at once')} |")
    table = "\n".join(rows)
    return re.sub(r"(<!-- alerts -->\n).*?(<!-- /alerts -->)", rf"\1\n{table}\n\n\2", ALERTS.read_text(), flags=re.DOTALL)


MADE = {"README.md": readme, "docs/causes.md": causes_page, "docs/alerts.md": alerts_page}


@pytest.mark.parametrize("document", MADE)
def test_document_is_made_from_the_program(document, replay, request):
    made = MADE[document](replay)
    if request.config.getoption("--accept"):
        (ROOT / document).write_text(made)
    assert (ROOT / document).read_text() == made


def test_readme_begins_with_the_two_commands():
    commands = re.findall(r"^    (make \w+|pip \S+)", README.read_text(), re.MULTILINE)
    assert commands[:2] == ["make demo", "make test"]


def test_readme_links_lead_somewhere():
    for document in (README, ROOT / "ARCHITECTURE.md", ROOT / "docs" / "json.md"):
        for target in re.findall(r"\]\(([^)#]+)", document.read_text()):
            assert (document.parent / target).exists() or target.startswith("http"), target
