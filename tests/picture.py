"""A picture of what a command prints on a terminal: its text, with its colours, as SVG."""

import html
import os
import re
import subprocess
from collections.abc import Iterator

COLUMNS = 116
_STYLED = re.compile(r"\x1b\[(\d*)m")
_WIDTH, _HEIGHT, _MARGIN = 8, 19, 16
# What the program sets (render/table.py): bold, red, green; and the colours of paper and ink.
THEMES = {
    "light": {"paper": "#ffffff", "frame": "#d0d7de", "ink": "#1f2328", "31": "#c62828", "32": "#1a7f37"},
    "dark": {"paper": "#0d1117", "frame": "#30363d", "ink": "#e6edf3", "31": "#ff7b72", "32": "#3fb950"},
}


def on_terminal(command: list[str], env: dict[str, str]) -> str:
    """What the command prints where it prints to a terminal of so many columns."""
    import fcntl  # none of which Windows has
    import pty
    import struct
    import termios

    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 50, COLUMNS, 0, 0))
    env = {name: value for name, value in env.items() if name not in ("NO_COLOR", "COLUMNS", "LINES")}
    process = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=subprocess.DEVNULL, env=env | {"TERM": "xterm"})
    os.close(theirs)
    printed = b""
    try:
        while piece := os.read(ours, 1 << 16):
            printed += piece
    except OSError:  # Linux's word for the end
        pass
    finally:
        os.close(ours)
        process.wait()
    return printed.decode().replace("\r\n", "\n")


def svg(command: str, printed: str, theme: str) -> str:
    """The picture: the command after a prompt, and what it printed."""
    colours = THEMES[theme]
    rows = list(_rows(f"\x1b[1m$ {command}\x1b[0m\n{printed.rstrip()}"))
    width, height = COLUMNS * _WIDTH + 2 * _MARGIN, len(rows) * _HEIGHT + 2 * _MARGIN
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        'role="img">',
        f"<title>{html.escape(command)}</title>",
        f'<rect x="0.5" y="0.5" width="{width - 1}" height="{height - 1}" rx="8" fill="{colours["paper"]}" '
        f'stroke="{colours["frame"]}"/>',
        f'<g font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" font-size="13" fill="{colours["ink"]}" '
        'xml:space="preserve">',
    ]
    for number, row in enumerate(rows):
        y = _MARGIN + number * _HEIGHT + 14
        for column, text, style in row:
            look = "".join(f' fill="{colours[code]}"' for code in sorted(style) if code in colours)
            look += ' font-weight="bold"' if "1" in style else ""
            # The length of each piece is fixed: whatever the font, columns stand below each other.
            place = f'x="{_MARGIN + column * _WIDTH}" y="{y}" textLength="{len(text) * _WIDTH}"'
            lines.append(f"<text {place}{look}>{html.escape(text)}</text>")
    return "\n".join([*lines, "</g>", "</svg>"]) + "\n"


def _rows(text: str) -> Iterator[list[tuple[int, str, frozenset[str]]]]:
    """The rows of the screen: pieces of one style each, with the column at which they stand, without blanks around."""
    style: frozenset[str] = frozenset()
    for line in text.split("\n"):
        row: list[tuple[int, str, frozenset[str]]] = []
        column = 0
        for index, part in enumerate(_STYLED.split(line)):
            if index % 2:
                style = style | {part} if part not in ("", "0") else frozenset()
                continue
            while part:
                fits, part = part[: COLUMNS - column], part[COLUMNS - column :]
                # Three blanks part columns: a font that is narrower would shift what follows.
                row += [(column + m.start(), m[0], style) for m in re.finditer(r"\S+(?: {1,2}\S+)*", fits)]
                column += len(fits)
                if part:
                    yield row
                    row, column = [], 0
        yield row
