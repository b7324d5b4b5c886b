"""What clients write, in any language, when a peer cannot be reached, does not let them in, or lacks what they need."""

from . import Row, rows

# A host's name or address, a port, and the quotes that may stand around them.
_HOST = r"(?P<host>[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,250}[A-Za-z0-9_])?|\[[0-9A-Fa-f:.]{2,45}\])"
_PORT = r"(?P<port>\d{1,5})"
_Q = r"[\"'`‘’“”]"
_NAME = r"(?P<{}>[^\"'`‘’“”\s]{{1,120}})"
_DATABASE, _TABLE, _ROLE, _USER = (_NAME.format(name) for name in ("database", "table", "role", "user"))
# What a resolver says: glibc, musl, macOS, Windows, c-ares.
_UNRESOLVED = (
    r"(?i:name or service not known|temporary failure in name resolution|no address associated with (?:host)?name"
    r"|nodename nor servname provided|name does not resolve|name has no usable address|no such host is known|host not found"
    r"|non-existing domain|non-recoverable failure in name resolution)"
)

_NOISE = rows(
    "noise",
    # A dump of Node's http module lists what every status code means.
    ("': '", r"^\s*'[1-5]\d\d': '"),
    # Settings, and what is planned for a failure that did not happen.
    (
        "refused",
        r"(?i)\b(?:retry|retries|retrying|retryable|ignore|ignoring|backoff|handler|tolerate)\w*\b.{0,30}\bon\b.{0,30}"
        r"\bconnection[ _-]refused\b",
    ),
    # The server's own view of clients that it turned away (PostgreSQL, MySQL): its log, and none of its failures.
    (
        "fatal:",
        r"^\d{4}-\d\d-\d\d [\d:.]+ \S{1,6} \[\d+\](?: \S{1,80})? FATAL:  (?:password authentication|database \"|role \"|no pg_hba"
        r"|the database system|sorry, too many|remaining connection|terminating|connection to client|unsupported frontend)",
    ),
    ("access denied for user", r"\[(?:Note|Warning)\].{0,60}Access denied for user"),
    ("[note]", r"\[Note\].{0,60}(?:Aborted connection|Got an error reading)"),
)

_RBAC = rows(
    "rbac-forbidden",
    (
        "is forbidden: user",
        r"(?P<what>[\w.-]+)(?: \"(?P<name>[^\"]{1,253})\")? is forbidden: User \"(?P<user>[^\"]{1,300})\" cannot (?P<verb>[\w-]+) resource"
        r" \"(?P<resource>[^\"]{1,120})\" in API group \"(?P<group>[^\"]{0,120})\""
        r"(?: (?:at the cluster scope|in the namespace \"(?P<namespace>[^\"]{1,63})\"))?",
    ),
    (
        "is forbidden: user",
        r"is forbidden: User \"(?P<user>[^\"]{1,300})\" cannot (?P<verb>[\w-]+) (?:path \"(?P<path>[^\"]{1,300})\"|(?P<resource>[\w./-]+))",
    ),
    ("forbidden!configured service account", r"Forbidden!\s?Configured service account doesn't have access"),
    ("apiexception: (403)", r"ApiException: \(403\)"),
    (
        "attempting to grant rbac permissions",
        r"is forbidden: user \"(?P<user>[^\"]{1,300})\" .{0,80}is attempting to grant RBAC permissions",
    ),
)

