from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...model import Confidence, Finding, proper
from .. import cause
from . import credentials, pulls

if TYPE_CHECKING:
    from ...facts import Facts


@cause()
def image_rate_limited(facts: Facts) -> Iterator[Finding]:
    """The registry answers 429 or toomanyrequests: too much was pulled.

    Docker Hub counts pulls without credentials by the address from which they come, which all nodes behind one gateway
    share. The image itself is there and may be pulled; the limit passes by itself after some hours.

    Fix: pull with credentials, whose limit is higher and one's own; for good, pull through a mirror or a registry of one's
    own, and do not pull again what the node has (imagePullPolicy IfNotPresent).

    Source: docs.docker.com/docker-hub/usage; pkg/kubelet/images/image_manager.go, 1.36.
    """
    for pull in pulls(facts, "image-rate-limited"):
        policy = pull.container.spec.get("imagePullPolicy")
        again = ", and set imagePullPolicy to IfNotPresent instead of Always" if policy == "Always" else ""
        yield Finding(
            f"{pull.registry} limits how often it is asked (429): image {pull.image} is not pulled for now",
            Confidence.CERTAIN,
            pull.container.name,
            (pull.evidence,),
            (
                *credentials(facts, pull),
                proper(f"pull {pull.image} through a mirror or a registry of your own{again}"),
            ),
        )
