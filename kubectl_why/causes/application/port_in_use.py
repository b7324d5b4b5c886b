from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...model import Confidence, Evidence, Finding, Remedy, now, proper
from ...status import listing, number
from .. import cause
from ..loglines import said
from . import exit_code, said_by_pod
from .peers import GENERAL

if TYPE_CHECKING:
    from ...facts import Container, Facts


@cause(explains=GENERAL)
def port_in_use(facts: Facts) -> Iterator[Finding]:
    """The port on which the process wants to listen is taken: bind says address already in use.

    The containers of a pod share one network, and so their ports; with hostNetwork they share those of the node. A process
    may also be in its own way, when its program starts twice. A hostPort that keeps the pod from being scheduled is
    host-port-conflict.

    Fix: give one of them another port.

    Source: https://kubernetes.io/docs/concepts/workloads/pods/#pod-networking; EADDRINUSE, bind(2).
    """
    for container, line in said(facts, "port-in-use"):
        port = number(int(line["port"])) if line["port"] else _declared(container)
        what = f"port {port or 'that it listens on'} is already in use"
        others = [
            other
            for other in facts.containers
            if other.name != container.name and (other.kind != "init" or container.kind == "init")
        ]
        claims = {other.name: claim for other in others if (claim := _claims(facts, other, port))}
        node = facts.spec.get("hostNetwork") is True
        if claims:
            who, evidence = next(iter(claims.items()))
            words = f"container {who} of the pod listens on it as well"
        elif node:
            evidence, words = facts.cite_pod("spec.hostNetwork"), "on the node, whose network the pod shares (hostNetwork)"
        else:
            names = " or ".join(other.name for other in others if other.running is not None)
            evidence = None
            words = f"by container {names}, or by its own process" if names else "by a process of the container itself"
        taken = [fact for fact in facts.examined(container, "listen") if port and fact.whole("port") == port]
        seen = tuple(map(facts.cite_examined, taken[:1]))
        # While the container itself does not run, it is another that was seen to listen.
        sure = Confidence.CERTAIN if seen and container.running is None else Confidence.LIKELY
        yield Finding(
            f"{what}: {words}" if claims else f"{what} {words}",
            sure if seen or evidence else Confidence.POSSIBLE,
            container.name,
            (*line.evidence(facts), *seen, *((evidence,) if evidence else exit_code(facts, container))),
            tuple(_remedies(facts, container, port, next(iter(claims), ""))),
        )


def _declared(container: Container) -> int:
    ports = [number(port.get("containerPort")) for port in listing(container.spec.get("ports"))]
    return ports[0] if len(ports) == 1 else 0


def _claims(facts: Facts, container: Container, port: int) -> Evidence | None:
    """Where a container says that it listens on the port: it declares it, or its command, a variable or its log has it."""
    if not port:
        return None
    for index, item in enumerate(listing(container.spec.get("ports"))):
        if item.get("containerPort") == port:
            return facts.cite_pod(f"{container.spec_path}.ports[{index}].containerPort")
    told = next(said_by_pod(facts, container, str(port)), None)
    log = facts.log(container)
    for index, text in enumerate(log.lines if log else ()):
        if re.search(rf"(?i)\b(?:listen|serv|start|bound|running)\w*\b.*[:\s]{port}\b", text):
            return facts.cite_log(log, index)
    return told.evidence if told else None


def _remedies(facts: Facts, container: Container, port: int, other: str) -> Iterator[Remedy]:
    told = next((item for item in said_by_pod(facts, container, str(port)) if item.variable), None) if port else None
    if told and told.value == str(port):
        command = facts.set_command("env", ("-c", container.name), f"{told.variable}=PORT")
        if command:
            yield now("choose a free port", command)
    yield proper(
        facts.change(f"give {container.name}{f' or {other}' if other else ''} another port, also in its Service and probes")
    )
