"""What options take that click does not know."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

# Of kubectl debug.
PROFILE_NAMES = ("general", "baseline", "restricted", "netadmin", "sysadmin")
FORMAT_NAMES = ("table", "wide", "json", "yaml", "name", "markdown", "rules")
# kubectl's formats that take a template.
_TEMPLATES = ("jsonpath", "jsonpath-file", "jsonpath-as-json", "go-template", "go-template-file", "custom-columns")
# The variable by which a shell asks click for the completion of the bare executable.
_COMPLETION = "_KUBECTL_WHY_COMPLETE"


class Plugin(click.Command):
    """A command that calls itself what its users type, whatever its file is called."""

    def main(self, args: Any = None, prog_name: str | None = None, **extra: Any) -> Any:
        # What click makes for a shell is for the executable.
        own_name = None if _COMPLETION in os.environ else self.name
        return super().main(args, prog_name or own_name, complete_var=_COMPLETION, **extra)

    def make_context(self, *args: Any, **extra: Any) -> click.Context:
        with _harmless():
            return super().make_context(*args, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        with _harmless():
            return super().invoke(ctx)


@contextmanager
def _harmless() -> Iterator[None]:
    """Within it a usage error says on one line what was typed, which a script may have from anywhere."""
    try:
        yield
    except click.ClickException as error:
        from ..redact import printable

        error.message = printable(error.message)
        raise


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
        from ..quantities import time_limit

        limit = time_limit(value)
        if limit is None:
            self.fail(f"{value} is no time: 30, 30s, 2m, 1h30m", param, ctx)
        return limit


def offers(name: str) -> Callable[[click.Context, click.Parameter, str], list[CompletionItem]]:
    """What the function of completion.py with that name finds, as click wants it."""

    def offers(context: click.Context, _: click.Parameter, typed: str) -> list[CompletionItem]:
        from click.shell_completion import CompletionItem

        from .. import completion

        # An option that still lacks its value keeps click from giving the words to their parameter.
        words = context.params.get("target") or tuple(context.args)
        found = completion.offered(getattr(completion, name), {**context.params, "target": words}, typed)
        return [CompletionItem(choice.value, choice.kind, choice.about) for choice in found]

    return offers
