"""What a process says that the machine does not give it: commands, modules, ports, descriptors, space, files."""

from .table import Row, rows

_Q = r"['\"`‘’“”]"
_PATH = r"(?<![\w/.~-])(?P<file>(?:~|\.{1,2})?/[^\s:;,'\"`‘’“”()\[\]]{1,300})"
# A class may look like a file, and be one: its name says that it is an exception.
_NAME = r"(?![\w.$]*(?:Exception|Error)\b)(?P<file>[\w-]{0,100}[./][\w./@+-]{0,300})"
_PORT = r"(?P<port>\d{1,5})"
# An address that is listened on, with its port: 0.0.0.0:80, [::]:80, :::80, *:80, ('0.0.0.0', 80), http://+:80.
# Boost writes the number of the error in the same way.
_ADDRESS = rf"(?!(?:system|generic):)(?:[\[(]?{_Q}?(?:[\w.*+-]*|[0-9A-Fa-f:.]+|\[[0-9A-Fa-f:.]*\]|\w+://[\w.*+\[\]:-]+?){_Q}?\]?(?::|,|, ))"
_PRIVILEGED = r"(?P<port>(?:[1-9]\d{0,2}|10[01]\d|102[0-3])(?!\d))"


# What stands where the name of a file may stand, and is the call that failed, or what was to be done with the file.
_CALLS = (
    r"(?:f?open|openat|opendir|[fl]?stat|mkdir|chdir|rename|unlink|bind|connect|exec\w*|read|write|access|socket|chown|chmod"
    r"|config(?:uration)?|errors?|failed|reason|cause)"
)


def _of_file(cause: str, *said: tuple[str, str]) -> tuple[Row, ...]:
    """The ways in which runtimes put an error number's words and a file together, with the needle and the words."""
    return tuple(row for needle, words in said for row in rows(cause, *((needle, pattern) for pattern in _forms(words))))


def _forms(words: str) -> tuple[str, ...]:
    return (
        # what was written to is not named; what stands before is the program
        rf"(?:write error|[Ee]rror writing {_Q}?(?:standard output|stdout){_Q}?): {words}",
        # tar: the file, then what could not be done with it
        rf"(?:^|\s)(?P<file>[^\s:'\"]{{1,300}}): Cannot [a-z ]{{2,30}}: {words}",
        # Python, Node, Ruby, PHP, the JVM
        rf"{words}: b?{_Q}(?P<file>[^'\"]{{1,300}}){_Q}",
        rf"{words}, \w+ {_Q}(?P<file>[^'\"]{{1,300}}){_Q}",
        rf"{words} @ \w+ - (?P<file>[^()\n]{{1,300}}?)(?: \(Errno|$)",
        rf"{words} - (?P<file>[^()\s]{{1,300}})",
        rf"\w\((?P<file>[^()'\"]{{1,300}})\): (?i:failed to open \w+): {words}",
        rf"Exception: (?P<file>[^\s()][^()]{{0,300}}?) \({words}\)",
        # a file in quotes, in front: C, nginx, coreutils, and Go where it quotes
        rf"{_Q}(?P<file>[^'\"`‘’“”]{{1,300}}){_Q}\)?[:,]? (?:\w+ )?\(?(?:\[Errno \d+\] |\d+: |error )?{words}",
        # a place in a script, then the file; a file after what was done with it; a path before the words, or after them
        r": (?:line )?\d+: (?:[\w.-]+: )?(?:cannot (?:open|create) |can't (?:open|create) )?"
        rf"(?P<file>[^\s:'\"]{{1,300}}): {words}",
        # std::filesystem
        rf"{words} \[(?P<file>[^\]\n]{{1,300}}?)\](?: \[|$)",
        rf"{_PATH}: (?:[^:]{{0,40}}: )?{words}",
        rf"\b(?:[a-z]*open|stat|lstat|read|readlink|chdir|mkdir|rename|remove|unlinkat|chmod|chown|exec) "
        rf"(?!(?:config(?:uration)?|settings|file|directory):)(?P<file>[\w.-][^\s:'\"]{{0,300}}): {words}",
        rf"{words}[^/\n]{{0,60}}?[ (\[:'\"]{_PATH}",
        rf"{_PATH}[^/\n]{{0,80}}{words}",
        rf"(?:^|[\s'\"]){_NAME}{_Q}?: {words}",
        rf"\b(?!\w*(?:Exception|Error)\b|file:|{_CALLS}:)(?P<file>\w{{1,60}}): {words}$",
        words,
    )


# Where a shell says that it is: dash and bash put the line before `exec`, the shell of BusyBox after it.
_SHELL = r"^-?[^\s:]+: (?:(?:line )?\d+: )?(?:exec: )?(?:line \d+: )?"
_COMMAND = r"(?P<command>[^\s:]+)"

