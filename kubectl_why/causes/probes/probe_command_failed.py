from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...model import Confidence, Finding, Remedy, now, proper
from .. import cause
from . import Failing, failing, patch
from .probe_failed import probe_failed

if TYPE_CHECKING:
    from ...facts import Facts

# The runtime cannot start the command: runc, crun, and both with their quotes escaped.
_NOT_STARTED = (
    r"(?s)executable file .{0,200}?not found|"
    r"(?:OCI runtime|exec failed|failed to exec).{0,400}?(?:no such file|permission denied)"
)
_NAMED = r"exec: [\\\"]*(?P<runc>[^\"\\ ]+)[\\\"]*:|executable file [`'\"\\]+(?P<crun>[\w./-]+)"
# The command is a shell, which does not find what it is told to run.
_NOT_FOUND = r"\b(?:sh|bash|ash|dash|zsh): (?:(?:line )?\d+: )?(?P<name>[\w./+-]+): (?:command )?not found"


@cause(explains=[probe_failed])
def probe_command_failed(facts: Facts) -> Iterator[Finding]:
    """An exec probe's command fails or does not exist.

    The event holds what the command printed; its exit code is nowhere in the API. A command that is not in the image is an
    error of the probe and not a failure: such a liveness probe never restarts anything, such a readiness probe never lets
    the container become ready. A command that does not end in time is probe-timeout.

    Fix: correct the command, or do what it checks; where the image has no curl, ask by httpGet, which needs none.

    Source: pkg/kubelet/prober/prober.go and pkg/probe/exec/exec.go, 1.36.
    """
    for found in failing(facts):
        if found.handler != "exec":
            continue
        lines = [line.strip() for line in found.text.splitlines() if line.strip()]
        missing = _missing(found)
        what = f"runs `{found.short_command}`, which fails" + (f": {lines[-1][:120]}" if lines else " and prints nothing")
        if missing:
            denied = "may not be executed" if "permission denied" in found.text else "is not in the image"
            what = f"cannot run: {missing} {denied}"
        yield Finding(
            found.says(what),
            Confidence.CERTAIN,
            found.container.name,
            found.evidence(facts, "command"),
            tuple(_remedies(facts, found, missing)),
        )


def _missing(found: Failing) -> str | None:
    """The program that could not be run, if that is why."""
    in_shell = re.search(_NOT_FOUND, found.text)
    if in_shell:
        return in_shell["name"]
    if not re.search(_NOT_STARTED, found.text):
        return None
    named = re.search(_NAMED, found.text)
    return (named["runc"] or named["crun"]) if named else found.command.partition(" ")[0]


def _remedies(facts: Facts, found: Failing, missing: str | None) -> Iterator[Remedy]:
    if missing and found.fetched:
        scheme, port, path = found.fetched
        asks = {"path": path, "port": port, **({"scheme": scheme} if scheme == "HTTPS" else {})}
        command = patch(facts, found, found.instead("httpGet", asks))
        if command:
            yield now(f"ask by httpGet, which needs no {missing}", command)
        yield proper(facts.change(f"let the {found.probe} probe ask {path} on port {port} by httpGet"))
    elif missing:
        yield proper(
            facts.change(f"make the {found.probe} probe an httpGet or tcpSocket probe, or put {missing} into the image")
        )
    else:
        if found.container.running is not None and "\n" not in found.command:
            command = facts.kubectl("exec", f"pod/{facts.name}", ("-c", found.container.name, "--", *found.words))
            yield now("see what it says", command, mutates=False)
        yield proper(facts.change(f"correct the command of the {found.probe} probe, or what it looks for,"))
