"""The words of the program, as frozen values: what a cause finds, and what a diagnosis says."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from .facts import Facts


class Confidence(enum.Enum):
    """How far a finding can be trusted: a definition by the kind of evidence, not a score.

    CERTAIN: Kubernetes itself names the cause, an object that is needed answered 404, or a look from inside the container
    found that what it needs (as its log or its command names it) is absent or unusable.
    LIKELY: two independent facts agree (a log line and an object, an exit code and an event).
    POSSIBLE: one fact that has other readings, such as a log line alone.
    """

    CERTAIN = "certain"
    LIKELY = "likely"
    POSSIBLE = "possible"


class Evidence(NamedTuple):
    """One quotation and the place where a person finds it. Made only by `facts`."""

    object: str
    """Kind/namespace/name, or Kind/name of what has no namespace."""
    value: str
    """What stands there, verbatim (but for what `redact` masks)."""
    field_path: str = ""
    """A path from the object's root, such as status.containerStatuses[0].state.waiting.reason; empty for logs, events."""
    container: str | None = None
    """The container whose log is quoted."""
    previous: bool | None = None
    """Whether it is the log of `kubectl logs --previous`."""
    line: int | None = None
    """The line's number in that log, from 1."""
    tail: int | None = None
    """Set where the log is longer than what was read: the line is counted in `kubectl logs --tail=TAIL`."""
    reason: str | None = None
    """The event's reason."""
    count: int | None = None
    """How often the event came."""
    last_timestamp: str | None = None
    """When the event came last, as the server wrote it."""
    inside: str | None = None
    """Set where a look from inside `container` is quoted: debug or sleep, of whose facts `line` counts the lines; or run, of
    what the container itself said in the copy."""


class Remedy(NamedTuple):
    """What to do: `now` gives stability within a minute, `proper` lasts, `next` is how to see more."""

    kind: str
    message: str = ""
    command: str | None = None
    """Can be pasted as it stands. Upper-case words in it are for the user to fill in."""
    mutates: bool = False
    """Whether the command changes the cluster."""


def now(message: str = "", command: str | None = None, mutates: bool = True) -> Remedy:
    """An emergency fix."""
    return Remedy("now", message, command, mutates and command is not None)


def proper(message: str = "", command: str | None = None, mutates: bool = True) -> Remedy:
    """A lasting fix."""
    return Remedy("proper", message, command, mutates and command is not None)


def look(message: str, command: str, mutates: bool = False) -> Remedy:
    """A way to see more."""
    return Remedy("next", message, command, mutates)


class Finding(NamedTuple):
    """What one cause says of one container, or of the whole pod where `container` is None."""

    message: str
    confidence: Confidence
    container: str | None = None
    evidence: tuple[Evidence, ...] = ()
    remedies: tuple[Remedy, ...] = ()
    inner: Diagnosis | None = None
    """The diagnosis of another pod that this finding points to (a failing dependency)."""
    behind: tuple[Cause, ...] = ()
    """The causes under whose findings this one stands as BECAUSE; where empty, all those that its own cause lists."""


@dataclass(frozen=True, eq=False)
class Cause:
    """One reason why a pod does not work: an id of the catalogue, its manual page and its rule."""

    id: str
    family: str
    find: Callable[[Facts], Iterator[Finding]]
    explains: tuple[Cause, ...]
    """Causes and symptoms whose findings about the same container go under this one's."""
    behind: tuple[Cause, ...]
    """Causes under which this one's findings stand as BECAUSE; such a cause is never a verdict by itself."""
    doc: str
    """The manual page; its first line says the cause in words."""

    @property
    def is_symptom(self) -> bool:
        """Whether it only says that something is wrong, and not what."""
        return self.family == "symptoms"


class Verdict(NamedTuple):
    """A finding after folding: what it explains, and what stands behind it."""

    cause: Cause
    finding: Finding
    explained: tuple[Verdict, ...] = ()
    because: tuple[Verdict, ...] = ()


class NotChecked(NamedTuple):
    """Something that could not be read, and what is therefore not ruled out."""

    what: str
    reason: str


class Siblings(NamedTuple):
    """How a failing pod compares with the other pods of its workload."""

    failing: int
    """It, and those that fail like it."""
    total: int
    """It, and all others that are not being deleted."""
    message: str


class Diagnosis(NamedTuple):
    """The answer about one target."""

    target: tuple[str, str, str]
    """kind, namespace, name"""
    status: str
    """As `kubectl get pods` prints it under STATUS."""
    state: str
    """failing, healthy, starting, completed or unknown."""
    verdicts: tuple[Verdict, ...] = ()
    """The first one stands first."""
    not_checked: tuple[NotChecked, ...] = ()
    broken: tuple[str, ...] = ()
    """Causes that raised, with what: a defect of ours, reported and never fatal."""
    restarts: int = 0
    ready: str = ""
    """Ready containers of all, as under READY: 1/2."""
    next_try: float | None = None
    """Seconds until the kubelet starts the container again."""
    pattern: str | None = None
    """immediate crash, slow death, health check failure or silent."""
    note: str = ""
    """What was looked at where no cause stands first: why it is healthy, starting or unknown."""
    rollout: str = ""
    """What holds up the rollout of the pod's Deployment; empty where nothing does."""
    inside: str = ""
    """What a look from inside came to; empty where nobody looked."""
    siblings: Siblings | None = None
    """None where it has none, or where nothing is known of them."""

    @property
    def verdict(self) -> str:
        """The one word: the first verdict's cause, or the state."""
        named = [v for v in self.verdicts if not v.cause.is_symptom]
        return named[0].cause.id if named else self.state
