"""Clusters made in memory: of recorded ones, whose workloads or nodes come again and again, renamed; of a few objects."""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path

from kubectl_why.resources import RESOURCES
from kubectl_why.snapshot import CLUSTER_SCOPED
from tests.wire.recorded import Case

NAMESPACE = "crowd"
AT = "2026-11-22T12:00:00Z"
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_STAMP = re.compile(rb"(?m)^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d")
_OWNERS = ("apps/v1/deployments", "apps/v1/statefulsets", "apps/v1/daemonsets", "batch/v1/jobs", "batch/v1/cronjobs")
# Recorded cases of one workload each, and what is wrong with it.
WAYS = {
    "tariff-sync": "image-registry-unreachable",
    "legal-docs": "image-pull-secret-missing",
    "report-builder": "oom-killed",
    "driver-docs": "env-configmap-key-not-found",
    "notify": "missing-env-var",
    "search-crawler": "node-selector-mismatch",
    "profile-web": "listening-on-localhost",
    "thumbs": "read-only-filesystem",
    "recommender": "unhandled-exception",
    "upload-gw": "disk-full",
    "doc-uploads": "pvc-not-found",
    "gateway": "port-in-use",
}
_SHOP = "shop-prod"


@dataclass(frozen=True)
class Part:
    """The workloads of a recorded namespace: those named, or all; so many times."""

    case: Case
    times: int
    only: tuple[str, ...] = ()
    events: bool = True

    @property
    def workloads(self) -> list[str]:
        names = [item["metadata"]["name"] for kind in _OWNERS for item in self.case.objects.get(kind, ())]
        return [name for name in names if not self.only or name in self.only]


class Crowd(Case):
    """A case whose objects are those of its parts, all of one namespace, at one time."""

    def __init__(self, name: str, parts: Iterable[Part]):
        super().__init__(Path(name))
        object.__setattr__(self, "parts", list(parts))
        object.__setattr__(self, "originals", {})

    @cached_property
    def about(self) -> dict:
        return {"recorded": {"namespace": NAMESPACE, "at": AT, "server": "v1.36.2"}}

    @cached_property
    def objects(self) -> dict[str, list[dict]]:
        found: dict[str, dict[tuple, dict]] = {}
        for part in self.parts:
            for number in range(part.times):
                for resource, items in self._copied(part, number).items():
                    by_name = found.setdefault(resource, {})
                    for item in items:
                        meta = item["metadata"]
                        by_name.setdefault((meta.get("namespace"), meta["name"]), item)
        return {resource: list(items.values()) for resource, items in found.items()}

    def _copied(self, part: Part, number: int) -> dict[str, list[dict]]:
        """The objects of a part under names that end in a number."""
        names = "|".join(map(re.escape, sorted(part.workloads, key=len, reverse=True)))
        mine = re.compile(rf"(?<![\w/.-])(?:{names})(?![\w/.])")
        shift = self.now - part.case.now
        copies: dict[str, list[dict]] = {}
        for resource, items in part.case.objects.items():
            for item in items:
                own = item["metadata"].get("namespace")
                if resource == "v1/events" and not part.events:
                    continue
                if own not in (None, part.case.namespace) or (own and not self._is_of(part, item)):
                    continue
                text = _TIME.sub(lambda time: _later(time[0], shift), json.dumps(item))
                copy = json.loads(mine.sub(lambda name: f"{name[0]}-{number}", text) if own else text)
                if own:
                    copy["metadata"]["namespace"] = NAMESPACE
                if "involvedObject" in copy:
                    copy["involvedObject"]["namespace"] = NAMESPACE
                if resource == "v1/namespaces":
                    copy["metadata"]["name"] = NAMESPACE
                if resource == "v1/pods":
                    self.originals[copy["metadata"]["name"]] = part.case, item["metadata"]["name"], number, shift
                copies.setdefault(resource, []).append(copy)
        return copies

    @staticmethod
    def _is_of(part: Part, item: dict) -> bool:
        """Whether an object is of one of the part's workloads, by its name or by what it is about."""
        about = item.get("involvedObject", item["metadata"])["name"]
        return not part.only or any(about == name or about.startswith(f"{name}-") for name in part.only)

    def log(self, pod: str, container: str, previous: bool) -> bytes | None:
        case, name, number, shift = self.originals[pod]
        text = case.log(name, container.removesuffix(f"-{number}"), previous)
        return text and _STAMP.sub(lambda time: _later(time[0].decode() + "Z", shift)[:-1].encode(), text)


class Made(Case):
    """A case of these objects, which are complete as far as their lists are concerned, and without logs."""

    def __init__(self, name: str, *objects: dict):
        super().__init__(Path(name))
        found: dict[str, list[dict]] = {}
        for number, obj in enumerate([{"kind": "Namespace", "metadata": {"name": NAMESPACE}}, *objects]):
            kind = RESOURCES[obj["kind"]]
            metadata = {"uid": f"uid-{number}", "resourceVersion": str(number + 1), **obj["metadata"]}
            if obj["kind"] not in CLUSTER_SCOPED:
                metadata["namespace"] = NAMESPACE
            found.setdefault(f"{kind.group.split('/', 2)[2]}/{kind.plural}", []).append({**obj, "metadata": metadata})
        self.__dict__["objects"] = found

    @property
    def about(self) -> dict:
        return {"recorded": {"namespace": NAMESPACE, "at": AT, "server": "v1.36.2"}}

    def log(self, pod: str, container: str, previous: bool) -> bytes | None:
        return b""


def shop(cases: Mapping[str, Case], name: str, pods: int) -> Crowd:
    """A namespace of so many pods, a multiple of 20: 60 fail in 12 ways, 5 workloads each; the others are well."""
    truth = cases[_SHOP].about["truth"]["workloads"]
    calm = tuple(name for name in Part(cases[_SHOP], 1).workloads if name not in truth and name != "db-migrate")
    failing = [Part(cases[way], 5) for way in WAYS]
    crowd = Crowd(name, [*failing, Part(cases[_SHOP], (pods - 60) // 20, calm, events=False)])
    assert len(crowd.objects["v1/pods"]) == pods  # made now, and not while somebody waits for an answer
    return crowd


def with_nodes(case: Case, number: int) -> Case:
    """The case of a pod that no node takes, with so many nodes that are all like its only one."""
    objects = json.loads(json.dumps(case.objects).replace("0/1 nodes", f"0/{number} nodes").replace(": 1 ", f": {number} "))
    (node,) = objects["v1/nodes"]
    names = [f"{node['metadata']['name']}-{at}" for at in range(number)]
    objects["v1/nodes"] = [{**node, "metadata": {**node["metadata"], "name": name, "uid": name}} for name in names]
    found = Case(case.folder)
    found.__dict__["objects"] = objects
    return found


def _later(time: str, shift: timedelta) -> str:
    return (datetime.strptime(time, "%Y-%m-%dT%H:%M:%SZ") + shift).strftime("%Y-%m-%dT%H:%M:%SZ")
