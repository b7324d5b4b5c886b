"""Whom a container wants to reach, by its log and its settings, and which Service that is.

What the log names is often not what the Service is called: a ClusterIP, or nothing at all. Then the variables, the
command and the ConfigMaps of the container tell.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from ... import hosts
from ...facts import resolve
from ...hosts import Peer, ServiceName
from ...labels import stands_before
from ...model import Evidence
from ...snapshot import key
from ...status import addresses, listing, mapping, number
from ..loglines import telling
from ..loglines.signs import OF_PEERS, Telling, matches

if TYPE_CHECKING:
    from ...facts import Container, Facts, Object

OF_REACHING = frozenset(("connection-refused", "connection-timeout", "dns-not-found"))
"""Causes that may have a Service behind them; a peer that answers has none."""

_MENTION = r"\$\(([\w.-]+)\)"
_MASK = "***"
# What a client is for, by the words around its complaint; and the words of a variable that is its setting.
_KINDS = (
    (6379, r"redis|valkey|jedis|lettuce|sidekiq|bull", r"redis|valkey|cache"),
    (
        5432,
        r"postgres|psycopg|\bpq:|pgx|pg_|\bpg\b|npgsql|asyncpg|libpq|psql|connection timeout expired",
        r"postgres|pg|database|db|sql",
    ),
    (3306, r"mysql|mariadb", r"mysql|mariadb|database|db|sql"),
    (27017, r"mongo", r"mongo|database|db"),
    (9092, r"kafka|bootstrap|broker", r"kafka|broker|bootstrap"),
    (5672, r"amqp|rabbit|pika|kombu|celery", r"amqp|rabbit|broker|celery|queue"),
    (9200, r"elastic|opensearch", r"elastic|opensearch|search"),
    (1433, r"sqlclient|sqlserver|tds", r"sql|database|db"),
    (25, r"smtp|mail", r"smtp|mail"),
    (4222, r"\bnats\b", r"nats"),
    (2181, r"zookeeper|zkclient", r"zookeeper|zk"),
    (2379, r"etcd", r"etcd"),
)
_AROUND = 40


class Setting(NamedTuple):
    """What names hosts: a variable, a line of a ConfigMap that is mounted, or the command."""

    name: str
    """The variable, or the key of the ConfigMap; empty for the command."""
    text: str
    peers: tuple[Peer, ...]
    evidence: Evidence
    config_map: str = ""
    """The ConfigMap that the text comes from."""
    key: str = ""
    """Its key."""


class Wanted(NamedTuple):
    """Somebody whom a container wants to reach."""

    container: Container
    line: Telling | None
    """What the log says of it, if it says anything."""
    peer: Peer
    setting: Setting | None
    service: ServiceName | None
    """The Service that is meant; None where the peer is none of the cluster's, or that cannot be told."""

    @property
    def name(self) -> str:
        """The peer as a person knows it: by the Service's name where the log has only its address."""
        if self.service and hosts.is_address(self.peer.host):
            return str(self.peer._replace(host=self.service.name))
        return str(self.peer) if self.peer.host else ""

    def evidence(self, facts: Facts) -> tuple[Evidence, ...]:
        return (*(self.line.evidence(facts) if self.line else ()), *((self.setting.evidence,) if self.setting else ()))


def settings(facts: Facts, container: Container) -> list[Setting]:
    """Everything in the container's settings that names a host, variables first."""
    memo = f"settings {container.name}"
    if memo not in facts.memo:
        facts.memo[memo] = [*_variables(facts, container), *_commands(facts, container), *_files(facts, container)]
    return facts.memo[memo]


def _variables(facts: Facts, container: Container) -> Iterator[Setting]:
    known: dict[str, str] = {}
    entries = []
    for name, path, raw in facts.environment(container):
        known[name] = value = re.sub(_MENTION, lambda match: known.get(match[1], match[0]), raw)
        entries.append((name, path, raw, value))
    for name, path, raw, value in entries:
        port = next((known[other] for other in _port_names(name) if known.get(other)), "")
        peers = hosts.of_setting(name, value, port)
        peers = [peer for peer in peers if peer.host not in ("0.0.0.0", "::")]
        if peers:
            entry = mapping(resolve(facts.pod, path))
            source = mapping(mapping(entry.get("valueFrom")).get("configMapKeyRef")) or mapping(entry.get("configMapRef"))
            config_map = str(source.get("name") or "")
            variable = str(source.get("key") or name.removeprefix(str(entry.get("prefix") or "")))
            obj = facts.snapshot.objects.get(key("ConfigMap", facts.namespace, config_map))
            evidence = facts.cite(obj, "data", f"{variable}={raw}") if obj else facts.cite_pod(path)
            yield Setting(name, value, tuple(peers), evidence, config_map, variable if config_map else "")


