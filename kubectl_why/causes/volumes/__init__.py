"""What the kubelet says of volumes and of the sandbox, as long as nothing has succeeded since."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from ...facts import seen_last
from ...model import Confidence, Finding, now, proper
from ...status import listing, mapping, moment

if TYPE_CHECKING:
    from ...facts import Facts
    from ...snapshot import Object

# What a young pod hears until the kubelet has the objects in its caches (kubelet, 1.36): over by itself.
_NOISE = r'failed to sync (?:configmap|secret) cache|no relationship found between node|" not registered$'
# The kubelet tries again after 122 s at most, and the recorder holds an event back for 300 s at most.
_STALE = 600.0
# Kubernetes puts it into every namespace, and admission into every pod.
_EVERYWHERE = "kube-root-ca.crt"
_VOLUME = r'(?s)for volume "(?P<volume>[^"]+)"\s*:?\s*(?P<text>.*)'
_KEY = r"references non-existent (?:config|secret) key: (?P<key>\S+)"


def complaints(facts: Facts, *reasons: str, text: str = "") -> list[Object]:
    """The warnings of these reasons about the pod, newest first, that still hold: nothing of it has been started since."""
    if not waits(facts):
        return []
    found = [
        event
        for event in facts.events(*reasons, kind="Pod", text=text)
        if not re.search(_NOISE, str(event.get("message") or "").strip()) and not _is_over(facts, event)
    ]
    newest = max((seen_last(event) or facts.now for event in found), default=facts.now)
    return [event for event in found if (newest - (seen_last(event) or newest)).total_seconds() <= _STALE]


def waits(facts: Facts) -> bool:
    """Whether the pod is on a node, and its volumes, network and sandbox are not there yet, or not there any more."""
    if not facts.pod or facts.unscheduled or facts.deleted or facts.phase not in ("Pending", "Running"):
        return False
    ready = facts.condition("PodReadyToStartContainers").get("status")
    # Before 1.29 there is no such condition: a container that runs, or whose image is pulled, has its volumes.
    return ready == "False" or (ready != "True" and facts.sandbox_missing)


def _is_over(facts: Facts, event: Object) -> bool:
    """Whether what failed has succeeded since: a container of the pod started or ended, or its image was pulled."""
    states = [state for c in facts.containers for state in (c.running, c.terminated, c.last) if state is not None]
    times = [moment(state.get(name)) for state in states for name in ("startedAt", "finishedAt")]
    done = facts.events("Pulling", "Pulled", "Created", "Started", kind="Pod")
    if "Volume" in str(event.get("reason")) or event.get("reason") == "FailedMount":
        # The sandbox is only tried when every volume is there.
        done += facts.events("FailedCreatePodSandBox", kind="Pod")
    if event.get("reason") == "FailedScheduling":
        return True  # it has a node since
    if event.get("reason") == "FailedAttachVolume":
        done += [e for e in facts.events("SuccessfulAttachVolume", kind="Pod") if parts(e)[0] == parts(event)[0]]
    last = max((time for time in [*times, *map(seen_last, done)] if time), default=None)
    return last is not None and (seen_last(event) or facts.now) <= last


def parts(event: Object) -> tuple[str, str]:
    """The volume that a warning names, the pod's or the PersistentVolume behind it, and what went wrong."""
    message = str(event.get("message") or "").strip()
    match = re.search(_VOLUME, message)
    return (match["volume"], match["text"].strip()) if match else ("", message)


class Source(NamedTuple):
    """A ConfigMap or Secret that a volume of the pod shows as files."""

    volume: str
    kind: str
    name: str
    path: str
    """The field that names it."""
    items: list[Object]
    optional: bool
    projected: bool

    def patch(self, name: str) -> Object:
        """A change of the pod's spec by which the volume shows another object."""
        field = {"configMap": {"name": name}} if self.kind == "ConfigMap" else {"secret": {"secretName": name}}
        return {"volumes": [{"name": self.volume, **field}]}


