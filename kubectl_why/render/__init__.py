"""How a diagnosis is printed: one function a format."""

from collections.abc import Callable

from ..model import Diagnosis
from .markdown import as_markdown
from .structured import as_json, as_name, as_yaml
from .table import Paper, as_table

FORMATS: dict[str, Callable[[Diagnosis, Paper], str]] = {
    "table": as_table,
    "wide": lambda diagnosis, paper: as_table(diagnosis, paper._replace(wide=True)),
    "json": lambda diagnosis, _: as_json(diagnosis),
    "yaml": lambda diagnosis, _: as_yaml(diagnosis),
    "name": lambda diagnosis, _: as_name(diagnosis),
    "markdown": as_markdown,
}

__all__ = ["FORMATS", "Paper"]
