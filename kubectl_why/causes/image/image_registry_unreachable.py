from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...model import Confidence, Finding, now, proper
from .. import cause
from . import new_image, pulls

if TYPE_CHECKING:
    from ...facts import Facts

# What happened, by the words for it.
_HOW = (
    (r"proxyconnect|Proxy Authentication|\b407\b|\": Forbidden$", "is not reached through the node's proxy"),
    ("no such host|server misbehaving|name resolution", "does not resolve"),
    ("connection refused", "refuses the connection"),
    ("no route to host|network is unreachable|host is down", "cannot be reached from the node"),
    (r"\b5\d\d\b", "answers with a server error"),
    ("connection reset|EOF", "breaks the connection"),
    ("", "does not answer in time"),
)


@cause()
def image_registry_unreachable(facts: Facts) -> Iterator[Finding]:
    """The registry's name does not resolve, or it does not answer.

    The node asks, not the pod: with the node's DNS, routes and proxy, so that a name that pods resolve by the cluster's own
    DNS means nothing to it. A server error of the registry (5xx) counts as no answer. A certificate that is refused is
    image-registry-untrusted.

    Fix: correct the registry's name in the image, or mend the node's DNS, route, firewall or proxy; the kubelet tries again
    by itself.

    Source: pkg/kubelet/images/image_manager.go, 1.36; errors of the runtime's HTTP client.
    """
    for pull in pulls(facts, "image-registry-unreachable"):
        how = next(words for pattern, words in _HOW if re.search(pattern, pull.text, re.IGNORECASE))
        host = pull.host
        serves = "" if host == pull.registry else f", asked for {pull.registry},"
        node = facts.spec.get("nodeName")
        remedies = [
            proper(f"mend how {f'node {node}' if node else 'the node'} reaches {host}: DNS, route, firewall or proxy")
        ]
        if how == "does not resolve" and pull.repository.startswith(host):
            remedies.insert(0, new_image(facts, pull, "REGISTRY" + pull.image[len(host) :]))
        else:
            remedies.insert(0, now(f"wait until {host} answers: the kubelet tries again by itself"))
        yield Finding(
            f"registry {host}{serves} {how}: image {pull.image} cannot be pulled",
            Confidence.CERTAIN,
            pull.container.name,
            (pull.evidence,),
            tuple(remedies),
        )
