"""Memory and disk: limits in force, and what the runtimes' own heaps may take of them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from ...facts import resolve
from ...model import Evidence, Remedy, now, proper
from ...quantities import doubled, mebibytes, parse
from ...status import listing, mapping

if TYPE_CHECKING:
    from fractions import Fraction

    from ...facts import Container, Facts
    from ...snapshot import Log

# Of a limit, what a heap may take: threads, code and buffers need the rest.
_TAKEN, _OF = 3, 4
_HEAP = (
    r"-Xmx(?P<java>\d+)(?P<unit>[kKmMgG]?)(?![\w.])|-XX:MaxHeapSize=(?P<size>\d+)(?P<sizeunit>[kKmMgG]?)(?![\w.])"
    r"|-XX:MaxRAMPercentage=(?P<percent>\d+(?:\.\d+)?)|--max[-_]old[-_]space[-_]size[= ](?P<node>\d+)"
)
_JAVA = r"(?i)\bjava\b|\bjdk|\bjre|JAVA_|openjdk|temurin|corretto|\bjvm|\.jar\b|spring|tomcat"
_NODE = r"(?i)(?:^|[/\s])(?:node|npm|npx|yarn|pnpm|nodejs|bun|deno)(?:$|[\s:@])|NODE_OPTIONS"
_PYTHON = r"(?i)(?:^|[/\s])(?:python[\d.]*|gunicorn|uvicorn|celery|uwsgi|pypy)(?:$|[\s:@])|^PYTHON|\.py\b"
# What the log of such a runtime looks like.
_LOGS = (
    ("java", r"^\s+at [\w.$]+\([\w$]+\.java:\d+\)|Picked up (?:JAVA_TOOL_OPTIONS|_JAVA_OPTIONS)|:: Spring Boot ::"),
    ("node", r"\(node:internal/|^npm (?:ERR!|error|warn) |^> [\w@./-]+@\S+ \w+$|<--- Last few GCs --->"),
    ("python", r'^  File "[^"]+\.py", line \d+|^Traceback \(most recent call last\)|\[INFO\] Starting gunicorn '),
)
# What a runtime takes before the program has done anything: below this there is hardly room for its own parts.
_LEAST = {"java": "256Mi", "node": "96Mi", "python": "48Mi"}


class Limit(NamedTuple):
    """A memory limit in force, and where it stands below the pod."""

    text: str
    path: str

    @property
    def of_pod(self) -> bool:
        return self.path.startswith("spec.resources")


def memory_limit(facts: Facts, container: Container) -> Limit | None:
    """The container's memory limit, else that of the whole pod; None where only the node bounds it."""
    text = container.limit("memory")
    if text is not None:
        own = mapping(mapping(container.status.get("resources")).get("limits"))
        place = container.status_path if "memory" in own else container.spec_path
        return Limit(text, f"{place}.resources.limits.memory")
    of_pod = mapping(mapping(facts.spec.get("resources")).get("limits")).get("memory")
    return Limit(str(of_pod), "spec.resources.limits.memory") if of_pod is not None else None


def memory_volumes(facts: Facts, container: Container) -> list[str]:
    """The volumes in memory that the container mounts: their files count against its memory limit."""
    mounted = [mount.get("name") for mount in listing(container.spec.get("volumeMounts"))]
    volumes = listing(facts.spec.get("volumes"))
    return [
        str(v["name"]) for v in volumes if v.get("name") in mounted and mapping(v.get("emptyDir")).get("medium") == "Memory"
    ]


def larger_empty_dir(facts: Facts, volume: str, size: str) -> Remedy:
    """Double the sizeLimit of an emptyDir."""
    larger = doubled(size) or "SIZE"
    if not facts.rolls_out:
        return now(facts.change(f"raise the sizeLimit of emptyDir {volume} from {size} to {larger}"))
    # Volumes are merged by their names (patchMergeKey in the API's types).
    patch = {"spec": {"template": {"spec": {"volumes": [{"name": volume, "emptyDir": {"sizeLimit": larger}}]}}}}
    return now(command=facts.kubectl("patch", "/".join(facts.workload), ("-p", json.dumps(patch, separators=(",", ":")))))


