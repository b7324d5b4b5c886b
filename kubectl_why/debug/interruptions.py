"""What may end the process while something of ours is in the cluster: Ctrl-C, SIGTERM, a closed terminal."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NoReturn

# Windows has no SIGHUP; there the closing of a console is SIGBREAK.
_SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
# Ctrl-C again is heeded only after so many seconds: people press it several times, and the first cleans up.
_PATIENCE = 5.0


class Interruptions:
    """Within it a signal raises KeyboardInterrupt with its number, once: those that follow must not stop the cleaning up."""

    def __enter__(self) -> Interruptions:
        self._first: float | None = None
        """When the first one came."""
        self._over = False
        """Whether one was raised."""
        self._held: tuple[int, ...] = ()
        self._waiting: int | None = None
        numbers = [getattr(signal, name) for name in _SIGNALS if hasattr(signal, name)]
        # What is ignored stays ignored: nohup.
        self._before = {n: signal.getsignal(n) for n in numbers if signal.getsignal(n) is not signal.SIG_IGN}
        for number in self._before:
            signal.signal(number, self._caught)
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    @contextmanager
    def held(self, *numbers: int) -> Iterator[None]:
        """Within it no signal, or none of these, raises anything; one that came is raised at the end."""
        self._held = numbers or tuple(self._before)
        try:
            yield
        finally:
            self._held = ()
        if self._waiting is not None:
            self._raise(self._waiting)

    def _caught(self, number: int, _: object) -> None:
        if number not in self._held and not self._over:
            self._raise(number)
        waits_long = self._first is not None and time.monotonic() - self._first > _PATIENCE
        if number == signal.SIGINT and waits_long and self._held == tuple(self._before):
            self._raise(number)
        self._first = self._first or time.monotonic()
        if not self._over:
            self._waiting = number

    def _raise(self, number: int) -> NoReturn:
        self._first, self._over, self._waiting = time.monotonic(), True, None
        raise KeyboardInterrupt(number)
