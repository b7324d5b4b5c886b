from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...model import Confidence, Finding, now, proper
from ...status import listing, mapping, number
from .. import cause
from ..loglines import said
from . import exit_code, user
from .peers import GENERAL

if TYPE_CHECKING:
    from ...facts import Container, Facts

_SYSCTL = "net.ipv4.ip_unprivileged_port_start"
_FIRST_FREE = 1024


@cause(explains=GENERAL)
def privileged_port_denied(facts: Facts) -> Iterator[Finding]:
    """The process may not listen on a port below 1024, since it does not run as root.

    The kernel lets only root, or who has CAP_NET_BIND_SERVICE, bind to ports below net.ipv4.ip_unprivileged_port_start,
    which is 1024 by default; some runtimes set it to 0. The capability alone does not help a user other than root, whose
    process does not get it when the program is started, unless the file has it. A port that is taken is port-in-use.

    Fix: listen on a port from 1024, and point the Service's targetPort to it. The sysctl is a safe one, and may be set per
    pod, except with hostNetwork.

    Source: ip(7), capabilities(7); https://kubernetes.io/docs/tasks/administer-cluster/sysctl-cluster/
    """
    for container, line in said(facts, "privileged-port-denied"):
        who = user(facts, container)
        port = line["port"] or _declared(container)
        denied = mapping(mapping(container.spec.get("securityContext")).get("capabilities")).get("drop")
        evidence = who.evidence or (
            (facts.cite_pod(f"{container.spec_path}.securityContext.capabilities.drop"),) if denied else ()
        )
        name = f"user {who.uid}" if who.uid is not None else "the process"
        command = _allowed(facts, port)
        yield Finding(
            f"{name} may not listen on port {port or 'below 1024'}" + (", which is below 1024" if port else ""),
            Confidence.LIKELY if who.uid or denied else Confidence.POSSIBLE,
            container.name,
            (*line.evidence(facts), *(evidence or exit_code(facts, container))),
            (
                *((now(f"let every user of the pod listen from port {port or 1}", command),) if command else ()),
                proper(
                    f"let {container.name} listen on a port from 1024, such as 8080, and set the Service's targetPort to it"
                ),
            ),
        )


def _declared(container: Container) -> str:
    ports = [number(port.get("containerPort")) for port in listing(container.spec.get("ports"))]
    low = [port for port in ports if 0 < port < _FIRST_FREE]
    return str(low[0]) if low else ""


def _allowed(facts: Facts, port: str) -> str | None:
    """The command that sets the sysctl beside those that are set: a patch replaces that list as a whole."""
    if facts.spec.get("hostNetwork") is True:
        return None
    others = [
        item for item in listing(mapping(facts.spec.get("securityContext")).get("sysctls")) if item.get("name") != _SYSCTL
    ]
    return facts.patch_command({"securityContext": {"sysctls": [*others, {"name": _SYSCTL, "value": port or "1"}]}})
