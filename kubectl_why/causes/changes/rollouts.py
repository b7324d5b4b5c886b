"""The revisions of a workload: which one went well before, and what differs since."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from ...model import Cause, Confidence, Finding, now
from ...snapshot import Object
from ...status import condition, listing, mapping, moment, number
from .. import family
from ..dependencies import reaching
from ..dependencies.trouble import in_trouble
from ..loglines import telling
from . import Change, began
from .matters import matter, needs_name

if TYPE_CHECKING:
    from ...facts import Container, Facts

_OF_CONTAINERS = ("image", "config", "start", "memory-and-disk", "signals", "probes", "application")
_OF_PODS = ("scheduling", "volumes")
FAMILIES = (*_OF_CONTAINERS, *_OF_PODS)
# A pod that went well for so long was not broken by what it was made of.
_WENT_WELL = timedelta(hours=1)
# Within which a controller first looks at what was created.
_AT_ONCE = timedelta(seconds=1)
_TOLD = 3


class Revision(NamedTuple):
    """One revision of a workload: the object that records it, and the pod template in it."""

    number: int
    record: Object
    spec: Object
    """The template's spec."""

    @property
    def created(self) -> datetime | None:
        return moment(mapping(self.record.get("metadata")).get("creationTimestamp"))


def rolled_out(facts: Facts) -> list[Change]:
    """The roll-out of the newest revision, for each container, or the whole pod, and all that it can explain there."""
    if "rolled out" not in facts.memo:
        facts.memo["rolled out"] = list(_rolled_out(facts))
    return facts.memo["rolled out"]


def _rolled_out(facts: Facts) -> Iterator[Change]:
    found = revisions(facts)
    if len(found) < 2 or not facts.rolls_out or not is_of(facts, found[0].record):
        return
    newest = found[0]
    ready = {revision.number: _has_ready(facts, revision) for revision in found[1:]}
    before = next((revision for revision in found[1:] if ready[revision.number]), found[1])
    if ready[before.number] is False or (not ready[before.number] and _never_available(facts)):
        return  # the older one fails alike, or never went well
    # `kubectl rollout undo` numbers an old ReplicaSet anew: that happened after every other one was made.
    when = max((revision.created for revision in found if revision.created), default=None)
    created = moment(facts.metadata.get("creationTimestamp"))
    for container in (None, *facts.containers):
        first = began(facts, container)
        if first and created and first - created > _WENT_WELL:
            continue
        changed = within(before.spec, newest.spec, container.name) if container else everywhere(before.spec, newest.spec)
        for told, causes in _told(facts, container, list(changed)).items():
            yield Change(
                when, _finding(facts, container, (newest, before, found[1]), told, causes, bool(ready[before.number]))
            )


def _finding(
    facts: Facts,
    container: Container | None,
    compared: tuple[Revision, Revision, Revision],
    told: tuple[Difference, ...],
    causes: list[Cause],
    still_well: bool,
) -> Finding:
    newest, before, previous = compared
    kind, name = facts.workload
    skips = before.number != previous.number
    words = "; ".join(difference.words for difference in told[:_TOLD])
    since = f" since revision {before.number}" if skips else ""
    serve = f", and pods of revision {before.number} are ready" if still_well else ""
    record = (before if told[0].gone else newest).record
    root = "spec.template.spec." if record.get("kind") == "ReplicaSet" else "data.spec.template.spec."
    undo = facts.kubectl("rollout", "undo", f"{kind}/{name}", (f"--to-revision={before.number}",) if skips else ())
    return Finding(
        f"revision {newest.number} of {kind} {name} began it:{since} {words}{serve}",
        Confidence.LIKELY if still_well else Confidence.POSSIBLE,
        container.name if container else None,
        (facts.cite(record, root + told[0].path),),
        (now(command=undo),),
        behind=tuple(causes),
    )


def _told(facts: Facts, container: Container | None, changed: list[Difference]) -> dict[tuple[Difference, ...], list[Cause]]:
    """What of the differences to tell, the one that matters first, and of which causes."""
    found: dict[tuple[Difference, ...], list[Cause]] = {}
    line = telling(facts, container) if container else None
    said = _letters(" ".join(line.log.lines[line.record.start : line.record.end + 1])) if line else ""
    peers = [_letters(item.peer.host) for item in reaching(facts) if item.container == container and in_trouble(facts, item)]
    for cause in (cause for name in (_OF_CONTAINERS if container else _OF_PODS) for cause in family(name)):
        ranked = []
        for difference in changed:
            rank = matter(cause, difference.field, difference.gone)
            words = [word for word in map(_letters, difference.names) if len(word) > 2 and word not in ("true", "false")]
            named = any(word in said or any(peer in word for peer in peers) for word in words)
            if rank is not None and (named or not said or not needs_name(cause, difference.field, bool(peers))):
                ranked.append((not named, rank, len(ranked), difference))
        told = tuple(difference for *_, difference in sorted(ranked, key=lambda item: item[:3]))
        if told:
            found.setdefault(told, []).append(cause)
    return found


