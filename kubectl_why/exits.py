"""What exit codes and signals mean: by convention, from the container runtime and the kubelet, and in single programs.

A container's exit code is its process's exit status, 0 to 255, or 128 + n where signal n ended it (runc, crun, containerd,
CRI-O; POSIX, Shell Command Language, 2.8.2, says only: above 128). On Windows it is 32 bits wide. No code is reserved:
any program may end with any code, so that a meaning is always one reading among others.
"""

from __future__ import annotations

import re
from typing import NamedTuple


class Lead(NamedTuple):
    """A cause that a code may come from."""

    cause: str
    when: str = ""
    """By what it is known, as a sentence without a full stop; where empty, what the cause itself says."""


class Signal(NamedTuple):
    """A signal of Linux. Source: signal(7); the numbers are those of x86 and ARM."""

    number: int
    name: str
    words: str
    """Who sends it and why, as a phrase."""
    leads: tuple[Lead, ...] = ()
    remark: str = ""
    """What else is to be known of it; sentences."""


class Exit(NamedTuple):
    """An exit code that means something by convention."""

    code: int
    words: str
    """What it stands for, as a phrase."""
    leads: tuple[Lead, ...] = ()
    remark: str = ""
    """How often it is something else, and who else uses it; sentences."""


_MISSING = (
    Lead("command-not-found", "the runtime or the shell says: not found, no such file or directory"),
    Lead("interpreter-not-found", "the file is there; what its #! line or its ELF header names is not"),
)
_LOG = Lead("silent-exit", "the log does not say why")

SIGNALS = (
    Signal(1, "SIGHUP", "its terminal or its parent went away"),
    Signal(2, "SIGINT", "an interrupt, as of Ctrl-C"),
    Signal(
        3, "SIGQUIT", "a request to stop", remark="A JVM only prints its threads; a Go program prints them and ends with 2."
    ),
    Signal(
        4,
        "SIGILL",
        "an instruction that the node's CPU does not know",
        (
            Lead("illegal-instruction"),
            Lead("exec-format-error", "the whole program is for another architecture: that seldom gets as far as a signal"),
        ),
    ),
    Signal(5, "SIGTRAP", "a breakpoint; V8 (Node, Chromium) ends so at an error that it cannot survive"),
    Signal(
        6,
        "SIGABRT",
        "the process gave up by itself: it called abort()",
        (
            Lead("heap-exhausted", "the log says that the heap is full: Node, .NET"),
            Lead("segmentation-fault", "the JVM reports a SIGSEGV in its log, then aborts"),
            Lead("unhandled-exception", "the log has the exception: C++ terminate(), every exception nobody caught in .NET"),
            Lead("aborted", "none of these: a failed assertion, a heap that the C library found corrupted"),
        ),
    ),
    Signal(7, "SIGBUS", "memory behind which there is nothing, as of a file that was cut short or a full /dev/shm"),
    Signal(8, "SIGFPE", "a division by zero"),
    Signal(
        9,
        "SIGKILL",
        "an end that no process can catch: the kernel out of memory, the kubelet after the grace period, or somebody",
        (
            Lead("oom-killed", "state.terminated.reason is OOMKilled: the memory limit of the container"),
            Lead("probe-failed", "an event Killing names a probe, and SIGTERM was not heeded in the grace period"),
            Lead("node-out-of-memory", "the reason is Error, and the node has an event SystemOOM or MemoryPressure"),
            Lead("evicted-node-pressure", "the pod's status.reason is Evicted"),
            Lead("evicted-ephemeral-storage", "the pod is Evicted, and the message speaks of its own use of disk"),
            Lead(
                "killed", "none of these: a process of the pod, of the node, or an OOM kill that nobody noticed (cgroup v1)"
            ),
        ),
        "137 alone is no proof of too little memory: without the reason OOMKilled it is often a probe or a deletion whose"
        " SIGTERM was not heeded. With the reason ContainerStatusUnknown nothing ended so: the container was gone before the"
        " kubelet saw its end, and it wrote 137 by itself (kubelet_pods.go, 1.36).",
    ),
    Signal(10, "SIGUSR1", "what the program makes of it; one that does not expect it ends"),
    Signal(
        11,
        "SIGSEGV",
        "memory that is not its own",
        (
            Lead("heap-exhausted", "the log says that the heap is full: Node"),
            Lead("segmentation-fault"),
        ),
    ),
    Signal(12, "SIGUSR2", "what the program makes of it; one that does not expect it ends"),
    Signal(13, "SIGPIPE", "it wrote to a pipe or a connection that nobody reads"),
    Signal(14, "SIGALRM", "a timer that it had set itself ran out"),
    Signal(
        15,
        "SIGTERM",
        "a request to stop: from the kubelet when a pod is deleted or a probe failed, or from somebody in the pod",
        (
            Lead("probe-failed", "an event Killing names a liveness or startup probe"),
            Lead("node-shutdown", "the pod's reason is Terminated, or a drain or a taint ended it"),
            Lead("preempted", "a pod of higher priority took its place"),
            Lead("deadline-exceeded", "the reason is DeadlineExceeded"),
            Lead("terminated", "none of these, and the pod is not being deleted"),
        ),
    ),
    Signal(16, "SIGSTKFLT", "unused"),
    Signal(17, "SIGCHLD", "a child ended; it ends no process by itself"),
    Signal(18, "SIGCONT", "go on after a stop; it ends no process"),
    Signal(19, "SIGSTOP", "stand still until SIGCONT; it ends no process"),
    Signal(20, "SIGTSTP", "stand still, as of Ctrl-Z; it ends no process"),
    Signal(21, "SIGTTIN", "it read from a terminal in the background; it ends no process"),
    Signal(22, "SIGTTOU", "it wrote to a terminal in the background; it ends no process"),
    Signal(23, "SIGURG", "urgent data of a connection; it ends no process"),
    Signal(24, "SIGXCPU", "its limit of processor time", remark="That is ulimit -t; a container's CPU limit only slows it."),
    Signal(25, "SIGXFSZ", "its limit of a file's size"),
    Signal(26, "SIGVTALRM", "a timer of its own processor time ran out"),
    Signal(27, "SIGPROF", "a profiler's timer ran out"),
    Signal(28, "SIGWINCH", "the terminal has another size; Apache httpd stops in order at it"),
    Signal(29, "SIGIO", "input or output is possible"),
    Signal(30, "SIGPWR", "the power fails"),
    Signal(
        31,
        "SIGSYS",
        "a system call that a seccomp profile forbids",
        (Lead("silent-exit", "the node's audit log names the system call; CRI-O gives the reason `seccomp killed`"),),
    ),
)