_START = (
    # A node with containerd has no such socket.
    *rows(
        "missing-file",
        ("docker daemon", r"Cannot connect to the Docker daemon at unix://(?P<file>/\S+?)\.? Is the docker daemon running"),
    ),
    # Node, of --env-file: not what a shell says of a command.
    *rows("missing-file", ("node: ", r"^(?:\S*/)?node: (?P<file>\S+): not found$"), exit_code=9),
    # A script whose #! line, or a binary whose loader, names what is not there: runc, which has found the file, and who has
    # not looked for it (tini, dumb-init) say it of the file.
    *rows(
        "interpreter-not-found",
        ("bad interpreter", r"(?:^|\s)(?P<file>\S+): (?P<interpreter>[^\s:]+): bad interpreter"),
        ("\\r", rf"env: {_Q}?(?P<interpreter>[^\s'‘’\"]+?\\r){_Q}?: No such file"),
        ("required file not found", r"(?P<file>[^\s:]+): cannot execute: required file not found"),
        ("exec ", r"^exec (?P<file>\S*/\S+?)(?: failed)?: [Nn]o such file or directory\s*$"),
        (
            "exec ",
            r"^\[\w+ (?P<blind>tini|docker-init)[^\]]*\] exec (?P<file>\S*/\S+?) failed: No such file or directory\s*$",
        ),
        ("[dumb-init]", r"^\[(?P<blind>dumb-init)\] (?P<file>\S*/\S+): No such file or directory"),
        ("exec user process", r"exec user process caused:? \"?no such file or directory"),
        # gosu, once it has found the file
        ("exec failed", r"^error: exec failed: no such file or directory"),
    ),
    *rows(
        "exec-format-error",
        ("exec failed", r"^error: exec failed: exec format error"),
        (
            "exec format error",
            r"(?:exec |exec: |: |')(?P<file>[^\s:'\"]+)(?: failed)?['\"]?: (?:cannot execute"
            r" binary file: )?[Ee]xec format error",
        ),
        ("exec format error", r"[Ee]xec format error(?:: ['\"](?P<file>[^'\"]+)['\"])?"),
        ("cannot execute binary file", r"(?P<file>[^\s:]+): cannot execute binary file"),
        ("elf", r"^(?P<file>\S+): (?:line )?\d+: \W{0,3}ELF\b"),
        # A shell that takes a binary for a script: the first line of a script is a comment, and has no syntax.
        ("syntax error", r"^(?P<file>\S*/[\w-]+): (?:line )?1: [Ss]yntax error: "),
    ),
    *rows(
        "command-not-found",
        ("not found", rf"{_SHELL}{_COMMAND}\r?: (?:command )?not found(?: \[No such file or directory\])?\s*$"),
        # what a script says that looked for it
        (
            "required but",
            r"(?:^|[\s:])(?P<command>[\w./-]+) is required but (?:it(?:'s| is) )?not (?:installed|found|available)",
        ),
        ("not found", rf"\b[Cc]ommand:? {_Q}?(?P<command>[\w./-]+){_Q}? (?:is |was |could )?not (?:be )?found\b"),
        ("command not found: ", r"^(?:bundler|-?zsh)(?::\d+)?: command not found: (?P<command>\S+)"),
        (
            "no such file or directory",
            r"(?:^|/)(?:env|su-exec|gosu|nohup|timeout|setsid|nice|stdbuf|xargs|exec"
            r"|chpst|setpriv): "
            rf"(?:can't execute |failed to run command |failed to execute )?{_Q}?(?P<command>[^\s'‘’\":]+?){_Q}?: No"
            r" such file or directory",
        ),
        ("command not found: ", r"^(?:zsh:\d+: )?[Cc]ommand not found: (?P<command>\S+)$"),
        ("spawnerr: can't find command", r"spawnerr: can't find command '(?P<command>[^']+)'"),
        ("no such file or directory", r"^\[\w+ tini[^\]]*\] exec (?P<command>\S+) failed: No such file or directory"),
        ("unable to exec", r"^\S+: fatal: unable to exec (?P<command>[^\s:]+): No such file or directory"),
        ("unable to run", r"^\S+: fatal: unable to run: (?P<command>[^\s:]+): file does not exist"),
        ("no such file or directory", r"^\[dumb-init\] (?P<command>[^\s/:]+): No such file or directory"),
        # gosu
        ("executable file not found", r"^error: exec: \"(?P<command>[^\"]+)\": executable file not found in \$PATH"),
    ),
    # uv
    *rows(
        "command-not-found",
        (
            "no such file or directory",
            r"Failed to spawn: `?(?P<command>[^\s`]+)`?\n +(?:Caused by|cause): No such file or directory",
        ),
        spans=True,
    ),
    *rows(
        "command-not-found",
        (
            "no such file or directory",
            r"^(?:[^\s:]*/)?(?:ba|da|a|z|k)?sh(?:: line \d+|: \d+)?: "
            r"(?P<command>/[^\s:]+): No such file or directory\s*$",
        ),
        ("no such file or directory", r": line \d+: (?P<command>/[^\s:]+): No such file or directory\s*$"),
        ("executable file not found", r"exec: \"?(?P<command>[^\s\":]+)\"?: executable file not found"),
        exit_code=127,
    ),
    *rows(
        "command-not-executable",
        ("permission denied", r"\bexec:? \"?(?P<command>[^\s\":]+)\"?(?: failed)?: [Pp]ermission denied"),
        ("exec user process", r"exec user process caused:? \"?permission denied"),
        ("spawnerr: command at", r"spawnerr: command at '(?P<command>[^']+)' is not executable"),
        ("permission denied", r"^\[dumb-init\] (?P<command>\S+): Permission denied"),
        ("permission denied", r"^error: exec: \"(?P<command>[^\"]+)\": permission denied"),
    ),
    *rows(
        "command-not-executable",
        ("permission denied", rf"{_SHELL}{_COMMAND}: (?:cannot execute: )?Permission denied\s*$"),
        (
            "permission denied",
            rf"(?:env|su-exec|gosu|nohup|timeout|setpriv): .*?{_Q}?"
            rf"(?P<command>/[^\s'‘’\":]+){_Q}?: Permission denied",
        ),
        ("is a directory", rf"{_SHELL}{_COMMAND}: (?:cannot execute: )?Is a directory\s*$"),
        exit_code=126,
    ),
)

