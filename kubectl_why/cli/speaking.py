"""How the program speaks: to a person or a script, on a terminal or not, and with what status it ends."""

from __future__ import annotations

import enum
import os
import shutil
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from ..render import Paper


class ExitStatus(enum.IntEnum):
    """What the process ends with."""

    WELL = 0
    """Nothing is wrong: healthy, starting, completed."""
    CAUSE_FOUND = 1
    USAGE = 2
    UNKNOWN = 3
    """It fails, and the cause is unknown."""
    COULD_NOT_LOOK = 4
    """No cluster, not found, forbidden."""


_OF_STATE = {"failing": ExitStatus.CAUSE_FOUND, "unknown": ExitStatus.UNKNOWN}


def status_of(state: str) -> ExitStatus:
    """The exit status of a diagnosis, or of a triage, by its state."""
    return _OF_STATE.get(state, ExitStatus.WELL)


def say(message: str) -> None:
    """A line for the user beside the answer; nobody may be there any more to read it."""
    from ..redact import printable

    with suppress(OSError):
        click.echo(printable(message), err=True)


def complain(message: str) -> ExitStatus:
    """Say why nothing could be looked at."""
    say(f"error: {message}")
    return ExitStatus.COULD_NOT_LOOK


def paper() -> Paper:
    """What standard output is printed on; a terminal narrower than 60 columns wraps."""
    from ..render import Paper

    terminal = sys.stdout.isatty()
    width = shutil.get_terminal_size().columns if terminal else 120
    return Paper(width=max(60, min(width, 160)), colour=terminal and not os.environ.get("NO_COLOR"))
