"""What may end the process while something of ours is in the cluster: Ctrl-C, SIGTERM, a closed terminal."""

from __future__ import annotations

import signal
import time
from typing import NoReturn

# Windows has no SIGHUP; there the closing of a console is SIGBREAK.
_SIGNALS = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")
# Ctrl-C again is heeded only after so many seconds: people press it several times, and the first cleans up.
_PATIENCE = 5.0


class Interruptions:
    """Within it a signal has to wait, but where it is heeded: there it raises KeyboardInterrupt with its number.

    Only one does: those that follow must not stop the cleaning up. One that still waits at the end is raised then.
    """

    def __enter__(self) -> Interruptions:
        self._first: float | None = None
        """When the first one came."""
        self._over = False
        """Whether one was raised."""
        self._heeded: frozenset[int] = frozenset()
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
        if self._waiting is not None:
            self._raise(self._waiting)

    def heeded(self, *but: int) -> Heeded:
        """Within it any signal is raised, but these; and so is one that has waited until now."""
        return Heeded(self, frozenset(self._before) - {*but})

    def heed(self, numbers: frozenset[int]) -> frozenset[int]:
        """Heed these from now on; those that were heeded until now."""
        before, self._heeded = self._heeded, numbers
        if self._waiting in numbers:
            self._raise(self._waiting)
        return before

    def _caught(self, number: int, _: object) -> None:
        if number in self._heeded and not self._over:
            self._raise(number)
        waits_long = self._first is not None and time.monotonic() - self._first > _PATIENCE
        if number == signal.SIGINT and waits_long and (self._over or not self._heeded):
            self._raise(number)
        self._first = self._first or time.monotonic()
        if not self._over:
            self._waiting = number

    def _raise(self, number: int) -> NoReturn:
        self._first, self._over, self._waiting = time.monotonic(), True, None
        raise KeyboardInterrupt(number)


class Heeded:
    """The signals that are heeded for a while. No generator: one that a signal leaves half way is closed some time later."""

    def __init__(self, ours: Interruptions, numbers: frozenset[int]) -> None:
        self._ours, self._numbers = ours, numbers

    def __enter__(self) -> None:
        self._before = self._ours.heed(self._numbers)

    def __exit__(self, *_: object) -> None:
        self._ours.heed(self._before)
