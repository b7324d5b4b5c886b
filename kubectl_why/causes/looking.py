"""What to type to see more, where the facts do not say why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..model import Remedy, look

if TYPE_CHECKING:
    from ..facts import Container, Facts


def whole_log(facts: Facts, container: Container) -> tuple[Remedy, ...]:
    """To read all that the container said."""
    ended = container.running is not None and facts.end(container) is not None
    previous = ("--previous",) if ended or (container.waiting is not None and container.last is not None) else ()
    return (look("read the whole log", facts.kubectl("logs", facts.name, ("-c", container.name, *previous))),)


def inside(facts: Facts, container: Container) -> tuple[Remedy, ...]:
    """To look at the container from inside: beside it while it runs, else in a copy of the pod.

    Nothing where somebody has looked, of a Windows pod, in which examine.sh cannot run, or of one that is being deleted.
    """
    return () if facts.examined(container) else _look(facts, container)


def _look(facts: Facts, container: Container) -> tuple[Remedy, ...]:
    if facts.deleted or facts.platform.startswith("windows"):
        return ()
    how = _how(facts, container)
    words = "look from inside while it runs" if how == "debug" else "look inside, in a copy of the pod that sleeps instead"
    return (_why(facts, container, words, f"--{how}"),)


def inside_while_up(facts: Facts, container: Container) -> tuple[Remedy, ...]:
    """As `inside`, of what only a container that runs can show."""
    return inside(facts, container) if _how(facts, container) == "debug" else ()


def further(facts: Facts, container: Container) -> tuple[Remedy, ...]:
    """To look from inside or, where that did not say why, to start it there, and at last to look with one's own eyes."""
    if not _is_done(facts, container):
        return _look(facts, container)
    if _how(facts, container) == "sleep" and not facts.examined(container, "run"):
        return (_why(facts, container, "see what it does in a copy of the pod", "--sleep", "--run"),)
    return (_why(facts, container, "look around in a shell", f"--{_how(facts, container)}", "--shell"),)


def _how(facts: Facts, container: Container) -> str:
    """Beside it where it runs, and did not end by itself before that; else in a copy."""
    end = facts.end(container)
    stays = container.running is not None and (end is None or facts.probe_kill(container, end) is not None)
    return "debug" if stays else "sleep"


def _is_done(facts: Facts, container: Container) -> bool:
    seen = facts.snapshot.examination
    return seen is not None and (seen.container, seen.how) == (container.name, _how(facts, container))


def _why(facts: Facts, container: Container, message: str, *options: str) -> Remedy:
    which = ("-c", container.name) if len(facts.containers) > 1 else ()
    return look(message, facts.kubectl_why(facts.name, (*options, *which)), mutates=True)


def described(facts: Facts) -> tuple[Remedy, ...]:
    """To see all that Kubernetes says of the target."""
    kind, name = ("pod", facts.name) if facts.pod else facts.workload
    return (look("read all that Kubernetes says of it", facts.kubectl("describe", kind, name)),)
