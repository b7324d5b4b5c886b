from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...model import Confidence, Finding, proper
from .. import cause
from . import new_image, pulls

if TYPE_CHECKING:
    from ...facts import Facts


@cause()
def image_not_found(facts: Facts) -> Iterator[Finding]:
    """The registry answers, and has no such repository or tag.

    Its words are `manifest unknown`, `name unknown` or 404; containerd says only `not found`. A registry that hides what it
    has from strangers says that access is denied instead (image-pull-unauthorized). A tag that is there, though not for the
    node's platform, ends in `not found` too (image-platform-mismatch).

    Fix: name a tag that is in the registry, or push the one that is named; the kubelet tries again by itself.

    Source: pkg/kubelet/images/image_manager.go, 1.36; error codes of the OCI distribution specification, 1.1.
    """
    for pull in pulls(facts, "image-not-found"):
        lacking = "tag" if pull.tag else "digest"
        if re.search(r"(?i)name[ _]unknown|repository", pull.text):
            lacking = "repository"
        elif not re.search(r"(?i)manifest", pull.text):
            lacking = f"repository or {lacking}"
        implied = " (none is given, so latest is meant)" if pull.tag == "latest" and pull.image == pull.repository else ""
        yield Finding(
            f"image {pull.image} does not exist: {pull.registry} has no such {lacking}{implied}",
            Confidence.CERTAIN,
            pull.container.name,
            (pull.evidence,),
            (
                new_image(facts, pull, f"{pull.repository}:TAG"),
                proper(f"push {pull.image}, or name in {' '.join(facts.workload)} one that the registry has"),
            ),
        )
