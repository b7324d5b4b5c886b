from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...model import Finding
from .. import cause
from . import key_not_found
from .container_create_failed import container_create_failed

if TYPE_CHECKING:
    from ...facts import Facts


@cause(explains=[container_create_failed])
def env_configmap_key_not_found(facts: Facts) -> Iterator[Finding]:
    """The ConfigMap exists, the key that env asks of it does not.

    The kubelet says CreateContainerConfigError with the key and the ConfigMap. Keys are case-sensitive: LOG_LEVEL is not
    log_level. It is not about a volume's items (volume-key-not-found). References marked `optional` never fail.

    Fix: ask for a key that is there, or give the ConfigMap that key; the kubelet tries again by itself.

    Source: kubelet_pods.go, makeEnvironmentVariables, 1.36.
    """
    yield from key_not_found(facts, "ConfigMap")
