"""Why the server will not have the object of a look, in words. Pure."""

from __future__ import annotations

import re

from .. import admission
from ..cluster import Refused


def words(error: Refused, what: str) -> str:
    """What the server has against `what`, such as "the copy", and who says so."""
    said = error.message
    if found := re.search(admission.POD_SECURITY, said):
        return f'Pod Security "{found["level"]}" of the namespace forbids {what}: {found["rules"]}'
    if found := re.search(admission.QUOTA_EXCEEDED, said):
        return (
            f"quota {found['quota']} of the namespace has no room for {what}: "
            f"it asks for {found['requested']}, {found['used']} of {found['limited']} is used"
        )
    if found := re.search(admission.QUOTA_UNSET, said):
        return f"quota {found['quota']} of the namespace forbids {what}, for it does not say its {found['lacks']}"
    if found := re.search(admission.SERVICE_ACCOUNT, said):
        return f"{what} needs ServiceAccount {found['name']}, which does not exist"
    if found := re.search(admission.WEBHOOK_DENIES, said):
        return f"webhook {found['name']} denies {what}{_because(found)}"
    if found := re.search(admission.POLICY, said):
        return f"policy {found['name']} denies {what}{_because(found)}"
    refused = re.match(admission.REFUSED, said)
    rest = refused["why"] if refused else said
    if of_limits(error):
        return f"a LimitRange of the namespace forbids {what}: {rest.strip('[]')}"
    if error.reason == "AlreadyExists":
        return f"there is an object of that name already: {said}"
    return f"the server refuses {what} ({error.code} {error.reason}): {rest}"


def _because(found: re.Match[str]) -> str:
    return f": {found['why']}" if found["why"] else " without explanation"


def level(error: Refused) -> str | None:
    """The Pod Security level that the object violates; None where something else is the matter."""
    found = re.search(admission.POD_SECURITY, error.message)
    return found["level"] if found else None


def of_limits(error: Refused) -> bool:
    """Whether a LimitRange forbids what the object asks for."""
    return any(re.search(said, error.message) for said in (admission.LIMIT_BOUND, admission.LIMIT_RATIO))


def cannot_be_tried(error: Refused) -> bool:
    """Whether it is only that a webhook with side effects cannot take part in a dry run."""
    return re.search(admission.WEBHOOK_NO_DRY_RUN, error.message) is not None
