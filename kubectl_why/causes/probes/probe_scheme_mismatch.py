from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...model import Confidence, Evidence, Finding, now, proper
from .. import cause
from . import Failing, failing, last_line, patch
from .listening import listening
from .probe_failed import probe_failed
from .probe_path_wrong import probe_path_wrong
from .probe_timeout import probe_timeout

if TYPE_CHECKING:
    from ...facts import Facts

# What Go's client says of a server that answers in plain text to TLS, or with a TLS alert (0x15) to plain text.
_PLAIN = r"server gave HTTP response to HTTPS client|first record does not look like a TLS handshake"
_ALERT = r'malformed HTTP response "\\x15\\x03'
# A server that gets the other scheme may as well just hang up, wait, or answer 400: then something else has to tell.
_UNCLEAR = r"\bEOF\b|connection reset|statuscode: 400|TLS handshake timeout|deadline exceeded|broken pipe"
_GOT_PLAIN = (
    r"(?i)plain HTTP request.*HTTPS port|HTTP request to an HTTPS server|SSL: HTTP_REQUEST|http request \(_ssl|NotSslRecord|"
    r"not an SSL/TLS record|first record does not look like a TLS handshake|wrong version number|ssl3?_get_record|"
    r"Unrecognized SSL message|requires TLS"
)
_GOT_TLS = (
    r"(?i)\\x16\\x03|\\u0016\\u0003|Bad (?:HTTP/0\.9 )?request (?:version|syntax)|Invalid HTTP request received|"
    r"Invalid character found in method name|Invalid method encountered|HTTP parse error, malformed request"
)
_TLS_PORTS = frozenset((443, 6443, 8443, 9443, 10250))


@cause(explains=[probe_failed, probe_path_wrong, probe_timeout])
def probe_scheme_mismatch(facts: Facts) -> Iterator[Finding]:
    """HTTPS is asked of a plain HTTP port, or the reverse.

    The kubelet says so (`server gave HTTP response to HTTPS client`, `malformed HTTP response "\\x15\\x03`), or the
    connection ends without an answer, or with 400, and the log or the port's name tells which scheme is spoken there. The
    kubelet does not verify certificates: an untrusted or expired one fails no probe.

    Fix: set the probe's scheme to the one that the port speaks.

    Source: pkg/probe/http/http.go, 1.36; net/http and crypto/tls of Go.
    """
    for found in failing(facts):
        if found.handler != "httpGet":
            continue
        sure = bool(re.search(_PLAIN if found.scheme == "HTTPS" else _ALERT, found.text))
        hint = None if sure else _hint(facts, found)
        if not sure and not hint:
            continue
        right = "HTTP" if found.scheme == "HTTPS" else "HTTPS"
        command = patch(facts, found, found.everywhere("scheme", right))
        words = facts.change(f"scheme {right} in the {found.probe} probe")
        yield Finding(
            found.says(f"asks {found.scheme} of {found.port_words}, which speaks {right}"),
            Confidence.CERTAIN if sure else Confidence.LIKELY,
            found.container.name,
            (*found.evidence(facts, "scheme"), *([hint] if hint else [])),
            (now(command=command) if command else now(words), proper(words)),
        )


def _hint(facts: Facts, found: Failing) -> Evidence | None:
    """What tells that the port speaks the other scheme, where the answer itself does not."""
    if not re.search(_UNCLEAR, found.text):
        return None
    line = last_line(facts, found.container, _GOT_TLS if found.scheme == "HTTPS" else _GOT_PLAIN)
    if line:
        return line
    places = [place for place in listening(facts, found.container) if place.port == found.port and place.tls is not None]
    if places:
        return next((place.evidence for place in places if place.tls != (found.scheme == "HTTPS")), None)
    if found.scheme == "HTTP" and "deadline" not in found.text:
        for index, port in enumerate(found.ports):
            number_, name = port.get("containerPort"), str(port.get("name") or "")
            if number_ == found.port and (number_ in _TLS_PORTS or "https" in name or "tls" in name):
                return facts.cite_pod(f"{found.container.spec_path}.ports[{index}].{'name' if name else 'containerPort'}")
    return None
