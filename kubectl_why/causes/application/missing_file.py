from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from ... import names
from ...model import Confidence, Evidence, Finding, Remedy, now, proper
from ...status import listing
from .. import cause
from ..examined import beside, file_at, is_absent
from ..loglines import said
from ..looking import inside
from . import Source, exit_code, mount_path, mounted, said_by_pod, source
from .lacking import Lack, lacking
from .peers import GENERAL

if TYPE_CHECKING:
    from ...examination import Fact
    from ...facts import Container, Facts

_DIRECTORY = r"(?i)is a directory|EISDIR"
_NO_DIRECTORY = r"(?i)not a directory|ENOTDIR"


class Why(NamedTuple):
    """What the pod says of the file."""

    words: str
    evidence: tuple[Evidence, ...]
    remedies: tuple[Remedy, ...]


@cause(explains=GENERAL)
def missing_file(facts: Facts) -> Iterator[Finding]:
    """A needed file or directory is absent, or is of the other kind.

    The process started and names the file in its log. A command that is absent is command-not-found, a module or a shared
    library missing-module, a script whose interpreter is absent interpreter-not-found. A volume whose ConfigMap, Secret or
    key does not exist keeps the container from starting, unless it is optional: then the mounted directory is empty.

    Below a mounted ConfigMap or Secret the files are its keys, so that a near key is what was meant. A volume that is
    mounted at the path of a file without subPath makes a directory of it; with a subPath that the volume does not have, too.

    Fix: rename the key, correct the path that the process is told, or put the file into the image.

    Source: core/v1 VolumeMount, ConfigMapVolumeSource; kubelet, volume/configmap, 1.36.
    """
    for lack in lacking(facts, "missing-file"):
        yield _unsaid(facts, lack)
    for container, line in said(facts, "missing-file"):
        file = line["file"].strip()
        seen = file_at(facts, container, file)
        named = [item.evidence for item in said_by_pod(facts, container, file)][:1] if "/" in file else []
        why = _why(facts, container, file, bool(re.search(_DIRECTORY, line.text))) if file else None
        what = "is a directory" if re.search(_DIRECTORY, line.text) else "does not exist"
        if re.search(_NO_DIRECTORY, line.text):
            what = "is not a directory"
        looked = (facts.cite_examined(seen),) if seen else ()
        evidence = (*line.evidence(facts), *looked, *(why.evidence if why else ()), *named)
        hint, sure = _as_seen(facts, container, seen, what) if seen else ("", False)
        words = why.words if why else hint
        yield Finding(
            f"{file or 'a file that it needs'} {what}" + (f": {words}" if words else ""),
            Confidence.CERTAIN if sure else Confidence.LIKELY if why or named else Confidence.POSSIBLE,
            container.name,
            evidence if len(evidence) > 1 else (*evidence, *exit_code(facts, container)),
            why.remedies if why else (_plain(facts, container, file), *inside(facts, container)),
        )


def _as_seen(facts: Facts, container: Container, seen: Fact, what: str) -> tuple[str, bool]:
    """What a look from inside adds to what the log says of a file, and whether it says the same."""
    if is_absent(facts, container, seen):
        return beside(seen), what == "does not exist"
    if seen.word("type") == "directory":
        return "", what == "is a directory"
    return "a look from inside finds it there" if seen.word("type") not in ("", "absent") else "", False


def _unsaid(facts: Facts, lack: Lack) -> Finding:
    container, path = lack.container, lack.seen.word("path")
    file = path or f"the file that {lack.seen.word('variable')} names"
    why = _why(facts, container, path, False) if path else None
    hint = why.words if why else beside(lack.seen) if path else ""
    return Finding(
        f"{file} does not exist, and the process ends without a word" + (f": {hint}" if hint else ""),
        Confidence.LIKELY,
        container.name,
        (facts.cite_examined(lack.seen), *(why.evidence if why else ()), *lack.named, *exit_code(facts, container)),
        why.remedies if why else (_plain(facts, container, file),),
    )


def _plain(facts: Facts, container: Container, file: str) -> Remedy:
    what = file or "the file"
    return proper(f"put {what} into image {container.image}, mount it, or correct the path that {container.name} is told")


