"""What changed just before: these stand as BECAUSE under a cause that the change explains."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from ...facts import Container, seen_first
from ...snapshot import Object
from ...status import listing, mapping, moment

if TYPE_CHECKING:
    from ...facts import Facts


class Revision(NamedTuple):
    """One revision of a workload: the object that records it, and the pod template in it."""

    number: int
    record: Object
    spec: Object
    """The template's spec."""


def revisions(facts: Facts) -> list[Revision]:
    """The workload's revisions, newest first.

    Source: the annotation deployment.kubernetes.io/revision of ReplicaSets (deployment controller), and
    ControllerRevision.revision of StatefulSets and DaemonSets (their controllers), 1.36.
    """
    if not facts.snapshot.owners:
        return []
    owner = facts.snapshot.owners[-1]
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


class Difference(NamedTuple):
    """One thing in which two revisions differ."""

    path: str
    """Below the template's spec."""
    words: str
    gone: bool = False
    """Whether it stands in the older revision only."""


def differences(old: Object, new: Object, container: str) -> Iterator[Difference]:
    """What differs between two pod specs in that container."""
    for part in ("initContainers", "containers"):
        before, after = (
            next((item for item in listing(spec.get(part)) if item.get("name") == container), None) for spec in (old, new)
        )
        if after is not None and before is None:
            yield Difference(f"{part}{{{container}}}.image", f"container {container} was added")
        elif after is not None and before is not None:
            for found in _of_container(before, after):
                yield found._replace(path=f"{part}{{{container}}}.{found.path}")


# What a pod has besides its containers that a container runs with; the rest is about where it runs, and when it ends.
_AROUND = ("dnsPolicy", "enableServiceLinks", "hostNetwork", "runtimeClassName", "securityContext", "serviceAccountName")
_PLACING = (
    *("affinity", "hostNetwork", "nodeName", "nodeSelector", "priorityClassName", "schedulerName", "schedulingGates"),
    *("tolerations", "topologySpreadConstraints"),
)


def around(old: Object, new: Object, container: str) -> Iterator[Difference]:
    """What differs between two pod specs beside that container and means something to it, such as the volumes it mounts."""
    for field in _AROUND:
        yield from _of_field(old, new, field)
    own = [
        item for part in ("initContainers", "containers") for item in listing(new.get(part)) if item.get("name") == container
    ]
    mounted = {str(mount.get("name")) for item in own for mount in listing(item.get("volumeMounts"))}
    before, after = ({str(v.get("name")): v for v in listing(spec.get("volumes"))} for spec in (old, new))
    for name in sorted(mounted & {*before} & {*after}):
        if before[name] != after[name]:
            yield Difference(f"volumes{{{name}}}", f"volume {name} changed")


def placing(old: Object, new: Object, refused: str) -> Iterator[Difference]:
    """What differs between two pod specs that decides on a node, by what the scheduler says of the newer."""
    for field in _PLACING:
        yield from _of_field(old, new, field)
    wanted = [
        part for words, part in (("Insufficient", ".resources.requests."), ("free ports", ".ports")) if words in refused
    ]
    for part in ("initContainers", "containers"):
        for container in listing(new.get(part)):
            for item in differences(old, new, str(container.get("name") or "")):
                if any(field in item.path for field in wanted):
                    yield item


def _of_field(old: Object, new: Object, field: str) -> Iterator[Difference]:
    before, after = old.get(field), new.get(field)
    if (before or None) != (after or None):
        yield Difference(field, f"{field} changed{_values(before, after)}", field not in new)


def _of_container(old: Object, new: Object) -> Iterator[Difference]:
    for field in sorted({*old, *new}):
        before, after = old.get(field), new.get(field)
        if before == after:
            continue
        if field == "env":
            yield from _of_environment(listing(before), listing(after))
        elif field == "resources":
            for kind in ("limits", "requests"):
                yield from _of_amounts(kind, mapping(mapping(before).get(kind)), mapping(mapping(after).get(kind)))
        else:
            yield Difference(field, f"{field} changed{_values(before, after)}", field not in new)


def _of_environment(before: list[Object], after: list[Object]) -> Iterator[Difference]:
    old, new = ({str(item.get("name")): item for item in items} for items in (before, after))
    for index, name in enumerate(old):
        if name not in new:
            yield Difference(f"env[{index}].name", f"variable {name} was removed", gone=True)
    for index, (name, item) in enumerate(new.items()):
        if name not in old:
            yield Difference(f"env[{index}].name", f"variable {name} was added")
        elif old[name] != item:
            yield Difference(f"env[{index}]", f"variable {name} changed{_values(_source(old[name]), _source(item))}")


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
            yield Difference(f"resources.{kind}.{name}", words, name not in new)


def _values(old: Any, new: Any) -> str:
    """` from OLD to NEW`, where both are short enough to be read."""
    texts = [_short(value) for value in (old, new)]
    return f" from {texts[0]} to {texts[1]}" if None not in texts else ""


def _short(value: Any) -> str | None:
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        value = " ".join(value)
    if value is None:
        return "none"
    text = str(value) if isinstance(value, (str, int, bool)) else None
    return text if text is not None and len(text) <= 80 and not re.search(r"[\n\r]", text) else None


def used_objects(facts: Facts, container: Container) -> Iterator[tuple[str, str]]:
    """Kind and name of the ConfigMaps and Secrets that a container reads, from its environment and its volumes."""
    mounted = {str(mount.get("name")) for mount in listing(container.spec.get("volumeMounts"))}
    for source in listing(container.spec.get("envFrom")):
        yield from _named(source, "configMapRef", "secretRef")
    for item in listing(container.spec.get("env")):
        yield from _named(mapping(item.get("valueFrom")), "configMapKeyRef", "secretKeyRef")
    for volume in listing(facts.spec.get("volumes")):
        if str(volume.get("name")) in mounted:
            for source in [volume, *listing(mapping(volume.get("projected")).get("sources"))]:
                yield from _named(source, "configMap", "secret")


def _named(source: Object, config_map: str, secret: str) -> Iterator[tuple[str, str]]:
    for kind, field in (("ConfigMap", config_map), ("Secret", secret)):
        name = mapping(source.get(field)).get("name") or mapping(source.get(field)).get("secretName")
        if name:
            yield kind, str(name)


def began(facts: Facts, container: Container) -> datetime | None:
    """When this failure was first seen; None where nothing tells. A pod that failed from its beginning: its creation."""
    created = moment(facts.metadata.get("creationTimestamp"))
    times = [
        seen_first(event)
        for event in facts.events("BackOff", "Failed", "Unhealthy", "FailedMount", "Killing", container=container)
        if event.get("type") != "Normal" or event.get("reason") == "Killing"
    ]
    end = facts.end(container)
    times.append(end.started if end else None)
    known = [time for time in times if time]
    if not known:
        return created
    first = min(known)
    # What fails within its first minutes has failed since it was made.
    return created if created and (first - created).total_seconds() < 180 else first