def sources(facts: Facts) -> Iterator[Source]:
    for volume in listing(facts.spec.get("volumes")):
        path = f"spec.volumes{{{volume.get('name')}}}"
        shown = [(volume, path, "secretName", False)]
        shown += [
            (item, f"{path}.projected.sources[{index}]", "name", True)
            for index, item in enumerate(listing(mapping(volume.get("projected")).get("sources")))
        ]
        for place, where, secret_name, projected in shown:
            for kind, field, name in (("ConfigMap", "configMap", "name"), ("Secret", "secret", secret_name)):
                source = mapping(place.get(field))
                if source.get(name):
                    yield Source(
                        str(volume.get("name")),
                        kind,
                        str(source[name]),
                        f"{where}.{field}.{name}",
                        listing(source.get("items")),
                        source.get("optional") is True,
                        projected,
                    )


def absent_source(facts: Facts, kind: str) -> Iterator[Finding]:
    """A finding for each ConfigMap, or Secret, that a volume wants and that is not there."""
    if not waits(facts):
        return
    said = re.compile(rf'{kind.lower()}s? "(?P<name>[^"]+)" not found')
    events = complaints(facts, "FailedMount", "FailedMapVolume", text=said.pattern)
    named = {match["name"]: event for event in reversed(events) for match in said.finditer(str(event["message"]))}
    known = {source.name: source for source in sources(facts) if source.kind == kind and not source.optional}
    if _EVERYWHERE not in named:
        known.pop(_EVERYWHERE, None)
    # A volume may also name a Secret with which it is mounted, of which only the kubelet speaks.
    for name in dict.fromkeys((*known, *named)):
        absent = facts.absent(kind, name)
        if not absent and (name not in named or name in facts.names(kind)):
            continue
        source = known.get(name)
        near = facts.nearest(kind, name) if absent else None
        yield Finding(
            f"{kind} {name} does not exist"
            + (f", volume {source.volume} wants it" if source and not near else "")
            + (f": did you mean {near}?" if near else ""),
            Confidence.CERTAIN,
            evidence=(
                *([facts.cite_event(named[name])] if name in named else []),
                *([facts.cite_pod(source.path)] if source else []),
                *([facts.cite_absent(kind, name)] if absent else []),
            ),
            remedies=(
                now(command=_mend(facts, kind, name, source, near)),
                proper(
                    facts.change(f"name {kind} {near} instead of {name}")
                    if near
                    else f"create {kind} {name} with the workload"
                ),
            ),
        )


def _mend(facts: Facts, kind: str, name: str, source: Source | None, near: str | None) -> str:
    """Name the object that was meant; or create it, with the keys that the volume asks for."""
    patch = facts.patch_command(source.patch(near)) if source and near and not source.projected else None
    if patch:
        return patch
    keys = [str(item["key"]) for item in source.items if item.get("key")] if source else []
    files = [f"--from-file={key}=PATH" for key in keys] or ["--from-file=PATH"]
    return facts.kubectl("create", *(("configmap",) if kind == "ConfigMap" else ("secret", "generic")), name, tuple(files))


def absent_keys(facts: Facts) -> Iterator[tuple[Object, Source | None, str]]:
    """Warnings about a key that is not there, with the source that asks for it and the key."""
    seen = set()
    for event in complaints(facts, "FailedMount"):
        volume, text = parts(event)
        for match in re.finditer(_KEY, text):
            key = match["key"].rstrip("],")
            asking = [s for s in sources(facts) if s.volume == volume and any(item.get("key") == key for item in s.items)]
            if (volume, key) not in seen:
                seen.add((volume, key))
                yield event, asking[0] if asking else None, key


def short(text: str) -> str:
    """The end of an error of the runtime, which is its cause, on one line and not endless."""
    line = " ".join(text.split()).rpartition(" desc = ")[2]
    return line if len(line) <= 160 else "..." + line[-157:]
