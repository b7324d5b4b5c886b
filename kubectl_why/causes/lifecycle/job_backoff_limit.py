from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...model import Confidence, Finding, Remedy, now, proper
from ...status import condition, mapping, number
from .. import cause
from . import job_failure

if TYPE_CHECKING:
    from ...facts import Facts
    from ...snapshot import Object

_REASONS = ("BackoffLimitExceeded", "PodFailurePolicy", "MaxFailedIndexesExceeded", "FailedIndexes")


@cause()
def job_backoff_limit(facts: Facts) -> Iterator[Finding]:
    """The Job gave up, for its pods failed too often.

    It counts failed pods and restarts against backoffLimit (or per index, or by its podFailurePolicy). With restartPolicy
    OnFailure its pod is deleted then, and the log with it; while a failed pod is there, that pod's own cause is said
    instead. A Job that ran out of time says DeadlineExceeded (deadline-exceeded).

    Fix: find why the pod fails: run the Job again with restartPolicy Never, so that its failed pods and their logs stay.

    Source: pkg/controller/job/job_controller.go, 1.36.
    """
    found = job_failure(facts)
    if not found or (facts.pod and (facts.phase != "Running" or any(facts.end(c) for c in facts.containers))):
        return
    job, kind = found
    failed = condition(job, kind)
    reason = failed.get("reason")
    if reason not in _REASONS:
        return
    spec, status = mapping(job.get("spec")), mapping(job.get("status"))
    limit = spec.get("backoffLimit")
    evidence = [facts.cite(job, f"status.conditions{{{kind}}}.{'message' if failed.get('message') else 'reason'}")]
    if reason == "BackoffLimitExceeded":
        message = "the Job gave up: its pods failed more often than backoffLimit allows"
        if limit is not None:
            message = f"the Job gave up: its pods failed more often than backoffLimit {limit} allows"
            evidence.append(facts.cite(job, "spec.backoffLimit"))
    else:
        message = (
            f"the Job gave up: {str(failed.get('message') or reason)[:1].lower()}{str(failed.get('message') or reason)[1:]}"
        )
    if number(status.get("failed")):
        evidence.append(facts.cite(job, "status.failed"))
    yield Finding(message, Confidence.CERTAIN, None, tuple(evidence), tuple(_remedies(facts, job)))


def _remedies(facts: Facts, job: Object) -> Iterator[Remedy]:
    name = str(mapping(job.get("metadata")).get("name") or "")
    kind, owner = facts.workload
    if kind == "cronjob":
        yield now("try again", facts.kubectl("create", "job", f"{owner[:40]}-again", (f"--from=cronjob/{owner}",)))
    template = mapping(mapping(mapping(job.get("spec")).get("template")).get("spec"))
    if template.get("restartPolicy") == "OnFailure":
        yield proper(facts.change("to see why, set restartPolicy: Never, so that failed pods and their logs stay,"))
    else:
        command = facts.kubectl("get", "events", (f"--field-selector=involvedObject.name={name}",))
        yield proper("see what is left of it; its pods are gone", command, mutates=False)
