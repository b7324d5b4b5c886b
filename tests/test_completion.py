"""Completion, as a shell gets it: from real kubectl's __complete, and from the bare executable."""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kubectl_why.causes import all_causes
from kubectl_why.completion import Choice, as_cobra, offered
from tests.replay import environment, fail, hang

CASE = "orders-api"
POD, OTHER = "orders-api-6cc546bb44-48b9h", "orders-api-6cc546bb44-7sb4w"
TYPES = ["cronjob/", "daemonset/", "deployment/", "job/", "replicaset/", "replicationcontroller/", "statefulset/"]
DEFAULT, NO_FILES, NO_SPACE = 0, 4, 2


@pytest.fixture
def tab(replay):
    """What stands at the cursor after these words: values with their descriptions, and the directive to the shell."""

    def press(*words: str, case: str = CASE, through_kubectl: bool = False, **variables: str):
        program = ["kubectl", "__complete", "why"] if through_kubectl else ["kubectl_complete-why"]
        if not shutil.which(program[0], path=environment()["PATH"]):
            pytest.skip(f"{program[0]} is not on PATH")
        variables = {"KUBECONFIG": replay.kubeconfig(case), **variables}
        done = subprocess.run([*program, *words], env=environment(**variables), capture_output=True, text=True, timeout=30)
        assert done.returncode == 0
        *lines, directive = done.stdout.splitlines()
        if not through_kubectl:
            assert done.stderr == ""
        return dict((line.partition("\t")[::2]) for line in lines), int(directive.removeprefix(":"))

    return press


# the words after `kubectl why`, the last one at the cursor; the values; the directive
WANTED = {
    "pods and types": ([""], [*TYPES, POD, OTHER], NO_FILES),
    "pods": (["ord"], [POD, OTHER], NO_FILES),
    "a type": (["dep"], ["deployment/"], NO_FILES + NO_SPACE),
    "names of a type": (["deploy/"], ["deploy/orders-api"], NO_FILES),
    "names of a type, as kubectl takes it too": (["deployments.apps", "o"], ["orders-api"], NO_FILES),
    "nothing after a pod": ([POD, ""], [], NO_FILES),
    "no such type": (["frobs/"], [], NO_FILES),
    "namespace": (["-n", "or"], ["orders-api"], NO_FILES),
    "namespace in one word": (["--namespace=de"], ["default"], NO_FILES),
    "another namespace's pods": (["-n", "default", "or"], [], NO_FILES),
    "context": (["--context", ""], [CASE], NO_FILES),
    "cluster": (["--cluster", ""], [CASE], NO_FILES),
    "user": (["--user", ""], ["tester"], NO_FILES),
    "containers of a pod": ([POD, "-c", ""], ["api"], NO_FILES),
    "containers of a workload": (["deploy/orders-api", "--container", "a"], ["api"], NO_FILES),
    "no containers without a pod": (["-c", ""], [], NO_FILES),
    "format": (["-o", "js"], ["json"], NO_FILES),
    "format in one word": (["--output=ya"], ["yaml"], NO_FILES),
    "cause": (["--explain", "oom"], ["oom-killed"], NO_FILES),
    "reason": (["--explain", "CrashL"], ["CrashLoopBackOff"], NO_FILES),
    "signal": (["--explain", "SIGK"], ["SIGKILL"], NO_FILES),
    "flag": (["--kubec"], ["--kubeconfig"], NO_FILES),
    "a flag of a wrong line": (["--bogus", "--kubec"], ["--kubeconfig"], NO_FILES),
    "files": (["-f", ""], [], DEFAULT),
    "files of a kubeconfig": (["--kubeconfig", "/tm"], [], DEFAULT),
    "files to save to": (["--save", ""], [], DEFAULT),
}


@pytest.mark.parametrize(("words", "values", "directive"), WANTED.values(), ids=WANTED)
def test_words_at_the_cursor(tab, words, values, directive):
    found, said = tab(*words)
    assert (sorted(found), said) == (sorted(values), directive)