_TLS = rows(
    "tls-failure",
    ("[ssl: ", r"\[SSL: (?P<problem>[A-Z0-9_]+)\](?: (?P<words>[^(\n]{1,160}))?"),
    ("certificate_verify_failed", r"(?P<problem>CERTIFICATE_VERIFY_FAILED)"),
    ("altnames", r"(?P<problem>does not match certificate's altnames): Host: (?P<host>[\w.-]{1,253}?)\.? is not"),
    ("subject alternative", r"(?P<problem>No subject alternative (?:DNS )?names? (?:matching|present))(?: IP address| DNS name)? ?(?P<host>[\w.-]{1,253})?"),
    ("alternative certificate subject name", r"(?P<problem>no alternative certificate subject name matches) target (?:host ?name|ipv[46] address) '?(?P<host>[\w.-]{1,253})"),
    ("cannot validate certificate for", r"x509: (?P<problem>cannot validate certificate) for (?P<host>[0-9A-Fa-f.:]{2,45})"),
    ("certificate is valid for", r"x509: (?P<problem>certificate is valid for) [^\n]{1,400}?, not (?P<host>[\w.-]{1,253})"),
    ("certificate is not valid for any names", r"(?P<problem>certificate is not valid for any names), but wanted to match (?P<host>[\w.-]{1,253})"),
    ("certificate relies on legacy common name", r"x509: (?P<problem>certificate relies on legacy Common Name)"),
    ("x509: ", r"x509: (?P<problem>[^\n\"]{1,120})"),
    ("tls: ", r"(?:remote error: )?\btls: (?P<problem>(?:failed to verify|first record does not|handshake failure|bad certificate|unknown certificate"
              r"|protocol version|no (?:supported|mutual|certificates)|server (?:selected|refused|did not)|oversized|expired|unrecognized name|internal error"
              r"|certificate required|alert)[^\n\"]{0,120})"),
    ("server gave http response to https client", r"(?P<problem>server gave HTTP response to HTTPS client)"),
    ("pkix path", r"(?P<problem>PKIX path (?:building|validation) failed)[^\n]{0,200}"),
    ("valid certification path", r"(?P<problem>unable to find valid certification path)"),
    ("certificateexpiredexception", r"(?P<problem>CertificateExpiredException)"),
    ("certificatenotyetvalidexception", r"(?P<problem>CertificateNotYetValidException)"),
    ("sslhandshakeexception", r"SSLHandshakeException: (?P<problem>[^\n]{1,160})"),
    ("sslpeerunverifiedexception", r"SSLPeerUnverifiedException: (?P<problem>[^\n]{1,160})"),
    ("unrecognized ssl message", r"SSLException: (?P<problem>Unsupported or unrecognized SSL message)"),
    ("cert_has_expired", r"(?P<problem>CERT_HAS_EXPIRED)"),
    ("self_signed_cert", r"(?P<problem>(?:DEPTH_ZERO_)?SELF_SIGNED_CERT(?:_IN_CHAIN)?)"),
    ("unable_to_", r"(?P<problem>UNABLE_TO_(?:VERIFY_LEAF_SIGNATURE|GET_ISSUER_CERT(?:_LOCALLY)?))"),
    ("err_tls_", r"(?P<problem>ERR_TLS_[A-Z_]+)"),
    ("self-signed certificate", r"(?P<problem>self-signed certificate)(?! (?:generated|created|valid))"),
    ("self signed certificate", r"(?P<problem>self signed certificate)(?! (?:generated|created|valid))"),
    ("unable to verify the first certificate", r"(?P<problem>unable to verify the first certificate)"),
    ("unable to get", r"(?P<problem>unable to get (?:local )?issuer certificate)"),
    ("before secure tls connection", r"(?P<problem>disconnected before secure TLS connection was established)"),
    ("ssl routines", r"SSL routines:[\w ]{0,60}:(?P<problem>[\w ]{1,80})"),
    ("ssl_connect", r"SSL_connect(?: SYSCALL)? returned=\d+ errno=\d+ (?:peeraddr=\S+ )?state=[^:\n]{1,60}: (?P<problem>[^\n]{1,120})"),
    ("ssl certificate problem", r"SSL certificate problem: (?P<problem>[^\n]{1,120})"),
    ("ssl operation failed", r"(?P<problem>SSL operation failed with code \d+)"),
    ("peer certificate cn", r"Peer certificate CN=[`'](?P<cn>[^'`]{1,120})['`] (?P<problem>did not match expected CN)=[`'](?P<host>[^'`]{1,120})"),
    ("cannot verify", r"cannot verify (?P<host>[\w.-]{1,253})['’]s (?P<problem>certificate)"),
    ("the ssl connection could not be established", r"(?P<problem>The SSL connection could not be established)"),
    ("remote certificate", r"(?P<problem>[Rr]emote certificate (?:is|was) (?:invalid|rejected))[^\n]{0,160}"),
    ("remotecertificate", r"(?P<problem>RemoteCertificate(?:NameMismatch|ChainErrors|NotAvailable))"),
    ("invalid peer certificate", r"invalid peer certificate: (?P<problem>\w+)"),
    ("invalidcertificate(", r"InvalidCertificate\((?P<problem>\w+)\)"),
    ("server does not support ssl", r"(?P<problem>server does not support SSL)"),
    ("ssl is not enabled on the server", r"(?P<problem>SSL is not enabled on the server)"),
    ("refused tls connection", r"(?P<problem>server refused TLS connection)"),
    ("ssl connections", r"(?P<problem>The server does not support SSL connections)"),
    ("ssl error: ", r"(?:TLS/)?SSL error: (?P<problem>[^\n]{1,120})"),
    ("ssl connection error", r"SSL connection error: (?P<problem>[^\n]{1,120})"),
    ("ssl handshake", r"(?i)(?P<problem>SSL handshake (?:failed|failure|error|has timed))"),
    ("tls handshake", r"(?i)(?P<problem>TLS handshake (?:failed|failure|error))"),
    ("tls_alert", r"(?P<problem>tls_alert)[^\n]{0,120}"),
    ("fatal - unknown ca", r"(?P<problem>Unknown CA)"),
    ("certificate verify failed", r"(?P<problem>certificate verify failed)(?:[:,]? \(?(?P<words>[^)\n]{1,120}))?"),
    ("certificate", r"(?i)\b(?P<problem>certificates? (?:has |have |is |was |already )?expired)\b"),
    ("certificate", r"(?i)\b(?P<problem>certificate (?:signed by unknown authority|is not (?:trusted|yet valid)|has been revoked))\b"),
)  # fmt: skip

