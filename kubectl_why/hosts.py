"""Hosts and ports that a text names: a log line, an environment variable, a command. Pure functions of text."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple


class Peer(NamedTuple):
    """Whom a process wants to reach. `port` is 0 where none is named."""

    host: str
    port: int = 0

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}" if self.port else host


_DEFAULT_PORTS = """
    http 80, https 443, ws 80, wss 443, grpc 0, tcp 0, udp 0, ssl 0, tls 0, dns 0, postgres 5432,
    postgresql 5432, pgsql 5432, cockroachdb 26257, mysql 3306, mysqlx 33060, mariadb 3306, sqlserver 1433,
    mssql 1433, oracle 1521, mongodb 27017, redis 6379, rediss 6379, valkey 6379, memcached 11211, amqp 5672,
    amqps 5671, pyamqp 5672, amqp091 5672, nats 4222, stomp 61613, mqtt 1883, mqtts 8883, kafka 9092,
    pulsar 6650, zookeeper 2181, zk 2181, elasticsearch 9200, clickhouse 9000, cassandra 9042, bolt 7687,
    neo4j 7687, ldap 389, ldaps 636, smtp 25, smtps 465, ftp 21, sftp 22, ssh 22, etcd 2379, consul 8500,
    vault 8200, influxdb 8086
