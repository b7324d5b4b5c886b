"""What servers and stores write when they themselves fail to start: nginx, PostgreSQL, Redis, Kafka and their like."""

from . import Row, rows

_WHERE = r"(?P<file>/[^\s:\"']+):(?P<line>\d+)"
_PATH = r"(?P<file>/[^\s:,;\"')\]]+)"

_NGINX = (
    *rows(
        "noise",
        # A request for a file that is not there, and what the image's entrypoint may not change.
        ("open() \"", r"\[(?:error|warn|notice|info)\] \d+#\d+: \*\d+ open\(\) "),
        ("can not modify", r"can not modify /etc/nginx/"),
        ("ah00558", r"AH00558"),
    ),
    *rows("privileged-port-denied", ("bind() to", r"bind\(\) to \S*?:(?P<port>\d+) failed \(13: ")),
    *rows(
        "port-in-use",
        ("bind() to", r"bind\(\) to \S*?:(?P<port>\d+) failed \(98: "),
        ("still could not bind", r"still could not bind\(\)"),
    ),
    *rows("invalid-configuration", ("bind() to", r"bind\(\) to (?P<value>\S+) failed \(99: (?P<why>[^)]+)\)")),
    *rows("read-only-filesystem", ("failed (30: ", r"(?P<call>\w+)\(\) \"(?P<file>[^\"]+)\" failed \(30: ")),
    *rows(
        "permission-denied",
        ("failed (13: ", r"\[(?:emerg|alert|crit)\][^\n]{0,40}?(?P<call>\w+)\(\) \"(?P<file>[^\"]+)\" failed \(13: "),
        ("failed (1: ", r"\[(?:emerg|alert|crit)\][^\n]{0,40}?(?P<call>\w+)\(\"?(?P<file>[^\",)]*)\"?[^)]*\) failed \(1: "),
    ),
    *rows(
        "missing-file",
        ("failed (2: ", r"\[(?:emerg|alert|crit)\][^\n]{0,40}?\w+\(\) \"(?P<file>[^\"]+)\" failed \(2: "),
        ("cannot load certificate", r"cannot load certificate(?: key)? \"(?P<file>[^\"]+)\": BIO_new_file\(\) failed[^\n]*No such file"),
    ),
    *rows("permission-denied", ("cannot load certificate", r"cannot load certificate(?: key)? \"(?P<file>[^\"]+)\": BIO_new_file\(\) failed[^\n]*Permission denied")),
    *rows(
        "invalid-configuration",
        ("cannot load certificate", r"(?P<why>cannot load certificate(?: key)?) \"(?P<file>[^\"]+)\": "),
        ("key values mismatch", r"SSL_CTX_use_PrivateKey(?:_file)?\(\"(?P<file>[^\"]+)\"\) failed[^\n]*(?P<why>key values mismatch)"),
        ("[emerg]", rf"\[emerg\] (?:\d+#\d+: )?(?P<why>unknown directive) \"(?P<key>[^\"]+)\" in {_WHERE}"),
        ("[emerg]", rf"\[emerg\] (?:\d+#\d+: )?(?P<why>invalid number of arguments) in \"(?P<key>[^\"]+)\" directive in {_WHERE}"),
        ("[emerg]", rf"\[emerg\] (?:\d+#\d+: )?\"(?P<key>[^\"]+)\" (?P<why>directive (?:is not allowed here|is duplicate|invalid value)|[^\n]*?) in {_WHERE}"),
        ("[emerg]", rf"\[emerg\] (?:\d+#\d+: )?(?P<why>directive) \"(?P<key>[^\"]+)\" (?:is not terminated by \";\"|has no opening \"\{{\") in {_WHERE}"),
        ("[emerg]", rf"\[emerg\] (?:\d+#\d+: )?(?P<why>(?:invalid|unexpected|unknown|duplicate|conflicting|no )[^\n]*?) in {_WHERE}"),
        ("[emerg]", rf"\[emerg\] (?![^\n]*host not found)(?:\d+#\d+: )?(?P<why>[^\n]*?) in {_WHERE}"),
        ("section in configuration", r"\[emerg\] (?:\d+#\d+: )?(?P<why>no \"(?P<key>\w+)\" section in configuration)"),
        ("getpwnam(", r"\[emerg\] (?:\d+#\d+: )?(?P<why>getpwnam\(\"(?P<value>[^\"]+)\"\) failed)"),
    ),
)  # fmt: skip

