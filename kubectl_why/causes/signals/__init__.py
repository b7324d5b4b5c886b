"""Ends by a signal: the exit code is 128 and the signal's number, and nobody else says why."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

from ...facts import seen_first, seen_last
from ...model import Evidence
from ...snapshot import key

if TYPE_CHECKING:
    from ...facts import Container, End, Facts

_KILL = r"\b(?:p?kill|killall)\b"
# The kubelet stops a container and writes the event Killing at nearly the same time.
_SKEW = timedelta(seconds=5)
# How processes end that the kubelet stops: by their own will after SIGTERM, or by the signals.
_STOPPED = (0, 137, 143)


def ended_by(facts: Facts, signal: int) -> Iterator[tuple[Container, End]]:
    """The containers whose run ended by this signal, where neither the kubelet nor the runtime says that it was theirs.

    A pod that has a reason of its own was evicted, refused or shut down. The kubelet invents exit codes with reasons such
    as ContainerStatusUnknown and RestartingAllContainers (kubelet_pods.go, 1.36).
    """
    if facts.deleted or facts.status.get("reason") or facts.condition("DisruptionTarget").get("status") == "True":
        return
    for container in facts.containers:
        end = facts.end(container)
        if end and end.exit_code == 128 + signal and end.reason in ("Error", "") and not stopped(facts, container, end):
            yield container, end


def reported(facts: Facts, name: str) -> Iterator[tuple[Container, End]]:
    """The containers whose runtime caught that signal, said so and aborted, as the JVM does."""
    for container, end in ended_by(facts, 6):
        if last_words(facts, container, rf"^#\s+{name} \(0x\w+\) at pc="):
            yield container, end


def stopped(facts: Facts, container: Container, end: End) -> bool:
    """Whether the kubelet ended that run: for a probe, a hook, a change of the pod, or the pod's own end.

    Where the events could not be read, any end with which a stopped process ends may be that of a failed probe.
    """
    if key("Event", facts.namespace, "*") in facts.snapshot.unreadable and end.exit_code in _STOPPED:
        return any(container.spec.get(f"{probe}Probe") for probe in ("liveness", "startup"))
    for event in facts.events("Killing", container=container):
        first, last = seen_first(event), seen_last(event)
        if not end.finished or not first or not last:
            return True
        if first <= end.finished + _SKEW and (not end.started or last >= end.started):
            return True
    return False


def last_words(facts: Facts, container: Container, pattern: str | None = None) -> tuple[Evidence, ...]:
    """The last line of the log that the pattern fits, or the last one at all."""
    log = facts.log(container)
    if log is None:
        return ()
    written = [index for index, line in enumerate(log.lines) if line.strip()]
    fitting = [index for index in written if pattern is None or re.search(pattern, log.lines[index])]
    return tuple(facts.cite_log(log, index) for index in fitting[-1:])


def senders(facts: Facts, container: Container) -> dict[str, Evidence]:
    """By container: a command in the pod that sends signals and can reach the container's process."""
    shared = facts.spec.get("shareProcessNamespace") is True
    found: dict[str, Evidence] = {}
    for other in facts.containers:
        if other.name != container.name and not shared:
            continue
        for part in ("command", "args"):
            words = other.spec.get(part)
            for index, word in enumerate(words if isinstance(words, list) else ()):
                line = next((text for text in str(word).splitlines() if re.search(_KILL, text)), None)
                if line:
                    found[other.name] = facts.cite_pod(f"{other.spec_path}.{part}[{index}]", line.strip())
    return found


def whose_doing(facts: Facts, container: Container) -> tuple[str, tuple[Evidence, ...]]:
    """Who in the pod may have sent the signal, as the end of a sentence, and where that stands; empty where nobody can."""
    sent, others = senders(facts, container), neighbours(facts, container)
    shared = (facts.cite_pod("spec.shareProcessNamespace"),) if others else ()
    if sent:
        return f": the command of {' and '.join(sent)} sends signals", (*sent.values(), *shared)
    return f": {' and '.join(others)} can signal it (shareProcessNamespace)" if others else "", shared


def neighbours(facts: Facts, container: Container) -> list[str]:
    """The containers that see, and may signal, the container's process."""
    if facts.spec.get("shareProcessNamespace") is not True:
        return []
    return [other.name for other in facts.containers if other.name != container.name and other.kind != "init"]
