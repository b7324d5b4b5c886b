"""What is done with what was asked, a function each: connect, collect, diagnose, print. Each imports what it needs."""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, NoReturn

import click

from ..names import nearest
from .asked import Asked
from .speaking import ExitStatus, complain, paper, say, status_of

if TYPE_CHECKING:
    from ..cluster import Cluster
    from ..collect import NotFound, Target
    from ..debug import Look
    from ..debug.session import Inside
    from ..files import Recorded
    from ..model import Diagnosis, NotChecked
    from ..snapshot import Snapshot
    from ..watching import Seen

# What stands between two answers of --watch.
_BETWEEN = {"name": "", "yaml": "---\n"}


def why(
    asked: Asked,
    filename: str | None,
    save: str | None,
    demo: bool,
    look: Look | None,
    container: str | None,
    output: str,
    access: dict[str, object],
) -> ExitStatus:
    """Print the diagnosis of one target: of a cluster, a file, or the demonstration; with what is seen inside."""
    from ..cluster import ClusterError

    answer = partial(_answer, container, save, output)
    if demo or filename:
        from .. import files
    try:
        if demo:
            snapshot = files.demo()
        elif filename:
            contents = files.read(filename)
            one = asked.name or save or container
            if not one and isinstance(contents, files.Recorded) and contents.several(asked.namespace):
                only = contents.namespaces[0] if len(contents.namespaces) == 1 else None
                return _triaged(contents, asked.namespace or only, asked.selector, True, output)
            snapshot = _of_file(contents, asked)
        else:
            cluster, snapshot = _of_cluster(asked, access)
            answer = partial(answer, access=cluster.access)
        if container:
            _check_container(snapshot.pod or {}, container)
        if look and look.dry_run:
            return _dry_run(cluster, snapshot, container, look)
        if look:
            return _look_inside(cluster, snapshot, container, look, answer)
        return answer(snapshot)
    except ClusterError as error:
        return complain(str(error))


def triage(
    namespace: str | None, everywhere: bool, selector: str, everything: bool, output: str, access: dict[str, object]
) -> ExitStatus:
    """Print what is broken in a namespace, or in all."""
    from ..cluster import ClusterError, connect

    try:
        cluster = connect(namespace=namespace, **access)
        return _triaged(cluster, None if everywhere else cluster.namespace, selector, everything, output)
    except ClusterError as error:
        return complain(str(error))


def _triaged(cluster: Cluster | Recorded, namespace: str | None, selector: str, everything: bool, output: str) -> ExitStatus:
    from ..collect import NotFound
    from ..collect.sweep import Scope, sweep
    from ..diagnose import diagnose
    from ..progress import progress
    from ..render.triage import TRIAGE_FORMATS
    from ..triage import triage as triage_of

    try:
        with progress("listing pods") as tell:
            swept = sweep(cluster, Scope(namespace, selector), tell)
            found = triage_of(swept, diagnose, everything)
    except NotFound as error:
        return complain(f"{error}{_instead(error, [], namespace or '')}")
    text = TRIAGE_FORMATS[output](found, paper())
    if text:
        click.echo(text)
    return status_of(found.state)


def watch(asked: Asked, container: str | None, output: str, access: dict[str, object]) -> ExitStatus:
    """Print the diagnosis again on every change, until the target is gone or over."""
    return _followed(partial(_draw, container=container, output=output), asked, access)


def wait(asked: Asked, container: str | None, output: str, limit: float, access: dict[str, object]) -> ExitStatus:
    """Print the diagnosis when the target is well, or never will be, or `limit` seconds are over."""
    return _followed(partial(_await, container=container, output=output, limit=limit), asked, access)


def _followed(follow: Callable[[Cluster, Target], ExitStatus], asked: Asked, access: dict[str, object]) -> ExitStatus:
    from ..cluster import ClusterError, connect
    from ..collect import NotFound

    try:
        cluster = connect(namespace=asked.namespace, **access)
        return follow(cluster, _target(cluster, asked._replace(namespace=cluster.namespace)))
    except NotFound as error:
        return complain(f"{error}{_instead(error, [], asked.name)}")
    except ClusterError as error:
        return complain(str(error))


