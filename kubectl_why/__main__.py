"""The executables, where they begin: what has to be settled before anything else is imported."""

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

from .cli import complete, main  # noqa: E402

__all__ = ["complete", "main"]

if __name__ == "__main__":
    main()
