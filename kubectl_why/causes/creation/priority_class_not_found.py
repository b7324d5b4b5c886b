from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ... import admission
from ...model import Finding, proper
from .. import cause
from . import denial, not_there
from .admission_denied import admission_denied

if TYPE_CHECKING:
    from ...facts import Facts


@cause(explains=[admission_denied])
def priority_class_not_found(facts: Facts) -> Iterator[Finding]:
    """The PriorityClass that the pod names does not exist.

    It is looked up when a pod is made, and turned into a number there; pods that run do not need it any more.

    Fix: name the PriorityClass that exists, or create it; it belongs to the whole cluster.

    Source: plugin/pkg/admission/priority/admission.go, 1.36.
    """
    refused = denial(facts)
    match = re.search(admission.PRIORITY_CLASS, refused.text) if refused else None
    if not refused or not match:
        return
    name = match["name"]
    near = facts.nearest("PriorityClass", name)
    rename = facts.patch_command({"priorityClassName": near}) if near else None
    lasting = (
        facts.change(f"name PriorityClass {near} instead of {name}")
        if near
        else facts.change(f"create PriorityClass {name}, or name none")
    )
    yield not_there(facts, refused, "PriorityClass", "priorityClassName", name, rename, proper(lasting))
