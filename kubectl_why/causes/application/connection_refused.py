from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ... import hosts
from ...model import Confidence, Finding, now, proper
from ...status import listing, number
from .. import cause
from ..dependencies import Wanted, correction
from ..loglines import telling
from .peers import GENERAL, confidence, looked, named, remedies, told

if TYPE_CHECKING:
    from ...facts import Facts

_RESET = r"(?i)reset by peer|econnreset|hang up|closed the connection|closed connection"


@cause(explains=GENERAL)
def connection_refused(facts: Facts) -> Iterator[Finding]:
    """A peer refuses the connection.

    Its name resolves and its address answers, but nothing accepts there: no ready pod is behind the Service, its port is
    another one, or the peer is still starting. A connection that is reset as soon as it is made counts as well. One that
    gets no answer at all is connection-timeout. Refused at 127.0.0.1 or localhost: the containers of a pod share that
    address, and none of them listens there.

    Fix: see why nothing accepts at the peer (what stands behind the Service follows), or correct the host and port.

    Source: ECONNREFUSED, connect(2); kube-proxy rejects connections to a Service without endpoints.
    """
    for item in told(facts, "connection-refused"):
        if hosts.is_loopback(item.peer.host):
            yield from _of_itself(facts, item)
            continue
        reset = item.line is not None and re.search(_RESET, item.line.log.lines[item.line.index])
        seen = looked(facts, item, "connection-refused")
        mend = proper(f"see that something accepts connections at {item.name or 'the peer'}, or correct the address")
        yield Finding(
            f"{named(item)} {'closes' if reset else 'refuses'} the connection{seen.words}",
            confidence(facts, item, seen),
            item.container.name,
            (*item.evidence(facts), *seen.evidence),
            remedies(facts, item, mend),
        )


def _of_itself(facts: Facts, item: Wanted) -> Iterator[Finding]:
    """The peer is expected in the pod itself: nothing is said where another container that fails tells why."""
    others = [other for other in facts.containers if other.name != item.container.name]
    down = [other for other in others if facts.end(other)]
    if any(telling(facts, other) for other in down):
        return
    by = f", where {item.setting.name} points" if item.setting and item.setting.name else ""
    there = [
        other.name
        for other in others
        if item.peer.port in [number(port.get("containerPort")) for port in listing(other.spec.get("ports"))]
    ]
    who = f"container {[*there, *(other.name for other in down)][0]} does not listen there" if there or down else ""
    seen = looked(facts, item, "connection-refused")
    change = correction(facts, item.setting, item.container, item.peer.host, "HOST")
    other_way = f", or add a container that listens on {item.peer.port or 'its port'}"
    yield Finding(
        f"{item.peer} refuses the connection: {who or 'no container of the pod listens there'}{by}{seen.words}",
        Confidence.CERTAIN if seen.agrees else Confidence.POSSIBLE if there or down else Confidence.LIKELY,
        item.container.name,
        (*item.evidence(facts), *seen.evidence),
        (
            *((now("put the peer's Service for HOST", change),) if change and not who else ()),
            proper(facts.change(f"name the peer's Service instead of {item.peer.host}{other_way}")),
        ),
    )