EXITS = (
    Exit(
        0,
        "success: the process is done",
        (
            Lead("completed-and-restarted", "restartPolicy is Always, so that it is started again and again"),
            Lead("oom-killed", "the reason is OOMKilled all the same: a child of it was killed"),
        ),
        "For a Job, an init container and a pod with restartPolicy OnFailure it is what is wanted. With Always it means that"
        " the main process went to the background, had nothing to do, or that the command is a task and not a server.",
    ),
    Exit(
        1,
        "a general error",
        (
            Lead("unhandled-exception", "the log ends with a stack trace"),
            Lead("missing-env-var", "the log names a variable"),
            Lead("invalid-configuration", "the log names a file or a setting that it does not accept"),
            Lead("connection-refused", "the log names a host and a port"),
            Lead("heap-exhausted", "the log says OutOfMemoryError"),
            _LOG,
        ),
        "The code says nothing but that it failed. Nearly every cause of the family application ends so, and a program"
        " that was killed may have a parent that ends with 1: the log decides.",
    ),
    Exit(
        2,
        "a wrong use of a command, or a Go program's panic",
        (
            Lead("bad-arguments", "the log shows a usage text: argparse, click, getopt, a builtin of the shell"),
            Lead("unhandled-exception", "the log has `panic:` or `fatal error:` and goroutines (Go)"),
            Lead("missing-file", "a shell says that it cannot open its script (dash, busybox)"),
            _LOG,
        ),
    ),
    Exit(64, "a wrong use of the command (EX_USAGE)", (Lead("bad-arguments"),)),
    Exit(65, "wrong input (EX_DATAERR)"),
    Exit(66, "no input (EX_NOINPUT)", (Lead("missing-file"),)),
    Exit(67, "an unknown user (EX_NOUSER)"),
    Exit(68, "an unknown host (EX_NOHOST)", (Lead("dns-not-found"),)),
    Exit(69, "a service that is not available (EX_UNAVAILABLE)", (Lead("connection-refused"),)),
    Exit(70, "an internal error (EX_SOFTWARE)", (Lead("unhandled-exception"),)),
    Exit(71, "an error of the system (EX_OSERR)"),
    Exit(72, "a file of the system that is missing (EX_OSFILE)", (Lead("missing-file"),)),
    Exit(73, "an output that cannot be made (EX_CANTCREAT)", (Lead("permission-denied"), Lead("read-only-filesystem"))),
    Exit(74, "an input or output error (EX_IOERR)", (Lead("disk-full"),)),
    Exit(75, "a failure that may pass (EX_TEMPFAIL)"),
    Exit(76, "a peer that broke the protocol (EX_PROTOCOL)"),
    Exit(77, "no permission (EX_NOPERM)", (Lead("permission-denied"),)),
    Exit(78, "a wrong configuration (EX_CONFIG)", (Lead("invalid-configuration"),)),
    Exit(
        124,
        "of the command timeout: its time ran out",
        (Lead("connection-timeout", "what it waited for is another host"), _LOG),
    ),
    Exit(
        125,
        "of a command that starts another one (timeout, docker run, xargs): it failed itself",
        (Lead("bad-arguments"), _LOG),
    ),
    Exit(
        126,
        "a command that may not be executed",
        (
            Lead("command-not-executable", "permission denied: no x in its mode, or a mount with noexec"),
            Lead("exec-format-error", "the file is no program for this machine"),
        ),
    ),
    Exit(
        127,
        "a command that was not found",
        (
            *_MISSING,
            Lead("missing-module", "the dynamic loader says: error while loading shared libraries"),
        ),
        "Said by a shell or the loader inside the container. Where the container runtime itself finds none,"
        " the reason is StartError or ContainerCannotRun, mostly with 128, and state.terminated.message has its words.",
    ),
    Exit(
        128,
        "a process that could not be started (StartError), or a wrong argument to exit",
        (
            *_MISSING,
            Lead("command-not-executable", "the message says: permission denied"),
            Lead("exec-format-error", "the message says: exec format error"),
            Lead("working-directory-invalid", "the message names the working directory: chdir to cwd"),
            Lead("mount-type-mismatch", "the message says: not a directory, while it mounts"),
        ),
        "containerd gives 128 to a container that could not be started; state.terminated.message has the runtime's words.",
    ),
    Exit(
        255,
        "exit(-1), or a code out of range",
        (Lead("node-not-ready", "the reason is Unknown: the node or containerd was started anew, and 255 is made up"), _LOG),
    ),
)
"""Source: sysexits(3) for 64 to 78; timeout(1); POSIX, Shell Command Language, 2.8.2 and its rationale; the Bash manual,
Exit Status; containerd internal/cri/server/container_start.go (128, StartError) and restart.go (255, Unknown)."""

