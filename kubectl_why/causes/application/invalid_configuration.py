from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from ...model import Confidence, Evidence, Finding, Remedy, now, proper
from ...status import mapping
from .. import cause
from ..loglines import said
from ..loglines.signs import Telling
from . import exit_code, mount_path, mounted, said_by_pod, source
from .peers import GENERAL

if TYPE_CHECKING:
    from ...facts import Container, Facts

_SERVICE = r"^tcp://(?P<address>[\d.]+):\d+$"


class Origin(NamedTuple):
    """Where the pod has what the process rejects."""

    words: str
    evidence: tuple[Evidence, ...]
    remedies: tuple[Remedy, ...]


@cause(explains=GENERAL)
def invalid_configuration(facts: Facts) -> Iterator[Finding]:
    """The process rejects its configuration: its syntax, an unknown directive, a value out of range.

    The log says what is wrong and mostly where: a file and a line, a key, a value. Looked for is where the pod has it: in a
    ConfigMap that is mounted or taken as variables, or in the pod's own variables. A flag that the process does not know is
    bad-arguments; a setting that is absent is missing-env-var, a file that is absent missing-file.

    For every Service of the namespace Kubernetes sets variables such as REDIS_PORT=tcp://10.0.0.1:6379, which programs take
    for their own setting of that name.

    Fix: correct the line or the value, and restart what has read the old one.

    Source: the words of the programs; core/v1 PodSpec.enableServiceLinks.
    """
    for container, line in said(facts, "invalid-configuration"):
        origin = next(_origins(facts, container, line), None)
        evidence = (*line.evidence(facts), *(origin.evidence if origin else exit_code(facts, container)))
        where = line["place"] or (f"{line['file']}:{line['line']}" if line["line"] and line["file"] else line["file"])
        said_so = _problem(line, where)
        yield Finding(
            said_so
            + (
                f" in {where}"
                if where and where not in said_so
                else f" on line {line['line']}"
                if line["line"] and not where
                else ""
            )
            + (f" ({origin.words})" if origin else ""),
            Confidence.LIKELY if origin else Confidence.POSSIBLE,
            container.name,
            evidence,
            origin.remedies if origin else (proper(f"correct {where or 'the configuration'} of {container.name}"),),
        )


def _problem(line: Telling, where: str) -> str:
    """What is wrong, as far as the line says it."""
    key, value, why = line["key"], line["value"], _trimmed(line["why"])
    why = _trimmed(why.replace(where, "")) if where else why
    if key and value:
        return f"the value {value} of {key} is not valid" + (f": {why}" if why else "")
    if key:
        return f"{key} is not valid or not known" + (f": {why}" if why else "")
    if value:
        return f"the value {value} is not valid" + (f": {why}" if why else "")
    return f"the configuration is not valid{': ' + why[:160] if why else ''}"


def _trimmed(text: str) -> str:
    """The text without what ends a sentence or a field, and without a quote or bracket whose other half is elsewhere."""
    text = text.strip(" :;,.")
    for one, other in ('""', "''", "{}", "()"):
        halved = text.count(one) % 2 if one == other else text.count(one) != text.count(other)
        if halved or (text[:1] == one and text[-1:] == other):
            text = text.strip(one + other)
    return text.strip(" :;,.")


