from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...model import Confidence, Finding, now, proper
from ...status import mapping
from .. import cause

if TYPE_CHECKING:
    from ...facts import Facts

_SAID = re.compile(r'configmap "(?P<name>[^"]+)" not found')


@cause()
def env_configmap_not_found(facts: Facts) -> Iterator[Finding]:
    """env or envFrom names a ConfigMap that does not exist.

    The kubelet cannot make the container's environment, and says CreateContainerConfigError with the ConfigMap's name. It
    is not about a volume: there the pod stays in ContainerCreating (configmap-volume-not-found). It is not about a key: there
    the ConfigMap exists (env-configmap-key-not-found). References marked `optional` never fail.

    Fix: create the ConfigMap, or correct the name in the workload; the kubelet tries again by itself.

    Source: kuberuntime_container.go and kubelet_pods.go, makeEnvironmentVariables, 1.36.
    """
    for container in facts.containers:
        said = _SAID.search(str(mapping(container.waiting).get("message") or ""))
        if not said:
            continue
        name = said["name"]
        near = facts.nearest("ConfigMap", name)
        evidence = [facts.cite_pod(f"{container.status_path}.state.waiting.message")]
        if facts.absent("ConfigMap", name):
            evidence.append(facts.cite_absent("ConfigMap", name))
        yield Finding(
            f"ConfigMap {name} does not exist" + (f": did you mean {near}?" if near else ""),
            Confidence.CERTAIN,
            container.name,
            tuple(evidence),
            (
                now(command=facts.kubectl("create", "configmap", name, "--from-literal=KEY=VALUE")),
                proper(facts.change(f"name ConfigMap {near} instead of {name}" if near else f"create ConfigMap {name} beside it")),
            ),
        )
