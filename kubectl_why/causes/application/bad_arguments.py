from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ... import names
from ...model import Confidence, Finding, Remedy, now, proper
from .. import cause
from ..loglines import said
from ..loglines.signs import Telling
from . import Said, exit_code, said_by_pod
from .peers import GENERAL

if TYPE_CHECKING:
    from ...facts import Container, Facts

_USAGE_LINE = r"^\s*(?:[│|]\s*)?(?:-\w,? +)?(?P<flag>--?[A-Za-z][\w.-]*)"
_SUGGESTED = (
    r"(?i)did you mean: (?:[\w.-]+ )+(?P<last>[\w.-]+)\?"
    r"|did you mean(?: one of)?:? ['\"`]?(?:\w+ run )?(?P<name>[^\s'\"`?]+)"
    r"|similar (?:argument|option|command|subcommand) exists: ['\"`](?P<similar>[^'\"`]+)"
)
_REQUIRED = (
    r"(?i)required|missing|not (?:enough|specified|set|provided)|too few|needs an argument|requires an argument"
    r"|expected one argument"
)
_VALUE = (
    r"(?i)(?:invalid|not a valid) (?:boolean )?value|couldn't convert|invalid argument \S+ for|error: argument \S+:"
    r"|Invalid value for|heap size|Improperly specified"
)


@cause(explains=GENERAL)
def bad_arguments(facts: Facts) -> Iterator[Finding]:
    """The process rejects its command line: an unknown flag or command, a value that a flag does not take, one too few.

    It says so, mostly prints how it wants to be called, and ends: with 2 in Go and Python, 1 elsewhere. The words are
    looked for in the pod's command and args, and in variables such as JAVA_TOOL_OPTIONS and NODE_OPTIONS. A command that
    does not exist at all is command-not-found; a setting in a file or a variable that is rejected is invalid-configuration.

    Fix: correct the argument; the usage in the log, or the program's --help, has those that it takes.
    """
    for container, line in said(facts, "bad-arguments"):
        word = line["flag"] or line["argument"] or line["jar"]
        told = next(_told(facts, container, word, line["value"]), None)
        near, sure = _meant(line, word)
        message = _problem(line, word)
        if near:
            message += f": did you mean {near}?"
        elif line["flag"].startswith("-") and message.endswith("known") and (known := _known(line)):
            message += f": it takes {', '.join(known[:6])}"
        yield Finding(
            message,
            Confidence.LIKELY if told else Confidence.POSSIBLE,
            container.name,
            (*line.evidence(facts), *((told.evidence,) if told else exit_code(facts, container))),
            tuple(_remedies(facts, container, word, told, near, sure)),
        )


def _problem(line: Telling, word: str) -> str:
    kind = "flag" if line["flag"].startswith("-") else "argument"
    if line["module"]:
        return f"{line['module']} has no attribute {word or 'that is an application'}"
    if line["jar"] and "corrupt" in line.text:
        return f"{word} is no jar, or only a part of one"
    if line["jar"]:
        return f"{word} does not say in its manifest which class to run"
    if "Main method" in line.text:
        return f"class {word} has no main method"
    if re.search("(?i)missing script|script not found", line.text):
        return f"package.json has no script {word}"
    if not word:
        return f"the command line is not what it takes: {line.text.strip()[:120]}"
    if line["value"] or re.search(_VALUE, line.text):
        return f"{kind} {word} does not take {'the value ' + line['value'] if line['value'] else 'its value'}" + (
            f" ({line['why'].strip()})" if line["why"] else ""
        )
    # clap lists what is required below the line that says so.
    if re.search(_REQUIRED, " ".join(line.log.lines[max(0, line.index - 1) : line.index + 1])):
        return f"{kind} {word} is required, or lacks its value"
    return f"{'command' if line['argument'] else kind} {word} is not known"


def _told(facts: Facts, container: Container, word: str, value: str) -> Iterator[Said]:
    """Where the pod gives the argument that is rejected."""
    for text in filter(None, (word, word.lstrip("-") and f"-{word.lstrip('-')}" if word.startswith("-") else "", value)):
        yield from said_by_pod(facts, container, text)


def _known(line: Telling) -> list[str]:
    """The flags of the usage that the log has."""
    flags = [match["flag"] for text in line.log.lines if (match := re.match(_USAGE_LINE, text))]
    return list(dict.fromkeys(flag for flag in flags if flag not in ("-h", "--help", "-help")))


def _meant(line: Telling, word: str) -> tuple[str, bool]:
    """What was meant, and whether that is sure: what the program itself proposes, or a flag of its usage that is near.

    One that alone shares the first part is only a guess. Empty where nothing is near.
    """
    for text in line.log.lines[line.index : line.index + 4] if word else ():
        if match := re.search(_SUGGESTED, text):
            return (match["last"] or match["name"] or match["similar"]).rstrip(".,").partition("=")[0], True
    if not word.startswith("-"):
        return "", False
    known = {flag.lstrip("-"): flag for flag in _known(line)}
    bare = word.lstrip("-")
    if bare in known:
        return "", False
    near = names.nearest(bare, known)
    if near:
        return known[near], True
    alike = [flag for name, flag in known.items() if re.split(r"[.-]", name)[0] == re.split(r"[.-]", bare)[0]]
    return (alike[0], False) if len(alike) == 1 else ("", False)


def _remedies(facts: Facts, container: Container, word: str, told: Said | None, near: str, sure: bool) -> Iterator[Remedy]:
    where = f"variable {told.variable}" if told and told.variable else f"the arguments of container {container.name}"
    name = word.partition("=")[0]
    if told and sure and not told.variable:
        # The flag as the pod writes it may have one dash more.
        part = "args" if ".args[" in told.evidence.field_path else "command"
        old = re.compile(rf"(?:(?<![\w.-])|(?<=-)){re.escape(name.lstrip('-'))}(?![\w.-])")
        words = [old.sub(near.lstrip("-"), str(item), count=1) for item in container.spec[part]]
        command = facts.patch_command({container.part: [{"name": container.name, part: words}]})
        if command and words != container.spec[part]:
            yield now(command=command)
    change = f"write {near} instead of {name} in" if near and word else f"correct {word} in" if word else "correct"
    yield proper(facts.change(f"{change} {where}"))
