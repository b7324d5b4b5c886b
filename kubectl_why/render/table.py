"""The table that a person reads: prose, one screen, no colour needed."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ..model import Diagnosis, Evidence, NotChecked, Remedy, Verdict
from ..redact import printable

Row = tuple[str, str]
"""A label, and a text that may have several lines."""

LABEL = 9
# A quotation longer than this tells nothing more to a tired reader; -o wide prints it whole.
_QUOTE = 200
# What a screen can hold of each, but for -o wide.
QUOTES, REMEDIES = 4, 2
# So many reads that failed alike are told one by one; of more, so many are named, but for -o wide.
_ALIKE, _NAMED = 3, 8
# What was refused is alike, whatever right it takes.
_NEEDS = "forbidden: needs "
BY_KIND = {"now": "NOW", "proper": "PROPER", "next": "NEXT"}
BOLD, RED, GREEN, END = "\x1b[1m", "\x1b[31m", "\x1b[32m", "\x1b[0m"


class Paper(NamedTuple):
    """What is printed on: columns, whether colours may be used, and whether everything is to be told."""

    width: int = 80
    colour: bool = False
    wide: bool = False

    @property
    def room(self) -> int:
        """Columns beside the labels."""
        return self.width - LABEL


def as_table(diagnosis: Diagnosis, paper: Paper) -> str:
    """The diagnosis as a table of labels and texts."""
    rows = [_header(diagnosis, paper)]
    if diagnosis.state == "failing":
        rows += _verdict(diagnosis, paper)
        rows += _one_label("ALSO", [_tagged(verdict, paper) for verdict in diagnosis.verdicts[1:]])
    else:
        rows += _without_cause(diagnosis, paper)
    rows += _one_label("INSIDE", [_wrapped(diagnosis.inside, paper)] if diagnosis.inside else [])
    rows += _one_label("UNSEEN", [_wrapped(text, paper) for text in unseen(diagnosis.not_checked, paper.wide)])
    rows += _one_label("BROKEN", [_wrapped(text, paper) for text in diagnosis.broken])
    # One column of a fixed width and one that is not aligned: importing tabulate takes longer than all of this.
    cells = [_label(label, paper) + text.replace("\n", "\n" + " " * LABEL) for label, text in rows]
    return "\n".join(line.rstrip() for text in cells for line in text.splitlines())


def _label(label: str, paper: Paper) -> str:
    padded = f"{label:<{LABEL}}"
    return f"{BOLD}{padded}{END}" if paper.colour and label else padded


def _one_label(label: str, texts: list[str]) -> Iterator[Row]:
    """Several texts under one label."""
    for index, text in enumerate(texts):
        yield (label if index == 0 else "", text)


def _header(diagnosis: Diagnosis, paper: Paper) -> Row:
    kind = diagnosis.target[0]
    whose, what = heading(diagnosis)
    label = kind.upper() if len(kind) < LABEL - 1 else "TARGET"
    return label, _wrapped(f"{whose if label != 'TARGET' else f'{kind.lower()} {whose}'}   {what}", paper)


def heading(diagnosis: Diagnosis) -> tuple[str, str]:
    """The target's namespace and name, and what is seen of it from outside: its status, restarts, and the next try."""
    parts = [diagnosis.status]
    if diagnosis.status == "Running" and diagnosis.ready:
        ready, of = diagnosis.ready.split("/")
        parts[0] += "" if ready == of else f" but not ready ({diagnosis.ready})"
    if diagnosis.restarts:
        parts.append(f"{diagnosis.restarts} restart{'s' if diagnosis.restarts != 1 else ''}")
    if diagnosis.next_try is not None:
        parts.append(f"next try in {duration(diagnosis.next_try)}" if diagnosis.next_try >= 1 else "next try now")
    if diagnosis.pattern:
        parts.append(diagnosis.pattern)
    return "/".join(map(named, diagnosis.target[1:])), ", ".join(parts)


def named(name: str) -> str:
    """The name of an object, which ends at the next blank: no name of Kubernetes has one."""
    return printable(name).replace(" ", "\\x20")


