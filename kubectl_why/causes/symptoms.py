"""Symptoms: that something is wrong, without saying what. One that no cause explains makes the verdict `unknown`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..facts import seen_last
from ..model import Confidence, Finding, proper
from ..reasons import HARMLESS, reason
from ..snapshot import key
from ..status import condition, counted, mapping, moment
from . import cause
from .creation import denial, overdue
from .loglines.ranking import untold
from .looking import described, further, whole_log
from .volumes import complaints

if TYPE_CHECKING:
    from ..facts import Facts
    from ..snapshot import Object

# Seconds after which a pod that no scheduler has spoken of is overdue.
_LONG_PENDING = 300.0


@cause()
def container_ended(facts: Facts) -> Iterator[Finding]:
    """A container ended and should not have: that is CrashLoopBackOff, Error, or a restart just over."""
    for container in facts.containers:
        end = facts.end(container)
        if end and not facts.deleted:
            known = reason("terminated", end.reason) if end.reason != "Error" else None
            means = f": {known.words}" if known else ""
            yield Finding(
                f"{container.name} ended with exit code {end.exit_code}" + (f" ({end.reason}{means})" if end.reason else ""),
                Confidence.POSSIBLE,
                container.name,
                (*((facts.cite_pod(f"{end.path}.exitCode"),) if "exitCode" in end.state else ()), *untold(facts, container)),
                (*whole_log(facts, container), *further(facts, container)),
            )


@cause()
def container_waits(facts: Facts) -> Iterator[Finding]:
    """A container waits with a reason that is not just that it is being made."""
    for container in facts.containers:
        name = str(mapping(container.waiting).get("reason") or "")
        known = reason("waiting", name)
        if name and not (known and known.leads == HARMLESS):
            message = str(mapping(container.waiting).get("message") or "")
            means = f": {known.words}" if known else ""
            yield Finding(
                f"{container.name} waits: {name}{means}" + (f": {message}" if message else ""),
                Confidence.POSSIBLE,
                container.name,
                (facts.cite_pod(f"{container.status_path}.state.waiting.reason"),),
                (*whole_log(facts, container), *further(facts, container))
                if container.last is not None
                else described(facts),
            )


@cause()
def container_not_ready(facts: Facts) -> Iterator[Finding]:
    """A container runs, has had the time that its probes allow, and is not ready."""
    for container in facts.containers:
        if container.running is None or container.ready or container.kind == "init" or facts.deleted:
            continue
        failures = [f for f in facts.probe_failures(container) if not f.errored]
        # Events may be gone, or not ours to read: then it has to be overdue for longer.
        if not facts.within_budget(container, 1 if failures else 2):
            ready = facts.cite_pod(f"{container.status_path}.ready")
            yield Finding(
                f"{container.name} runs and is not ready",
                Confidence.POSSIBLE,
                container.name,
                (facts.cite_event(failures[0].event) if failures else ready, *untold(facts, container)),
                (*whole_log(facts, container), *further(facts, container)),
            )


@cause()
def pod_pending(facts: Facts) -> Iterator[Finding]:
    """The scheduler says that no node can take the pod, or nobody says anything for minutes."""
    scheduled = facts.condition("PodScheduled")
    message = str(scheduled.get("message") or "")
    if facts.unscheduled and not facts.deleted and (scheduled.get("status") == "False" or facts.age > _LONG_PENDING):
        yield Finding(
            f"no node was chosen: {message or scheduled.get('reason') or 'nobody says why'}",
            Confidence.POSSIBLE,
            evidence=(facts.cite_pod("status.conditions{PodScheduled}.message"),) if message else (),
            remedies=described(facts),
        )


@cause()
def pod_stuck_creating(facts: Facts) -> Iterator[Finding]:
    """The pod has a node, and its volumes or its sandbox do not get ready."""
    if complaints(facts, "VolumePermissionChangeInProgress"):
        return  # every file of a volume is given to fsGroup: slow, and no failure
    warnings = [event for event in complaints(facts) if _tells(event)]
    # Kubelets before 1.29 have no such condition: then an image that is pulled for minutes looks the same.
    said = facts.condition("PodReadyToStartContainers").get("status") == "False"
    if facts.sandbox_missing and ((said and facts.age > 120) or (warnings and facts.age > 30)):
        yield Finding(
            "the pod's containers are not created: volumes or sandbox are not ready",
            Confidence.POSSIBLE,
            evidence=tuple(facts.cite_event(event) for event in warnings[:1]),
            remedies=described(facts),
        )


@cause()
def pod_not_taken_on(facts: Facts) -> Iterator[Finding]:
    """The pod has a node whose kubelet has said nothing of it for minutes."""
    assigned = facts.pod and facts.spec.get("nodeName") and facts.phase in ("Pending", "") and not facts.deleted
    unseen = "startTime" not in facts.status and not any(container.status for container in facts.containers)
    if assigned and unseen and facts.age > _LONG_PENDING:
        yield Finding(
            f"the kubelet of node {facts.spec['nodeName']} has not taken the pod on",
            Confidence.POSSIBLE,
            evidence=(facts.cite_pod("spec.nodeName"),),
            remedies=described(facts),
        )


@cause()
def pod_failed(facts: Facts) -> Iterator[Finding]:
    """The pod's phase is Failed."""
    if facts.phase == "Failed":
        name, message = facts.status.get("reason"), facts.status.get("message")
        yield Finding(
            f"the pod failed{f' ({name})' if name else ''}{f': {message}' if message else ''}",
            Confidence.POSSIBLE,
            evidence=(facts.cite_pod("status.reason" if name else "status.phase"),),
            remedies=described(facts),
        )


