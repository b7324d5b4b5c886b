"""The executables, where they begin and end: what has to be settled before anything else is imported."""

import os
import signal
import sys

# As it ends kubectl: at once and without a word, wherever it finds us. Python's own handler would print a traceback and
# await all open requests. Who has something to tidy up takes the signal for that time. What is ignored stays ignored.
if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
    signal.signal(signal.SIGINT, signal.SIG_DFL)

# What the caller has closed: the next file or connection would take its place.
for stream, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
    if getattr(sys, stream) is None:
        setattr(sys, stream, open(os.devnull, mode))  # noqa: SIM115

# As kubectl: UTF-8, whatever the locale or the code page; and what no encoding has, such as half a character, is escaped.
for stream in ("stdout", "stderr"):
    getattr(sys, stream).reconfigure(encoding="utf-8", errors="backslashreplace")

import gc  # noqa: E402

# The process is over before there is garbage worth collecting, and the collector takes a tenth of its time.
gc.disable()

from collections.abc import Callable  # noqa: E402
from contextlib import suppress  # noqa: E402
from typing import NoReturn  # noqa: E402

from . import cli  # noqa: E402


def main() -> NoReturn:
    """The executable kubectl-why."""
    _run(cli.main)


def complete() -> NoReturn:
    """The executable kubectl_complete-why, which kubectl's own completion runs with the words after `kubectl why`."""
    _run(cli.complete)


def _run(command: Callable[[], None]) -> NoReturn:
    """Run it and end the process: Python would first await all requests under way, then take every module apart."""
    status: object = 0
    try:
        command()
    except SystemExit as end:
        status = end.code
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError):
            stream.flush()
    os._exit(status if isinstance(status, int) else 0)


if __name__ == "__main__":
    main()
