"""Snapshots in files, what kubectl printed, and the demonstration: as a user types it, through real kubectl."""

import json
import os
import random
import stat
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from kubectl_why.cli import main
from tests.replay import Replay, environment
from tests.test_cases import BY_NAME, CASES

CASE, POD = "orders-api", "orders-api-6cc546bb44-48b9h"
# What a user prints to hand it on: the pods, what makes them, what is said of them, what they refer to.
ALL = "pods,events,replicasets,deployments,statefulsets,daemonsets,jobs,configmaps,secrets,services"


def kubectl(*arguments: str, stdin: bytes | str = b"", config: str = os.devnull) -> subprocess.CompletedProcess:
    """Real kubectl, with a kubeconfig that names no cluster unless one is given."""
    data = stdin.encode() if isinstance(stdin, str) else stdin
    done = subprocess.run(["kubectl", *arguments], input=data, capture_output=True, env=environment(KUBECONFIG=config))
    done.stdout, done.stderr = done.stdout.decode(), done.stderr.decode()
    return done


def why(*arguments: str, stdin: bytes | str = b"", config: str = os.devnull) -> subprocess.CompletedProcess:
    return kubectl("why", *arguments, stdin=stdin, config=config)


@pytest.fixture(scope="module")
def printed(recordings: Replay) -> str:
    """What `kubectl get ... -o json` prints of a namespace."""
    return got(recordings, CASE, ALL, "-o", "json")


def got(replay: Replay, case: str, *arguments: str) -> str:
    done = kubectl("get", *arguments, "-n", BY_NAME[case].namespace, config=replay.kubeconfig(case))
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_saved_file_is_its_owners_alone(replay, tmp_path):
    file = tmp_path / "saved.json"
    file.write_text("something else, which anybody may read")
    file.chmod(0o644)
    assert why(POD, "--save", str(file), config=replay.kubeconfig(CASE)).returncode == 1
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert json.loads(file.read_text())["kind"] == "Snapshot"


def test_saved_to_standard_output_is_all_that_is_printed(replay):
    saved = why(POD, "--save", "-", config=replay.kubeconfig(CASE))
    assert saved.returncode == 1
    assert why("-f", "-", "-o", "name", stdin=saved.stdout).stdout == "missing-env-var\n"
    assert why("-f", "-", "--save", "-", stdin=saved.stdout).stdout == saved.stdout


def test_what_cannot_be_saved_is_said(replay, tmp_path):
    done = why(POD, "--save", str(tmp_path / "no" / "folder"), config=replay.kubeconfig(CASE))
    assert (done.returncode, done.stdout) == (4, "")
    assert "cannot be saved: No such file or directory" in done.stderr


def test_snapshot_knows_what_it_is_of():
    file = str(CASES / "connection-refused" / "ledger" / "snapshot.json")
    for asked in ("deploy/ledger-worker", "ledger-worker", "ledger-worker-555b9bbbc5-khw9t", "rs/ledger-worker-555b9bbbc5"):
        assert why("-f", file, asked, "-o", "name").stdout == "connection-refused\n"
    # what stands behind it is in it too
    assert why("-f", file, "ledger-cache-576cdb6cf5-2xncx", "-o", "name").stdout == "invalid-configuration\n"
    done = why("-f", file, "deploy/other")
    assert done.returncode == 4
    assert "the snapshot is of pod ledger/ledger-worker" in done.stderr


# have: how kubectl printed it -> want: that it is read
@pytest.mark.parametrize("output", ["json", "yaml"])
@pytest.mark.parametrize("asked", [(), (POD,), (f"pod/{POD}",), ("deploy/orders-api",), ("-l", "app=orders-api")])
def test_what_kubectl_printed(replay, output, asked):
    text = got(replay, CASE, ALL, "-o", output)
    done = why("-f", "-", *asked, "-o", "json", stdin=text)
    found = json.loads(done.stdout)
    assert found["target"]["namespace"] == CASE
    assert found["target"]["name"].startswith("orders-api-")
    assert done.returncode == 3
    assert {"what": f"Pod/{CASE}/{found['target']['name']}/log/api", "reason": "not in the file"} in found["notChecked"]


