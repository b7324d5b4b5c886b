"""What becomes of a pod as a whole: disturbed, refused, ended, held, or waiting for something outside its containers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ...status import condition, moment

if TYPE_CHECKING:
    from ...facts import Facts
    from ...snapshot import Object


def job_of(facts: Facts) -> Object | None:
    """The Job that owns the pod, or that is asked about."""
    return next((owner for owner in facts.snapshot.owners if owner.get("kind") == "Job"), None)


def job_failure(facts: Facts) -> tuple[Object, str] | None:
    """The Job, and its condition that says that it gave up; None where it did not.

    FailureTarget stands before Failed while the Job's pods are still ending (job_controller.go, 1.36).
    """
    job = job_of(facts)
    for kind in ("Failed", "FailureTarget"):
        if job and condition(job, kind).get("status") == "True":
            return job, kind
    return None


def span(seconds: float) -> str:
    """Seconds in the unit that a person would use."""
    for size, unit in ((86400, "d"), (3600, "h"), (60, "m")):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f}{unit}"
    return f"{seconds:.0f}s"


def added(facts: Facts, taints: Iterable[Object]) -> str:
    """How long ago the last of these taints came to its node, as ` 3m ago`; empty where no taint says when."""
    times = [time for taint in taints if (time := moment(taint.get("timeAdded")))]
    return f" {span(max(0.0, (facts.now - max(times)).total_seconds()))} ago" if times else ""


def node_name(facts: Facts) -> str:
    return str(facts.spec.get("nodeName") or "")


def disrupted(facts: Facts, *reasons: str, words: str = "") -> bool:
    """Whether the condition DisruptionTarget says that the pod has to go for one of these reasons, in these words."""
    found = facts.condition("DisruptionTarget")
    return found.get("status") == "True" and found.get("reason") in reasons and words in str(found.get("message") or "")
