"""What the causes of the family `application` make of a log line and of the pod that it comes from."""

import pytest

from kubectl_why.diagnose import diagnose
from kubectl_why.model import Confidence
from tests.logs import snapshot

CONFIG = {"name": "conf", "configMap": {"name": "shop"}}
AT_ETC = {"name": "conf", "mountPath": "/etc/shop"}


def found(text, container=None, **more):
    """The first verdict on a Deployment's pod whose container `web` ended with that log."""
    diagnosis = diagnose(snapshot(text, container, **more))
    assert diagnosis.broken == ()
    return diagnosis.verdicts[0]


def held(kind, name, **data):
    return {"kind": kind, "metadata": {"name": name, "namespace": "shop"}, "data": data}


def commands(verdict):
    return " ".join(remedy.command or "" for remedy in verdict.finding.remedies)


NOT_SET = "FATAL: environment variable DB_PASSWORD is not set"


@pytest.mark.parametrize(
    ("container", "more", "words", "sure"),
    [
        ({}, {}, "environment variable DB_PASSWORD is not set", Confidence.LIKELY),
        ({"env": [{"name": "DB_PASSWORD"}]}, {}, "environment variable DB_PASSWORD is set and empty", Confidence.LIKELY),
        ({"env": [{"name": "DB_PASSWD", "value": "x"}]}, {}, "is not set: DB_PASSWD is set instead", Confidence.LIKELY),
        (
            {"envFrom": [{"secretRef": {"name": "db"}}]},
            {"objects": [held("Secret", "db", DB_PASSWD="")]},
            "is not set: Secret db has DB_PASSWD instead",
            Confidence.LIKELY,
        ),
        (
            {"env": [{"name": "DB_USER", "valueFrom": {"secretKeyRef": {"name": "db", "key": "DB_USER"}}}]},
            {"objects": [held("Secret", "db", DB_USER="", DB_PASSWORD="")]},
            "is not set: Secret db has it, and the container does not take it",
            Confidence.LIKELY,
        ),
        (
            {"envFrom": [{"configMapRef": {"name": "extra", "optional": True}}]},
            {"absent": ["ConfigMap/shop/extra"]},
            "is not set: ConfigMap extra, from which it may come, does not exist and is optional",
            Confidence.LIKELY,
        ),
        (
            {"env": [{"name": "DB_PASSWORD", "valueFrom": {"secretKeyRef": {"name": "db", "key": "pw", "optional": True}}}]},
            {"objects": [held("Secret", "db", user="")]},
            "is not set: Secret db has no key pw, and the reference is optional",
            Confidence.LIKELY,
        ),
        (
            {},
            {"others": [{"name": "proxy", "env": [{"name": "DB_PASSWORD", "value": "x"}]}]},
            "is not set: container proxy has it, web does not",
            Confidence.LIKELY,
        ),
        # a ConfigMap that could not be read may have it
        ({"envFrom": [{"configMapRef": {"name": "hidden"}}]}, {}, "DB_PASSWORD is not set", Confidence.POSSIBLE),
        # the log and the pod do not agree
        ({"env": [{"name": "DB_PASSWORD", "value": "x"}]}, {}, "the log says that", Confidence.POSSIBLE),
    ],
)
def test_missing_env_var(container, more, words, sure):
    verdict = found(NOT_SET, container, **more)
    assert verdict.cause.id == "missing-env-var"
    assert words in verdict.finding.message
    assert verdict.finding.confidence is sure


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("server.port: must be between 1 and 65535, got 99999", "server.port is not valid or not known: must be between"),
        (
            'level=error msg="invalid config" err="server.port: must be positive"',
            "server.port is not valid or not known: must be",
        ),
        (
            'FATAL invalid configuration: log.level: unknown value "verbos"',
            'log.level is not valid or not known: unknown value "verbos"',
        ),
        ('bad config: timeout "10x" is not a duration', 'the configuration is not valid: timeout "10x" is not a duration'),
    ],
)
def test_a_setting_by_its_path(text, words):
    verdict = found(text)
    assert verdict.cause.id == "invalid-configuration"
    assert verdict.finding.message.startswith(words)


@pytest.mark.parametrize(
    ("cause", "text", "words"),
    [
        (
            "missing-module",
            "Could not find rack-3.0.8, puma-6.4.0 in locally installed gems",
            "rack-3.0.8, puma-6.4.0 is not in",
        ),
        ("invalid-configuration", "Error: Cannot parse config/a.json: Unexpected token }", "in config/a.json"),
        ("disk-full", "ERROR 1114 (HY000) at line 3: The table 'events' is full", "no space left"),
        (
            "authentication-failed",
            "Access denied for user 'app'@'10.1.2.3' (using password: NO)",
            "wants a password of user app",
        ),
    ],
)
def test_what_clients_say_of_it(cause, text, words):
    verdict = found(text)
    assert verdict.cause.id == cause
    assert words in verdict.finding.message


