"""The recorded cases: one loader for this project's own (tests/cases) and for recordings as they were handed over."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timezone
from functools import cached_property
from pathlib import Path

import yaml


def load_yaml(text: str) -> dict:
    """What the YAML says; by libyaml where PyYAML has it, for there are many cases."""
    return yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def find_cases(folders: Iterable[str | Path]) -> Iterator["Case"]:
    """The cases in the folders: a folder may be a case, or hold cases at any depth."""
    for folder in folders:
        found = sorted(Path(folder).resolve().rglob("case.yaml"))
        if not found:
            raise FileNotFoundError(f"no case in {folder}")
        yield from (Case(file.parent) for file in found)


@dataclass(frozen=True)
class Case:
    """A recorded case: case.yaml (what it is), objects.json (the API objects) and logs/POD/CONTAINER[.previous].log."""

    folder: Path
    fixed = True
    """It never changes, so that an answer is made once, and there is nothing to watch."""

    @property
    def name(self) -> str:
        return self.folder.name

    @cached_property
    def about(self) -> dict:
        """case.yaml: title, target, target_pods, truth, recorded."""
        return load_yaml((self.folder / "case.yaml").read_text())

    @property
    def namespace(self) -> str:
        return self.about["recorded"]["namespace"]

    @cached_property
    def now(self) -> datetime:
        """The time of the recording."""
        return datetime.strptime(self.about["recorded"]["at"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=timezone.utc)

    @cached_property
    def objects(self) -> dict[str, list[dict]]:
        """group/version/resource -> the objects, as the server listed them."""
        return json.loads((self.folder / "objects.json").read_text())

    @cached_property
    def resource_version(self) -> str:
        return str(max(int(item["metadata"]["resourceVersion"]) for items in self.objects.values() for item in items))

    def log(self, pod: str, container: str, previous: bool) -> bytes | None:
        """The log with its timestamps, or None where the server refused it."""
        file = self.folder / "logs" / pod / f"{container}{'.previous' if previous else ''}.log"
        return file.read_bytes() if file.is_file() else None
