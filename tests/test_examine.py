"""examine.sh really run: under busybox ash with nothing but its busybox, and under dash with the tools of PATH."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import socket
import struct
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from kubectl_why import examination

SCRIPT = (Path(examination.__file__).parent / "debug" / "examine.sh").read_text()
BUSYBOX, DASH = shutil.which("busybox"), shutil.which("dash")
# Where a user may have namespaces of their own: what needs mounts, another root or a network without anybody in it.
ALONE = ("unshare", "--map-root-user", "--mount-proc", "--pid", "--fork", "--kill-child")
NAMESPACES = bool(shutil.which("unshare")) and subprocess.run([*ALONE, "true"], capture_output=True).returncode == 0
needs_namespaces = pytest.mark.skipif(not NAMESPACES, reason="no mount namespace may be made here")

FLAG, NUMBER, WORD, WORDS = bool, (int, float), str, list
KEYS = {
    "begin": {"version": int, "where": WORD, "rootReadable": FLAG},
    "user": {"uid": int, "gid": int, "groups": WORDS},
    "entrypoint": {
        "word": WORD,
        "path": WORD,
        "type": WORD,
        "owner": WORD,
        "mode": WORD,
        "readable": FLAG,
        "executable": FLAG,
        "format": WORD,
        "interpreter": WORD,
        "interpreterFound": FLAG,
        "interpreterExecutable": FLAG,
        "crlf": FLAG,
        "bom": FLAG,
        "elf": int,
        "machine": WORD,
        "nodeMachine": WORD,
        "loader": WORD,
        "loaderFound": FLAG,
        "missing": WORDS,
        "near": WORDS,
        "blocked": WORD,
    },
    "file": {
        "path": WORD,
        "type": WORD,
        "owner": WORD,
        "mode": WORD,
        "size": int,
        "readable": FLAG,
        "writable": FLAG,
        "executable": FLAG,
        "real": WORD,
        "missing": WORD,
        "blocked": WORD,
        "near": WORDS,
        "variable": WORD,
    },
    "mount": {
        "path": WORD,
        "source": WORD,
        "type": WORD,
        "readOnly": FLAG,
        "noExec": FLAG,
        "hangs": FLAG,
        "size": int,
        "available": int,
        "inodes": int,
        "inodesFree": int,
        "writable": FLAG,
    },
    "host": {
        "host": WORD,
        "port": int,
        "addresses": WORDS,
        "result": WORD,
        "seconds": NUMBER,
        "error": WORD,
        "variable": WORD,
    },
    "listen": {"protocol": WORD, "address": WORD, "port": int},
    "memory": {"limit": int, "current": int, "peak": int, "oomKills": int},
    "cpu": {"quota": NUMBER, "periods": int, "throttled": int, "throttledSeconds": NUMBER},
    "limits": {"openFiles": int, "processes": int, "pids": int, "pidsCurrent": int},
    "dns": {"nameservers": WORDS, "search": WORDS, "options": WORDS, "hosts": WORDS},
    "clock": {"epoch": int},
    "env": {"names": WORDS},
    "process": {"pid": int, "uid": int, "command": WORD},
    "end": {"seconds": NUMBER, "complete": FLAG},
}


# ---- what is run


@pytest.fixture(params=["dash", "busybox"])
def shell(request, tmp_path_factory):
    """The command line of a shell up to its script, and the options that go with it."""
    path = {"dash": DASH, "busybox": BUSYBOX}[request.param]
    if not path:
        pytest.skip(f"{request.param} is not installed")
    if request.param == "dash":
        return [path, "-c", SCRIPT, "examine.sh"], []
    tools = tmp_path_factory.mktemp("tools")
    shutil.copy(path, tools / "busybox")
    return [str(tools / "busybox"), "sh", "-c", SCRIPT, "examine.sh"], ["--tools", str(tools)]


def run(shell, *options, env=None, before="", within=(), seconds=25) -> list[dict]:
    """The facts that a run prints; each line is held to the contract. `before` is done first, within a namespace."""
    command, tools = shell
    if before:
        within = (*ALONE, "sh", "-ec", f'{before}\nexec "$@"', "sh")
    # busybox is the only tool that there is: nothing may be taken from PATH
    environment = {"PATH": "/nowhere" if tools and not within else os.environ["PATH"]} | (env or {})
    words = [*within, *command, *tools, *map(str, options)]
    done = subprocess.run(words, env=environment, capture_output=True, timeout=seconds)
    assert done.stderr == b""
    return checked(done.stdout)


def checked(output: bytes) -> list[dict]:
    lines = output.decode("ascii").splitlines()
    assert len(lines) <= 200 and len(output) <= 64 * 1024
    facts = [json.loads(line, object_pairs_hook=unique) for line in lines]
    for fact in facts:
        assert examination.parsed(json.dumps(fact)) is not None
        known = KEYS[fact["fact"]]
        for key, value in fact.items():
            if key != "fact":
                wanted = known[key]
                assert isinstance(value, wanted) and (wanted is bool or not isinstance(value, bool)), (key, fact)
    assert facts[0]["fact"] == "begin" and facts[-1]["fact"] == "end"
    return facts


def unique(pairs):
    assert len({key for key, _ in pairs}) == len(pairs), pairs
    return dict(pairs)


def of(facts: list[dict], kind: str) -> list[dict]:
    return [{key: value for key, value in fact.items() if key != "fact"} for fact in facts if fact["fact"] == kind]


def expect(fact: dict, want: dict) -> None:
    """The fact has these values; None stands for a key that is not there."""
    assert {key: fact.get(key) for key in want} == want, fact


# ---- trees


class Link(str):
    """Where a link leads."""


FOLDER, FIFO = object(), object()


def plant(root: Path, tree: dict) -> Path:
    """Files by path; (content, mode) where the mode matters."""
    for path, what in tree.items():
        content, mode = what if isinstance(what, tuple) else (what, None)
        place = Path(os.fsdecode(os.fsencode(root) + (path if isinstance(path, bytes) else path.encode())))
        place.parent.mkdir(parents=True, exist_ok=True)
        if content is FOLDER:
            place.mkdir(exist_ok=True)
        elif content is FIFO:
            os.mkfifo(place)
        elif isinstance(content, Link):
            place.symlink_to(content)
        else:
            place.write_bytes(content if isinstance(content, bytes) else content.encode())
        if mode is not None:
            place.chmod(mode)
    root.chmod(0o755)
    return root


def elf(machine=62, bits=64, order="<", loader="", needed=(), path="", origin=0x400000) -> tuple[bytes, int]:
    """A program that has what a loader reads: header, segments, dynamic section, names."""
    word = "Q" if bits == 64 else "I"
    width, head, segment = struct.calcsize("<" + word), 64 if bits == 64 else 52, 56 if bits == 64 else 32
    names, offsets = b"\0", []
    for name in (*needed, *([path] if path else [])):
        offsets.append(len(names))
        names += name.encode() + b"\0"
    table = head + 3 * segment
    names_at = table + len(loader) + 1
    dynamic_at = names_at + len(names)
    entries = [(1, offset) for offset in offsets[: len(needed)]] + ([(29, offsets[-1])] if path else [])
    dynamic = b"".join(
        struct.pack(order + word * 2, *entry) for entry in [*entries, (5, origin + names_at), (10, len(names)), (0, 0)]
    )
    total = dynamic_at + len(dynamic)

    def header(kind, offset, size):
        if bits == 64:
            return struct.pack(order + "IIQQQQQQ", kind, 5, offset, origin + offset, 0, size, size, 8)
        return struct.pack(order + "IIIIIIII", kind, offset, origin + offset, 0, size, size, 5, 4)

    segments = [header(1, 0, total)]
    if loader:
        segments.append(header(3, table, len(loader) + 1))
    if needed or path:
        segments.append(header(2, dynamic_at, len(dynamic)))
    ident = b"\x7fELF" + bytes([2 if bits == 64 else 1, 1 if order == "<" else 2, 1]) + bytes(9)
    rest = struct.pack(
        order + "HHI" + word * 3 + "IHHHHHH",
        *(2, machine, 1, origin, head, 0, 0, head, segment, len(segments), 0, 0, 0),
    )
    assert len(ident + rest) == head and width in (4, 8)
    return (ident + rest + b"".join(segments)).ljust(table, b"\0") + loader.encode() + b"\0" + names + dynamic, 0o755


SH = ("#!/bin/true\n", 0o755)
GLIBC = "/lib64/ld-linux-x86-64.so.2"
MUSL = "/lib/ld-musl-x86_64.so.1"
ROOT, OTHER = "0:0", "1000:1000"


# ---- the entrypoint

ENTRYPOINT = {
    "absent": (
        {"/usr/bin/python3": SH},
        ["--command", "pyhton3"],
        {"word": "pyhton3", "type": "absent", "near": ["python3"], "path": None, "mode": None},
    ),
    "absolute and absent": (
        {"/app/server": SH, "/app/entrypoint.sh": SH},
        ["--command", "/app/entrypont.sh"],
        {"path": "/app/entrypont.sh", "type": "absent", "near": ["entrypoint.sh", "server"]},
    ),
    "in the working folder": (
        {"/app/run": SH, "/bin/true": elf()},
        ["--command", "./run", "--workdir", "/app"],
        {"path": "/app/./run", "type": "file", "executable": True, "mode": "0755"},
    ),
    "the first of PATH that may be run": (
        {"/a/run": ("", 0o644), "/b/run": elf()},
        ["--command", "run"],
        {"path": "/b/run", "executable": True, "format": "elf"},
    ),
    "only one that may not be run": (
        {"/a/run": ("", 0o644)},
        ["--command", "run"],
        {"path": "/a/run", "type": "file", "executable": False, "format": "empty"},
    ),
    "not for this user": ({"/app/run": (elf()[0], 0o750)}, ["--command", "/app/run", "--user", OTHER], {"executable": False}),
    "root needs an x too": ({"/app/run": (elf()[0], 0o644)}, ["--command", "/app/run", "--user", ROOT], {"executable": False}),
    "a directory": ({"/app": FOLDER}, ["--command", "/app"], {"type": "directory", "format": None}),
    "no format": ({"/run": ("echo hello\n", 0o755)}, ["--command", "/run"], {"format": "other", "bom": None, "interpreter": None}),
    "a byte order mark": ({"/run": (b"\xef\xbb\xbf#!/bin/sh\n", 0o755)}, ["--command", "/run"], {"format": "other", "bom": True}),
    "interpreter absent": (
        {"/run": ("#!/bin/bash -e\n", 0o755)},
        ["--command", "/run"],
        {"format": "script", "interpreter": "/bin/bash", "interpreterFound": False, "crlf": False},
    ),
    "interpreter present": (
        {"/run": ("#! /bin/bash\n", 0o755), "/bin/bash": elf(40)},
        ["--command", "/run"],
        {"interpreter": "/bin/bash", "interpreterFound": True, "interpreterExecutable": True, "machine": "arm"},
    ),
    "CRLF": (
        {"/run": ("#!/bin/sh\r\nexit\r\n", 0o755), "/bin/sh": elf()},
        ["--command", "/run"],
        {"interpreter": "/bin/sh", "interpreterFound": False, "crlf": True},
    ),
    "CRLF after an argument": (
        {"/run": ("#!/bin/sh -e\r\n", 0o755), "/bin/sh": elf()},
        ["--command", "/run"],
        {"interpreter": "/bin/sh", "interpreterFound": True, "crlf": True},
    ),
    "env": (
        {"/run": ("#!/usr/bin/env python3\n", 0o755), "/usr/bin/env": elf(), "/b/python3": elf(183)},
        ["--command", "/run"],
        {"interpreter": "python3", "interpreterFound": True, "machine": "arm64"},
    ),
    "env with options": (
        {"/run": ("#!/usr/bin/env -S A=b node --check\n", 0o755), "/usr/bin/env": elf()},
        ["--command", "/run"],
        {"interpreter": "node", "interpreterFound": False},
    ),
    "env and CRLF": (
        {"/run": ("#!/usr/bin/env sh\r\n", 0o755), "/usr/bin/env": elf(), "/a/sh": elf()},
        ["--command", "/run"],
        {"interpreter": "sh", "interpreterFound": False, "crlf": True},
    ),
    "env absent": (
        {"/run": ("#!/usr/bin/env sh\n", 0o755)},
        ["--command", "/run"],
        {"interpreter": "/usr/bin/env", "interpreterFound": False},
    ),
    "an interpreter that is a script": (
        {"/run": ("#!/wrap\n", 0o755), "/wrap": ("#!/bin/nothing\n", 0o755)},
        ["--command", "/run"],
        {"interpreter": "/bin/nothing", "interpreterFound": False},
    ),
    "a script that is its own interpreter": ({"/run": ("#!/run\n", 0o755)}, ["--command", "/run"], {"interpreter": "/run"}),
    "another machine": (
        {"/run": elf(183)},
        ["--command", "/run", "--machine", "x86_64"],
        {"format": "elf", "elf": 64, "machine": "arm64", "nodeMachine": "amd64", "loader": None, "missing": None},
    ),
    "big endian": ({"/run": elf(22, order=">")}, ["--command", "/run"], {"elf": 64, "machine": "s390x"}),
    "32 bits": (
        {"/run": elf(3, bits=32, loader="/lib/ld-linux.so.2", needed=["libc.so.6"])},
        ["--command", "/run"],
        {"elf": 32, "machine": "386", "loader": "/lib/ld-linux.so.2", "loaderFound": False},
    ),
    "32 bits, big endian, a library": (
        {"/run": elf(20, 32, ">", "/lib/ld.so.1", ["libz.so.1", "libm.so.6"]), "/lib/ld.so.1": elf(20, 32, ">"),
         "/lib/libm.so.6": elf(20, 32, ">")},
        ["--command", "/run"],
        {"elf": 32, "loaderFound": True, "missing": ["libz.so.1"]},
    ),
    "no loader": (
        {"/run": elf(loader=GLIBC, needed=["libc.so.6"])},
        ["--command", "/run"],
        {"loader": GLIBC, "loaderFound": False, "missing": None},
    ),
    "no library": (
        {"/run": elf(loader=GLIBC, needed=["libpq.so.5", "libc.so.6"]), GLIBC: elf(), "/usr/lib/libc.so.6": elf()},
        ["--command", "/run"],
        {"loaderFound": True, "missing": ["libpq.so.5"]},
    ),
    "all libraries": (
        {"/run": elf(loader=GLIBC, needed=["libc.so.6"]), GLIBC: elf(), "/lib/x86_64-linux-gnu/libc.so.6": elf(needed=["ld-linux-x86-64.so.2"])},
        ["--command", "/run"],
        {"loaderFound": True, "missing": None},
    ),
    "a library of a library": (
        {"/run": elf(loader=GLIBC, needed=["libcurl.so.4"]), GLIBC: elf(), "/lib/libcurl.so.4": elf(needed=["libssl.so.3"])},
        ["--command", "/run"],
        {"missing": ["libssl.so.3"]},
    ),
    "a library for another machine": (
        {"/run": elf(loader=GLIBC, needed=["libz.so.1"]), GLIBC: elf(), "/lib/libz.so.1": elf(183)},
        ["--command", "/run"],
        {"missing": ["libz.so.1"]},
    ),
    "beside the program": (
        {"/opt/bin/run": elf(loader=GLIBC, needed=["liba.so", "libb.so"], path="/none:$ORIGIN/../lib"), GLIBC: elf(), "/opt/lib/liba.so": elf()},
        ["--command", "/opt/bin/run"],
        {"missing": ["libb.so"]},
    ),
    "in the loader's cache": (
        {"/run": elf(loader=GLIBC, needed=["liba.so", "libb.so"]), GLIBC: elf(), "/opt/liba.so": elf(), "/opt/libb.so": elf(),
         "/etc/ld.so.cache": b"glibc-ld.so.cache1.1\0\1\0liba.so\0/opt/liba.so\0"},
        ["--command", "/run"],
        {"missing": ["libb.so"]},
    ),
    "musl is its own C library": (
        {"/run": elf(loader=MUSL, needed=["libc.musl-x86_64.so.1", "libstdc++.so.6"]), MUSL: elf()},
        ["--command", "/run"],
        {"missing": ["libstdc++.so.6"]},
    ),
    "musl with a path file": (
        {"/run": elf(loader=MUSL, needed=["liba.so", "libb.so"]), MUSL: elf(), "/opt/liba.so": elf(), "/lib/libb.so": elf(),
         "/etc/ld-musl-x86_64.path": "/opt\n"},
        ["--command", "/run"],
        {"missing": ["libb.so"]},
    ),
    "LD_LIBRARY_PATH": (
        {"/run": elf(loader=GLIBC, needed=["liba.so", "libb.so"]), GLIBC: elf(), "/libraries/liba.so": elf()},
        ["--command", "/run"],
        {"missing": ["libb.so"]},
    ),
    "a ring of libraries": (
        {"/run": elf(loader=GLIBC, needed=["liba.so"]), GLIBC: elf(), "/lib/liba.so": elf(needed=["libb.so"]), "/lib/libb.so": elf(needed=["liba.so", "libc.so.6"])},
        ["--command", "/run"],
        {"missing": ["libc.so.6"]},
    ),
    "a relative interpreter": (
        {"/app/run": ("#!bin/x\n", 0o755), "/app/bin/x": elf(183)},
        ["--command", "./run", "--workdir", "/app"],
        {"interpreter": "bin/x", "interpreterFound": True, "machine": "arm64"},
    ),
    "an interpreter that may not be run": (
        {"/run": ("#!/x\n", 0o755), "/x": (elf()[0], 0o644)},
        ["--command", "/run"],
        {"executable": True, "interpreterFound": True, "interpreterExecutable": False},
    ),
    "nothing but #!": ({"/run": ("#!", 0o755)}, ["--command", "/run"], {"format": "script", "interpreter": None}),
    "a name with everything in it": (
        {"/a/it's \"$x\" \\n": elf()},
        ["--command", "it's \"$x\" \\n"],
        {"word": "it's \"$x\" \\n", "path": "/a/it's \"$x\" \\n", "type": "file"},
    ),
    "a program cut off": ({"/run": (elf(loader=GLIBC, needed=["a"])[0][:30], 0o755)}, ["--command", "/run"], {"format": "elf", "loader": None}),
    "behind a link that is absolute": (
        {"/usr/bin/java": Link("/etc/alternatives/java"), "/etc/alternatives/java": Link("../../opt/java"), "/opt/java": elf(183)},
        ["--command", "/usr/bin/java"],
        {"type": "file", "machine": "arm64"},
    ),
    "a folder on the way may not be entered": (
        {"/root/run": elf(), "/root": (FOLDER, 0o700)},
        ["--command", "/root/run", "--user", OTHER],
        {"blocked": "/root", "executable": False},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ENTRYPOINT)
def test_entrypoint(shell, tmp_path, name):
    tree, options, want = ENTRYPOINT[name]
    options = ["--user", f"{os.getuid()}:{os.getgid()}", *options]
    facts = run(
        shell,
        "--root",
        plant(tmp_path, tree),
        *options,
        env={"PATH": "/a:/b:/usr/bin:/bin", "LD_LIBRARY_PATH": "/nowhere:/libraries"},
    )
    [fact] = of(facts, "entrypoint")
    expect(fact, want)


def test_the_working_folder_is_where_the_process_is(shell, tmp_path):
    plant(tmp_path, {"/app/run": elf()})
    within = ("sh", "-c", 'cd "$0" && exec "$@"', str(tmp_path / "app"))
    expect(
        *of(run(shell, "--command", "./run", within=within), "entrypoint"), {"path": f"{tmp_path}/app/./run", "type": "file"}
    )


# ---- files

SELF = f"{os.getuid()}:{os.getgid()}"
TREE = {
    "/etc/app.conf": ("a: 1\n", 0o640),
    "/etc/group": ("x", 0o070),
    "/etc/x/app.yaml": "",
    "/etc/x/other": "",
    "/data": (FOLDER, 0o755),
    "/link": Link("b/c"),
    "/b/c": "x",
    "/out": Link("/etc/hostname"),
    "/up": Link("../../../../../etc/passwd"),
    "/var/run": Link("/run"),
    "/run/pid": "1",
    "/ring": Link("gnir"),
    "/gnir": Link("ring"),
    "/nowhere": Link("gone/x"),
    "/pipe": FIFO,
    "/private/key": ("", 0o644),
    "/private": (FOLDER, 0o700),
    "/unlisted/key": ("", 0o644),
    "/unlisted": (FOLDER, 0o711),
}
FILES = {
    "/etc/app.conf": {"type": "file", "owner": SELF, "mode": "0640", "size": 5, "readable": True, "writable": True}
    | {"executable": False, "real": None, "missing": None, "near": None},
    "/etc/group": {"readable": os.getuid() == 0},  # the owner's bits come before the group's
    "/etc/x/app.yml": {"type": "absent", "near": ["app.yaml", "other"], "missing": None, "readable": None, "mode": None},
    "/etc/app/conf.d/a.conf": {"type": "absent", "missing": "/etc/app", "near": None},
    "/etc/app.conf/a": {"type": "absent", "missing": "/etc/app.conf"},
    "/data/": {"type": "directory", "executable": True, "size": None},
    "/": {"type": "directory"},
    "/link": {"type": "file", "real": "/b/c", "size": 1},
    # whatever leads out of the root stays inside it
    "/out": {"type": "link", "real": "/etc/hostname"},
    "/up": {"type": "link", "real": "/etc/passwd"},
    "/../../b/c": {"type": "file"},
    "/var/run/pid": {"type": "file", "real": "/run/pid"},
    "/ring": {"type": "link"},
    "/nowhere": {"type": "link", "real": "/gone/x", "missing": "/gone"},
    "/pipe": {"type": "pipe", "size": None},
}
OF_OTHERS = {
    "/etc/app.conf": {"readable": False, "writable": False},
    "/private/key": {"type": "file", "blocked": "/private", "readable": False},
    "/unlisted/key": {"blocked": None, "readable": True},
}
OF_THE_GROUP = {"/etc/app.conf": {"readable": True, "writable": False}, "/etc/group": {"readable": True, "executable": True}}


@pytest.mark.parametrize(
    ("user", "rows"),
    [(SELF, FILES), ("4711:4711", OF_OTHERS), (f"4711:{os.getgid()}", OF_THE_GROUP)],
    ids=["owner", "another", "group"],
)
def test_files(shell, tmp_path, user, rows):
    files = [word for path in rows for word in ("--file", path)]
    facts = of(run(shell, "--root", plant(tmp_path, TREE), "--user", user, *files), "file")
    assert [fact["path"] for fact in facts] == list(rows)
    for fact, want in zip(facts, rows.values(), strict=True):
        expect(fact, want)


HOSTILE = {
    b"/a b": "/a b",
    b'/say "hi"': '/say "hi"',
    b"/back\\slash\\n": "/back\\slash\\n",
    b"/new\nline": "/new\nline",
    b"/ends\n": "/ends\n",
    b"/tab\tand\x1b[31m\x7f": "/tab\tand\x1b[31m\x7f",
    b"/$(touch x)`touch y`;*": "/$(touch x)`touch y`;*",
    b"/%s%n%d": "/%s%n%d",
    b"/-n": "/-n",
    "/caf\u00e9 \u20ac \U0001f600".encode(): "/caf\u00e9 \u20ac \U0001f600",
    b"/bad \xff\xc3( \xed\xa0\x80 \xc0\xaf": "/bad \ufffd\ufffd( \ufffd\ufffd\ufffd \ufffd\ufffd",
    b"/cut \xe2\x82": "/cut \ufffd\ufffd",
}


@pytest.mark.parametrize("locale", ["C", "C.UTF-8"])
def test_any_name_makes_json(shell, tmp_path, locale):
    plant(tmp_path, dict.fromkeys(HOSTILE, "x"))
    options = [word for path in HOSTILE for word in ("--file", os.fsdecode(path))]
    facts = run(shell, "--root", tmp_path, *options, env={"LC_ALL": locale})
    assert [fact["path"] for fact in of(facts, "file")] == list(HOSTILE.values())
    assert {fact["type"] for fact in of(facts, "file")} == {"file"}
    [absent] = of(run(shell, "--root", tmp_path, "--file", "/caf", env={"LC_ALL": locale}), "file")
    assert (
        "caf\u00e9 \u20ac \U0001f600" in absent["near"]
        and "bad \ufffd\ufffd( \ufffd\ufffd\ufffd \ufffd\ufffd" in absent["near"]
    )


def test_the_standard_output_is_not_opened(shell):
    [fact] = of(run(shell, "--file", "/dev/stdout"), "file")
    expect(fact, {"path": "/dev/stdout", "type": "pipe", "readable": True})


def test_twenty_of_many_names(shell, tmp_path):
    plant(tmp_path, {f"/bin/tool{number}": "" for number in range(600)} | {"/bin/python3": ""})
    [fact] = of(run(shell, "--root", tmp_path, "--file", "/bin/pyhton"), "file")
    assert len(fact["near"]) == 20 and fact["near"][0] == "python3"


@pytest.mark.skipif(os.getuid() != 0, reason="only root may become somebody else")
def test_really_as_another_user(shell, tmp_path):
    # what the kernel would say to a process of that user
    tree = {"/open": ("x", 0o644), "/closed": ("x", 0o600), "/private/key": "x", "/private": (FOLDER, 0o700)}
    plant(tmp_path, tree)
    for parent in (tmp_path, *tmp_path.parents):
        if parent.stat().st_uid == 0 and parent != Path("/tmp"):
            parent.chmod(parent.stat().st_mode | 0o755)
    if shell[1]:
        Path(shell[1][1]).chmod(0o755)
        Path(shell[1][1]).parent.chmod(0o755)
    within = ("setpriv", "--reuid=4711", "--regid=4711", "--groups=4712,4713")
    files = [word for path in ("/open", "/closed", "/private/key", "/private/a/b") for word in ("--file", path)]
    facts = run(shell, "--root", tmp_path, *files, within=within)
    assert of(facts, "user") == [{"uid": 4711, "gid": 4711, "groups": [4712, 4713]}]
    opened, closed, behind, further = of(facts, "file")
    expect(opened, {"readable": True, "writable": False, "executable": False})
    expect(closed, {"type": "file", "readable": False})
    # not allowed to look is not absent
    expect(behind, {"type": None, "blocked": "/private", "near": None})
    expect(further, {"type": None, "blocked": "/private", "missing": None})


@pytest.mark.skipif(os.getuid() != 0, reason="only root may give up a capability")
def test_root_without_its_capabilities(shell, tmp_path):
    plant(tmp_path, {"/a": ("x", 0o600)})
    os.chown(tmp_path / "a", 4711, 4711)
    within = ("setpriv", "--inh-caps=-all", "--bounding-set=-dac_override,-dac_read_search")
    [fact] = of(run(shell, "--root", tmp_path, "--file", "/a", within=within), "file")
    assert fact["readable"] is False
    [fact] = of(run(shell, "--root", tmp_path, "--file", "/a"), "file")
    assert fact["readable"] is True


# ---- the environment


def test_names_of_variables_and_nothing_of_their_values(shell, tmp_path):
    env = {"TOKEN": "first-hunter2\nSECOND=hunter2\nthird=hunter2", "EMPTY": "", "NAMES": 'a"b'}
    facts = run(shell, env=env)
    [names] = [fact["names"] for fact in of(facts, "env")]
    assert {"TOKEN", "EMPTY", "NAMES", "PATH"} <= set(names) and not {"SECOND", "third"} & set(names)
    assert "hunter2" not in json.dumps(facts)


def test_variables_of_the_container_are_not_those_of_the_script(shell, tmp_path):
    tree = {"/run": elf(loader=GLIBC, needed=["libz.so.1"]), GLIBC: elf(), "/private/key": "x"}
    plant(tmp_path, tree)
    options = ["--root", tmp_path, "--command", "/run", "--file", "/private/key", "--file", "/gone", "--host", "127.0.0.1:1"]
    names = set(re.findall(r"\b([a-z][a-z_]*)=", SCRIPT)) - {"tools"}
    kinds = ("user", "entrypoint", "file", "host", "mount", "end")
    plain, hostile = run(shell, *options), run(shell, *options, env=dict.fromkeys(names, "9"))

    def lasting(facts):
        moving = ("seconds", "available", "inodesFree")
        return [{k: v for k, v in fact.items() if k not in moving} for fact in facts if fact["fact"] in kinds]

    assert lasting(hostile) == lasting(plain) and len(names) > 60


def test_what_a_secret_names_is_told_by_the_variable_only(shell, tmp_path, listener):
    plant(tmp_path, {"/run/hunter2": ("x", 0o600)})
    port = listener(accepts=True)
    env = {
        "PASSWORD_FILE": "/run/hunter2",
        "GONE": "/run/hunter3/key",
        "DATABASE_URL": f"postgres://user:hunter2@127.0.0.1:{port}/hunter2?password=hunter2",
        "NO_PORT": "https://user:hunter2@127.0.0.1/",
        "BROKER": "127.0.0.1:1",
        "TOKEN": "hunter2:hunter2",
        "MULTI": "/run\nhunter2",
    }
    options = [word for name in [*env, "NOT SET", "UNSET"] for word in ("--secret", name)]
    facts = run(shell, "--root", tmp_path, *options, env=env)
    files = {fact["variable"]: fact for fact in of(facts, "file")}
    expect(files["PASSWORD_FILE"], {"type": "file", "readable": True, "path": None, "owner": None, "real": None})
    expect(files["GONE"], {"type": "absent", "missing": None, "near": None})
    hosts = {fact["variable"]: fact for fact in of(facts, "host")}
    expect(hosts["DATABASE_URL"], {"port": port, "result": "open", "host": None, "addresses": None, "error": None})
    expect(hosts["BROKER"], {"port": 1, "result": "refused", "error": None})
    assert hosts["NO_PORT"]["port"] == 443
    assert set(files) == {"PASSWORD_FILE", "GONE"} and set(hosts) == {"DATABASE_URL", "NO_PORT", "BROKER"}
    assert not re.search(r"hunter|127\.0\.0\.1|/run/", json.dumps([of(facts, "file"), of(facts, "host")]))


# ---- the network


@pytest.fixture
def listener():
    """listener(accepts): the port of a server; it keeps what it was sent, or lets nobody in because its queue is full."""
    opened, received = [], []

    def serve(server):
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            received.append(connection.recv(1))
            connection.close()

    def start(accepts: bool, family=socket.AF_INET, host="127.0.0.1") -> int:
        server = socket.socket(family)
        opened.append(server)
        server.bind((host, 0))
        server.listen(5 if accepts else 0)
        port = server.getsockname()[1]
        if accepts:
            threading.Thread(target=serve, args=[server], daemon=True).start()
        for _ in range(0 if accepts else 3):
            waiting = socket.socket(family)
            waiting.setblocking(False)
            waiting.connect_ex((host, port))
            opened.append(waiting)
        return port

    yield start
    for item in opened:
        item.shutdown(socket.SHUT_RDWR) if item.fileno() >= 0 and item in opened[:1] else None
        item.close()
    assert set(received) <= {b""}, "something was sent"


def test_hosts_and_ports(shell, listener):
    accepting, full = listener(accepts=True), listener(accepts=False)
    sixth = listener(accepts=True, family=socket.AF_INET6, host="::1")
    hosts = [f"127.0.0.1:{accepting}", "127.0.0.1:1", f"127.0.0.1:{full}", f"[::1]:{sixth}", "::1", "127.0.0.1"]
    hosts += ["-e:80", "127.0.0.1:http", "127.0.0.1:080", "a b:1", "*", ":80"]
    began = time.monotonic()
    facts = run(shell, *[word for host in hosts for word in ("--host", host)])
    assert time.monotonic() - began < 8
    found = {(fact["host"], fact.get("port")): fact for fact in of(facts, "host")}
    expect(found["127.0.0.1", accepting], {"result": "open", "addresses": ["127.0.0.1"], "error": None})
    expect(found["127.0.0.1", 1], {"result": "refused"})
    assert "refused" in found["127.0.0.1", 1]["error"]
    expect(found["127.0.0.1", full], {"result": "timeout"})
    expect(found["::1", sixth], {"result": "open", "addresses": ["::1"]})
    expect(found["::1", None], {"result": "resolved"})
    expect(found["127.0.0.1", None], {"result": "resolved", "port": None})
    assert len(found) == 6
    listening = {(fact["protocol"], fact["address"], fact["port"]) for fact in of(facts, "listen")}
    assert len(listening) >= 30 or {("tcp", "127.0.0.1", accepting), ("tcp6", "::1", sixth)} <= listening


# Answers as a cluster's DNS does: db has an address, half too but no answer about IPv6; the rest is NXDOMAIN. It keeps the questions.
DNS = """
import socket, struct, sys
server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.bind(("127.0.0.1", 53))
print(flush=True)
while True:
    data, peer = server.recvfrom(512)
    at, labels = 12, []
    while data[at]:
        labels.append(data[at + 1 : at + 1 + data[at]].decode())
        at += 1 + data[at]
    name, kind = ".".join(labels), struct.unpack(">H", data[at + 1 : at + 3])[0]
    with open(sys.argv[1], "a") as log:
        log.write(name + "\\n")
    known = name == "db.shop.svc.cluster.local"
    if name.startswith("half.") and kind == 28:
        continue
    known = known or name == "half.shop.svc.cluster.local"
    answer = known and kind == 1
    head = data[:2] + struct.pack(">HHHHH", 0x8580 if known else 0x8583, 1, int(answer), 0, 0)
    record = b"\\xc0\\x0c" + struct.pack(">HHIH", 1, 1, 5, 4) + bytes([127, 0, 0, 9]) if answer else b""
    server.sendto(head + data[12 : at + 5] + record, peer)