def _verdict(diagnosis: Diagnosis, paper: Paper) -> Iterator[Row]:
    verdict = diagnosis.verdicts[0]
    why = _tagged(verdict, paper)
    yield "WHY", f"{BOLD}{RED}{why}{END}" if paper.colour else why
    because = [_tagged(inner, paper, under=verdict.finding.container) for inner in chain(verdict)]
    yield from _one_label("BECAUSE", because)
    yield from _grounds(diagnosis, paper)


def _grounds(diagnosis: Diagnosis, paper: Paper) -> Iterator[Row]:
    """What is the same with and without a cause: the other pods, the quotations, what to do."""
    if diagnosis.siblings:
        yield "PODS", _wrapped(diagnosis.siblings.message, paper)
    if diagnosis.rollout:
        yield "ROLLOUT", _wrapped(diagnosis.rollout, paper)
    shown = evidence_of(diagnosis)[: None if paper.wide else QUOTES]
    yield from _one_label("SEEN", [quoted(item, "/".join(diagnosis.target), paper) for item in shown])
    for kind, label in BY_KIND.items():
        some = remedies_of(diagnosis, kind)[: None if paper.wide else REMEDIES]
        yield from _one_label(label, [_advised(remedy, paper) for remedy in some])


def evidence_of(diagnosis: Diagnosis) -> list[Evidence]:
    """What is quoted: for the first verdict and what stands behind it, or for all symptoms."""
    return list(dict.fromkeys(item for verdict in _told(diagnosis) for item in verdict.finding.evidence))


def remedies_of(diagnosis: Diagnosis, kind: str) -> list[Remedy]:
    """What to do. What stands at the root is what has to be mended: its remedies come first."""
    told = _told(diagnosis)
    found = [
        remedy
        for verdict in (reversed(told) if diagnosis.state == "failing" else told)
        for remedy in verdict.finding.remedies
    ]
    return list(dict.fromkeys(remedy for remedy in found if remedy.kind == kind))


def _told(diagnosis: Diagnosis) -> list[Verdict]:
    """The verdicts of which more is said than one line: the first with its chain, or without a cause all symptoms."""
    if diagnosis.state == "failing":
        return [diagnosis.verdicts[0], *chain(diagnosis.verdicts[0])]
    return list(diagnosis.verdicts)


def chain(verdict: Verdict) -> Iterator[Verdict]:
    """What stands behind a verdict, and behind that."""
    for inner in verdict.because:
        yield inner
        yield from chain(inner)


def _advised(remedy: Remedy, paper: Paper) -> str:
    # A command is never broken into lines: it is there to be pasted.
    command = printable(remedy.command) if remedy.command else ""
    if not command:
        return _wrapped(remedy.message, paper)
    return f"{_wrapped(remedy.message + ':', paper)}\n{command}" if remedy.message else command


def _tagged(verdict: Verdict, paper: Paper, under: str | None = None) -> str:
    """A message with its id and confidence at the right, or below where there is no room.

    The container is named, unless it is the one `under` whose verdict this stands.
    """
    finding = verdict.finding
    text = finding.message if finding.container in (None, under) else f"{finding.container}: {finding.message}"
    tag = f"{verdict.cause.id}, {finding.confidence.value}"
    lines = _wrapped(text, paper).splitlines() or [""]
    if len(lines[-1]) + 3 + len(tag) > paper.room:
        lines.append("")
    return "\n".join([*lines[:-1], lines[-1] + tag.rjust(paper.room - len(lines[-1]))])


def quoted(evidence: Evidence, target: str, paper: Paper) -> str:
    """Where it stands and what stands there, on one line where there is room."""
    where = printable(where_found(evidence, target))
    value = printable(evidence.value.expandtabs(4))
    if not paper.wide and len(value) > _QUOTE:
        value = value[:_QUOTE] + "..."
    if len(where) + 3 + len(value) <= paper.room:
        return f"{where}   {value}"
    lines = textwrap.wrap(value, paper.room - 2, break_on_hyphens=False) or [""]
    return "\n  ".join([where, *lines])


def where_found(evidence: Evidence, target: str) -> str:
    """The place of a quotation, as a person would look it up; the target itself goes without saying."""
    about = "" if evidence.object == target else _short(evidence.object)
    if evidence.inside is not None:
        return f"{'run' if evidence.inside == 'run' else 'look'} inside {evidence.container}:{evidence.line}"
    if evidence.line is not None:
        options = (" --previous" if evidence.previous else "") + (f" --tail={evidence.tail}" if evidence.tail else "")
        return " ".join(filter(None, ("log", about, f"{evidence.container}{options}:{evidence.line}")))
    if evidence.reason is not None:
        times = f" x{evidence.count}" if (evidence.count or 1) > 1 else ""
        return f"event {evidence.reason}{times}" + (f" of {about}" if about else "")
    return f"{about} {evidence.field_path}".strip()


