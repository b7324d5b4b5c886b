"""Why a controller cannot create the pod: the API server's words, from the owner's events and conditions."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from ...facts import seen_last
from ...model import Confidence, Evidence, Finding, Remedy, now
from ...snapshot import key
from ...status import condition, counted, listing, mapping, moment, number

if TYPE_CHECKING:
    from ...facts import Facts
    from ...snapshot import Object

# Seconds after which a controller has made its pods, or tried to.
_LATE = 60.0
# Type, status and reason of the conditions by which an owner tells that it cannot create pods, or the ReplicaSet that would.
_FAILURES = (("ReplicaFailure", "True", "FailedCreate"), ("Progressing", "False", "ReplicaSetCreateError"))


class Denial(NamedTuple):
    """The refusal of a pod by the API server."""

    text: str
    evidence: Evidence


def denial(facts: Facts) -> Denial | None:
    """The newest refusal, where the target has no pod, wants one, and none could be created since."""
    if facts.pod or not _wants_pods(facts):
        return None
    for event in facts.events("FailedCreate", "ReplicaSetCreateError"):
        made = [e for e in facts.events("SuccessfulCreate") if _about(e) == _about(event)]
        last, success = seen_last(event), seen_last(made[0]) if made else None
        if not (last and success and success > last):
            return Denial(str(event.get("message") or "").strip(), facts.cite_event(event))
    # Events are gone after an hour; the condition of a ReplicaSet stays, with the words of the first failure.
    for owner in facts.snapshot.owners:
        for kind, status, reason in _FAILURES:
            failure = condition(owner, kind)
            if (failure.get("status"), failure.get("reason")) == (status, reason) and failure.get("message"):
                return Denial(str(failure["message"]), facts.cite(owner, f"status.conditions{{{kind}}}.message"))
    return None


def overdue(facts: Facts) -> bool:
    """Whether the target has wanted pods for a minute and has none, and the events that would say why could not be read."""
    owner = mapping(facts.snapshot.owners[0] if facts.snapshot.owners else None)
    created = moment(mapping(owner.get("metadata")).get("creationTimestamp"))
    idle = owner.get("kind") == "CronJob" or mapping(owner.get("status")).get("desiredNumberScheduled") == 0
    return (
        not facts.pod
        and key("Event", facts.namespace, "*") in facts.snapshot.unreadable
        and _wants_pods(facts)
        and not idle
        and not counted(owner)[0]
        and created is not None
        and (facts.now - created).total_seconds() > _LATE
    )


def _about(event: Object) -> tuple[object, object]:
    about = mapping(event.get("involvedObject"))
    return about.get("kind"), about.get("name")


def _wants_pods(facts: Facts) -> bool:
    """Whether the owner is to have pods: it is not scaled to 0, not suspended and not done."""
    for owner in facts.snapshot.owners:
        spec = mapping(owner.get("spec"))
        done = any(condition(owner, kind).get("status") == "True" for kind in ("Complete", "Failed"))
        if spec.get("replicas") == 0 or spec.get("suspend") or done:
            return False
    return True


def missing_pods(facts: Facts) -> int:
    """How many pods are still to be created, at least one."""
    owner = mapping(facts.snapshot.owners[0] if facts.snapshot.owners else None)
    spec, status = mapping(owner.get("spec")), mapping(owner.get("status"))
    return max(1, (number(spec.get("replicas")) or number(spec.get("parallelism"))) - number(status.get("replicas")))


def template(facts: Facts) -> tuple[Object, Object, str]:
    """The nearest owner, the spec of the pods that it makes, and where in the owner that stands."""
    owner = mapping(facts.snapshot.owners[0] if facts.snapshot.owners else None)
    spec, path = mapping(owner.get("spec")), "spec"
    if isinstance(spec.get("jobTemplate"), dict):
        spec, path = mapping(spec["jobTemplate"].get("spec")), "spec.jobTemplate.spec"
    return owner, mapping(mapping(spec.get("template")).get("spec")), f"{path}.template.spec"


def containers(facts: Facts) -> list[tuple[str, Object]]:
    """Path and spec of each container of the pods to be made."""
    _, spec, path = template(facts)
    return [
        (f"{path}.{part}{{{c.get('name')}}}", c)
        for part in ("containers", "initContainers")
        for c in listing(spec.get(part))
    ]


def not_there(
    facts: Facts, refused: Denial, kind: str, field: str, name: str, rename: str | None, lasting: Remedy
) -> Finding:
    """That an object which the template names does not exist: to be named right where one is near, else to be created."""
    owner, spec, path = template(facts)
    near = facts.nearest(kind, name)
    value = ("--value=VALUE",) if kind == "PriorityClass" else ()
    return Finding(
        f"{kind} {name} does not exist" + (f": did you mean {near}?" if near else ""),
        Confidence.CERTAIN,
        evidence=(
            refused.evidence,
            *([facts.cite(owner, f"{path}.{field}")] if spec.get(field) == name else []),
            *([facts.cite_absent(kind, name)] if facts.absent(kind, name) else []),
        ),
        remedies=(now(command=rename or facts.kubectl("create", kind.lower(), name, value)), lasting),
    )
