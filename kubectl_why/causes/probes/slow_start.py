from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...facts import seen_last
from ...model import Confidence, Finding, now, proper
from ...status import number
from .. import cause
from . import Failing, failing, patch
from .listening import listening
from .probe_command_failed import probe_command_failed
from .probe_failed import probe_failed
from .probe_server_error import probe_server_error
from .probe_timeout import probe_timeout
from .progress import progress, works

if TYPE_CHECKING:
    from ...facts import Facts, Object

# What a start may take where nothing says how long it takes: five minutes, or five times what is allowed now.
_GENEROUS, _TIMES = 300, 5


@cause(explains=[probe_command_failed, probe_failed, probe_server_error, probe_timeout])
def slow_start(facts: Facts) -> Iterator[Finding]:
    """The application is not up before the liveness or startup probe gives up.

    The kubelet ended a run that had not got as far as to listen: the probe's connections were refused to the end, and the
    log tells of loading, or of nothing. The same probe on a port that is never opened is probe-port-mismatch: there the log
    says that the container listens elsewhere. A startup probe may also be answered that it is too early. A readiness probe
    restarts nothing: a container that is only not ready yet is starting.

    Fix: give it a startupProbe that allows for the slowest start (failureThreshold times periodSeconds); liveness and
    readiness probes wait until it has succeeded.

    Source: https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/
    """
    for found in failing(facts):
        if not found.gave_up or not _began_so(facts, found) or _listens(facts, found):
            continue
        line = progress(facts, found.container)
        refused = found.refused(facts)
        silent = refused and found.handler != "exec" and not works(facts, found.container)
        if not silent and not (line and (refused or found.probe == "startup")):
            continue
        allowed = round(found.patience)
        up = f"listens on {found.port_words}" if refused and found.port else "is up"
        cpu = found.container.limit("cpu")
        command = patch(facts, found, _longer(found))
        limit = f" (its cpu limit is {cpu})" if cpu else ""
        yield Finding(
            found.says(f"gives up after {allowed} s, before the container {up}"),
            Confidence.LIKELY if line else Confidence.POSSIBLE,
            found.container.name,
            (
                *found.evidence(facts),
                *([line] if line else []),
                *found.evidence(facts, "failureThreshold", "periodSeconds")[1:],
            ),
            (
                now(f"allow {_wanted(found)} s", command)
                if command
                else now(facts.change(f"allow {_wanted(found)} s by a startupProbe")),
                proper(f"let it start faster{limit}, and keep a startupProbe that allows for the slowest start"),
            ),
        )


def _began_so(facts: Facts, found: Failing) -> bool:
    """Whether the run was too short for the application to have been up before."""
    grace = number(facts.spec.get("terminationGracePeriodSeconds")) or 30
    lasted = found.end.seconds if found.end else None
    return lasted is None or lasted <= found.patience + grace + 10


def _listens(facts: Facts, found: Failing) -> bool:
    """Whether the container was up on some port while the probe still failed."""
    last = seen_last(found.failure.event)
    if found.probe == "startup" and not found.refused(facts):
        return False
    up = [place for place in listening(facts, found.container) if place.up and not place.beside]
    return any(not place.time or not last or place.time < last for place in up)


def _wanted(found: Failing) -> int:
    return max(_GENEROUS, math.ceil(_TIMES * found.patience))


def _longer(found: Failing) -> Object:
    """A change of the container: a startup probe that asks the same, and for longer."""
    period = number(found.spec.get("periodSeconds")) or 10
    asks = {} if found.probe == "startup" else {found.handler: found.asks, "periodSeconds": period}
    return {"startupProbe": {**asks, "failureThreshold": math.ceil(_wanted(found) / period)}}
