"""How a run ends before its time: signals at any moment, readers that go away, disks that are full, streams that are closed.

Every run is a process of its own, below real kubectl where that is there.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from tests.replay import Fault, Replay, environment, hang
from tests.test_cli import CASE, POD

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals and pipes as Unix has them")
fcntl = pytest.importorskip("fcntl")
PROGRAM = ["kubectl", "why"] if shutil.which("kubectl") else ["kubectl-why"]
DEMO = ["kubectl-why", "--demo"]
QUICK = 0.5
"""Seconds from a signal to the end."""

# Run by Python before anything else: notes what is imported, or sends a signal when it comes to a certain module.
WITNESS = """
import os, sys
class Witness:
    def find_spec(self, name, *_):
        if os.environ.get("NOTE"):
            with open(os.environ["NOTE"], "a") as file:
                file.write(name + "\\n")
        if name == os.environ.get("AT"):
            os.kill(os.getpid(), int(os.environ["SIGNAL"]))
sys.meta_path.insert(0, Witness())
"""


def run(command: list[str], **options) -> subprocess.CompletedProcess:
    return subprocess.run(command, capture_output=True, text=True, timeout=60, **{"env": environment(), **options})


# --- signals while something is imported -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def witnessed(recordings: Replay, tmp_path_factory) -> tuple[Callable, list[str]]:
    """A verdict on a pod with a witness of its imports, and all that it imports from its own first module on."""
    folder = tmp_path_factory.mktemp("witness")
    (folder / "sitecustomize.py").write_text(WITNESS)
    command = ["kubectl-why", POD, "--kubeconfig", recordings.kubeconfig(CASE)]

    def verdict(**variables: str) -> subprocess.CompletedProcess:
        return run(command, env=environment(PYTHONPATH=str(folder), **variables))

    recordings.faults.clear()
    assert verdict(NOTE=str(folder / "names")).returncode == 1
    names = (folder / "names").read_text().split()
    own = names[names.index("kubectl_why.__main__") + 1 :]
    # What a library only looks for is not found, and what is there already is not looked for.
    return verdict, [name for name in dict.fromkeys(own) if name != "signal"]


def test_ctrl_c_while_anything_is_imported(witnessed, figures, request):
    verdict, names = witnessed
    assert len(names) > 300
    for name in names[:: 1 if request.config.getoption("--long") else len(names) // 10]:
        done = verdict(AT=name, SIGNAL=str(int(signal.SIGINT)))
        assert (name, done.returncode, done.stdout, done.stderr) == (name, -signal.SIGINT, "", "")
        figures["moments of a run at which Ctrl-C came"] += 1


# --- signals while a server is awaited -------------------------------------------------------------------------------

# What holds the program, what it is asked, and what the server is asked then.
HELD = {
    "the pod": (hang(f"/pods/{POD}$", 9), [POD], f"/pods/{POD}"),
    "all that it names": (hang("/secrets|/configmaps|/nodes", 9), [POD], "/configmaps"),
    "its log": (hang("/log", 9), [POD], "/log"),
    "the rest of an answer": (Fault("/log", raw=b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab"), [POD], "/log"),
    "a second try": (Fault("/events", status=429, count=1), [POD], "/events"),
    "a list": (hang("/pods", 9), [], "/pods"),
    "what workloads in trouble name": (hang("/configmaps|/log|/events", 9), ["-A"], "/events"),
    "Services": (hang("/services", 9), ["deploy/ledger-worker"], "/services"),
}


@pytest.mark.parametrize(
    "held, name",
    [*((held, "SIGINT") for held in HELD), ("its log", "SIGTERM"), ("its log", "SIGHUP"), ("a list", "SIGTERM")],
)
def test_a_signal_while_the_server_is_awaited(replay, figures, held, name):
    fault, arguments, asked = HELD[held]
    fault = Fault(**vars(fault))
    replay.faults.append(fault)
    case = "ledger" if held == "Services" else CASE
    process = subprocess.Popen(
        [*PROGRAM, *arguments, "--kubeconfig", replay.kubeconfig(case)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(),
    )
    for _ in range(2000):
        if any(asked in url for _, url in replay.requests):
            break
        time.sleep(0.01)
    time.sleep(0.05)
    number, began = getattr(signal, name), time.monotonic()
    process.send_signal(number)
    told = process.communicate(timeout=30)
    assert time.monotonic() - began < QUICK
    assert (process.returncode, *told) == (-number, "", "")
    figures["signals while a server was awaited"] += 1


@pytest.mark.parametrize("name, status", [("INT", 130), ("TERM", 143), ("HUP", 129)])
def test_a_shell_says_128_and_the_number(replay, name, status):
    replay.faults.append(hang("/log", 3))
    program = " ".join([*PROGRAM, POD, "--kubeconfig", replay.kubeconfig(CASE)])
    line = f"(sleep 0.8; kill -{name} $$) & exec {program}"
    done = run(["sh", "-c", f"sh -c '{line}'; echo $?"])
    assert done.stdout == f"{status}\n" and "Traceback" not in done.stderr


def test_ctrl_c_at_a_terminal_leaves_it_as_it_was(replay):
    import pty
    import termios

    replay.faults.append(hang("/pods", 9))
    pid, terminal = pty.fork()
    if pid == 0:  # pragma: no cover
        os.execvpe(PROGRAM[0], [*PROGRAM, "--kubeconfig", replay.kubeconfig(CASE)], environment(TERM="xterm"))
    before, said = termios.tcgetattr(terminal), b""
    while b"listing pods" not in said:
        said += os.read(terminal, 4096)
    began = time.monotonic()
    os.write(terminal, b"\x03")
    assert os.WTERMSIG(os.waitpid(pid, 0)[1]) == signal.SIGINT
    assert time.monotonic() - began < QUICK
    assert termios.tcgetattr(terminal)[:4] == before[:4]
    assert b"\x1b[?25l" not in said
    os.close(terminal)


def test_ctrl_c_while_a_login_plugin_is_awaited(replay, tmp_path):
    config = yaml.safe_load(Path(replay.kubeconfig(CASE)).read_text())
    plugin = {
        "apiVersion": "client.authentication.k8s.io/v1",
        "command": "sh",
        "args": ["-c", f"echo >{tmp_path}/there; sleep 9"],
    }
    config["users"][0]["user"] = {"exec": {**plugin, "interactiveMode": "Never"}}
    (tmp_path / "config").write_text(yaml.safe_dump(config))
    process = subprocess.Popen(
        [*PROGRAM, POD, "--kubeconfig", str(tmp_path / "config")],
        stderr=subprocess.PIPE,
        env=environment(),
        start_new_session=True,
    )
    while not (tmp_path / "there").exists():
        time.sleep(0.01)
    began = time.monotonic()
    os.killpg(process.pid, signal.SIGINT)  # as a terminal sends it: to the plugin as well
    assert process.communicate(timeout=30)[1] == b"" and process.returncode == -signal.SIGINT
    assert time.monotonic() - began < QUICK


# --- nobody reads, nothing can be written ----------------------------------------------------------------------------

ANSWERS = [
    ["--demo"],
    ["--demo", "-o", "json"],
    ["--demo", "-o", "name"],
    ["--demo", "--save", "-"],
    ["--causes"],
    ["--explain", "OOMKilled"],
    ["--alerts"],
]
by_answer = pytest.mark.parametrize("arguments", ANSWERS, ids=" ".join)


@by_answer
def test_a_reader_that_goes_away(arguments):
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(["kubectl-why", *arguments], stdout=writer, stderr=subprocess.PIPE, env=environment())
    os.close(writer)
    # 128 + SIGPIPE, as a shell says of kubectl then.
    assert (done.returncode, done.stderr) == (141, b"")


@pytest.mark.skipif(not hasattr(fcntl, "F_SETPIPE_SZ"), reason="the size of a pipe can be set on Linux only")
@pytest.mark.parametrize("end", ["SIGINT", "SIGTERM", "reader"])
def test_in_the_middle_of_printing(end):
    reader, writer = os.pipe()
    fcntl.fcntl(writer, fcntl.F_SETPIPE_SZ, 4096)
    # Without its buffers, Python itself takes half a write for a whole one.
    env = environment(PYTHONUNBUFFERED="")
    process = subprocess.Popen([*DEMO, "--save", "-"], stdout=writer, stderr=subprocess.PIPE, env=env)
    os.close(writer)
    assert len(os.read(reader, 100)) == 100  # it prints, and has more to say than the pipe takes
    time.sleep(0.1)
    began = time.monotonic()
    if end == "reader":
        os.close(reader)
    else:
        process.send_signal(getattr(signal, end))
    stderr = process.communicate(timeout=30)[1]
    assert time.monotonic() - began < QUICK
    assert (process.returncode, stderr) == (141 if end == "reader" else -getattr(signal, end), b"")
    if end != "reader":
        os.close(reader)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="has no disk that is always full")
@by_answer
def test_a_full_disk(arguments):
    with open("/dev/full", "w") as full:
        done = subprocess.run(["kubectl-why", *arguments], stdout=full, stderr=subprocess.PIPE, text=True, env=environment())
    assert (done.returncode, done.stderr) == (4, "error: the answer cannot be written: No space left on device\n")


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_streams_that_are_closed(replay, closed):
    program = " ".join(["kubectl-why", POD, "--kubeconfig", replay.kubeconfig(CASE)])
    done = run(["sh", "-c", f"{program} {closed}"])
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout.startswith("POD" if closed in ("<&-", "2>&-") else "")


def test_words_that_nobody_reads(tmp_path):
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(["kubectl-why", "x", "--kubeconfig", str(tmp_path / "none")], stderr=writer, env=environment())
    os.close(writer)
    assert done.returncode == 4


def test_a_saved_file_is_whole_or_not_begun(tmp_path):
    """What cannot be made into a text leaves the file of an earlier run as it was."""
    from kubectl_why import files

    file = tmp_path / "saved"
    file.write_text("earlier")
    snapshot = files.demo()
    object.__setattr__(snapshot, "objects", {"Pod/x": {"kind": object()}})
    with pytest.raises(TypeError):
        files.save(snapshot, str(file))
    assert file.read_text() == "earlier"


def test_no_key_is_left_by_a_signal(tmp_path):
    """A client key has to be in a file for a moment."""
    code = (
        "import os, signal\nfrom kubectl_why.cluster.transport import _temporary_file\n"
        "with _temporary_file(b'key') as file:\n    os.kill(os.getpid(), signal.SIGTERM)\n    assert os.path.exists(file)\n"
        "print('never')"
    )
    done = run([sys.executable, "-c", code], env=environment(TMPDIR=str(tmp_path)))
    assert (done.returncode, done.stdout) == (-signal.SIGTERM, "")
    assert not list(tmp_path.iterdir())


def test_what_is_ignored_stays_ignored(replay):
    """nohup, and what a shell without job control has started in the background."""
    replay.faults.append(Fault("/log", delay=1.0))
    program = " ".join(["exec kubectl-why", POD, "-o name --kubeconfig", replay.kubeconfig(CASE)])
    process = subprocess.Popen(
        ["sh", "-c", f"trap '' INT HUP; {program}"], stdout=subprocess.PIPE, text=True, env=environment()
    )
    for _ in range(2000):
        if any("/log" in url for _, url in replay.requests):
            break
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    process.send_signal(signal.SIGHUP)
    assert process.communicate(timeout=30)[0] == "missing-env-var\n" and process.returncode == 1
