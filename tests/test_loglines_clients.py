"""What clients, entrypoints and frameworks of scripting languages say by their documentation: the whole pod is judged.

What such programs really printed is in tests/logs; this is what could not be run.
"""

import pytest

from tests.logs import diagnose, snapshot

# cause, what the verdict names, with what the container ended (None: it runs on, not ready), and what it printed
SAID = [
    (
        "missing-env-var",
        ["region"],
        253,
        '\nYou must specify a region. You can also configure your region by running "aws configure".',
    ),
    (
        "missing-env-var",
        ["credentials"],
        253,
        '\nUnable to locate credentials. You can configure credentials by running "aws configure".',
    ),
    (
        "authentication-failed",
        [],
        254,
        "\n"
        "An error occurred (InvalidClientTokenId) when calling the GetCallerIdentity operation: The security "
        "token included in the request is invalid.",
    ),
    (
        "authentication-failed",
        [],
        254,
        "\nAn error occurred (ExpiredToken) when calling the ListObjectsV2 operation: The provided token has expired.",
    ),
    (
        "authentication-failed",
        [],
        1,
        "fatal error: An error occurred (403) when calling the HeadObject operation: Forbidden",
    ),
    (
        "authentication-failed",
        [],
        254,
        "\n"
        "An error occurred (AccessDenied) when calling the ListObjectsV2 operation: User: "
        "arn:aws:sts::1:assumed-role/node/i-1 is not authorized to perform: s3:ListBucket on resource: "
        '"arn:aws:s3:::parcels" because no identity-based policy allows the s3:ListBucket action',
    ),
    (
        "authentication-failed",
        [],
        254,
        "\n"
        "An error occurred (AccessDeniedException) when calling the GetSecretValue operation: User: "
        "arn:aws:sts::1:assumed-role/x/y is not authorized to perform: secretsmanager:GetSecretValue on "
        "resource: depot",
    ),
    (
        "database-not-ready",
        [],
        254,
        "\nAn error occurred (NoSuchBucket) when calling the ListObjectsV2 operation: The specified bucket does not exist",
    ),
    (
        "connection-refused",
        ["minio", "9000"],
        255,
        '\nCould not connect to the endpoint URL: "http://minio:9000/parcels?list-type=2"',
    ),
    (
        "connection-timeout",
        ["minio"],
        255,
        '\nConnect timeout on endpoint URL: "http://minio:9000/parcels"',
    ),
    (
        "connection-timeout",
        ["minio"],
        255,
        '\nRead timeout on endpoint URL: "http://minio:9000/parcels"',
    ),
    (
        "tls-failure",
        [],
        1,
        "\n"
        "SSL validation failed for https://minio:9000/ [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify "
        "failed: self-signed certificate (_ssl.c:1000)",
    ),
    (
        "authentication-failed",
        [],
        1,
        "ERROR: (gcloud.storage.cp) You do not currently have an active account selected.\n"
        "Please run:\n"
        "\n"
        "  $ gcloud auth login\n"
        "\n"
        "to obtain new credentials.",
    ),
    (
        "authentication-failed",
        [],
        1,
        "ERROR: (gcloud.container.clusters.get-credentials) ResponseError: code=403, message=Required "
        '"container.clusters.get" permission(s) for "projects/depot".',
    ),
    (
        "missing-file",
        ["/var/run/secrets/gcp/key.json"],
        1,
        "ERROR: (gcloud.auth.activate-service-account) Unable to read file [/var/run/secrets/gcp/key.json]: "
        "[Errno 2] No such file or directory: '/var/run/secrets/gcp/key.json'",
    ),
    (
        "authentication-failed",
        [],
        1,
        "ERROR: Please run 'az login' to setup account.",
    ),
    (
        "authentication-failed",
        [],
        1,
        "ERROR: AADSTS7000215: Invalid client secret provided. Ensure the secret being sent in the request "
        "is the client secret value",
    ),
    (
        "connection-refused",
        ["minio", "9000"],
        1,
        "mc: <ERROR> Unable to initialize new alias from the provided credentials. Get "
        '"http://minio:9000/probe-bsign-1/?location=": dial tcp 10.3.4.5:9000: connect: connection refused.',
    ),
    (
        "authentication-failed",
        [],
        1,
        "mc: <ERROR> Unable to make bucket `depot/parcels`. The Access Key Id you provided does not exist in our records.",
    ),
    (
        "authentication-failed",
        [],
        1,
        "Failed to copy: AccessDenied: Access Denied\n\tstatus code: 403, request id: X",
    ),
    (
        "invalid-configuration",
        [],
        1,
        '2026/03/04 10:00:00 Failed to create file system for "depot:": didn\'t find section in config file',
    ),
    (
        "rbac-forbidden",
        ["pods", "list"],
        1,
        'Error from server (Forbidden): pods is forbidden: User "system:serviceaccount:depot:runner" cannot '
        'list resource "pods" in API group "" in the namespace "depot"',
    ),
    (
        "authentication-failed",
        [],
        1,
        "error: You must be logged in to the server (Unauthorized)",
    ),
    (
        "silent-exit",
        [],
        1,
        'Error from server (NotFound): deployments.apps "ledger" not found',
    ),
    (
        "connection-timeout",
        [],
        1,
        "error: timed out waiting for the condition on jobs/migrate",
    ),
    (
        "missing-file",
        ["/manifests"],
        1,
        'error: the path "/manifests/app.yaml" does not exist',
    ),
    (
        "invalid-configuration",
        [],
        1,
        "error: error parsing /manifests/app.yaml: error converting YAML to JSON: yaml: line 3: mapping "
        "values are not allowed in this context",
    ),
    (
        "connection-refused",
        [],
        1,
        "The connection to the server localhost:8080 was refused - did you specify the right host or port?",
    ),
    (
        "connection-refused",
        ["10.96.0.1"],
        1,
        'Error: Kubernetes cluster unreachable: Get "https://10.96.0.1:443/version": dial tcp 10.96.0.1:443: '
        "connect: connection refused",
    ),
    (
        "connection-refused",
        ["mongo", "27017"],
        1,
        "Current Mongosh Log ID:\t65f\n"
        "Connecting to:\t\tmongodb://mongo:27017/?directConnection=true&appName=mongosh+2.1.5\n"
        "MongoNetworkError: connect ECONNREFUSED 10.3.4.5:27017",
    ),
    (
        "dns-not-found",
        ["mongoo"],
        1,
        "Current Mongosh Log ID:\t65f\n"
        "Connecting to:\t\tmongodb://mongoo:27017/?directConnection=true&appName=mongosh+2.1.5\n"
        "MongoNetworkError: getaddrinfo ENOTFOUND mongoo",
    ),
    (
        "authentication-failed",
        [],
        1,
        "Current Mongosh Log ID:\t65f\n"
        "Connecting to:\t\tmongodb://<credentials>@mongo:27017/?directConnection=true\n"
        "MongoServerError: Authentication failed.",
    ),
    (
        "authentication-failed",
        [],
        1,
        "MongoServerError[Unauthorized]: Command find requires authentication",
    ),
    (
        "connection-timeout",
        ["mongo"],
        1,
        "Connecting to:\t\tmongodb://mongo:27017/?serverSelectionTimeoutMS=2000\n"
        "MongoServerSelectionError: Server selection timed out after 2000 ms",
    ),
    (
        "connection-refused",
        ["ledger-db", "5432"],
        1,
        "2026/03/04 10:00:00 Waiting for: tcp://ledger-db:5432\n"
        "2026/03/04 10:00:00 Problem with dial: dial tcp 10.3.4.5:5432: connect: connection refused. "
        "Sleeping 1s\n"
        "2026/03/04 10:00:10 Timeout after 10s waiting on dependencies to become available: "
        "[tcp://ledger-db:5432]",
    ),
    (
        "dns-not-found",
        ["legder-db"],
        1,
        "2026/03/04 10:00:00 Waiting for: tcp://legder-db:5432\n"
        "2026/03/04 10:00:00 Problem with dial: dial tcp: lookup legder-db on 10.96.0.10:53: no such host. "
        "Sleeping 1s\n"
        "2026/03/04 10:00:10 Timeout after 10s waiting on dependencies to become available: "
        "[tcp://legder-db:5432]",
    ),
    (
        "connection-timeout",
        ["ledger-db", "5432"],
        1,
        "wait-for-it.sh: waiting 15 seconds for ledger-db:5432\n"
        "wait-for-it.sh: timeout occurred after waiting 15 seconds for ledger-db:5432",
    ),
    (
        "connection-refused",
        ["ledger-db", "5432"],
        1,
        "Waiting for ledger-db:5432\nTimeout: ledger-db:5432 is not available after 30 seconds",
    ),
    (
        "connection-refused",
        ["ledger-db", "5432"],
        1,
        "ledger-db:5432 - no response\n"
        "Postgres is unavailable - sleeping\n"
        "ledger-db:5432 - no response\n"
        "Postgres is unavailable - sleeping\n"
        "Postgres did not come up in time",
    ),
    (
        "connection-refused",
        ["ledger-db"],
        None,
        'psql: error: connection to server at "ledger-db" (10.3.4.5), port 5432 failed: Connection refused\n'
        "\tIs the server running on that host and accepting TCP/IP connections?\n"
        "Postgres is unavailable - sleeping\n"
        'psql: error: connection to server at "ledger-db" (10.3.4.5), port 5432 failed: Connection refused\n'
        "\tIs the server running on that host and accepting TCP/IP connections?\n"
        "Postgres is unavailable - sleeping\n"
        'psql: error: connection to server at "ledger-db" (10.3.4.5), port 5432 failed: Connection refused\n'
        "\tIs the server running on that host and accepting TCP/IP connections?\n"
        "Postgres is unavailable - sleeping\n"
        'psql: error: connection to server at "ledger-db" (10.3.4.5), port 5432 failed: Connection refused\n'
        "\tIs the server running on that host and accepting TCP/IP connections?\n"
        "Postgres is unavailable - sleeping\n"
        'psql: error: connection to server at "ledger-db" (10.3.4.5), port 5432 failed: Connection refused\n'
        "\tIs the server running on that host and accepting TCP/IP connections?\n"
        "Postgres is unavailable - sleeping\n",
    ),
    (
        "missing-file",
        [],
        111,
        "s6-supervise web: warning: unable to spawn ./run (waiting 60 seconds): No such file or directory",
    ),
    (
        "command-not-found",
        ["ledgerd"],
        127,
        "s6-rc: info: service web: starting\nexeclineb: fatal: unable to exec ledgerd: No such file or directory",
    ),
    (
        "interpreter-not-found",
        ["/init"],
        127,
        "exec /init: no such file or directory",
    ),
    (
        "command-not-found",
        ["ledgerd"],
        127,
        "s6-setuidgid: fatal: unable to exec ledgerd: No such file or directory",
    ),
    (
        "permission-denied",
        [],
        1,
        "s6-mkdir: warning: unable to mkdir /var/run/s6: Permission denied",
    ),
    (
        "permission-denied",
        ["/run"],
        100,
        "/package/admin/s6-overlay/libexec/preinit: fatal: /run belongs to uid 0 instead of 1000 and we're "
        "lacking the privileges to fix it.",
    ),
    (
        "command-not-found",
        ["ledgerd"],
        111,
        "runsv web: fatal: unable to start ./run: file does not exist\n"
        "chpst: fatal: unable to run: ledgerd: file does not exist",
    ),
    (
        "command-not-found",
        ["ledgerd"],
        1,
        "su-exec: ledgerd: No such file or directory",
    ),
    (
        "command-not-executable",
        [],
        126,
        "su-exec: /entry.sh: Permission denied",
    ),
    (
        "permission-denied",
        [],
        1,
        "su-exec: setgroups: Operation not permitted",
    ),
    (
        "permission-denied",
        [],
        1,
        'error: failed switching to "node": operation not permitted',
    ),
    (
        "permission-denied",
        [],
        1,
        'sudo: The "no new privileges" flag is set, which prevents sudo from running as root.',
    ),
    (
        "permission-denied",
        [],
        1,
        "sudo: effective uid is not 0, is /usr/bin/sudo on a file system with the 'nosuid' option set or an "
        "NFS file system without root privileges?",
    ),
    (
        "connection-refused",
        ["ledger-db"],
        1,
        "\n"
        "   Illuminate\\Database\\QueryException \n"
        "\n"
        "  SQLSTATE[HY000] [2002] Connection refused (Connection: mysql, Host: ledger-db, Port: 3306, "
        "Database: depot, SQL: select * from `cache`)\n"
        "\n"
        "  at vendor/laravel/framework/src/Illuminate/Database/Connection.php:829\n"
        "    825▕                     $this->getName(), $query, $this->prepareBindings($bindings), $e\n"
        "    826▕                 );\n",
    ),
    (
        "dns-not-found",
        ["legder-db"],
        1,
        "\n"
        "In Connection.php line 829:\n"
        "                                                                               \n"
        "  SQLSTATE[HY000] [2002] php_network_getaddresses: getaddrinfo for legder-db failed: Name or "
        "service not known (Connection: mysql, SQL: select 1)  \n"
        "                                                                               \n"
        "\n"
        "In Connector.php line 66:\n"
        "                                                                               \n"
        "  SQLSTATE[HY000] [2002] php_network_getaddresses: getaddrinfo for legder-db failed: Name or "
        "service not known  \n"
        "\n",
    ),
    (
        "missing-module",
        [],
        1,
        "\n"
        "In Connection.php line 829:\n"
        "                                                      \n"
        "  could not find driver (Connection: pgsql, SQL: select 1)  \n"
        "                                                      \n",
    ),
    (
        "permission-denied",
        ["/var/www/html/storage/logs/laravel.log"],
        1,
        "In StreamHandler.php line 156:\n"
        "\n"
        '  The stream or file "/var/www/html/storage/logs/laravel.log" could not be opened in append mode: '
        "Failed to open stream: Permission denied  \n"
        "  The exception occurred while attempting to log: boot\n",
    ),
    (
        "permission-denied",
        ["bootstrap/cache"],
        1,
        "In PackageManifest.php line 179:\n"
        "                                                                               \n"
        "  The /var/www/html/bootstrap/cache directory must be present and writable.  \n"
        "                                                                               \n",
    ),
    (
        "missing-file",
        [],
        1,
        "In Compiler.php line 66:\n"
        "                                      \n"
        "  Please provide a valid cache path.  \n"
        "                                      \n",
    ),
    (
        "missing-env-var",
        [],
        1,
        "[2026-03-04 10:00:00] production.ERROR: No application encryption key has been specified. "
        '{"exception":"[object] (Illuminate\\\\Encryption\\\\MissingAppKeyException(code: 0): No application '
        "encryption key has been specified. at "
        "/var/www/html/vendor/laravel/framework/src/Illuminate/Encryption/EncryptionServiceProvider.php:83)\n"
        "[stacktrace]\n"
        "#0 /var/www/html/vendor/x.php(5): a()\n",
    ),
    (
        "invalid-configuration",
        [],
        1,
        "In Encrypter.php line 48:\n"
        "                                                                               \n"
        "  Unsupported cipher or incorrect key length. Supported ciphers are: aes-128-cbc, aes-256-cbc, "
        "aes-128-gcm, aes-256-gcm.  \n",
    ),
    (
        "missing-file",
        ["manifest.json"],
        1,
        "[2026-03-04 10:00:00] production.ERROR: Vite manifest not found at: "
        '/var/www/html/public/build/manifest.json {"exception":"[object] '
        "(Illuminate\\\\Foundation\\\\ViteManifestNotFoundException(code: 0): Vite manifest not found at: "
        "/var/www/html/public/build/manifest.json at /var/www/html/vendor/a.php:3)",
    ),
    (
        "missing-file",
        ["/var/www/html/vendor/autoload.php"],
        255,
        "PHP Warning:  require(/var/www/html/vendor/autoload.php): Failed to open stream: No such file or "
        "directory in /var/www/html/artisan on line 9\n"
        "PHP Fatal error:  Uncaught Error: Failed opening required '/var/www/html/vendor/autoload.php' "
        "(include_path='.:/usr/local/lib/php') in /var/www/html/artisan:9\n"
        "Stack trace:\n"
        "#0 {main}\n"
        "  thrown in /var/www/html/artisan on line 9",
    ),
    (
        "bad-arguments",
        ["queue:wrok"],
        1,
        '\n   ERROR  Command "queue:wrok" is not defined. Did you mean one of these?  \n\n  ⇂ queue:work  \n',
    ),
    (
        "database-not-ready",
        ["migrations"],
        1,
        "In Connection.php line 829:\n"
        "\n"
        "  SQLSTATE[42S02]: Base table or view not found: 1146 Table 'depot.migrations' doesn't exist "
        "(Connection: mysql, SQL: select * from `jobs`)\n",
    ),
    (
        "database-not-ready",
        ["depot"],
        1,
        "In Connection.php line 829:\n"
        "\n"
        "  SQLSTATE[HY000] [1049] Unknown database 'depot' (Connection: mysql, SQL: select 1)\n",
    ),
    (
        "invalid-configuration",
        [],
        1,
        "In FileLoader.php line 180:\n"
        "                                                                               \n"
        '  You have requested a non-existent parameter "app.rates" in /app/config/services.yaml (which is '
        'being imported from "/app/src/Kernel.php").  \n',
    ),
    (
        "invalid-configuration",
        [],
        1,
        "In YamlFileLoader.php line 845:\n"
        "                                                                               \n"
        '  The file "/app/config/packages/x.yaml" does not contain valid YAML: Mapping values are not '
        'allowed in multi-line blocks at line 4 (near " a: b").  \n',
    ),
    (
        "missing-env-var",
        ["MESSENGER_TRANSPORT_DSN"],
        1,
        "In EnvVarProcessor.php line 172:\n"
        "                                                              \n"
        '  Environment variable not found: "MESSENGER_TRANSPORT_DSN".  \n'
        "                                                              \n",
    ),
    (
        "connection-refused",
        [],
        1,
        "In Connection.php line 46:\n"
        "                                                        \n"
        "  Could not read messages from the AMQP server: Socket error: could not connect to host.  \n",
    ),
    (
        "connection-refused",
        ["ledger-db", "5432"],
        1,
        "10:00:00.123 [error] Postgrex.Protocol (#PID<0.2.0>) failed to connect: ** "
        "(DBConnection.ConnectionError) tcp connect (ledger-db:5432): connection refused - :econnrefused",
    ),
    (
        "dns-not-found",
        ["legder-db"],
        1,
        "10:00:00.123 [error] Postgrex.Protocol (#PID<0.2.0>) failed to connect: ** "
        "(DBConnection.ConnectionError) tcp connect (legder-db:5432): non-existing domain - :nxdomain",
    ),
    (
        "authentication-failed",
        ["clerk"],
        1,
        "10:00:00.123 [error] Postgrex.Protocol (#PID<0.2.0>) failed to connect: ** (Postgrex.Error) FATAL "
        '28P01 (invalid_password) password authentication failed for user "clerk"',
    ),
    (
        "database-not-ready",
        ["depot_prod"],
        1,
        "10:00:00.123 [error] Postgrex.Protocol (#PID<0.2.0>) failed to connect: ** (Postgrex.Error) FATAL "
        '3D000 (invalid_catalog_name) database "depot_prod" does not exist',
    ),
    (
        "connection-timeout",
        [],
        1,
        "** (DBConnection.ConnectionError) connection not available and request was dropped from queue after "
        "2982ms. This means requests are coming in and your connection pool cannot serve them fast enough.",
    ),
    (
        "missing-env-var",
        ["DATABASE_URL"],
        1,
        "ERROR! Config provider Config.Reader failed with:\n"
        "** (RuntimeError) environment variable DATABASE_URL is missing.\n"
        "For example: ecto://USER:PASS@HOST/DATABASE\n"
        "\n"
        "    /app/releases/0.1.0/runtime.exs:24: (file)\n"
        "    (elixir 1.16.0) src/elixir.erl:405: :elixir.eval_external_handler/3\n"
        "\n"
        "Runtime terminating during boot ({{badmatch,#{}},[]})\n"
        "\n"
        "Crash dump is being written to: erl_crash.dump...done",
    ),
    (
        "port-in-use",
        [],
        1,
        "10:00:00.123 [error] Failed to start Ranch listener DepotWeb.Endpoint.HTTP in "
        ":ranch_tcp:listen([cacerts: :..., port: 4000]) for reason :eaddrinuse (address already in use)",
    ),
    (
        "port-in-use",
        ["4000"],
        1,
        "10:00:00.123 [error] Running DepotWeb.Endpoint with Bandit 1.5.0 at http failed, port 4000 already "
        "in use\n"
        "10:00:00.124 [notice] Application depot exited: Depot.Application.start(:normal, []) returned an "
        "error: shutdown: failed to start child: DepotWeb.Endpoint",
    ),
    (
        "database-not-ready",
        ["waybills"],
        1,
        '** (Postgrex.Error) ERROR 42P01 (undefined_table) relation "waybills" does not exist\n'
        "\n"
        "    query: SELECT w0.id FROM waybills",
    ),
    (
        "unhandled-exception",
        [],
        1,
        "10:00:00.123 [notice] Application depot exited: exited in: Depot.Application.start(:normal, [])\n"
        "    ** (EXIT) an exception was raised:\n"
        "        ** (KeyError) key :rates not found in: %{}\n"
        "            (depot 0.1.0) lib/depot/application.ex:12: Depot.Application.start/2",
    ),
    (
        "missing-module",
        ["resty.http"],
        1,
        "nginx: [error] init_by_lua error: init_by_lua:2: module 'resty.http' not found:\n"
        "\tno field package.preload['resty.http']\n"
        "\tno file '/usr/local/openresty/site/lualib/resty/http.ljbc'\n"
        "stack traceback:\n"
        "\t[C]: in function 'require'",
    ),
    (
        "connection-refused",
        [],
        1,
        "Error: \n"
        "/usr/local/share/lua/5.1/kong/cmd/migrations.lua:101: [PostgreSQL error] failed to retrieve "
        "PostgreSQL server_version_num: connection refused\n"
        "  Run with --v (verbose) or --vv (debug) for more details",
    ),
    (
        "database-not-ready",
        [],
        1,
        "Error: /usr/local/share/lua/5.1/kong/cmd/start.lua:99: Database needs bootstrapping or is older "
        "than Kong 1.0.\n"
        "\n"
        "To start a new installation from scratch, run 'kong migrations bootstrap'.",
    ),
    (
        "missing-env-var",
        ["RAILS_MASTER_KEY"],
        1,
        "Missing encryption key to decrypt file with. Ask your team for your master key and write it to "
        "/rails/config/master.key or put it in the ENV['RAILS_MASTER_KEY'].",
    ),
    (
        "invalid-configuration",
        [],
        1,
        "bin/rails aborted!\n"
        "ActiveSupport::MessageEncryptor::InvalidMessage: ActiveSupport::MessageEncryptor::InvalidMessage "
        "(ActiveSupport::MessageEncryptor::InvalidMessage)\n"
        "/rails/config/environment.rb:5:in `<main>'",
    ),
    (
        "missing-env-var",
        ["SECRET_KEY_BASE"],
        1,
        "/usr/local/bundle/gems/railties-7.1.3/lib/rails/application.rb:654:in `validate_secret_key_base': "
        "Missing `secret_key_base` for 'production' environment, set this string with `bin/rails "
        "credentials:edit` (ArgumentError)",
    ),
    (
        "database-not-ready",
        [],
        1,
        "bin/rails aborted!\n"
        "ActiveRecord::PendingMigrationError: \n"
        "\n"
        "Migrations are pending. To resolve this issue, run:\n"
        "\n"
        "        bin/rails db:migrate\n"
        "\n"
        "You have 1 pending migration:\n"
        "\n"
        "db/migrate/20260101000000_create_waybills.rb",
    ),
    (
        "database-not-ready",
        ["depot"],
        1,
        "bin/rails aborted!\n"
        "ActiveRecord::NoDatabaseError: We could not find your database: depot. Available database "
        "configurations can be found in config/database.yml. (ActiveRecord::NoDatabaseError)\n"
        "\n"
        "Caused by:\n"
        'PG::ConnectionBad: connection to server at "10.3.4.5", port 5432 failed: FATAL:  database "depot" '
        "does not exist (PG::ConnectionBad)",
    ),
    (
        "connection-refused",
        ["ledger-db", "5432"],
        1,
        'connection to server at "ledger-db" (10.3.4.5), port 5432 failed: Connection refused',
    ),
    (
        "authentication-failed",
        ["clerk"],
        1,
        "bin/rails aborted!\n"
        "ActiveRecord::DatabaseConnectionError: There is an issue connecting to your database with your "
        "username/password, username: clerk.\n"
        "\n"
        "Please check your database configuration to ensure the username/password are valid. "
        "(ActiveRecord::DatabaseConnectionError)\n",
    ),
    (
        "authentication-failed",
        ["ledger-db"],
        1,
        'PG::ConnectionBad: connection to server at "ledger-db" (10.3.4.5), port 5432 failed: FATAL:  '
        'password authentication failed for user "clerk"',
    ),
    (
        "connection-refused",
        ["legder-db"],
        1,
        "ActiveRecord::DatabaseConnectionError: There is an issue connecting with your hostname: legder-db.\n"
        "\n"
        "Please check your database configuration and ensure there is a valid connection to your database.",
    ),
    (
        "invalid-configuration",
        [],
        1,
        "bin/rails aborted!\n"
        "Cannot load database configuration:\n"
        "(<unknown>): mapping values are not allowed in this context at line 3 column 9",
    ),
    (
        "missing-file",
        ["database.yml"],
        1,
        "rails aborted!\n"
        "Cannot load database configuration:\n"
        'Could not load database configuration. No such file - ["config/database.yml"]',
    ),
    (
        "invalid-configuration",
        ["postgrs"],
        1,
        "ActiveRecord::AdapterNotFound: database configuration specifies nonexistent 'postgrs' adapter. "
        "Available adapters are: mysql2, postgresql, sqlite3, trilogy. Ensure that the adapter is spelled "
        "correctly in config/database.yml and that you've added the necessary adapter gem to your Gemfile if "
        "it's not in the list of available adapters.",
    ),
    (
        "missing-module",
        ["pg"],
        1,
        "Error loading the 'postgresql' Active Record adapter. Missing a gem it depends on? pg is not part "
        "of the bundle. Add it to your Gemfile. (Gem::LoadError)",
    ),
    (
        "unhandled-exception",
        [],
        1,
        "/rails/config/environment.rb:5:in `<top (required)>': expected file "
        "/rails/app/services/rate_card.rb to define constant RateCard, but didn't (Zeitwerk::NameError)",
    ),
    (
        "connection-refused",
        ["cache", "6379"],
        1,
        "/usr/local/bundle/gems/redis-client-0.22.2/lib/redis_client/ruby_connection.rb:74:in `rescue in "
        "connect': Connection refused - connect(2) for 10.3.4.5:6379 (redis://cache:6379/1) "
        "(RedisClient::CannotConnectError)",
    ),
    (
        "connection-refused",
        ["cache", "6379"],
        1,
        "2026-03-04T10:00:00.000Z pid=1 tid=2 ERROR: heartbeat: Connection refused - connect(2) for "
        "10.3.4.5:6379 (redis://cache:6379/1)\n"
        "2026-03-04T10:00:00.000Z pid=1 tid=2 ERROR: heartbeat: Connection refused - connect(2) for "
        "10.3.4.5:6379 (redis://cache:6379/1)\n"
        "2026-03-04T10:00:00.000Z pid=1 tid=2 ERROR: heartbeat: Connection refused - connect(2) for "
        "10.3.4.5:6379 (redis://cache:6379/1)\n"
        "2026-03-04T10:00:00.000Z pid=1 tid=2 ERROR: heartbeat: Connection refused - connect(2) for "
        "10.3.4.5:6379 (redis://cache:6379/1)\n",
    ),
    (
        "dns-not-found",
        ["cachee"],
        1,
        "/usr/local/bundle/gems/redis-client-0.22.2/lib/redis_client/ruby_connection.rb:74:in `rescue in "
        "connect': getaddrinfo: Name or service not known (redis://cachee:6379) "
        "(RedisClient::CannotConnectError)",
    ),
    (
        "unhandled-exception",
        [],
        1,
        "app.rb:3:in 'Object#total': undefined method '+' for nil (NoMethodError)\n"
        "\n"
        "  a + 1\n"
        "    ^\n"
        "\tfrom app.rb:5:in '<main>'",
    ),
    (
        "port-in-use",
        ["3000"],
        1,
        "/usr/local/bundle/gems/puma-6.4.2/lib/puma/binder.rb:344:in `initialize': Address already in use - "
        'bind(2) for "0.0.0.0" port 3000 (Errno::EADDRINUSE)',
    ),
    (
        "permission-denied",
        ["/rails/tmp/pids"],
        1,
        "/usr/local/lib/ruby/3.3.0/fileutils.rb:402:in `mkdir': Permission denied @ dir_s_mkdir - "
        "/rails/tmp/pids (Errno::EACCES)",
    ),
    (
        "connection-refused",
        ["search", "9200"],
        1,
        "Faraday::ConnectionFailed: Failed to open TCP connection to search:9200 (Connection refused - "
        'connect(2) for "search" port 9200)',
    ),
    (
        "missing-module",
        ["nokogiri"],
        1,
        "bundler: failed to load command: puma (/usr/local/bundle/bin/puma)\n"
        "/usr/local/lib/ruby/gems/3.3.0/gems/bundler-2.5.3/lib/bundler/definition.rb:524:in `materialize': "
        "Could not find nokogiri-1.16.0-x86_64-linux, puma-6.4.2 in locally installed gems "
        "(Bundler::GemNotFound)\n"
        "\tfrom /usr/local/lib/ruby/gems/3.3.0/gems/bundler-2.5.3/lib/bundler/definition.rb:197:in `specs'",
    ),
    (
        "missing-module",
        [],
        1,
        "Could not find gem 'waybills' in locally installed gems.\nRun `bundle install` to install missing gems.",
    ),
    (
        "runtime-version-mismatch",
        ["3.3.1"],
        18,
        "Your Ruby version is 3.1.2, but your Gemfile specified 3.3.1",
    ),
    (
        "tls-failure",
        [],
        60,
        "curl: (60) SSL certificate problem: certificate has expired\nMore details here: https://curl.se/docs/sslcerts.html",
    ),
    (
        "tls-failure",
        [],
        35,
        "curl: (35) error:0A00010B:SSL routines::wrong version number",
    ),
    (
        "tls-failure",
        [],
        56,
        "curl: (56) OpenSSL SSL_read: error:0A000126:SSL routines::unexpected eof while reading, errno 0",
    ),
    (
        "connection-refused",
        [],
        52,
        "curl: (52) Empty reply from server",
    ),
    (
        "connection-refused",
        [],
        56,
        "curl: (56) Recv failure: Connection reset by peer",
    ),
    (
        "dns-not-found",
        ["tarifs"],
        6,
        "curl: (6) Could not resolve host: tarifs",
    ),
    (
        "dns-not-found",
        ["proxxy"],
        5,
        "curl: (5) Could not resolve proxy: proxxy",
    ),
    (
        "authentication-failed",
        [],
        67,
        "curl: (67) Access denied: 530",
    ),
    (
        "missing-file",
        ["/data/in.csv"],
        26,
        "curl: (37) Couldn't open file /data/in.csv",
    ),
    (
        "connection-refused",
        ["tariffs", "8081"],
        1,
        "Connecting to tariffs:8081 (10.3.4.5:8081)\nwget: can't connect to remote host (10.3.4.5): Connection refused",
    ),
    (
        "connection-timeout",
        ["tariffs"],
        1,
        "Connecting to tariffs:8081 (10.3.4.5:8081)\nwget: download timed out",
    ),
    (
        "dns-not-found",
        ["tarifs"],
        1,
        "wget: bad address 'tarifs:8081'",
    ),
    (
        "dns-not-found",
        ["legder-db"],
        1,
        'nc: getaddrinfo for host "legder-db" port 5432: Name does not resolve',
    ),
    (
        "dns-not-found",
        ["legder-db"],
        1,
        "ping: legder-db: Name or service not known",
    ),
    (
        "permission-denied",
        [],
        2,
        "ping: socket: Operation not permitted",
    ),
    (
        "connection-timeout",
        ["ledger-db"],
        1,
        "nc: ledger-db (10.3.4.5:5432): Operation timed out",
    ),
    (
        "connection-refused",
        ["ledger-db", "5432"],
        1,
        "nc: ledger-db (10.3.4.5:5432): Connection refused",
    ),
    (
        "connection-refused",
        ["tariffs"],
        1,
        "ssh: connect to host tariffs port 22: Connection refused\r\n"
        "fatal: Could not read from remote repository.\n"
        "\n"
        "Please make sure you have the correct access rights\n"
        "and the repository exists.",
    ),
    (
        "authentication-failed",
        [],
        128,
        "Cloning into 'routes'...\n"
        "git@git.example: Permission denied (publickey).\r\n"
        "fatal: Could not read from remote repository.\n"
        "\n"
        "Please make sure you have the correct access rights\n"
        "and the repository exists.",
    ),
    (
        "authentication-failed",
        [],
        128,
        "remote: HTTP Basic: Access denied. The provided password or token is incorrect or your account has "
        "2FA enabled\n"
        "fatal: Authentication failed for 'https://git.example/routes.git/'",
    ),
    (
        "permission-denied",
        ["/app/.git"],
        128,
        "error: could not lock config file /app/.git/config: Permission denied",
    ),
    (
        "permission-denied",
        [],
        128,
        "fatal: detected dubious ownership in repository at '/repo'\n"
        "To add an exception for this directory, call:\n"
        "\n"
        "\tgit config --global --add safe.directory /repo",
    ),
    (
        "permission-denied",
        [],
        1,
        "WARNING: UNPROTECTED PRIVATE KEY FILE!\n"
        "Permissions 0644 for '/etc/ssh-key/id_rsa' are too open.\n"
        "It is required that your private key files are NOT accessible by others.\n"
        "This private key will be ignored.\n"
        'Load key "/etc/ssh-key/id_rsa": bad permissions',
    ),
    (
        "command-not-found",
        ["bash"],
        127,
        "env: can't execute 'bash': No such file or directory",
    ),
    (
        "command-not-found",
        ["python"],
        127,
        "/usr/bin/env: 'python': No such file or directory",
    ),
    (
        "command-not-found",
        ["node"],
        127,
        "env: node: No such file or directory",
    ),
    (
        "interpreter-not-found",
        [],
        127,
        "/bin/sh: /usr/local/bin/start.sh: /bin/bash: bad interpreter: No such file or directory",
    ),
    (
        "interpreter-not-found",
        [],
        126,
        "/bin/bash: /usr/local/bin/start.sh: /bin/sh^M: bad interpreter: No such file or directory",
    ),
    (
        "command-not-found",
        ["kubectl"],
        127,
        "+ kubectl get pods\nsh: kubectl: not found",
    ),
    (
        "command-not-found",
        ["[["],
        127,
        "/entrypoint.sh: 5: [[: not found",
    ),
    (
        "command-not-found",
        ["envsubst"],
        127,
        "/docker-entrypoint.sh: line 12: envsubst: command not found\n",
    ),
    (
        "bad-arguments",
        [],
        2,
        "sh: 1: Syntax error: Unterminated quoted string",
    ),
    (
        "bad-arguments",
        [],
        2,
        "bash: -c: line 1: unexpected EOF while looking for matching `\"'",
    ),
    (
        "bad-arguments",
        [],
        2,
        "bash: -c: line 0: syntax error near unexpected token `('\nbash: -c: line 0: `echo (a)'",
    ),
    (
        "bad-arguments",
        [],
        2,
        "sh: syntax error: unterminated quoted string",
    ),
    (
        "bad-arguments",
        [],
        2,
        '/bin/sh: syntax error: unexpected end of file (expecting "done")',
    ),
    (
        "exec-format-error",
        ["/usr/local/bin/app"],
        126,
        "/bin/sh: 1: /usr/local/bin/app: Exec format error",
    ),
    (
        "exec-format-error",
        ["/app/server"],
        2,
        '/app/server: line 1: syntax error: unexpected word (expecting ")")',
    ),
    (
        "exec-format-error",
        ["/app/server"],
        127,
        '/app/server: line 1: \x7fELF: not found\n/app/server: line 2: syntax error: unexpected "("',
    ),
    (
        "exec-format-error",
        ["/entrypoint.sh"],
        1,
        "exec /entrypoint.sh: exec format error",
    ),
    (
        "exec-format-error",
        [],
        255,
        "standard_init_linux.go:228: exec user process caused: exec format error",
    ),
    (
        "command-not-executable",
        ["/entrypoint.sh"],
        126,
        "/bin/sh: /entrypoint.sh: Permission denied",
    ),
    (
        "permission-denied",
        ["/data/lock"],
        1,
        "touch: cannot touch '/data/lock': Permission denied",
    ),
    (
        "permission-denied",
        ["/cache"],
        1,
        "mkdir: can't create directory '/cache/x': Permission denied",
    ),
    (
        "permission-denied",
        ["/etc/nginx/conf.d/default.conf"],
        1,
        "sed: couldn't open temporary file /etc/nginx/conf.d/default.conf: Permission denied",
    ),
    (
        "permission-denied",
        ["/etc/passwd"],
        1,
        "/entrypoint.sh: line 4: /etc/passwd: Permission denied",
    ),
    (
        "read-only-filesystem",
        ["/etc/hosts.new"],
        1,
        "/entrypoint.sh: line 4: /etc/hosts.new: Read-only file system",
    ),
    (
        "read-only-filesystem",
        ["/tmp/a"],
        1,
        "mktemp: failed to create file via template '/tmp/a.XXXXXX': Read-only file system",
    ),
    (
        "read-only-filesystem",
        [],
        1,
        "bash: cannot create temp file for here-document: Read-only file system",
    ),
    (
        "disk-full",
        [],
        1,
        "bash: cannot create temp file for here-document: No space left on device",
    ),
    (
        "disk-full",
        [],
        1,
        "cp: error writing '/data/x': No space left on device",
    ),
    (
        "too-many-open-files",
        [],
        1,
        "/entrypoint.sh: fork: retry: Resource temporarily unavailable\n"
        "/entrypoint.sh: fork: Resource temporarily unavailable",
    ),
    (
        "too-many-open-files",
        [],
        2,
        "sh: can't fork: Resource temporarily unavailable",
    ),
    (
        "missing-env-var",
        ["DB_HOST"],
        1,
        "./run.sh: line 2: DB_HOST: unbound variable",
    ),
    (
        "missing-env-var",
        ["DB_HOST"],
        2,
        "/run.sh: 2: DB_HOST: parameter not set",
    ),
    (
        "missing-env-var",
        ["DB_HOST"],
        1,
        "+ : 'host is '\n/run.sh: line 3: DB_HOST: parameter null or not set",
    ),
    (
        "missing-env-var",
        ["DB_HOST", "DB_USER"],
        1,
        "Error: the following environment variables are not set: DB_HOST, DB_USER",
    ),
    (
        "missing-env-var",
        ["DB_HOST"],
        1,
        "[entrypoint] DB_HOST: not provided",
    ),
    (
        "missing-env-var",
        ["DB_HOST"],
        1,
        "[ERROR] Environment variable 'DB_HOST' was not provided!",
    ),
    (
        "missing-env-var",
        ["DB_HOST"],
        1,
        "DB_HOST environment variable is required. Exiting...",
    ),
    (
        "missing-env-var",
        ["API_TOKEN"],
        1,
        'time=2026-03-04T10:00:00Z level=error msg="API_TOKEN is required"',
    ),
    (
        "missing-env-var",
        ["API_TOKEN"],
        1,
        '{"level":"fatal","message":"environment variable API_TOKEN not set"}',
    ),
    (
        "missing-env-var",
        ["API_TOKEN"],
        1,
        "!! API_TOKEN missing",
    ),
    (
        "invalid-configuration",
        ["LOG_LEVEL"],
        1,
        "LOG_LEVEL must be one of debug, info, warn",
    ),
    (
        "bad-arguments",
        ["--prot"],
        1,
        "getopt: unrecognized option '--prot'\nUsage: run.sh --port N",
    ),
    (
        "bad-arguments",
        ["x"],
        1,
        "/run.sh: illegal option -- x\nusage: run.sh [-v]",
    ),
    (
        "connection-refused",
        ["rabbit", "5672"],
        1,
        "wait-for: rabbit:5672 connection refused",
    ),
    (
        "dns-not-found",
        ["rabbitt"],
        1,
        "[wait] Could not resolve host: rabbitt; retrying",
    ),
    (
        "connection-timeout",
        ["db", "5432"],
        1,
        "Waiting for db:5432 ...\nWaiting for db:5432 ...\nWaiting for db:5432 ...\nTimed out waiting for db:5432",
    ),
    (
        "connection-refused",
        ["db", "5432"],
        1,
        "wait4ports: timeout: tcp://db:5432 connection refused",
    ),
    (
        "authentication-failed",
        ["clerk"],
        2,
        'psql: error: connection to server at "ledger-db" (10.3.4.5), port 5432 failed: FATAL:  password '
        'authentication failed for user "clerk"\n'
        'psql: error: connection to server at "ledger-db" (10.3.4.5), port 5432 failed: FATAL:  password '
        'authentication failed for user "clerk"',
    ),
    (
        "database-not-ready",
        ["depot"],
        2,
        'psql: error: connection to server at "ledger-db" (10.3.4.5), port 5432 failed: FATAL:  database '
        '"depot" does not exist',
    ),
    (
        "database-not-ready",
        ["the database system is starting up"],
        2,
        'psql: error: connection to server at "ledger-db" (10.3.4.5), port 5432 failed: FATAL:  the database '
        "system is starting up",
    ),
    (
        "authentication-failed",
        ["clerk"],
        1,
        "mysqldump: Got error: 1045: \"Access denied for user 'clerk'@'10.42.0.7' (using password: YES)\" when "
        "trying to connect",
    ),
    (
        "connection-refused",
        ["ledger-db"],
        1,
        "mysqldump: Got error: 2002: \"Can't connect to server on 'ledger-db' (111)\" when trying to connect",
    ),
    (
        "dns-not-found",
        ["legder-db"],
        1,
        "ERROR 2005 (HY000): Unknown server host 'legder-db' (-2)",
    ),
    (
        "connection-refused",
        ["ledger-db", "3306"],
        1,
        "ERROR 2003 (HY000): Can't connect to MySQL server on 'ledger-db:3306' (111)",
    ),
    (
        "connection-timeout",
        ["ledger-db", "3306"],
        1,
        "ERROR 2003 (HY000): Can't connect to MySQL server on 'ledger-db:3306' (110)",
    ),
    (
        "connection-refused",
        ["cache", "6379"],
        1,
        "Could not connect to Redis at cache:6379: Connection refused",
    ),
    (
        "dns-not-found",
        ["cachee"],
        1,
        "Could not connect to Redis at cachee:6379: Name or service not known",
    ),
    (
        "connection-timeout",
        ["cache"],
        1,
        "Could not connect to Redis at cache:6379: Connection timed out",
    ),
    (
        "authentication-failed",
        [],
        1,
        "AUTH failed: WRONGPASS invalid username-password pair or user is disabled.",
    ),
    (
        "authentication-failed",
        [],
        1,
        "(error) NOAUTH Authentication required.",
    ),
    (
        "authentication-failed",
        ["sa"],
        1,
        "Sqlcmd: Error: Microsoft ODBC Driver 18 for SQL Server : Login failed for user 'sa'..",
    ),
    (
        "tls-failure",
        [],
        1,
        "Sqlcmd: Error: Microsoft ODBC Driver 18 for SQL Server : SSL Provider: [error:0A000086:SSL "
        "routines::certificate verify failed:self-signed certificate].",
    ),
    (
        "connection-refused",
        ["es", "9200"],
        7,
        "curl: (7) Failed to connect to es port 9200 after 3 ms: Could not connect to server",
    ),
    (
        "connection-timeout",
        ["es", "9200"],
        28,
        "curl: (28) Failed to connect to es port 9200 after 5001 ms: Timeout was reached",
    ),
    (
        "connection-timeout",
        [],
        28,
        "curl: (28) Connection timed out after 5001 milliseconds",
    ),
    (
        "dns-not-found",
        ["ess"],
        6,
        "curl: (6) Could not resolve host: ess (Timeout while contacting DNS servers)",
    ),
    (
        "missing-env-var",
        ["STRIPE_KEY"],
        1,
        "/app/config/initializers/stripe.rb:1:in 'ENV.fetch': key not found: \"STRIPE_KEY\" (KeyError)\n"
        "\tfrom /app/config/initializers/stripe.rb:1:in '<main>'",
    ),
    (
        "missing-env-var",
        ["STRIPE_KEY"],
        1,
        'KeyError: key not found: "STRIPE_KEY"\n'
        "/app/config/initializers/stripe.rb:1:in `fetch'\n"
        "/app/config/initializers/stripe.rb:1:in `<main>'\n"
        "Tasks: TOP => environment\n"
        "(See full trace by running task with --trace)",
    ),
    (
        "missing-env-var",
        ["STRIPE_KEY"],
        1,
        'Dotenv::MissingKeys: Missing required configuration key: ["STRIPE_KEY"]',
    ),
    (
        "connection-refused",
        ["ledger-db", "5432"],
        1,
        '{"timestamp":"2026-03-04T10:00:00.1Z","level":"fatal","name":"Rails","message":"boot '
        'failed","exception":{"name":"PG::ConnectionBad","message":"connection to server at \\"ledger-db\\" '
        "(10.3.4.5), port 5432 failed: Connection refused\\n\\tIs the server running on that host and "
        'accepting TCP/IP connections?\\n","stack_trace":["/app/a.rb:1:in `x\'"]}}',
    ),
    (
        "connection-refused",
        ["cache", "6379"],
        1,
        "F, [2026-03-04T10:00:00.123456 #1] FATAL -- : Redis::CannotConnectError (Connection refused - "
        "connect(2) for 10.3.4.5:6379 (redis://cache:6379/0))",
    ),
    (
        "heap-exhausted",
        ["268435456"],
        255,
        "PHP Fatal error:  Allowed memory size of 268435456 bytes exhausted (tried to allocate 20480 bytes) "
        "in /app/a.php on line 3",
    ),
    (
        "missing-module",
        [],
        1,
        "PHP Warning:  PHP Startup: Unable to load dynamic library 'pdo_pgsql' (tried: "
        "/usr/lib/php/pdo_pgsql (/usr/lib/php/pdo_pgsql: cannot open shared object file: No such file or "
        "directory)) in Unknown on line 0\n"
        "PHP Fatal error:  Uncaught PDOException: could not find driver in /app/a.php:3\n"
        "Stack trace:\n"
        "#0 {main}\n"
        "  thrown in /app/a.php on line 3",
    ),
    (
        "port-in-use",
        ["9000"],
        78,
        "[04-Mar-2026 10:00:00] ERROR: unable to bind listening socket for address '0.0.0.0:9000': Address "
        "already in use (98)\n"
        "[04-Mar-2026 10:00:00] ERROR: FPM initialization failed",
    ),
    (
        "permission-denied",
        ["/proc/self/fd/2"],
        78,
        "[04-Mar-2026 10:00:00] ERROR: failed to open error_log (/proc/self/fd/2): Permission denied (13)\n"
        "[04-Mar-2026 10:00:00] ERROR: failed to post process the configuration\n"
        "[04-Mar-2026 10:00:00] ERROR: FPM initialization failed",
    ),
    (
        "invalid-configuration",
        ["pm.start_servers"],
        78,
        "[04-Mar-2026 10:00:00] ALERT: [pool www] pm.start_servers(70) must not be less than "
        "pm.min_spare_servers(5) and not greater than pm.max_spare_servers(35)\n"
        "[04-Mar-2026 10:00:00] ERROR: failed to post process the configuration\n"
        "[04-Mar-2026 10:00:00] ERROR: FPM initialization failed",
    ),
    (
        "runtime-version-mismatch",
        ["8.3"],
        2,
        "Your lock file does not contain a compatible set of packages. Please run composer update.\n"
        "\n"
        "  Problem 1\n"
        "    - Root composer.json requires php ^8.3 but your php version (8.2.10) does not satisfy that "
        "requirement.",
    ),
    (
        "missing-module",
        ["ext-intl"],
        2,
        "  Problem 1\n"
        "    - Root composer.json requires PHP extension ext-intl * but it is missing from your system. "
        "Install or enable PHP's intl extension.",
    ),
    (
        "command-not-found",
        ["gunicorn"],
        127,
        "/bin/ash: gunicorn: not found",
    ),
    (
        "command-not-found",
        ["./server"],
        127,
        "sh: ./server: not found",
    ),
    (
        "command-not-found",
        ["ledgerd"],
        127,
        "exec: line 6: ledgerd: not found",
    ),
    (
        "command-not-found",
        ["ledgerd"],
        127,
        "/usr/local/bin/docker-entrypoint.sh: exec: line 8: ledgerd: not found",
    ),
    (
        "command-not-found",
        ["ledgerd"],
        127,
        "/usr/local/bin/docker-entrypoint.sh: 8: exec: ledgerd: not found",
    ),
    (
        "command-not-found",
        ["ledgerd"],
        127,
        "/usr/local/bin/docker-php-entrypoint: 9: exec: ledgerd: not found",
    ),
    (
        "command-not-found",
        ["ledgerd"],
        127,
        "/entrypoint.sh: line 8: exec: ledgerd: not found",
    ),
    (
        "command-not-found",
        ["ledgerd"],
        127,
        "zsh:1: command not found: ledgerd",
    ),
    (
        "command-not-found",
        ["ledgerd"],
        127,
        "ksh: ledgerd: not found [No such file or directory]",
    ),
    (
        "command-not-found",
        ["ledgerd"],
        127,
        "timeout: failed to run command 'ledgerd': No such file or directory",
    ),
    (
        "command-not-found",
        ["ledgerd"],
        127,
        "nohup: can't execute 'ledgerd': No such file or directory",
    ),
    (
        "command-not-found",
        ["ledgerd"],
        127,
        "xargs: ledgerd: No such file or directory",
    ),
    (
        "command-not-found",
        ["ledgerd"],
        127,
        "env: 'ledgerd': No such file or directory",
    ),
    (
        "command-not-found",
        ["ledgerd"],
        127,
        "+ exec ledgerd --port 80\n/entrypoint.sh: line 9: exec: ledgerd: not found",
    ),
    (
        "command-not-executable",
        ["./run.sh"],
        126,
        "bash: ./run.sh: Permission denied",
    ),
    (
        "command-not-executable",
        ["/app/run.sh"],
        126,
        "/bin/sh: 1: /app/run.sh: Permission denied",
    ),
    (
        "command-not-executable",
        ["/app/run.sh"],
        126,
        "sh: /app/run.sh: Permission denied",
    ),
    (
        "command-not-executable",
        ["/app/run.sh"],
        126,
        "nice: '/app/run.sh': Permission denied",
    ),
    (
        "command-not-executable",
        ["/app/run.sh"],
        126,
        "env: '/app/run.sh': Permission denied",
    ),
    (
        "command-not-executable",
        ["/app"],
        126,
        "bash: line 1: /app: Is a directory",
    ),
    (
        "missing-file",
        ["/app/releases/0.1.0/sys.config"],
        1,
        "cat: can't open '/app/releases/0.1.0/sys.config': No such file or directory",
    ),
    (
        "missing-module",
        ["libtinfo.so.6"],
        127,
        "/app/erts-13.2/bin/beam.smp: error while loading shared libraries: libtinfo.so.6: cannot open "
        "shared object file: No such file or directory",
    ),
    (
        "missing-module",
        ["libcrypto.so.1.1"],
        1,
        '{"init terminating in do_boot",{load_failed,[crypto]}}\n'
        "=WARNING REPORT==== The on_load function for module crypto returned:\n"
        "{error,{load_failed,\"Failed to load NIF library: 'libcrypto.so.1.1: cannot open shared object file: "
        "No such file or directory'\"}}",
    ),
    (
        "bad-arguments",
        ["evall"],
        1,
        "ERROR: Unknown command evall\n"
        "Usage: depot COMMAND [ARGS]\n"
        "\n"
        "The known commands are:\n"
        "\n"
        "    start          Starts the system",
    ),
    (
        "unhandled-exception",
        [],
        1,
        "[error] GenServer Depot.Cache terminating\n"
        "** (stop) exited in: GenServer.call(Depot.Repo, :x, 5000)\n"
        "    ** (EXIT) no process: the process is not alive or there's no process currently associated with "
        "the given name\n"
        "Kernel pid terminated (application_controller) "
        "({application_start_failure,depot,{{shutdown,{failed_to_start_child,'Elixir.Depot.Cache',noproc}},{'"
        "Elixir.Depot.Application',start,[normal,[]]}}})",
    ),
    (
        "connection-refused",
        [],
        1,
        "Kernel pid terminated (application_controller) "
        "({application_start_failure,depot,{{shutdown,{failed_to_start_child,'Elixir.Depot.Store',econnrefuse"
        "d}},{'Elixir.Depot.Application',start,[normal,[]]}}})",
    ),
    (
        "missing-file",
        ["/etc/kong/kong.conf"],
        1,
        "Error: no file at: /etc/kong/kong.conf",
    ),
    (
        "invalid-configuration",
        [],
        1,
        "Error: error parsing declarative config file /kong/declarative/kong.yml:\n"
        "in 'services':\n"
        "  - in entry 1 of 'services':\n"
        "    in 'host': required field missing",
    ),
    (
        "missing-module",
        ["HTTP"],
        1,
        "ERROR: LoadError: ArgumentError: Package HTTP not found in current path.\n"
        '- Run `import Pkg; Pkg.add("HTTP")` to install the HTTP package.\n'
        "Stacktrace:\n"
        " [1] macro expansion\n"
        "   @ ./loading.jl:1772 [inlined]",
    ),
    (
        "missing-file",
        ["/data/x.csv"],
        1,
        'ERROR: LoadError: SystemError: opening file "/data/x.csv": No such file or directory\n'
        "Stacktrace:\n"
        " [1] systemerror(p::String, errno::Int32; extrainfo::Nothing)",
    ),
    (
        "missing-env-var",
        ["TOKEN_URL"],
        1,
        'ERROR: LoadError: KeyError: key "TOKEN_URL" not found\n'
        "Stacktrace:\n"
        ' [1] (::Base.var"#683#684")(k::String)\n'
        "   @ Base ./env.jl:101\n"
        " [2] access_env\n"
        "   @ ./env.jl:61 [inlined]",
    ),
    (
        "unhandled-exception",
        [],
        1,
        "ERROR: LoadError: UndefVarError: `rates` not defined\n"
        "Stacktrace:\n"
        " [1] top-level scope\n"
        "   @ /app/main.jl:3\n"
        "in expression starting at /app/main.jl:3",
    ),
    (
        "permission-denied",
        ["/var/run/crond.pid"],
        1,
        "cron: can't open or create /var/run/crond.pid: Permission denied",
    ),
    (
        "permission-denied",
        [],
        1,
        "cron: seteuid: Operation not permitted",
    ),
    (
        "missing-file",
        ["/run/sshd"],
        255,
        "Missing privilege separation directory: /run/sshd",
    ),
    (
        "missing-file",
        ["/etc/ssh/ssh_host_rsa_key"],
        1,
        "Unable to load host key: /etc/ssh/ssh_host_rsa_key\nsshd: no hostkeys available -- exiting.",
    ),
    (
        "command-not-found",
        ["/usr/bin/ledgerd"],
        1,
        "2026-03-04 10:00:00,123 INFO spawnerr: can't find command '/usr/bin/ledgerd'\n"
        "2026-03-04 10:00:01,123 INFO gave up: web entered FATAL state, too many start retries too quickly",
    ),
    (
        "missing-file",
        ["/etc/supervisor/conf.d/web.conf"],
        2,
        "Error: could not find config file /etc/supervisor/conf.d/web.conf\nFor help, use /usr/bin/supervisord -h",
    ),
    (
        "connection-refused",
        ["ledger-db", "5432"],
        1,
        "error: dial tcp: connect: ledger-db:5432: connection refused",
    ),
    (
        "database-not-ready",
        ["20260101"],
        1,
        "error: Dirty database version 20260101. Fix and force version.",
    ),
    (
        "missing-file",
        ["/migrations"],
        1,
        "error: open /migrations: no such file or directory",
    ),
    (
        "authentication-failed",
        ["clerk"],
        1,
        'error: pq: password authentication failed for user "clerk"',
    ),
    (
        "invalid-configuration",
        [],
        1,
        "error: database driver: unknown driver postgress (forgotten import?)",
    ),
    (
        "missing-file",
        ["/etc/tls/tls.key"],
        1,
        'Can\'t open "/etc/tls/tls.key" for reading, No such file or directory\n'
        "40B7:error:80000002:system library:BIO_new_file:No such file or "
        "directory:../crypto/bio/bss_file.c:67:calling fopen(/etc/tls/tls.key, r)",
    ),
    (
        "permission-denied",
        ["/etc/tls/tls.key"],
        1,
        'Can\'t open "/etc/tls/tls.key" for reading, Permission denied\n'
        "40B7:error:8000000D:system library:BIO_new_file:Permission "
        "denied:../crypto/bio/bss_file.c:67:calling fopen(/etc/tls/tls.key, r)",
    ),
    (
        "invalid-configuration",
        ["password was incorrect"],
        1,
        "keytool error: java.io.IOException: keystore password was incorrect",
    ),
    (
        "missing-env-var",
        ["DB_DSN"],
        1,
        'level=fatal ts=2026-03-04T10:00:00Z msg="DB_DSN must be set"',
    ),
    (
        "missing-env-var",
        ["DB_DSN"],
        1,
        "\x1b[31m✖ DB_DSN is not defined\x1b[0m",
    ),
    (
        "missing-env-var",
        ["DB_DSN"],
        1,
        "[2026-03-04T10:00:00+00:00] FATAL: required variable DB_DSN is unset",
    ),
    (
        "missing-env-var",
        ["DB_DSN"],
        78,
        "DB_DSN unset; aborting",
    ),
    (
        "missing-file",
        ["/config/app.yaml"],
        1,
        "\x1b[1;31mError:\x1b[0m config file /config/app.yaml is missing",
    ),
    (
        "permission-denied",
        ["/data"],
        1,
        "ERROR: cannot write to /data as uid 1000; check fsGroup",
    ),
    (
        "connection-refused",
        ["ledger-db", "5432"],
        1,
        "[init] ledger-db:5432 not reachable after 60s, exiting",
    ),
]

