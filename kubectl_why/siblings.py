"""A failing pod beside the other pods of its workload: whether it is the application, the revision or the node."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from .causes.changes.rollouts import revisions
from .causes.lifecycle import span
from .facts import Container, Facts
from .model import Siblings, Verdict
from .snapshot import Object, Snapshot
from .status import labels_of, mapping, moment, name_of, number, pod_status

Trouble = tuple[object, ...]
"""What is compared: two pods with the same one fail alike."""

# How one failing pull is reported by turns.
_PULLS = ("ErrImagePull", "ImagePullBackOff")
# While a container waits so, how its last run ended is what is the matter.
_BETWEEN_RUNS = ("CrashLoopBackOff", "RunContainerError")
_NOT_READY: Trouble = ("not ready",)
# In these, any pod is at first: a sibling fails so only when it has been so for a while, or was made with this one.
_AT_FIRST = (_NOT_READY, ("ContainerCreating",), ("PodInitializing",))
_AT_FIRST_SECONDS = 60.0
_AS_OLD = 10.0
# Seconds within which a node is a new one.
_NEW_NODE = 3600.0
# So many nodes are named.
_NODES = 3
# What one node can bring about: of the others, a pod that runs well has only been started before they came about.
_OF_A_NODE = frozenset(
    (
        *("volume-mount-failed", "sandbox-failed", "exec-format-error", "too-many-open-files"),
        *("image-registry-unreachable", "image-registry-untrusted", "image-never-pull", "image-platform-mismatch"),
        *("node-out-of-memory", "disk-full", "segmentation-fault", "aborted", "illegal-instruction", "killed", "terminated"),
        *("probe-timeout", "probe-failed", "slow-start", "node-not-ready", "node-refused", "node-shutdown"),
        *("connection-refused", "connection-timeout", "dns-not-found", "silent-exit"),
    )
)


class _Pod(NamedTuple):
    """One pod of the workload."""

    alike: bool
    """It is the one that is asked about, or fails like it."""
    well: bool
    node: str
    revision: str
    image: str
    image_id: str


def compared(facts: Facts, verdict: Verdict) -> Siblings | None:
    """The pod beside its siblings, by what is wrong with the verdict's container; None where there is nothing to say."""
    name = verdict.finding.container
    trouble = _trouble(facts, name)
    of_job = bool(facts.snapshot.owners) and facts.snapshot.owners[0].get("kind") == "Job"
    if trouble is None or facts.deleted or (facts.phase == "Failed" and not of_job):
        return None
    pods = [_pod(facts, name, alike=True, well=False)]
    for sibling in facts.snapshot.siblings:
        other = Facts(Snapshot(facts.now, ("Pod", facts.namespace, name_of(sibling)), sibling))
        # A ReplicaSet counts pods that ended no more: it has made others instead.
        if other.deleted or (other.phase in ("Failed", "Succeeded") and not of_job):
            continue
        found = _trouble(other, name)
        alike = found == trouble and (found not in _AT_FIRST or other.age + _AS_OLD >= min(facts.age, _AT_FIRST_SECONDS))
        well = other.phase == "Succeeded" or (found is None and other.condition("Ready").get("status") == "True")
        pods.append(_pod(other, name, alike, well))
    if len(pods) == 1:
        return None
    failing = sum(pod.alike for pod in pods)
    message = _sentence(facts, verdict, pods, "tries" if of_job and _one_by_one(facts.snapshot.owners[0]) else "pods")
    return Siblings(failing, len(pods), message + _pushed_again(pods))


def _trouble(facts: Facts, name: str | None) -> Trouble | None:
    """What is wrong with a pod: with that container, or with the first that has anything; None where nothing is."""
    if facts.unscheduled:
        return ("unscheduled",)
    for container in facts.containers:
        if name in (None, container.name):
            found = _of_container(facts, container)
            if found:
                return found
    ready = facts.condition("Ready").get("status") == "True" or facts.phase == "Succeeded"
    return None if ready or name else (pod_status(facts.pod),)


def _of_container(facts: Facts, container: Container) -> Trouble | None:
    reason = str(mapping(container.waiting).get("reason") or "")
    end = facts.end(container)
    if reason in _PULLS:
        return (_PULLS,)
    if end and reason in ("", *_BETWEEN_RUNS):
        return end.exit_code, end.reason
    if reason:
        return (reason,)
    return _NOT_READY if container.running is not None and not container.ready else None


