"""What runtimes, shells and libraries write when a process ends, and what is made of it.

Each snippet is what such a program prints, with invented names; the line that tells is found, and what it names.
"""

import time

import pytest

from kubectl_why.causes.loglines.choice import best
from kubectl_why.causes.loglines.levels import ERROR
from kubectl_why.causes.loglines.signs import matches
from kubectl_why.snapshot import Log

# cause, what the line names, and what the program printed
LINES = [
    (
        "port-in-use",
        {},
        "terminate called after throwing an instance of 'boost::wrapexcept<boost::system::system_error>'\n"
        "  what():  bind: Address already in use [system:98 at /usr/include/boost/asio/detail/throw_error.hpp:39]",
    ),
    ("authentication-failed", {}, 'level=fatal msg="cannot open the bucket" err="Access Denied."'),
    # -- missing-env-var: Python
    (
        "missing-env-var",
        {"variable": "DATABASE_PASSWORD"},
        """\
INFO:orders:starting
Traceback (most recent call last):
  File "/app/orders/config.py", line 8, in <module>
    PASSWORD = os.environ["DATABASE_PASSWORD"]
               ~~~~~~~~~~^^^^^^^^^^^^^^^^^^^^^
  File "<frozen os>", line 679, in __getitem__
KeyError: 'DATABASE_PASSWORD'""",
    ),
    (
        "missing-env-var",
        {"variable": "SMTP_HOST"},
        """\
Traceback (most recent call last):
  File "/srv/mail/run.py", line 3, in <module>
    host = environ['SMTP_HOST']
  File "/usr/local/lib/python3.9/os.py", line 679, in __getitem__
    raise KeyError(key) from None
KeyError: 'SMTP_HOST'""",
    ),
    ("missing-env-var", {"variable": "QUEUE_URL"}, "KeyError: 'QUEUE_URL'"),
    (
        "missing-env-var",
        {"variable": "QUEUE_URL"},
        '  File "/app/m.py", line 3, in <module>\n    url = os.getenv("QUEUE_URL") + "/v1"\n'
        "TypeError: unsupported operand type(s) for +: 'NoneType' and 'str'",
    ),
    (
        "exception",
        {"type": "till.QueueBroken", "message": "no head"},
        'Traceback (most recent call last):\n  File "/app/m.py", line 3, in <module>\n    run()\ntill.QueueBroken: no head',
    ),
    (
        "exception",
        {"type": "ValueError", "message": "bad batch"},
        """\
  + Exception Group Traceback (most recent call last):
  |   File "/app/main.py", line 8, in <module>
  |     asyncio.run(main())
  | ExceptionGroup: unhandled errors in a TaskGroup (1 sub-exception)
  +-+---------------- 1 ----------------
    | Traceback (most recent call last):
    |   File "/app/main.py", line 4, in work
    |     raise ValueError("bad batch")
    | ValueError: bad batch
    +------------------------------------""",
    ),
    (
        "exception",
        {"type": "RangeError", "message": "bad batch"},
        "could not start: RangeError: bad batch\n    at handler (/app/handler.js:10:5)",
    ),
    ("missing-env-var", {"variable": "PG_HOST"}, "bash: line 1: PG_HOST: which database is it?"),
    ("missing-env-var", {"variable": "PG_HOST"}, "ERROR: please export PG_HOST"),
    ("missing-env-var", {"variable": "PG_HOST"}, "starting\nno PG_HOST given"),
    (
        "missing-env-var",
        {"variable": "PG_HOST"},
        " Missing environment variables:\n    PG_HOST: undefined (required)\n    PG_USER: undefined (required)",
    ),
    ("missing-env-var", {"what": "credentials"}, "botocore.exceptions.NoCredentialsError: Unable to locate credentials"),
    (
        "privileged-port-denied",
        {"port": "443"},
        """\
Error: listen EACCES: permission denied 0.0.0.0:443
    at Server.setupListenHandle [as _listen2] (node:net:1915:21) {
  code: 'EACCES',
  errno: -13,
  syscall: 'listen'
}""",
    ),
    ("command-not-found", {"command": "pg_dump"}, "/scripts/run.sh: line 9: pg_dump: command not found\nbackup failed"),
    ("bad-arguments", {"value": "forever"}, "sleep: invalid time interval 'forever'"),
    ("invalid-configuration", {}, "jq: parse error: Expected separator between values at line 3, column 10"),
    ("invalid-configuration", {"value": "db//x"}, "TypeError: Invalid URL\n    at new URL (node:url:8)\n  input: 'db//x'"),
    (
        "invalid-configuration",
        {"key": "PORT", "value": "eighty"},
        "  port = int(os.environ[\"PORT\"])\nValueError: invalid literal for int() with base 10: 'eighty'",
    ),
    ("invalid-configuration", {"key": "POOL_SIZE", "value": "lots"}, 'config: POOL_SIZE="lots" is not a number'),
    ("invalid-configuration", {"key": "LOG_LEVEL", "value": "loud"}, 'fatal: invalid LOG_LEVEL "loud": one of debug, info'),
    (
        "invalid-configuration",
        {"key": "interval", "value": "-5"},
        "jsonschema.exceptions.ValidationError: -5 is less than the minimum of 1\n\nOn instance['interval']:\n    -5",
    ),
    ("missing-module", {"module": "boto3"}, "ImportError: boto3 is required, install it with pip install boto3"),
    ("runtime-version-mismatch", {}, "    match command:\n          ^\nSyntaxError: invalid syntax"),
    (
        "runtime-version-mismatch",
        {"needed": "3.11+", "found": "3.9.19"},
        "RuntimeError: Python 3.11+ is required (running 3.9.19)",
    ),
    ("runtime-version-mismatch", {"found": "14.21.3"}, "Error: node v14.21.3 is too old, need >= v18"),
    (
        "missing-env-var",
        {"variable": "MAPS_KEY"},
        '{"level":"error","msg":"startup failed","exc_info":"Traceback (most recent call last):\\n  File \\"/app/m.py\\", line 2,'
        ' in <module>\\n    K = os.environ[\\"MAPS_KEY\\"]\\n  File \\"<frozen os>\\", line 685, in __getitem__\\nKeyError: \'MAPS_KEY\'"}',
    ),
    (
        "missing-env-var",
        {"variable": "database_url"},
        """\
Traceback (most recent call last):
  File "/app/main.py", line 12, in <module>
    settings = Settings()
  File "/usr/local/lib/python3.12/site-packages/pydantic_settings/main.py", line 176, in __init__
    super().__init__(
pydantic_core._pydantic_core.ValidationError: 1 validation error for Settings
database_url
  Field required [type=missing, input_value={'debug': 'true'}, input_type=dict]
    For further information visit https://errors.pydantic.dev/2.9/v/missing""",
    ),
    (
        "missing-env-var",
        {"variable": "redis_host"},
        """\
pydantic.error_wrappers.ValidationError: 1 validation error for AppSettings
redis_host
  field required (type=value_error.missing)""",
    ),
    (
        "missing-env-var",
        {"variable": "SENTRY_DSN"},
        "decouple.UndefinedValueError: SENTRY_DSN not found. Declare it as envvar or define a default value.",
    ),
    ("missing-env-var", {"variable": "LDAP_BASE"}, 'environs.exceptions.EnvError: Environment variable "LDAP_BASE" not set'),
    (
        "missing-env-var",
        {"variable": "CELERY_BROKER"},
        "django.core.exceptions.ImproperlyConfigured: Set the CELERY_BROKER environment variable",
    ),
    (
        "missing-env-var",
        {"variable": "SECRET_KEY"},
        "django.core.exceptions.ImproperlyConfigured: The SECRET_KEY setting must not be empty.",
    ),
    ("missing-env-var", {"variable": "TENANT_ID"}, "dynaconf.validator.ValidationError: TENANT_ID is required in env main"),
    (
        "missing-env-var",
        {"variable": "OPENAI_API_KEY"},
        "openai.OpenAIError: The api_key client option must be set either by passing api_key to the client or by setting the"
        " OPENAI_API_KEY environment variable",
    ),
    ("missing-env-var", {"variable": "BUCKET_NAME"}, "ValueError: BUCKET_NAME environment variable is required"),
    ("missing-env-var", {"variable": "API_TOKEN"}, "RuntimeError: Missing required environment variable API_TOKEN"),
    (
        "missing-env-var",
        {"variable": "SQLALCHEMY_DATABASE_URI"},
        "RuntimeError: Either 'SQLALCHEMY_DATABASE_URI' or 'SQLALCHEMY_BINDS' must be set.",
    ),
    # -- Node
    ("missing-env-var", {"variable": "JWT_SECRET"}, "Error: Missing required environment variable: JWT_SECRET"),
    ("missing-env-var", {"variable": "STRIPE_KEY"}, "Error: STRIPE_KEY is not defined in the environment"),
    ("missing-env-var", {"variable": "PORT"}, "Error: Environment variable PORT is missing"),
    ("missing-env-var", {"variable": "MAIL_FROM"}, "Error: process.env.MAIL_FROM is undefined"),
    (
        "missing-env-var",
        {"variable": "DB_URL"},
        'EnvVarError: env-var: "DB_URL" is a required variable, but it was not set',
    ),
    (
        "missing-env-var",
        {"variable": "DATABASE_HOST"},
        'Error: Config validation error: "DATABASE_HOST" is required. "DATABASE_PORT" is required',
    ),
    (
        "missing-env-var",
        {"variable": "COOKIE_SECRET"},
        """\
================================
 Missing environment variables:
    COOKIE_SECRET: undefined
================================""",
    ),
    (
        "missing-env-var",
        {"variable": "RATES_URL"},
        """\
ZodError: [
  {
    "code": "invalid_type",
    "expected": "string",
    "received": "undefined",
    "path": [
      "RATES_URL"
    ],
    "message": "Required"
  }
]
    at get error (/app/node_modules/zod/lib/types.js:39:31)""",
    ),
    (
        "missing-env-var",
        {"variable": "NEXTAUTH_URL"},
        "❌ Invalid environment variables: { NEXTAUTH_URL: [ 'Required' ] }",
    ),
    ("missing-env-var", {"variable": "LOG_DIR"}, "Error: env must have required property 'LOG_DIR'"),
    (
        "missing-env-var",
        {"variable": "SESSION_KEY, SESSION_TTL"},
        """\
MissingEnvVarsError: The following variables were defined in .env.example but are not present in the environment:
  SESSION_KEY, SESSION_TTL""",
    ),
    (
        "missing-env-var",
        {"variable": "DATABASE_URL"},
        "error: Environment variable not found: DATABASE_URL.",
    ),
    ("missing-env-var", {"variable": "AMQP_URL"}, 'TypeError: Configuration key "AMQP_URL" does not exist'),
    # -- the JVM
    (
        "missing-env-var",
        {"variable": "PAYMENT_KEY"},
        """\
2026-03-04T10:00:00.123Z ERROR 1 --- [main] o.s.boot.SpringApplication : Application run failed

org.springframework.beans.factory.BeanCreationException: Error creating bean with name 'payments': Injection of autowired dependencies failed
	at org.springframework.beans.factory.annotation.AutowiredAnnotationBeanPostProcessor.postProcess(A.java:515)
Caused by: java.lang.IllegalArgumentException: Could not resolve placeholder 'PAYMENT_KEY' in value "${PAYMENT_KEY}"
	at org.springframework.util.PropertyPlaceholderHelper.parseStringValue(PropertyPlaceholderHelper.java:180)""",
    ),
    (
        "missing-env-var",
        {"variable": "greeting.name"},
        "io.smallrye.config.ConfigValidationException: Configuration validation failed:\n"
        "\tSRCFG00014: The config property greeting.name is required but it could not be found in any config source",
    ),
    (
        "missing-env-var",
        {"variable": "GEO_KEY"},
        "java.lang.IllegalStateException: Environment variable GEO_KEY must be set",
    ),
    (
        "missing-env-var",
        {"variable": "DB_HOST"},
        "UndefinedEnvironmentVariableException: The environment variable 'DB_HOST' is not defined; could not substitute the"
        " expression '${DB_HOST}'.",
    ),
    # -- Go
    ("missing-env-var", {"variable": "MYAPP_PORT"}, "2026/03/04 10:00:00 required key MYAPP_PORT missing value"),
    (
        "missing-env-var",
        {"variable": "TOKEN_URL"},
        'panic: env: required environment variable "TOKEN_URL" is not set',
    ),
    ("missing-env-var", {"variable": "PORT"}, "2026/03/04 10:00:00 $PORT must be set"),
    ("missing-env-var", {"variable": "FEED_URL"}, "2026/03/04 10:00:00 FEED_URL must be set"),
    (
        "missing-env-var",
        {"variable": "STRIPE_WEBHOOK_SECRET"},
        "config error: required environment variables not set: STRIPE_WEBHOOK_SECRET",
    ),
    ("missing-env-var", {"variable": "DATABASE_URL"}, "FATAL: config: required env DATABASE_URL is not set"),
    ("missing-env-var", {"variable": "DEPLOY_ENV"}, "Environment variable DEPLOY_ENV is undefined"),
    ("missing-env-var", {"variable": "KAFKA_BROKERS"}, 'level=fatal msg="missing env var KAFKA_BROKERS"'),
    ("missing-env-var", {"variable": "A_KEY, B_KEY"}, "missing required environment variables: A_KEY, B_KEY"),
    # -- Ruby, PHP, .NET, Rust
    (
        "missing-env-var",
        {"variable": "RABBIT_URL"},
        """\
/usr/local/bundle/gems/dotenv/lib/env.rb:3:in `fetch': key not found: "RABBIT_URL" (KeyError)
	from /app/config.rb:3:in `<main>'""",
    ),
    (
        "missing-env-var",
        {"variable": "secret_key_base"},
        "ArgumentError: Missing `secret_key_base` for 'production' environment, set this string with `bin/rails credentials:edit`",
    ),
    (
        "missing-env-var",
        {"variable": "MAILER_DSN"},
        'In EnvVarProcessor.php line 220:\n\n  Environment variable not found: "MAILER_DSN".  \n',
    ),
    (
        "missing-env-var",
        {"variable": "S3_KEY"},
        "PHP Fatal error:  Uncaught Dotenv\\Exception\\ValidationException: One or more environment variables failed assertions:"
        " S3_KEY is missing. in /app/vendor/x.php:3",
    ),
    (
        "missing-env-var",
        {"connection": "Orders"},
        "Unhandled exception. System.InvalidOperationException: Connection string 'Orders' not found.",
    ),
    (
        "missing-env-var",
        {"what": "connectionString"},
        "Unhandled exception. System.ArgumentNullException: Value cannot be null. (Parameter 'connectionString')",
    ),
    (
        "missing-env-var",
        {"variable": "NATS_URL"},
        "thread 'main' panicked at src/main.rs:7:38:\nNATS_URL must be set: NotPresent\nnote: run with `RUST_BACKTRACE=1`",
    ),
    # -- shells and entrypoints
    ("missing-env-var", {"variable": "S3_BUCKET"}, "/opt/x/entrypoint.sh: line 4: S3_BUCKET: unbound variable"),
    ("missing-env-var", {"variable": "REGION"}, "/docker-entrypoint.sh: 12: REGION: parameter not set"),
    ("missing-env-var", {"variable": "TARGET"}, "sh: TARGET: parameter null or not set"),
    ("missing-env-var", {"variable": "PGHOST"}, "/run.sh: line 3: PGHOST: must be set to the database's host"),
    (
        "missing-env-var",
        {"variable": "POSTGRES_PASSWORD"},
        """\
Error: Database is uninitialized and superuser password is not specified.
       You must specify POSTGRES_PASSWORD to a non-empty value for the
       superuser.""",
    ),
    (
        "missing-env-var",
        {"variable": "MYSQL_ROOT_PASSWORD"},
        """\
2026-03-04 10:00:00+00:00 [ERROR] [Entrypoint]: Database is uninitialized and password option is not specified
    You need to specify one of the following as an environment variable:
    - MYSQL_ROOT_PASSWORD
    - MYSQL_ALLOW_EMPTY_PASSWORD""",
    ),
    (
        "missing-env-var",
        {"variable": "MARIADB_ROOT_PASSWORD"},
        "mariadb 10:00:00.12 ERROR ==> The MARIADB_ROOT_PASSWORD environment variable is empty or not set.",
    ),
    # -- missing-file
    (
        "missing-file",
        {"file": "/etc/app/a.yaml"},
        "FileNotFoundError: [Errno 2] No such file or directory: '/etc/app/a.yaml'",
    ),
    ("missing-file", {"file": "/app/conf.json"}, "Error: ENOENT: no such file or directory, open '/app/conf.json'"),
    ("missing-file", {"file": "/etc/x/rules.yml"}, "2026/03/04 10:00:00 open /etc/x/rules.yml: no such file or directory"),
    ("missing-file", {"file": "config.toml"}, "2026/03/04 10:00:00 open config.toml: no such file or directory"),
    (
        "missing-file",
        {"file": "/etc/x/tls.crt"},
        'time="2026-03-04T10:00:00Z" level=fatal msg="failed to load config" error="stat /etc/x/tls.crt: no such file or directory"',
    ),
    (
        "missing-file",
        {"file": "/opt/a.properties"},
        "java.io.FileNotFoundException: /opt/a.properties (No such file or directory)",
    ),
    ("missing-file", {"file": "/data/in"}, 'Exception in thread "main" java.nio.file.NoSuchFileException: /data/in'),
    (
        "missing-file",
        {"file": "keys/a.p12"},
        "Caused by: java.io.FileNotFoundException: class path resource [keys/a.p12] cannot be opened because it does not exist",
    ),
    (
        "missing-file",
        {"file": "/app/config/db.yml"},
        "No such file or directory @ rb_sysopen - /app/config/db.yml (Errno::ENOENT)",
    ),
    (
        "missing-file",
        {"file": "/app/vendor/autoload.php"},
        "PHP Fatal error:  Uncaught Error: Failed opening required '/app/vendor/autoload.php' (include_path='.') in /app/i.php:3",
    ),
    (
        "missing-file",
        {"file": "/app/rates.json"},
        "Unhandled exception. System.IO.FileNotFoundException: Could not find file '/app/rates.json'.",
    ),
    (
        "missing-file",
        {"file": "/app/appsettings.Prod.json"},
        "Unhandled exception. System.IO.FileNotFoundException: The configuration file 'appsettings.Prod.json' was not found and is"
        " not optional. The expected physical path was '/app/appsettings.Prod.json'.",
    ),
    ("missing-file", {}, 'Error: Os { code: 2, kind: NotFound, message: "No such file or directory" }'),
    (
        "missing-file",
        {"file": "/etc/feed.toml"},
        "Error: cannot read /etc/feed.toml: No such file or directory (os error 2)",
    ),
    ("missing-file", {"file": "/etc/motd.txt"}, "cat: /etc/motd.txt: No such file or directory"),
    ("missing-file", {"file": "/srv/in"}, "cat: can't open '/srv/in': No such file or directory"),
    ("missing-file", {"file": "/data"}, "/run.sh: line 3: cd: /data: No such file or directory"),
    ("missing-file", {"file": "/app/job.py"}, "python: can't open file '/app/job.py': [Errno 2] No such file or directory"),
    ("missing-file", {"file": "app.jar"}, "Error: Unable to access jarfile app.jar"),
    ("missing-file", {"file": "artisan"}, "Could not open input file: artisan"),
    ("missing-file", {"file": "/scripts/init.sh"}, "sh: 0: cannot open /scripts/init.sh: No such file"),
    ("missing-file", {"file": "/etc/agent/agent.yml"}, "ERROR configuration file /etc/agent/agent.yml does not exist"),
    ("missing-file", {"file": "/etc/agent.json"}, "fatal: config file not found: /etc/agent.json"),
    ("missing-file", {"file": "config"}, 'Config File "config" Not Found in "[/etc/app /]"'),
    ("missing-file", {"file": "/etc/app/config.yaml"}, "2026/03/04 10:00:00 read /etc/app/config.yaml: is a directory"),
    ("missing-file", {"file": "/conf"}, "Error: Invalid value for '--config': File '/conf' does not exist."),
    # -- missing-module
    ("missing-module", {"module": "yaml"}, "ModuleNotFoundError: No module named 'yaml'"),
    ("missing-module", {"module": "uvicorn"}, "/usr/local/bin/python: No module named uvicorn"),
    (
        "missing-module",
        {"module": "libGL.so.1"},
        "ImportError: libGL.so.1: cannot open shared object file: No such file or directory",
    ),
    ("missing-module", {"module": "main"}, 'ERROR:    Error loading ASGI app. Could not import module "main".'),
    (
        "missing-module",
        {"module": "express-rate-limit"},
        """\
node:internal/modules/cjs/loader:1143
  throw err;
  ^

Error: Cannot find module 'express-rate-limit'
Require stack:
- /app/server.js
    at Module._resolveFilename (node:internal/modules/cjs/loader:1140:15) {
  code: 'MODULE_NOT_FOUND',
  requireStack: [ '/app/server.js' ]
}

Node.js v18.20.4""",
    ),
    ("missing-module", {"module": "pg"}, "Error [ERR_MODULE_NOT_FOUND]: Cannot find package 'pg' imported from /app/db.mjs"),
    (
        "missing-module",
        {"module": "com.acme.fontkit.FontCache"},
        """\
Exception in thread "main" java.lang.NoClassDefFoundError: com/acme/fontkit/FontCache
	at com.acme.render.Fonts.load(Fonts.java:3)
Caused by: java.lang.ClassNotFoundException: com.acme.fontkit.FontCache
	at java.base/java.lang.ClassLoader.loadClass(ClassLoader.java:525)
	... 2 more""",
    ),
    (
        "missing-module",
        {"module": "pg"},
        "<internal:/usr/lib/ruby/rubygems/core_ext/kernel_require.rb>:86:in `require': cannot load such file -- pg (LoadError)",
    ),
    (
        "missing-module",
        {"module": "sidekiq"},
        "Could not find sidekiq-7.2.0 in locally installed gems (Bundler::GemNotFound)",
    ),
    ("missing-module", {"module": "Redis"}, 'PHP Fatal error:  Uncaught Error: Class "Redis" not found in /app/c.php:12'),
    (
        "missing-module",
        {"module": "could not find driver"},
        "PHP Fatal error:  Uncaught PDOException: could not find driver in /a.php:3",
    ),
    (
        "missing-module",
        {"module": "Acme.Core"},
        "Unhandled exception. System.IO.FileNotFoundException: Could not load file or assembly 'Acme.Core, Version=1.0.0.0'. The"
        " system cannot find the file specified.",
    ),
    (
        "missing-module",
        {"module": "DBI.pm"},
        "Can't locate DBI.pm in @INC (you may need to install the DBI module) at a.pl line 3.",
    ),
    (
        "missing-module",
        {"module": "libpq.so.5"},
        "/usr/bin/app: error while loading shared libraries: libpq.so.5: cannot open shared object file: No such file or directory",
    ),
    (
        "missing-module",
        {"module": "libstdc++.so.6"},
        "Error loading shared library libstdc++.so.6: No such file or directory (needed by /app/server)",
    ),
    # -- permission-denied
    ("permission-denied", {"file": "/data/db"}, "PermissionError: [Errno 13] Permission denied: '/data/db'"),
    ("permission-denied", {"file": "/app/logs"}, "Error: EACCES: permission denied, mkdir '/app/logs'"),
    ("permission-denied", {"file": "/var/lib/x/lock"}, "open /var/lib/x/lock: permission denied"),
    ("permission-denied", {"file": "/data/index"}, "java.nio.file.AccessDeniedException: /data/index"),
    ("permission-denied", {"file": "/var/log/a.log"}, "java.io.FileNotFoundException: /var/log/a.log (Permission denied)"),
    ("permission-denied", {"file": "/app/tmp/pids"}, "Permission denied @ dir_s_mkdir - /app/tmp/pids (Errno::EACCES)"),
    (
        "permission-denied",
        {"file": "/app/keys"},
        "System.UnauthorizedAccessException: Access to the path '/app/keys' is denied.",
    ),
    ("permission-denied", {"file": "/cache/x"}, "mkdir: cannot create directory '/cache/x': Permission denied"),
    ("permission-denied", {"file": "/cache/x"}, "mkdir: can't create directory '/cache/x': Permission denied"),
    ("permission-denied", {"file": "/out/a.txt"}, "/run.sh: line 8: /out/a.txt: Permission denied"),
    ("permission-denied", {"file": "/data"}, "chown: changing ownership of '/data': Operation not permitted"),
    (
        "permission-denied",
        {"file": "/var/lib/nginx/body"},
        '2026/03/04 10:00:00 [emerg] 1#1: mkdir() "/var/lib/nginx/body" failed (13: Permission denied)',
    ),
    (
        "permission-denied",
        {"file": "/app/storage/logs/laravel.log"},
        'The stream or file "/app/storage/logs/laravel.log" could not be opened in append mode: Failed to open stream: Permission denied',
    ),
    ("permission-denied", {}, 'Error: Os { code: 13, kind: PermissionDenied, message: "Permission denied" }'),
    # -- ports
    ("privileged-port-denied", {"port": "80"}, "nginx: [emerg] bind() to 0.0.0.0:80 failed (13: Permission denied)"),
    ("privileged-port-denied", {"port": "443"}, "listen tcp :443: bind: permission denied"),
    ("privileged-port-denied", {"port": "80"}, "Error: listen EACCES: permission denied 0.0.0.0:80"),
    (
        "privileged-port-denied",
        {"port": "80"},
        "(13)Permission denied: AH00072: make_sock: could not bind to address [::]:80",
    ),
    (
        "privileged-port-denied",
        {"port": "80"},
        "ERROR:    [Errno 13] error while attempting to bind on address ('0.0.0.0', 80): permission denied",
    ),
    (
        "privileged-port-denied",
        {},
        """\
Traceback (most recent call last):
  File "/app/s.py", line 9, in <module>
    HTTPServer(("", 80), H).serve_forever()
  File "/usr/lib/python3.11/http/server.py", line 136, in server_bind
    socketserver.TCPServer.server_bind(self)
  File "/usr/lib/python3.11/socketserver.py", line 472, in server_bind
    self.socket.bind(self.server_address)
PermissionError: [Errno 13] Permission denied""",
    ),
    (
        "privileged-port-denied",
        {"port": "80"},
        'bind\': Permission denied - bind(2) for "0.0.0.0" port 80 (Errno::EACCES)',
    ),
    ("privileged-port-denied", {}, "java.net.BindException: Permission denied"),
    ("port-in-use", {"port": "8080"}, "Error: listen EADDRINUSE: address already in use :::8080"),
    ("port-in-use", {"port": "9090"}, "2026/03/04 10:00:00 listen tcp 0.0.0.0:9090: bind: address already in use"),
    ("port-in-use", {"port": "8000"}, "[2026-03-04 10:00:00 +0000] [1] [ERROR] Connection in use: ('0.0.0.0', 8000)"),
    ("port-in-use", {"port": "80"}, "nginx: [emerg] bind() to 0.0.0.0:80 failed (98: Address already in use)"),
    ("port-in-use", {"port": "8080"}, "Web server failed to start. Port 8080 was already in use."),
    ("port-in-use", {"port": "3000"}, 'Address already in use - bind(2) for "0.0.0.0" port 3000 (Errno::EADDRINUSE)'),
    (
        "port-in-use",
        {"port": "5000"},
        "System.IO.IOException: Failed to bind to address http://0.0.0.0:5000: address already in use.",
    ),
    ("port-in-use", {}, "OSError: [Errno 98] Address already in use"),
    ("port-in-use", {}, "java.net.BindException: Address already in use (Bind failed)"),
    # -- read-only, space, descriptors
    ("read-only-filesystem", {"file": "/var/cache/t"}, "OSError: [Errno 30] Read-only file system: '/var/cache/t'"),
    ("read-only-filesystem", {"file": "/app/.cache"}, "Error: EROFS: read-only file system, mkdir '/app/.cache'"),
    ("read-only-filesystem", {"file": "/run/x.pid"}, "open /run/x.pid: read-only file system"),
    ("read-only-filesystem", {"file": "/tmp/a"}, "touch: cannot touch '/tmp/a': Read-only file system"),
    ("read-only-filesystem", {"file": "/etc/app.conf"}, "/run.sh: line 2: /etc/app.conf: Read-only file system"),
    (
        "read-only-filesystem",
        {"file": "/tmp/tomcat"},
        "java.nio.file.FileSystemException: /tmp/tomcat: Read-only file system",
    ),
    ("disk-full", {"file": "/data/wal"}, "write /data/wal: no space left on device"),
    ("disk-full", {}, "OSError: [Errno 28] No space left on device"),
    ("disk-full", {"file": "/srv/a"}, "Error: ENOSPC: no space left on device, open '/srv/a'"),
    ("disk-full", {}, "java.io.IOException: No space left on device"),
    ("disk-full", {"file": "/home/x"}, "OSError: [Errno 122] Disk quota exceeded: '/home/x'"),
    ("too-many-open-files", {}, "OSError: [Errno 24] Too many open files"),
    ("too-many-open-files", {}, "accept tcp [::]:8080: accept4: too many open files"),
    (
        "too-many-open-files",
        {"what": "file watchers"},
        "Error: ENOSPC: System limit for number of file watchers reached, watch '/app'",
    ),
    ("too-many-open-files", {"what": "inotify"}, "inotify_add_watch(4, /etc/x): No space left on device"),
    (
        "too-many-open-files",
        {"what": "native thread"},
        "java.lang.OutOfMemoryError: unable to create native thread: possibly out of memory",
    ),
    ("too-many-open-files", {"what": "thread"}, "RuntimeError: can't start new thread"),
    ("too-many-open-files", {"what": "fork"}, "bash: fork: retry: Resource temporarily unavailable"),
    (
        "too-many-open-files",
        {"what": "pthread_create"},
        "OpenBLAS blas_thread_init: pthread_create failed for thread 1 of 4: Resource temporarily unavailable",
    ),
    # -- start
    ("command-not-found", {"command": "gunicorn"}, "/bin/sh: 1: gunicorn: not found"),
    ("command-not-found", {"command": "npm"}, "bash: line 4: npm: command not found"),
    ("command-not-found", {"command": "curl"}, "/app/run.sh: line 3: curl: not found"),
    ("command-not-found", {"command": "node"}, "env: 'node': No such file or directory"),
    ("command-not-found", {"command": "python3"}, "env: can't execute 'python3': No such file or directory"),
    ("exec-format-error", {"file": "/app/server"}, "exec /app/server: exec format error"),
    (
        "exec-format-error",
        {"file": "/app/server"},
        "/bin/sh: line 1: /app/server: cannot execute binary file: Exec format error",
    ),
    ("interpreter-not-found", {"file": "/app/entry.sh"}, "exec /app/entry.sh: no such file or directory"),
    (
        "interpreter-not-found",
        {"file": "./go.sh", "interpreter": "/bin/bash^M"},
        "bash: ./go.sh: /bin/bash^M: bad interpreter: No such file or directory",
    ),
    ("interpreter-not-found", {"interpreter": "bash\\r"}, "env: 'bash\\r': No such file or directory"),
    ("interpreter-not-found", {"file": "/x.sh"}, "[FATAL tini (7)] exec /x.sh failed: No such file or directory"),
    # -- bad-arguments
    (
        "bad-arguments",
        {"flag": "-web.listen-address"},
        "flag provided but not defined: -web.listen-address\nUsage of /bin/relay:\n  -interval duration\n    \tpush interval",
    ),
    ("bad-arguments", {"flag": "-interval", "value": "30"}, 'invalid value "30" for flag -interval: parse error'),
    (
        "bad-arguments",
        {"flag": "--replica"},
        "Error: unknown flag: --replica\nUsage:\n  tool serve [flags]\n\nFlags:\n  -h, --help",
    ),
    (
        "bad-arguments",
        {"flag": "--port", "value": "abc"},
        'Error: invalid argument "abc" for "-p, --port" flag: strconv.ParseInt: parsing "abc": invalid syntax',
    ),
    ("bad-arguments", {"argument": "serv"}, 'Error: unknown command "serv" for "tool"'),
    ("bad-arguments", {"flag": "token"}, 'Error: required flag(s) "token" not set'),
    (
        "bad-arguments",
        {"flag": "--storage.path"},
        "Error parsing command line arguments: unknown long flag '--storage.path'",
    ),
    (
        "bad-arguments",
        {"flag": "--wrokers"},
        "usage: app.py [-h] [--workers N]\napp.py: error: unrecognized arguments: --wrokers 4",
    ),
    ("bad-arguments", {"flag": "--port"}, "usage: app.py [-h]\napp.py: error: argument --port: invalid int value: 'http'"),
    (
        "bad-arguments",
        {"flag": "input, output"},
        "usage: x [-h] input output\nx: error: the following arguments are required: input, output",
    ),
    (
        "bad-arguments",
        {"flag": "--reloadd"},
        "Usage: uvicorn [OPTIONS] APP\nTry 'uvicorn --help' for help.\n\nError: No such option: --reloadd",
    ),
    ("bad-arguments", {"argument": "rnu"}, "Usage: flask [OPTIONS] COMMAND\n\nError: No such command 'rnu'."),
    ("bad-arguments", {"flag": "--threads"}, "error: unexpected argument '--threads' found\n\nUsage: svc [OPTIONS]"),
    ("bad-arguments", {"flag": "--jbos"}, "make: unrecognized option '--jbos'"),
    ("bad-arguments", {"flag": "z"}, "tail: invalid option -- 'z'"),
    (
        "bad-arguments",
        {"flag": "MaxRAMPercent=70"},
        "Unrecognized VM option 'MaxRAMPercent=70'\nError: Could not create the Java Virtual Machine.\nError: A fatal exception has occurred. Program will exit.",
    ),
    (
        "bad-arguments",
        {"flag": "-xmx512m"},
        "Unrecognized option: -xmx512m\nError: Could not create the Java Virtual Machine.",
    ),
    (
        "missing-module",
        {"module": "com.acme.Mian"},
        "Error: Could not find or load main class com.acme.Mian\nCaused by: java.lang.ClassNotFoundException: com.acme.Mian",
    ),
    ("bad-arguments", {"flag": "--max-heap"}, "node: bad option: --max-heap"),
    (
        "bad-arguments",
        {"argument": "start:prod"},
        'npm error Missing script: "start:prod"\nnpm error\nnpm error To see a list of scripts, run:\nnpm error   npm run',
    ),
    (
        "bad-arguments",
        {"argument": "checkmigrations"},
        "Unknown command: 'checkmigrations'. Did you mean showmigrations?\nType 'manage.py help' for usage.",
    ),
    ("bad-arguments", {"argument": "app", "module": "wsgi"}, "Failed to find attribute 'app' in 'wsgi'."),
    (
        "bad-arguments",
        {"flag": "--environment"},
        "/usr/bin/puma:3:in `parse!': invalid option: --environment (OptionParser::InvalidOption)",
    ),
    # -- invalid-configuration
    (
        "invalid-configuration",
        {"file": "/etc/app/config.yaml", "line": "3"},
        """\
Traceback (most recent call last):
  File "/app/main.py", line 4, in <module>
    cfg = yaml.safe_load(f)
yaml.scanner.ScannerError: mapping values are not allowed here
  in "/etc/app/config.yaml", line 3, column 8""",
    ),
    (
        "invalid-configuration",
        {"line": "3"},
        "2026/03/04 10:00:00 error loading config: yaml: line 3: mapping values are not allowed in this context",
    ),
    (
        "invalid-configuration",
        {"line": "7", "why": "field scrap_interval not found in type config.plain"},
        "Error loading config: parsing YAML file /etc/p.yml: yaml: unmarshal errors:\n  line 7: field scrap_interval not found in type config.plain",
    ),
    ("invalid-configuration", {}, "SyntaxError: Unexpected token } in JSON at position 32"),
    ("invalid-configuration", {}, "json.decoder.JSONDecodeError: Expecting ',' delimiter: line 3 column 5 (char 44)"),
    ("invalid-configuration", {"key": "timout"}, 'panic: json: unknown field "timout"'),
    (
        "invalid-configuration",
        {"key": "prot"},
        "Error: unknown field `prot`, expected one of `host`, `port` at line 3 column 4",
    ),
    ("invalid-configuration", {"line": "3"}, "Error: TOML parse error at line 3, column 5"),
    (
        "invalid-configuration",
        {"key": "server.port", "value": "eighty"},
        """\
***************************
APPLICATION FAILED TO START
***************************

Description:

Failed to bind properties under 'server.port' to java.lang.Integer:

    Property: server.port
    Value: "eighty"
    Origin: System Environment Property "SERVER_PORT"
    Reason: failed to convert java.lang.String to java.lang.Integer

Action:

Update your application's configuration""",
    ),
    (
        "invalid-configuration",
        {"key": "port", "value": "http"},
        """\
pydantic_core._pydantic_core.ValidationError: 1 validation error for Settings
port
  Input should be a valid integer, unable to parse string as an integer [type=int_parsing, input_value='http', input_type=str]
    For further information visit https://errors.pydantic.dev/2.9/v/int_parsing""",
    ),
    (
        "invalid-configuration",
        {"value": "tcp://10.0.0.9:6379"},
        'strconv.Atoi: parsing "tcp://10.0.0.9:6379": invalid syntax',
    ),
    ("invalid-configuration", {"value": "verbos"}, 'level=fatal msg="not a valid logrus Level: \\"verbos\\""'),
    ("invalid-configuration", {"key": "retires"}, "ERROR: unknown configuration key 'retires'"),
    ("invalid-configuration", {"value": "30"}, 'time: missing unit in duration "30"'),
    ("invalid-configuration", {}, "sqlalchemy.exc.ArgumentError: Could not parse SQLAlchemy URL from string ''"),
    # -- runtime-version-mismatch
    (
        "runtime-version-mismatch",
        {"needed": "65.0", "found": "61.0"},
        """\
Error: LinkageError occurred while loading main class com.acme.Tax
	java.lang.UnsupportedClassVersionError: com/acme/Tax has been compiled by a more recent version of the Java Runtime (class file version 65.0), this version of the Java Runtime only recognizes class file versions up to 61.0""",
    ),
    (
        "runtime-version-mismatch",
        {"needed": "GLIBC_2.34"},
        "/app/server: /lib/x86_64-linux-gnu/libc.so.6: version `GLIBC_2.34' not found (required by /app/server)",
    ),
    (
        "runtime-version-mismatch",
        {"needed": "ld-linux-x86-64.so.2"},
        "Error loading shared library ld-linux-x86-64.so.2: No such file or directory (needed by /tmp/x.so)",
    ),
    (
        "runtime-version-mismatch",
        {"needed": "93"},
        """\
node:internal/modules/cjs/loader:1282
  return process.dlopen(module, path.toNamespacedPath(filename));
                 ^

Error: The module '/app/node_modules/bcrypt/lib/binding/bcrypt_lib.node'
was compiled against a different Node.js version using
NODE_MODULE_VERSION 93. This version of Node.js requires
NODE_MODULE_VERSION 108. Please try re-compiling or re-installing

Node.js v18.20.4""",
    ),
    (
        "runtime-version-mismatch",
        {"needed": ">=3.11", "found": "3.9.2"},
        "ERROR: Package 'acme' requires a different Python: 3.9.2 not in '>=3.11'",
    ),
    ("runtime-version-mismatch", {}, "You must install or update .NET to run this application."),
    (
        "runtime-version-mismatch",
        {"needed": "3.2.0", "found": "3.1.2"},
        "Your Ruby version is 3.1.2, but your Gemfile specified 3.2.0",
    ),
    # -- heap-exhausted
    (
        "heap-exhausted",
        {"what": "Java heap space"},
        'Exception in thread "main" java.lang.OutOfMemoryError: Java heap space\n\tat a.B.c(B.java:1)',
    ),
    ("heap-exhausted", {}, "FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory"),
    (
        "heap-exhausted",
        {"size": "134217728"},
        "PHP Fatal error:  Allowed memory size of 134217728 bytes exhausted (tried to allocate 20480 bytes) in /a.php on line 3",
    ),
    ("heap-exhausted", {}, 'Traceback (most recent call last):\n  File "/a.py", line 1, in <module>\nMemoryError'),
    # -- exceptions
    (
        "exception",
        {"type": "TypeError", "message": "Cannot read properties of undefined (reading 'score')"},
        """\
recommender: warming cache
/app/index.js:4
  return weights.map((w) => w * profile.preferences.score);
                                                    ^

TypeError: Cannot read properties of undefined (reading 'score')
    at /app/index.js:4:53

Node.js v18.20.4""",
    ),
    (
        "exception",
        {"type": "runtime error", "message": "invalid memory address or nil pointer dereference"},
        "panic: runtime error: invalid memory address or nil pointer dereference\n[signal SIGSEGV: segmentation violation]\n\n"
        "goroutine 1 [running]:\nmain.main()\n\t/src/main.go:21 +0x23d",
    ),
    (
        "exception",
        {"type": "KeyError", "message": "'region'"},
        "Traceback (most recent call last):\n  File \"/app/a.py\", line 3, in <module>\n    x = row['region']\nKeyError: 'region'",
    ),
    (
        "exception",
        {"type": "java.lang.NullPointerException"},
        'Exception in thread "main" java.lang.NullPointerException: Cannot invoke "a.B.c()" because "b" is null\n\tat a.D.main(D.java:3)',
    ),
    (
        "exception",
        {"type": "NoMethodError"},
        "/app/a.rb:3:in `total': undefined method `sum' for nil:NilClass (NoMethodError)\n\tfrom /app/a.rb:9:in `<main>'",
    ),
    (
        "exception",
        {"type": "System.NullReferenceException"},
        "Unhandled exception. System.NullReferenceException: Object reference not set to an instance of an object.\n   at A.B.Main() in /src/P.cs:line 9",
    ),
    (
        "exception",
        {"message": "index out of bounds: the len is 3 but the index is 9"},
        "thread 'main' panicked at 'index out of bounds: the len is 3 but the index is 9', src/main.rs:4:5",
    ),
    (
        "exception",
        {"type": "TypeError"},
        "PHP Fatal error:  Uncaught TypeError: count(): Argument #1 must be of type Countable, null given in /app/a.php:3\nStack trace:\n#0 {main}\n  thrown in /app/a.php on line 3",
    ),
    # -- a chain as anyhow writes it, where only the context names what it is about
    (
        "missing-env-var",
        {"variable": "FEED_DATABASE"},
        "Error: reading FEED_DATABASE\n\nCaused by:\n    environment variable not found",
    ),
    (
        "missing-file",
        {"file": "/etc/feed/feed.toml"},
        "Error: failed to read /etc/feed/feed.toml\n\nCaused by:\n    No such file or directory (os error 2)",
    ),
    (
        "privileged-port-denied",
        {"port": "443"},
        "Error: failed to start\n\nCaused by:\n    0: failed to bind 0.0.0.0:443\n    1: Permission denied (os error 13)",
    ),
    (
        "connection-refused",
        {"host": "catalog", "port": "8080"},
        "Error: error sending request for url (http://catalog:8080/items)\n\nCaused by:\n    0: client error (Connect)\n"
        "    1: tcp connect error\n    2: Connection refused (os error 111)",
    ),
    (
        "dns-not-found",
        {"host": "catlog"},
        "Error: error sending request for url (http://catlog:8080/items)\n\nCaused by:\n    0: dns error\n"
        "    1: failed to lookup address information: Name or service not known",
    ),
    # -- the JVM, .NET, Ruby, PHP, Elixir
    (
        "bad-arguments",
        {"flag": "UseG2GC"},
        "Unrecognized VM option 'UseG2GC'\nDid you mean '(+/-)UseG1GC'?\nError: Could not create the Java Virtual Machine.\n"
        "Error: A fatal exception has occurred. Program will exit.",
    ),
    (
        "exception",
        {"message": "The dependencies of some of the beans in the application context form a cycle:"},
        "2026-11-22T05:12:47.130Z ERROR 1 --- [main] o.s.b.d.LoggingFailureAnalysisReporter : \n\n***\n"
        "APPLICATION FAILED TO START\n***\n\nDescription:\n\n"
        "The dependencies of some of the beans in the application context form a cycle:\n\n   a\n\nAction:\n\nBreak it.",
    ),
    (
        "privileged-port-denied",
        {"port": "80"},
        '2026-11-22T05:12:46.130Z ERROR 1 --- [main] o.a.c.util.LifecycleBase : Failed to start component [Connector["http-nio-80"]]\n'
        "\norg.apache.catalina.LifecycleException: Protocol handler start failed\n\tat a.B.c(B.java:1)\n"
        "Caused by: java.net.SocketException: Permission denied\n\tat java.base/sun.nio.ch.Net.bind0(Native Method)",
    ),
    (
        "connection-refused",
        {"host": "kafka"},
        "[main] WARN org.apache.kafka.clients.NetworkClient - [Producer clientId=p] Connection to node -1 (kafka/10.96.3.4:9092)"
        " could not be established. Node may not be available.\n"
        'Exception in thread "main" org.apache.kafka.common.errors.TimeoutException: Topic orders not present in metadata after'
        " 60000 ms.",
    ),
    (
        "dns-not-found",
        {"host": "kafak"},
        "[main] WARN org.apache.kafka.clients.ClientUtils - Couldn't resolve server kafak:9092 from bootstrap.servers as DNS"
        " resolution failed for kafak\n"
        'Exception in thread "main" org.apache.kafka.common.KafkaException: Failed to construct kafka producer\n'
        "Caused by: org.apache.kafka.common.config.ConfigException: No resolvable bootstrap urls given in bootstrap.servers",
    ),
    (
        "missing-env-var",
        {"variable": "LEDGER_URL"},
        'Exception in thread "main" java.lang.NullPointerException: LEDGER_URL\n\tat java.util.Objects.requireNonNull(O.java:1)',
    ),
    (
        "missing-env-var",
        {"variable": "LEDGER_URL"},
        "Unhandled exception. System.ArgumentNullException: Value cannot be null. (Parameter 'LEDGER_URL')",
    ),
    (
        "permission-denied",
        {"file": "/data/out"},
        "Unhandled exception. System.UnauthorizedAccessException: Access to the path '/data/out' is denied.\n"
        " ---> System.IO.IOException: Permission denied\n   --- End of inner exception stack trace ---",
    ),
    ("missing-env-var", {"variable": "region"}, "/app/m.rb:3:in 'ENV.fetch': key not found: \"region\" (KeyError)"),
    (
        "missing-env-var",
        {"variable": "FEED_TOKEN"},
        '** (System.EnvError) could not fetch environment variable "FEED_TOKEN" because it is not set',
    ),
    (
        "connection-refused",
        {"host": "sessions", "port": "6379"},
        "PHP Fatal error:  Uncaught RedisException: Connection refused in /app/index.php:3\nStack trace:\n"
        "#0 /app/index.php(3): Redis->connect('sessions', 6379)\n#1 {main}",
    ),
    (
        "invalid-configuration",
        {"key": "pm.max_childern"},
        "[22-Nov-2026 05:12:44] ERROR: [/usr/local/etc/php-fpm.d/www.conf:12] unknown entry 'pm.max_childern'\n"
        "[22-Nov-2026 05:12:44] ERROR: failed to load configuration file '/usr/local/etc/php-fpm.conf'\n"
        "[22-Nov-2026 05:12:44] ERROR: FPM initialization failed",
    ),
]


