from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...model import Confidence, Evidence, Finding, Remedy, now, proper
from ...quantities import doubled
from ...status import listing, mapping
from .. import cause
from ..signals.killed import killed
from ..signals.terminated import terminated
from . import eviction, larger_empty_dir

if TYPE_CHECKING:
    from ...facts import Facts

_OWN_LIMIT = (
    r'Container (?P<container>\S+) exceeded its local ephemeral storage limit "?(?P<limit>[\w.]+)'
    r'|Usage of EmptyDir volume "(?P<volume>[^"]+)" exceeds the limit "?(?P<size>[\w.]+)'
    r"|Pod ephemeral local storage usage exceeds the total limit of containers (?P<total>\w+)"
)


@cause(explains=[killed, terminated])
def evicted_ephemeral_storage(facts: Facts) -> Iterator[Finding]:
    """The pod wrote more to its local disk than its own limits allow, and the kubelet evicted it.

    Three limits there are: a container's limits.ephemeral-storage (its writable layer and its logs), the sizeLimit of an
    emptyDir, and the sum of the containers' limits, which counts emptyDirs too. The node had room left; where it had not,
    the kubelet says `The node was low on resource` (evicted-node-pressure). The containers show exit code 137.

    Fix: raise the limit that the message names, or write less: rotate logs, clean up, use a PersistentVolumeClaim.

    Source: pkg/kubelet/eviction/helpers.go, 1.36.
    """
    found = eviction(facts, _OWN_LIMIT)
    if not found:
        return
    container, limit, volume, size, total = found.match.group("container", "limit", "volume", "size", "total")
    users = [
        c.name
        for c in facts.containers
        if any(m.get("name") == volume for m in listing(c.spec.get("volumeMounts")) if volume)
    ]
    limited = [c for c in facts.containers if c.limit("ephemeral-storage") is not None and c.kind != "init"]
    if volume:
        message = f"evicted: emptyDir {volume} grew over its sizeLimit {size}"
        if len(users) == 1:
            container = users[0]
    elif container:
        message = f"evicted: over its ephemeral-storage limit of {limit}"
    else:
        message = f"evicted: all its containers together wrote more than their ephemeral-storage limit of {total}"
        container = limited[0].name if len(limited) == 1 == len(facts.containers) else None
    named = next((c for c in limited if c.name == container), None)
    evidence: list[Evidence] = [found.evidence]
    if named and not volume and "ephemeral-storage" in mapping(mapping(named.spec.get("resources")).get("limits")):
        evidence.append(facts.cite_pod(f"{named.spec_path}.resources.limits.ephemeral-storage"))
    remedies = _of_volume(facts, volume, size) if volume else _of_limits(facts, container, limit or total)
    yield Finding(message, Confidence.CERTAIN, container, tuple(evidence), tuple(remedies))


def _of_volume(facts: Facts, volume: str, size: str) -> Iterator[Remedy]:
    yield larger_empty_dir(facts, volume, size)
    yield proper(f"let what writes to {volume} clean up, or give it a PersistentVolumeClaim")


def _of_limits(facts: Facts, container: str | None, limit: str) -> Iterator[Remedy]:
    higher = doubled(limit) or "SIZE"
    command = container and facts.set_command("resources", ("-c", container, f"--limits=ephemeral-storage={higher}"))
    if command:
        yield now(command=command)
    elif container:
        yield now(facts.change(f"raise the ephemeral-storage limit of {container} from {limit} to {higher}"))
    else:
        yield now(facts.change(f"raise the containers' ephemeral-storage limits, together from {limit} to {higher}"))
    yield proper("write less to the container's own disk: rotate logs, clean up, or use a PersistentVolumeClaim")
