"""--explain and --causes: every word that a person may have before them leads to a page, and pages name real causes."""

import json
import re
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
import yaml
from click.testing import CliRunner

from kubectl_why import exits
from kubectl_why.causes import STAGES, all_causes
from kubectl_why.cli import main
from kubectl_why.manual import catalogue, meant, pages, words
from kubectl_why.model import Confidence
from kubectl_why.reasons import reasons
from kubectl_why.remarks import OWN, PHASES, REMARKS, STATUSES

SCHEMA = json.loads((Path(__file__).parent.parent / "docs" / "manual.schema.json").read_text())
IDS = {cause.id for cause in all_causes() if not cause.is_symptom}


def explain(*arguments: str):
    return CliRunner().invoke(main, ["--explain", *arguments], prog_name="kubectl why")


def names(word: str) -> list[str]:
    return explain(word, "-o", "name").stdout.split("\n")[:-1]


EXPLAINED = {
    # a cause, in any case and with either dash
    "oom-killed": ["oom-killed"],
    "OOM_Killed": ["oom-killed"],
    # what `explains` in -o json may name, too
    "container-ended": ["container-ended"],
    # exit codes, as they are written in many places
    "137": ["137"],
    "0x8b": ["139"],
    "exit code 137": ["137"],
    "exit status 1": ["1"],
    "exit-code 2": ["2"],
    "ExitCode:127": ["127"],
    "rc=3": ["3"],
    "0": ["0"],
    "256": ["256"],
    # of Windows: with and without its sign, hexadecimal
    "0xc0000005": ["3221225477 (0xC0000005, -1073741819)"],
    "3221225477": ["3221225477 (0xC0000005, -1073741819)"],
    "-1073741819": ["3221225477 (0xC0000005, -1073741819)"],
    "0xc000013a": ["3221225786 (0xC000013A, -1073741510)"],
    # signals; a bare number is an exit code
    "SIGKILL": ["SIGKILL (9)"],
    "kill": ["SIGKILL (9)"],
    "signal 9": ["SIGKILL (9)"],
    "Signal:9": ["SIGKILL (9)"],
    "kill -9": ["SIGKILL (9)"],
    "-9": ["SIGKILL (9)"],
    "sigterm": ["SIGTERM (15)"],
    "9": ["9"],
    # words of Kubernetes
    "CrashLoopBackOff": ["CrashLoopBackOff"],
    "crashloopbackoff": ["CrashLoopBackOff"],
    "OutOfcpu": ["OutOfcpu"],
    "OutOfnvidia.com/gpu": ["OutOf*"],
    "Pending": ["Pending"],
    "Init:1/3": ["Init:0/1"],
    "Init:ImagePullBackOff": ["ImagePullBackOff"],
    "FailedScheduling": ["FailedScheduling"],
    "ReadinessGatesNotReady": ["ReadinessGatesNotReady"],
    # more than one meaning
    "terminated": ["terminated", "Terminated"],
    "completed": ["Completed", "completed"],
    # words of this program's own
    "healthy": ["healthy"],
    "unknown": ["Unknown", "unknown"],
    "likely": ["likely"],
    # a family
    "image": ["image"],
    "memory-and-disk": ["memory-and-disk"],
}


@pytest.mark.parametrize(("word", "want"), EXPLAINED.items(), ids=EXPLAINED)
def test_word_is_explained(word, want):
    assert names(word) == want


def test_words_need_no_quotes():
    assert explain("exit", "code", "137").stdout == explain("137").stdout


@pytest.mark.parametrize(
    ("slip", "want"),
    {
        "CrashLoopBackof": "CrashLoopBackOff",
        "crashloop": "CrashLoopBackOff",
        "oomkiled": "oom-killed",
        "imagepulbackoff": "ImagePullBackOff",
        "SIGKIL": "SIGKILL",
        "evict": "Evicted",
    }.items(),
)
def test_near_word_is_offered(slip, want):
    found = explain(slip)
    assert found.exit_code == 2
    assert f"{slip}: did you mean {want}?" in found.stderr
    assert pages(want)


@pytest.mark.parametrize(
    "word",
    [
        "",
        "frobnicate",
        "9" * 5000,
        "0x" + "f" * 5000,
        "signal " + "9" * 5000,
        "\x1b[31m",
        "é" * 300,
        "99999999999999999999",
        "--",
        "0x",
    ],
)
def test_unknown_word_is_a_wrong_use_in_words(word):
    found = explain(word)
    assert found.exit_code == 2
    assert found.stdout == ""
    assert "Traceback" not in found.stderr
    assert "\x1b" not in found.stderr


def test_every_word_has_a_page():
    known = set(words())
    assert known >= IDS | {stage for stage in STAGES if stage != "symptoms"} | {row.name for row in reasons()}
    for word in known:
        found = pages(word)
        assert found and all(page.summary.endswith((".", "causes")) for page in found), word


@pytest.mark.parametrize("code", range(256))
def test_every_exit_code_has_a_page_that_says_something(code):
    (page,) = pages(str(code))
    assert page.causes or page.text
    for name, meaning in page.programs:
        assert name and meaning