PROGRAMS = {
    "curl": {
        3: "a URL that it cannot read",
        6: "a host name that does not resolve",
        7: "no connection to the host",
        22: "an HTTP status of 400 or above",
        28: "its time ran out",
        35: "TLS failed",
        52: "no answer from the server",
        56: "the connection broke",
        60: "a certificate that it does not trust",
    },
    "wget": {
        4: "no connection to the host",
        5: "TLS failed",
        6: "the server wants a login",
        8: "the server answered with an error",
    },
    "psql": {2: "no connection to the server", 3: "an error in a script"},
    "pg_isready": {1: "the server refuses connections", 2: "no answer from the server", 3: "wrong parameters"},
    "ssh": {255: "no connection to the host, or no login"},
    "rsync": {10: "no connection to the host", 23: "some files were not transferred", 30: "its time ran out"},
    "grep": {1: "no line that matches"},
}
"""What clients mean that say nothing when they are told to be silent.

Source: curl(1), wget(1), psql(1), pg_isready(1), ssh(1), rsync(1), grep(1), EXIT STATUS or EXIT CODES.
"""

RUNTIMES = {
    "Python": {
        1: "an exception that nobody caught, or an exit with a text",
        2: "a command line that the interpreter, argparse or click does not take",
        120: "what was printed could not be written at its end",
    },
    "gunicorn": {3: "a worker failed to boot", 4: "the application could not be loaded"},
    "uvicorn": {1: "the application could not be loaded, or the port is taken", 3: "the application's startup failed"},
    "Java": {
        1: "an exception that nobody caught in main, or a JVM that could not start",
        3: "OutOfMemoryError under -XX:+ExitOnOutOfMemoryError",
        134: "the JVM itself crashed and wrote hs_err_pid.log, or OutOfMemoryError under -XX:+CrashOnOutOfMemoryError",
        143: "SIGTERM, after which it ran its shutdown hooks: an end in good order",
    },
    "Elasticsearch": {
        78: "a bootstrap check failed, such as vm.max_map_count",
        124: "IOError",
        125: "UnknownError",
        126: "StackOverflowError",
        127: "OutOfMemoryError",
        128: "InternalError",
    },
    "Node.js": {
        1: "an exception or a rejected promise that nobody caught",
        5: "an error that V8 cannot survive",
        7: "the handler of uncaughtException failed itself",
        9: "an option that it does not know",
        12: "the port of --inspect is taken or wrong",
        13: "a top-level await that never ends",
        133: "an error that V8 cannot survive",
        134: "the heap is full (JavaScript heap out of memory), or an assertion of Node itself",
    },
    ".NET": {
        129: "a wrong argument to the host",
        130: "a library of the host cannot be loaded",
        131: "a library of the host is missing: hostfxr, hostpolicy",
        134: "an exception that nobody caught",
        135: "coreclr is not found",
        137: "coreclr could not be initialised: not a SIGKILL",
        139: "a .deps.json is missing or wrong: not a SIGSEGV",
        140: "a file that .deps.json names is missing",
        145: "the SDK is not found: a command of the SDK in an image that has only the runtime, or a wrong name of the .dll",
        147: ".runtimeconfig.json cannot be read",
        150: "the framework version that the application asks for is not in the image",
        154: "the application's .dll is missing",
    },
    "Go": {
        1: "log.Fatal, or os.Exit(1)",
        2: "a panic that nobody recovered, or a fatal error of the runtime (deadlock, out of memory)",
    },
    "Rust": {101: "a panic"},
    "Ruby": {1: "an exception that nobody caught"},
    "PHP": {255: "a fatal error or an exception that nobody caught", 78: "php-fpm does not accept its configuration"},
    "MongoDB": {
        2: "options that it does not accept",
        14: "an error that it cannot survive",
        48: "it cannot listen on its port",
        62: "the data files are of another version",
        100: "an exception at the start: often that the data directory is missing, locked or not its own",
    },
    "timeout": {124: "its time ran out", 125: "it failed itself", 137: "its time ran out, with -s KILL or -k"},
    "xargs": {123: "a command ended with 1 to 125", 124: "a command ended with 255", 125: "a command was killed"},
    "apt-get": {100: "an error"},
}
"""What language runtimes and servers mean with a code.

Source: Python, sys (exit) and Py_RunMain; gunicorn arbiter.py; uvicorn main.py, STARTUP_FAILURE; java(1), HotSpot flags;
ElasticsearchUncaughtExceptionHandler and ExitCodes; Node.js, Process, exit codes, and node_exit_code.h; dotnet/runtime,
docs/design/features/host-error-codes.md; Go, runtime/panic.go; Rust, std::process; php-fpm, fpm.h; MongoDB manual,
Exit Codes and Statuses; timeout(1), xargs(1), apt-get(8).
"""

