"""The table that a person reads: prose, one screen, no colour needed."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass

from ..model import Diagnosis, Evidence, NotChecked, Verdict
from ..redact import printable

_LABEL = 9
_INDENT = " " * _LABEL
# A quotation longer than this tells nothing more to a tired reader; -o wide prints it whole.
_QUOTE = 200
_BOLD, _RED, _GREEN, _DIM, _END = "\x1b[1m", "\x1b[31m", "\x1b[32m", "\x1b[2m", "\x1b[0m"


@dataclass(frozen=True)
class Paper:
    """What is printed on: columns, whether colours may be used, and whether everything is to be told."""

    width: int = 80
    colour: bool = False
    wide: bool = False


def as_table(diagnosis: Diagnosis, paper: Paper = Paper()) -> str:  # noqa: B008 - frozen
    """The diagnosis as a table of labels and texts."""
    lines = [*_header(diagnosis, paper)]
    first = diagnosis.verdicts[0] if diagnosis.verdicts else None
    if first is None or first.cause.is_symptom:
        lines += _without_cause(diagnosis, paper)
    else:
        lines += _verdict(first, paper)
        lines += _also(diagnosis.verdicts[1:], paper)
    lines += _labelled("UNSEEN", [_unseen(item) for item in diagnosis.not_checked], paper)
    lines += _labelled("BROKEN", list(diagnosis.broken), paper)
    return "\n".join(lines)


def _header(diagnosis: Diagnosis, paper: Paper) -> Iterator[str]:
    kind, namespace, name = diagnosis.target
    parts = [diagnosis.status]
    if diagnosis.status == "Running" and diagnosis.ready:
        counts = diagnosis.ready.split("/")
        parts[0] += "" if counts[0] == counts[1] else f" but not ready ({diagnosis.ready})"
    if diagnosis.restarts:
        parts.append(f"{diagnosis.restarts} restart{'s' if diagnosis.restarts != 1 else ''}")
    if diagnosis.next_try is not None:
        parts.append(f"next try in {duration(diagnosis.next_try)}" if diagnosis.next_try >= 1 else "next try now")
    if diagnosis.pattern:
        parts.append(diagnosis.pattern)
    yield from _wrapped(kind.upper()[: _LABEL - 1], f"{namespace}/{name}   {', '.join(parts)}", paper)


def _verdict(verdict: Verdict, paper: Paper) -> Iterator[str]:
    yield from _tagged("WHY", verdict, paper)
    because = list(_chain(verdict))
    for index, inner in enumerate(because):
        yield from _tagged("BECAUSE" if index == 0 else "", inner, paper)
    evidence = list(verdict.finding.evidence)
    for inner in because:
        evidence += [item for item in inner.finding.evidence if item not in evidence]
    shown = evidence if paper.wide else evidence[:4]
    for index, item in enumerate(shown):
        yield from _quoted("SEEN" if index == 0 else "", item, paper)
    yield from _remedies(verdict, because, paper)


def _chain(verdict: Verdict) -> Iterator[Verdict]:
    for inner in verdict.because:
        yield inner
        yield from _chain(inner)


def _remedies(verdict: Verdict, because: list[Verdict], paper: Paper) -> Iterator[str]:
    # What stands at the root is what has to be mended: its remedies come first.
    remedies = [remedy for inner in [*reversed(because), verdict] for remedy in inner.finding.remedies]
    for kind, label in (("now", "NOW"), ("proper", "PROPER")):
        some = list(dict.fromkeys(remedy for remedy in remedies if remedy.kind == kind))
        for index, remedy in enumerate(some if paper.wide else some[:2]):
            text = remedy.message
            if text and remedy.command:
                # A command is never broken into lines: it is there to be pasted.
                yield from _wrapped(label if index == 0 else "", text + ":", paper)
                yield _INDENT + printable(remedy.command)
            elif remedy.command:
                yield f"{label if index == 0 else '':<{_LABEL}}{printable(remedy.command)}"
            elif text:
                yield from _wrapped(label if index == 0 else "", text, paper)


def _also(verdicts: tuple[Verdict, ...], paper: Paper) -> Iterator[str]:
    for index, verdict in enumerate(verdicts):
        yield from _tagged("ALSO" if index == 0 else "", verdict, paper)


def _tagged(label: str, verdict: Verdict, paper: Paper) -> Iterator[str]:
    """A message with its id and confidence at the right, or below where there is no room."""
    finding = verdict.finding
    text = printable(finding.message)
    if finding.container and label in ("WHY", "ALSO", "") and not text.startswith(f"{finding.container}:"):
        text = f"{printable(finding.container)}: {text}"
    tag = f"{verdict.cause.id}, {finding.confidence.value}"
    room = paper.width - _LABEL
    if len(text) + 3 + len(tag) <= room:
        body = [text + " " * (room - len(text) - len(tag)) + tag]
    else:
        body = textwrap.wrap(text, room, break_long_words=False, break_on_hyphens=False) or [""]
        if len(body[-1]) + 3 + len(tag) <= room:
            body[-1] += " " * (room - len(body[-1]) - len(tag)) + tag
        else:
            body.append(tag.rjust(room) if len(tag) <= room else tag)
    style = _RED + _BOLD if label == "WHY" else ""
    for index, line in enumerate(body):
        yield _label(label if index == 0 else "", paper) + (
            f"{style}{line}{_END}" if style and paper.colour and index < len(body) else line
        )


def _quoted(label: str, evidence: Evidence, paper: Paper) -> Iterator[str]:
    where = printable(where_found(evidence))
    value = printable(evidence.value)
    if not paper.wide and len(value) > _QUOTE:
        value = value[:_QUOTE] + "..."
    text = f"{where}   {value}"
    if len(text) <= paper.width - _LABEL:
        yield _label(label, paper) + text
        return
    yield _label(label, paper) + where
    for line in textwrap.wrap(value, paper.width - _LABEL - 2, break_on_hyphens=False) or [""]:
        yield f"{_INDENT}  {line}"


def where_found(evidence: Evidence) -> str:
    """The place of a quotation, as a person would look it up."""
    if evidence.line is not None:
        options = (" --previous" if evidence.previous else "") + (f" --tail={evidence.tail}" if evidence.tail else "")
        return f"log {evidence.container}{options}:{evidence.line}"
    if evidence.reason is not None:
        times = f" x{evidence.count}" if (evidence.count or 1) > 1 else ""
        about = "" if evidence.object.startswith("Pod/") else f" {_short(evidence.object)}"
        return f"event{about} {evidence.reason}{times}"
    if evidence.object.startswith("Pod/") and evidence.field_path:
        return evidence.field_path
    return f"{_short(evidence.object)} {evidence.field_path}".strip()


def _short(reference: str) -> str:
    """Kind and name: the namespace stands above."""
    parts = reference.split("/")
    return f"{parts[0]} {parts[-1]}"


def _without_cause(diagnosis: Diagnosis, paper: Paper) -> Iterator[str]:
    if diagnosis.state == "unknown":
        yield from _wrapped("WHY", "unknown: something is wrong, and the facts do not say what", paper)
        for verdict in diagnosis.verdicts:
            yield from _wrapped("", printable(verdict.finding.message), paper)
        evidence = [item for verdict in diagnosis.verdicts for item in verdict.finding.evidence]
        for index, item in enumerate(evidence[:4]):
            yield from _quoted("SEEN" if index == 0 else "", item, paper)
        return
    text = f"{diagnosis.state}: {diagnosis.note}" if diagnosis.note else diagnosis.state
    for line in _wrapped("WHY", text, paper):
        yield f"{line[:_LABEL]}{_GREEN}{line[_LABEL:]}{_END}" if paper.colour else line


_PLURAL = {"*": "all"}


def _unseen(item: NotChecked) -> str:
    parts = item.what.split("/")
    kind, name = parts[0], parts[-1]
    if "/log/" in item.what:
        return f"log of {item.what.partition('/log/')[2]} ({item.reason})"
    what = f"the {kind}s of the namespace" if name == "*" else f"{kind} {name}"
    doubt = f"a missing {kind}" if name != "*" else f"a {kind} of a near name"
    return f"{what} ({item.reason}): {doubt} is not ruled out"


def _labelled(label: str, texts: list[str], paper: Paper) -> Iterator[str]:
    for index, text in enumerate(texts):
        yield from _wrapped(label if index == 0 else "", text, paper)


def _wrapped(label: str, text: str, paper: Paper) -> Iterator[str]:
    room = paper.width - _LABEL
    lines = textwrap.wrap(printable(text), room, break_long_words=False, break_on_hyphens=False) or [""]
    for index, line in enumerate(_keeping_gaps(text, lines, room)):
        yield _label(label if index == 0 else "", paper) + line


def _keeping_gaps(text: str, lines: list[str], room: int) -> list[str]:
    """Wrapping folds runs of spaces; a text that fits is kept as it is."""
    return [printable(text)] if len(text) <= room else lines


def _label(label: str, paper: Paper) -> str:
    padded = f"{label:<{_LABEL}}"
    return f"{_BOLD}{padded}{_END}" if paper.colour and label else padded


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
