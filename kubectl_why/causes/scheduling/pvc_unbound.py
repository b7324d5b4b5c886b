from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...labels import selects
from ...model import Confidence, Evidence, Finding, now, proper
from ...nodes import term_accepts
from ...quantities import parse
from ...status import labels_of, listing, mapping, name_of
from .. import cause
from ..volumes import short
from . import claims, claims_unbound, refusal, some

if TYPE_CHECKING:
    from ...facts import Facts
    from ...snapshot import Object

# How it is said that a volume is of another class, or taken.
_OTHER_CLASS = ("is of StorageClass", "is without a class")
_TAKEN = ("is bound to", "still belongs to")
_BY_HAND = "kubernetes.io/no-provisioner"
# Of a class that does not exist speaks storageclass-not-found; of one whose volumes are made by hand this says nothing.
_NO_CLASS = r"storageclass\S* \"[^\"]+\" not found|no volume plugin matched name: kubernetes\.io/no-provisioner"


@cause()
def pvc_unbound(facts: Facts) -> Iterator[Finding]:
    """The claim exists and is not bound to a volume.

    Its provisioner fails, or has not answered; or nobody provisions and no PersistentVolume fits: too small, other
    access modes, of another class, taken. A class that does not exist is storageclass-not-found. With the binding mode
    WaitForFirstConsumer a claim is Pending until its pod can be scheduled: then the claim is not to blame, unless the
    scheduler says that it finds no volume.

    Fix: what the claim's events name; create a volume that fits; or make the claim again so that one fits (a claim
    without a volume holds no data).

    Source: pv_controller.go and the scheduler's plugin VolumeBinding, 1.36.
    """
    said = refusal(facts, "pvc-unbound")
    found = False
    for path, name, claim in claims_unbound(facts):
        found = True
        why, evidence = _why(facts, name, claim)
        yield Finding(
            f"claim {name} is not bound: {why}",
            Confidence.CERTAIN,
            evidence=(*evidence, *([said.evidence] if said else []), facts.cite_pod(path)),
            remedies=(
                now("see what it waits for", facts.kubectl("describe", "pvc", name), mutates=False),
                proper(
                    f"see to provisioner {provisioner}, or claim another StorageClass"
                    if (provisioner := _provisioner(facts, claim))
                    else "create a PersistentVolume that fits the claim, or make the claim again so that a volume fits"
                ),
            ),
        )
    read = facts.names("PersistentVolumeClaim")
    unknown = [name for _, name in claims(facts) if name not in read and not facts.absent("PersistentVolumeClaim", name)]
    if said and not found and unknown:
        yield Finding(
            f"claim {some(unknown)} is not bound",
            said.confidence if len(unknown) == 1 else Confidence.LIKELY,
            evidence=(said.evidence,),
            remedies=(now("see what it waits for", facts.kubectl("describe", "pvc", *unknown), mutates=False),),
        )


def _why(facts: Facts, name: str, claim: Object) -> tuple[str, list[Evidence]]:
    """Why a claim has no volume: what its events say, else what the classes and the volumes show."""
    spec, status = mapping(claim.get("spec")), mapping(claim.get("status"))
    volume = str(spec.get("volumeName") or "")
    if status.get("phase") == "Lost" or (status.get("phase") == "Bound" and facts.absent("PersistentVolume", volume)):
        gone = [facts.cite_absent("PersistentVolume", volume)] if facts.absent("PersistentVolume", volume) else []
        return f"its volume {volume} is gone", [facts.cite(claim, "status.phase"), *gone]
    if mapping(claim.get("metadata")).get("deletionTimestamp"):
        return "it is being deleted, and takes no new pod", [facts.cite(claim, "metadata.deletionTimestamp")]
    events = facts.events(
        "ProvisioningFailed", "VolumeMismatch", "ClaimMisbound", "FailedBinding", kind="PersistentVolumeClaim"
    )
    own = [event for event in events if mapping(event.get("involvedObject")).get("name") == name]
    told = [event for event in own if event.get("type") != "Normal" and not re.search(_NO_CLASS, str(event.get("message")))]
    if told:
        quotation = facts.cite_event(told[0])
        if quotation.reason == "VolumeMismatch" and volume in map(name_of, facts.all("PersistentVolume")):
            words, quoted = _named(facts, claim, volume)
            return words, [quotation, *quoted]
        failed = "provisioning fails: " if quotation.reason == "ProvisioningFailed" else ""
        return failed + short(quotation.value), [quotation]
    wanted = spec.get("storageClassName")
    if volume:
        return _named(facts, claim, volume)
    provisioner = _provisioner(facts, claim)
    if provisioner:
        events = facts.events("ExternalProvisioning", "Provisioning", kind="PersistentVolumeClaim")
        waits = [facts.cite_event(e) for e in events if mapping(e.get("involvedObject")).get("name") == name]
        said = refusal(facts, "pvc-unbound")
        # With WaitForFirstConsumer the scheduler asks where a volume could be made: allowedTopologies, CSIStorageCapacity.
        nowhere = (
            any("available persistent volumes" in r or "enough free storage" in r for r in said.reasons) if said else False
        )
        words = "can make none where the pod can go" if nowhere else "has made no volume yet"
        topologies = "allowedTopologies" in _class_of(facts, claim) and nowhere
        return f"provisioner {provisioner} of StorageClass {wanted} {words}", [
            *waits[:1],
            facts.cite(_class_of(facts, claim), "provisioner"),
            *([facts.cite(_class_of(facts, claim), "allowedTopologies")] if topologies else []),
        ]
    return _by_hand(facts, claim, wanted)