def _draw(cluster: Cluster, target: Target, container: str | None, output: str) -> ExitStatus:
    from ..screen import Screen
    from ..watching import draw, print_changes

    _take_signals()
    render = partial(_rendered, output=output)
    following = _looks(cluster, target, container, patient=False)
    if sys.stdout.isatty() and os.environ.get("TERM") != "dumb":
        with closing(Screen(partial(click.echo, nl=False), shutil.get_terminal_size)) as screen:
            last = draw(following, render, screen)
    else:
        last = print_changes(following, render, click.echo, _BETWEEN.get(output, "\n"), say)
    if last.error:
        raise last.error
    return status_of(last.diagnosis.state)


def _await(cluster: Cluster, target: Target, container: str | None, output: str, limit: float) -> ExitStatus:
    from ..outcome import State
    from ..progress import progress
    from ..render.table import duration
    from ..watching import wait as wait_for

    _take_signals()
    with progress(_word(target)) as tell:
        following = _looks(cluster, target, container, patient=True)
        look, how = wait_for(following, target, limit, lambda words: tell(f"{_word(target)}: {words}"))
    if look.diagnosis:
        click.echo(_rendered(look.diagnosis, output))
    if look.error:
        raise look.error
    if how.state is State.DONE:
        return ExitStatus.WELL
    say(how.words if how.state is State.FINAL else f"not well in {duration(limit)}: {how.words}")
    return status_of(look.diagnosis.state) or ExitStatus.CAUSE_FOUND


def _looks(cluster: Cluster, target: Target, container: str | None, patient: bool) -> Iterator[Seen | None]:
    from ..watching import looks

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


def _look_inside(
    cluster: Cluster,
    snapshot: Snapshot,
    container: str | None,
    look: Look,
    answer: Callable[..., ExitStatus],
) -> ExitStatus:
    """Answer with what is seen inside; where nobody could look, say why, and answer without."""
    from ..debug.plan import NotLooked, chosen
    from ..debug.session import look_inside
    from ..model import NotChecked
    from ..progress import progress
    from ..snapshot import key

    def with_what_is_seen(inside: Inside) -> ExitStatus:
        status = answer(replace(snapshot, examination=inside.examination))
        if look.shell:
            try:
                inside.shell()
            except OSError as error:
                say(f"no shell: kubectl cannot be run ({error.strerror})")
        return status

    name = container or chosen(snapshot)
    try:
        return look_inside(cluster, snapshot, name, look, say, progress, with_what_is_seen)
    except NotLooked as error:
        say(f"not looked inside: {error}")
        if error.advice:
            click.echo(error.advice, err=True)
        what = f"{key(*snapshot.target)}/inside/{name}"
        return answer(snapshot, unseen=NotChecked(what, error.brief) if name else None)


def _dry_run(cluster: Cluster, snapshot: Snapshot, container: str | None, look: Look) -> ExitStatus:
    """Print what a look inside would send, for kubectl to send it."""
    from ..debug.plan import NotLooked, chosen, plan
    from ..redact import MASK, masks, printable
    from ..render.structured import dump

    try:
        planned = plan(cluster, snapshot, container or chosen(snapshot), look)
    except NotLooked as error:
        return complain(str(error))
    lines = [f"{planned.words}; to do it: {planned.command(cluster.access)}"]
    if masked := list(masks(planned.body)):
        lines.append(f"masked ({MASK}), to be filled in before it is sent: {', '.join(masked)}")
    click.echo("\n".join([*(f"# {printable(line)}" for line in lines), dump(planned.body)]))
    return ExitStatus.WELL


def clean_up(asked: Asked, access: dict[str, object]) -> ExitStatus:
    """Delete the copies that earlier runs left."""
    from ..cluster import ClusterError, connect
    from ..debug.cleaning import leftovers, of, remove
    from ..redact import printable
    from ..status import name_of

    if asked.kind not in ("", "Pod") or asked.selector:
        raise click.UsageError("--cleanup takes the POD of which the copies are, or nothing for all in the namespace")
    try:
        cluster = connect(namespace=asked.namespace, **access)
        found = leftovers(cluster, cluster.namespace, asked.name)
        for copy in found:
            remove(cluster, cluster.namespace, name_of(copy))
            click.echo(printable(f"pod {name_of(copy)} deleted, a copy of {of(copy)}"))
    except ClusterError as error:
        return complain(str(error))
    if not found:
        say(f"no copies{f' of {asked.name}' if asked.name else ''} in namespace {cluster.namespace}")
    return ExitStatus.WELL