WINDOWS = (
    Exit(
        0xC0000005,
        "STATUS_ACCESS_VIOLATION: memory that is not its own",
        (Lead("segmentation-fault", "the counterpart of SIGSEGV"),),
    ),
    Exit(
        0xC0000017,
        "STATUS_NO_MEMORY: no memory is left",
        (Lead("oom-killed", "the container's limit"), Lead("node-out-of-memory", "the node's")),
    ),
    Exit(
        0xC000001D, "STATUS_ILLEGAL_INSTRUCTION: an instruction that the CPU does not know", (Lead("illegal-instruction"),)
    ),
    Exit(
        0xC000007B, "STATUS_INVALID_IMAGE_FORMAT: a program or a DLL for another architecture", (Lead("exec-format-error"),)
    ),
    Exit(0xC0000094, "STATUS_INTEGER_DIVIDE_BY_ZERO: a division by zero"),
    Exit(0xC00000FD, "STATUS_STACK_OVERFLOW: the stack is full", (Lead("segmentation-fault", "endless recursion"),)),
    Exit(0xC0000135, "STATUS_DLL_NOT_FOUND: a DLL is not in the image", (Lead("missing-module"),)),
    Exit(0xC0000138, "STATUS_ORDINAL_NOT_FOUND: a DLL of another version", (Lead("runtime-version-mismatch"),)),
    Exit(0xC0000139, "STATUS_ENTRYPOINT_NOT_FOUND: a DLL of another version", (Lead("runtime-version-mismatch"),)),
    Exit(
        0xC000013A,
        "STATUS_CONTROL_C_EXIT: it was asked to stop, by Ctrl-C, a shutdown, or the kubelet",
        (Lead("terminated", "the counterpart of SIGTERM"), Lead("probe-failed", "an event Killing names a probe")),
    ),
    Exit(0xC0000142, "STATUS_DLL_INIT_FAILED: a DLL could not be initialised; often the desktop heap is used up"),
    Exit(0xC0000374, "STATUS_HEAP_CORRUPTION: the heap is corrupted", (Lead("aborted"),)),
    Exit(
        0xC0000409,
        "STATUS_STACK_BUFFER_OVERRUN: the process gave up by itself (abort, fast fail)",
        (Lead("aborted", "the counterpart of SIGABRT"),),
    ),
    Exit(0xC0000417, "STATUS_INVALID_CRUNTIME_PARAMETER: the C library refused an argument", (Lead("aborted"),)),
    Exit(0xE0434352, "an exception of .NET that nobody caught", (Lead("unhandled-exception"),)),
    Exit(0xE06D7363, "an exception of C++ that nobody caught", (Lead("unhandled-exception"),)),
    Exit(0x80131623, "COR_E_FAILFAST: .NET gave up by itself (Environment.FailFast)", (Lead("aborted"),)),
)
"""Exit codes of Windows, without their sign.

Source: [MS-ERREF] 2.3.1, NTSTATUS values; dotnet/runtime, corexcep.h and corerror.xml.
"""

