"""The command line: options, wiring, exit status. The only click, and the only place that ends the process."""

from __future__ import annotations

import enum
import gc
import os
import shutil
import sys

import click

from . import __version__
from .names import nearest

FORMAT_NAMES = ("table", "wide", "json", "yaml", "name")


class ExitStatus(enum.IntEnum):
    """What the process ends with."""

    WELL = 0
    """Nothing is wrong: healthy, starting, completed."""
    CAUSE_FOUND = 1
    USAGE = 2
    UNKNOWN = 3
    """It fails, and the cause is unknown."""
    COULD_NOT_LOOK = 4
    """No cluster, not found, forbidden."""


# What a shell reports of a process that SIGINT ended.
_INTERRUPTED = 130
_OF_STATE = {"failing": ExitStatus.CAUSE_FOUND, "unknown": ExitStatus.UNKNOWN}


@click.command(
    name="kubectl why",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    epilog="Exit status: 0 nothing is wrong; 1 a cause was found; 2 usage; 3 it fails and the cause is unknown; "
    "4 could not look.",
)
@click.argument("target", metavar="POD | TYPE/NAME", nargs=-1)
@click.option("-n", "--namespace", help="The namespace, if not the current one.")
@click.option("--context", help="The kubeconfig context to use.")
@click.option("--cluster", help="The kubeconfig cluster to use.")
@click.option("--user", help="The kubeconfig user to use.")
@click.option("--kubeconfig", help="Path of the kubeconfig file.")
@click.option("--as", "as_user", help="The user to impersonate.")
@click.option("--as-group", "as_groups", multiple=True, help="A group to impersonate; may be repeated.")
@click.option("--request-timeout", help="How long to wait for one answer, such as 1s or 2m; 0 is for ever. Default: 10s.")
@click.option("-l", "--selector", help="The worst of the pods with these labels, such as app=web.")
@click.option("-c", "--container", help="Say only what is about this container.")
@click.option(
    "-o", "--output", type=click.Choice(FORMAT_NAMES), default="table", help="name is the cause's id alone. Default: table."
)
@click.option("--explain", metavar="WHAT", help="What a cause, exit code, signal, waiting or event reason means.")
@click.option("--causes", is_flag=True, help="All causes, by family.")
@click.version_option(__version__, message="%(version)s")
def main(
    target: tuple[str, ...],
    namespace: str | None,
    selector: str | None,
    container: str | None,
    output: str,
    explain: str | None,
    causes: bool,
    **access: object,
) -> None:
    """Why a pod does not work, how that is known, and what to type now.

    POD is a pod's name; TYPE/NAME a deploy, sts, ds, rs, job or cronjob: its worst pod, or why it has none.
    """
    if causes and (target or explain is not None):
        raise click.UsageError("--causes lists all of them; --explain WHAT says more of one")
    if causes or explain is not None:
        return _manual(" ".join([explain, *target]) if explain is not None else None, output)
    if len(target) + bool(selector) != 1:
        raise click.UsageError("one POD, TYPE/NAME or --selector at a time" if target else "say which pod: kubectl why POD")
    kind, name = _target(target[0]) if target else ("Pod", "")
    # The process is over before there is garbage worth collecting, and the collector takes a tenth of its time.
    gc.disable()
    try:
        status = _why(kind, name, namespace, selector or "", container, output, access)
    except KeyboardInterrupt:
        status = _INTERRUPTED
    except click.ClickException:
        raise
    except Exception as error:
        status = _complain(f"this is a defect of kubectl why: {type(error).__name__}: {error}")
    sys.exit(status)


def _why(
    kind: str,
    name: str,
    namespace: str | None,
    selector: str,
    container: str | None,
    output: str,
    access: dict[str, object],
) -> ExitStatus:
    # Nothing of this is needed for --help, and importing it takes longer than that.
    from .cluster import ClusterError, connect
    from .collect import NotFound, Target, collect
    from .diagnose import diagnose
    from .render import FORMATS

    try:
        cluster = connect(namespace=namespace, **access)
        snapshot = collect(cluster, Target(kind, cluster.namespace, name, selector))
    except NotFound as error:
        return _complain(f"{error}{_meant(error.names, name)}{_elsewhere(error.elsewhere)}")
    except ClusterError as error:
        return _complain(str(error))
    if container:
        _check_container(snapshot.pod or {}, container)
    diagnosis = diagnose(snapshot, container)
    click.echo(FORMATS[output](diagnosis, _paper()))
    return _OF_STATE.get(diagnosis.state, ExitStatus.WELL)


def _manual(word: str | None, output: str) -> None:
    """Print what a word means, or every cause where there is no word."""
    from .manual import catalogue, meant, pages
    from .redact import printable
    from .render.manual import CATALOGUE_FORMATS, MANUAL_FORMATS

    found = catalogue() if word is None else pages(word)
    if not found:
        near = meant(word)
        hint = f"did you mean {near}?" if near else "the causes are listed by --causes"
        raise click.UsageError(f"{printable(word)}: {hint}")
    click.echo((CATALOGUE_FORMATS if word is None else MANUAL_FORMATS)[output](found, _paper()))


def _target(word: str) -> tuple[str, str]:
    """Kind and name of what the user names: POD, pod/NAME, TYPE/NAME."""
    from .resources import kind_of

    type_, slash, name = word.partition("/")
    if not slash:
        return "Pod", word
    kind = kind_of(type_)
    if kind is None or not name or "/" in name:
        raise click.UsageError(
            f"'{word}' is neither a pod's name nor TYPE/NAME with a type that makes pods (deploy, sts, job...)"
        )
    return kind, name


def _check_container(pod: dict, container: str) -> None:
    from .status import listing, mapping

    spec = mapping(pod.get("spec"))
    names = [str(item.get("name")) for part in ("initContainers", "containers") for item in listing(spec.get(part))]
    if container not in names:
        raise click.UsageError(f"container {container} is not in the pod; there are: {', '.join(names)}")


def _meant(names: list[str], name: str) -> str:
    near = nearest(name, names) or next((other for other in sorted(names) if other.startswith(name)), None)
    return f"; did you mean {near}?" if near else ""


def _elsewhere(namespaces: list[str]) -> str:
    return f"; there is one in namespace {', '.join(namespaces)}" if namespaces else ""


def _complain(message: str) -> ExitStatus:
    from .redact import printable

    click.echo(f"error: {printable(message)}", err=True)
    return ExitStatus.COULD_NOT_LOOK


def _paper():
    from .render import Paper

    terminal = sys.stdout.isatty()
    width = shutil.get_terminal_size().columns if terminal else 120
    return Paper(width=max(60, min(width, 160)), colour=terminal and not os.environ.get("NO_COLOR"))
