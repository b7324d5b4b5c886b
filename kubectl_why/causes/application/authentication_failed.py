from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...model import Confidence, Evidence, Finding, now, proper
from ...status import listing, mapping
from .. import cause
from ..dependencies import Wanted
from .peers import GENERAL, named, told

if TYPE_CHECKING:
    from ...facts import Facts

_NONE_GIVEN = (
    r"NOAUTH|no password (?:supplied|was provided)|must be a (?:non-empty )?string|using password: NO"
    r"|[Aa]uthentication required|missing authentication|requires authentication"
)
_NONE_WANTED = r"without any password configured|no password is set"
_ADDRESS_REFUSED = r"no pg_hba\.conf entry|is not allowed to connect to this|pg_hba\.conf rejects"
_NOT_PERMITTED = r"permission denied for|command denied to user|permission was denied on|to execute command"
_HTTP = r"\b(40[13])\b"
_PASSWORD = r"(?i)pass|pwd|token|secret|credential|api_?key|access_?key|auth"


@cause(explains=GENERAL)
def authentication_failed(facts: Facts) -> Iterator[Finding]:
    """A peer refuses the credentials.

    The peer answers, and does not accept the password, token or user, or wants one and got none. What the Kubernetes API
    refuses to a ServiceAccount is rbac-forbidden; a database or role that is absent is database-not-ready.

    Fix: compare the Secret that the workload uses with what the server was given; a server keeps the password with which
    its data directory was made, whatever its own Secret says later.
    """
    for item in told(facts, "authentication-failed"):
        text = item.line.log.lines[item.line.index] if item.line else ""
        user = item.line["user"] if item.line else ""
        code = re.search(_HTTP, text)
        if re.search(_NONE_GIVEN, text):
            what = f"wants a password{f' of user {user}' if user else ''}, and none was given"
        elif re.search(_NONE_WANTED, text):
            what = "has no password, and one was given"
        elif re.search(_ADDRESS_REFUSED, text):
            what = f"lets {f'user {user}' if user else 'nobody'} in from this pod's address"
            what = what.replace("lets user", "does not let user")
        elif re.search(_NOT_PERMITTED, text):
            who = f"user {user}" if user else "its user"
            what = f"lets {who} in, and does not permit what it asks of {item.line['table']}"
        else:
            what = f"refuses the credentials{f' of user {user}' if user else f' ({code[1]})' if code else ''}"
            what += f" for database {item.line['database']}" if item.line and item.line["database"] else ""
        source, evidence = _given(facts, item)
        what_is_used = f"Secret {source}" if source else "the credentials"
        yield Finding(
            f"{named(item)} {what}",
            Confidence.POSSIBLE,
            item.container.name,
            (*item.evidence(facts), *evidence),
            (
                *((now(command=facts.kubectl("describe", "secret", source), mutates=False),) if source else ()),
                proper(f"make {what_is_used} and what {item.name or 'the peer'} expects the same"),
            ),
        )


def _given(facts: Facts, item: Wanted) -> tuple[str, tuple[Evidence, ...]]:
    """The Secret from which the container has a password, and where the pod says so."""
    spec, path = item.container.spec, item.container.spec_path
    for entry in listing(spec.get("env")):
        source = mapping(mapping(entry.get("valueFrom")).get("secretKeyRef"))
        if source.get("name") and re.search(_PASSWORD, f"{entry.get('name')} {source.get('key')}"):
            return str(source["name"]), (facts.cite_pod(f"{path}.env{{{entry.get('name')}}}.valueFrom.secretKeyRef"),)
    for index, entry in enumerate(listing(spec.get("envFrom"))):
        name = mapping(entry.get("secretRef")).get("name")
        if name:
            return str(name), (facts.cite_pod(f"{path}.envFrom[{index}].secretRef.name"),)
    return "", ()