_LIBC = rows(
    "runtime-version-mismatch",
    ("not found (required by", r"version `(?P<needed>\w+_[\d.]+)' not found \(required by (?P<file>[^)]+)\)"),
    ("glibc_", r"\b(?P<needed>GLIBC(?:XX)?_[\d.]+)['`]? not found"),
    (
        "ld-linux",
        r"Error loading shared library (?P<needed>ld-linux[\w.-]+): No such file or directory(?:"
        r" \(needed by (?P<file>[^)]+)\))?",
    ),
    # which follows from a library that is absent, if one is
    ("symbol not found", r"Error relocating (?P<file>\S+): (?P<needed>\w+): symbol not found(?P<summary>)"),
    ("undefined symbol", r"symbol lookup error: (?P<file>\S+): undefined symbol: (?P<needed>\w+)"),
    ("invalid elf header", r"(?P<file>\S+): invalid ELF header"),
    ("wrong elf class", r"(?P<file>\S+): wrong ELF class: (?P<found>\w+)"),
)

_MODULE = r"(?P<module>[^'\"`‘’\s]+)"
_MODULES = (
    # The class that the JVM was told, and not the one that it then misses.
    *rows("bad-arguments", ("load main class", r"Could not find or load main class (?P<flag>[\"']?-\S+)")),
    *rows(
        "missing-module",
        (
            "main class",
            r"Could not find or load main class (?P<module>\S+)(?:\n+Caused by: java\.lang\.ClassNotFoundException)?",
        ),
        spans=True,
    ),
    *rows(
        "exception",
        (
            "cannot import name",
            r"^(?:\w+\.)*(?P<type>ImportError): (?P<message>cannot import name"
            r" .*partially initialized module.*)",
        ),
    ),
    # An interpreter that looks for its library where it was told to, and not where it is.
    *rows(
        "invalid-configuration",
        (
            "fatal python error",
            r"^  (?P<key>PYTHONHOME) = '(?P<value>[^']+)'\n(?:  [^\n]*\n){1,40}Fatal Python error: [^\n]*",
        ),
        spans=True,
    ),
    *rows(
        "missing-module",
        # Python
        ("no module named", rf"No module named {_Q}?(?P<module>[\w.-]+){_Q}?"),
        ("cannot import name", r"cannot import name ['\"](?P<name>\w+)['\"] from ['\"](?P<module>[\w.]+)['\"]"),
        ("pip install", r"(?:ImportError|ModuleNotFoundError): (?P<module>[\w.-]+) [^\n]*\bpip install\b"),
        ("missing optional dependency", rf"Missing optional dependency {_Q}(?P<module>[\w.-]+){_Q}"),
        ("could not import", rf"[Cc]ould not import (?:module )?{_Q}(?P<module>[\w.]+){_Q}"),
        ("while importing", rf"While importing {_Q}(?P<module>[\w.]+){_Q}, an ImportError was raised"),
        ("distribution was not found", rf"The {_Q}{_MODULE}{_Q} distribution was not found"),
        ("no package metadata was found", rf"No package metadata was found for {_MODULE}"),
        ("error loading", r"Error loading (?P<module>psycopg2?|MySQLdb|cx_Oracle|oracledb)(?: or \w+)? module"),
        ("was not found", r"Unable to load celery application\.? *\n?The module (?P<module>[\w.]+) was not found"),
        ("the module", r"^The module (?P<module>[\w.]+) was not found"),
        # the dynamic loader: glibc, musl
        ("shared librar", r"error while loading shared libraries: (?P<module>[^\s:]+): cannot open shared object file"),
        (
            "shared librar",
            r"Error loading shared library (?P<module>[^\s:]+): No such file or directory(?:"
            r" \(needed by (?P<by>[^)]+)\))?",
        ),
        ("cannot open shared object file", r"(?P<module>[^\s:'\"(]+): cannot open shared object file"),
        # Node, Bun, Deno
        ("cannot find ", rf"Cannot find (?:module|package) {_Q}(?P<module>[^'\"`]+){_Q}"),
        ("npm has a bug", rf"Cannot find module {_MODULE}\. npm has a bug"),
        ("package instead", r"needs the \"(?P<module>[^\"]+)\" package instead"),
        ("package manually", rf"[Pp]lease install {_MODULE} package manually"),
        ("package is missing", rf"The {_Q}{_MODULE}{_Q} package is missing"),
        *(
            (
                needle,
                rf"(?i:not (?:been )?(?:found|installed)|missing|cannot (?:find|load))\b[^\n]{{0,120}}{needle}(?:nstall)? (?:--?\w\S* )*{_MODULE}",
            )
            for needle in ("npm i", "yarn add", "pnpm add")
        ),
        ("did not initialize yet", rf"{_MODULE} did not initialize yet"),
        ("could not load the", r"Could not load the \"(?P<module>[^\"]+)\" module"),
        ("module not found", rf"Module not found (?:\"file://)?{_Q}?{_MODULE}"),
        # the JVM
        ("noclassdeffounderror", r"NoClassDefFoundError: (?!Could not initialize)(?P<module>[\w/$.]+)"),
        ("classnotfoundexception", r"ClassNotFoundException: (?P<module>[\w/$.]+)"),
        ("driver class", r"(?:Cannot load|Failed to load|Could not load JDBC) driver class:? (?P<module>[\w.$]+)"),
        ("java.library.path", r"no (?P<module>\S+) in java\.library\.path"),
        ("can't load library", r"UnsatisfiedLinkError: Can't load library: (?P<module>\S+)"),
        ("findexception", r"\.FindException: Module (?P<module>[\w.]+) not found"),
        ("provider", r"ServiceConfigurationError: \S+ Provider (?P<module>[\w.$]+) not found"),
        ("no suitable driver", r"No suitable driver(?: found for (?P<url>jdbc:\w+))?"),
        # Ruby
        ("cannot load such file", r"cannot load such file -- (?P<module>\S+)"),
        (
            "could not find",
            r"Could not find (?P<module>[\w-]+)-[\d.]+\S* in (?:any of the sources|locally"
            r" installed gems|cached gems)",
        ),
        ("in locally installed gems", r"Could not find (?P<module>[\w.-]+(?:, [\w.-]+){0,9}) in locally installed gems"),
        ("could not find gem", rf"Could not find gem {_Q}(?P<module>[\w-]+)"),
        # Julia
        ("not found in current path", r"Package (?P<module>\w+) not found in current path"),
        ("is not part of the bundle", r"(?P<module>[\w-]+) is not part of the bundle"),
        ("find gem", r"can't find gem (?P<module>[\w-]+)"),
        ("gem::missingspec", r"Could not find '(?P<module>[\w-]+)' \("),
        # PHP
        (
            "not found",
            r"\b(?:Class|Interface|Trait|Attribute class) ['\"](?P<module>[\w\\]+)['\"] (?:does not"
            r" exist|not found)",
        ),
        ("could not find driver", r"(?P<module>could not find driver)"),
        (
            "call to undefined function",
            r"Call to undefined function (?P<module>(?:mysqli|pg|curl|gd|imagecreate"
            r"|mb|bcadd|redis|openssl|simplexml|xml"
            r"|json|gmp|intl|ldap|apcu|sodium|zip|iconv|ctype|token|pcntl|posix|socket|exif)\w*)\(\)",
        ),
        ("requires php extension", r"requires PHP extension (?P<module>ext-\w+)"),
        ("requires ext-", r"requires (?P<module>ext-\w+)"),
        # .NET
        ("could not load file or assembly", r"Could not load file or assembly '(?P<module>[^',]+)"),
        ("unable to load ", r"Unable to load (?:shared library|DLL) '(?P<module>[^']+)'"),
        ("could not load type", r"Could not load type '(?P<module>[^']+)' from assembly"),
        ("icu package", r"valid (?P<module>ICU) package installed on the system"),
        # Perl, Lua, R, Erlang and Elixir, Go's plugins
        ("maybe you need to install it", r"Plugin \"(?P<module>[^\"]+)\" missing, maybe you need to install it"),
        ("can't locate", r"Can't locate (?P<module>\S+\.pm) in @INC"),
        ("module '", r"module '(?P<module>[^']+)' not found:"),
        ("there is no package called", rf"there is no package called {_Q}{_MODULE}{_Q}"),
        ("is not available", r"\(module (?P<module>[\w.]+) is not available\)"),
        ("plugin.open", r"plugin\.Open\(\"(?P<module>[^\"]+)\"\): .*(?:cannot open shared object|realpath failed)"),
    ),
)