def test_pods_of_several_workloads_are_told_as_those_of_a_cluster(replay):
    text = kubectl("get", "pods,events,deploy,sts,rs,job", "-o", "json", config=replay.kubeconfig("shop-prod")).stdout
    done = why("-f", "-", "-o", "json", stdin=text)
    found = json.loads(done.stdout)
    assert (done.returncode, found["kind"], found["namespace"], found["podsLookedAt"]) == (1, "Triage", "shop-prod", 37)
    causes = {item["workload"]: item["cause"] for item in found["items"]}
    # What only a log says is not known, and what is not in the file is not said to be missing.
    assert causes["deploy/fraud-scorer"] == "image-registry-unreachable"
    assert causes["sts/postgres"] == "oom-killed"
    assert causes["deploy/orders-api"] == "unknown"
    assert {"what": "log", "reason": "not in the file"} in found["notChecked"]
    assert "does not exist" not in json.dumps([item["message"] for item in found["items"] if item["cause"] == "unknown"])
    only = json.loads(why("-f", "-", "-l", "app=postgres", "-o", "json", stdin=text).stdout)
    assert [item["workload"] for item in only["items"]] == ["sts/postgres"]


def test_one_object_is_enough(replay):
    done = why("-f", "-", stdin=got(replay, "shopfront-basket", "pods", "-o", "json"))
    assert "image-not-found" in done.stdout
    assert "not in the file" in done.stdout


def forms(text: str) -> dict[str, bytes]:
    """The same objects as other tools and shells would hand them over."""
    items = json.loads(text)["items"]
    pods = [item for item in items if item["kind"] == "Pod"]
    bare = [{key: value for key, value in pod.items() if key not in ("kind", "apiVersion")} for pod in pods]
    return {
        "JSON documents": "\n".join(map(json.dumps, items)).encode(),
        "YAML documents": yaml.safe_dump_all([*items, None], explicit_start=True).encode(),
        "PodList": json.dumps({"kind": "PodList", "apiVersion": "v1", "items": bare}).encode(),
        "one pod": json.dumps(pods[0]).encode(),
        "UTF-16, as PowerShell writes": text.encode("utf-16"),
        "UTF-8 with a byte order mark": text.encode("utf-8-sig"),
        "CRLF": yaml.safe_dump(json.loads(text)).replace("\n", "\r\n").encode(),
    }


def test_forms(printed, tmp_path):
    for form, data in forms(printed).items():
        file = tmp_path / "form"
        file.write_bytes(data)
        assert "POD      orders-api/orders-api-" in why("-f", str(file)).stdout, form


def test_what_is_not_in_the_file_is_never_absent(printed):
    """A Secret that is named and not in the file is not said to be missing, nor is another name near it."""
    kept = [item for item in json.loads(printed)["items"] if item["kind"] == "Pod"]
    found = json.loads(why("-f", "-", "-o", "json", stdin=json.dumps({"kind": "List", "items": kept})).stdout)
    assert "not found" not in json.dumps(found)
    assert {item["reason"] for item in found["notChecked"]} == {"not in the file"}


def test_no_value_of_a_secret_gets_in(printed, tmp_path):
    text = json.dumps({"kind": "List", "items": [*json.loads(printed)["items"], SECRET]})
    saved = why("-f", "-", "--save", "-", stdin=text).stdout
    assert json.loads(saved)["kind"] == "Snapshot"
    assert "Q0FOQVJZ" not in saved and "CANARY" not in saved


SECRET = {
    "kind": "Secret",
    "apiVersion": "v1",
    "metadata": {"name": "orders-db", "namespace": CASE},
    "data": {"DATABASE_PASSWD": "Q0FOQVJZ"},
    "stringData": {"OTHER": "CANARY"},
}

BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join(['*' + before] * 9)}]\n" for before, name in zip("abcdefgh", "bcdefghi", strict=True)
)
MERGE_BOMB = (
    BOMB.replace("[x, x, x, x, x, x, x, x, x]", "{x: y}")
    .replace(": &", ": &")
    .replace("[*", "{<<: [*")
    .replace("]\n", "]}\n")
)

