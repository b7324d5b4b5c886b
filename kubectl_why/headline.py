"""What stands above the verdict: the status as kubectl prints it, restarts, the next try, the pattern of the failure."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TypedDict

from .causes.lifecycle import span
from .facts import Container, End, Facts, seen_last
from .model import Verdict
from .quantities import seconds
from .rollouts import lacking
from .snapshot import Object
from .status import condition, counted, mapping, moment, number, pod_status, ready_count

# Seconds within which an end is an immediate crash: the application never got to its work.
_IMMEDIATE = 10.0
# The kubelet's crash loop delays: 10 s, doubled up to 300 s, from the end of the last run (kubelet.go, 1.36).
_FIRST_DELAY, _LONGEST_DELAY, _RESET_AFTER = 10.0, 300.0, 600.0


class Headline(TypedDict):
    status: str
    rollout: str
    restarts: int
    ready: str
    next_try: float | None
    pattern: str | None


def headline(facts: Facts, verdict: Verdict | None) -> Headline:
    """The header's parts, for the container of the first verdict where it has one."""
    container = _about(facts, verdict)
    end = facts.end(container) if container else None
    return Headline(
        status=pod_status(facts.pod) if facts.pod else _pods(facts) if facts.snapshot.target[0] != "Pod" else "Unknown",
        rollout=rollout(facts),
        restarts=container.restarts if container else max((c.restarts for c in facts.containers), default=0),
        ready=ready_count(facts.pod) if facts.pod else "",
        next_try=_next_try(facts, container, end) if container and end else None,
        pattern=_pattern(facts, container, end, verdict) if container and end and verdict else None,
    )


def _pods(facts: Facts) -> str:
    """How many pods an owner has of those that it wants, where it lacks some."""
    owner = mapping(facts.snapshot.owners[0] if facts.snapshot.owners else None)
    spec, status = mapping(owner.get("spec")), mapping(owner.get("status"))
    there, _ = counted(owner)
    wanted = number(spec.get("replicas")) or number(status.get("desiredNumberScheduled")) or number(spec.get("parallelism"))
    return f"{there} of {wanted} pods" if there and wanted else "no pods"


def _about(facts: Facts, verdict: Verdict | None) -> Container | None:
    if verdict and verdict.finding.container:
        return next((c for c in facts.containers if c.name == verdict.finding.container), None)
    return next((c for c in facts.containers if facts.end(c)), None)


def _next_try(facts: Facts, container: Container, end: End) -> float | None:
    """Seconds until the kubelet starts it again; 0 where that is due; None where it does not or runs already."""
    loops = mapping(container.waiting).get("reason") == "CrashLoopBackOff"  # whatever rule restarts it
    policy = container.spec.get("restartPolicy") or facts.spec.get("restartPolicy") or "Always"
    if container.running is not None or facts.deleted or facts.phase in ("Failed", "Succeeded") or not end.finished:
        return None
    if not loops and (policy == "Never" or (policy == "OnFailure" and end.exit_code == 0)):
        return None
    said = re.match(r"back-off (\S+) restarting", str(mapping(container.waiting).get("message") or ""))
    delay = seconds(said[1]) if said else None
    if delay is None:
        delay = _delay(container.restarts, end.seconds or 0.0)
    return max(0.0, (end.finished + timedelta(seconds=delay) - facts.now).total_seconds())


def _delay(restarts: int, ran: float) -> float:
    if restarts < 1 or ran > _RESET_AFTER:
        return 0.0
    return min(_FIRST_DELAY * 2 ** min(restarts - 1, 10), _LONGEST_DELAY)


def _pattern(facts: Facts, container: Container, end: End, verdict: Verdict) -> str | None:
    if facts.probe_kill(container, end):
        return "health check failure"
    if verdict.cause.id == "silent-exit":
        return "silent"
    if end.seconds is None or end.exit_code == 0:
        return None
    return "immediate crash" if end.seconds <= _IMMEDIATE else "slow death"


def well(facts: Facts) -> tuple[str, str]:
    """The state of a target with which nothing is wrong, healthy, starting or completed, and how that is known."""
    return _pod_well(facts) if facts.pod else _owner_well(facts)


