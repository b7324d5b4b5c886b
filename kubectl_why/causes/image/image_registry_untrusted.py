from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...model import Confidence, Finding, proper
from .. import cause
from . import pulls

if TYPE_CHECKING:
    from ...facts import Facts

_PLAIN = r"(?i)HTTP response to HTTPS client|not look like a TLS"
_DETAIL = r"(?i)(?:.*x509: |.*\btls: |.*?(?=certificate ))(?P<why>[^\n]+)"


@cause()
def image_registry_untrusted(facts: Facts) -> Iterator[Finding]:
    """TLS to the registry fails: unknown authority, expired, another name, or plain HTTP.

    The node's runtime checks the certificate, with the authorities that the node knows: those in the pod's image or in a
    ConfigMap do not count. A handshake that only takes too long is image-registry-unreachable.

    Fix: give the runtime on every node the authority's certificate (containerd: /etc/containerd/certs.d/HOST/hosts.toml,
    CRI-O and Docker: /etc/containers/certs.d or /etc/docker/certs.d), or renew the registry's certificate. A registry that
    speaks plain HTTP has to be named as such in the same place.

    Source: pkg/kubelet/images/image_manager.go, 1.36; containerd's docs/hosts.md.
    """
    for pull in pulls(facts, "image-registry-untrusted"):
        detail = re.search(_DETAIL, pull.text)
        if re.search(_PLAIN, pull.text):
            why, mend = (
                "it speaks plain HTTP, and HTTPS is expected",
                "let it speak TLS, or name it as a plain HTTP registry",
            )
        else:
            why = detail["why"] if detail else "TLS fails"
            renew = re.search(r"expired|not yet valid|is valid for|doesn't contain any", why)
            mend = "renew its certificate" if renew else f"give the authority of {pull.host}'s certificate to the runtime"
        yield Finding(
            f"registry {pull.host} is not trusted for image {pull.image}: {why}",
            Confidence.CERTAIN,
            pull.container.name,
            (pull.evidence,),
            (proper(f"{mend}{' of every node' if 'runtime' in mend or 'plain' in mend else ''}"),),
        )
