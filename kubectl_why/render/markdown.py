"""-o markdown: a diagnosis for a ticket or a chat. GitHub renders it, and it reads well where nothing does.

What comes from the cluster stands in code, or has nothing that a renderer acts on: no name mentions anybody, nothing links,
and no fence is closed by what stands between.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from ..model import Diagnosis, Remedy, Verdict
from ..redact import printable
from .table import (
    BY_KIND,
    QUOTES,
    REMEDIES,
    Paper,
    chain,
    evidence_of,
    heading,
    quoted,
    remedies_of,
    said,
    unseen,
)

# Lines are not broken: what shows the text does that.
_ENDLESS = Paper(width=100_000)
# What GitHub or Slack act on, somewhere in a word: emphasis, links, mentions, references, formulas, entities, emoji.
_ACTIVE = re.compile(r"[`*_<>\[\]|#@~&${}\\!]|:\w+:|://|www\.|\bGH-\d")


def as_markdown(diagnosis: Diagnosis, _: Paper = _ENDLESS) -> str:
    """The diagnosis as Markdown without tables."""
    whose, what = heading(diagnosis)
    parts = [f"**{code(printable(whose))}** {prose(what)}"]
    because = list(chain(diagnosis.verdicts[0])) if diagnosis.state == "failing" else []
    if diagnosis.state == "failing":
        parts += _rows("Why", [_tagged(diagnosis.verdicts[0])])
        parts += _rows("Because", [_tagged(verdict, under=diagnosis.verdicts[0].finding.container) for verdict in because])
    else:
        parts += _rows("Why", [prose(text) for text in said(diagnosis)])
    if diagnosis.siblings:
        parts += _rows("Pods", [prose(diagnosis.siblings.message)])
    parts += _rows("Rollout", [prose(diagnosis.rollout)] if diagnosis.rollout else [])
    quotations = [quoted(item, "/".join(diagnosis.target), _ENDLESS) for item in evidence_of(diagnosis)[:QUOTES]]
    parts += ["**Seen**", block("\n".join(quotations))] if quotations else []
    for kind, label in BY_KIND.items():
        for remedy in remedies_of(diagnosis, kind)[:REMEDIES]:
            parts += _advised(remedy, label.capitalize())
    if diagnosis.state == "failing":
        parts += _rows("Also", map(_tagged, diagnosis.verdicts[1:]))
    parts += _rows("Inside", [prose(diagnosis.inside)] if diagnosis.inside else [])
    parts += _rows("Unseen", [prose(text) for text in unseen(diagnosis.not_checked)])
    parts += _rows("Broken", map(prose, diagnosis.broken))
    return "\n\n".join(parts)


def prose(text: str) -> str:
    """Words of which those that a renderer would act on are code."""
    return " ".join(_word(word) for word in printable(text).split(" "))


def _word(word: str) -> str:
    before, core, after = re.fullmatch(r"([(\"']*)(.*?)([)\"',.;:?]*)", word).groups()
    return before + code(core) + after if _ACTIVE.search(word) and core else word


def code(text: str) -> str:
    """Text as it stands, within a line: between more backticks than there are in it."""
    text = printable(text)
    fence = "`" * (_longest(text) + 1)
    room = " " if "`" in text[:1] + text[-1:] else ""
    return f"{fence}{room}{text}{room}{fence}"


def block(text: str, language: str = "text") -> str:
    """Lines as they stand, between fences that are longer than any in them."""
    fence = "`" * max(3, _longest(text) + 1)
    return f"{fence}{language}\n{text}\n{fence}"


def _longest(text: str) -> int:
    return max(map(len, re.findall("`+", text)), default=0)


def _rows(label: str, texts: Iterable[str]) -> Iterator[str]:
    rows = list(texts)
    if len(rows) == 1:
        yield f"**{label}**: {rows[0]}"
    elif rows:
        yield f"**{label}**"
        yield "\n".join(f"- {row}" for row in rows)


def _tagged(verdict: Verdict, under: str | None = None) -> str:
    finding = verdict.finding
    text = finding.message if finding.container in (None, under) else f"{finding.container}: {finding.message}"
    return f"{prose(text)} ({code(verdict.cause.id)}, {finding.confidence.value})"


def _advised(remedy: Remedy, label: str) -> Iterator[str]:
    yield f"**{label}**: {prose(remedy.message)}" if remedy.message else f"**{label}**"
    if remedy.command:
        yield block(printable(remedy.command), "sh")