def _origins(facts: Facts, container: Container, line: Telling) -> Iterator[Origin]:
    """Where it may come from, the surest first."""
    key, value = line["key"], line["value"]
    if re.match(_SERVICE, value):
        yield from _service_link(facts, value)
    yield from _files(facts, container, line)
    for name, path, held in facts.environment(container):
        if (key and name.upper() == re.sub(r"\W", "_", key).upper()) or (len(value) > 1 and held == value):
            command = facts.set_command("env", ("-c", container.name), f"{name}=VALUE")
            words = facts.change(f"correct {name}")
            yield Origin(
                f"variable {name}",
                (facts.cite_pod(path),),
                ((now(command=command), proper(words)) if command else (proper(words),)),
            )
    for text in filter(None, (key, value)):
        for item in said_by_pod(facts, container, text):
            words = facts.change(
                f"correct {f'variable {item.variable}' if item.variable else 'the arguments of container ' + container.name}"
            )
            yield Origin(
                f"variable {item.variable}" if item.variable else "from the pod's own arguments",
                (item.evidence,),
                (proper(words),),
            )
    for kind, name in _all_sources(facts, container):
        for data_key, text in facts.values(kind, name).items():
            found = next(
                (row for row in text.splitlines() if key and re.search(rf"(?<![\w.]){re.escape(key)}(?!\w)", row)), None
            )
            if found:
                yield _of_object(facts, kind, name, data_key, found)


def _service_link(facts: Facts, value: str) -> Iterator[Origin]:
    address = re.match(_SERVICE, value)["address"]
    service = next((obj for obj in facts.all("Service") if mapping(obj.get("spec")).get("clusterIP") == address), None)
    name = mapping(mapping(service).get("metadata")).get("name")
    evidence = (
        (facts.cite(service, "spec.clusterIP"),)
        if service
        else (facts.cite_pod("spec.enableServiceLinks"),)
        if "enableServiceLinks" in facts.spec
        else ()
    )
    command = facts.patch_command({"enableServiceLinks": False})
    words = "do not let Kubernetes set variables for Services"
    yield Origin(
        f"Kubernetes sets such a variable for Service {name or 'of that address'}",
        evidence,
        (
            (now(words, command) if command else now(facts.change(f"set enableServiceLinks: false: {words}"))),
            proper("give the setting another name than NAME_PORT of a Service"),
        ),
    )


def _files(facts: Facts, container: Container, line: Telling) -> Iterator[Origin]:
    """The ConfigMap or Secret that is mounted where the file is, which the line or the pod's command names."""
    for mount, volume in mounted(facts, container):
        made_of, root = source(facts, volume), str(mount.get("mountPath")).rstrip("/")
        if made_of is None:
            continue
        for below, key in made_of.files.items():
            path = root if mount.get("subPath") else f"{root}/{below}"
            if mount.get("subPath") not in (None, below):
                continue
            if line["file"] == path or (not line["file"] and next(said_by_pod(facts, container, path), None)):
                row = _row(facts.values(made_of.kind, made_of.name).get(key, ""), line)
                origin = _of_object(facts, made_of.kind, made_of.name, key, row)
                yield origin._replace(
                    evidence=(*origin.evidence, facts.cite_pod(f"{mount_path(container, mount)}.mountPath"))
                )


def _row(text: str, line: Telling) -> str:
    rows = text.splitlines()
    number = int(line["line"]) if line["line"] else 0
    return rows[number - 1].strip() if 0 < number <= len(rows) else ""


def _of_object(facts: Facts, kind: str, name: str, key: str, row: str) -> Origin:
    obj = next((obj for obj in facts.all(kind) if mapping(obj.get("metadata")).get("name") == name), None)
    evidence = (
        (facts.cite(obj, "data", row.strip()),)
        if obj and row.strip() and kind == "ConfigMap"
        else facts.cite_keys(kind, name)
    )
    again = f", then {facts.kubectl('rollout', 'restart', '/'.join(facts.workload))}" if facts.rolls_out else ""
    edit = facts.kubectl("edit", kind.lower(), name)
    return Origin(
        f"{kind} {name}, key {key}",
        evidence,
        (now(command=edit), proper(f"correct key {key} where {kind} {name} comes from{again}")),
    )


def _all_sources(facts: Facts, container: Container) -> Iterator[tuple[str, str]]:
    for _, volume in mounted(facts, container):
        made_of = source(facts, volume)
        if made_of and made_of.kind == "ConfigMap":
            yield made_of.kind, made_of.name