# What looks like one of these and is none of them: with what the container ended, and what it printed.
NOTHING_OF_IT = [
    # it waited, and what it waited for came
    (1, "waiting for ledger-db:5432\nwaiting for ledger-db:5432\nledger-db:5432 is up\nbatch 3 went wrong\n"),
    # a server that waits for clients
    (1, "Waiting for connections on 0.0.0.0:8080\nWaiting for connections on 0.0.0.0:8080\nbye\n"),
    (1, "waiting for requests at http://web:8080\nwaiting for requests at http://web:8080\n"),
    # a login that a server turned away, and other prose with the words of a tool
    (1, "Invalid user admin from 10.0.0.9 port 40112\nstopping\n"),
    (1, "the link does not resolve\nstopping\n"),
    (1, "rates.current does not resolve to a table\nstopping\n"),
    (1, "ERROR: 1: syntax error"),
    (1, "2026-03-04 10:00:00.000 UTC [71] clerk@depot ERROR:  permission denied for table waybills\nstopping\n"),
    # the line of a usage that speaks of errors
    (
        3,
        "rates: what now?\n\n  -T, --target   Refuse to copy if DEST is a directory\n  -k, --insecure  No such file is no error\n",
    ),
    # what is not there is not needed
    (1, "WARN /etc/depot/override.yaml not found, using defaults\nbatch 3 went wrong\n"),
    (1, "cat: /etc/depot/override.conf: No such file or directory, skipping\nbatch 3 went wrong\n"),
    (
        1,
        "cat: /etc/depot/a.conf: No such file or directory\nno settings, going on\nrow 1 loaded\nrow 2 loaded\nrow 3 is odd\n",
    ),
    (
        1,
        "ERROR cache: connect to cache:6379: Connection refused\nWARN cache: continuing without it\nINFO row 1 loaded\n"
        "INFO row 2 loaded\nrow 3 is odd\n",
    ),
    # a warning of Perl
    (3, "Use of uninitialized value $x in addition (+) at /app/rates.pl line 3.\n"),
    # a script goes on after what failed in it
    (3, 'sh: 1: arithmetic expression: expecting primary: " + 1"'),
    (1, "/run.sh: line 3: [: 10x: integer expression expected"),
    (1, "chmod: /data: Operation not permitted\nstarting the service\n" + "row loaded\n" * 60 + "checksum of row 7 differs"),
    (1, "sh: git: not found\nno version known\n" + "row loaded\n" * 10 + "checksum of row 7 differs"),
    (
        1,
        "nc: connect to ledger-db port 5432 (tcp) failed: Connection refused\nnc: connect to ledger-db port 5432 (tcp) failed: Connection refused\nConnection to ledger-db 5432 port [tcp/postgresql] succeeded!\n"
        + "row loaded\n" * 45
        + "checksum of row 7 differs",
    ),
]


