"""The kinds of objects that are read: where the API serves them, and how kubectl's users spell them."""

from __future__ import annotations

import re
from typing import NamedTuple
from urllib.parse import quote, unquote

from .snapshot import CLUSTER_SCOPED


class Resource(NamedTuple):
    """Where a kind is served: its group's path and its plural; and other words for it (kubectl api-resources, 1.36)."""

    group: str
    plural: str
    short: tuple[str, ...] = ()


RESOURCES = {
    "Pod": Resource("/api/v1", "pods", ("po",)),
    "Event": Resource("/api/v1", "events", ("ev",)),
    "Node": Resource("/api/v1", "nodes", ("no",)),
    "Namespace": Resource("/api/v1", "namespaces", ("ns",)),
    "ConfigMap": Resource("/api/v1", "configmaps", ("cm",)),
    "Secret": Resource("/api/v1", "secrets"),
    "Service": Resource("/api/v1", "services", ("svc",)),
    "ServiceAccount": Resource("/api/v1", "serviceaccounts", ("sa",)),
    "PersistentVolumeClaim": Resource("/api/v1", "persistentvolumeclaims", ("pvc",)),
    "PersistentVolume": Resource("/api/v1", "persistentvolumes", ("pv",)),
    "ReplicationController": Resource("/api/v1", "replicationcontrollers", ("rc",)),
    "ResourceQuota": Resource("/api/v1", "resourcequotas", ("quota",)),
    "LimitRange": Resource("/api/v1", "limitranges", ("limits",)),
    "Deployment": Resource("/apis/apps/v1", "deployments", ("deploy",)),
    "StatefulSet": Resource("/apis/apps/v1", "statefulsets", ("sts",)),
    "DaemonSet": Resource("/apis/apps/v1", "daemonsets", ("ds",)),
    "ReplicaSet": Resource("/apis/apps/v1", "replicasets", ("rs",)),
    "ControllerRevision": Resource("/apis/apps/v1", "controllerrevisions"),
    "Job": Resource("/apis/batch/v1", "jobs"),
    "CronJob": Resource("/apis/batch/v1", "cronjobs", ("cj",)),
    "EndpointSlice": Resource("/apis/discovery.k8s.io/v1", "endpointslices"),
    "NetworkPolicy": Resource("/apis/networking.k8s.io/v1", "networkpolicies", ("netpol",)),
    "VerticalPodAutoscaler": Resource("/apis/autoscaling.k8s.io/v1", "verticalpodautoscalers", ("vpa",)),
    "StorageClass": Resource("/apis/storage.k8s.io/v1", "storageclasses", ("sc",)),
    "RuntimeClass": Resource("/apis/node.k8s.io/v1", "runtimeclasses"),
    "PriorityClass": Resource("/apis/scheduling.k8s.io/v1", "priorityclasses", ("pc",)),
}

WORKLOADS = ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "ReplicationController", "Job", "CronJob")
"""The kinds that a user can ask about beside Pod: those that make pods."""


def kind_of(word: str) -> str | None:
    """The kind that kubectl would understand by `word` (deploy, sts, deployments.apps...): Pod, or one that makes pods."""
    name, _, group = word.lower().partition(".")
    for kind in ("Pod", *WORKLOADS):
        resource = RESOURCES[kind]
        if name in (kind.lower(), resource.plural, *resource.short) and group in _groups(resource):
            return kind
    return None


def _groups(resource: Resource) -> tuple[str, ...]:
    """What may follow the dot: nothing, the group, or version.group."""
    path = resource.group.split("/")[2:]
    return ("", path[0], f"{path[1]}.{path[0]}") if len(path) == 2 else ("",)


def path_of(kind: str, namespace: str | None, name: str = "") -> str:
    """The path of an object of the API, or of the list of them where there is no name."""
    resource = RESOURCES[kind]
    place = "" if kind in CLUSTER_SCOPED or not namespace else f"/namespaces/{quote(namespace, safe='', errors='replace')}"
    return f"{resource.group}{place}/{resource.plural}" + (f"/{quote(name, safe='', errors='replace')}" if name else "")


_PATH = r"(?P<group>/api/v1|/apis/[^/]+/[^/]+)(?:/namespaces/(?P<in>[^/]+))?/(?P<many>\w+)(?:/(?P<name>[^/]+))?"


def named_by(path: str) -> tuple[str, str, str] | None:
    """Kind, namespace and name of which `path_of` made the path; None where it is of anything else, such as a log."""
    match = re.fullmatch(_PATH, path)
    for kind, resource in RESOURCES.items() if match else ():
        if (resource.group, resource.plural) == (match["group"], match["many"]):
            return kind, unquote(match["in"] or ""), unquote(match["name"] or "")
    return None