def _port_names(name: str) -> Iterator[str]:
    for word in ("HOSTNAME", "HOST", "SERVER", "ADDRESS", "ADDR", "SERVICE"):
        for old, new in ((word, "PORT"), (word.lower(), "port"), (word.title(), "Port")):
            if name.endswith(old):
                yield name.removesuffix(old) + new
    yield f"{name}_PORT"


def _commands(facts: Facts, container: Container) -> Iterator[Setting]:
    for part in ("command", "args"):
        words = container.spec.get(part)
        for index, word in enumerate(words if isinstance(words, list) else ()):
            for text in str(word).splitlines():
                peers = hosts.named(text)
                if peers:
                    yield Setting(
                        "", text, tuple(peers), facts.cite_pod(f"{container.spec_path}.{part}[{index}]", text.strip())
                    )


def _files(facts: Facts, container: Container) -> Iterator[Setting]:
    mounted = {str(mount.get("name")) for mount in listing(container.spec.get("volumeMounts"))}
    for volume in listing(facts.spec.get("volumes")):
        name = str(mapping(volume.get("configMap")).get("name") or "")
        obj = facts.snapshot.objects.get(key("ConfigMap", facts.namespace, name))
        if not obj or str(volume.get("name")) not in mounted:
            continue
        for file, text in facts.values("ConfigMap", name).items():
            for line in text.splitlines()[:500]:
                peers = hosts.named(line[:500])
                if peers:
                    yield Setting(file, line.strip(), tuple(peers), facts.cite(obj, "data", line.strip()), name, file)


def wanted(facts: Facts, container: Container, line: Telling) -> Wanted:
    """Whom the line is about: as it says itself, else by the settings."""
    host, port = line["host"], number(int(line["port"] or 0))
    if host:
        peer = Peer(host, port)
        service = service_of(facts, host)
        setting = setting_of(facts, container, peer)
        said = next((p for p in setting.peers if _same(facts, p, peer, service)), peer) if setting else peer
        # A resolver says every name that it tried; the settings have the one that was meant.
        name = said.host if service and not hosts.is_address(host) else host
        return Wanted(container, line, Peer(name, port or said.port), setting, service)
    setting = _by_kind(facts, container, line)
    peer = setting.peers[0] if setting else Peer("", port)
    return Wanted(container, line, peer, setting, service_of(facts, peer.host))


def setting_of(facts: Facts, container: Container, peer: Peer) -> Setting | None:
    """Where the peer comes from."""
    service = service_of(facts, peer.host)
    for setting in settings(facts, container):
        if any(_same(facts, other, peer, service) for other in setting.peers):
            return setting
    return None


def _same(facts: Facts, one: Peer, other: Peer, service: ServiceName | None) -> bool:
    if one.host.lower() == other.host.lower():
        return not one.port or not other.port or one.port == other.port
    return service is not None and service_of(facts, one.host) == service


def _by_kind(facts: Facts, container: Container, line: Telling) -> Setting | None:
    """The setting of the client that complains: by the words of its complaint, or the only one that there is."""
    found = [setting for setting in settings(facts, container) if setting.name] or settings(facts, container)
    start = max(0, line.index - _AROUND)
    said = "\n".join(line.log.lines[line.index : line.index + 1])
    for text in (said, "\n".join(line.log.lines[start : line.index + 1])):
        for port, words, variable in _KINDS:
            if re.search(words, text, re.IGNORECASE):
                for setting in found:
                    if any(peer.port == port for peer in setting.peers) or _has_word(variable, setting.name):
                        return _with_port(setting, port)
    if re.search(r"(?i)https?|axios|request|fetch|url", said):
        found = [
            setting for setting in found if re.search(r"(?i)https?://|url|endpoint", setting.text + setting.name)
        ] or found
    distinct = {peer.host for setting in found for peer in setting.peers if not hosts.is_loopback(peer.host)}
    return next((s for s in found if s.peers[0].host in distinct), None) if len(distinct) == 1 else None


def _has_word(words: str, name: str) -> bool:
    return bool(re.search(rf"(?i)(?:^|[_.-])(?:{words})|(?:{words})(?:[_.-]|host|url|uri|addr|$)", name))


def _with_port(setting: Setting, port: int) -> Setting:
    peers = tuple(peer if peer.port else peer._replace(port=port) for peer in setting.peers)
    return Setting(setting.name, setting.text, peers, setting.evidence, setting.config_map, setting.key)


