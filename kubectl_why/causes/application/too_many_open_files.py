from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...model import Confidence, Evidence, Finding, proper
from .. import cause
from ..loglines import said
from . import exit_code
from .peers import GENERAL

if TYPE_CHECKING:
    from ...facts import Container, Facts

_ULIMIT = r"ulimit\s+[^\n;&|]*|\bRLIMIT_\w+|--(?:ulimit|rlimit|nofile)[= ]\S+|prlimit\s[^\n;&|]*"
_WATCHES = r"(?i)inotify|fsnotify|watcher"
_PROCESSES = r"(?i)thread|fork|spawn|pthread"


@cause(explains=GENERAL)
def too_many_open_files(facts: Facts) -> Iterator[Finding]:
    """A limit on file descriptors, processes or watches is reached.

    EMFILE and ENFILE are about file descriptors, sockets among them: the limit is what `ulimit -n` of the process says,
    set by the container runtime or the entrypoint. A process or thread that cannot be made hits the pod's limit of
    processes (the kubelet's podPidsLimit). Watches and instances of inotify are counted per user of the node, over all of
    its pods; ENOSPC for a watch is this, and not a full disk (disk-full).

    Fix: raise the limit where it is set, or mend what does not close its files, connections or threads.

    Source: errno(3), inotify(7), getrlimit(2); https://kubernetes.io/docs/concepts/policy/pid-limiting/
    """
    for container, line in said(facts, "too-many-open-files"):
        limit, (seen, most) = _limit(facts, container), ((), "")
        if re.search(_WATCHES, f"{line['what']} {line.text}"):
            what = "the node's limit on inotify watches or instances is reached"
            mend = "raise fs.inotify.max_user_watches and max_user_instances on the node, or watch fewer files"
        elif re.search(_PROCESSES, line["what"]):
            kind = "process" if line["what"] in ("fork", "spawn") else "thread"
            what = f"no {kind} can be made: a limit on processes is reached"
            mend = "let it run fewer threads and processes, or raise podPidsLimit of the kubelet"
            seen, most = _seen(facts, container, "pids", "processes")
        elif line["needed"]:
            what = f"{line['what']} is {line['found']}, and it needs {line['needed']}"
            mend = f"raise {line['what']} on the node, or let the process do without"
        else:
            what = "too many open files: the limit on file descriptors is reached"
            mend = "raise the limit (ulimit -n) where the process is started, or close what is left open"
            seen, most = _seen(facts, container, "openFiles")
        yield Finding(
            what + (f": {limit.value}" if limit else f": {most}" if most else ""),
            Confidence.LIKELY if limit or seen else Confidence.POSSIBLE,
            container.name,
            (*line.evidence(facts), *seen, *((limit,) if limit else exit_code(facts, container))),
            (proper(facts.change(f"raise {limit.value}") if limit else mend),),
        )


def _seen(facts: Facts, container: Container, *limits: str) -> tuple[tuple[Evidence, ...], str]:
    """The first of these limits that a look from inside found, and its number."""
    for fact in facts.examined(container, "limits"):
        for limit in limits:
            if fact.whole(limit):
                return (facts.cite_examined(fact),), str(fact.whole(limit))
    return (), ""


def _limit(facts: Facts, container: Container) -> Evidence | None:
    """Where the pod itself sets the limit."""
    for part in ("command", "args"):
        words = container.spec.get(part)
        for index, word in enumerate(words if isinstance(words, list) else ()):
            if match := re.search(_ULIMIT, str(word)):
                return facts.cite_pod(f"{container.spec_path}.{part}[{index}]", match[0].strip())
    return None
