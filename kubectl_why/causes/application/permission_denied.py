from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from ...model import Confidence, Evidence, Finding, Remedy, now, proper
from ...status import mapping
from .. import cause
from ..examined import file_at, rights
from ..loglines import said
from ..loglines.signs import Telling
from ..looking import inside
from . import User, exit_code, mount_path, mounted, scratch, user, with_empty_volume
from .lacking import Lack, lacking
from .peers import GENERAL

if TYPE_CHECKING:
    from ...facts import Container, Facts
    from ...snapshot import Object

# Volumes whose files the kubelet gives to the fsGroup, if one is set.
_OWNED = (
    "persistentVolumeClaim",
    "emptyDir",
    "ephemeral",
    "csi",
    "iscsi",
    "rbd",
    "awsElasticBlockStore",
    "gcePersistentDisk",
    "azureDisk",
)
_WRITES = r"(?i)\b(?:mkdir|creat\w*|writ\w*|touch|append|unlink|rename|remove|chmod|open or create|O_CREAT|lock|save|log)\b"
_CHOWN = r"(?i)\bch(?:own|mod|grp)\b|changing ownership|set(?:re?s?)?[ug]id|setgroups|initgroups|switching to"
# What makes an interface or a route, or filters packets (capabilities(7), CAP_NET_ADMIN).
_NETWORK = r"RTNETLINK|ip6?tables|SIOC\w+|TUNSETIFF"


class Where(NamedTuple):
    """The volume that the file lies on."""

    mount: Object
    volume: Object
    evidence: Evidence

    @property
    def words(self) -> str:
        claim = mapping(self.volume.get("persistentVolumeClaim")).get("claimName")
        what = f"PersistentVolumeClaim {claim}" if claim else f"volume {self.volume.get('name')}"
        return f"{what}, mounted at {self.mount.get('mountPath')}"


@cause(explains=GENERAL)
def permission_denied(facts: Facts) -> Iterator[Finding]:
    """The process may not read, write or execute a file: its mode or owner does not let this user.

    The log names the file; the kubelet tells as which user the process runs (status, user.linux), else runAsUser does. A
    new volume mostly belongs to root: fsGroup lets the kubelet give it to a group of the process. A mount or a root
    filesystem that nobody may write to is read-only-filesystem, a port below 1024 privileged-port-denied, a program that
    may not be started command-not-executable.

    Fix: set fsGroup for a volume; chown the directory where the image is built, or give the process an emptyDir there; or
    run as the user that owns it.

    Source: https://kubernetes.io/docs/tasks/configure-pod-container/security-context/
    """
    for lack in lacking(facts, "permission-denied"):
        yield _unsaid(facts, lack)
    for container, line in said(facts, "permission-denied"):
        file, who = line["file"].strip(), user(facts, container)
        where = _where(facts, container, file)
        writes = re.search(_WRITES, line.text) is not None
        seen = _as_seen(facts, container, file, where, writes)
        dropped = _dropped(facts, container) if who.uid == 0 or re.search(_CHOWN, line.text) else ()
        name = f"user {who.uid}" if who.uid is not None else "the process"
        if re.search(_CHOWN, line.text):
            right = "mode" if re.search(r"(?i)chmod|permissions? of", line.text) else "owner"
            what = f"{name} may not change {f'the {right} of {file}' if file else 'its user or group'}"
        elif re.search(_NETWORK, line.text):
            what = f"{name} may not change the network, which takes the capability NET_ADMIN"
        elif line["mode"]:
            what = f"the mode of {file} lets others read it, and the process does not take it so"
        else:
            what = f"{name} may not {'write to' if writes else 'access'} {file or 'a file'}"
        group = where and not _group(facts) and _takes_group(where.volume)
        words = f" on {where.words}" if where else ""
        words += " (no fsGroup is set)" if group and who.uid != 0 else ""
        words += ": capabilities are dropped" if dropped else ""
        words += f": {seen.words}" if seen.words else ""
        agrees = bool(dropped) or who.uid not in (None, 0)
        yield Finding(
            what + words,
            Confidence.CERTAIN if seen.agrees else Confidence.LIKELY if agrees else Confidence.POSSIBLE,
            container.name,
            (*line.evidence(facts), *seen.evidence, *who.evidence, *((where.evidence,) if where else ()), *dropped)
            if seen.evidence or who.evidence or where or dropped
            else (*line.evidence(facts), *exit_code(facts, container)),
            (
                *_remedies(facts, container, line, who, where, bool(group), bool(dropped)),
                *inside(facts, container),
            ),
        )


