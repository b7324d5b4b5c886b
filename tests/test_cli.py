"""The command as a user types it: what it prints, and what it ends with."""

import json
import subprocess
import sys

import pytest
from click.testing import CliRunner

from kubectl_why.cli import main
from tests.replay import environment, fail, hang

CASE = "orders-api"
POD = "orders-api-6cc546bb44-48b9h"


@pytest.fixture
def why(replay):
    """Run the program on a case."""

    def run(*arguments: str, case: str = CASE):
        return CliRunner().invoke(main, arguments, env={"KUBECONFIG": replay.kubeconfig(case)})

    return run


def test_help_names_every_option_and_the_exit_statuses(why):
    text = CliRunner().invoke(main, ["--help"]).output
    for option in ("--namespace", "--context", "--kubeconfig", "--as-group", "--request-timeout", "--container", "--output"):
        assert option in text
    assert "Exit status" in text


def test_help_imports_no_client():
    code = (
        "import sys\nfrom kubectl_why.cli import main\n"
        "try: main(['--help'])\nexcept SystemExit: pass\n"
        "print([m for m in ('kubernetes', 'urllib3', 'yaml', 'tabulate') if m in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stderr.strip() == "[]"


@pytest.mark.parametrize("target", [POD, f"pod/{POD}", f"pods/{POD}", "deploy/orders-api", "deployments.apps/orders-api"])
def test_targets(why, target):
    found = why(target, "-o", "json")
    assert found.exit_code == 1
    assert json.loads(found.stdout)["verdict"] == "missing-env-var"
    assert json.loads(found.stdout)["target"]["kind"] == "Pod"


def test_name_is_one_word(why):
    assert why(POD, "-o", "name").stdout == "missing-env-var\n"


def test_table_has_the_answer_in_its_first_lines(why):
    lines = why(POD).stdout.splitlines()
    assert lines[0].startswith(
        "POD      orders-api/orders-api-6cc546bb44-48b9h   CrashLoopBackOff, 4 restarts, next try in "
    )
    assert lines[1].startswith("WHY      api: environment variable DATABASE_PASSWORD is not set")
    assert any(line.startswith("SEEN") for line in lines)
    assert any(line.startswith("NOW") for line in lines)


def test_no_pod_of_that_name_says_which_was_meant(why):
    found = why(POD[:-1] + "x")
    assert found.exit_code == 4
    assert found.stdout == ""
    assert found.stderr.count("\n") == 1
    assert POD in found.stderr


# a bare name, in which case -> what it is taken for
@pytest.mark.parametrize(
    "name, case, taken",
    [
        ("orders-api", CASE, "deployment/orders-api"),
        ("orders", CASE, "deployment/orders-api"),
        (POD[:-1], CASE, "deployment/orders-api"),
        (POD[:-6], CASE, f"replicaset/{POD[:-6]}"),
        ("ledger-w", "ledger", "deployment/ledger-worker"),
        ("purge-carts", "purge-carts", "job/purge-carts"),
        ("quotes-api", "quotes-pricing", "deployment/quotes-api"),
    ],
)
def test_name_of_a_workload_is_taken_for_it_and_said(why, replay, name, case, taken):
    found = why(name, "-o", "json", case=case)
    assert found.exit_code == 1
    assert found.stderr.endswith(f"; taken for {taken}\n")
    assert json.loads(found.stdout)["verdicts"] == json.loads(why(taken, "-o", "json", case=case).stdout)["verdicts"]


def test_name_that_may_mean_several_workloads_is_taken_for_none(why):
    found = why("ledger", case="ledger")
    assert (found.exit_code, found.stdout) == (4, "")
    assert "it may be deployment/ledger-cache or deployment/ledger-worker: name one" in found.stderr
    # who names the type means the type
    assert "taken" not in why("pod/ledger-worker", case="ledger").stderr


def test_pod_that_is_there_costs_no_more_for_it(why, replay):
    why(POD)
    assert not [path for _, path in replay.requests if "/statefulsets" in path or "/jobs" in path]


def test_type_and_name_may_be_two_words(why):
    assert why("deploy", "orders-api", "-o", "name").stdout == "missing-env-var\n"
    assert why("pod", POD, "-o", "name").stdout == "missing-env-var\n"
    assert why("pod", "orders-api").exit_code == 4


def test_pod_in_another_namespace_is_named(why):
    found = why(POD, "-n", "default")
    assert found.exit_code == 4
    assert "namespace orders-api" in found.stderr


@pytest.mark.parametrize(
    "arguments, word",
    [
        (("a", "b"), "one POD"),
        (("a", "-l", "app=b"), "one POD"),
        (("a", "-A"), "--all-namespaces"),
        (("a", "--all"), "--all"),
        (("--save", "x"), "--save"),
        (("-c", "api"), "--container"),
        ((POD, "-o", "xml"), "xml"),
        (("nonsense/x",), "nonsense/x"),
        ((POD, "-c", "apl"), "api"),
        ((POD, "--nope"), "--nope"),
    ],
)
def test_usage(why, arguments, word):
    found = why(*arguments)
    assert found.exit_code == 2
    assert word in found.stderr


def test_container_narrows_the_verdict(why):
    assert why(POD, "-c", "api", "-o", "name").stdout == "missing-env-var\n"


def test_unknown_context_is_answered_with_a_near_one(why, replay):
    found = CliRunner().invoke(main, [POD, "--kubeconfig", replay.kubeconfig(CASE), "--context", "orders-apl"])
    assert found.exit_code == 4
    assert CASE in found.stderr


def test_forbidden_pod_could_not_be_looked_at(why, replay):
    replay.faults.append(fail(rf"/pods/{POD}$", 403))
    found = why(POD)
    assert found.exit_code == 4
    assert "forbidden" in found.stderr.lower()


def test_forbidden_rest_is_unseen_and_there_is_a_verdict(why, replay):
    replay.faults.append(fail(r"/(secrets|configmaps|nodes|events|serviceaccounts|replicasets|deployments|services)", 403))
    found = why(POD, "-o", "json")
    diagnosis = json.loads(found.stdout)
    assert diagnosis["verdict"] == "missing-env-var"
    assert any(item["reason"].startswith("forbidden: needs ") for item in diagnosis["notChecked"])


@pytest.mark.parametrize("status", [404, 403, 500, 503])
@pytest.mark.parametrize("what", ["secrets", "configmaps", "events", "log", "replicasets", "nodes", "deployments"])
def test_any_request_may_fail(why, replay, status, what):
    replay.faults.append(fail(f"/{what}", status))
    found = why(POD)
    assert found.exit_code in (1, 3)
    assert found.stdout.startswith("POD")


def test_hanging_request_ends_with_its_timeout(why, replay):
    replay.faults.append(hang("/secrets", 5))
    found = why(POD, "--request-timeout", "300ms", "-o", "json")
    assert json.loads(found.stdout)["verdict"] == "missing-env-var"


def test_no_cluster(tmp_path):
    config = tmp_path / "config"
    config.write_text(
        json.dumps(
            {
                "apiVersion": "v1",
                "kind": "Config",
                "current-context": "gone",
                "contexts": [{"name": "gone", "context": {"cluster": "gone", "user": "gone"}}],
                "clusters": [{"name": "gone", "cluster": {"server": "http://127.0.0.1:9"}}],
                "users": [{"name": "gone", "user": {}}],
            }
        )
    )
    found = CliRunner().invoke(main, ["some-pod", "--kubeconfig", str(config)])
    assert found.exit_code == 4
    assert "refused" in found.stderr
    assert found.stdout == ""


def test_requests_of_a_crash_are_few_and_in_four_rounds(why, replay):
    assert why(POD).exit_code == 1
    assert len(replay.requests) <= 20


@pytest.mark.parametrize(
    "body", [b"\x00\xff\xfe\x80\x1b]52;c;Q0FO\x07" * 500, b"", b"\n\n\n", b"one line without an end", b"\xff" * 300_000]
)
def test_odd_log_is_no_obstacle(why, replay, body):
    replay.faults.append(fail("/log", 200, body))
    found = why(POD)
    assert found.exit_code == 1
    assert not any(ord(letter) < 32 and letter != "\n" for letter in found.stdout)


@pytest.mark.parametrize(
    "pod",
    [
        {},
        {"metadata": {"name": POD}, "spec": {}, "status": {}},
        {"metadata": {"name": POD}, "spec": None, "status": None},
        {"metadata": None, "spec": {"containers": None}, "status": {"containerStatuses": [None, {}, 7]}},
        {"metadata": {"name": POD}, "spec": {"containers": [{"name": "a"}]}, "status": {"phase": "Sideways"}},
    ],
)
def test_pod_without_what_pods_have_gets_a_verdict(why, replay, pod):
    replay.faults.append(fail(f"/pods/{POD}$", 200, json.dumps({"kind": "Pod", **pod}).encode()))
    found = why(POD)
    assert found.exit_code in (0, 3)
    assert found.stdout.startswith("POD")
    assert "BROKEN" not in found.stdout


def test_log_longer_than_the_limit_is_read_from_its_end(why, replay):
    """The kubelet cuts off the end of what passes limitBytes, and the end is what matters."""
    replay.faults.append(fail("/log.*tailLines=500", 200, b"x" * 200 + b"\n" + b"y" * 300_000))
    assert why(POD, "-o", "name").stdout == "missing-env-var\n"


def test_private_key_in_a_log_is_kept_by_nobody(why, replay):
    """Its lines carry nothing that a line by itself could be known by."""
    stamp = b"2026-11-22T01:28:12.886830908Z "
    key = [b"-----BEGIN PRIVATE KEY-----", b"MIICANARYCANARY", b"CANARYCANARY="]
    replay.faults.append(fail("/log", 200, b"".join(stamp + line + b"\n" for line in key)))
    found = why(POD, "-o", "wide")
    assert found.exit_code == 1
    assert "CANARY" not in found.stdout


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "utf-8"])
def test_what_is_printed_is_utf_8_as_kubectl_prints_it(replay, encoding):
    """As in a pipe on Windows, whose code page has hardly a letter of what logs say."""
    replay.faults.append(fail("/log", 200, "2026-11-22T01:28:12.000000000Z KeyError: 'GR\u00d6SSE_\u65e5'\n".encode()))
    env = environment(KUBECONFIG=replay.kubeconfig(CASE), PYTHONIOENCODING=encoding)
    done = subprocess.run(["kubectl", "why", POD], env=env, capture_output=True)
    assert done.returncode == 1
    assert "KeyError: 'GR\u00d6SSE_\u65e5'" in done.stdout.decode("utf-8")