class Heap(NamedTuple):
    """An option by which a runtime is told how large its heap may get."""

    runtime: str
    """java or node."""
    text: str
    """As it stands there: -Xmx512m."""
    size: Fraction | None
    """In bytes; None where it is a share of a limit that is not known."""
    variable: str
    """The environment variable that holds it; empty where the command does."""
    value: str
    """All of that variable, or of that word."""
    evidence: tuple[Evidence, ...]


def heap_option(facts: Facts, container: Container) -> Heap | None:
    """The option that sets the heap's size, from the environment or the command."""
    limit = memory_limit(facts, container)
    total = parse(limit.text) if limit else None
    for name, path, value in facts.environment(container):
        if match := re.search(_HEAP, value):
            own = "value" in mapping(resolve(facts.pod, path)) if ".env[" in path else False
            evidence = (facts.cite_pod(f"{path}.value"),) if own else ()
            return Heap(*_heap(match, total), variable=name, value=value, evidence=evidence)
    for part in ("command", "args"):
        words = container.spec.get(part)
        for index, word in enumerate(words if isinstance(words, list) else ()):
            if match := re.search(_HEAP, str(word)):
                evidence = (facts.cite_pod(f"{container.spec_path}.{part}[{index}]", match[0]),)
                return Heap(*_heap(match, total), variable="", value=str(word), evidence=evidence)
    return None


def _heap(match: re.Match[str], limit: Fraction | None) -> tuple[str, str, Fraction | None]:
    if match["node"]:
        return "node", match[0], parse(f"{match['node']}Mi")
    if match["percent"]:
        return "java", match[0], limit * (parse(match["percent"]) or 0) / 100 if limit else None
    unit = (match["unit"] or match["sizeunit"] or "").upper()
    return "java", match[0], parse((match["java"] or match["size"]) + (f"{unit}i" if unit else ""))


def runtime(facts: Facts, container: Container) -> str | None:
    """java, node or python, where the option, the command, the environment, the image or the log tells."""
    option = heap_option(facts, container)
    if option:
        return option.runtime
    texts = [container.image.rpartition("/")[2], *container.command, *(name for name, _, _ in facts.environment(container))]
    for kind, pattern in (("node", _NODE), ("java", _JAVA), ("python", _PYTHON)):
        if any(re.search(pattern, text) for text in texts):
            return kind
    log = facts.log(container)
    lines = log.lines if log else ()
    return next((kind for kind, pattern in _LOGS if any(re.search(pattern, line) for line in lines)), None)


def least_for(kind: str | None) -> str:
    """What such a runtime needs before the program has done anything; empty where it is not known."""
    return _LEAST.get(kind or "", "")


class Advice(NamedTuple):
    """What a VerticalPodAutoscaler has measured that a container needs."""

    memory: str
    evidence: Evidence


def measured(facts: Facts, container: Container) -> Advice | None:
    """The memory that a VerticalPodAutoscaler of the workload recommends for the container."""
    makers = {(str(owner.get("kind")), mapping(owner.get("metadata")).get("name")) for owner in facts.snapshot.owners}
    for scaler in facts.all("VerticalPodAutoscaler"):
        target = mapping(mapping(scaler.get("spec")).get("targetRef"))
        if (str(target.get("kind")), target.get("name")) not in makers:
            continue
        recommended = listing(mapping(mapping(scaler.get("status")).get("recommendation")).get("containerRecommendations"))
        for index, item in enumerate(recommended):
            memory = mapping(item.get("target")).get("memory")
            if item.get("containerName") == container.name and isinstance(memory, str) and parse(memory):
                path = f"status.recommendation.containerRecommendations[{index}].target.memory"
                return Advice(memory, facts.cite(scaler, path))
    return None


def most_heap(limit: str) -> Fraction | None:
    """Three quarters of a memory limit; None where that is not a MiB."""
    total = parse(limit)
    heap = total * _TAKEN / _OF if total else None
    return heap if heap and mebibytes(heap) else None


def limit_for(heap: Fraction) -> Fraction:
    """The memory limit of which that heap is three quarters."""
    return heap * _OF / _TAKEN


