from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...model import Confidence, Finding, proper
from .. import cause
from . import answered, code_of, failing, instead_of_http
from .probe_failed import probe_failed

if TYPE_CHECKING:
    from ...facts import Facts


@cause(explains=[probe_failed])
def probe_unauthorized(facts: Facts) -> Iterator[Finding]:
    """The probe's HTTP path answers 401 or 403.

    The path exists and wants credentials, or is refused to the kubelet (a rule about addresses or hosts). The kubelet sends
    none but what stands in httpHeaders. Other codes of the client's fault are probe-path-wrong.

    Fix: ask a path that is served without login; or exempt the probe's path from it. A tcpSocket probe asks only whether
    the port is open.

    Source: pkg/probe/http/http.go, 1.36: codes from 200 to 399 are success.
    """
    for found in failing(facts):
        code = code_of(found)
        if code not in (401, 403):
            continue
        line = answered(facts, found, code)
        why = "which wants credentials" if code == 401 else "which is forbidden to it"
        yield Finding(
            found.says(f"gets {code} from {found.asked}, {why}"),
            Confidence.CERTAIN,
            found.container.name,
            (*found.evidence(facts, "path"), *([line] if line else [])),
            (
                instead_of_http(facts, found),
                proper(
                    facts.change(
                        f"ask a path without login in the {found.probe} probe, or let {found.path} be read without one"
                    )
                ),
            ),
        )
