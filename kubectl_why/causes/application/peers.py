"""What the causes about a peer share: whom the log means, how sure that is, and where to look."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from ... import hosts
from ...model import Confidence, Evidence, Remedy, now
from ..dependencies import Setting, Wanted, service_of, setting_of, wanted
from ..dependencies.trouble import in_trouble
from ..examined import peer_at
from ..lifecycle.completed_and_restarted import completed_and_restarted
from ..lifecycle.job_backoff_limit import job_backoff_limit
from ..loglines import said
from ..looking import inside
from ..probes.probe_command_failed import probe_command_failed
from ..probes.probe_failed import probe_failed
from ..probes.probe_server_error import probe_server_error
from ..probes.probe_timeout import probe_timeout
from ..probes.slow_start import slow_start
from ..signals.aborted import aborted
from ..signals.killed import killed
from ..signals.terminated import terminated
from .lacking import Lack, lacking, lacks, of_the_copy

if TYPE_CHECKING:
    from ...facts import Facts

GENERAL = (
    *(completed_and_restarted, job_backoff_limit, aborted, killed, terminated),
    *(probe_command_failed, probe_failed, probe_server_error, probe_timeout, slow_start),
)
"""What a process does that cannot do without its peer: it ends, is not ready, or is late."""


# What a look from inside calls what the causes are about, and what it says where it found something else.
_RESULTS = {
    "refused": ("connection-refused", "it refuses the connection"),
    "timeout": ("connection-timeout", "it does not answer"),
    "unreachable": ("connection-timeout", "it cannot be reached"),
    "unresolved": ("dns-not-found", "its name does not resolve"),
    "open": ("", "it can be reached"),
    "resolved": ("", "its name resolves"),
}


def told(facts: Facts, cause: str) -> Iterator[Wanted]:
    """Whom the logs are about that tell of this cause, or whom a container cannot reach that ends without a word.

    An init container that still waits has not failed.
    """
    for container, line in said(facts, cause):
        if container.kind != "init" or facts.end(container):
            yield wanted(facts, container, line)
    for lack in lacking(facts, cause):
        peer = hosts.Peer(lack.seen.word("host"), lack.seen.whole("port") or 0)
        setting = setting_of(facts, lack.container, peer) if peer.host else _variable(facts, lack)
        yield Wanted(lack.container, None, peer, setting, service_of(facts, peer.host))


def _variable(facts: Facts, lack: Lack) -> Setting | None:
    """The variable that names a peer whose name is secret."""
    for name, path, _ in facts.environment(lack.container):
        if name == lack.seen.word("variable"):
            return Setting(name, "", (), facts.cite_pod(f"{path}.name" if ".env[" in path else path))
    return None


def named(item: Wanted) -> str:
    """The peer in a sentence, with the address that the log has instead of its name."""
    if not item.peer.host:
        return f"the peer that {item.setting.name} names" if item.setting else "a peer that the log does not name"
    if item.service is None and hosts.is_outside(item.peer.host):
        return f"{item.name}, outside the cluster,"
    by_address = item.service and hosts.is_address(item.peer.host)
    return f"{item.name} ({item.peer.host})" if by_address else item.name


class Looked(NamedTuple):
    """What a look from inside adds to what is known of a peer."""

    agrees: bool
    words: str
    """The end of a sentence, where it found something else."""
    evidence: tuple[Evidence, ...]


def looked(facts: Facts, item: Wanted, cause: str) -> Looked:
    """Whether a look from inside the container found the peer as this cause says, else how it found it."""
    lack = lacks(facts, item.container) if item.line is None else None
    seen = lack.seen if lack else peer_at(facts, item.container, item.peer.host, item.peer.port)
    result, words = _RESULTS.get(seen.word("result"), ("", "")) if seen else ("", "")
    if seen is None or not words:
        return Looked(False, "", ())
    agrees = result == cause and not of_the_copy(facts, seen)
    return Looked(agrees, "" if result == cause else f"; from inside, {words} now", (facts.cite_examined(seen),))


def confidence(facts: Facts, item: Wanted, seen: Looked) -> Confidence:
    """A log line alone is one fact; that the peer's Service is in trouble, or a look from inside that agrees, makes two."""
    if seen.agrees and item.line:
        return Confidence.CERTAIN
    return Confidence.LIKELY if in_trouble(facts, item) else Confidence.POSSIBLE


def remedies(facts: Facts, item: Wanted, *own: Remedy) -> tuple[Remedy, ...]:
    """What to do about the peer; nothing where its Service is in trouble, which has remedies of its own."""
    return () if in_trouble(facts, item) else (*look(facts, item), *own, *inside(facts, item.container))


def look(facts: Facts, item: Wanted) -> tuple[Remedy, ...]:
    """To see what stands behind the peer's Service."""
    if item.service is None:
        return ()
    name, namespace = item.service
    of_it = ("-l", f"kubernetes.io/service-name={name}")
    return (now(command=facts.kubectl("get", "endpointslices", of_it, namespace=namespace), mutates=False),)
