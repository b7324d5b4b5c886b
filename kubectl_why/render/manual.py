"""Pages of the manual: as a text for people, and as plain data (docs/json.md)."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from ..exits import Lead
from ..manual import Page
from .markdown import block
from .structured import dump
from .table import BOLD, END, LABEL, Paper

_GAP = 2


def as_pages(pages: Sequence[Page], paper: Paper) -> str:
    """Each page whole, with labels at the left as a diagnosis has them."""
    return "\n\n".join("\n".join(_page(page, paper)) for page in pages)


def as_list(pages: Sequence[Page], paper: Paper) -> str:
    """One row a cause, under the name of its family."""
    width = max(len(page.name) for page in pages) + _GAP
    lines: list[str] = []
    for index, page in enumerate(pages):
        if index == 0 or pages[index - 1].family != page.family:
            lines += ["", _bold(page.family.upper(), paper)] if lines else [_bold(page.family.upper(), paper)]
        lines += _row(page.name, page.summary, width, paper.width)
    return "\n".join(lines)


def as_data(pages: Sequence[Page]) -> dict[str, Any]:
    """The pages as plain JSON data."""
    return {"apiVersion": "kubectl-why/v1", "kind": "ManualPageList", "items": [_data(page) for page in pages]}


def _page(page: Page, paper: Paper) -> Iterator[str]:
    yield f"{_bold(page.name, paper)}   {page.kind}" + (f", family {page.family}" if page.family else "")
    paragraphs = [line for part in page.text for line in ("", *_wrapped(part, paper.room))]
    yield from _labelled("MEANS", [*_wrapped(page.summary, paper.room), *paragraphs], paper)
    yield from _labelled("SAID BY", _table(page.programs, paper), paper)
    yield from _labelled("CAUSES", _table([(lead.cause, lead.when) for lead in page.causes], paper), paper)
    yield from _labelled("SEEN AS", [line for text in page.seen_as for line in _wrapped(text, paper.room)], paper)
    yield from _labelled("NEAR", _table([(lead.cause, lead.when) for lead in page.neighbours], paper), paper)
    yield from _labelled("FIX", _wrapped(page.fix, paper.room), paper)
    yield from _labelled("SOURCE", _wrapped(page.source, paper.room), paper)
    if page.causes and page.kind != "family":
        yield from _labelled("NEXT", ["kubectl why POD"], paper)


def _labelled(label: str, lines: Sequence[str], paper: Paper) -> Iterator[str]:
    for index, line in enumerate(lines):
        padded = _bold(f"{label:<{LABEL}}", paper) if index == 0 else " " * LABEL
        yield (padded + line).rstrip()


def _table(rows: Sequence[tuple[str, str]], paper: Paper) -> list[str]:
    width = max((len(name) for name, _ in rows), default=0) + _GAP
    return [line for name, text in rows for line in _row(name, text, width, paper.room)]


def _row(name: str, text: str, width: int, room: int) -> list[str]:
    first, *rest = _wrapped(text, room - width) or [""]
    return [f"{name:<{width}}{first}".rstrip(), *(" " * width + line for line in rest)]


def _wrapped(text: str, room: int) -> list[str]:
    return textwrap.wrap(text, room, break_long_words=False, break_on_hyphens=False)


def _bold(text: str, paper: Paper) -> str:
    return f"{BOLD}{text}{END}" if paper.colour else text


def _data(page: Page) -> dict[str, Any]:
    fields = {
        "kind": page.kind,
        "name": page.name,
        "family": page.family,
        "summary": page.summary,
        "text": list(page.text),
        "fix": page.fix,
        "source": page.source,
        "programs": dict(page.programs),
        "causes": [_lead(lead) for lead in page.causes],
        "neighbours": [_lead(lead) for lead in page.neighbours],
        "seenAs": list(page.seen_as),
    }
    return {name: value for name, value in fields.items() if value}


def _lead(lead: Lead) -> dict[str, str]:
    return {"cause": lead.cause, "when": lead.when}


MANUAL_FORMATS: dict[str, Callable[[Sequence[Page], Paper], str]] = {
    "table": as_pages,
    "wide": as_pages,
    "json": lambda pages, _: json.dumps(as_data(pages), indent=4),
    "yaml": lambda pages, _: dump(as_data(pages)),
    "name": lambda pages, _: "\n".join(dict.fromkeys(page.name for page in pages)),
    "markdown": lambda pages, paper: block(as_pages(pages, Paper())),
}
CATALOGUE_FORMATS = {
    **MANUAL_FORMATS,
    "table": as_list,
    "markdown": lambda pages, paper: block(as_list(pages, Paper())),
}
"""As those of pages, but that a table of all has one row each."""