def _pod_well(facts: Facts) -> tuple[str, str]:
    if facts.phase == "Succeeded":
        return "completed", "every container ended with exit code 0"
    if facts.deleted and facts.phase not in ("Failed", "Succeeded"):
        return "healthy", "it is being deleted and has not used up its grace period"
    restarted = [
        f"{c.name} has run well since its last restart ({c.restarts} so far{_ended(c)})"
        for c in facts.containers
        if c.restarts and c.ready
    ]
    if condition(facts.pod, "Ready").get("status") == "True":
        return "healthy", "; ".join(["every container is ready", *restarted])
    apps = [c for c in facts.containers if c.kind == "app"]
    if apps and all(c.ready for c in apps) and "conditions" not in facts.status:
        return "healthy", "; ".join(["every container is ready", *restarted])
    if apps and all(c.terminated is not None for c in apps):
        return "completed", "every container ended with exit code 0"
    done = [c for c in apps if c.terminated is not None]
    if done and all(c.ready or c.terminated is not None for c in apps):
        # A failed end would have been found: what has ended was to end, and the pod is not Ready for it.
        names = " and ".join(c.name for c in done)
        return "healthy", f"{names} ended with exit code 0, and is not started again; the other containers are ready"
    waiting = ", ".join(c.name for c in facts.containers if not c.ready and not (c.kind == "init" and c.terminated))
    return "starting", f"not ready yet: {waiting}; nothing has failed" if waiting else "nothing has failed"


def _ended(container: Container) -> str:
    """How the run before the present one ended, where that says more than a clean exit."""
    last = mapping(container.last)
    code, reason = number(last.get("exitCode")), str(last.get("reason") or "")
    if not code and reason in ("", "Completed"):
        return ""
    return f", the last after exit code {code}" + (f" ({reason})" if reason not in ("", "Error") else "")


def _owner_well(facts: Facts) -> tuple[str, str]:
    owner = mapping(facts.snapshot.owners[-1]) if facts.snapshot.owners else {}
    spec, status = mapping(owner.get("spec")), mapping(owner.get("status"))
    there, ready = counted(owner)
    if condition(owner, "Complete").get("status") == "True":
        return "completed", "the Job is complete"
    if spec.get("replicas") == 0 and not there:
        return "healthy", f"it is scaled to 0{_scaled(facts)}"
    if spec.get("suspend"):
        resume = facts.kubectl("patch", "/".join(facts.workload), ("-p", '{"spec":{"suspend":false}}'))
        since = _since(facts, condition(owner, "Suspended"))
        return "healthy", f"it is suspended{since}: no pod is made until {resume}"
    if there and ready >= there:
        return "healthy", f"{ready} of {there} pods are ready, as its status counts them"
    if spec.get("paused"):
        return "healthy", "it is paused: no pod is made"
    if owner.get("kind") == "DaemonSet" and status.get("desiredNumberScheduled") == 0:
        return "healthy", f"no node is to run it{_wanted_nodes(spec)}"
    if owner.get("kind") == "CronJob":
        last = status.get("lastSuccessfulTime") or status.get("lastScheduleTime")
        return "healthy", f"no run is under way{f', the last was at {last}' if last else ''}"
    return "starting", "it has no pod yet, and no controller has reported a failure"


def _wanted_nodes(spec: Object) -> str:
    """By which labels a DaemonSet chooses its nodes."""
    labels = mapping(mapping(mapping(spec.get("template")).get("spec")).get("nodeSelector"))
    return ": none has " + ", ".join(f"{name}={value}" for name, value in labels.items()) if labels else ""


def _scaled(facts: Facts) -> str:
    """When the Deployment took its last pods away, as long as the event tells it."""
    for event in facts.events("ScalingReplicaSet", kind="Deployment", text=r"^Scaled down .* to 0$")[:1]:
        last = seen_last(event)
        return f", since {span((facts.now - last).total_seconds())}" if last else ""
    return ""


def _since(facts: Facts, found: Object) -> str:
    """How long a condition has been as it is."""
    changed = moment(found.get("lastTransitionTime"))
    return f" since {span((facts.now - changed).total_seconds())}" if changed else ""


def rollout(facts: Facts) -> str:
    """That the Deployment of the pod does not roll out what it is to be; empty where nothing holds it up.

    Source: pkg/controller/deployment/progress.go, 1.36.
    """
    owner = mapping(facts.snapshot.owners[-1] if facts.snapshot.owners else None)
    if owner.get("kind") != "Deployment":
        return ""
    spec = mapping(owner.get("spec"))
    if spec.get("paused"):
        return f"paused: what is changed reaches no pod until {facts.kubectl('rollout', 'resume', '/'.join(facts.workload))}"
    progress = condition(owner, "Progressing")
    if (progress.get("status"), progress.get("reason")) != ("False", "ProgressDeadlineExceeded"):
        return ""
    limit = span(number(spec.get("progressDeadlineSeconds")) or 600)
    words = filter(None, (lacking(owner), f"no progress for {limit} (ProgressDeadlineExceeded)"))
    return f"stuck{_since(facts, progress)}: {', and '.join(words)}"
