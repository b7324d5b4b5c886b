"""What the runtimes of languages say when their program ends: heap, version, and the exceptions that nobody caught."""

from .table import Row, rows

_HEAP = rows(
    "heap-exhausted",
    ("outofmemoryerror", r"OutOfMemoryError(?:: (?P<what>(?!unable to create)[\w ]+))?"),
    ("gc overhead limit exceeded", r"GC overhead limit exceeded"),
    ("heap out of memory", r"\b(?:JavaScript|JS) (?P<what>heap) out of memory"),
    ("reached heap limit", r"Reached heap limit"),
    ("heap space", r"\bJava heap space\b"),
    ("allowed memory size", r"Allowed memory size of (?P<size>\d+) bytes exhausted"),
    ("arraymemoryerror", r"ArrayMemoryError: (?P<what>Unable to allocate [^\n]{0,40})"),
    ("memoryerror", r"(?:^|[\s.])MemoryError\b"),
    ("nomemoryerror", r"\bNoMemoryError\b"),
    ("outofmemoryexception", r"System\.OutOfMemoryException"),
    ("runtime: out of memory", r"(?:fatal error: )?runtime: out of memory"),
    (
        "cannot allocate memory",
        r"fatal error: (?:runtime: )?cannot allocate memory|^runtime: VirtualAlloc|runtime:"
        r" cannot allocate memory",
    ),
    ("memory allocation of", r"memory allocation of (?P<size>\d+) bytes failed"),
    ("cannot allocate vector of size", r"cannot allocate vector of size (?P<size>[^\n]+)"),
    ("std::bad_alloc", r"std::bad_alloc"),
    ("out of memory", r"(?i)^(?:\S+: )?(?:(?:fatal|error|panic): )?out of memory\b"),
    ("memory exhausted", r"(?i)^(?:\S+: )?(?:virtual )?memory exhausted\b"),
    ("insufficient memory", r"There is insufficient memory for the Java Runtime Environment"),
    ("could not ", r"^Could not (?:reserve enough space for|allocate) (?P<what>[\w ]{0,40}(?:heap|space|metaspace)\b)"),
    (
        "cannot allocate memory",
        r"(?i)(?:ENOMEM|\[Errno 12\]|os::commit_memory|error='|mmap|fork|[mcrx]alloc)[^\n]{0,60}Cannot"
        r" allocate memory",
    ),
)

# Statements that an older Python does not know: of 3.8, 3.10, 3.11 and 3.12.
_NEWER_SYNTAX = rows(
    "runtime-version-mismatch",
    (
        "syntaxerror: invalid syntax",
        r"^ {2,}(?:match \S[^\n]*:|except \*[^\n]*:|except\* [^\n]*:|type \w+(?:\[[^\n]*\])? = [^\n]*"
        r"|[^\n\"']*\w :=[^\n]*)\n *\^+ *\nSyntaxError: invalid syntax",
    ),
    (
        "'type' object is not subscriptable",
        r"^ {2,}[^\n]*\b(?:list|dict|tuple|set|frozenset|type)\[[^\n]*\n(?: *[~^]+ *\n)?TypeError: 'type' object is not subscriptable",
    ),
    spans=True,
)

_ENGINES = rows(
    "runtime-version-mismatch",
    (
        "notsup required",
        r"Required: \{\"node\":\"(?P<needed>[^\"]+)\"[^\n]*\n[^\n]*Actual: [^\n]*\"node\":\"(?P<found>[^\"]+)\"",
    ),
    (
        "expected version: ",
        r"Your Node version is incompatible[^\n]*\n\s*Expected version: (?P<needed>[^\n]+)\n\s*Got: (?P<found>[^\n]+)",
    ),
    spans=True,
)

