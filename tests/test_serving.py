"""A new revision that is ready and fails in what it is asked; and that no handled error is taken for that."""

from dataclasses import replace
from datetime import timedelta

import pytest

from kubectl_why.causes.loglines.serving import repeated_defect
from kubectl_why.diagnose import diagnose
from kubectl_why.snapshot import Log
from tests.logs import NOW, snapshot

FLASK = """\
[2026-03-04 10:00:01,100] ERROR in app: Exception on /tills [GET]
Traceback (most recent call last):
  File "/usr/local/lib/python3.12/site-packages/flask/app.py", line 1473, in wsgi_app
    response = self.full_dispatch_request()
  File "/srv/tills.py", line 12, in tills
    return total["sum"] + None
TypeError: unsupported operand type(s) for +: 'int' and 'NoneType'"""
SERVLET = """\
2026-03-04T10:00:01.100Z ERROR 1 --- [nio-1] o.a.c.c.C.[dispatcherServlet] : Servlet.service() for servlet \
[dispatcherServlet] in context with path [] threw exception
java.lang.NullPointerException: Cannot invoke "Till.sum()" because "till" is null
\tat tills.Tills.total(Tills.java:21)"""
GIN = """\
2026/03/04 - 10:00:01 [Recovery] panic recovered:
runtime error: index out of range [3] with length 3
/srv/tills/main.go:21 (0x8a1b2c)"""
KESTREL = """\
fail: Microsoft.AspNetCore.Diagnostics.ExceptionHandlerMiddleware[1]
      An unhandled exception has occurred while executing the request.
      System.NullReferenceException: Object reference not set to an instance of an object.
         at Tills.Total() in /src/Tills.cs:line 21"""
JSON = (
    '{"level":"error","time":"2026-03-04T10:00:01Z","msg":"uncaught exception","err":"TypeError: Cannot read properties'
    " of undefined (reading 'sum')\"}"
)
DECLINED = "ERROR payment declined by issuer: insufficient funds (51)"
HANDLED = "WARN retrying after TypeError: unhandled till type, using the default"
REFUSED = "ERROR unhandled exception: ConnectionRefusedError: [Errno 111] Connection refused"


def log(text, times=5, ago=5):
    """The text so many times with other lines between, of which the last was so many seconds ago."""
    lines = [line for _ in range(times) for line in (*text.split("\n"), "INFO served /healthz 200")]
    stamp = (NOW - timedelta(seconds=ago)).strftime("%Y-%m-%dT%H:%M:%S.123456789Z")
    return Log("web", False, tuple(lines), (stamp,) * len(lines))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (FLASK, "TypeError: unsupported operand"),
        (SERVLET, "java.lang.NullPointerException: Cannot invoke"),
        (GIN, "runtime error: index out of range"),
        (KESTREL, "System.NullReferenceException: Object reference"),
        (JSON, "TypeError: Cannot read properties of undefined"),
    ],
)
def test_a_defect_that_nobody_catches_is_found(text, words):
    found = repeated_defect(log(text), NOW)
    assert found.words.startswith(words)
    assert found.times == 5


@pytest.mark.parametrize(
    "said",
    [log(DECLINED), log(HANDLED), log(REFUSED), log(FLASK, times=2), log(FLASK, ago=120), replace(log(FLASK), times=())],
    ids=["business", "handled", "peer", "twice", "long-ago", "no-time"],
)
def test_a_handled_or_rare_or_old_error_is_none(said):
    assert repeated_defect(said, NOW) is None


def rolled_out(text, revisions=2, minutes=5):
    """A ready pod of the newest of so many revisions of its Deployment, made so many minutes ago."""
    taken = snapshot("", state="ready")
    owner = {"kind": "Deployment", "metadata": {"name": "shop", "namespace": "shop", "uid": "d"}}
    records = [
        {
            "kind": "ReplicaSet",
            "metadata": {
                "name": f"shop-{number}",
                "namespace": "shop",
                "annotations": {"deployment.kubernetes.io/revision": str(number)},
                "ownerReferences": [{"kind": "Deployment", "name": "shop", "uid": "d", "controller": True}],
            },
            "spec": {"template": {"spec": {"containers": [{"name": "web", "image": f"shop:{number}"}]}}},
        }
        for number in range(1, revisions + 1)
    ]
    created = (NOW - timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%SZ")
    pod = {**taken.pod, "metadata": {**taken.pod["metadata"], "creationTimestamp": created}}
    pod["status"] = {**pod["status"], "conditions": [{"type": "Ready", "status": "True"}]}
    objects = {f"ReplicaSet/shop/{record['metadata']['name']}": record for record in records}
    return replace(taken, pod=pod, owners=(records[-1], owner), objects=objects, logs=(log(text),))


def test_a_new_revision_that_fails_in_what_it_is_asked():
    diagnosis = diagnose(rolled_out(FLASK))
    assert diagnosis.verdict == "unhandled-exception"
    assert "TypeError" in diagnosis.verdicts[0].finding.message
    assert [verdict.cause.id for verdict in diagnosis.verdicts[0].because] == ["new-revision"]


@pytest.mark.parametrize(
    "taken",
    [rolled_out(DECLINED), rolled_out(REFUSED), rolled_out(FLASK, revisions=1), rolled_out(FLASK, minutes=90)],
    ids=["business", "peer", "first-revision", "old-revision"],
)
def test_a_ready_pod_with_an_ugly_log_is_healthy(taken):
    assert diagnose(taken).verdict == "healthy"