_AUTHENTICATION = rows(
    "authentication-failed",
    # PostgreSQL and what speaks its protocol
    ("authentication failed for user", rf"(?:password|Peer|Ident|LDAP|GSSAPI|PAM|RADIUS|SCRAM|MD5|\w+) authentication failed for user {_Q}{_USER}{_Q}"),
    ("no pg_hba.conf entry", rf"no pg_hba\.conf entry for (?:replication connection from )?host {_Q}(?P<client>[^\"]{{1,60}}){_Q}, user {_Q}{_USER}{_Q}"),
    ("pg_hba.conf rejects", rf"pg_hba\.conf rejects .{{0,120}}user {_Q}{_USER}{_Q}"),
    ("no password supplied", r"fe_sendauth: no password supplied"),
    ("but no password was provided", r"password-based authentication, but no password was provided"),
    ("client password must be a string", r"SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be a(?: non-empty)? string"),
    ("no password was provided", r"(?i)(?:authentication|server)[^\n]{0,80}no password was provided"),
    ("is not permitted to log in", rf"role {_Q}{_USER}{_Q} is not permitted to log in"),
    ("p1000", r"P1000[^\n]{0,120}|Authentication failed against database server"),
    ("against database server", rf"Authentication failed against (?:the )?database server(?: at {_Q}?{_HOST}{_Q}?)?"),
    ("28p01", r"\b28P01\b"),
    # MySQL, MariaDB, SQL Server, Oracle
    ("access denied for user", rf"Access denied for user {_Q}(?P<user>[^'\"`]{{0,120}}){_Q}@{_Q}(?P<client>[^'\"`]{{1,255}}){_Q}"),
    ("is not allowed to connect to this", rf"Host {_Q}(?P<client>[^'\"]{{1,255}}){_Q} is not allowed to connect to this (?:MySQL|MariaDB) server"),
    ("is blocked because of many connection errors", r"Host .{1,255} is blocked because of many connection errors"),
    ("authentication protocol requested by server", r"Client does not support authentication protocol requested by server"),
    ("authentication plugin", r"Authentication plugin '[^']{1,80}' (?:cannot be loaded|is not supported|reported error)"),
    ("public key retrieval is not allowed", r"Public Key Retrieval is not allowed"),
    ("login failed for user", rf"Login failed for user {_Q}(?P<user>[^'\"]{{1,120}})"),
    ("ora-01017", r"ORA-01017[^\n]{0,80}"),
    # Redis
    ("wrongpass", r"\bWRONGPASS\b[^\n]{0,80}"),
    ("noauth", r"\bNOAUTH\b[^\n]{0,80}"),
    ("invalid username-password pair", r"invalid username-password pair"),
    ("without any password configured", r"AUTH (?:<password> )?called without any password configured"),
    ("no password is set", r"Client sent AUTH, but no password is set"),
    ("err invalid password", r"ERR invalid password"),
    ("authenticationerror", r"\bAuthenticationError: (?:Authentication required|Client sent AUTH|invalid)[^\n]{0,80}"),
    ("noperm ", r"\bNOPERM [^\n]{0,120}"),
    # MongoDB
    ("bad auth", r"\bbad auth\b ?:? ?[Aa]uthentication failed"),
    ("authenticationfailed", r"(?:\(AuthenticationFailed\)|codeName[\"']?: [\"']AuthenticationFailed)"),
    ("requires authentication", r"[Cc]ommand \w+ requires authentication"),
    ("scram", r"(?i)SCRAM[^\n]{0,40}(?:authentication failed|storedKey mismatch|failure)"),
    ("exception authenticating", r"Exception authenticating MongoCredential\{[^\n]{0,60}userName='(?P<user>[^']{1,120})'"),
    # Message brokers
    ("access_refused", r"ACCESS_REFUSED - [^\n]{1,160}"),
    ("access-refused", r"403 \(ACCESS-REFUSED\)[^\n]{0,160}"),
    ("username or password not allowed", r"username or password not allowed"),
    ("probableauthenticationerror", r"ProbableAuthenticationError"),
    ("authenticationfailureexception", r"AuthenticationFailureException[^\n]{0,120}"),
    ("saslauthenticationexception", r"SaslAuthenticationException: [^\n]{1,160}"),
    ("sasl", r"(?i)\bSASL[^\n]{0,40}authentication (?:error|failed|failure)[^\n]{0,80}"),
    ("authorization failed", r"(?i)\b(?:topic|group|cluster) authorization failed"),
    ("authorizationexception", r"\b(?:Topic|Group|Cluster)AuthorizationException[^\n]{0,120}"),
    ("authorization violation", r"(?i)authorization violation"),
    ("user is not authorized", r"(?i)\buser is not authorized"),
    # HTTP, tokens, clouds
    ("401", r"\b401 Client Error: [^\n]{0,60} for url: (?P<url>[^\s]{1,300})"),
    ("403", r"\b403 Client Error: [^\n]{0,60} for url: (?P<url>[^\s]{1,300})"),
    ("http error 40", r"HTTP [Ee]rror 40[13]\b"),
    ("status code", r"(?i)(?:request failed with|unexpected|received|returned|got|bad|non-2xx|invalid|responded with|failed with|response|with) (?:http )?(?:response )?status code:? 40[13]\b"),
    ("does not indicate success", r"does not indicate success: 40[13]"),
    ("returned error: 40", r"The requested URL returned error: 40[13]\b"),
    ("httpclienterrorexception", r"HttpClientErrorException\$(?:Unauthorized|Forbidden): 40[13]"),
    ("unauthorized", r"(?i)(?:\b401\b[\s:(\"'-]{1,4}unauthorized\b|\bunauthorized\b[\s:(\"'-]{1,4}401\b|status:? 401)(?![^\n]{0,20}\bHTTP/)"),
    ("unauthenticated", r"(?:\bUNAUTHENTICATED\b|code = Unauthenticated)[^\n]{0,160}"),
    ("must be logged in to the server", r"You must be logged in to the server"),
    ("api key", r"(?i)\b(?:invalid|incorrect|expired|revoked|unknown|bad|wrong) api key\b[^\n]{0,60}"),
    ("api key", r"(?i)\bapi key (?:is |was |has )?(?:invalid|incorrect|expired|been revoked|not valid|rejected)"),
    ("invalid_client", r"\binvalid_client\b"),
    ("invalid_grant", r"\binvalid_grant\b"),
    ("invalid_token", r"\binvalid_token\b"),
    ("token", r"(?i)\b(?:access |auth(?:entication)? |bearer |api |refresh )token (?:is |was |has )?(?:invalid|expired|been revoked|rejected)\b"),
    ("expiredtoken", r"\bExpiredToken(?:Exception)?\b"),
    ("invalidclienttokenid", r"\bInvalidClientTokenId\b"),
    ("signaturedoesnotmatch", r"\bSignatureDoesNotMatch\b"),
    ("invalidaccesskeyid", r"\bInvalidAccessKeyId\b"),
    ("unrecognizedclientexception", r"\bUnrecognizedClientException\b"),
    ("accessdenied", r"\b(?:code[\"']?[:=] ?[\"']?|\()AccessDenied(?:Exception)?\b"),
    ("unable to authenticate user", r"unable to authenticate user \[(?P<user>[^\]]{1,120})\]"),
    ("missing authentication credentials", r"missing authentication credentials"),
    ("invalid user id or password", r"invalid user ID or password"),
    ("invalid credentials", r"(?i)\binvalid credentials\b|LDAP: error code 49"),
    ("5.7.8", r"\b53[45][ -]5\.7\.8[^\n]{0,120}"),
    ("smtpauthenticationerror", r"SMTPAuthenticationError[^\n]{0,120}"),
    ("invalid login", r"Invalid login: 5\d\d[^\n]{0,120}"),
    ("authentication failed for '", r"Authentication failed for '(?P<url>https?://[^']{1,300})'"),
    ("permission denied (publickey", r"Permission denied \(publickey[^)]{0,80}\)"),
    ("authentication", r"(?i)\b(?:authentication|login) (?:has )?(?:failed|failure|was refused)\b[^\n]{0,120}"),
    ("authenticate", r"(?i)\b(?:failed|unable|could not|cannot) to? ?authenticate\b[^\n]{0,120}"),
)  # fmt: skip

