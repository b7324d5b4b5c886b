"""A server before the replay server with which one request fails, every time that it is made, in one of many ways."""

from __future__ import annotations

import json
import os
import re
import socket
import ssl
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from tests import replay as server

if TYPE_CHECKING:
    from tests.replay import Replay

Request = tuple[str, str]
"""Method, and path with query, without the case's base path; names that are made by chance are `*`."""

HUGE = 50 << 20
HANGING = 20.0


def plain(method: str, url: str) -> Request:
    """A request as it is in every run."""
    return method, re.sub(r"-why-[a-z0-9]{5}\b", "-why-*", re.sub(r"^/[^/]+(?=/apis?/)", "", url))


class Front:
    """Answers as the replay server does, but for one request, to which `fault` answers."""

    def __init__(
        self, replay: Replay, case: str, request: Request | None = None, fault: str = "", tls: ssl.SSLContext | None = None
    ):
        self.replay, self.case, self.request, self.fault, self.tls = replay, case, request, fault, tls
        self.befell = 0
        self.accepts: Callable[[str, int], bool] = lambda login, number: True
        """Whether a login is accepted with the request of that number, from 0."""
        self.requests: list[Request] = []
        handler = type("Handler", (_Handler,), {"front": self, "replay": replay})
        self._server = _Server(("127.0.0.1", 0), handler)
        self._server.tls = tls
        self.over = threading.Event()

    def __enter__(self) -> Front:
        threading.Thread(target=self._server.serve_forever, args=(0.005,), daemon=True).start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.stop_listening()

    def stop_listening(self):
        """From now on connections are refused; those that are there stay."""
        self._server.shutdown()
        self._server.server_close()

    def kubeconfig(self, folder: Path, **user: object) -> str:
        """The path of a kubeconfig for it."""
        scheme, port = "https" if self.tls else "http", self._server.server_address[1]
        config = {
            "current-context": "one",
            "contexts": [{"name": "one", "context": {"cluster": "one", "user": "one", "namespace": self.namespace}}],
            "clusters": [
                {
                    "name": "one",
                    "cluster": {
                        "server": f"{scheme}://127.0.0.1:{port}/{self.case}",
                        "insecure-skip-tls-verify": bool(self.tls),
                    },
                }
            ],
            "users": [{"name": "one", "user": user or {"token": "replay"}}],
        }
        file = folder / "config"
        file.write_text(json.dumps(config))
        return str(file)

    @property
    def namespace(self) -> str:
        return self.replay.cases[self.case].namespace


class _Server(server._Server):
    tls: ssl.SSLContext | None = None

    def finish_request(self, request, client_address):
        if self.tls:
            try:
                request = self.tls.wrap_socket(request, server_side=True)
            except OSError:
                return
        super().finish_request(request, client_address)


class _Handler(server._Handler):
    front: Front

    def do_GET(self):
        self._handle(b"")

    def _change(self):
        self._handle(self.rfile.read(int(self.headers.get("Content-Length") or 0)))

    do_POST = do_PUT = do_PATCH = do_DELETE = _change

    def _handle(self, body: bytes):
        request = plain(self.command, self.path)
        self.front.requests.append(request)
        with suppress(OSError):
            if not self.front.accepts(self.headers.get("Authorization", ""), len(self.front.requests) - 1):
                _status(401)(self, "/")
            elif request == self.front.request:
                self.front.befell += 1
                FAULTS[self.front.fault](self, re.sub(r"^/[^/]+|\?.*", "", self.path))
            else:
                self._send(*self.replay._answer(self.command, self.path, self.headers.get("Accept", "*/*"), self, body))

    def answer(self, status: int, body: bytes, kind: str = "application/json", **headers: str):
        """An answer, with its length unless the headers say another one."""
        self.send_response_only(status)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **named}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
        self.wfile.flush()


# --- the faults ------------------------------------------------------------------------------------------------------


def _status(code: int) -> Callable[[_Handler, str], None]:
    def answers(handler: _Handler, path: str):
        found = server._failure(server.Fault("", status=code), path)
        handler.answer(code, found.body, **({"Retry_After": "1"} if code == 429 else {}))

    return answers


def _body(status: int, body: bytes, kind: str = "application/json", **headers: str) -> Callable[[_Handler, str], None]:
    return lambda handler, path: handler.answer(status, body, kind, **headers)


def _refused(handler: _Handler, path: str):
    """The server is gone: its connections break, and nobody listens any more."""
    handler.front.stop_listening()
    handler.cut(b"")


def _reset(handler: _Handler, path: str):
    handler.answer(200, b'{"kind": "Po', Content_Length="1000")
    handler.cut(b"")


def _tls(handler: _Handler, path: str):
    """Something that is no TLS, in the middle of a connection that was."""
    handler.close_connection = True
    with socket.socket(fileno=os.dup(handler.connection.fileno())) as raw:
        raw.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n" * 3)
        raw.shutdown(socket.SHUT_RDWR)


def _hang(handler: _Handler, path: str):
    """Nothing, until the client goes away."""
    handler.close_connection = True
    handler.connection.settimeout(HANGING)
    handler.connection.recv(1)


def _huge(handler: _Handler, path: str):
    """More than anybody should read, as long as somebody does."""
    handler.close_connection = True
    handler.answer(200, b'{"items": [{"kind": "', Content_Length=str(HUGE))
    piece = b"x" * (1 << 18)
    for _ in range(HUGE // len(piece)):
        handler.wfile.write(piece)


FAULTS: dict[str, Callable[[_Handler, str], None]] = {
    **{str(code): _status(code) for code in (403, 404, 410, 429, 500, 503)},
    "404 of a proxy": _body(404, b"<html><h1>Not Found</h1></html>", "text/html"),
    "404 of Go": _body(404, b"404 page not found\n", "text/plain; charset=utf-8"),
    "refused": _refused,
    "reset": _reset,
    "TLS": _tls,
    "hang": _hang,
    "no JSON": _body(200, b"<!DOCTYPE html><html>Log in</html>", "text/html"),
    "another kind": _body(200, b'{"kind": "Status", "apiVersion": "v1", "status": "Success"}'),
    "a list": _body(200, b"[]"),
    "empty": _body(200, b""),
    "huge": _huge,
    "redirect": _body(302, b"", Location="https://login.invalid/?token=secret"),
}
