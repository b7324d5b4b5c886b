"""From the workloads of a namespace to rows and groups: what is broken, what of it belongs together, what comes first."""

from __future__ import annotations

import json
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from .model import Confidence, Diagnosis, NotChecked, Verdict
from .snapshot import Object
from .status import listing, mapping, name_of
from .workloads import LEFT, Workload, since, troubled

if TYPE_CHECKING:
    from .collect.sweep import Sweep

_BROKEN = ("failing", "unknown")
# So many workloads are looked into at first, and so many requests may that cost in all.
_WORKLOADS, _REQUESTS = 20, 60
# What a workload refers to, and what several that fail for the same reason may have in common.
_SUBJECTS = frozenset(
    (
        *("ConfigMap", "Secret", "PersistentVolumeClaim", "PersistentVolume", "StorageClass", "ServiceAccount"),
        *("PriorityClass", "RuntimeClass", "ResourceQuota", "LimitRange"),
    )
)


class Looked(NamedTuple):
    """A diagnosis, and whether there was more to read for it than its workload had requests left."""

    diagnosis: Diagnosis
    left: bool

    @property
    def lacks(self) -> bool:
        """Whether something was left that may change what stands first: a log, or anything where no cause is known."""
        verdicts = self.diagnosis.verdicts
        if verdicts and verdicts[0].finding.confidence is Confidence.CERTAIN:
            return False
        left = [item.what for item in self.diagnosis.not_checked if item.reason == LEFT]
        return any("/log/" in what for what in left) or (bool(left) and self.diagnosis.state == "unknown")


Look = Callable[[list[Workload], float], list[Looked]]
"""Diagnoses workloads; each may cost so many requests beside the lists."""


@dataclass(frozen=True, eq=False)
class Row:
    """One broken workload."""

    workload: Workload
    failing: int
    """Pods; of a workload that lacks pods, none."""
    total: int
    since: datetime | None
    diagnosis: Diagnosis
    left: bool = False
    """Whether only the lists were read, and the diagnosis wants more."""

    @property
    def verdict(self) -> Verdict | None:
        return self.diagnosis.verdicts[0] if self.diagnosis.verdicts else None

    @property
    def why(self) -> str:
        """The finding's message, or what is wrong where no cause is known."""
        return self.verdict.finding.message if self.verdict else self.diagnosis.note

    @property
    def cause(self) -> str:
        """The cause's id, or unknown."""
        return self.diagnosis.verdict

    @property
    def down(self) -> bool:
        """Whether no pod of it works."""
        return self.failing == self.total


@dataclass(frozen=True)
class Group:
    """Broken workloads that belong together; most often a single one."""

    rows: tuple[Row, ...]
    """Where they fail behind one of them, this one comes first."""
    title: str = ""
    """What they have in common; empty where there is only one."""
    root: bool = False
    """Whether a node or a dependency explains all of them."""


@dataclass(frozen=True)
class Triage:
    """The answer about a namespace, or about all of them."""

    namespace: str | None
    """None: all."""
    taken_at: datetime
    pods: int
    """How many were looked at."""
    workloads: int
    groups: tuple[Group, ...]
    """What explains several first, then worst and newest."""
    starting: tuple[Workload, ...] = ()
    """The workloads that are only starting."""
    not_checked: tuple[NotChecked, ...] = ()
    """By kind, what could not be read."""
    access: tuple[str, ...] = ()
    """The flags with which a command reaches the same cluster."""

    @property
    def rows(self) -> list[Row]:
        return [row for group in self.groups for row in group.rows]

    @property
    def state(self) -> str:
        """As of a Diagnosis: failing, unknown (all that fails is), healthy."""
        states = {row.diagnosis.state for row in self.rows}
        return "failing" if "failing" in states else "unknown" if states else "healthy"


def triage(swept: Sweep, diagnose: Callable[..., Diagnosis], everything: bool = False) -> Triage:
    """What is broken in what was swept. `everything` looks into every workload, whatever that costs."""

    def look(some: list[Workload], share: float) -> list[Looked]:
        return [Looked(diagnose(it, access=access), LEFT in it.unreadable.values()) for it in swept.snapshots(some, share)]

    now, workloads, access = swept.now, swept.workloads(), swept.cluster.access
    doubtful = [workload for workload in workloads if swept.in_trouble(workload)]
    found = looked_into(doubtful, look, everything)
    pairs = list(zip(doubtful, found, strict=True))
    return Triage(
        namespace=swept.scope.namespace,
        taken_at=now,
        pods=swept.pods_seen,
        workloads=len(workloads),
        groups=grouped([row(*pair, now) for pair in pairs if pair[1].diagnosis.state in _BROKEN], now),
        starting=tuple(workload for workload, looked in pairs if looked.diagnosis.state == "starting"),
        not_checked=_not_checked(swept.unreadable, [looked.diagnosis for looked in found]),
        access=access,
    )