_PROXIES = (
    *rows(
        "invalid-configuration",
        ("syntax error on line", r"AH00526: Syntax error on line (?P<line>\d+) of (?P<file>[^\s:]+):\n(?P<why>[^\n]*'(?P<key>[^'\n]+)'[^\n]*)"),
        ("syntax error on line", r"AH00526: Syntax error on line (?P<line>\d+) of (?P<file>[^\s:]+):\n(?P<why>[^\n]+)"),
        spans=True,
    ),
    *rows(
        "invalid-configuration",
        ("ah00526", r"AH00526: Syntax error on line (?P<line>\d+) of (?P<file>[^\s:]+)"),
        ("ah00534", r"AH00534: [^\n]*?Configuration error: (?P<why>[^\n]+)"),
        ("sslcertificate", r"(?P<key>SSLCertificate\w+): file '(?P<file>[^']+)' (?P<why>does not exist or is empty)"),
        ("unknown keyword", r"parsing \[(?P<file>[^\]:]+):(?P<line>\d+)\] ?: (?P<why>unknown keyword) '(?P<key>[^']+)'"),
        ("parsing [", r"parsing \[(?P<file>[^\]:]+):(?P<line>\d+)\] ?: (?P<why>[^\n]+)"),
        ("error(s) found in configuration file", r"(?P<why>Error\(s\) found in configuration file) : (?P<file>\S+)"),
        ("error initializing configuration", r"error initializing configuration '(?P<file>[^']*)': (?P<why>[^\n]+)"),
        ("has unknown fields", r"(?P<why>Protobuf message \(type [^)]+\) has unknown fields)"),
        ("field not found, node", r"(?P<why>field not found), node: (?P<key>\S+)"),
        ("caddyfile", r"(?P<file>[^\s:]*Caddyfile):(?P<line>\d+)(?::| -)[^\n]*?(?P<why>[Uu]n(?:recognized|known) (?:directive|subdirective)):? '?(?P<key>[^\s',]+)"),
        ("adapting config using caddyfile", r"adapting config using caddyfile: (?:(?P<file>/[^\s:]+):(?P<line>\d+): )?(?P<why>[^\n]+)"),
    ),
    *rows(
        "privileged-port-denied",
        ("make_sock", r"Permission denied: AH00072: make_sock: could not bind to address \S*:(?P<port>\d+)"),
        ("cannot bind socket", r"cannot bind socket \(Permission denied\)[^\n]*\[[^\]]*:(?P<port>\d+)\]"),
        ("cannot bind '", r"cannot bind '[^']*:(?P<port>\d+)': Permission denied"),
    ),
    *rows(
        "port-in-use",
        ("make_sock", r"Address already in use: AH00072: make_sock: could not bind to address \S*:(?P<port>\d+)"),
        ("cannot bind socket", r"cannot bind socket \(Address already in use\)[^\n]*\[[^\]]*:(?P<port>\d+)\]"),
        ("cannot bind '", r"cannot bind '[^']*:(?P<port>\d+)': Address already in use"),
    ),
    *rows(
        "missing-file",
        ("could not open configuration file", r"Could not open configuration file (?P<file>\S+?): No such file"),
        ("ah02291", r"AH02291: Cannot access directory '(?P<file>[^']+)'"),
        ("cannot open configuration file", r"Cannot open configuration file/directory (?P<file>\S+) : No such file"),
        ("unable to stat ssl certificate", r"unable to stat SSL certificate from file '(?P<file>[^']+)' : No such file"),
        ("unable to read file", r"unable to read file: (?P<file>/\S+)"),
    ),
)  # fmt: skip

