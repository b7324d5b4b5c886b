"""What more is to be said of Kubernetes' words than reasons.py holds, for those who ask: phases, statuses, remarks."""

from __future__ import annotations

from typing import NamedTuple

from .exits import Lead
from .reasons import HARMLESS, SYMPTOM, table


class Remark(NamedTuple):
    """What more is to be said of a word that people ask about often."""

    text: str
    """Paragraphs, parted by empty lines."""
    leads: tuple[Lead, ...] = ()
    """Where it tells more than the causes of the word's row: how they are told apart."""


PHASES = table(
    "phase",
    ("Pending", SYMPTOM, "not every container has started yet: no node, no volume, no image, or an init container runs"),
    ("Running", HARMLESS, "a container has started; that says nothing of whether it is ready, or stays"),
    ("Succeeded", HARMLESS, "every container ended with exit code 0, and none is started again"),
    ("Failed", SYMPTOM, "every container ended, one of them with failure, and none is started again"),
    ("Unknown", "node-not-ready", "the node cannot be asked about the pod"),
)
"""Source: https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-phase."""

STATUSES = table(
    "status",
    ("Terminating", "stuck-terminating", "the pod is being deleted; its grace period runs, or is over"),
    ("NotReady", "completed-and-restarted", "some containers run and the others are done, so that the pod is not ready"),
    ("Init:0/1", "waiting-for-init", "the first init container has not ended yet; the second number is how many there are"),
    ("Init:Error", SYMPTOM, "an init container ended with another exit code than 0"),
    ("Init:CrashLoopBackOff", SYMPTOM, "an init container ends again and again, and the containers after it wait"),
)
"""What kubectl alone says under STATUS. Source: printPod in pkg/printers/internalversion/printers.go of 1.36."""

OWN = (
    *table(
        "verdict",
        ("healthy", "", "nothing is wrong: every container that should run is ready"),
        ("starting", "", "it is not ready yet, and has not had the time for that; ask again"),
        ("completed", "", "every container is done, with exit code 0"),
        ("unknown", "", "something is wrong, and the facts do not say what; look from inside, or read what UNSEEN names"),
    ),
    *table(
        "confidence",
        ("certain", "", "Kubernetes itself names the cause, or an object that is needed answered 404"),
        ("likely", "", "two independent facts agree, such as a log line and an object, or an exit code and an event"),
        ("possible", "", "one fact that has other readings, such as a log line alone"),
    ),
)
"""Words of this program itself (model.py): what -o name prints where there is no cause, and how far a verdict is trusted."""