def _not_checked(unlisted: Mapping[str, str], found: list[Diagnosis]) -> tuple[NotChecked, ...]:
    """By kind what could not be read, of the lists and for a diagnosis."""
    reasons: dict[str, dict[str, None]] = defaultdict(dict)
    for kind, reason in unlisted.items():
        reasons[kind][reason] = None
    for item in (item for diagnosis in found for item in diagnosis.not_checked if item.reason != LEFT):
        reasons["log" if "/log/" in item.what else item.what.partition("/")[0]][item.reason] = None
    return tuple(
        NotChecked(kind, first + (f"; {len(others)} more" if others else ""))
        for kind, (first, *others) in sorted(reasons.items())
    )


def looked_into(broken: list[Workload], look: Look, everything: bool) -> list[Looked]:
    """The diagnoses of workloads in trouble.

    The lists alone are enough for most verdicts. So many workloads are looked into: those whose verdict wants more before
    those of which only a detail is left, and one of each kind of trouble first. `everything` looks into all.
    """
    found = look(broken, 0)
    short = [index for index, looked in enumerate(found) if looked.left and looked.diagnosis.state in _BROKEN]
    turns = _turns([_likeness(broken[index], found[index].diagnosis) for index in short])
    order = sorted(zip(short, turns, strict=True), key=lambda pair: (not found[pair[0]].lacks, pair[1], pair[0]))
    chosen = [index for index, _ in order[: None if everything else _WORKLOADS]]
    share = math.inf if everything else _REQUESTS // max(1, len(chosen))
    for index, looked in zip(chosen, look([broken[index] for index in chosen], share), strict=True):
        found[index] = looked
    return found


def _likeness(workload: Workload, diagnosis: Diagnosis) -> str:
    """What two workloads share that most likely fail for the same reason: how they fail, and what they run."""
    pod = _pod(workload, diagnosis)
    specs = listing(mapping(pod.get("spec")).get("containers"))
    runs = [[item.get(part) for part in ("image", "command", "args")] for item in specs]
    return json.dumps([diagnosis.verdict, [v.finding.message for v in diagnosis.verdicts], runs])


def _turns(kinds: Sequence[str]) -> Iterator[int]:
    """Of each item how many of its kind stand before it."""
    seen: Counter[str] = Counter()
    for kind in kinds:
        yield seen[kind]
        seen[kind] += 1


def row(workload: Workload, looked: Looked, now: datetime) -> Row:
    """The row of a broken workload."""
    failing = [pod for pod in workload.pods if troubled(pod, now)]
    owner = [workload.owner] if workload.owner else []
    began = since(failing or owner)
    return Row(workload, len(failing), len(workload.pods), began, looked.diagnosis, looked.lacks)


def grouped(rows: list[Row], now: datetime) -> tuple[Group, ...]:
    """Rows in groups: behind one dependency, on one node, for the same cause about the same thing, for the same cause.

    Those that were not looked into are the last.
    """
    known = [row for row in rows if not row.left]
    groups = list(_behind_one(known))
    rest = [row for row in known if not any(row in group.rows for group in groups)]
    for common in (_subject, _cause):
        alike = defaultdict(list)
        for item in rest:
            alike[common(item)].append(item)
        groups += [_alike(subject, members, now) for (subject, _), members in alike.items() if len(members) > 1]
        rest = [item for members in alike.values() if len(members) == 1 for item in members]
    groups += [Group((item,)) for item in rest]
    left = tuple(sorted((row for row in rows if row.left), key=_urgency))
    last = [Group(left, f"not looked into, for which there is --all: {_workloads(len(left))}")] if left else []
    return (*sorted(groups, key=_place), *last)


def _workloads(count: int) -> str:
    return f"{count} workload{'' if count == 1 else 's'}"


