"""The command line: options, wiring, exit status. The only click, and the only place that ends the process."""

from __future__ import annotations

import enum
import gc
import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, NamedTuple, NoReturn

import click
from click.core import ParameterSource

from . import __version__
from .names import nearest

if TYPE_CHECKING:
    from collections.abc import Callable

    from click.shell_completion import CompletionItem

    from .cluster import Cluster
    from .collect import NotFound, Target
    from .debug import Look
    from .files import Recorded
    from .model import Diagnosis, NotChecked
    from .snapshot import Snapshot
    from .watching import Seen

# Of kubectl debug.
PROFILE_NAMES = ("general", "baseline", "restricted", "netadmin", "sysadmin")
FORMAT_NAMES = ("table", "wide", "json", "yaml", "name", "markdown", "rules")


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


# kubectl's formats that take a template.
_TEMPLATES = ("jsonpath", "jsonpath-file", "jsonpath-as-json", "go-template", "go-template-file", "custom-columns")
# What a shell reports of a process that a signal ended, beside the signal's number.
_BY_SIGNAL = 128
_BROKEN_PIPE = _BY_SIGNAL + 13
# The flags that say which cluster, and as whom.
_ACCESS = ("context", "cluster", "user", "kubeconfig", "as_user", "as_groups", "request_timeout")
# What stands between two answers of --watch.
_BETWEEN = {"name": "", "yaml": "---\n"}
_OF_STATE = {"failing": ExitStatus.CAUSE_FOUND, "unknown": ExitStatus.UNKNOWN}


class Format(click.Choice):
    """A format's name; of kubectl's templates it is said what to do in their place."""

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        template = value.partition("=")[0]
        if template in _TEMPLATES:
            self.fail(f"{template} is not supported; use -o json and jq: kubectl why POD -o json | jq -r .verdict")
        return super().convert(value, param, ctx)


class TimeLimit(click.ParamType):
    """Seconds, written as for --request-timeout; infinity for 0."""

    name = "duration"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> float:
        from .quantities import time_limit

        limit = time_limit(value)
        if limit is None:
            self.fail(f"{value} is no time: 30, 30s, 2m, 1h30m", param, ctx)
        return limit


class Asked(NamedTuple):
    """What the user asks about: an object, the pods that a selector finds, or else what a file is about."""

    kind: str = ""
    name: str = ""
    is_bare: bool = False
    """Whether it is a name without a type: a pod's, most likely."""
    selector: str = ""
    namespace: str | None = None


def _offers(name: str) -> Callable[[click.Context, click.Parameter, str], list[CompletionItem]]:
    """What the function of completion.py with that name finds, as click wants it."""

    def offers(context: click.Context, _: click.Parameter, typed: str) -> list[CompletionItem]:
        from click.shell_completion import CompletionItem

        from . import completion

        # An option that still lacks its value keeps click from giving the words to their parameter.
        words = context.params.get("target") or tuple(context.args)
        found = completion.offered(getattr(completion, name), {**context.params, "target": words}, typed)
        return [CompletionItem(choice.value, choice.kind, choice.about) for choice in found]

    return offers


