from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...model import Confidence, Evidence, Finding, Remedy, now, proper
from ...status import mapping
from .. import cause
from ..examined import mount_at
from ..loglines import said
from ..loglines.signs import Telling
from ..looking import inside
from . import exit_code, mount_path, scratch, with_empty_volume
from .peers import GENERAL

if TYPE_CHECKING:
    from ...facts import Container, Facts
    from ...snapshot import Object

_ALWAYS = {
    "configMap": "ConfigMap",
    "secret": "Secret",
    "projected": "projected volume",
    "downwardAPI": "downwardAPI volume",
    "image": "image volume",
}


@cause(explains=GENERAL)
def read_only_filesystem(facts: Facts) -> Iterator[Finding]:
    """A write to a read-only root filesystem or mount.

    The kernel answers EROFS, whoever asks; where another user could write, it is permission-denied. The root filesystem is
    read-only where readOnlyRootFilesystem is set; a mount is where it says readOnly, and where its volume is a ConfigMap,
    Secret, projected or downwardAPI volume.

    Fix: mount an emptyDir at the directory that the process writes to, or let it write elsewhere.

    Source: core/v1 SecurityContext, VolumeMount; https://kubernetes.io/docs/concepts/storage/volumes/
    """
    for container, line in said(facts, "read-only-filesystem"):
        file = line["file"].strip()
        found = facts.volume_at(container, file) if file else None
        seen = _seen(facts, container, file)
        what = f"{file or 'a file'} cannot be written"
        if found:
            words, path = _mount(container, *found)
            why = (*seen, *((facts.cite_pod(path),) if path and words else ()))
            yield Finding(
                f"{what}: {words}" if words else f"{what}: the filesystem is read-only",
                Confidence.CERTAIN if seen else Confidence.LIKELY if words else Confidence.POSSIBLE,
                container.name,
                (*line.evidence(facts), *(why or exit_code(facts, container))),
                (*_of_mount(facts, container, *found), *(() if words else inside(facts, container))),
            )
            continue
        root = mapping(container.spec.get("securityContext")).get("readOnlyRootFilesystem") is True
        path = f"{container.spec_path}.securityContext.readOnlyRootFilesystem"
        why = (*seen, *((facts.cite_pod(path),) if root else ()))
        yield Finding(
            f"{what}: the root filesystem is read-only" if root else f"{what}: its filesystem is read-only",
            Confidence.CERTAIN if seen else Confidence.LIKELY if root else Confidence.POSSIBLE,
            container.name,
            (*line.evidence(facts), *(why or exit_code(facts, container))),
            (*_of_root(facts, container, line), *(() if root else inside(facts, container))),
        )


def _seen(facts: Facts, container: Container, file: str) -> tuple[Evidence, ...]:
    """That a look from inside found the filesystem under a file read-only; in a copy of the pod many volumes are."""
    if facts.in_a_copy and facts.volume_at(container, file):
        return ()
    mount = mount_at(facts, container, file)
    return (facts.cite_examined(mount),) if mount and mount.flag("readOnly") else ()


def _mount(container: Container, mount: Object, volume: Object) -> tuple[str, str]:
    """Why a mount is read-only, and where that stands; empty where the pod does not say."""
    path = mount_path(container, mount)
    if mount.get("readOnly") is True:
        return f"volume {volume.get('name')} is mounted read-only at {mount.get('mountPath')}", f"{path}.readOnly"
    for field, kind in _ALWAYS.items():
        if field in volume:
            return f"{mount.get('mountPath')} is a {kind}, which nobody may write to", f"{path}.mountPath"
    return "", ""


def _of_mount(facts: Facts, container: Container, mount: Object, volume: Object) -> Iterator[Remedy]:
    if mount.get("readOnly") is True and not set(_ALWAYS) & set(volume):
        changed = {"name": mount.get("name"), "mountPath": mount.get("mountPath"), "readOnly": False}
        command = facts.patch_command({container.part: [{"name": container.name, "volumeMounts": [changed]}]})
        words = f"mount volume {volume.get('name')} without readOnly"
        yield now(words, command) if command else now(facts.change(words))
    yield proper(f"let {container.name} write elsewhere, such as to an emptyDir, or copy the files there first")


def _of_root(facts: Facts, container: Container, line: Telling) -> Iterator[Remedy]:
    directory = scratch(container, line)
    command = with_empty_volume(facts, container, directory) if directory else None
    if directory:
        words = f"mount an emptyDir at {directory}"
        yield now(words, command) if command else now(facts.change(words))
    yield proper(f"let {container.name} write only below a volume" + ("" if directory else ", such as an emptyDir at /tmp"))