def log(text):
    return Log("main", False, tuple(text.split("\n")))


def telling(text, exit_code=None):
    return best(matches(log(text), exit_code), log(text))


@pytest.mark.parametrize(
    ("cause", "groups", "text"), LINES, ids=lambda value: str(value)[:60] if isinstance(value, str) else ""
)
def test_line(cause, groups, text):
    found = telling(text, {"permission-denied": 1, "missing-file": 1}.get(cause))
    assert found is not None
    assert (found.cause, {name: found[name] for name in groups}) == (cause, groups)


# What the program printed, and the line that a person would pick
STORIES = [
    # what dotenv-safe says after the names is no file that is missing
    (
        "missing-env-var",
        "TIDE_KEY",
        """\
MissingEnvVarsError: The following variables were defined in .env.example but are not present in the environment:
  TIDE_KEY
Make sure to add them to .env or directly to the environment.

Also, the following error was thrown when trying to read variables from .env:
ENOENT: no such file or directory, open '/app/.env'
    at Object.config (/app/node_modules/dotenv-safe/index.js:31:19)""",
    ),
    # a message of several lines stands before the frames of its error, and what is said later is no part of it
    (
        "runtime-version-mismatch",
        "NODE_MODULE_VERSION 108. This version of Node.js requires",
        """\
Error: The module '/app/node_modules/tides/build/Release/tides.node'
was compiled against a different Node.js version using
NODE_MODULE_VERSION 108. This version of Node.js requires
NODE_MODULE_VERSION 127. Please try re-compiling or re-installing
the module (for instance, using `npm rebuild` or `npm install`).
    at Object..node (node:internal/modules/cjs/loader:1732:18)
shutting down""",
    ),
    (
        "connection-refused",
        'psql: error: connection to server at "tills" (10.96.3.3), port 5432 failed: Connection refused',
        """\
node:child_process:966
    throw err;
    ^

Error: Command failed: psql -h tills
psql: error: connection to server at "tills" (10.96.3.3), port 5432 failed: Connection refused

    at genericNodeError (node:internal/errors:984:15)

Node.js v20.20.2""",
    ),
    (
        "missing-env-var",
        '{"level":"error","message":"env incomplete","missing":["TIDE_KEY","TIDE_URL"]}',
        '{"level":"error","message":"env incomplete","missing":["TIDE_KEY","TIDE_URL"]}',
    ),
    (
        "invalid-configuration",
        "error: Error validating datasource `db`: the URL must start with the protocol `postgresql://`",
        "Error code: P1012\nerror: Error validating datasource `db`: the URL must start with the protocol `postgresql://`\n  -->  schema.prisma:6",
    ),
    (
        "missing-module",
        "Error: Cannot find module @rollup/rollup-linux-x64-musl. npm has a bug related to optional dependencies",
        "Error: Cannot find module @rollup/rollup-linux-x64-musl. npm has a bug related to optional dependencies\n    at x (/app/node_modules/rollup/dist/native.js:64:9)",
    ),
    # what the line of code asks of a variable is what undefined does not have
    (
        "missing-env-var",
        "const key = process.env.TIDE_KEY.trim();",
        """\
/app/src/server.js:1
const key = process.env.TIDE_KEY.trim();
                                 ^

TypeError: Cannot read properties of undefined (reading 'trim')
    at Object.<anonymous> (/app/src/server.js:1:34)""",
    ),
    (
        "exception",
        "TypeError: Cannot read properties of undefined (reading 'fare')",
        """\
/app/src/server.js:1
const fare = table[process.env.TIDE_KEY.trim()].fare;
                                               ^

TypeError: Cannot read properties of undefined (reading 'fare')
    at Object.<anonymous> (/app/src/server.js:1:34)""",
    ),
    # a server's page is no configuration
    (
        "exception",
        "SyntaxError: Unexpected token < in JSON at position 0",
        """\
SyntaxError: Unexpected token < in JSON at position 0
    at JSON.parse (<anonymous>)
    at load (/app/rates.js:12:10)""",
    ),
    # the trace in a structured line is vague, the refusal before it says why
    (
        "connection-refused",
        '{"level":40,"time":1,"pid":1,"hostname":"web-1","msg":"cache: connect ECONNREFUSED redis:6379"}',
        """\
{"level":40,"time":1,"pid":1,"hostname":"web-1","msg":"cache: connect ECONNREFUSED redis:6379"}
{"level":60,"time":2,"pid":1,"hostname":"web-1","err":{"stack":"RetryError: gave up after 3 tries\\n    at main (/app/a.js:3:1)"},"msg":"exit"}
{"level":30,"time":3,"pid":1,"hostname":"web-1","msg":"bye"}""",
    ),
    # the telling line is followed by noise
    (
        "missing-env-var",
        "KeyError: 'REPORT_BUCKET'",
        """\
[2026-03-04 10:00:00 +0000] [1] [INFO] Starting gunicorn 21.2.0
[2026-03-04 10:00:00 +0000] [8] [ERROR] Exception in worker process
Traceback (most recent call last):
  File "/usr/lib/python3/gunicorn/arbiter.py", line 609, in spawn_worker
    worker.init_process()
  File "/app/config.py", line 8, in Config
    BUCKET = os.environ["REPORT_BUCKET"]
  File "<frozen os>", line 679, in __getitem__
KeyError: 'REPORT_BUCKET'
[2026-03-04 10:00:00 +0000] [8] [INFO] Worker exiting (pid: 8)
[2026-03-04 10:00:01 +0000] [1] [ERROR] Worker (pid:8) exited with code 3.
Traceback (most recent call last):
  File "/usr/lib/python3/gunicorn/arbiter.py", line 270, in run
    handler()
gunicorn.errors.HaltServer: <HaltServer 'Worker failed to boot.' 3>

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "/usr/lib/python3/gunicorn/arbiter.py", line 683, in reap_workers
    raise HaltServer(reason, self.WORKER_BOOT_ERROR)
gunicorn.errors.HaltServer: <HaltServer 'Worker failed to boot.' 3>""",
    ),
    (
        "missing-file",
        "open /etc/feed/feed.yaml: no such file or directory",
        """\
2026-03-04T10:00:00Z INFO starting feed 1.2
open /etc/feed/feed.yaml: no such file or directory
2026-03-04T10:00:00Z INFO flushing metrics
2026-03-04T10:00:01Z INFO bye""",
    ),
    (
        "port-in-use",
        "Error: listen EADDRINUSE: address already in use :::8080",
        """\
[gw] starting
node:events:495
      throw er; // Unhandled 'error' event
      ^

Error: listen EADDRINUSE: address already in use :::8080
    at Server.setupListenHandle [as _listen2] (node:net:1811:16)
Emitted 'error' event on Server instance at:
    at emitErrorNT (node:net:1850:8) {
  code: 'EADDRINUSE',
  errno: -98,
  syscall: 'listen',
  address: '::',
  port: 8080
}

Node.js v18.20.4""",
    ),
    (
        "permission-denied",
        "Caused by: java.nio.file.AccessDeniedException: /data/idx/node.lock",
        """\
2026-03-04T10:00:00,123 ERROR [main] c.a.Index - cannot open the index
java.lang.IllegalStateException: failed to obtain node lock
	at com.acme.Index.open(Index.java:12)
	at com.acme.Main.main(Main.java:4)
Caused by: java.io.IOException: lock not taken
	at com.acme.Lock.take(Lock.java:9)
	... 1 more
Caused by: java.nio.file.AccessDeniedException: /data/idx/node.lock
	at java.base/sun.nio.fs.UnixException.translate(UnixException.java:90)
	... 2 more
2026-03-04T10:00:00,200 INFO [SpringApplicationShutdownHook] o.s.Shutdown - Commencing graceful shutdown
2026-03-04T10:00:00,300 INFO [main] c.a.Main - stopped""",
    ),
    # errors that were handled stand before the one that was not
    (
        "exception",
        "TypeError: 'NoneType' object is not subscriptable",
        """\
2026-03-04 10:00:00 ERROR cache: [Errno 2] No such file or directory: '/var/cache/x/warm.json', starting cold
2026-03-04 10:00:01 INFO listening on 8080
2026-03-04 10:00:02 INFO GET / 200
2026-03-04 10:05:02 INFO GET / 200
2026-03-04 10:06:02 INFO GET / 200
Traceback (most recent call last):
  File "/app/worker.py", line 30, in run
    total = order["total"]
TypeError: 'NoneType' object is not subscriptable""",
    ),
    (
        "missing-env-var",
        "2026/03/04 10:00:01 TOKEN_FILE must be set",
        """\
time=2026-03-04T10:00:00Z level=WARN msg="no config file" err="open /etc/app/app.yaml: no such file or directory"
time=2026-03-04T10:00:00Z level=ERROR msg="telemetry is off" err="open /etc/otel/otel.yaml: no such file or directory"
2026/03/04 10:00:01 TOKEN_FILE must be set""",
    ),
    (
        "permission-denied",
        "PermissionError: [Errno 13] Permission denied: '/srv/out'",
        """\
Traceback (most recent call last):
  File "/app/export.py", line 9, in main
    write("/srv/out")
  File "/app/export.py", line 4, in write
    open(path, "w")
PermissionError: [Errno 13] Permission denied: '/srv/out'

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "/app/export.py", line 14, in <module>
    main()
RuntimeError: export failed""",
    ),
    # a bare failure of a wrapper says less than what stands right before it
    (
        "missing-file",
        "ERROR: cannot read /etc/batch/jobs.json: No such file or directory",
        """\
INFO: batch 3
ERROR: cannot read /etc/batch/jobs.json: No such file or directory
Traceback (most recent call last):
  File "/app/batch.py", line 9, in <module>
    raise RuntimeError("no jobs")
RuntimeError: no jobs""",
    ),
    # a trace in a field of a structured line
    (
        "missing-module",
        '{"level":"fatal","msg":"boot","stack":"Error: Cannot find module \'@acme/rates\'\\n    at Module._resolve (node:internal:1)"}',
        """\
{"level":"info","msg":"boot 1.2"}
{"level":"fatal","msg":"boot","stack":"Error: Cannot find module '@acme/rates'\\n    at Module._resolve (node:internal:1)"}
{"level":"info","msg":"bye"}""",
    ),
    # interleaved with another's lines
    (
        "read-only-filesystem",
        "OSError: [Errno 30] Read-only file system: '/opt/app/.cache'",
        """\
10.1.2.3 - - [04/Mar/2026:10:00:00 +0000] "GET /healthz HTTP/1.1" 200 2
Traceback (most recent call last):
  File "/opt/app/cache.py", line 3, in <module>
    os.mkdir("/opt/app/.cache")
OSError: [Errno 30] Read-only file system: '/opt/app/.cache'
10.1.2.3 - - [04/Mar/2026:10:00:01 +0000] "GET /healthz HTTP/1.1" 200 2""",
    ),
    # the code that a trace quotes is not what was said
    (
        "invalid-configuration",
        "ValueError: invalid log level: 'loud'",
        """\
Traceback (most recent call last):
  File "/app/log.py", line 7, in <module>
    raise FileNotFoundError("no such file or directory") if x else ValueError(f"invalid log level: {level!r}")
ValueError: invalid log level: 'loud'""",
    ),
    # the usage of a program speaks of what it could need
    (
        "bad-arguments",
        "flag provided but not defined: -cluster",
        """\
flag provided but not defined: -cluster
Usage of /bin/agent:
  -config string
    \tpath; an error if the file does not exist: /etc/agent.yaml not found
  -token string
    \trequired environment variable AGENT_TOKEN not set""",
    ),
    (
        "heap-exhausted",
        "java.lang.OutOfMemoryError: Java heap space",
        "2026-03-04 ERROR [pool-1] c.a.Job - failed\njava.lang.OutOfMemoryError: Java heap space\n\tat a.B.c(B.java:1)\n"
        "2026-03-04 INFO [main] c.a.Job - closing",
    ),
]


