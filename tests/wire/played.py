"""A recorded stream of watch events that is played: a case whose objects are what they were at the moment it stands at."""

import json
import threading
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

FLOWS = Path(__file__).parent.parent / "flows"
_RESOURCES = {"deployments": "apps/v1/deployments", "pods": "v1/pods", "events": "v1/events"}


class Played:
    """Has what `tests.replay` asks of a Case; `to` plays on. Its clock is that of the recording.

    What was not recorded is made: the ReplicaSets from what the pods say of theirs, a node, the ConfigMaps of authorities.
    """

    fixed = False

    def __init__(self, flow: str, logs: dict[str, bytes], at: float = 0.0):
        """`logs` by the name of a pod's ReplicaSet: what its containers said, in each of their lives."""
        [recorded] = json.loads((FLOWS / f"{flow}.json").read_text())
        self.name = flow
        self._events = recorded["events"]
        first = self._events[0]
        self.namespace = first["object"]["metadata"]["namespace"]
        created = datetime.fromisoformat(first["object"]["metadata"]["creationTimestamp"].replace("Z", "+00:00"))
        self._start = created - timedelta(seconds=first["after"])
        self._logs = logs
        self._at = at
        self._ends: dict | None = None
        self._times_ended = 0
        self._changed = threading.Condition()
        self.about = {"recorded": {"server": "v1.36.3"}}

    def to(self, seconds: float, factor: float = 0.0):
        """Play to that second of the recording: at once, or `factor` times as fast as it was."""
        began, start = time.monotonic(), self._at
        while True:
            now = min(seconds, start + (time.monotonic() - began) * factor) if factor else seconds
            with self._changed:
                self._at = now
                self._changed.notify_all()
            if now >= seconds:
                return
            time.sleep(0.01)

    def end_streams(self, error: dict | None = None):
        """End what is being watched: with an event of type ERROR that holds the Status, or by closing the connections."""
        with self._changed:
            self._ends = error
            self._times_ended += 1
            self._changed.notify_all()

    @property
    def now(self) -> datetime:
        return self._start + timedelta(seconds=self._at)

    @property
    def resource_version(self) -> str:
        played = [event["object"]["metadata"]["resourceVersion"] for event in self._events[: self._played()]]
        return played[-1] if played else "1"

    @property
    def objects(self) -> dict[str, list[dict]]:
        return self._objects(self._played())

    def log(self, pod: str, container: str, previous: bool) -> bytes | None:
        return self._logs.get(pod.rpartition("-")[0], b"")

    def stream(self, resource: str, seconds: float) -> Iterator[dict]:
        """The objects of group/version/resource that there are, each as ADDED, and then what becomes of them."""
        deadline = time.monotonic() + seconds
        with self._changed:
            seen, ended = self._played(), self._times_ended
        for item in self._objects(seen).get(resource, []):
            yield {"type": "ADDED", "object": item}
        while True:
            with self._changed:
                left = deadline - time.monotonic()
                while (now := self._played()) == seen and self._times_ended == ended and left > 0:
                    self._changed.wait(left)
                    left = deadline - time.monotonic()
                if self._times_ended > ended or now == seen:
                    error = self._ends
                    break
            for event in self._events[seen:now]:
                if _RESOURCES[event["resource"]] == resource:
                    yield {"type": event["type"], "object": event["object"]}
            seen = now
        if error:
            yield {"type": "ERROR", "object": error}

    def _played(self) -> int:
        return sum(event["after"] <= self._at for event in self._events)

    def _objects(self, played: int) -> dict[str, list[dict]]:
        found: dict[str, dict[str, dict]] = {resource: {} for resource in _RESOURCES.values()}
        made: dict[str, dict] = {}
        deployment = None
        for event in self._events[:played]:
            item, name, those = event["object"], event["object"]["metadata"]["name"], found[_RESOURCES[event["resource"]]]
            if event["resource"] == "deployments":
                deployment = item
            if event["resource"] == "pods":
                made.setdefault(name.rpartition("-")[0], _replica_set(item, deployment, len(made) + 1))
            if event["type"] == "DELETED":
                del those[name]
            else:
                those[name] = item
        lists = {key: list(items.values()) for key, items in found.items()}
        maps = [{"metadata": {"name": name, "namespace": self.namespace, "resourceVersion": "1"}} for name in _MAPS]
        return {**lists, "apps/v1/replicasets": list(made.values()), "v1/nodes": [_NODE], "v1/configmaps": maps}


# of which each namespace of that cluster had one
_MAPS = ("kube-root-ca.crt", "openshift-service-ca.crt")
_NODE = {
    "metadata": {"name": "lab-1", "resourceVersion": "1"},
    "spec": {},
    "status": {
        "conditions": [{"type": "Ready", "status": "True"}],
        "allocatable": {"cpu": "4", "memory": "8Gi", "pods": "110"},
    },
}


def _replica_set(pod: dict, deployment: dict, revision: int) -> dict:
    meta, owner = pod["metadata"], deployment["metadata"]
    reference = {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "name": owner["name"],
        "uid": owner["uid"],
        "controller": True,
    }
    return {
        "metadata": {
            "name": meta["ownerReferences"][0]["name"],
            "uid": meta["ownerReferences"][0]["uid"],
            "namespace": meta["namespace"],
            "creationTimestamp": meta["creationTimestamp"],
            "resourceVersion": meta["resourceVersion"],
            "labels": meta["labels"],
            "annotations": {"deployment.kubernetes.io/revision": str(revision)},
            "ownerReferences": [reference],
        },
        "spec": {
            "selector": {"matchLabels": meta["labels"]},
            "template": {"metadata": {"labels": meta["labels"]}, "spec": deployment["spec"]["template"]["spec"]},
        },
        "status": {},
    }
