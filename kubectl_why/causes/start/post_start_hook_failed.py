from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

from ...facts import seen_last
from ...model import Confidence, Evidence, Finding, now, proper
from ...status import mapping
from .. import cause, family
from ..config.container_create_failed import container_create_failed
from ..lifecycle.completed_and_restarted import completed_and_restarted

if TYPE_CHECKING:
    from ...facts import Container, Facts

_SAID = r"(?s)failed - error: (?P<error>.*?)(?:,? message: (?P<output>\".*\"))?\s*$"
_EXITED = r"exited with (?P<code>\d+): ?(?P<said>[^\n]*)"


@cause(explains=[container_create_failed, completed_and_restarted, *family("signals")])
def post_start_hook_failed(facts: Facts) -> Iterator[Finding]:
    """The postStart hook failed and the kubelet killed the container.

    The hook runs inside the container, beside its process and at the same time: a server that it asks may not listen yet.
    What went wrong stands only in the waiting message (PostStartHookError), until the next start; the event
    FailedPostStartHook says no more than that it failed. The exit code is that of the main process when it was killed.

    Fix: correct the hook's command, or let it end with success (`|| true`) where it may fail; take it out to be up again.

    Source: pkg/kubelet/lifecycle/handlers.go and kuberuntime_container.go, 1.36.
    """
    for container in facts.containers:
        hook = mapping(mapping(container.spec.get("lifecycle")).get("postStart"))
        waiting = mapping(container.waiting)
        message = str(waiting.get("message") or "")
        if waiting.get("reason") == "PostStartHookError":
            said = re.search(_SAID, message)
            error = said["error"].strip() if said else message
            why, confidence = _why(error), Confidence.CERTAIN
            evidence = [facts.cite_pod(f"{container.status_path}.state.waiting.message", error)] if error else []
        else:
            why, (confidence, evidence) = "", _from_events(facts, container)
        if not evidence:
            continue
        field, words = _described(hook)
        evidence += [facts.cite_pod(f"{container.spec_path}.lifecycle.postStart.{field}")] if field else []
        command = facts.patch_command({container.part: [{"name": container.name, "lifecycle": {"postStart": None}}]})
        without = facts.change(f"take the postStart hook out of container {container.name}")
        yield Finding(
            "the postStart hook failed, and the container was killed: " + (why or words or "the hook is not known"),
            confidence,
            container.name,
            tuple(evidence),
            (
                now("start without the hook", command) if command and hook else now(without),
                proper(f"correct the hook{f' ({words})' if words else ''}, or let it end with success where it may fail"),
            ),
        )


def _from_events(facts: Facts, container: Container) -> tuple[Confidence, list[Evidence]]:
    """The event of the failed run; one from before it says little, since the recorder holds events back."""
    end = facts.end(container)
    for event in facts.events("FailedPostStartHook", container=container) if end else ():
        last = seen_last(event)
        late = bool(last and end.finished and last > end.finished + timedelta(seconds=5))
        early = bool(last and end.started and last < end.started - timedelta(seconds=2))
        if not late:
            return Confidence.POSSIBLE if early else Confidence.CERTAIN, [facts.cite_event(event)]
    return Confidence.POSSIBLE, []


def _why(error: str) -> str:
    """The telling words of the error: what the hook's command wrote, or why it could not be run."""
    exited = re.search(_EXITED, error)
    if exited:
        return (
            f"{exited['said'].strip()} (exit code {exited['code']})"
            if exited["said"].strip()
            else f"exit code {exited['code']}"
        )
    return (
        re.split(r"unable to start container process: |OCI runtime exec failed: ", error)[-1]
        .partition("\n")[0]
        .removesuffix(": unknown")
    )


def _described(hook: dict) -> tuple[str, str]:
    """The field of the hook's spec that says what it does, and what that is."""
    command = mapping(hook.get("exec")).get("command")
    if isinstance(command, list) and command:
        return "exec.command", " ".join(map(str, command))
    if mapping(hook.get("httpGet")).get("path"):
        return "httpGet.path", f"GET {mapping(hook.get('httpGet'))['path']}"
    return "", ""