_VERSION = rows(
    "runtime-version-mismatch",
    (
        "unsupportedclassversionerror",
        r"UnsupportedClassVersionError: (?P<module>[\w/$.]+) has been compiled by a more recent version of the Java Runtime"
        r" \(class file version (?P<needed>[\d.]+)\)[^\n]*?up to (?P<found>[\d.]+)",
    ),
    ("unsupportedclassversionerror", r"UnsupportedClassVersionError: (?P<module>[\w/$.]+)"),
    ("class file version", r"class file version (?P<needed>\d+\.\d+)\)[^\n]*?up to (?P<found>\d+\.\d+)"),
    ("class file has wrong version", r"class file has wrong version (?P<needed>[\d.]+), should be (?P<found>[\d.]+)"),
    ("unsupported class file major version", r"Unsupported class file major version (?P<needed>\d+)"),
    (
        "node.js version using",
        r"was compiled against a different Node\.js version using",
    ),
    ("node_module_version", r"NODE_MODULE_VERSION (?P<needed>\d+)\. This version of Node\.js requires[^\n]*"),
    ("the engine \"node\" is incompatible", r"The engine \"node\" is incompatible with this module\. Expected"
     r" version \"(?P<needed>[^\"]+)\"\. Got \"(?P<found>[^\"]+)\""),
    ("requires a node.js version", r"requires? a Node\.js version (?P<needed>[^\n]+)"),
    ("node.js", r"(?i)(?:requires?|needs?|supports?) (?:at least )?node(?:\.js)?(?: version)? ?"
     r"(?P<needed>[><=^~v ]*\d[\w.]*)[^\n]{0,80}?(?:found|got|using|running|current\w*|you"
     r" have)[^\n]{0,20}?(?P<found>v?\d[\d.]*)"),
    ("node.js", r"(?i)(?:you are (?:using|running)|current(?:ly)?|your) node(?:\.js)?(?: version)?:? ?(?:is"
     r" )?(?P<found>v?\d[\d.]*)[^\n]{0,80}?(?:requires?|required|is needed|or higher"
     r"|minimum)[^\n\d]{0,30}(?P<needed>[\d.]*)"),
    ("requires a different python", r"requires a different Python: (?P<found>\S+) not in '(?P<needed>[^']+)'"),
    ("python ", r"(?i)(?:requires?|needs?|this (?:program|version|package) requires) (?:at least )?python "
     r"(?:version )?(?P<needed>[><=!~]* ?\d[\d.]*\+?)(?: or (?:later|newer|higher|above))?"),
    ("python ", r"(?i)\bpython (?:version )?(?P<needed>\d[\d.]*\+?)(?: or \w+)? (?:is )?(?:required|needed)\b"
     r"(?:[^\n]*?\b(?:running|found|got|using|have|is|current\w*)\b\D{0,12}(?P<found>\d[\d.]*))?"),
    ("too old", r"(?i)\b(?:node(?:\.js)?|python|java|ruby|php|\.net)\b[^\n\d]{0,20}(?P<found>v?\d[\w.]*) is too old"
     r"(?:[^\n\d><=^~]{0,40}(?P<needed>[><=^~]* ?v?\d[\w.]*))?"),
    ("unsupported operand type(s) for |", r"TypeError: unsupported operand type\(s\) for \|: '(?:type|_\w+|ABCMeta|EnumMeta)' and"
     r" '(?:NoneType|type)'|TypeError: unsupported operand type\(s\) for \|: 'NoneType' and 'type'"),
    ("must be parenthesized", r"SyntaxError: multiple exception types must be parenthesized"),
    ("leading zeros in decimal", r"SyntaxError: leading zeros in decimal integer literals are not permitted"),
    ("is not defined", r"^NameError: name '(?:unicode|xrange|raw_input|basestring|unichr|execfile)' is not defined"),
    ("no interpreter found for python", r"No interpreter found for Python (?P<needed>[^\s,]+)"),
    ("missing parentheses in call to", r"SyntaxError: Missing parentheses in call to '(?:print|exec)'"),
    ("magic number", r"bad magic number in (?P<module>'[^']+')"),
    ("to run this application", r"You must install (?:or update )?\.NET(?: Core)? to run this application"),
    ("framework", r"The framework '(?P<module>[^']+)', version '(?P<needed>[^']+)'[^\n]* was not found"),
    ("framework: '", r"^Framework: '(?P<module>[^']+)', version '(?P<needed>[^']+)'"),
    ("it was not possible to find any compatible framework version",
     r"It was not possible to find any compatible framework version"),
    ("your ruby version is", r"Your Ruby version is (?P<found>[\d.]+), but your Gemfile specified (?P<needed>[^\n]+)"),
    ("requires ruby version", r"requires [Rr]uby version (?P<needed>[^\n.]+)"),
    ("requires a php version", r"require a PHP version \"(?P<needed>[^\"]+)\"|requires a PHP version \"(?P<need>[^\"]+)\""),
    ("require a php version", r"require a PHP version \"(?P<needed>[^\"]+)\"(?:\. You are running (?P<found>[\d.]+))?"),
    ("requires php", r"requires php (?P<needed>\S+)[^\n]*your php version[^\n]*?(?P<found>\d[\d.]*)"),
    ("plugin was built with a different version", r"plugin was built with a different version of package (?P<module>\S+)"),
    ("query engine", r"(?:could not locate the|Unable to require|Query [Ee]ngine library)[^\n]*Query Engine[^\n]*"),
    ("compiled for erlang", r"compiled for Erlang/OTP (?P<needed>\d+)"),
    ("perl", r"Perl v?(?P<needed>[\d.]+) required--this is only v?(?P<found>[\d.]+)"),
    ("x86-64-v", r"CPU does not support (?P<cpu>x86-64-v\d)"),
)  # fmt: skip