# what is in the file -> words of the answer
MALFORMED = {
    "": "standard input is empty",
    " \n": "standard input is empty",
    "{": "neither JSON nor YAML: Expecting property name enclosed in double quotes: line 1 column 2",
    '{"kind": "Pod"': "line 1 column 15",
    "kind: Pod\n  x: [": "(line 2, column",
    "NAME   READY   STATUS\nweb    1/1     Running\n": "neither a snapshot nor what kubectl get -o json or -o yaml prints",
    "[1, 2]": "neither a snapshot",
    '{"kind": "List", "items": [1]}': "a List whose items are no objects",
    '{"kind": "Pod"}': "holds an object without kind or name",
    '{"kind": "Pod", "metadata": {"name": "a", "namespace": 1}}': "holds an object without kind or name",
    '{"kind": "List", "items": [{"kind": ["Pod"]}]}': "holds an object without kind or name",
    '{"kind": "List"}': "a List whose items are no objects",
    '{"kind": "List", "items": []}': "has no pod, and nothing that makes pods",
    '{"kind": "ConfigMap", "metadata": {"name": "a"}}': "has no pod, and nothing that makes pods",
    '{"kind": "Pod", "metadata": {"name": "a"}}{"nothing": 1}': "standard input, document 2, is neither",
    '{"kind": "Snapshot"}': "not a snapshot that kubectl why has saved: it lacks target",
    '{"kind": "Snapshot", "target": ["Pod", "a", "b"], "taken_at": "2026-01-01"}': "it does not say of what it is",
    '{"kind": "Snapshot", "target": ["Pod", "a", "b"], "taken_at": "2026-01-01T00:00:00+00:00", "pod": 1}': "pod is of the",
    '{"kind": "Snapshot", "target": 7, "taken_at": "2026-01-01T00:00:00+00:00"}': "not a snapshot that kubectl why has",
    "[" * 100_000: "nested too deeply",
    "- " * 5_000: "standard input",
    "kind: !!python/object/apply:os.system ['touch /tmp/owned']": "neither JSON nor YAML",
    BOMB: "aliases are not read",
    MERGE_BOMB: "aliases are not read",
    "a: &a\n  b: *a\n": "aliases are not read",
    b"\xff\xfe\xfa": "is not text",
    b"kind: Pod\xff": "is not text",
}


@pytest.mark.parametrize("text", MALFORMED, ids=lambda text: repr(text[:30]))
def test_malformed(text):
    done = CliRunner().invoke(main, ["-f", "-"], input=text)
    assert (done.exit_code, done.stdout) == (4, "")
    assert MALFORMED[text] in done.stderr
    assert done.stderr.count("\n") == 1


def test_malformed_through_kubectl():
    text = "kind: Pod\n  x: ["
    done = why("-f", "-", stdin=text)
    assert (done.returncode, done.stdout) == (4, "")
    assert MALFORMED[text] in done.stderr and done.stderr.count("\n") == 1


ODD = (None, 7, "x", [], {}, [1], {"a": 1}, True, "2026-01-01T00:00:00Z", [None])


def damaged(value, chance: random.Random):
    """The value with one in fifty of its parts replaced by what no server sends there."""
    if chance.random() < 0.02:
        return chance.choice(ODD)
    if isinstance(value, dict):
        return {name: damaged(part, chance) for name, part in value.items()}
    return [damaged(part, chance) for part in value] if isinstance(value, list) else value


def test_damaged_file_gets_an_answer_in_words(printed):
    chance = random.Random(1)
    items = json.loads(printed)["items"]
    saved = json.loads((BY_NAME[CASE].folder / "snapshot.json").read_text())
    for number in range(40):
        pieces = [{**item, **{part: damaged(item[part], chance) for part in item if part != "kind"}} for item in items]
        if number % 3:  # else names are damaged too
            pieces = [{**piece, "metadata": item["metadata"]} for piece, item in zip(pieces, items, strict=True)]
        text = json.dumps(
            {"kind": "List", "items": pieces}
            if number % 2
            else {part: damaged(saved[part], chance) if part != "kind" else "Snapshot" for part in saved}
        )
        found = CliRunner().invoke(main, ["-f", "-", "-o", "wide"], input=text)
        assert found.exit_code in (0, 1, 3, 4) and "defect" not in found.output and "BROKEN" not in found.output, (
            found.output
        )
        assert found.exit_code != 4 or found.stderr.startswith("error: ")