@pytest.mark.parametrize(
    "row",
    ["pods and types", "a type", "namespace in one word", "containers of a pod", "flag", "files", "nothing after a pod"],
)
def test_through_kubectl(tab, row):
    words, values, directive = WANTED[row]
    found, said = tab(*words, through_kubectl=True)
    assert (sorted(found), said) == (sorted(values), directive)


def test_pods_come_with_their_status(tab):
    assert tab("ord")[0] == {POD: "CrashLoopBackOff", OTHER: "Error"}


def test_flags_come_with_their_help(tab):
    from kubectl_why.cli import main

    found, _ = tab("-")
    for param in main.params:
        for name in param.opts if param.param_type_name == "option" else ():
            assert found[name] == " ".join(param.help.split()), name


def test_explain_offers_every_cause_with_what_it_says(tab):
    found, _ = tab("--explain", "")
    for cause in all_causes():
        if not cause.is_symptom:
            assert found[cause.id] == cause.doc.strip().splitlines()[0]


def test_kubeconfig_and_context_that_are_typed_are_those_that_are_asked(tab, replay, tmp_path):
    other = tmp_path / "config"
    both = json.loads(Path(replay.kubeconfig(CASE)).read_text())
    both["contexts"].append({"name": "elsewhere", "context": {"cluster": CASE, "user": "tester", "namespace": "default"}})
    other.write_text(json.dumps(both))
    nowhere = {"KUBECONFIG": str(tmp_path / "none")}
    assert tab("ord", **nowhere)[0] == {}
    assert list(tab("--kubeconfig", str(other), "ord", **nowhere)[0]) == [POD, OTHER]
    assert list(tab(f"--kubeconfig={other}", "--context", "else", **nowhere)[0]) == ["elsewhere"]
    assert tab("--kubeconfig", str(other), "--context", "elsewhere", "ord", **nowhere)[0] == {}
    assert list(tab("--kubeconfig", str(other), "--context", "elsewhere", "-n", CASE, "ord", **nowhere)[0]) == [POD, OTHER]


@pytest.mark.parametrize("status", [401, 403, 404, 500])
def test_refusal_is_an_empty_answer(tab, replay, status):
    replay.faults.append(fail("/pods", status))
    assert tab("ord") == ({}, NO_FILES)


def test_types_are_offered_where_pods_may_not_be_listed(tab, replay):
    replay.faults.append(fail("/pods", 403))
    assert list(tab("")[0]) == TYPES


def test_server_that_does_not_answer_is_waited_for_two_seconds(tab, replay):
    replay.faults.append(hang("/pods", 20))
    start = time.monotonic()
    assert tab("ord") == ({}, NO_FILES)
    assert time.monotonic() - start < 6


def test_login_plugin_that_hangs_or_asks_is_not_waited_for(tab, tmp_path):
    plugin = tmp_path / "login.py"
    plugin.write_text("import sys, time\nprint('Password:', file=sys.stderr, flush=True)\nsys.stdin.read()\ntime.sleep(8)\n")
    config = tmp_path / "config"
    exec_ = {"apiVersion": "client.authentication.k8s.io/v1", "command": sys.executable, "args": [str(plugin)]}
    config.write_text(
        json.dumps(
            {
                "current-context": "one",
                "contexts": [{"name": "one", "context": {"cluster": "one", "user": "one"}}],
                "clusters": [{"name": "one", "cluster": {"server": "http://127.0.0.1:9"}}],
                "users": [{"name": "one", "user": {"exec": {**exec_, "interactiveMode": "IfAvailable"}}}],
            }
        )
    )
    start = time.monotonic()
    assert tab("ord", KUBECONFIG=str(config)) == ({}, NO_FILES)
    assert time.monotonic() - start < 6


@pytest.mark.parametrize("words", [[], ["\x1b]0;x\x07"], ["-"], ["--", "x"], ["-n"], ["a", "b", "c", "d"], ["--output=\t"]])
def test_any_line_has_an_answer(tab, words):
    found, directive = tab(*words)
    assert directive in (DEFAULT, NO_FILES, NO_FILES + NO_SPACE)
    assert not [value for value in found if not value.isprintable()]


