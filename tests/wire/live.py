"""A recorded case that can be changed: pods are created, given ephemeral containers and deleted, as a real server does it.

What the kubelet does with them is played from a recording (tests/flows; what they are, its README says): one status after
the other, `pace` seconds each, up to `reach`. The recorded containers are why-tools, api and (ephemeral) why-1; their
states are given to the init containers, the containers and the ephemeral container that was sent.
"""

from __future__ import annotations

import json
import time
from copy import deepcopy
from pathlib import Path
from typing import Any

from tests.wire.recorded import Case

FLOWS = Path(__file__).parent.parent / "flows"
PODS = "v1/pods"
# What examine.sh prints, as little of it as makes an examination.
FACTS = '{"fact":"begin","version":1,"where":"pod"}\n{"fact":"user","uid":1000,"gid":1000}\n{"fact":"end","complete":true}\n'


class Live:
    """The server's side of a look inside."""

    fixed = False

    def __init__(self, case: Case, flow: str = "sleep-copy-ends"):
        self.name, self.about, self.namespace, self.now = case.name, case.about, case.namespace, case.now
        self.resource_version = case.resource_version
        self.case, self.stored = case, deepcopy(case.objects)
        self.flow: list[dict] = []
        self.play(flow)
        self.pace, self.reach = 0.02, 99
        self.began: dict[str, float] = {}
        """Since when what was sent for a pod is there; by the pod's name."""
        self.says: dict[str, str] = {}
        """The logs, by container; the facts where none is given."""
        self.denied: set[str] = set()
        """What SelfSubjectAccessReview says no to: "create pods", "get pods/log"."""
        self.event: dict = {}
        """What an event says of every copy, where one does."""
        self.deleted: list[str] = []

    def play(self, flow: str):
        """Play this recording from now on."""
        self.flow = json.loads((FLOWS / f"{flow}.json").read_text())["statuses"]

    @property
    def objects(self) -> dict[str, list[dict]]:
        """All objects, as they are now."""
        pods = [self._as_it_is(pod) if pod["metadata"]["name"] in self.began else pod for pod in self.stored[PODS]]
        return {**self.stored, PODS: pods}

    @property
    def copies(self) -> list[str]:
        """The names of the copies that are there."""
        return [name for pod in self.stored[PODS] if "-why-" in (name := pod["metadata"]["name"])]

    def log(self, pod: str, container: str, previous: bool) -> bytes | None:
        """What the container has said, where it has started."""
        if pod not in self.began or container in self._recorded(pod):
            return self.case.log(pod, container, previous)
        state = self._states(self._find(pod)).get(container, {})
        return self.says.get(container, FACTS).encode() if {"running", "terminated"} & set(state) else None

    # -- what is asked for: method, namespace, name, part of it; each gives a status and a body

    def write(self, method: str, target: Any, query: dict, body: dict | None) -> tuple[int, dict]:
        """Carry out what was sent, or try it (dryRun)."""
        dry = query.get("dryRun") == "All"
        if target.resource == "selfsubjectaccessreviews":
            return 201, self._review(body)
        pod = self._find(target.name)
        if method == "POST":
            return self._create(target.namespace, body, dry)
        if pod is None:
            return 404, {"name": target.name}
        if method == "PATCH" and target.sub == "ephemeralcontainers":
            return 200, self._patch(pod, body, dry)
        if method == "DELETE":
            if not dry:
                self.stored[PODS].remove(pod)
                self.deleted.append(target.name)
            return 200, pod
        return 405, {}

    def _review(self, body: dict) -> dict:
        asked = body["spec"]["resourceAttributes"]
        resource = "/".join(filter(None, (asked["resource"], asked.get("subresource"))))
        return {**body, "status": {"allowed": f"{asked['verb']} {resource}" not in self.denied}}

    def _create(self, namespace: str, body: dict, dry: bool) -> tuple[int, dict]:
        meta = {**body["metadata"], "namespace": namespace, "uid": "1", "resourceVersion": self.resource_version}
        pod = {**body, "metadata": {**meta, "creationTimestamp": f"{self.now:%Y-%m-%dT%H:%M:%SZ}"}, "status": {}}
        if self._find(meta["name"]):
            return 409, {"name": meta["name"]}
        if not dry:
            self.stored[PODS].append(pod)
            self.began[meta["name"]] = time.monotonic()
            about = {"kind": "Pod", "namespace": namespace, "name": meta["name"]}
            if self.event:
                self.stored["v1/events"].append({**self.event, "metadata": meta, "involvedObject": about})
        return 201, pod

    def _patch(self, pod: dict, body: dict, dry: bool) -> dict:
        changed = deepcopy(pod)
        changed["spec"].setdefault("ephemeralContainers", []).extend(body["spec"]["ephemeralContainers"])
        if not dry:
            pod["spec"] = changed["spec"]
            self.began[pod["metadata"]["name"]] = time.monotonic()
        return changed

    # -- what the kubelet does

    def _as_it_is(self, pod: dict) -> dict:
        """The pod with the status that the recording has reached."""
        reached = min(
            int((time.monotonic() - self.began[pod["metadata"]["name"]]) / self.pace), self.reach, len(self.flow) - 1
        )
        status = self.flow[reached]
        spec = {**pod["spec"], "nodeName": "n1"}
        if "ephemeralContainers" in spec:
            played = _all("ephemeralContainerStatuses", spec["ephemeralContainers"], status)
            return {**pod, "status": {**pod["status"], "ephemeralContainerStatuses": played}}
        played = {
            f"{part[:-1]}Statuses": _all(f"{part[:-1]}Statuses", spec.get(part, []), status)
            for part in ("initContainers", "containers")
        }
        return {**pod, "spec": spec, "status": {**status, **played}}

    def _states(self, pod: dict | None) -> dict[str, dict]:
        status = self._as_it_is(pod)["status"] if pod else {}
        return {item["name"]: item["state"] for part in status if part.endswith("Statuses") for item in status[part]}

    def _recorded(self, pod: str) -> set[str]:
        """The containers that the case itself has of a pod."""
        found = next((item for item in self.case.objects[PODS] if item["metadata"]["name"] == pod), {"spec": {}})
        return {item["name"] for part in ("initContainers", "containers") for item in found["spec"].get(part, [])}

    def _find(self, name: str) -> dict | None:
        return next((pod for pod in self.stored[PODS] if pod["metadata"]["name"] == name), None)


def _all(part: str, containers: list[dict], status: dict) -> list[dict]:
    """The recorded status, of each of these containers; the last one, where several were recorded."""
    recorded = status.get(part)
    return [{**recorded[-1], "name": item["name"], "image": item["image"]} for item in containers] if recorded else []