def _short(reference: str) -> str:
    """Kind and name: the namespace stands above."""
    parts = reference.split("/")
    return f"{parts[0]} {parts[-1]}"


def _without_cause(diagnosis: Diagnosis, paper: Paper) -> Iterator[Row]:
    texts = [_wrapped(text, paper) for text in said(diagnosis)]
    green = paper.colour and diagnosis.state != "unknown"
    yield from _one_label("WHY", [f"{GREEN}{text}{END}" if green else text for text in texts])
    yield from _grounds(diagnosis, paper)


def said(diagnosis: Diagnosis) -> list[str]:
    """What is said where there is no cause: what state it is in and how that is known, or what is wrong."""
    if diagnosis.state != "unknown":
        return [f"{diagnosis.state}: {diagnosis.note}" if diagnosis.note else diagnosis.state]
    symptoms = [verdict.finding.message for verdict in diagnosis.verdicts]
    return ["unknown: something is wrong, and the facts do not say what", *symptoms]


def unseen(items: Sequence[NotChecked], wide: bool = False) -> list[str]:
    """What could not be read, and what is therefore not known; what many have in common is said once."""
    by_reason: dict[str, list[NotChecked]] = {}
    for item in items:
        by_reason.setdefault(_NEEDS if item.reason.startswith(_NEEDS) else item.reason, []).append(item)
    texts = []
    for reason, alike in by_reason.items():
        if len(alike) <= _ALIKE:
            texts += map(_unseen, alike)
            continue
        shown = alike if wide else alike[:_NAMED]
        more = f" and {len(alike) - len(shown)} more" if len(shown) < len(alike) else ""
        names = ", ".join(map(_unseen_name, shown))
        if reason == _NEEDS:
            reason += ", ".join(dict.fromkeys(item.reason.removeprefix(_NEEDS) for item in alike))
        texts.append(f"{len(alike)} reads ({reason}): {names}{more}: what they would say is not ruled out")
    return texts


def _unseen(item: NotChecked) -> str:
    name = _unseen_name(item)
    if "/log/" in item.what:
        return f"{name} ({item.reason}): what it says is not known"
    if "/inside/" in item.what:
        return f"{name}: not looked at, because {item.reason}"
    if item.what.endswith("/*"):
        where = " of the namespace" if item.what.count("/") == 2 else ""
        return f"{name}{where} ({item.reason}): what they would say is not ruled out"
    return f"{name} ({item.reason}): that it is missing, or wrong, is not ruled out"


def _unseen_name(item: NotChecked) -> str:
    kind, name = item.what.split("/")[0], item.what.split("/")[-1]
    for part in ("log", "inside"):
        _, is_part, container = item.what.partition(f"/{part}/")
        if is_part:
            return f"{part} {container}"
    return plural(kind) if name == "*" else f"{kind} {name}"


def plural(kind: str) -> str:
    """Several objects of a kind: Pods, StorageClasses, NetworkPolicies."""
    return f"{kind[:-1]}ies" if kind.endswith("y") else f"{kind}es" if kind.endswith("s") else f"{kind}s"


def _wrapped(text: str, paper: Paper) -> str:
    """Lines that fit beside the labels. A text that fits is kept as it is."""
    text = printable(text)
    if len(text) <= paper.room:
        return text
    return "\n".join(textwrap.wrap(text, paper.room, break_long_words=False, break_on_hyphens=False))


def duration(seconds: float) -> str:
    """Seconds as kubectl writes durations: 45s, 1m20s, 2h5m, 3d4h."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole}s"
    if whole < 3600:
        return f"{whole // 60}m{whole % 60}s" if whole % 60 else f"{whole // 60}m"
    if whole < 86400:
        return re.sub(r"h0m$", "h", f"{whole // 3600}h{whole % 3600 // 60}m")
    return re.sub(r"d0h$", "d", f"{whole // 86400}d{whole % 86400 // 3600}h")
