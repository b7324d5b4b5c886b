from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...model import Confidence, Finding, now, proper
from .. import cause

if TYPE_CHECKING:
    from ...facts import Facts

_DEFAULT = "default-scheduler"
# A scheduler that runs says within a second what becomes of a pod; one that has just been restarted takes a little longer.
_PATIENCE = 30


@cause()
def scheduler_missing(facts: Facts) -> Iterator[Finding]:
    """spec.schedulerName names a scheduler that nobody runs.

    Then nothing at all is reported: the pod is Pending, with no condition PodScheduled and no event. A scheduler that
    runs and finds no node says so. The default scheduler is not meant here: where that is down, no pod of the cluster
    is scheduled.

    Fix: correct or remove schedulerName, or start that scheduler. It cannot be changed in a pod, only in its template.

    Source: frameworkForPod in schedule_one.go, 1.36.
    """
    name = str(facts.spec.get("schedulerName") or _DEFAULT)
    scheduled = facts.condition("PodScheduled")
    spoken = facts.events("FailedScheduling", "Scheduled", "Preempted", kind="Pod")
    if name == _DEFAULT or not facts.unscheduled or facts.deleted or scheduled or spoken or facts.age < _PATIENCE:
        return
    if facts.spec.get("schedulingGates"):
        return
    yield Finding(
        f"scheduler {name} has not said a word about the pod: nobody seems to run it",
        Confidence.LIKELY,
        evidence=(facts.cite_pod("spec.schedulerName"), facts.cite_pod("status.phase")),
        remedies=(
            *([now("use the default one", patch)] if (patch := facts.patch_command({"schedulerName": _DEFAULT})) else []),
            proper(facts.change(f"correct or remove schedulerName {name}") + "; or start that scheduler"),
        ),
    )