_TOO_MANY = rows(
    "too-many-open-files",
    ("too many open files", r"[Tt]oo many open files(?:[^/\n]{0,20}['\"](?P<file>/[^'\"]+)['\"])?"),
    ("file watchers reached", r"(?P<what>file watchers) reached"),
    ("inotify", r"(?i)(?P<what>inotify)[^\n]{0,120}(?:too many|limit|no space left|reached|failed)"),
    ("inotify", r"(?i)(?:limit|too many|no space left)[^\n]{0,120}(?P<what>inotify)"),
    ("fsnotify", r"(?i)(?P<what>fsnotify)[^\n]{0,80}too many open files"),
    ("emfile", r"\bEMFILE\b"),
    ("enfile", r"\bENFILE\b"),
    ("pthread_create", r"(?P<what>pthread_create)\w*\(?\)?[^\n]{0,60}(?:Resource temporarily unavailable|EAGAIN)"),
    ("native thread", r"(?i)unable to create (?:new )?(?P<what>native thread)"),
    ("can't start new thread", r"can't start new (?P<what>thread)"),
    (
        "thread",
        r"(?i)(?:failed to (?:create new OS|spawn|start|create)|cannot (?:create|spawn)) ?a? ?"
        r"(?P<what>thread)\w*[^\n]{0,60}"
        r"(?:errno=11|code: 11|temporarily unavailable|EAGAIN)",
    ),
    ("fork", r"\b(?P<what>fork)\b(?:: retry)?(?:\(\))?:[^\n]{0,40}Resource temporarily unavailable"),
    ("fork", r"(?i)\b(?:can(?:not|'t)|failed to|unable to) (?P<what>fork)\b(?![^\n]*annot allocate memory)"),
    ("eagain", r"(?P<what>spawn) \S+ EAGAIN"),
    ("max file descriptors", r"max file descriptors \[\d+\] for \w+ process is too low"),
    ("ulimit", r"(?i)\bulimit\b[^\n]{0,40}(?:too low|too small|insufficient)"),
)

