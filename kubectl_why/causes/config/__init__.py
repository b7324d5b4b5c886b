"""Containers that the kubelet cannot make: what their environment refers to, and what the kubelet says."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from ...model import Confidence, Finding, Remedy, now, proper
from ...names import nearest
from ...status import listing, mapping

if TYPE_CHECKING:
    from ...facts import Container, Facts

_REASONS = ("CreateContainerConfigError", "CreateContainerError")
# Reasons with which a container waits that the kubelet or the runtime refused to create or to start.
_REFUSED = frozenset((*_REASONS, "RunContainerError", "PreCreateHookError", "PreStartHookError"))
# How a run ended that never began: containerd's word, and that of Docker.
_NEVER_RAN = frozenset(("StartError", "ContainerCannotRun"))
_RUNTIME = r"OCI runtime|container process|container create failed|shim task"
_FIELDS = {"ConfigMap": ("configMapRef", "configMapKeyRef"), "Secret": ("secretRef", "secretKeyRef")}
_CREATE = {"ConfigMap": ("configmap",), "Secret": ("secret", "generic")}


def refused(facts: Facts, pattern: str) -> Iterator[tuple[Container, re.Match[str]]]:
    """The containers that the kubelet says it cannot make, with these words."""
    for container in facts.containers:
        waiting = mapping(container.waiting)
        said = re.search(pattern, str(waiting.get("message") or ""))
        if said and waiting.get("reason") in _REASONS:
            yield container, said


class Refusal(NamedTuple):
    """That a container was not created or not started, in the words of the kubelet or the runtime."""

    container: Container
    reason: str
    message: str
    path: str
    """Where the message stands below the pod."""


def refusals(facts: Facts) -> Iterator[Refusal]:
    """The containers that were refused: they wait so, or their last run ended so before it began."""
    for container in facts.containers:
        waiting = mapping(container.waiting)
        end = facts.end(container)
        reason = str(waiting.get("reason") or "")
        if reason in _REFUSED:
            path = f"{container.status_path}.state.waiting.message"
            yield Refusal(container, reason, str(waiting.get("message") or ""), path)
        elif end and (end.reason in _NEVER_RAN or (end.exit_code in (126, 127, 128) and re.search(_RUNTIME, end.message))):
            yield Refusal(container, end.reason, end.message, f"{end.path}.message")


def object_not_found(facts: Facts, kind: str) -> Iterator[Finding]:
    """The findings of a kind of object that the environment names, and that is not there."""
    for container, said in refused(facts, rf'{kind.lower()}s? "(?P<name>[^"]+)" not found'):
        name = said["name"]
        near = facts.nearest(kind, name)
        asked = list(_asked(container, kind, name))
        evidence = [facts.cite_pod(f"{container.status_path}.state.waiting.message")]
        if facts.absent(kind, name):
            evidence.append(facts.cite_absent(kind, name))
        evidence += [facts.cite_pod(f"{path}.name") for path, _ in asked[:1]]
        keys = list(dict.fromkeys(key for _, key in asked if key)) or ["KEY"]
        create = facts.kubectl("create", *_CREATE[kind], name, tuple(f"--from-literal={key}=VALUE" for key in keys))
        lasting = proper(f"deploy {kind} {name} together with {' '.join(facts.workload)}")
        yield Finding(
            f"{kind} {name} does not exist" + (f": did you mean {near}?" if near else ""),
            Confidence.CERTAIN,
            container.name,
            tuple(evidence),
            _corrected(facts, container, kind, (name, near)) if near else (now(command=create), lasting),
        )


def key_not_found(facts: Facts, kind: str) -> Iterator[Finding]:
    """The findings of a key that the environment asks of an object that is there."""
    for container, said in refused(facts, rf"couldn't find key (?P<key>\S+) in {kind} [^/\s]+/(?P<name>\S+)"):
        key, name = said["key"], said["name"]
        keys = sorted(facts.values(kind, name))
        near = nearest(key, keys)
        has = f": did you mean {near}?" if near else f", it has {', '.join(keys[:5])}" if keys else ""
        instead = near or (keys[0] if len(keys) == 1 else None)
        field = "data" if kind == "ConfigMap" else "stringData"
        add = facts.kubectl("patch", kind.lower(), name, ("-p", json.dumps({field: {key: "VALUE"}}, separators=(",", ":"))))
        lasting = proper(f"add key {key} to {kind} {name} where that is deployed from, or ask for a key that it has")
        yield Finding(
            f"{kind} {name} has no key {key}{has}",
            Confidence.CERTAIN,
            container.name,
            (
                facts.cite_pod(f"{container.status_path}.state.waiting.message"),
                *facts.cite_keys(kind, name),
                *[facts.cite_pod(f"{path}.key") for path, asked in _asked(container, kind, name) if asked == key][:1],
            ),
            _corrected(facts, container, kind, (name, name), (key, instead)) if instead else (now(command=add), lasting),
        )


def _asked(container: Container, kind: str, name: str) -> Iterator[tuple[str, str]]:
    """Where the container's environment refers to that object, and the key that it asks of it, if one."""
    whole, single = _FIELDS[kind]
    for part, place in (("envFrom", whole), ("env", f"valueFrom.{single}")):
        for index, item in enumerate(listing(container.spec.get(part))):
            reference = mapping(mapping(item.get("valueFrom")).get(single) if part == "env" else item.get(whole))
            if reference.get("name") == name:
                yield f"{container.spec_path}.{part}[{index}].{place}", str(reference.get("key") or "")


def _corrected(
    facts: Facts, container: Container, kind: str, name: tuple[str, str], key: tuple[str, str] | None = None
) -> tuple[Remedy, ...]:
    """To name another object, or another of its keys: each pair is the wrong one and the right one."""
    whole, single = _FIELDS[kind]
    env, env_from, changed = [], [], False
    for item in listing(container.spec.get("env")):
        asked = mapping(mapping(item.get("valueFrom")).get(single))
        if asked.get("name") == name[0] and (not key or asked.get("key") == key[0]):
            right = {"name": name[1], "key": key[1] if key else asked.get("key")}
            env.append({"name": item.get("name"), "valueFrom": {single: right}})
    for item in listing(container.spec.get("envFrom")):
        wrong = not key and mapping(item.get(whole)).get("name") == name[0]
        changed = changed or wrong
        env_from.append({**item, whole: {**mapping(item.get(whole)), "name": name[1]}} if wrong else item)
    # env is merged by the names of its variables; envFrom is replaced as a whole.
    fields = {**({"env": env} if env else {}), **({"envFrom": env_from} if changed else {})}
    words = f"key {key[1]} instead of {key[0]} of {kind} {name[0]}" if key else f"{kind} {name[1]} instead of {name[0]}"
    command = facts.patch_command({container.part: [{"name": container.name, **fields}]}) if fields else None
    if not command:
        return (now(facts.change(f"name {words}")),)
    return now(f"name {words}", command), proper(f"correct it in the manifest of {' '.join(facts.workload)} too")
