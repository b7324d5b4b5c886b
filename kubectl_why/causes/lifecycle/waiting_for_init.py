from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...facts import moment
from ...model import Confidence, Evidence, Finding, proper
from ...status import mapping
from .. import cause
from ..loglines import telling

if TYPE_CHECKING:
    from ...facts import Container, Facts

# Seconds after which a loop that waits for something is worth a word, and after which any init container is.
_WAITS, _LONG = 30.0, 300.0
_HOST = r"(?P<host>[A-Za-z0-9][\w.-]*[A-Za-z0-9])"
# Commands that wait for a peer, and where they name it.
_WAITING = (
    re.compile(rf"\b(?:nslookup|host|dig|getent hosts|ping(?: -\w+ ?\d*)*)\s+(?:-\S+\s+)*{_HOST}"),
    re.compile(rf"\bnc(?:at)?\s+(?:-\S+\s+(?:\d+\s+)?)*{_HOST}\s+(?P<port>\d+)"),
    re.compile(rf"(?:-h|--host)[= ]\s*{_HOST}(?:.*?(?:-p|-P|--port)[= ]\s*(?P<port>\d+))?"),
    re.compile(rf"\b(?:https?|tcp)://(?:[^@/\s]*@)?{_HOST}(?::(?P<port>\d+))?"),
    re.compile(rf"/dev/tcp/{_HOST}/(?P<port>\d+)"),
    re.compile(rf"\bwait[-_]?for[\w.-]*\s+(?:-\S+\s+)*{_HOST}(?:[: ](?P<port>\d+))?"),
)
_LOOP = re.compile(r"\b(?:until|while)\b|wait[-_]?for|--wait|kubectl wait|dockerize|wait-on")
_DIGITS = re.compile(r"\d+")


@cause()
def waiting_for_init(facts: Facts) -> Iterator[Finding]:
    """An init container runs on, so the containers after it have not started.

    It has not failed; mostly it waits in a loop for something that does not come: a host name, a port, a migration. A loop
    is seen in its command or in a log that repeats itself. An init container that fails has its own cause (Init:Error);
    one that only takes its time is said after five minutes.

    Fix: give it what it waits for, or correct the name it waits for.

    Source: Initialized=False, ContainersNotInitialized, pkg/kubelet/status/generate.go, 1.36.
    """
    for container in facts.containers:
        started = moment(mapping(container.running).get("startedAt"))
        if container.kind != "init" or not started or facts.end(container) or facts.deleted:
            continue
        ran = (facts.now - started).total_seconds()
        evidence, repeats = _last_said(facts, container)
        command = " ".join(container.command)
        loops = repeats or bool(_LOOP.search(command))
        if ran < (_WAITS if loops else _LONG):
            continue
        target = _target(facts, container)
        behind = [other.name for other in facts.containers if other.kind == "app"]
        yield Finding(
            f"has run for {_words(ran)} and {f'still waits for {target}' if target else 'has not ended'}; "
            f"{' and '.join(behind[:3])} cannot start",
            Confidence.LIKELY if loops else Confidence.POSSIBLE,
            container.name,
            (*evidence, *_condition(facts), *_command(facts, container, target)),
            (
                proper(
                    f"see what it does; it waits for {target}" if target else "see what it does",
                    facts.kubectl("logs", facts.name, "-c", container.name, "--tail=20"),
                    mutates=False,
                ),
            ),
        )
        return


def _words(seconds: float) -> str:
    return f"{seconds:.0f}s" if seconds < 120 else f"{seconds / 60:.0f}m"


def _target(facts: Facts, container: Container) -> str:
    """The peer that it waits for, as its log or its command names it."""
    line = telling(facts, container)
    if line and line["host"]:
        return line["host"] + (f":{line['port']}" if line["port"] else "")
    variables = {name: value for name, _, value in facts.environment(container)}
    command = re.sub(r"\$\{?(\w+)\}?", lambda m: variables.get(m[1], m[0]), " ".join(container.command))
    for pattern in _WAITING:
        if match := pattern.search(command):
            port = match.groupdict().get("port")
            return match["host"] + (f":{port}" if port else "")
    return ""


def _last_said(facts: Facts, container: Container) -> tuple[list[Evidence], bool]:
    """The last line of its log, and whether the log says the same again and again."""
    log = facts.log(container)
    written = [index for index, text in enumerate(log.lines) if text.strip()] if log else []
    if not log or not written:
        return [], False
    last = _DIGITS.sub("0", log.lines[written[-1]].strip())
    again = sum(_DIGITS.sub("0", log.lines[index].strip()) == last for index in written)
    return [facts.cite_log(log, written[-1])], again >= 3


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