def test_a_source_file_and_an_exception_are_no_settings():
    assert found("main.py: expected 3 arguments").cause.id == "silent-exit"
    assert found("java.lang.IllegalArgumentException: must be positive").cause.id == "unhandled-exception"


def test_a_key_that_only_differs_in_its_separator_can_be_taken():
    verdict = found(
        NOT_SET, {"envFrom": [{"secretRef": {"name": "db"}}]}, objects=[held("Secret", "db", **{"DB-PASSWORD": ""})]
    )
    assert "kubectl -n shop set env deployment/shop -c web --from=secret/db --keys=DB-PASSWORD" in commands(verdict)


def test_a_property_of_spring_is_named_as_its_variable():
    verdict = found("Could not resolve placeholder 'shop.db-password' in value \"${shop.db-password}\"", {})
    assert "SHOP_DBPASSWORD" in verdict.finding.message


NO_FILE = "FATAL: open /etc/shop/config.yaml: no such file or directory"


@pytest.mark.parametrize(
    ("text", "container", "more", "words", "sure"),
    [
        (NO_FILE, {}, {}, "/etc/shop/config.yaml does not exist", Confidence.POSSIBLE),
        (
            NO_FILE,
            {"args": ["--config=/etc/shop/config.yaml"]},
            {},
            "/etc/shop/config.yaml does not exist",
            Confidence.LIKELY,
        ),
        (
            NO_FILE,
            {"volumeMounts": [AT_ETC]},
            {"spec": {"volumes": [CONFIG]}, "objects": [held("ConfigMap", "shop", **{"settings.yaml": "a: 1"})]},
            "ConfigMap shop, mounted at /etc/shop, has settings.yaml",
            Confidence.LIKELY,
        ),
        (
            NO_FILE,
            {"volumeMounts": [AT_ETC]},
            {
                "spec": {"volumes": [{"name": "conf", "configMap": {"name": "shop", "optional": True}}]},
                "absent": ["ConfigMap/shop/shop"],
            },
            "ConfigMap shop, mounted at /etc/shop, does not exist and is optional",
            Confidence.LIKELY,
        ),
        (
            NO_FILE,
            {"volumeMounts": [{"name": "conf", "mountPath": "/config"}]},
            {"spec": {"volumes": [CONFIG]}, "objects": [held("ConfigMap", "shop", **{"config.yaml": "a: 1"})]},
            "ConfigMap shop has config.yaml, and is mounted at /config",
            Confidence.LIKELY,
        ),
        (
            "FATAL: read /etc/shop/config.yaml: is a directory",
            {"volumeMounts": [{"name": "conf", "mountPath": "/etc/shop/config.yaml"}]},
            {"spec": {"volumes": [CONFIG]}, "objects": [held("ConfigMap", "shop", **{"config.yaml": "a: 1"})]},
            "the whole of ConfigMap shop is mounted there, as a directory",
            Confidence.LIKELY,
        ),
        (
            "FATAL: open /data/seed.sql: no such file or directory",
            {"volumeMounts": [{"name": "data", "mountPath": "/data"}]},
            {"spec": {"volumes": [{"name": "data", "emptyDir": {}}]}},
            "volume data, mounted at /data, is an emptyDir, which starts empty",
            Confidence.LIKELY,
        ),
    ],
)
def test_missing_file(text, container, more, words, sure):
    verdict = found(text, container, **more)
    assert verdict.cause.id == "missing-file"
    assert words in verdict.finding.message
    assert verdict.finding.confidence is sure


def test_permission_on_a_claim_wants_an_fs_group():
    verdict = found(
        "PermissionError: [Errno 13] Permission denied: '/data/x'",
        {"volumeMounts": [{"name": "data", "mountPath": "/data"}]},
        spec={"volumes": [{"name": "data", "persistentVolumeClaim": {"claimName": "shop-data"}}]},
        status={"user": {"linux": {"uid": 1000, "gid": 2000}}},
    )
    assert verdict.cause.id == "permission-denied"
    assert "user 1000 may not access /data/x on PersistentVolumeClaim shop-data" in verdict.finding.message
    assert '"fsGroup":2000' in commands(verdict)
    assert verdict.finding.confidence is Confidence.LIKELY