# Their default is to be ignored, or to stop or go on with the process, signal(7): no exit code comes from them.
_END_NOTHING = frozenset((17, 18, 19, 20, 21, 22, 23, 28))
_NUMBER = r"(?:0x[0-9a-f]{1,8}|-?[0-9]{1,10})"


def signal(word: str | int) -> Signal | None:
    """The signal of that number or name, with or without SIG, in any case."""
    name = str(word).upper().removeprefix("SIG")
    return next((item for item in SIGNALS if name in (str(item.number), item.name.removeprefix("SIG"))), None)


def by_convention(code: int) -> Exit | None:
    """What the code means by convention, on Linux or on Windows; None where it has no meaning but its program's."""
    for row in (*EXITS, *WINDOWS):
        if row.code == code:
            return row
    ended = signal(code - 128) if code > 128 else None
    if ended is None or ended.number in _END_NOTHING:
        return None
    return Exit(code, f"{ended.name}: {ended.words}", ended.leads, ended.remark)


def of_programs(code: int) -> dict[str, str]:
    """What single programs mean with that code, by their names."""
    return {name: table[code] for name, table in (PROGRAMS | RUNTIMES).items() if code in table}


def read_code(word: str) -> int | None:
    """The exit code that is meant by 137, 0x8b, -1073741819, `exit code 137` or ExitCode:137; None where none is.

    Below zero down to -64 it is a signal, as Python tells of its children; below that a code of Windows with its sign.
    """
    found = re.fullmatch(rf"(?:exit(?:ed)?|code|status|rc|with|-(?=[a-z])|[\s:=_])*({_NUMBER})", word.strip().lower())
    if not found:
        return None
    digits = found[1]
    number = int(digits, 16) if digits.startswith("0x") else int(digits)
    if number < -64:
        return number & 0xFFFFFFFF
    return number if 0 <= number <= 0xFFFFFFFF else None


def read_signal(word: str) -> Signal | None:
    """The signal that is meant by SIGKILL, kill, `signal 9`, Signal:9, `kill -9` or -9; a bare 9 is an exit code."""
    text = word.strip().lower()
    numbered = re.fullmatch(r"(?:(?:sig(?:nal)?|kill(?:ed by signal)?)[\s:=_-]*|-)([0-9]{1,2})", text)
    named = re.fullmatch(r"(?:(?:signal|kill)[\s:=_-]+|-)?((?:sig)?[a-z]+\d?)", text)
    found = numbered or named
    return signal(found[1]) if found else None
