from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...model import Confidence, Finding, proper
from .. import cause
from .peers import GENERAL, named, told

if TYPE_CHECKING:
    from ...facts import Facts

# In this order: a name that does not match is told by words that others use too.
_PROBLEMS = (
    (
        r"(?<!or is )not yet valid|NotYetValid",
        "the certificate of {} is not valid yet",
        "correct the clock, or wait until the certificate is valid",
    ),
    (r"expired|NotAfter", "the certificate of {} has expired", "renew the certificate"),
    (
        r"altname|mismatch|not valid for|is valid for|does not match|did not match|alternative|legacy Common Name"
        r"|cannot validate certificate for",
        "the certificate of {} is for another name",
        "dial a name that the certificate has, or add this name to it",
    ),
    (
        r"HTTP response to HTTPS|does not look like a TLS|wrong.version|not support SSL|SSL is not enabled|refused TLS"
        r"|not an SSL/TLS record|unrecognized SSL|HTTP_REQUEST|http request|packet length too long|record layer failure"
        r"|InvalidContentType|EPROTO",
        "{} does not speak TLS on that port",
        "dial without TLS, or the port that speaks it",
    ),
    (
        r"unknown.authority|self.signed|unable to (?:verify|get|find)|UNABLE_TO|PKIX|UnknownIssuer|unknown.ca|not trusted"
        r"|trustAnchors"
        r"|ChainErrors|UntrustedRoot|PartialChain|unknown certificate|certificate verify failed|CERTIFICATE_VERIFY_FAILED",
        "the certificate of {} is signed by nobody that the client trusts",
        "give the container the authority's certificate, and name its file to the client",
    ),
    (
        r"certificate.required|bad certificate|no certificates|MissingCertificate",
        "{} wants a client certificate, or refuses it",
        "give the client its certificate",
    ),
)


@cause(explains=GENERAL)
def tls_failure(facts: Facts) -> Iterator[Finding]:
    """A certificate is expired, untrusted or for another name, or the protocol fails.

    The connection was made, and the two could not agree on encryption: the certificate's dates, its signer or its names do
    not fit, or one side speaks plain text.

    Fix: renew the certificate, trust its authority, dial a name that it has, or agree on TLS or no TLS. Never switch the
    verification off for good.

    Source: RFC 5280, certificate validation; RFC 8446, TLS 1.3.
    """
    for item in told(facts, "tls-failure"):
        text = item.line.log.lines[item.line.index] if item.line else ""
        problem = item.line["problem"] if item.line else ""
        message, fix = (
            f"the TLS handshake with {{}} fails{f': {problem}' if problem else ''}",
            "see what the two sides support",
        )
        for pattern, says, mends in _PROBLEMS:
            if re.search(pattern, text, re.IGNORECASE):
                message, fix = says, mends
                break
        yield Finding(
            message.replace("{}", named(item) if item.peer.host else "the peer"),
            Confidence.POSSIBLE,
            item.container.name,
            item.evidence(facts),
            (proper(fix),),
        )
