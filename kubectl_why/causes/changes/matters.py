"""Which fields of a pod a cause can come from, the likeliest first: what differs elsewhere does not explain it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ...model import Cause

_RUNS = "image command args env envFrom"
_FILES = "volumeMounts volumes securityContext image command args env envFrom workingDir"
_SETTINGS = "env envFrom args command volumeMounts volumes image"
_PROBES = "livenessProbe readinessProbe startupProbe"
_NODES = "nodeSelector affinity tolerations nodeName"
OF_FAMILY = {
    "image": "image imagePullSecrets serviceAccountName",
    "config": "env envFrom",
    "start": "command args image volumeMounts volumes workingDir securityContext",
    "memory-and-disk": f"resources.limits resources.requests volumes volumeMounts {_RUNS}",
    "signals": f"{_RUNS} resources.limits.memory securityContext volumes",
    "probes": f"{_PROBES} ports {_SETTINGS} resources.limits.cpu securityContext",
    "application": f"{_RUNS} volumeMounts volumes workingDir securityContext",
    "scheduling": _NODES,
    "volumes": "volumes volumeMounts",
}
OF_CAUSE = {
    "image-never-pull": "imagePullPolicy image",
    "image-platform-mismatch": f"image {_NODES} runtimeClassName",
    "run-as-non-root-violation": "securityContext image",
    "container-create-failed": "volumeMounts volumes command args workingDir securityContext",
    "exec-format-error": "image command args volumeMounts volumes",
    "post-start-hook-failed": f"lifecycle {_RUNS} volumeMounts volumes",
    "working-directory-invalid": "workingDir image volumeMounts volumes securityContext",
    "mount-type-mismatch": "volumeMounts volumes image",
    "oom-killed": "resources.limits.memory env envFrom args command image volumes",
    "heap-exhausted": "env envFrom args command resources.limits.memory image",
    "evicted-ephemeral-storage": "resources.limits.ephemeral-storage volumes volumeMounts image args env envFrom command",
    "disk-full": "volumes volumeMounts resources.limits.ephemeral-storage image args env envFrom command",
    "probe-timeout": f"{_PROBES} resources.limits.cpu ports {_SETTINGS}",
    "slow-start": f"{_PROBES} resources.limits.cpu {_SETTINGS}",
    "missing-env-var": "env envFrom image command args",
    "missing-file": _FILES,
    "missing-module": "image command args workingDir volumeMounts volumes env envFrom",
    "permission-denied": f"securityContext {_FILES}",
    "read-only-filesystem": f"securityContext {_FILES}",
    "data-directory-unusable": _FILES,
    "port-in-use": "ports hostNetwork args command env envFrom image",
    "privileged-port-denied": "securityContext ports args command env envFrom image",
    "connection-refused": f"{_SETTINGS} hostNetwork",
    "connection-timeout": f"{_SETTINGS} hostNetwork dnsPolicy",
    "dns-not-found": f"{_SETTINGS} dnsPolicy dnsConfig hostNetwork enableServiceLinks",
    "tls-failure": _SETTINGS,
    "authentication-failed": f"{_SETTINGS} serviceAccountName",
    "database-not-ready": _SETTINGS,
    "rbac-forbidden": "serviceAccountName automountServiceAccountToken image args env",
    "invalid-configuration": f"{_SETTINGS} enableServiceLinks",
    "bad-arguments": "args command image env envFrom",
    "runtime-version-mismatch": "image command args env",
    "too-many-open-files": "image args env envFrom command securityContext",
    "insufficient-resources": f"resources.requests resources.limits overhead resourceClaims {_NODES}",
    "pod-affinity-unsatisfied": "affinity nodeSelector",
    "topology-spread-unsatisfied": "topologySpreadConstraints nodeSelector affinity tolerations",
    "host-port-conflict": f"ports hostNetwork {_NODES}",
    "volume-node-conflict": f"volumes {_NODES}",
    "pvc-not-found": "volumes",
    "pvc-unbound": "volumes",
    "storageclass-not-found": "volumes",
    "scheduling-gated": "schedulingGates",
    "scheduler-missing": "schedulerName",
    "sandbox-failed": "runtimeClassName hostNetwork dnsPolicy dnsConfig securityContext",
    "runtime-class-not-found": "runtimeClassName",
    "volume-mount-failed": "volumes volumeMounts securityContext",
}
_OF_PEERS = ("connection-refused", "connection-timeout", "dns-not-found")


def matter(cause: Cause, field: str, gone: bool) -> int | None:
    """How near to the cause a difference is, 0 the nearest; None where it cannot explain it."""
    if not field:
        return 0  # the whole container is new
    if gone and cause.family == "volumes":
        return None  # what is no longer asked for cannot be missing
    fields = OF_CAUSE.get(cause.id, OF_FAMILY[cause.family]).split()
    return next((rank for rank, name in enumerate(fields) if re.match(rf"{re.escape(name)}(?![\w-])", field)), None)


def needs_name(cause: Cause, field: str, elsewhere: bool) -> bool:
    """Whether a difference explains the cause only where the log names it.

    A variable that is missing is no other one; a peer that fails by itself (`elsewhere`) was not chosen wrongly.
    """
    return (cause.id == "missing-env-var" and field == "env") or (cause.id in _OF_PEERS and elsewhere)