_DATABASE_ROWS = rows(
    "database-not-ready",
    ("database \"", rf"database \"{_DATABASE}\" does not exist"),
    ("role \"", rf"role \"{_ROLE}\" does not exist"),
    ("relation \"", rf"relation \"{_TABLE}\" does not exist"),
    ("schema \"", rf"schema \"{_TABLE}\" does not exist"),
    ("column \"", r"column \"?[\w.]{1,120}\"? (?:of relation \"(?P<table>[^\"]{1,120})\" )?does not exist"),
    ("database `", rf"Database `{_DATABASE}` does not exist"),
    ("the table `", rf"The table `{_TABLE}` does not exist"),
    ("undefinedtable", r"\bUndefinedTable\b"),
    ("undefined_table", r"\bundefined_table\b"),
    ("database system is", r"the database system is (?P<state>starting up|shutting down|in recovery mode|not (?:yet )?accepting connections)"),
    ("rejecting connections", rf"{_HOST}:{_PORT} - (?P<state>rejecting connections)"),
    ("too many clients already", r"(?P<state>too many clients already)"),
    ("remaining connection slots", r"(?P<state>remaining connection slots are reserved)"),
    ("too many connections", r"(?:\b1040\b|08004|ERROR|FATAL|Error|SQLSTATE)[^\n]{0,40}(?P<state>[Tt]oo many connections)"),
    ("unknown database", rf"Unknown database {_Q}{_DATABASE}{_Q}"),
    ("doesn't exist", rf"Table {_Q}{_TABLE}{_Q} doesn't exist"),
    ("er_no_such_table", r"ER_NO_SUCH_TABLE"),
    ("er_bad_db_error", r"ER_BAD_DB_ERROR"),
    ("no such table", r"no such table: (?P<table>[\w.\"]{1,120})"),
    ("cannot open database", rf"Cannot open database {_Q}{_DATABASE}{_Q} requested by the login"),
    ("invalid object name", rf"Invalid object name {_Q}{_TABLE}{_Q}"),
    ("ora-00942", r"ORA-00942[^\n]{0,80}"),
    ("could not find your database", r"We could not find your database: (?P<database>[\w.-]{1,120})"),
    ("unknown keyspace", r"(?i)unknown keyspace[: ]\s?[\"']?(?P<database>[\w.-]{1,120})"),
    ("keyspace", rf"(?i)keyspace {_Q}?(?P<database>[\w.-]{{1,120}}){_Q}? does not exist"),
    ("unknown_database", r"\bUNKNOWN_DATABASE\b"),
    ("unknown_table", r"\bUNKNOWN_TABLE\b"),
    # migrations
    ("migration", r"(?i)\bmigrations are pending|\b(?:unapplied|pending) (?:database )?migrations?\b"),
    ("pendingmigrationerror", r"PendingMigrationError"),
    ("dirty database version", r"Dirty database version (?P<version>-?\d+)"),
    ("failed migration", r"Detected failed migration to version (?P<version>[\w.]+)"),
    ("failed validation", r"Migrations have failed validation|Validate failed: Migrations"),
    ("can't locate revision", r"Can't locate revision identified by '(?P<version>[^']{1,80})'"),
    ("change log lock", r"Could not acquire change log lock"),
    ("schema-validation", r"Schema-validation: missing (?:table|column|sequence) \[(?P<table>[^\]]{1,120})\]"),
    ("schema validation", r"Schema validation: missing (?:table|column|sequence) \[(?P<table>[^\]]{1,120})\]"),
    ("p3009", r"\bP3009\b[^\n]{0,120}"),
    ("p1003", r"\bP1003\b[^\n]{0,120}"),
    ("p2021", r"\bP2021\b[^\n]{0,120}"),
    # stores that answer and are not ready to serve
    ("loading redis is loading", r"LOADING (?P<state>Redis is loading the dataset in memory)"),
    ("masterdown", r"\b(?P<state>MASTERDOWN)\b"),
    ("clusterdown", r"\b(?P<state>CLUSTERDOWN)\b[^\n]{0,80}"),
    ("against a read only replica", r"READONLY (?P<state>You can't write against a read only replica)"),
    ("notwritableprimary", r"\b(?P<state>NotWritablePrimary)\b"),
    ("not master", r"\b(?P<state>not master(?: and slaveOk=false)?)\b"),
    ("notprimarynosecondaryok", r"\b(?P<state>NotPrimaryNoSecondaryOk)\b"),
    ("unknowntopicorpartition", r"UnknownTopicOrPartition\w*"),
    ("does not host this topic", r"This server does not host this topic-partition"),
    ("unknown topic or partition", r"(?i)unknown topic or partition"),
    ("leader_not_available", r"\b(?P<state>LEADER_NOT_AVAILABLE)\b"),
    ("index_not_found_exception", r"index_not_found_exception[^\n]{0,60}no such index \[(?P<table>[^\]]{1,120})\]"),
    ("no such index", r"no such index \[(?P<table>[^\]]{1,120})\]"),
    ("not_found - no ", rf"NOT_FOUND - no (?:queue|exchange) {_Q}{_TABLE}{_Q}"),
    ("vhost", rf"(?i)vhost {_Q}?(?P<database>[\w/.-]{{1,120}}?){_Q}? not found"),
    ("no such bucket", r"(?i)no such bucket"),
    ("nosuchbucket", r"\bNoSuchBucket\b"),
    ("the specified bucket does not exist", r"The specified bucket does not exist"),
    ("resourcenotfoundexception", r"ResourceNotFoundException[^\n]{0,40}(?:Requested resource|Table)[^\n]{0,80}"),
)  # fmt: skip

