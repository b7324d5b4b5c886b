"""On which addresses and ports a container listens: as its log says, or else its command line, environment and files."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from ...facts import resolve
from ...model import Evidence
from ...status import listing, mapping, moment

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from ...facts import Container, Facts
    from ...snapshot import Log, Object

_ANSI = r"\x1b\[[0-9;]*[A-Za-z]"

# Words with which a server says where it is. The weak ones are said of other things too, so they need more around them.
_STRONG = (
    r"(?i)\b(?:listen(?:s|ing|er)?\b|serving\b|bound\b|bound_addresses|binding\b|awaiting socket|accepting\b|launched\b|"
    r"responding\b|taken the stage|running mode=|(?:waiting|ready) for connections|socket: '[^']*'\s+port:|"
    r"development server|webrick|server traffic|client traffic)"
)
_WEAK = (
    r"(?i)\b(?:running|started|starting|start|ready|available|server|app(?:lication)?|service|up|local|loopback|network|"
    r"exposed|initialized|traffic|access|url)\b"
)
# Said before it listens, or whether it does or not.
_INTENDED = r"(?i)\b(?:starting|start|initialized|initializing|will|config\w*|using|about to)\b"
# What is no word of a server about itself: its peers, its clients, its failures and its end.
_NOT_ITS_OWN = (
    r"(?i)\b(?:connect|connected|connecting|reconnect\w*|refused|timed out|timeout|unable|cannot|can't|could ?n[o']t|failed|"
    r"failure|in use|retry\w*|proxying|forward\w*|dial\w*|fetch\w*|subscrib\w*|send|sending|sent|exporting|pushing|polling|"
    r"scrap\w+|register\w*|joined|upstream|received|stopp\w+|shutting|shut|clos(?:ed|ing))\b"
    r"|\b(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS) /|\bfrom \[?\d"
)
_PEERS = (
    r"(?i)\b(?:redis|postgres\w*|mysql|mongo\w*|kafka|rabbitmq|amqp|database|db|broker|queue|backend|memcached|"
    r"elasticsearch|zookeeper|smtp|ldap|exporter|tracing)\b"
)
# Beside the port that serves there are others, of which nobody asks whether the application works.
_BESIDE = (
    r"(?i)\bmetrics (?:server|endpoint|listener|port|exporter|are|available|on|at)\b|/metrics\b|serving metrics|"
    r"\bdebugger\b|\bdebug (?:server|port|endpoint|listener)\b|\binspector\b|\bpprof\b|\bjmx\b|dt_socket|\badmin\b|"
    r"\bmanagement\b|x plugin|\bws://|statsd"
)

_IP = r"(?:\d{1,3}(?:\.\d{1,3}){3}|\[[0-9a-fA-F:.]*\]|localhost|\*|\+)"
_URL = r"\b(?P<scheme>https?|tcp|ssl|wss?|grpcs?|h2c)://(?P<address>\[[^\]\s]*\]|[\w.*+-]+)?(?::(?P<port>\d{2,5}))?"
_ADDRESS_PORT = (
    # address "0.0.0.0", port 5432; on 0.0.0.0 port 8000; "host":"127.0.0.1","port":8080
    rf"(?i)(?P<address>{_IP}|::1?)[\"']?[,;\s]+[\"']?port[\"']?\s*[:=]?\s*[\"']?(?P<port>\d{{2,5}})\b",
    rf"[\"'](?P<address>{_IP}|::1?)[\"'], ?(?P<port>\d{{2,5}})\b",
    rf"(?<![\w.:])(?P<address>{_IP}|::1?|::):(?P<port>\d{{2,5}})(?![\w:]|\.\d)",
    # :8080 as a word or a value, not as what follows a key of JSON
    r"(?:^|(?<=[\s=(@>\[{])|(?<=[:=\s(\[{,][\"']))(?P<address>):(?P<port>\d{2,5})(?![\w:]|\.\d)",
    r"(?i)(?<![a-z])port(?:s|\(s\))?[\"']?(?:\s*[:=]\s*|\s+)[\"'\[]?(?P<address>)(?P<port>\d{2,5})\b(?![.:]\d)",
    (
        r"(?i)\b(?:listening|serving|stage|(?:server|service|app(?:lication)?|api) (?:is )?(?:now )?"
        r"(?:running|started|up|ready)) (?:on|at) (?P<address>)(?P<port>\d{2,5})\b(?![-/:.%]?\d)"
    ),
)
_LOOPBACK = r"^(?:127\.|localhost$|(?:0*:)+0*1$)"
_EVERY = r"^[0:.*+]*$"

# What a program is told of its port: variables that are about the program itself, and flags.
_VARIABLE = (
    r"^(?:(?:HTTPS?|SERVER|LISTEN|APP|WEB|BIND|NODE|UVICORN|FLASK_RUN|GRADIO_SERVER|STREAMLIT_SERVER|GRPC|MY|CONTAINER)_)?PORT$|"
    r"^(?:(?:HTTP|SERVER|APP|GRPC|WEB)_)?(?:BIND|LISTEN|ADDR|ADDRESS)(?:_(?:ADDR|ADDRESS|PORT))?$|"
    r"^ASPNETCORE_(?:URLS|HTTPS?_PORTS)$|^GUNICORN_CMD_ARGS$"
)
_FLAG = (
    r"(?i)^--?(?:(?:http|https|server|listen|bind|web|grpc|serve)[-._]?)*(?:port|p|b|l|bind|listen|addr|address|urls?)"
    r"(?:[-._]?(?:address|addr|port))?$"
)
_VALUE = rf"^(?:\w+://)?(?P<address>{_IP})?:?(?P<port>\d{{2,5}})/?$"
_BIND = rf"(?:--bind|-b)[= ](?P<address>{_IP})?:?(?P<port>\d{{2,5}})\b"
# What nginx, Apache, HAProxy and Spring read from their files.
_DIRECTIVE = rf"(?m)^[ \t]*(?:[Ll]isten|bind|server\.port[ \t]*[=:])[ \t]*(?P<address>{_IP})?:?(?P<port>\d{{2,5}})\b[^\n]*"
_HOST = (
    r"(?i)^(?:--?(?:[a-z]+[-._])?(?:host|bind|address|addr|ip|interface|H)|"
    r"(?:(?:HTTP|SERVER|LISTEN|APP|WEB|BIND|FLASK_RUN|UVICORN|GRADIO_SERVER|STREAMLIT_SERVER)_)?(?:HOST|ADDR|ADDRESS|BIND|LISTEN))$"
)
_LOOPBACK_VALUE = r"^(?:127\.\d+\.\d+\.\d+|localhost|\[?::1\]?)(?::\d+)?$"


class Listening(NamedTuple):
    """An address and a port."""

    address: str
    """Empty where it is not said."""
    port: int
    evidence: Evidence
    up: bool
    """Whether it is said to listen; else that it is meant to."""
    beside: bool
    """Whether it is only for metrics, debugging or administration."""
    tls: bool | None
    """Whether it speaks TLS; None where that is not said."""
    time: datetime | None = None
    """When it was said."""

    @property
    def loopback(self) -> bool:
        return bool(re.match(_LOOPBACK, self.address))

    @property
    def place(self) -> str:
        """As people write it."""
        return f"{self.address}:{self.port}" if self.loopback else f"port {self.port}"


def listening(facts: Facts, container: Container) -> list[Listening]:
    """Where the container listens, as a look from inside or its log says; where neither does, where it is meant to."""
    name = f"listening {container.name}"
    if name not in facts.memo:
        log = facts.log(container)
        facts.memo[name] = seen_listening(facts, container) or (_logged(facts, log) if log else [])
        facts.memo[name] = facts.memo[name] or _told(facts, container)
    return facts.memo[name]


def seen_listening(facts: Facts, container: Container) -> list[Listening]:
    """Where a look from inside saw something listen: the containers of a pod share one network, so not where others do."""
    others = {
        port.get("containerPort")
        for other in facts.containers
        if other.name != container.name
        for port in listing(other.spec.get("ports"))
    }
    seen = [fact for fact in facts.examined(container, "listen") if fact.whole("port") not in (None, *others)]
    return [
        Listening(fact.word("address"), fact.whole("port") or 0, facts.cite_examined(fact), True, False, None)
        for fact in seen
    ]


def _logged(facts: Facts, log: Log) -> list[Listening]:
    found = []
    own = _own_names(facts)
    for index, line in enumerate(log.lines):
        text = re.sub(_ANSI, "", line)
        places = announced(text, own)
        if not places:
            continue
        time = moment(log.times[index]) if index < len(log.times) else None
        up = bool(re.search(_STRONG, text)) or not re.search(_INTENDED, text)
        beside = bool(re.search(_BESIDE, text))
        for address, port, tls in places:
            found.append(Listening(address, port, facts.cite_log(log, index), up, beside, tls, time))
    return found


def _own_names(facts: Facts) -> frozenset[str]:
    """The pod's addresses, and its name, which is its host's name."""
    ips = [str(item.get("ip")) for item in listing(facts.status.get("podIPs"))]
    return frozenset((*ips, str(facts.status.get("podIP") or ""), facts.name))


def announced(text: str, own: frozenset[str] = frozenset()) -> list[tuple[str, int, bool | None]]:
    """Addresses, ports, and whether they speak TLS, if the line is a server's word of where it listens."""
    if not any(c.isdigit() for c in text) and "://" not in text:
        return []
    strong = re.search(_STRONG, text)
    if not strong and (not re.search(_WEAK, text) or re.search(_PEERS, text)):
        return []
    if re.search(_NOT_ITS_OWN, text):
        return []
    found: dict[int, dict[str, bool | None]] = {}
    for match in re.finditer(_URL, text):
        scheme, address = match["scheme"], (match["address"] or "").strip("[]")
        port = int(match["port"] or {"http": 80, "https": 443}.get(scheme, 0))
        tls = {"http": False, "https": True}.get(scheme)
        if _own(address, own):
            found.setdefault(port, {})[address] = tls
    rest = re.sub(_URL, " ", text)
    for pattern in _ADDRESS_PORT:
        for match in re.finditer(pattern, rest):
            address, port = match["address"].strip("[]"), int(match["port"])
            if _own(address, own) and not (found.get(port) and re.match(_EVERY, address)):
                found.setdefault(port, {}).setdefault(address, _tls(text))
    return [(a, port, tls) for port, addresses in found.items() if 0 < port < 65536 for a, tls in addresses.items()]