_DISK = (
    *_of_file(
        "disk-full",
        ("no space left on device", r"[Nn]o space left on device"),
        ("disk quota exceeded", r"[Dd]isk quota exceeded"),
    ),
    *rows(
        "disk-full",
        ("enospc", r"\bENOSPC\b"),
        ("edquot", r"\bEDQUOT\b"),
        ("disk full", r"(?:(?P<file>/\S+): +)?write error \(disk full\?\)"),
        ("disk is full", r"(?i)\bdisk is full\b"),
        # MySQL: a table that cannot grow, since the disk or its tablespace is full
        ("' is full", r"The table '(?P<table>[^']+)' is full"),
        ("disk full", r"(?i)(?:\berror\b|\bfail\w*|:) *disk full\b"),
        ("not enough space on the disk", r"not enough space on the disk(?:\.? ?: '(?P<file>[^']+)')?"),
        ("storagefull", r"\bStorageFull\b"),
    ),
)

_DENIED = r"(?:[Pp]ermission denied|EACCES|\bAccess is denied)"
_SOCKETS = (
    # A port below 1024, as far as it is named; where it is not, the socket calls name themselves.
    *rows(
        "privileged-port-denied",
        ("permission denied", r"\b(?:bind"
         rf"|listen)\w*\b[^\n]{{0,40}}?{_ADDRESS}{_PRIVILEGED}\b[^\n]{{0,40}}[Pp]ermission denied"),
        ("permission denied", rf"{_ADDRESS}{_PRIVILEGED}\b\W{{0,4}}:? ?(?:bind|listen)\w*\W{{1,3}}[Pp]ermission denied"),
        ("permission denied", rf"\b(?:bind|listen)\w*\b[^\n]{{0,60}}[Pp]ermission"
         rf" denied[^\n]{{0,20}}?[\s(\[]{_ADDRESS}{_PRIVILEGED}\b"),
        ("permission denied", rf"[Pp]ermission denied[^\n]{{0,60}}\b(?:bind"
         rf"|listen)\w*\b[^\n]{{0,40}}?{_ADDRESS}{_PRIVILEGED}\b"),
        ("permission denied", rf"[Pp]ermission denied - bind\(2\) for [^\n]{{0,60}}?\bport {_PRIVILEGED}\b"),
        ("permission denied", rf"Permission denied\)? \[(?!(?:system|generic|asio[.\w]*):){_ADDRESS}{_PRIVILEGED}\]"),
        ("permission denied", rf"(?i)\b(?:bind|listen)[^\n]{{0,40}}\bport {_PRIVILEGED}\b[^\n]{{0,40}}permission denied"),
        ("eacces", rf"\b(?:listen|bind) EACCES[^\n]{{0,40}}?{_ADDRESS}{_PRIVILEGED}\b"),
        ("can't connect to ('", rf"^[^\n]*Can't connect to \('[^']*', {_PRIVILEGED}\)"),
        ("permission denied", r"^[^\n]*(?:BindException: Permission denied|Permission denied \(Bind failed\)"
         r"|bind\(\.\.\) failed: Permission denied)"),
        ("permission denied", r"(?i)^[^\n]*(?:cannot|could not|can't|unable to|failed to)"
         r" bind[^\n]{0,80}permission denied(?![^\n]*:\d{4,5}\b)"),
        ("permission denied", r"^(?:\S+: )?bind(?:\(\))?(?: failed)?: [Pp]ermission denied\s*$"),
    ),
    *rows(
        "privileged-port-denied",
        ("permission denied", rf"Connector\[\"[\w.-]+-{_PRIVILEGED}\"\][^\n]*\n(?:[^\n]*\n){{0,20}}?"
         r"Caused by: java\.net\.SocketException: Permission denied"),
        ("permissionerror: [errno 13]", r"(?:\.bind\(|in server_bind|in bind|in _?bind_socket)[^\n]*"
         r"(?:\n[ \t][^\n]*){0,6}\nPermissionError: \[Errno 13\] (?P<call>Permission denied)$"),
        ("permission denied", r"SocketException: Permission denied[^\n]*\n(?:[ \t]+at [^\n]*\n){0,2}[ \t]+at"
         r" [^\n]*\.(?:bind0?|socketBind|Bind)\("),
        ("permission denied", r"SocketException \(13\): Permission denied[^\n]*(?:\n[ \t]+at [^\n]*){0,6}\bBind\("),
        spans=True,
    ),
    *rows(
        "port-in-use",
        ("address already in use", rf"Connector\[\"[\w.-]+-{_PORT}\"\][^\n]*\n(?:[^\n]*\n){{0,24}}?"
         r"\s*Caused by: java\.net\.BindException: Address already in use"),
        spans=True,
    ),
    *rows(
        "port-in-use",
        ("in use", rf"(?i)\b(?:bind|listen)\w*\b[^\n]{{0,60}}?{_ADDRESS}{_PORT}\b[^\n]{{0,80}}\b(?:already )?in use"),
        ("in use", rf"(?i)address (?:is )?already in use\b[^\n]{{0,60}}?[\s(\[]{_ADDRESS}{_PORT}\b"),
        ("in use", rf"(?i)address already in use - bind\(2\) for [^\n]{{0,60}}?\bport {_PORT}\b"),
        ("in use", rf"(?i)\bport:? (?:[\w.*]*:)?{_PORT}\b[^\n]{{0,40}}\b(?:already |currently )?(?:in use|being used|occupied)\b"),
        ("in use", rf"(?i)(?:address|port) already in use[^\n]{{0,40}}?\bport:? ?{_PORT}\b"),
        ("port already in use: ", rf"(?i)\bport already in use: {_PORT}\b"),
        ("in use", rf"Connection in use: \('[^']*', {_PORT}\)"),
        ("in use", rf"{_ADDRESS}{_PORT}\b[^\n]{{0,40}}(?i:address (?:is )?already in use)"),
        ("eaddrinuse", rf"EADDRINUSE[^\n]{{0,60}}?{_ADDRESS}{_PORT}\b"),
        ("in use", r"(?i)\baddress (?:is )?(?:already )?in use\b"),
        ("eaddrinuse", r"\bEADDRINUSE\b"),
        ("addrinuse", r"\bAddrInUse\b"),
        ("in use", r"(?i)\bport (?:is |was )?already (?:in use|allocated|bound)\b"),
        ("cannot bind socket", rf"cannot bind socket (?:\((?!Permission)[^)]*\) )?\[{_ADDRESS}{_PORT}\]"),
        ("failed to bind to", rf"Failed to bind to (?:\w+://)?[\w.:/\[\]-]*?:{_PORT}$"),
    ),
)  # fmt: skip

