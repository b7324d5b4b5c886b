from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...model import Confidence, Finding, now
from ...status import mapping
from .. import cause
from ..application.connection_refused import connection_refused
from ..application.connection_timeout import connection_timeout
from ..application.dns_not_found import dns_not_found
from ..lifecycle.waiting_for_init import waiting_for_init
from ..probes.probe_server_error import probe_server_error
from ..probes.probe_timeout import probe_timeout
from . import reaching, service, words
from .endpoints import failing, lacks_ready, selector

if TYPE_CHECKING:
    from ...facts import Facts


@cause(behind=[connection_refused, connection_timeout, dns_not_found, waiting_for_init, probe_server_error, probe_timeout])
def dependency_failing(facts: Facts) -> Iterator[Finding]:
    """The pods behind the Service fail themselves; their own verdict follows.

    The worst pod that the Service selects was looked at as if it had been asked about. One that only is not ready, without
    a cause that can be named, is told as service-without-endpoints.

    Fix: mend that pod; this one will find it again by itself, or with its next restart.
    """
    for item in reaching(facts):
        inner = failing(facts, item)
        if inner is None or item.service is None:
            continue
        name, labels = inner.target[2], selector(facts, item)
        status = "Running, and not ready" if inner.status == "Running" else inner.status
        look = facts.kubectl_why(name, namespace=item.service.namespace)
        yield Finding(
            f"pod {name} behind {words(facts, item.service)} fails itself: {status}",
            Confidence.LIKELY if lacks_ready(facts, item) else Confidence.POSSIBLE,
            item.container.name,
            (facts.cite(mapping(service(facts, item)), "spec.selector"),) if labels else (),
            (now(command=look, mutates=False),),
            inner,
        )