def _own(address: str, own: frozenset[str]) -> bool:
    return bool(re.match(_EVERY, address) or re.match(_LOOPBACK, address)) or address in own


def _tls(text: str) -> bool | None:
    match = re.search(r"\((https?)\)|\b(https?) (?:server|listener)|protocol=(https?)\b", text, re.I)
    return None if not match else "https" in match[0].lower()


def _told(facts: Facts, container: Container) -> list[Listening]:
    """Where the container is meant to listen, by its command line, else its environment, else its files."""
    return list(_flags(facts, container)) or list(_variables(facts, container)) or list(_files(facts, container))


def _meant(match: re.Match[str], evidence: Evidence) -> Listening:
    tls = True if re.search(r"\bssl\b|https:", match[0]) else None
    return Listening((match["address"] or "").strip("[]"), int(match["port"]), evidence, False, False, tls)


def _flags(facts: Facts, container: Container) -> Iterator[Listening]:
    for name, value, evidence in _arguments(facts, container):
        match = re.match(_VALUE, value)
        if match and (re.match(_FLAG, name) or name == "http.server"):
            yield _meant(match, evidence)


def _arguments(facts: Facts, container: Container) -> Iterator[tuple[str, str, Evidence]]:
    """Flag, value and place of what the pod's own command line says: --port=80, --port 80, or the same within `sh -c`."""
    words = []
    for field in ("command", "args"):
        texts = container.spec.get(field)
        for index, text in enumerate(texts if isinstance(texts, list) else ()):
            path = f"{container.spec_path}.{field}[{index}]"
            words += [(word.strip("'\""), path, str(text)) for word in str(text).split()]
    for at, (word, path, text) in enumerate(words):
        name, equals, value = word.partition("=")
        if not equals and at + 1 < len(words):
            value, path, text = words[at + 1]
        if value:
            yield name, value, facts.cite_pod(path, value if value in text else text)


