"""What a look from inside found: the facts that examine.sh prints, one JSON object a line, and how they are kept.

Every fact has `fact`, its kind; a key that could not be found out is left out, never guessed. The kinds:

    begin       version, where (pod: in a copy, with the container's own file system; target: beside a container that runs,
                whose file system and processes are seen; beside: without a target, which sees network and volumes),
                rootReadable (of a target: whether its file system may be looked at)
    user        uid, gid, groups [..]: whom the container's process runs as
    entrypoint  word (as the pod says it), path (as PATH or the working folder resolve it), type (absent, file, directory),
                owner "0:0", mode "0755", readable, executable, format (elf, script, empty, other: the kernel starts the
                first two only), bom (a byte order mark stands before the #!), crlf (the #! line ends in CRLF),
                interpreter (of the #! line, or what it has env look for; without the CR), interpreterFound (under the
                name that the kernel reads, with the CR), interpreterExecutable,
                elf (64 or 32), machine (amd64, arm64...), loader, loaderFound, missing [libraries]: of the program, or of
                the interpreter; nodeMachine, blocked, near
    file        path, type (absent, file, directory, link that leads nowhere, socket, device, pipe), owner, mode, size,
                readable, writable, executable (a folder: may be entered), real (where a link leads), missing (the first
                folder that is not there), blocked (the first folder that the user may not enter; without type where we
                may not either), near [names beside it, the likest first],
                variable (where the path is the value of a variable that may be secret: then no path, owner, real, missing,
                blocked, near)
    mount       path, source, type, readOnly, noExec, size, available (bytes), inodes, inodesFree, writable,
                hangs (it does not answer within 3 s; then nothing in it is looked at)
    host        host, port, addresses [..], result (open, refused, timeout, unreachable, unresolved, resolved), seconds,
                error (the tool's own words), variable (as for file: then without host and addresses)
    listen      protocol (tcp, tcp6), address, port
    memory      limit, current, peak (bytes), oomKills
    cpu         quota (cores), periods, throttled (periods), throttledSeconds
    limits      openFiles, processes, pids (limit of the cgroup), pidsCurrent
    dns         nameservers [..], search [..], options [..], hosts [names of /etc/hosts]
    clock       epoch (seconds, as the container's clock has it)
    env         names [..]
    process     pid, uid, command (its first words)
    run         state (exited, running; waiting where it could not be started), exitCode, reason, signal, seconds, message:
                what the container did when it was really started in the copy; told by Kubernetes, not by examine.sh
    end         seconds, complete (false where time was up before everything was looked at)

Sizes are bytes, times seconds, modes octal text as stat prints them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

# No size, time or count is larger; what is, is none.
_LARGEST = 2**63


class Fact(NamedTuple):
    """One fact, and where it stands. What it does not tell, or not in the type that it should have, is not known."""

    line: int
    """The number of its line in the examination's log, from 1."""
    text: str
    """The line as it was printed."""
    values: Mapping[str, Any]

    @property
    def kind(self) -> str:
        return self.word("fact")

    def word(self, name: str) -> str:
        """A text, or an empty one."""
        value = self.values.get(name)
        return value if isinstance(value, str) else ""

    def words(self, name: str) -> list[str]:
        """The texts of a list, or none."""
        value = self.values.get(name)
        return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []

    def number(self, name: str) -> float | None:
        value = self.values.get(name)
        known = isinstance(value, (int, float)) and not isinstance(value, bool) and -_LARGEST < value < _LARGEST
        return value if known else None

    def whole(self, name: str) -> int | None:
        """A whole number."""
        value = self.number(name)
        return value if isinstance(value, int) else None

    def flag(self, name: str) -> bool | None:
        value = self.values.get(name)
        return value if isinstance(value, bool) else None


class Examination(NamedTuple):
    """What was seen from inside: of one container, through one pod."""

    container: str
    """The container that is examined."""
    pod: str
    """The pod in which it was done: the copy, or the target itself."""
    through: str
    """The container in that pod whose log holds the facts."""
    how: str
    """sleep (a copy) or debug (an ephemeral container)."""
    lines: tuple[str, ...] = ()
    """The log of it, line by line, as `redact` leaves it."""
    log: tuple[str, ...] = ()
    """What the container itself said when it was really started in the copy."""
    differs: str = ""
    """What of the copy is not as in the pod, in words, as the builder of the copy says it."""

    def facts(self, *kinds: str) -> Iterator[Fact]:
        """The facts of these kinds, in the order in which they were printed; a line that is none is passed over."""
        for number, line in enumerate(self.lines, 1):
            values = parsed(line)
            if values is not None and (not kinds or values["fact"] in kinds):
                yield Fact(number, line, values)


def parsed(line: str) -> Mapping[str, Any] | None:
    """What a line of examine.sh tells; None where it is no fact."""
    if not line.startswith("{"):
        return None
    try:
        fact = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return fact if isinstance(fact, dict) and isinstance(fact.get("fact"), str) else None


def whole(lines: Iterable[str]) -> bool:
    """Whether the examination has come to its end."""
    return any((parsed(line) or {}).get("fact") == "end" for line in lines)
