from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...facts import seen_first, seen_last
from ...model import Confidence, Finding, Remedy, now, proper
from .. import cause
from ..looking import inside_while_up
from . import Failing, failing
from .listening import Listening, Setting, kept_local, listening
from .probe_failed import probe_failed
from .probe_port_mismatch import probe_port_mismatch
from .slow_start import slow_start

if TYPE_CHECKING:
    from ...facts import Facts


@cause(explains=[probe_failed, probe_port_mismatch, slow_start])
def listening_on_localhost(facts: Facts) -> Iterator[Finding]:
    """The port is right, but the application listens on the loopback address only, so the probe and every peer are refused.

    The kubelet asks the pod's address from outside, as Services and other pods do: what listens on 127.0.0.1, localhost or
    ::1 answers only inside the pod. The log says on which address it listens, or a flag or variable (--host, HOST) does;
    many servers for development listen there unless they are told otherwise. Where the port differs too, it is
    probe-port-mismatch. An exec probe runs inside the container and does not notice.

    Fix: let the application listen on 0.0.0.0 (or ::), as a rule by its flag --host or --bind, or a variable HOST.

    Source: pkg/kubelet/prober/prober.go, 1.36: the probe asks status.podIP unless it has a field host.
    """
    for found in failing(facts):
        if found.handler == "exec" or found.port is None or not found.refused(facts):
            continue
        places = listening(facts, found.container)
        here = [place for place in places if place.port == found.port]
        told = kept_local(facts, found.container)
        if any(place.address and not place.loopback for place in here) or (places and not here):
            continue
        local = next((place for place in here if place.loopback), None)
        heard = next((place for place in here if place.up and _before(place, found)), None)
        if not local and not told and not heard:
            continue
        address = local.address if local else told.value if told else ""
        where = f"on {address} only" if address else "there, but not on the pod's address"
        evidence = [item.evidence for item in (local or heard, told) if item]
        yield Finding(
            found.says(f"is refused on {found.port_words}: the container listens {where}"),
            Confidence.CERTAIN if local and local.evidence.inside else Confidence.LIKELY if address else Confidence.POSSIBLE,
            found.container.name,
            (*evidence, *found.evidence(facts, "port")),
            (*_remedies(facts, found, address, told), *inside_while_up(facts, found.container)),
        )


def _before(place: Listening, found: Failing) -> bool:
    """Whether it was said to listen, and was refused from the beginning on, and well after it was said."""
    first, last = seen_first(found.failure.event), seen_last(found.failure.event)
    if "refused" not in found.text or not (place.time and first and last):
        return False
    return (first - place.time).total_seconds() <= found.patience and (last - place.time).total_seconds() > 5


def _remedies(facts: Facts, found: Failing, address: str, told: Setting | None) -> Iterator[Remedy]:
    if told:
        value = re.sub(r"127[\d.]+|localhost|\[?::1\]?", "0.0.0.0", told.value, count=1)
        command = facts.set_command("env", ("-c", found.container.name), f"{told.name}={value}") if told.variable else None
        if command:
            yield now(command=command)
        yield proper(facts.change(f"{told.name} {value} instead of {told.value}"))
    else:
        where = f" instead of {address}" if address else ""
        yield proper(f"let it listen on 0.0.0.0:{found.port}{where}: as a rule its --host or --bind, or a variable HOST")
