"""Triage, --wait and --watch on a real cluster."""

import json
import os
import select
import time

import pytest

from tests.e2e import rows
from tests.e2e.cluster import named, pod, told

pytestmark = [pytest.mark.kind, pytest.mark.skipif(os.name == "nt", reason="pipes as Unix has them")]
BROKEN = {("deploy/no-config", "env-configmap-not-found"), ("deploy/no-file", "missing-file")}


def deployment(name, **app):
    return rows.deployment(name, pod(name, **app))


def lines(here, *words):
    """What `-o name` says of the namespace: workload and cause of each row."""
    done = here.why(*words, "-o", "name")
    return {tuple(line.split()[1:]) for line in done.stdout.splitlines()}, done


def test_triage_names_what_is_broken_and_nothing_else(cluster):
    with cluster.namespace("triage") as here:
        here.apply(
            deployment("well"),
            deployment("no-config", envFrom=[{"configMapRef": {"name": "settings"}}]),
            deployment("no-file", command=["cat", "/srv/orders.yaml"]),
        )
        here.until(lambda: ended(here, "deploy/well", 0), "deploy/well")

        def check():
            found, done = lines(here)
            assert found == BROKEN and done.returncode == 1, told(done)

        here.until(check, "deployments")
        everywhere, done = lines(here, "-A")
        assert {("deploy/no-config", "env-configmap-not-found"), ("deploy/no-file", "missing-file")} <= everywhere, told(
            done
        )
        triage = json.loads(here.why("-o", "json").stdout)
        assert {item["pods"]["failing"] for item in triage["items"]} == {1}, triage
        here.kubectl("delete", "deployment", "no-config", "no-file", "--wait=false")
        here.until(lambda: nothing(here), "deployments")


def ended(here, target, status):
    done = here.why(target)
    assert done.returncode == status, told(done)


def nothing(here):
    found, done = lines(here)
    assert (found, done.returncode) == (set(), 0), told(done)


def test_wait_ends_when_a_rollout_cannot_succeed_and_when_it_has(cluster):
    with cluster.namespace("wait") as here:
        # What is not there yet is awaited.
        waits = here.start("deploy/site", "--wait", "2m")
        here.apply(deployment("site"))
        stdout, stderr = waits.communicate(timeout=150)
        assert waits.returncode == 0, stdout + stderr

        began = time.monotonic()
        here.apply(deployment("site", env=[{"name": "KEY", "valueFrom": {"secretKeyRef": {"name": "keys", "key": "site"}}}]))
        done = here.why("deploy/site", "--wait", "3m")
        assert done.returncode == 1 and "env-secret-not-found" in done.stdout, told(done)
        assert time.monotonic() - began < 120, "it is final long before the time is up"

        waits = here.start("deploy/site", "--wait", "5s")
        stdout, stderr = waits.communicate(timeout=60)
        assert waits.returncode == 1 and "env-secret-not-found" in stdout, stdout + stderr

        here.apply({**named("Secret", "keys"), "stringData": {"site": "not-a-secret"}})
        # The kubelet tries again by itself, within two minutes.
        here.until(lambda: ended(here, "deploy/site", 0), "deploy/site")
        done = here.why("deploy/site", "--wait", "2m")
        assert done.returncode == 0, told(done)


def test_watch_tells_each_change_to_a_pipe(cluster):
    with cluster.namespace("watch") as here:
        here.pod(
            "job", envFrom=[{"configMapRef": {"name": "settings"}}], command=["sleep", "5"], also={"restartPolicy": "Never"}
        )
        watch = here.start("pod/job", "--watch", "-o", "name")
        try:
            read(watch, "env-configmap-not-found")
            here.apply({**named("ConfigMap", "settings"), "data": {}})
            read(watch, "completed")
            # A pod that is over ends it.
            stdout, stderr = watch.communicate(timeout=60)
        finally:
            watch.kill()
        assert watch.returncode == 0, stdout + stderr


def read(process, wanted, seconds=150):
    """Read what a process prints until a line of it is this."""
    end, seen = time.monotonic() + seconds, ""
    while wanted not in seen.splitlines():
        left = end - time.monotonic()
        assert left > 0 and select.select([process.stdout], [], [], left)[0], f"no {wanted}: {seen}"
        said = os.read(process.stdout.fileno(), 4096).decode()
        assert said, f"it ended without {wanted}: {seen}{process.stderr.read()}"
        seen += said
