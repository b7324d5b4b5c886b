"""The cluster package against small real servers on 127.0.0.1, over HTTP and TLS."""

import base64
import json
import re
import signal
import socket
import subprocess
import sys
import textwrap
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml

from kubectl_why import cluster as module
from kubectl_why.cluster import Absent, ClusterError, Forbidden, Misconfigured, Refused, Unreachable, Unserved, connect
from tests.tls import Authority, server_side

POD = {"kind": "Pod", "metadata": {"name": "web"}}
PATH = "/api/v1/namespaces/shop/pods/web"
TOKEN = "sha256~very-secret-token"


def status(code, reason, message, **details):
    """A Status, in the form in which kube-apiserver sends it."""
    head = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure"}
    return head | {"message": message, "reason": reason, "details": details, "code": code}


class Server(ThreadingHTTPServer):
    """Answers with what `answer(request)` gives: a body, or (code, body), or (code, body, headers), or None to hang up.

    `requests` are those it got: path, headers and the client's port, which tells connections apart.
    """

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, answer=lambda request: POD, tls=None):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answer, self.tls, self.requests = answer, tls, []
        self.url = f"http{'s' if tls else ''}://127.0.0.1:{self.server_port}"
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    def finish_request(self, request, client_address):
        # Here and not in accept: this runs in the thread of the connection, and a client may break off.
        if self.tls:
            request.settimeout(5)
            try:
                request = self.tls.wrap_socket(request, server_side=True)
            except OSError:
                return
        super().finish_request(request, client_address)

    def handle_error(self, request, client_address):
        """A client that goes away is part of the tests."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self):
        self.server.requests.append(self)
        self.body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        answer = self.server.answer(self)
        if answer is None:
            self.close_connection = True
            self.connection.close()
            return
        code, body, *headers = answer if isinstance(answer, tuple) else (200, answer)
        body = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(code)
        for name, value in {"Content-Length": len(body), **(headers[0] if headers else {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_PATCH = do_DELETE = do_GET

    def log_message(self, *_):
        pass


@pytest.fixture
def serve():
    servers = []

    def start(*arguments, **options):
        servers.append(Server(*arguments, **options))
        return servers[-1]

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch, tmp_path):
    for name in ("KUBECONFIG", "KUBERNETES_SERVICE_HOST", "KUBERNETES_SERVICE_PORT", "POD_NAMESPACE"):
        monkeypatch.delenv(name, raising=False)
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority"), "test-authority")


@pytest.fixture(scope="module")
def server_pair(authority):
    return authority.sign("server", alternative="IP:127.0.0.1")


def kubeconfig(cluster=None, user=None, context=None, name="one"):
    return {
        "current-context": name,
        "clusters": [{"name": name, "cluster": cluster}] if cluster else [],
        "users": [{"name": name, "user": {"token": TOKEN} if user is None else user}],
        "contexts": [{"name": name, "context": {"cluster": name, "user": name, **(context or {})}}],
    }


def write(path: Path, config) -> str:
    path.parent.mkdir(exist_ok=True)
    path.write_text(yaml.safe_dump(config))
    return str(path)


@pytest.fixture
def to(tmp_path):
    """Connect to a server: to(server or its URL, user=, context=, cluster=, flag=...)."""

    def connected(server, user=None, context=None, cluster=None, **flags):
        url = server if isinstance(server, str) else server.url
        config = kubeconfig({"server": url, **(cluster or {})}, user, context)
        return connect(kubeconfig=write(tmp_path / "config", config), **flags)

    return connected


def refused(call, kind):
    """The text of the error of exactly this kind; it must be one line, and tell no secret."""
    with pytest.raises(ClusterError) as caught:
        call()
    text = str(caught.value)
    assert type(caught.value) is kind, repr(caught.value)
    assert text and "\n" not in text and TOKEN not in text and "secret" not in text
    assert len(text) < 500
    return text


# --- Answers ---------------------------------------------------------------------------------------------------------


def test_an_object_as_the_server_sent_it(serve, to):
    server = serve()
    assert to(server).get(PATH) == POD
    request = server.requests[0]
    assert request.path == PATH
    assert request.headers["Authorization"] == f"Bearer {TOKEN}"
    assert request.headers["Accept"] == "application/json"


def test_query_and_accept(serve, to):
    server = serve()
    accept = "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io"
    to(server).get("/api/v1/pods", {"fieldSelector": "status.phase!=Running", "limit": "5"}, accept)
    asked = urlsplit(server.requests[0].path)
    assert parse_qs(asked.query) == {"fieldSelector": ["status.phase!=Running"], "limit": ["5"]}
    assert server.requests[0].headers["Accept"] == accept


def test_a_server_below_a_path(serve, to):
    server = serve()
    to(server.url + "/k8s/clusters/c-1/").get(PATH)
    assert server.requests[0].path == "/k8s/clusters/c-1" + PATH


def test_a_server_without_a_scheme_is_http(serve, to):
    assert to(serve().url.removeprefix("http://")).get(PATH) == POD


def test_compressed_and_large(serve, to):
    import gzip

    large = {"kind": "PodList", "items": [POD] * 20_000}
    packed = gzip.compress(json.dumps(large).encode())
    server = serve(lambda request: (200, packed, {"Content-Encoding": "gzip"}))
    assert to(server).get("/api/v1/pods") == large
    assert "gzip" in server.requests[0].headers["Accept-Encoding"]


def test_text_of_any_bytes(serve, to):
    server = serve(lambda request: (200, b"ok \xff\n\xe2\x82\xac", {"Content-Type": "text/plain"}))
    assert to(server).text(PATH + "/log") == "ok \ufffd\n€"


def test_server_time_is_the_server_s(serve, to):
    dates = iter(["Tue, 01 Apr 2025 10:00:00 GMT", "nonsense", "Tue, 01 Apr 2025 10:00:07 GMT"])

    def answer(request):
        # send_response has set a Date of its own already; replace it.
        request.date_time_string = lambda timestamp=None: next(dates)
        return POD

    cluster = to(serve(answer))
    assert cluster.server_time() is None
    cluster.get(PATH)
    assert cluster.server_time() == datetime(2025, 4, 1, 10, tzinfo=timezone.utc)
    cluster.get(PATH)
    cluster.get(PATH)
    assert cluster.server_time() == datetime(2025, 4, 1, 10, 0, 7, tzinfo=timezone.utc)


def test_absent(serve, to):
    gone = status(404, "NotFound", 'pods "web" not found', name="web", kind="pods")
    assert refused(lambda: to(serve(lambda r: (404, gone))).get(PATH), Absent) == 'pods "web" not found'


@pytest.mark.parametrize(
    "body",
    [b"404 page not found\n", status(404, "NotFound", "the server could not find the requested resource")],
    ids=["group", "resource"],
)
def test_unserved(serve, to, body):
    path = "/apis/metrics.k8s.io/v1beta1/namespaces/shop/pods"
    assert refused(lambda: to(serve(lambda r: (404, body))).get(path), Unserved).endswith(path)
    assert issubclass(Unserved, Absent)


def test_a_404_of_someone_else_is_not_an_absence(serve, to):
    assert "404" in refused(lambda: to(serve(lambda r: (404, b"<html>nginx</html>"))).get(PATH), Unreachable)


def test_forbidden_says_what_the_server_says(serve, to):
    message = 'nodes is forbidden: User "nobody" cannot list resource "nodes" in API group "" at the cluster scope'
    server = serve(lambda r: (403, status(403, "Forbidden", message)))
    assert refused(lambda: to(server).get("/api/v1/nodes"), Forbidden) == message
    long = serve(lambda r: (403, status(403, "Forbidden", message + ": \x1b[31m\n" + "RBAC: clusterrole not found, " * 99)))
    text = refused(lambda: to(long).get("/api/v1/nodes"), Forbidden)
    assert text.startswith(message) and "\x1b" not in text and len(text) <= 300


@pytest.mark.parametrize(
    "message, brief, advice",
    [
        # As kube-apiserver 1.36.3 says it.
        (
            'pods "web" is forbidden: User "nobody" cannot get resource "pods" in API group "" in the namespace "shop"',
            "forbidden: needs get pods in shop",
            "; see what you may do there: kubectl -n shop auth can-i --list",
        ),
        (
            'pods "web" is forbidden: User "dev" cannot impersonate-on:user-info:get resource "pods" in API group "" '
            'in the namespace "shop"',
            "forbidden: needs impersonate-on:user-info:get pods in shop",
            "; --as and --as-group take the right to impersonate: leave them out, or ask for it",
        ),
        # Of servers without constrained impersonation.
        (
            'users "boss" is forbidden: User "dev" cannot impersonate resource "users" in API group "" at the cluster scope',
            "forbidden: needs impersonate users cluster-wide",
            "; --as and --as-group take the right to impersonate: leave them out, or ask for it",
        ),
    ],
)
def test_forbidden_says_what_to_do(serve, to, message, brief, advice):
    server = serve(lambda r: (403, status(403, "Forbidden", message)))
    cluster = to(server)
    with pytest.raises(Forbidden) as error:
        cluster.get(PATH)
    said = str(error.value).replace(" ".join(("kubectl", *cluster.access)), "kubectl")
    assert (said, error.value.brief) == (message + advice, brief)


def test_unauthorized_says_what_to_do(serve, to):
    server = serve(lambda r: (401, status(401, "Unauthorized", "Unauthorized")))
    text = refused(lambda: to(server).get(PATH), Forbidden)
    assert 'user "one"' in text and "expired" in text and "log in again" in text
    assert len(server.requests) == 1


def test_another_refusal_keeps_the_server_s_words(serve, to):
    message = 'previous terminated container "web" in pod "web-1" not found'
    server = serve(lambda r: (400, status(400, "BadRequest", message)))
    text = refused(lambda: to(server).text(PATH + "/log"), Refused)
    assert "400" in text and message in text
    assert len(server.requests) == 1


def test_a_secret_that_the_server_repeats_is_masked(serve, to):
    server = serve(lambda r: (400, status(400, "BadRequest", f"what is {TOKEN}? see https://u:secret@host/")))
    refused(lambda: to(server).get(PATH), Refused)


@pytest.mark.parametrize("code", [500, 503, 429])
def test_bad_luck_is_tried_again_once(serve, to, code):
    answers = iter([(code, b"", {"Retry-After": "0"}), POD])
    assert to(serve(lambda r: next(answers))).get(PATH) == POD


def test_retry_after_is_honoured_up_to_two_seconds(serve, to, monkeypatch):
    waited = []
    monkeypatch.setattr(time, "sleep", waited.append)
    for seconds in ("1", "60", "soon"):
        answers = iter([(429, b"", {"Retry-After": seconds}), POD])
        to(serve(lambda r, answers=answers: next(answers))).get(PATH)
    assert waited == [1, 2, 0]


def test_twice_is_no_bad_luck(serve, to):
    server = serve(lambda r: (500, status(500, "InternalError", "etcdserver: leader changed")))
    assert "etcdserver: leader changed" in refused(lambda: to(server).get(PATH), Unreachable)
    assert len(server.requests) == 2


@pytest.mark.parametrize(
    "body, named",
    [
        (b"", "nothing"),
        (b"<html>Log in</html>", "a web page"),
        (b"[1]", "a list"),
        (b"garbage", "something else"),
        (b'{"a":', "something else"),
        (b"[" * 100_000, "a list"),
        (b"\xff\xfe", "something else"),
    ],
)
def test_what_is_not_an_object(serve, to, body, named):
    assert named in refused(lambda: to(serve(lambda r: (200, body))).get(PATH), Unreachable)


def test_a_redirect_is_not_followed(serve, to):
    server = serve(lambda r: (302, b"", {"Location": "/login"}))
    assert "302" in refused(lambda: to(server).get(PATH), Unreachable)
    assert len(server.requests) == 1


# --- Writes ----------------------------------------------------------------------------------------------------------

PODS = "/api/v1/namespaces/shop/pods"
WRITES = {
    "POST": lambda cluster: cluster.create(PODS, POD, {"dryRun": "All"}),
    "PATCH": lambda cluster: cluster.patch(PATH, {"spec": {}}),
    "DELETE": lambda cluster: cluster.delete(PATH, {"gracePeriodSeconds": "0"}),
}
write_of = pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)


@pytest.mark.parametrize(
    "method, path, content_type, body",
    [
        ("POST", PODS + "?dryRun=All", "application/json", POD),
        ("PATCH", PATH, "application/strategic-merge-patch+json", {"spec": {}}),
        ("DELETE", PATH + "?gracePeriodSeconds=0", None, None),
    ],
)
def test_a_write_as_it_is_sent(serve, to, method, path, content_type, body):
    server = serve(lambda r: (201, {"kind": "Pod", "metadata": {"uid": "1"}}))
    assert WRITES[method](to(server, as_user="dev")) == {"kind": "Pod", "metadata": {"uid": "1"}}
    (request,) = server.requests
    assert (request.command, request.path, request.headers["Content-Type"]) == (method, path, content_type)
    assert (json.loads(request.body) if request.body else None) == body
    assert request.headers["Authorization"] == f"Bearer {TOKEN}" and request.headers["Impersonate-User"] == "dev"


@write_of
@pytest.mark.parametrize("answer", [None, (500, b""), (503, b""), (504, b"")], ids=["reset", "500", "503", "504"])
def test_a_write_that_may_have_arrived_is_not_sent_again(serve, to, write, answer):
    server = serve(lambda r: answer)
    refused(lambda: write(to(server)), Unreachable)
    assert len(server.requests) == 1


@write_of
def test_a_write_that_was_not_done_is_sent_again(serve, to, write):
    answers = iter([(429, b"", {"Retry-After": "0"}), POD])
    server = serve(lambda r: next(answers))
    assert write(to(server)) == POD
    first, second = server.requests
    assert first.body == second.body and len(server.requests) == 2


VIOLATES = 'pods "web" is forbidden: violates PodSecurity "restricted:latest": ' + "privileged (x), " * 40


@pytest.mark.parametrize(
    "code, reason, message, kind",
    [
        (403, "Forbidden", 'pods is forbidden: User "dev" cannot create resource "pods" in API group ""', Forbidden),
        (403, "Forbidden", VIOLATES, Refused),
        (403, "Forbidden", 'pods "web" is forbidden: exceeded quota: few, requested: pods=1', Refused),
        (400, "", 'admission webhook "images.acme.io" denied the request: image "x" cannot be used', Refused),
        (409, "AlreadyExists", 'pods "web" already exists', Refused),
        (422, "Invalid", 'Pod "web" is invalid: spec.containers: Required value', Refused),
        (404, "NotFound", 'namespaces "shop" not found', Absent),
    ],
)
def test_a_write_that_is_refused(serve, to, code, reason, message, kind):
    details = {"name": "web", "kind": "pods"}
    server = serve(lambda r: (code, status(code, reason, message, **details)))
    with pytest.raises(ClusterError) as caught:
        to(server).create(PODS, POD)
    assert type(caught.value) is kind
    assert len(server.requests) == 1
    assert "\n" not in str(caught.value) and len(str(caught.value)) < 500
    if kind is Refused:
        error = caught.value
        assert (error.code, error.reason, error.message, error.details) == (code, reason, message, details)


# --- Watches ---------------------------------------------------------------------------------------------------------

EVENT = {"type": "MODIFIED", "object": POD}
BOOKMARK = {"type": "BOOKMARK", "object": {"kind": "Pod", "metadata": {"resourceVersion": "7"}}}


def streaming(*parts, end=True):
    """An answer in chunks: bytes as they are, a number is a pause, all else is a line of JSON."""

    def answer(request):
        request.send_response(200)
        request.send_header("Transfer-Encoding", "chunked")
        request.end_headers()
        for part in parts:
            if isinstance(part, int):
                time.sleep(part)
                continue
            chunk = part if isinstance(part, bytes) else json.dumps(part).encode() + b"\n"
            request.wfile.write(b"%x\r\n%s\r\n" % (len(chunk), chunk))
        if end:
            request.wfile.write(b"0\r\n\r\n")
        raise ConnectionAbortedError

    return answer


def test_a_watch_tells_what_happens_line_by_line(serve, to):
    text = json.dumps(EVENT).encode()
    server = serve(streaming(EVENT, BOOKMARK, text[:9], text[9:] + b"\n" + text + b"\n" + text[:3]))
    assert list(to(server).watch(PODS, {"fieldSelector": "metadata.name=web"}, 4.2)) == [EVENT, BOOKMARK, EVENT, EVENT]
    query = parse_qs(urlsplit(server.requests[0].path).query)
    assert query["watch"] == ["true"] and query["timeoutSeconds"] == ["5"] and query["allowWatchBookmarks"] == ["true"]
    assert query["fieldSelector"] == ["metadata.name=web"]


@pytest.mark.parametrize("silent", [streaming(EVENT, 3), lambda r: time.sleep(3)], ids=["nothing more", "no answer"])
def test_a_watch_ends_with_its_time(serve, to, silent):
    started = time.monotonic()
    assert list(to(serve(silent)).watch(PODS, seconds=0.4)) in ([EVENT], [])
    assert 0.3 < time.monotonic() - started < 1


def test_a_watch_that_nobody_reads_any_more_is_closed(serve, to):
    broken = threading.Event()

    def answer(request):
        request.send_response(200)
        request.end_headers()
        request.wfile.write(json.dumps(EVENT).encode() + b"\n")
        if not request.connection.recv(1):
            broken.set()
        raise ConnectionAbortedError

    for event in to(serve(answer)).watch(PODS, seconds=60):
        assert event == EVENT
        break
    assert broken.wait(2)


GONE = status(410, "Expired", "too old resource version: 1 (2)")


@pytest.mark.parametrize(
    "answer, kind, words",
    [
        (streaming(EVENT, {"type": "ERROR", "object": GONE}), Refused, "too old resource version"),
        (lambda r: (410, GONE), Refused, "too old resource version"),
        (streaming({"type": "ERROR", "object": status(500, "InternalError", "etcd")}), Unreachable, "500"),
        (lambda r: (403, status(403, "Forbidden", "no")), Forbidden, "no"),
        (lambda r: (500, b""), Unreachable, "500"),
        (lambda r: None, Unreachable, "closed the connection"),
        (streaming(EVENT, end=False), Unreachable, "no answer from the server"),
        (streaming(b"<html>\n"), Unreachable, "a web page"),
        (streaming({"type": "MODIFIED"}), Unreachable, "something else"),
    ],
)
def test_a_watch_that_fails(serve, to, answer, kind, words):
    assert words in refused(lambda: list(to(serve(answer)).watch(PODS, seconds=5)), kind)


def test_ctrl_c_ends_a_watch_at_once(serve, tmp_path):
    file = write(tmp_path / "config", kubeconfig({"server": serve(streaming(EVENT, 20)).url}))
    code = f"""
        import sys
        from kubectl_why.cluster import connect
        try:
            for event in connect(kubeconfig=sys.argv[1]).watch({PODS!r}, seconds=60):
                print(event["type"], flush=True)
        except KeyboardInterrupt:
            print("interrupted")
    """
    process = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(code), file], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "MODIFIED\n"
    started = time.monotonic()
    process.send_signal(signal.SIGINT)
    assert process.communicate(timeout=5) == ("interrupted\n", "")
    assert time.monotonic() - started < 1


# --- No answer -------------------------------------------------------------------------------------------------------


def test_hanging_ends_with_the_timeout_and_is_not_tried_again(serve, to):
    server = serve(lambda r: time.sleep(1))
    started = time.monotonic()
    text = refused(lambda: to(server, request_timeout="300ms").get(PATH), Unreachable)
    assert time.monotonic() - started < 0.9
    assert "0.3s" in text and "--request-timeout" in text
    assert len(server.requests) == 1


def test_dripping_ends_with_the_timeout_too(serve, to):
    def answer(request):
        request.send_response(200)
        request.send_header("Content-Length", "1000")
        request.end_headers()
        for _ in range(20):
            request.wfile.write(b" ")
            time.sleep(0.1)

    started = time.monotonic()
    refused(lambda: to(serve(answer), request_timeout="0.3s").get(PATH), Unreachable)
    assert time.monotonic() - started < 1.0


def test_nobody_listens(to):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    text = refused(lambda: to(f"http://127.0.0.1:{port}").get(PATH), Unreachable)
    assert text == f'the server 127.0.0.1:{port} refused the connection: is "one" the right context?'


def test_a_host_that_is_not_known(to):
    text = refused(lambda: to("https://api.cluster.invalid:6443").get(PATH), Unreachable)
    assert "api.cluster.invalid:6443 is not known here" in text


def test_a_connection_that_breaks_is_tried_again_once(serve, to):
    answers = iter([None, POD])
    assert to(serve(lambda r: next(answers))).get(PATH) == POD
    server = serve(lambda r: None)
    assert "closed the connection" in refused(lambda: to(server).get(PATH), Unreachable)
    assert len(server.requests) == 2


def test_an_answer_that_breaks_off_is_tried_again(serve, to):
    answers = iter([(200, b"{", {"Content-Length": 100, "Connection": "close"}), POD])

    def answer(request):
        request.close_connection = True
        return next(answers)

    assert to(serve(answer)).get(PATH) == POD


def test_one_connection_for_many_requests(serve, to):
    server = serve()
    cluster = to(server)
    for _ in range(20):
        cluster.get(PATH)
    assert len({request.client_address for request in server.requests}) == 1


def test_many_at_once(serve, to):
    server = serve(lambda r: time.sleep(0.05) or {"path": r.path})
    cluster = to(server)
    with ThreadPoolExecutor(16) as threads:
        started = time.monotonic()
        answers = list(threads.map(cluster.get, [f"/api/{n}" for n in range(64)]))
    assert [answer["path"] for answer in answers] == [f"/api/{n}" for n in range(64)]
    assert time.monotonic() - started < 1.6  # one after the other: 3.2 s
    assert len({request.client_address for request in server.requests}) <= 16
    cluster.close()


@pytest.mark.parametrize(
    "given, seconds",
    [("0", None), ("0s", None), ("5", 5), ("5s", 5), ("1m30s", 90), ("500ms", 0.5), ("1.5h", 5400), ("2us", 2e-6)],
)
def test_request_timeout(given, seconds):
    assert module._timeout(given) == (seconds and pytest.approx(seconds))


@pytest.mark.parametrize("given", ["abc", "1.5", "5 s", "-5s", "s", "5d", "٣"])
def test_a_bad_request_timeout_is_refused_in_kubectl_s_words(to, given):
    text = refused(lambda: to("http://127.0.0.1:9", request_timeout=given), Misconfigured)
    assert "Invalid timeout value. Timeout must be a single integer in seconds, or an integer followed by" in text


# --- TLS -------------------------------------------------------------------------------------------------------------


def test_an_authority_and_a_token(serve, to, authority, server_pair):
    server = serve(tls=server_side(server_pair))
    inline = base64.b64encode(authority.certificate.read_bytes()).decode()
    assert to(server, cluster={"certificate-authority": str(authority.certificate)}).get(PATH) == POD
    # Data wins over a file.
    assert to(server, cluster={"certificate-authority-data": inline, "certificate-authority": "/no"}).get(PATH) == POD


def test_the_server_s_own_certificate_is_enough_as_its_authority(serve, to, server_pair):
    """As for Go, and so for kubectl: what the kubeconfig trusts is trusted, be it a root or not."""
    server = serve(tls=server_side(server_pair))
    assert to(server, cluster={"certificate-authority": str(server_pair.certificate)}).get(PATH) == POD


def test_client_certificates(serve, to, authority, server_pair):
    server = serve(
        lambda r: {"who": dict(pair[0] for pair in r.connection.getpeercert()["subject"])["commonName"]},
        tls=server_side(server_pair, clients=authority.certificate),
    )
    alice = authority.sign("alice")
    cluster = {"certificate-authority": str(authority.certificate)}
    files = {"client-certificate": str(alice.certificate), "client-key": str(alice.key)}
    inline = {
        f"{key}-data": base64.b64encode(path.read_bytes()).decode()
        for key, path in (("client-certificate", alice.certificate), ("client-key", alice.key))
    }
    for user in (files, inline):
        assert to(server, user, cluster=cluster).get(PATH) == {"who": "alice"}
    # Whether the alert arrives before the end of the connection is a matter of luck.
    without = refused(lambda: to(server, cluster=cluster).get(PATH), Unreachable)
    assert "client certificate" in without or "closed the connection" in without
    mixed = {**files, "client-key": str(server_pair.key)}
    assert 'user "one"' in refused(lambda: to(server, mixed, cluster=cluster), Misconfigured)


def test_no_key_stays_behind(serve, to, authority, server_pair, tmp_path, monkeypatch):
    import tempfile

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    test_client_certificates(serve, to, authority, server_pair)
    assert not list((tmp_path / "temporary").iterdir())


def test_a_wrong_authority(serve, to, server_pair, tmp_path):
    other = Authority(tmp_path, "other-authority")
    cluster = to(serve(tls=server_side(server_pair)), cluster={"certificate-authority": str(other.certificate)})
    text = refused(lambda: cluster.get(PATH), Unreachable)
    assert "not signed by the certificate-authority of the kubeconfig" in text


def test_a_wrong_name_and_tls_server_name(serve, to, authority):
    server = serve(tls=server_side(authority.sign("named", alternative="DNS:api.example.com")))
    cluster = {"certificate-authority": str(authority.certificate)}
    text = refused(lambda: to(server, cluster=cluster).get(PATH), Unreachable)
    assert "for another" in text and "tls-server-name" in text
    assert to(server, cluster={**cluster, "tls-server-name": "api.example.com"}).get(PATH) == POD


def test_an_expired_certificate(serve, to, authority):
    server = serve(tls=server_side(authority.sign("expired", alternative="IP:127.0.0.1", days=-1)))
    text = refused(lambda: to(server, cluster={"certificate-authority": str(authority.certificate)}).get(PATH), Unreachable)
    assert "expired" in text


def test_insecure_skip_tls_verify(serve, to, authority, server_pair, recwarn):
    server = serve(tls=server_side(server_pair))
    assert to(server, cluster={"insecure-skip-tls-verify": True}).get(PATH) == POD
    assert not [warning for warning in recwarn if "Unverified HTTPS" in str(warning.message)]
    both = {"insecure-skip-tls-verify": True, "certificate-authority": str(authority.certificate)}
    refused(lambda: to(server, cluster=both), Misconfigured)


def test_tls_where_there_is_none(serve, to):
    url = serve().url.replace("http:", "https:")
    assert "http://" in refused(lambda: to(url).get(PATH), Unreachable)


@pytest.mark.parametrize("cluster", [{"certificate-authority-data": "!"}, {"certificate-authority": "/no/such/file"}])
def test_an_authority_that_cannot_be_read(to, cluster):
    text = refused(lambda: to("https://127.0.0.1:9", cluster=cluster), Misconfigured)
    assert "certificate-authority" in text and 'cluster "one"' in text


# --- Which kubeconfig ------------------------------------------------------------------------------------------------


def test_the_first_file_wins_entry_by_entry(serve, tmp_path, monkeypatch):
    server = serve()
    first = write(tmp_path / "first", {"current-context": "one", "users": [{"name": "one", "user": {"token": "first"}}]})
    second = kubeconfig({"server": server.url}, {"token": "second"})
    second["current-context"] = "other"
    missing = str(tmp_path / "missing")
    monkeypatch.setenv("KUBECONFIG", ":".join(["", missing, first, write(tmp_path / "second", second)]))
    connect().get(PATH)
    assert server.requests[0].headers["Authorization"] == "Bearer first"


def test_paths_are_relative_to_their_own_file(serve, authority, server_pair, tmp_path, monkeypatch):
    server = serve(tls=server_side(server_pair, clients=authority.certificate))
    bob = authority.sign("bob")
    config = kubeconfig({"server": server.url, "certificate-authority": "pki/ca.pem"}, {})
    users = [{"name": "one", "user": {"client-certificate": "bob.pem", "client-key": "bob.key", "tokenFile": "token"}}]
    clusters_file = write(tmp_path / "a" / "config", {**config, "users": None})
    users_file = write(tmp_path / "b" / "config", {"users": users})
    (tmp_path / "a" / "pki").mkdir()
    (tmp_path / "a" / "pki" / "ca.pem").write_bytes(authority.certificate.read_bytes())
    (tmp_path / "b" / "bob.pem").write_bytes(bob.certificate.read_bytes())
    (tmp_path / "b" / "bob.key").write_bytes(bob.key.read_bytes())
    (tmp_path / "b" / "token").write_text("from-a-file\n")
    monkeypatch.setenv("KUBECONFIG", f"{clusters_file}:{users_file}")
    connect().get(PATH)
    assert server.requests[0].headers["Authorization"] == "Bearer from-a-file"


def test_the_default_file(serve, tmp_path):
    write(tmp_path / ".kube" / "config", kubeconfig({"server": serve().url}))
    assert connect().get(PATH) == POD


@pytest.fixture
def two(serve, tmp_path):
    """A kubeconfig of two clusters, each with a user and a context: production, which is current, and staging."""
    servers = {name: serve() for name in ("production", "staging")}
    config = kubeconfig()
    for kind in ("cluster", "user", "context"):
        config[f"{kind}s"] = [
            {"name": name, kind: {"server": servers[name].url, "token": name, "cluster": name, "user": name}}
            for name in servers
        ]
    config["contexts"][1]["context"]["namespace"] = "shop"
    config["current-context"] = "production"
    return write(tmp_path / "two", config), servers


@pytest.mark.parametrize(
    "flags, asked, login, namespace",
    [
        ({}, "production", "production", "default"),
        ({"context": "staging"}, "staging", "staging", "shop"),
        ({"cluster": "staging"}, "staging", "production", "default"),
        ({"user": "staging"}, "production", "staging", "default"),
        ({"context": "staging", "namespace": "other"}, "staging", "staging", "other"),
        (
            {"context": "", "cluster": "", "user": "", "namespace": "", "request_timeout": ""},
            "production",
            "production",
            "default",
        ),
    ],
)
def test_flags_choose(two, flags, asked, login, namespace):
    file, servers = two
    cluster = connect(kubeconfig=file, **flags)
    cluster.get(PATH)
    assert servers[asked].requests[0].headers["Authorization"] == f"Bearer {login}"
    assert cluster.namespace == namespace


@pytest.mark.parametrize("flag", ["context", "cluster", "user"])
def test_an_unknown_name(two, flag):
    text = refused(lambda: connect(kubeconfig=two[0], **{flag: "prodution"}), Misconfigured)
    assert text == f'{flag} "prodution" does not exist in {two[0]}: did you mean "production"?'
    assert "it has production, staging" in refused(lambda: connect(kubeconfig=two[0], **{flag: "xyz"}), Misconfigured)


def test_no_kubeconfig(tmp_path, monkeypatch):
    assert "~/.kube/config" in refused(connect, Misconfigured)
    assert "/no/file does not exist" in refused(lambda: connect(kubeconfig="/no/file"), Misconfigured)
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "missing"))
    assert "missing" in refused(connect, Misconfigured)


def test_no_current_context(two, tmp_path):
    config = yaml.safe_load(Path(two[0]).read_text()) | {"current-context": ""}
    file = write(tmp_path / "none", config)
    assert "production, staging" in refused(lambda: connect(kubeconfig=file), Misconfigured)
    assert connect(kubeconfig=file, cluster="production").get(PATH) == POD


@pytest.mark.parametrize(
    "text",
    [
        f"users: [{{name: a, user: {{token: {TOKEN}}}}}\ncontexts: ]",
        f"- {TOKEN}",
        f"token: {TOKEN}\nusers: 5",
        f"users: {{name: {TOKEN}}}",
        f"clusters: [{{name: 5, cluster: {{server: {TOKEN}}}}}]",
        "clusters: [{name: one, cluster: {server: 5}}]",
        "\x00",
        "",
    ],
)
def test_a_broken_kubeconfig(tmp_path, text):
    (tmp_path / "broken").write_text(text)
    assert "broken" in refused(lambda: connect(kubeconfig=str(tmp_path / "broken")), Misconfigured)


@pytest.mark.parametrize("server", ["", "ftp://host", "https://", "https://host:port", "https://[::1"])
def test_a_broken_server(to, server):
    assert 'cluster "one"' in refused(lambda: to(server), Misconfigured)


def test_inside_a_pod(serve, authority, server_pair, tmp_path, monkeypatch):
    server = serve(tls=server_side(server_pair))
    (tmp_path / "token").write_text("of-the-pod")
    (tmp_path / "ca.crt").write_bytes(authority.certificate.read_bytes())
    (tmp_path / "namespace").write_text("ours")
    monkeypatch.setattr(module.kubeconfig, "SERVICE_ACCOUNT", str(tmp_path))
    monkeypatch.setenv("KUBERNETES_SERVICE_HOST", "127.0.0.1")
    monkeypatch.setenv("KUBERNETES_SERVICE_PORT", str(server.server_port))
    cluster = connect()
    assert cluster.namespace == "ours"
    assert cluster.get(PATH) == POD
    assert server.requests[0].headers["Authorization"] == "Bearer of-the-pod"
    assert connect(namespace="other").namespace == "other"


# --- Who we are ------------------------------------------------------------------------------------------------------


def test_a_token_file_wins_over_a_token(serve, to, tmp_path):
    server = serve()
    (tmp_path / "token").write_text("fresh\n")
    to(server, {"token": "stale", "tokenFile": "token"}).get(PATH)
    assert server.requests[0].headers["Authorization"] == "Bearer fresh"


def test_name_and_password(serve, to):
    server = serve()
    to(server, {"username": "alice", "password": "secret"}).get(PATH)
    assert server.requests[0].headers["Authorization"] == "Basic " + base64.b64encode(b"alice:secret").decode()


def test_a_token_that_cannot_be_sent(to):
    assert 'user "one"' in refused(lambda: to("http://127.0.0.1:9", {"token": f"{TOKEN}\nX: y"}), Misconfigured)


def test_impersonation(serve, to):
    server = serve()
    to(server, as_user="alice", as_groups=["dev", "a, b"]).get(PATH)
    headers = server.requests[-1].headers
    assert headers["Impersonate-User"] == "alice"
    assert headers.get_all("Impersonate-Group") == ["dev", "a, b"]
    user = {"token": "t", "as": "bob", "as-groups": ["ops"], "as-uid": "7", "as-user-extra": {"Scope/x": ["y", "z"]}}
    to(server, user).get(PATH)
    headers = server.requests[-1].headers
    assert headers["Impersonate-User"] == "bob" and headers.get_all("Impersonate-Group") == ["ops"]
    assert headers["Impersonate-Uid"] == "7" and headers.get_all("Impersonate-Extra-Scope%2Fx") == ["y", "z"]
    to(server, user, as_user="carol").get(PATH)
    assert server.requests[-1].headers["Impersonate-User"] == "carol"
    refused(lambda: to(server, as_groups=["dev"]), Misconfigured)
    refused(lambda: to(server, as_user="a\nX: y"), Misconfigured)


def plugin(folder: Path, body: str, **settings):
    """A user that logs in with a plugin of this shell script."""
    script = folder / "login"
    script.write_text(f"#!/bin/sh\n{textwrap.dedent(body)}\n")
    script.chmod(0o755)
    version = "client.authentication.k8s.io/v1"
    return {"exec": {"apiVersion": version, "command": "./login", "interactiveMode": "Never", "env": None, **settings}}


def credential(**fields) -> str:
    return json.dumps({"apiVersion": "client.authentication.k8s.io/v1", "kind": "ExecCredential", "status": fields})


def test_a_login_plugin(serve, to, tmp_path):
    server = serve()
    body = """printf '%s' "$KUBERNETES_EXEC_INFO" > asked; echo "$1 $NAME" > called; cat answer"""
    (tmp_path / "answer").write_text(credential(token="from-plugin"))
    user = plugin(tmp_path, f"cd {tmp_path}; {body}", args=["--get"], env=[{"name": "NAME", "value": "x"}])
    user["exec"]["provideClusterInfo"] = True
    to(server, user).get(PATH)
    assert server.requests[0].headers["Authorization"] == "Bearer from-plugin"
    assert (tmp_path / "called").read_text() == "--get x\n"
    asked = json.loads((tmp_path / "asked").read_text())
    assert asked["kind"] == "ExecCredential" and asked["apiVersion"] == user["exec"]["apiVersion"]
    assert asked["spec"] == {"interactive": False, "cluster": {"server": server.url}}


def test_a_login_plugin_that_gives_a_certificate(serve, to, authority, server_pair, tmp_path):
    server = serve(tls=server_side(server_pair, clients=authority.certificate))
    carol = authority.sign("carol")
    pair = {"clientCertificateData": carol.certificate.read_text(), "clientKeyData": carol.key.read_text()}
    (tmp_path / "answer").write_text(credential(**pair))
    user = plugin(tmp_path, f"cat {tmp_path}/answer")
    assert to(server, user, cluster={"certificate-authority": str(authority.certificate)}).get(PATH) == POD


@pytest.mark.parametrize(
    "body, words",
    [
        ("echo starting >&2; echo session expired, run sso login >&2; exit 3", "exit status 3: session expired, run sso"),
        ("exit 1", "exit status 1"),
        ("true", "printed nothing"),
        ("echo hello", "printed something else"),
        (f"echo '{credential()}'", "neither a token nor a certificate"),
        ("""echo '{"apiVersion": "client.authentication.k8s.io/v1beta1", "status": {"token": "x"}}'""", "v1beta1"),
    ],
)
def test_a_login_plugin_that_fails(to, tmp_path, body, words):
    text = refused(lambda: to("http://127.0.0.1:9", plugin(tmp_path, body)), Misconfigured)
    assert words in text and 'user "one"' in text


def test_a_login_plugin_that_is_not_there(to, tmp_path):
    user = plugin(tmp_path, "", command="no-such-login", installHint="Install it:\n  brew install no-such-login")
    text = refused(lambda: to("http://127.0.0.1:9", user), Misconfigured)
    assert text.endswith('"no-such-login" of user "one" is not installed: Install it: brew install no-such-login')
    (tmp_path / "login").chmod(0o644)
    user["exec"]["command"] = "./login"
    assert "cannot be run (Permission denied)" in refused(lambda: to("http://127.0.0.1:9", user), Misconfigured)


def test_a_login_that_ends_is_renewed_once(serve, to, tmp_path):
    """A watch may outlive a token; many threads then log in once, and a login that stays refused is not repeated."""
    good = {"Bearer t1"}
    server = serve(lambda r: POD if r.headers["Authorization"] in good else (401, b""))
    count = tmp_path / "count"
    body = f"""echo x >> {count}; n=$(wc -l < {count}); echo '{credential(token="t@")}' | sed "s/@/$((n))/" """
    cluster = to(server, plugin(tmp_path, body))
    assert cluster.get(PATH) == POD
    good.clear()
    good.add("Bearer t2")
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(cluster.get, [PATH] * 8)) == [POD] * 8
    assert count.read_text().count("x") == 2


def test_a_login_that_stays_refused_is_not_asked_for_again_and_again(serve, to, tmp_path):
    count = tmp_path / "count"
    user = plugin(tmp_path, f"""echo x >> {count}; echo '{credential(token="same")}'""")
    cluster = to(serve(lambda r: (401, b"")), user)
    for _ in range(3):
        refused(lambda: cluster.get(PATH), Forbidden)
    assert count.read_text().count("x") == 2


def jwt(**claims) -> str:
    return ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in ({}, claims, {}))


def test_an_auth_provider_renews_its_token_and_keeps_it(serve, tmp_path, authority, server_pair):
    fresh = jwt(exp=time.time() + 3600)

    def answer(request):
        if request.path.endswith("openid-configuration"):
            return {"token_endpoint": provider.url + "/token"}
        return 200, {"id_token": fresh, "refresh_token": "next", "access_token": "a"}, {"Content-Type": "application/json"}

    provider, server = serve(answer, tls=server_side(server_pair)), serve()
    settings = {"client-id": "c", "client-secret": "s", "refresh-token": "r", "id-token": jwt(exp=1)}
    settings |= {"idp-issuer-url": provider.url, "idp-certificate-authority": str(authority.certificate)}
    user = {"auth-provider": {"name": "oidc", "config": settings}}
    file = write(tmp_path / "config", kubeconfig({"server": server.url}, user))
    assert connect(kubeconfig=file).get(PATH) == POD
    assert server.requests[0].headers["Authorization"] == f"Bearer {fresh}"
    assert b"refresh_token=r" in provider.requests[-1].body
    saved = yaml.safe_load(Path(file).read_text())["users"][0]["user"]["auth-provider"]["config"]
    assert saved == {**settings, "id-token": fresh, "refresh-token": "next"}


def test_an_auth_provider_that_cannot(to):
    gone = {"name": "oidc", "config": {"id-token": jwt(exp=1), "idp-issuer-url": "https://127.0.0.1:9"}}
    assert "oidc" in refused(lambda: to("http://127.0.0.1:9", {"auth-provider": gone}), Misconfigured)
    assert "azure" in refused(lambda: to("http://127.0.0.1:9", {"auth-provider": {"name": "azure"}}), Misconfigured)


# --- Proxies ---------------------------------------------------------------------------------------------------------


def test_proxy_url(serve, to):
    proxy = serve(lambda r: {"asked": r.path})
    url = proxy.url.replace("http://", "http://me:secret@")
    cluster = to("http://api.cluster.invalid:8080", cluster={"proxy-url": url})
    assert cluster.get(PATH) == {"asked": "http://api.cluster.invalid:8080" + PATH}
    assert proxy.requests[0].headers["Proxy-Authorization"].startswith("Basic ")


@pytest.mark.parametrize("no_proxy, proxied", [("", True), ("other,cluster.invalid", False)])
def test_a_proxy_from_the_environment(serve, to, monkeypatch, no_proxy, proxied):
    proxy = serve()
    monkeypatch.setenv("HTTP_PROXY", proxy.url.removeprefix("http://"))
    monkeypatch.setenv("NO_PROXY", no_proxy)
    cluster = to("http://api.cluster.invalid:8080")
    if proxied:
        assert cluster.get(PATH) == POD
    else:
        refused(lambda: cluster.get(PATH), Unreachable)
    assert len(proxy.requests) == proxied


def test_localhost_needs_no_proxy(serve, to, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://proxy.invalid:3128")
    assert to(serve()).get(PATH) == POD


def test_a_proxy_that_does_not_answer(to):
    cluster = to("https://api.cluster.invalid", cluster={"proxy-url": "http://me:secret@127.0.0.1:9"})
    assert "the proxy 127.0.0.1:9" in refused(lambda: cluster.get(PATH), Unreachable)


@pytest.mark.parametrize("url", ["ftp://proxy.invalid", "http://[", "nonsense"])
def test_a_proxy_that_is_none(to, url):
    assert "proxy" in refused(lambda: to("http://api.cluster.invalid", cluster={"proxy-url": url}), Misconfigured)


# --- What it costs ---------------------------------------------------------------------------------------------------


def run(code: str, file: str) -> str:
    done = subprocess.run([sys.executable, "-c", code, file], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_importing_it_imports_no_client():
    loaded = run("import sys, kubectl_why.cluster; print(*sys.modules)", "").split()
    assert not {"kubernetes", "urllib3", "yaml", "ssl", "http.client"} & {*loaded}


BEHIND_A_PROXY = {"server": "http://api.cluster.invalid:8080"}


@pytest.mark.parametrize("proxied", [False, True])
def test_connecting_imports_what_it_needs_and_no_more(serve, tmp_path, proxied):
    cluster = {**BEHIND_A_PROXY, "proxy-url": serve().url} if proxied else {"server": serve().url}
    file = write(tmp_path / "config", kubeconfig(cluster))
    code = f"""
        import sys
        from kubectl_why.cluster import connect
        connect(kubeconfig=sys.argv[1]).get({PATH!r})
        print(*sys.modules)
        import kubernetes.client, kubernetes.config  # and the package is itself for whoever imports it now
        kubernetes.client.CoreV1Api, kubernetes.config.load_kube_config, kubernetes.dynamic.DynamicClient
    """
    loaded = {*run(textwrap.dedent(code), file).split()}
    assert not {"pydantic", "requests", "oauthlib", "requests_oauthlib", "aiohttp", "websocket", "subprocess"} & loaded
    assert "kubernetes" not in loaded and ("kubernetes.client.rest" in loaded) == proxied


def test_a_package_that_is_laid_out_otherwise_is_imported_whole(serve, tmp_path):
    file = write(tmp_path / "config", kubeconfig({**BEHIND_A_PROXY, "proxy-url": serve().url}))
    code = f"""
        import sys
        from kubectl_why import cluster
        cluster.parts._STAND_INS += ("kubernetes.client.rest",)
        print(cluster.connect(kubeconfig=sys.argv[1]).get({PATH!r})["kind"], "kubernetes.dynamic" in sys.modules)
    """
    assert run(textwrap.dedent(code), file) == "Pod True\n"


def test_only_cluster_imports_the_client():
    root = Path(module.__file__).parent.parent
    pattern = re.compile(r"^\s*(from|import) kubernetes\b", re.MULTILINE)
    assert [path.name for path in root.rglob("*.py") if pattern.search(path.read_text())] == [
        "login.py",
        "transport.py",
    ]
