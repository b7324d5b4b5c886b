from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...labels import selects
from ...model import Finding, Remedy, now, proper
from ...nodes import selected
from ...status import labels_of, listing, mapping, name_of
from .. import cause
from . import refusal, some

if TYPE_CHECKING:
    from ...facts import Facts


@cause()
def topology_spread_unsatisfied(facts: Facts) -> Iterator[Finding]:
    """A topology spread constraint with DoNotSchedule cannot be met.

    Either no node that would fit has the label that names the domains, or one more pod in the domains that have room
    would make their numbers differ by more than maxSkew. The domain with the fewest pods is then full, tainted or
    gone.

    Fix: label the nodes; add room in the domain that has too few pods; or `whenUnsatisfiable: ScheduleAnyway`.

    Source: filtering.go of the scheduler's plugin PodTopologySpread, 1.36.
    """
    said = refusal(facts, "topology-spread-unsatisfied")
    if not said:
        return
    hard = [
        (index, str(item.get("topologyKey")), item.get("maxSkew"))
        for index, item in enumerate(listing(facts.spec.get("topologySpreadConstraints")))
        if item.get("whenUnsatisfiable") in (None, "DoNotSchedule")
    ]
    unlabelled = any("missing required label" in reason for reason in said.reasons)
    bare = {key: [name_of(n) for n in said.nodes if key not in labels_of(n)] for _, key, _ in hard} if unlabelled else {}
    lacking = {key: nodes for key, nodes in bare.items() if nodes}
    named = lacking or {key: [] for _, key, _ in hard}
    if lacking:
        message = " and ".join(
            f"node{'s' if len(nodes) > 1 else ''} {some(nodes)} {'have' if len(nodes) > 1 else 'has'} no label {key}"
            for key, nodes in lacking.items()
        )
    elif unlabelled:
        message = f"no node has {some(named)}"
    else:
        skews = some(f"{key} (maxSkew {skew})" for _, key, skew in hard)
        counts = some(_counts(facts, hard[0][0])) if len(hard) == 1 else ""
        message = f"over {skews}, one pod more where there is room would make the domains too uneven" + (
            f" ({counts})" if counts else ""
        )
    keys = [f"spec.topologySpreadConstraints[{index}].topologyKey" for index, key, _ in hard if key in named]
    yield Finding(
        f"topology spread: {message}",
        said.confidence,
        evidence=(said.evidence, *map(facts.cite_pod, keys)),
        remedies=tuple(_remedies(facts, [key for _, key, _ in hard], lacking)),
    )


def _counts(facts: Facts, index: int) -> list[str]:
    """How many of the pods each domain has: told only where the pods of every node that counts were read.

    Source: filtering.go of the plugin PodTopologySpread, 1.36: nodes that nodeSelector and affinity leave out do not count.
    """
    constraint = listing(facts.spec.get("topologySpreadConstraints"))[index]
    key = str(constraint.get("topologyKey"))
    mine = labels_of(facts.pod)
    same = constraint.get("matchLabelKeys") if isinstance(constraint.get("matchLabelKeys"), list) else []
    counts: dict[str, int] = {}
    for node in facts.all("Node"):
        domain = labels_of(node).get(key)
        if domain is None or not selected(facts.spec, node):
            continue
        pods = facts.pods_on(name_of(node))
        if pods is None:
            return []
        counts.setdefault(str(domain), 0)
        counts[str(domain)] += sum(
            mapping(pod.get("metadata")).get("namespace") == facts.namespace
            and selects(constraint.get("labelSelector"), labels_of(pod))
            and all(labels_of(pod).get(name) == mine.get(name) for name in map(str, same))
            for pod in pods
        )
    found = [f"{domain} has {count}" for domain, count in sorted(counts.items(), key=lambda item: item[1])]
    least = constraint.get("minDomains")
    few = [f"minDomains {least}"] if isinstance(least, int) and len(counts) < least else []
    return [*found[:3], *few]


def _remedies(facts: Facts, keys: list[str], lacking: dict[str, list[str]]) -> Iterator[Remedy]:
    # The API server takes minDomains with DoNotSchedule only (validation.go, 1.36).
    floors = {
        str(item.get("topologyKey")): {"minDomains": None}
        for item in listing(facts.spec.get("topologySpreadConstraints"))
        if item.get("minDomains") is not None
    }
    softer = [{"topologyKey": key, "whenUnsatisfiable": "ScheduleAnyway", **floors.get(key, {})} for key in keys]
    command = facts.patch_command({"topologySpreadConstraints": softer})
    if command and keys:
        yield now("spread only as far as possible", command)
    for key, nodes in lacking.items():
        yield proper("label the nodes with their domain", facts.kubectl("label", "node", *nodes[:1], f"{key}=VALUE"))
    if not lacking:
        yield proper(
            "add room in the domain with the fewest pods; or " + facts.change("set whenUnsatisfiable: ScheduleAnyway")
        )