def _letters(text: str) -> str:
    return re.sub(r"[^a-z0-9]", "", text.lower())


def revisions(facts: Facts) -> list[Revision]:
    """The workload's revisions, newest first.

    Source: the annotation deployment.kubernetes.io/revision of ReplicaSets (deployment controller), and
    ControllerRevision.revision of StatefulSets and DaemonSets (their controllers), 1.36.
    """
    if not facts.owners:
        return []
    owner = facts.owners[-1]
    uid = mapping(owner.get("metadata")).get("uid")
    found = []
    for kind in ("ReplicaSet", "ControllerRevision"):
        for record in facts.all(kind):
            owners = listing(mapping(record.get("metadata")).get("ownerReferences"))
            if uid and any(reference.get("uid") == uid for reference in owners):
                template = mapping(mapping(record.get("spec" if kind == "ReplicaSet" else "data")).get("template"))
                if kind == "ControllerRevision":
                    template = mapping(mapping(mapping(record.get("data")).get("spec")).get("template"))
                found.append(Revision(_number(record), record, mapping(template.get("spec"))))
    return sorted(found, key=lambda revision: revision.number, reverse=True)


def _number(record: Object) -> int:
    said = mapping(mapping(record.get("metadata")).get("annotations")).get("deployment.kubernetes.io/revision")
    value = record.get("revision", said)
    return int(value) if isinstance(value, int) or (isinstance(value, str) and value.isdigit()) else 0


def is_of(facts: Facts, record: Object) -> bool:
    """Whether the pod was made by that revision."""
    labels, name = mapping(facts.metadata.get("labels")), mapping(record.get("metadata")).get("name")
    owner = facts.snapshot.owners[0]
    # A StatefulSet's pod carries the name of its ControllerRevision, a DaemonSet's only the hash at its end.
    hashes = (labels.get("controller-revision-hash"), f"{facts.workload[1]}-{labels.get('controller-revision-hash')}")
    return mapping(owner.get("metadata")).get("name") == name or name in hashes


def _has_ready(facts: Facts, revision: Revision) -> bool | None:
    """Whether an older revision has ready pods; False where it has pods and none is ready, None where it has none.

    A StatefulSet tells of its current revision only, and how many pods of all are ready; a DaemonSet of none: there
    it is known only that pods of some older revision must be among those that are ready.
    Source: StatefulSetStatus and DaemonSetStatus, apps/v1 types.go, 1.36.
    """
    status = mapping(revision.record.get("status"))
    if revision.record.get("kind") == "ReplicaSet":
        return number(status.get("readyReplicas")) > 0 or (False if number(status.get("replicas")) else None)
    status = mapping(facts.snapshot.owners[-1].get("status"))
    if "currentRevision" in status:
        if status["currentRevision"] != mapping(revision.record.get("metadata")).get("name"):
            return None
        older, ready, newer = (number(status.get(f)) for f in ("currentReplicas", "readyReplicas", "updatedReplicas"))
    else:
        ready, newer = (number(status.get(field)) for field in ("numberReady", "updatedNumberScheduled"))
        older = number(status.get("currentNumberScheduled")) - newer
    if older <= 0:
        return None
    others = newer - (0 if facts.condition("Ready").get("status") == "True" else 1)
    return True if ready > others else False if not ready else None


def _never_available(facts: Facts) -> bool:
    """Whether a Deployment has been without its pods since it was made: the condition has been False from the first.

    Source: syncRolloutStatus and calculateStatus of the deployment controller, 1.36.
    """
    owner = facts.snapshot.owners[-1]
    available = condition(owner, "Available")
    since = moment(available.get("lastTransitionTime"))
    made = moment(mapping(owner.get("metadata")).get("creationTimestamp"))
    return bool(available.get("status") == "False" and since and made and since - made <= _AT_ONCE)


class Difference(NamedTuple):
    """One thing in which two revisions differ."""

    path: str
    """Below the template's spec."""
    words: str
    gone: bool = False
    """Whether it stands in the older revision only."""
    field: str = ""
    """The field of the container, or of the pod, that differs."""
    names: tuple[str, ...] = ()
    """What a log may call it: the variable's name, the path of the mount, the values."""


