from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...model import Confidence, Finding, now, proper
from .. import cause
from . import pulls

if TYPE_CHECKING:
    from ...facts import Facts


@cause()
def image_never_pull(facts: Facts) -> Iterator[Finding]:
    """imagePullPolicy is Never and the image is not on the node (ErrImageNeverPull).

    Usual with images that were built on one's own machine and not loaded into the cluster, or loaded under another name or
    tag, or onto another node. Since 1.35 it is also said of an image that is on the node, where it was pulled with
    credentials that this pod does not have.

    Fix: load the image onto every node that may run the pod, or let the kubelet pull it (IfNotPresent).

    Source: pkg/kubelet/images/image_manager.go and feature KubeletEnsureSecretPulledImages, 1.36.
    """
    for pull in pulls(facts, "image-never-pull"):
        container, node = pull.container, facts.spec.get("nodeName") or "the node"
        where = f"volume {pull.volume}" if pull.volume else f"container {container.name}"
        change = facts.change(f"set {'pullPolicy' if pull.volume else 'imagePullPolicy'} of {where} to IfNotPresent")
        fields = {"name": container.name, "imagePullPolicy": "IfNotPresent"}
        command = None if pull.volume else facts.patch_command({container.part: [fields]})
        policy = (
            () if pull.volume or "imagePullPolicy" not in container.spec else (f"{container.spec_path}.imagePullPolicy",)
        )
        yield Finding(
            f"image {pull.image} is not on node {node}, and pull policy Never forbids to pull it",
            Confidence.CERTAIN,
            container.name,
            (pull.evidence, *(facts.cite_pod(path) for path in policy)),
            (
                now(command=command) if command else now(change),
                proper(f"load {pull.image} onto every node that may run it, or push it to a registry and let it be pulled"),
            ),
        )