@click.command(
    name="kubectl why",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    epilog="Exit status: 0 nothing is wrong; 1 a cause was found; 2 usage; 3 it fails and the cause is unknown; "
    "4 could not look.",
)
@click.argument("target", metavar="POD | TYPE/NAME", nargs=-1, shell_complete=_offers("targets"))
@click.option("-n", "--namespace", help="The namespace, if not the current one.", shell_complete=_offers("namespaces"))
@click.option("--context", help="The kubeconfig context to use.", shell_complete=_offers("contexts"))
@click.option("--cluster", help="The kubeconfig cluster to use.", shell_complete=_offers("clusters"))
@click.option("--user", help="The kubeconfig user to use.", shell_complete=_offers("users"))
@click.option("--kubeconfig", help="Path of the kubeconfig file.", shell_complete=_offers("files"))
@click.option("--as", "as_user", help="The user to impersonate.")
@click.option("--as-group", "as_groups", multiple=True, help="A group to impersonate; may be repeated.")
@click.option("--request-timeout", help="How long to wait for one answer, such as 1s or 2m; 0 is for ever. Default: 10s.")
@click.option("-l", "--selector", help="Only the pods with these labels, such as app=web.")
@click.option("-A", "--all-namespaces", is_flag=True, help="Look at the workloads of all namespaces.")
@click.option("--all", "everything", is_flag=True, help="Look into every broken workload, however many there are.")
@click.option("-c", "--container", help="Say only what is about this container.", shell_complete=_offers("containers"))
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
    shell_complete=_offers("files"),
)
@click.option(
    "--save",
    metavar="FILE",
    help="Write what was read, without secrets, for -f to read; - prints it in the place of the verdict.",
    shell_complete=_offers("files"),
)
@click.option("--demo", is_flag=True, help="A recorded failure; needs no cluster.")
@click.option(
    "--explain",
    metavar="WHAT",
    help="What a cause, exit code, signal, waiting or event reason means.",
    shell_complete=_offers("explained"),
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
        _check_alone()
        words = explain and " ".join((explain, *target))
        sys.exit(_status(partial(_alerts, output) if alerts else partial(_manual, words, output)))
    if output == "rules":
        raise click.UsageError("-o rules is for --alerts")
    asked = _asked(target, selector, namespace)
    access = {name: flags.pop(name) for name in _ACCESS}
    follows = watch or (wait and not flags["run"])
    look = _look(filename or demo, cleanup, wait, **flags)
    _check_sources(asked, filename, demo, access)
    several = not (asked.name or filename or demo or cleanup)
    if not several and (all_namespaces or everything):
        raise click.UsageError("--all-namespaces and --all are of the workloads of a cluster: they take no pod and no file")
    if several and (container or save or look):
        flag = "--container" if container else "--save" if save else "--debug" if look.debug else "--sleep"
        raise click.UsageError(f"say which pod: kubectl why POD {flag} ...")
    if follows:
        _check_following(watch and wait, several or cleanup, filename or demo or save or look)
        follow = _watch if watch else partial(_wait, limit=wait)
        answer = partial(_followed, partial(follow, container=container, output=output), asked)
    elif cleanup:
        answer = partial(_clean_up, asked)
    elif several:
        answer = partial(_triage, namespace, all_namespaces, selector or "", everything, output)
    else:
        answer = partial(_why, asked, filename, save, demo, look, container, output)
    if not follows:
        # The process is over before there is garbage worth collecting, and the collector takes a tenth of its time.
        gc.disable()
    status = _status(partial(answer, access))
    if follows:
        _leave(status)
    sys.exit(status)


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
            return _complain(f"the answer cannot be written: {error.strerror or error}")
        return _complain(f"this is a defect of kubectl why: {type(error).__name__}: {error}")


def complete() -> None:
    """The executable kubectl_complete-why, which kubectl's own completion runs with the words after `kubectl why`."""
    from click.shell_completion import ShellComplete

    from .completion import Choice, as_cobra

    gc.disable()
    *words, typed = sys.argv[1:] or [""]
    try:
        items = ShellComplete(main, {}, "kubectl why", "").get_completions(words, typed)
        found = [Choice(item.value, item.help or "", item.type) for item in items]
    # Whatever went wrong would stand among the choices.
    except Exception:
        found = []
    # As bytes: on Windows a text's lines end in a carriage return, which kubectl would take for a part of them.
    click.echo(as_cobra(found).encode())


def _asked(words: tuple[str, ...], selector: str | None, namespace: str | None) -> Asked:
    """What the words name: POD, TYPE/NAME or, as kubectl takes it too, TYPE NAME."""
    from .resources import kind_of

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


def _check_sources(asked: Asked, filename: str | None, demo: bool, access: dict[str, object]) -> None:
    """That there is one place to look in."""
    flags = [param.opts[-1] for param in main.params if access.get(param.name or "")]
    if demo and (asked != Asked() or filename):
        raise click.UsageError("--demo shows a recorded failure: it takes no pod and no file")
    if flags and (demo or filename):
        raise click.UsageError(f"{flags[0]} is about a cluster, and {'--demo' if demo else '-f'} asks none")


def _check_following(both: object, several: bool, recorded: object) -> None:
    if both:
        raise click.UsageError("--watch goes on until it is interrupted, --wait until all is well: one of them")
    if several:
        raise click.UsageError("--watch and --wait follow one POD or TYPE/NAME")
    if recorded:
        raise click.UsageError(
            "--watch and --wait only look at a cluster, again and again: leave out -f, --demo, --save, --debug..."
        )


def _why(
    asked: Asked,
    filename: str | None,
    save: str | None,
    demo: bool,
    look: Look | None,
    container: str | None,
    output: str,
    access: dict[str, object],
) -> ExitStatus:
    # Nothing of this is needed for --help, and importing it takes longer than that.
    from . import files
    from .cluster import ClusterError, connect

    try:
        if demo:
            snapshot = files.demo()
        elif filename:
            snapshot = _of_file(files.read(filename), asked)
        else:
            cluster = connect(namespace=asked.namespace, **access)
            snapshot = _collected(cluster, asked._replace(namespace=cluster.namespace))
        if container:
            _check_container(snapshot.pod or {}, container)
        if look and look.dry_run:
            return _dry_run(cluster, snapshot, container, look)
        if look:
            return _look_inside(cluster, snapshot, container, look, partial(_answer, container, save, output), access)
        return _answer(container, save, output, snapshot)
    except ClusterError as error:
        return _complain(str(error))


def _of_file(contents: Snapshot | Recorded, asked: Asked) -> Snapshot:
    """What is asked about, as a file knows it: without a name, the worst that it knows."""
    from .files import Recorded, Unusable, within

    if not isinstance(contents, Recorded):
        if asked.selector:
            raise Unusable("a snapshot is of one pod: -l chooses from what kubectl printed")
        return within(contents, "" if asked.is_bare else asked.kind, asked.namespace, asked.name)
    if not asked.kind:
        kind, namespace, name = contents.worst(asked.namespace)
        return _collected(contents, Asked(kind, name, namespace=namespace))
    return _collected(contents, asked._replace(namespace=asked.namespace or contents.namespace_of(asked.kind, asked.name)))


def _collected(cluster: Cluster | Recorded, asked: Asked) -> Snapshot:
    """The snapshot of what is asked about. A name that is no pod's is taken for that of which it is the beginning."""
    from .cluster import ClusterError
    from .collect import NotFound, Target, collect, meant

    target = Target(asked.kind, asked.namespace or "", asked.name, asked.selector)
    try:
        return collect(cluster, target)
    except NotFound as error:
        found = meant(cluster, target) if asked.is_bare else []
        if len(found) == 1:
            _say(f"{error}; taken for {_word(found[0])}")
            return collect(cluster, found[0])
        raise ClusterError(f"{error}{_instead(error, found, asked.name)}") from None


def _instead(error: NotFound, found: list[Target], name: str) -> str:
    """What else may have been meant."""
    if found:
        return f"; it may be {' or '.join(map(_word, found))}: name one"
    near = nearest(name, error.names)
    elsewhere = f"; there is one in namespace {', '.join(error.elsewhere)}" if error.elsewhere else ""
    return (f"; did you mean {near}?" if near else "") + elsewhere


def _word(target: Target) -> str:
    return f"{target.kind.lower()}/{target.name}"


def _answer(
    container: str | None, save: str | None, output: str, snapshot: Snapshot, unseen: NotChecked | None = None
) -> ExitStatus:
    """Save the snapshot, where that is wished, and print its diagnosis; `unseen` is why nobody looked inside."""
    from .diagnose import diagnose

    if save:
        from . import files

        files.save(snapshot, save)
        if save != "-":
            _say(f"saved, without the values of Secrets: {save}; look through it before you pass it on")
    diagnosis = diagnose(snapshot, container)
    if unseen:
        diagnosis = replace(diagnosis, not_checked=(*diagnosis.not_checked, unseen))
    if save != "-":
        click.echo(_rendered(diagnosis, output))
    return _status_of(diagnosis)


def _rendered(diagnosis: Diagnosis, output: str) -> str:
    from .render import FORMATS

    return FORMATS[output](diagnosis, _paper())


def _status_of(diagnosis: Diagnosis) -> ExitStatus:
    return _OF_STATE.get(diagnosis.state, ExitStatus.WELL)


def _followed(follow: Callable[[Cluster, Target], ExitStatus], asked: Asked, access: dict[str, object]) -> ExitStatus:
    from .cluster import ClusterError, connect
    from .collect import NotFound

    try:
        cluster = connect(namespace=asked.namespace, **access)
        return follow(cluster, _target(cluster, asked._replace(namespace=cluster.namespace)))
    except NotFound as error:
        return _complain(f"{error}{_instead(error, [], asked.name)}")
    except ClusterError as error:
        return _complain(str(error))


def _target(cluster: Cluster, asked: Asked) -> Target:
    """What to follow. A name that is no pod's now is taken for what it means now; else a pod of that name may come."""
    from .cluster import Absent, ClusterError
    from .collect import Target, meant
    from .resources import path_of

    target = Target(asked.kind, asked.namespace or "", asked.name)
    if not asked.is_bare:
        return target
    try:
        cluster.get(path_of(target.kind, target.namespace, target.name))
        return target
    except Absent as error:
        found = meant(cluster, target)
        if len(found) > 1:
            raise ClusterError(f"{error}; it may be {' or '.join(map(_word, found))}: name one") from None
        if found:
            _say(f"{error}; taken for {_word(found[0])}")
        return found[0] if found else target


def _watch(cluster: Cluster, target: Target, container: str | None, output: str) -> ExitStatus:
    from .screen import Screen
    from .watching import draw, print_changes

    _take_signals()
    render = partial(_rendered, output=output)
    following = _looks(cluster, target, container, patient=False)
    if sys.stdout.isatty() and os.environ.get("TERM") != "dumb":
        with closing(Screen(partial(click.echo, nl=False), shutil.get_terminal_size)) as screen:
            last = draw(following, render, screen)
    else:
        last = print_changes(following, render, click.echo, _BETWEEN.get(output, "\n"), _say)
    if last.error:
        raise last.error
    return _status_of(last.diagnosis)


def _wait(cluster: Cluster, target: Target, container: str | None, output: str, limit: float) -> ExitStatus:
    from .outcome import State
    from .progress import progress
    from .render.table import duration
    from .watching import wait

    _take_signals()
    with progress(_word(target)) as tell:
        following = _looks(cluster, target, container, patient=True)
        look, how = wait(following, target, limit, lambda words: tell(f"{_word(target)}: {words}"))
    if look.diagnosis:
        click.echo(_rendered(look.diagnosis, output))
    if look.error:
        raise look.error
    if how.state is State.DONE:
        return ExitStatus.WELL
    _say(how.words if how.state is State.FINAL else f"not well in {duration(limit)}: {how.words}")
    return _status_of(look.diagnosis) or ExitStatus.CAUSE_FOUND


def _looks(cluster: Cluster, target: Target, container: str | None, patient: bool) -> Iterator[Seen | None]:
    from .watching import looks

    for look in looks(cluster, target, container, patient):
        if container and look and look.snapshot and look.snapshot.pod:
            _check_container(look.snapshot.pod, container)
        yield look


def _take_signals() -> None:
    """Have Ctrl-C and SIGTERM end the process with their own status, and with a terminal that was tidied up."""

    def interrupt(number: int, _: object) -> NoReturn:
        raise KeyboardInterrupt(number)

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, interrupt)


