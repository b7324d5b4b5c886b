"""What the causes of this family share: the probe that fails, what it asks, and the change that mends it.

Patterns are kept as text in this family: `re` compiles them when a probe fails, and not whenever the program starts.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from ...facts import End, ProbeFailure, patience, seen_first, seen_last
from ...model import Evidence, Remedy, now
from ...status import listing, mapping, number

if TYPE_CHECKING:
    from ...facts import Container, Facts, Object

_HANDLERS = ("httpGet", "tcpSocket", "grpc", "exec")
_PROBES = ("liveness", "readiness", "startup")
# An exec probe that meets a container on its way out says nothing about the probe.
_ON_ITS_WAY_OUT = (
    r"CONTAINER_EXITED|not running|stopped (?:container|state)|container not (?:created|found)|task \S+ not found"
)
# The kubelet's gRPC client tries a refused connection again until the time is up, and then tells only that.
_REFUSED = (
    r"(?i)connection refused|actively refused it|failed to connect (?:service|to \S+ port)|can't connect to remote host|"
    r"rejecting connections|- no response$"
)
# Where an exec probe asks a port of its own container.
_OWN_PORT = r"(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1?\]|\$\(hostname\)|\$\{?\w+\}?|addr[= ]):(\d{2,5})\b"
_STATUS_CODE = r"^HTTP probe failed with statuscode: (\d+)"
_FETCHED = r"\b(https?)://(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\])(?::(\d+))?(/[^\s'\"|;&)]*)?"
# A probe that fails steadily has failed this often, and at nearly every attempt.
_OFTEN, _NEARLY_ALWAYS = 5, 0.7
# Of a command as much as a line holds.
_LONGEST = 60


class Failing(NamedTuple):
    """A container's probe that fails, and what that did to the container."""

    container: Container
    failure: ProbeFailure
    """The failure that tells most: of the last attempts, the newest."""
    end: End | None
    """How the run ended that the probe ended; None where the container runs on."""
    killing: Object | None
    """The event by which the kubelet said so."""

    @property
    def probe(self) -> str:
        """liveness, readiness or startup."""
        return self.failure.probe

    @property
    def text(self) -> str:
        return self.failure.text

    @property
    def field(self) -> str:
        return f"{self.probe}Probe"

    @property
    def spec(self) -> Object:
        return mapping(self.container.spec.get(self.field))

    @property
    def handler(self) -> str:
        """httpGet, tcpSocket, grpc or exec."""
        return next((name for name in _HANDLERS if self.spec.get(name) is not None), "")

    @property
    def asks(self) -> Object:
        return mapping(self.spec.get(self.handler))

    @property
    def words(self) -> list[str]:
        """An exec probe's command."""
        words = self.asks.get("command")
        return [str(word) for word in words] if isinstance(words, list) else []

    @property
    def command(self) -> str:
        """An exec probe's command in one line."""
        return " ".join(self.words)

    @property
    def fetched(self) -> tuple[str, int, str] | None:
        """Scheme, port and path of the URL that an exec probe's command fetches from its own container."""
        match = re.search(_FETCHED, self.command)
        if not match:
            return None
        return match[1].upper(), int(match[2] or (443 if match[1] == "https" else 80)), match[3] or "/"

    @property
    def port(self) -> int | None:
        """The number of the port that is asked; a name is looked up among the container's ports, as the kubelet does."""
        if self.handler == "exec":
            found = self.fetched
            own = re.search(_OWN_PORT, self.command)
            return found[1] if found else int(own[1]) if own else None
        asked = self.asks.get("port")
        if isinstance(asked, str) and not asked.isdigit():
            return next((number(p.get("containerPort")) for p in self.ports if p.get("name") == asked), None)
        return number(asked) or (int(asked) if isinstance(asked, str) else None) or None

    @property
    def ports(self) -> list[Object]:
        return listing(self.container.spec.get("ports"))

    @property
    def declared(self) -> list[int]:
        """The ports that the container says it has."""
        return [number(p.get("containerPort")) for p in self.ports if p.get("protocol") in (None, "TCP")]

    @property
    def path(self) -> str:
        return str(self.asks.get("path") or "/")

    @property
    def scheme(self) -> str:
        return str(self.asks.get("scheme") or "HTTP").upper()

    @property
    def timeout(self) -> int:
        """Source: the API's default, pkg/apis/core/v1/defaults.go, 1.36."""
        return number(self.spec.get("timeoutSeconds")) or 1

    @property
    def patience(self) -> float:
        return patience(self.spec)

    @property
    def gave_up(self) -> bool:
        """Whether the probe ended the container's run, or is about to: a readiness probe never does."""
        return self.killing is not None or self.probe == "startup"

    @property
    def host(self) -> str:
        """The host that is asked instead of the pod; empty where it is the pod."""
        return str(self.asks.get("host") or "")

    def refused(self, facts: Facts) -> bool:
        """Whether nothing in the pod took the connection."""
        own = not self.host or facts.spec.get("hostNetwork") is True or self.host == facts.status.get("podIP")
        return own and bool(re.search(_REFUSED, self.text))

    @property
    def port_words(self) -> str:
        """port 8080, or port 8080 (http)."""
        port = self.asks.get("port")
        return f"port {self.port or port}" + (f" ({port})" if isinstance(port, str) and self.port else "")

    @property
    def short_command(self) -> str:
        line = " ".join(self.command.split())
        return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"

    @property
    def asked(self) -> str:
        """What is asked, in words."""
        if self.handler == "httpGet":
            return f"{self.path} on {self.port_words}"
        if self.handler == "exec":
            return f"command `{self.short_command}`"
        return f"gRPC on {self.port_words}" if self.handler == "grpc" else self.port_words

    def says(self, what: str) -> str:
        """The message: which probe, what of it, and what comes of that."""
        return f"{self.probe} probe {what}{self._consequence()}"

    @property
    def _threshold(self) -> int:
        return number(self.spec.get("failureThreshold")) or 3

    def _consequence(self) -> str:
        if self.killing is not None:
            again = self.container.kind == "sidecar" or "will be restarted" in str(self.killing.get("message"))
            return f", so it is {'restarted' if again else 'killed'}"
        if self.probe == "liveness":
            if self.failure.errored:
                return ", so it never restarts anything"
            return f", {count(self.failure.event)} times so far; it is restarted after {self._threshold} in a row"
        return ", so it gets no traffic" if self.probe == "readiness" else ", so it does not become ready"

    def evidence(self, facts: Facts, *fields: str) -> tuple[Evidence, ...]:
        """The event, and these fields of the probe's handler, or of the probe itself, as far as they are set."""
        found = [facts.cite_event(self.failure.event)]
        for name in fields:
            for path, place in ((f"{self.field}.{self.handler}", self.asks), (self.field, self.spec)):
                if place.get(name) is not None:
                    found.append(facts.cite_pod(f"{self.container.spec_path}.{path}.{name}"))
                    break
        return tuple(found)

    def everywhere(self, name: str, value: Any) -> Object:
        """A change of the container: of each probe that asks the same of the same port, that field."""
        changed = {}
        for probe in _PROBES:
            asks = mapping(mapping(self.container.spec.get(f"{probe}Probe")).get(self.handler))
            if asks and all(asks.get(field) == self.asks.get(field) for field in ("port", name)):
                changed[f"{probe}Probe"] = {self.handler: {name: value}}
        return changed

    def instead(self, handler: str, asks: Object) -> Object:
        """A change of the container: each probe that asks the same as this one asks in another way."""
        alike = [name for name in _PROBES if mapping(self.container.spec.get(f"{name}Probe")).get(self.handler) == self.asks]
        return {f"{name}Probe": {self.handler: None, handler: asks} for name in alike}

    def look(self, facts: Facts) -> str:
        """The command that prints the log of the run that is to be explained."""
        previous = ("--previous",) if self.end is not None and self.container.running is not None else ()
        return facts.kubectl("logs", facts.name, ("-c", self.container.name, *previous))


