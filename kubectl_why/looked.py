"""What a look from inside came to, in a sentence: what was amiss, if anything, and what became of a start in a copy."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from .causes.application.lacking import is_output
from .causes.examined import is_absent, unusable
from .hosts import is_loopback
from .status import number

if TYPE_CHECKING:
    from .examination import Fact
    from .facts import Container, Facts
    from .model import Verdict

# So many things are named.
_MOST = 4
_HOSTS = {
    "unresolved": "does not resolve",
    "refused": "refuses the connection",
    "timeout": "does not answer",
    "unreachable": "cannot be reached",
}
_COUNTED = ("file", "host", "mount")


def looked(facts: Facts, verdicts: Iterable[Verdict]) -> str:
    """What was seen inside and stands in none of the verdicts; empty where nobody looked, or where they say it all.

    It is no verdict: a copy is not the pod, and what is amiss may be no reason.
    """
    container = next((c for c in facts.containers if facts.examined(c)), None)
    if container is None:
        return ""
    quoted = {item.line for verdict in verdicts for item in verdict.finding.evidence if item.inside in ("debug", "sleep")}
    parts = [*_run(facts, container), *_amiss(facts, container, quoted)]
    return "; ".join((*parts, *_unseen(facts, container)))


def _run(facts: Facts, container: Container) -> Iterator[str]:
    """What the container did when it was started in a copy."""
    end, seen = facts.end(container), facts.snapshot.examination
    for fact in facts.examined(container, "run"):
        seconds = fact.number("seconds")
        after = f" after {seconds:.0f}s" if seconds is not None else ""
        if fact.word("state") == "running":
            differs = seen.differs if seen and seen.differs else "labels, host ports, name and network address"
            yield f"{container.name} stays up in a copy of the pod{after.replace('after', 'for')}: what differs is {differs}"
        elif fact.word("state") == "waiting":
            yield f"{container.name} could not be started in a copy of the pod: {fact.word('message')}"
        elif fact.whole("exitCode") is not None:
            code, reason = number(fact.whole("exitCode")), fact.word("reason")
            same = end is not None and end.exit_code == code
            how = f"exit code {code}" + (f" ({reason})" if reason not in ("", "Error", "Completed") else "")
            yield f"{container.name} ends in a copy of the pod {'as it does here' if same else f'with {how}'}{after}"


def _unseen(facts: Facts, container: Container) -> Iterator[str]:
    """What the look could not see: nothing is said of that."""
    for fact in facts.examined(container, "begin"):
        if fact.flag("rootReadable") is False:
            yield f"the files of {container.name} could not be seen"
        elif fact.word("where") == "beside":
            yield f"of {container.name}, only network and volumes could be seen"
    if any(fact.flag("complete") is False for fact in facts.examined(container, "end")):
        yield "time was up before all was looked at"


def _amiss(facts: Facts, container: Container, quoted: set[int | None]) -> Iterator[str]:
    seen = facts.examined(container)
    found = [words for fact in seen if fact.line not in quoted and (words := _wrong(facts, container, fact))]
    counted = [(kind, sum(fact.kind == kind for fact in seen)) for kind in _COUNTED]
    counts = ", ".join(f"{count} {kind}{'s' if count > 1 else ''}" for kind, count in counted if count)
    if found:
        more = f", and {len(found) - _MOST} more" if len(found) > _MOST else ""
        yield f"seen inside: {', '.join(found[:_MOST])}{more}" + (f" (of {counts})" if counts else "")
    elif not quoted:
        yield f"nothing is amiss in {counts}" if counts else "nothing amiss was seen inside"


def _wrong(facts: Facts, container: Container, fact: Fact) -> str:
    """What is wrong with what was looked at; empty where nothing is, or where it is the process that would make it."""
    name = fact.word("path") or fact.word("host") or fact.word("word") or f"what {fact.word('variable')} names"
    if fact.kind == "entrypoint" and unusable(facts, container, fact):
        return f"{name} cannot be started ({unusable(facts, container, fact)})"
    if fact.kind == "file" and is_absent(facts, container, fact) and not is_output(fact):
        return f"{name} is not there"
    if fact.kind == "file" and fact.flag("readable") is False:
        return f"{name} may not be read"
    own = facts.in_a_copy and is_loopback(fact.word("host"))
    if fact.kind == "host" and fact.word("result") in _HOSTS and not own:
        port = f":{fact.whole('port')}" if fact.word("host") and fact.whole("port") else ""
        return f"{name}{port} {_HOSTS[fact.word('result')]}"
    return ""
