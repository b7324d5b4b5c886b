from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...model import Confidence, Finding, Remedy, now, proper
from ...status import listing, mapping
from .. import cause
from ..config.container_create_failed import container_create_failed
from . import complaints, parts, short

if TYPE_CHECKING:
    from ...facts import Facts
    from ...snapshot import Object

# What other causes speak of.
_OTHERS = (
    r'(?:configmap|secret|persistentvolumeclaim)s? "[^"]+" not found|references non-existent (?:config|secret) key'
    r"|PVC is not bound|non-bound phase"
)
_SUBPATH = r"(?i)(?:create|prepare) subPath(?: directory)? for volumeMount \"(?P<mount>[^\"]+)\"|subpath(?!s/)"
# Texts of volume plugins, CSI drivers and mount(8), and what they mean.
_KNOWN = (
    (r"hostPath type check failed: (?P<a>.+?) is not (?P<b>.+)", "hostPath {a} is not {b} on node {node}"),
    (r"already used by pod\(s\) (?P<a>[^\s,]+)", "it is attached to another node, where pod {a} uses it"),
    (r"already exclusively attached to one node|already used by \d+ pod", "it is still attached to another node"),
    (
        r"driver name (?P<a>\S+) not found in the list of registered CSI drivers",
        "CSI driver {a} does not run on node {node}",
    ),
    (r"access denied by server while mounting (?P<a>\S+)", "the NFS server refuses this node: {a}"),
    (r"mounting (?P<a>\S+) failed, reason given by server: (?P<b>.+)", "the NFS server answers for {a}: {b}"),
    (r"Failed to resolve server (?P<a>[^:\s]+)", "server {a} does not resolve on node {node}"),
    (r"you might need a /sbin/mount\.<type> helper program", "node {node} has no mount helper for this filesystem"),
    (r"Output: mount\.(?P<a>\w+): (?P<b>.+)", "{a} server {server}: {b}"),
    (r"Output: (?P<a>.+)", "{a} (mounting {server})"),
    (r"unknown filesystem type '(?P<a>[^']+)'", "node {node} does not know filesystem {a}"),
    (r"^path \"(?P<a>[^\"]+)\" does not exist", "{a} does not exist on node {node}"),
)
_TIMEOUT = (
    r"(?s)^Unable to attach or mount volumes: unmounted volumes=\[(?P<volumes>[^\]]*)\].*"
    r"(?:timed out waiting|context deadline exceeded)"
)


@cause(explains=[container_create_failed])
def volume_mount_failed(facts: Facts) -> Iterator[Finding]:
    """A volume cannot be attached or mounted, for another reason than that an object or a key is missing.

    The path on the node is not of the hostPath's type, the NFS server refuses or does not answer, the CSI driver does
    not run on the node, a volume for one node is still attached to another, a subPath cannot be made. The event names
    the pod's volume, or the PersistentVolume behind the claim. A mount that takes its time and then works leaves such
    events as well: they count as long as nothing of the pod has been started since.

    Fix: what the words of the event name; the kubelet tries again by itself, within two minutes.

    Source: operation_generator.go below pkg/volume/util/operationexecutor, 1.36.
    """
    told: set[str] = set()
    timeouts = []
    for event in complaints(facts, "FailedMount", "FailedAttachVolume", "FailedMapVolume"):
        volume, text = parts(event)
        timed_out = re.search(_TIMEOUT, text)
        if timed_out:
            timeouts.append((event, timed_out["volumes"]))
        elif volume not in told and not re.search(_OTHERS, text):
            told.add(volume)
            meaning, match = _meaning(facts, text)
            yield Finding(
                f"volume {_own_name(facts, volume)}: {meaning}" if volume else meaning,
                Confidence.CERTAIN,
                evidence=(facts.cite_event(event),),
                remedies=_remedies(facts, _own_name(facts, volume), text, match),
            )
    others = complaints(facts, "FailedMount", "FailedAttachVolume", "FailedMapVolume", text=_OTHERS)
    if timeouts and not told and not others:
        event, volumes = timeouts[0]
        yield Finding(
            f"volume {volumes or 'of the pod'} is not mounted in time, and no reason is given",
            Confidence.POSSIBLE,
            evidence=(facts.cite_event(event),),
            remedies=(now("see what runs on the node", _on_node(facts), mutates=False),),
        )
    for container in facts.containers:
        message = str(mapping(container.waiting).get("message") or "")
        match = re.search(_SUBPATH, message)
        if match and mapping(container.waiting).get("reason") in ("CreateContainerConfigError", "CreateContainerError"):
            yield Finding(
                f"a subPath cannot be mounted: {short(message)}",
                Confidence.CERTAIN,
                container.name,
                (facts.cite_pod(f"{container.status_path}.state.waiting.message"),),
                (proper(facts.change("correct subPath, or who owns the volume's directories (fsGroup)")),),
            )