_POSTGRES = (
    *rows(
        "data-directory-unusable",
        ("exists but is not empty", r"directory \"(?P<file>[^\"]+)\" exists but is not empty\n(?:[^\n]*\n){0,1}?[^\n]*?(?P<why>It contains a lost\+found directory[^\n.]*|It contains a dot-prefixed/invisible file[^\n.]*)"),
        ("are incompatible with server", r"database files are (?P<why>incompatible with server)\n[^\n]*initialized by PostgreSQL version (?P<found>[\d.]+)[^\n]*with this version (?P<needed>\d[\d.]*\d|\d)"),
        ("has wrong ownership", r"data directory \"(?P<file>[^\"]+)\" (?P<why>has wrong ownership)"),
        ("has invalid permissions", r"data directory \"(?P<file>[^\"]+)\" (?P<why>has (?:invalid permissions|group or world access))"),
        spans=True,
    ),
    *rows(
        "data-directory-unusable",
        ("exists but is not empty", r"directory \"(?P<file>[^\"]+)\" (?P<why>exists but is not empty)"),
        ("initialized by postgresql version", r"initialized by PostgreSQL version (?P<found>[\d.]+)[^\n]*with this version (?P<needed>\d[\d.]*\d|\d)"),
        ("has group or world access", r"data directory \"(?P<file>[^\"]+)\" (?P<why>has group or world access)"),
        ("could not change permissions of directory", r"could not change permissions of directory \"(?P<file>[^\"]+)\": (?P<why>[^\n]+)"),
        ("lock file \"", r"lock file \"(?P<file>[^\"]+)\" (?P<why>already exists|is empty)"),
        ("pre-existing shared memory", r"(?P<why>pre-existing shared memory block [^\n]*is still in use)"),
        ("is not a database cluster directory", r"\"(?P<file>[^\"]+)\" (?P<why>is not a (?:database cluster|valid data) directory)"),
        ("is not a valid data directory", r"\"(?P<file>[^\"]+)\" (?P<why>is not a valid data directory)"),
        ("checkpoint record", r"(?:PANIC|FATAL): +(?P<why>(?:could not locate a valid|invalid (?:primary )?)[^\n]*checkpoint record)"),
        ("pg_control", r"(?P<why>could not (?:open|read) file) \"(?P<file>[^\"]*global/pg_control)\""),
        ("wal was generated with", r"FATAL: +(?P<why>WAL was generated with [^\n]+)"),
        ("there appears to be a pg", r"(?P<why>there appears to be PostgreSQL data in)[^\n]*"),
    ),
    *rows("missing-env-var", ("superuser password is not specified", r"superuser password is not specified\.\n\s*You must specify (?P<variable>\w+)"), spans=True),
    *rows(
        "port-in-use",
        ("another postmaster already running on port", r"another postmaster already running on port (?P<port>\d+)"),
        ("could not bind ipv", r"could not bind IPv[46] (?:address|socket)[^\n]*Address already in use"),
    ),
    *rows(
        "invalid-configuration",
        ("unrecognized configuration parameter", r"(?P<why>unrecognized configuration parameter) \"(?P<key>[^\"]+)\"(?: in file \"(?P<file>[^\"]+)\" line (?P<line>\d+))?"),
        ("invalid value for parameter", r"(?P<why>invalid value for parameter) \"(?P<key>[^\"]+)\": \"(?P<value>[^\"]*)\""),
        ("is outside the valid range for parameter", r"(?P<value>\S+) (?P<why>is outside the valid range) for parameter \"(?P<key>[^\"]+)\""),
        ("syntax error in file", r"(?P<why>syntax error) in file \"(?P<file>[^\"]+)\" line (?P<line>\d+), near (?:token \"(?P<key>[^\"]+)\"|end of line)"),
        ("parameter \"", r"parameter \"(?P<key>[^\"]+)\" (?P<why>requires a[^\n]+|cannot be [^\n]+|must be [^\n]+)"),
        ("configuration file \"", r"configuration file \"(?P<file>[^\"]+)\" (?P<why>contains errors)"),
        ("could not load pg_hba.conf", r"(?P<why>could not load) (?P<file>\S*pg_hba\.conf)"),
        ("could not load /", r"FATAL: +(?P<why>could not load) (?P<file>/\S+)"),
    ),
)  # fmt: skip

