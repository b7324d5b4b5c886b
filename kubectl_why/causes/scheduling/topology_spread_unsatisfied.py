from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...model import Finding, Remedy, now, proper
from ...status import listing
from .. import cause
from . import labels_of, name_of, refusal, some

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
    if unlabelled:
        key, nodes = next(iter(named.items()), ("", []))
        message = (
            f"topology spread: node {some(nodes)} has no label {key}"
            if nodes
            else f"topology spread: no node has {some(named)}"
        )
    else:
        skews = some(f"{key} (maxSkew {skew})" for _, key, skew in hard)
        message = f"topology spread over {skews}: one pod more where there is room would make the domains too uneven"
    command = facts.patch_command(
        {"topologySpreadConstraints": [{"topologyKey": k, "whenUnsatisfiable": "ScheduleAnyway"} for _, k, _ in hard]}
    )
    remedies: list[Remedy] = [now("spread only as far as possible", command)] if command and hard else []
    if lacking:
        key, nodes = next(iter(lacking.items()))
        remedies.append(
            proper("label the nodes with their domain", facts.kubectl("label", "node", *nodes[:1], f"{key}=VALUE"))
        )
    else:
        remedies.append(
            proper(
                "add room in the domain with the fewest pods; or " + facts.change("set whenUnsatisfiable: ScheduleAnyway")
            )
        )
    yield Finding(
        message,
        said.confidence,
        evidence=(
            said.evidence,
            *(
                facts.cite_pod(f"spec.topologySpreadConstraints[{index}].topologyKey")
                for index, key, _ in hard
                if key in named
            ),
        ),
        remedies=tuple(remedies),
    )
