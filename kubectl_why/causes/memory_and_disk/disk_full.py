from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...facts import Unreadable
from ...model import Confidence, Evidence, Finding, Remedy, now, proper
from ...quantities import doubled
from ...snapshot import Object
from ...status import listing, mapping
from .. import cause
from ..loglines import Telling, said

if TYPE_CHECKING:
    from ...facts import Container, Facts

# How far before the complaint the log may have named the place that it is about.
_BEFORE = 20


@cause()
def disk_full(facts: Facts) -> Iterator[Finding]:
    """The process finds no space left on the device that it writes to.

    It says so itself (ENOSPC, errno 28; EDQUOT for a quota) and mostly ends. The device is the volume under the path that
    it writes to: a claim, an emptyDir in memory, or else the node's disk. Where the kubelet was faster it evicts the pod
    instead (evicted-ephemeral-storage, evicted-node-pressure). `no space left` for inotify watches is too-many-open-files.

    Fix: make the volume larger, or let the process clean up what it writes.

    Source: errno(3); a log line, which names the file only sometimes.
    """
    for container, line in said(facts, "disk-full"):
        mount = _mount(facts, container, line)
        volume = _volume(facts, mount)
        if volume is None:
            path = f" for {line['file']}" if line["file"] else ""
            remedy = proper(f"clean up what {container.name} writes, or give it a volume: it fills the node's own disk")
            message = f"no space left on device{path}"
            yield Finding(message, Confidence.POSSIBLE, container.name, line.evidence(facts), (remedy,))
            continue
        what, size, evidence, remedies = _about(facts, volume)
        yield Finding(
            f"no space left on {what} at {mount.get('mountPath')}" + (f", its size is {size}" if size else ""),
            Confidence.LIKELY,
            container.name,
            (*line.evidence(facts), *evidence),
            remedies,
        )


def _mount(facts: Facts, container: Container, line: Telling) -> Object:
    """The mount that the log names, at the complaint or just before; else the only one that can be full; else none."""
    mounts = [m for m in listing(container.spec.get("volumeMounts")) if isinstance(m.get("mountPath"), str)]
    near = [line["file"], *reversed(line.log.lines[max(0, line.index - _BEFORE) : line.index + 1])]
    for text in near:
        named = [m for m in mounts if f"{m['mountPath'].rstrip('/')}/" in f"{text}/" and len(m["mountPath"]) > 1]
        if named:
            return max(named, key=lambda m: len(m["mountPath"]))
    bounded = [m for m in mounts if _volume(facts, m) is not None]
    return bounded[0] if len(bounded) == 1 and not line["file"] else {}


def _volume(facts: Facts, mount: Object) -> Object | None:
    """The volume behind a mount, if it is one that the process can fill."""
    for volume in listing(facts.spec.get("volumes")):
        filling = any(
            kind in volume for kind in ("emptyDir", "persistentVolumeClaim", "ephemeral", "hostPath", "csi", "nfs")
        )
        if mount and volume.get("name") == mount.get("name") and filling:
            return volume
    return None


def _about(facts: Facts, volume: Object) -> tuple[str, str | None, tuple[Evidence, ...], tuple[Remedy, ...]]:
    """What the volume is, its size, where that stands, and how it is made larger."""
    name = str(volume.get("name"))
    claim = mapping(volume.get("persistentVolumeClaim")).get("claimName")
    if claim:
        return _about_claim(facts, str(claim))
    path, empty = f"spec.volumes{{{name}}}", mapping(volume.get("emptyDir"))
    size = str(empty["sizeLimit"]) if empty.get("sizeLimit") else None
    kind = "emptyDir in memory" if empty.get("medium") == "Memory" else "emptyDir" if "emptyDir" in volume else "volume"
    larger = doubled(size) if size else None
    evidence = (facts.cite_pod(f"{path}.emptyDir.sizeLimit"),) if size else (facts.cite_pod(f"{path}.name"),)
    raised = f"raise the sizeLimit of emptyDir {name} from {size} to {larger}" if larger else f"make volume {name} larger"
    return f"{kind} {name}", size, evidence, (now(facts.change(raised)), proper(f"let what writes to {name} clean up"))


def _about_claim(facts: Facts, claim: str) -> tuple[str, str | None, tuple[Evidence, ...], tuple[Remedy, ...]]:
    what = f"PersistentVolumeClaim {claim}"
    tidy = proper("let what writes there clean up")
    try:
        obj = facts.get("PersistentVolumeClaim", claim)
    except Unreadable:
        obj = None
    size = mapping(mapping(mapping(obj).get("status")).get("capacity")).get("storage")
    larger = doubled(size) if isinstance(size, str) else None
    if obj is None or larger is None:
        return what, None, (), (now(f"make {what} larger"), tidy)
    patch = f'{{"spec":{{"resources":{{"requests":{{"storage":"{larger}"}}}}}}}}'
    command = facts.kubectl("patch", "pvc", claim, "-p", patch)
    grow = now("if its StorageClass allows expansion", command)
    return what, str(size), (facts.cite(obj, "status.capacity.storage"),), (grow, tidy)
