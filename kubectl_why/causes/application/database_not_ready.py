from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...model import Confidence, Finding, proper
from .. import cause
from ..loglines.signs import Telling
from .peers import GENERAL, look, named, told

if TYPE_CHECKING:
    from ...facts import Facts


@cause(explains=GENERAL)
def database_not_ready(facts: Facts) -> Iterator[Finding]:
    """The peer answers, but the database, role, table or migration it needs is absent.

    It also means a store that is still loading, has no primary or no free connection. One that refuses the connection is
    connection-refused; one that refuses the password is authentication-failed.

    Fix: create what is missing, run the migrations, or correct the name in the settings.
    """
    for item in told(facts, "database-not-ready"):
        if item.line is None:
            continue
        what, fix = _what(item.line)
        yield Finding(
            f"{named(item) if item.peer.host else 'the database'} {what}",
            Confidence.POSSIBLE,
            item.container.name,
            item.evidence(facts),
            (*look(facts, item), proper(fix)),
        )


def _what(line: Telling) -> tuple[str, str]:
    """What is missing, and what mends it."""
    if line["database"]:
        return (
            f"has no database {line['database']}",
            f"create database {line['database']}, or correct its name in the settings",
        )
    if line["role"]:
        return f"has no role {line['role']}", f"create role {line['role']}, or correct the user in the settings"
    if line["table"]:
        return f"has no {line['table']}", "run the migrations, or create it"
    if line["version"]:
        return (
            f"is at migration {line['version']}, and cannot go on from there",
            "repair the migration by hand, then run the migrations",
        )
    if line["state"]:
        return f"is not ready: {line['state']}", "wait until it is; a client should try again instead of ending"
    return "lacks what is asked of it", "run the migrations, or correct the name in the settings"