"""


@needs_namespaces
def test_names_as_the_container_resolves_them(shell, tmp_path):
    # in a network of its own, where nobody else has port 53, and with its own /etc
    asked = tmp_path / "asked"
    plant(
        tmp_path,
        {
            "/resolv.conf": "nameserver 127.0.0.1\nsearch shop.svc.cluster.local svc.cluster.local\noptions ndots:5\n",
            "/hosts": "127.0.0.1 localhost\n10.1.2.3 legacy Legacy.local # old one\n127.0.0.1 both\n2001:db8::1 both\n",
            "/dns.py": DNS,
        },
    )
    before = f"""
        ip link set lo up
        mount --bind {tmp_path}/resolv.conf /etc/resolv.conf
        mount --bind {tmp_path}/hosts /etc/hosts
        {shlex.quote(sys.executable)} {tmp_path}/dns.py {asked} >{tmp_path}/ready &
        while ! [ -s {tmp_path}/ready ]; do sleep 0.05; done"""
    names = ["both:1", "half", "db", "db:1", "DB.shop.svc.cluster.local.", "legacy", "dd", "db.shopp:5432"]
    within = (*ALONE, "--net", "sh", "-ec", f'{before}\nexec "$@"', "sh")
    facts = run(shell, *[word for name in names for word in ("--host", name)], within=within)
    found = {(fact["host"], fact.get("port")): fact for fact in of(facts, "host")}
    expect(found["db", None], {"addresses": ["127.0.0.9"], "result": "resolved"})
    expect(found["both", 1], {"addresses": ["127.0.0.1", "2001:db8::1"], "result": "refused"})
    expect(found["half", None], {"addresses": ["127.0.0.9"], "result": "resolved"})
    expect(found["db", 1], {"addresses": ["127.0.0.9"], "result": "refused"})
    expect(found["legacy", None], {"addresses": ["10.1.2.3"], "result": "resolved"})
    expect(found["dd", None], {"addresses": None, "result": "unresolved"})
    expect(found["db.shopp", 5432], {"addresses": None, "result": "unresolved"})
    assert "NXDOMAIN" in found["dd", None]["error"]
    questions = asked.read_text().split()
    assert [name for name in dict.fromkeys(questions) if name.startswith("dd")] == [
        "dd.shop.svc.cluster.local",
        "dd.svc.cluster.local",
        "dd",
    ]
    assert of(facts, "dns") == [
        {
            "nameservers": ["127.0.0.1"],
            "search": ["shop.svc.cluster.local", "svc.cluster.local"],
            "options": ["ndots:5"],
            "hosts": ["localhost", "legacy", "Legacy.local", "both", "both"],
        }
    ]


@needs_namespaces
def test_nobody_answers_for_names_and_nobody_is_there(shell, tmp_path):
    plant(tmp_path, {"/resolv.conf": "nameserver 127.0.0.1\n"})
    before = f"ip link set lo up; mount --bind {tmp_path}/resolv.conf /etc/resolv.conf"
    within = (*ALONE, "--net", "sh", "-ec", f'{before}\nexec "$@"', "sh")
    facts = run(shell, "--host", "db.example.com:5432", "--host", "10.9.9.9:80", within=within)
    found = {fact["host"]: fact for fact in of(facts, "host")}
    expect(found["db.example.com"], {"result": "unresolved", "addresses": None})
    assert found["db.example.com"]["error"]
    expect(found["10.9.9.9"], {"result": "unreachable"})


# ---- mounts


@needs_namespaces
def test_mounts(shell, tmp_path):
    tmp_path.chmod(0o755)
    plant(
        tmp_path,
        {"/full": FOLDER, "/fixed": FOLDER, "/noexec": FOLDER, "/with blank": FOLDER, "/below": FOLDER, "/few": FOLDER},
    )
    before = f"""
        cd {tmp_path}
        mount -t tmpfs -o size=64k,mode=1777 full-disk full
        head -c 100000 /dev/zero >full/file 2>/dev/null || true
        mount -t tmpfs -o mode=0755 fixed fixed
        echo x >fixed/file
        mount -o remount,ro fixed
        mount -t tmpfs blank 'with blank'
        mount -t tmpfs -o noexec noexec noexec
        printf '#!/bin/sh' >noexec/run
        chmod 755 noexec/run
        mount -t tmpfs -o nr_inodes=2 few few
        touch few/a 2>/dev/null || true
        mount -t tmpfs first below
        mount -t tmpfs -o ro second below
        cd /"""
    files = ["--file", f"{tmp_path}/fixed/file", "--file", f"{tmp_path}/with blank", "--file", f"{tmp_path}/below"]
    facts = run(shell, *files, "--command", f"{tmp_path}/noexec/run", before=before)
    mounts = {fact["path"].removeprefix(str(tmp_path)): fact for fact in of(facts, "mount")}
    expect(
        mounts["/full"],
        {"source": "full-disk", "type": "tmpfs", "readOnly": False, "writable": True, "size": 65536, "available": 0},
    )
    expect(mounts["/fixed"], {"readOnly": True, "writable": False})
    expect(mounts["/with blank"], {"source": "blank", "readOnly": False})
    expect(mounts["/noexec"], {"noExec": True, "readOnly": False})
    expect(*of(facts, "entrypoint"), {"mode": "0755", "executable": False})
    expect(mounts["/few"], {"inodes": 2, "inodesFree": 0})
    assert not [path for path in mounts if path.startswith(("/proc", "/sys"))]
    fixed, blank, below = of(facts, "file")
    expect(fixed, {"readable": True, "writable": False, "mode": "0644"})
    expect(blank, {"type": "directory", "writable": True})
    expect(below, {"type": "directory", "writable": False})


@needs_namespaces
def test_without_a_target_only_what_is_mounted(shell, tmp_path):
    plant(tmp_path, {"/data/file": "", "/other": ""})
    before = f"mount -t tmpfs data {tmp_path}/data; touch {tmp_path}/data/file"
    options = ["--where", "beside", "--command", "sh", "--file", f"{tmp_path}/data/file", "--file", f"{tmp_path}/other"]
    [fact] = of(run(shell, *options, before=before), "file")
    # whose rights are meant is not known
    expect(fact, {"type": "file", "mode": "0644", "readable": None, "writable": None})
    facts = run(shell, *options, "--user", "1000:", before=before)
    assert of(facts, "user") == [{"uid": 1000}]
    assert [fact["path"] for fact in of(facts, "file")] == [f"{tmp_path}/data/file"]
    kinds = {fact["fact"] for fact in facts}
    assert {"mount", "dns", "clock", "limits", "user"} <= kinds and not kinds & {
        "entrypoint",
        "env",
        "memory",
        "cpu",
        "process",
    }


# ---- limits


CGROUPS = {
    "v2": (
        {
            "/sys/fs/cgroup/cgroup.controllers": "cpu memory pids\n",
            "/sys/fs/cgroup/memory.max": "67108864\n",
            "/sys/fs/cgroup/memory.current": "5300224\n",
            "/sys/fs/cgroup/memory.peak": "67108864\n",
            "/sys/fs/cgroup/memory.events": "low 0\nhigh 0\nmax 31\noom 2\noom_kill 1\n",
            "/sys/fs/cgroup/cpu.max": "50000 100000\n",
            "/sys/fs/cgroup/cpu.stat": "usage_usec 3\nnr_periods 40\nnr_throttled 12\nthrottled_usec 1500000\n",
            "/sys/fs/cgroup/pids.max": "100\n",
            "/sys/fs/cgroup/pids.current": "7\n",
        },
        {"limit": 67108864, "current": 5300224, "peak": 67108864, "oomKills": 1},
        {"quota": 0.5, "periods": 40, "throttled": 12, "throttledSeconds": 1.5},
        {"pids": 100, "pidsCurrent": 7},
    ),
    "v2 without limits, before 5.19": (
        {
            "/sys/fs/cgroup/cgroup.controllers": "cpu memory pids\n",
            "/sys/fs/cgroup/memory.max": "max\n",
            "/sys/fs/cgroup/memory.current": "1\n",
            "/sys/fs/cgroup/cpu.max": "max 100000\n",
            "/sys/fs/cgroup/pids.max": "max\n",
        },
        {"limit": None, "current": 1, "peak": None, "oomKills": None},
        {"quota": None, "periods": None},
        {"pids": None, "pidsCurrent": None},
    ),
    "v1": (
        {
            "/sys/fs/cgroup/memory/memory.limit_in_bytes": "33554432\n",
            "/sys/fs/cgroup/memory/memory.usage_in_bytes": "4096\n",
            "/sys/fs/cgroup/memory/memory.max_usage_in_bytes": "33550336\n",
            "/sys/fs/cgroup/memory/memory.oom_control": "oom_kill_disable 0\nunder_oom 0\noom_kill 3\n",
            "/sys/fs/cgroup/cpu/cpu.cfs_quota_us": "20000\n",
            "/sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000\n",
            "/sys/fs/cgroup/cpu/cpu.stat": "nr_periods 9\nnr_throttled 4\nthrottled_time 250000000\n",
            "/sys/fs/cgroup/pids/pids.max": "50\n",
            "/sys/fs/cgroup/pids/pids.current": "2\n",
        },
        {"limit": 33554432, "current": 4096, "peak": 33550336, "oomKills": 3},
        {"quota": 0.2, "periods": 9, "throttled": 4, "throttledSeconds": 0.25},
        {"pids": 50, "pidsCurrent": 2},
    ),
    "v1 without limits": (
        {
            "/sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
            "/sys/fs/cgroup/cpu/cpu.cfs_quota_us": "-1\n",
            "/sys/fs/cgroup/cpu/cpu.cfs_period_us": "100000\n",
        },
        {"limit": None},
        {"quota": None},
        {"pids": None},
    ),
    "none": ({"/sys": FOLDER}, {"limit": None}, {"quota": None}, {"pids": None}),
}


@pytest.mark.parametrize("name", CGROUPS)
def test_cgroups(shell, tmp_path, name):
    tree, memory, cpu, limits = CGROUPS[name]
    facts = run(shell, "--root", plant(tmp_path, tree), before="ulimit -n 123" if NAMESPACES else "")
    expect(*of(facts, "memory"), memory)
    expect(*of(facts, "cpu"), cpu)
    expect(*of(facts, "limits"), limits | ({"openFiles": 123} if NAMESPACES else {}))


# ---- another root, another process


@needs_namespaces
def test_in_an_image_with_nothing_in_it(tmp_path):
    # busybox is all there is: no /bin/sh, no PATH that leads to anything
    if not BUSYBOX:
        pytest.skip("busybox is not installed")
    program, mode = elf(183)
    plant(
        tmp_path,
        {"/app/server": (program, mode), "/proc": FOLDER, "/dev": FOLDER, "/etc/resolv.conf": "nameserver 127.0.0.1\n"},
    )
    plant(tmp_path, {"/.kubectl-why/busybox": (Path(BUSYBOX).read_bytes(), 0o755)})
    before = f"mount -t proc proc {tmp_path}/proc; mount --rbind /dev {tmp_path}/dev"
    chroot = (*ALONE, "sh", "-ec", f'{before}\nexec chroot {tmp_path} "$@"', "sh")
    shell = ["/.kubectl-why/busybox", "sh", "-c", SCRIPT, "examine.sh"], ["--tools", "/.kubectl-why"]
    options = ["--command", "/app/server", "--machine", "amd64", "--file", "/app/serverr", "--host", "127.0.0.1:1"]
    facts = run(shell, *options, "--host", "nobody:80", within=chroot)
    expect(*of(facts, "entrypoint"), {"machine": "arm64", "nodeMachine": "amd64", "executable": True})
    expect(*of(facts, "file"), {"type": "absent", "near": ["server"]})
    hosts = {fact["host"]: fact for fact in of(facts, "host")}
    expect(hosts["127.0.0.1"], {"result": "refused"})
    expect(hosts["nobody"], {"result": "unresolved"})
    assert facts[-1]["complete"] is True


@needs_namespaces
def test_beside_a_container_that_runs(shell, tmp_path):
    if not BUSYBOX:
        pytest.skip("busybox is not installed")
    tree = tmp_path / "tree"
    plant(tree, {"/bin/busybox": (Path(BUSYBOX).read_bytes(), 0o755), "/proc": FOLDER, "/tmp": (FOLDER, 0o777)})
    plant(tree, {"/bin/server": Link("/bin/busybox"), "/inside": Link("/etc/hostname"), "/data/key": ("x", 0o600)})
    command, tools = shell
    words = [*command, *tools, "--where", "target", "--root", "/proc/1/root", "--command"]
    options = ["--file", "/inside", "--secret", "KEY_FILE", "--secret", "URL"]
    # the target is process 1 and runs in its own root; the look is taken from a mount namespace beside it
    target = "cd /data; while ! [ -e /tmp/seen ]; do busybox sleep 0.1; done"
    script = f"""
        mount -t proc proc /proc
        export PATH=/usr/sbin:/usr/bin:/sbin:/bin
        (
            while ! [ -e /proc/1/root/inside -o -L /proc/1/root/inside ]; do sleep 0.05; done
            unshare --mount {shlex.join([*words, "server", *options])} >{tmp_path}/out 2>{tmp_path}/err
            unshare --mount {shlex.join([*words, "./key"])} >{tmp_path}/here
            touch {tree}/tmp/seen
        ) &
        exec env -i PATH=/bin:/sbin KEY_FILE=/data/key URL=redis://:hunter2@127.0.0.1:1 chroot {tree} \\
            /bin/busybox sh -c {shlex.quote(target)} --password=hunter2 -phunter2 hunter2"""
    subprocess.run([*ALONE, "sh", "-ec", script], timeout=30, check=True, stdout=subprocess.DEVNULL)
    assert (tmp_path / "err").read_text() == ""
    facts = checked((tmp_path / "here").read_bytes())
    expect(*of(facts, "entrypoint"), {"path": "/data/./key", "type": "file", "executable": False})
    facts = checked((tmp_path / "out").read_bytes())
    expect(facts[0], {"where": "target", "rootReadable": True})
    expect(*of(facts, "entrypoint"), {"path": "/bin/server", "type": "file", "executable": True, "elf": 64})
    inside, key = of(facts, "file")
    expect(inside, {"type": "link", "real": "/etc/hostname"})
    expect(key, {"variable": "KEY_FILE", "type": "file", "mode": "0600", "path": None})
    expect(*of(facts, "host"), {"variable": "URL", "port": 1, "result": "refused"})
    assert set(of(facts, "env")[0]["names"]) == {"PATH", "KEY_FILE", "URL"}
    processes = {fact["pid"]: fact for fact in of(facts, "process")}
    expect(processes[1], {"uid": 0, "command": "/bin/busybox -c --password -p"})
    assert "hunter2" not in (tmp_path / "out").read_text()


def test_a_root_that_may_not_be_read(shell, tmp_path):
    options = ["--where", "target", "--root", tmp_path / "nothing", "--command", "sh", "--file", "/etc/passwd"]
    facts = run(shell, *options)
    expect(facts[0], {"where": "target", "rootReadable": False})
    assert not of(facts, "file") and not of(facts, "entrypoint") and of(facts, "dns")
    assert facts[-1]["complete"] is True


# ---- bounds


# A file system whose server never answers: whoever touches it waits for good.
HANG = """
import ctypes, os, sys
device = os.open("/dev/fuse", os.O_RDWR)
os.set_inheritable(device, True)
options = f"fd={device},rootmode=40000,user_id=0,group_id=0".encode()
if ctypes.CDLL(None).mount(b"silent", sys.argv[1].encode(), b"fuse", 0, options):
    sys.exit("no file system may be mounted")
