from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...model import Confidence, Evidence, Finding, now, proper
from .. import cause
from ..volumes import complaints
from . import claims, refusal

if TYPE_CHECKING:
    from ...facts import Facts

_SAID = r'persistentvolumeclaims? "(?P<name>[^"]+)" not found'


@cause()
def pvc_not_found(facts: Facts) -> Iterator[Finding]:
    """The PersistentVolumeClaim that the pod names does not exist.

    A claim that exists and has no volume is pvc-unbound. The claim of an ephemeral volume is made by a controller;
    where it cannot, its event FailedBinding says why. A pod that is bound to a node by hand learns of it from the
    kubelet, FailedMount.

    Fix: name the claim that exists, or create it; the scheduler tries again by itself.

    Source: volume_binding.go of the scheduler's plugin VolumeBinding, 1.36; in the kubelet
    desired_state_of_world_populator.go.
    """
    said = refusal(facts, "pvc-not-found")
    sources: list[Evidence] = [said.evidence] if said else [facts.cite_event(e) for e in complaints(facts, "FailedMount")]
    named = {match["name"]: source for source in sources for match in re.finditer(_SAID, source.value)}
    if said and any("pod is not owner" in reason for reason in said.reasons):
        yield from _of_somebody_else(facts, said.evidence)
    for path, name in claims(facts):
        source = named.get(name)
        if not source and not (said and facts.absent("PersistentVolumeClaim", name)):
            continue
        absent = facts.absent("PersistentVolumeClaim", name)
        near = facts.nearest("PersistentVolumeClaim", name) if absent else None
        made = facts.events("FailedBinding", kind="Pod", text=r"ephemeral volume") if path.endswith(".name") else []
        evidence = [
            *(facts.cite_event(event) for event in made[:1]),
            source or sources[0],
            facts.cite_pod(path),
            *([facts.cite_absent("PersistentVolumeClaim", name)] if absent else []),
        ]
        volume = path[len("spec.volumes{") :].partition("}")[0]
        patch = (
            facts.patch_command({"volumes": [{"name": volume, "persistentVolumeClaim": {"claimName": near}}]})
            if near
            else None
        )
        yield Finding(
            f"PersistentVolumeClaim {name} does not exist" + (f": did you mean {near}?" if near else ""),
            Confidence.CERTAIN,
            evidence=tuple(evidence),
            remedies=(
                now(command=patch)
                if patch
                else now("see which claims there are", facts.kubectl("get", "pvc"), mutates=False),
                proper(
                    facts.change(f"name claim {near} instead of {name}")
                    if near
                    else f"create claim {name} beside the workload"
                ),
            ),
        )


def _of_somebody_else(facts: Facts, said: Evidence) -> Iterator[Finding]:
    """That the claim of an ephemeral volume could not be made, since there is one of its name that is not the pod's."""
    for path, name in claims(facts):
        if path.endswith(".name") and name in said.value:
            yield Finding(
                f"the pod's ephemeral volume gets no claim: PersistentVolumeClaim {name} is there and not its own",
                Confidence.CERTAIN,
                evidence=(said, facts.cite_pod(path)),
                remedies=(
                    now("see whose it is", facts.kubectl("get", "pvc", name, ("-o", "yaml")), mutates=False),
                    proper(facts.change("give the volume another name") + "; or remove that claim if nobody needs its data"),
                ),
            )