def heap_text(kind: str, size: Fraction) -> str:
    """The option that gives a runtime's heap that size."""
    return f"--max-old-space-size={mebibytes(size)}" if kind == "node" else f"-Xmx{mebibytes(size)}m"


def heap_remedy(
    facts: Facts, container: Container, kind: str, size: Fraction, why: str, make: Callable[..., Remedy] = proper
) -> Remedy:
    """Set the heap's size: in place of the option that stands there, or in the variable that the runtime reads."""
    option, new = heap_option(facts, container), heap_text(kind, size)
    if option and not option.variable:
        return make(facts.change(f"{why}: write {new} instead of {option.text} in the command of {container.name}"))
    variable = option.variable if option else "NODE_OPTIONS" if kind == "node" else "JAVA_TOOL_OPTIONS"
    if option:
        value = option.value.replace(option.text, new)
    else:
        before = next((value for name, _, value in facts.environment(container) if name == variable), None)
        if before == "":  # a Secret's values are not read
            return make(facts.change(f"{why}: add {new} to {variable} of {container.name}"))
        value = f"{before} {new}" if before else new
    command = facts.set_command("env", ("-c", container.name), f"{variable}={value}")
    return make(why, command) if command else make(facts.change(f"{why}: set {variable}={value} for {container.name}"))


# How shells, servers, supervisors and runtimes tell that a child of theirs was killed.
_CHILD_KILLED = (
    r"^(?:\S+: )?(?:line \d+:)?\s*(?:\d+ )?Killed(?: {2,}.*)?\s*$|was sent SIGKILL|signal: killed\b|Signals\.SIGKILL"
    r"|exit signal Killed|Killed signal terminated|terminated by SIGKILL; not expected|signal:? (?:9\b|SIGKILL)"
    r"|\b(?:code|status):? ?(?:137|-9)\b"
)
# A parent that lost patience with its children, or was asked to stop, kills them itself, and says so just before.
_OWN_DOING = r"(?i)worker timeout|\bsigterm\b|signal[: ]+term|shutting down|shutdown|stopping|timed out"
_JUST_BEFORE = 8


def child_killed(facts: Facts, log: Log) -> Evidence | None:
    """The line by which the log tells that a child process was killed, and not by its own parent."""
    for index in reversed(range(len(log.lines))):
        if re.search(_CHILD_KILLED, log.lines[index]):
            before = log.lines[max(0, index - _JUST_BEFORE) : index]
            if not any(re.search(_OWN_DOING, line) for line in before):
                return facts.cite_log(log, index)
    return None


class Eviction(NamedTuple):
    """What the kubelet says when it evicts the pod."""

    match: re.Match[str]
    evidence: Evidence


def eviction(facts: Facts, pattern: str) -> Eviction | None:
    """The kubelet's words, in the pod's status or, before that is written, in its event; None where they do not fit."""
    if facts.status.get("reason") == "Evicted":
        match = re.search(pattern, str(facts.status.get("message") or ""))
        return Eviction(match, facts.cite_pod("status.message")) if match else None
    for event in facts.events("Evicted", kind="Pod"):
        if match := re.search(pattern, str(event.get("message") or "")):
            return Eviction(match, facts.cite_event(event))
    return None


class Offender(NamedTuple):
    """A container that used more of what the node ran out of than it had asked for."""

    name: str
    used: str
    request: str


# Source: pkg/kubelet/eviction/helpers.go, 1.36.
_OFFENDER = r"Container (?P<name>\S+) was using (?P<used>\w+), (?:which exceeds its )?request (?:is|of) (?P<request>\w+)"


def offenders(facts: Facts, found: Eviction) -> list[Offender]:
    """The containers that the kubelet names, as far as they are the pod's own, the largest excess first."""
    names = {container.name for container in facts.containers}
    named = [Offender(**match.groupdict()) for match in re.finditer(_OFFENDER, found.match.string)]
    excess = [(parse(item.used) or 0) - (parse(item.request) or 0) for item in named]
    ranked = sorted(zip(excess, named, strict=True), key=lambda pair: pair[0], reverse=True)
    return [item for _, item in ranked if item.name in names]
