from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ... import admission
from ...model import Confidence, Finding, Remedy, now, proper
from .. import cause
from . import denial

if TYPE_CHECKING:
    from ...facts import Facts

_URL = r'"https?://(?P<service>[a-z0-9-]+)\.(?P<namespace>[a-z0-9-]+)\.svc\b'
# Not admission: the controller itself has no right.
_NO_RIGHT = r"User \"[^\"]*\" cannot "


@cause()
def admission_denied(facts: Facts) -> Iterator[Finding]:
    """An admission plugin or webhook refuses the pod, or the webhook cannot be reached.

    A webhook or policy of the cluster says no, and why; or nobody answers for the webhook, and it is set to refuse
    then (failurePolicy: Fail), so that no pod can be made at all. Quotas, limits, Pod Security, and a missing
    ServiceAccount, PriorityClass or RuntimeClass have their own ids.

    Fix: what the policy asks for; or bring the webhook's Service back. The controller tries again by itself.

    Source: apiserver/pkg/admission/plugin/webhook, 1.36;
    https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/
    """
    refused = denial(facts)
    if not refused:
        return
    text = refused.text
    if match := re.search(admission.WEBHOOK_FAILS, text):
        message = f"webhook {match['name']} cannot be called, and no pod is admitted without it: {_end(match['why'])}"
        remedies = _bring_back(facts, match["name"], text)
    elif match := re.search(admission.WEBHOOK_DENIES, text):
        why = _line(match["why"])
        message = f"webhook {match['name']} refuses the pod" + (f": {why}" if why else " and does not say why")
        remedies = [proper(facts.change("do what the webhook asks for"))]
    elif match := re.search(admission.POLICY, text):
        message = f"{match['kind']} {match['name']} refuses the pod: {_line(match['why'])}"
        look = facts.kubectl("get", match["kind"].lower(), match["name"], ("-o", "yaml"))
        remedies = [now("see what it asks for", look, mutates=False), proper(facts.change("do what the policy asks for"))]
    elif (match := _refused(text)) and not re.search(_NO_RIGHT, text):
        message = f"admission refuses the pod: {_line(match['why'])}"
        leaving = "being terminated" in text
        remedies = [proper("deploy into another namespace" if leaving else facts.change("correct what is refused"))]
    else:
        return
    yield Finding(message, Confidence.CERTAIN, evidence=(refused.evidence,), remedies=tuple(remedies))


def _refused(text: str) -> re.Match[str] | None:
    return re.search(admission.REFUSED, text) or re.search(admission.LEAVING, text)


def _bring_back(facts: Facts, webhook: str, text: str) -> list[Remedy]:
    configurations = "validatingwebhookconfigurations,mutatingwebhookconfigurations"
    found = re.search(_URL, text)
    if not found:
        return [
            now("see who registered it", facts.kubectl("get", configurations), mutates=False),
            proper(f"bring the server of webhook {webhook} back, or remove its configuration"),
        ]
    service, namespace = found["service"], found["namespace"]
    look = facts.kubectl("get", "services,endpointslices,pods", namespace=namespace)
    if "x509" in text:
        return [
            proper(f"renew the certificate of Service {namespace}/{service}, or the caBundle in its webhook configuration")
        ]
    return [
        now(f"see what ails Service {service}", look, mutates=False),
        proper(f"bring the pods behind Service {namespace}/{service} back; if they may fail, set failurePolicy: Ignore"),
    ]


def _end(text: str | None) -> str:
    """Of a chain of errors the last part, which is the cause, and where it happened."""
    line = _line(text)
    where, _, what = line.rpartition(": connect: ")
    if what and where:
        return f"{where.rpartition(' ')[2]}: {what}"
    return line.rpartition('": ')[2] or line


def _line(text: str | None) -> str:
    line = " ".join((text or "").split())
    return line if len(line) <= 200 else line[:200] + "..."