def test_one_request_and_no_objects(tab, replay):
    tab("ord")
    assert [path for _, path in replay.requests] == [
        f"/{CASE}/api/v1/namespaces/orders-api/pods?limit=1000&includeObject=None"
    ]


@pytest.mark.parametrize("words", [["ord"], ["-"], ["--explain", "oom"], [POD, "-c", ""], ["--context", ""]])
def test_takes_less_than_300_ms(words, replay):
    """Of processor time, once compiled: the time by the clock is that of whatever else runs here."""
    env = environment(KUBECONFIG=replay.kubeconfig(CASE))
    code = (
        "import sys, time\nfrom kubectl_why.cli import complete\nsys.argv[1:] = sys.argv[1:]\ncomplete()\n"
        "print(time.process_time(), file=sys.stderr)"
    )
    spent = []
    while min(spent, default=1) >= 0.3:
        assert len(spent) < 4, spent
        done = subprocess.run([sys.executable, "-c", code, *words], env=env, capture_output=True, text=True, check=True)
        spent.append(float(done.stderr))


def test_flags_and_formats_need_no_client():
    code = (
        "import sys\nfrom kubectl_why.cli import complete\nsys.argv[1:] = sys.argv[1:]\ncomplete()\n"
        "print([m for m in ('kubernetes', 'urllib3', 'yaml', 'ssl', 'tabulate') if m in sys.modules], file=sys.stderr)"
    )
    for words in (["-"], ["-o", ""], ["-f", ""], ["--explain", "oom"]):
        done = subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True)
        assert done.stderr.strip() == "[]", words


@pytest.mark.parametrize(("shell", "want"), {"bash": f"plain,{POD}", "zsh": f"plain\n{POD}", "fish": f"plain,{POD}"}.items())
def test_bare_executable_completes_with_click(replay, shell, want):
    words = {"COMP_WORDS": "kubectl-why ord", "COMP_CWORD": "ord" if shell == "fish" else "1"}
    variables = {"_KUBECTL_WHY_COMPLETE": f"{shell}_complete", "KUBECONFIG": replay.kubeconfig(CASE), **words}
    done = subprocess.run(["kubectl-why"], env=environment(**variables), capture_output=True, text=True)
    assert done.stdout.startswith(want)
    assert done.stderr == ""


@pytest.mark.skipif(os.name == "nt" or not shutil.which("bash"), reason="bash is not installed")
def test_bash_takes_the_script_of_the_bare_executable(replay):
    """The script is sourced, and what it registered is run as bash does for `kubectl-why ord<Tab>`."""
    script = (
        'eval "$(_KUBECTL_WHY_COMPLETE=bash_source kubectl-why)"; COMP_WORDS=(kubectl-why ord); COMP_CWORD=1;'
        ' _kubectl_why_completion kubectl-why; printf "%s\\n" "${COMPREPLY[@]}"'
    )
    variables = environment(KUBECONFIG=replay.kubeconfig(CASE))
    done = subprocess.run(["bash", "-c", script], env=variables, capture_output=True, text=True)
    if "older than 4.4" in done.stderr:
        pytest.skip("this bash is too old for click")
    assert done.stdout.split() == [POD, OTHER]


def test_what_a_cluster_says_is_made_harmless():
    found = offered(lambda given, typed: [Choice("a\x1b[2J"), Choice("ab", "x\ty\nz\x1b]0;t\x07")], {}, "a")
    assert [choice.value for choice in found] == ["ab"]
    line, directive = as_cobra(found).splitlines()
    assert line.startswith("ab\tx")
    assert line.isprintable() or line.replace("\t", "", 1).isprintable()
    assert directive == ":4"


def test_a_defect_is_an_empty_answer():
    assert offered(lambda given, typed: 1 / 0, {}, "") == []  # type: ignore[arg-type, return-value]
