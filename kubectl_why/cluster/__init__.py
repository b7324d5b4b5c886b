"""The cluster: the kubeconfig read as kubectl reads it, one pool of connections, raw JSON in and out.

The only package that imports `kubernetes`. Modules that only some ways of logging in, or only `connect`, need are imported
where they are needed: a start costs what this cluster needs and no more.
"""

import math
from collections.abc import Sequence

from ..quantities import time_limit
from .client import Cluster
from .errors import Absent, ClusterError, Forbidden, Misconfigured, NotRecorded, Refused, Unreachable, Unserved, one_line
from .kubeconfig import impersonation, read_kubeconfig, server_of
from .login import log_in
from .transport import pool_to, tls_context

__all__ = [
    "Absent",
    "Cluster",
    "ClusterError",
    "Forbidden",
    "Misconfigured",
    "NotRecorded",
    "Refused",
    "Unreachable",
    "Unserved",
    "connect",
]

DEFAULT_TIMEOUT = 10.0
"""Seconds that one request may take, its answer included, where --request-timeout says nothing."""


def connect(
    *,
    kubeconfig: str | None = None,
    context: str | None = None,
    cluster: str | None = None,
    user: str | None = None,
    namespace: str | None = None,
    as_user: str | None = None,
    as_groups: Sequence[str] = (),
    request_timeout: str | None = None,
) -> "Cluster":
    """The cluster that kubectl would talk to with these flags. Sends nothing to it yet, but may run a login plugin.

    The arguments are kubectl's flags of the same names; None and "" mean that the flag was not given. Where no
    kubeconfig exists, the service account of the pod this runs in is used, as kubectl does.

    Raises Misconfigured.
    """
    timeout = _timeout(request_timeout) if request_timeout else DEFAULT_TIMEOUT
    config = read_kubeconfig(kubeconfig)
    chosen = config.chosen(context, cluster, user)
    server, tls = server_of(chosen)
    credential = log_in(config, chosen)
    return Cluster(
        server=server,
        context=chosen.context_name,
        user=chosen.user_name,
        access=_flags(kubeconfig, context, cluster, user, as_user, as_groups),
        namespace=namespace or chosen.context.get("namespace") or "default",
        headers=impersonation(chosen, as_user, as_groups),
        credential=credential,
        log_in=lambda: log_in(config, chosen),
        pool=pool_to(chosen, server, tls_context(chosen, credential) if tls else None),
        timeout=timeout,
    )


def _flags(*values: str | Sequence[str] | None) -> tuple[str, ...]:
    """kubectl's flags with these values, of those that were given."""
    names = ("kubeconfig", "context", "cluster", "user", "as", "as-group")
    several = ((name, [value] if isinstance(value, str) else value or ()) for name, value in zip(names, values, strict=True))
    return tuple(f"--{name}={value}" for name, some in several for value in some if value)


def _timeout(duration: str) -> float | None:
    """The seconds of kubectl's --request-timeout: 30, 5s, 1m30s, 500ms; None (without end) for 0.

    Raises Misconfigured, in kubectl's words.
    """
    timeout = time_limit(duration)
    if timeout is None:
        raise Misconfigured(
            f"--request-timeout {one_line(duration)}: Invalid timeout value. Timeout must be a single integer in "
            "seconds, or an integer followed by a corresponding time unit (e.g. 1s | 2m | 3h)"
        )
    return timeout if timeout < math.inf else None
