"""A terminal as far as the program uses one: what is on its screen after what was written to it."""

import os
import re
import select
import time

_PIECES = re.compile(r"\x1b\[(\??\d*(?:;\d+)*)([A-Za-z])|[\s\S]")


class Terminal:
    """A screen of so many columns, without an end below."""

    def __init__(self, columns: int):
        self.columns = columns
        self.lines = [""]
        self.row = self.column = 0
        self.cursor_is_shown = True

    def show(self, terminal: int, word: str, seconds: float = 30):
        """Read from a terminal until the word is on the screen."""
        deadline = time.monotonic() + seconds
        while not any(word in line for line in self.lines):
            assert select.select([terminal], [], [], max(0.0, deadline - time.monotonic()))[0], self.lines
            self.write(os.read(terminal, 1 << 16).decode())

    def write(self, text: str):
        for number, command in ((m[1], m[2]) if m[2] else (m[0], "") for m in _PIECES.finditer(text)):
            self._obey(number, command) if command else self._put(number)

    def _obey(self, number: str, command: str):
        line = self.lines[self.row]
        if command == "A":
            assert self.row >= int(number), "above the top of what was drawn"
            self.row -= int(number)
        elif command == "K":
            # behind the last column the cursor stands on the last sign
            self.lines[self.row] = line[: min(self.column, self.columns - 1)]
        elif command == "J" and number == "2":
            self.lines = [""] * len(self.lines)
        elif command == "J":
            self.lines[self.row :] = [line[: min(self.column, self.columns - 1)]]
        elif command == "H":
            self.row = self.column = 0
        elif number == "?25":
            self.cursor_is_shown = command == "h"

    def _put(self, sign: str):
        if sign == "\r":
            self.column = 0
        elif sign == "\n":
            self._down()
        else:
            if self.column == self.columns:
                self._down()
            line = self.lines[self.row].ljust(self.column)
            self.lines[self.row] = line[: self.column] + sign + line[self.column + 1 :]
            self.column += 1

    def _down(self):
        self.row, self.column = self.row + 1, 0
        if self.row == len(self.lines):
            self.lines.append("")
