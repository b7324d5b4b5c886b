"""Looking at a target again whenever something changes (--watch), or until it is well (--wait).

Two streams at most tell that there is something new to see: of the pods, and of the workload. What they carry is not
used: after a change everything is collected and diagnosed again. So a look is never put together of halves, and a stream
that is cut, or whose past the server has forgotten (410), costs only the seconds until the next look. What no stream tells
(events, logs, the objects that a pod names) is seen by looking again every few seconds.
"""

from __future__ import annotations

import queue
import re
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from .cluster import Cluster, ClusterError, Forbidden, Misconfigured
from .collect import NotFound, Target, collect, selector_of
from .diagnose import diagnose
from .model import Diagnosis, Verdict
from .outcome import Outcome, State, is_over, outcome, workload_of
from .redact import printable
from .resources import path_of
from .screen import Screen
from .snapshot import Snapshot

TICK = 0.5
"""Seconds after which whoever follows is woken, if only to find that nothing is new."""

# Seconds: what follows a change at once is awaited; looks are so far apart at least, and at most, and where no change
# can be told.
_SETTLE, _BETWEEN, _AGAIN, _POLL = 0.2, 1.0, 5.0, 2.0
# Seconds that a stream lasts, and that lie between two tries to get one.
_STREAM, _RETRY = 60, 5.0

Stream = tuple[str, dict[str, str]]
"""Path and query of what is watched."""


class Seen(NamedTuple):
    """What one look at the target saw; where it could see nothing, what was seen last."""

    at: float
    """When that was seen, by `time.monotonic`."""
    snapshot: Snapshot | None = None
    diagnosis: Diagnosis | None = None
    error: Exception | None = None
    """Why nothing could be seen now: NotFound or ClusterError."""
    note: str = ""
    """Why changes are not seen at once."""

    @property
    def hindrance(self) -> str:
        """What hinders us from seeing changes at once, or at all."""
        return str(self.error) if self.error else self.note

    def counted_on(self) -> Diagnosis | None:
        """What was seen, with the seconds until the next try as they are by now."""
        if self.diagnosis is None or self.diagnosis.next_try is None:
            return self.diagnosis
        return self.diagnosis._replace(next_try=max(0.0, self.diagnosis.next_try - (time.monotonic() - self.at)))


def looks(cluster: Cluster, target: Target, container: str | None, patient: bool) -> Iterator[Seen | None]:
    """Looks at the target, each as soon as it is had, and after every TICK without a new one the last again; None before
    the first.

    Ends with the look after which there is nothing more to see: the target will not change any more, is gone, or may not be
    seen; who is not `patient` does not wait for one that cannot be seen yet. The work is done in threads of their own, so
    that whoever iterates can stop at any time.
    """
    found: queue.SimpleQueue[Seen] = queue.SimpleQueue()
    threading.Thread(target=_keep_looking, args=(cluster, target, container, found.put), daemon=True).start()
    last, missed = None, 0
    while True:
        try:
            look = found.get(timeout=TICK)
        except queue.Empty:
            yield last
            continue
        if look.error and not isinstance(look.error, (NotFound, ClusterError)):
            raise look.error
        # What is missed once may be made anew at this moment: the pods of a StatefulSet, `kubectl replace --force`.
        missed = missed + 1 if isinstance(look.error, NotFound) else 0
        last = last._replace(error=look.error, note=look.note) if look.error and last else look
        yield last
        gone = missed > 1 if last.diagnosis else not patient
        over = last.snapshot and not last.error and is_over(last.snapshot, target.kind, target.name)
        if gone or over or isinstance(last.error, (Forbidden, Misconfigured)):
            return


def draw(following: Iterator[Seen | None], render: Callable[[Diagnosis], str], screen: Screen) -> Seen:
    """Draw each look in the place of the one before, with what counts on, until there is nothing more to see."""
    look = None
    for look in filter(None, following):
        if look.diagnosis:
            note = f"\n{printable(look.hindrance)}" if look.hindrance else ""
            screen.draw(render(look.counted_on()) + note)
    return look


def print_changes(
    following: Iterator[Seen | None],
    render: Callable[[Diagnosis], str],
    write: Callable[[str], object],
    between: str,
    warn: Callable[[str], object],
) -> Seen:
    """Write each look that sees something else than the one before, but for what counts on, until there is no more to see.

    `between` is put between two of them. What hinders us in looking is told with `warn`, once.
    """
    look, seen, before, hindered = None, None, "", ""
    for look in filter(None, following):
        if look.hindrance != hindered and look.diagnosis:
            hindered = look.hindrance
            warn(hindered or "it can be seen again")
        if look.diagnosis is not seen:
            seen, now = look.diagnosis, _still(look.diagnosis, render)
            if now != before:
                write((between if before else "") + render(look.diagnosis))
            before = now
    return look


