from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...commands import command
from ...model import Confidence, Finding, Remedy, now, proper
from ...status import mapping, name_of
from .. import cause
from . import claims_unbound, some
from .pvc_unbound import pvc_unbound

if TYPE_CHECKING:
    from ...facts import Facts

_SAYS = r"storageclass\S* \"[^\"]+\" not found|no storage class is set"
_DEFAULT = "storageclass.kubernetes.io/is-default-class"


@cause(explains=[pvc_unbound])
def storageclass_not_found(facts: Facts) -> Iterator[Finding]:
    """The claim is unbound because its StorageClass does not exist, or because there is no default one.

    A claim without storageClassName gets the default class when it is made, or as soon as there is one. Volumes that
    were made by hand may bear the name of a class that does not exist: where there are such, the claim is pvc-unbound,
    since none of them fits. A claim with an empty storageClassName, or one that names its volume, wants such only.

    Fix: make the claim again with a class that exists (a claim without a volume holds no data); make one class the
    default.

    Source: pv_controller.go, 1.36; https://kubernetes.io/docs/concepts/storage/storage-classes/
    """
    for path, name, claim in claims_unbound(facts):
        wanted = mapping(claim.get("spec")).get("storageClassName")
        events = facts.events("ProvisioningFailed", "FailedBinding", kind="PersistentVolumeClaim", text=_SAYS)
        said = [facts.cite_event(event) for event in events if mapping(event.get("involvedObject")).get("name") == name]
        if wanted == "" or mapping(claim.get("spec")).get("volumeName") or _has_volumes(facts, wanted):
            continue
        classes = facts.all("StorageClass")
        if wanted is None:
            if any(_is_default(item) for item in classes) or not (said or facts.listed("StorageClass")):
                continue
            names = [name_of(item) for item in classes]
            message = f"claim {name} names no StorageClass, and there is no default one" + (
                f" (there is {some(names)})" if names else ""
            )
            evidence = [*said[:1], facts.cite_pod(path)]
            remedies = _set_default(facts, names)
        elif isinstance(wanted, str) and facts.absent("StorageClass", wanted):
            near = facts.nearest("StorageClass", wanted)
            message = f"StorageClass {wanted} of claim {name} does not exist" + (f": did you mean {near}?" if near else "")
            evidence = [*said[:1], facts.cite(claim, "spec.storageClassName"), facts.cite_absent("StorageClass", wanted)]
            remedies = _other_class(facts, name, wanted, near)
        elif isinstance(wanted, str) and said and facts.unreadable("StorageClass", wanted):
            # The controller says so; whether there are volumes by hand that are meant, nobody may see.
            message, evidence = f"StorageClass {wanted} of claim {name} does not exist", [*said[:1], facts.cite_pod(path)]
            remedies = _other_class(facts, name, wanted, None)
        else:
            continue
        sure = (
            Confidence.LIKELY if isinstance(wanted, str) and not facts.absent("StorageClass", wanted) else Confidence.CERTAIN
        )
        yield Finding(message, sure, evidence=tuple(evidence), remedies=tuple(remedies))


def _has_volumes(facts: Facts, wanted: object) -> bool:
    """Whether there are volumes made by hand that the claim could be meant for."""
    specs = [mapping(volume.get("spec")) for volume in facts.all("PersistentVolume")]
    return any((s.get("storageClassName") or None) == wanted and (wanted or not s.get("claimRef")) for s in specs)


def _is_default(item: object) -> bool:
    return mapping(mapping(mapping(item).get("metadata")).get("annotations")).get(_DEFAULT) == "true"


def _set_default(facts: Facts, names: list[str]) -> list[Remedy]:
    patch = f'{{"metadata":{{"annotations":{{"{_DEFAULT}":"true"}}}}}}'
    name = names[0] if len(names) == 1 else "NAME"
    return [
        now("make a class the default", facts.kubectl("patch", "storageclass", name, ("-p", patch)))
        if names
        else now("see what the claim waits for", facts.kubectl("get", "pvc,storageclass"), mutates=False),
        proper(
            "name a StorageClass in the claim"
            if names
            else "install a provisioner and its StorageClass, and make it the default"
        ),
    ]


def _other_class(facts: Facts, name: str, wanted: str, near: str | None) -> list[Remedy]:
    """The class of a claim cannot be changed: it is made again, under the same name."""
    if not near:
        look = facts.kubectl("get", "storageclass")
        return [
            now("see which there are", look, mutates=False),
            proper(f"create StorageClass {wanted}, or claim another one"),
        ]
    where = f" in the volumeClaimTemplates of statefulset {facts.workload[1]}" if facts.workload[0] == "statefulset" else ""
    plain = re.sub(r"[^\w.-]", r"\\\g<0>", near)  # sed runs what follows another slash
    edit = command("sed", f"s/storageClassName: .*/storageClassName: {plain}/")
    again = (
        f"{facts.kubectl('get', 'pvc', name, ('-o', 'yaml'))} | {edit} | {facts.kubectl('replace', ('--force', '-f', '-'))}"
    )
    return [
        now("make the claim again, it holds no data yet", again),
        proper(f"claim StorageClass {near} instead of {wanted}{where}"),
    ]
