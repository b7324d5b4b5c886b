"""The idea of the program: run the causes, fold what one explains under it, rank what is left."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from .causes import STAGES, all_causes
from .facts import Facts, Unreadable
from .headline import headline, well
from .looked import looked
from .model import Confidence, Diagnosis, Finding, NotChecked, Verdict
from .siblings import compared
from .snapshot import Snapshot

_CONFIDENCE = list(Confidence)


def diagnose(snapshot: Snapshot, container: str | None = None, access: Sequence[str] = ()) -> Diagnosis:
    """Why the snapshot's target does not work, or that it does: all of it, or only what concerns one container.

    `access` are kubectl's flags by which the commands that are offered reach its cluster: see `commands`.
    Never raises: a cause that does is told in `broken`.
    """
    facts = Facts(snapshot, partial(diagnose, access=access), access)
    found, broken = _run(facts)
    found = [verdict for verdict in found if container is None or verdict.finding.container in (None, container)]
    standing = [verdict for verdict in found if not verdict.cause.behind]
    verdicts = _rank(facts, _fold(standing))
    verdicts = [_with_because(verdict, found) for verdict in verdicts]
    named = [verdict for verdict in verdicts if not verdict.cause.is_symptom]
    state, note = ("failing", "") if named else ("unknown", "") if verdicts else well(facts)
    return Diagnosis(
        target=("Pod", facts.namespace, facts.name) if facts.pod else snapshot.target,
        state=state,
        note=note,
        verdicts=tuple(named or verdicts),
        not_checked=_not_checked(facts, verdicts),
        broken=tuple(broken),
        inside=looked(facts, verdicts),
        siblings=compared(facts, (named or verdicts)[0]) if verdicts else None,
        **headline(facts, named[0] if named else None),
    )


def _run(facts: Facts) -> tuple[list[Verdict], list[str]]:
    found, broken = [], []
    for cause in all_causes():
        try:
            for finding in cause.find(facts):
                found.append(Verdict(cause, finding))
        except Unreadable:
            continue  # noted by facts, told under UNSEEN
        except Exception as error:
            broken.append(f"{cause.id}: {type(error).__name__}: {error}")
    return found, broken


def _fold(found: list[Verdict]) -> list[Verdict]:
    """Each finding that another one explains goes under the first that does."""
    kept = []
    for verdict in found:
        if not any(_explains(other, verdict) for other in found if other is not verdict):
            kept.append(verdict)
    return [
        verdict._replace(explained=tuple(other for other in found if other not in kept and _reaches(verdict, other, found)))
        for verdict in kept
    ]


def _reaches(top: Verdict, other: Verdict, found: list[Verdict]) -> bool:
    return _explains(top, other) or any(_explains(top, mid) and _explains(mid, other) for mid in found if mid is not other)


def _explains(one: Verdict, other: Verdict) -> bool:
    same_place = None in (one.finding.container, other.finding.container) or one.finding.container == other.finding.container
    # A symptom says only that something is wrong: whatever says why explains it.
    known = other.cause in one.cause.explains or (other.cause.is_symptom and not one.cause.is_symptom)
    return known and same_place


def _with_because(verdict: Verdict, found: list[Verdict]) -> Verdict:
    """The verdict with what stands behind it, and behind that: it is a chain, since no cause is behind itself."""
    behind = [
        _with_because(other, found)
        for other in found
        if verdict.cause in (other.finding.behind or other.cause.behind)
        and other.finding.container in (None, verdict.finding.container)
    ]
    return verdict._replace(because=(*_inner(verdict.finding), *behind))


def _inner(finding: Finding) -> tuple[Verdict, ...]:
    return finding.inner.verdicts[:1] if finding.inner and finding.inner.state == "failing" else ()


def _not_checked(facts: Facts, verdicts: list[Verdict]) -> tuple[NotChecked, ...]:
    """What could not be read of the target, and of the pods behind it."""
    inner = [other.finding.inner for verdict in verdicts for other in verdict.because if other.finding.inner]
    behind = {item.what: item.reason for diagnosis in inner for item in diagnosis.not_checked}
    return tuple(NotChecked(what, reason) for what, reason in sorted((behind | facts.unseen).items()))


def _rank(facts: Facts, verdicts: list[Verdict]) -> list[Verdict]:
    order = [container.name for container in facts.containers]

    def place(verdict: Verdict) -> tuple[int, int, int]:
        name = verdict.finding.container
        return (
            _CONFIDENCE.index(verdict.finding.confidence),
            STAGES.index(verdict.cause.family),
            order.index(name) if name in order else -1,
        )

    return sorted(verdicts, key=place)
