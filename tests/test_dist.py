"""What is shipped: the wheel; with -m dist the archive that `make dist` has built, through real krew."""

import hashlib
import os
import platform
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest
import yaml

import kubectl_why
from tests.replay import environment
from tools import dist

ROOT = Path(__file__).parent.parent
CASE, POD = "orders-api", "orders-api-6cc546bb44-48b9h"
ARCHIVE = dist.archive_of(*dist.this_platform())


# --- the wheel ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The names in the wheel, and its metadata; built of a copy, so that nothing left in build/ gets into it."""
    source, target = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    for name in ("setup.cfg", "pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    for name in ("kubectl_why", "tests", "tools", "docs"):
        ignored = shutil.ignore_patterns("__pycache__", "cases", "logs", "flows")
        shutil.copytree(ROOT / name, source / name, ignore=ignored)
    code = f"from setuptools import build_meta; build_meta.build_wheel({str(target)!r})"
    backend = subprocess.run([sys.executable, "-c", code], cwd=source, capture_output=True, text=True)
    assert backend.returncode == 0, backend.stderr
    [path] = target.iterdir()
    with zipfile.ZipFile(path) as packed:
        [metadata] = [name for name in packed.namelist() if name.endswith("/METADATA")]
        yield packed.namelist(), packed.read(metadata).decode()


def test_the_wheel_holds_all_of_the_program_and_nothing_else(wheel):
    names, _ = wheel
    package = {
        str(path.relative_to(ROOT)) for path in (ROOT / "kubectl_why").rglob("*") if path.is_file() and path.suffix != ".pyc"
    }
    assert {name for name in names if ".dist-info/" not in name and ".data/" not in name} == package
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in names)


def test_the_wheel_has_the_version_of_the_program_and_bounds(wheel):
    _, metadata = wheel
    assert f"\nVersion: {kubectl_why.__version__}\n" in metadata
    assert f"## {kubectl_why.__version__}" in (ROOT / "CHANGELOG.md").read_text()
    for needed in re.findall(r"^Requires-Dist: (.+)$", metadata, re.MULTILINE):
        assert ">=" in needed or "==" in needed, needed


# --- krew's manifest ------------------------------------------------------------------------------------------------


def test_the_manifest_is_what_krew_wants():
    spec = yaml.safe_load(dist.manifest("https://example.invalid/why"))["spec"]
    assert spec["version"] == f"v{kubectl_why.__version__}"
    assert len(spec["shortDescription"]) <= 50
    assert all(len(line) <= 80 for line in spec["description"].splitlines())
    found = [(part["selector"]["matchLabels"]["os"], part["selector"]["matchLabels"]["arch"]) for part in spec["platforms"]]
    assert found == dist.PLATFORMS
    for part in spec["platforms"]:
        assert re.fullmatch("[0-9a-f]{64}", part["sha256"])
        assert part["uri"].endswith((".zip", ".tar.gz"))
        assert part["bin"].endswith(".exe") == ("windows" in part["uri"])