# Why a CronJob never runs, in the words of its controller (cronjob_controllerv2.go, 1.36).
_NEVER_RUNS = ("UnknownTimeZone", "UnparseableSchedule", "UnParseableCronJobSchedule", "InvalidSchedule")


@cause()
def cronjob_never_runs(facts: Facts) -> Iterator[Finding]:
    """The CronJob's schedule, or its time zone, is none that its controller can follow."""
    if facts.snapshot.target[0] != "CronJob" or facts.pod:
        return
    ran = mapping(mapping(facts.snapshot.owners[-1] if facts.snapshot.owners else None).get("status")).get(
        "lastScheduleTime"
    )
    for event in facts.events(*_NEVER_RUNS, kind="CronJob")[:1]:
        last, ran_at = seen_last(event), moment(ran)
        if last and ran_at and ran_at > last:
            continue  # mended since
        known = reason("event", str(event.get("reason")))
        yield Finding(
            f"the CronJob never runs: {known.words if known else event.get('message')}",
            Confidence.POSSIBLE,
            evidence=(facts.cite_event(event),),
            remedies=described(facts),
        )


@cause()
def cronjob_run_is_gone(facts: Facts) -> Iterator[Finding]:
    """The CronJob's last run did not succeed, and nothing is left of it: no Job, no pod, no log."""
    cronjob = mapping(facts.snapshot.owners[-1] if facts.snapshot.owners else None)
    spec, status = mapping(cronjob.get("spec")), mapping(cronjob.get("status"))
    ran, succeeded = moment(status.get("lastScheduleTime")), moment(status.get("lastSuccessfulTime"))
    left = len(facts.snapshot.owners) > 1 or key("Job", facts.namespace, "*") in facts.snapshot.unreadable
    if cronjob.get("kind") != "CronJob" or facts.pod or left or spec.get("suspend") or not ran or status.get("active"):
        return
    if not succeeded or succeeded < ran:
        last = f", the last that did ended at {status['lastSuccessfulTime']}" if succeeded else ", and none before it"
        keep = proper(facts.change("to keep failed runs and their logs, raise failedJobsHistoryLimit"))
        yield Finding(
            f"the run of {status['lastScheduleTime']} did not succeed{last}; its Job is gone",
            Confidence.POSSIBLE,
            evidence=(facts.cite(cronjob, "status.lastScheduleTime"),),
            remedies=(keep, *described(facts)),
        )


@cause()
def pods_unread(facts: Facts) -> Iterator[Finding]:
    """The owner counts pods that are not ready, and they could not be read."""
    owner = mapping(facts.snapshot.owners[-1] if facts.snapshot.owners else None)
    there, ready = counted(owner)
    if not facts.pod and there > ready and key("Pod", facts.namespace, "*") in facts.snapshot.unreadable:
        facts.names("Pod")  # which notes that they are unseen
        said = "status.conditions{Available}.message"
        yield Finding(
            f"{there - ready} of {there} pods are not ready, and they could not be read",
            Confidence.POSSIBLE,
            evidence=(facts.cite(owner, said),) if condition(owner, "Available").get("message") else (),
            remedies=described(facts),
        )


@cause()
def pods_not_created(facts: Facts) -> Iterator[Finding]:
    """The owner has no pod, and wants some."""
    refused = denial(facts)
    if refused:
        yield Finding("no pod could be created", Confidence.POSSIBLE, None, (refused.evidence,), described(facts))
    elif overdue(facts):
        yield Finding(
            "no pod was created, and what the controllers say could not be read",
            Confidence.POSSIBLE,
            remedies=described(facts),
        )


def _tells(event: Object) -> bool:
    """Whether an event is a warning that, by what Kubernetes means with it, is the sign of a failure."""
    known = reason("event", str(event.get("reason") or ""))
    return event.get("type") == "Warning" and known is not None and known.leads != HARMLESS
