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
def env_secret_key_not_found(facts: Facts) -> Iterator[Finding]:
    """The Secret exists, the key that env asks of it does not.

    The kubelet says CreateContainerConfigError with the key and the Secret. Keys are case-sensitive: PASSWORD is not
    password. It is not about a volume's items (volume-key-not-found). References marked `optional` never fail.

    Fix: ask for a key that is there, or give the Secret that key; the kubelet tries again by itself.

    Source: kubelet_pods.go, makeEnvironmentVariables, 1.36.
    """
    yield from key_not_found(facts, "Secret")
