"""Commands that are offered reach the cluster that was looked at: they carry the flags by which it was chosen."""

import json
import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from kubectl_why.cli import main
from kubectl_why.commands import kubectl, kubectl_why
from kubectl_why.diagnose import diagnose
from kubectl_why.model import Diagnosis, Remedy
from tests.replay import environment, fail
from tests.test_cases import FOUND, recorded_snapshot, target_of, verdicts_in
from tests.test_looking_inside import POD, running, running_pod, server, why  # noqa: F401 - fixtures

ACCESS = ("--context=it's; $(prod)", "--as=dev team", "--as-group=a", "--as-group=b")


def remedies(diagnosis: Diagnosis) -> Iterator[Remedy]:
    for verdict in verdicts_in(diagnosis.verdicts):
        yield from verdict.finding.remedies


def commands_in(text: str) -> list[list[str]]:
    """Every command that stands in a text, in words."""
    starts = [match.start() for match in re.finditer(r"(?<![\w./`'-])kubectl ", text)]
    found = []
    for start, end in zip(starts, [*starts, len(text)][1:], strict=True):
        line = text[start:end].splitlines()[0]
        words = shlex.shlex(line, posix=True, punctuation_chars=";&|")
        words.whitespace_split = True
        found.append([])
        for word in words:
            if set(word) <= set(";&|"):
                break
            found[-1].append(word)
    return found


def test_every_command_of_every_recording_has_the_flags(figures):
    for case in FOUND:
        snapshot = recorded_snapshot(case)
        pairs = zip(remedies(diagnose(snapshot)), remedies(diagnose(snapshot, access=ACCESS)), strict=True)
        for without, with_flags in pairs:
            for plain, text in ((without.command, with_flags.command), (without.message, with_flags.message)):
                before, after = (commands_in(part or "") for part in (plain, text))
                assert [[word for word in words if word not in ACCESS] for words in after] == before
                for words in after:
                    flags = [word for word in words if word in ACCESS]
                    assert flags == list(ACCESS), (case.name, text)
                    assert (words[1] in ACCESS) != (words[1] == "why"), "a plugin's flags stand behind its name"
                    figures["commands with the flags that choose the cluster"] += 1


ROWS = [  # have -> want
    (kubectl("get", "pod", "a b", namespace="n"), "kubectl -n n get pod 'a b'"),
    (kubectl("apply", ("-f", "-"), access=["--as=x y"]), "kubectl '--as=x y' apply -f -"),
    (kubectl("set", "env", "A=$(x)", namespace="n", access=["--user=u"]), "kubectl --user=u -n n set env 'A=$(x)'"),
    (kubectl_why("p", ["--sleep"], namespace="n", access=["--user=u"]), "kubectl why p -n n --user=u --sleep"),
]


@pytest.mark.parametrize("have, want", ROWS)
def test_a_command_is_quoted_for_a_shell(have, want):
    assert have == want


# --- through the real command ----------------------------------------------------------------------------------------

FORMATS = ("table", "wide", "json", "yaml", "markdown")
# A crash whose remedy is a change, a chain of pods, an end without a word, of which a look inside would tell more.
CASES = ("orders-api", "erp-sync", "ledger-export")


def texts(value: object) -> Iterator[str]:
    """The texts of plain data that are no quotations of the cluster's."""
    if isinstance(value, str):
        yield value
    if isinstance(value, (list, dict)):
        of_ours = value if isinstance(value, list) else [part for name, part in value.items() if name != "evidence"]
        yield from (text for part in of_ours for text in texts(part))


# In the prose of Markdown a word with an underscore, which a temporary folder may have, is marked as code.
PARSE = {"json": json.loads, "yaml": yaml.safe_load, "markdown": lambda text: text.replace("`", "")}


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("case", CASES)
def test_what_is_printed_has_the_flags_that_were_typed(replay, case, format):
    file = replay.kubeconfig(case)
    typed = ["--kubeconfig", file, "--context", case, "--cluster", case, "--user", "tester", "--as", "it's me"]
    want = [f"--kubeconfig={file}", f"--context={case}", f"--cluster={case}", "--user=tester", "--as=it's me"]
    kind, _, name = target_of(replay.cases[case])[:3]
    for target in ([f"{kind}/{name}"], []):
        printed = CliRunner().invoke(main, [*target, "-n", replay.cases[case].namespace, "-o", format, *typed]).stdout
        found = [words for text in texts(PARSE.get(format, str)(printed)) for words in commands_in(text)]
        assert found or not target, printed
        for words in found:
            assert [word for word in words if word in want] == want, words


