from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...model import Confidence, Finding, now
from ...status import mapping, number
from .. import cause, family
from . import around, differences, is_of, placing, revisions

if TYPE_CHECKING:
    from ...facts import Facts

_FAMILIES = ("image", "config", "start", "memory-and-disk", "signals", "probes", "application", "scheduling", "volumes")


@cause(behind=[item for name in _FAMILIES for item in family(name)])
def new_revision(facts: Facts) -> Iterator[Finding]:
    """The failure began with the owner's newest revision.

    The failing pod belongs to the newest revision of its workload, and that revision differs from the one before in what the
    failing container is made of or runs with: its image, command, environment, limits, probes, volumes, user; or, where no
    node is found for it, in what decides on that. A restart (`kubectl rollout
    restart`) makes a revision that differs in nothing but an annotation, and is not blamed.

    Fix: go back with `kubectl rollout undo`, then correct the difference and roll out again.

    Source: the deployment, statefulset and daemonset controllers, 1.36.
    """
    found = revisions(facts)
    if len(found) < 2 or not facts.rolls_out or not is_of(facts, found[0].record):
        return
    newest, before = found[0], found[1]
    kind, name = facts.workload
    still_well = number(mapping(before.record.get("status")).get("readyReplicas")) > 0
    places = [None] if facts.unscheduled else [container.name for container in facts.containers]
    for container in places:
        changed = list(
            placing(before.spec, newest.spec, str(facts.condition("PodScheduled").get("message") or ""))
            if container is None
            else (*differences(before.spec, newest.spec, container), *around(before.spec, newest.spec, container))
        )
        if not changed:
            continue
        words = "; ".join(difference.words for difference in changed[:3])
        serve = f", and pods of revision {before.number} are ready" if still_well else ""
        record = (before if changed[0].gone else newest).record
        yield Finding(
            f"revision {newest.number} of {kind} {name} began it: {words}{serve}",
            Confidence.LIKELY if still_well else Confidence.POSSIBLE,
            container,
            (facts.cite(record, _root(record) + changed[0].path),),
            (now(command=facts.kubectl("rollout", "undo", f"{kind}/{name}")),),
        )


def _root(record: dict) -> str:
    return "spec.template.spec." if record.get("kind") == "ReplicaSet" else "data.spec.template.spec."
