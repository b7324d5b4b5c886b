"""What the user asks for: what the words name, and which flags go together. Whatever makes no sense is a UsageError."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, NamedTuple

import click
from click.core import ParameterSource

if TYPE_CHECKING:
    from ..debug import Look


class Asked(NamedTuple):
    """What the user asks about: an object, the pods that a selector finds, or else what a file is about."""

    kind: str = ""
    name: str = ""
    is_bare: bool = False
    """Whether it is a name without a type: a pod's, most likely."""
    selector: str = ""
    namespace: str | None = None


def asked_for(words: tuple[str, ...], selector: str | None, namespace: str | None) -> Asked:
    """What the words name: POD, TYPE/NAME or, as kubectl takes it too, TYPE NAME."""
    from ..resources import kind_of

    if len(words) == 2 and "/" not in words[0] + words[1] and kind_of(words[0]):
        words = (f"{words[0]}/{words[1]}",)
    if len(words) + bool(selector) > 1:
        raise click.UsageError("one POD, TYPE/NAME or --selector at a time")
    if not words:
        return Asked("Pod" if selector else "", selector=selector or "", namespace=namespace)
    type_, slash, name = words[0].partition("/")
    if not slash:
        return Asked("Pod", words[0], is_bare=True, namespace=namespace)
    kind = kind_of(type_)
    if kind is None or not name or "/" in name:
        raise click.UsageError(
            f"'{words[0]}' is neither a pod's name nor TYPE/NAME with a type that makes pods (deploy, sts, job...)"
        )
    return Asked(kind, name, namespace=namespace)


def check_sources(asked: Asked, filename: str | None, demo: bool, access: dict[str, object]) -> None:
    """That there is one place to look in."""
    flags = [param.opts[-1] for param in click.get_current_context().command.params if access.get(param.name or "")]
    if demo and (asked != Asked() or filename):
        raise click.UsageError("--demo shows a recorded failure: it takes no pod and no file")
    if flags and (demo or filename):
        raise click.UsageError(f"{flags[0]} is about a cluster, and {'--demo' if demo else '-f'} asks none")


def check_target(several: bool, of_several: bool, container: str | None, save: str | None, look: Look | None) -> None:
    """That what is about one pod has one, and what is about several has none."""
    if not several and of_several:
        raise click.UsageError("--all-namespaces and --all are of the workloads of a cluster: they take no pod and no file")
    if several and (container or save or look):
        flag = "--container" if container else "--save" if save else "--debug" if look.debug else "--sleep"
        raise click.UsageError(f"say which pod: kubectl why POD {flag} ...")


def check_following(both: object, several: bool, recorded: object) -> None:
    """That --watch and --wait have one thing to look at, again and again."""
    if both:
        raise click.UsageError("--watch goes on until it is interrupted, --wait until all is well: one of them")
    if several:
        raise click.UsageError("--watch and --wait follow one POD or TYPE/NAME")
    if recorded:
        raise click.UsageError(
            "--watch and --wait only look at a cluster, again and again: leave out -f, --demo, --save, --debug..."
        )


def check_alone() -> None:
    """That beside --explain, --causes or --alerts there is only -o, and what belongs to WHAT."""
    context = click.get_current_context()
    given = {
        param.name: param
        for param in context.command.params
        if context.get_parameter_source(param.name or "") is ParameterSource.COMMANDLINE
        # before click 8.3 this is said of a POD that is not there, too
        and context.params[param.name or ""] != ()
    }
    first = next(name for name in ("explain", "causes", "alerts") if name in given)
    allowed = {first, "output", *(("target",) if first == "explain" else ())}
    for param in (param for name, param in given.items() if name not in allowed):
        what = param.opts[-1] if param.param_type_name == "option" else "POD"
        raise click.UsageError(f"--{first} looks at no cluster and no file: it takes no {what}")


def look_of(no_cluster: object, cleanup: bool, wait: float | None, **flags: object) -> Look | None:
    """What the flags for looking inside ask for; None where they ask for nothing."""
    given = [f"--{name.replace('_', '-')}" for name, value in flags.items() if value and name != "image"]
    if cleanup and given:
        raise click.UsageError(f"--cleanup only deletes what earlier runs left: leave out {given[0]}")
    if no_cluster and (cleanup or given):
        raise click.UsageError(f"{'--cleanup' if cleanup else given[0]} needs a cluster: leave out -f and --demo")
    if flags["debug"] and flags["sleep"]:
        raise click.UsageError("--debug looks from beside the container, --sleep into a copy: one of them at a time")
    for name in ("run", "keep", "keep_labels"):
        if flags[name] and not flags["sleep"]:
            raise click.UsageError(f"--{name.replace('_', '-')} is about the copy that --sleep makes")
    if not (flags["debug"] or flags["sleep"]):
        if given:
            raise click.UsageError(f"{given[0]} goes with --debug or --sleep")
        return None
    if flags["shell"] and not flags["dry_run"] and not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise click.UsageError("--shell needs a terminal")
    from ..debug import Look

    return Look(**flags, **({"wait": wait} if wait else {}))
