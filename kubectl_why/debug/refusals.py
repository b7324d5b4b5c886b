"""Why the server will not have the object of a look, in words. Pure."""

from __future__ import annotations

import re

from ..cluster import Refused

_VIOLATES = r'violates PodSecurity "(?P<level>[a-z]+):[^"]*": (?P<what>.*)'
_QUOTA = r"exceeded quota: (?P<quota>[^,]+), requested: (?P<asked>.*), used: (?P<used>.*), limited: (?P<limit>.*)"
_UNSAID = r"failed quota: (?P<quota>[^:]+): must specify (?P<what>.*)"
_ACCOUNT = r'error looking up service account [^:]+: serviceaccount "(?P<name>[^"]+)" not found'
_WEBHOOK = r'admission webhook "(?P<name>[^"]+)" denied the request(?P<why>.*)'
_POLICY = r"ValidatingAdmissionPolicy '(?P<name>[^']+)' with binding '[^']+' denied request(?P<why>.*)"
_NO_DRY_RUN = r'admission webhook "[^"]+" does not support dry run'
_LIMITS = r"\b(?:maximum|minimum) (?:\S+ usage per|\S+ max limit to request ratio per)"
_HEAD = r'^(?:\S+ "[^"]*" is (?:forbidden|invalid): )'


def words(error: Refused, what: str) -> str:
    """What the server has against `what`, such as "the copy", and who says so.

    Source: the messages of kube-apiserver 1.36: its admission plugins PodSecurity, ResourceQuota, LimitRanger,
    ServiceAccount, the webhook and policy plugins, and validation.
    """
    said = error.message
    if found := re.search(_VIOLATES, said, re.DOTALL):
        return f'Pod Security "{found["level"]}" of the namespace forbids {what}: {found["what"]}'
    if found := re.search(_QUOTA, said):
        return (
            f"quota {found['quota']} of the namespace has no room for {what}: "
            f"it asks for {found['asked']}, {found['used']} of {found['limit']} is used"
        )
    if found := re.search(_UNSAID, said):
        return f"quota {found['quota']} of the namespace forbids {what}, for it does not say its {found['what']}"
    if found := re.search(_ACCOUNT, said):
        return f"{what} needs ServiceAccount {found['name']}, which does not exist"
    if found := re.search(_WEBHOOK, said, re.DOTALL):
        return f"webhook {found['name']} denies {what}{found['why']}"
    if found := re.search(_POLICY, said, re.DOTALL):
        return f"policy {found['name']} denies {what}{found['why']}"
    rest = re.sub(_HEAD, "", said)
    if of_limits(error):
        return f"a LimitRange of the namespace forbids {what}: {rest.strip('[]')}"
    if error.reason == "AlreadyExists":
        return f"there is an object of that name already: {said}"
    return f"the server refuses {what} ({error.code} {error.reason}): {rest}"


def level(error: Refused) -> str | None:
    """The Pod Security level that the object violates; None where something else is the matter."""
    found = re.search(_VIOLATES, error.message, re.DOTALL)
    return found["level"] if found else None


def of_limits(error: Refused) -> bool:
    """Whether a LimitRange forbids what the object asks for."""
    return re.search(_LIMITS, error.message) is not None


def cannot_be_tried(error: Refused) -> bool:
    """Whether it is only that a webhook with side effects cannot take part in a dry run."""
    return re.search(_NO_DRY_RUN, error.message) is not None