_MYSQL = (
    *rows(
        "data-directory-unusable",
        ("data directory has files in it", r"(?P<why>--initialize specified but the data directory has files in it)"),
        ("the designated data directory", r"The designated data directory (?P<file>\S+?)/? (?P<why>is unusable)"),
        ("unable to lock ./", r"InnoDB\]?:? (?P<why>Unable to lock) (?P<file>\./\S+)"),
        ("on data directory built by version", r"Cannot boot server version (?P<needed>\S+) on data directory built by version (?P<found>\S+?)\.? "),
        ("upgrade after a crash is not supported", r"InnoDB\]?:? (?P<why>Upgrade after a crash is not supported)"),
        ("unsupported redo log format", r"InnoDB\]?:? (?P<why>Unsupported redo log format)[^\n]*"),
        ("privilege tables", r"(?P<why>Can't open and lock privilege tables|Could not open the mysql\.plugin table)[^\n]*"),
        ("must be writable", r"InnoDB\]?:? The innodb_system data file '(?P<file>[^']+)' (?P<why>must be writable)"),
        ("error number 13 in a file operation", r"InnoDB\]?:? (?P<why>Operating system error number 13) in a file operation"),
        ("aria_log_control", r"(?P<why>Can't lock aria control file|Aria engine: log initialization failed)[^\n]*"),
    ),
    *rows(
        "port-in-use",
        ("another mysqld server running on port", r"another mysqld server running on port: (?P<port>\d+)"),
        ("bind on tcp/ip port", r"Can't start server: Bind on TCP/IP port: Address already in use"),
    ),
    *rows("permission-denied", ("errcode: 13", r"(?P<call>Can't [\w/ ]{1,30}?) (?:to )?(?:file|dir of) '(?P<file>[^']+)' \((?:Errcode|OS errno):? 13")),
    *rows("permission-denied", ("os errno 13", r"(?P<file>[^\s']+)'? (?:not found )?\(OS errno 13 - Permission denied\)")),
    *rows(
        "invalid-configuration",
        ("unknown variable '", r"\[ERROR\][^\n]*(?P<why>unknown variable) '(?P<key>[^'=]+)(?:=(?P<value>[^']*))?'"),
        ("unknown option '", r"\[ERROR\][^\n]*(?P<why>unknown option) '(?P<key>[^']+)'"),
        ("unknown suffix", r"(?P<why>[Uu]nknown suffix) '[^']*' used for variable '(?P<key>[^']+)' \(value '(?P<value>[^']*)'\)"),
        ("option without preceding group", r"(?P<why>Found option without preceding group) in config file:? (?P<file>\S+) at line:? (?P<line>\d+)"),
        ("mysql_user=\"root\"", r"(?P<key>MYSQL_USER)=\"(?P<value>root)\", (?P<why>[^\n]+)"),
    ),
)  # fmt: skip

