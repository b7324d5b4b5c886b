from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...model import Confidence, Finding, proper
from .. import cause
from . import credentials, pull_secrets, pulls

if TYPE_CHECKING:
    from ...facts import Facts

_NONE_GIVEN = r"no basic auth|fetch anonymous token"
# With which credentials a registry was asked: the runtime's words, and those of registries that know who asks.
_GIVEN = (
    r"(?i)fetch oauth token|incorrect username or password|invalid username/password|token has expired"
    r"|User: \S+ is not authorized|HTTP Basic: Access denied"
)
# Words with which a registry leaves open whether the image exists.
_EITHER_WAY = r"may require|may not exist|no pull access"


@cause()
def image_pull_unauthorized(facts: Facts) -> Iterator[Finding]:
    """The registry refuses the credentials, or wants some and none were given.

    It says 401, 403, `unauthorized`, `denied` or `no basic auth credentials`. Most registries say the same of a repository
    that does not exist, so as not to tell strangers what they have: where no credentials were given, a misspelt name is as
    likely. A pull secret that the pod names and that is not there has its own id (image-pull-secret-missing). Credentials
    can also come from the node, by the kubelet's credential providers.

    Fix: make a Secret of type kubernetes.io/dockerconfigjson for the registry and name it under imagePullSecrets; or renew
    what is in the one that is there (tokens of cloud registries last some hours); or let the node's role pull.

    Source: pkg/kubelet/images/image_manager.go, 1.36; kubernetes.io/docs/concepts/containers/images.
    """
    for pull in pulls(facts, "image-pull-unauthorized"):
        secrets = pull_secrets(facts)
        none_given = bool(re.search(_NONE_GIVEN, pull.text))
        unclear = bool(re.search(_EITHER_WAY, pull.text)) and not none_given
        also = ", or it does not exist there" if unclear or not secrets else ""
        evidence = [pull.evidence]
        if secrets:
            which = f"Secret {' and '.join(secrets)}"
            without = f"{which} has no credentials for {pull.registry}, which wants some for image {pull.image}"
            message = (
                without
                if none_given
                else f"{pull.registry} refuses image {pull.image} with the credentials of {which}{also}"
            )
            lasting = f"correct the credentials for {pull.registry} in {which}, and check the name of the image"
            evidence.append(facts.cite_pod("spec.imagePullSecrets[0].name"))
        elif re.search(_GIVEN, pull.text):
            message = f"{pull.registry} refuses the credentials with which the node asks for image {pull.image}"
            lasting = f"renew the node's credentials for {pull.registry}, or name a pull secret in the ServiceAccount"
        else:
            message = f"{pull.registry} refuses image {pull.image} without credentials: no imagePullSecrets are set{also}"
            lasting = "name the pull secret in the ServiceAccount, for all its pods; and check the name of the image"
        yield Finding(
            message,
            Confidence.LIKELY if unclear else Confidence.CERTAIN,
            pull.container.name,
            tuple(evidence),
            (*credentials(facts, pull), proper(lasting)),
        )
