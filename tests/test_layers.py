"""Who may import whom (ARCHITECTURE.md): facts in, verdicts out, and each outside library in one place."""

import ast
from functools import cache
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "kubectl_why"
MODULES = sorted(PACKAGE.rglob("*.py"))

# Each layer may import those before it. What stands beside the line is imported by few, and listed below.
LINE = [
    *("model", "examination", "snapshot", "facts", "causes"),
    *("siblings", "headline", "looked", "diagnose", "triage", "outcome", "manual", "render", "cli"),
]
# Pure helpers without knowledge of their own users: whoever needs them may import them.
PURE = {"status", "nodes", "names", "reasons", "redact", "resources", "quantities", "hosts", "labels", "exits", "remarks"}
PURE |= {"workloads", "screen", "rollouts", "credentials", "commands", "admission"}
ONLY_CLI = {"cluster", "collect", "completion", "debug", "files", "watching"}
OUTSIDE = {
    "click": {"cli"},
    "tabulate": {"render"},
    "yaml": {"alerts", "render", "cluster", "files"},
    "kubernetes": {"cluster"},
    "urllib3": {"cluster"},
}
# What would let a cause do something but think.
IMPURE = {
    "os",
    "io",
    "socket",
    "subprocess",
    "pathlib",
    "urllib",
    "http",
    "time",
    "threading",
    "asyncio",
    "random",
    "tempfile",
}


def layer(path: Path) -> str:
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return parts[0] if parts[0] != "__init__" else ""


@cache
def imports(path: Path, runtime_only: bool = True) -> frozenset[str]:
    """Absolute names of everything that the module imports, but for what only the type checker sees."""
    package = ("kubectl_why", *path.relative_to(PACKAGE).parent.parts)
    found = set()
    tree = ast.parse(path.read_text())
    typing_only = {
        id(node)
        for block in ast.walk(tree)
        if isinstance(block, ast.If) and "TYPE_CHECKING" in ast.dump(block.test)
        for node in ast.walk(block)
    }
    for node in ast.walk(tree):
        if runtime_only and id(node) in typing_only:
            continue
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package[: len(package) - node.level + 1]) if node.level else ""
            module = ".".join(part for part in (base, node.module) if part)
            found |= {module} | {f"{module}.{alias.name}" for alias in node.names}
    return frozenset(found)


def own_layers(path: Path) -> set[str]:
    names = {name.split(".")[1] for name in imports(path) if name.startswith("kubectl_why.")}
    return {name for name in names if (PACKAGE / name).is_dir() or (PACKAGE / f"{name}.py").is_file()}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_only_from_layers_before(path):
    here, there = layer(path), own_layers(path) - {layer(path)}
    if here in LINE and here != "cli":
        assert there <= set(LINE[: LINE.index(here)]) | PURE
    elif here in PURE:
        assert there <= PURE | {"snapshot"}
    elif here == "debug":
        assert there <= {"cluster", *LINE[: LINE.index("diagnose") + 1], *PURE}
    elif here == "collect":
        assert there <= {"cluster", "snapshot", *PURE}
    elif here == "files":
        assert there <= {"cluster", "snapshot", "facts", *PURE}
    elif here == "watching":
        assert there <= {"cluster", "collect", "snapshot", "model", "diagnose", "outcome", *PURE}
    elif here == "cluster":
        assert there <= PURE
    elif here == "__main__":
        assert there == {"cli"}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_outside_libraries_have_one_home(path):
    for library, homes in OUTSIDE.items():
        if any(name.split(".")[0] == library for name in imports(path, runtime_only=False)):
            assert layer(path) in homes


@pytest.mark.parametrize("path", sorted((PACKAGE / "causes").rglob("*.py")), ids=lambda path: path.stem)
def test_causes_do_no_io_and_know_no_clock(path):
    assert not {name.split(".")[0] for name in imports(path)} & IMPURE
    source = path.read_text()
    for word in ("open(", "print(", "datetime.now", "utcnow", "today()", "input("):
        assert word not in source or f'"{word}' in source or f"'{word}" in source


@pytest.mark.parametrize("name", ["builders", "privileges", "questions", "volumes"])
def test_what_is_built_for_a_look_inside_is_built_without_one(name):
    path = PACKAGE / "debug" / f"{name}.py"
    assert not {module.split(".")[0] for module in imports(path)} & IMPURE
    assert "cluster" not in own_layers(path)


def test_only_cli_collects():
    for path in MODULES:
        if layer(path) not in {"cli", *ONLY_CLI}:
            assert not own_layers(path) & ONLY_CLI


def test_only_cli_ends_the_process():
    for path in MODULES:
        if layer(path) != "cli":
            assert "sys.exit" not in path.read_text()
