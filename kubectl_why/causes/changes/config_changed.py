from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...model import Confidence, Finding
from ...snapshot import key
from ...status import listing, mapping, moment
from .. import cause, family
from . import began, used_objects

if TYPE_CHECKING:
    from ...facts import Facts

# An edit longer before the failure than this explains it no better than any other.
_JUST_BEFORE = 900.0
_FAMILIES = ("config", "volumes", "application", "probes")


@cause(behind=[item for name in _FAMILIES for item in family(name)])
def config_changed(facts: Facts) -> Iterator[Finding]:
    """A ConfigMap or Secret it uses changed just before the failure began.

    The object was changed after it had been created, and the first sign of the failure came within minutes of that.
    Environment variables are read when a container is created, mounted files follow within a minute or so: a change may
    show only at the next restart.

    Fix: put the old value back, then `kubectl rollout restart` the workload.

    Source: metadata.managedFields, which the API server keeps; a key that was removed by a JSON patch leaves no trace there.
    """
    for container in facts.containers:
        start = began(facts, container)
        if start is None or (facts.end(container) is None and container.ready):
            continue
        for kind, name in dict.fromkeys(used_objects(facts, container)):
            obj = facts.snapshot.objects.get(key(kind, facts.namespace, name))
            metadata = mapping(mapping(obj).get("metadata"))
            created = moment(metadata.get("creationTimestamp"))
            change = next(iter(listing(metadata.get("managedFields"))), {})
            when = moment(change.get("time"))
            if not obj or not created or not when or (when - created).total_seconds() < 2:
                continue
            before = (start - when).total_seconds()
            if not -5 <= before <= _JUST_BEFORE:
                continue
            ago = _duration((facts.now - when).total_seconds())
            by = f" by {change['manager']}" if change.get("manager") else ""
            yield Finding(
                f"{kind} {name} was changed {ago} ago{by}, {_duration(max(before, 0))} before this began",
                Confidence.LIKELY,
                container.name,
                (facts.cite(obj, "metadata.managedFields[0].time"),),
            )


def _duration(seconds: float) -> str:
    whole = round(seconds)
    return f"{whole}s" if whole < 120 else f"{whole // 60}m" if whole < 7200 else f"{whole // 3600}h"