@pytest.mark.parametrize(("cause", "line", "text"), STORIES, ids=lambda value: str(value)[:50])
def test_of_several_the_telling_line(cause, line, text):
    found = telling(text, 1)
    assert found is not None
    assert (found.cause, found.log.lines[found.index].strip()) == (cause, line)


# What healthy programs write, however ugly
CALM = [
    "INFO payment ord-90260 captured",
    "ERROR payment ord-90261 declined by issuer: insufficient funds (51)",
    'ERROR Unhandled webhook type "charge.dispute.closed", ignoring',
    "[error] 7#7: *3 client sent invalid request while reading client request line",
    "WARN cache miss for catalog entry, using slow path",
    "listening on http://0.0.0.0:3000",
    "error: printer 2 out of paper, using printer 3",
    "prune: errors=0 removed=118",
    "0 errors, 0 warnings",
    "DEBUG environment variable HTTP_PROXY is not set",
    "INFO optional file /etc/app/override.yaml not found, using defaults",
    "INFO DATABASE_URL is set",
    "environment variable LOG_LEVEL not set, defaulting to info",
    "PORT not set, using 8080",
    "invalid TRACE_PARENT header, ignored",
    "no FEATURE_FLAGS given, using defaults",
    "Server started, press Ctrl-C to stop",
    "retrying failed jobs: 0",
    "user 17 not found",
    "GET /favicon.ico 404 not found",
    '10.0.0.1 - - "GET /config.yaml HTTP/1.1" 404 153 "-" "-"',
    "order 12 requires a signature",
    "Using config file: /etc/app/config.yaml",
    "Configuration complete; ready for start up",
    "config loaded from /etc/app/config.yaml",
    "unknown user agent: foo",
    "Connected to database",
    "Usage statistics are sent to nobody",
    "permission granted to user 3",
    '[notice] 1#1: using the "epoll" event method',
    "Found 12 files, 0 missing",
    "required fields validated",
    "Set-Cookie is empty",
    "argument parsing done",
    "npm notice To update run: npm install -g npm@11.5.2",
    "npm warn EBADENGINE   required: { node: '>=22' },",
    "  ➜  press h + enter to show help",
    '{"level":30,"pid":1,"hostname":"web-1","msg":"stack: none"}',
    "INFO client error: the value was too old",
    "name: must be set by the user",
    "INFO port: Number must be assigned by the office",
    "body: page must be a number",
    "reading /etc/passwd",
]


