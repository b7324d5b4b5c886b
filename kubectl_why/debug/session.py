"""A look inside: what is sent for it, what is waited for, what is read, and that nothing is left of it.

    look_inside(cluster, snapshot, "api", Look(sleep=True), say, progress, lambda inside: inside.examination)

The pod is asked for three times a second, not watched: that takes one right less, and tells at once when the server is gone.
"""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, suppress
from signal import SIGINT
from typing import TypeVar

from ..cluster import Absent, Cluster, ClusterError, Forbidden, Refused, Unreachable
from ..commands import kubectl_why
from ..examination import Examination, parsed, whole
from ..redact import clean, log_text, masked
from ..resources import path_of
from ..snapshot import Object, Snapshot
from ..status import listing, mapping, moment
from . import Look, builders, refusals
from .cleaning import deletion, leftovers, remove
from .interruptions import Interruptions
from .plan import NotLooked, Plan, check, plan
from .stages import Stage, State, Stuck, stage

_AGAIN = 0.3  # seconds between two looks at the pod
_START = 120.0  # seconds that a container may take to start
_LOOK = 60.0  # seconds that examine.sh may take, which ends by itself long before
_SILENCE = 10.0  # seconds without an answer after which the server is taken to be gone
_LATE = 3.0  # seconds that the kubelet may take to have all of the log of what has ended
# Lines that are read of a log, and what is read where they pass the limit, which cuts the end off.
_TAILS, _LIMIT = (400, 40), 256 * 1024
# What a container that does not start may wait for, by the events of its pod (kubelet, pkg/kubelet/events, 1.36).
_NOT_READY = ("FailedMount", "FailedAttachVolume", "FailedMapVolume", "FailedCreatePodSandBox")
_PATIENCE = 5.0  # seconds after which such an event counts: mounts are tried again, and some come to pass

Say = Callable[[str], object]
Answer = TypeVar("Answer")


class Inside:
    """A look that was taken, and what is there while it lasts."""

    def __init__(
        self, cluster: Cluster, plan: Plan, look: Look, examination: Examination, interruptions: Interruptions
    ) -> None:
        self.examination = examination
        self._access, self._plan, self._interruptions = cluster.access, plan, interruptions
        self._container = builders.SHELL if look.sleep and look.run else plan.built.through
        self._shell = [builders.BUSYBOX, "sh"] if look.sleep else ["sh"]

    def shell(self) -> None:
        """Hand the terminal over to a shell inside, until it ends. Raises OSError."""
        where = ["-n", self._plan.namespace, self._plan.place, "-c", self._container]
        # All but Ctrl-C, which is for the shell.
        with self._interruptions.heeded(SIGINT):
            process = subprocess.Popen(["kubectl", "exec", "-it", *self._access, *where, "--", *self._shell])
            try:
                process.wait()
            finally:
                if process.poll() is None:
                    process.terminate()  # and it puts the terminal in order
                    process.wait()


def look_inside(
    cluster: Cluster,
    snapshot: Snapshot,
    container: str,
    look: Look,
    say: Say,
    progress: Callable[[str], AbstractContextManager[Say]],
    then: Callable[[Inside], Answer],
) -> Answer:
    """Look into a container of the snapshot's pod, and answer with what was seen while it is still there.

    However it ends, what was created is deleted, but for `keep`. `say` is for lines that stay, `progress` for what is being
    waited for. Raises NotLooked.
    """
    planned = check(cluster, snapshot, look, plan(cluster, snapshot, container, look))
    _name_leftovers(cluster, planned, say)
    there: bool | None = False
    # A signal may come between any two steps: it is heeded only where `finally` follows, and not in it.
    with Interruptions() as interruptions:
        say(planned.words + ("; it is deleted at the end" if look.sleep and not look.keep else ""))
        try:
            with interruptions.heeded():
                try:
                    there = None  # not known
                    planned.send(cluster)
                    there = True
                    with progress(f"looking into {container}") as tell:
                        examination = _Reading(cluster, planned, tell).examine(look)
                except (Refused, Forbidden, Absent) as error:
                    there = there or False
                    why = refusals.words(error, f"pod {planned.place}") if isinstance(error, Refused) else error
                    raise NotLooked(why) from None
                except (Stuck, ClusterError) as error:
                    raise NotLooked(error) from None
                return then(Inside(cluster, planned, look, examination, interruptions))
        finally:
            if look.sleep and there is not False:
                _clean_up(cluster, planned, look, bool(there), say)


def _name_leftovers(cluster: Cluster, planned: Plan, say: Say) -> None:
    with suppress(ClusterError):
        found = leftovers(cluster, planned.namespace, planned.pod)
        # One that still runs may be somebody's who is looking now.
        found = [item for item in found if mapping(item.get("status")).get("phase") in ("Succeeded", "Failed")]
        if found:
            names = ", ".join(str(mapping(item.get("metadata")).get("name")) for item in found)
            away = kubectl_why(planned.pod, ["--cleanup"], namespace=planned.namespace, access=cluster.access)
            say(f"left by earlier runs: {names}; {away} deletes them")


def _clean_up(cluster: Cluster, planned: Plan, look: Look, arrived: bool, say: Say) -> None:
    away = deletion(cluster, planned.namespace, planned.place)
    if look.keep and arrived:
        say(f"kept: {away}")
        return
    why = "interrupted"
    try:
        remove(cluster, planned.namespace, planned.place, arrived)
        why = ""
    except ClusterError as error:
        why = error.brief
    finally:
        if why:
            seconds = mapping(planned.body.get("spec")).get("activeDeadlineSeconds")
            say(f"pod {planned.place} may still be there ({why}); it ends by itself after {seconds}s; delete it: {away}")


