"""What the causes about a peer share: whom the log means, how sure that is, and where to look."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ... import hosts
from ...model import Confidence, Remedy, now
from ..dependencies import Wanted, wanted
from ..dependencies.trouble import in_trouble
from ..lifecycle.completed_and_restarted import completed_and_restarted
from ..lifecycle.job_backoff_limit import job_backoff_limit
from ..loglines import said
from ..probes.probe_command_failed import probe_command_failed
from ..probes.probe_failed import probe_failed
from ..probes.probe_server_error import probe_server_error
from ..probes.probe_timeout import probe_timeout
from ..probes.slow_start import slow_start
from ..signals.aborted import aborted
from ..signals.killed import killed
from ..signals.terminated import terminated

if TYPE_CHECKING:
    from ...facts import Facts

GENERAL = (
    *(completed_and_restarted, job_backoff_limit, aborted, killed, terminated),
    *(probe_command_failed, probe_failed, probe_server_error, probe_timeout, slow_start),
)
"""What a process does that cannot do without its peer: it ends, is not ready, or is late."""


def told(facts: Facts, cause: str) -> Iterator[Wanted]:
    """Whom the logs are about that tell of this cause. An init container that still waits has not failed."""
    for container, line in said(facts, cause):
        if container.kind != "init" or facts.end(container):
            yield wanted(facts, container, line)


def named(item: Wanted) -> str:
    """The peer in a sentence, with the address that the log has instead of its name."""
    if not item.peer.host:
        return "a peer that the log does not name"
    if item.service is None and hosts.is_outside(item.peer.host):
        return f"{item.name}, outside the cluster,"
    by_address = item.service and hosts.is_address(item.peer.host)
    return f"{item.name} ({item.peer.host})" if by_address else item.name


def confidence(facts: Facts, item: Wanted) -> Confidence:
    """A log line alone is one fact; that the peer's Service is in trouble as well makes two."""
    return Confidence.LIKELY if in_trouble(facts, item) else Confidence.POSSIBLE


def remedies(facts: Facts, item: Wanted, *own: Remedy) -> tuple[Remedy, ...]:
    """What to do about the peer; nothing where its Service is in trouble, which has remedies of its own."""
    return () if in_trouble(facts, item) else (*look(facts, item), *own)


def look(facts: Facts, item: Wanted) -> tuple[Remedy, ...]:
    """To see what stands behind the peer's Service."""
    if item.service is None:
        return ()
    name, namespace = item.service
    words = ("get", "endpointslices", "-l", f"kubernetes.io/service-name={name}")
    return (now(command=facts.kubectl(*words, namespace=namespace), mutates=False),)
