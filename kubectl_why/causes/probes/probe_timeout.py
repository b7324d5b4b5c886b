from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...model import Confidence, Evidence, Finding, now, proper
from .. import cause
from ..looking import inside_while_up
from . import Failing, failing, patch
from .probe_command_failed import probe_command_failed
from .probe_failed import probe_failed

if TYPE_CHECKING:
    from ...facts import Facts

_OF_THE_NETWORK = (
    r"deadline exceeded|Client\.Timeout exceeded|request canceled|handshake timeout|i/o timeout|"
    r"(?:operation|connection) timed out|health rpc did not complete|code = DeadlineExceeded"
)
# What an exec probe's command prints is its own: only these are the kubelet's and the runtimes' words.
_OF_EXEC = (
    r"(?s)^command timed out|^command .{0,2000} timed out|code = DeadlineExceeded|timeout \S+ exceeded|^probe timed out"
)
_TOOK = r"(?<![\w.])(?P<value>\d+(?:\.\d+)?)\s?(?P<unit>ms|µs|us|s|sec|secs|seconds|msec|millis)\b"
_TOOK_MS = (
    r"""(?i)(?:ms|millis|duration|elapsed|latency|responseTime)["']?\s*[:=]\s*["']?(?P<value>\d+(?:\.\d+)?)\b(?! ?[µu]?s)"""
)
# What part of its periods a container may wait without that it is slow for it.
_MUCH = 0.25
_UNITS = {"ms": 0.001, "msec": 0.001, "millis": 0.001, "µs": 1e-6, "us": 1e-6}


@cause(explains=[probe_command_failed, probe_failed])
def probe_timeout(facts: Facts) -> Iterator[Finding]:
    """The probe's answer comes later than timeoutSeconds.

    The port is open (a refused connection is not a timeout) and the answer does not come within timeoutSeconds, which is 1
    s unless it is set; for an exec probe, its command does not end within it. Either the handler is slow, and the log may
    tell how slow, or it hangs, or the container has too little cpu. While the application is only starting, it is
    slow-start.

    Fix: make the handler fast, or raise timeoutSeconds above what it takes.

    Source: pkg/kubelet/prober/prober.go, 1.36; pkg/apis/core/v1/defaults.go.
    """
    for found in failing(facts):
        late = re.search(_OF_EXEC if found.handler == "exec" else _OF_THE_NETWORK, found.text)
        if not late or found.refused(facts):
            continue
        took, line = _took(facts, found)
        seconds = max(5, 3 * found.timeout) if took is None else math.ceil(2 * took)
        change = {found.field: {"timeoutSeconds": seconds}}
        words = facts.change(f"timeoutSeconds {seconds} in the {found.probe} probe")
        what = f"of {found.asked} gets no answer within its timeout of {found.timeout} s"
        if found.handler == "exec":
            what = f"{found.asked} does not end within its timeout of {found.timeout} s"
        elif took is not None:
            what = f"of {found.asked} is answered after {took:.2g} s, and its timeout is {found.timeout} s"
        cpu = found.container.limit("cpu")
        throttled = _throttled(facts, found)
        slow = f"; its cpu is throttled in {throttled[0]:.0%} of all periods" if throttled else ""
        command = patch(facts, found, change)
        yield Finding(
            found.says(what) + slow,
            Confidence.CERTAIN,
            found.container.name,
            (
                *found.evidence(facts, "timeoutSeconds", "path"),
                *([line] if line else []),
                *([throttled[1]] if throttled else []),
            ),
            (
                now(command=command) if command else now(words),
                proper(
                    (
                        f"raise its cpu limit{f' of {cpu}' if cpu else ''}, which keeps it waiting"
                        if throttled
                        else "find out why it hangs"
                        if took is None
                        else "make it answer sooner"
                    )
                    + (f"; its cpu limit is {cpu}" if cpu and not throttled else "")
                ),
                *inside_while_up(facts, found.container),
            ),
        )


def _throttled(facts: Facts, found: Failing) -> tuple[float, Evidence] | None:
    """In how much of all periods a look from inside found the container to wait for its cpu quota, if that is much."""
    for fact in facts.examined(found.container, "cpu"):
        periods, throttled = fact.number("periods"), fact.number("throttled")
        if periods and throttled and _MUCH <= throttled / periods <= 1:
            return throttled / periods, facts.cite_examined(fact)
    return None


def _took(facts: Facts, found: Failing) -> tuple[float | None, Evidence | None]:
    """How long answers to the probe took, the longest that the log tells of; None where it tells of none that was late."""
    log = facts.log(found.container)
    best: tuple[float, int] | None = None
    for index, text in enumerate(log.lines if log and found.handler == "httpGet" else ()):
        asked = re.search(rf"{re.escape(found.path)}(?![\w/-])", text)
        match = asked and (re.search(_TOOK, text[asked.end() :]) or re.search(_TOOK_MS, text) or re.search(_TOOK, text))
        if not match:
            continue
        unit = _UNITS.get(match["unit"], 1.0) if "unit" in match.groupdict() else 0.001
        took = float(match["value"]) * unit
        if found.timeout <= took < 600 and (best is None or took > best[0]):
            best = took, index
    return (best[0], facts.cite_log(log, best[1])) if best and log else (None, None)
