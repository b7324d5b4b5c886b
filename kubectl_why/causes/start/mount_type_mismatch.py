from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...model import Evidence, Finding, Remedy, now, proper
from ...names import nearest
from ...status import listing, mapping
from .. import cause
from ..config.container_create_failed import container_create_failed
from . import failures, patched

if TYPE_CHECKING:
    from ...facts import Container, Facts
    from ...snapshot import Object


@cause(explains=[container_create_failed])
def mount_type_mismatch(facts: Facts) -> Iterator[Finding]:
    """A file is mounted over a directory or the reverse, so the runtime refuses the mount.

    A volume is a directory: mounted at the path of a file that the image has, it needs subPath to name the one file. A
    subPath that the volume does not have is made as an empty directory, and so does not fit over a file either; with a
    ConfigMap or Secret it is usually a misspelt key. A hostPath that does not exist on the node may be made as a directory.

    Fix: add subPath with the key's name to the volumeMount, correct it, or mount at a directory.

    Source: mount(2), ENOTDIR; the runtime's words (runc, crun, Docker); pkg/volume/util/subpath, 1.36.
    """
    for failure in failures(facts, "mount-type-mismatch"):
        container = failure.container
        mounts = [(str(mount.get("mountPath") or ""), mount) for mount in listing(container.spec.get("volumeMounts"))]
        fitting = [(path, mount) for path, mount in mounts if path and failure.what.rstrip("/").endswith(path.rstrip("/"))]
        named = [(path, mount) for path, mount in mounts if f"/{mount.get('name')}" in failure.groups.get("source", "")]
        path, mount = max(fitting, default=None, key=lambda item: len(item[0])) or (named or [(failure.what, {})])[0]
        volume, sub = str(mount.get("name") or ""), str(mount.get("subPath") or "")
        keys = _keys(facts, volume)
        where = f"over {path}" if path else "in the container"
        if sub and keys and sub not in keys:
            message = f"volume {volume} has no {sub}: an empty directory stands for it and does not fit over the file {path}"
        elif sub:
            message = f"subPath {sub} of volume {volume} cannot be mounted {where}: one is a file, the other a directory"
        elif volume and failure.groups.get("source", "").rstrip("/").endswith(f"/{volume}"):
            message = f"volume {volume} is a directory and cannot be mounted over the file {path}: subPath is missing"
        else:
            what = f"volume {volume}" if volume else "a volume"
            message = f"{what} cannot be mounted {where}: one is a file, the other a directory"
        yield Finding(
            message,
            failure.confidence,
            container.name,
            (*failure.evidence[:1], *_cited(facts, container, mount)),
            tuple(_remedies(facts, container, path, sub, keys)),
        )


def _cited(facts: Facts, container: Container, mount: Object) -> list[Evidence]:
    for index, item in enumerate(listing(container.spec.get("volumeMounts"))):
        if item is mount:
            return [facts.cite_pod(f"{container.spec_path}.volumeMounts[{index}].mountPath")]
    return []


def _keys(facts: Facts, volume: str) -> list[str]:
    """The names of the files in a volume that is made of a ConfigMap or a Secret; none where that is not known."""
    for item in listing(facts.spec.get("volumes")):
        config, secret = mapping(item.get("configMap")), mapping(item.get("secret"))
        if item.get("name") == volume and (config or secret):
            chosen = [str(one.get("path")) for one in listing((config or secret).get("items"))]
            kind, name = ("ConfigMap", config.get("name")) if config else ("Secret", secret.get("secretName"))
            return chosen or list(facts.values(kind, str(name)))
    return []


def _remedies(facts: Facts, container: Container, path: str, sub: str, keys: list[str]) -> Iterator[Remedy]:
    file = path.rstrip("/").rpartition("/")[2]
    key = file if file in keys else nearest(sub or file, keys) or (keys[0] if len(keys) == 1 else "")
    right = key if key != sub else ""
    command = patched(facts, container, volumeMounts=[{"mountPath": path, "subPath": right or "KEY"}]) if path else None
    words = f"set subPath of the mount at {path} to {right}" if right else f"set subPath of the mount at {path} to a file"
    yield now(words, command) if command else now(facts.change(words))
    yield proper(f"mount the volume at a directory of its own, not at {path or 'a path that the image has as a file'}")
