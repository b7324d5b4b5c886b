from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...model import Finding, now, proper
from .. import cause
from ..config.container_create_failed import container_create_failed
from . import failures, patched

if TYPE_CHECKING:
    from ...facts import Facts


@cause(explains=[container_create_failed])
def working_directory_invalid(facts: Facts) -> Iterator[Finding]:
    """workingDir does not exist and cannot be made, or may not be entered.

    The runtime makes a working directory that is missing, and cannot below a read-only volume (ConfigMap, Secret) or below a
    file; and it enters it as the container's user, who may lack the right. Where the pod sets no workingDir, the image's
    WORKDIR is meant.

    Fix: set workingDir to a directory that is in the image or on a volume and that the user may enter.

    Source: the runtime's words: `mkdir ...` and `chdir to cwd ... failed` (runc), `chdir` (crun).
    """
    for failure in failures(facts, "working-directory-invalid"):
        container = failure.container
        given = str(container.spec.get("workingDir") or "")
        why = failure.groups.get("why", "").strip(' "').lower()
        over = facts.volume_at(container, given or failure.what)
        below = f", below volume {over[0].get('name')} at {over[0].get('mountPath')}" if over else ""
        directory = given or f"{failure.what} (WORKDIR of image {container.image})"
        denied = "denied" in why or "not permitted" in why
        command = patched(facts, container, workingDir="DIRECTORY")
        change = facts.change(f"set workingDir of container {container.name} to a directory that is there")
        yield Finding(
            f"workingDir {directory} cannot be {'entered' if denied else 'made or entered'}: {why}{below}",
            failure.confidence,
            container.name,
            (*failure.evidence[:1], *([facts.cite_pod(f"{container.spec_path}.workingDir")] if given else [])),
            (
                now(command=command) if command else now(change),
                proper(
                    f"let the container's user enter {given or failure.what}: mode in the image, fsGroup of a volume"
                    if denied
                    else f"make {given or failure.what} in the image, and mount no read-only volume above it"
                ),
            ),
        )