def test_a_link_by_the_name_of_completion_completes(tmp_path):
    link = tmp_path / "kubectl_complete-why"
    link.symlink_to(ROOT / "tools" / "entry.py")
    variables = environment(PYTHONPATH=str(ROOT))
    done = subprocess.run([sys.executable, link, "--kubec"], env=variables, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == ":4" and done.stdout.startswith("--kubeconfig\t")


# --- the archive ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def krew(tmp_path_factory):
    """Runs kubectl with the plugin installed by krew, in a home of its own without this environment on the PATH."""
    if not ARCHIVE.is_file():
        pytest.skip(f"{ARCHIVE} is not there: make dist builds it")
    tools = {name: shutil.which(name) for name in ("kubectl", "git", "kubectl-krew", "krew")}
    program = tools["kubectl-krew"] or tools["krew"]
    if not program or not tools["kubectl"] or not tools["git"]:
        pytest.skip("krew, kubectl or git is not on PATH: go install sigs.k8s.io/krew/cmd/krew")
    home = tmp_path_factory.mktemp("krew")
    (home / "bin").mkdir()
    (home / "bin" / "kubectl-krew").symlink_to(program)
    for name in ("kubectl", "git"):
        (home / "bin" / name).symlink_to(tools[name])
    # krew wants an index before it uninstalls: ours, as docs/krew.md lays it out
    index = home / "index"
    shutil.copytree(ROOT / "dist" / "plugins", index / "plugins")
    author = ["-c", "user.name=test", "-c", "user.email=test@example.invalid"]
    for words in (["init", "-q"], ["add", "."], [*author, "commit", "-q", "-m", "why"]):
        subprocess.run(["git", *words], cwd=index, check=True)
    path = os.pathsep.join([str(home / "root" / "bin"), str(home / "bin")])

    def run(*words: str, **variables: str) -> subprocess.CompletedProcess:
        # Neither python nor anything else is found on this PATH.
        own = {"HOME": str(home), "PATH": path, "KREW_ROOT": str(home / "root"), "KREW_DEFAULT_INDEX_URI": str(index)}
        own["KREW_NO_UPGRADE_CHECK"] = "1"
        command = [str(home / "bin" / "kubectl"), *words]
        return subprocess.run(command, env={**own, **variables}, capture_output=True, text=True, timeout=120)

    run.home = home
    return run


@pytest.mark.dist
def test_krew_round_trip(krew, replay, figures):
    done = krew("krew", "update")
    assert done.returncode == 0, done.stderr
    assert re.search("^why .* no", krew("krew", "search").stdout, re.MULTILINE)

    manifest = ROOT / "dist" / "krew-manifest.yaml"
    done = krew("krew", "install", f"--manifest={manifest}", f"--archive={ARCHIVE}")
    assert done.returncode == 0, done.stderr
    assert "CAVEATS" not in done.stderr

    assert krew("why", "--version").stdout.split()[-1] == kubectl_why.__version__
    assert "\nWHY " in krew("why", "--demo").stdout
    config = replay.kubeconfig(CASE)
    verdict = krew("why", POD, "-n", CASE, KUBECONFIG=config)
    assert (verdict.returncode, verdict.stderr) == (1, "")
    assert "missing-env-var, likely" in verdict.stdout
    for words in (["--alerts"], ["--causes"], ["--explain", "OOMKilled"]):
        done = krew("why", *words)
        assert (done.returncode, done.stderr) == (0, "") and done.stdout

    # as docs/krew.md says
    link = krew.home / "root" / "bin" / "kubectl_complete-why"
    link.symlink_to("kubectl-why")
    assert POD in krew("__complete", "why", "ord", KUBECONFIG=config).stdout
    link.unlink()

    assert krew("krew", "uninstall", "why").returncode == 0
    root = krew.home / "root"
    left = [path for path in root.rglob("*") if "why" in path.name and root / "index" not in path.parents]
    assert left == []
    figures["MB in the archive"] = round(ARCHIVE.stat().st_size / 1e6)


@pytest.mark.dist
def test_the_manifest_passes_krews_own_validation():
    program = shutil.which("validate-krew-manifest")
    if not program:
        pytest.skip("it is not on PATH: go install sigs.k8s.io/krew/cmd/validate-krew-manifest")
    if not ARCHIVE.is_file():
        pytest.skip(f"{ARCHIVE} is not there: make dist builds it")
    # -skip-install: the archives of the other platforms are not there
    command = [program, "-manifest", str(ROOT / "dist" / "plugins" / "why.yaml"), "-skip-install"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


@pytest.mark.dist
def test_the_archive(tmp_path):
    if not ARCHIVE.is_file():
        pytest.skip(f"{ARCHIVE} is not there: make dist builds it")
    assert ARCHIVE.stat().st_size <= 30e6
    manifest = yaml.safe_load((ROOT / "dist" / "krew-manifest.yaml").read_text())
    sums = {Path(part["uri"]).name: part["sha256"] for part in manifest["spec"]["platforms"]}
    assert sums[ARCHIVE.name] == hashlib.sha256(ARCHIVE.read_bytes()).hexdigest()
    shutil.unpack_archive(ARCHIVE, tmp_path)
    names = [path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()]
    wanted = {"LICENSE", "licenses/python/LICENSE.txt", "licenses/click/LICENSE.txt"}
    assert {f"kubectl-why/{name}" for name in wanted} <= {*names}
    unneeded = re.compile(r"kubernetes/(client/(api|models)/|dynamic|watch|stream)|/tests?/|pytest")
    assert not [name for name in names if unneeded.search(name)]
    assert (ROOT / "dist" / "plugins" / "why.yaml").read_bytes() == (ROOT / "dist" / "krew-manifest.yaml").read_bytes()


# What an executable of Linux may expect of the system: the loader and the parts of glibc.
OF_GLIBC = {"ld-linux-x86-64.so.2", "ld-linux-aarch64.so.1", "libc.so.6", "libm.so.6", "libdl.so.2", "libpthread.so.0"}
OF_GLIBC |= {"librt.so.1", "libutil.so.1", "libresolv.so.2"}


@pytest.mark.dist
@pytest.mark.skipif(platform.system() != "Linux", reason="objdump knows the libraries of Linux")
def test_of_the_system_the_archive_needs_glibc_only(tmp_path):
    if not ARCHIVE.is_file():
        pytest.skip(f"{ARCHIVE} is not there: make dist builds it")
    shutil.unpack_archive(ARCHIVE, tmp_path)
    program = tmp_path / "kubectl-why" / "kubectl-why"
    natives = [program, *(path for path in tmp_path.rglob("*") if ".so" in path.suffixes)]
    needed = {}
    for path in natives:
        headers = subprocess.run(["objdump", "-p", path], capture_output=True, text=True, check=True).stdout
        needed[path] = re.findall(r"^ +NEEDED +(\S+)$", headers, re.MULTILINE)
        if path == program:
            assert re.search(r"^ +RUNPATH +\$ORIGIN/_internal$", headers, re.MULTILINE)
    here = {path.name for path in natives}
    lacking = {path.name: names for path, every in needed.items() if (names := {*every} - here - OF_GLIBC)}
    assert needed[program] and lacking == {}


@pytest.mark.dist
@pytest.mark.skipif(platform.system() != "Linux", reason="LD_LIBRARY_PATH is of Linux")
def test_programs_that_it_runs_get_the_users_library_path(tmp_path):
    """A login plugin is to find the system's libraries, not those of the archive."""
    if not ARCHIVE.is_file():
        pytest.skip(f"{ARCHIVE} is not there: make dist builds it")
    with tarfile.open(ARCHIVE) as packed:
        packed.extractall(tmp_path, filter="data")
    plugin, seen = tmp_path / "plugin", tmp_path / "seen"
    plugin.write_text(f'#!/bin/sh\necho "${{LD_LIBRARY_PATH-none}}" >> {seen}\nexit 1\n')
    plugin.chmod(0o755)
    user = {"exec": {"apiVersion": "client.authentication.k8s.io/v1", "command": str(plugin), "interactiveMode": "Never"}}
    config = {
        "clusters": [{"name": "c", "cluster": {"server": "https://127.0.0.1:9"}}],
        "users": [{"name": "u", "user": user}],
        "contexts": [{"name": "c", "context": {"cluster": "c", "user": "u"}}],
        "current-context": "c",
    }
    (tmp_path / "config").write_text(yaml.safe_dump(config))
    for variables in ({}, {"LD_LIBRARY_PATH": "/mine"}):
        command = [tmp_path / "kubectl-why" / "kubectl-why", "pod", "--kubeconfig", tmp_path / "config"]
        assert subprocess.run(command, env=variables, capture_output=True).returncode == 4
    assert {*seen.read_text().split()} == {"none", "/mine"}
