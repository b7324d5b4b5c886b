from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...model import Finding
from .. import cause
from . import object_not_found
from .container_create_failed import container_create_failed

if TYPE_CHECKING:
    from ...facts import Facts


@cause(explains=[container_create_failed])
def env_configmap_not_found(facts: Facts) -> Iterator[Finding]:
    """env or envFrom names a ConfigMap that does not exist.

    The kubelet cannot make the container's environment, and says CreateContainerConfigError with the ConfigMap's name. It is
    not about a volume: there the pod stays in ContainerCreating (configmap-volume-not-found). It is not about a key: there
    the ConfigMap exists (env-configmap-key-not-found). References marked `optional` never fail.

    Fix: create the ConfigMap in the pod's namespace, or correct the name in the workload; the kubelet tries again by itself.

    Source: kuberuntime_container.go and kubelet_pods.go, makeEnvironmentVariables, 1.36.
    """
    yield from object_not_found(facts, "ConfigMap")