_READ_ONLY = (
    *_of_file("read-only-filesystem", ("read-only file", r"[Rr]ead-only file ?system")),
    *rows(
        "read-only-filesystem",
        ("no usable temporary directory found in", r"No usable temporary directory found in \['(?P<file>[^']+)'"),
        ("erofs", r"\bEROFS\b"),
        ("readonlyfilesystem", r"\bReadOnlyFilesystem(?:Exception)?(?:: (?P<file>/\S+))?"),
    ),
)

_DENIED_FILES = (
    *rows("noise", ("permission denied", r"Permission denied \(publickey")),
    *rows("permission-denied", ("could not be opened", r"\"(?P<file>/[^\"]+)\" could not be"
     r" opened[^\n]*[Pp]ermission denied")),
    *_of_file("permission-denied", ("permission denied", r"[Pp]ermission denied")),
    *rows(
        "permission-denied",
        ("error while trying to", r"error while trying to (?:write to|read from|create|execute|access) `(?P<file>[^`]+)`\. It is likely"),
        ("accessdeniedexception", r"AccessDeniedException: (?P<file>/\S+)"),
        ("access to the path", r"Access to the path '(?P<file>[^']+)' is denied"),
        ("is not writable", rf"(?i)(?:{_Q}|\s|^){_PATH}{_Q}? (?:directory |folder |path )?(?:is not|must be|isn't)"
         r" writ(?:e)?able"),
        ("not writable", rf"(?i)not writable:? {_Q}?{_PATH}"),
        ("writable", rf"(?i)\bcannot write to {_Q}?{_PATH}|(?i:not writable)[^/\n]{{0,40}}(?P<path>/[^\s'\"]+)"),
        ("cannot write", rf"(?i)(?:cannot|can't|could not|unable to) write (?:to )?(?:file |directory |in )?{_Q}?{_PATH}"),
        ("readonly database", r"attempt to write a readonly database"),
        ("eacces", r"\bspawn (?P<file>/\S+) EACCES\b"),
        ("eacces", r"\bEACCES\b"),
        ("permissiondenied", r"\bPermissionDenied\b"),
        (" root", r"(?i)\b(?P<call>must (?:be )?(?:run|started|executed) as root|(?:must|need to|have to) be root|requires root privileges)\b"),
        ("lacking the privileges", r": fatal: (?P<file>/\S+) belongs to uid \d+ instead of \d+ and we're lacking the privileges to fix it"),
        ("are too open", r"Permissions 0\d+ for '(?P<file>[^']+)' are too open"),
        ("dubious ownership", r"detected (?P<call>dubious ownership) in repository at '(?P<file>[^']+)'"),
        ("must be a writable directory", r"Path \"(?P<file>/[^\"]+)\" must be a writable directory"),
        # MongoDB, of EACCES
        ("read-only directory", r"Attempted to create a lock file on a read-only directory: (?P<file>/[^\s\",]+)"),
        ("must be present and writable", r"The (?P<file>\S+) directory must be present and writable"),
        ("sudo: ", r"^sudo: (?P<call>The \"no new privileges\" flag is set|effective uid is not 0)"),
        ("must be ", r"^\S+: (?:\S+: )?(?P<call>must be (?:superuser to use|suid to work)[^\n]*)"),
        ("is not accessible for user", r"(?i)\b(?:folder|directory|file) (?P<file>/\S+) is not accessible for user"),
        ("rtnetlink answers", r"RTNETLINK answers: Operation not permitted"),
        ("tables table `", r"can't initialize ip6?tables table [^\n]{1,20}: Permission denied"),
        ("failed switching to", r"failed switching to \"?(?P<user>[^\":]+)\"?: operation not permitted"),
        ("operation not permitted", r"(?P<call>(?:setgid|setuid|setgroups|initgroups|setresuid|setresgid|seteuid"
         r"|setegid|chroot|mount|prctl)\w*)"
         r"\b[^\n]{0,80}[Oo]peration not permitted"),
    ),
    *_of_file("permission-denied", ("operation not permitted", r"[Oo]peration not permitted")),
    *rows("permission-denied", ("eperm", r"\bEPERM\b")),
)  # fmt: skip

