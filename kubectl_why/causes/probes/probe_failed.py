from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...model import Confidence, Finding, now, proper
from .. import cause
from ..looking import inside_while_up
from . import failing

if TYPE_CHECKING:
    from ...facts import Facts
    from . import Failing

# What the kubelet says of a gRPC health check that was answered, but not with SERVING (pkg/probe/grpc/grpc.go, 1.36).
_NOT_IMPLEMENTED = r"does not implement the grpc health protocol"
_UNHEALTHY = r'service unhealthy \(responded with "?(?P<answer>\w+)'
_RPC_FAILED = r"health rpc probe failed: .*?(?:code = (?P<answer>\w+))"
_HTTP_2 = r'malformed HTTP response "\\x00\\x00'
_CUT_OFF = r"\bEOF\b|connection reset|broken pipe|transport connection broken"
_NO_WAY = r"no route to host|network is unreachable|no such host"


@cause()
def probe_failed(facts: Facts) -> Iterator[Finding]:
    """A probe fails in a way that no other cause of this family knows.

    The gRPC health check is not implemented, knows no such service or answers NOT_SERVING; the probe asks another host than
    the pod; the connection is refused, cut off or finds no way, and nothing tells why. Everything that the event tells more
    exactly has an id of its own: a status code, a timeout, a wrong port or scheme, an exec probe's command.

    Fix: make the container answer the probe, or ask what it does answer.

    Source: pkg/kubelet/prober/prober.go and pkg/probe, 1.36;
    https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/
    """
    for found in failing(facts):
        what, sure = f"of {found.asked} fails", False
        advice = f"let the container answer the {found.probe} probe, or correct the probe"
        if re.search(_NOT_IMPLEMENTED, found.text):
            what, sure = f"asks {found.asked}, whose server does not implement the gRPC health protocol", True
            advice = f"implement grpc.health.v1.Health in the server, or make the {found.probe} probe a tcpSocket probe"
        elif match := re.search(_UNHEALTHY, found.text) or re.search(_RPC_FAILED, found.text):
            service = f" for service {found.asks['service']}" if found.asks.get("service") else ""
            what, sure = f"gets {match['answer']} from {found.asked}{service}", True
        elif re.search(_HTTP_2, found.text):
            what, sure = f"asks {found.asked} by HTTP/1.1, and is answered in HTTP/2", True
            advice = f"make the {found.probe} probe a grpc or tcpSocket probe"
        elif found.host:
            what = f"asks {found.asked} of host {found.host}, not of the pod"
            advice = f"take the field host out of the {found.probe} probe"
        elif found.refused(facts):
            what = f"is refused on {found.port_words}" + _where_nothing_listens(facts, found)
        elif re.search(_CUT_OFF, found.text):
            what = f"is cut off while it asks {found.asked}"
        elif re.search(_NO_WAY, found.text):
            what = f"finds no way to {found.asked}"
        yield Finding(
            found.says(what),
            Confidence.CERTAIN if sure else Confidence.POSSIBLE,
            found.container.name,
            found.evidence(facts, "port", "host" if found.host else "service"),
            (
                now(command=found.look(facts), mutates=False),
                proper(facts.change(advice)),
                *(() if sure or found.host else inside_while_up(facts, found.container)),
            ),
        )


def _where_nothing_listens(facts: Facts, found: Failing) -> str:
    """That a look from inside came to its end and saw no port open, or not this one."""
    whole = any(fact.flag("complete") for fact in facts.examined(found.container, "end")) and not facts.in_a_copy
    seen = [fact.whole("port") for fact in facts.examined(found.container, "listen")]
    return ", where nothing listens, as a look from inside shows" if whole and found.port not in seen else ""
