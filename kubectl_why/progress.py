"""How far it is, on a terminal's standard error."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_FIRST, _AGAIN = 1.0, 0.2
"""Seconds after which the line is shown, and shown anew."""


@contextmanager
def progress(doing: str) -> Iterator[Callable[[str], None]]:
    """A line that says what is being done, where that takes more than a second; what is yielded changes it.

    At the end the line is gone. Where standard error is no terminal, nothing is said.
    """
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    said, over = [doing], threading.Event()

    def show() -> None:
        wait = _FIRST
        while not over.wait(wait):
            sys.stderr.write(f"\r\x1b[K{said[-1]}...")
            sys.stderr.flush()
            wait = _AGAIN

    thread = threading.Thread(target=show, daemon=True)
    thread.start()
    try:
        yield lambda text: said.append(text)
    finally:
        over.set()
        thread.join()
        sys.stderr.write("\r\x1b[K")
        sys.stderr.flush()