def within(old: Object, new: Object, container: str) -> Iterator[Difference]:
    """What differs between two pod specs in that container, and beside it in what it runs with."""
    own: list[Object] = []
    for part in ("initContainers", "containers"):
        before, after = (
            next((item for item in listing(spec.get(part)) if item.get("name") == container), None) for spec in (old, new)
        )
        own += [item for item in (before, after) if item]
        if after is not None and before is None:
            yield Difference(f"{part}{{{container}}}.image", f"container {container} was added")
        elif after is not None and before is not None:
            for found in _of_container(before, after):
                yield found._replace(path=f"{part}{{{container}}}.{found.path}")
    mounted = {str(mount.get("name")) for item in own for mount in listing(item.get("volumeMounts"))}
    for found in _of_pod(old, new):
        if found.field != "volumes" or mounted & {*found.names}:
            yield found


def everywhere(old: Object, new: Object) -> Iterator[Difference]:
    """What differs between two pod specs, in the pod and in every container."""
    yield from _of_pod(old, new)
    for part in ("initContainers", "containers"):
        for container in listing(new.get(part)):
            name = str(container.get("name") or "")
            before = next((item for item in listing(old.get(part)) if item.get("name") == name), {})
            for found in _of_container(before, container):
                yield found._replace(path=f"{part}{{{name}}}.{found.path}")


def _of_pod(old: Object, new: Object) -> Iterator[Difference]:
    for field in sorted({*old, *new} - {"initContainers", "containers", "ephemeralContainers", "volumes"}):
        yield from _of_value(field, field, old.get(field), new.get(field))
    yield from _of_list("volumes", "volume", "name", listing(old.get("volumes")), listing(new.get("volumes")))


def _of_container(old: Object, new: Object) -> Iterator[Difference]:
    for field in sorted({*old, *new} - {"name"}):
        before, after = old.get(field), new.get(field)
        if field == "env":
            yield from _of_list(field, "variable", "name", listing(before), listing(after))
        elif field == "volumeMounts":
            yield from _of_list(field, "mount", "mountPath", listing(before), listing(after))
        elif field == "ports":
            yield from _of_list(field, "port", "containerPort", listing(before), listing(after))
        elif field == "resources":
            for kind in ("limits", "requests"):
                yield from _of_amounts(kind, mapping(mapping(before).get(kind)), mapping(mapping(after).get(kind)))
        else:
            yield from _of_value(field, field, before, after)


def _of_list(field: str, noun: str, key: str, before: list[Object], after: list[Object]) -> Iterator[Difference]:
    old, new = ({str(item.get(key)): item for item in items} for items in (before, after))
    for index, name in enumerate(old):
        if name not in new:
            yield Difference(f"{field}[{index}].{key}", f"{noun} {name} was removed", True, field, (name,))
    for index, (name, item) in enumerate(new.items()):
        if name not in old:
            yield Difference(f"{field}[{index}].{key}", f"{noun} {name} was added", False, field, (name,))
        elif old[name] != item:
            values = tuple(map(_source, (old[name], item))) if field == "env" else (old[name], item)
            words = f"{noun} {name} changed{_values(*values)}"
            yield Difference(f"{field}[{index}]", words, False, field, (name, *_names(*values)))


def _source(item: Object) -> Any:
    """A variable's value, or the object and key that it is read from."""
    for reference in mapping(item.get("valueFrom")).values():
        named = mapping(reference)
        return "/".join(str(named[part]) for part in ("name", "key", "fieldPath") if part in named)
    return item.get("value")


def _of_amounts(kind: str, old: Object, new: Object) -> Iterator[Difference]:
    for name in sorted({*old, *new}):
        if old.get(name) != new.get(name):
            words = f"the {name} {kind.removesuffix('s')} changed{_values(old.get(name), new.get(name))}"
            yield Difference(f"resources.{kind}.{name}", words, name not in new, f"resources.{kind}.{name}")


def _of_value(path: str, field: str, old: Any, new: Any) -> Iterator[Difference]:
    """What differs at a path: of two mappings only the parts that do."""
    if (old or None) == (new or None):
        return
    if isinstance(old, dict) and isinstance(new, dict) and old and new:
        for name in sorted({*old, *new}):
            yield from _of_value(f"{path}.{name}", field, old.get(name), new.get(name))
        return
    gone = new is None or new == {}
    told = _values(old, new)
    what = f"{path} changed{told}" if told or (old and not gone) else f"{path} was {'removed' if gone else 'added'}"
    yield Difference(path, what, gone, field, _names(old, new))


def _values(old: Any, new: Any) -> str:
    """` from OLD to NEW`, where both are short enough to be read."""
    texts = [_short(value) for value in (old, new)]
    return f" from {texts[0]} to {texts[1]}" if None not in texts else ""


def _names(*values: Any) -> tuple[str, ...]:
    return tuple(text for value in values if value and (text := _short(value)))


def _short(value: Any) -> str | None:
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        value = " ".join(value)
    if value is None:
        return "none"
    text = str(value) if isinstance(value, (str, int, bool)) else None
    return text if text is not None and len(text) <= 80 and not re.search(r"[\n\r]", text) else None