def _end(code):
    return {"exit_code": code} if code is not None else {"state": "running"}


@pytest.mark.parametrize(("cause", "mentions", "code", "text"), SAID, ids=[text.strip()[:60] for *_, text in SAID])
def test_the_verdict_on_a_log(cause, mentions, code, text):
    diagnosis = diagnose(snapshot(text, **_end(code)))
    assert diagnosis.verdict == cause
    finding = diagnosis.verdicts[0].finding
    told = "\n".join([finding.message, *(evidence.value for evidence in finding.evidence if evidence.line is not None)])
    assert [mention for mention in mentions if mention not in told] == []


@pytest.mark.parametrize(("code", "text"), NOTHING_OF_IT, ids=[text[:40] for _, text in NOTHING_OF_IT])
def test_the_log_does_not_tell(code, text):
    assert diagnose(snapshot(text, **_end(code))).verdict == "silent-exit"


@pytest.mark.parametrize("text", ["waiting for ledger-db:5432\n" * 5, SAID[0][-1] * 3])
def test_a_ready_pod_is_healthy_whatever_it_prints(text):
    assert diagnose(snapshot(text, state="ready")).verdict == "healthy"


def test_a_script_that_comes_from_a_config_map_is_configuration():
    text = "starting\n/scripts/run.sh: line 4: syntax error near unexpected token `done'\n"
    mounted = {"volumeMounts": [{"name": "scripts", "mountPath": "/scripts"}]}
    volumes = {"volumes": [{"name": "scripts", "configMap": {"name": "scripts"}}]}
    assert diagnose(snapshot(text, exit_code=2)).verdict == "unhandled-exception"
    assert diagnose(snapshot(text, mounted, spec=volumes, exit_code=2)).verdict == "invalid-configuration"