def _pod(facts: Facts, name: str | None, alike: bool, well: bool) -> _Pod:
    container = next((found for found in facts.containers if found.name == name), None)
    labels = labels_of(facts.pod)
    return _Pod(
        alike,
        well,
        node=str(facts.spec.get("nodeName") or ""),
        revision=str(labels.get("pod-template-hash") or labels.get("controller-revision-hash") or ""),
        image=container.image if container else "",
        image_id=str(container.status.get("imageID") or "") if container else "",
    )


def _one_by_one(job: Object) -> bool:
    """Whether each pod of a Job is another try at the same thing."""
    spec = mapping(job.get("spec"))
    return number(spec.get("completions")) <= 1 and number(spec.get("parallelism")) <= 1


def _sentence(facts: Facts, verdict: Verdict, pods: list[_Pod], word: str) -> str:
    """How many fail alike, and what that decides."""
    alike, well = [pod for pod in pods if pod.alike], [pod for pod in pods if pod.well]
    nodes = {pod.node for pod in alike if pod.node}
    fail = f"{len(alike)} of {len(pods)} {word} {'fail alike' if len(alike) > 1 else 'fails'}"
    if len(alike) == len(pods):
        on_nodes = f", on {len(nodes)} nodes" if len(nodes) > 1 else ""
        return fail + on_nodes + (": not the node" if on_nodes and not verdict.cause.id.startswith("node-") else "")
    of_revision = _of_revision(facts, pods)
    if of_revision:
        return of_revision
    if len(alike) + len(well) < len(pods):
        return fail if len(alike) > 1 else f"{fail} like this"
    run = "the others run well" if len(well) > 1 else "the other runs well"
    elsewhere = {pod.node for pod in well}
    if len(nodes) == 1 and nodes.isdisjoint(elsewhere) and _can_be_of_a_node(facts, verdict):
        return f"{fail}; {run} on {_nodes(elsewhere)}: look at node {min(nodes)}{_newly(facts)}"
    return f"{fail}; {run}"


def _newly(facts: Facts) -> str:
    """That the pod's node has only just come to the cluster, where that is so."""
    created = moment(mapping(facts.known_node.get("metadata")).get("creationTimestamp"))
    age = (facts.now - created).total_seconds() if created else _NEW_NODE
    return f", which came {span(age)} ago" if age < _NEW_NODE else ""


def _of_revision(facts: Facts, pods: list[_Pod]) -> str:
    """Words for that only pods of one revision fail, and all of the others run well; empty where that is not so."""
    failing = {pod.revision for pod in pods if pod.alike}
    same = [pod for pod in pods if pod.revision in failing]
    others = [pod for pod in pods if pod.revision not in failing]
    revisions_well = {pod.revision for pod in others}
    if len(failing) > 1 or not others or "" in failing | revisions_well or not all(pod.well for pod in others):
        return ""
    if any(pod.well for pod in same):
        return ""
    fail = f"only pods of revision {_number(facts, *failing)} fail"
    if len(same) == 1:
        fail = f"only the pod of revision {_number(facts, *failing)} fails"
    where = "other revisions" if len(revisions_well) > 1 else f"revision {_number(facts, *revisions_well)}"
    run = f"those of {where} run well" if len(others) > 1 else f"that of {where} runs well"
    return f"{fail} ({sum(pod.alike for pod in same)} of {len(same)}); {run}"


def _can_be_of_a_node(facts: Facts, verdict: Verdict) -> bool:
    """Whether the node may be to blame: each pod of a StatefulSet differs from the others also by its volumes."""
    return facts.workload[0] != "statefulset" and (verdict.cause.is_symptom or verdict.cause.id in _OF_A_NODE)


def _nodes(names: Iterable[str]) -> str:
    several = sorted(names)
    if len(several) > _NODES:
        return f"{len(several)} other nodes"
    return f"node{'s' if len(several) > 1 else ''} {', '.join(several)}"


def _number(facts: Facts, revision: str) -> str:
    """The number of the revision with that hash (kubectl rollout history); the hash itself where it is not known."""
    for found in revisions(facts):
        labels = labels_of(found.record)
        hashes = (name_of(found.record), labels.get("pod-template-hash"), labels.get("controller-revision-hash"))
        if revision in hashes and found.number:
            return str(found.number)
    return revision


def _pushed_again(pods: list[_Pod]) -> str:
    """Words for that the tag of an image means another image to the pods that fail than to those that run well."""
    for image in sorted({pod.image for pod in pods if pod.alike}):
        same = [pod for pod in pods if pod.image == image and "@sha256:" in pod.image_id]
        here, there = {pod.image_id for pod in same if pod.alike}, {pod.image_id for pod in same if pod.well}
        if here and there and here.isdisjoint(there):
            return f"; image {image} is another one here than in the pods that run well: the tag was pushed again"
    return ""
