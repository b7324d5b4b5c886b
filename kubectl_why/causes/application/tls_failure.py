from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...model import Confidence, Evidence, Finding, proper
from .. import cause
from ..lifecycle import span
from .peers import GENERAL, named, told

if TYPE_CHECKING:
    from ...facts import Container, Facts

_OF_TIME = r"not valid yet|has expired"
# Seconds by which clocks may differ, the time of the look itself among them.
_MUCH = 600
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
        skew = _skew(facts, item.container) if re.search(_OF_TIME, message) else None
        wrong = f": the clock of its node is {span(abs(skew[0]))} {'ahead' if skew[0] > 0 else 'behind'}" if skew else ""
        yield Finding(
            message.replace("{}", named(item) if item.peer.host else "the peer") + wrong,
            Confidence.LIKELY if skew else Confidence.POSSIBLE,
            item.container.name,
            (*item.evidence(facts), *((skew[1],) if skew else ())),
            (proper("correct the node's clock (NTP)" if skew else fix),),
        )


def _skew(facts: Facts, container: Container) -> tuple[float, Evidence] | None:
    """By how many seconds the container's clock, which is its node's, is ahead of the server's; None where it is not."""
    for fact in facts.examined(container, "clock"):
        epoch = fact.number("epoch")
        if epoch is not None and abs(epoch - facts.now.timestamp()) > _MUCH:
            return epoch - facts.now.timestamp(), facts.cite_examined(fact)
    return None
