from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ... import admission
from ...model import Confidence, Finding, Remedy, now, proper
from ...quantities import of_bytes, parse
from ...status import mapping
from .. import cause
from . import containers, denial, missing_pods
from .admission_denied import admission_denied

if TYPE_CHECKING:
    from fractions import Fraction

    from ...facts import Facts


@cause(explains=[admission_denied])
def quota_exceeded(facts: Facts) -> Iterator[Finding]:
    """A ResourceQuota refuses the pod.

    What all pods of the namespace request, or may use, or their number, would pass what the quota allows. Or the quota
    counts something, such as limits.memory, that a container of the pod does not set: then no such pod is admitted at
    all.

    Fix: request less, remove what is not needed from the namespace, or raise the quota; set the requests and limits
    that the quota counts. The controller tries again by itself, at growing intervals.

    Source: plugin/pkg/admission/resourcequota/controller.go, 1.36.
    """
    refused = denial(facts)
    formats = (admission.QUOTA_EXCEEDED, admission.QUOTA_UNSET, admission.QUOTA_OTHER)
    match = next(filter(None, (re.search(said, refused.text) for said in formats)), None) if refused else None
    if not refused or not match:
        return
    said = match.groupdict()
    quota = said.get("quota") or ""
    obj = facts.known("ResourceQuota", quota)
    evidence = [refused.evidence]
    remedies: list[Remedy] = []
    if "requested" in said:
        requested, used, limited = (_amounts(said[part]) for part in ("requested", "used", "limited"))
        texts, hard = [], {}
        for name, amount in requested.items():
            taken, most = used.get(name, 0), limited.get(name, 0)
            over = f" ({_written(name, taken + amount - most)} too much)" if taken + amount > most else ""
            of_all = f"{_written(name, taken)} of {_written(name, most)} is used"
            texts.append(f"{_written(name, amount)} more {name}, {of_all}{over}")
            hard[name] = _written(name, taken + amount * missing_pods(facts))
            if name in mapping(mapping(obj.get("spec")).get("hard")):
                evidence.append(facts.cite(obj, f"spec.hard[{name}]"))
        message = f"ResourceQuota {quota} refuses the pod: it wants {'; '.join(texts)}"
        scopes = [part for part in ("scopes", "scopeSelector") if mapping(obj.get("spec")).get(part)]
        evidence += [facts.cite(obj, f"spec.{part}") for part in scopes]
        patch = json.dumps({"spec": {"hard": hard}}, separators=(",", ":"))
        remedies = [
            now("raise the quota, if you may", facts.kubectl("patch", "resourcequota", quota, ("-p", patch))),
            proper(facts.change("request less") + "; or remove from the namespace what else uses the quota"),
        ]
    elif "lacks" in said:
        lacks = said["lacks"].replace("for: ", "for ").strip()
        message = f"ResourceQuota {quota} wants every container to set {lacks}"
        command = facts.set_command("resources", _what_lacks(facts, said["lacks"]))
        remedies = [
            *([now("set it", command)] if command else []),
            proper(facts.change(f"set {lacks}") + "; or give the namespace defaults by a LimitRange"),
        ]
    else:
        message = f"the namespace's quota refuses the pod: {match[0].strip()}"
        remedies = [now("see the quotas", facts.kubectl("describe", "resourcequota"), mutates=False)]
    yield Finding(message, Confidence.CERTAIN, evidence=tuple(evidence), remedies=tuple(remedies))


def _what_lacks(facts: Facts, lacks: str) -> tuple[str, ...]:
    """Options of `kubectl set resources`, from `limits.cpu for: a; requests.memory for: a` or `limits.cpu,limits.memory`."""
    wanted: dict[str, list[str]] = {"limits": [], "requests": []}
    for part, resource in re.findall(r"(?:\b(limits|requests)\.)?\b(cpu|memory|ephemeral-storage)\b", lacks):
        wanted[part or "requests"].append(f"{resource}=VALUE")
    for_one = {name for names in re.findall(r"for: ([\w.,-]+)", lacks) for name in names.split(",") if name}
    only = list(for_one) if len(for_one) == 1 and len(containers(facts)) > 1 else []
    return (
        *(("-c", only[0]) if only else ()),
        *(f"--{part}={','.join(dict.fromkeys(v))}" for part, v in wanted.items() if v),
    )


def _amounts(text: str) -> dict[str, Fraction | int]:
    """name=quantity,name=quantity"""
    pairs = [item.strip().rpartition("=") for item in text.strip().split(",")]
    return {name: parse(amount) or 0 for name, _, amount in pairs if name}


def _written(name: str, amount: Fraction | int) -> str:
    if re.search(r"memory|storage$", name):
        return of_bytes(amount)
    return str(amount) if amount.denominator == 1 else f"{round(amount * 1000)}m"
