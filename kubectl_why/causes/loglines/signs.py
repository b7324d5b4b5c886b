"""Every line of a log that is the sign of a cause, with what it names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ... import hosts
from ...model import Evidence
from ...snapshot import Log
from .records import Record, distinct, meant, readable, records_of
from .table import Row, Span, all_rows, first_hit, present

if TYPE_CHECKING:
    from ...facts import Facts


@dataclass(frozen=True)
class Telling:
    """The line that says why."""

    cause: str
    log: Log
    index: int
    groups: dict[str, str]
    record: Record
    also: tuple[Telling, ...] = ()
    """Further lines of the same record that say the same of something else."""

    @property
    def level(self) -> int:
        return self.record.level

    def __getitem__(self, name: str) -> str:
        """What the line names under that name, or an empty text."""
        return self.groups.get(name, "")

    def every(self, name: str) -> list[str]:
        """All that the record names under that name, in the order in which it is said."""
        lines = sorted((self, *self.also), key=lambda line: line.index)
        return list(dict.fromkeys(line[name] for line in lines if line[name]))

    @property
    def text(self) -> str:
        """The line itself."""
        return self.log.lines[self.index]

    def lines(self) -> Iterator[tuple[int, str]]:
        """The lines of its record as they were meant, each with the index of the log's line that it stands in."""
        for index in range(self.record.start, self.record.end + 1):
            for text in readable(self.log.lines[index]):
                yield index, text

    def evidence(self, facts: Facts) -> tuple[Evidence, ...]:
        """The quotation."""
        return (facts.cite_log(self.log, self.index),)


# Where the text of a field ends, in JSON and in logfmt.
_REST = r'"\s*(?:,\s*"[\w.@-]+(?:"\s*:|"?$)|\}|\s[\w.-]+=)'
_NUMBERED = r"^\s*(?:\d+: )?"
# What a process that still runs can say of why it is not ready, or was killed by a probe: that it waits for a peer.
OF_PEERS = frozenset(
    (
        "connection-refused",
        "connection-timeout",
        "dns-not-found",
        "tls-failure",
        "authentication-failed",
        "database-not-ready",
        "rbac-forbidden",
    )
)
# What a client says of its peer and a server of its clients, in the same words; and how a server names a client: sshd,
# nginx, httpd, dovecot, postfix, NATS, HAProxy.
_OF_EITHER_SIDE = frozenset(("authentication-failed", "tls-failure"))
_TURNED_AWAY = (
    r"\[client |\bclient: [\d\[]|\brip=|\bunknown\[[\d.]+\]|\bcid:\d|[\"']?(?:source|client[-_]?(?:ip|addr\w*))[\"']?[:=] ?[\"']?\d"
    r"|\bremote[-_]?addr\w*[\"']?[:=] ?[\"']?[\d.]+:(?:3[2-9]|[4-6]\d)\d{3}\b"
    r"|\b(?:for|user|login|attempt|connection|handshake error|request|client)\b[^\n]{0,60} from /?\[?\d[\d.:]{6}"
    r"|(?:^|: )[\d.]+:\d+ \[[^\]\n]+\] [\w~-]+/\d+: "
)
# How clients that tell their progress say what came of it, whom they ask before that, and how many lines lie between.
_COMPLAINT = (
    r"^(?:curl|wget|nc): |^HTTP request sent|^Username/Password|^\d{4}-\d\d-\d\d [\d:]{8} ERROR \d|^ERROR: |^GnuTLS: "
    r"|^OpenSSL: |^Unable to establish SSL|^telnet: |^Mongo\w*Error|Problem with dial: "
)
_ASKING = r"^--\d{4}-\d\d-\d\d [\d:]{8}--  \w+://|^Connecting to \S+ \([^()|\s]+\)$|^Connecting to:\s+mongodb|Waiting for: \w+://|\* Connected to \S+ \(\S+\) port \d"
_PROGRESS = 40


