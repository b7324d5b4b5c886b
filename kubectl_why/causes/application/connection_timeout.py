from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...model import Finding, proper
from .. import cause
from .peers import GENERAL, confidence, looked, named, remedies, told

if TYPE_CHECKING:
    from ...facts import Facts


@cause(explains=GENERAL)
def connection_timeout(facts: Facts) -> Iterator[Finding]:
    """A peer does not answer.

    Packets get lost (a NetworkPolicy, a firewall, a route, a Service without endpoints in some networks), or the peer is
    too slow for the client's patience. A peer that answers with a refusal is connection-refused.

    Fix: see whether a NetworkPolicy or firewall lies between, and whether the peer is overloaded; raising the timeout helps
    only against the last.

    Source: ETIMEDOUT and EHOSTUNREACH, connect(2).
    """
    for item in told(facts, "connection-timeout"):
        mend = f"see what keeps packets from {item.name or 'the peer'}: a NetworkPolicy, a firewall, an overloaded peer"
        seen = looked(facts, item, "connection-timeout")
        yield Finding(
            f"{named(item)} does not answer{seen.words}",
            confidence(facts, item, seen),
            item.container.name,
            (*item.evidence(facts), *seen.evidence),
            remedies(facts, item, proper(mend)),
        )