def test_a_shell_says_not_found_of_a_script_whose_interpreter_is_not_there():
    text = "/bin/sh: 1: /scripts/run.sh: not found"
    mounted = {"volumeMounts": [{"name": "scripts", "mountPath": "/scripts"}]}
    volumes = {"volumes": [{"name": "scripts", "configMap": {"name": "scripts"}}]}
    script = {"kind": "ConfigMap", "metadata": {"name": "scripts"}, "data": {"run.sh": "#!/bin/bash\necho rates\n"}}
    assert diagnose(snapshot(text, exit_code=127)).verdict == "command-not-found"
    found = diagnose(snapshot(text, mounted, objects=[script], spec=volumes, exit_code=127))
    assert found.verdict == "interpreter-not-found"
    assert "/bin/bash" in found.verdicts[0].finding.message


@pytest.mark.parametrize(
    ("command", "code", "words"),
    [
        (["curl", "-sf", "http://tariffs/healthz"], 7, "of curl: no connection to the host"),
        (
            ["sh", "-c", "set -e; mkdir -p /tmp/x; /usr/bin/wget -qO /tmp/x/y http://tariffs/v1"],
            8,
            "of wget: the server answered",
        ),
        (["sh", "-c", "curl -sf http://tariffs | grep -q open"], 1, "of grep: no line"),
        (["/srv/curler", "7"], 7, "ends with exit code 7 after"),
    ],
)
def test_the_exit_code_of_a_client_that_says_nothing(command, code, words):
    diagnosis = diagnose(snapshot("", {"command": command}, exit_code=code))
    assert diagnosis.verdict == "silent-exit"
    assert words in diagnosis.verdicts[0].finding.message


@pytest.mark.parametrize(
    "text",
    [
        "cat: /etc/depot/a.conf: No such file or directory\nusing what is built in\nexported 12 rows\ndone",
        "curl: (7) Failed to connect to tariffs port 80 after 1 ms: Connection refused\ntrying the mirror\nfetched 10 rates",
        "chown: changing ownership of '/data': Operation not permitted\nall files are in place",
        'Traceback (most recent call last):\n  File "/a.py", line 1, in <module>\nValueError: x\nrow 7 was left out',
    ],
)
def test_a_process_that_goes_on_and_ends_well_did_not_fail_of_it(text):
    assert diagnose(snapshot(text, exit_code=0)).verdict == "completed-and-restarted"


def test_a_clean_end_is_explained_by_what_is_said_right_before_it():
    text = "cat: /etc/depot/a.conf: No such file or directory\nno settings, exiting"
    assert diagnose(snapshot(text, exit_code=0)).verdict == "missing-file"