def _variables(facts: Facts, container: Container) -> Iterator[Listening]:
    for name, path, value in facts.environment(container):
        match = re.match(_VALUE, value) or re.search(_BIND, value)
        if re.match(_VARIABLE, name) and match:
            yield _meant(match, where_set(facts, name, path))


def where_set(facts: Facts, name: str, path: str) -> Evidence:
    """The place of a variable's value: in the pod, or in the ConfigMap that the pod names there."""
    item = mapping(resolve(facts.pod, path))
    if item.get("value") is not None:
        return facts.cite_pod(f"{path}.value")
    config = mapping(item.get("configMapRef")) or mapping(mapping(item.get("valueFrom")).get("configMapKeyRef"))
    key = config.get("key") or name.removeprefix(str(item.get("prefix") or ""))
    return facts.cite(mapping(facts.get("ConfigMap", str(config.get("name")))), f"data[{key}]")


def _files(facts: Facts, container: Container) -> Iterator[Listening]:
    for config, key, text in mounted(facts, container):
        for match in re.finditer(_DIRECTIVE, text):
            yield _meant(match, facts.cite(config, f"data[{key}]", match[0].strip()))


def mounted(facts: Facts, container: Container) -> Iterator[tuple[Object, str, str]]:
    """ConfigMap, key and text of each file that the container has from one."""
    names = {str(item.get("name")) for item in listing(container.spec.get("volumeMounts"))}
    for volume in listing(facts.spec.get("volumes")):
        name = str(mapping(volume.get("configMap")).get("name") or "")
        for key, text in facts.values("ConfigMap", name).items() if name and str(volume.get("name")) in names else ():
            yield mapping(facts.get("ConfigMap", name)), key, text


def told_of(facts: Facts, container: Container, port: int) -> bool:
    """Whether the container's command line, environment or files have that number anywhere."""
    texts = [*container.command, *(value for _, _, value in facts.environment(container))]
    texts += [text for _, _, text in mounted(facts, container)]
    return any(re.search(rf"(?<!\d){port}(?!\d)", text) for text in texts)


class Setting(NamedTuple):
    """An argument or a variable of a container."""

    name: str
    value: str
    evidence: Evidence
    variable: bool
    """Whether it is a variable that the pod itself gives a value."""


def kept_local(facts: Facts, container: Container) -> Setting | None:
    """What tells the container to listen on the loopback address only: a flag, or a variable about itself."""
    for name, value, evidence in _arguments(facts, container):
        if re.match(_HOST, name) and re.match(_LOOPBACK_VALUE, value):
            return Setting(name, value, evidence, False)
    for name, path, value in facts.environment(container):
        if re.match(_HOST, name) and re.match(_LOOPBACK_VALUE, value):
            evidence = where_set(facts, name, path)
            return Setting(name, value, evidence, evidence.field_path == f"{path}.value")
    return None
