"""Fields that any object may lack; a pod's status in the words of `kubectl get pods`; which of several pods is the worst."""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any

Object = dict[str, Any]

# Of the words for a waiting container: that it is only being made; that its image is the trouble.
# Source: kubelet, kuberuntime and pkg/kubelet/images, 1.36.
BEING_MADE = ("ContainerCreating", "PodInitializing")
OF_IMAGE = (
    *("ErrImagePull", "ImagePullBackOff", "ErrImageNeverPull", "InvalidImageName", "ImageInspectError"),
    *("RegistryUnavailable", "SignatureValidationFailed"),
)


def mapping(value: Any) -> Object:
    """`value` where it is an object, else an empty one: no field of an answer can be trusted to be there."""
    return value if isinstance(value, dict) else {}


def listing(value: Any) -> list[Object]:
    """The objects in `value` where it is a list, else none."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def name_of(obj: Any) -> str:
    """metadata.name, or an empty text."""
    return str(mapping(mapping(obj).get("metadata")).get("name") or "")


def namespace_of(obj: Any) -> str:
    """metadata.namespace, or an empty text."""
    return str(mapping(mapping(obj).get("metadata")).get("namespace") or "")


def controller(obj: Object) -> tuple[str, str] | None:
    """Kind and name of its controlling owner."""
    for reference in listing(mapping(obj.get("metadata")).get("ownerReferences")):
        if reference.get("controller"):
            return str(reference.get("kind")), str(reference.get("name"))
    return None


def labels_of(obj: Any) -> Object:
    """metadata.labels, or none."""
    return mapping(mapping(mapping(obj).get("metadata")).get("labels"))


def addresses(pod: Any) -> list[str]:
    """The addresses of a pod, of each family; none while it has none."""
    status = mapping(mapping(pod).get("status"))
    return [str(item["ip"]) for item in listing(status.get("podIPs")) if item.get("ip")] or (
        [str(status["podIP"])] if status.get("podIP") else []
    )


def number(value: Any) -> int:
    """`value` where it is a whole number such as the API has (64 bits), else 0."""
    return value if isinstance(value, int) and not isinstance(value, bool) and -(2**63) <= value < 2**63 else 0


def moment(text: Any) -> datetime | None:
    """A timestamp of the API (RFC 3339), or None where there is none that can be read."""
    if not isinstance(text, str) or not text:
        return None
    try:
        # Python 3.10 reads neither Z nor nanoseconds.
        found = datetime.fromisoformat(re.sub(r"(\.\d{1,6})\d*", r"\1", text.replace("Z", "+00:00")))
    except ValueError:
        return None
    # Whoever reckons with it must not leave the years that Python knows.
    return found if found.tzinfo and 1 < found.year < 9999 else None


def condition(obj: Object | None, kind: str) -> Object:
    """The condition of type `kind` in an object's status, or an empty one."""
    for item in listing(mapping(mapping(obj).get("status")).get("conditions")):
        if item.get("type") == kind:
            return item
    return {}


def pod_status(pod: Object) -> str:
    """What `kubectl get pods` prints under STATUS.

    Source: printPod in pkg/printers/internalversion/printers.go of Kubernetes 1.36.
    """
    status, spec, metadata = (mapping(pod.get(part)) for part in ("status", "spec", "metadata"))
    phase = str(status.get("phase") or "Unknown")
    word = str(status.get("reason") or phase)
    if condition(pod, "PodScheduled").get("reason") == "SchedulingGated":
        word = "SchedulingGated"
    init = _init_status(spec, status)
    if init:
        word = init
    if not init or condition(pod, "Initialized").get("status") == "True":
        running = False
        for item in reversed(listing(status.get("containerStatuses"))):
            state = mapping(item.get("state"))
            waiting, ended = mapping(state.get("waiting")), mapping(state.get("terminated"))
            if waiting.get("reason"):
                word = str(waiting["reason"])
            elif state.get("terminated") is not None:
                word = _ended(ended)
            elif item.get("ready") and state.get("running") is not None:
                running = True
        if word == "Completed" and running:
            word = "Running" if condition(pod, "Ready").get("status") == "True" else "NotReady"
    if metadata.get("deletionTimestamp"):
        if status.get("reason") == "NodeLost":
            return "Unknown"
        if phase not in ("Succeeded", "Failed"):
            return "Terminating"
    return word