_DNS = rows(
    "dns-not-found",
    # Go
    (
        "lookup ",
        rf"\blookup {_HOST}(?: on (?:\[[0-9A-Fa-f:]+\]|[\w.-]+):\d+)?: [^\n]{{0,120}}?"
        r"(?:no such host|i/o timeout|server misbehaving|connection refused|operation was canceled|cannot unmarshal|no answer"
        r"|try again|name resolution|not known|network is unreachable|operation not permitted|deadline exceeded)",
    ),
    # Node
    ("getaddrinfo e", rf"getaddrinfo (?P<code>ENOTFOUND|EAI_AGAIN|EAI_FAIL|EAI_NONAME|EAI_NODATA|ENODATA) {_HOST}(?::{_PORT})?"),
    ("query", rf"\bquery[A-Z]\w{{0,8}} (?P<code>ENOTFOUND|ESERVFAIL|ETIMEOUT|ENODATA|EREFUSED) (?:_[\w-]+\._tcp\.)?{_HOST}"),
    ("enotfound", rf"\bENOTFOUND\b(?:[ :,'\"]{{1,4}}(?!code|errno|syscall){_HOST}(?::{_PORT})?)?"),
    ("eai_again", rf"\bEAI_AGAIN\b(?:[ :,'\"]{{1,4}}(?!code|errno|syscall){_HOST}(?::{_PORT})?)?"),
    # libpq, psycopg, urllib3, librdkafka, netty
    ("could not translate host name", rf"could not translate host name {_Q}{_HOST}{_Q}"),
    ("failed to resolve", rf"(?i)failed to resolve (?:the )?(?:host(?:name)? )?{_Q}{_HOST}(?::{_PORT})?{_Q}"),
    # JVM
    ("unknownhostexception", rf"UnknownHostException: (?:Failed to resolve {_Q}|[Nn]o such host is known \(|unable to resolve host {_Q})?{_HOST}(?:: |:{_PORT}|\)|{_Q}|\s|$)"),
    ("unknownhostexception", r"UnknownHostException"),
    ("unresolvedaddressexception", r"UnresolvedAddressException"),
    ("couldn't resolve server", rf"Couldn't resolve server {_HOST}(?::{_PORT})? from bootstrap\.servers"),
    ("no resolvable bootstrap", r"No resolvable bootstrap urls given"),
    ("not resolvable", rf"[Uu]nable to canonicalize address {_HOST}(?:/<unresolved>)?(?::{_PORT})?"),
    ("<unresolved>", rf"{_HOST}/<unresolved>(?::{_PORT})?"),
    # MySQL's clients, PHP, Ruby
    ("unknown mysql server host", rf"Unknown MySQL server host {_Q}{_HOST}{_Q}"),
    ("unknown server host", rf"Unknown (?:MariaDB )?server host {_Q}{_HOST}{_Q}"),
    ("mysql server on", rf"(?:MySQL|MariaDB) server on {_Q}{_HOST}(?::{_PORT})?{_Q}[^\n]{{0,60}}{_UNRESOLVED}"),
    ("php_network_getaddresses", rf"php_network_getaddresses: getaddrinfo for {_HOST} failed"),
    ("php_network_getaddresses", r"php_network_getaddresses"),
    # C and C++: MongoDB, Envoy, gRPC, Boost
    ("could not find address for", rf"Could not find address for {_HOST}(?::{_PORT})?"),
    ("dns resolution failed for", rf"DNS resolution failed for (?:ipv[46]:|dns:/{{2,3}})?{_HOST}(?::{_PORT})?"),
    ("dns resolution", r"(?i)\bDNS resolution (?:failed|failure|error)\b"),
    ("produced zero addresses", r"(?:name resolver error: )?produced zero addresses"),
    ("c-ares status", r"C-ares status is not ARES_SUCCESS(?: qtype=\w+ name=(?P<host>[\w.-]{1,253}))?"),
    # tools
    ("could not resolve host", rf"(?i)could not resolve host(?:name|: | )?:? ?{_Q}?{_HOST}"),
    ("couldn't resolve host", rf"(?i)couldn't resolve host(?:name)? ?{_Q}?{_HOST}"),
    ("unable to resolve host", rf"unable to resolve host(?: address)? {_Q}{_HOST}{_Q}"),
    ("resolving timed out", r"Resolving timed out after"),
    ("bad address", rf"bad address {_Q}{_HOST}(?::{_PORT})?{_Q}"),
    ("can't find", rf"server can't find {_HOST}: (?P<code>NXDOMAIN|SERVFAIL|REFUSED)"),
    ("can't resolve", rf"can't resolve (?!dependenc){_Q}?{_HOST}{_Q}?"),
    ("getaddrinfo for host", rf"getaddrinfo for host {_Q}{_HOST}{_Q} port {_PORT}"),
    ("not found: ", rf"Host {_HOST} not found: \d\("),
    ("connection timed out; no servers could be reached", r"(?P<code>no servers could be reached)"),
    ("no servers could be reached", r"(?P<code>no servers could be reached)"),
    # proxies
    ("host not found in upstream", rf"host not found in upstream {_Q}{_HOST}(?::{_PORT})?{_Q}"),
    ("host not found in", rf"host not found in (?:resolver |\"?listen\"? )?{_Q}{_HOST}(?::{_PORT})?{_Q}"),
    ("could not be resolved", rf"{_HOST} could not be resolved"),
    ("could not resolve address", rf"could not resolve address {_Q}{_HOST}{_Q}"),
    ("dns lookup failure", rf"DNS lookup failure for: {_HOST}"),
    # Erlang and Elixir
    ("nxdomain", rf"tcp connect \({_HOST}:{_PORT}\): [^\n]{{0,60}}nxdomain"),
    ("nxdomain", r"\b:?nxdomain\b|\bNXDOMAIN\b"),
    # Rust
    ("failed to lookup address information", r"failed to lookup address information"),
    # any
    ("not known", rf"{_HOST}(?::{_PORT})?: {_UNRESOLVED}"),
    ("not known", r"(?i)name or service not known|no such host is known"),
    ("name resolution", _UNRESOLVED),
    ("no address associated with", _UNRESOLVED),
    ("nodename nor servname", _UNRESOLVED),
    ("name does not resolve", rf"(?:connection to )?{_HOST}(?::{_PORT})?: Name does not resolve|Name does not resolve"),
    ("no usable address", _UNRESOLVED),
    ("host not found", _UNRESOLVED),
    ("non-existing domain", _UNRESOLVED),
    ("no such host", r"(?i)\bno such host\b"),
    ("resourcetemporarily", r"EAI_AGAIN"),
    ("getaddrinfo", r"(?i)getaddrinfo\b[^\n]{0,60}(?:fail|error|try again|resource temporarily unavailable)"),
)  # fmt: skip

