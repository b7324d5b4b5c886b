from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ... import admission
from ...model import Confidence, Finding, Remedy, now, proper
from ...status import labels_of, listing
from .. import cause
from . import denial, template
from .admission_denied import admission_denied

if TYPE_CHECKING:
    from ...facts import Facts
    from ...snapshot import Object

_RULE = r"(?:^|, )(?P<rule>[^()]+?) \((?P<detail>[^()]*)\)"
_LABEL = "pod-security.kubernetes.io/enforce"
# What only the level restricted asks for; the rest is of baseline (pod-security-admission/policy, 1.36).
_ONLY_RESTRICTED = (
    "allowPrivilegeEscalation",
    "unrestricted capabilities",
    "runAsNonRoot",
    "runAsUser",
    "restricted volume types",
)
# What mends a rule: a field of the pod's securityContext that is missing, or one of a container that is wrong.
_WISHES: tuple[tuple[str, tuple[Object, Object]], ...] = (
    ("allowPrivilegeEscalation", ({}, {"allowPrivilegeEscalation": False})),
    ("privileged", ({}, {"privileged": False})),
    ("procMount", ({}, {"procMount": None})),
    ("runAsNonRoot", ({"runAsNonRoot": True}, {"runAsNonRoot": None})),
    ("seccompProfile", ({"seccompProfile": {"type": "RuntimeDefault"}}, {"seccompProfile": None})),
)


@cause(explains=[admission_denied])
def pod_security_violation(facts: Facts) -> Iterator[Finding]:
    """Pod Security admission refuses the pod.

    The namespace enforces a level, baseline or restricted, and the pod's securityContext, volumes or host namespaces
    do not keep to it. It is checked when a pod is made: the workload itself was accepted, at most with a warning.
    OpenShift's security context constraints are admission-denied.

    Fix: set the fields that the message names; the image may then need a user that is not root. A pod that needs the
    privilege belongs into a namespace whose level allows it.

    Source: https://kubernetes.io/docs/concepts/security/pod-security-standards/
    """
    refused = denial(facts)
    match = re.search(admission.POD_SECURITY, refused.text) if refused else None
    if not refused or not match:
        return
    rules = [(found["rule"].strip(), found["detail"]) for found in re.finditer(_RULE, match["rules"])]
    only_missing = bool(rules) and all("must set" in detail and "must not" not in detail for _, detail in rules)
    wishes = [
        re.sub(r"^.*?must set ", "", detail) if only_missing else f"{rule} ({detail})" if detail else rule
        for rule, detail in rules
    ]
    fields = ", ".join(wish.replace("securityContext.", "") for wish in wishes)
    namespace = facts.known("Namespace", facts.namespace)
    has_label = _LABEL in labels_of(namespace)
    wanted = _hardened(facts, rules)
    patch = facts.patch_command(wanted) if wanted else None
    words = "set them" if only_missing else "do without"
    yield Finding(
        f"Pod Security {match['level']} refuses the pod: "
        + (f"it must set {fields}" if only_missing else fields or match["rules"]),
        Confidence.CERTAIN,
        evidence=(refused.evidence, *([facts.cite(namespace, f"metadata.labels[{_LABEL}]")] if has_label else [])),
        remedies=(
            now(words, patch) if patch else _allow(facts, [rule for rule, _ in rules]),
            proper(
                facts.change("set these fields in the securityContext")
                if only_missing
                else facts.change("do without these") + "; or run it in a namespace that allows them"
            ),
        ),
    )


def _hardened(facts: Facts, rules: list[tuple[str, str]]) -> Object | None:
    """The change of the pod's spec that the rules ask for; None where one of them wants more than a field."""
    spec: Object = {}
    pod: Object = {}
    own: Object = {}
    for rule, detail in rules:
        if rule.startswith("host namespaces"):
            spec |= dict.fromkeys(re.findall(r"(host\w+)=true", detail))
        elif rule.endswith("capabilities"):
            own["capabilities"] = ({"drop": ["ALL"]} if "drop" in detail else {}) | (
                {"add": None} if "must not include" in detail else {}
            )
        elif not (found := next((wish for start, wish in _WISHES if rule.startswith(start)), None)):
            return None
        else:
            of_pod, of_container = found
            pod |= of_pod
            own |= of_container if "must not" in detail or not of_pod else {}
    spec |= {"securityContext": pod} if pod else {}
    for part in ("containers", "initContainers") if own else ():
        names = [container.get("name") for container in listing(template(facts)[1].get(part))]
        if names:
            spec[part] = [{"name": name, "securityContext": own} for name in names]
    return spec or None


def _allow(facts: Facts, rules: list[str]) -> Remedy:
    """The level that would let the pod through: a loss of security for the whole namespace, which is said."""
    level = "baseline" if rules and all(rule.startswith(_ONLY_RESTRICTED) for rule in rules) else "privileged"
    command = facts.kubectl("label", ("--overwrite",), "namespace", facts.namespace, f"{_LABEL}={level}")
    return now("if every pod of the namespace may do so", command)
