"""What becomes of a pod's volumes in a look inside: what outlives the pod is only read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from ..snapshot import Object
from ..status import listing, mapping

# What comes into being with a pod and goes with it; a claim of an ephemeral volume is made anew for each pod.
_OF_A_POD = ("configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "gitRepo", "image", "projected", "secret")
_ON_MANY_NODES = ("ReadWriteMany", "ReadOnlyMany")


class Volume(NamedTuple):
    """What becomes of a volume of the pod."""

    source: Object
    """The entry of spec.volumes."""
    outlives: bool = False
    """Whether its data stay when the pod goes: then it is mounted read-only."""
    here: bool = False
    """Whether it can be mounted only on the node where the pod is."""
    replaced: bool = False
    """Whether an empty volume stands in its place."""


def volumes(spec: Object, claims: Mapping[str, Object], host_paths: bool) -> dict[str, Volume]:
    """The volumes of a pod by name, but not the one that the server adds to each pod for its token.

    `claims`: the PersistentVolumeClaims that are known, by name. A ReadWriteOncePod claim is in use by the pod itself.
    """
    found = {}
    for volume in listing(spec.get("volumes")):
        name = str(volume.get("name"))
        if not (name.startswith("kube-api-access-") and "projected" in volume):
            found[name] = _volume(name, volume, claims, host_paths)
    return found


def _volume(name: str, volume: Object, claims: Mapping[str, Object], host_paths: bool) -> Volume:
    empty = Volume({"name": name, "emptyDir": {}}, replaced=True)
    if "hostPath" in volume:
        return Volume(volume, outlives=True, here=True) if host_paths else empty
    claim = mapping(volume.get("persistentVolumeClaim"))
    if claim:
        modes = mapping(mapping(claims.get(str(claim.get("claimName")))).get("spec")).get("accessModes") or ()
        # Of a claim that a pod only reads the kubelet changes neither the owner of files nor their SELinux label.
        source = {"name": name, "persistentVolumeClaim": {**claim, "readOnly": True}}
        here = not any(mode in _ON_MANY_NODES for mode in modes)
        return empty if "ReadWriteOncePod" in modes else Volume(source, outlives=True, here=here)
    return Volume(volume, outlives=not any(kind in volume for kind in _OF_A_POD) and set(volume) != {"name"})


def mounts(container: Object, known: Mapping[str, Volume]) -> list[Object]:
    """The volumeMounts of a container, of these volumes."""
    found = []
    for mount in listing(container.get("volumeMounts")):
        volume = known.get(str(mount.get("name")))
        if volume is not None:
            # Only a privileged container may pass on what it mounts.
            kept = {name: value for name, value in mount.items() if name != "mountPropagation"}
            found.append({**kept, "readOnly": True} if volume.outlives else kept)
    return found


def names(container: Object) -> set[str]:
    """The volumes that a container mounts, or whose files hold its variables."""
    files = (mapping(mapping(item.get("valueFrom")).get("fileKeyRef")) for item in listing(container.get("env")))
    mounted = (mount.get("name") for mount in listing(container.get("volumeMounts")))
    return {str(name) for name in (*mounted, *(file.get("volumeName") for file in files)) if name}


def under(file: str, mounts: Iterable[Object]) -> bool:
    """Whether a file lies in one of these mounts."""
    roots = (str(mount.get("mountPath")).rstrip("/") for mount in mounts)
    return any(file == root or file.startswith(f"{root}/") for root in roots)