_REFUSED = rows(
    "connection-refused",
    ("econnrefused", rf"connect ECONNREFUSED (?P<host>[0-9A-Fa-f:.]{{2,45}}|[\w.-]{{1,253}}):{_PORT}"),
    ("connection refused", rf"dial (?:tcp|tcp4|tcp6|udp)[46]? (?P<host>\[[0-9A-Fa-f:.]+\]|[\w.-]{{1,253}}):{_PORT}: connect: connection refused"),
    ("connecting to", rf"Error (?:111|61|10061) connecting to {_HOST}:{_PORT}"),
    ("server on", rf"Can't connect to (?:MySQL|MariaDB|local)?[^\n]{{0,40}}server on {_Q}{_HOST}(?::{_PORT})?{_Q}[^\n]{{0,60}}(?:111|[Rr]efused)"),
    ("refused", rf"Connection to {_HOST}:{_PORT} refused"),
    ("could not connect to redis at", rf"Could not connect to Redis at {_HOST}:{_PORT}: Connection refused"),
    ("connect(2) for", rf"Connection refused - connect\(2\) for {_Q}?{_HOST}{_Q}?(?: port |:){_PORT}"),
    ("connect(2) for", rf"(?:Connection refused|ECONNREFUSED)[^\n]{{0,30}}connect\(2\) for {_Q}?{_HOST}{_Q}?(?: port |:){_PORT}"),
    ("failed to connect to", rf"[Ff]ailed to connect to {_HOST} port {_PORT}(?: after \d+ ms)?: (?:Connection refused|Couldn't connect to server|Could not connect to server)"),
    ("connecting to", rf"[Cc]onnecting to {_HOST}(?:[|(][^\s|)]+[|)])*:{_PORT}\.\.\. (?:failed: )?[Cc]onnection refused"),
    ("can't connect to remote host", rf"can't connect to remote host(?: \({_HOST}\))?: Connection refused"),
    ("port", rf"connect to {_HOST}(?: \([^)]{{1,60}}\))? port {_PORT} (?:\(tcp\) )?failed: Connection refused"),
    ("connection refused", rf"\b{_HOST} \([^)\s]{{1,60}}:{_PORT}\): Connection refused"),
    ("connection refused", rf"Connection refused: (?:no further information: )?(?:/|{_HOST}/)?(?P<address>[0-9.]{{7,15}}):{_PORT}"),
    ("connection refused", rf"Connection refused \({_HOST}:{_PORT}\)"),
    ("connection refused", rf"/dev/tcp/{_HOST}/{_PORT}: Connection refused|connect: Connection refused"),
    ("connect call failed", rf"\[Errno 111\] Connect call failed \({_Q}{_HOST}{_Q}, {_PORT}"),
    ("refused", r"(?i)\bconnection (?:was |is |actively |has been )?refused\b"),
    ("econnrefused", r"\b(?:ECONNREFUSED|econnrefused)\b"),
    ("actively refused", r"actively refused"),
    # said of a peer that may refuse, or not answer at all
    ("can't reach database server", rf"Can't reach database server at {_Q}?{_HOST}{_Q}?(?::{_Q}?{_PORT}{_Q}?)?"),
    ("could not be established", rf"Connection to node -?\d+ \((?:{_HOST}/)?(?P<address>[0-9.]{{7,15}})?:?{_PORT}?\) could not be established"),
    ("nobrokersavailable", r"NoBrokersAvailable"),
    ("out of available brokers", r"client has run out of available brokers"),
    ("all brokers", r"(?i)(?:\d+/\d+|all) brokers (?:are )?down"),
    ("host(s) tried for", rf"All host\(s\) tried for [^\n]{{0,30}}failed(?: \(tried: {_HOST}(?:/[0-9.]+)?(?::{_PORT})?)?"),
    ("communications link failure", r"Communications link failure"),
    ("unable to connect to", rf"(?i)unable to connect to (?:the )?(?:server |remote server |host |redis(?: server)? |database |mongodb |\[)*(?:at )?[\"'`]?(?!any\b|the\b|server\b|remote\b|database\b){_HOST}(?:/<?[\w.]+>?)?:{_PORT}"),
    ("unabletoconnect", rf"UnableToConnect on {_HOST}:{_PORT}"),
    ("not possible to connect to the redis", r"It was not possible to connect to the redis server"),
    ("no connection could be made", r"No connection could be made"),
    ("failed to connect to all addresses", r"failed to connect to all addresses"),
    ("no connection established", r"14 UNAVAILABLE: No connection established"),
    ("specified hosts", r"(?i)unable to connect to any of the specified (?:mysql )?hosts"),
    ("failed to connect to", rf"(?i)\bfailed to connect to (?:server |broker |host |node |database |backend |redis )?[\"'\[`(]{{0,2}}{_HOST}:{_PORT}\b"),
    ("no response", rf"^{_HOST}:{_PORT} - no response"),
    *(
        (needle, rf"\b{_HOST}:{_PORT} (?:is |was |still )*(?:not (?:reachable|available|responding|up)|unreachable|unavailable)\b")
        for needle in ("not ", "unreachable", "unavailable")
    ),
    ("is the server running", r"Is the server running (?:on (?:that )?host|locally)"),
    ("no alive nodes", r"(?i)no (?:alive|living) (?:nodes|connections)"),
    ("upstream connect error", r"upstream connect error or disconnect/reset before headers"),
    ("no live upstreams", r"no live upstreams while connecting to upstream"),
    ("error connecting to master", r"Error condition on socket for SYNC"),
    # the JDK's own HTTP client, which keeps the reason to itself
    ("java.net.connectexception", r"java\.net\.ConnectException$"),
    # reset while it is made or used
    ("econnreset", r"\bECONNRESET\b"),
    ("reset by peer", r"(?i)connection (?:was )?reset by peer"),
    ("empty reply from server", r"Empty reply from server"),
    ("socket hang up", r"\bsocket hang up\b"),
    ("server closed the connection unexpectedly", r"server closed the connection unexpectedly"),
    ("closed connection without response", r"(?i)(?:remote end )?closed connection without response"),
)  # fmt: skip

