from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...model import Confidence, Evidence, Finding, Remedy, now, proper
from ...names import likeness
from ...status import mapping
from .. import cause
from . import Failing, answered, code_of, failing, instead_of_http, patch
from .listening import mounted, where_set
from .probe_failed import probe_failed

if TYPE_CHECKING:
    from ...facts import Facts

# A server that is mounted below a path says so (Spring); frameworks list their routes, and access logs what was answered.
_CONTEXT = r"context path '(?P<path>/[^']+)'"
_BASE = r"beneath base path '(?P<path>/[^']+)'"
_ROUTE = r"(?i)\b(?:GET|HEAD|ANY|ALL|Mapped(?: to)?|route|path)\b[\s\"'=:{\[(,]*(?P<path>/[\w./{}:-]*)(?P<rest>.*)"
_LOCATION = r"(?m)^\s*location\s+(?:=\s+|\^~\s+)?(?P<path>/[\w./-]+)\s*\{"
_CONTEXT_VARIABLE = r"(?:CONTEXT|BASE|ROOT)_?PATH$|PATH_PREFIX$|URL_PREFIX$|^SCRIPT_NAME$"
_NOT_OK = r"\b[345]\d\d\b"
_NEAR = 0.8
_HEALTH = r"(?i)health|ready|live|alive|ping|status|heartbeat|probe"


@cause(explains=[probe_failed])
def probe_path_wrong(facts: Facts) -> Iterator[Finding]:
    """The probe's HTTP path answers 404 or another 4xx.

    The container listens and answers, so port and scheme are right. 401 and 403 are probe-unauthorized, 5xx is
    probe-server-error. The event names only the code; the path stands in the pod. Some servers answer 400 to a Host that
    they do not know: the kubelet asks by the pod's address, unless httpHeaders say otherwise.

    Fix: ask the path that the application serves, or serve the one that is asked.

    Source: pkg/probe/http/http.go, 1.36: codes from 200 to 399 are success.
    """
    for found in failing(facts):
        code = code_of(found)
        if code is None or not 400 <= code <= 499 or code in (401, 403):
            continue
        near, evidence = _near(facts, found) if code == 404 else (None, None)
        hint = f": did you mean {near}?" if near else ""
        line = evidence or answered(facts, found, code)
        yield Finding(
            found.says(f"gets {code} from {found.asked}") + hint,
            Confidence.CERTAIN,
            found.container.name,
            (*found.evidence(facts, "path"), *([line] if line else [])),
            tuple(_remedies(facts, found, near)),
        )


def _remedies(facts: Facts, found: Failing, near: str | None) -> Iterator[Remedy]:
    command = patch(facts, found, found.everywhere("path", near)) if near else None
    if command:
        yield now(command=command)
    else:
        yield instead_of_http(facts, found)
    right = near or "the path that the application serves"
    yield proper(facts.change(f"ask {right} instead of {found.path} in the {found.probe} probe"))


def _near(facts: Facts, found: Failing) -> tuple[str | None, Evidence | None]:
    """The path that was meant, where something tells of one, and what does."""
    best: tuple[float, str, Evidence] | None = None
    for path, score, evidence in _told(facts, found):
        if path != found.path and score >= _NEAR and (best is None or score > best[0]):
            best = score, path, evidence
    return (best[1], best[2]) if best else (None, None)


def _told(facts: Facts, found: Failing) -> Iterator[tuple[str, float, Evidence]]:
    """Paths of which the log, another probe, the environment and nginx's files tell, and how near they are."""
    log = facts.log(found.container)
    for index, line in enumerate(log.lines) if log else ():
        for path, score in _candidates(line, found.path):
            yield path, score, facts.cite_log(log, index)
    failed = {failure.probe for failure in facts.probe_failures(found.container)} | {found.probe}
    for probe in ("liveness", "readiness", "startup"):
        path = mapping(mapping(found.container.spec.get(f"{probe}Probe")).get("httpGet")).get("path")
        if isinstance(path, str) and probe not in failed and found.end is None:
            yield path, _likeness(path, found.path), facts.cite_pod(f"{found.container.spec_path}.{probe}Probe.httpGet.path")
    for name, path, value in facts.environment(found.container):
        if re.search(_CONTEXT_VARIABLE, name) and re.fullmatch(r"/[\w./-]+", value) and not found.path.startswith(value):
            yield value.rstrip("/") + found.path, 1.0, where_set(facts, name, path)
    for config, key, text in mounted(facts, found.container):
        for match in re.finditer(_LOCATION, text):
            yield match["path"], _likeness(match["path"], found.path), facts.cite(config, f"data[{key}]", match[0].strip())


def _candidates(line: str, asked: str) -> Iterator[tuple[str, float]]:
    if (match := re.search(_CONTEXT, line)) and not asked.startswith(match["path"]):
        yield match["path"].rstrip("/") + asked, 1.0
    if (match := re.search(_BASE, line)) and not asked.startswith(match["path"]) and re.search(_HEALTH, asked):
        yield match["path"].rstrip("/") + "/health", 0.9
    match = re.search(_ROUTE, line)
    if not match or re.search(_NOT_OK, match["rest"]) or not re.fullmatch(r"/[\w./-]+", match["path"]):
        return
    yield match["path"], _likeness(match["path"], asked)


def _likeness(path: str, asked: str) -> float:
    """How near two paths are: one ends with the other, or they end alike, or both are about health."""
    below = len(asked) > 1 and len(path) > 1 and (path.endswith(asked) or asked.endswith(path))
    same_end = likeness(path.rpartition("/")[2], asked.rpartition("/")[2])
    both = re.search(_HEALTH, path) and re.search(_HEALTH, asked)
    return max(0.95 if below else 0.0, likeness(path, asked), same_end, _NEAR if both else 0.0)
