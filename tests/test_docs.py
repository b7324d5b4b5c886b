"""The documents say what the program does: parts of them are made from it. `make accept` rewrites them."""

import re
import shutil
import subprocess
import tempfile
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from kubectl_why.causes import STAGES, all_causes
from kubectl_why.cli import main
from kubectl_why.credentials import FORMS, NAMED, RULES, masked
from tests import man, test_examination
from tests.picture import THEMES, on_terminal, svg
from tests.replay import Replay, environment
from tests.score import CASES
from tests.wire.live import Live

ROOT = Path(__file__).parent.parent
README, ALERTS, SCRIPTING = ROOT / "README.md", ROOT / "docs" / "alerts.md", ROOT / "docs" / "scripting.md"
DOCUMENTS = [README, ROOT / "ARCHITECTURE.md", *sorted((ROOT / "docs").glob("*.md"))]
CASE, POD = "orders-api", "orders-api-6cc546bb44-48b9h"


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
    document = README.read_text()
    document = with_block(document, "help", runner.invoke(main, ["--help"], prog_name="kubectl why").output)
    document = with_block(document, "before", before(replay))
    for name, case, *words in (("run", CASE, POD), ("triage", "shop-prod")):
        printed = runner.invoke(main, words, env={"KUBECONFIG": replay.kubeconfig(case)}).output
        document = with_block(document, name, f"$ kubectl why{''.join(f' {word}' for word in words)}\n{printed}")
    return with_block(document, "inside", looked_into())


# The five commands that a verdict replaces (tests/bench.py), and what of their lines is shown.
FIVE = {
    f"get pod {POD}": ".",
    f"describe pod {POD}": r"^    (Last State|Ready)|^      (Reason|Exit Code)|^      orders-",
    f"logs {POD} --previous": r"KeyError|^gunicorn",
    "get events": "BackOff",
    "get configmap": ".",
}


def before(replay) -> str:
    """What the five commands print: some lines of each, and how many are left out."""
    env = environment(KUBECONFIG=replay.kubeconfig(CASE))
    lines, total = [], 0
    for words, shown in FIVE.items():
        printed = subprocess.run(["kubectl", *words.split()], env=env, capture_output=True, text=True, check=True).stdout
        kept = [line if len(line) < 110 else line[:107] + "..." for line in printed.splitlines() if re.search(shown, line)]
        left = len(printed.splitlines()) - len(kept)
        lines += [f"$ kubectl {words}", *kept, *([f"[{left} more lines]"] if left else [])]
        total += len(printed.splitlines())
    assert total > 200
    return "\n".join(lines)


def looked_into() -> str:
    """A look into a copy whose image has a script with CRLF: examine.sh really run there."""
    row = test_examination.ROWS["CRLF"]
    with tempfile.TemporaryDirectory() as root, Replay([CASES / row.pod]) as server:
        (name,) = server.cases
        pod = server.cases[name].about["target_pods"][0]
        live = server.cases[name] = Live(server.cases[name])
        live.says["mailer"] = "\n".join(test_examination.lines_of(row, Path(root))) + "\n"
        done = CliRunner().invoke(main, [pod, "--sleep"], env={"KUBECONFIG": server.kubeconfig(name)})
    # The name of a copy ends by chance.
    return f"$ kubectl why {pod} --sleep\n" + re.sub(r"(?<=-why-)\w{5}", "x2k9p", done.stderr + done.stdout)


def scripting_page(replay) -> str:
    """docs/scripting.md with what each of its scripts prints."""
    env = environment(KUBECONFIG=replay.kubeconfig("shop-prod"))

    def with_output(match: re.Match) -> str:
        with tempfile.TemporaryDirectory() as folder:
            done = subprocess.run(["sh", "-c", match[1]], cwd=folder, env=env, capture_output=True, text=True)
        return f"```sh\n{match[1]}```\n\n```text\n{done.stdout}```"

    return re.sub(r"```sh\n(.*?)```\n\n```text\n.*?```", with_output, SCRIPTING.read_text(), flags=re.DOTALL)


def picture(theme: str) -> Callable[[Replay], str]:
    """The picture of the README: a real run on a terminal."""

    def made(replay: Replay) -> str:
        command = ["kubectl", "why", "deploy/orders-api"]
        printed = on_terminal(command, environment(KUBECONFIG=replay.kubeconfig("shop-prod")))
        return svg(" ".join(command), printed, theme)

    return made


