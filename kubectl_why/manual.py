"""The manual: what a word means that Kubernetes or this program uses, which causes it leads to, how they are told apart.

Nothing of its own is said here: the pages of the causes are their docstrings, the words of Kubernetes stand in reasons.py,
exit codes and signals in exits.py.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache

from . import exits, reasons, remarks
from .causes import STAGES, all_causes
from .exits import Lead
from .model import Cause
from .names import nearest

_STANDS = {
    "waiting": "reason of a waiting container",
    "terminated": "reason of a terminated container",
    "pod": "reason of a pod",
    "condition": "reason of a condition",
    "event": "reason of an event",
    "phase": "phase of a pod",
    "status": "status in kubectl get pods",
    "verdict": "verdict without a cause",
    "confidence": "confidence of a verdict",
}
_NAMES_NO_CAUSE = {
    reasons.SYMPTOM: "It says that something is wrong, and not what.",
    reasons.HARMLESS: "By itself it explains no failure.",
}
# What is left where a code has no better explanation.
_UNTOLD = (Lead("silent-exit"),)


@dataclass(frozen=True)
class Page:
    """What the manual says of one meaning of a word."""

    kind: str
    """cause, symptom, family, exit code, signal, or where Kubernetes uses the word (reason of an event)."""
    name: str
    summary: str
    """What it means, in one sentence."""
    text: tuple[str, ...] = ()
    """Paragraphs: how it is told from its neighbours, how often it is something else."""
    fix: str = ""
    source: str = ""
    family: str = ""
    """Of a cause: its family."""
    programs: tuple[tuple[str, str], ...] = ()
    """Of an exit code: what single programs mean with it."""
    causes: tuple[Lead, ...] = ()
    """The causes that it may come from, and how each is known; of a family, its causes."""
    neighbours: tuple[Lead, ...] = ()
    """Of a cause: those that its page names, which may be taken for it."""
    seen_as: tuple[str, ...] = ()
    """Of a cause: the words and codes that lead to it."""


def pages(word: str) -> tuple[Page, ...]:
    """What the word means, each meaning a page; none where the manual does not know it."""
    found: list[Page] = []
    for page in _pages(word.strip()):
        same = next((other for other in found if replace(other, kind="") == replace(page, kind="")), None)
        if same:
            found[found.index(same)] = replace(same, kind=f"{same.kind}, {page.kind}")
        else:
            found.append(page)
    return tuple(found)


def meant(word: str) -> str | None:
    """A word that the manual knows and that is near to one that it does not."""
    known, asked = {name.lower(): name for name in words()}, word.strip().lower()
    part = [name for name in sorted(known, key=len) if len(asked) > 2 and asked in name and asked != name]
    near = (nearest(asked, known) if len(asked) < 60 else None) or next(
        iter(sorted(part, key=lambda name: not name.startswith(asked))), None
    )
    return known[near] if near else None


def words() -> dict[str, str]:
    """Every name that can be asked for, but numbers, and what it means: causes, families, words of Kubernetes, signals."""
    found = {cause.id: _summaries()[cause.id] for cause in all_causes() if not cause.is_symptom}
    for name, words in (
        *((stage, f"the causes of the family {stage}") for stage in STAGES if stage != "symptoms"),
        *((row.name, row.words) for row in _rows()),
        *((signal.name, signal.words) for signal in exits.SIGNALS),
    ):
        found.setdefault(name, words)
    return found


def catalogue() -> tuple[Page, ...]:
    """The page of every cause, by family in the order in which a pod comes to them."""
    return tuple(_of_cause(cause) for cause in all_causes() if not cause.is_symptom)


def _pages(word: str) -> Iterator[Page]:
    lower = word.lower()
    for cause in all_causes():
        if lower.replace("_", "-") == cause.id:
            yield _of_cause(cause)
    if lower in STAGES and lower != "symptoms":
        yield _of_family(lower)
    yield from (_of_row(row) for row in _rows() if _is(row.name, word))
    signal = exits.read_signal(word)
    if signal:
        yield _of_signal(signal)
    code = exits.read_code(word)
    if code is not None:
        yield _of_code(code)


def _is(name: str, word: str) -> bool:
    """Whether the word is that name: OutOf* is any resource, and Init:1/3 is any number of init containers."""
    if name.endswith("*"):
        stem = name[:-1].lower()
        others = {row.name.lower() for row in _rows()} - {name.lower()}
        return word.lower().startswith(stem) and word.lower() not in others
    if name == "Init:0/1":
        return re.fullmatch(r"init:\d+/\d+", word, re.IGNORECASE) is not None
    return name.lower() in (word.lower(), word.lower().removeprefix("init:"))


@cache
def _rows() -> tuple[reasons.Reason, ...]:
    return (*reasons.reasons(), *remarks.PHASES, *remarks.STATUSES, *remarks.OWN)


def _of_cause(cause: Cause) -> Page:
    summary, text, fix, source = _parts(cause.doc)
    said = " ".join((*text, fix))
    near = [other for other in all_causes() if other is not cause and re.search(rf"(?<![\w-]){other.id}(?![\w-])", said)]
    return Page(
        "symptom" if cause.is_symptom else "cause",
        cause.id,
        summary,
        text,
        fix,
        source,
        family=cause.family,
        neighbours=tuple(Lead(other.id, _summaries()[other.id]) for other in near),
        seen_as=tuple(_seen_as(cause.id)),
    )


def _seen_as(id: str) -> Iterator[str]:
    kinds: dict[str, list[str]] = {}
    for row in _rows():
        if id in row.causes:
            kinds.setdefault(row.kind, []).append(row.name)
    for kind, names in kinds.items():
        yield f"{_STANDS[kind]}: {', '.join(dict.fromkeys(names))}"
    codes = {row.code for row in exits.EXITS if any(lead.cause == id for lead in row.leads)}
    codes |= {128 + row.number for row in exits.SIGNALS if any(lead.cause == id for lead in row.leads)}
    if codes:
        yield f"exit code: {', '.join(map(str, sorted(codes)))}"


def _parts(doc: str) -> tuple[str, tuple[str, ...], str, str]:
    """Summary, paragraphs, fix and source of a cause's page."""
    summary, _, rest = doc.strip().partition("\n")
    paragraphs = [" ".join(part.split()) for part in textwrap.dedent(rest).strip().split("\n\n")]
    fix = next((part.removeprefix("Fix: ") for part in paragraphs if part.startswith("Fix: ")), "")
    source = next((part.removeprefix("Source: ") for part in paragraphs if part.startswith("Source: ")), "")
    text = tuple(part for part in paragraphs if part and not part.startswith(("Fix: ", "Source: ")))
    return summary, text, fix, source


