from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from ... import names
from ...model import Confidence, Evidence, Finding, Remedy, now, proper
from ...status import listing, mapping
from .. import cause
from ..loglines import said
from ..loglines.signs import Telling
from . import exit_code
from .peers import GENERAL

if TYPE_CHECKING:
    from ...facts import Container, Facts


class Place(NamedTuple):
    """Where a value is that may have been meant."""

    what: str
    """In words: `Secret shop-db has DB_PASSWD instead`."""
    evidence: tuple[Evidence, ...]
    kind: str = ""
    name: str = ""
    key: str = ""
    exact: bool = False
    """Whether the key is the very name that the process asks for."""


@cause(explains=GENERAL)
def missing_env_var(facts: Facts) -> Iterator[Finding]:
    """A needed environment variable is absent or empty.

    The process names it in its log and ends. A ConfigMap, Secret or key that the pod itself refers to and that does not
    exist keeps the container from starting at all (env-configmap-not-found and its kin), unless the reference is optional:
    then the variable is silently absent. A variable that is there with a value the process rejects is invalid-configuration.

    Names that differ only in case, `-` and `_`, or the spelling of a word are looked for in the container's environment, in
    the keys of the ConfigMaps and Secrets that were read, and in the pod's other containers.

    Fix: set the variable, or rename the key that was meant.

    Source: core/v1 EnvVar, EnvFromSource; since 1.34 any printable key but `=` becomes a variable under its own name.
    """
    for container, line in said(facts, "missing-env-var"):
        prefix = _prefix(facts, container, line["given"])
        wanted = [prefix + variable for text in line.every("variable") for variable in _variables(text, line.text)]
        if not wanted:
            what = line["connection"] and f"ConnectionStrings__{line['connection']}"
            words = f"{what} is not set" if what else f"a setting that it needs is not set ({line['what'] or 'see the log'})"
            remedy = proper(facts.change(f"set {what or 'it'} for container {container.name}"))
            yield Finding(
                words, Confidence.POSSIBLE, container.name, (*line.evidence(facts), *exit_code(facts, container)), (remedy,)
            )
            continue
        yield _about(facts, container, line, wanted)


def _prefix(facts: Facts, container: Container, given: str) -> str:
    """The prefix of pydantic's settings in the environment, as those show that were found: `{'size': '5'}`, APP_SIZE."""
    for field in re.findall(r"'(\w+)': ", given):
        for name, _, _ in facts.environment(container):
            if name.upper().endswith(f"_{field.upper()}"):
                return name[: -len(field)]
    return ""


def _variables(text: str, line: str) -> list[str]:
    """The variables that the words of a log line mean: a property of Spring or MicroProfile has one, in upper case."""
    found = []
    for word in re.split(r"[\s,]+", text):
        name = word.strip("\"'`${}[]().:-*•")
        if re.search(r"[.-]", name) and re.search(r"placeholder|Property: ", line):
            name = name.replace("-", "")
        name = re.sub(r"[^A-Za-z0-9]+", "_", name)
        if name and name not in ("and", "or", "undefined"):
            found.append(name if re.search("[A-Z]", name) and not re.search("[.]", word) else name.upper())
    return found


