"""Containers that the kubelet cannot make: what their environment refers to, and what the kubelet says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...model import Confidence, Finding, Remedy, now, proper
from ...names import nearest
from ...status import listing, mapping

if TYPE_CHECKING:
    from ...facts import Container, Facts

_REASONS = ("CreateContainerConfigError", "CreateContainerError")
_FIELDS = {"ConfigMap": ("configMapRef", "configMapKeyRef"), "Secret": ("secretRef", "secretKeyRef")}
_CREATE = {"ConfigMap": ("configmap",), "Secret": ("secret", "generic")}


def refused(facts: Facts, pattern: str) -> Iterator[tuple[Container, re.Match[str]]]:
    """The containers that the kubelet says it cannot make, with these words."""
    for container in facts.containers:
        waiting = mapping(container.waiting)
        said = re.search(pattern, str(waiting.get("message") or ""))
        if said and waiting.get("reason") in _REASONS:
            yield container, said


def object_not_found(facts: Facts, kind: str) -> Iterator[Finding]:
    """The findings of a kind of object that the environment names, and that is not there."""
    for container, said in refused(facts, rf'{kind.lower()} "(?P<name>[^"]+)" not found'):
        name = said["name"]
        near = facts.nearest(kind, name)
        paths = list(_references(container, kind, name))
        evidence = [facts.cite_pod(f"{container.status_path}.state.waiting.message")]
        if facts.absent(kind, name):
            evidence.append(facts.cite_absent(kind, name))
        evidence += [facts.cite_pod(path) for path, _ in paths[:1]]
        keys = list(dict.fromkeys(key for _, key in paths if key)) or ["KEY"]
        create = facts.kubectl("create", *_CREATE[kind], name, *(f"--from-literal={key}=VALUE" for key in keys))
        yield Finding(
            f"{kind} {name} does not exist" + (f": did you mean {near}?" if near else ""),
            Confidence.CERTAIN,
            container.name,
            tuple(evidence),
            (
                now(command=create),
                proper(facts.change(f"name {kind} {near} instead of {name}") if near else f"deploy {kind} {name} with what uses it"),
            ),
        )


def key_not_found(facts: Facts, kind: str) -> Iterator[Finding]:
    """The findings of a key that the environment asks of an object that is there."""
    for container, said in refused(facts, rf"couldn't find key (?P<key>\S+) in {kind} [^/\s]+/(?P<name>\S+)"):
        key, name = said["key"], said["name"]
        keys = sorted(facts.values(kind, name))
        near = nearest(key, keys) or (keys[0] if len(keys) == 1 else None)
        has = f": did you mean {near}?" if near else f", it has {', '.join(keys[:5])}" if keys else ""
        wanted = [path for path, asked in _references(container, kind, name) if asked == key]
        yield Finding(
            f"{kind} {name} has no key {key}{has}",
            Confidence.CERTAIN,
            container.name,
            (
                facts.cite_pod(f"{container.status_path}.state.waiting.message"),
                *facts.cite_keys(kind, name),
                *(facts.cite_pod(f"{path}.key") for path in wanted[:1]),
            ),
            tuple(_remedies(facts, container, kind, name, key, near)),
        )


def _remedies(facts: Facts, container: Container, kind: str, name: str, key: str, near: str | None) -> Iterator[Remedy]:
    field = _FIELDS[kind][1]
    asking = [
        str(item.get("name"))
        for item in listing(container.spec.get("env"))
        if (mapping(mapping(item.get("valueFrom")).get(field)).get("name"), mapping(mapping(item.get("valueFrom")).get(field)).get("key"))
        == (name, key)
    ]
    if near:
        env = [{"name": variable, "valueFrom": {field: {"name": name, "key": near}}} for variable in asking]
        command = facts.patch_command({container.part: [{"name": container.name, "env": env}]}) if env else None
        yield now(command=command) if command else now(facts.change(f"ask {kind} {name} for key {near} instead of {key}"))
        yield proper(f"let the manifests of {' '.join(facts.workload)} and of {kind} {name} agree on one key: {near} or {key}")
    else:
        field = "data" if kind == "ConfigMap" else "stringData"
        yield now(command=facts.kubectl("patch", kind.lower(), name, "-p", f'{{"{field}":{{"{key}":"VALUE"}}}}'))
        yield proper(f"add key {key} to {kind} {name} where it is deployed from, or ask for a key that it has")


def _references(container: Container, kind: str, name: str) -> Iterator[tuple[str, str]]:
    """Where the container's environment names that object, and the key that it asks of it, if one."""
    whole, single = _FIELDS[kind]
    for index, source in enumerate(listing(container.spec.get("envFrom"))):
        if mapping(source.get(whole)).get("name") == name:
            yield f"{container.spec_path}.envFrom[{index}].{whole}.name", ""
    for index, item in enumerate(listing(container.spec.get("env"))):
        asked = mapping(mapping(item.get("valueFrom")).get(single))
        if asked.get("name") == name:
            yield f"{container.spec_path}.env[{index}].valueFrom.{single}", str(asked.get("key") or "")