def _of_family(name: str) -> Page:
    causes = [cause for cause in all_causes() if cause.family == name]
    return Page("family", name, f"{len(causes)} causes", causes=_with_summaries(Lead(cause.id) for cause in causes))


def _of_row(row: reasons.Reason) -> Page:
    remark = remarks.REMARKS.get((row.kind, row.name), remarks.Remark(""))
    leads = remark.leads or tuple(Lead(id) for id in row.causes if id != "starting")
    text = [part for part in remark.text.split("\n\n") if part]
    if not text and row.leads in _NAMES_NO_CAUSE:
        text.append(_NAMES_NO_CAUSE[row.leads])
    return Page(_STANDS[row.kind], row.name, _sentence(row.words), tuple(text), causes=_with_summaries(leads))


def _of_signal(signal: exits.Signal) -> Page:
    code = exits.by_convention(128 + signal.number)
    shown = f"As an exit code: {128 + signal.number}, where the main process of the container is ended by it."
    return Page(
        "signal",
        f"{signal.name} ({signal.number})",
        _sentence(signal.words),
        tuple(filter(None, (shown if code else "", signal.remark))),
        causes=_with_summaries(signal.leads or (_UNTOLD if code else ())),
    )


def _of_code(code: int) -> Page:
    known = exits.by_convention(code)
    text = [known.remark] if known and known.remark else []
    if code > 255 and not known:
        text.append(f"On Linux only the lowest 8 bits of it count: {code & 255}.")
    signal = exits.signal(code) if 0 < code < 128 else None
    if signal and not known:
        text.append(f"It is not signal {code}, {signal.name}: a process that is ended by that shows {code + 128}.")
    if not known:
        text.append("The program's own documentation or log says what it means with it.")
    return Page(
        "exit code",
        f"{code}" if code <= 255 else f"{code} (0x{code:X}, {code - (1 << 32)})" if code >= 1 << 31 else f"{code}",
        _sentence(known.words) if known else "No convention gives it a meaning.",
        tuple(text),
        programs=tuple(exits.of_programs(code).items()),
        causes=_with_summaries(known.leads if known and known.leads else _UNTOLD),
    )


def _with_summaries(leads: Iterable[Lead]) -> tuple[Lead, ...]:
    return tuple(Lead(lead.cause, lead.when or _summaries()[lead.cause]) for lead in leads)


@cache
def _summaries() -> dict[str, str]:
    return {cause.id: cause.doc.strip().partition("\n")[0] for cause in all_causes()}


def _sentence(words: str) -> str:
    """With a capital, but for a name of code, and a full stop."""
    first = words[:1].upper() if re.match(r"[a-z]+(?:[ ,:;]|$)", words) else words[:1]
    return first + words[1:] + ("" if words.endswith(".") else ".")
