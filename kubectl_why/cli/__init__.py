"""The command line: its options, and what they set going. The only click, and the only place that ends the process.

asked.py says what was asked for, answers.py answers, speaking.py prints.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Callable
from functools import partial

import click

from .. import __version__
from . import answers
from .asked import asked_for, check_alone, check_following, check_sources, check_target, look_of
from .options import FORMAT_NAMES, PROFILE_NAMES, Format, Plugin, TimeLimit, offers
from .speaking import ExitStatus, complain

# What a shell reports of a process that a signal ended, beside the signal's number.
_BY_SIGNAL = 128
_BROKEN_PIPE = _BY_SIGNAL + 13
# The flags that say which cluster, and as whom.
_ACCESS = ("context", "cluster", "user", "kubeconfig", "as_user", "as_groups", "request_timeout")


@click.command(
    name="kubectl why",
    cls=Plugin,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    epilog="Exit status: 0 nothing is wrong; 1 a cause was found; 2 usage; 3 it fails and the cause is unknown; "
    "4 could not look.",
)
@click.argument("target", metavar="POD | TYPE/NAME", nargs=-1, shell_complete=offers("targets"))
@click.option("-n", "--namespace", help="The namespace, if not the current one.", shell_complete=offers("namespaces"))
@click.option("--context", help="The kubeconfig context to use.", shell_complete=offers("contexts"))
@click.option("--cluster", help="The kubeconfig cluster to use.", shell_complete=offers("clusters"))
@click.option("--user", help="The kubeconfig user to use.", shell_complete=offers("users"))
@click.option("--kubeconfig", help="Path of the kubeconfig file.", shell_complete=offers("files"))
@click.option("--as", "as_user", help="The user to impersonate.")
@click.option("--as-group", "as_groups", multiple=True, help="A group to impersonate; may be repeated.")
@click.option("--request-timeout", help="How long to wait for one answer, such as 1s or 2m; 0 is for ever. Default: 10s.")
@click.option("-l", "--selector", help="Only the pods with these labels, such as app=web.")
@click.option("-A", "--all-namespaces", is_flag=True, help="Look at the workloads of all namespaces.")
@click.option("--all", "everything", is_flag=True, help="Look into every broken workload, however many there are.")
@click.option("-c", "--container", help="Say only what is about this container.", shell_complete=offers("containers"))
@click.option(
    "-o",
    "--output",
    type=Format(FORMAT_NAMES),
    default="table",
    help="name is the cause's id alone; rules is for --alerts. Default: table.",
)
@click.option("-w", "--watch", is_flag=True, help="Draw again on every change, until interrupted.")
@click.option(
    "--wait",
    type=TimeLimit(),
    help="Until it is healthy or completed, all of it, or will never be, or so long, such as 2m; 0 is for ever. "
    "With --run: how long to see what it does. Default: 30s.",
)
@click.option(
    "-f",
    "--filename",
    metavar="FILE",
    help="Read a snapshot, or what kubectl get -o json or yaml printed, in the place of a cluster; - is standard input.",
    shell_complete=offers("files"),
)
@click.option(
    "--save",
    metavar="FILE",
    help="Write what was read, without secrets, for -f to read; - prints it in the place of the verdict.",
    shell_complete=offers("files"),
)
@click.option("--demo", is_flag=True, help="A recorded failure; needs no cluster.")
@click.option(
    "--explain",
    metavar="WHAT",
    help="What a cause, exit code, signal, waiting or event reason means.",
    shell_complete=offers("explained"),
)
@click.option("--causes", is_flag=True, help="All causes, by family.")
@click.option("--alerts", is_flag=True, help="A PrometheusRule to apply; with -o rules a rule file of Prometheus itself.")
@click.option("--debug", is_flag=True, help="Look from an ephemeral container beside it, then diagnose again.")
@click.option(
    "--sleep", is_flag=True, help="Look into a copy of the pod that sleeps instead of starting, then diagnose again."
)
@click.option("--run", is_flag=True, help="With --sleep: start in the copy what the container runs, and say what it does.")
@click.option("--shell", is_flag=True, help="With --debug or --sleep: after the verdict, open a shell in it.")
@click.option(
    "--image",
    envvar="KUBECTL_WHY_IMAGE",
    help="The image that brings the tools, with a static busybox; also $KUBECTL_WHY_IMAGE. Default: the public one.",
)
@click.option("--profile", type=click.Choice(PROFILE_NAMES), help="With --debug or --sleep: as kubectl debug has them.")
@click.option("--keep", is_flag=True, help="With --sleep: leave the copy there.")
@click.option("--keep-labels", is_flag=True, help="With --sleep: the copy has the pod's labels, and is never ready.")
@click.option("--dry-run", is_flag=True, help="With --debug or --sleep: print what would be sent, and send nothing.")
@click.option("--cleanup", is_flag=True, help="Delete the copies that earlier runs left: of POD, or all in the namespace.")
@click.version_option(__version__, message="%(version)s")
def main(
    target: tuple[str, ...],
    namespace: str | None,
    selector: str | None,
    all_namespaces: bool,
    everything: bool,
    container: str | None,
    output: str,
    watch: bool,
    wait: float | None,
    filename: str | None,
    save: str | None,
    demo: bool,
    explain: str | None,
    causes: bool,
    alerts: bool,
    cleanup: bool,
    **flags: object,
) -> None:
    """Why a pod does not work, how that is known, and what to type now.

    POD is a pod's name; TYPE/NAME a deploy, sts, ds, rs, job or cronjob: its worst pod, or why it has none. The name of a
    workload alone, or the beginning of the names of its pods, is taken for it. Without any, each broken
    workload of the namespace, worst and newest first.
    """
    if causes or alerts or explain is not None:
        check_alone()
        words = explain and " ".join((explain, *target))
        sys.exit(_status(partial(answers.alerts, output) if alerts else partial(answers.manual, words, output)))
    if output == "rules":
        raise click.UsageError("-o rules is for --alerts")
    asked = asked_for(target, selector, namespace)
    access = {name: flags.pop(name) for name in _ACCESS}
    follows = watch or (wait and not flags["run"])
    look = look_of(filename or demo, cleanup, wait, **flags)
    check_sources(asked, filename, demo, access)
    several = not (asked.name or filename or demo or cleanup)
    check_target(several, all_namespaces or everything, container, save, look)
    if follows:
        check_following(watch and wait, several or cleanup, filename or demo or save or look)
    if watch:
        answer = partial(answers.watch, asked, container, output)
    elif follows:
        answer = partial(answers.wait, asked, container, output, wait)
    elif cleanup:
        answer = partial(answers.clean_up, asked)
    elif several:
        answer = partial(answers.triage, namespace, all_namespaces, selector or "", everything, output)
    else:
        answer = partial(answers.why, asked, filename, save, demo, look, container, output)
    if follows:
        gc.enable()  # it runs for as long as it is left to
    sys.exit(_status(partial(answer, access)))


def _status(answer: Callable[[], ExitStatus | None]) -> int:
    """What the process ends with, once the answer is given. Whatever comes in between is told in words."""
    try:
        return answer() or ExitStatus.WELL
    except KeyboardInterrupt as interrupt:
        return _BY_SIGNAL + (interrupt.args or (signal.SIGINT,))[0]
    except BrokenPipeError:
        return _unread()
    except click.ClickException:
        raise
    except Exception as error:
        if isinstance(error, OSError) and error.filename is None:
            return complain(f"the answer cannot be written: {error.strerror or error}")
        from ..redact import masked

        return complain(masked(f"this is a defect of kubectl why: {type(error).__name__}: {error}"))


def _unread() -> int:
    """Nobody reads the answer: neither will they read what Python would say of that when it ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return _BROKEN_PIPE


def complete() -> None:
    """What kubectl's own completion asks for: the choices for the last of the words after `kubectl why`."""
    from click.shell_completion import ShellComplete

    from ..completion import Choice, as_cobra

    *words, typed = sys.argv[1:] or [""]
    try:
        items = ShellComplete(main, {}, "kubectl why", "").get_completions(words, typed)
        found = [Choice(item.value, item.help or "", item.type) for item in items]
    # Whatever went wrong would stand among the choices.
    except Exception:
        found = []
    # As bytes: on Windows a text's lines end in a carriage return, which kubectl would take for a part of them.
    click.echo(as_cobra(found).encode())