def manual(word: str | None, output: str) -> None:
    """Print what a word means, or every cause where there is no word."""
    from ..manual import catalogue, meant, pages
    from ..render.manual import CATALOGUE_FORMATS, MANUAL_FORMATS

    found = catalogue() if word is None else pages(word)
    if not found:
        near = meant(word)
        hint = f"did you mean {near}?" if near else "the causes are listed by --causes"
        raise click.UsageError(f"{word}: {hint}")
    click.echo((CATALOGUE_FORMATS if word is None else MANUAL_FORMATS)[output](found, paper()))


def alerts(output: str) -> None:
    """Print the rules for Prometheus."""
    from ..alerts import FORMATS

    if output not in FORMATS:
        raise click.UsageError(f"--alerts has no -o {output}: {', '.join(FORMATS)}")
    click.echo(FORMATS[output]())


def _of_cluster(asked: Asked, access: dict[str, object]) -> tuple[Cluster, Snapshot]:
    """What is asked about, as the cluster knows it."""
    from concurrent.futures import ThreadPoolExecutor

    from ..cluster import connect

    cluster = connect(namespace=asked.namespace, **access)
    with ThreadPoolExecutor(1) as meanwhile:
        meanwhile.submit(_get_ready)
        return cluster, _collected(cluster, asked._replace(namespace=cluster.namespace))


def _get_ready() -> None:
    """Import what the answer will need, while the cluster is asked: the one takes as long as the other."""
    from .. import diagnose, render  # noqa: F401
    from ..causes import all_causes

    all_causes()


def _of_file(contents: Snapshot | Recorded, asked: Asked) -> Snapshot:
    """What is asked about, as a file knows it: without a name, the worst that it knows."""
    from ..files import Recorded, Unusable, within

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
    from ..cluster import ClusterError
    from ..collect import NotFound, Target, collect, meant

    target = Target(asked.kind, asked.namespace or "", asked.name, asked.selector)
    try:
        return collect(cluster, target)
    except NotFound as error:
        found = meant(cluster, target) if asked.is_bare else []
        if len(found) == 1:
            say(f"{error}; taken for {_word(found[0])}")
            return collect(cluster, found[0])
        raise ClusterError(f"{error}{_instead(error, found, asked.name)}") from None


def _target(cluster: Cluster, asked: Asked) -> Target:
    """What to follow. A name that is no pod's now is taken for what it means now; else a pod of that name may come."""
    from ..cluster import Absent, ClusterError
    from ..collect import Target, meant
    from ..resources import path_of

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
            say(f"{error}; taken for {_word(found[0])}")
        return found[0] if found else target


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
    container: str | None,
    save: str | None,
    output: str,
    snapshot: Snapshot,
    unseen: NotChecked | None = None,
    access: Sequence[str] = (),
) -> ExitStatus:
    """Save the snapshot, where that is wished, and print its diagnosis; `unseen` is why nobody looked inside."""
    from ..diagnose import diagnose

    if save:
        from .. import files

        files.save(snapshot, save)
        if save != "-":
            say(f"saved, without the values of Secrets: {save}; look through it before you pass it on")
    diagnosis = diagnose(snapshot, container, access)
    if unseen:
        diagnosis = diagnosis._replace(not_checked=(*diagnosis.not_checked, unseen))
    if save != "-":
        click.echo(_rendered(diagnosis, output))
    return status_of(diagnosis.state)


def _rendered(diagnosis: Diagnosis, output: str) -> str:
    from ..render import FORMATS

    return FORMATS[output](diagnosis, paper())


def _check_container(pod: dict, container: str) -> None:
    from ..status import listing, mapping

    spec = mapping(pod.get("spec"))
    names = [str(item.get("name")) for part in ("initContainers", "containers") for item in listing(spec.get(part))]
    if container not in names:
        raise click.UsageError(f"container {container} is not in the pod; there are: {', '.join(names)}")
