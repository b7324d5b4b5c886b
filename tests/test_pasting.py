"""No text from the cluster, nor from the user, becomes shell syntax or a flag in a command that is offered.

Every value of a recording that stands in one of its commands is replaced by hostile ones, wherever it stands in the
recording: names, keys, variables, images, labels, nodes. Real shells then say what words they make of the commands.
"""

import json
import re
import shutil
import subprocess
from collections import Counter
from functools import cache
from itertools import cycle, islice

import pytest

from kubectl_why import commands
from kubectl_why.commands import kubectl, kubectl_why
from kubectl_why.diagnose import diagnose
from kubectl_why.redact import printable
from kubectl_why.snapshot import Snapshot
from tests.replay import environment
from tests.score import CASES
from tests.test_cases import verdicts_in

SHELLS = {
    shell: [shell, *options]
    for shell, options in {
        "bash": ["-O", "extglob"],
        "dash": [],
        "zsh": ["-f", "-o", "extendedglob", "-o", "magicequalsubst"],
        "fish": ["--no-config"],
        "ksh": [],
        "busybox": ["sh"],
    }.items()
    if shutil.which(shell)
}
HOSTILE = (
    *("$(touch x)", "`touch x`", "${IFS}", "$HOME", "%self", "a;touch x", "a|b>x", "a&b", "a\ntouch x", "a\rtouch x"),
    *("a!b", "!!", "~", "~root", "*?[a]", "{a,b}", "=ls", "^a^b", "#a", "(a)", "a b", " ", "\ta"),
    *("it's", "'", 'say "x"', "a\\", "\\'; touch x; \\'", "\\\\'$(touch x)", "a\\\\", "\\"),
    *("-x", "--all", "--server=http://x", "-", "--", "-=a", "--raw", "\x1b[31m", "\u202ea", "é", "\ud800"),
)
# How many of them take the place of one value, in turn: in `make test`, and with --long.
FEW, MANY = 2, 8
# Flags whose value is the next word, and all flags that we offer.
WITH_VALUE = {"-n", "-c", "-p", "-l", "-o", "--field-selector"}
FLAGS = WITH_VALUE | {
    *("-A", "-f", "--as", "--context", "--docker-password", "--docker-server", "--docker-username", "--force", "--from"),
    *("--from-file", "--from-literal", "--grace-period", "--keys", "--limits", "--overwrite", "--previous", "--replicas"),
    *(
        "--containers",
        "--requests",
        "--resource",
        "--role",
        "--clusterrole",
        "--serviceaccount",
        "--subresource",
        "--to-revision",
    ),
    *("--type", "--value", "--verb", "--wait", "--debug", "--sleep", "--run", "--shell", "--kubeconfig"),
}


@pytest.fixture
def made(monkeypatch) -> dict[str, list[str]]:
    """Every command that is made, and the words that it is of."""
    found: dict[str, list[str]] = {}
    command = commands.command

    def noted(*words: str) -> str:
        text = command(*words)
        found[text] = [*map(printable, words)]
        return text

    for module in (commands, __import__("kubectl_why.causes.scheduling.storageclass_not_found", fromlist=["command"])):
        monkeypatch.setattr(module, "command", noted)
    return found


def offered(diagnosis) -> list[str]:
    return [
        remedy.command
        for verdict in verdicts_in(diagnosis.verdicts)
        for remedy in verdict.finding.remedies
        if remedy.command
    ]


@cache
def recording(name: str) -> str:
    return (CASES / name / "snapshot.json").read_text()


NAMES = sorted("/".join(path.parts[-3:-1]) for path in CASES.glob("*/*/snapshot.json"))


@cache
def fields() -> set[str]:
    """The words of Kubernetes' API: what several recordings have as a key."""
    found = Counter(key for name in NAMES for key in keys(json.loads(recording(name))))
    return {key for key, count in found.items() if count > 4 and key.isalnum()}


def values_in(name: str) -> list[str]:
    """The values of a recording that stand in the commands that are offered for it."""
    data = json.loads(recording(name))
    text = "\n".join(offered(diagnose(Snapshot.from_json(data))))
    return sorted(
        value
        for value in strings(data) - fields()
        if 1 < len(value) < 254
        and value in text
        and value[0] != "-"
        and value.lower() not in WORDS
        and re.search(alone(value), text)
    )


def alone(value: str) -> str:
    return rf"(?<![\w.-]){re.escape(value)}(?![\w.-])"


# What stands in a command of ours whatever the cluster is, or says what kind of object it is that is changed.
WORDS = {
    *("app", "cronjob", "daemonset", "deployment", "job", "pod", "pvc", "replicaset", "statefulset", "service", "node"),
    *("configmap", "secret", "get", "set", "edit", "exec", "name", "true", "yaml"),
}


def keys(value) -> set[str]:
    if isinstance(value, dict):
        return {*value}.union(*map(keys, value.values()))
    return set().union(*map(keys, value)) if isinstance(value, list) else set()


def strings(value) -> set[str]:
    """Every text of plain data: values, keys, and the parts of references."""
    if isinstance(value, dict):
        keys = {part for key in value for part in {key, *key.split("/")}}
        return keys.union(*map(strings, value.values()))
    if isinstance(value, list):
        return set().union(*map(strings, value))
    return {value} if isinstance(value, str) else set()


def replaced(name: str, value: str, hostile: str) -> dict:
    """The recording with something else in the place of a value: of texts, of parts of references, in messages."""
    pattern = re.compile(alone(value))

    def within(part):
        if isinstance(part, dict):
            return {within(key): within(inner) for key, inner in part.items()}
        if isinstance(part, list):
            return [within(inner) for inner in part]
        return pattern.sub(lambda _: hostile, part) if isinstance(part, str) and value in part else part

    return within(json.loads(recording(name)))


