from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...model import Confidence, Finding, proper
from .. import cause
from . import ended_by, last_words, whose_doing

if TYPE_CHECKING:
    from ...facts import Facts

_SAID = r"(?i)SIGTERM|signal[: ]+(?:15|term|terminated)\b|shutdown hook|shutting down|\bgraceful|^terminated$|: terminated\b"


@cause()
def terminated(facts: Facts) -> Iterator[Finding]:
    """Somebody asked the process to stop: SIGTERM, exit code 143, and Kubernetes does not say that it was its doing.

    The kubelet sends SIGTERM for a probe (event Killing), a deletion, an eviction or a node's shutdown; where none of these
    is on record it came from within the pod: a supervisor, a script, or a container that shares the process namespace.

    Fix: find who sends the signal.

    Source: 128 + 15; Killing: kuberuntime_container.go, 1.36.
    """
    for container, end in ended_by(facts, 15):
        who, evidence = whose_doing(facts, container)
        said = last_words(facts, container, _SAID)
        fix = f"stop what signals {container.name}" if who else "find the script or supervisor that sends SIGTERM,"
        yield Finding(
            f"stopped by SIGTERM (exit code 143), and Kubernetes names no reason{who}",
            Confidence.LIKELY if evidence or said else Confidence.POSSIBLE,
            container.name,
            (facts.cite_pod(f"{end.path}.exitCode"), *evidence, *said),
            (proper(facts.change(fix)),),
        )