def wait(
    following: Iterator[Seen | None], target: Target, seconds: float, tell: Callable[[str], object]
) -> tuple[Seen, Outcome | None]:
    """The look with which the target was well, or will never be, or the last before the time was up; and how it stood.

    One look is awaited, however short the time is. How it stood is None where nothing could be seen at last.
    `tell` is told how it stands, again and again.
    """
    deadline = time.monotonic() + seconds
    look, how = None, None
    for look in following:
        how = outcome(look.snapshot, look.diagnosis, target.kind, target.name) if look and not look.error else None
        if (how and how.state is not State.GOING_ON) or (look and time.monotonic() >= deadline):
            break
        tell(how.words if how else str(look.error) if look else "looking")
    return look, how


def streams_of(target: Target, snapshot: Snapshot) -> list[Stream]:
    """What to watch: the pod, or the workload and its pods.

    The pods of a CronJob have no labels in common: of it only itself is watched, whose status names the Jobs that run.
    """
    itself = (path_of(target.kind, target.namespace), {"fieldSelector": f"metadata.name={target.name}"})
    workload = workload_of(snapshot, target.kind, target.name)
    selector = selector_of(workload) if workload else None
    return [itself, (path_of("Pod", target.namespace), {"labelSelector": selector})] if selector else [itself]


def _keep_looking(cluster: Cluster, target: Target, container: str | None, tell: Callable[[Seen], None]) -> None:
    changed = threading.Event()
    notes: list[str] = []
    streams: list[Stream] = []
    while True:
        began = time.monotonic()
        try:
            snapshot = collect(cluster, target)
            look = Seen(time.monotonic(), snapshot, diagnose(snapshot, container, cluster.access))
        except Exception as error:  # a defect is raised where somebody sees it
            look = Seen(began, error=error)
        tell(look._replace(note="; ".join(sorted({*notes}))))
        if not streams and look.snapshot:
            streams = streams_of(target, look.snapshot)
            for stream in streams:
                threading.Thread(target=_follow, args=(cluster, stream, changed.set, notes.append), daemon=True).start()
        changed.wait(_POLL if notes or look.error else _AGAIN)
        time.sleep(max(_SETTLE, began + _BETWEEN - time.monotonic()))
        changed.clear()


def _follow(cluster: Cluster, stream: Stream, changed: Callable[[], None], note: Callable[[str], None]) -> None:
    """Follow one stream for ever, or until the server says that we may not."""
    path, query = stream
    while True:
        began = time.monotonic()
        try:
            for event in cluster.watch(path, query, _STREAM):
                if event["type"] != "BOOKMARK":
                    changed()
        except Forbidden:
            note(f"watching {path.rpartition('/')[2]} is forbidden: looking every {_POLL:g}s instead")
            changed()
            return
        except ClusterError:
            pass  # the next look tells whether the server is there
        time.sleep(max(0.0, began + _RETRY - time.monotonic()))


# -- what counts on

_DURATION = r"\b(?:\d+(?:\.\d+)?(?:ms|[dhms]))+\b"
_TIMESTAMP = r"\d{4}-\d\d-\d\dT[\d:.]+Z?"


def _still(diagnosis: Diagnosis, render: Callable[[Diagnosis], str]) -> str:
    """What is rendered, but for seconds, times and counters."""
    still = diagnosis._replace(next_try=None, restarts=0, verdicts=tuple(map(_without_counters, diagnosis.verdicts)))
    return re.sub(f"{_TIMESTAMP}|{_DURATION}", "", render(still))


def _without_counters(verdict: Verdict) -> Verdict:
    evidence = []
    for item in verdict.finding.evidence:
        fixed: dict[str, Any] = {"count": None, "last_timestamp": None}
        if item.line is not None:
            # Each run of a program says the same with other times and process ids.
            fixed |= {"line": 0, "tail": None, "value": re.sub(r"\d+", "0", item.value)}
        evidence.append(item._replace(**fixed))
    finding = verdict.finding._replace(evidence=tuple(evidence))
    return verdict._replace(finding=finding, because=tuple(map(_without_counters, verdict.because)))