def matches(log: Log, exit_code: int | None = None) -> list[Telling]:
    """Every line that is the sign of something, with the first row that says of what."""
    read = meant(log)
    texts = _with_context([text for _, text in read])
    needles = present("\n".join(texts).lower())
    rows = [row for row in all_rows() if row.needle in needles and row.exit_code in (None, exit_code or row.exit_code)]
    spans: dict[Row, list[Span]] = {}
    hits = {at: hit for at, text in enumerate(texts) if (hit := first_hit(rows, texts, at, spans))}
    if not hits:
        return []
    records = records_of(texts)
    for record in distinct(records):
        record.start, record.end = read[record.start][0], read[record.end][0]
        record.handling = record.handling and read[record.handling][0]
    found = []
    for at, hit in hits.items():
        record, quotes = records[at]
        if quotes and not hit.row.spans:
            hit = first_hit([row for row in rows if row.spans], texts, at, spans)
        if hit and hit.row.cause != "noise":
            groups = {name: _plain(value) for name, value in hit.match.groupdict().items() if value is not None}
            if hit.row.cause in OF_PEERS:
                groups = _with_peer(groups, texts[at], hit.match.start())
                groups |= _asked(texts, at, groups)
            if hit.row.cause not in _OF_EITHER_SIDE or not _of_a_client(texts[at]):
                found.append(Telling(hit.row.cause, log, read[hit.at][0], groups, record))
    return found


def _of_a_client(text: str) -> bool:
    """Whether a server says it of a client that it turned away: that is no failure of the server."""
    return bool(re.search(_TURNED_AWAY, text)) and "upstream" not in text


def _with_context(texts: list[str]) -> list[str]:
    """The lines, where each cause of a chain as Rust writes it follows its context in one line, as Go writes it."""
    found = list(texts)
    for at, text in enumerate(texts):
        if text.strip() != "Caused by:":
            continue
        context = next((before.strip() for before in reversed(texts[max(0, at - 3) : at]) if before.strip()), "")
        for below in range(at + 1, len(texts)):
            if not texts[below].startswith("  "):
                break
            context = f"{context}: {re.sub(_NUMBERED, '', texts[below])}"
            found[below] = f"    {context}"
    return found


def _plain(value: str) -> str:
    """What a line names, without what follows it in a structured line."""
    return re.split(_REST, value, maxsplit=1)[0].strip()


def _with_peer(groups: dict[str, str], text: str, at: int) -> dict[str, str]:
    """The groups with the peer's host and port, as the line names them anywhere near."""
    said = hosts.bare(groups.pop("host", "") or groups.get("address", ""))
    near = [peer for peer in hosts.named(text[max(0, at - 600) : at + 1000]) if peer.host != groups.get("client")]
    peers = [peer for peer in near if peer.host == said] if hosts.plausible(said) else near
    if hosts.is_address(said):
        # Of a name and an address in one line, such as a URL and what was dialled, the name says more.
        peers = [
            peer for peer in near if not hosts.is_address(peer.host) and groups.get("port", "") in ("", str(peer.port))
        ] or peers
    peer = peers[0] if peers else hosts.Peer(said if hosts.plausible(said) else "")
    port = groups.get("port") or str(peer.port or "")
    return {**groups, **{name: value for name, value in (("host", peer.host), ("port", port)) if value}}


def _asked(texts: list[str], at: int, said: dict[str, str]) -> dict[str, str]:
    """Whom a client said that it asks, before it said what came of that, and of whom by no more than an address."""
    host, port = said.get("host", ""), said.get("port", "")
    if (host and not hosts.is_address(host)) or not re.search(_COMPLAINT, texts[at]):
        return {}
    for text in reversed(texts[max(0, at - _PROGRESS) : at]):
        for peer in hosts.named(text) if re.search(_ASKING, text) else ():
            if port in ("", str(peer.port)):
                return {"host": peer.host, "port": str(peer.port or "")}
    return {}
