"""Kubernetes' own words for what is wrong with a pod, and what each means: the reasons of states, conditions and events.

Each leads to causes, is a symptom (something is wrong, and the word does not say what), or is harmless (by itself it
explains no failure). tests/test_reasons.py holds every row to that. The words are those of Kubernetes 1.36: kubelet
(pkg/kubelet), scheduler, controllers (pkg/controller), API server; and of containerd, CRI-O, autoscalers where it says so.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

SYMPTOM, HARMLESS = "symptom", "harmless"


class Reason(NamedTuple):
    """One word that Kubernetes uses, and what it is the sign of."""

    kind: str
    """Where it stands: waiting, terminated (states of a container), pod (status.reason), condition, event."""
    name: str
    """The word; a * at its end stands for the name of a resource."""
    leads: str
    """The ids of the causes that it leads to, separated by blanks; or symptom; or harmless."""
    words: str
    """What it means, as a sentence without a full stop."""

    @property
    def causes(self) -> tuple[str, ...]:
        """The ids of the causes that it leads to."""
        return () if self.leads in (SYMPTOM, HARMLESS) else tuple(self.leads.split())


def table(kind: str, *rows: tuple[str, str, str]) -> tuple[Reason, ...]:
    return tuple(Reason(kind, *row) for row in rows)


_PULL = (
    "image-not-found image-pull-unauthorized image-pull-secret-missing image-registry-unreachable image-registry-untrusted"
    " image-rate-limited image-platform-mismatch"
)
_VOLUME = "configmap-volume-not-found secret-volume-not-found volume-key-not-found volume-mount-failed"
_CONFIG = (
    "env-configmap-not-found env-secret-not-found env-configmap-key-not-found env-secret-key-not-found"
    " run-as-non-root-violation container-create-failed"
)
_START = (
    "command-not-found command-not-executable exec-format-error interpreter-not-found working-directory-invalid"
    " mount-type-mismatch"
)
_SCHEDULING = (
    "insufficient-resources node-selector-mismatch untolerated-taint nodes-cordoned pod-affinity-unsatisfied"
    " topology-spread-unsatisfied host-port-conflict volume-node-conflict pvc-not-found pvc-unbound storageclass-not-found"
)
_CREATION = (
    "quota-exceeded limit-range-violation pod-security-violation service-account-not-found priority-class-not-found"
    " admission-denied"
)
_PROBES = (
    "probe-port-mismatch listening-on-localhost probe-scheme-mismatch probe-path-wrong probe-unauthorized probe-server-error"
    " probe-timeout probe-command-failed slow-start probe-failed"
)

_WAITING = table(
    "waiting",
    ("ContainerCreating", HARMLESS, "volumes, sandbox and image are being made ready; only its length is a sign"),
    ("PodInitializing", HARMLESS, "the init containers have not all ended yet"),
    ("CrashLoopBackOff", SYMPTOM, "it ended again and again, and the kubelet waits longer before each new start"),
    ("ErrImagePull", _PULL, "the last attempt to pull the image failed"),
    ("ImagePullBackOff", _PULL, "the image could not be pulled, and the kubelet waits before it tries again"),
    ("ErrImageNeverPull", "image-never-pull", "the image is not on the node, and imagePullPolicy Never forbids to pull it"),
    ("InvalidImageName", "image-name-invalid", "the image's name cannot be read as a reference"),
    ("ImageInspectError", SYMPTOM, "the container runtime could not say whether the node has the image"),
    ("RegistryUnavailable", "image-registry-unreachable", "the container runtime says that the registry does not answer"),
    ("SignatureValidationFailed", SYMPTOM, "the node's policy refuses the image's signature (CRI-O)"),
    ("CreateContainerConfigError", _CONFIG, "what the container is made of is not all there: a key, an object, a user"),
    ("PreCreateHookError", "container-create-failed", "the kubelet's CPU, memory or topology manager refused the container"),
    ("CreateContainerError", "container-create-failed", "the container runtime could not make the container"),
    ("PreStartHookError", "container-create-failed", "the kubelet's own step between making and starting it failed"),
    ("RunContainerError", _START, "the container runtime made the container and could not start its process"),
    (
        "PostStartHookError",
        "post-start-hook-failed",
        "the postStart hook failed, and the kubelet killed the container for it",
    ),
    ("RestartingAllContainers", HARMLESS, "a restart rule has all containers of the pod made anew, in place"),
)

_TERMINATED = table(
    "terminated",
    ("Completed", "completed-and-restarted", "it ended with exit code 0"),
    ("Error", SYMPTOM, "it ended with another exit code than 0; the code and the log say more"),
    ("OOMKilled", "oom-killed", "the kernel killed a process of it for the memory limit of the container"),
    ("StartError", _START, "its process could not be started; exit code 128 is the runtime's, no process ever had it"),
    ("ContainerCannotRun", _START, "its process could not be started (Docker's word)"),
    ("Unknown", HARMLESS, "containerd lost the container at its restart or the node's; exit code 255 is made up"),
    ("seccomp killed", SYMPTOM, "a seccomp profile forbade a system call, and the process was killed for it (CRI-O)"),
    ("ContainerStatusUnknown", HARMLESS, "the container was gone before the kubelet saw its end; exit code 137 is made up"),
    ("RestartingAllContainers", HARMLESS, "it was removed to be made anew by a restart rule; exit code 137 is made up"),
)

_POD = table(
    "pod",
    (
        "Evicted",
        "evicted-ephemeral-storage node-out-of-memory evicted-node-pressure node-refused",
        "the kubelet ended the pod for the node's sake, or for the pod's own use of disk",
    ),
    ("Terminated", "node-shutdown", "the node shut down in order and ended the pod"),
    ("NodeShutdown", "node-shutdown", "the pod came to a node that was shutting down"),
    ("Preempting", "preempted", "the kubelet ended the pod to make room for a critical one"),
    ("DeadlineExceeded", "deadline-exceeded", "activeDeadlineSeconds of the pod passed"),
    ("OutOfcpu", "node-refused", "the kubelet has less CPU left than the pod requests"),
    ("OutOfmemory", "node-refused", "the kubelet has less memory left than the pod requests"),
    ("OutOfephemeral-storage", "node-refused", "the kubelet has less ephemeral storage left than the pod requests"),
    ("OutOfpods", "node-refused", "the node has as many pods as it may have"),
    ("OutOf*", "node-refused", "the kubelet has less of that resource left than the pod requests"),
    ("NodeAffinity", "node-refused", "the node's labels do not fit the pod's nodeSelector or node affinity"),
    ("NodeName", "node-refused", "the pod came to another node than the one that it names"),
    ("NodePorts", "node-refused", "a hostPort of the pod is taken on the node"),
    ("TaintToleration", "node-refused", "the node has a taint that the pod does not tolerate"),
    ("UnexpectedAdmissionError", "node-refused", "a device plugin or resource manager of the kubelet failed for the pod"),
    ("TopologyAffinityError", "node-refused", "CPUs, memory and devices could not be had from one NUMA node"),
    ("SMTAlignmentError", "node-refused", "the CPU manager gives whole cores only, and the request is no multiple of them"),
    ("EmptyPodSharedPoolError", "node-refused", "exclusive CPUs use up the pod's budget, and none is left for the others"),
    ("AppArmor", "node-refused", "the node cannot enforce the AppArmor profile that the pod asks for"),
    ("SysctlForbidden", "node-refused", "the pod sets a sysctl that the kubelet does not allow"),
    ("PodOSSelectorNodeLabelDoesNotMatch", "node-refused", "the pod's label kubernetes.io/os is not the node's"),
    ("PodOSNotSupported", "node-refused", "spec.os.name is not the node's operating system"),
    ("InvalidNodeInfo", "node-refused", "the kubelet could not read its own Node"),
    ("SupplementalGroupsPolicyNotSupported", "node-refused", "the node's runtime does not know supplementalGroupsPolicy"),
    ("PodLevelResourcesNotSupported", "node-refused", "the node does not take resources of the pod as a whole"),
    ("PodFeatureUnsupported", "node-refused", "the kubelet lacks a feature that the pod uses"),
    ("VolumeAttachmentLimitExceeded", "node-refused", "the node has as many volumes attached as it can"),
    ("UnknownReason", "node-refused", "the kubelet refused the pod and gave no reason"),
    ("UnexpectedPredicateFailureType", "node-refused", "the kubelet refused the pod for an inner error"),
    ("InitContainerRestartPolicyForbidden", "node-refused", "the kubelet is too old for sidecar containers"),
    ("NodeLost", "node-not-ready", "the node stopped answering (clusters of old)"),
)

_CONDITION = table(
    "condition",
    ("Unschedulable", _SCHEDULING, "PodScheduled: the scheduler tried, and no node can take the pod"),
    ("SchedulerError", SYMPTOM, "PodScheduled: the scheduler failed on the way, such as in binding volumes"),
    ("SchedulingGated", "scheduling-gated", "PodScheduled: spec.schedulingGates hold the pod back"),
    ("ContainersNotInitialized", "waiting-for-init", "Initialized: an init container has not done its part"),
    ("UnknownContainerStatuses", HARMLESS, "the kubelet has not told of any container yet"),
    ("PodCompleted", HARMLESS, "every container ended with success"),
    ("ContainersNotReady", SYMPTOM, "Ready: a container is not ready"),
    ("PodFailed", SYMPTOM, "Ready: the pod has failed"),
    ("ReadinessGatesNotReady", "readiness-gate-unmet", "Ready: the containers are ready, and a readiness gate is not"),
    ("PreemptionByScheduler", "preempted", "DisruptionTarget: the scheduler wants the place for a pod of higher priority"),
    (
        "DeletionByTaintManager",
        "node-not-ready node-shutdown",
        "DisruptionTarget: the node got a NoExecute taint that the pod does not tolerate, or not for longer",
    ),
    ("DeletionByDeviceTaintManager", "node-shutdown", "DisruptionTarget: a device of the pod was tainted NoExecute"),
    ("EvictionByEvictionAPI", "node-shutdown", "DisruptionTarget: somebody evicts it: kubectl drain, an autoscaler"),
    ("DeletionByPodGC", "node-not-ready", "DisruptionTarget: the pod's node does not exist any more"),
    (
        "TerminationByKubelet",
        "node-out-of-memory evicted-node-pressure node-shutdown preempted",
        "DisruptionTarget: the kubelet ends it for the node's sake",
    ),
    ("Deferred", HARMLESS, "PodResizePending: the resize waits for room on the node; the pod runs on as it was"),
    ("Infeasible", HARMLESS, "PodResizePending: this node can never do the resize; the pod runs on as it was"),
    ("Error", HARMLESS, "PodResizeInProgress: the resize failed and is tried again; the pod runs on as it was"),
    ("RestartAllContainersStarted", HARMLESS, "AllContainersRestarting: a restart rule has all containers made anew"),
    ("FailedCreate", _CREATION, "ReplicaFailure: the controller cannot create pods; the message is the API server's"),
    ("ProgressDeadlineExceeded", SYMPTOM, "Progressing: the rollout has got no further for progressDeadlineSeconds"),
    ("ReplicaSetCreateError", _CREATION, "Progressing: the Deployment could not create its ReplicaSet"),
    ("NewReplicaSetCreated", HARMLESS, "Progressing: the Deployment made a ReplicaSet"),
    ("FoundNewReplicaSet", HARMLESS, "Progressing: the Deployment has the ReplicaSet that it wants"),
    ("ReplicaSetUpdated", HARMLESS, "Progressing: the rollout goes on"),
    ("NewReplicaSetAvailable", HARMLESS, "Progressing: the rollout is done"),
    ("DeploymentPaused", HARMLESS, "Progressing: the rollout is paused"),
    ("DeploymentResumed", HARMLESS, "Progressing: the rollout goes on after a pause"),
    ("MinimumReplicasAvailable", HARMLESS, "Available: enough pods are available"),
    ("MinimumReplicasUnavailable", SYMPTOM, "Available: not enough pods are available"),
    ("CompletionsReached", HARMLESS, "Complete: the Job has as many successes as it asked for"),
    ("SuccessPolicy", HARMLESS, "Complete: successPolicy of the Job is met"),
    ("BackoffLimitExceeded", "job-backoff-limit", "Failed: the Job's pods failed more often than backoffLimit allows"),
    (
        "PodFailurePolicy",
        "job-backoff-limit",
        "Failed: a rule of podFailurePolicy gave the Job up at the first such failure",
    ),
    ("MaxFailedIndexesExceeded", "job-backoff-limit", "Failed: more indexes failed than maxFailedIndexes allows"),
    ("FailedIndexes", "job-backoff-limit", "Failed: some indexes of the Job failed for good"),
    ("DeadlineExceeded", "deadline-exceeded", "Failed: activeDeadlineSeconds of the Job passed"),
)

_EVENT = table(
    "event",
    # images
    ("Pulling", HARMLESS, "the image is being pulled"),
    ("Pulled", HARMLESS, "the image is on the node"),
    (
        "Failed",
        f"{_PULL} image-never-pull {_CONFIG} {_START}",
        "pulling the image, or making or starting a container, failed",
    ),
    ("BackOff", SYMPTOM, "the kubelet waits before it pulls again (Normal), or starts the container again (Warning)"),
    ("InspectFailed", "image-name-invalid", "the container runtime could not look for the image"),
    ("ErrImageNeverPull", "image-never-pull", "the image is not on the node, and imagePullPolicy Never forbids to pull it"),
    (
        "FailedToRetrieveImagePullSecret",
        "image-pull-secret-missing",
        "an imagePullSecret could not be read; the pull goes on without it, and may well succeed",
    ),
    # the container's life
    ("Created", HARMLESS, "a container was made"),
    ("Started", HARMLESS, "a container was started"),
    ("Killing", _PROBES, "the kubelet stops a container; the message says why: a probe, a new definition, a deletion"),
    ("FailedPostStartHook", "post-start-hook-failed", "the postStart hook failed, and the container is killed for it"),
    ("FailedPreStopHook", HARMLESS, "the preStop hook failed; the container is stopped all the same"),
    ("LifecycleHTTPFallback", HARMLESS, "a lifecycle hook asked for HTTPS, was answered in HTTP, and that was taken"),
    ("FailedKillPod", "stuck-terminating", "the container runtime could not stop the pod's containers or its sandbox"),
    ("ExceededGracePeriod", "stuck-terminating", "the container runtime did not stop the pod in the grace period"),
    ("Unhealthy", _PROBES, "one attempt of a probe failed, or could not be made at all"),
    ("ProbeWarning", HARMLESS, "a probe was redirected to another host, which counts as success"),
    ("ProbeError", HARMLESS, "what the body of a failed HTTP probe said, beside the event Unhealthy (OpenShift)"),
    ("TerminatingPodProbeError", HARMLESS, "a probe of a pod that is being deleted failed (OpenShift)"),
    # the pod's life
    ("Preempting", "preempted", "the kubelet ends the pod to make room for a critical one"),
    ("Preempted", "preempted", "the scheduler ends the pod to make room for one of higher priority"),
    (
        "Evicted",
        "evicted-ephemeral-storage node-out-of-memory evicted-node-pressure node-refused",
        "the kubelet ended the pod, or refused it, for the node's sake or for the pod's own use of disk",
    ),
    ("DeadlineExceeded", "deadline-exceeded", "activeDeadlineSeconds of the pod, or of its Job, passed"),
    (
        "TaintManagerEviction",
        "node-not-ready node-shutdown",
        "the pod is deleted for a NoExecute taint of its node (or, as the message says, that was called off)",
    ),
    ("DeviceTaintManagerEviction", "node-shutdown", "the pod is deleted for a NoExecute taint of one of its devices"),
    ("NodeControllerEviction", "node-not-ready", "the pod is deleted because its node is gone (clusters of old)"),
    ("NodeNotReady", "node-not-ready", "the pod's node stopped being ready"),
    ("EvictedByVPA", HARMLESS, "the VerticalPodAutoscaler ended the pod to give its successor other requests"),
    ("NotDeleted", HARMLESS, "an eviction was granted, and the pod stayed"),
    (
        "MultiplePodDisruptionBudgets",
        HARMLESS,
        "more than one PodDisruptionBudget selects the pod, so that it cannot be evicted",
    ),
    ("OwnerRefInvalidNamespace", HARMLESS, "the pod names an owner in another namespace, and may be collected as garbage"),
    # sandbox and network
    ("NetworkNotReady", "sandbox-failed", "the node's network plugin is not ready"),
    ("FailedCreatePodContainer", "sandbox-failed", "the kubelet could not make the cgroup of the pod"),
    (
        "FailedCreatePodSandBox",
        "sandbox-failed runtime-class-not-found",
        "the pod's sandbox or its network could not be made",
    ),
    ("FailedPodSandBoxStatus", SYMPTOM, "the container runtime could not tell of the pod's sandbox"),
    ("SandboxChanged", HARMLESS, "the sandbox had to be made anew: every container starts again, init containers first"),
    ("FailedSync", SYMPTOM, "the kubelet could not read the pod's state from the container runtime"),
    ("FailedValidation", HARMLESS, "two static pods have one name, and this one is left out"),
    ("FailedPrepareDynamicResources", SYMPTOM, "the node's driver could not prepare a device that the pod claims"),
    ("FailedNodeDeclaredFeaturesCheck", HARMLESS, "a change of the pod needs a feature that the node lacks"),
    ("DNSConfigForming", HARMLESS, "the node's resolv.conf has more name servers or search domains than a pod may have"),
    ("MissingClusterDNS", HARMLESS, "the kubelet knows no cluster DNS, so that names of Services do not resolve in the pod"),
    ("HostIPsIPFamilyMismatch", HARMLESS, "the node's addresses are of another IP family than the pod's network"),
    # resize in place
    ("ResizeStarted", HARMLESS, "a resize of the running pod began"),
    ("ResizeCompleted", HARMLESS, "a resize of the running pod is done"),
    ("ResizeError", HARMLESS, "a resize of the running pod failed and is tried again"),
    ("ResizeDeferred", HARMLESS, "a resize of the running pod waits for room on the node"),
    ("ResizeInfeasible", HARMLESS, "this node can never do the resize of the running pod"),
    # volumes
    ("FailedMount", _VOLUME, "a volume could not be set up or mounted"),
    ("FailedMapVolume", "volume-mount-failed", "a raw block volume could not be mapped"),
    ("FailedAttachVolume", "volume-mount-failed", "a volume could not be attached to the node"),
    ("FailedMountOnFilesystemMismatch", HARMLESS, "the disk has another file system than the volume says"),
    ("SuccessfulMountVolume", HARMLESS, "a block volume was mapped"),
    ("SuccessfulAttachVolume", HARMLESS, "a volume was attached to the node"),
    (
        "VolumePermissionChangeInProgress",
        "starting",
        "every file of a volume is given to fsGroup, which may take minutes; fsGroupChangePolicy OnRootMismatch spares it",
    ),
    ("AlreadyMountedVolume", HARMLESS, "a volume belongs to another group than fsGroup already"),
    ("VolumeResizeFailed", HARMLESS, "a volume could not be made larger; it stays as it was"),
    ("VolumeResizeSuccessful", HARMLESS, "a volume was made larger"),
    ("FileSystemResizeFailed", HARMLESS, "a file system could not be made larger; it stays as it was"),
    ("FileSystemResizeSuccessful", HARMLESS, "a file system was made larger"),
    ("VolumeConditionAbnormal", HARMLESS, "the volume's driver says that something is wrong with it"),
    ("SELinuxLabelConflict", HARMLESS, "another pod uses the volume with another SELinux label"),
    ("SELinuxChangePolicyConflict", HARMLESS, "another pod uses the volume with another SELinux policy"),
    ("MultipleSELinuxLabels", HARMLESS, "two containers of the pod ask for different SELinux labels of a volume"),
    ("FailedBinding", "pvc-unbound", "a claim finds no volume, or the claim of an ephemeral volume cannot be made"),
    (
        "ProvisioningFailed",
        "pvc-unbound storageclass-not-found",
        "no volume could be made for a claim; the message is the provisioner's",
    ),
    ("ExternalProvisioning", "pvc-unbound", "a claim waits for its provisioner, which has not acted yet"),
    ("WaitForFirstConsumer", HARMLESS, "a claim gets its volume when a pod that uses it has a node"),
    ("WaitForPodScheduled", HARMLESS, "a claim waits for its pod to get a node: what holds the pod is another matter"),
    ("VolumeMismatch", "pvc-unbound", "the volume that a claim names does not fit it"),
    # scheduling
    ("FailedScheduling", f"{_SCHEDULING} scheduler-missing", "no node can take the pod"),
    ("Scheduled", HARMLESS, "the pod got a node"),
    ("BindingConditionsPending", HARMLESS, "a device of the pod is still being attached to the node"),
    ("FailedResourceClaimCreation", SYMPTOM, "the claim of a device could not be made from its template"),
    ("TriggeredScaleUp", HARMLESS, "a node is on its way (cluster autoscaler)"),
    ("NotTriggerScaleUp", HARMLESS, "no new node would help, says the cluster autoscaler"),
    # controllers
    ("FailedCreate", _CREATION, "the controller cannot create a pod or a Job; the message is the API server's"),
    ("SuccessfulCreate", HARMLESS, "the controller created a pod or a Job"),
    ("FailedDelete", HARMLESS, "the controller could not delete a pod"),
    ("FailedUpdate", HARMLESS, "the StatefulSet could not change a pod"),
    ("SuccessfulDelete", HARMLESS, "the controller deleted a pod or a Job: a rollout, or fewer replicas"),
    ("ConflictingController", HARMLESS, "a claim of the StatefulSet belongs to somebody else"),
    ("FailedDaemonPod", SYMPTOM, "a pod of the DaemonSet failed and is made anew"),
    ("SucceededDaemonPod", HARMLESS, "a pod of the DaemonSet ended, and is made anew"),
    ("SelectingAll", HARMLESS, "the selector is empty, and the controller does nothing"),
    ("ReplicaSetCreateError", _CREATION, "the Deployment could not create its ReplicaSet"),
    ("ScalingReplicaSet", HARMLESS, "a rollout or a change of replicas goes on"),
    ("BackoffLimitExceeded", "job-backoff-limit", "the Job's pods failed more often than backoffLimit allows"),
    ("PodFailurePolicy", "job-backoff-limit", "a rule of podFailurePolicy gave the Job up"),
    ("MaxFailedIndexesExceeded", "job-backoff-limit", "more indexes of the Job failed than maxFailedIndexes allows"),
    ("FailedIndexes", "job-backoff-limit", "some indexes of the Job failed for good"),
    ("Suspended", HARMLESS, "the Job is suspended, and its pods are deleted"),
    ("Resumed", HARMLESS, "the Job goes on after it was suspended"),
    ("Completed", HARMLESS, "the Job is done, and well"),
    ("TooManySucceededPods", HARMLESS, "more pods of the Job succeeded than it asked for"),
    ("UnknownCompletionMode", HARMLESS, "the controller does not know the Job's completionMode, and does nothing"),
    ("MissSchedule", HARMLESS, "the CronJob came too late for a run (startingDeadlineSeconds) and left it out"),
    ("JobAlreadyActive", HARMLESS, "the last run goes on, and concurrencyPolicy Forbid leaves this one out"),
    ("TooManyMissedTimes", HARMLESS, "the CronJob missed more than a hundred runs"),
    ("UnparseableSchedule", SYMPTOM, "the CronJob's schedule cannot be read, so that it never runs"),
    ("UnParseableCronJobSchedule", SYMPTOM, "the CronJob's schedule cannot be read, so that it never runs"),
    ("InvalidSchedule", SYMPTOM, "the CronJob's schedule has no time that ever comes"),
    ("UnknownTimeZone", SYMPTOM, "the controller does not know the CronJob's time zone"),
    ("UnsupportedSchedule", HARMLESS, "the CronJob's schedule has a time zone in it, which is not supported"),
    ("FailedGet", HARMLESS, "the CronJob's controller could not read one of its Jobs"),
    ("UnexpectedJob", HARMLESS, "a Job names the CronJob as its owner, and was not made by it: kubectl create job --from"),
    ("MissingJob", HARMLESS, "somebody deleted a Job of the CronJob while it ran"),
    ("SawCompletedJob", HARMLESS, "a Job of the CronJob ended"),
    ("FailedGetResourceMetric", HARMLESS, "the HorizontalPodAutoscaler cannot read CPU or memory use"),
    ("FailedGetContainerResourceMetric", HARMLESS, "the HorizontalPodAutoscaler cannot read a container's use"),
    ("FailedGetPodsMetric", HARMLESS, "the HorizontalPodAutoscaler cannot read a metric of the pods"),
    ("FailedGetObjectMetric", HARMLESS, "the HorizontalPodAutoscaler cannot read a metric of an object"),
    ("FailedGetExternalMetric", HARMLESS, "the HorizontalPodAutoscaler cannot read an external metric"),
    ("FailedComputeMetricsReplicas", HARMLESS, "the HorizontalPodAutoscaler cannot say how many replicas there should be"),
    ("FailedGetScale", HARMLESS, "the HorizontalPodAutoscaler's target does not exist or cannot be scaled"),
    ("FailedRescale", HARMLESS, "the HorizontalPodAutoscaler could not change the number of replicas"),
    ("FailedUpdateStatus", HARMLESS, "the HorizontalPodAutoscaler could not write its status"),
    ("SuccessfulRescale", HARMLESS, "the HorizontalPodAutoscaler changed the number of replicas"),
    ("SelectorRequired", HARMLESS, "the HorizontalPodAutoscaler's target has no selector"),
    ("InvalidSelector", HARMLESS, "the selector of the HorizontalPodAutoscaler's target cannot be read"),
    ("AmbiguousSelector", HARMLESS, "several HorizontalPodAutoscalers control the same pods, and none acts"),
    ("UnmanagedPods", HARMLESS, "a PodDisruptionBudget selects pods that no controller owns"),
    ("CalculateExpectedPodCountFailed", HARMLESS, "a PodDisruptionBudget cannot count its pods, and forbids every eviction"),
    ("NoPods", HARMLESS, "a PodDisruptionBudget selects no pods"),
    # nodes
    ("SystemOOM", "node-out-of-memory", "the node itself ran out of memory, and the kernel killed some process of it"),
    ("EvictionThresholdMet", HARMLESS, "the node runs short and begins to evict pods"),
    ("FreeDiskSpaceFailed", HARMLESS, "the node could not free enough disk by removing images"),
    ("ImageGCFailed", HARMLESS, "the node could not remove unused images"),
    ("ContainerGCFailed", HARMLESS, "the node could not remove dead containers"),
    ("InvalidDiskCapacity", HARMLESS, "the node cannot tell the size of its image disk"),
    ("InvalidImageID", HARMLESS, "the node left out an image when it removed unused ones"),
    ("Rebooted", HARMLESS, "the node was started anew"),
    ("Shutdown", HARMLESS, "the node began to shut down"),
    ("Starting", HARMLESS, "the kubelet was started anew, and has forgotten how often containers crashed"),
    ("KubeletSetupFailed", HARMLESS, "the kubelet could not start"),
    ("NodeReady", HARMLESS, "the node is ready again"),
    ("NodeSchedulable", HARMLESS, "the node was uncordoned"),
    ("NodeNotSchedulable", HARMLESS, "the node was cordoned"),
    ("NodeAllocatableEnforced", HARMLESS, "the node's own share of CPU and memory is set aside"),
    ("FailedNodeAllocatableEnforcement", HARMLESS, "the node's own share of CPU and memory could not be set aside"),
    ("CheckLimitsForResolvConf", HARMLESS, "the node's resolv.conf is longer than a pod's may be"),
    ("PossibleMemoryBackedVolumesOnDisk", HARMLESS, "what is written to memory-backed volumes may be swapped to disk"),
    ("CgroupV1", HARMLESS, "the node uses cgroup v1: an OOM kill of a child may leave the container running"),
    # pod certificates
    ("Denied", SYMPTOM, "a certificate that the pod's volume asks for was refused"),
    ("CertificateOverdueForRefresh", HARMLESS, "a certificate of the pod should have been renewed by now"),
    ("CertificateExpired", HARMLESS, "a certificate of the pod has expired"),
)


@cache
def reasons() -> tuple[Reason, ...]:
    """All of them. What a kubelet gives as a pod's reason when it refuses it is the event's reason, too."""
    refusals = (Reason("event", *row[1:]) for row in _POD if row.causes == ("node-refused",))
    return (*_WAITING, *_TERMINATED, *_POD, *_CONDITION, *_EVENT, *refusals)


@cache
def _by_name() -> dict[tuple[str, str], Reason]:
    return {(reason.kind, reason.name): reason for reason in reasons()}


def reason(kind: str, name: str) -> Reason | None:
    """What Kubernetes means with that word in that place; None where it is none of its words."""
    table = _by_name()
    return table.get((kind, name)) or (table.get((kind, "OutOf*")) if name.startswith("OutOf") else None)