def _meaning(facts: Facts, text: str) -> tuple[str, re.Match[str] | None]:
    for pattern, words in _KNOWN:
        match = re.search(pattern, text)
        if match:
            server = re.search(r"Mounting arguments: .*-t \S+ (?:-o \S+ )?(?P<server>\S+) ", text)
            fixed = {"node": str(facts.spec.get("nodeName")), "server": server["server"] if server else "of the volume"}
            groups = {"a": "", "b": ""} | fixed | match.groupdict()
            return words.format(**groups), match
    return short(text) or "a mount fails, and no reason is given", None


def _own_name(facts: Facts, volume: str) -> str:
    """The pod's volume; for a PersistentVolume the one whose claim is bound to it."""
    for item in listing(facts.spec.get("volumes")):
        claim = mapping(item.get("persistentVolumeClaim")).get("claimName") or f"{facts.name}-{item.get('name')}"
        for found in facts.all("PersistentVolumeClaim"):
            same = mapping(found.get("metadata")).get("name") == claim
            if same and mapping(found.get("spec")).get("volumeName") == volume:
                return str(item.get("name"))
    return volume


def _remedies(facts: Facts, volume: str, text: str, match: re.Match[str] | None) -> tuple[Remedy, ...]:
    node = str(facts.spec.get("nodeName"))
    if match and "hostPath type check failed" in text:
        path, what = match["a"], match["b"]
        patch = _or_create(facts, volume) if what == "a directory" else None
        return (
            *([now("if an empty directory will do", patch)] if patch else []),
            proper(
                f"make sure that {path} is {what} on each node; or " + facts.change("correct the path or type of the volume")
            ),
        )
    if match and "Volume is already" in text:
        pod = match.groupdict().get("a")
        let_go = now("if that pod can go", facts.kubectl("delete", "pod", pod)) if pod else None
        return (
            let_go or now("see where it is attached", facts.kubectl("get", "volumeattachments"), mutates=False),
            proper(
                facts.change("end the old pod before the new one starts (strategy Recreate), or use a ReadWriteMany volume")
            ),
        )
    if "mount.nfs" in text:
        return (
            proper(f"make the NFS server answer node {node} and export the path to it; the kubelet then goes on by itself"),
        )
    return (
        now(f"see what runs on node {node}, such as its drivers", _on_node(facts), mutates=False),
        proper("mend what the event names; the kubelet then goes on by itself"),
    )


def _or_create(facts: Facts, volume: str) -> str | None:
    found: Object = next((item for item in listing(facts.spec.get("volumes")) if item.get("name") == volume), {})
    if mapping(found.get("hostPath")).get("type") != "Directory":
        return None
    return facts.patch_command({"volumes": [{"name": volume, "hostPath": {"type": "DirectoryOrCreate"}}]})


def _on_node(facts: Facts) -> str:
    return facts.kubectl(
        "get", "pods", ("-A", "-o", "wide", "--field-selector", f"spec.nodeName={facts.spec.get('nodeName')}")
    )
