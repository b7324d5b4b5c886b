from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...model import Confidence, Finding, proper
from .. import cause
from ..looking import inside
from . import ended_by, last_words, whose_doing

if TYPE_CHECKING:
    from ...facts import Facts

_SAID = r"\bKilled\b|SIGKILL|signal 9\b|kill -(?:9|KILL)"


@cause()
def killed(facts: Facts) -> Iterator[Finding]:
    """Somebody killed the process: SIGKILL, exit code 137, and Kubernetes does not say that it was its doing.

    A kill for the memory limit has the reason OOMKilled (oom-killed), one for a probe has an event Killing, one for a
    deletion a deletionTimestamp, an evicted pod its own reason. What is left is a process of the pod itself, of a
    container that shares its process namespace, of the node, or an out-of-memory kill that the runtime did not notice
    (cgroup v1).

    Fix: find who sends the signal; where a memory limit is near, raise it.

    Source: 128 + 9; OOMKilled and Killing: kuberuntime_container.go and the CRI, 1.36.
    """
    for container, end in ended_by(facts, 9):
        who, evidence = whose_doing(facts, container)
        limit = container.limit("memory")
        remedies = []
        if who:
            remedies.append(proper(facts.change(f"stop what signals {container.name}")))
        elif limit:
            who = f"; its memory limit is {limit}"
            command = facts.kubectl("top", "pod", facts.name, ("--containers",))
            remedies.append(proper(f"compare what it uses with its memory limit {limit}", command, mutates=False))
        if facts.spec.get("nodeName") and not evidence:
            command = facts.kubectl("describe", "node", str(facts.spec["nodeName"]))
            remedies.append(proper("look for SystemOOM among the node's events", command, mutates=False))
        remedies += () if evidence else inside(facts, container)
        yield Finding(
            f"killed by SIGKILL (exit code 137), and Kubernetes names no reason{who}",
            Confidence.LIKELY if evidence else Confidence.POSSIBLE,
            container.name,
            (facts.cite_pod(f"{end.path}.exitCode"), *evidence, *last_words(facts, container, _SAID)),
            tuple(remedies),
        )
