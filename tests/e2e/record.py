"""Records a failure as a case for tests/cases: what the server said of it, to the letter.

    make record CASE=oom-killed          a row of failures.yaml
    make record CASE=illegal-instruction a manifest of tests/manifests, named after its cause

It is applied in a namespace of its own, and recorded when the verdict is that cause. What the folder should say besides, its
title above all, is for a person to write into case.yaml; `make accept` adds the snapshot and the verdict.
"""

import json
import os
from datetime import datetime, timezone
from pathlib import Path

import yaml

from tests.convert import one_object_a_line
from tests.e2e.cluster import Cluster, Namespace
from tests.e2e.rows import ROWS, target_of, workload

TESTS = Path(__file__).parent.parent
# What the cluster has beside what is in the namespace, as far as a diagnosis may want it.
_OF_CLUSTER = ("nodes", "namespaces", "persistentvolumes", "storageclasses.storage.k8s.io")
_OF_CLUSTER += ("priorityclasses.scheduling.k8s.io", "runtimeclasses.node.k8s.io")


def record(cluster: Cluster, case: str, folder: Path = TESTS / "cases") -> int:
    """Provoke the case, and write its folder."""
    row = ROWS.get(case)
    manifest = TESTS / "manifests" / f"{case}.yaml"
    objects = [*row.get("objects", ()), workload(case, row)] if row else list(yaml.safe_load_all(manifest.read_text()))
    cause = row["cause"] if row else case
    target = target_of(case, row) if row else f"{objects[-1]['kind'].lower()}/{objects[-1]['metadata']['name']}"
    with cluster.namespace("record", (row or {}).get("namespace")) as here:
        here.apply(*objects)
        found = here.until(lambda: reached(here, target, cause), target, 300)
        place = folder / cause / case
        write(here, place, found, target, objects, (row or {}).get("words", []))
    print(os.path.relpath(place))
    return 0


def reached(here: Namespace, target: str, cause: str) -> dict:
    found = here.diagnosis(target)
    assert found["verdict"] == cause, found
    return found


def write(here: Namespace, place: Path, found: dict, target: str, objects: list[dict], mentions: list[str]) -> None:
    """The folder of the case, as tests/wire/recorded.py reads it; `mentions` is what the verdict has to name."""
    at = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    every = listed(here)
    pods = [pod["metadata"]["name"] for pod in every.get("v1/pods", ())]
    first = found["verdicts"][0]
    about = {
        "title": first["message"],
        "target": target,
        "target_pods": pods,
        "truth": {"cause": [found["verdict"]], "container": first["container"], "mentions": mentions},
        "recorded": {"server": version(here), "at": at, "namespace": here.name, "reached": True},
    }
    place.mkdir(parents=True, exist_ok=True)
    (place / "case.yaml").write_text(yaml.safe_dump(about, sort_keys=False, allow_unicode=True, width=120))
    (place / "manifest.yaml").write_text(yaml.safe_dump_all(objects, sort_keys=False))
    (place / "objects.json").write_text(one_object_a_line(every))
    for pod in every.get("v1/pods", ()):
        for part in ("initContainers", "containers"):
            for container in (item["name"] for item in pod["spec"].get(part, ())):
                logs(here, place, pod["metadata"]["name"], container)


def logs(here: Namespace, place: Path, pod: str, container: str) -> None:
    """Both logs of a container, where the server has them."""
    for name, flags in ((container, ()), (f"{container}.previous", ("--previous",))):
        done = here.kubectl("logs", pod, "-c", container, "--timestamps", *flags)
        if done.returncode == 0:
            (place / "logs" / pod).mkdir(parents=True, exist_ok=True)
            (place / "logs" / pod / f"{name}.log").write_bytes(done.stdout.encode())


def listed(here: Namespace) -> dict[str, list[dict]]:
    """group/version/resource -> the objects of the namespace, and of the cluster what counts; without values of Secrets."""
    kinds = here.kubectl("api-resources", "--namespaced", "--verbs=list", "-o", "name").stdout.split()
    found: dict[str, list[dict]] = {}
    # Events have two names; a case has them under v1.
    for kind in (*_OF_CLUSTER, *(kind for kind in kinds if kind != "events.events.k8s.io")):
        done = here.kubectl("get", kind, "-o", "json")
        items = json.loads(done.stdout)["items"] if done.returncode == 0 else []
        if kind == "namespaces":
            items = [item for item in items if item["metadata"]["name"] == here.name]
        for item in items:
            if item["kind"] == "Secret":
                item["data"] = dict.fromkeys(item.get("data", {}), "")
                item["metadata"].pop("annotations", None)
            found.setdefault(f"{item['apiVersion']}/{kind.partition('.')[0]}", []).append(item)
    return found


def version(here: Namespace) -> str:
    return json.loads(here.kubectl("version", "-o", "json").stdout)["serverVersion"]["gitVersion"]