_REDIS = (
    *rows(
        "invalid-configuration",
        ("fatal config file error", r"FATAL CONFIG FILE ERROR[^\n]*\nReading the configuration file, at line (?P<line>\d+)\n>>> '\"?(?P<key>[^\s'\"]+)[^\n]*\n(?P<why>[^\n]+)"),
        spans=True,
    ),
    *rows("invalid-configuration", ("fatal config file error", r"(?P<why>FATAL CONFIG FILE ERROR)")),
    *rows("missing-file", ("can't open config file", r"can't open config file '(?P<file>[^']+)': No such file"), ("can't chdir to", r"Can't chdir to '(?P<file>[^']+)': No such file")),
    *rows(
        "permission-denied",
        ("can't open config file", r"can't open config file '(?P<file>[^']+)': Permission denied"),
        ("can't chdir to", r"Can't chdir to '(?P<file>[^']+)': Permission denied"),
        ("append-only dir", r"Can't open or create append-only dir (?P<file>\S+): Permission denied"),
        ("append-only file", r"Can't open the append-only file:?(?: (?P<file>\S+):)? Permission denied"),
        ("append only file", r"(?:opening|open) (?:the )?append only file (?P<file>\S*?):? ?Permission denied"),
        ("rdb file", r"Failed opening the (?:temp )?RDB file (?P<file>\S+) \(in server root dir (?P<where>[^)]+)\) for saving: Permission denied"),
    ),
    *rows(
        "port-in-use",
        ("server tcp listening socket", r"[Cc]ould not create server TCP listening socket \S*:(?P<port>\d+): bind: Address already in use"),
        ("failed listening on port", r"Failed listening on port (?P<port>\d+)"),
    ),
    *rows(
        "data-directory-unusable",
        ("rdb format version", r"(?P<why>Can't handle RDB format version) (?P<found>\d+)"),
        ("reading the append only file", r"(?P<why>Bad file format reading the append only file)[^\n]*"),
        ("wrong signature trying to load db", r"(?P<why>Wrong signature trying to load DB from file)"),
        ("short read or oom loading db", r"(?P<why>Short read or OOM loading DB)"),
        ("unexpected end of file reading the append only", r"(?P<why>Unexpected end of file reading the append only file)"),
        ("is already used by a different redis cluster", r"configuration file (?P<file>\S+) (?P<why>is already used by a different Redis Cluster node)"),
    ),
)  # fmt: skip

_MONGODB = (
    *rows(
        "data-directory-unusable",
        ("dbpathinuse", r"DBPathInUse[^\n]*?(?P<why>Unable to (?:lock|create/open) the lock file): (?P<file>/[^\s(]+)"),
        ("the lock file: /", r"(?P<why>Unable to (?:lock|create/open) the lock file): (?P<file>/[^\s(]+)"),
        ("nonexistentpath", r"NonExistentPath: Data directory (?P<file>\S+) (?P<why>not found)"),
        ("featurecompatibilityversion", r"(?P<why>[Ii]nvalid featureCompatibilityVersion)(?: value[^\n]*?[Ff]ound:? '?(?P<found>[\d.]+))?"),
        ("wiredtiger", r"(?P<why>WT_PANIC|unsupported WiredTiger file version)[^\n]{0,80}"),
    ),
    *rows("port-in-use", ("failed to set up listener", r"[Ff]ailed to set ?up listener: SocketException: Address already in use"), ("error setting up listener", r"Error setting up listener[^\n]*Address already in use")),
    *rows("permission-denied", ("status of lock file", r"status of lock file in the data directory (?P<file>/[^\s:]+): [^\n]*Permission denied")),
    *rows("missing-file", ("error opening config file", r"Error opening config file:? '?(?P<file>/[^'\s]+)?'?:? ?No such file")),
    *rows(
        "invalid-configuration",
        ("unrecognized option: ", r"^(?P<why>Unrecognized option): (?P<key>[\w.]+)\s*$"),
        ("are too open", r"permissions on (?P<file>\S+) (?P<why>are too open)"),
        ("error parsing yaml config file", r"(?P<why>Error parsing YAML config file): [^\n]+"),
    ),
)  # fmt: skip