_TIMEOUT = rows(
    "connection-timeout",
    ("->", rf"(?:read|write) tcp \S{{1,60}}->(?P<host>\[[0-9A-Fa-f:.]+\]|[\w.-]{{1,253}}):{_PORT}: i/o timeout"),
    ("dial tcp", rf"dial tcp[46]? (?P<host>\[[0-9A-Fa-f:.]+\]|[\w.-]{{1,253}}):{_PORT}: (?:connect: )?(?:i/o timeout|connection timed out|operation timed out|no route to host|network is unreachable|host is unreachable)"),
    ("i/o timeout", r"\bi/o timeout\b"),
    ("unreach", rf"connect (?P<code>EHOSTUNREACH|ENETUNREACH) (?P<host>[0-9A-Fa-f:.]{{2,45}}|[\w.-]{{1,253}}):{_PORT}"),
    ("etimedout", rf"connect (?P<code>ETIMEDOUT) (?P<host>[0-9A-Fa-f:.]{{2,45}}|[\w.-]{{1,253}}):{_PORT}"),
    ("timedout", r"\b(?:ETIMEDOUT|ESOCKETTIMEDOUT|etimedout)\b"),
    ("ehostunreach", r"\b(?:EHOSTUNREACH|ehostunreach)\b"),
    ("enetunreach", r"\bENETUNREACH\b"),
    ("econnaborted", r"\bECONNABORTED\b"),
    ("timeout of", r"\btimeout of \d+ ?ms exceeded\b"),
    ("und_err_", r"\bUND_ERR_(?:CONNECT|HEADERS)_TIMEOUT\b"),
    ("connect timeout error", rf"Connect Timeout Error(?: \(attempted address(?:es)?: {_HOST}:{_PORT})?"),
    ("server on", rf"Can't connect to [^\n]{{0,40}}server on {_Q}{_HOST}(?::{_PORT})?{_Q}[^\n]{{0,60}}\(11[03]\)"),
    ("timeout occurred", rf"timeout occurred after waiting [^\n]{{1,40}} for {_HOST}:{_PORT}"),
    ("connect call failed", rf"\[Errno 11[03]\] Connect call failed \({_Q}{_HOST}{_Q}, {_PORT}"),
    ("failed to connect to", rf"[Ff]ailed to connect to {_HOST} port {_PORT}(?: after \d+ ms)?: (?:Timeout was reached|\w+ timed out|[Nn]o route|\w+ is unreachable)"),
    ("timed out", rf"(?:Connection|connection) to {_HOST}(?::{_PORT})? timed out"),
    ("timed out", rf"[Cc]onnection timed out[^\n]{{0,30}}connect\(2\) for {_Q}?{_HOST}{_Q}?(?: port |:){_PORT}"),
    ("timed out", rf"(?i)connection timed out(?: after \d+ ?ms)?: (?:/|{_HOST}/)?(?P<address>[0-9.]{{7,15}}):{_PORT}"),
    ("timed out", rf"Connection timed out \({_HOST}:{_PORT}\)"),
    ("timed out", r"(?i)\b(?:connect(?:ion|ing)?(?: attempt| request)?|server selection|read|operation|request|handshake|host|socket|dial|download|command|query"
                  r"|pool|upstream|lookup|rpc|call)(?: (?:has|have|was|is))? timed[ -]out\b"),
    ("timed out", r"(?i)\btimed[ -]out (?:after|waiting for|while|connecting|trying|in|fetching)\b"),
    ("timed out", r"(?:[Tt]imeout(?:Error)?|TimeoutException|\[Errno 110\]):? ?(?:\(?'?)timed out"),
    ("[errno 110]", r"\[Errno 110\]"),
    ("[errno 113]", r"\[Errno 113\]"),
    ("timeout", r"(?i)\bconnect(?:ion)? timeout(?: has)?(?: expired| exceeded| error| reached|ed)"),
    ("timeout", r"(?i)\btimeout (?:expired|exceeded|while (?:connecting|waiting|acquiring|reading|fetching)|connecting to|acquiring|waiting for|trying to connect|elapsed|reached)\b"),
    ("timeout", r"\b(?:Connect|Connection|Open|Read|Socket|HttpConnect|HttpRead|ServerSelection|Pool|Acquire|Kafka|Request|Operation|Gateway)\w{0,12}?Time(?:d)?[Oo]ut(?:Error|Exception)?\b(?=[:( ]|$)(?!\"?[:=(]? ?\d)"),
    ("timeouterror", r"\[TimeoutError\]: The operation was aborted due to timeout"),
    ("connection terminated due to connection timeout", r"Connection terminated due to connection timeout"),
    ("timeouterror", r"^(?:asyncio\.(?:exceptions\.)?|builtins\.|concurrent\.futures\.(?:_base\.)?)?TimeoutError:?\s*$"),
    ("execution expired", r"\bexecution expired\b"),
    ("connection is not available", r"Connection is not available, request timed out after"),
    ("httpclient.timeout", r"configured HttpClient\.Timeout of"),
    ("operation has timed out", r"The operation has timed out"),
    ("deadline", r"(?:(?i:\bdeadline exceeded)|DEADLINE_EXCEEDED|DeadlineExceeded|deadline has elapsed)"),
    ("not present in metadata", r"Topic \S{1,120} not present in metadata after \d+ ms"),
    ("failed to update metadata after", r"Failed to update metadata after \d+ ms"),
    ("while fetching topic metadata", r"Timeout expired while fetching topic metadata"),
    ("node assignment", r"Timed out waiting for a node assignment"),
    ("no route to host", r"(?i)no route to host"),
    ("network is unreachable", r"(?i)network is unreachable"),
    ("host is unreachable", r"(?i)host is unreachable"),
    ("network-related or instance-specific error", r"A network-related or instance-specific error"),
    ("pooltimedout", r"\bPoolTimedOut\b"),
)  # fmt: skip

