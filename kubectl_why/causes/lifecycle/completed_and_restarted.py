from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...model import Confidence, Finding, proper
from .. import cause
from ..loglines import telling
from ..loglines.levels import ERROR
from ..loglines.signs import OF_PEERS
from ..signals import stopped

if TYPE_CHECKING:
    from ...facts import Container, Facts


@cause()
def completed_and_restarted(facts: Facts) -> Iterator[Finding]:
    """The process ends with exit code 0, and the restartPolicy Always starts it again.

    Nothing failed: the container did its work, or its server went to the background, and the kubelet restarts it for ever,
    with the delays of a crash loop. Where the last words of the log say why it ended, that is the cause in spite of the 0.
    After a failed liveness probe, too, many servers end with 0; the event Killing tells.

    Fix: a task belongs into a Job or CronJob; a server has to stay in the foreground.

    Source: restartPolicy, https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/
    """
    for container in facts.containers:
        end = facts.end(container)
        if (
            not end
            or end.exit_code
            or end.reason not in ("Completed", "")
            or not facts.restarted(container)
            or facts.deleted
        ):
            continue
        line = telling(facts, container)
        if stopped(facts, container, end) or (line and (line.level >= ERROR or line.cause not in OF_PEERS)):
            continue
        after = f" after {end.seconds:.0f}s" if end.seconds is not None else ""
        where = container.spec_path if "restartPolicy" in container.spec else "spec"
        policy = (facts.cite_pod(f"{where}.restartPolicy"),) if where != "spec" or "restartPolicy" in facts.spec else ()
        yield Finding(
            f"ends with exit code 0{after}, and restartPolicy Always starts it again",
            Confidence.CERTAIN,
            container.name,
            (facts.cite_pod(f"{end.path}.exitCode" if "exitCode" in end.state else end.path.rpartition(".")[0]), *policy),
            (proper(_fix(facts, container)),),
        )


def _fix(facts: Facts, container: Container) -> str:
    kind, name = facts.workload
    task = "set restartPolicy: OnFailure" if kind == "pod" else f"make {kind} {name} a Job or a CronJob"
    if not facts.log(container) and not facts.log_unread(container):
        stay = (
            f"keep {container.name} in the foreground: it says nothing, as a server that daemonizes or a shell without input"
        )
    else:
        stay = f"keep {container.name} running in the foreground"
    return f"if it is a task, {task}; if it is a server, {stay}"
