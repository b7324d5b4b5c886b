"""Copies of pods that were made for a look: how they go, and those that earlier runs left behind."""

from __future__ import annotations

import time

from ..cluster import Absent, Cluster, Unreachable
from ..commands import kubectl
from ..redact import clean
from ..resources import path_of
from ..snapshot import Object
from ..status import listing, mapping
from .builders import MANAGED_BY, OF

_TRIES, _PAUSE = 4, 0.5
# Long enough for the kubelet to stop what runs before the pod's name is gone; what sleeps has nothing to finish.
_GRACE = {"gracePeriodSeconds": "1"}


def remove(cluster: Cluster, namespace: str, name: str, arrived: bool = True) -> None:
    """Delete a copy, and try again where the server does not answer. Raises ClusterError where it may still be there.

    `arrived` says that it was there for certain. A request whose answer was lost may arrive after its own deletion: then
    an absence is asked about again.
    """
    for number in range(_TRIES):
        last = number == _TRIES - 1
        try:
            cluster.delete(path_of("Pod", namespace, name), _GRACE)
            return
        except Absent:
            if arrived or last:
                return
        except Unreachable:
            if last:
                raise
        time.sleep(_PAUSE)


def leftovers(cluster: Cluster, namespace: str, pod: str | None = None) -> list[Object]:
    """The copies that are there, of one pod or of all: what has both our label and our annotation. Raises ClusterError."""
    selector = ",".join(f"{name}={value}" for name, value in MANAGED_BY.items())
    found = listing(cluster.get(path_of("Pod", namespace), {"labelSelector": selector}).get("items"))
    return [clean(item) for item in found if (of(item) == pod if pod else of(item)) and not _goes(item)]


def of(copy: Object) -> str:
    """The name of the pod that was copied; empty where the object is no copy."""
    return str(mapping(mapping(copy.get("metadata")).get("annotations")).get(OF) or "")


def deletion(cluster: Cluster, namespace: str, name: str) -> str:
    """The command that deletes a copy."""
    return kubectl("delete", f"pod/{name}", namespace=namespace, access=cluster.access)


def _goes(item: Object) -> bool:
    return bool(mapping(item.get("metadata")).get("deletionTimestamp"))
