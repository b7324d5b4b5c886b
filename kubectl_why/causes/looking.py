"""What to type to see more, where the facts do not say why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..model import Remedy, look

if TYPE_CHECKING:
    from ..facts import Container, Facts

# A tool image that is public and small; its shell is enough to look at another container's files and sockets.
_TOOLS = "busybox:1.37"


def inside(facts: Facts, container: Container) -> tuple[Remedy, ...]:
    """To see the whole log, and to look at the container from inside: beside it while it runs, else in a copy of the pod.

    Source: https://kubernetes.io/docs/tasks/debug/debug-application/debug-running-pod/; a copy starts another command
    only in a container, not in an init container.
    """
    ended = container.running is not None and facts.end(container) is not None
    previous = ["--previous"] if ended or (container.waiting is not None and container.last is not None) else []
    log = look("read the whole log", facts.kubectl("logs", facts.name, "-c", container.name, *previous))
    if container.running is not None and not ended:
        words = ("debug", facts.name, "-it", f"--image={_TOOLS}", f"--target={container.name}")
        return log, look("look from beside it, with a container that stays until the pod ends", facts.kubectl(*words), True)
    if container.kind != "app":
        return (log,)
    copy = f"{facts.name[:58].rstrip('-.')}-look"
    words = ("debug", facts.name, "-it", f"--copy-to={copy}", f"--container={container.name}", "--", "sh")
    return log, look(f"look inside, if its image has a shell; delete pod {copy} after that", facts.kubectl(*words), True)


def described(facts: Facts) -> tuple[Remedy, ...]:
    """To see all that Kubernetes says of the target."""
    kind, name = ("pod", facts.name) if facts.pod else facts.workload
    return (look("read all that Kubernetes says of it", facts.kubectl("describe", kind, name)),)