def is_of(command: str, made: dict) -> bool:
    """Whether a command is one of those, or several in a row or a pipe."""
    if command in made:
        return True
    starts = (part + between for part in made for between in (" && ", " | "))
    return any(is_of(command[len(start) :], made) for start in starts if command.startswith(start))


def flags_of(words: list[str]) -> set[str]:
    """The flags among the words of a command, as kubectl tells them: each at its own place, until --."""
    found, rest = set(), iter(words)
    for word in rest:
        if word == "--":
            break
        if word.startswith("-") and word != "-":
            found.add(word.partition("=")[0])
            if word in WITH_VALUE:
                next(rest)
    return found


@pytest.mark.skipif(not SHELLS, reason="Windows has no sh")
def test_each_command_stays_the_words_that_it_is(made, figures, tmp_path, request):
    wanted: dict[str, list[str]] = {}
    many = MANY if request.config.getoption("--long") else FEW
    turn, reached = cycle(HOSTILE), 0
    for name in NAMES:
        for value in values_in(name):
            stands = False
            for hostile in islice(turn, many):
                made.clear()
                access = tuple(f"--{flag}={hostile}" for flag in ("context", "kubeconfig", "as"))
                for command in offered(diagnose(Snapshot.from_json(replaced(name, value, hostile)), access=access)):
                    # A number that is for the user to fill in stands without quotation marks.
                    assert is_of(command.replace(":UID}", ':"USER-ID"}'), made), command
                for command, words in made.items():
                    assert flags_of(words) <= FLAGS, command
                    stands |= any(printable(hostile) in word for word in words[1 + len(access) :])
                wanted |= made
            reached += stands
    assert reached > 400
    figures["values of commands that were hostile"] += reached
    for shell in SHELLS:
        assert_words(shell, wanted, tmp_path)
        figures["hostile commands parsed by shells"] += len(wanted)


# In the place of kubectl and sed stands what prints its words, and a line after each command.
SAYS = {"fish": "function NAME; printf '%s\\x1f' $argv; echo; echo '====='; end\n"}
SAYS_ELSE = "NAME() { printf '%s\\037' \"$@\"; echo; echo '====='; }\n"


def assert_words(shell: str, wanted: dict[str, list[str]], folder) -> None:
    """That a shell makes these words of these commands, and does nothing else."""
    says = "".join(SAYS.get(shell, SAYS_ELSE).replace("NAME", name) for name in ("kubectl", "sed"))
    script = folder / "script"
    script.write_text(says + "\n".join(wanted) + "\n")
    here = folder / "here"
    here.mkdir(exist_ok=True)
    done = subprocess.run(
        [*SHELLS[shell], str(script)],
        env={"PATH": "/usr/bin:/bin", "HOME": str(folder / "home"), "LC_ALL": "C.UTF-8"},
        cwd=here,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert (done.stderr, done.returncode, [*here.iterdir()]) == ("", 0, [])
    told = done.stdout.split("\n=====\n")
    assert len(told) == len(wanted) + 1
    for (command, words), said in zip(wanted.items(), told, strict=False):
        assert said.split("\x1f")[:-1] == words[1:], (shell, command)


# What is made of what begins like a flag, and what kubectl says of it.
LIKE_FLAGS = [
    (("describe", "pvc", "a", "-b"), 'persistentvolumeclaims "-b" not found'),
    (("cordon", "--all"), 'nodes "--all" not found'),
    (("logs", "-b", ("-c", "-o")), 'pods "-b" not found'),
    (("exec", "pod/-b", ("-c", "-o", "--", "-x")), 'pods "-b" not found'),
    (("patch", "configmap", "-b", ("--type=merge", "-p", "{}")), 'configmaps "-b" not found'),
    (("label", "node", "-b", "-a=VALUE", ("--overwrite",)), 'nodes "-b" not found'),
    (("set", "env", "deployment/orders-api", ("-c", "api", "--dry-run=client", "-o", "yaml"), "-A=VALUE"), "name: -A"),
    (("set", "image", "deployment/orders-api", "-c=IMAGE"), 'unable to find container named "-c"'),
    (("rollout", "undo", "-kind/name"), 'doesn\'t have a resource type "-kind"'),
    (("create", "configmap", "-b", ("--from-literal=a=b",)), "exactly one NAME is required"),
    (("get", "pod", ""), "resource name may not be empty"),
]


@pytest.mark.skipif(not shutil.which("kubectl"), reason="kubectl is not installed")
@pytest.mark.parametrize(
    "words, said", LIKE_FLAGS, ids=lambda part: " ".join(map(str, part)) if isinstance(part, tuple) else ""
)
def test_kubectl_takes_no_name_for_a_flag(replay, words, said):
    line = kubectl(*words, namespace="orders-api", access=[f"--kubeconfig={replay.kubeconfig('orders-api')}"])
    done = subprocess.run(["sh", "-c", line], capture_output=True, text=True)
    assert said in done.stdout + done.stderr, line


def test_a_pod_whose_name_is_like_a_flag_is_a_pod(replay):
    line = kubectl_why(
        "--all", ["--sleep"], namespace="orders-api", access=[f"--kubeconfig={replay.kubeconfig('orders-api')}"]
    )
    done = subprocess.run(["sh", "-c", line], capture_output=True, text=True, env=environment())
    assert (done.returncode, done.stderr) == (4, 'error: pod "--all" not found in namespace "orders-api"\n'), line