_BY_EXIT = (
    Lead("completed-and-restarted", "the last exit code is 0"),
    Lead("unhandled-exception", "it is 1, or 2 in Go, and the log ends with a stack trace"),
    Lead("missing-env-var", "it is 1, and the log names a variable; likewise the other causes of the family application"),
    Lead("command-not-found", "it is 127, or 128 with the reason StartError"),
    Lead("aborted", "it is 134"),
    Lead("oom-killed", "it is 137, and the reason OOMKilled"),
    Lead("probe-failed", "it is 137 or 143, and an event Killing names a probe: no crash at all"),
    Lead("segmentation-fault", "it is 139"),
    Lead("silent-exit", "it is another one, and the log says nothing"),
)
_BY_PULL = (
    Lead("image-not-found", "not found, manifest unknown: the name or the tag is wrong"),
    Lead("image-pull-unauthorized", "401, 403, denied, no basic auth credentials: often a name that is wrong, too"),
    Lead("image-pull-secret-missing", "the pod names an imagePullSecret that does not exist"),
    Lead("image-registry-unreachable", "no such host, i/o timeout, connection refused"),
    Lead("image-registry-untrusted", "x509, or HTTP response to HTTPS client"),
    Lead("image-rate-limited", "429, toomanyrequests"),
    Lead("image-platform-mismatch", "no match for platform in manifest"),
)
REMARKS = {
    ("waiting", "CrashLoopBackOff"): Remark(
        "It is the wait between two starts, and no cause: the container did start. The kubelet waits 10 seconds, then"
        " twice as long each time, 5 minutes at most, and begins anew when a run has lasted 10 minutes. What was wrong"
        " stands in lastState.terminated (exit code and reason) and in the log of the run before (kubectl logs --previous)."
        "\n\nAn image that cannot be pulled is ImagePullBackOff; a container that cannot be made is CreateContainerError.",
        _BY_EXIT,
    ),
    ("event", "BackOff"): Remark(
        "Two things have this name: `Back-off restarting failed container` (CrashLoopBackOff) and `Back-off pulling image`"
        " (ImagePullBackOff). It repeats that the kubelet waits; the events before it say why."
    ),
    ("terminated", "Error"): Remark("", _BY_EXIT[1:]),
    ("waiting", "ErrImagePull"): Remark("The message, and the event Failed, have the registry's own words.", _BY_PULL),
    ("waiting", "ImagePullBackOff"): Remark(
        "The message `Back-off pulling image` says nothing; that of the event Failed does. The kubelet waits 10"
        " seconds, then twice as long each time, 5 minutes at most, and tries for ever: it heals by itself as soon as"
        " the image is there.",
        _BY_PULL,
    ),
    ("waiting", "CreateContainerConfigError"): Remark(
        "The container has never run, and there is no log. The kubelet tries again at every sync, so that it starts by"
        " itself as soon as what is missing is there.",
        (
            Lead("env-configmap-not-found", 'the message: configmap "NAME" not found'),
            Lead("env-secret-not-found", 'secret "NAME" not found'),
            Lead("env-configmap-key-not-found", "couldn't find key KEY in ConfigMap"),
            Lead("env-secret-key-not-found", "couldn't find key KEY in Secret"),
            Lead("run-as-non-root-violation", "container has runAsNonRoot and image will run as root"),
            Lead("container-create-failed", "anything else"),
        ),
    ),
    ("waiting", "ContainerCreating"): Remark(
        "It is so for some seconds in the life of every pod. Where it lasts for minutes, a volume, the pod's network"
        " or a large image is waited for, and the events of the pod name it: FailedMount, FailedCreatePodSandBox, Pulling.",
        (
            Lead("configmap-volume-not-found", "FailedMount names a ConfigMap"),
            Lead("secret-volume-not-found", "FailedMount names a Secret"),
            Lead("volume-mount-failed", "FailedMount or FailedAttachVolume names something else"),
            Lead("sandbox-failed", "FailedCreatePodSandBox"),
        ),
    ),
    ("terminated", "OOMKilled"): Remark(
        "The limit was the container's own; a node that runs short kills with the reason Error, or evicts. The number that"
        " was reached is not in the status. With cgroup v2 the whole container is killed when one process of it is"
        " (memory.oom.group; the kubelet's singleProcessOOMKill turns that off).",
    ),
    ("terminated", "Completed"): Remark(
        "For a Job and an init container it is the end that is wanted. In a pod with restartPolicy Always it means that the"
        " program did not stay, and after the second time it waits as CrashLoopBackOff."
    ),
    ("terminated", "ContainerStatusUnknown"): Remark(
        "Neither the reason nor the 137 beside it tells how the container ended; look at its node."
    ),
    ("phase", "Pending"): Remark(
        "Three waits look alike. Before a node is chosen the condition PodScheduled is False and the scheduler says"
        " why. After that the volumes, the network and the image are made ready (ContainerCreating, ImagePullBackOff)."
        " Then the init containers run one by one.",
        (
            Lead("insufficient-resources", "FailedScheduling: Insufficient cpu, memory or another resource"),
            Lead("untolerated-taint", "had untolerated taint"),
            Lead("node-selector-mismatch", "didn't match Pod's node affinity/selector"),
            Lead("pvc-unbound", "unbound immediate PersistentVolumeClaims"),
            Lead("image-not-found", "a container waits with ErrImagePull or ImagePullBackOff"),
            Lead("waiting-for-init", "STATUS is Init:0/1"),
            Lead("scheduler-missing", "nobody says anything"),
        ),
    ),
    ("phase", "Running"): Remark(
        "READY beside it is what counts: 0/1 means that a readiness probe fails, that the program is still starting, or that"
        " it waits for something without saying so.",
        (
            Lead("probe-failed", "the event Unhealthy: the readiness probe fails, and why"),
            Lead("slow-start", "it is not up yet, and a probe has no patience"),
            Lead("readiness-gate-unmet", "every container is ready, and the pod is not"),
        ),
    ),
    ("phase", "Failed"): Remark("The pod's status.reason says more where Kubernetes ended it (Evicted, DeadlineExceeded)."),
    ("event", "Unhealthy"): Remark(
        "One failed attempt is nothing: only failureThreshold of them in a row make a pod not ready (readiness), or end its"
        " container (liveness, startup). During a rollout and right after a start it is usual.",
        (
            Lead("probe-port-mismatch", "connection refused, and the program listens on another port"),
            Lead("listening-on-localhost", "connection refused, and it listens on 127.0.0.1 only"),
            Lead("slow-start", "connection refused, and nothing listens yet"),
            Lead("probe-timeout", "context deadline exceeded"),
            Lead("probe-path-wrong", "statuscode: 404"),
            Lead("probe-unauthorized", "statuscode: 401 or 403"),
            Lead("probe-server-error", "statuscode: 500 or above"),
            Lead("probe-scheme-mismatch", "HTTP response to HTTPS client, or the reverse; 400"),
            Lead("probe-command-failed", "the output of a command"),
        ),
    ),
    ("status", "Terminating"): Remark(
        "Usual for 30 seconds (terminationGracePeriodSeconds). After that a finalizer, a node that does not answer, or"
        " a mount that does not come off holds it. kubectl prints it for every pod with a deletionTimestamp, whatever"
        " else is wrong."
    ),
    ("pod", "Evicted"): Remark(
        "The pod is not started again; its owner makes another one, perhaps on the same node.",
        (
            Lead("evicted-ephemeral-storage", "the message: exceeds its limit, of ephemeral-storage or of an emptyDir"),
            Lead("node-out-of-memory", "the node was low on resource: memory"),
            Lead("evicted-node-pressure", "the node was low on resource: ephemeral-storage, inodes, pids"),
            Lead("node-refused", "the node had one of the conditions already: it never ran there"),
        ),
    ),
    ("terminated", "StartError"): Remark(
        "The message has the words of runc or crun. No process ever ran, so there is no log."
    ),
    ("condition", "Unschedulable"): Remark(
        "The message counts the nodes by what keeps the pod away from each; a node counts for the first thing that"
        " does. It is tried again whenever a node, a pod or a claim changes.",
    ),
}
"""By where the word stands, and the word.

Source: https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/; kubelet (MaxContainerBackOff, images.go),
and the words of kubelet, scheduler, runtimes and registries that the causes look for, 1.36.
"""
