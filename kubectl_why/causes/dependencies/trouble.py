"""Whether the cluster's own objects agree with a log that says that a peer cannot be reached."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ...facts import Unreadable
from . import Wanted, is_missing
from .endpoints import failing, lacks_ready
from .policies import blocks
from .ports import mismatch

if TYPE_CHECKING:
    from ...facts import Facts


def in_trouble(facts: Facts, item: Wanted) -> bool:
    """Whether there is no such Service, or it has no ready endpoint, another port, a policy before it or failing pods."""
    try:
        return is_missing(facts, item) or any(
            (lacks_ready(facts, item), mismatch(facts, item), blocks(facts, item), failing(facts, item))
        )
    except Unreadable:
        return False
