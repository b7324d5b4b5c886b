"""Whether a container that did not get ready was still on its way, as the last lines of its log tell."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ...facts import Container, Facts
    from ...model import Evidence

_ON_ITS_WAY = (
    r"(?i)(?<![\w.])\d{1,3}(?:\.\d+)? ?%|(?<![\d/:.-])\d+(?:/| of )\d+(?![\d/])|"
    r"\b(?:loading|preloading|warming|warm-?up|initiali[sz]ing|starting|booting|bootstrapping|migrating|migrations?|applying|"
    r"indexing|reindexing|rebuilding|building|compiling|restoring|replaying|recovering|recovery|downloading|unpacking|extracting|"
    r"preparing|opening|opened|importing|hydrating|priming|installing|seeding|provisioning|bundling|hibernate|"
    r"waiting(?! for (?:\w+ )?(?:jobs?|messages?|connections?|requests?|tasks?|events?|work|signals?)))\b"
)
_DOES_ITS_WORK = r"(?i)\b(?:processed|handled|consumed|delivered|received|sent|polled)\b"
_IS_UP = (
    r"(?i)\b(?:completed|finished|started(?! (?:loading|to))|ready|connected|heartbeat|polling|listening|serving|done|tick|"
    r"waiting)\b"
)
_ITS_END = r"(?i)\b(?:sig(?:nal|term)|terminat\w+|shut\w*|stopp\w+|interrupt\w*|exiting|goodbye|killed)\b"
_LAST = 6


def _last_lines(facts: Facts, container: Container) -> list[tuple[int, str]]:
    log = facts.log(container)
    lines = list(enumerate(log.lines)) if log else []
    return [(index, text) for index, text in lines if text.strip() and not re.search(_ITS_END, text)][-_LAST:]


def progress(facts: Facts, container: Container) -> Evidence | None:
    """The last line that tells of a start under way."""
    log = facts.log(container)
    for index, text in reversed(_last_lines(facts, container)):
        if log and re.search(_ON_ITS_WAY, text) and not re.search(_DOES_ITS_WORK, text):
            return facts.cite_log(log, index)
    return None


def works(facts: Facts, container: Container) -> bool:
    """Whether the log tells that the start was over."""
    return any(re.search(_DOES_ITS_WORK, text) or re.search(_IS_UP, text) for _, text in _last_lines(facts, container))
