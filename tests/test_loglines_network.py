"""What clients of every language write when a peer fails them, and which peer that is."""

import time

import pytest

from kubectl_why.causes.loglines.choice import best
from kubectl_why.causes.loglines.levels import ERROR
from kubectl_why.causes.loglines.signs import OF_PEERS, matches
from kubectl_why.snapshot import Log

REFUSED, TIMEOUT, DNS = "connection-refused", "connection-timeout", "dns-not-found"
TLS, AUTH, DATABASE, RBAC = "tls-failure", "authentication-failed", "database-not-ready", "rbac-forbidden"


def log(text: str) -> Log:
    return Log("app", False, tuple(text.split("\n")))


# cause, host, port, and the text: a line, or the lines of one failure.
SAID = [
    # Python
    (REFUSED, "", "", "ConnectionRefusedError: [Errno 111] Connection refused"),
    # Node: the logger's own host is not the peer; what a dump names is
    (REFUSED, "", "", '{"level":50,"time":1,"pid":7,"hostname":"tills-6f4","err":{"code":"ECONNREFUSED"},"msg":"no queue"}'),
    (REFUSED, "", "", '{"name":"a","hostname":"tills-6f4","pid":7,"level":50,"msg":"redis: ECONNREFUSED","v":0}'),
    (REFUSED, "tills", "8080", "TypeError: Unable to connect\n  code: \"ECONNREFUSED\",\n  path: \"http://tills:8080/v1\","),
    (DNS, "tills.shop", "50051", "Error: 14 UNAVAILABLE: Name resolution failed for target dns:tills.shop:50051"),
    (DNS, "sentinel.shop", "", "Error: All sentinels are unreachable. Last error: getaddrinfo ENOTFOUND sentinel.shop"),
    (TIMEOUT, "", "", "Error: All sentinels are unreachable. Last error: connect ETIMEDOUT"),
    (REFUSED, "", "", "Error: All sentinels are unreachable and retry is disabled. Last error: Connection is closed."),
    (REFUSED, "10.96.3.3", "5432", "ConnectionRefusedError: [Errno 111] Connect call failed ('10.96.3.3', 5432)"),
    (REFUSED, "tills", "6379", "giving up: tills:6379 is not reachable"),
    (
        REFUSED,
        "tills",
        "8080",
        "Connecting to tills:8080 (10.96.3.3:8080)\nwget: can't connect to remote host (10.96.3.3): Connection refused",
    ),
    (TIMEOUT, "tills", "8080", "Connecting to tills:8080 (10.96.3.3:8080)\nwget: download timed out"),
    (TIMEOUT, "tills", "8080", "curl: (28) Failed to connect to tills port 8080 after 5001 ms: Timeout was reached"),
    (TIMEOUT, "tills", "3306", "ERROR 2003 (HY000): Can't connect to MySQL server on 'tills:3306' (110)"),
    (TIMEOUT, "tills", "3306", "wait-for-it.sh: timeout occurred after waiting 15 seconds for tills:3306"),
    (DNS, "", "", "curl: (28) Resolving timed out after 5000 milliseconds"),
    (TIMEOUT, "", "", "DOMException [TimeoutError]: The operation was aborted due to timeout"),
    (TIMEOUT, "tills", "50051", "ERROR tills:50051: Deadline Exceeded"),
    (DATABASE, "", "", "ERROR You have 18 unapplied migration(s). Refusing to start."),
    (
        RBAC,
        "",
        "",
        r'Body: "{\"message\":\"pods is forbidden: User \\\"system:serviceaccount:a:b\\\" cannot list resource \\\"pods\\\" in API group'
        r' \\\"\\\" in the namespace \\\"a\\\"\"}\n"',
    ),
    (REFUSED, "till-cache", "6379", "redis.exceptions.ConnectionError: Error 111 connecting to till-cache:6379. Connection refused."),
    (
        REFUSED,
        "menu-api",
        "8080",
        "requests.exceptions.ConnectionError: HTTPConnectionPool(host='menu-api', port=8080): Max retries exceeded with url: /v1"
        " (Caused by NewConnectionError('<urllib3.connection.HTTPConnection object at 0x7f1>: Failed to establish a new connection:"
        " [Errno 111] Connection refused'))",
    ),
    (REFUSED, "menu-db", "5432", 'psycopg2.OperationalError: connection to server at "menu-db" (10.96.3.4), port 5432 failed: Connection refused'),
    (REFUSED, "menu-db", "5432", 'could not connect to server: Connection refused\n\tIs the server running on host "menu-db" (10.96.3.4) and accepting\n\tTCP/IP connections on port 5432?'),
    (REFUSED, "menu-mysql", "3306", "pymysql.err.OperationalError: (2003, \"Can't connect to MySQL server on 'menu-mysql:3306' ([Errno 111] Connection refused)\")"),
    (REFUSED, "menu-mysql", "", "MySQLdb.OperationalError: (2002, \"Can't connect to server on 'menu-mysql' (111)\")"),
    (REFUSED, "menu-mongo", "27017", "pymongo.errors.ServerSelectionTimeoutError: menu-mongo:27017: [Errno 111] Connection refused (configured timeouts: socketTimeoutMS: 20000.0ms), Timeout: 30s"),
    (REFUSED, "bunny", "5672", "[2026-11-22 10:00:00,123: ERROR/MainProcess] consumer: Cannot connect to amqp://shop:**@bunny:5672//: [Errno 111] Connection refused."),
    (REFUSED, "", "", "kafka.errors.NoBrokersAvailable: NoBrokersAvailable"),
    (REFUSED, "log-kafka", "9092", "%3|1795310997.459|FAIL|rdkafka#producer-1| [thrd:log-kafka:9092/bootstrap]: log-kafka:9092/bootstrap: Connect to ipv4#10.96.1.9:9092 failed: Connection refused (after 2ms in state CONNECT)"),
    (REFUSED, "menu-api", "80", "aiohttp.client_exceptions.ClientConnectorError: Cannot connect to host menu-api:80 ssl:default [Connect call failed ('10.96.4.4', 80)] Connection refused"),
    (DNS, "menu-dbb", "", 'psycopg2.OperationalError: could not translate host name "menu-dbb" to address: Name or service not known'),
    (DNS, "menu-dbb", "", "psycopg.OperationalError: failed to resolve host 'menu-dbb': [Errno -2] Name or service not known"),
    (DNS, "", "", "socket.gaierror: [Errno -3] Temporary failure in name resolution"),
    (DNS, "till-cash", "6379", "redis.exceptions.ConnectionError: Error -2 connecting to till-cash:6379. Name or service not known."),
    (DNS, "menu-apo", "8080", "urllib3.exceptions.NameResolutionError: <urllib3.connection.HTTPConnection object at 0x7f>: Failed to resolve 'menu-apo' ([Errno -2] Name or service not known)\nrequests.exceptions.ConnectionError: HTTPConnectionPool(host='menu-apo', port=8080): Max retries exceeded with url: / (Caused by NameResolutionError(\"<urllib3.connection.HTTPConnection object at 0x7f>: Failed to resolve 'menu-apo' ([Errno -2] Name or service not known)\"))"),
    (DNS, "menu-sql", "", "pymysql.err.OperationalError: (2003, \"Can't connect to MySQL server on 'menu-sql' ([Errno -2] Name or service not known)\")"),
    (DNS, "menu-mongo", "27017", "pymongo.errors.ServerSelectionTimeoutError: menu-mongo:27017: [Errno -2] Name or service not known (configured timeouts: socketTimeoutMS: 20000.0ms)"),
    (DNS, "menu-apo", "80", "aiohttp.client_exceptions.ClientConnectorDNSError: Cannot connect to host menu-apo:80 ssl:default [Name or service not known]"),
    (TIMEOUT, "", "", "psycopg.errors.ConnectionTimeout: connection timeout expired"),
    (TIMEOUT, "menu-api", "8080", "requests.exceptions.ReadTimeout: HTTPConnectionPool(host='menu-api', port=8080): Read timed out. (read timeout=5)"),
    (TIMEOUT, "menu-api", "8080", "requests.exceptions.ConnectTimeout: HTTPConnectionPool(host='menu-api', port=8080): Max retries exceeded with url: / (Caused by ConnectTimeoutError(<urllib3.connection.HTTPConnection object at 0x7f>, 'Connection to menu-api timed out. (connect timeout=3)'))"),
    (TIMEOUT, "menu-db", "5432", 'psycopg2.OperationalError: connection to server at "menu-db" (10.96.3.4), port 5432 failed: Connection timed out'),
    (TIMEOUT, "", "", "redis.exceptions.TimeoutError: Timeout connecting to server"),
    (TIMEOUT, "", "", "asyncio.exceptions.TimeoutError"),
    (TIMEOUT, "", "", "httpx.ConnectTimeout: timed out"),
    (AUTH, "menu-db", "5432", 'psycopg2.OperationalError: connection to server at "menu-db" (10.96.3.4), port 5432 failed: FATAL:  password authentication failed for user "menu"'),
    (AUTH, "", "", "redis.exceptions.AuthenticationError: invalid username-password pair or user is disabled."),
    (AUTH, "", "", "pymysql.err.OperationalError: (1045, \"Access denied for user 'menu'@'10.88.0.9' (using password: YES)\")"),
    (AUTH, "menu-api", "80", "requests.exceptions.HTTPError: 401 Client Error: Unauthorized for url: http://menu-api/v1/items"),
    (AUTH, "", "", "pymongo.errors.OperationFailure: Authentication failed., full error: {'ok': 0.0, 'code': 18, 'codeName': 'AuthenticationFailed'}"),
    (AUTH, "", "", "pika.exceptions.ProbableAuthenticationError: ConnectionClosedByBroker: (403) 'ACCESS_REFUSED - Login was refused using authentication mechanism PLAIN.'"),
    (DATABASE, "menu-db", "5432", 'psycopg2.OperationalError: connection to server at "menu-db" (10.96.3.4), port 5432 failed: FATAL:  database "menus" does not exist'),
    (DATABASE, "", "", 'django.db.utils.ProgrammingError: relation "menu_item" does not exist'),
    (DATABASE, "", "", "pymysql.err.OperationalError: (1049, \"Unknown database 'menus'\")"),
    (DATABASE, "", "", "sqlite3.OperationalError: no such table: items"),
    (DATABASE, "", "", "psycopg2.OperationalError: FATAL:  the database system is starting up"),
    (TLS, "", "", "ssl.SSLCertVerificationError: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: self-signed certificate (_ssl.c:1006)"),
    (TLS, "menu-api", "443", "requests.exceptions.SSLError: HTTPSConnectionPool(host='menu-api', port=443): Max retries exceeded with url: / (Caused by SSLError(SSLError(1, '[SSL: WRONG_VERSION_NUMBER] wrong version number (_ssl.c:1006)')))"),
    (RBAC, "", "", "kubernetes.client.exceptions.ApiException: (403)"),
    # Node
    (REFUSED, "10.96.7.7", "6379", "Error: connect ECONNREFUSED 10.96.7.7:6379"),
    (REFUSED, "::1", "6379", "Error: connect ECONNREFUSED ::1:6379"),
    (REFUSED, "10.96.7.7", "27017", "MongooseServerSelectionError: connect ECONNREFUSED 10.96.7.7:27017"),
    (REFUSED, "menu-api", "3001", "FetchError: request to http://menu-api:3001/items failed, reason: connect ECONNREFUSED 10.96.7.7:3001"),
    (REFUSED, "menu-db", "5432", "Error: P1001: Can't reach database server at `menu-db:5432`"),
    (REFUSED, "menu-db", "5432", "PrismaClientInitializationError: Can't reach database server at `menu-db`:`5432`"),
    (REFUSED, "log-kafka", "9092", '{"level":"ERROR","timestamp":"2026-11-22T10:00:00.000Z","logger":"kafkajs","message":"[Connection] Connection error: connect ECONNREFUSED 10.96.1.9:9092","broker":"log-kafka:9092","clientId":"menu"}'),
    (REFUSED, "", "", "SequelizeConnectionRefusedError: connect ECONNREFUSED"),
    (REFUSED, "", "", "Error: socket hang up"),
    (REFUSED, "", "", "Error: read ECONNRESET"),
    (DNS, "menu-apo", "", "Error: getaddrinfo ENOTFOUND menu-apo"),
    (DNS, "menu-apo", "", "TypeError: fetch failed\n    at node:internal/deps/undici/undici:12618:11 {\n  cause: Error: getaddrinfo EAI_AGAIN menu-apo"),
    (DNS, "cluster0.abcde.mongodb.net", "", "Error: querySrv ENOTFOUND _mongodb._tcp.cluster0.abcde.mongodb.net"),
    (DNS, "till-cash", "6379", "[ioredis] Unhandled error event: Error: getaddrinfo ENOTFOUND till-cash:6379"),
    (DNS, "menu-dbb", "", "SequelizeHostNotFoundError: getaddrinfo ENOTFOUND menu-dbb"),
    (TIMEOUT, "10.96.7.7", "5432", "Error: connect ETIMEDOUT 10.96.7.7:5432"),
    (TIMEOUT, "10.96.7.7", "5432", "Error: connect EHOSTUNREACH 10.96.7.7:5432"),
    (TIMEOUT, "", "", "AxiosError: timeout of 5000ms exceeded"),
    (TIMEOUT, "menu-api", "443", "ConnectTimeoutError: Connect Timeout Error (attempted address: menu-api:443, timeout: 10000ms)"),
    (TIMEOUT, "", "", "MongoServerSelectionError: Server selection timed out after 30000 ms"),
    (TIMEOUT, "", "", "MongooseError: Operation `users.findOne()` buffering timed out after 10000ms"),
    (TIMEOUT, "", "", "KnexTimeoutError: Knex: Timeout acquiring a connection. The pool is probably full."),
    (TIMEOUT, "", "", "Error: Connection terminated due to connection timeout"),
    (AUTH, "", "", 'error: password authentication failed for user "menu"'),
    (AUTH, "", "", "ReplyError: NOAUTH Authentication required."),
    (AUTH, "", "", "ReplyError: WRONGPASS invalid username-password pair or user is disabled."),
    (AUTH, "", "", "MongoServerError: Authentication failed."),
    (AUTH, "", "", "Error: ER_ACCESS_DENIED_ERROR: Access denied for user 'menu'@'10.88.0.9' (using password: NO)"),
    (AUTH, "", "", "Error: SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be a string"),
    (AUTH, "", "", 'Error: Handshake terminated by server: 403 (ACCESS-REFUSED) with message "ACCESS_REFUSED - Login was refused"'),
    (AUTH, "", "", "AxiosError: Request failed with status code 401"),
    (AUTH, "menu-db", "", "Error: P1000: Authentication failed against database server at `menu-db`, the provided database credentials for `menu` are not valid."),
    (DATABASE, "", "", 'error: database "menus" does not exist'),
    (DATABASE, "menu-db", "5432", "Error: P1003: Database `menus` does not exist on the database server at `menu-db:5432`."),
    (DATABASE, "", "", "Error: ER_NO_SUCH_TABLE: Table 'menu.items' doesn't exist"),
    (TLS, "menu-api", "", "Error [ERR_TLS_CERT_ALTNAME_INVALID]: Hostname/IP does not match certificate's altnames: Host: menu-api. is not in the cert's altnames: DNS:menu.example.com"),
    (TLS, "", "", "Error: certificate has expired"),
    (TLS, "", "", "Error: self-signed certificate in certificate chain"),
    (TLS, "", "", "Error: unable to verify the first certificate"),
    (TLS, "", "", "Error: write EPROTO 140:error:0A00010B:SSL routines:ssl3_get_record:wrong version number:../deps/openssl/ssl/record/ssl3_record.c:354:"),
    # the JVM
    (REFUSED, "", "", "Caused by: java.net.ConnectException: Connection refused (Connection refused)"),
    (
        REFUSED,
        "menu-db",
        "5432",
        'Exception in thread "main" org.postgresql.util.PSQLException: Connection to menu-db:5432 refused. Check that the hostname and port are correct and that the postmaster is accepting TCP/IP connections.\n\tat org.postgresql.core.v3.ConnectionFactoryImpl.openConnectionImpl(ConnectionFactoryImpl.java:342)\nCaused by: java.net.ConnectException: Connection refused\n\tat java.base/sun.nio.ch.Net.pollConnect(Native Method)',
    ),
    (REFUSED, "menu-api", "80", "Caused by: io.netty.channel.AbstractChannel$AnnotatedConnectException: Connection refused: menu-api/10.96.7.7:80"),
    (REFUSED, "till-cache", "6379", "io.lettuce.core.RedisConnectionException: Unable to connect to till-cache:6379"),
    (REFUSED, "till-cache", "6379", "io.lettuce.core.RedisConnectionException: Unable to connect to till-cache/<unresolved>:6379\nCaused by: io.netty.channel.AbstractChannel$AnnotatedConnectException: Connection refused: till-cache/10.96.7.7:6379"),
    (REFUSED, "log-kafka", "9092", "2026-11-22 10:00:00 WARN  org.apache.kafka.clients.NetworkClient - [AdminClient clientId=adminclient-1] Connection to node -1 (log-kafka/10.96.1.9:9092) could not be established. Node may not be available."),
    (REFUSED, "", "", "com.mysql.cj.jdbc.exceptions.CommunicationsException: Communications link failure"),
    (DNS, "menu-dbb", "", "Caused by: java.net.UnknownHostException: menu-dbb"),
    (DNS, "menu-dbb", "", "Caused by: java.net.UnknownHostException: menu-dbb: Name or service not known"),
    (DNS, "log-kafkaa", "9092", "2026-11-22 10:00:00.123  WARN 1 --- [main] org.apache.kafka.clients.ClientUtils : Couldn't resolve server log-kafkaa:9092 from bootstrap.servers as DNS resolution failed for log-kafkaa"),
    (DNS, "menu-apo", "", "io.netty.resolver.dns.DnsResolveContext$SearchDomainUnknownHostException: Failed to resolve 'menu-apo' [A(1), AAAA(28)] and search domain query for configured domains failed as well"),
    (TIMEOUT, "", "", "Caused by: java.net.SocketTimeoutException: Connect timed out"),
    (TIMEOUT, "menu-api", "8080", "io.netty.channel.ConnectTimeoutException: connection timed out after 2000 ms: menu-api/10.96.7.7:8080"),
    (TIMEOUT, "", "", "java.sql.SQLTransientConnectionException: HikariPool-1 - Connection is not available, request timed out after 30000ms."),
    (TIMEOUT, "", "", "org.apache.kafka.common.errors.TimeoutException: Timed out waiting for a node assignment. Call: listTopics"),
    (TIMEOUT, "sql", "1433", 'com.microsoft.sqlserver.jdbc.SQLServerException: The TCP/IP connection to the host sql, port 1433 has failed. Error: "connect timed out. Verify the connection properties."'),
    (AUTH, "", "", 'org.postgresql.util.PSQLException: FATAL: password authentication failed for user "menu"'),
    (AUTH, "", "", "org.postgresql.util.PSQLException: The server requested SCRAM-based authentication, but no password was provided."),
    (AUTH, "", "", "Caused by: org.apache.kafka.common.errors.SaslAuthenticationException: Authentication failed: Invalid username or password"),
    (AUTH, "", "", "java.sql.SQLNonTransientConnectionException: Public Key Retrieval is not allowed"),
    (TLS, "", "", "Caused by: sun.security.validator.ValidatorException: PKIX path building failed: sun.security.provider.certpath.SunCertPathBuilderException: unable to find valid certification path to requested target"),
    (TLS, "menu-api", "", "javax.net.ssl.SSLHandshakeException: No subject alternative DNS name matching menu-api found."),
    (TLS, "", "", "javax.net.ssl.SSLHandshakeException: Received fatal alert: handshake_failure"),
    (DATABASE, "", "", "org.hibernate.tool.schema.spi.SchemaManagementException: Schema-validation: missing table [items]"),
    (DATABASE, "", "", "org.flywaydb.core.api.exception.FlywayValidateException: Validate failed: Migrations have failed validation"),
    # Go
    (REFUSED, "10.96.7.7", "6379", "2026/11/22 10:00:00 ping: dial tcp 10.96.7.7:6379: connect: connection refused"),
    (REFUSED, "menu-api", "8080", 'time="2026-11-22T10:00:00Z" level=fatal msg="warm up" error="Get \\"http://menu-api:8080/items\\": dial tcp 10.96.7.7:8080: connect: connection refused"'),
    (REFUSED, "10.96.3.4", "5432", "panic: dial tcp 10.96.3.4:5432: connect: connection refused"),
    (REFUSED, "", "", "kafka: client has run out of available brokers to talk to"),
    (DNS, "menu-dbb", "", "2026/11/22 10:00:00 dial tcp: lookup menu-dbb on 10.96.0.10:53: no such host"),
    (DNS, "menu-dbb", "", "dial tcp: lookup menu-dbb: i/o timeout"),
    (DNS, "menu-db.data", "", "lookup menu-db.data on 10.96.0.10:53: server misbehaving"),
    (TIMEOUT, "10.96.7.7", "6379", "dial tcp 10.96.7.7:6379: i/o timeout"),
    (TIMEOUT, "10.96.7.7", "6379", "read tcp 10.88.0.5:41234->10.96.7.7:6379: i/o timeout"),
    (TIMEOUT, "menu-api", "8080", 'Get "http://menu-api:8080/items": context deadline exceeded (Client.Timeout exceeded while awaiting headers)'),
    (TIMEOUT, "10.96.7.7", "5432", "dial tcp 10.96.7.7:5432: connect: no route to host"),
    (TIMEOUT, "", "", "context deadline exceeded"),
    (TIMEOUT, "", "", 'rpc error: code = DeadlineExceeded desc = context deadline exceeded'),
    (AUTH, "", "", 'pq: password authentication failed for user "menu"'),
    (AUTH, "", "", "Error 1045 (28000): Access denied for user 'menu'@'10.88.0.9' (using password: YES)"),
    (AUTH, "", "", 'Exception (403) Reason: "username or password not allowed"'),
    (AUTH, "", "", "rpc error: code = Unauthenticated desc = invalid token"),
    (DATABASE, "", "", 'pq: relation "items" does not exist'),
    (DATABASE, "", "", "error: Dirty database version 12. Fix and force version."),
    (TLS, "menu-api", "", "x509: certificate is valid for menu.example.com, not menu-api"),
    (TLS, "auth-gw", "443", 'Get "https://auth-gw/.well-known": tls: failed to verify certificate: x509: certificate signed by unknown authority'),
    (TLS, "menu-api", "443", 'Get "https://menu-api/": http: server gave HTTP response to HTTPS client'),
    (TLS, "", "", "tls: first record does not look like a TLS handshake"),
    (TLS, "", "", "x509: certificate has expired or is not yet valid: current time 2026-11-22T10:00:00Z is after 2025-01-01T00:00:00Z"),
    (TLS, "", "", "pq: SSL is not enabled on the server"),
    (RBAC, "", "", 'E1122 10:00:00.000000       1 reflector.go:147] failed to list *v1.Pod: pods is forbidden: User "system:serviceaccount:shop:menu" cannot list resource "pods" in API group "" in the namespace "shop"'),
    (RBAC, "", "", 'Error from server (Forbidden): deployments.apps "menu" is forbidden: User "system:serviceaccount:shop:menu" cannot get resource "deployments" in API group "apps" in the namespace "shop"'),
    (RBAC, "", "", 'error retrieving resource lock shop/menu: leases.coordination.k8s.io "menu" is forbidden: User "system:serviceaccount:shop:menu" cannot get resource "leases" in API group "coordination.k8s.io" in the namespace "shop"'),
    # Ruby
    (REFUSED, "menu-api", "80", 'Errno::ECONNREFUSED: Failed to open TCP connection to menu-api:80 (Connection refused - connect(2) for "menu-api" port 80)'),
    (REFUSED, "10.96.3.4", "5432", 'PG::ConnectionBad: connection to server at "10.96.3.4", port 5432 failed: Connection refused'),
    (REFUSED, "till-cache", "6379", "Error connecting to Redis on till-cache:6379 (Errno::ECONNREFUSED) (Redis::CannotConnectError)"),
    (DNS, "menu-apo", "80", "Failed to open TCP connection to menu-apo:80 (getaddrinfo: Name or service not known) (SocketError)"),
    (DNS, "menu-sql", "", "Mysql2::Error::ConnectionError: Unknown MySQL server host 'menu-sql' (-2)"),
    (TIMEOUT, "", "", "Net::OpenTimeout: execution expired"),
    (DATABASE, "", "", "ActiveRecord::NoDatabaseError: We could not find your database: menu_production."),
    (DATABASE, "", "", "ActiveRecord::PendingMigrationError: Migrations are pending. To resolve this issue, run:"),
    (TLS, "10.96.7.7", "443", "OpenSSL::SSL::SSLError: SSL_connect returned=1 errno=0 peeraddr=10.96.7.7:443 state=error: certificate verify failed (self-signed certificate)"),
    # PHP
    (REFUSED, "", "", "PHP Fatal error:  Uncaught PDOException: SQLSTATE[HY000] [2002] Connection refused in /app/index.php:5"),
    (REFUSED, "till-cache", "6379", "Predis\\Connection\\ConnectionException: Connection refused [tcp://till-cache:6379]"),
    (DNS, "menu-sql", "", "PDOException: SQLSTATE[HY000] [2002] php_network_getaddresses: getaddrinfo for menu-sql failed: Name or service not known"),
    (AUTH, "", "", "SQLSTATE[HY000] [1045] Access denied for user 'menu'@'10.88.0.9' (using password: YES)"),
    (DATABASE, "", "", "SQLSTATE[HY000] [1049] Unknown database 'menus'"),
    # .NET
    (REFUSED, "menu-api", "80", "System.Net.Http.HttpRequestException: Connection refused (menu-api:80)"),
    (REFUSED, "10.96.3.4", "5432", "Npgsql.NpgsqlException (0x80004005): Failed to connect to 10.96.3.4:5432"),
    (REFUSED, "till-cache", "6379", "StackExchange.Redis.RedisConnectionException: It was not possible to connect to the redis server(s). UnableToConnect on till-cache:6379/Interactive, Initializing/NotStarted"),
    (DNS, "menu-apo", "80", "System.Net.Http.HttpRequestException: Name or service not known (menu-apo:80)"),
    (DNS, "menu-apo", "443", "System.Net.Http.HttpRequestException: No such host is known. (menu-apo:443)"),
    (TIMEOUT, "", "", "System.Threading.Tasks.TaskCanceledException: The request was canceled due to the configured HttpClient.Timeout of 100 seconds elapsing."),
    (TIMEOUT, "", "", "Microsoft.Data.SqlClient.SqlException (0x80131904): A network-related or instance-specific error occurred while establishing a connection to SQL Server."),
    (AUTH, "", "", 'Npgsql.PostgresException (0x80004005): 28P01: password authentication failed for user "menu"'),
    (AUTH, "", "", "Microsoft.Data.SqlClient.SqlException (0x80131904): Login failed for user 'menu'."),
    (TLS, "", "", "System.Net.Http.HttpRequestException: The SSL connection could not be established, see inner exception."),
    (DATABASE, "", "", 'Cannot open database "menus" requested by the login. The login failed.'),
    # Rust
    (REFUSED, "", "", 'Error: Os { code: 111, kind: ConnectionRefused, message: "Connection refused" }'),
    (REFUSED, "menu-api", "8080", "error sending request for url (http://menu-api:8080/): error trying to connect: tcp connect error: Connection refused (os error 111)"),
    (DNS, "menu-apo", "8080", "error sending request for url (http://menu-apo:8080/): error trying to connect: dns error: failed to lookup address information: Name or service not known"),
    (TIMEOUT, "", "", "Error: PoolTimedOut"),
    # Erlang and Elixir
    (REFUSED, "menu-db", "5432", "10:00:00.000 [error] Postgrex.Protocol (#PID<0.300.0>) failed to connect: ** (DBConnection.ConnectionError) tcp connect (menu-db:5432): connection refused - :econnrefused"),
    (DNS, "menu-dbb", "5432", "** (DBConnection.ConnectionError) tcp connect (menu-dbb:5432): non-existing domain - :nxdomain"),
    # tools
    (REFUSED, "menu-api", "80", "curl: (7) Failed to connect to menu-api port 80 after 2 ms: Couldn't connect to server"),
    (DNS, "menu-apo", "", "curl: (6) Could not resolve host: menu-apo"),
    (TIMEOUT, "menu-api", "80", "curl: (28) Failed to connect to menu-api port 80 after 130521 ms: Connection timed out"),
    (TLS, "", "", "curl: (60) SSL certificate problem: unable to get local issuer certificate"),
    (REFUSED, "10.96.7.7", "", "wget: can't connect to remote host (10.96.7.7): Connection refused"),
    (DNS, "menu-apo", "", "wget: bad address 'menu-apo'"),
    (DNS, "menu-apo", "", "wget: unable to resolve host address ‘menu-apo’"),
    (REFUSED, "menu-db", "5432", "nc: connect to menu-db port 5432 (tcp) failed: Connection refused"),
    (REFUSED, "menu-db", "5432", "nc: menu-db (10.96.3.4:5432): Connection refused"),
    (REFUSED, "till-cache", "6379", "Could not connect to Redis at till-cache:6379: Connection refused"),
    (DNS, "till-cash", "6379", "Could not connect to Redis at till-cash:6379: Name or service not known"),
    (REFUSED, "menu-db", "5432", "menu-db:5432 - no response"),
    (DATABASE, "menu-db", "5432", "menu-db:5432 - rejecting connections"),
    (REFUSED, "menu-mysql", "3306", "ERROR 2003 (HY000): Can't connect to MySQL server on 'menu-mysql:3306' (111)"),
    (DNS, "menu-sql", "", "ERROR 2005 (HY000): Unknown server host 'menu-sql' (-2)"),
    (DNS, "menu-apo.shop.svc.cluster.local", "", "** server can't find menu-apo.shop.svc.cluster.local: NXDOMAIN"),
    (DNS, "menu-apo", "", "nslookup: can't resolve 'menu-apo'"),
    (DNS, "menu-apo", "", "ping: bad address 'menu-apo'"),
    # proxies and servers
    (DNS, "menu-apo", "", '2026/11/22 10:00:00 [emerg] 1#1: host not found in upstream "menu-apo" in /etc/nginx/conf.d/default.conf:12'),
    (DNS, "menu-apo", "", "[ALERT]    (1) : config : [/usr/local/etc/haproxy/haproxy.cfg:20] : 'server app/s1' : could not resolve address 'menu-apo'."),
    (DNS, "zoo-1.zoo", "2181", "2026-11-22 10:00:00,123 [myid:1] - WARN  [main:QuorumPeer$QuorumServer@173] - Unable to canonicalize address zoo-1.zoo:2181 because it's not resolvable"),
]  # fmt: skip


