from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...model import Confidence, Finding, now, proper
from .. import cause
from ..application.connection_refused import connection_refused
from ..application.connection_timeout import connection_timeout
from ..lifecycle.waiting_for_init import waiting_for_init
from ..probes.probe_server_error import probe_server_error
from ..probes.probe_timeout import probe_timeout
from . import correction, is_missing, reaching
from .endpoints import lacks_ready
from .ports import mismatch

if TYPE_CHECKING:
    from ...facts import Facts


@cause(behind=[connection_refused, connection_timeout, waiting_for_init, probe_server_error, probe_timeout])
def service_port_mismatch(facts: Facts) -> Iterator[Finding]:
    """The Service does not serve the port that is dialled, or sends it to one on which its pods do not listen.

    The Service has ready pods, and still the connection is refused: its targetPort is none of the ports that the pods'
    containers declare, it is a name that no container has, or the client asks for a port that the Service does not have.
    What a container declares need not be what it listens on, so that this is never certain.

    Fix: correct targetPort (or port) of the Service, or the port in the settings of what dials.

    Source: Service v1, spec.ports; endpointslice controller, 1.36: an absent named targetPort gives no port.
    """
    for item in reaching(facts):
        if is_missing(facts, item) or item.service is None or lacks_ready(facts, item):
            continue
        found = mismatch(facts, item)
        if found is None:
            continue
        name, namespace = item.service
        change = None
        if found.path and found.right:
            patch = json.dumps([{"op": "add", "path": found.path, "value": found.right}])
            change = facts.kubectl("patch", "service", name, ("--type=json", "-p", patch), namespace=namespace)
        elif found.right and item.setting and item.peer.port:
            # What the log has as an address stands in the setting as a name.
            host = next((peer.host for peer in item.setting.peers if peer.port == item.peer.port), item.peer.host)
            old, new = (f"{host}:{port}" for port in (item.peer.port, found.right))
            change = correction(facts, item.setting, item.container, old, new)
        what = f"targetPort {found.right} of Service {name}" if found.path else f"port {found.right} of Service {name}"
        yield Finding(
            found.message,
            Confidence.LIKELY if item.line else Confidence.POSSIBLE,
            item.container.name,
            (*found.evidence, *((item.setting.evidence,) if item.setting else ())),
            (
                now(command=change)
                if change
                else now(command=facts.kubectl("get", "service", name, ("-o", "yaml"), namespace=namespace), mutates=False),
                proper(
                    f"write {what} into its manifest"
                    if found.path and found.right
                    else f"dial {what}"
                    if found.right
                    else f"correct the ports of Service {name}"
                ),
            ),
        )
