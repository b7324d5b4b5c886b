"""Looking inside: an ephemeral container beside the one that fails, or a copy of the pod that does not start it.

`questions` says what to look for, `builders` makes the object, `session` has it run and cleans up, `examine.sh` is what
runs inside. The first two are pure.
"""

from __future__ import annotations

from typing import NamedTuple


class Look(NamedTuple):
    """What the user asks for."""

    debug: bool = False
    """By an ephemeral container."""
    sleep: bool = False
    """In a copy of the pod."""
    run: bool = False
    shell: bool = False
    image: str | None = None
    profile: str | None = None
    keep: bool = False
    keep_labels: bool = False
    dry_run: bool = False
    wait: float = 30.0
    """Seconds that what is run may take."""