@pytest.mark.parametrize(("cause", "host", "port", "text"), SAID, ids=[text[:60] for *_, text in SAID])
def test_a_line_tells_the_cause_and_the_peer(cause, host, port, text):
    found = matches(log(text))
    line = best(found, log(text))
    assert line is not None
    assert (line.cause, line["host"], line["port"]) == (cause, host, port)


NAMES = [
    ("user", "menu", 'FATAL:  password authentication failed for user "menu"'),
    ("user", "menu", "Access denied for user 'menu'@'%' (using password: YES)"),
    ("database", "menus", 'FATAL: database "menus" does not exist'),
    ("role", "cook", 'FATAL: role "cook" does not exist'),
    ("table", "items", 'ERROR: relation "items" does not exist'),
    ("table", "menu.items", "Table 'menu.items' doesn't exist"),
    ("verb", "list", 'nodes is forbidden: User "system:serviceaccount:a:b" cannot list resource "nodes" in API group "" at the cluster scope'),
    ("resource", "nodes", 'nodes is forbidden: User "system:serviceaccount:a:b" cannot list resource "nodes" in API group "" at the cluster scope'),
    ("group", "apps", 'deployments.apps is forbidden: User "x" cannot watch resource "deployments" in API group "apps" in the namespace "shop"'),
    ("namespace", "shop", 'deployments.apps is forbidden: User "x" cannot watch resource "deployments" in API group "apps" in the namespace "shop"'),
]  # fmt: skip


