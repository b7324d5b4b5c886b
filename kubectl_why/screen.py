"""A text on a terminal that is drawn again in its place. Pure but for the `write` that it is given."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from os import terminal_size

_COLOUR = r"\x1b\[[0-9;]*m"
_HIDE, _SHOW, _REST_OF_LINE, _REST_OF_SCREEN, _CLEAR = "\x1b[?25l", "\x1b[?25h", "\x1b[K", "\x1b[J", "\x1b[H\x1b[2J"


class Screen:
    """Draws a text below what is on the terminal, and the next one over it.

    The cursor is hidden only within one write: whatever ends or stops the process leaves a terminal that can be used.
    """

    def __init__(self, write: Callable[[str], object], measure: Callable[[], terminal_size]) -> None:
        self._write, self._measure = write, measure
        self._drawn: list[str] = []
        self._size: terminal_size | None = None

    def draw(self, text: str) -> None:
        """Show the text, as much of its beginning as there is room for. Nothing is written where nothing has changed."""
        size = self._measure()
        lines = fitting(text, size)
        if (lines, size) == (self._drawn, self._size):
            return
        start = _CLEAR
        if size == self._size or not self._drawn:
            up = sum(_rows(line, size.columns) for line in self._drawn) - 1
            start = f"\r\x1b[{up}A" if up > 0 else "\r"
        # A line that fills its last row leaves the cursor on it, and erasing would take the last character.
        ends = ["" if _width(line) and _width(line) % size.columns == 0 else _REST_OF_LINE for line in lines]
        body = "\n".join(line + end for line, end in zip(lines, ends, strict=True))
        self._write(_HIDE + start + (body + _REST_OF_SCREEN if ends[-1] else _REST_OF_SCREEN + body) + _SHOW)
        self._drawn, self._size = lines, size

    def close(self) -> None:
        """Leave what is drawn, and put the cursor below it."""
        if self._drawn:
            self._write("\n")
            self._drawn = []


def fitting(text: str, size: terminal_size) -> list[str]:
    """The first lines that fit on the terminal, and how many do not; a long one takes several rows, for it may be pasted."""
    lines = [line.replace("\t", "    ") for line in text.split("\n")]
    kept, room = [], size.lines
    while len(kept) < len(lines) and (rows := _rows(lines[len(kept)], size.columns)) <= room:
        kept.append(lines[len(kept)])
        room -= rows
    if len(kept) == len(lines):
        return kept
    while kept and room < 1:
        room += _rows(kept.pop(), size.columns)
    left = len(lines) - len(kept)
    return [*kept, f"({left} more line{'s' if left > 1 else ''})"[: size.columns]]


def _rows(line: str, columns: int) -> int:
    return max(1, -(-_width(line) // columns))


def _width(line: str) -> int:
    """Columns that a line takes: colours none, most signs one, East Asian ones two."""
    plain = re.sub(_COLOUR, "", line)
    return sum(
        0 if unicodedata.combining(sign) else 2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in plain
    )
