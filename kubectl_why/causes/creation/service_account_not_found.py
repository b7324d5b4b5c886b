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
def service_account_not_found(facts: Facts) -> Iterator[Finding]:
    """The ServiceAccount that the pod names does not exist.

    It is looked up when a pod is made, in the pod's own namespace. A ServiceAccount that exists and lacks a right is
    rbac-forbidden.

    Fix: name the ServiceAccount that exists, or create it, with the RoleBindings that it needs.

    Source: plugin/pkg/admission/serviceaccount/admission.go, 1.36.
    """
    refused = denial(facts)
    match = re.search(admission.SERVICE_ACCOUNT, refused.text) if refused else None
    if not refused or not match:
        return
    name = match["name"]
    near = facts.nearest("ServiceAccount", name)
    rename = facts.set_command("serviceaccount", near) if near else None
    lasting = (
        facts.change(f"name ServiceAccount {near} instead of {name}")
        if near
        else f"create ServiceAccount {name} with the workload, and the RoleBindings that it needs"
    )
    yield not_there(facts, refused, "ServiceAccount", "serviceAccountName", name, rename, proper(lasting))
