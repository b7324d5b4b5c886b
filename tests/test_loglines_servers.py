"""What servers and stores write when they themselves fail to start."""

import pytest

from kubectl_why.causes.loglines.choice import best
from kubectl_why.causes.loglines.signs import matches
from kubectl_why.snapshot import Log

# Cause, what is named, and the text.
SAID = [
    ("invalid-configuration", {"key": "proxy_passs", "file": "/etc/nginx/conf.d/default.conf", "line": "4"}, "2026/11/22 01:30:07 [emerg] 1#1: unknown directive \"proxy_passs\" in /etc/nginx/conf.d/default.conf:4"),
    ("invalid-configuration", {"key": "client_max_body_size", "file": "/etc/nginx/conf.d/default.conf", "line": "3"}, "nginx: [emerg] \"client_max_body_size\" directive invalid value in /etc/nginx/conf.d/default.conf:3"),
    ("invalid-configuration", {"file": "/etc/nginx/nginx.conf", "line": "30"}, "nginx: [emerg] unexpected end of file, expecting \";\" or \"}\" in /etc/nginx/nginx.conf:30"),
    ("invalid-configuration", {"key": "listen", "file": "/etc/nginx/nginx.conf", "line": "3"}, "nginx: [emerg] invalid number of arguments in \"listen\" directive in /etc/nginx/nginx.conf:3"),
    ("invalid-configuration", {"key": "server", "file": "/etc/nginx/nginx.conf", "line": "1"}, "nginx: [emerg] \"server\" directive is not allowed here in /etc/nginx/nginx.conf:1"),
    ("invalid-configuration", {"key": "root", "file": "/etc/nginx/nginx.conf", "line": "9"}, "nginx: [emerg] directive \"root\" is not terminated by \";\" in /etc/nginx/nginx.conf:9"),
    ("missing-file", {"file": "/etc/nginx/mime.types"}, "nginx: [emerg] open() \"/etc/nginx/mime.types\" failed (2: No such file or directory) in /etc/nginx/nginx.conf:8"),
    ("permission-denied", {"file": "/var/cache/nginx/client_temp"}, "2026/11/22 01:30:07 [emerg] 1#1: mkdir() \"/var/cache/nginx/client_temp\" failed (13: Permission denied)"),
    ("read-only-filesystem", {"file": "/var/cache/nginx/client_temp"}, "2026/11/22 01:30:07 [emerg] 1#1: mkdir() \"/var/cache/nginx/client_temp\" failed (30: Read-only file system)"),
    ("privileged-port-denied", {"port": "80"}, "2026/11/22 01:39:09 [emerg] 1#1: bind() to 0.0.0.0:80 failed (13: Permission denied)"),
    ("port-in-use", {"port": "8080"}, "2026/11/22 01:39:09 [emerg] 1#1: bind() to [::]:8080 failed (98: Address already in use)"),
    ("missing-file", {"file": "/etc/tls/tls.crt"}, "2026/11/22 01:39:09 [emerg] 1#1: cannot load certificate \"/etc/tls/tls.crt\": BIO_new_file() failed (SSL: error:02001002:system library:fopen:No such file or directory:fopen('/etc/tls/tls.crt','r'))"),
    ("", {}, "2026/11/22 01:39:09 [error] 7#7: *1 open() \"/usr/share/nginx/html/favicon.ico\" failed (2: No such file or directory), client: 10.0.0.1"),
    ("permission-denied", {"file": "/var/cache/nginx/client_temp"}, "2026/11/22 01:39:09 [emerg] 1#1: chown(\"/var/cache/nginx/client_temp\", 101) failed (1: Operation not permitted)"),
    ("invalid-configuration", {"line": "12", "file": "/usr/local/apache2/conf/httpd.conf", "key": "ProxyPas"}, "AH00526: Syntax error on line 12 of /usr/local/apache2/conf/httpd.conf:\nInvalid command 'ProxyPas', perhaps misspelled or defined by a module not included in the server configuration"),
    ("privileged-port-denied", {"port": "80"}, "(13)Permission denied: AH00072: make_sock: could not bind to address [::]:80"),
    ("invalid-configuration", {"file": "/usr/local/etc/haproxy/haproxy.cfg", "line": "12", "key": "bindd"}, "[ALERT]    (1) : config : parsing [/usr/local/etc/haproxy/haproxy.cfg:12] : unknown keyword 'bindd' in 'frontend' section"),
    ("privileged-port-denied", {"port": "80"}, "[ALERT]    (1) : Starting frontend web: cannot bind socket (Permission denied) for [0.0.0.0:80]"),
    ("invalid-configuration", {"file": "/etc/envoy/envoy.yaml"}, "[2026-11-22 10:00:00.000][1][critical][main] [source/server/server.cc:131] error initializing configuration '/etc/envoy/envoy.yaml': Protobuf message (type envoy.config.bootstrap.v3.Bootstrap reason INVALID_ARGUMENT:(x)) has unknown fields"),
    ("invalid-configuration", {"key": "max_conections"}, "2026-11-22 01:35:38.882 GMT [1] FATAL:  unrecognized configuration parameter \"max_conections\""),
    ("invalid-configuration", {"key": "shared_buffers"}, "2026-11-22 01:35:38.882 GMT [1] LOG:  invalid value for parameter \"shared_buffers\": \"128XB\""),
    ("data-directory-unusable", {"file": "/var/lib/postgresql/data"}, "initdb: error: directory \"/var/lib/postgresql/data\" exists but is not empty\ninitdb: detail: It contains a lost+found directory, perhaps due to it being a mount point.\ninitdb: hint: Using a mount point directly as the data directory is not recommended."),
    ("data-directory-unusable", {"file": "/var/lib/postgresql/data"}, "initdb: error: directory \"/var/lib/postgresql/data\" exists but is not empty\nIt contains a lost+found directory, perhaps due to it being a mount point."),
    ("data-directory-unusable", {"found": "13", "needed": "16.1"}, "2026-11-22 10:00:00.000 UTC [1] FATAL:  database files are incompatible with server\n2026-11-22 10:00:00.000 UTC [1] DETAIL:  The data directory was initialized by PostgreSQL version 13, which is not compatible with this version 16.1."),
    ("data-directory-unusable", {"file": "/var/lib/postgresql/data"}, "2026-11-22 10:00:00.000 UTC [1] FATAL:  data directory \"/var/lib/postgresql/data\" has wrong ownership\n2026-11-22 10:00:00.000 UTC [1] HINT:  The server must be started by the user that owns the data directory."),
    ("missing-env-var", {"variable": "POSTGRES_PASSWORD"}, "Error: Database is uninitialized and superuser password is not specified.\n       You must specify POSTGRES_PASSWORD to a non-empty value for the\n       superuser."),
    ("invalid-configuration", {"key": "max_conections"}, "2026-11-22T10:00:00.000000Z 0 [ERROR] [MY-000067] [Server] unknown variable 'max_conections=10'."),
    ("permission-denied", {"file": "/var/lib/mysql/"}, "2026-11-22T10:00:00.000000Z 0 [ERROR] [MY-013276] [Server] Failed to set datadir to '/var/lib/mysql/' (OS errno: 13 - Permission denied)"),
    ("data-directory-unusable", {}, "2026-11-22T10:00:00.000000Z 0 [ERROR] [MY-010457] [Server] --initialize specified but the data directory has files in it. Aborting."),
    ("data-directory-unusable", {"file": "./ibdata1"}, "2026-11-22T10:00:00.000000Z 1 [ERROR] [MY-012574] [InnoDB] Unable to lock ./ibdata1 error: 11"),
    ("invalid-configuration", {"line": "3", "key": "maxmemry"}, "*** FATAL CONFIG FILE ERROR (Redis 7.0.15) ***\nReading the configuration file, at line 3\n>>> 'maxmemry 10mb'\nBad directive or wrong number of arguments"),
    ("permission-denied", {"file": "appendonlydir"}, "1:M 22 Nov 2026 01:30:29.805 # Can't open or create append-only dir appendonlydir: Permission denied"),
    ("data-directory-unusable", {"found": "11"}, "1:M 22 Nov 2026 01:30:29.805 # Can't handle RDB format version 11"),
    ("port-in-use", {"port": "6379"}, "1:M 22 Nov 2026 01:30:29.805 # Warning: Could not create server TCP listening socket *:6379: bind: Address already in use"),
    ("data-directory-unusable", {"file": "/data/db/mongod.lock"}, "{\"t\":{\"$date\":\"2026-11-22T10:00:00.000+00:00\"},\"s\":\"E\",  \"c\":\"CONTROL\",  \"id\":20557,   \"ctx\":\"initandlisten\",\"msg\":\"DBException in initAndListen, terminating\",\"attr\":{\"error\":\"DBPathInUse: Unable to lock the lock file: /data/db/mongod.lock (Resource temporarily unavailable). Another mongod instance is already running on the /data/db directory\"}}"),
    ("permission-denied", {"file": "/data/db"}, "{\"t\":{\"$date\":\"2026-11-22T10:00:00.000+00:00\"},\"s\":\"E\",\"c\":\"CONTROL\",\"id\":20557,\"ctx\":\"initandlisten\",\"msg\":\"DBException in initAndListen, terminating\",\"attr\":{\"error\":\"Location28596: Unable to determine status of lock file in the data directory /data/db: boost::filesystem::status: Permission denied [system:13]: \\\"/data/db/mongod.lock\\\"\"}}"),
    ("data-directory-unusable", {"file": "/var/lib/kafka/data/lost+found"}, "kafka.common.KafkaException: Found directory /var/lib/kafka/data/lost+found, 'lost+found' is not in the form of topic-partition or topic-partition.uniqueId-delete (if marked for deletion)."),
    ("data-directory-unusable", {"needed": "abc", "found": "def"}, "kafka.common.InconsistentClusterIdException: The Cluster ID abc doesn't match stored clusterId Some(def) in meta.properties. The broker is trying to join the wrong cluster."),
    ("invalid-configuration", {"key": "security.protocol"}, "org.apache.kafka.common.config.ConfigException: Invalid value plain for configuration security.protocol: String must be one of: PLAINTEXT, SSL"),
    ("data-directory-unusable", {"file": "/usr/share/elasticsearch/data"}, "java.lang.IllegalStateException: failed to obtain node locks, tried [[/usr/share/elasticsearch/data]] with lock id [0]; maybe these locations are not writable or multiple nodes were started without increasing [node.max_local_storage_nodes] (was [1])?"),
    ("too-many-open-files", {"found": "65530", "needed": "262144"}, "bootstrap check failure [1] of [1]: max virtual memory areas vm.max_map_count [65530] is too low, increase to at least [262144]"),
    ("invalid-configuration", {"key": "discovery.tpye"}, "java.lang.IllegalArgumentException: unknown setting [discovery.tpye] please check that any required plugins are installed"),
    ("permission-denied", {"file": "/var/lib/grafana"}, "GF_PATHS_DATA='/var/lib/grafana' is not writable."),
    ("invalid-configuration", {"file": "/etc/prometheus/prometheus.yml", "line": "5", "key": "scrape_confgs"}, "ts=2026-11-22T10:00:00.000Z caller=main.go:537 level=error msg=\"Error loading config (--config.file=/etc/prometheus/prometheus.yml)\" file=/etc/prometheus/prometheus.yml err=\"parsing YAML file /etc/prometheus/prometheus.yml: yaml: unmarshal errors:\\n  line 5: field scrape_confgs not found in type config.plain\""),
    ("invalid-configuration", {"file": "/etc/caddy/Caddyfile", "line": "3", "key": "reverse_prox"}, "Error: adapting config using caddyfile: /etc/caddy/Caddyfile:3: unrecognized directive: reverse_prox"),
    ("invalid-configuration", {"why": "unknown \"upstrm\" variable"}, "2026/11/22 01:35:19 [emerg] 1#1: unknown \"upstrm\" variable\nnginx: configuration file /etc/nginx/nginx.conf test failed"),
    ("port-in-use", {"port": "80"}, "nginx: [emerg] bind() to 0.0.0.0:80 failed (98: Address already in use)\n2026/11/22 01:35:19 [emerg] 1#1: still could not bind()"),
    ("invalid-configuration", {"key": "timeot", "line": "8"}, "[ALERT]    (1) : config : parsing [/etc/haproxy.cfg:8] : unknown keyword 'timeot' in 'defaults' section\n[ALERT]    (1) : config : Error(s) found in configuration file : /etc/haproxy.cfg\n[ALERT]    (1) : config : Fatal errors found in configuration."),
    ("invalid-configuration", {"key": "work_mem", "value": "4XB"}, "2026-11-22 01:35:19.003 GMT [1] LOG:  invalid value for parameter \"work_mem\": \"4XB\"\n2026-11-22 01:35:19.003 GMT [1] HINT:  Valid units for this parameter are \"B\", \"kB\", \"MB\".\n2026-11-22 01:35:19.003 GMT [1] FATAL:  configuration file \"/etc/postgresql/postgresql.conf\" contains errors"),
    ("data-directory-unusable", {"file": "/var/lib/postgresql/data"}, "Error: in 18+, these Docker images are configured to store database data in a\n       format which is compatible with \"pg_ctlcluster\".\n\n       Counter to that, there appears to be PostgreSQL data in:\n         /var/lib/postgresql/data\n\n       This is usually the result of upgrading the Docker image without"),
    ("permission-denied", {"file": "/etc/pg/tls/server.key"}, "2026-11-22 01:35:19.003 UTC [1] FATAL:  private key file \"/etc/pg/tls/server.key\" has group or world access"),
    ("permission-denied", {"file": "/var/lib/mysql"}, "2026-11-22T01:35:19.003Z 0 [ERROR] [MY-010460] [Server] --initialize specified but the data directory exists and is not writable. Aborting.\n2026-11-22T01:35:19.003Z 0 [ERROR] [MY-013236] [Server] The designated data directory /var/lib/mysql/ is unusable. You can remove all files that the server added to it.\n2026-11-22T01:35:19.003Z 0 [ERROR] [MY-010119] [Server] Aborting"),
    ("data-directory-unusable", {"found": "80403", "needed": "80035"}, "2026-11-22T01:35:19.003Z 1 [ERROR] [MY-014061] [Server] Invalid MySQL server downgrade: Cannot downgrade from 80403 to 80035. Downgrade is only permitted between patch releases.\n2026-11-22T01:35:19.003Z 0 [ERROR] [MY-010119] [Server] Aborting"),
    ("invalid-configuration", {"key": "advertised.listeners"}, "[2026-11-22 01:35:19,003] ERROR Exiting Kafka due to fatal exception (kafka.Kafka$)\njava.lang.IllegalArgumentException: requirement failed: advertised.listeners cannot use the nonroutable meta-address 0.0.0.0."),
    ("missing-file", {"file": "/data/myid"}, "2026-11-22 01:35:19,003 [myid:] - ERROR [main:QuorumPeerMain@98] - Invalid config, exiting abnormally\norg.apache.zookeeper.server.quorum.QuorumPeerConfig$ConfigException: Error processing /conf/zoo.cfg\n\tat org.apache.zookeeper.server.quorum.QuorumPeerConfig.parse(QuorumPeerConfig.java:156)\nCaused by: java.lang.IllegalArgumentException: /data/myid file is missing\n\t... 2 more\nInvalid config, exiting abnormally"),
    ("missing-file", {"file": "/fluent-bit/etc/fluent-bit.conf"}, "[2026/11/22 01:35:19] [error] [config] could not open configuration file /fluent-bit/etc/fluent-bit.conf\n[2026/11/22 01:35:19] [error] configuration file contains errors, aborting."),
    ("invalid-configuration", {"key": "otlpp"}, "Error: failed to get config: cannot unmarshal the configuration: decoding failed due to the following error(s):\n\nerror decoding 'receivers': unknown type: \"otlpp\" for id: \"otlpp\" (valid values: [otlp jaeger zipkin])"),
    ("bad-arguments", {"flag": "entrypoint"}, "2026-11-22T01:35:19Z ERR Command error error=\"failed to decode configuration from flags: field not found, node: entrypoint\""),
    ("dns-not-found", {"host": "rabbit-0.rabbit"}, "ERROR: epmd error for host rabbit-0.rabbit: nxdomain (non-existing domain)"),
]  # fmt: skip


@pytest.mark.parametrize(("cause", "names", "text"), SAID, ids=[text[:70] for *_, text in SAID])
def test_a_server_says_why_it_does_not_start(cause, names, text):
    log = Log("db", False, tuple(text.split("\n")))
    line = best(matches(log), log)
    assert (line.cause if line else "") == cause
    assert {name: line[name] for name in names} == names
