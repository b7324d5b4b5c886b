from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ... import admission
from ...model import Confidence, Evidence, Finding, Remedy, now, proper
from ...quantities import parse
from ...status import listing, mapping
from .. import cause
from . import containers, denial, template
from .admission_denied import admission_denied

if TYPE_CHECKING:
    from ...facts import Facts


@cause(explains=[admission_denied])
def limit_range_violation(facts: Facts) -> Iterator[Finding]:
    """A LimitRange refuses the pod.

    A request or limit is below the minimum or above the maximum for one container or pod, is not set at all, or is too
    far from its counterpart (maxLimitRequestRatio). Or the default limit that the LimitRange fills in is below what
    the container requests. What the whole namespace may use is a ResourceQuota (quota-exceeded).

    Fix: keep within the bounds, or change the LimitRange. Pods that already run are never checked again.

    Source: plugin/pkg/admission/limitranger/admission.go, 1.36.
    """
    refused = denial(facts)
    if not refused:
        return
    bounds = list(re.finditer(admission.LIMIT_BOUND, refused.text))
    ratio, defaulted = re.search(admission.LIMIT_RATIO, refused.text), re.search(admission.OVER_LIMIT, refused.text)
    evidence = [refused.evidence]
    remedies: list[Remedy] = []
    if bounds:
        message = "; ".join(dict.fromkeys(_said(match) for match in bounds[:2]))
        match = bounds[0]
        part = match["part"] or match["lacks"]
        evidence += _asked(facts, part, match["resource"], match["has"])
        evidence += _allowed(
            facts, "max" if match["bound"] == "maximum" else "min", match["type"], match["resource"], match["value"]
        )
        command = _within(facts, match)
        remedies = [now("keep within it", command)] if command else []
    elif ratio:
        message = f"LimitRange: {ratio[0]}"
        evidence += _allowed(facts, "maxLimitRequestRatio", ratio["type"], ratio["resource"], ratio["value"])
    elif defaulted and (allowed := _allowed(facts, "default", "Container", defaulted["resource"], defaulted["value"])):
        message = (
            f"a container requests {defaulted['has']} {defaulted['resource']}, above the limit of {allowed[0].value}"
            " that the LimitRange fills in"
        )
        evidence += [*_asked(facts, "request", defaulted["resource"], defaulted["has"]), *allowed]
    else:
        return
    remedies.append(proper(facts.change("keep within the LimitRange") + "; or change the LimitRange"))
    yield Finding(message, Confidence.CERTAIN, evidence=tuple(evidence), remedies=tuple(remedies))


def _said(match: re.Match[str]) -> str:
    side = "above the LimitRange's maximum" if match["bound"] == "maximum" else "below the LimitRange's minimum"
    if match["has"]:
        return f"{match['resource']} {match['part']} {match['has']} is {side} of {match['value']} per {match['type']}"
    bound = f"{match['bound']} is {match['value']} per {match['type']}"
    return f"no {match['resource']} {match['lacks']} is set, and the LimitRange's {bound}"


def _asked(facts: Facts, part: str, resource: str, has: str | None) -> list[Evidence]:
    """Where the workload asks for that amount."""
    owner = template(facts)[0]
    found = []
    for path, container in containers(facts):
        value = mapping(mapping(container.get("resources")).get(f"{part}s")).get(resource)
        if value is not None and has and parse(str(value)) == parse(has):
            found.append(facts.cite(owner, f"{path}.resources.{part}s[{resource}]"))
    return found


def _allowed(facts: Facts, field: str, kind: str, resource: str, value: str | None) -> list[Evidence]:
    """Where a LimitRange sets that bound, or any where the value is not told."""
    for obj in facts.all("LimitRange"):
        for index, item in enumerate(listing(mapping(obj.get("spec")).get("limits"))):
            bound = mapping(item.get(field)).get(resource)
            if item.get("type") == kind and bound is not None and value in (None, str(bound)):
                return [facts.cite(obj, f"spec.limits[{index}].{field}[{resource}]")]
    return []


def _within(facts: Facts, match: re.Match[str]) -> str | None:
    """`kubectl set resources` with the bound itself, for the one container that passes it."""
    resource, value, part = match["resource"], match["value"], match["part"] or match["lacks"]
    limit = parse(value)
    if match["type"] != "Container" or limit is None:
        return None
    options = [f"--{part}s={resource}={value}"]
    passing = []
    for _, container in containers(facts):
        resources = mapping(container.get("resources"))
        has = mapping(resources.get(f"{part}s")).get(resource)
        if (has is None and match["lacks"]) or (match["has"] and parse(str(has)) == parse(match["has"])):
            passing.append(str(container.get("name")))
            request = parse(str(mapping(resources.get("requests")).get(resource)))
            if part == "limit" and match["bound"] == "maximum" and request is not None and request > limit:
                options = [options[0], f"--requests={resource}={value}"]
    return facts.set_command("resources", ("-c", passing[0], *options)) if passing else None
