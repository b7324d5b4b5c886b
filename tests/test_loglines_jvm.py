"""What the JVM and what runs on it write, where no recording could be made, and what must not be made of it."""

import pytest

from kubectl_why.causes.loglines.choice import best
from kubectl_why.causes.loglines.signs import matches
from kubectl_why.diagnose import diagnose
from kubectl_why.snapshot import Log
from tests.logs import snapshot


def telling(text):
    log = Log("web", True, tuple(text.split("\n")))
    return best(matches(log), log)


LINES = [
    # The words of SQL Server, MySQL and Oracle's own listing of a peer
    (
        "authentication-failed",
        {"table": "Invoice"},
        "com.microsoft.sqlserver.jdbc.SQLServerException: The SELECT permission was denied on the object 'Invoice', database"
        " 'shop', schema 'dbo'.",
    ),
    (
        "authentication-failed",
        {"user": "shop", "table": "invoice"},
        "java.sql.SQLSyntaxErrorException: SELECT command denied to user 'shop'@'10.0.0.7' for table 'invoice'",
    ),
    # The first SDK of AWS
    (
        "missing-env-var",
        {"what": "region"},
        "com.amazonaws.SdkClientException: Unable to find a region via the region provider chain. Must provide an explicit"
        " region in the builder or setup environment to supply a region.",
    ),
    (
        "authentication-failed",
        {},
        "com.amazonaws.services.sqs.model.AmazonSQSException: Access to the resource is denied. (Service: AmazonSQS; Status"
        " Code: 403; Error Code: AccessDenied; Request ID: 5; Proxy: null)",
    ),
    # The JVM on 32 bits, and in a cgroup of few bytes
    (
        "heap-exhausted",
        {},
        "Error occurred during initialization of VM\nCould not reserve enough space for 2097152KB object heap",
    ),
    ("connection-refused", {}, "java.net.SocketException: Unexpected end of file from server"),
    (
        "database-not-ready",
        {"table": "orders.placed"},
        "Caused by: java.lang.IllegalStateException: Topic(s) [orders.placed] is/are not present and missingTopicsFatal is true",
    ),
    (
        "database-not-ready",
        {"host": ""},
        "liquibase.exception.LockException: Could not acquire change log lock.  Currently locked by till-5 (10.0.0.5) since"
        " 1/1/26, 10:00 AM",
    ),
    # Oracle's driver
    (
        "connection-refused",
        {},
        "java.sql.SQLRecoverableException: IO Error: The Network Adapter could not establish the connection",
    ),
    (
        "database-not-ready",
        {},
        "java.sql.SQLException: Listener refused the connection with the following error:\nORA-12514, TNS:listener does not"
        " currently know of service requested in connect descriptor\n\tat oracle.jdbc.driver.T4CConnection.logon(T4C.java:8)",
    ),
    (
        "authentication-failed",
        {"table": "shop"},
        "com.mongodb.MongoCommandException: Command failed with error 13 (Unauthorized): 'not authorized on shop to execute"
        ' command { find: "orders" }\' on server mongo:27017',
    ),
    (
        "tls-failure",
        {},
        "Caused by: java.security.InvalidAlgorithmParameterException: the trustAnchors parameter must be non-empty",
    ),
    # Keycloak
    (
        "invalid-configuration",
        {},
        "ERROR: Failed to start server in (production) mode\nERROR: Strict hostname resolution configured but no hostname"
        " setting provided\nERROR: For more details run the same command passing the '--verbose' option.",
    ),
    # Spring Boot 2 writes no quotes where there is no value
    (
        "missing-env-var",
        {"variable": "mail.sender"},
        "Binding to target failed:\n\n    Property: mail.sender\n    Value: null\n    Reason: must not be empty",
    ),
    (
        "invalid-configuration",
        {"key": "mail.sender", "value": "nobody"},
        'Binding to target failed:\n\n    Property: mail.sender\n    Value: "nobody"\n    Reason: must be an address',
    ),
]


