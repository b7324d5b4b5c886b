"""The catalogue of causes: how one is declared, and all of them, found by walking this package.

A cause is a generator function that yields Findings and reads only through `facts`. Its name is its id (with dashes), the
name of its file, and the name of its folder of cases; its folder is its family; its docstring is its manual page.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING

from ..model import Cause, Finding

if TYPE_CHECKING:
    from ..facts import Facts

STAGES = (
    "creation",
    "scheduling",
    "volumes",
    "image",
    "config",
    "start",
    "lifecycle",
    "memory-and-disk",
    "signals",
    "probes",
    "application",
    "dependencies",
    "changes",
    "symptoms",
)
"""The families in the order in which a pod comes to them."""


def cause(
    *, explains: Iterable[Cause] = (), behind: Iterable[Cause] = (), id: str = ""
) -> Callable[[Callable[[Facts], Iterator[Finding]]], Cause]:
    """Declare the decorated function as a cause.

    explains: causes and symptoms whose findings about the same container, or the whole pod, go under this one's.
    behind: causes under which this one's findings stand as BECAUSE; it is then never a verdict by itself.
    """

    def declare(find: Callable[[Facts], Iterator[Finding]]) -> Cause:
        family = find.__module__.removeprefix(__name__ + ".").partition(".")[0].replace("_", "-")
        name = id or find.__name__.replace("_", "-")
        return Cause(name, family, find, tuple(explains), tuple(behind), find.__doc__ or "")

    return declare


@cache
def family(name: str) -> tuple[Cause, ...]:
    """The causes of one family, in the order of their ids. ImportError where there is no such family."""
    package = importlib.import_module(f"{__name__}.{name.replace('-', '_')}")
    modules = [package]
    for info in pkgutil.walk_packages(getattr(package, "__path__", ()), package.__name__ + "."):
        modules.append(importlib.import_module(info.name))
    found = {value.id: value for module in modules for value in vars(module).values() if isinstance(value, Cause)}
    return tuple(sorted((c for c in found.values() if c.family == name), key=lambda item: item.id))


@cache
def all_causes() -> tuple[Cause, ...]:
    """Every cause and symptom, in the order of the stages and then of their ids."""
    return tuple(item for stage in STAGES for item in family(stage))
