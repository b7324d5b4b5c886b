"""How far it is, on a terminal's standard error."""

from __future__ import annotations

import shutil
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from .redact import printable

_FIRST, _AGAIN = 1.0, 0.2
"""Seconds after which the line is shown, and shown anew."""


@contextmanager
def progress(doing: str) -> Iterator[Callable[[str], None]]:
    """A line that says what is being done, and for how many seconds, where that takes more than one.

    What is yielded changes what it says.

    At the end the line is gone. Where standard error is no terminal, nothing is said.
    """
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    said, over, began = [doing], threading.Event(), time.monotonic()

    def show() -> None:
        wait = _FIRST
        while not over.wait(wait):
            line = printable(f"{time.monotonic() - began:.0f}s {said[-1]}...")
            _draw(line[: shutil.get_terminal_size().columns - 1])
            wait = _AGAIN

    thread = threading.Thread(target=show, daemon=True)
    thread.start()
    try:
        yield lambda text: said.append(text)
    finally:
        over.set()
        thread.join()
        _draw("")


def _draw(line: str) -> None:
    with suppress(OSError):  # the terminal may have been closed
        sys.stderr.write(f"\r\x1b[K{line}")
        sys.stderr.flush()
