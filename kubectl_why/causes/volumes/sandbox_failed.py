from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...model import Confidence, Evidence, Finding, Remedy, now, proper
from ...status import listing, mapping
from .. import cause
from . import complaints, short

if TYPE_CHECKING:
    from ...facts import Facts
    from ...snapshot import Object

# Texts of network plugins and runtimes, and what they mean.
_KNOWN = (
    (
        r"(?i)\bno (?:more )?(?:free |available )*(?:IPs?\b|affine blocks)|assign an IP address|allocate IP in range"
        r"|range is full|no available addresses",
        "the network plugin{plugin} has no free IP address for it on node {node}",
    ),
    (
        r"cni plugin not initialized|NetworkPluginNotReady|cni config uninitialized",
        "the network plugin of node {node} is not ready",
    ),
    (r'plugin type="(?P<a>[^"]+)".*? failed \(add\): (?P<b>.+)', "network plugin {a} fails: {b}"),
    (
        r'failed to set up pod "[^"]*" network: (?P<a>.+?)(?:, failed to clean up|\]?$)',
        "the pod's network cannot be set up: {a}",
    ),
    (r'to CNI network "(?P<a>[^"]+)": (?P<b>.+)', "network {a} fails: {b}"),
    (
        r"failed to (?:get sandbox|pull sandbox|pull pause) image \"?(?P<a>[^\"\s:]+[^\"\s]*)\"?: (?P<b>.+)",
        "node {node} has no pause image {a}",
    ),
    (r"is reserved for", "the runtime of node {node} still works on an earlier try"),
    (r"DeadlineExceeded|context deadline exceeded", "the runtime or network plugin of node {node} does not answer in time"),
)


@cause()
def sandbox_failed(facts: Facts) -> Iterator[Finding]:
    """The pod sandbox cannot be created: by the network plugin, or by the runtime.

    The sandbox holds the pod's network and namespaces and comes before any container: the pod stays in
    ContainerCreating, and only the event FailedCreatePodSandBox says why. The network plugin has no address left, is
    not ready or fails; a sysctl of the pod is refused by the kernel; the runtime does not answer. Where the
    RuntimeClass or its handler is missing, that is runtime-class-not-found.

    Fix: what the words of the event name. On one node only, cordon it and delete the pod, so that it goes elsewhere.

    Source: createPodSandbox in kuberuntime_sandbox.go, 1.36.
    """
    events = complaints(facts, "FailedCreatePodSandBox", "NetworkNotReady", "FailedCreatePodContainer")
    if not events:
        return
    node = str(facts.spec.get("nodeName"))
    text = str(events[0].get("message") or "").strip()
    sysctl = _sysctl(facts, text)
    if sysctl:
        index, name, value = sysctl
        message = f"the kernel refuses sysctl {name}={value}: {_reason(text)}"
        path = f"spec.securityContext.sysctls[{index}].value"
        quoted: list[Evidence] = [facts.cite_pod(path)] if value else []
        remedies = _without(facts, index, name)
    else:
        message, quoted = _meaning(text, node), []
        remedies = [
            now("if other nodes work: keep pods off this one, then delete the pod", facts.kubectl("cordon", node)),
            proper(f"mend the runtime or network plugin of node {node}"),
        ]
    yield Finding(
        message,
        Confidence.CERTAIN,
        evidence=(facts.cite_event(events[0]), *quoted),
        remedies=tuple(remedies),
    )


def _meaning(text: str, node: str) -> str:
    for pattern, words in _KNOWN:
        match = re.search(pattern, text, re.DOTALL)
        if match:
            groups = {name: short(value) for name, value in match.groupdict().items() if value}
            plugin = re.search(r'plugin type="([^"]+)"', text)
            fixed = {"a": "", "b": "", "node": node, "plugin": f" {plugin[1]}" if plugin else ""}
            return words.format(**fixed | groups)
    return f"the pod sandbox cannot be created on node {node}: {_reason(text)}"


def _reason(text: str) -> str:
    """The last part of a chain of errors, with the one before where that says where it happened."""
    chain = short(text).removesuffix(": unknown").split(": ")
    return ": ".join(chain[-2:]) if len(chain) > 1 else chain[0]


def _sysctl(facts: Facts, text: str) -> tuple[int, str, str] | None:
    """The sysctl of the pod that the message names, by its name or by its path below /proc/sys."""
    for index, item in enumerate(listing(mapping(facts.spec.get("securityContext")).get("sysctls"))):
        name = str(item.get("name") or "")
        if name and (name in text or name.replace(".", "/") in text):
            return index, name, str(item.get("value") or "")
    return None


def _without(facts: Facts, index: int, name: str) -> list[Remedy]:
    sysctls: list[Object] = listing(mapping(facts.spec.get("securityContext")).get("sysctls"))
    patch = facts.patch_command({"securityContext": {"sysctls": [s for i, s in enumerate(sysctls) if i != index] or None}})
    return [
        *([now("start without it", patch)] if patch else []),
        proper(facts.change(f"give sysctl {name} a value that the kernel accepts")),
    ]
