"""The manual page, as roff, from the command's own parameters and the causes: docs/man/kubectl-why.1."""

import textwrap

import click

from kubectl_why import __version__
from kubectl_why.causes import STAGES, all_causes
from kubectl_why.cli import ExitStatus, main

EXAMPLES = {
    "kubectl why": "each broken workload of the namespace, worst first",
    "kubectl why deploy/shop -n prod": "the worst pod of a Deployment, or why it has none",
    "kubectl why POD --sleep": "look into a copy of a pod that does not stay up",
    "kubectl apply -f app.yaml && kubectl why deploy/app --wait 2m": "in a pipeline: wait until all is well, or say why not",
    "kubectl get pod,events,replicaset -o json | kubectl why -f -": "from what somebody else has printed",
    "kubectl why --explain 137": "what an exit code means",
}
ENVIRONMENT = {
    "KUBECONFIG": "The kubeconfig files, as for kubectl.",
    "KUBECTL_WHY_IMAGE": "The image that brings the tools of --debug and --sleep.",
    "NO_COLOR": "No colours, whatever its value.",
}
STATUSES = {
    ExitStatus.WELL: "nothing is wrong: healthy, starting, completed",
    ExitStatus.CAUSE_FOUND: "a cause was found",
    ExitStatus.USAGE: "usage",
    ExitStatus.UNKNOWN: "it fails, and the cause is unknown",
    ExitStatus.COULD_NOT_LOOK: "could not look: no cluster, not found, forbidden",
}


def page() -> str:
    """The whole page."""
    about, _, target = (main.help or "").partition("\n\n")
    lines = [
        f'.TH KUBECTL-WHY 1 "" "kubectl-why {__version__}" "User Commands"',
        *(".SH NAME", f"kubectl-why \\- {plain(about.rstrip('.').lower())}"),
        *(".SH SYNOPSIS", ".B kubectl why", "[OPTIONS] [POD | TYPE/NAME]"),
        *(".SH DESCRIPTION", plain(target)),
        ".SH OPTIONS",
    ]
    for option in (param for param in main.get_params(click.Context(main)) if isinstance(param, click.Option)):
        value = (
            ""
            if option.is_flag
            else f" \\fI{plain(option.metavar or ' | '.join(choices(option)) or option_value(option))}\\fR"
        )
        lines += [".TP", ", ".join(f"\\fB{plain(name)}\\fR" for name in option.opts) + value, plain(option.help or "")]
    lines += [".SH EXIT STATUS", *rows({str(int(status)): STATUSES[status] for status in ExitStatus})]
    lines += [".SH ENVIRONMENT", *rows(ENVIRONMENT)]
    lines += [".SH EXAMPLES", *rows(EXAMPLES)]
    lines += [".SH CAUSES", "kubectl why --explain CAUSE tells more of each.".replace("-", "\\-")]
    for family in STAGES:
        causes = {c.id: c.doc.strip().splitlines()[0] for c in all_causes() if c.family == family and not c.is_symptom}
        lines += [f".SS {plain(family)}", *rows(causes)] if causes else []
    lines += [".SH SEE ALSO", ".BR kubectl (1)"]
    return "\n".join(lines) + "\n"


def choices(option: click.Option) -> list[str]:
    return list(getattr(option.type, "choices", ()))


def option_value(option: click.Option) -> str:
    return option.type.name.upper()


def rows(about: dict[str, str]) -> list[str]:
    return [line for word, text in about.items() for line in (".TP", f"\\fB{plain(word)}\\fR", plain(text))]


def plain(text: str) -> str:
    """Text in which roff sees nothing of its own."""
    text = " ".join(textwrap.dedent(text).split()).replace("\\", "\\e").replace("-", "\\-")
    return f"\\&{text}" if text[:1] in ".'" else text