def test_a_command_that_was_printed_reaches_the_same_cluster(replay):
    """Pasted into a shell, with real kubectl, whose own configuration is empty."""
    case = "orders-api"
    asked = ["kubectl", "why", "deploy/orders-api", "--kubeconfig", replay.kubeconfig(case), "--as", "o'neil"]
    env = environment(KUBECONFIG="/dev/null")
    done = subprocess.run([*asked, "-o", "json"], capture_output=True, text=True, env=env)
    (command,) = [item["command"] for item in json.loads(done.stdout)["verdicts"][0]["remedies"] if "command" in item][:1]
    replay.requests.clear()
    subprocess.run(["sh", "-c", f"{command} --dry-run=server"], capture_output=True, env=env)
    assert any(f"/{case}/apis/apps/v1/" in url for _, url in replay.requests), command


def test_files_know_no_cluster():
    printed = CliRunner().invoke(main, ["--demo", "-o", "wide"]).stdout
    assert "kubectl -n" in printed and "--context" not in printed


def test_a_saved_look_has_no_flags(replay, tmp_path):
    file = tmp_path / "seen"
    CliRunner().invoke(
        main, ["deploy/orders-api", "--save", str(file), "--as", "ann", "--kubeconfig", replay.kubeconfig("orders-api")]
    )
    assert "--as" not in file.read_text() and "kubeconfig" not in file.read_text()


def test_commands_of_a_look_inside(why):  # noqa: F811
    flags = ["--as=ann"]
    kept = why(POD, "--sleep", "--keep", "--as=ann")
    dry = why(POD, "--sleep", "--dry-run", "--as=ann")
    why.live.stored["v1/pods"][-1]["status"]["phase"] = "Succeeded"
    again = why(POD, "--sleep", "--as=ann")
    why.server.faults += [fail("^DELETE", 403)]
    left = why(POD, "--sleep", "--as=ann")
    for text, count in ((kept.stderr, 1), (dry.stdout.splitlines()[0], 1), (again.stderr, 1), (left.stderr, 2)):
        found = commands_in(text)
        assert len(found) == count, text
        for words in found:
            assert [word for word in words if word in flags] == flags, words


def test_a_debug_patch_is_sent_with_the_flags(running):  # noqa: F811
    first = running(running_pod(running), "--debug", "--dry-run", "--as=ann").stdout.splitlines()[0]
    (words,) = commands_in(first)
    assert "--as=ann" in words and words[-1] == "--patch-file=/dev/stdin"


def test_a_login_that_is_refused_is_checked_with_the_flags(replay):
    replay.faults += [fail("", 401)]
    said = CliRunner().invoke(main, ["x", "--kubeconfig", replay.kubeconfig("orders-api"), "--as=ann"]).stderr
    assert "auth whoami" in said and "--as=ann" in said


@pytest.mark.parametrize("names, word", [(["it's $(prod)"], "it's $(prod)"), (["a", "b"], "CONTEXT")])
def test_a_context_is_set_in_the_file_that_was_typed(replay, tmp_path, names, word):
    """By the command that is offered, with real kubectl."""
    config = json.loads(Path(replay.kubeconfig("orders-api")).read_text())
    contexts = [{"name": name, "context": config["contexts"][0]["context"]} for name in names]
    file = tmp_path / "a config"
    file.write_text(json.dumps({**config, "contexts": contexts, "current-context": ""}))
    said = CliRunner().invoke(main, ["x", "--kubeconfig", str(file)]).stderr
    (words,) = commands_in(said)
    assert words == ["kubectl", f"--kubeconfig={file}", "config", "use-context", word]
    line = said[said.index("kubectl --") if "kubectl --" in said else said.index("kubectl '") :]
    subprocess.run(["sh", "-c", line.replace("CONTEXT", names[0])], env=environment(KUBECONFIG="/dev/null"), check=True)
    assert yaml.safe_load(file.read_text())["current-context"] == names[0]
