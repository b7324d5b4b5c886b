from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...model import Confidence, Evidence, Finding, now, proper
from .. import cause
from ..loglines.levels import ERROR, WARNING, level_of
from . import Failing, answered, code_of, failing
from .probe_failed import probe_failed

if TYPE_CHECKING:
    from ...facts import Facts

_EXCEPTION = r"^\s*(?:Caused by: )?(?:[\w$]+[.:/]+)*[A-Z][\w$]*(?:Error|Exception|Failure)\b: ?\S"
_LATELY = 150


@cause(explains=[probe_failed])
def probe_server_error(facts: Facts) -> Iterator[Finding]:
    """The probe's HTTP path answers 5xx.

    The container listens, and its handler fails or says that it is not well; the log's last error is quoted where there is
    one. If the log tells of a peer that it cannot reach, that is the cause, and this its consequence. A liveness probe that
    depends on peers restarts containers that are not at fault.

    Fix: mend what the handler reports; let a liveness probe ask only about the container itself.

    Source: pkg/probe/http/http.go, 1.36: codes from 200 to 399 are success.
    """
    for found in failing(facts):
        code = code_of(found)
        if code is None or not 500 <= code <= 599:
            continue
        line = _complaint(facts, found) or answered(facts, found, code)
        advice = f"mend what makes {found.path} answer {code}"
        if found.probe == "liveness":
            advice += "; let the liveness probe depend on nothing outside the container"
        yield Finding(
            found.says(f"gets {code} from {found.asked}"),
            Confidence.CERTAIN,
            found.container.name,
            (*found.evidence(facts, "path"), *([line] if line else [])),
            (now(command=found.look(facts), mutates=False), proper(advice)),
        )


def _complaint(facts: Facts, found: Failing) -> Evidence | None:
    """The log's last exception, else its last error, else its last warning."""
    log = facts.log(found.container)
    if not log:
        return None
    first = max(0, len(log.lines) - _LATELY)
    ranks = [(_rank(text), first + index) for index, text in enumerate(log.lines[first:])]
    rank, index = max(ranks, default=(0, 0))
    return facts.cite_log(log, index) if rank else None


def _rank(text: str) -> int:
    level = level_of(text)
    if re.match(_EXCEPTION, text):
        return 3
    return 0 if level is None else 2 if level >= ERROR else 1 if level == WARNING else 0