def failing(facts: Facts) -> list[Failing]:
    """For each container whose trouble is a probe that fails, that probe.

    Where a run was ended by a probe, it is that one; where the container runs and has not become ready in the time that its
    probes allow, the startup or the readiness probe; else a liveness probe that fails steadily without consequences yet. A
    container that ends by itself fails its probes too, and so does a pod that is being deleted: there they explain nothing.
    """
    # A name of a container has no space in it: the causes of the logs keep their findings under those.
    if "failing probes" not in facts.memo:
        named = [container for container in facts.containers if container.spec.get("name") == container.name]
        found = [] if facts.deleted else [_of(facts, container) for container in named]
        facts.memo["failing probes"] = [item for item in found if item is not None]
    return facts.memo["failing probes"]


def _of(facts: Facts, container: Container) -> Failing | None:
    end = facts.end(container)
    if end is not None:
        killing = facts.probe_kill(container, end)
        if killing is None or end.reason == "OOMKilled":
            return None
        probe = "startup" if "startup probe" in str(killing.get("message")) else "liveness"
        # Of a long crash loop the recorder holds back the newest events: then those of earlier runs tell.
        ever = End({**end.state, "startedAt": None}, end.path)
        told = [_telling(container, probe, facts.failures_before(container, run)) for run in (end, ever)]
        return Failing(container, told[0] or told[1] or ProbeFailure(probe, "", False, killing), end, killing)
    if container.running is None or container.kind == "init":
        return None
    failures = facts.probe_failures(container)
    if not container.ready and not facts.within_budget(container):
        starting = container.spec.get("startupProbe") and container.status.get("started") is not True
        failure = _telling(container, "startup" if starting else "readiness", failures)
        if failure:
            return Failing(container, failure, None, None)
    failure = _telling(container, "liveness", failures) if _steady(container, failures) else None
    return Failing(container, failure, None, None) if failure else None