def service_of(facts: Facts, host: str) -> ServiceName | None:
    """The Service that a host means: by its name, or by its address."""
    if hosts.is_address(host):
        facts.all("Service")  # that they could not be read is noted
        for ref, obj in facts.snapshot.objects.items():
            spec = mapping(obj.get("spec"))
            more = spec.get("clusterIPs")
            if ref.startswith("Service/") and host in [spec.get("clusterIP"), *(more if isinstance(more, list) else ())]:
                return ServiceName(*_name_of(obj))
        return _service_before(facts, host)
    candidates = hosts.services(host, facts.namespace)
    there = [name for name in candidates if key("Service", name.namespace, name.name) in facts.snapshot.objects]
    known = [name for name in candidates if _is_known(facts, name)]
    return next(iter([*there, *known]), None)


def _service_before(facts: Facts, address: str) -> ServiceName | None:
    """The Service before the pod that has the address: what a headless Service resolves to."""
    owners = [obj for ref, obj in facts.snapshot.objects.items() if ref.startswith("Pod/") and address in addresses(obj)]
    for pod in owners[:1]:
        for obj in facts.all("Service", _name_of(pod)[1]):
            if stands_before(obj, pod):
                return ServiceName(*_name_of(obj))
    return None


def _is_known(facts: Facts, name: ServiceName) -> bool:
    """Whether it is the cluster's: a name of two parts is one only where there is such a namespace."""
    return name.namespace == facts.namespace or key("Namespace", None, name.namespace) not in facts.snapshot.absent


def _name_of(obj: Object) -> tuple[str, str]:
    metadata = mapping(obj.get("metadata"))
    return str(metadata.get("name") or ""), str(metadata.get("namespace") or "")


def reaching(facts: Facts) -> list[Wanted]:
    """Everybody whom a container cannot reach, or waits for: one for each Service."""
    if "reaching" not in facts.memo:
        found: dict[tuple[str, ServiceName | None], Wanted] = {}
        for container in facts.containers:
            for item in _of_container(facts, container):
                found.setdefault((container.name, item.service), item)
        facts.memo["reaching"] = list(found.values())
    return facts.memo["reaching"]


def _of_container(facts: Facts, container: Container) -> Iterator[Wanted]:
    line = telling(facts, container)
    log = facts.log(container)
    if line is None and container.kind == "init" and container.running is not None and log:
        # What it waits for is said at any level, and not as a complaint.
        said = [item for item in matches(log) if item.cause in OF_PEERS and item["host"]]
        line = next((item for item in reversed(said) if service_of(facts, item["host"])), None)
    if line is not None and line.cause in OF_REACHING:
        yield wanted(facts, container, line)
        return
    waits = container.kind == "init" and container.running is not None
    unready = container.running is not None and not container.ready and bool(facts.probe_failures(container))
    if line is None and (waits or unready):
        for setting in settings(facts, container):
            for peer in setting.peers:
                service = service_of(facts, peer.host)
                if service:
                    yield Wanted(container, None, peer, setting, service)


def service(facts: Facts, item: Wanted) -> Object | None:
    """The Service itself; None where there is none. Unreadable where that could not be asked."""
    return facts.get("Service", item.service.name, item.service.namespace) if item.service else None


def is_missing(facts: Facts, item: Wanted) -> bool:
    return item.service is not None and service(facts, item) is None


def words(facts: Facts, name: ServiceName) -> str:
    """A Service in a sentence: with its namespace where that is another one."""
    return f"Service {name.name}" + (f" in namespace {name.namespace}" if name.namespace != facts.namespace else "")


def joined(labels: dict[str, str], between: str = ", ") -> str:
    """Labels as kubectl writes a selector."""
    return between.join(f"{label}={value}" for label, value in sorted(labels.items()))


def correction(facts: Facts, setting: Setting | None, container: Container, host: str, right: str) -> str | None:
    """The command that puts another host into the setting; None where no command can.

    What a secret stands beside can only be edited by hand: its value is not known here, and must not be overwritten.
    """
    if not setting or not setting.name:
        return None
    if _MASK in setting.text or "$(" in setting.text:
        what = ("configmap", setting.config_map) if setting.config_map else ("/".join(facts.workload),)
        return facts.kubectl("edit", *what) if setting.config_map or facts.rolls_out else None
    value = re.sub(rf"(?<![\w.-]){re.escape(host)}(?![\w-])", right, setting.text)
    if value == setting.text:
        return None
    if not setting.config_map:
        return facts.set_command("env", ("-c", container.name), f"{setting.name}={value}")
    if setting.key == setting.name or setting.text == facts.values("ConfigMap", setting.config_map).get(setting.key):
        patch = json.dumps({"data": {setting.key: value}}, separators=(",", ":"))
        command = facts.kubectl("patch", "configmap", setting.config_map, ("--type=merge", "-p", patch))
        restart = facts.kubectl("rollout", "restart", "/".join(facts.workload)) if facts.rolls_out else ""
        return f"{command} && {restart}" if restart else None
    return facts.kubectl("edit", "configmap", setting.config_map)
