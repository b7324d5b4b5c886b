"""Memory and disk: limits in force, and what the runtimes' own heaps may take of them."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import TYPE_CHECKING, NamedTuple

from ...model import Remedy, proper
from ...quantities import mebibytes, parse
from ...status import listing, mapping

if TYPE_CHECKING:
    from ...facts import Container, Facts
    from ...model import Evidence
    from ...snapshot import Log

# Of a limit, what a heap may take: threads, code and buffers need the rest.
_SHARE = Fraction(3, 4)
_HEAP = re.compile(
    r"-Xmx(?P<java>\d+)(?P<unit>[kKmMgG]?)(?![\w.])|-XX:MaxHeapSize=(?P<size>\d+)(?P<sizeunit>[kKmMgG]?)(?![\w.])"
    r"|-XX:MaxRAMPercentage=(?P<percent>\d+(?:\.\d+)?)|--max[-_]old[-_]space[-_]size[= ](?P<node>\d+)"
)
_JAVA = re.compile(r"(?i)\bjava\b|\bjdk|\bjre|JAVA_|openjdk|temurin|corretto|\bjvm|\.jar\b|spring|tomcat")
_NODE = re.compile(r"(?i)(?:^|[/\s])(?:node|npm|yarn|pnpm|nodejs)(?:$|[\s:@])|NODE_OPTIONS")


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
    mounted = {mount.get("name") for mount in listing(container.spec.get("volumeMounts"))}
    volumes = listing(facts.spec.get("volumes"))
    return [
        str(v["name"]) for v in volumes if v.get("name") in mounted and mapping(v.get("emptyDir")).get("medium") == "Memory"
    ]


class Heap(NamedTuple):
    """An option by which a runtime is told how large its heap may get."""

    runtime: str
    """java or node."""
    text: str
    """As it stands there: -Xmx512m."""
    size: Fraction | None
    """In bytes; None where it is a share of the limit."""
    variable: str
    """The environment variable that holds it; empty where the command does."""
    value: str
    path: str


def heap_option(facts: Facts, container: Container) -> Heap | None:
    """The option that sets the heap's size, from the environment or the command."""
    for name, path, value in facts.environment(container):
        if match := _HEAP.search(value):
            return _heap(match, name, value, f"{path}.value" if ".env[" in path else path)
    for part in ("command", "args"):
        words = container.spec.get(part)
        for index, word in enumerate(words if isinstance(words, list) else ()):
            if match := _HEAP.search(str(word)):
                return _heap(match, "", str(word), f"{container.spec_path}.{part}[{index}]")
    return None


def _heap(match: re.Match[str], variable: str, value: str, path: str) -> Heap:
    size = None
    if match["node"]:
        size = parse(f"{match['node']}Mi")
    elif not match["percent"]:
        unit = (match["unit"] or match["sizeunit"] or "").upper()
        size = parse((match["java"] or match["size"]) + (f"{unit}i" if unit else ""))
    return Heap("node" if match["node"] else "java", match[0], size, variable, value, path)


def runtime(facts: Facts, container: Container) -> str | None:
    """java or node, where the option, the command, the environment or the image tells."""
    option = heap_option(facts, container)
    if option:
        return option.runtime
    texts = [container.image.rpartition("/")[2], *container.command, *(name for name, _, _ in facts.environment(container))]
    if any(_NODE.search(text) for text in texts):
        return "node"
    return "java" if any(_JAVA.search(text) for text in texts) else None


def heap_of(kind: str, limit: str) -> str | None:
    """The option that gives the heap three quarters of a memory limit."""
    total = parse(limit)
    if total is None or not mebibytes(total * _SHARE):
        return None
    size = mebibytes(total * _SHARE)
    return f"--max-old-space-size={size}" if kind == "node" else f"-Xmx{size}m"


def heap_remedy(facts: Facts, container: Container, kind: str, new: str, why: str) -> Remedy:
    """Set the heap's size to `new`: in place of the option that stands there, or by the variable that the runtime reads."""
    option = heap_option(facts, container)
    variable = "NODE_OPTIONS" if kind == "node" else "JAVA_TOOL_OPTIONS"
    if option is None:
        before = next((value for name, _, value in facts.environment(container) if name == variable), None)
        if before == "":  # it stands in a Secret
            return proper(facts.change(f"{why}: add {new} to {variable}"))
        setting = f"{variable}={before} {new}" if before else f"{variable}={new}"
    elif option.variable:
        setting = f"{option.variable}={option.value.replace(option.text, new)}"
    else:
        return proper(facts.change(f"{why}: write {new} instead of {option.text} in the command of {container.name}"))
    command = facts.set_command("env", "-c", container.name, setting)
    return proper(why, command) if command else proper(facts.change(f"{why}: set {setting}"))


# How shells, servers, supervisors and runtimes tell that a child of theirs was killed.
_CHILD_KILLED = re.compile(
    r"^(?:\S+: )?(?:line \d+:)?\s*(?:\d+ )?Killed(?: {2,}.*)?\s*$|was sent SIGKILL|signal: killed\b|Signals\.SIGKILL|exit signal Killed"
    r"|Killed signal terminated|terminated by SIGKILL; not expected|signal:? (?:9\b|SIGKILL)|\b(?:code|status):? ?(?:137|-9)\b"
)
# A parent that has been asked to stop, or that lost patience, kills its children itself.
_OWN_DOING = re.compile(r"(?i)WORKER TIMEOUT|sigterm|signal[: ]+term|shutting down|graceful|stopping|timed? ?out")


def child_killed(facts: Facts, log: Log) -> Evidence | None:
    """The line by which the log tells that a child process was killed, and not by its own parent."""
    for index, text in enumerate(log.lines):
        if _OWN_DOING.search(text):
            return None
        if _CHILD_KILLED.search(text):
            return facts.cite_log(log, index)
    return None
