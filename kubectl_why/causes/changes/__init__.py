"""What changed just before: these stand as BECAUSE under a cause that the change explains."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from ...facts import Container, seen_first
from ...model import Finding
from ...snapshot import Object
from ...status import condition, mapping, moment

if TYPE_CHECKING:
    from ...facts import Facts

# What fails within its first minutes has failed since it was made.
_FIRST_MINUTES = timedelta(minutes=3)
_FAILURES = ("BackOff", "Failed", "Unhealthy", "FailedMount", "FailedAttachVolume", "FailedScheduling", "FailedCreate")


class Change(NamedTuple):
    """A change, and what it says of the causes that it can explain (the finding's `behind`)."""

    when: datetime | None
    finding: Finding


def blamed(changes: Iterable[Change], others: Iterable[Change], yields: bool = False) -> Iterator[Finding]:
    """What is said of changes, but for the causes that one of the others explains and came nearer before the failure.

    `yields`: also where the other came in the same second.
    """
    for change in changes:
        nearer = {
            cause
            for other in others
            if other.when and change.when and (other.when > change.when or (yields and other.when == change.when))
            if change.finding.container == other.finding.container
            for cause in other.finding.behind
        }
        behind = tuple(cause for cause in change.finding.behind if cause not in nearer)
        if behind:
            yield change.finding._replace(behind=behind)


def began(facts: Facts, container: Container | None) -> datetime | None:
    """When the failure of a container, or of the whole pod, was first seen; None where nothing tells.

    A pod that failed from its beginning: its creation.
    """
    created = moment(facts.metadata.get("creationTimestamp"))
    told = _failures(facts)
    if container is not None:
        # What kept the whole pod from starting is over where the container has run.
        has_run = container.running is not None or facts.end(container) is not None
        places = (container.spec_path,) if has_run else ("", container.spec_path)
        events = [event for place in places for event in told.get(place, ())]
    else:
        events = [event for place in told.values() for event in place]
    known = [time for time in map(seen_first, events) if time]
    end = facts.end(container) if container else None
    if end and container:
        if not known and container.restarts > 1:
            return None  # only the last of many runs is known
        known += [end.finished] if end.finished else []
    elif known and facts.condition("Ready").get("status") == "False":
        # A probe may have failed while all began, long before the container fell out of service.
        fell = moment(facts.condition("Ready").get("lastTransitionTime"))
        known = [max(min(known), fell)] if fell else known
    if not known:
        failed = [moment(condition(owner, "ReplicaFailure").get("lastTransitionTime")) for owner in facts.snapshot.owners]
        return created or next((time for time in failed if time), None)
    first = min(known)
    return created if created and first - created < _FIRST_MINUTES else first


def _failures(facts: Facts) -> dict[str, list[Object]]:
    """The events that tell of a failure, by the part of the object that they are about."""
    if "failures" not in facts.memo:
        warnings = [event for event in facts.events(*_FAILURES) if event.get("type") != "Normal"]
        found: dict[str, list[Object]] = {}
        for event in (*warnings, *facts.events("Killing", text=r"failed \w+ probe"), *facts.events("BackOff")):
            found.setdefault(str(mapping(event.get("involvedObject")).get("fieldPath") or ""), []).append(event)
        facts.memo["failures"] = found
    return facts.memo["failures"]