# libpq before 14, PHP's client of Redis and the wget of BusyBox tell what happened and whom they asked in two lines.
_LIBPQ = "could not connect to server: {}\\n\\s*Is the server running on host [\"`']{}[\"`'] [^\\n]*\\n\\s*TCP/IP connections on port {}"
_WGET = "^Connecting to {}:{} \\([^)\\n]*\\)\\nwget: {}"
_IN_TWO_LINES = (
    *rows(
        "connection-refused",
        ("->connect('", rf"RedisException: Connection refused[^\n]*(?:\n[^\n]*){{0,3}}?->connect\('{_HOST}', {_PORT}"),
        ("could not connect to server", _LIBPQ.format("Connection refused", _HOST, _PORT)),
        (
            "can't connect to remote host",
            _WGET.format(_HOST, _PORT, "can't connect to remote host[^\\n]*: Connection refused"),
        ),
        spans=True,
    ),
    *rows(
        "connection-timeout",
        (
            "could not connect to server",
            _LIBPQ.format("(?:Connection timed out|No route to host|timeout expired)", _HOST, _PORT),
        ),
        (
            "wget: ",
            _WGET.format(_HOST, _PORT, "(?:download timed out|can't connect to remote host[^\\n]*: (?!Connection refused))"),
        ),
        spans=True,
    ),
)

ROWS: tuple[Row, ...] = (
    *_NOISE,
    *_IN_TWO_LINES,
    *_RBAC,
    *_AUTHENTICATION,
    *_TLS,
    *_DATABASE_ROWS,
    *_DNS,
    *_REFUSED,
    *_TIMEOUT,
)
