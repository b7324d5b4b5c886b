"""No text from the cluster becomes shell syntax in a command that is offered: real shells parse each of them."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from kubectl_why.diagnose import diagnose
from kubectl_why.redact import printable
from kubectl_why.snapshot import Snapshot
from tests.score import CASES

HOSTILE = (
    "$(touch x)",
    "`touch x`",
    "a;touch x",
    "a|b>x",
    "a\ntouch x",
    "a!b",
    "-o",
    "~",
    "*?[a]",
    "it's",
    'say "x"',
    "=ls",
    "a&b",
)
SHELLS = [shell for shell in ("bash", "dash") if shutil.which(shell)]


def commands(diagnosis):
    def of(verdict):
        yield from (remedy.command for remedy in verdict.finding.remedies if remedy.command)
        for inner in (*verdict.because, *verdict.explained):
            yield from of(inner)

    return [command for verdict in diagnosis.verdicts for command in of(verdict)]


def renamed(path: Path, hostile: str) -> Snapshot:
    """The case, in which the pod, its containers, its namespace and its owner have another name."""
    text = path.read_text()
    data = json.loads(text)
    pod = data.get("pod") or {}
    names = {data["target"][2], data["target"][1], pod.get("metadata", {}).get("name")}
    names |= {item["name"] for item in pod.get("spec", {}).get("containers", [])}
    names |= {owner.get("metadata", {}).get("name") for owner in data.get("owners", [])}
    names = {name for name in names if name}
    return Snapshot.from_json(_with(data, names, hostile))


def _with(value, names, hostile):
    if isinstance(value, dict):
        return {
            "/".join(hostile if p in names else p for p in k.split("/")): _with(v, names, hostile) for k, v in value.items()
        }
    if isinstance(value, list):
        return [_with(item, names, hostile) for item in value]
    return hostile if isinstance(value, str) and value in names else value


@pytest.mark.skipif(not SHELLS, reason="Windows has no sh")
def test_each_command_stays_the_words_that_it_is(tmp_path, figures):
    wanted = []
    for number, path in enumerate(sorted(CASES.glob("*/*/snapshot.json"))):
        hostile = HOSTILE[number % len(HOSTILE)]
        wanted += [(hostile, command) for command in commands(diagnose(renamed(path, hostile)))]
    assert len(wanted) > 50
    # In the place of kubectl and sed stands what prints its words, and a line after each command.
    tool = tmp_path / "kubectl"
    tool.write_text('#!/bin/sh\nfor word; do printf "%s\\037" "$word"; done\n')
    tool.chmod(0o755)
    (tmp_path / "sed").symlink_to(tool)
    there = {*tmp_path.iterdir()}
    for shell in SHELLS:
        script = "\n".join(f"{command}\necho\necho =====" for _, command in wanted)
        done = subprocess.run(
            [shutil.which(shell), "-c", script],
            env={"PATH": f"{tmp_path}:/usr/bin:/bin", "HOME": "/home/nobody"},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
        assert {*tmp_path.iterdir()} == there and done.stderr == ""
        told = done.stdout.split("\n=====\n")
        assert len(told) == len(wanted) + 1
        for (hostile, command), words in zip(wanted, told, strict=False):
            figures["hostile commands parsed by shells"] += 1
            if printable(hostile) in command:
                assert printable(hostile) in words, command
            if hostile == "-o":
                argv = words.replace("\n", "").split("\x1f")
                after = [
                    argv[at - 1]
                    for at, word in enumerate(argv)
                    if word == "-o" and argv[at + 1 : at + 2] not in (["yaml"], ["wide"])
                ]
                assert {*after} <= {"-n", "-c"}, command
