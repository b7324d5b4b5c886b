"""A script that waits for a peer in a loop, with a client that says nothing: only what the script itself says tells whom."""

from __future__ import annotations

import re

from ... import hosts
from ...snapshot import Log
from .levels import PLAIN
from .records import Record
from .signs import Telling

_WAITS = (
    r"(?i)\b(?:wait(?:ing|s)? (?:for|on|until)|(?:trying|retrying|attempting) to (?:connect|reach)|(?:still )?no answer from)\b"
    r"(?!.*\b(?:connections?|requests?|clients?|signals?|jobs?|tasks?|work)\b)"
)
# Of so many last lines, as many at most may follow the last that waits: that it gives up.
_ENDS, _GIVES_UP = 4, 1
_CAME = r"(?i)\b(?:is|are|now) (?:up|open|ready|available|reachable|there)\b|\b(?:succeeded|connected)\b"
_OWN = r"0\.0\.0\.0$|127\.|localhost$|::1?$"


def awaited(log: Log) -> Telling | None:
    """The last line with which a loop says that it waits for a host and its port, where the log ends in such lines."""
    filled = [index for index, text in enumerate(log.lines) if text.strip()][-_ENDS:]
    waits = [index for index in filled if re.search(_WAITS, log.lines[index])]
    peers = [peer for index in waits for peer in hosts.named(log.lines[index])[:1] if peer.port]
    after = filled[filled.index(waits[-1]) + 1 :] if waits else []
    if len(after) > _GIVES_UP or any(re.search(_CAME, log.lines[index]) for index in after):
        return None
    if len(waits) < 2 or len(peers) < len(waits) or len(set(peers)) > 1 or re.match(_OWN, peers[0].host):
        return None
    groups = {"host": peers[0].host, "port": str(peers[0].port)}
    return Telling("connection-timeout", log, waits[-1], groups, Record(PLAIN, waits[-1], waits[-1]))