def alerts_page(_: object) -> str:
    """docs/alerts.md with a row for each alert."""
    (group,) = yaml.safe_load(CliRunner().invoke(main, ["--alerts", "-o", "rules"]).output)["groups"]
    rows = ["| alert | says | after |", "|---|---|---|"]
    for rule in group["rules"]:
        says = re.sub(r"\{\{ \$labels\.(\w+) \}\}", lambda label: label[1].upper(), rule["annotations"]["summary"])
        rows.append(f"| {rule['alert']} | {says} | {rule.get('for', 'at once')} |")
    table = "\n".join(rows)
    return re.sub(r"(<!-- alerts -->\n).*?(<!-- /alerts -->)", rf"\1\n{table}\n\n\2", ALERTS.read_text(), flags=re.DOTALL)


def masking_page(_: object) -> str:
    """docs/masking.md with what each rule does to its example."""
    rows = ["| what | for example | is kept as |", "|---|---|---|"]
    for rule in (*RULES, *NAMED):
        rows.append(f"| {rule.what} | `{rule.example}` | `{masked(rule.example)}` |")
    tokens = ["| of | begin with |", "|---|---|", *(f"| {whose} | `{looks}` |" for whose, _, looks in FORMS)]
    document = (ROOT / "docs" / "masking.md").read_text()
    for name, table in (("rules", rows), ("tokens", tokens)):
        before, _, rest = document.partition(f"<!-- {name} -->\n")
        _, marker, after = rest.partition(f"<!-- /{name} -->")
        document = "\n".join([before + f"<!-- {name} -->", "", *table, "", marker + after])
    return document


MADE = {
    "docs/masking.md": masking_page,
    "README.md": readme,
    "docs/causes.md": causes_page,
    "docs/alerts.md": alerts_page,
    "docs/scripting.md": scripting_page,
    "docs/man/kubectl-why.1": lambda _: man.page(),
    **{f"docs/why-{theme}.svg": picture(theme) for theme in THEMES},
}


# What they are made with; Windows has no sh.
NEEDS = {"README.md": ("kubectl", "sh"), "docs/scripting.md": ("kubectl", "sh", "jq")}
NEEDS |= {f"docs/why-{theme}.svg": ("kubectl", "sh") for theme in THEMES}


@pytest.mark.parametrize("document", MADE)
def test_document_is_made_from_the_program(document, replay, request):
    for program in NEEDS.get(document, ()):
        if not shutil.which(program):
            pytest.skip(f"{program} is not on PATH")
    made = MADE[document](replay)
    if request.config.getoption("--accept"):
        (ROOT / document).parent.mkdir(exist_ok=True)
        (ROOT / document).write_text(made)
    assert (ROOT / document).read_text() == made


def test_scripts_print_something():
    printed = re.findall(r"```text\n(.*?)```", SCRIPTING.read_text(), re.DOTALL)
    assert len(printed) == 10 and all(printed)


def test_readme_begins_with_the_two_commands():
    commands = re.findall(r"^    (make \w+|pip \S+)", README.read_text(), re.MULTILINE)
    assert commands[:2] == ["make demo", "make test"]


def anchors(document: Path) -> set[str]:
    """The headings of a page, as GitHub makes anchors of them."""
    headings = re.findall(r"^#+ (.+)$", document.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(document):
    text = document.read_text()
    for link in re.findall(r"\]\(([^)\s]+)\)", text) + re.findall(r"(?:src|srcset)=\"([^\"]+)", text):
        target, _, anchor = link.partition("#")
        if link.startswith("https://"):
            continue
        place = (document.parent / target) if target else document
        assert place.exists(), link
        assert not anchor or anchor in anchors(place), link


def test_every_document_is_linked():
    """From the README, directly or by a page that it links."""
    linked = " ".join(document.read_text() for document in DOCUMENTS)
    for document in (ROOT / "docs").rglob("*.*"):
        assert document.name in linked, document


@pytest.mark.skipif(not shutil.which("man"), reason="no man here")
def test_manual_page_has_no_faults():
    done = subprocess.run(["man", "--warnings", "-l", ROOT / "docs/man/kubectl-why.1"], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    assert "kubectl-why - why a pod does not work" in " ".join(done.stdout.split())


@pytest.mark.skipif(not shutil.which("mandoc"), reason="no mandoc here")
def test_manual_page_has_no_faults_for_mandoc():
    page = ROOT / "docs/man/kubectl-why.1"
    done = subprocess.run(["mandoc", "-T", "lint", "-W", "error", page], capture_output=True, text=True)
    assert done.stdout == ""