def _class_of(facts: Facts, claim: Object) -> Object:
    wanted = mapping(claim.get("spec")).get("storageClassName")
    return next((item for item in facts.all("StorageClass") if name_of(item) == wanted), {})


def _provisioner(facts: Facts, claim: Object) -> str:
    """Who is to make the volume; empty where volumes are made by hand."""
    provisioner = str(_class_of(facts, claim).get("provisioner") or "")
    return "" if provisioner == _BY_HAND else provisioner


def _named(facts: Facts, claim: Object, volume: str) -> tuple[str, list[Evidence]]:
    """Why the claim does not get the volume that it asks for by name."""
    if facts.absent("PersistentVolume", volume):
        near = facts.nearest("PersistentVolume", volume)
        words = "does not exist" + (f": did you mean {near}?" if near else "")
        quoted = [facts.cite(claim, "spec.volumeName"), facts.cite_absent("PersistentVolume", volume)]
        return f"volume {volume}, which it names, {words}", quoted
    obj: Object = next((item for item in facts.all("PersistentVolume") if name_of(item) == volume), {})
    words, path, wish = _misfit(facts, claim, obj) if obj else ("is not free or does not fit", "", "")
    quoted = [*([facts.cite(obj, path)] if path else []), *([facts.cite(claim, wish)] if wish else [])]
    return f"volume {volume}, which it names, {words}", [*quoted, facts.cite(claim, "spec.volumeName")]


def _by_hand(facts: Facts, claim: Object, wanted: object) -> tuple[str, list[Evidence]]:
    """Why none of the volumes that were made by hand fits."""
    everything = facts.all("PersistentVolume")
    volumes = [volume for volume in everything if _class(volume) == (wanted or "")]
    of_class = f"of StorageClass {wanted} " if wanted else "without a class "
    quotation = [facts.cite(claim, "spec.storageClassName")] if wanted else []
    if not volumes and not facts.listed("PersistentVolume"):
        return f"it has no volume {of_class}".strip() + ", and which there are could not be read", quotation
    misfits = [(_misfit(facts, claim, volume), volume) for volume in volumes or everything]
    # A volume that is free comes nearer than one that is taken.
    nearest = sorted(misfits, key=lambda item: (item[0][0].startswith(_TAKEN), not item[0][0].startswith(_OTHER_CLASS)))
    for (words, path, wish), volume in nearest:
        if not volumes and not words.startswith(_OTHER_CLASS):
            continue
        quotations = [*([facts.cite(volume, path)] if path else []), *([facts.cite(claim, wish)] if wish else [])]
        return f"PersistentVolume {name_of(volume)} {words}", [*quotations, *quotation]
    return f"there is no PersistentVolume {of_class}and nothing makes one", quotation


def _class(obj: Object) -> str:
    return str(mapping(obj.get("spec")).get("storageClassName") or "")


def _misfit(facts: Facts, claim: Object, volume: Object) -> tuple[str, str, str]:
    """Why a volume does not fit the claim, and where the volume and the claim say so; what can be mended comes last."""
    spec, has = mapping(claim.get("spec")), mapping(volume.get("spec"))
    holder, mine = mapping(has.get("claimRef")), mapping(claim.get("metadata"))
    if mapping(volume.get("metadata")).get("deletionTimestamp"):
        return "is being deleted", "metadata.deletionTimestamp", ""
    if holder and (holder.get("name"), holder.get("namespace")) != (mine.get("name"), mine.get("namespace")):
        released = mapping(volume.get("status")).get("phase") == "Released"
        words = "still belongs to claim {}, which is gone" if released else "is bound to claim {}"
        return words.format(f"{holder.get('namespace')}/{holder.get('name')}"), "spec.claimRef.name", ""
    if holder.get("uid") and holder.get("uid") != mine.get("uid"):
        return "still belongs to an earlier claim of that name", "spec.claimRef.uid", ""
    wanted = mapping(mapping(spec.get("resources")).get("requests")).get("storage")
    size = mapping(has.get("capacity")).get("storage")
    if (parse(str(size)) or 0) < (parse(str(wanted)) or 0):
        return f"is too small: {size}, {wanted} is wanted", "spec.capacity.storage", "spec.resources.requests.storage"
    modes, offered = spec.get("accessModes"), has.get("accessModes")
    if isinstance(modes, list) and isinstance(offered, list) and not set(map(str, modes)) <= set(map(str, offered)):
        words = f"offers {some(map(str, offered))}, {some(map(str, modes))} is wanted"
        return words, "spec.accessModes", "spec.accessModes"
    mode, other = (str(part.get("volumeMode") or "Filesystem") for part in (spec, has))
    if mode != other:
        return f"has volumeMode {other}, {mode} is wanted", *(
            ("spec.volumeMode" if "volumeMode" in p else "") for p in (has, spec)
        )
    if spec.get("selector") and not selects(spec["selector"], labels_of(volume)):
        return "has not the labels that the claim's selector wants", "", "spec.selector"
    if _class(volume) != _class(claim):
        words = [f"of StorageClass {_class(obj)}" if _class(obj) else "without a class" for obj in (volume, claim)]
        where = ("spec.storageClassName" if _class(volume) else "", "")
        return f"is {words[0]}, one {words[1]} is wanted", *where
    terms = listing(mapping(mapping(has.get("nodeAffinity")).get("required")).get("nodeSelectorTerms"))
    if terms and facts.listed("Node") and not any(term_accepts(t, node) for t in terms for node in facts.all("Node")):
        return "is on a node that is not in the cluster", "spec.nodeAffinity.required.nodeSelectorTerms", ""
    return "is not where the pod can go, or not bound yet", "", ""