_BROKERS = (
    *rows(
        "data-directory-unusable",
        ("doesn't match stored clusterid", r"The Cluster ID (?P<needed>\S+) (?P<why>doesn't match stored clusterId) (?:Some\()?(?P<found>[^\s)]+)"),
        ("is not in the form of topic-partition", r"Found directory (?P<file>\S+?), '(?P<what>[^']+)' (?P<why>is not in the form of topic-partition)"),
        ("failed to acquire lock on file", r"(?P<why>Failed to acquire lock on file \.lock) in (?P<file>/\S+?)\.?(?:\s|$)"),
        ("meta.properties", r"(?P<why>No (?:readable )?'?`?meta\.properties'?`?(?: files)? found)(?: in (?P<file>/\S+))?"),
        ("unable to load database on disk", r"(?P<why>Unable to load database on disk)"),
        ("unable to access datadir", r"(?P<why>Unable to access datadir)"),
        ("schema_integrity_check_failed", r"(?P<why>schema_integrity_check_failed)"),
        ("differs from previous data center", r"(?P<why>snitch's data ?center \(\S+\) differs from previous data center) \((?P<found>[^)]+)\)"),
        ("does not match the owner of the data", r"(?P<why>Effective user of the process \((?P<needed>[^)]*)\) does not match the owner of the data) \((?P<found>[^)]*)\)"),
        ("another server instance in same directory", r"Cannot lock file (?P<file>\S+?)\. (?P<why>Another server instance in same directory is already running)"),
        ("failed to obtain node lock", r"(?P<why>failed to obtain node locks?), tried \[+(?P<file>[^\]]+)\]"),
        ("cannot upgrade a node from version", r"(?P<why>cannot (?:up|down)grade a node from version) \[(?P<found>[^\]]+)\] (?:directly )?to version \[(?P<needed>[^\]]+)\]"),
        ("cannot downgrade a node from version", r"(?P<why>cannot downgrade a node from version) \[(?P<found>[^\]]+)\] to version \[(?P<needed>[^\]]+)\]"),
        ("minimum compatible", r"(?:was|were) created (?:with|in|by) (?:a )?version \[?(?P<found>[\d.]+)\]?[^\n]*?(?P<why>minimum compatible)[^\n]*?\[?(?P<needed>\d[\d.]*)"),
        ("has already been bootstrapped", r"(?P<why>member \S+ has already been bootstrapped)"),
        ("cluster id mismatch", r"(?P<why>(?:request )?cluster ID mismatch)"),
        ("crc mismatch", r"(?P<why>walpb: crc mismatch|wal: crc mismatch)"),
        ("lock db directory", r"opening storage failed: (?P<why>lock DB directory)"),
        ("database is locked", r"(?P<why>database is locked)"),
    ),
    *rows(
        "permission-denied",
        (".erlang.cookie", r"(?:reading|read) (?P<file>/\S*\.erlang\.cookie): eacces"),
        ("must be accessible by owner only", r"Cookie file (?P<file>\S+) must be accessible by owner only"),
        ("gf_paths_data", r"GF_PATHS_DATA='(?P<file>[^']+)' is not writable"),
        ("wrong volume permissions", r"Can not write to (?P<file>\S+?)\. Wrong volume permissions"),
        ("cannot access data directory", r"cannot access data directory[^\n]*?(?P<file>/[^\s:\"]+): permission denied"),
        ("file access denied", r"[Uu]nable to (?:write to the backend|initialize backend|use the drive (?P<file>/\S+?)):? [^\n]{0,20}file access denied"),
        ("doesn't have write permissions", r"(?:[Dd]irectory )?(?P<file>/\S+) doesn't have write permissions"),
    ),
    *rows("port-in-use", ("eaddrinuse", r"(?:port |:)(?P<port>\d{2,5})\b[^\n]{0,80}eaddrinuse|\beaddrinuse\b"), ("failed to listen on tcp port", r"failed to listen on TCP port (?P<port>\d+): Address already in use")),
    *rows(
        "too-many-open-files",
        ("max file descriptors [", r"(?P<what>max file descriptors) \[(?P<found>\d+)\] for \w+ process is too low, increase to at least \[(?P<needed>\d+)\]"),
        ("max number of threads [", r"(?P<what>max number of threads) \[(?P<found>\d+)\][^\n]*is too low, increase to at least \[(?P<needed>\d+)\]"),
        ("vm.max_map_count", r"(?P<what>vm\.max_map_count) \[(?P<found>\d+)\] is too low, increase to at least \[(?P<needed>\d+)\]"),
    ),
    *rows("missing-env-var", ("via the environment variable", r"[Pp]lease provide an? [\w ]{1,40}via the environment variable (?P<variable>[A-Z][A-Z0-9_]+)")),
    *rows(
        "bad-arguments",
        ("error parsing command line", r"Error parsing command line: (?:unrecognised|unrecognized) option '(?P<flag>[^']+)'"),
        ("error verifying flags", r"error verifying flags, (?P<why>[^\n]+)"),
    ),
    *rows(
        "invalid-configuration",
        ("missing required configuration", r"(?P<why>Missing required configuration) \"(?P<key>[^\"]+)\""),
        ("for configuration", r"ConfigException: Invalid value (?P<value>.{1,120}?) for configuration (?P<key>[\w.]+)(?:: (?P<why>[^\n]+))?"),
        ("invalid config, exiting abnormally", r"(?P<why>Invalid config, exiting abnormally)"),
        ("there is no setting with that name", r"You've tried to set (?P<key>[\w.]+), but (?P<why>there is no setting with that name)"),
        ("error preparing configuration in phase", r"(?P<why>Error preparing configuration in phase \w+)"),
        ("unknown setting [", r"(?P<why>unknown setting) \[(?P<key>[^\]]+)\]"),
        ("for setting [", r"[Ff]ailed to parse value \[(?P<value>[^\]]*)\] for setting \[(?P<key>[^\]]+)\](?P<why>)"),
        ("default discovery settings are unsuitable", r"(?P<why>the default discovery settings are unsuitable for production use)"),
        ("as root", r"(?P<why>can ?not run (?:elasticsearch|opensearch) as root)"),
        ("in the initial cluster configuration", r"(?P<why>couldn't find local name) \"(?P<value>[^\"]*)\" in the initial cluster configuration"),
        ("configurationexception", r"cassandra\.exceptions\.ConfigurationException: (?P<why>[^\n]+)"),
        ("error loading configuration from", r"error loading configuration from (?P<file>\S+?): (?P<why>[^\n]+)"),
        ("failed to lock memory", r"(?P<why>Failed to lock memory)[^\n]*"),
        ("datasource provisioning error", r"(?P<why>Datasource provisioning error): [^\n]+"),
        ("without the -u switch", r"(?P<why>can't run as root without the -u switch)"),
        ("credentials inherited from the shell environment", r"(?P<why>Unable to validate credentials inherited from the shell environment)"),
    ),
    *rows(
        "invalid-configuration",
        ("unmarshal errors", r"parsing YAML file (?P<file>[^\s:]+): yaml: unmarshal errors:\"?\n\s*line (?P<line>\d+): (?P<why>(?:field (?P<key>\w+) )?[^\n\"]+)"),
        spans=True,
    ),
    *rows("invalid-configuration", ("parsing yaml file", r"parsing YAML file (?P<file>[^\s:]+): (?:yaml: )?(?:line (?P<line>\d+): )?(?P<why>[^\n\"]+)")),
    *rows("dns-not-found", ("epmd error for host", r"epmd error for host (?P<host>[\w.-]+): (?:address|nxdomain|timeout)")),
)  # fmt: skip

ROWS: tuple[Row, ...] = (*_NGINX, *_PROXIES, *_POSTGRES, *_MYSQL, *_REDIS, *_MONGODB, *_BROKERS)
