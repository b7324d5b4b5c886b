"""A text that is drawn again in its place: growing, shrinking, wider than the terminal, on a terminal that changes."""

from os import terminal_size

import pytest

from kubectl_why.screen import Screen, fitting
from tests.terminal import Terminal

RED = "\x1b[31mred\x1b[0m"


def drawn(*texts: str, columns: int = 20, rows: int = 10) -> list[str]:
    """What is on the screen when these were drawn, one after the other."""
    terminal = Terminal(columns)
    screen = Screen(terminal.write, lambda: terminal_size((columns, rows)))
    for text in texts:
        screen.draw(text)
        assert terminal.cursor_is_shown
    return terminal.lines


@pytest.mark.parametrize(
    "texts, want",
    [
        (("one",), ["one"]),
        (("one\ntwo", "three"), ["three"]),
        (("one", "two\nthree\nfour"), ["two", "three", "four"]),
        (("longer", "short"), ["short"]),
        (("x" * 45 + "\nend", "one\ntwo"), ["one", "two"]),
        (("one\ntwo", "x" * 20 + "\nend"), ["x" * 20, "end"]),
        (("one\ntwo\nthree", "x" * 20), ["x" * 20]),
        (("one\ntwo", "x" * 25), ["x" * 20, "x" * 5]),
        ((f"{RED}\ntwo", "one"), ["one"]),
        (("a\tb", "c"), ["c"]),
        (("one", ""), [""]),
    ],
)
def test_the_last_text_is_all_that_is_there(texts, want):
    assert drawn(*texts) == want


@pytest.mark.parametrize(
    "text, size, want",
    [
        ("a\nb\nc", (10, 3), ["a", "b", "c"]),
        ("a\nb\nc\nd", (20, 3), ["a", "b", "(2 more lines)"]),
        ("a\n" + "b" * 25, (20, 2), ["a", "(1 more line)"]),
        ("a" * 60 + "\nb", (20, 2), ["(2 more lines)"]),
        ("a\nb", (5, 1), ["(2 mo"]),
        ("日" * 10 + "\nb", (20, 2), ["日" * 10, "b"]),
        ("日" * 11 + "\nb", (20, 2), ["(2 more lines)"]),
        (RED * 6 + "\nb", (20, 2), [RED * 6, "b"]),
    ],
)
def test_what_fits(text, size, want):
    assert fitting(text, terminal_size(size)) == want


def test_a_terminal_of_another_size_is_cleared_first():
    written, size = [], [terminal_size((20, 10))]
    screen = Screen(written.append, lambda: size[0])
    screen.draw("one")
    size[0] = terminal_size((10, 10))
    screen.draw("one")
    assert "\x1b[2J" in written[1] and "\x1b[2J" not in written[0]


def test_nothing_new_is_not_written():
    written = []
    screen = Screen(written.append, lambda: terminal_size((20, 10)))
    for _ in range(3):
        screen.draw("one")
    assert len(written) == 1
    screen.close()
    screen.close()
    assert written[1:] == ["\n"]
