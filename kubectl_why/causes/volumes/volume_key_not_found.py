from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...model import Confidence, Finding, now, proper
from ...names import nearest
from .. import cause
from . import absent_keys, parts

if TYPE_CHECKING:
    from ...facts import Facts


@cause()
def volume_key_not_found(facts: Facts) -> Iterator[Finding]:
    """A volume's ConfigMap or Secret exists, the item's key does not.

    `items` of a volume chooses keys and gives them file names; a key that is not there keeps the whole volume from
    being mounted, and the pod in ContainerCreating. Without `items` every key is shown and none can be missing: then
    the application finds no file (missing-file).

    Fix: correct the key in `items`, or add the key to the ConfigMap or Secret.

    Source: MakePayload in pkg/volume/configmap/configmap.go and pkg/volume/secret/secret.go, 1.36.
    """
    for event, source, key in absent_keys(facts):
        if source is None:
            yield Finding(
                f"volume {parts(event)[0]} asks for key {key}, which its ConfigMap or Secret has not",
                Confidence.CERTAIN,
                evidence=(facts.cite_event(event),),
                remedies=(proper(facts.change(f"correct key {key} of the volume's items")),),
            )
            continue
        keys = facts.values(source.kind, source.name)
        if key in keys:
            continue  # it has been added, and the kubelet has not tried again
        near = nearest(key, keys)
        index = [item.get("key") for item in source.items].index(key)
        items = source.path.rpartition(".")[0] + f".items[{index}].key"
        kind = "configmap" if source.kind == "ConfigMap" else "secret"
        field = "data" if source.kind == "ConfigMap" else "stringData"
        patch = json.dumps({field: {key: "VALUE"}}, separators=(",", ":"))
        renamed = [{**item, "key": near} if item.get("key") == key else item for item in source.items]
        field_name = "configMap" if source.kind == "ConfigMap" else "secret"
        mend = facts.patch_command({"volumes": [{"name": source.volume, field_name: {"items": renamed}}]})
        yield Finding(
            f"{source.kind} {source.name} has no key {key}"
            + (f": did you mean {near}?" if near else f", volume {source.volume} wants it"),
            Confidence.CERTAIN,
            evidence=(facts.cite_event(event), facts.cite_pod(items), *facts.cite_keys(source.kind, source.name)),
            remedies=(
                now(command=mend)
                if near and mend and not source.projected
                else now("add the key", facts.kubectl("patch", kind, source.name, ("--type=merge", "-p", patch))),
                proper(
                    facts.change(f"ask for key {near} instead of {key}")
                    if near
                    else f"add key {key} to {source.kind} {source.name}"
                ),
            ),
        )