def _telling(container: Container, probe: str, failures: list[ProbeFailure]) -> ProbeFailure | None:
    """Of the last attempts the newest failure; an answer before a refusal, with which runs begin and end."""
    own = _real(probe, failures)
    if not own:
        return None
    newest = seen_last(own[0].event)
    span = patience(mapping(container.spec.get(f"{probe}Probe")))
    late = [f for f in own if newest and (newest - (seen_last(f.event) or newest)).total_seconds() <= span]
    return next((f for f in late if not re.search(_REFUSED, f.text)), own[0])


def _real(probe: str, failures: list[ProbeFailure]) -> list[ProbeFailure]:
    return [f for f in failures if f.probe == probe and not (f.errored and re.search(_ON_ITS_WAY_OUT, f.text))]


def _steady(container: Container, failures: list[ProbeFailure]) -> bool:
    """Whether the liveness probe has failed often, and nearly every time."""
    own = _real("liveness", failures)
    times = [time for f in own for time in (seen_first(f.event), seen_last(f.event)) if time]
    if not times:
        return False
    total = sum(count(f.event) for f in own)
    period = number(mapping(container.spec.get("livenessProbe")).get("periodSeconds")) or 10
    return total >= _OFTEN and total * period >= _NEARLY_ALWAYS * (max(times) - min(times)).total_seconds()


def count(event: Object) -> int:
    """How often an event came."""
    return number(event.get("count")) or number(mapping(event.get("series")).get("count")) or 1


def patch(facts: Facts, found: Failing, change: Object) -> str | None:
    """`kubectl patch` with a change of the container; None where the workload cannot be changed in place, or has it not.

    A strategic merge patch names the container, so that it is right wherever the container stands in the list.
    """
    kind = "containers" if found.container.kind == "app" else "initContainers"
    owner = facts.snapshot.owners[-1] if facts.snapshot.owners else {}
    template = mapping(mapping(mapping(owner.get("spec")).get("template")).get("spec"))
    if not facts.rolls_out or not change:
        return None
    if found.container.name not in [item.get("name") for item in listing(template.get(kind))]:
        return None
    whole = {"spec": {"template": {"spec": {kind: [{"name": found.container.name, **change}]}}}}
    return facts.kubectl("patch", "/".join(facts.workload), ("-p", json.dumps(whole, separators=(",", ":"))))


def instead_of_http(facts: Facts, found: Failing) -> Remedy:
    """To ask only whether the port is open: it keeps the container running until the path is right."""
    command = patch(facts, found, found.instead("tcpSocket", {"port": found.asks.get("port")}))
    ask = f"ask only whether {found.port_words} is open"
    return now(ask, command) if command else now(facts.change(f"{ask} (tcpSocket) in the {found.probe} probe"))


def code_of(found: Failing) -> int | None:
    """The HTTP status code that the probe got."""
    match = re.match(_STATUS_CODE, found.text)
    return int(match[1]) if match else None


def answered(facts: Facts, found: Failing, code: int) -> Evidence | None:
    """The last line of the log that tells of such an answer to the probe's path."""
    path = rf"{re.escape(found.path.partition('?')[0])}(?![\w-])"
    return last_line(facts, found.container, rf"{path}.*\b{code}\b|\b{code}\b.*{path}")


def last_line(facts: Facts, container: Container, pattern: str) -> Evidence | None:
    """The last line of the container's log that fits."""
    log = facts.log(container)
    for index in range(len(log.lines) - 1, -1, -1) if log else ():
        if re.search(pattern, log.lines[index]):
            return facts.cite_log(log, index)
    return None