def _init_status(spec: Object, status: Object) -> str:
    """Init:..., while an init container has not done its part; else empty."""
    specs = {str(item.get("name")): item for item in listing(spec.get("initContainers"))}
    for index, item in enumerate(listing(status.get("initContainerStatuses"))):
        state = mapping(item.get("state"))
        waiting, ended = mapping(state.get("waiting")), state.get("terminated")
        if ended is not None and number(mapping(ended).get("exitCode")) == 0:
            continue
        if mapping(specs.get(str(item.get("name")))).get("restartPolicy") == "Always" and item.get("started"):
            continue
        if ended is not None:
            return "Init:" + _ended(mapping(ended))
        if waiting.get("reason") and waiting["reason"] != "PodInitializing":
            return f"Init:{waiting['reason']}"
        return f"Init:{index}/{len(specs)}"
    return ""


def _ended(ended: Object) -> str:
    if ended.get("reason"):
        return str(ended["reason"])
    return f"Signal:{ended['signal']}" if ended.get("signal") else f"ExitCode:{number(ended.get('exitCode'))}"


def container_statuses(pod: Object) -> list[Object]:
    """Of init containers and containers."""
    status = mapping(pod.get("status"))
    return [item for part in ("initContainerStatuses", "containerStatuses") for item in listing(status.get(part))]


def ready_count(pod: Object) -> str:
    """Ready containers of all, as `kubectl get pods` prints under READY; sidecars count, other init containers do not."""
    spec, status = mapping(pod.get("spec")), mapping(pod.get("status"))
    sidecars = {str(i.get("name")) for i in listing(spec.get("initContainers")) if i.get("restartPolicy") == "Always"}
    counted = listing(status.get("containerStatuses")) + [
        item for item in listing(status.get("initContainerStatuses")) if str(item.get("name")) in sidecars
    ]
    return f"{sum(item.get('ready') is True for item in counted)}/{len(listing(spec.get('containers'))) + len(sidecars)}"


def worst(pods: Iterable[Object]) -> Object | None:
    """The pod that a person would look at first: failing before not ready before well, newest first."""
    ranked = sorted(pods, key=_created, reverse=True)
    return min((pod for pod in ranked if not made_good(pod, ranked)), key=_badness, default=None)


def _created(pod: Object) -> str:
    return str(mapping(pod.get("metadata")).get("creationTimestamp") or "")


def made_good(pod: Object, others: list[Object]) -> bool:
    """Whether a Job's pod failed, and one that the Job made after that has succeeded."""
    status, owner = mapping(pod.get("status")), _job_of(pod)
    if status.get("phase") != "Failed" or not owner:
        return False
    ends = [mapping(mapping(item.get("state")).get("terminated")) for item in listing(status.get("containerStatuses"))]
    ended = max((str(end.get("finishedAt") or "") for end in ends), default="")
    return any(
        mapping(other.get("status")).get("phase") == "Succeeded" and _job_of(other) == owner and _created(other) >= ended
        for other in others
    )


def _job_of(pod: Object) -> str:
    """The name of the Job that a pod is of, with its index where the Job counts them; else empty."""
    metadata = mapping(pod.get("metadata"))
    index = mapping(metadata.get("annotations")).get("batch.kubernetes.io/job-completion-index", "")
    owners = [owner for owner in listing(metadata.get("ownerReferences")) if owner.get("kind") == "Job"]
    return f"{owners[0].get('name')} {index}" if owners else ""


def counted(owner: Object) -> tuple[int, int]:
    """How many pods a workload has, and how many of them are ready, as its own status counts them."""
    status = mapping(owner.get("status"))
    there = number(status.get("replicas")) or number(status.get("currentNumberScheduled")) or number(status.get("active"))
    return there, number(status.get("readyReplicas")) or number(status.get("numberReady")) or number(status.get("ready"))


def fails(pod: Object) -> bool:
    """Whether a pod fails, and does not only start or end."""
    return _badness(pod) < 2


def _badness(pod: Object) -> int:
    """0 is the worst."""
    status, metadata = mapping(pod.get("status")), mapping(pod.get("metadata"))
    word = pod_status(pod)
    statuses = listing(status.get("initContainerStatuses")) + listing(status.get("containerStatuses"))
    if word in ("Running", "Completed", "Terminating", "Succeeded"):
        restarts = sum(number(item.get("restartCount")) for item in statuses)
        is_ready = condition(pod, "Ready").get("status") == "True"
        if word in ("Completed", "Succeeded"):
            # A container that ended with 0 and is to run on is restarted; a pod that ran to its end is well.
            return 6 if status.get("phase") == "Succeeded" else 1
        if metadata.get("deletionTimestamp"):
            return 4
        return (3 if restarts else 5) if is_ready else (1 if restarts else 2)
    if word in (*BEING_MADE, "Pending") or word.startswith("Init:"):
        failing = word.startswith("Init:") and not word[5:6].isdigit()
        return 0 if failing or condition(pod, "PodScheduled").get("status") == "False" else 2
    return 0
