"""The objects with which a look inside is taken: a pod comes in, an object goes out. Nothing is sent from here.

The pod has to be as the server sent it: a snapshot keeps it with passwords masked, and a copy of that would not start.

The copy has to fail as the pod does. It keeps the image, the user, the environment, the mounts and the limits; of the
rest it keeps what those depend on, field by field, so that a field that is not known here is left out. It loses what
would let it take traffic (labels, host ports), be taken for the pod of a workload, push others from a node (priority), or
write where something is left when it is gone: claims, folders of the node and volumes of the network are read-only.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from ..snapshot import Object

if TYPE_CHECKING:
    from .questions import Questions

IMAGE = "busybox:1.37.0-musl@sha256:222ad6d973c0d198014546a65cd02c5fdedcc172123c5b4c2bf0af636550bd94"
"""What brings the tools: BusyBox, built against musl and static, so that it runs in an image without any library.

Source: the official image's description: its musl and uclibc variants are static, glibc's is not. The digest is of the
index over all platforms. It is what several projects pin that tag to; the registry itself was not asked.
"""

PROFILES = ("general", "baseline", "restricted", "netadmin", "sysadmin")
"""As `kubectl debug --profile` has them (kubectl, pkg/cmd/debug/profiles.go, 1.36; legacy is deprecated there)."""

MANAGED_BY = {"app.kubernetes.io/managed-by": "kubectl-why"}
"""The label of every copy: by it leftovers are found."""
OF = "kubectl-why/of"
"""The annotation that names the pod that was copied."""
TOOLS = "kubectl-why-tools"
EXAMINE = "kubectl-why-examine"
SHELL = "kubectl-why-shell"
VOLUME = "kubectl-why"
FOLDER = "/.kubectl-why"
BUSYBOX = f"{FOLDER}/busybox"
ROOT = "/proc/1/root"

_SECONDS = 20
_NOBODY = 65532
_NAME_LENGTH = 63  # the kubelet cuts a host's name there
_RESTRICTED: Object = {
    "allowPrivilegeEscalation": False,
    "capabilities": {"drop": ["ALL"]},
    "runAsNonRoot": True,
    "seccompProfile": {"type": "RuntimeDefault"},
}
_GRANTED = {"general": ["SYS_PTRACE"], "netadmin": ["NET_ADMIN", "NET_RAW"]}
# BusyBox that is static where an image has it under a name of its own (Alpine), else the one on PATH.
_BRING = (
    'for box in "$(command -v busybox.static)" "$(command -v busybox)" /bin/busybox; do\n'
    f'  test -f "$box" && exec cp "$box" {BUSYBOX}\n'
    "done\n"
    "echo 'no busybox in this image' >&2\n"
    "exit 127"
)
_OF_POD = """
    activeDeadlineSeconds automountServiceAccountToken dnsConfig dnsPolicy enableServiceLinks hostAliases hostNetwork
    hostUsers hostname hostnameOverride imagePullSecrets nodeSelector os resources runtimeClassName schedulerName
    securityContext serviceAccountName setHostnameAsFQDN shareProcessNamespace subdomain tolerations
"""
_OF_CONTAINER = """
    args command image imagePullPolicy name stdin stdinOnce terminationMessagePath terminationMessagePolicy tty workingDir
"""
# By which the controllers of Kubernetes (and of Argo) know their pods; the rest of the labels is the user's.
_OF_CONTROLLER = """
    pod-template-hash rollouts-pod-template-hash controller-revision-hash pod-template-generation controller-uid job-name
    batch.kubernetes.io/controller-uid batch.kubernetes.io/job-name batch.kubernetes.io/job-completion-index
    statefulset.kubernetes.io/pod-name apps.kubernetes.io/pod-index
"""
_HASHES = ("pod-template-hash", "rollouts-pod-template-hash")
# With which a mesh is told to leave a pod alone: its proxy would answer for every host, and outlive the container.
# Source: the documentation of Istio, Kuma, Linkerd and Consul on injection.
_NO_PROXY_LABELS = {"sidecar.istio.io/inject": "false", "kuma.io/sidecar-injection": "disabled"}
_NO_PROXY_ANNOTATIONS = {"linkerd.io/inject": "disabled", "consul.hashicorp.com/connect-inject": "false"}
_NEVER = "kubectl-why/never"
# Volumes that come into being with the pod and go with it.
_OF_ITS_OWN = ("configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "gitRepo", "image", "projected", "secret")
_SHARED = ("ReadWriteMany", "ReadOnlyMany")
_PLAIN = ("cpu", "memory", "ephemeral-storage")
_SMALL = {"cpu": "10m", "memory": "16Mi", "ephemeral-storage": "16Mi"}
# Where the image of the tools has its own programs: nothing may be mounted over them.
_PROGRAMS = r"/(?:bin|sbin|lib|usr(?:/bin|/sbin|/lib)?)?/?"


class Refused(Exception):
    """Such an object cannot be made of this pod; the text says why, and what can be done instead."""


class Built(NamedTuple):
    """An object, and what there is to know of it."""

    object: Object
    """The Pod, or an entry of spec.ephemeralContainers."""
    through: str
    """The container whose log will hold the facts."""
    words: str
    """What differs from the pod, in a line; empty where nothing does that could matter."""


def sleeping_copy(
    pod: Object,
    container: str,
    questions: Questions,
    *,
    script: str,
    suffix: str,
    image: str = IMAGE,
    profile: str | None = None,
    run: bool = False,
    shell: bool = False,
    keep_labels: bool = False,
    stay: int = 0,
    deadline: int = 600,
    claims: Mapping[str, Object] | None = None,
) -> Built:
    """A copy of the pod in which the container runs examine.sh instead of what it runs; with `run`, both.

    `script`: the text of examine.sh. `stay`: for how many seconds it stays when it has looked; with `run` and `shell`,
    for how long the shell's container does. `deadline`: after how many seconds the server ends the copy by itself.
    `claims`: the PersistentVolumeClaims that could be read, by name; one that is not among them is taken to be usable
    on one node only. `profile`: None for what the pod has, but never privileged.
    """
    raise NotImplementedError


def ephemeral_container(
    pod: Object,
    container: str,
    questions: Questions,
    *,
    script: str,
    suffix: str,
    image: str = IMAGE,
    profile: str | None = None,
    stay: int = 0,
) -> Built:
    """An ephemeral container that runs examine.sh: in the process namespace of a container that runs, else with its volumes.

    `profile`: None for the least that sees the container's files: its own user, and what its user needs for that.
    """
    raise NotImplementedError
