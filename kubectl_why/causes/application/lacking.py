"""What a container lacks that ends without a word, as a look from inside shows it."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from ... import hosts
from ...labels import stands_before
from ...model import Evidence
from ...snapshot import key
from ..dependencies import service_of
from ..examined import is_absent, program_of, unusable
from ..loglines import telling
from ..signals import stopped
from . import is_written, said_by_pod

if TYPE_CHECKING:
    from ...examination import Fact
    from ...facts import Container, End, Facts

# Ends by a signal have causes of their own.
_SIGNALS = frozenset((132, 134, 137, 139, 143))
# Variables that list where something may be, and need not.
_LISTS = r"^(?:PATH|PYTHONPATH|CLASSPATH|NODE_PATH|GOPATH|LD_\w+|HOME|TMPDIR|\w+_HOME)$"
# In examine.sh's words: the name server did not say no, it said nothing.
_NO_ANSWER = r"no answer|timed out|refused|nreachable"
_RESULTS = {
    "unresolved": "dns-not-found",
    "refused": "connection-refused",
    "timeout": "connection-timeout",
    "unreachable": "connection-timeout",
}


class Lack(NamedTuple):
    """What is not there, or cannot be used, though the pod itself names it."""

    cause: str
    container: Container
    seen: Fact
    named: tuple[Evidence, ...]
    """Where the pod names it."""


def silent(facts: Facts, container: Container) -> End | None:
    """How a container ended with an error code whose log does not say why; None where somebody else says it."""
    end = facts.end(container)
    if facts.deleted or facts.status.get("reason") or not end:
        return None
    if end.exit_code in (0, *_SIGNALS) or end.reason not in ("Error", "seccomp killed", ""):
        return None
    unread = facts.log_unread(container) and facts.log_of_copy(container) is None
    return None if unread or telling(facts, container) or stopped(facts, container, end) else end


def lacking(facts: Facts, cause: str) -> list[Lack]:
    """The containers that end without a word and lack something of that cause: of what each lacks, the first."""
    found = (lacks(facts, container) for container in facts.containers)
    return [lack for lack in found if lack and lack.cause == cause]


def lacks(facts: Facts, container: Container) -> Lack | None:
    """What a container lacks that ends without a word: the first of what was seen to be amiss."""
    memo = f"lacks {container.name}"
    if memo not in facts.memo:
        facts.memo[memo] = next(_lacks(facts, container), None) if silent(facts, container) else None
    return facts.memo[memo]


def _lacks(facts: Facts, container: Container) -> Iterator[Lack]:
    program = program_of(facts, container)
    if program and (cause := unusable(facts, container, program)):
        yield Lack(cause, container, program, ())
    for fact in facts.examined(container, "file"):
        named = _named(facts, container, fact)
        if named and is_absent(facts, container, fact) and not is_output(fact):
            yield Lack("missing-file", container, fact, named)
        elif named and (fact.word("blocked") or fact.flag("readable") is False):
            yield Lack("permission-denied", container, fact, named)
    for fact in facts.examined(container, "host"):
        cause = _RESULTS.get(fact.word("result"), "")
        if cause and not of_the_copy(facts, fact) and not _is_itself(facts, fact.word("host")):
            yield Lack(cause, container, fact, ())


def of_the_copy(facts: Facts, peer: Fact) -> bool:
    """Whether a peer may be out of reach for a copy of the pod alone, which has other labels and no other containers.

    A policy of the network then keeps its packets from the peer, or from the name server.
    """
    lost = peer.word("result") in ("timeout", "unreachable") or re.search(_NO_ANSWER, peer.word("error"))
    return facts.in_a_copy and (bool(lost) or hosts.is_loopback(peer.word("host")))


def _is_itself(facts: Facts, host: str) -> bool:
    """Whether the host is the Service before the pod itself, behind which nothing is ready while the pod fails."""
    name = service_of(facts, host) if host else None
    found = facts.snapshot.objects.get(key("Service", name.namespace, name.name)) if name else None
    return found is not None and stands_before(found, facts.pod)


def _named(facts: Facts, container: Container, file: Fact) -> tuple[Evidence, ...]:
    """Where the pod itself names a file: in its command, in a variable's value, or, of a secret one, by the variable."""
    variable, path = file.word("variable"), file.word("path")
    for name, place, value in facts.environment(container):
        if name == variable or (path and value == path and not re.match(_LISTS, name)):
            return (facts.cite_pod(f"{place}.name" if name == variable and ".env[" in place else place),)
    said = said_by_pod(facts, container, path) if path else ()
    return tuple(item.evidence for item in said if not re.match(_LISTS, item.variable))[:1]


def is_output(file: Fact) -> bool:
    """Whether it is rather to be made by the process."""
    folder, name = posixpath.split(file.word("path"))
    return is_written(folder) or is_written(file.word("path")) or bool(re.search(r"\.(?:log|pid|lock|sock)$", name))