def _place(group: Group) -> tuple[bool, bool, int, float]:
    newest = max((_age(row) for row in group.rows), default=0.0)
    return not group.root, not any(row.down for row in group.rows), -len(group.rows), -newest


def _urgency(row: Row) -> tuple[bool, float, str]:
    return not row.down, -_age(row), row.workload.name


def _age(row: Row) -> float:
    return row.since.timestamp() if row.since else 0.0


def _alike(subject: str, members: list[Row], now: datetime) -> Group:
    words, many = members[0].cause.replace("-", " "), _workloads(len(members))
    rows = tuple(sorted(members, key=_urgency))
    if subject.startswith("node "):
        node = subject.partition(" ")[2]
        pods = sum(_node_of(pod) == node and troubled(pod, now) for member in members for pod in member.workload.pods)
        return Group(rows, f"{subject} {words.removeprefix('node ')}: {pods} pods of {many}", root=True)
    return Group(rows, f"{words} ({subject}): {many}" if subject else f"{words}: {many}")


def _subject(row: Row) -> tuple[str, str]:
    """What a row's finding is about, empty where no other workload can share it; and its cause."""
    verdict, pod = row.verdict, _pod(row.workload, row.diagnosis)
    if verdict is None:
        return "", row.cause
    node = _node_of(pod)
    objects = [item.object for item in verdict.finding.evidence]
    if node and verdict.cause.family == "lifecycle" and f"Node/{node}" in objects:
        return f"node {node}", row.cause
    for reference in objects:
        kind, _, name = reference.partition("/")  # with the namespace: in another, it is another
        if kind in _SUBJECTS:
            return f"{kind} {name}", row.cause
    if verdict.cause.family == "image":
        image = _image(pod, verdict.finding.container)
        return (image if verdict.cause.id == "image-not-found" else registry(image)), row.cause
    return "", row.cause


def _cause(row: Row) -> tuple[str, str]:
    return "", row.cause


def _pod(workload: Workload, diagnosis: Diagnosis) -> Object:
    """The pod that was diagnosed; empty where it was the owner."""
    return next((pod for pod in workload.pods if name_of(pod) == diagnosis.target[2]), {})


def _image(pod: Object, container: str | None) -> str:
    spec = mapping(pod.get("spec"))
    items = [*listing(spec.get("containers")), *listing(spec.get("initContainers"))]
    return next((str(item.get("image")) for item in items if container in (None, item.get("name"))), "")


def registry(image: str) -> str:
    """The host that an image is pulled from: what stands before the first slash, where that looks like a host."""
    host, slash, _ = image.partition("/")
    return host if slash and (set(host) & {".", ":"} or host == "localhost") else "docker.io"


def _node_of(pod: Object) -> str:
    return str(mapping(pod.get("spec")).get("nodeName") or "")


def _behind_one(rows: list[Row]) -> Iterator[Group]:
    """The rows whose trouble ends at the same pod, behind the row of that pod's workload where it is among them."""
    by_pod = {(row.workload.namespace, name_of(pod)): row for row in rows for pod in row.workload.pods}
    behind: dict[tuple[str, str], list[Row]] = defaultdict(list)
    roots: dict[tuple[str, str], tuple[Row | None, Diagnosis]] = {}
    for item in rows:
        inner = _last(item.verdict) if item.verdict else None
        if inner is None:
            continue
        pod = inner.target[1:]
        root = by_pod.get(pod)
        if root is item:
            continue
        key = (root.workload.namespace, root.workload.target) if root else pod
        behind[key].append(item)
        roots[key] = root, inner
    for key, members in behind.items():
        root, inner = roots[key]
        names = [member.workload.name for member in sorted(members, key=_urgency)]
        fail = "fails" if len(names) == 1 else "fail"
        title = f"{root.workload.name if root else key[1]} {inner.verdict.replace('-', ' ')}: {_and(names)} {fail} behind it"
        first = (root,) if root and not any(root in others for others in behind.values()) else ()
        yield Group((*first, *sorted(members, key=_urgency)), title, root=True)


def _last(verdict: Verdict) -> Diagnosis | None:
    """The diagnosis of the pod at which a chain of failing dependencies ends."""
    found = verdict.finding.inner
    for inner in verdict.because:
        found = _last(inner) or found
    return found


def _and(names: list[str]) -> str:
    if len(names) > 5:
        names = [*names[:4], f"{len(names) - 4} more"]
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
