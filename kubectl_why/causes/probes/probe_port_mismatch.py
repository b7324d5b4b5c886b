from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...model import Confidence, Evidence, Finding, Remedy, now, proper
from ...names import nearest
from ...status import mapping, number
from .. import cause
from ..looking import inside_while_up
from . import Failing, failing, patch
from .listening import Listening, listening, told_of
from .probe_command_failed import probe_command_failed
from .probe_failed import probe_failed
from .progress import progress
from .slow_start import slow_start

if TYPE_CHECKING:
    from ...facts import Facts


@cause(explains=[probe_command_failed, probe_failed, slow_start])
def probe_port_mismatch(facts: Facts) -> Iterator[Finding]:
    """The probe's port is not the one on which the container listens.

    The kubelet's connections are refused, and the container's log, its command line, its environment or its configuration
    names another port; or another probe of the container is answered on another port; or the probe names a port that no
    containerPort has, which the kubelet tells as `strconv.Atoi: parsing "NAME"`. Where the port is right and the address is
    127.0.0.1, it is listening-on-localhost; where nothing listens yet, slow-start.

    Fix: ask the port on which the container listens, or let it listen on the port that is asked.

    Source: pkg/kubelet/prober/prober.go and pkg/probe/util.go, ResolveContainerPort, 1.36.
    """
    for found in failing(facts):
        asked = found.asks.get("port")
        if found.port is None and asked and isinstance(asked, str):
            yield _unknown_name(facts, found, asked)
            continue
        if not found.refused(facts) or found.port is None:
            continue
        places = listening(facts, found.container)
        if any(place.port == found.port for place in places):
            continue
        main = [place for place in places if not place.beside]
        answered = _answered(facts, found)
        known = any(place.evidence.line is not None for place in main)
        # What is only meant to listen says less than a start under way, or than another word of the port that is asked.
        if main and (known or not (told_of(facts, found.container, found.port) or progress(facts, found.container))):
            # Of two ports that the container declares, the one that is asked may only be opened later.
            unsure = {found.port, *(place.port for place in main)} <= set(found.declared)
            sure = Confidence.CERTAIN if all(place.evidence.inside for place in main) else Confidence.LIKELY
            yield _finding(facts, found, main, Confidence.POSSIBLE if unsure else sure)
        elif answered:
            port, evidence = answered
            yield _finding(facts, found, [Listening("", port, evidence, True, False, None)], Confidence.LIKELY)
        elif found.declared and found.port not in found.declared and not progress(facts, found.container):
            path = f"{found.container.spec_path}.ports"
            declared = [
                Listening(
                    "",
                    number(port.get("containerPort")),
                    facts.cite_pod(f"{path}[{index}].containerPort"),
                    False,
                    False,
                    None,
                )
                for index, port in enumerate(found.ports)
                if port.get("containerPort") in found.declared
            ]
            yield _finding(facts, found, declared, Confidence.POSSIBLE, "declares")


def _finding(facts: Facts, found: Failing, places: list[Listening], confidence: Confidence, verb: str = "") -> Finding:
    where = ", ".join(dict.fromkeys(place.place for place in places))
    verb = verb or ("listens on" if any(place.up for place in places) else "is to listen on")
    return Finding(
        found.says(f"asks {found.port_words}; the container {verb} {where}"),
        confidence,
        found.container.name,
        (*found.evidence(facts, "port"), *(place.evidence for place in places[:2])),
        (
            *_remedies(facts, found, {place.port for place in places if not place.loopback}),
            *inside_while_up(facts, found.container),
        ),
    )


def _remedies(facts: Facts, found: Failing, right: set[int]) -> tuple[Remedy, ...]:
    if len(right) != 1:
        return (
            proper(facts.change(f"the {found.probe} probe's port, or the address and port on which the container listens")),
        )
    (port,) = right
    words = facts.change(f"ask port {port} in the {found.probe} probe")
    command = patch(facts, found, found.everywhere("port", port)) if found.handler != "exec" else None
    emergency = now(command=command) if command else now(words)
    if found.port in found.declared and port not in found.declared:
        # Services follow the declared port: the probe alone would be only half of it.
        words = facts.change(
            f"let it listen on port {found.port}, or make {port} its containerPort and its Services' targetPort"
        )
    return emergency, proper(words)


def _answered(facts: Facts, found: Failing) -> tuple[int, Evidence] | None:
    """Another port, on which the container answered another probe in the same run."""
    if found.probe == "startup":
        return None
    failures = facts.failures_before(found.container, found.end) if found.end else facts.probe_failures(found.container)
    for probe in ("readiness", "liveness", "startup"):
        spec = mapping(found.container.spec.get(f"{probe}Probe"))
        other = next((name for name in ("httpGet", "tcpSocket", "grpc") if mapping(spec.get(name))), "")
        port = number(mapping(spec.get(other)).get("port"))
        asked_twice = number(spec.get("initialDelaySeconds")) + 2 * (number(spec.get("periodSeconds")) or 10)
        lasted = found.end.seconds if found.end else facts.age
        if probe == found.probe or not port or port == found.port or any(f.probe == probe for f in failures):
            continue
        if lasted is not None and lasted > asked_twice:
            return port, facts.cite_pod(f"{found.container.spec_path}.{probe}Probe.{other}.port")
    return None


def _unknown_name(facts: Facts, found: Failing, asked: str) -> Finding:
    named = {str(port.get("name")): port.get("containerPort") for port in found.ports if port.get("name")}
    near = nearest(asked, named) or (next(iter(named)) if len(named) == 1 else None)
    hint = f": did you mean {near} ({named[near]})?" if near else ""
    command = patch(facts, found, found.everywhere("port", near)) if near else None
    words = facts.change(f"ask port {near} in the {found.probe} probe" if near else f"name a containerPort {asked}")
    return Finding(
        found.says(f'asks port "{asked}", and no containerPort has that name') + hint,
        Confidence.CERTAIN,
        found.container.name,
        (
            *found.evidence(facts, "port"),
            *(facts.cite_pod(f"{found.container.spec_path}.ports{{{name}}}.name") for name in list(named)[:2]),
        ),
        (now(command=command) if command else now(words), proper(words)),
    )
