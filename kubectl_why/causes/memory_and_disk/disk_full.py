from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...model import Confidence, Evidence, Finding, Remedy, now, proper
from ...quantities import doubled, of_bytes
from ...snapshot import Object
from ...status import listing, mapping
from .. import cause
from ..examined import mount_at
from ..loglines import said
from ..loglines.signs import Telling
from ..looking import inside
from ..probes.probe_failed import probe_failed
from ..probes.probe_server_error import probe_server_error
from ..probes.probe_timeout import probe_timeout
from ..probes.slow_start import slow_start
from . import larger_empty_dir

if TYPE_CHECKING:
    from ...examination import Fact
    from ...facts import Container, Facts

# What is left of a filesystem that is full: some keep a part for root.
_FULL = 0.01
# How far before the complaint the log may have named the place that it is about.
_BEFORE = 20


@cause(explains=[probe_failed, probe_server_error, probe_timeout, slow_start])
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
        filled = _filled(facts, container, line["file"] or str(mount.get("mountPath") or ""))
        seen, sure = ((facts.cite_examined(filled[1]),), Confidence.CERTAIN) if filled else ((), None)
        left = f": {filled[0]}" if filled else ""
        if volume is None:
            path = f" for {line['file']}" if line["file"] else ""
            remedy = proper(f"clean up what {container.name} writes, or give it a volume: it fills the node's own disk")
            message = f"no space left on device{path}{left}"
            evidence = (*line.evidence(facts), *seen)
            remedies = (remedy, *inside(facts, container))
            yield Finding(message, sure or Confidence.POSSIBLE, container.name, evidence, remedies)
            continue
        what, evidence, remedies = _about(facts, volume)
        yield Finding(
            f"no space left on {what} at {mount.get('mountPath')}{left}",
            sure or Confidence.LIKELY,
            container.name,
            (*line.evidence(facts), *seen, *evidence),
            remedies,
        )


def _filled(facts: Facts, container: Container, path: str) -> tuple[str, Fact] | None:
    """That a look from inside found the filesystem under the path full, in words; None where it did not."""
    mount = mount_at(facts, container, path)
    size, left, inodes = (mount.number(name) if mount else None for name in ("size", "available", "inodesFree"))
    if mount and size and left is not None and left <= size * _FULL:
        return f"of {of_bytes(int(size))}, {of_bytes(int(left))} is left", mount
    # Some filesystems have no number of inodes, and say 0 of 0.
    if mount and inodes == 0 and mount.number("inodes"):
        return "no inode is left: there are too many files", mount
    return None


def _mount(facts: Facts, container: Container, line: Telling) -> Object:
    """The mount that the log names, at the complaint or just before; else the only one that has a size; else none."""
    mounts = [m for m in listing(container.spec.get("volumeMounts")) if isinstance(m.get("mountPath"), str)]
    near = [line["file"], *reversed(line.log.lines[max(0, line.index - _BEFORE) : line.index + 1])]
    for text in near:
        named = [m for m in mounts if f"{m['mountPath'].rstrip('/')}/" in f"{text}/" and len(m["mountPath"]) > 1]
        if named:
            return max(named, key=lambda m: len(m["mountPath"]))
    bounded = [m for m in mounts if _has_size(_volume(facts, m))]
    return bounded[0] if len(bounded) == 1 and not line["file"] else {}


def _has_size(volume: Object | None) -> bool:
    empty = mapping(mapping(volume).get("emptyDir"))
    return "persistentVolumeClaim" in mapping(volume) or "sizeLimit" in empty or empty.get("medium") == "Memory"


def _volume(facts: Facts, mount: Object) -> Object | None:
    """The volume behind a mount, if it is one that the process can fill."""
    for volume in listing(facts.spec.get("volumes")):
        filling = any(
            kind in volume for kind in ("emptyDir", "persistentVolumeClaim", "ephemeral", "hostPath", "csi", "nfs")
        )
        if mount and volume.get("name") == mount.get("name") and filling:
            return volume
    return None


_About = tuple[str, tuple[Evidence, ...], tuple[Remedy, ...]]


def _about(facts: Facts, volume: Object) -> _About:
    """What the volume is and how large, where that stands, and how it is made larger."""
    name = str(volume.get("name"))
    claim = mapping(volume.get("persistentVolumeClaim")).get("claimName")
    if claim:
        return _about_claim(facts, str(claim))
    tidy = proper(f"let what writes to {name} clean up")
    if "emptyDir" not in volume:
        return f"volume {name}", (facts.cite_pod(f"spec.volumes{{{name}}}.name"),), (now(f"make volume {name} larger"), tidy)
    empty = mapping(volume["emptyDir"])
    in_memory = ["in memory"] if empty.get("medium") == "Memory" else []
    size = str(empty["sizeLimit"]) if empty.get("sizeLimit") else ""
    words = ", ".join([*in_memory, *([size] if size else [])])
    part = "emptyDir.sizeLimit" if size else "name"
    grow = (
        larger_empty_dir(facts, name, size)
        if size
        else now(f"free disk on the node: emptyDir {name} has no limit of its own")
    )
    what = f"emptyDir {name}" + (f" ({words})" if words else "")
    return what, (facts.cite_pod(f"spec.volumes{{{name}}}.{part}"),), (grow, tidy)


def _about_claim(facts: Facts, claim: str) -> _About:
    what = f"PersistentVolumeClaim {claim}"
    tidy = proper("let what writes there clean up")
    obj = facts.known("PersistentVolumeClaim", claim)
    size = mapping(mapping(obj.get("status")).get("capacity")).get("storage")
    larger = doubled(size) if isinstance(size, str) else None
    if larger is None:
        return what, (), (now(f"make {what} larger"), tidy)
    patch = json.dumps({"spec": {"resources": {"requests": {"storage": larger}}}}, separators=(",", ":"))
    grow = now("if its StorageClass allows expansion", facts.kubectl("patch", "pvc", claim, ("-p", patch)))
    return f"{what} ({size})", (facts.cite(obj, "status.capacity.storage"),), (grow, tidy)
