"""A workload that is asked about: the pod that matters, or why there is none; from a cluster and from a file."""

import json
import re
import subprocess

import pytest
from click.testing import CliRunner

from kubectl_why.cli import main
from tests.replay import environment, fail

CASE = "shop-owners"
ALL = "pods,events,deployments,replicasets,statefulsets,daemonsets,jobs,cronjobs,nodes"


@pytest.fixture
def why(replay):
    def run(*arguments: str):
        return CliRunner().invoke(main, arguments, env={"KUBECONFIG": replay.kubeconfig(CASE)})

    return run


# what is asked about -> exit status, and what is told
ASKED = {
    "deploy/web": (
        1,
        ["POD      shop/web-6958fc7b7-", "image-not-found", "ROLLOUT  stuck since", "ProgressDeadlineExceeded"],
    ),
    "deployment.apps/web": (1, ["1 of 3 new pods have been made, and no progress for 20s", "rollout undo deployment/web"]),
    # an old pod crashes, and is to go: the new one is what counts
    "deploy/mixed": (0, ["POD      shop/mixed-79c6d8c859-", "starting"]),
    "rs/mixed-7f757cb99b": (3, ["CrashLoopBackOff"]),
    "deployments/zero": (0, ["healthy: it is scaled to 0\n"]),
    "deploy/scaled": (0, ["healthy: it is scaled to 0, since 10m\n"]),
    "deploy/paused": (0, ["no pods", "healthy: it is paused", "kubectl -n shop rollout resume deployment/paused"]),
    "deploy/pausedroll": (0, ["every container is ready", "ROLLOUT  paused: what is changed reaches no pod until kubectl"]),
    "sts/db": (3, ["POD      shop/db-2", "no node was chosen", "1 of 3 pods fails"]),
    "ds/agent": (0, ["healthy: no node is to run it: none has disk=ssd"]),
    "job/susp": (0, ["it is suspended since", """kubectl -n shop patch job/susp -p '{"spec":{"suspend":false}}'"""]),
    "job/backoff": (3, ["POD      shop/backoff-", "exit code 3"]),
    "jobs.batch/dead": (1, ["JOB      shop/dead   no pods", "deadline-exceeded, certain"]),
    "job/done": (0, ["completed"]),
    "cj/cjsusp": (0, ["it is suspended", "patch cronjob/cjsusp"]),
    # its last run waits to be started, the one before failed
    "cj/cjfail": (3, ["POD      shop/cjfail-29927051-", "exit code 3"]),
    "cronjobs/cjgone": (1, ["CRONJOB  shop/cjgone   no pods", "deadline-exceeded", "create job cjgone-again"]),
    "cronjob/cjlost": (3, ["the run of 2026-11-25T16:20:00Z did not succeed", "its Job is gone", "failedJobsHistoryLimit"]),
    "cj/cjnever": (3, ["the CronJob never runs"]),
}


@pytest.mark.parametrize("asked", ASKED)
def test_workload(why, asked):
    found = why(asked)
    status, words = ASKED[asked]
    assert found.exit_code == status, found.output
    for word in words:
        assert re.sub(r"\s+", " ", word) in re.sub(r"\s+", " ", found.stdout + "\n")
    assert "BROKEN" not in found.stdout


@pytest.fixture(scope="module")
def printed(recordings) -> bytes:
    config = recordings.kubeconfig(CASE)
    command = ["kubectl", "get", ALL, "-n", "shop", "-o", "json"]
    return subprocess.run(command, capture_output=True, check=True, env=environment(KUBECONFIG=config)).stdout


@pytest.mark.parametrize("asked", ASKED)
def test_workload_of_a_file(why, asked, printed):
    """What kubectl printed tells the same; but for a Job that is not in the file, which may be there all the same."""
    from_file = CliRunner().invoke(main, ["-f", "-", asked, "-o", "json"], input=printed)
    found, live = json.loads(from_file.stdout), json.loads(why(asked, "-o", "json").stdout)
    assert found["target"] == live["target"]
    assert found["verdict"] == ("healthy" if asked == "cronjob/cjlost" else live["verdict"])


def test_pods_that_may_not_be_read_are_counted(why, replay):
    """What the workload counts is told; what its pods would say is unseen."""
    replay.faults.append(fail("/pods", 403))
    for name, status, words in (
        ("deploy/web", 3, "1 of 4 pods are not ready, and they could not be read"),
        ("deploy/pausedroll", 0, "healthy: 1 of 1 pods are ready, as its status counts them"),
        ("deploy/scaled", 0, "it is scaled to 0"),
        ("job/dead", 1, "deadline-exceeded"),
    ):
        found = why(name)
        assert (found.exit_code, words in found.stdout) == (status, True), found.output
    assert {"what": "Pod/shop/*", "reason": "forbidden: needs list pods in shop"} in json.loads(
        why("deploy/web", "-o", "json").stdout
    )["notChecked"]


def test_pods_that_are_not_in_the_file_are_counted(printed):
    items = [item for item in json.loads(printed)["items"] if item["kind"] != "Pod"]
    found = CliRunner().invoke(main, ["-f", "-", "deploy/web"], input=json.dumps({"kind": "List", "items": items}))
    assert found.exit_code == 3
    assert "1 of 4 pods are not ready, and they could not be read" in found.stdout
    assert "Pods of the namespace (not in the file)" in found.stdout


def test_file_without_pods_is_about_what_lacks_some(printed):
    items = [item for item in json.loads(printed)["items"] if item["metadata"]["name"] in ("pausedroll", "web")]
    found = CliRunner().invoke(main, ["-f", "-", "-o", "json"], input=json.dumps({"kind": "List", "items": items}))
    assert json.loads(found.stdout)["target"] == {"kind": "Deployment", "namespace": "shop", "name": "web"}


def test_rollout_is_in_every_format(why):
    assert "rollout" in json.loads(why("deploy/web", "-o", "json").stdout)
    assert "**Rollout**: stuck since" in why("deploy/web", "-o", "markdown").stdout
