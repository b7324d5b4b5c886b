"""What makes a pod: its owners, their revisions, and the pods of an owner."""

from __future__ import annotations

from ..resources import WORKLOADS
from ..snapshot import Object, key
from ..status import condition, controller, fails, listing, mapping, name_of
from .reader import Reader, only

# So many pods of a workload are compared with the one that is asked about; of an owner that is asked about, all.
_MAX_SIBLINGS = 100


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


def maker(reader: Reader, pod: Object, namespace: str) -> Object | None:
    """What made a pod, as far as it was read."""
    owner = controller(pod)
    return reader.objects.get(key(owner[0], namespace, owner[1])) if owner else None


def keep_revisions(reader: Reader, owner: Object, namespace: str) -> None:
    """The revisions of the workload behind a pod's owner: ReplicaSets of a Deployment, ControllerRevisions of the others.

    The selector of a Deployment is its ReplicaSet's without the hash, so that its own object need not be awaited.
    """
    kind = {"ReplicaSet": "ReplicaSet", "StatefulSet": "ControllerRevision", "DaemonSet": "ControllerRevision"}.get(
        str(owner.get("kind"))
    )
    selector = selector_of(owner, without="pod-template-hash")
    if kind and selector:
        reader.keep(kind, namespace, labelSelector=selector)


def selector_of(owner: Object, without: str = "") -> str | None:
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


def pods_of(reader: Reader, owner: Object, namespace: str) -> tuple[list[Object], list[Object] | None]:
    """The owner with what stands between it and its pods, nearest to the pods first; and the pods, None where unreadable.

    Of a CronJob they are those of its last run; of one that is under way and has not failed only where the one before did
    not fail either.
    """
    if owner.get("kind") == "CronJob":
        return _of_cronjob(reader, owner, namespace)
    chain = [owner]
    selector = selector_of(owner)
    if selector is None:
        return chain, []
    pods = reader.list("Pod", namespace, labelSelector=selector)
    parents = {name_of(owner)}
    if owner.get("kind") == "Deployment":
        sets = reader.list("ReplicaSet", namespace, labelSelector=selector)
        between = [obj for obj in sets or () if controller(obj) == ("Deployment", name_of(owner))]
        between.sort(key=revision_of, reverse=True)
        chain[:0] = between[:1]
        parents |= {name_of(obj) for obj in between}
        if sets is None:
            # Which of them are its own is not known; all of its pods are of ReplicaSets with these labels.
            parents |= {name for kind, name in filter(None, map(controller, pods or ())) if kind == "ReplicaSet"}
    return chain, None if pods is None else [pod for pod in pods if (controller(pod) or ("", ""))[1] in parents]


def _of_cronjob(reader: Reader, owner: Object, namespace: str) -> tuple[list[Object], list[Object] | None]:
    listed = reader.list("Job", namespace)
    jobs = [job for job in listed or () if controller(job) == ("CronJob", name_of(owner))]
    jobs.sort(key=lambda job: str(mapping(job.get("metadata")).get("creationTimestamp") or ""), reverse=True)
    if not jobs:
        return [owner], None if listed is None else []
    job, pods = jobs[0], pods_of(reader, jobs[0], namespace)[1]
    done = next((other for other in jobs if _ended(other)), job)
    if done is not job and _ended(done) == "Failed" and not any(map(fails, pods or ())):
        job, pods = done, pods_of(reader, done, namespace)[1]
    return [job, owner], pods


def _ended(job: Object) -> str:
    """How a Job ended: Complete or Failed; empty where it has not."""
    return next((kind for kind in ("Complete", "Failed") if condition(job, kind).get("status") == "True"), "")


def pods_beside(reader: Reader, owner: Object, namespace: str) -> list[Object]:
    """The pods with the labels of the workload behind a pod's owner: one request; none where they are too many for it."""
    selector = selector_of(owner, without="pod-template-hash")
    return reader.page("Pod", namespace, _MAX_SIBLINGS, labelSelector=selector) if selector else []


def siblings_of(reader: Reader, pod: Object, namespace: str, pods: list[Object]) -> tuple[Object, ...]:
    """Those of the pods that the same workload made, trimmed: by any of the ReplicaSets of a Deployment."""
    owner = controller(pod)
    if owner is None:
        return ()
    above = controller(maker(reader, pod, namespace) or {})
    makers = {owner} | {
        ("ReplicaSet", name_of(obj))
        for ref, obj in reader.objects.items()
        if above and ref.startswith(key("ReplicaSet", namespace, "")) and controller(obj) == above
    }
    return tuple(compared(other) for other in pods if controller(other) in makers and name_of(other) != name_of(pod))


def compared(pod: Object) -> Object:
    """Of a sibling what is compared: where it runs, of which revision it is, and what became of its containers."""
    metadata, spec, status = (mapping(pod.get(part)) for part in ("metadata", "spec", "status"))
    of_spec = only(spec, "nodeName", "restartPolicy")
    of_status = only(status, "phase", "reason")
    of_status["conditions"] = [
        only(found, "type", "status", "reason") for kind in ("PodScheduled", "Ready") if (found := condition(pod, kind))
    ]
    for containers, statuses in (("initContainers", "initContainerStatuses"), ("containers", "containerStatuses")):
        if containers in spec:
            of_spec[containers] = [only(item, "name", "image", "restartPolicy") for item in listing(spec[containers])]
        if statuses in status:
            of_status[statuses] = [_of_container(item) for item in listing(status[statuses])]
    names = ("name", "namespace", "labels", "ownerReferences", "creationTimestamp", "deletionTimestamp")
    return {"kind": "Pod", "metadata": only(metadata, *names), "spec": of_spec, "status": of_status}


def _of_container(status: Object) -> Object:
    kept = only(status, "name", "image", "imageID", "ready", "started", "restartCount")
    for part in ("state", "lastState"):
        kept[part] = {
            name: only(mapping(value), "reason", "exitCode", "signal", "startedAt", "finishedAt")
            for name, value in mapping(status.get(part)).items()
            if value is not None
        }
    return kept


def revision_of(replica_set: Object) -> int:
    """The number that its Deployment gave it; 0 where it has none."""
    text = mapping(mapping(replica_set.get("metadata")).get("annotations")).get("deployment.kubernetes.io/revision")
    return int(text) if isinstance(text, str) and text.isdigit() else 0