def test_a_read_only_mount_is_told_from_a_read_only_root():
    text = "OSError: [Errno 30] Read-only file system: '/srv/cache/a'"
    mount = {"name": "c", "mountPath": "/srv/cache", "readOnly": True}
    verdict = found(text, {"volumeMounts": [mount]}, spec={"volumes": [{"name": "c", "emptyDir": {}}]})
    assert "volume c is mounted read-only at /srv/cache" in verdict.finding.message
    root = found(text, {"securityContext": {"readOnlyRootFilesystem": True}})
    assert "the root filesystem is read-only" in root.finding.message
    assert '"mountPath":"/srv/cache"' in commands(root)
    # a volume over the application's own directory would hide it
    hidden = found(
        "OSError: [Errno 30] Read-only file system: '/app/a.log'", {"securityContext": {"readOnlyRootFilesystem": True}}
    )
    assert commands(hidden).strip() == ""


def test_the_other_container_of_a_port_is_named():
    verdict = found(
        "listen tcp :8080: bind: address already in use", others=[{"name": "side", "ports": [{"containerPort": 8080}]}]
    )
    assert verdict.cause.id == "port-in-use"
    assert "container side" in verdict.finding.message


def test_a_privileged_port_keeps_the_sysctls_that_are_set():
    spec = {"securityContext": {"runAsUser": 101, "sysctls": [{"name": "net.core.somaxconn", "value": "1024"}]}}
    verdict = found("listen tcp :80: bind: permission denied", spec=spec)
    assert verdict.cause.id == "privileged-port-denied"
    assert "net.core.somaxconn" in commands(verdict) and "ip_unprivileged_port_start" in commands(verdict)


def test_the_line_of_a_config_map_is_quoted():
    text = "FATAL: /etc/shop/config.yaml: yaml: line 2: mapping values are not allowed in this context"
    objects = [held("ConfigMap", "shop", **{"config.yaml": "a: 1\nb: c: 2\n"})]
    verdict = found(text, {"volumeMounts": [AT_ETC]}, spec={"volumes": [CONFIG]}, objects=objects)
    assert verdict.cause.id == "invalid-configuration"
    assert "ConfigMap shop, key config.yaml" in verdict.finding.message
    assert "b: c: 2" in [evidence.value for evidence in verdict.finding.evidence]


def test_a_variable_that_kubernetes_sets_for_a_service():
    service = {**held("Service", "redis"), "spec": {"clusterIP": "10.0.0.9"}}
    verdict = found('panic: strconv.Atoi: parsing "tcp://10.0.0.9:6379": invalid syntax', objects=[service], exit_code=2)
    assert "Kubernetes sets such a variable for Service redis" in verdict.finding.message
    assert '"enableServiceLinks":false' in commands(verdict)


def test_a_flag_is_corrected_where_the_usage_has_a_near_one():
    text = "flag provided but not defined: -listen-adress\nUsage of shop:\n  -listen-address string\n    \tthe address"
    verdict = found(text, {"args": ["--listen-adress=:80", "-v"]}, exit_code=2)
    assert verdict.cause.id == "bad-arguments"
    assert '"args":["--listen-address=:80","-v"]' in commands(verdict)


@pytest.mark.parametrize(
    ("text", "exit_code", "words"),
    [
        ("", 1, "ends with exit code 1 (a general error) after 1s and has no log"),
        ("one\ntwo", 7, "ends with exit code 7 after 1s, its last words: two"),
        ("job failed for reasons\nbye", 3, "and says: job failed for reasons"),
    ],
)
def test_silent_exit(text, exit_code, words):
    verdict = found(text, exit_code=exit_code)
    assert verdict.cause.id == "silent-exit"
    assert words in verdict.finding.message
    assert verdict.finding.confidence is Confidence.POSSIBLE


@pytest.mark.parametrize("exit_code", [0, 134, 137, 139, 143])
def test_what_ends_otherwise_is_no_silent_exit(exit_code):
    assert found("bye", exit_code=exit_code).cause.id != "silent-exit"


