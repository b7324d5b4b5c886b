"""What makes a pod: its owners, their revisions, and the pods of an owner."""

from __future__ import annotations

from ..cluster import ClusterError
from ..resources import WORKLOADS
from ..snapshot import Object, key
from ..status import listing, mapping, name_of
from .reader import Reader
from .references import controller


def owners_of(reader: Reader, obj: Object, namespace: str) -> tuple[Object, ...]:
    """The chain of controllers, nearest first, as far as it can be read."""
    chain: list[Object] = []
    next_one = controller(obj)
    while next_one and next_one[0] in WORKLOADS and len(chain) < 3:
        owner = reader.get(next_one[0], namespace, next_one[1])
        if owner is None:
            break
        chain.append(owner)
        next_one = controller(owner)
    return tuple(chain)


def keep_revisions(reader: Reader, owner: Object, namespace: str) -> None:
    """The revisions of the workload behind a pod's owner: ReplicaSets of a Deployment, ControllerRevisions of the others.

    The selector of a Deployment is its ReplicaSet's without the hash, so that its own object need not be awaited.
    """
    kind = {"ReplicaSet": "ReplicaSet", "StatefulSet": "ControllerRevision", "DaemonSet": "ControllerRevision"}.get(
        str(owner.get("kind"))
    )
    selector = _selector(owner, without="pod-template-hash")
    if kind and selector:
        reader.keep(kind, namespace, labelSelector=selector)


def _selector(owner: Object, without: str = "") -> str | None:
    """The owner's selector as a labelSelector of the API, `without` one label, or None where it has none."""
    selector = mapping(owner.get("spec")).get("selector")
    labels = mapping(mapping(selector).get("matchLabels"))
    if not labels and owner.get("kind") == "ReplicationController":
        labels = mapping(selector)
    terms = [f"{name}={value}" for name, value in labels.items() if name != without]
    for item in listing(mapping(selector).get("matchExpressions")):
        values = item.get("values")
        joined = f"({','.join(map(str, values))})" if isinstance(values, list) else ""
        operator = {"In": " in ", "NotIn": " notin ", "Exists": "", "DoesNotExist": ""}.get(str(item.get("operator")))
        if operator is not None:
            bang = "!" if item.get("operator") == "DoesNotExist" else ""
            terms.append(f"{bang}{item.get('key')}{operator}{joined}")
    return ",".join(terms) or None


def pods_of(reader: Reader, owner: Object, namespace: str) -> tuple[list[Object], list[Object]]:
    """The owner with what stands between it and its pods, nearest to the pods first; and the pods."""
    chain = [owner]
    if owner.get("kind") == "CronJob":
        jobs = [job for job in reader.list("Job", namespace) or () if controller(job) == ("CronJob", name_of(owner))]
        if not jobs:
            return chain, []
        jobs.sort(key=lambda job: str(mapping(job.get("metadata")).get("creationTimestamp") or ""), reverse=True)
        chain.insert(0, jobs[0])
    selector = _selector(chain[0])
    if selector is None:
        return chain, []
    pods = reader.list("Pod", namespace, labelSelector=selector)
    if pods is None:
        reason = reader.unreadable[key("Pod", namespace, "*")]
        raise ClusterError(f"the pods of {str(owner['kind']).lower()} {name_of(owner)} cannot be listed: {reason}")
    between = []
    if owner.get("kind") == "Deployment":
        sets = reader.list("ReplicaSet", namespace, labelSelector=selector) or []
        between = [obj for obj in sets if controller(obj) == ("Deployment", name_of(owner))]
        between.sort(key=revision_of, reverse=True)
        chain[:0] = between[:1]
    parents = {name_of(obj) for obj in [*between, *chain]}
    return chain, [pod for pod in pods if (controller(pod) or ("", ""))[1] in parents]


def revision_of(replica_set: Object) -> int:
    """The number that its Deployment gave it; 0 where it has none."""
    text = mapping(mapping(replica_set.get("metadata")).get("annotations")).get("deployment.kubernetes.io/revision")
    return int(text) if isinstance(text, str) and text.isdigit() else 0