@pytest.mark.parametrize(("group", "value", "text"), NAMES, ids=[f"{name} {text[:40]}" for name, _, text in NAMES])
def test_a_line_names_what_it_is_about(group, value, text):
    assert matches(log(text))[0][group] == value


HARMLESS = [
    "INFO retry on connection refused enabled",
    "2026-11-22 10:00:00 INFO  retrying on connection refused: true",
    "INFO connectionTimeout=30000 readTimeout: 5000",
    "config: connection timeout: 30s, read_timeout=10",
    '10.88.0.1 - - [22/Nov/2026:10:00:00 +0000] "GET /login?next=/refused HTTP/1.1" 401 12 "-" "curl/8"',
    '10.88.0.1 - - [22/Nov/2026:10:00:00 +0000] "GET /v1 HTTP/1.1" 403 12',
    "    '401': 'Unauthorized',",
    "    '408': 'Request Timeout',",
    "INFO Listening on 0.0.0.0:8080",
    "INFO connected to menu-db:5432",
    "2026-11-22 10:00:00.000 UTC [1] LOG:  database system is ready to accept connections",
    '2026-11-22 10:00:00.000 UTC [77] FATAL:  password authentication failed for user "menu"',
    '2026-11-22 10:00:00.000 UTC [78] menu@menu FATAL:  database "menus" does not exist',
    "2026-11-22T10:00:00.000000Z 8 [Note] Access denied for user 'root'@'10.88.0.9' (using password: YES)",
    "INFO certificate will expire on 2027-01-01",
    "selecting default max_connections ... 100",
    'initdb: warning: enabling "trust" authentication for local connections',
    "INFO authentication is enabled",
    "INFO Timeout for requests is 30 s",
    "INFO self-signed certificate generated for localhost",
    "INFO pool: Connection timeout 30s",
    "INFO HTTP error status pages: 401, 403",
]  # fmt: skip