def test_leads_are_causes():
    tables = (exits.EXITS, exits.SIGNALS, exits.WINDOWS, REMARKS.values())
    leads = [lead for table in tables for row in table for lead in row.leads]
    leads += [lead for word in words() for page in pages(word) for lead in page.causes]
    assert {lead.cause for lead in leads} <= IDS
    assert not [lead for lead in leads if lead.when.endswith(".") and lead.when not in SUMMARIES]


SUMMARIES = {page.summary for page in catalogue()}


def test_remarks_are_about_words_and_name_no_cause_that_their_row_does_not():
    rows = {(row.kind, row.name): row for row in (*reasons(), *PHASES, *STATUSES)}
    for key, remark in REMARKS.items():
        if rows[key].causes:
            assert {lead.cause for lead in remark.leads} <= set(rows[key].causes), key


def test_every_confidence_is_explained():
    assert {row.name for row in OWN if row.kind == "confidence"} == {confidence.value for confidence in Confidence}


def test_remark_on_one_meaning_is_not_on_another():
    ended, resized = explain("Error").stdout.split("reason of a condition")
    assert "exit code" in ended
    assert "exit code" not in resized


@pytest.mark.parametrize("number", [1, 2, 3, 4, 6, 7, 8, 9, 11, 13, 14, 15, 24, 25, 31])
def test_signal_and_its_exit_code_say_the_same(number):
    (of_signal,), (of_code,) = pages(f"signal {number}"), pages(str(128 + number))
    assert of_signal.name.split()[0] in of_code.summary
    assert of_signal.causes == of_code.causes


def test_signals_are_those_of_this_system():
    import signal

    if sys.platform != "linux":
        pytest.skip("the numbers are those of Linux")
    for row in exits.SIGNALS:
        assert getattr(signal, row.name, row.number) == row.number


@pytest.mark.parametrize("word", ["137", "CrashLoopBackOff", "oom-killed", "image", "SIGKILL", "terminated", "3221225477"])
@pytest.mark.parametrize("form", ["json", "yaml"])
def test_data_keeps_to_its_schema(word, form):
    found = explain(word, "-o", form)
    jsonschema.validate(json.loads(found.stdout) if form == "json" else yaml.safe_load(found.stdout), SCHEMA)


def test_every_word_keeps_to_the_schema():
    from kubectl_why.render.manual import as_data

    validator = jsonschema.Draft202012Validator(SCHEMA)
    for word in (*words(), *map(str, range(256))):
        validator.validate(as_data(pages(word)))


def test_causes_lists_every_id_once():
    run = lambda *more: CliRunner().invoke(main, ["--causes", *more])  # noqa: E731
    listed = run("-o", "name").stdout.split()
    assert sorted(listed) == sorted(IDS)
    assert [item["name"] for item in json.loads(run("-o", "json").stdout)["items"]] == listed
    jsonschema.validate(yaml.safe_load(run("-o", "yaml").stdout), SCHEMA)
    table = run().stdout
    for page in catalogue():
        assert re.search(rf"^{page.name} +{re.escape(page.summary[:20])}", table, re.MULTILINE)
    assert run("pod").exit_code == 2


@pytest.mark.parametrize("arguments", [["--causes"], ["--explain", "137"], ["--explain", "CrashLoopBackOff"]])
def test_fits_a_terminal(arguments, monkeypatch):
    from kubectl_why.cli import answers
    from kubectl_why.render import Paper

    monkeypatch.setattr(answers, "paper", lambda: Paper(width=80))
    printed = CliRunner().invoke(main, arguments).stdout
    assert max(map(len, printed.splitlines())) <= 80
    assert "\x1b" not in printed


def test_explain_needs_no_client_and_little_time():
    """Beside what loading the causes costs: 30 ms of processor time, and nothing that talks to a cluster."""
    code = (
        "import sys, time\nfrom kubectl_why.cli import main\nfrom kubectl_why.causes import all_causes\nall_causes()\n"
        "start = time.process_time()\n"
        "try: main(['--explain', '137'])\nexcept SystemExit: pass\n"
        "print(time.process_time() - start, file=sys.stderr)\n"
        "print([m for m in ('kubernetes', 'urllib3', 'yaml', 'tabulate', 'ssl') if m in sys.modules], file=sys.stderr)"
    )
    runs = [subprocess.run([sys.executable, "-c", code], capture_output=True, text=True) for _ in range(4)]
    spent, imported = zip(*(run.stderr.strip().splitlines() for run in runs), strict=True)
    assert set(imported) == {"[]"}
    assert min(map(float, spent)) < 0.03


def test_meant_is_never_the_word_itself():
    assert not [word for word in list(words())[::25] if meant(word) == word]


@pytest.mark.parametrize(
    "others", [["-n", "shop"], ["--demo"], ["-f", "x.json"], ["-A"], ["-c", "api"], ["--context", "x"], ["-l", "app=x"]]
)
@pytest.mark.parametrize("asked", [["--explain", "137"], ["--causes"], ["--alerts"]], ids=lambda words: words[0])
def test_what_makes_no_sense_beside_it_is_a_wrong_use(asked, others):
    found = CliRunner().invoke(main, [*asked, *others])
    assert found.exit_code == 2
    assert asked[0] in found.stderr
    assert found.stdout == ""
