"""A triage: as rows with what several have in common above them, and as plain data (docs/json.md)."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

from ..commands import kubectl_why
from ..redact import printable
from ..triage import Group, Row, Triage
from ..workloads import Workload
from .markdown import code, prose
from .structured import dump, plain
from .table import BOLD, END, GREEN, RED, Paper, as_table, duration, named, plural

# Where less than this is left for WHY, it stands with the cause on a line of its own below each row.
_LEAST = 34
_BELOW, _GAP = " " * 6, 2


def as_rows(triage: Triage, paper: Paper) -> str:
    """The triage as rows; where only one workload is broken, what is told of it by itself."""
    parts = [_headline(triage, paper)]
    rows = triage.rows
    if len(rows) == 1:
        parts += ["", as_table(rows[0].diagnosis, paper)]
    elif rows:
        parts += ["", *_rows(triage, paper), "", f"NEXT     {_command(triage, rows[0])}"]
    return "\n".join([*parts, *_below(triage)])


def _headline(triage: Triage, paper: Paper) -> str:
    where = named(triage.namespace) if triage.namespace else "all namespaces"
    if not triage.pods and not triage.rows:
        return f"{where}: there are no pods"
    looked = f"{_many(triage.pods, 'pod')} of {_many(triage.workloads, 'workload')} looked at"
    if not triage.rows:
        text = f"{where}: {looked}, nothing is wrong"
        return f"{GREEN}{text}{END}" if paper.colour else text
    broken = f"{_many(len(triage.rows), 'workload')} broken"
    return f"{where}: {looked}, {f'{RED}{broken}{END}' if paper.colour else broken}"


def _rows(triage: Triage, paper: Paper) -> Iterator[str]:
    from tabulate import tabulate  # not needed for any other format

    several = triage.namespace is None
    headers = ["NAMESPACE"] * several + ["WORKLOAD", "PODS", "SINCE", "CAUSE", "WHY"]
    cells = [_cells(triage, row, several) for row in triage.rows]
    room = paper.width - sum(max(map(len, column)) + _GAP for column in list(zip(headers, *cells, strict=True))[:-1])
    below: Iterator[str] = iter(())
    if room < _LEAST and not paper.wide:
        below = iter([_with_cause(*cell[-2:], paper.width - len(_BELOW)) for cell in cells])
        headers, cells = headers[:-2], [cell[:-2] for cell in cells]
    elif not paper.wide:
        cells = [[*cell[:-1], _folded(cell[-1], room)] for cell in cells]
    # The headers are a row like the others: tabulate would make their columns wider.
    rows = [headers, *cells]
    head, *lines = tabulate(rows, tablefmt="plain", disable_numparse=True, preserve_whitespace=True).splitlines()
    yield _bold(head.rstrip(), paper)
    left, heights = iter(lines), iter([cell[-1].count("\n") + 1 for cell in cells])
    for group in triage.groups:
        if group.title:
            # It may begin with a name, and what has more than one blank would look like one of our labels.
            title = printable(" ".join(group.title.split()))
            yield _bold(title if paper.wide else _cut(title, paper.width), paper)
        for _ in group.rows:
            yield from (line.rstrip() for line in islice(left, next(heights)))
            yield from (_BELOW + text for text in islice(below, 1))


def _bold(text: str, paper: Paper) -> str:
    return f"{BOLD}{text}{END}" if paper.colour else text


def _with_cause(cause: str, why: str, room: int) -> str:
    """Both on one line, of which the cause is never cut."""
    return f"{_cut(why, room - len(cause) - _GAP)}  {cause}"


def _cells(triage: Triage, row: Row, several: bool) -> list[str]:
    indent = "  " if any(group.title and row in group.rows for group in triage.groups) else ""
    place = [named(row.workload.namespace)] if several else []
    told = (_pods(row), _ago(triage, row), row.cause, row.why)
    return [*place, indent + named(row.workload.target), *map(printable, told)]


def _pods(row: Row) -> str:
    return f"{row.failing}/{row.total} failing" if row.failing else row.diagnosis.status


def _ago(triage: Triage, row: Row) -> str:
    """Since when, in the largest unit, as kubectl prints an AGE; empty where that is not known."""
    if row.since is None:
        return ""
    return re.sub(r"(?<=[smhd]).*", "", duration((triage.taken_at - row.since).total_seconds()))


def _below(triage: Triage) -> Iterator[str]:
    if triage.starting:
        yield f"STARTING {_many(len(triage.starting), 'workload')}"
    for item in triage.not_checked:
        what = "logs" if item.what == "log" else plural(item.what)
        yield printable(f"UNSEEN   {what} ({item.reason}): what they would say is not ruled out")


def _command(triage: Triage, row: Row) -> str:
    return kubectl_why(row.workload.target, namespace=row.workload.namespace, access=triage.access)


def _cut(text: str, room: int) -> str:
    return text if len(text) <= room else text[: max(0, room - 3)] + "..."


def _folded(text: str, room: int) -> str:
    """On two lines at most."""
    first, *rest = textwrap.wrap(text, room, break_on_hyphens=False) or [""]
    return "\n".join([first, _cut(" ".join(rest), room)] if rest else [first])


def _many(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def as_data(triage: Triage) -> dict[str, Any]:
    """The triage as plain JSON data."""
    return {
        "apiVersion": "kubectl-why/v1",
        "kind": "Triage",
        "namespace": triage.namespace,
        "podsLookedAt": triage.pods,
        "workloadsLookedAt": triage.workloads,
        "items": [_item(row) for row in triage.rows],
        "groups": [_group(group) for group in triage.groups if group.title],
        "starting": [_as_object(workload) for workload in triage.starting],
        "notChecked": [item._asdict() for item in triage.not_checked],
    }


def _item(row: Row) -> dict[str, Any]:
    return {
        **_as_object(row.workload),
        "pods": {"failing": row.failing, "total": row.total},
        "cause": row.cause,
        "message": row.why,
        "since": row.since.isoformat().replace("+00:00", "Z") if row.since else None,
        "lookedInto": not row.left,
        "diagnosis": plain(row.diagnosis),
    }


def _group(group: Group) -> dict[str, Any]:
    return {"title": group.title, "root": group.root, "workloads": [_as_object(row.workload) for row in group.rows]}


def _as_object(workload: Workload) -> dict[str, str]:
    return {"namespace": workload.namespace, "workload": workload.target}


def as_names(triage: Triage) -> str:
    """One line a broken workload: namespace, TYPE/NAME and cause; nothing where none is broken."""
    return "\n".join(f"{named(row.workload.namespace)} {named(row.workload.target)} {row.cause}" for row in triage.rows)


def as_markdown(triage: Triage) -> str:
    """A list, with the groups' titles above their members."""
    parts = [prose(_headline(triage, Paper()))]
    single = [group.rows[0] for group in triage.groups if not group.title]
    for title, rows in [*((group.title, group.rows) for group in triage.groups if group.title), ("", single)]:
        parts += [f"**{prose(title)}**"] if title else []
        parts += ["\n".join(f"- {_bullet(triage, row)}" for row in rows)] if rows else []
    return "\n\n".join([*parts, *(prose(" ".join(line.split())) for line in _below(triage))])


def _bullet(triage: Triage, row: Row) -> str:
    where = f"{named(row.workload.namespace)}/" if triage.namespace is None else ""
    since = f", {_ago(triage, row)}" if row.since else ""
    return f"{code(where + named(row.workload.target))} {prose(_pods(row))}: {prose(row.why)} ({code(row.cause)}{since})"


TRIAGE_FORMATS: dict[str, Callable[[Triage, Paper], str]] = {
    "table": as_rows,
    "wide": lambda triage, paper: as_rows(triage, paper._replace(wide=True)),
    "json": lambda triage, _: json.dumps(as_data(triage), indent=4),
    "yaml": lambda triage, _: dump(as_data(triage)),
    "name": lambda triage, _: as_names(triage),
    "markdown": lambda triage, _: as_markdown(triage),
}