class _Reading:
    """What is read of the pod in which the look is taken."""

    def __init__(self, cluster: Cluster, planned: Plan, tell: Say) -> None:
        self.cluster, self.plan, self.tell = cluster, planned, tell
        self.answered = time.monotonic()
        self.unreadable = ""
        """Why the log could not be read, when it was last asked for."""

    def examine(self, look: Look) -> Examination:
        """Wait for what examine.sh finds, and for what becomes of the container where it is run. Raises as `stage`."""
        lines, log = self._facts(), ()
        if look.run:
            outcome, log = self._outcome(look.wait)
            lines = (*lines, masked(json.dumps({"fact": "run", **outcome})))
        planned = self.plan
        return Examination(
            planned.container, planned.place, planned.built.through, planned.how, lines, log, differs=planned.built.words
        )

    def _facts(self) -> tuple[str, ...]:
        through = self.plan.built.through
        lines: tuple[str, ...] = ()
        ended = None
        for stage_, since in self._stages(through):
            if stage_.state is State.WAITING:
                self._starts(stage_, since)
                continue
            self.tell(f"looking into {self.plan.container}")
            lines = self._log(through) or lines
            if whole(lines):
                return lines
            if stage_.state is State.ENDED:
                ended = ended or time.monotonic()
                if time.monotonic() - ended > _LATE:
                    break
            elif since > _LOOK:
                break
        if any(map(parsed, lines)):
            return lines
        raise Stuck(self._silence(through, stage_, lines))

    def _silence(self, through: str, stage_: Stage, lines: tuple[str, ...]) -> str:
        """Why there are no facts."""
        if self.unreadable:
            return f"the log of container {through} cannot be read: {self.unreadable}"
        if stage_.state is State.RUNNING:
            return f"container {through} has told nothing in {_LOOK:g}s"
        said = f": {lines[-1]}" if lines else ""
        return f"container {through} ended with exit code {stage_.ended.get('exitCode')} and told nothing{said}"

    def _outcome(self, wait: float) -> tuple[Object, tuple[str, ...]]:
        """What became of the container when it was started, and what it said."""
        name = self.plan.container
        try:
            for stage_, since in self._stages(name):
                if stage_.state is State.WAITING:
                    self._starts(stage_, since)
                elif stage_.state is State.ENDED:
                    return _end(stage_.ended), self._log(name)
                elif since >= wait:
                    return {"state": "running", "seconds": round(since)}, self._log(name)
                else:
                    self.tell(f"waiting for what {name} does, for {wait:g}s")
        except Stuck as error:
            return {"state": "waiting", "message": str(error)}, ()
        raise AssertionError("the stages never end")

    def _stages(self, container: str) -> Iterator[tuple[Stage, float]]:
        """How far the container is, again and again, and for how many seconds it has been in that state."""
        began, before = time.monotonic(), State.WAITING
        while True:
            found = stage(self._pod(), container)
            if found.state is not before:
                began, before = time.monotonic(), found.state
            yield found, time.monotonic() - began
            time.sleep(_AGAIN)

    def _starts(self, stage_: Stage, since: float) -> None:
        """Tell what is waited for. Raises Stuck where it takes too long, or where the kubelet says what is missing."""
        self.tell(f"waiting for {stage_.words}")
        if since > _PATIENCE and (said := self._not_ready()):
            raise Stuck(said)
        if since > _START:
            raise Stuck(f"after {_START:g}s it still waits for {stage_.words}")

    def _pod(self) -> Object:
        """The pod as it is now, without secrets. An answer may fail to come, but not for long."""
        while True:
            try:
                pod = self.cluster.get(self.plan.path)
                if pod.get("kind") != "Pod":
                    raise Unreachable(f"the server answers {self.plan.path} with something else")
                self.answered = time.monotonic()
                return clean(pod)
            except Absent:
                raise Stuck("somebody has deleted the pod") from None
            except Unreachable:
                if time.monotonic() - self.answered > _SILENCE:
                    raise
            time.sleep(_AGAIN)

    def _log(self, container: str) -> tuple[str, ...]:
        """What the container has said; nothing while the kubelet has no log yet."""
        try:
            for tail in _TAILS:
                query = {"container": container, "tailLines": str(tail), "limitBytes": str(_LIMIT)}
                text = self.cluster.text(f"{self.plan.path}/log", query)
                if len(text.encode()) < _LIMIT:
                    break
        except (Refused, Unreachable, Absent) as error:
            self.unreadable = str(error)
            return ()
        self.unreadable = ""
        return tuple(log_text(text).split("\n")[: -1 if text.endswith("\n") else None]) if text else ()

    def _not_ready(self) -> str:
        """What the kubelet says of volumes and network of the pod, where it waits for them; a courtesy, like all events."""
        selector = f"involvedObject.kind=Pod,involvedObject.name={self.plan.place}"
        try:
            found = self.cluster.get(path_of("Event", self.plan.namespace), {"fieldSelector": selector})
        except ClusterError:
            return ""
        said = [clean(event) for event in listing(found.get("items")) if event.get("reason") in _NOT_READY]
        return f"{said[-1].get('reason')}: {said[-1].get('message')}" if said else ""


def _end(ended: Object) -> Object:
    """How a container ended (state.terminated), as a fact tells it."""
    first, last = moment(ended.get("startedAt")), moment(ended.get("finishedAt"))
    seconds = {"seconds": (last - first).total_seconds()} if first and last else {}
    said = ("exitCode", "reason", "signal", "message")
    return {"state": "exited", **{part: ended[part] for part in said if ended.get(part) is not None}, **seconds}