def _why(facts: Facts, container: Container, file: str, is_directory: bool) -> Why | None:
    found = facts.volume_at(container, file)
    if not found:
        return _elsewhere(facts, container, file)
    mount, volume = found
    root, sub = str(mount.get("mountPath")).rstrip("/"), str(mount.get("subPath") or "")
    path = facts.cite_pod(f"{mount_path(container, mount)}.mountPath")
    made_of = source(facts, volume)
    name = str(volume.get("name"))
    if made_of is None:
        lasting = proper(f"let what fills volume {name} write {file}, or correct the path")
        if "emptyDir" in volume:
            return Why(f"volume {name}, mounted at {root}, is an emptyDir, which starts empty", (path,), (lasting,))
        return Why(f"it is not in volume {name}, mounted at {root}", (path,), (lasting,))
    whose = f"{made_of.kind} {made_of.name}"
    if is_directory and root == file and not sub:
        patch = {"name": mount.get("name"), "mountPath": root, "subPath": posixpath.basename(file)}
        command = facts.patch_command({container.part: [{"name": container.name, "volumeMounts": [patch]}]})
        words = f"mount only that file: subPath: {posixpath.basename(file)}"
        remedy = (
            now(words, command) if command and posixpath.basename(file) in made_of.files else proper(facts.change(words))
        )
        return Why(
            f"the whole of {whose} is mounted there, as a directory",
            (path, *facts.cite_keys(made_of.kind, made_of.name)),
            (remedy,),
        )
    if not made_of.files and facts.absent(made_of.kind, made_of.name):
        again = proper(f"create {whose} with key {posixpath.basename(file)}")
        return Why(
            f"{whose}, mounted at {root}, does not exist and is optional",
            (path, facts.cite_absent(made_of.kind, made_of.name)),
            (again,),
        )
    if not made_of.files:
        return None
    wanted = sub or file[len(root) :].lstrip("/")
    near = names.nearest(wanted, made_of.files) or (next(iter(made_of.files)) if len(made_of.files) == 1 else None)
    has = f"has {near}" if near else f"has only {', '.join(sorted(made_of.files)[:4])}"
    evidence = (path, *facts.cite_keys(made_of.kind, made_of.name))
    return Why(f"{whose}, mounted at {root}, {has}", evidence, _renamed(facts, container, file, made_of, near, wanted, name))


def _renamed(
    facts: Facts, container: Container, file: str, made_of: Source, near: str | None, wanted: str, volume: str
) -> tuple[Remedy, ...]:
    """Point the process at the file that is there, or give that the name which is asked for."""
    if near is None:
        return (proper(f"add key {wanted} to {made_of.kind} {made_of.name}"),)
    there = f"{file.removesuffix(wanted)}{near}"
    told = next((item for item in said_by_pod(facts, container, file) if item.variable), None)
    if told:
        command = facts.set_command("env", ("-c", container.name), f"{told.variable}={told.value.replace(file, there)}")
    elif len(made_of.files) == 1:
        field = "configMap" if made_of.kind == "ConfigMap" else "secret"
        item = {"key": made_of.files[near], "path": wanted}
        command = facts.patch_command({"volumes": [{"name": volume, field: {"items": [item]}}]})
    else:
        command = None
    lasting = proper(
        f"rename key {made_of.files[near]} in {made_of.kind} {made_of.name} to {wanted}, or let {container.name} read {near}"
    )
    return (now(command=command), lasting) if command else (lasting,)


def _elsewhere(facts: Facts, container: Container, file: str) -> Why | None:
    """Whether a ConfigMap or Secret of the pod has a file of that name, and the container has it elsewhere or not at all."""
    base = posixpath.basename(file)
    own = {mount.get("name"): mount for mount, _ in mounted(facts, container)}
    for volume in listing(facts.spec.get("volumes")):
        made_of = source(facts, volume)
        if made_of is None or base not in made_of.files:
            continue
        mount = own.get(volume.get("name"))
        whose = f"{made_of.kind} {made_of.name}"
        keys = facts.cite_keys(made_of.kind, made_of.name)
        if mount is None:
            lasting = proper(
                facts.change(
                    f"mount volume {volume.get('name')} at {posixpath.dirname(file)} for container {container.name}"
                )
            )
            return Why(
                f"{whose} has it, and {container.name} does not mount volume {volume.get('name')}",
                (facts.cite_pod(f"spec.volumes{{{volume.get('name')}}}.name"), *keys),
                (lasting,),
            )
        lasting = proper(facts.change(f"mount volume {volume.get('name')} at {posixpath.dirname(file)}"))
        return Why(
            f"{whose} has {base}, and is mounted at {mount.get('mountPath')}",
            (facts.cite_pod(f"{mount_path(container, mount)}.mountPath"), *keys),
            (lasting,),
        )
    return None