@pytest.mark.parametrize(
    ("text", "exit_code", "words"),
    [
        (
            'Traceback (most recent call last):\n  File "/app/a.py", line 3, in <module>\n    go()\n'
            '  File "/usr/lib/python3/site-packages/x.py", line 9, in go\n    raise ValueError("no")\nValueError: no',
            1,
            "ValueError: no, at /app/a.py:3",
        ),
        (
            'Exception in thread "main" java.lang.IllegalStateException: no\n\tat org.springframework.A.b(A.java:1)\n'
            "\tat com.shop.Main.main(Main.java:4)",
            1,
            "java.lang.IllegalStateException: no, at com.shop.Main.main (Main.java:4)",
        ),
        (
            "TypeError: x is not a function\n    at node:internal/a:1:1\n    at /app/node_modules/y/i.js:1:1\n"
            "    at go (/app/i.js:7:3)",
            1,
            "TypeError: x is not a function, at /app/i.js:7",
        ),
        ("panic: no\n\ngoroutine 1 [running]:\nmain.main()\n\t/src/main.go:5 +0x1d", 2, "panic: no, at /src/main.go:5"),
    ],
)
def test_the_application_s_own_frame_is_named(text, exit_code, words):
    verdict = found(text, exit_code=exit_code)
    assert verdict.cause.id == "unhandled-exception"
    assert verdict.finding.message == words


def test_a_data_directory_of_another_version_is_not_started_afresh():
    text = (
        "FATAL:  database files are incompatible with server\n"
        "DETAIL:  The data directory was initialized by PostgreSQL version 14, which is not compatible with this version"
        " 16.2."
    )
    claim = {"name": "data", "persistentVolumeClaim": {"claimName": "pg"}}
    mount = {"name": "data", "mountPath": "/var/lib/postgresql/data"}
    verdict = found(text, {"image": "postgres:16", "volumeMounts": [mount]}, spec={"volumes": [claim]})
    assert verdict.cause.id == "data-directory-unusable"
    assert "holds files of version 14, and this server is 16.2" in verdict.finding.message
    assert "PGDATA" not in commands(verdict)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("terminate called after throwing an instance of 'std::out_of_range'\n  what():  map::at", ": map::at"),
        ("terminate called after throwing an instance of 'Odd'", ": terminate called after throwing an instance of 'Odd'"),
        ("double free or corruption (out)", ": double free or corruption (out)"),
    ],
)
def test_an_abort_is_told_with_what_was_said_of_it(text, words):
    verdict = found(text, exit_code=134)
    assert verdict.cause.id == "aborted"
    assert verdict.finding.message.endswith(words)


def next_of(diagnosis):
    """The commands that would show more."""
    remedies = [remedy for verdict in diagnosis.verdicts for remedy in verdict.finding.remedies if remedy.kind == "next"]
    return [remedy.command for remedy in remedies]


def test_what_is_not_known_says_how_to_see_more():
    assert next_of(diagnose(snapshot("", exit_code=3))) == [
        "kubectl -n shop logs shop-1 -c web",
        "kubectl why shop-1 -n shop --sleep",
    ]
    running = diagnose(snapshot("up", state="running"))
    assert running.verdict == "unknown"
    assert next_of(running) == [
        "kubectl -n shop logs shop-1 -c web",
        "kubectl why shop-1 -n shop --debug",
    ]
    refused = {"state": {"waiting": {"reason": "ImageInspectError", "message": "broken store"}}}
    assert next_of(diagnose(snapshot("", status=refused))) == ["kubectl -n shop describe pod shop-1"]


def test_only_what_changes_the_cluster_says_so():
    remedies = diagnose(snapshot("", exit_code=3)).verdicts[0].finding.remedies
    assert [(remedy.kind, remedy.mutates) for remedy in remedies] == [("proper", False), ("next", False), ("next", True)]


@pytest.mark.parametrize(("command", "workers"), [(["gunicorn", "shop:app"], True), (["python3", "report.py"], False)])
def test_fewer_workers_are_offered_where_there_are_workers(command, workers):
    limited = {"command": command, "resources": {"limits": {"memory": "512Mi"}}}
    killed = {"state": {"terminated": {"exitCode": 137, "reason": "OOMKilled", "finishedAt": "2026-03-04T10:00:01Z"}}}
    verdict = found("", limited, status=killed)
    assert verdict.cause.id == "oom-killed"
    advice = " ".join(remedy.message for remedy in verdict.finding.remedies)
    assert ("--workers" in advice) == workers


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"level":"fatal","msg":"boot","error":"TypeError: x is not a function"}', "TypeError: x is not a function"),
        ("level=error msg=boot err=\"KeyError: 'net'\"", "KeyError: 'net'"),
        (
            '2026-03-04 10:00:00 ERROR app: java.lang.NullPointerException: the "net" is null',
            'NullPointerException: the "net" is null',
        ),
    ],
)
def test_a_defect_whose_trace_the_logger_keeps(text, words):
    verdict = found(text)
    assert verdict.cause.id == "unhandled-exception"
    assert words in verdict.finding.message


def test_a_defect_that_was_handled_is_none():
    assert found("WARN trying again after TypeError: x is not a function").cause.id == "silent-exit"