# A class and what it says. Errors that only a defect of the program raises have the group `bug`.
PYTHON_BUG = (
    "TypeError|AttributeError|NameError|IndexError|ZeroDivisionError|AssertionError|UnboundLocalError|RecursionError"
    "|NotImplementedError|IndentationError|TabError|StopIteration|UnicodeDecodeError|UnicodeEncodeError|SyntaxError|KeyError"
)
JS_BUG = "TypeError|ReferenceError|RangeError|SyntaxError|URIError|AssertionError"
JAVA_BUG = (
    r"java\.lang\.(?:NullPointerException|ClassCastException|ArrayIndexOutOfBoundsException|StringIndexOutOfBoundsException"
    r"|IndexOutOfBoundsException|ArithmeticException|StackOverflowError|NegativeArraySizeException|ArrayStoreException"
    r"|UnsupportedOperationException|NoSuchMethodError|NoSuchFieldError|AbstractMethodError|IncompatibleClassChangeError"
    r"|CloneNotSupportedException|AssertionError)|java\.util\.(?:ConcurrentModificationException"
    r"|NoSuchElementException)|kotlin\.\w+Exception"
)
RUBY_BUG = (
    "NoMethodError|NameError|TypeError|ArgumentError|ZeroDivisionError|IndexError|FrozenError|FiberError|SystemStackError"
)
DOTNET_BUG = (
    r"System\.(?:NullReferenceException|IndexOutOfRangeException|InvalidCastException|DivideByZeroException"
    r"|ArgumentOutOfRangeException|StackOverflowException|NotImplementedException|ArgumentNullException)"
)
PHP_BUG = "TypeError|ArgumentCountError|ArithmeticError|DivisionByZeroError|AssertionError|Error|ValueError"
RUST_BUG = (
    r"(?:index out of bounds|range (?:end|start) index|attempt to |called `Option::unwrap|already (?:mutably"
    r" )?borrowed|assertion"
    r"|internal error: entered unreachable|not (?:yet )?implemented|byte index)"
)
_TYPE = (
    r"(?P<type>(?:[A-Za-z_][\w$]*(?:\.|::|\\))*[A-Z][\w$]*(?:Error|Exception|Failure|Fault|Interrupt|Exit|Warning|Halt\w*))"
)
_MESSAGE = r"(?:: (?P<message>[^\n]*))?"

