from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ... import hosts
from ...model import Confidence, Evidence, Finding, Remedy, proper
from ...status import mapping, moment
from .. import cause, family
from ..loglines import telling
from ..loglines.signs import OF_PEERS
from . import span

if TYPE_CHECKING:
    from ...facts import Container, Facts

# Seconds after which a loop that waits for something is worth a word, and after which any init container is.
_WAITS, _LONG = 30.0, 300.0
_LOOP = r"\b(?:until|while)\b|wait[-_]?for|--wait|kubectl wait|dockerize|wait-on"
_WAITING = r"(?i)\bwait|\bretry|attempt|not (?:yet )?(?:ready|available)|unavailable|refused|can't find"
_LAST = 5


@cause(explains=[item for item in family("application") if item.id in OF_PEERS])
def waiting_for_init(facts: Facts) -> Iterator[Finding]:
    """An init container runs on, so the containers after it have not started.

    It has not failed; mostly it waits in a loop for something that does not come: a host name, a port, a migration. A loop
    is seen in its command or in the last lines of its log. An init container that fails has its own cause (Init:Error);
    one that only takes its time is said after five minutes.

    Fix: give it what it waits for, or correct the name it waits for.

    Source: Initialized=False, ContainersNotInitialized, pkg/kubelet/status/generate.go, 1.36.
    """
    for container in facts.containers:
        started = moment(mapping(container.running).get("startedAt"))
        if container.kind != "init" or not started or facts.end(container) or facts.deleted:
            continue
        ran = (facts.now - started).total_seconds()
        evidence, waits = _last_said(facts, container)
        loops = waits or bool(re.search(_LOOP, " ".join(container.command)))
        if ran < (_WAITS if loops else _LONG):
            continue
        target = _target(facts, container)
        behind = [other.name for other in facts.containers if other.kind == "app"]
        yield Finding(
            f"has run for {span(ran)} and {f'still waits for {target}' if target else 'has not ended'}; "
            f"{' and '.join(behind[:3])} cannot start",
            Confidence.LIKELY if loops else Confidence.POSSIBLE,
            container.name,
            (*evidence, *_condition(facts), *_command(facts, container, target)),
            (_remedy(facts, container, target),),
        )
        return


def _remedy(facts: Facts, container: Container, target: str) -> Remedy:
    if target:
        return proper(facts.change(f"let {target} answer, or correct what {container.name} waits for"))
    return proper("see what it does", facts.kubectl("logs", ("-f",), facts.name, ("-c", container.name)), mutates=False)


def _target(facts: Facts, container: Container) -> str:
    """The peer that it waits for, as its log or its command names it."""
    variables = {name: value for name, _, value in facts.environment(container)}
    command = re.sub(r"\$[({]?(\w+)[)}]?", lambda match: variables.get(match[1], match[0]), " ".join(container.command))
    peer = next((peer for peer in hosts.named(command) if not peer.host.startswith(("127.", "localhost"))), None)
    if peer:
        return str(peer)
    line = telling(facts, container)
    return line["host"] + (f":{line['port']}" if line["port"] else "") if line and line["host"] else ""


def _last_said(facts: Facts, container: Container) -> tuple[list[Evidence], bool]:
    """The last line of its log, and whether its last lines are those of somebody who waits."""
    log = facts.log(container)
    written = [index for index, text in enumerate(log.lines) if text.strip()] if log else []
    if not log or not written:
        return [], False
    return [facts.cite_log(log, written[-1])], any(re.search(_WAITING, log.lines[index]) for index in written[-_LAST:])


def _condition(facts: Facts) -> list[Evidence]:
    return (
        [facts.cite_pod("status.conditions{Initialized}.message")] if facts.condition("Initialized").get("message") else []
    )


def _command(facts: Facts, container: Container, target: str) -> list[Evidence]:
    """The line of the command that names the peer."""
    host = target.partition(":")[0]
    for part in ("command", "args"):
        words = container.spec.get(part)
        for index, word in enumerate(words if isinstance(words, list) else ()):
            for text in str(word).splitlines():
                if host and host in text:
                    return [facts.cite_pod(f"{container.spec_path}.{part}[{index}]", text.strip())]
    return []