# What is no reason to end even where nothing comes after it
BESIDE = [
    '{"level":"info","msg":"unknown flag \\"dark-mode\\", serving the default"}',
    "INFO GET /v1/parcels responded with status 403 in 3 ms",
    "the color scheme must be light or dark",
    "INFO serving index.html (address 8080, invalid ports are ignored)",
    "INFO opened /var/lib/parcel/ledger.bin",
    "INFO parse 12 files",
    "INFO .env loaded",
    "INFO reading error pages from /srv/errors",
    "INFO heap: out of memory handler is installed",
    "INFO eof of segment 12 reached",
]


@pytest.mark.parametrize("text", BESIDE)
def test_nothing_is_made_of_what_only_looks_so(text):
    assert telling("INFO started\n" + text) is None


@pytest.mark.parametrize("text", CALM)
def test_nothing_is_made_of_what_healthy_programs_write(text):
    assert [line for line in matches(log(text)) if line.level >= ERROR] == []
    assert telling(text + "\n" + "\n".join(f"tick {n}" for n in range(60))) is None


def test_all_that_is_missing_is_told():
    found = telling(
        "pydantic_core._pydantic_core.ValidationError: 2 validation errors for Settings\n"
        "redis_host\n  Field required [type=missing, input_value={}, input_type=dict]\n"
        "redis_port\n  Field required [type=missing, input_value={}, input_type=dict]\n"
    )
    assert found.every("variable") == ["redis_host", "redis_port"]


@pytest.mark.parametrize(
    ("text", "exit_code", "cause"),
    [
        ("/run.sh: line 3: /data/in.txt: No such file or directory", 1, "missing-file"),
        ("/run.sh: line 3: /app/server: No such file or directory", 127, "command-not-found"),
        ("/bin/sh: 1: /out/a.txt: Permission denied", 2, "permission-denied"),
        ("/bin/sh: 1: /app/server: Permission denied", 126, "command-not-executable"),
        ("/bin/sh: 1: jq: not found", 127, "command-not-found"),
        ("nc: bind: Permission denied", 1, "privileged-port-denied"),
    ],
)
def test_what_a_shell_says_depends_on_its_exit_code(text, exit_code, cause):
    assert telling(text, exit_code).cause == cause


def test_a_long_log_is_read_fast():
    lines = tuple(
        f"2026-03-04T10:00:{n % 60:02}Z INFO [main] acme.Kb - GET /api/v1/orders/{n} in {n} ms" for n in range(500)
    )
    matches(Log("main", False, lines))
    start = time.process_time()
    for _ in range(5):
        matches(Log("main", False, lines))
    assert (time.process_time() - start) / 5 < 0.05