"""
PORTS = {scheme: int(port) for scheme, port in (pair.split() for pair in _DEFAULT_PORTS.split(","))}
"""The schemes that clients take, with the port that is meant where none is written."""


class _Pattern:
    """A regular expression that is compiled when it is needed first: most runs need none.

    `needles` are lower-case texts of which every text that it matches contains one.
    """

    def __init__(self, pattern: str, flags: int = 0, needles: tuple[str, ...] = ()) -> None:
        self._arguments = pattern, flags
        self._needles = needles

    @cached_property
    def compiled(self) -> re.Pattern[str]:
        return re.compile(*self._arguments)

    def found(self, text: str) -> Iterator[re.Match[str]]:
        """Where it matches."""
        lower = text.lower()
        return self.compiled.finditer(text) if any(needle in lower for needle in self._needles) else iter(())


_NAME = r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,62}[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9_-]{0,62}[A-Za-z0-9])?){0,8}\.?"
_SIX = r"\[[0-9A-Fa-f:.]{2,45}(?:%\w+)?\]"
_URL = _Pattern(
    r"(?<![A-Za-z0-9+.-])(?P<scheme>[A-Za-z][A-Za-z0-9+.-]{1,40})://(?:[^\s/@\"'<>]{0,200}@)?(?P<rest>[^\s/?\"'<>)\\]{1,400})"
)
_IN_URL = _Pattern(rf"(?P<host>{_SIX}|{_NAME})(?::(?P<port>\d{{1,5}}))?")
# host='db', port=443; host=db port=5432; Server=db,1433;; hostname: 'db'; "host":"db","port":5432; (host=db)(port=3306);
# server at "db", port 5432
_FIELD = _Pattern(
    rf"""(?ix)(?<![\w.-])["']?(?:host|hostname|server|address|addr|data[ ]source|remote_?address|peer|target)["']?
    \s{{0,2}}[=:]\s{{0,2}}["'/]?(?:tcp:)?(?P<host>{_SIX}|{_NAME})
    (?:[,:](?P<near>\d{{1,5}})\b|["')]?[;,(]?\s{{0,2}}["']?port["']?\s{{0,2}}[=:]\s{{0,2}}["']?(?P<port>\d{{1,5}}))?""",
    needles=("host", "server", "addr", "source", "peer", "target"),
)
_SERVER_AT = _Pattern(
    rf"""(?ix)(?:server|host|broker|node|service)\s(?:at|on|named)\s(?:host\s)?["'`](?P<host>{_NAME})["'`]
    (?:\s\((?P<address>[0-9A-Fa-f.:]{{3,45}})\))?(?:[,]?\s(?:on\s)?port\s(?P<port>\d{{1,5}}))?""",
    needles=("server", "host", "broker", "node", "service"),
)
_PAIR = _Pattern(rf"(?<![\w.@/%:-])(?P<host>{_SIX}|{_NAME}):(?P<port>\d{{2,5}})(?!:\S|[\w.-]*[A-Za-z]|\.\d)")
# An address as Python shows it.
_TUPLE = _Pattern(rf"\(['\"](?P<host>{_NAME})['\"], (?P<port>\d{{2,5}})[,)]", needles=("('", '("'))
# How tools are told whom to reach, and tell it: nc HOST PORT, /dev/tcp/HOST/PORT, -h HOST -p PORT, to HOST port PORT.
_COMMAND = _Pattern(
    rf"""\b(?:nc|ncat|netcat|telnet)(?:\s-\w+(?:\s\d+)?){{0,5}}\s(?P<nc>{_NAME})\s(?P<nc_port>\d{{2,5}})\b
    |/dev/tcp/(?P<dev>{_NAME})/(?P<dev_port>\d{{2,5}})
    |\b(?:host|to|server)\s[\"'`]?(?P<at>{_NAME})[\"'`]?(?:\s\([^)]{{1,60}}\))?,?\s(?:on\s)?port\s(?P<at_port>\d{{1,5}})\b
    |\s(?:-h|--host)[=\s](?P<client>{_NAME})(?:.{{0,60}}?\s(?:-p|-P|--port)[=\s](?P<port>\d{{2,5}}))?""",
    re.VERBOSE,
    needles=("nc", "netcat", "telnet", "/dev/tcp/", "port", "-h"),
)
# A name that stands bare after what was done with it, or before what came of that.
_SAID = _Pattern(
    rf"""(?:\blookup|\bENOTFOUND|\bEAI_AGAIN|(?:not|n't|to)\s[Rr]esolve(?:\shost(?:name)?)?:?|UnknownHostException:|host\sname|\baddress|can't\sfind|server\shost
    |upstream(?=\s[\"'`])|nslookup|ping|getent\shosts)\s[\"'`]?(?P<host>{_NAME})
    |(?<![\w.-])(?P<said>{_NAME}):\s(?:Name\sor\sservice|Temporary\sfailure\sin|Name\sdoes\snot|NXDOMAIN|nxdomain)""",
    re.VERBOSE,
)
_FOUR = r"(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)"
_BARE = _Pattern(rf"(?<![\w.:/-])(?P<host>{_FOUR})(?![\w:-]|\.\d)")
# As Java writes an address with its name: db/10.0.0.1:5432, /10.0.0.1:5432, db/<unresolved>:5432.
_RESOLVED = _Pattern(
    rf"(?<![\w.@/%:-])(?:(?P<host>{_NAME})/(?:{_FOUR}|<unresolved>)|/(?P<address>{_FOUR})):(?P<port>\d{{2,5}})(?![\w.])"
)
# What was dialled, and the name that it has: pgx.
_DIALLED = _Pattern(rf"(?<![\w.:])(?:{_FOUR}|{_SIX}):(?P<port>\d{{1,5}}) \((?P<host>{_NAME})\): ")
_TCP = _Pattern(rf"@(?:tcp|tcp4)\((?P<host>{_NAME}):(?P<port>\d{{1,5}})\)")
_THIN = _Pattern(rf"@(?://)?(?P<host>{_NAME}):(?P<port>\d{{2,5}})[:/]")
# What stands before a colon and a number and is no host: a place in a source file, a field of a structured line.
_SOURCE = _Pattern(
    r"(?i)\.(?:go|java|kt|scala|groovy|clj|py|pyx|rb|php|rs|js|cjs|mjs|ts|tsx|jsx|cs|fs|c|cc|cpp|h|hpp|ex|exs|erl|lua|pl|pm|sh|swift"
    r"|conf|cfg|ini|ya?ml|json|xml|toml|properties|sql|html?|log|cnf)$"
)
_WORD_WITH_NUMBER_TEXT = """
    line port pid tid code status errno error took size count column col attempt attempts retry retries level
    time id uid gid exit version step try main thread worker date at in of to msg number num total position
    offset byte bytes ms sec seconds length timeout delay duration tries
"""
_WORD_WITH_NUMBER = frozenset(_WORD_WITH_NUMBER_TEXT.split())
_WORD = _Pattern(rf"(?<![\w.-]){_NAME}(?![\w-])")
_CLASS = _Pattern(r"(?:[a-z](?:Error|Exception|Failure)|^[A-Z]\w*(?:\.[A-Z]\w*)+)$")
_NO_HOST_TEXT = """
        null none nil undefined true false unknown the a an and is not this that it its your any all each
    other tcp udp unix http https     string object getaddrinfo gethostbyname error errors err warning warn
    info debug fatal failed failure exception socketerror     gaierror dns resolve resolver lookup host
    hostname server address database remote to for at code errno syscall cause message reason     connect connection
    status name names information context net dial x509 tls eof
"""
_NO_HOST = frozenset(_NO_HOST_TEXT.split())
# The pod's own name, in each line of Node's loggers (pino, bunyan).
_WHO_LOGS = _Pattern(r"\"pid\":\d+,\"hostname\":\"[^\"]*\"|\"hostname\":\"[^\"]*\",\"pid\":\d+")
_FIRST_PORT = 20
_LAST_PORT = 65535


def named(text: str) -> list[Peer]:
    """The hosts and ports that a text names, names before addresses, each once."""
    found: dict[Peer, None] = {}
    if '"pid":' in text:
        text = _WHO_LOGS.compiled.sub("", text)
    for peer in (*_of_urls(text), *_of_fields(text), *_of_pairs(text)):
        if plausible(peer.host):
            found.setdefault(peer)
    if not found:
        found.update(
            dict.fromkeys(
                Peer(bare(m["host"] or m["said"]))
                for m in _SAID.compiled.finditer(text)
                if plausible(m["host"] or m["said"])
            )
        )
    for match in _BARE.compiled.finditer(text):
        if not any(peer.host == match["host"] for peer in found):
            found.setdefault(Peer(match["host"]))
    with_port = {peer.host for peer in found if peer.port}
    peers = [peer for peer in found if peer.port or peer.host not in with_port]
    return sorted(peers, key=lambda peer: is_address(peer.host))


def _of_urls(text: str) -> Iterator[Peer]:
    for match in _URL.compiled.finditer(text) if "://" in text else ():
        scheme = match["scheme"].lower().split("+")[0].split(":")[-1]
        for part in match["rest"].split(","):
            part = part.rpartition("@")[2]
            host = _IN_URL.compiled.match(part)
            if host:
                yield Peer(bare(host["host"]), _port(host["port"]) or PORTS.get(scheme, 0))
    for pattern in (_TCP, _THIN) if "@" in text else ():
        for match in pattern.compiled.finditer(text):
            yield Peer(bare(match["host"]), _port(match["port"]))


def _of_fields(text: str) -> Iterator[Peer]:
    for match in _COMMAND.found(text):
        for host, port in (("nc", "nc_port"), ("dev", "dev_port"), ("at", "at_port"), ("client", "port")):
            if match[host]:
                yield Peer(bare(match[host]), _port(match[port]))
    for match in _SERVER_AT.found(text):
        yield Peer(bare(match["host"]), _port(match["port"]))
    for match in _FIELD.found(text):
        yield Peer(bare(match["host"]), _port(match["near"] or match["port"]))


def _of_pairs(text: str) -> Iterator[Peer]:
    for match in _RESOLVED.compiled.finditer(text) if "/" in text else ():
        yield Peer(bare(match["host"] or match["address"]), _port(match["port"]))
    for match in _DIALLED.compiled.finditer(text) if " (" in text else ():
        if plausible(match["host"]):
            yield Peer(bare(match["host"]), _port(match["port"]))
    for match in (*_PAIR.compiled.finditer(text), *_TUPLE.found(text)):
        host, port = bare(match["host"]), _port(match["port"])
        if port > _FIRST_PORT and not _SOURCE.compiled.search(host) and host.lower() not in _WORD_WITH_NUMBER:
            yield Peer(host, port)


def plausible(host: str) -> bool:
    """Whether that can be a host's name, and is no word of the sentence around it, no class and no file."""
    if is_address(host):
        return True
    named_so = re.search(r"[A-Za-z]", host) and not _SOURCE.compiled.search(host) and not _CLASS.compiled.search(host)
    return bool(named_so) and host.lower() not in _NO_HOST


def bare(host: str) -> str:
    """A host without brackets and without the dot that makes it absolute."""
    return host.strip("[]").rstrip(".")


def _port(text: str | None) -> int:
    return int(text) if text and text.isdigit() and int(text) <= _LAST_PORT else 0


def value(text: str, port: str = "") -> list[Peer]:
    """The hosts that the value of a setting names: a URL, a DSN, a list of host:port, or nothing but a host's name."""
    peers = named(text)
    if not peers and re.fullmatch(rf"\s*{_NAME}(?:\s*,\s*{_NAME}){{0,9}}\s*", text):
        peers = [Peer(bare(item.strip())) for item in text.split(",")]
        peers = [peer for peer in peers if is_address(peer.host) or re.search("[A-Za-z]", peer.host)]
    return [peer if peer.port else peer._replace(port=_port(port)) for peer in peers]


# Settings whose bare value is a host's name. HOSTNAME is the pod's own.
_HOST_SETTING = _Pattern(
    r"(?i)(?:HOST|HOSTS|(?<!^)HOSTNAME|HOST_?NAME|SERVERS?|ADDR|ADDRESS(?:ES)?|ENDPOINTS?|UR[LI]|DSN|BROKERS?|BOOTSTRAP|UPSTREAM"
    r"|PEERS?|SEEDS?|NODES?|MASTER|PRIMARY|CONTACT_POINTS|SERVICE|TARGET|BACKEND)$"
)


def of_setting(name: str, text: str, port: str = "") -> list[Peer]:
    """The hosts that a setting of that name and value names, such as a variable: as `value` where its name tells so."""
    return value(text, port) if _HOST_SETTING.compiled.search(name) else named(text)


def words(text: str) -> set[str]:
    """Every word of a text that could be a host's name."""
    return {bare(word) for word in _WORD.compiled.findall(text)}


def is_address(host: str) -> bool:
    """Whether it is an IP address and no name."""
    if not host[-1:].isdigit() and ":" not in host:
        return False
    try:
        ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True


def is_loopback(host: str) -> bool:
    """Whether it is the pod itself that is meant: all containers of a pod share one loopback interface."""
    if host.lower().rstrip(".") in ("localhost", "localhost.localdomain", "ip6-localhost"):
        return True
    return is_address(host) and ipaddress.ip_address(host.partition("%")[0]).is_loopback


def is_inside(host: str) -> bool:
    """Whether it is an address that a pod may have: a private one, and not the pod's own loopback."""
    return is_address(host) and not is_loopback(host) and not ipaddress.ip_address(host.partition("%")[0]).is_global


def is_outside(host: str) -> bool:
    """Whether it is certainly none of the cluster's: a public address, or a name under a domain of the internet."""
    if is_address(host):
        return ipaddress.ip_address(host.partition("%")[0]).is_global
    labels = host.lower().rstrip(".").split(".")
    return len(labels) > 1 and labels[-1] in _OUTSIDE and labels[-1] not in _PRIVATE and "svc" not in labels


class ServiceName(NamedTuple):
    """The Service that a host's name can mean."""

    name: str
    namespace: str


_LABEL = _Pattern(r"[a-z](?:[-a-z0-9]{0,61}[a-z0-9])?")
_NAMESPACE = _Pattern(r"[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?")
# What a name ends with that is the internet's, or a network's own. `dev` and `app` are namespaces as often.
_OUTSIDE_TEXT = """
    com net org io edu gov mil info biz cloud eu de uk us fr nl be ch at es it pl se no dk fi cz jp cn in br
    ru au ca nz kr sg co me tv ai so sh local internal lan corp home intranet localdomain example invalid arpa
    onion azure
"""
_OUTSIDE = frozenset(_OUTSIDE_TEXT.split())
# Of these, those that a network gives itself.
_PRIVATE = frozenset(("local", "internal", "lan", "corp", "home", "intranet", "localdomain", "example", "invalid", "arpa"))


def services(host: str, namespace: str) -> list[ServiceName]:
    """The Services that a host's name can mean to a pod of that namespace, the likeliest first; none if it is outside.

    Source: the DNS specification of Kubernetes (SERVICE.NAMESPACE.svc.DOMAIN, and HOSTNAME.SERVICE... for a pod behind a
    headless Service), and the search list that the kubelet gives a pod with dnsPolicy ClusterFirst.
    """
    labels = host.lower().rstrip(".").split(".")
    if labels[-2:] == ["cluster", "local"] and "svc" not in labels:
        labels = labels[:-2]  # a resolver that goes through its search list says each try
    if is_address(host) or is_loopback(host) or not all(_NAMESPACE.compiled.fullmatch(label) for label in labels):
        return []
    if "svc" in labels[1:]:
        before = labels[: labels.index("svc", 1)]
        pair = before[-2:] if len(before) > 1 else [before[0], namespace]
        return [ServiceName(*pair)] if _LABEL.compiled.fullmatch(pair[0]) else []
    if len(labels) == 1:
        return [ServiceName(labels[0], namespace)] if _LABEL.compiled.fullmatch(labels[0]) else []
    if len(labels) == 2 and labels[1] not in _OUTSIDE:
        # A StatefulSet's pod is reached as POD.SERVICE in its own namespace.
        found = [ServiceName(labels[0], labels[1])]
        pod = re.fullmatch(r".+-\d+", labels[0])
        return [ServiceName(labels[1], namespace), *found] if pod and _LABEL.compiled.fullmatch(labels[1]) else found
    return []
