from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...model import Confidence, Finding, now, proper
from .. import cause
from . import denial, template
from .admission_denied import admission_denied

if TYPE_CHECKING:
    from ...facts import Facts

_SAID = r'no PriorityClass with name "?(?P<name>[^\s"]+)"? was found'


@cause(explains=[admission_denied])
def priority_class_not_found(facts: Facts) -> Iterator[Finding]:
    """The PriorityClass that the pod names does not exist.

    It is looked up when a pod is made, and turned into a number there; pods that run do not need it any more.

    Fix: name the PriorityClass that exists, or create it; it belongs to the whole cluster.

    Source: plugin/pkg/admission/priority/admission.go, 1.36.
    """
    refused = denial(facts)
    match = re.search(_SAID, refused.text) if refused else None
    if not refused or not match:
        return
    name = match["name"]
    owner, spec, path = template(facts)
    near = facts.nearest("PriorityClass", name)
    named = spec.get("priorityClassName") == name
    create = facts.kubectl("create", "priorityclass", name, "--value=VALUE")
    rename = facts.patch_command({"priorityClassName": near}) if near else None
    yield Finding(
        f"PriorityClass {name} does not exist" + (f": did you mean {near}?" if near else ""),
        Confidence.CERTAIN,
        evidence=(
            refused.evidence,
            *([facts.cite(owner, f"{path}.priorityClassName")] if named else []),
            *([facts.cite_absent("PriorityClass", name)] if facts.absent("PriorityClass", name) else []),
        ),
        remedies=(
            now(command=rename or create),
            proper(
                facts.change(
                    f"name PriorityClass {near} instead of {name}" if near else f"create PriorityClass {name}, or name none"
                )
            ),
        ),
    )