def test_file_that_is_not_there(tmp_path):
    done = why("-f", str(tmp_path / "none"))
    assert done.returncode == 4
    assert "cannot be read: No such file or directory" in done.stderr
    assert why("-f", str(tmp_path)).returncode == 4


def test_file_that_is_too_large(tmp_path):
    file = tmp_path / "large"
    with open(file, "wb") as stream:
        stream.truncate(65 * 1024 * 1024)
    assert "larger than 64 MiB" in why("-f", str(file)).stderr


def test_several_namespaces(printed):
    items = json.loads(printed)["items"]
    other = json.loads(json.dumps(items).replace(f'"namespace": "{CASE}"', '"namespace": "other"'))
    text = json.dumps({"kind": "List", "items": [*items, *other]})
    assert "name one with -n: orders-api, other" in why("-f", "-", POD, stdin=text).stderr
    assert "POD      other/" in why("-f", "-", POD, "-n", "other", stdin=text).stdout
    assert why("-f", "-", stdin=text).returncode == 3


def test_name_that_is_not_in_the_file(printed):
    done = why("-f", "-", POD[:-1] + "x", stdin=printed)
    assert done.returncode == 4
    assert f'pod "{POD[:-1]}x" is not in the file; did you mean {POD}?' in done.stderr
    assert "taken for deployment/orders-api" in why("-f", "-", "orders-api", stdin=printed).stderr


# when the file was written -> when the objects are taken to have been printed
def test_a_copy_of_an_old_file_is_not_long_ago(recordings, tmp_path):
    """A pod that waits for its next try ten minutes later, or years, is still the same pod."""
    file = tmp_path / "old.json"
    file.write_text(got(recordings, "risk-grpc", "pods,events", "-o", "json"))
    assert why("-f", str(file), "-o", "name").stdout == "probe-failed\n"
    os.utime(file, (4_000_000_000, 4_000_000_000))
    assert why("-f", str(file), "-o", "name").stdout == "probe-failed\n"


def test_reading_a_file_imports_no_client(printed, tmp_path):
    file = tmp_path / "file.json"
    file.write_text(printed)
    code = (
        "import sys\nfrom kubectl_why.cli import main\n"
        f"try: main(['-f', {str(file)!r}])\nexcept SystemExit: pass\n"
        "print([m for m in ('kubernetes', 'urllib3', 'yaml') if m in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stderr.strip() == "[]"


@pytest.mark.parametrize(
    "arguments, words",
    [
        (("--demo", "pod"), "--demo shows a recorded failure"),
        (("--demo", "-f", "x"), "--demo shows a recorded failure"),
        (("--demo", "--context", "x"), "--context is about a cluster, and --demo asks none"),
        (("-f", "x", "--kubeconfig", "y"), "--kubeconfig is about a cluster, and -f asks none"),
        (("-f", "x", "--as-group", "y"), "--as-group is about a cluster, and -f asks none"),
        (("-f", "x", "--as", "y"), "--as is about a cluster, and -f asks none"),
        (("-f", "x", "-l", "a=b", "pod"), "one POD, TYPE/NAME or --selector"),
        ((POD, "-o", "jsonpath={.status}"), "jsonpath is not supported; use -o json and jq"),
        ((POD, "-o", "go-template={{.status}}"), "go-template is not supported; use -o json and jq"),
        ((POD, "-o", "custom-columns=A:.b"), "use -o json and jq"),
    ],
)
def test_what_makes_no_sense(arguments, words):
    done = why(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert words in done.stderr


DEMO = CASES / "connection-refused" / "checkout"


def test_demonstration_is_a_recorded_case():
    shipped = Path(__file__).parent.parent / "kubectl_why" / "demo.json"
    assert shipped.read_text() == (DEMO / "snapshot.json").read_text()


def test_demonstration_in_every_format():
    want = (DEMO / "verdict.yaml").read_text()
    assert why("--demo", "-o", "yaml").stdout == want
    assert json.loads(why("--demo", "-o", "json").stdout) == yaml.safe_load(want)
    assert why("--demo", "-o", "name").stdout == "connection-refused\n"
    done = why("--demo")
    assert done.returncode == 1
    assert "BECAUSE  Service stock has no ready endpoints" in done.stdout
