from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...model import Confidence, Evidence, Finding, now, proper
from ...status import mapping
from .. import cause
from ..creation import denial, template
from ..creation.admission_denied import admission_denied
from . import complaints, waits
from .sandbox_failed import sandbox_failed

if TYPE_CHECKING:
    from ...facts import Facts
    from ...snapshot import Object

_NO_OBJECT = r'(?:RuntimeClass|runtimeclass\S*) "(?P<name>[^"]+)" not found'
# containerd 1.6 to 2.1, CRI-O, dockershim: the handler is not configured, or its shim is not installed.
_NO_HANDLER = (
    r'no runtime for "[^"]+" is configured|failed to find runtime handler|RuntimeHandler "[^"]+" not supported'
    r'|binary not installed|"?containerd-shim-[\w.-]+"?: (?:executable )?file (?:not found|does not exist)'
)


@cause(explains=[sandbox_failed, admission_denied])
def runtime_class_not_found(facts: Facts) -> Iterator[Finding]:
    """The RuntimeClass does not exist, or its handler is not on the node.

    A RuntimeClass that does not exist is refused when the pod is made; the kubelet finds it missing where it was
    deleted since. One that exists names a handler, such as runsc or kata: the container runtime of the node has to be
    configured with it.

    Fix: name a RuntimeClass that exists; install the handler on the nodes; or let the RuntimeClass choose
    (`scheduling`) only nodes that have it.

    Source: plugin/pkg/admission/runtimeclass and kuberuntime_sandbox.go, 1.36; the handler's texts are the runtime's.
    """
    refused = denial(facts)
    spec, place = (facts.spec, "spec") if facts.pod else (template(facts)[1], template(facts)[2])
    name = str(spec.get("runtimeClassName") or "")
    events = complaints(facts, "FailedCreatePodSandBox")
    text = refused.text if refused else str(events[0].get("message") or "") if events else ""
    said = re.search(_NO_OBJECT, text)
    absent = bool(name) and facts.absent("RuntimeClass", name)
    if not (said or (name and re.search(_NO_HANDLER, text)) or (absent and waits(facts))):
        return
    evidence: list[Evidence] = [refused.evidence] if refused else [facts.cite_event(event) for event in events[:1]]
    if name:
        evidence.append(facts.cite(facts.pod or template(facts)[0], f"{place}.runtimeClassName"))
    near = None
    if said or absent:
        name = said["name"] if said else name
        near = facts.nearest("RuntimeClass", name)
        evidence += [facts.cite_absent("RuntimeClass", name)] if absent else []
        message = f"RuntimeClass {name} does not exist" + (f": did you mean {near}?" if near else "")
        lasting = facts.change(f"name {f'RuntimeClass {near}' if near else 'another RuntimeClass'} instead of {name}")
    else:
        found: Object = next((o for o in facts.all("RuntimeClass") if mapping(o.get("metadata")).get("name") == name), {})
        handler = found.get("handler")
        evidence += [facts.cite(found, "handler")] if handler else []
        node = facts.spec.get("nodeName")
        message = f"node {node} has no handler{f' {handler}' if handler else ''} for RuntimeClass {name}"
        lasting = f"configure the handler on node {node}, or let RuntimeClass {name} choose only nodes that have it"
    mend = facts.patch_command({"runtimeClassName": near}) if near else None
    look = facts.kubectl("get", "runtimeclass")
    yield Finding(
        message,
        Confidence.CERTAIN,
        evidence=tuple(evidence),
        remedies=(now(command=mend) if mend else now("see which there are", look, mutates=False), proper(lasting)),
    )