_WHAT = (
    r"(?:config(?:uration)?(?: file)?|file|directory|folder|path|certificate|cert|keystore|truststore|key file"
    r"|template|script|database file|input)"
)
_GONE = (
    r"(?:does not exist|doesn't exist|not found|is missing|was not found|could not be found|cannot be found|can't"
    r" be found|no longer exists)"
)
# Where files are; what else begins with a slash may be the path of a request.
_ROOTS = (
    "app|bin|boot|certs?|config|conf|data|dev|etc|home|lib|mnt|opt|proc|root|run|scripts|secrets|srv|sys|tmp|usr|var|vault"
    "|work(?:space)?"
)
_MISSING_FILES = (
    *rows(
        "noise",
        *(
            (needle, rf"(?i)\b{needle}\b[\s,;:.()-]{{1,4}}(?:so |we )?(?:using|falling back|will use|continuing|skipping|ignoring|assuming|creating)\b")
            for needle in ("not found", "does not exist", "no such file or directory")
        ),
    ),
    # dotenv-safe, after the variables that it misses.
    *rows("noise", ("enoent", r"when trying to read variables from [^\n]*\nENOENT"), spans=True),
    # OpenSSL names the line of its own source as well.
    *rows(
        "missing-file",
        ("fopen", r"No such file[^\n]*\bfopen\('?(?P<file>[^,')\n]+)"),
        ("system library", r"system library:\w*:No such file or directory(?![^\n]*['\" (]/)"),
    ),
    *rows(
        "missing-file",
        # dash, the shell of BusyBox, curl, unzip, mount
        ("cannot find or open", r"cannot find or open (?P<file>[^\s,]+)"),
        ("can't open ", r"can't open (?P<file>\S+?)\[\.zip\]"),
        ("special device", r"special device (?P<file>\S+) does not exist"),
        ("cannot get bootfile", r"cannot get bootfile'?,'?(?P<file>[^'})\s]+)"),
        ("configuration file not found", r"error in config file \"(?P<file>[^\"]+)\" \(none\): configuration file not found"),
        ("mix.exs file", r"running Mix in a directory with a (?P<file>mix\.exs) file"),
        ("no file named", r"^No file named (?P<file>\S+)"),
        ("could not find a composer.json", r"could not find a (?P<file>composer\.json) file in (?P<where>\S+)"),
        ("could not find config file", r"[Cc]ould not find config file (?P<file>/\S+)"),
        # Python: a directory or archive that has nothing to run; gunicorn
        ("could not find a pyproject.toml file", r"could not find a (?P<file>pyproject\.toml) file in (?P<where>\S+)"),
        ("can't find '__main__' module in", r"can't find '__main__' module in '(?P<file>[^']+)'"),
        ("can't chdir to '", r"^Error: can't chdir to '(?P<file>[^']+)'$"),
        ("can't cd to ", r"\bcd: can't cd to (?P<file>[^\n:]+)$"),
        ("nonexistent", r"(?:cannot|can't) create (?P<file>[^\n:]+): (?:Directory nonexistent|nonexistent directory)"),
        ("error setting certificate file", r"error setting certificate file: (?P<file>\S+)"),
        ("build in the '", r"Could not find a (?:production|valid) build in the '(?P<file>[^']+)' directory"),
        ("not mounted", rf"(?i)\bnot mounted (?:at|in|under|on) {_Q}?{_PATH}"),
        ("directory not found", r" at (?P<file>/[^\s:]+): [^\n]{0,80}directory not found"),
        ("no file at: ", r"\bno file at: (?P<file>/\S+)"),
        ("missing privilege separation directory", r"Missing privilege separation directory: (?P<file>\S+)"),
        ("unable to load host key", r"Unable to load host key:? \"?(?P<file>/[^\s\"]+)"),
        ("couldn't open file", r"^curl: \(37\) Couldn't open file (?P<file>\S+)"),
        ("no such file - [", r"No such file - \[\"(?P<file>[^\"]+)\"\]"),
        ("vite manifest not found", r"Vite manifest not found at: (?P<file>\S+)"),
        ("provide a valid cache path", r"(?P<what>Please provide a valid cache path)"),
        ("service token file", r"Service token file does not exist"),
        ("jarfile", r"Unable to access jarfile (?P<file>\S+)"),
        ("error opening zip file", r"Error opening zip file or JAR manifest missing ?: (?P<file>\S+)"),
        ("could not open `", r"^Error: could not open `(?P<file>[^'\n]+)'$"),
        ("could not open input file", r"Could not open input file: (?P<file>\S+)"),
        ("no such file", rf"(?i)(?:cannot|can't) open {_Q}?(?P<file>[^\s'\"]+?){_Q}?: No such file\s*$"),
        ("can't open '", r"can't open '(?P<file>[^']+)'(?: *$|: No such)"),
        ("could not find file", r"Could not find file '(?P<file>[^']+)'"),
        ("could not find file", r"Could not find file (?P<file>/[^\s:'\"]+)"),
        ("part of the path", r"Could not find a part of the path '(?P<file>[^']+)'"),
        ("was not found and is not optional", r"was not found and is not optional\. The expected physical path"
         r" was '(?P<file>[^']+)'"),
        ("was not found and is not optional", r"The configuration file '(?P<file>[^']+)' was not found"),
        ("the application '", r"The application '(?P<file>[^']+)' does not exist"),
        ("nosuchfileexception", r"NoSuchFileException: (?P<file>[^\s:]+)"),
        ("class path resource", r"class path resource \[(?P<file>[^\]]+)\] cannot be (?:opened|resolved)"),
        ("no changelog could be found", r"no changelog could be found at '(?:classpath:|file:)?(?P<file>[^']+)'"),
        ("configured search path", r"The file (?P<file>\S+) was not found in the configured search path"),
        ("config data", r"Config data (?:resource|location) '(?:optional:)?(?:(?:file|configtree):|(?:file|config tree) \[)?(?P<file>[^'\]]+)\]?'.* (?:does not"
         r" exist|cannot be found)"),
        ("failed to open source", r"failed to open source, \"file://(?P<file>[^\"]+)\": [^\n]*no such file"),
        ("path not found", r"(?:^|: )path not found$"),
        ("pattern matches no files", r"pattern matches no files: `(?P<file>[^`]+)`"),
        (".env", r"(?i)\b(?:error|failed to|cannot|can't|could not|couldn't|unable to) (?:load|loading|read|reading|open|opening|find|finding) (?:the )?"
         r"(?P<file>\S{0,80}\.env(?:\.\w+)?)(?: file)?$"),
        # a zone by its name, which an image without tzdata does not know
        ("unknown time zone ", r"unknown time zone (?P<file>[A-Z]\w+/\w[\w/+-]*)"),
        ("not found in \"[", r"Config File \"(?P<file>[^\"]+)\" Not Found in \"\[(?P<where>[^\]]*)\]"),
        ("failed opening required", r"Failed opening required '(?P<file>[^']+)'"),
        ("failed to open stream", r"\w\((?P<file>[^()]+)\): (?i:failed to open stream): No such file"),
        ("no such file", r"No such file or directory \((?P<file>/[^)]+)\)"),
        ("no such file", r"\bNo such file:? (?P<file>/[^\s:]+)$"),
        ("executable file not found", r"exec: \"?(?P<file>[^\s\":]+)\"?: executable file not found"),
        ("enoent", r"\bspawn (?P<file>\S+) ENOENT"),
    ),
    *_of_file("missing-file", ("no such file or directory", r"[Nn]o such file or directory")),
    *rows(
        "missing-file",
        ("no such file", rf"{_PATH}[^/\n]{{0,30}}: no such file$"),
        ("enoent", r"\bENOENT\b(?:[^\n]{0,60}?['\" ](?P<file>/[^\s'\"]+))?"),
        ("os error 2", r"\(os error 2\)"),
        ("kind: notfound", r"\bcode: 2, kind: NotFound"),
        ("filenotfound", r"FileNotFound(?:Error|Exception): (?:\[Errno 2\] )?(?:[^\n/]*['\" ])?(?P<file>/[^\s'\"]+)"),
        ("filenotfounderror", r"^FileNotFoundError: (?P<message>.*)"),
        ("bad file: ", r"\bbad file: (?P<file>\S+)"),
        # C and C++: a stream that did not open says no more
        (" open ", rf"(?i)\b(?:could not|couldn't|cannot|can't|unable to|failed to) open (?:the )?(?:\w+ )?(?:file )?:? ?{_Q}?{_PATH}{_Q}?[.!]?(?P<summary>)$"),
        ("unable to open database file", r"unable to open database file"),
        ("templatenotfound", r"TemplateNotFound: (?P<file>\S+)"),
        ("templatedoesnotexist", r"TemplateDoesNotExist: (?P<file>\S+)"),
        ("does not exist", rf"(?i)\b{_WHAT} {_Q}(?P<file>[^'\"`\s]+){_Q} does not exist"),
        *(
            (needle, pattern)
            for needle in ("exist", "not found", "is missing", "be found")
            for pattern in (
                rf"(?i)\b{_WHAT}\b[^\n/'\"]{{0,40}}{_Q}?{_PATH}{_Q}? {_GONE}",
                rf"(?i)\b{_WHAT}[^\n/:'\"]{{0,30}} {_GONE}\b[^/\n]{{0,30}}?[ :'\"(\[]{_PATH}",
                rf"(?i)\b{_WHAT} {_GONE}: {_Q}?(?P<file>[\w./-]+\.\w+)",
                rf"(?i)(?:^|[\s'\"])(?=/(?:{_ROOTS})/|/\S*\.\w{{2,10}}\b){_PATH}{_Q}?:? (?:file |directory |folder |path )?{_GONE}(?!\s*on"
                 r" this server)",
                rf"(?i)\b{_WHAT} {_Q}?(?P<file>[\w./-]+\.(?:ya?ml|json|toml|ini|conf|cfg|properties|xml|pem|crt"
                 rf"|key|env|sh|py|js|sql|db)){_Q}? {_GONE}",
            )
        ),
        ("no config", r"(?i)\bno config(?:uration)? file (?:was )?(?:found|provided|specified)"
         r"(?:[^/\n]{0,30}?(?P<file>/[^\s'\"]+))?"),
    ),
    # A directory where a file is needed, as a ConfigMap mounted without subPath makes one; or a file where a directory is.
    *_of_file("missing-file", ("is a directory", r"[Ii]s a directory"), ("not a directory", r"[Nn]ot a directory")),
    *rows("missing-file", ("eisdir", r"\bEISDIR\b"), ("enotdir", r"\bENOTDIR\b")),
)  # fmt: skip

ROWS: tuple[Row, ...] = (
    *_START,
    *_LIBC,
    *_MODULES,
    *_TOO_MANY,
    *_DISK,
    *_SOCKETS,
    *_READ_ONLY,
    *_DENIED_FILES,
    *_MISSING_FILES,
)