def _about(facts: Facts, container: Container, line: Telling, wanted: list[str]) -> Finding:
    first, many = wanted[0], len(wanted) > 1
    given = {name.upper(): (name, path, value) for name, path, value in _given(facts, container)}
    evidence = [*line.evidence(facts)]
    subject = f"environment variable{'s' if many else ''} {', '.join(wanted)} {'are' if many else 'is'}"
    if first.upper() in given and not many:
        _, path, value = given[first.upper()]
        evidence.append(facts.cite_pod(path))
        is_empty = value == ""
        message = f"{subject} set and empty" if is_empty else f"the log says that {subject} missing, and the pod sets it"
        sure = Confidence.LIKELY if is_empty else Confidence.POSSIBLE
        return Finding(message, sure, container.name, tuple(evidence), _set(facts, container, first))
    seen = next(iter(facts.examined(container, "env")), None)
    if seen and first in seen.words("names"):
        message = f"the log says that {subject} missing, and a look from inside finds it set"
        evidence.append(facts.cite_examined(seen))
        return Finding(message, Confidence.POSSIBLE, container.name, tuple(evidence), _set(facts, container, first))
    place = next(_near(facts, container, first), None)
    near = names.nearest(first, seen.words("names")) if seen and not place else None
    place = Place(f"{near} is set instead", ()) if near else place
    evidence += [facts.cite_examined(seen)] if seen else []
    evidence += place.evidence if place else _names_set(facts, container) or exit_code(facts, container)
    absent = seen is not None and bool(seen.words("names"))
    return Finding(
        f"{subject} not set" + (f": {place.what}" if place else ""),
        Confidence.CERTAIN if absent else Confidence.LIKELY if _known(facts, container) else Confidence.POSSIBLE,
        container.name,
        tuple(evidence),
        _taken_from(facts, container, first, place) if place else _set(facts, container, *wanted),
    )


def _given(facts: Facts, container: Container) -> Iterator[tuple[str, str, str | None]]:
    """The variables that the container really has: name, path, and value; None where only the Secret knows the value."""
    for name, path, value in facts.environment(container):
        item = mapping(_entry(container, path))
        of = mapping(item.get("valueFrom"))
        for kind, field in (("ConfigMap", "configMapKeyRef"), ("Secret", "secretKeyRef")):
            reference = mapping(of.get(field))
            if (
                reference
                and reference.get("optional") is True
                and str(reference.get("key")) not in facts.values(kind, str(reference.get("name")))
            ):
                break
        else:
            plain = "value" in item or not item or "configMapKeyRef" in of or "configMapRef" in item
            bare = not item.get("value") and not of and "name" in item
            yield name, path, value if (plain or bare) and not value.startswith("***") else None


def _entry(container: Container, path: str) -> object:
    field, _, index = path[len(container.spec_path) + 1 :].rstrip("]").partition("[")
    entries = listing(container.spec.get(field))
    return entries[int(index)] if index.isdigit() and int(index) < len(entries) else {}


def _known(facts: Facts, container: Container) -> bool:
    """Whether all that the environment is taken from could be read."""
    for item in listing(container.spec.get("envFrom")):
        for kind, field in (("ConfigMap", "configMapRef"), ("Secret", "secretRef")):
            name = mapping(item.get(field)).get("name")
            if name and not facts.values(kind, str(name)) and not facts.absent(kind, str(name)):
                return False
    return True


def _near(facts: Facts, container: Container, variable: str) -> Iterator[Place]:
    """Where it may be, the likeliest first."""
    own = {name: path for name, path, _ in facts.environment(container) if name.upper() != variable.upper()}
    near = names.nearest(variable, own)
    if near:
        kind, name = _origin(container, own[near])
        if kind:
            yield _key(
                facts,
                kind,
                name,
                near,
                variable,
                facts.cite_pod(f"{own[near]}.{'configMapRef' if kind == 'ConfigMap' else 'secretRef'}.name"),
            )
        else:
            yield Place(f"{near} is set instead", (facts.cite_pod(f"{own[near]}.name"),))
    for exact in (True, False):
        for kind in ("Secret", "ConfigMap"):
            for obj in facts.all(kind):
                name = str(mapping(obj.get("metadata")).get("name"))
                keys = list(mapping(obj.get("data")))
                key = variable if variable in keys else None if exact else names.nearest(variable, keys)
                if key:
                    yield _key(facts, kind, name, key, variable)
    yield from _absent_optional(facts, container)
    for other in facts.containers:
        for name, path, _ in facts.environment(other):
            if other.name != container.name and name == variable:
                yield Place(f"container {other.name} has it, {container.name} does not", (facts.cite_pod(path),))


