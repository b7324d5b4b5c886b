from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...model import Confidence, Finding, proper
from ...status import mapping
from .. import cause
from . import attach, credentials, pull_secrets, pulls
from .image_pull_unauthorized import image_pull_unauthorized

if TYPE_CHECKING:
    from ...facts import Facts

_TYPES = ("kubernetes.io/dockerconfigjson", "kubernetes.io/dockercfg")


@cause(explains=[image_pull_unauthorized])
def image_pull_secret_missing(facts: Facts) -> Iterator[Finding]:
    """The pull fails and an imagePullSecret that the pod names does not exist, or has the wrong type.

    The kubelet leaves out a pull secret that it cannot use and asks the registry without credentials, so that the visible
    failure is the registry's refusal; only the event FailedToRetrieveImagePullSecret names the Secret. Where the registry
    gives the image to everybody, a missing pull secret does no harm and is not told. A Secret that is there and whose
    credentials are refused is image-pull-unauthorized.

    Fix: create the Secret in the pod's own namespace (Secrets are not shared between namespaces), or correct its name.

    Source: pkg/kubelet/kubelet_pods.go, getPullSecretsForPod, and pkg/credentialprovider/secrets, 1.36.
    """
    refused = list(pulls(facts, "image-pull-unauthorized"))
    events = facts.events("FailedToRetrieveImagePullSecret") if refused else []
    for pull in refused:
        for index, secret in enumerate(pull_secrets(facts)):
            absent = facts.absent("Secret", secret)
            told = [event for event in events if re.search(rf"[(\s]{re.escape(secret)}[,)]", str(event.get("message")))]
            if not absent and not (told and facts.unreadable("Secret", secret)):
                continue
            near = facts.nearest("Secret", secret)
            evidence = [facts.cite_pod(f"spec.imagePullSecrets[{index}].name")]
            evidence += [facts.cite_absent("Secret", secret)] if absent else []
            evidence += [facts.cite_event(event) for event in told[:1]]
            ails = "does not exist" if absent else "cannot be read by the kubelet"
            yield Finding(
                f"imagePullSecret {secret} {ails}{f' (did you mean {near}?)' if near else ''}, and {pull.registry} "
                f"wants credentials for image {pull.image}",
                Confidence.CERTAIN,
                pull.container.name,
                (*evidence, pull.evidence),
                (
                    attach(facts, near) if near else credentials(facts, pull, secret)[0],
                    proper(f"deploy Secret {near or secret} into every namespace that pulls from {pull.registry}"),
                ),
            )
    for pull in refused:
        for index, secret in enumerate(pull_secrets(facts)):
            obj = facts.get("Secret", secret)
            kind = mapping(obj).get("type")
            if not obj or not kind or kind in _TYPES:
                continue
            yield Finding(
                f"imagePullSecret {secret} is of type {kind}, not {_TYPES[0]}, and {pull.registry} refuses {pull.image}",
                Confidence.CERTAIN,
                pull.container.name,
                (facts.cite(obj, "type"), facts.cite_pod(f"spec.imagePullSecrets[{index}].name"), pull.evidence),
                (
                    *credentials(facts, pull),
                    proper(
                        f"make Secret {secret} anew with `kubectl create secret docker-registry`; a type cannot be changed"
                    ),
                ),
            )