_EXCEPTIONS = (
    *rows(
        "noise",
        # What servers and runtimes add to an error that was told before.
        ("haltserver", r"gunicorn\.errors\.HaltServer"),
        ("keyboardinterrupt", r"^KeyboardInterrupt"),
        ("systemexit", r"^SystemExit\b"),
        ("workertimeout", r"^SystemExit: 1$"),
        ("application run failed", r"Application run failed$"),
        ("could not create the java virtual machine", r"^Error: Could not create the Java Virtual Machine"),
        ("a fatal exception has occurred", r"^Error: A fatal exception has occurred\. Program will exit"),
        ("beancreationexception", r"BeanCreationException(?![^\n]*nested exception is (?!org\.springframework\.beans))"),
        ("unsatisfieddependencyexception", r"UnsatisfiedDependencyException(?![^\n]*nested exception is "
         r"(?!org\.springframework\.beans))"),
    ),
    # A thread of Rust that finds that another one panicked.
    *rows("noise", ("panicked at", r"^thread '[^\n]* panicked at [^\n]*\n[^\n]*on an `Err` value: Any \{ \.\. \}"), spans=True),
    *rows(
        "exception",
        # Spring Boot's reports of what it can analyse
        ("description:", r"^APPLICATION FAILED TO START\n\*+\n\s*Description:\n\s*(?P<message>[^\n]+)"),
        # R
        ("execution halted", r"^Error(?: in (?P<place>[^\n]{1,200}?))? ?: ?\n? *(?P<message>[^\n]+)\n(?:[^\n]*\n){0,12}?Execution halted$"),
        # Elixir: the value is in the call
        ("(argumenterror) errors were found", r"\*\* \((?P<type>ArgumentError)\) errors were found at the given arguments:"
         r"(?:\n[^\n]*){0,5}?\n\s+(?P<message>:erlang\.binary_to_(?:integer|float)\([^\n]*\))"),
        # Rust, with the reports of color-eyre
        ("application panicked", r"^The application panicked \(crashed\)\.\nMessage: +(?P<message>[^\n]*)\nLocation: (?P<place>[^\s:]+:\d+)"),
        # Rust: since 1.73 the message stands on a line of its own
        ("panicked at", r"^thread '[^']*' (?:\(\d+\) )?panicked at (?P<bug>)"
         rf"(?P<place>[^\s:']+:\d+):\d+:\n(?P<message>{RUST_BUG}[^\n]*)"),
        ("panicked at", rf"^thread '[^']*' (?:\(\d+\) )?panicked at '(?P<bug>)(?P<message>{RUST_BUG}[^\n]*)',"
         r" (?P<place>[^\s:]+:\d+)"),
        ("panicked at", r"^thread '[^']*' (?:\(\d+\) )?panicked at (?P<place>[^\s:']+:\d+):\d+:\n(?P<message>[^\n]*)"),
        ("panicked at", r"^thread '[^']*' (?:\(\d+\) )?panicked at '(?P<message>[^\n]*)', (?P<place>[^\s:]+:\d+)"),
        # Node's client of PostgreSQL, also as the cause that an error of another library dumps; an error without a word
        ("error: ", r"^(?:\s+\[?\w+\]?: )?(?P<type>error): (?P<message>[^\n]*)\n\s+at [^\n]*[:/][^\n]*:\d+:\d+\)?$"),
        ("error", r"^(?P<type>Error)\n\s+at [^\n]*[:/][^\n]*:\d+:\d+\)?$"),
        ("unable to compile typescript", r"TSError: ⨯ Unable to compile TypeScript:\n(?P<message>[^\n]+)"),
        # Node: what was thrown is no error, and has no trace.
        ("node.js v", r"^[^\n]*\bthrow\b[^\n]*\n\s*\^+\n(?P<message>[^\n]+)(?:\n\(Use `node --trace-uncaught[^\n]*)?\n\nNode\.js v"),
        spans=True,
    ),
    *rows(
        "exception",
        ("unhandledpromiserejection", r"^\[?(?P<type>UnhandledPromiseRejection): [^\n]*?(?:with the reason"
         r" \"(?P<message>[^\"]*)\"|$)"),
        # Go
        ("panic: ", r"^panic: (?P<bug>)(?P<type>runtime error): (?P<message>[^\n]*)"),
        ("panic: ", r"^panic: (?P<bug>)(?P<type>(?:assignment to entry in nil map|close of (?:closed|nil) channel"
         r"|send on closed channel|interface conversion)\b):? ?(?P<message>[^\n]*)"),
        ("fatal error: ", r"^fatal error: (?P<bug>)(?P<type>all goroutines are asleep - deadlock!|concurrent map"
         r" \w+(?: and map \w+)?|stack overflow|fault|sync: [^\n]*|unexpected signal[^\n]*)"),
        ("missing dependencies for function", r"(?P<bug>)(?P<type>missing dependencies) (?P<message>for function [^\n]*)"),
        ("data race(s)", r"^(?P<bug>)Found \d+ (?P<type>data race)\(s\)"),
        ("panic: ", r"^panic: (?P<message>[^\n]*)"),
        # C and C++, with a sanitizer
        ("sanitizer: ", r"^==\d+==ERROR: (?P<bug>)(?P<type>\w+Sanitizer): (?P<message>[^\n]*?)(?: at pc [^\n]*)?$"),
        ("runtime error: ", r"^(?P<place>\S+\.(?:c|cc|cpp|cxx|h|hpp):\d+):\d+: (?P<bug>)(?P<type>runtime error): (?P<message>[^\n]*)"),
        # PHP
        ("uncaught ", rf"Uncaught (?P<bug>)(?P<type>{PHP_BUG})(?: \(\w+\))?: (?P<message>[^\n]*?)(?: in "
         r"(?P<place>/[^\s:]+:\d+))?$"),
        ("uncaught ", r"(?:PHP )?Fatal error: +Uncaught (?P<type>[\w\\]+)(?: \(\w+\))?: (?P<message>[^\n]*?)(?:"
         r" in (?P<place>/[^\s:]+:\d+))?$"),
        ("fatal error: ", r"^(?:PHP )?Fatal error: +(?P<message>(?!Uncaught |Allowed memory)[^\n]+?) in (?P<place>/\S+ on line \d+)$"),
        ("[object] (", r"\[object\] \((?P<type>[\w\\]+)\(code: \w+\): (?P<message>[^\n]*?) at (?P<place>/[^\s:]+:\d+)\)"),
        ("php parse error", r"PHP (?P<bug>)(?P<type>Parse error): +(?P<message>[^\n]*)"),
        ("parse error: syntax error", r"^(?P<bug>)(?P<type>Parse error): +(?P<message>syntax error[^\n]*)"),
        # .NET
        ("unhandled exception", rf"Unhandled [Ee]xception[.:] (?P<bug>)(?P<type>{DOTNET_BUG}): (?P<message>[^\n]*)"),
        ("unhandled exception", r"Unhandled [Ee]xception[.:] (?P<type>[\w.]+): (?P<message>[^\n]*)"),
        (" ---> ", r"^\s*---> (?P<type>(?:\w+\.)+\w+): (?P<message>[^\n]*)"),
        ("system.", rf"^\s*(?P<bug>)(?P<type>{DOTNET_BUG}): (?P<message>[^\n]*)"),
        # the JVM
        ("exception in thread", rf"^Exception in thread \"[^\"]*\" (?P<bug>)(?P<type>{JAVA_BUG}){_MESSAGE}"),
        ("exception in thread", rf"^Exception in thread \"[^\"]*\" (?P<type>[\w.$]+){_MESSAGE}"),
        ("java.", rf"(?:^|Caused by: )(?P<bug>)(?P<type>{JAVA_BUG}){_MESSAGE}"),
        ("caused by: ", rf"^Caused by: (?P<type>[\w.$]+){_MESSAGE}"),
        # Ruby
        (".rb:", rf"^(?P<place>\S+\.rb:\d+):in [^:]*: (?P<message>[^\n]*) \((?P<bug>)(?P<type>{RUBY_BUG})\)"),
        (".rb:", r"^(?P<place>\S+\.rb:\d+):in [^:]*: (?P<message>[^\n]*) \((?P<type>[\w:]+)\)"),
        # shells and Ruby: a script, and not the words after -c, which stand before
        ("syntax error", r"^(?P<script>[^\s:]*[./][^\s:]*):(?: line)? ?(?P<line>\d+): (?P<bug>)(?P<type>[Ss]yntax errors?)(?: near| found|:|,)? ?(?P<message>[^\n]*)"),
        ("bad substitution", r"^(?P<script>[^\s:]+): (?:line )?(?P<line>\d+): (?:(?P<message>[^\n]+): )?(?P<bug>)(?P<type>[Bb]ad substitution)"),
        ("unexpected eof while looking for", r"^(?P<script>[^\s:]+): line (?P<line>\d+): (?P<bug>)(?P<type>unexpected EOF) (?P<message>[^\n]*)"),
        # Erlang, before it writes its crash dump
        ("init terminating in", r"^init terminating in (?P<message>do_boot [^\n]*)"),
        ("kernel pid terminated", r"^Kernel pid terminated \((?P<type>[\w.]+)\) \((?P<message>[^\n]*)\)$"),
        # Lua, and nginx that runs it
        ("lua", r"^lua[\w.-]*: (?P<place>\S+:\d+): (?P<message>[^\n]*)"),
        ("by_lua", r"\binit_(?:worker_)?by_lua\w* error: (?P<place>[^\s:]+:\d+): (?P<message>[^\n]*)"),
        # Julia
        ("loaderror: ", r"^ERROR: LoadError: (?P<type>\w+): (?P<message>[^\n]*)"),
        # Perl
        ("syntax error at ", r"^(?P<bug>)(?P<type>syntax error) at (?P<place>\S+ line \d+), (?P<message>near [^\n]*)"),
        ("can't call method", r"^(?P<bug>)(?P<type>Can't call method) (?P<message>[^\n]*? at \S+ line \d+)"),
        ("undefined subroutine", r"^(?P<bug>)(?P<type>Undefined subroutine) (?P<message>[^\n]*? at \S+ line \d+)"),
        ("global symbol", r"^(?P<bug>)(?P<type>Global symbol) (?P<message>[^\n]*? requires explicit package name[^\n]*)"),
        # Elixir and Erlang, Lua
        ("** (", r"\*\* \((?P<type>[\w.]+)\) (?P<message>[^\n]*)"),
        ("can't locate object method", r"(?P<bug>)(?P<type>Can't locate object method) (?P<message>[^\n]*)"),
        # a trace that a JSON logger of Python wrote as fields
        ("exc_type", rf"\"exc_type\": ?\"(?P<bug>)(?P<type>{PYTHON_BUG})\", ?\"exc_value\": ?\"(?P<message>(?:[^\"\\]|\\.)*)\""),
        ("exc_type", r"\"exc_type\": ?\"(?P<type>[\w.]+)\", ?\"exc_value\": ?\"(?P<message>(?:[^\"\\]|\\.)*)\""),
        # Python and Node, and whatever else names its classes so
        ("error", rf"^(?P<bug>)(?P<type>{PYTHON_BUG}|{JS_BUG})(?: \[\w+\])?(?:: (?P<message>[^\n]*))?$"),
        ("error", rf"^(?:Uncaught )?(?:\[)?{_TYPE}(?: \[\w+\])?(?:: (?P<message>[^\n]*))?$"),
        ("error", r"^(?:Uncaught )?(?P<type>Error)(?: \[\w+\])?: (?P<message>[^\n]*)"),
        # a field of a structured line
        ("stack", rf"\bstack\"?[:=] ?\"(?P<bug>)(?P<type>{JS_BUG})(?: \[\w+\])?: (?P<message>[^\n]*?)(?:\"[ ,}}\]]|\"?$)"),
        ("stack", r"\bstack\"?[:=] ?\"(?P<type>[A-Z]\w*)(?: \[\w+\])?: (?P<message>[^\n]*?)(?:\"[ ,}\]]|\"?$)"),
        # Deno
        ("uncaught (in ", rf"^error: Uncaught \(in [^)]+\) (?P<bug>)(?P<type>{JS_BUG}): (?P<message>[^\n]*)"),
        ("uncaught (in ", r"^error: Uncaught \(in [^)]+\) (?P<type>[A-Z]\w*): (?P<message>[^\n]*)"),
        # Node, of an error without a trace
        ("error", r"^(?:Uncaught )?\[(?:Error \[)?(?P<type>[A-Z]\w*)\]?: (?P<message>[^\n]*?)\](?: \{)?$"),
        ("exception", rf"^(?:Uncaught )?{_TYPE}(?:: (?P<message>[^\n]*))?$"),
        ("exception", rf"^(?:Uncaught )?{_TYPE}: (?P<message>[^\n]*)"),
        # anybody's logger, of a defect whose trace it keeps to itself
        ("error: ", rf"[\"'=:(\[] ?(?P<bug>)(?P<type>{PYTHON_BUG}|{JS_BUG}|{RUBY_BUG}): (?P<message>[^\n]*)"),
        ("exception: ", rf"[\"'=:(\[] ?(?P<bug>)(?P<type>{JAVA_BUG}|{DOTNET_BUG}): (?P<message>[^\n]*)"),
    ),
    # Perl dies with what it was told to say, and with 255 where no call of the system failed.
    *rows("exception", (" line ", r"^(?P<message>[^\n]+?) at (?P<place>\S+\.(?:pl|pm|cgi|psgi|t)) line \d+\.$"), exit_code=255),
    *rows(
        "exception",
        # whatever its name: what ends a trace of Python, or stands before one of Node
        ("file \"", r"^[ \t]+File \"[^\"\n]+\", line \d+, in [^\n]+\n(?:[ \t][^\n]*\n){0,3}"
         r"(?!SystemExit|KeyboardInterrupt|gunicorn)(?P<type>[A-Za-z_][\w.]*)(?:: (?P<message>[^\n]*))?$"),
        ("error: ", r"^[^\n]{0,80}[ :](?P<type>(?:[A-Z]\w*)?Error)(?: \[\w+\])?: (?P<message>[^\n]*)\n\s+at "),
        spans=True,
    ),
)  # fmt: skip

ROWS: tuple[Row, ...] = (*_HEAP, *_NEWER_SYNTAX, *_ENGINES, *_VERSION, *_EXCEPTIONS)
