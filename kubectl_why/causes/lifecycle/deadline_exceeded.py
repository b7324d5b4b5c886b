from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...model import Confidence, Evidence, Finding, Remedy, now, proper
from ...status import condition, mapping, number
from .. import cause
from ..signals.killed import killed
from ..signals.terminated import terminated
from . import job_failure

if TYPE_CHECKING:
    from ...facts import Facts


@cause(explains=[killed, terminated])
def deadline_exceeded(facts: Facts) -> Iterator[Finding]:
    """The pod or its Job was ended because activeDeadlineSeconds passed.

    The pod's own deadline is counted from its start and leaves it Failed with the reason DeadlineExceeded; the Job's is
    counted from the Job's start, over all its pods, and deletes them. The containers end with 137 or 143. It is not an
    eviction, and not the rollout's progressDeadlineSeconds, which ends nothing.

    Fix: let the work take less time, or raise activeDeadlineSeconds.

    Source: pkg/kubelet/active_deadline.go and pkg/controller/job/job_controller.go, 1.36.
    """
    found = _of_pod(facts) or _of_job(facts)
    if not found:
        return
    whose, seconds, evidence = found
    limit = f" {seconds}" if seconds else ""
    busy = next((c for c in facts.containers if c.terminated is not None and number(c.terminated.get("exitCode"))), None)
    log = facts.log(busy) if busy else None
    written = [index for index, line in enumerate(log.lines) if line.strip()] if log else []
    last = (facts.cite_log(log, written[-1]),) if log and written else ()
    yield Finding(
        f"ended because {whose} activeDeadlineSeconds{limit} passed",
        Confidence.CERTAIN,
        busy.name if busy and len(facts.containers) == 1 else None,
        (*evidence, *last),
        tuple(_remedies(facts, seconds)),
    )


def _of_pod(facts: Facts) -> tuple[str, int, list[Evidence]] | None:
    if facts.status.get("reason") != "DeadlineExceeded":
        return None
    evidence = [facts.cite_pod("status.message" if facts.status.get("message") else "status.reason")]
    seconds = number(facts.spec.get("activeDeadlineSeconds"))
    if seconds:
        evidence.append(facts.cite_pod("spec.activeDeadlineSeconds"))
    return "the pod's", seconds, evidence


def _of_job(facts: Facts) -> tuple[str, int, list[Evidence]] | None:
    found = job_failure(facts)
    if not found or condition(found[0], found[1]).get("reason") != "DeadlineExceeded":
        return None
    job, kind = found
    evidence = [facts.cite(job, f"status.conditions{{{kind}}}.reason")]
    seconds = number(mapping(job.get("spec")).get("activeDeadlineSeconds"))
    if seconds:
        evidence.append(facts.cite(job, "spec.activeDeadlineSeconds"))
    return "the Job's", seconds, evidence


def _remedies(facts: Facts, seconds: int) -> Iterator[Remedy]:
    kind, name = facts.workload
    if kind == "cronjob":
        yield now("run it again", facts.kubectl("create", "job", f"{name[:40]}-again", (f"--from=cronjob/{name}",)))
    raised = f"raise activeDeadlineSeconds from {seconds} to {2 * seconds}" if seconds else "raise activeDeadlineSeconds"
    yield proper(facts.change(raised))
