from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...model import Confidence, Finding, now, proper
from .. import cause
from . import pulls

if TYPE_CHECKING:
    from ...facts import Facts

_WANTED = r"\b(?P<platform>(?:linux|windows)/[a-z0-9]+)|for architecture \\?\"?(?P<architecture>[a-z0-9]+)"


@cause()
def image_platform_mismatch(facts: Facts) -> Iterator[Finding]:
    """The image has no manifest for the node's platform.

    The tag exists, and the index behind it holds other platforms only, as after a build on a laptop of another
    architecture. An image that claims the right platform and holds another's program is pulled, and then fails with
    exec-format-error.

    Fix: build and push the image for the node's platform too, or let the pod run only on nodes of the image's
    (nodeSelector kubernetes.io/arch).

    Source: the runtimes' choice from an image index (containerd images, containers/image, moby); label kubernetes.io/arch.
    """
    for pull in pulls(facts, "image-platform-mismatch"):
        said = re.search(_WANTED, pull.text)
        wanted = facts.platform or (said and (said["platform"] or f"linux/{said['architecture']}")) or ""
        evidence = [pull.evidence]
        if facts.platform and facts.node:
            evidence.append(facts.cite(facts.node, "status.nodeInfo.architecture"))
        command = facts.patch_command({"nodeSelector": {"kubernetes.io/arch": "ARCH"}})
        elsewhere = facts.change("set nodeSelector kubernetes.io/arch to the image's architecture")
        yield Finding(
            f"image {pull.image} is not built for the node's platform{f' {wanted}' if wanted else ''}",
            Confidence.CERTAIN,
            pull.container.name,
            tuple(evidence),
            (
                now("run it on nodes of the image's architecture", command) if command else now(elsewhere),
                proper(
                    f"build and push it for {wanted or 'the platforms of your nodes'} too (docker buildx build --platform)"
                ),
            ),
        )