def _key(facts: Facts, kind: str, name: str, key: str, variable: str, *evidence: Evidence) -> Place:
    exact = key == variable
    what = f"{kind} {name} has it, and the container does not take it" if exact else f"{kind} {name} has {key} instead"
    return Place(what, (*evidence, *facts.cite_keys(kind, name)), kind, name, key, exact)


def _origin(container: Container, path: str) -> tuple[str, str]:
    """The ConfigMap or Secret of an envFrom."""
    item = mapping(_entry(container, path))
    for kind, field in (("ConfigMap", "configMapRef"), ("Secret", "secretRef")):
        if mapping(item.get(field)).get("name"):
            return kind, str(item[field]["name"])
    return "", ""


def _absent_optional(facts: Facts, container: Container) -> Iterator[Place]:
    for index, item in enumerate(listing(container.spec.get("envFrom"))):
        for kind, field in (("ConfigMap", "configMapRef"), ("Secret", "secretRef")):
            name = mapping(item.get(field)).get("name")
            if name and facts.absent(kind, str(name)):
                path = facts.cite_pod(f"{container.spec_path}.envFrom[{index}].{field}.name")
                yield Place(
                    f"{kind} {name}, from which it may come, does not exist and is optional",
                    (path, facts.cite_absent(kind, str(name))),
                    kind,
                    str(name),
                )
    for index, item in enumerate(listing(container.spec.get("env"))):
        for kind, field in (("ConfigMap", "configMapKeyRef"), ("Secret", "secretKeyRef")):
            reference = mapping(mapping(item.get("valueFrom")).get(field))
            name, key = str(reference.get("name")), str(reference.get("key"))
            if reference.get("optional") is True and key not in facts.values(kind, name):
                lacks = "does not exist" if facts.absent(kind, name) else f"has no key {key}"
                path = facts.cite_pod(f"{container.spec_path}.env[{index}].valueFrom.{field}.key")
                yield Place(f"{kind} {name} {lacks}, and the reference is optional", (path,), kind, name)


def _names_set(facts: Facts, container: Container) -> list[Evidence]:
    own = [str(item.get("name")) for item in listing(container.spec.get("env"))]
    return [facts.cite_pod(f"{container.spec_path}.env", own)] if own else []


def _set(facts: Facts, container: Container, *variables: str) -> tuple[Remedy, ...]:
    command = facts.set_command("env", ("-c", container.name), *(f"{variable}=VALUE" for variable in variables))
    lasting = proper(
        facts.change(f"take {', '.join(variables)} from a ConfigMap or a Secret for container {container.name}")
    )
    return (now(command=command), lasting) if command else (lasting,)


def _taken_from(facts: Facts, container: Container, variable: str, place: Place) -> tuple[Remedy, ...]:
    """The key that was meant can be taken under the name that is asked for; for good, it is called so."""
    if not place.key:
        mend = (
            f"create {place.kind} {place.name} with {variable}"
            if place.name
            else facts.change(f"set {variable} for container {container.name}")
        )
        return (*_set(facts, container, variable)[:1], proper(mend)) if facts.rolls_out else (proper(mend),)
    field = "secretKeyRef" if place.kind == "Secret" else "configMapKeyRef"
    if re.sub(r"[^A-Za-z0-9_]", "_", place.key).upper() == variable:
        # So `kubectl set env --from` makes a variable of a key (set_env.go, keyToEnvName).
        command = facts.set_command(
            "env", ("-c", container.name, f"--from={place.kind.lower()}/{place.name}", f"--keys={place.key}")
        )
    else:
        entry = {"name": variable, "valueFrom": {field: {"name": place.name, "key": place.key}}}
        command = facts.patch_command({container.part: [{"name": container.name, "env": [entry]}]})
    again = f", then {facts.kubectl('rollout', 'restart', '/'.join(facts.workload))}" if facts.rolls_out else ""
    mend = (
        facts.change(f"take {variable} from {place.kind} {place.name}")
        if place.exact
        else f"rename key {place.key} in {place.kind} {place.name} to {variable}{again}"
    )
    return (now(command=command), proper(mend)) if command else (proper(mend),)