@pytest.mark.parametrize("text", HARMLESS)
def test_a_harmless_line_tells_nothing(text):
    assert [line for line in matches(log(text)) if line.cause in OF_PEERS] == []


def test_of_a_trace_the_line_that_names_the_peer_is_quoted():
    text = (
        "Traceback (most recent call last):\n"
        '  File "/app/urllib3/connection.py", line 174, in _new_conn\n'
        "ConnectionRefusedError: [Errno 111] Connection refused\n"
        "\n"
        "During handling of the above exception, another exception occurred:\n"
        "\n"
        "Traceback (most recent call last):\n"
        '  File "/app/main.py", line 3, in <module>\n'
        "urllib3.exceptions.MaxRetryError: HTTPConnectionPool(host='menu-api', port=80): Max retries exceeded with url: /"
        " (Caused by NewConnectionError('...: Failed to establish a new connection: [Errno 111] Connection refused'))"
    )
    line = best(matches(log(text)), log(text))
    assert line is not None
    assert (line["host"], line["port"]) == ("menu-api", "80")
    assert line.level >= ERROR


def test_a_log_that_says_nothing_costs_next_to_nothing():
    lines = "\n".join(
        f"2026-11-22 10:00:00 handled item {number} of basket for customer in good order" for number in range(500)
    )
    matches(log(lines))  # the rows are read once
    start = time.process_time()
    for _ in range(5):
        assert matches(log(lines)) == []
    assert (time.process_time() - start) / 5 < 0.02


@pytest.mark.parametrize(
    "text", ["a" * 20_000, "a." * 10_000, "connection refused " * 2_000, "https://" * 3_000, ": timed out" * 2_000]
)
def test_a_long_line_is_read_in_no_time(text):
    matches(log("x"))
    start = time.process_time()
    matches(log(text))
    assert time.process_time() - start < 1.0