class Seen(NamedTuple):
    """What a look from inside showed of the file; of one that is not there yet, of the folder in which it is to be made."""

    agrees: bool
    words: str = ""
    evidence: tuple[Evidence, ...] = ()


def _as_seen(facts: Facts, container: Container, file: str, where: Where | None, writes: bool) -> Seen:
    seen, whose = file_at(facts, container, file), "it"
    if seen is None or (seen.word("type") in ("", "absent") and not seen.word("blocked")):
        whose = posixpath.dirname(file) or (str(where.mount.get("mountPath")) if where else "")
        seen = file_at(facts, container, whose) if whose.startswith("/") and writes else None
    if seen is None:
        return Seen(False)
    # What outlives the pod is read-only in a copy of it.
    apart = facts.in_a_copy and writes and facts.volume_at(container, seen.word("path")) is not None
    denied = seen.flag("writable" if writes else "readable") is False or bool(seen.word("blocked"))
    return Seen(denied and not apart, rights(seen, whose), (facts.cite_examined(seen),))


def _unsaid(facts: Facts, lack: Lack) -> Finding:
    container, seen = lack.container, lack.seen
    who, file = user(facts, container), seen.word("path") or f"the file that {seen.word('variable')} names"
    name = f"user {who.uid}" if who.uid is not None else "the process"
    return Finding(
        f"{name} may not read {file}, and ends without a word" + (f": {rights(seen)}" if rights(seen) else ""),
        Confidence.LIKELY,
        container.name,
        (facts.cite_examined(seen), *lack.named, *exit_code(facts, container)),
        (proper(f"let {name} read {file}: its owner and mode in image {container.image}, or fsGroup of its volume"),),
    )


def _group(facts: Facts) -> int | None:
    """The pod's fsGroup."""
    group = mapping(facts.spec.get("securityContext")).get("fsGroup")
    return group if isinstance(group, int) else None


def _takes_group(volume: Object) -> bool:
    return any(kind in volume for kind in _OWNED)


def _where(facts: Facts, container: Container, file: str) -> Where | None:
    """The volume under the file; of a file without a directory, the only one that the process can write to."""
    found = facts.volume_at(container, file) if file.startswith("/") else None
    if found is None and not file.startswith("/"):
        writable = [pair for pair in mounted(facts, container) if _takes_group(pair[1]) or "hostPath" in pair[1]]
        found = writable[0] if len(writable) == 1 else None
    if found is None:
        return None
    return Where(*found, facts.cite_pod(f"{mount_path(container, found[0])}.mountPath"))


def _dropped(facts: Facts, container: Container) -> tuple[Evidence, ...]:
    """That root has lost its rights over other users' files (CAP_DAC_OVERRIDE, CAP_CHOWN and their kin)."""
    drop = mapping(mapping(container.spec.get("securityContext")).get("capabilities")).get("drop")
    return (facts.cite_pod(f"{container.spec_path}.securityContext.capabilities.drop"),) if drop else ()


def _remedies(
    facts: Facts, container: Container, line: Telling, who: User, where: Where | None, group: bool, dropped: bool
) -> Iterator[Remedy]:
    file = line["file"].strip()
    owner = who.uid if who.uid is not None else "that it runs as"
    if re.search(_NETWORK, line.text):
        yield proper(facts.change(f"add NET_ADMIN to the capabilities of container {container.name}"))
    elif where and group and who.uid != 0:
        gid = who.gid or who.uid
        command = facts.patch_command({"securityContext": {"fsGroup": gid}}) if gid else None
        words = f"let the kubelet give the volume to the process's group: fsGroup: {gid or 'GID'}"
        yield now(words, command) if command else now(facts.change(words))
        yield proper(facts.change(f"set fsGroup: {gid or 'GID'}"))
    elif where and where.mount.get("readOnly") is not True and "hostPath" in where.volume:
        path = mapping(where.volume.get("hostPath")).get("path")
        yield proper(f"on the node, give {path} to user {owner} (fsGroup does not change a hostPath)")
    elif where and {"configMap", "secret", "projected"} & set(where.volume):
        yield proper(facts.change(f"set defaultMode of volume {where.volume.get('name')} so that user {owner} may read it"))
    elif dropped:
        yield proper(
            f"chown {file or 'the files'} where image {container.image} is built, or add the capability that it needs"
        )
    else:
        directory = scratch(container, line) if not where else None
        command = with_empty_volume(facts, container, directory) if directory else None
        if command:
            yield now(f"give it an empty directory at {directory}", command)
        yield proper(
            f"give {file or 'the file'} to user {owner} where image {container.image} is built, or run as its owner"
        )