@pytest.mark.parametrize(("cause", "groups", "text"), LINES, ids=lambda value: str(value)[:50])
def test_line(cause, groups, text):
    line = telling(text)
    assert line is not None
    assert line.cause == cause
    assert {name: line[name] for name in groups} == groups


def test_a_value_is_a_setting_only_where_the_message_refuses_it():
    env = {"env": [{"name": "WAREHOUSE", "value": "harbour"}]}

    def verdict(message):
        text = f'Exception in thread "main" java.lang.IllegalArgumentException: {message}'
        return diagnose(snapshot(text, env)).verdict

    assert verdict("Unknown warehouse: harbour") == "invalid-configuration"
    assert verdict("No shelf is left in harbour") == "unhandled-exception"
    assert verdict("Unknown warehouse: harbour-east") == "unhandled-exception"
    assert verdict("Unknown warehouse") == "unhandled-exception"


def test_who_gave_up_is_explained_by_the_warnings_about_the_peer_and_by_no_other():
    def verdict(warning, last):
        between = "\n".join(f"12:00:0{n} INFO  [main] d.t.Till - closing pool {n}" for n in range(5))
        text = f'12:00:00 WARN  [main] d.t.Till - {warning}\n{between}\nException in thread "main" d.t.TillException: {last}'
        return diagnose(snapshot(text)).verdict

    refused = "ledger:5432 - Connection refused"
    assert verdict(refused, "could not connect to the ledger after 3 attempts") == "connection-refused"
    assert verdict(refused, "could not connect to ledger:5432 after 3 attempts") == "connection-refused"
    assert verdict(refused, "could not connect to drawer:7001 after 3 attempts") == "unhandled-exception"
    assert verdict(refused, "the till is 3 cents short") == "unhandled-exception"
    assert verdict("open /srv/cache.db: no such file or directory", "gave up after 3 attempts") == "unhandled-exception"


def test_a_process_that_stays_up_after_its_last_words():
    bound = 'Exception in thread "main" java.net.BindException: Address already in use\n\tat d.t.Till.main(Till.java:3)'
    assert diagnose(snapshot(bound, state="running")).verdict == "port-in-use"
    assert diagnose(snapshot(bound, state="ready")).verdict == "healthy"
    long_ago = bound + "\n12:00:00 INFO [main] d.t.Till - sold" * 100
    assert diagnose(snapshot(long_ago, state="running")).verdict == "unknown"
    full = "12:00:00 ERROR [http-7] d.t.Till - request failed\njava.lang.OutOfMemoryError: Java heap space"
    assert diagnose(snapshot(full, state="running")).verdict == "heap-exhausted"
    assert diagnose(snapshot(full, state="ready")).verdict == "healthy"
    logged = "12:00:00 ERROR [main] d.t.Till - cannot write the report: /srv/out.csv (No such file or directory)"
    assert diagnose(snapshot(logged, state="running")).verdict == "unknown"


def test_rights_in_a_database_are_no_rights_on_files():
    assert telling("ERROR: permission denied for schema public").cause == "authentication-failed"
    assert telling("java.io.FileNotFoundException: /srv/key (Permission denied)").cause == "permission-denied"


def test_a_message_of_several_lines_belongs_to_its_trace():
    message = "d.t.TillException: cannot open the drawer\n\nDrawer: /srv/drawer.csv (No such file or directory)\n"
    cause = "Caused by: d.t.TillException: the drawer is locked\n\tat d.t.Till.main(Till.java:1)"
    line = telling(f"{message}\tat d.t.Till.open(Till.java:3)\n{cause}")
    assert (line.cause, line["file"]) == ("missing-file", "/srv/drawer.csv")
    after = "java.lang.IllegalStateException: the till is short\n\tat d.t.Till.main(Till.java:1)\n" + "closed\n" * 9
    assert telling(f"{after}12:00 INFO nothing\n\tat rest").record.end == 1


def test_a_sentence_does_not_name_a_variable_by_its_first_word():
    assert telling("This environment variable is needed to run this program") is None
