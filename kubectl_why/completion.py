"""What can stand at the cursor: completion for kubectl's shells and for the bare executable, from the same functions.

Each function is given the options and words that are already typed, by the names of the command's parameters, and the
beginning of the word at the cursor. A key is pressed and somebody waits: one request, at most two seconds, nothing on the
terminal.
"""

from __future__ import annotations

import io
import sys
import threading
from collections.abc import Callable, Iterable, Mapping
from contextlib import redirect_stderr, suppress
from typing import Any, NamedTuple

from .commands import command
from .redact import printable

Given = Mapping[str, Any]

_LONGEST = 2.0
"""Seconds that somebody is kept waiting."""
_MOST = 1000
# The server's own table without the objects: a line of text for each, and kubectl's STATUS or READY among its cells.
_TABLE = "application/json;as=Table;g=meta.k8s.io;v=v1"
_ACCESS = ("kubeconfig", "context", "cluster", "user", "namespace", "as_user", "as_groups")
_NO_SPACE, _NO_FILES = 2, 4


class Choice(NamedTuple):
    """One word that fits, and what it is."""

    value: str
    about: str = ""
    kind: str = "plain"
    """plain, or file where the shell is to complete names of files."""


def offered(find: Callable[[Given, str], Iterable[Choice]], given: Given, typed: str) -> list[Choice]:
    """What `find` finds, before it fails or takes too long, that begins with what is typed, in the order of the names.

    A login plugin neither asks nor explains: nobody expects that of a key.
    """
    found: list[Choice] = []

    def ask() -> None:
        # Whatever goes wrong, there is nobody to tell.
        with suppress(Exception):
            for choice in find(given, typed):
                found.append(choice)

    asking = threading.Thread(target=ask, daemon=True)
    stdin, sys.stdin = sys.stdin, None  # type: ignore[assignment]
    try:
        with redirect_stderr(io.StringIO()):
            asking.start()
            asking.join(_LONGEST)
    finally:
        sys.stdin = stdin
    fit = [choice for choice in tuple(found) if choice.value.startswith(typed) and _is_safe(choice)]
    return sorted(choice._replace(about=printable(" ".join(choice.about.split()))) for choice in fit)


def _is_safe(choice: Choice) -> bool:
    """Whether the shell can put it where the cursor is: there it would read signs, and an option where a name begins so."""
    return choice.kind == "file" or (command(choice.value) == choice.value and not choice.value.startswith("-"))


def as_cobra(choices: Iterable[Choice]) -> str:
    """The choices as kubectl expects them of a plugin: VALUE, tab, description; then what the shell is to do.

    Source: cobra, shell completions, ShellCompDirective; kubectl pkg/cmd/plugin/plugin_completion.go, 1.36.
    """
    choices = list(choices)
    if any(choice.kind == "file" for choice in choices):
        return ":0"
    unfinished = bool(choices) and all(choice.value.endswith("/") for choice in choices)
    lines = [f"{choice.value}\t{' '.join(choice.about.split())}".rstrip() for choice in choices]
    return "\n".join([*lines, f":{_NO_FILES + (_NO_SPACE if unfinished else 0)}"])


def files(given: Given, typed: str) -> Iterable[Choice]:
    """Names of files, which the shell knows best."""
    yield Choice(typed, kind="file")


def targets(given: Given, typed: str) -> Iterable[Choice]:
    """Pods and TYPE/; after TYPE/ or TYPE and a blank, the names of that type."""
    from .resources import WORKLOADS, kind_of

    words = given.get("target") or ()
    if given.get("explain") is not None or given.get("filename") or len(words) > 1:
        return
    if words:
        kind = kind_of(words[0])
        yield from _names(given, kind) if kind and "/" not in words[0] else ()
        return
    type_, slash, _ = typed.partition("/")
    if slash:
        kind = kind_of(type_)
        yield from (choice._replace(value=f"{type_}/{choice.value}") for choice in (_names(given, kind) if kind else ()))
        return
    yield from (Choice(f"{kind.lower()}/", f"a {kind}") for kind in WORKLOADS)
    yield from _names(given, "Pod")


def containers(given: Given, typed: str) -> Iterable[Choice]:
    """The containers of the pod, or of the workload's template, that is already typed."""
    from .resources import kind_of, path_of
    from .status import listing, mapping

    words = given.get("target") or ()
    type_, slash, name = "/".join(words).partition("/")
    kind, name = (kind_of(type_), name) if slash else ("Pod", type_)
    if not kind or not name:
        return
    cluster = _cluster(given)
    found = mapping(cluster.get(path_of(kind, cluster.namespace, name)).get("spec"))
    for part in ("jobTemplate", "spec", "template", "spec"):
        found = mapping(found.get(part)) or found
    for part, about in (("initContainers", "init container"), ("containers", "container")):
        yield from (
            Choice(str(item.get("name")), f"{about}, image {item.get('image')}") for item in listing(found.get(part))
        )


def namespaces(given: Given, typed: str) -> Iterable[Choice]:
    """The namespaces of the cluster."""
    return _names(given, "Namespace")


def contexts(given: Given, typed: str) -> Iterable[Choice]:
    """The contexts of the kubeconfig."""
    from .cluster.kubeconfig import read_kubeconfig

    config = read_kubeconfig(given.get("kubeconfig"))
    for name, body in config.contexts.items():
        yield Choice(name, f"cluster {body.get('cluster')}, namespace {body.get('namespace') or 'default'}")


def clusters(given: Given, typed: str) -> Iterable[Choice]:
    """The clusters of the kubeconfig."""
    from .cluster.kubeconfig import read_kubeconfig

    for name, body in read_kubeconfig(given.get("kubeconfig")).clusters.items():
        yield Choice(name, str(body.get("server") or ""))


def users(given: Given, typed: str) -> Iterable[Choice]:
    """The users of the kubeconfig; of what they log in with nothing is said."""
    from .cluster.kubeconfig import read_kubeconfig

    return map(Choice, read_kubeconfig(given.get("kubeconfig")).users)


def explained(given: Given, typed: str) -> Iterable[Choice]:
    """The words that the manual knows."""
    from .manual import words

    return (Choice(name, summary) for name, summary in words().items())


def _names(given: Given, kind: str) -> Iterable[Choice]:
    """The names of that kind in the namespace, with kubectl's STATUS or READY."""
    from .resources import path_of

    cluster = _cluster(given)
    query = {"limit": str(_MOST), "includeObject": "None"}
    table = cluster.get(path_of(kind, cluster.namespace), query, accept=_TABLE)
    titles = [str(column.get("name")) for column in table["columnDefinitions"]]
    about = next((title for title in ("Status", "Ready", "Completions", "Schedule") if title in titles), "")
    for row in table["rows"]:
        cells = dict(zip(titles, map(str, row["cells"]), strict=False))
        yield Choice(cells["Name"], f"{'ready ' if about == 'Ready' else ''}{cells.get(about, '')}")


def _cluster(given: Given) -> Any:
    from .cluster import connect

    return connect(**{name: given[name] for name in _ACCESS if given.get(name)}, request_timeout=f"{_LONGEST:g}s")
