from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...model import Finding, Remedy, now, proper
from ...status import mapping, number
from .. import cause
from ..application import user
from ..config.container_create_failed import container_create_failed
from ..examined import rights
from ..looking import inside
from . import failures, patched, program

if TYPE_CHECKING:
    from ...examination import Fact
    from ...facts import Container, Facts

_MODE = 0o755
_ANY_EXECUTE = 0o111


@cause(explains=[container_create_failed])
def command_not_executable(facts: Facts) -> Iterator[Finding]:
    """The command is there and may not be executed: its mode, its owner, or a mount with noexec.

    The runtime says `exec: "...": permission denied`, a shell `Permission denied` with exit code 126. Files of a ConfigMap
    or Secret have mode 0644 unless the volume's defaultMode says otherwise. A directory in place of the program says the
    same. A process that started and may not read or write a file is permission-denied.

    Fix: set the mode where the file comes from (chmod +x in the image's build, defaultMode: 0755 on the volume), or start
    the script with its interpreter (`sh /path/script.sh`); check runAsUser where only the owner may execute it.

    Source: the runtime's words (runc, crun); core/v1 ConfigMapVolumeSource.defaultMode; exit code 126 of POSIX, Shell
    Command Language, 2.8.2.
    """
    for failure in failures(facts, "command-not-executable"):
        container, what = failure.container, program(failure.container, failure.what)
        found = facts.volume_at(container, what)
        source, mode = _source(found[1]) if found else ("", _MODE)
        plain = source and not mode & _ANY_EXECUTE
        why = f": volume {found[1].get('name')} gives its files mode {mode:04o}" if found and plain else ""
        asked = mapping(container.spec.get("securityContext")).get(
            "runAsUser", mapping(facts.spec.get("securityContext")).get("runAsUser")
        )
        as_user = f" as user {asked}" if asked is not None and not why else ""
        if failure.seen:
            as_user, why = _as_seen(facts, container, failure.seen, why)
        yield Finding(
            f"{what} may not be executed{as_user}{why}",
            failure.confidence,
            container.name,
            failure.evidence,
            (
                *_remedies(facts, container, what, str(found[1].get("name")) if found and plain else "", source),
                *(() if plain else inside(facts, container)),
            ),
        )


def _as_seen(facts: Facts, container: Container, seen: Fact, why: str) -> tuple[str, str]:
    """As whom, and why not: what a look from inside showed of the program."""
    if seen.word("type") == "directory":
        return "", ": it is a directory"
    if seen.flag("interpreterExecutable") is False:
        return "", f": its interpreter {seen.word('interpreter')} may not be"
    uid = user(facts, container).uid
    return f" as user {uid}" if uid is not None else "", why or (f": {rights(seen)}" if rights(seen) else "")


def _source(volume: dict) -> tuple[str, int]:
    """The field of a volume whose files have a mode of their own, and that mode."""
    for field in ("configMap", "secret", "projected", "downwardAPI"):
        source = mapping(volume.get(field))
        if source:
            return field, number(source.get("defaultMode")) or 0o644
    return "", _MODE


def _remedies(facts: Facts, container: Container, what: str, volume: str, source: str) -> Iterator[Remedy]:
    if volume:
        command = facts.patch_command({"volumes": [{"name": volume, source: {"defaultMode": _MODE}}]})
        words = f"set defaultMode: 0755 on volume {volume}"
        yield now(words, command) if command else now(facts.change(words))
        yield proper(facts.change(words) if command else f"or start it as `sh {what}`")
        return
    if what.endswith(".sh") and container.command[:1] == [what]:
        words = f"start it with its interpreter: sh {what}"
        command = patched(facts, container, command=["sh", *container.command], args=None)
        yield now(words, command) if command else now(facts.change(words))
    yield proper(f"make {what} executable where image {container.image} is built (chmod +x), for the user that runs it")
