"""The rows of failures.yaml, and the objects that they mean."""

from pathlib import Path

import yaml

from tests.e2e.cluster import named, pod

ROWS = {row.get("name", row["cause"]): row for row in yaml.safe_load(Path(__file__).with_name("failures.yaml").read_text())}


def workload(name: str, row: dict) -> dict:
    """The pod of a row, or the Deployment that cannot have it."""
    alone = pod(name, labels={"app": name}, also=row.get("pod"), **row.get("app", {}))
    return deployment(name, alone) if row.get("kind") == "Deployment" else alone


def deployment(name: str, of: dict) -> dict:
    """A Deployment of such a pod."""
    template = {"metadata": {"labels": {"app": name}}, "spec": of["spec"]}
    spec = {"replicas": 1, "selector": {"matchLabels": {"app": name}}, "template": template}
    return {**named("Deployment", name, "apps/v1"), "spec": spec}


def target_of(name: str, row: dict) -> str:
    return f"{'deploy' if row.get('kind') else 'pod'}/{name}"