def _leave(status: int) -> NoReturn:
    """End the process at once: Python would first await the answers to all requests that are under way."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError):
            stream.flush()
    os._exit(status)


def _check_alone() -> None:
    """That beside --explain, --causes or --alerts there is only -o, and what belongs to WHAT."""
    source = click.get_current_context().get_parameter_source
    given = {param.name: param for param in main.params if source(param.name or "") is ParameterSource.COMMANDLINE}
    first = next(name for name in ("explain", "causes", "alerts") if name in given)
    allowed = {first, "output", *(("target",) if first == "explain" else ())}
    for param in (param for name, param in given.items() if name not in allowed):
        what = param.opts[-1] if param.param_type_name == "option" else "POD"
        raise click.UsageError(f"--{first} looks at no cluster and no file: it takes no {what}")


def _alerts(output: str) -> None:
    """Print the rules for Prometheus."""
    from .alerts import FORMATS

    if output not in FORMATS:
        raise click.UsageError(f"--alerts has no -o {output}: {', '.join(FORMATS)}")
    click.echo(FORMATS[output]())


def _look(no_cluster: object, cleanup: bool, wait: float | None, **flags: object) -> Look | None:
    """What the flags for looking inside ask for; None where they ask for nothing."""
    from .debug import Look

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
    return Look(**flags, **({"wait": wait} if wait else {}))


def _look_inside(
    cluster: Cluster,
    snapshot: Snapshot,
    container: str | None,
    look: Look,
    answer: Callable[..., ExitStatus],
    access: dict[str, object],
) -> ExitStatus:
    """Answer with what is seen inside; where nobody could look, say why, and answer without."""
    from .debug.plan import NotLooked, chosen
    from .debug.session import look_inside
    from .model import NotChecked
    from .progress import progress
    from .snapshot import key

    name = container or chosen(snapshot)
    try:
        with look_inside(cluster, snapshot, name, look, _say, progress) as inside:
            status = answer(replace(snapshot, examination=inside.examination))
            if look.shell:
                try:
                    inside.shell(_kubectl_flags(access))
                except OSError as error:
                    _say(f"no shell: kubectl cannot be run ({error.strerror})")
            return status
    except NotLooked as error:
        _say(f"not looked inside: {error}")
        if error.advice:
            click.echo(error.advice, err=True)
        what = f"{key(*snapshot.target)}/inside/{name}"
        return answer(snapshot, unseen=NotChecked(what, error.brief) if name else None)


def _dry_run(cluster: Cluster, snapshot: Snapshot, container: str | None, look: Look) -> ExitStatus:
    """Print what a look inside would send, for kubectl to send it."""
    from .debug.plan import NotLooked, chosen, plan
    from .redact import MASK, clean
    from .render.structured import dump

    try:
        planned = plan(cluster, snapshot, container or chosen(snapshot), look)
    except NotLooked as error:
        return _complain(str(error))
    body = clean(planned.body)
    click.echo(f"# {planned.words}; to do it: {planned.command}\n{dump(body)}")
    if body != planned.body:
        _say(f"passwords are masked ({MASK}): put them in before you send it")
    return ExitStatus.WELL


def _clean_up(asked: Asked, access: dict[str, object]) -> ExitStatus:
    """Delete the copies that earlier runs left."""
    from .cluster import ClusterError, connect
    from .debug.cleaning import leftovers, of, remove
    from .status import name_of

    if asked.kind not in ("", "Pod") or asked.selector:
        raise click.UsageError("--cleanup takes the POD of which the copies are, or nothing for all in the namespace")
    try:
        cluster = connect(namespace=asked.namespace, **access)
        found = leftovers(cluster, cluster.namespace, asked.name)
        for copy in found:
            remove(cluster, cluster.namespace, name_of(copy))
            click.echo(_printable(f"pod {name_of(copy)} deleted, a copy of {of(copy)}"))
    except ClusterError as error:
        return _complain(str(error))
    if not found:
        _say(f"no copies{f' of {asked.name}' if asked.name else ''} in namespace {cluster.namespace}")
    return ExitStatus.WELL


def _kubectl_flags(access: dict[str, object]) -> list[str]:
    """The flags by which kubectl talks to the same cluster as the same user."""
    options = {param.name: param.opts[-1] for param in main.params}
    return [
        f"{options[name]}={one}"
        for name, value in access.items()
        if value and name != "request_timeout"
        for one in ([value] if isinstance(value, str) else value)
    ]


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


def _triage(
    namespace: str | None, everywhere: bool, selector: str, everything: bool, output: str, access: dict[str, object]
) -> ExitStatus:
    """Print what is broken in a namespace, or in all."""
    from .cluster import ClusterError, connect
    from .collect import NotFound
    from .collect.sweep import Scope, sweep
    from .diagnose import diagnose
    from .progress import progress
    from .render.triage import TRIAGE_FORMATS
    from .triage import triage

    try:
        cluster = connect(namespace=namespace, **access)
        with progress("listing pods") as tell:
            swept = sweep(cluster, Scope(None if everywhere else cluster.namespace, selector), tell)
            found = triage(swept, diagnose, everything)
    except NotFound as error:
        return _complain(f"{error}{_instead(error, [], cluster.namespace)}")
    except ClusterError as error:
        return _complain(str(error))
    text = TRIAGE_FORMATS[output](found, _paper())
    if text:
        click.echo(text)
    return _OF_STATE.get(found.state, ExitStatus.WELL)


def _check_container(pod: dict, container: str) -> None:
    from .status import listing, mapping

    spec = mapping(pod.get("spec"))
    names = [str(item.get("name")) for part in ("initContainers", "containers") for item in listing(spec.get(part))]
    if container not in names:
        raise click.UsageError(f"container {container} is not in the pod; there are: {', '.join(names)}")


def _say(message: str) -> None:
    """A line for the user beside the answer; nobody may be there any more to read it."""
    with suppress(OSError):
        click.echo(_printable(message), err=True)


def _unread() -> int:
    """Nobody reads the answer: neither will they read what Python would say of that when it ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return _BROKEN_PIPE


def _complain(message: str) -> ExitStatus:
    _say(f"error: {message}")
    return ExitStatus.COULD_NOT_LOOK


def _printable(message: str) -> str:
    from .redact import printable

    return printable(message)


def _paper():
    from .render import Paper

    terminal = sys.stdout.isatty()
    width = shutil.get_terminal_size().columns if terminal else 120
    return Paper(width=max(60, min(width, 160)), colour=terminal and not os.environ.get("NO_COLOR"))
