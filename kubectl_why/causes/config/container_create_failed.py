from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...model import Confidence, Finding, Remedy, now, proper
from .. import cause
from . import refusals

if TYPE_CHECKING:
    from ...facts import Container, Facts

_REASONS = (
    "CreateContainerConfigError",
    "CreateContainerError",
    "PreCreateHookError",
    "PreStartHookError",
    "RunContainerError",
)
_ENOUGH = 240
_OUT_OF_MEMORY = r"OOM-killed|memory limit too low"
# What stands around the runtime's own words: which component called which, and identities.
_AROUND = (
    r'rpc error: code = \w+ desc = |Error response from daemon: |failed to (?:generate|create) container "[0-9a-f]+" spec: '
    r"|failed to generate spec: |failed to create containerd (?:task|container): |failed to create shim task: "
    r"|OCI runtime create failed: |runc create failed: |unable to start container process: |error during container init: "
    r"|container create failed: |: unknown$"
)
_KNOWN = (
    (r"(?i)no command specified", "no command specified, neither by the pod nor by the image"),
    (r"(?i)name .*is (?:reserved|already in use)|reserving ctr name", "the runtime still holds the container's name"),
    (r"context deadline exceeded|DeadlineExceeded", "the runtime does not answer in time"),
)


@cause()
def container_create_failed(facts: Facts) -> Iterator[Finding]:
    """The kubelet or the runtime cannot create the container, for a reason that has no cause of its own.

    The waiting reason is CreateContainerConfigError (the kubelet cannot put the container's settings together),
    CreateContainerError (the runtime refuses them), or RunContainerError with words that no other cause knows. Usual ones:
    no command anywhere, a subPath that cannot be made, a user that the image does not have, a container name that a slow
    runtime still holds, a security profile or a device that the node does not have.

    Fix: what the words say; for `no command specified` set `command`, or give the image an entrypoint. Of a subPath only the
    kubelet's log on the node says more.

    Source: pkg/kubelet/kuberuntime/kuberuntime_container.go, 1.36; the runtime's words.
    """
    for container, reason, message, path in refusals(facts):
        if not message or re.search(_OUT_OF_MEMORY, message):
            continue
        plain = next((words for pattern, words in _KNOWN if re.search(pattern, message)), "")
        essence = re.sub(r"\b[0-9a-f]{32,}\b", "...", re.sub(_AROUND, "", message).strip().partition("\n")[0])
        yield Finding(
            f"{reason}: {plain or essence[:_ENOUGH]}",
            Confidence.CERTAIN,
            container.name,
            (facts.cite_pod(path),),
            tuple(_remedies(facts, container, plain)),
        )


def _remedies(facts: Facts, container: Container, plain: str) -> Iterator[Remedy]:
    node = str(facts.spec.get("nodeName") or "")
    if "command" in plain:
        fields = {"name": container.name, "command": ["COMMAND"]}
        command = facts.patch_command({container.part: [fields]})
        yield now(command=command) if command else now(facts.change(f"set command of container {container.name}"))
        yield proper("give the image an ENTRYPOINT or CMD")
    elif "runtime" in plain and node:
        yield now("see whether the node is overloaded", facts.kubectl("describe", "node", node), mutates=False)
        yield proper(f"let the container runtime of node {node} recover: a slow disk or too much load holds it up")
    else:
        yield proper(facts.change(f"correct what the message names of container {container.name}"))