os.execvp(sys.argv[2], sys.argv[2:])
"""
MAY_HANG = (
    NAMESPACES and not subprocess.run([*ALONE, sys.executable, "-c", HANG, "/mnt", "true"], capture_output=True).returncode
)


@pytest.mark.skipif(not MAY_HANG, reason="no file system of our own may be mounted here")
def test_what_hangs_holds_up_itself_only(shell, tmp_path):
    plant(tmp_path, {"/silent": FOLDER, "/good": "x"})
    files = [word for path in ("/silent/a", "/silent/b", "/good") for word in ("--file", f"{tmp_path}{path}")]
    within = (*ALONE, sys.executable, "-c", HANG, f"{tmp_path}/silent")
    began = time.monotonic()
    facts = run(shell, *files, within=within)
    assert time.monotonic() - began < 8
    mounts = {fact["path"]: fact for fact in of(facts, "mount")}
    expect(mounts[f"{tmp_path}/silent"], {"hangs": True, "source": "silent", "type": "fuse", "size": None})
    assert [fact["path"] for fact in of(facts, "file")] == [f"{tmp_path}/good"]
    assert facts[-1]["complete"] is False


@pytest.mark.skipif(not BUSYBOX, reason="busybox is not installed")
def test_time_is_bounded(shell, tmp_path):
    # as if the environment could not be read to its end
    wrapper = f'#!{BUSYBOX} sh\ncase $1 in tr) exec {BUSYBOX} sleep 10 ;; esac\nexec {BUSYBOX} "$@"\n'
    plant(tmp_path, {"/busybox": (wrapper, 0o755)})
    began = time.monotonic()
    facts = run((shell[0], ["--tools", str(tmp_path)]), "--seconds", "1", "--file", "/etc/passwd")
    assert time.monotonic() - began < 4
    expect(facts[-1], {"complete": False})
    assert facts[-1]["seconds"] <= 3 and of(facts, "user")


def test_output_is_bounded(shell, tmp_path):
    plant(tmp_path, {f"/{number}{'x' * 200}": "" for number in range(20)})
    many = [word for number in range(25) for word in ("--file", f"/gone{number}")]
    facts = run(shell, "--root", tmp_path, *many, env={f"{'x' * 200}{number}": "" for number in range(300)})
    assert facts[-1]["complete"] is False and len(json.dumps(facts)) > 50 * 1024


def test_lines_are_bounded(shell):
    facts = run(shell, *[word for _ in range(200) for word in ("--secret", "HOME")], env={"HOME": "/"})
    assert len(facts) == 200 and facts[-1]["complete"] is False


def test_it_stays_until_it_is_told_to_go(shell):
    command, tools = shell
    process = subprocess.Popen([*command, *tools, "--stay", "60"], stdout=subprocess.PIPE)
    facts = []
    while not facts or facts[-1]["fact"] != "end":
        facts.append(json.loads(process.stdout.readline()))
    assert process.poll() is None
    process.terminate()
    assert process.wait(5) == 0


def test_nothing_is_left_running(shell, tmp_path):
    mark = f"left-{os.getpid()}-{tmp_path.name}"
    run(shell, "--root", tmp_path, "--file", "/a", env={"MARK": mark})
    time.sleep(0.2)
    left = []
    for entry in Path("/proc").glob("[0-9]*/environ"):
        try:
            left += [entry] if mark.encode() in entry.read_bytes() else []
        except OSError:
            continue
    assert left == []


# ---- the script itself


def test_every_key_is_documented():
    for kind, keys in KEYS.items():
        assert re.search(rf"^    {kind}\b", examination.__doc__, re.M), kind
        for key in keys:
            assert re.search(rf"\b{key}\b", examination.__doc__), key


def test_plain_sh():
    if not (shellcheck := shutil.which("shellcheck")):
        pytest.skip("shellcheck is not installed")
    done = subprocess.run([shellcheck, "-s", "sh", "-"], input=SCRIPT, text=True, capture_output=True)
    assert done.stdout == ""


def test_it_is_in_the_package():
    from importlib.resources import files

    assert (files("kubectl_why.debug") / "examine.sh").read_text() == SCRIPT
