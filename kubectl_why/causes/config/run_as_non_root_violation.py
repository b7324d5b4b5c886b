from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...model import Confidence, Evidence, Finding, now, proper
from ...status import mapping
from .. import cause
from . import refused
from .container_create_failed import container_create_failed

if TYPE_CHECKING:
    from ...facts import Container, Facts

_SAID = (
    r"(?P<root>image will run as root)|non-numeric user \((?P<user>[^)]*)\)|(?P<zero>runAsUser breaks non-root policy)"
    r"|(?P<odd>image has an invalid user id)|(?P<windows>regarded as root identity)"
)


@cause(explains=[container_create_failed])
def run_as_non_root_violation(facts: Facts) -> Iterator[Finding]:
    """runAsNonRoot is set and the image or user is root, or is not a number.

    The kubelet checks before it makes the container: runAsUser where it is set, else the image's USER. An image without USER
    runs as root. A USER that is a name cannot be checked, since only the image's /etc/passwd says which number it has.

    Fix: set runAsUser to a number other than 0 with which the image works, or build the image with a numeric USER. Taking
    runAsNonRoot away lets it run as root, where Pod Security allows that.

    Source: pkg/kubelet/kuberuntime/security_context_others.go, verifyRunAsNonRoot, 1.36.
    """
    for container, said in refused(facts, _SAID):
        if said["user"] is not None:
            why = f"the user of image {container.image} is a name ({said['user']}), not a number"
        elif said["zero"] or said["windows"]:
            why = "runAsUser is root"
        else:
            why = f"image {container.image} {'runs as root' if said['root'] else 'has an invalid user id'}"
        context = {"name": container.name, "securityContext": {"runAsUser": "USER-ID"}}
        patch = facts.patch_command({container.part: [context]})
        command = patch.replace('"USER-ID"', "UID") if patch else None
        set_user = facts.change(f"set runAsUser of container {container.name} to a number other than 0")
        yield Finding(
            f"runAsNonRoot is set, and {why}",
            Confidence.CERTAIN,
            container.name,
            (facts.cite_pod(f"{container.status_path}.state.waiting.message"), *_set_at(facts, container)),
            (
                now("as a user that the image can run as, not 0", command) if command else now(set_user),
                proper("build the image with a numeric USER other than 0"),
            ),
        )


def _set_at(facts: Facts, container: Container) -> list[Evidence]:
    """Where runAsNonRoot stands: the container's own comes before the pod's."""
    for path, spec in ((container.spec_path, container.spec), ("spec", facts.spec)):
        if "runAsNonRoot" in mapping(spec.get("securityContext")):
            return [facts.cite_pod(f"{path}.securityContext.runAsNonRoot")]
    return []
