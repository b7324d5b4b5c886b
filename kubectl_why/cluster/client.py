"""One API server, seen as one user: raw JSON in and out."""

import json
import math
import re
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime, timezone
from queue import Empty, SimpleQueue
from typing import Any
from urllib.parse import urlencode, urlsplit

from ..commands import kubectl
from ..redact import MASK, clean, masked, values_hidden
from .errors import (
    Absent,
    ClusterError,
    Forbidden,
    Refused,
    Unreachable,
    Unserved,
    innermost,
    kind_of_body,
    one_line,
    why_no_tls,
    why_not_trusted,
    within,
)

STRATEGIC_MERGE = "application/strategic-merge-patch+json"

# Of the authorizer's refusals (apiserver pkg/endpoints/handlers/responsewriters/errors.go, 1.36), and of no other.
_NO_RIGHT = 'forbidden: User "'
_NEEDED = (
    r'cannot (?P<verb>[\w:-]+) resource "(?P<resource>[^"]+)" in API group "(?P<group>[^"]*)"'
    r'(?: in the namespace "(?P<namespace>[^"]+)"| at the cluster scope)'
)
_MOMENT = 0.25  # seconds within which a watch notices Ctrl-C where the system does not wake it
_LONGEST_WAIT = 2.0  # seconds before the second try, whatever Retry-After asks for
_MOST_WORDS = 1 << 16  # bytes of a body in words that are looked at; of them a line is told
_LARGEST = 32 << 20  # bytes that an answer may have: many times those of a page of five hundred pods


class Cluster:
    """One API server, seen as one user. Safe to use from many threads at once. Made by `connect`."""

    namespace: str
    """The namespace to look in: --namespace, else the context's, else (in a pod) the pod's own, else "default"."""

    access: tuple[str, ...]
    """The flags with which kubectl reaches the same cluster as the same user, where the user gave some."""

    def __init__(self, *, server, context, user, access, namespace, headers, credential, log_in, pool, timeout) -> None:
        self.namespace, self.access = namespace, access
        self._server = server
        self._host = urlsplit(server).netloc.rpartition("@")[2]
        self._context = context
        self._user = user
        self._headers = headers
        self._credential = credential
        self._secrets = set(credential.secrets)
        self._log_in = log_in
        self._pool = pool
        self._timeout = timeout
        self._server_time: datetime | None = None
        self._useless: str | None = None  # a login that was refused and that logging in again gave again
        self._lock = threading.Lock()

    def get(self, path: str, query: Mapping[str, str] | None = None, accept: str = "application/json") -> dict[str, Any]:
        """The JSON object at `path`, as the server sent it. `path` begins with /api or /apis.

        Raises Absent, Unserved, Forbidden, Refused or Unreachable; Misconfigured where the login has to be renewed and
        cannot.
        """
        return self._object("GET", path, query, {"Accept": accept})

    def text(self, path: str, query: Mapping[str, str] | None = None, largest: int = _LARGEST) -> str:
        """The text at `path`, such as a log, of at most so many bytes. Those that are not UTF-8 become U+FFFD.

        Raises what `get` raises.
        """
        return self._body("GET", path, query, {"Accept": "*/*"}, largest=largest).decode("utf-8", errors="replace")

    def create(self, path: str, body: Mapping[str, Any], query: Mapping[str, str] | None = None) -> dict[str, Any]:
        """Send an object to the list at `path`; the answer is it, as the server has it now.

        Raises what `get` raises. After Unreachable it may be there all the same: only the answer was lost.
        """
        return self._object("POST", path, query, {"Content-Type": "application/json"}, body)

    def patch(
        self, path: str, body: Any, content_type: str = STRATEGIC_MERGE, query: Mapping[str, str] | None = None
    ) -> dict[str, Any]:
        """Change the object at `path`; the answer is it, as the server has it now. Raises what `create` raises."""
        return self._object("PATCH", path, query, {"Content-Type": content_type}, body)

    def delete(self, path: str, query: Mapping[str, str] | None = None) -> dict[str, Any]:
        """Delete the object at `path`; the answer is it, still going, or a Status. Raises what `create` raises."""
        return self._object("DELETE", path, query, {})

    def watch(self, path: str, query: Mapping[str, str] | None = None, seconds: float = 300.0) -> Iterator[dict[str, Any]]:
        """What happens to the objects of the list at `path`, each time {"type": ..., "object": ...}; bookmarks too.

        Ends when the time is up, or earlier where the server wants to be asked again. Raises what `get` raises: Refused
        with code 410 where the resourceVersion in `query` is too old (list again), Unreachable where the connection
        breaks.
        """
        # Read in a thread: on Windows nothing interrupts one that waits for a socket, and a server that hangs must not
        # hold us longer than the time.
        events: SimpleQueue[dict[str, Any] | ClusterError | None] = SimpleQueue()
        opened: list[Any] = []
        over = threading.Event()
        asked = {"watch": "true", "allowWatchBookmarks": "true", **(query or {})}
        asked["timeoutSeconds"] = str(max(1, math.ceil(seconds)))
        deadline = time.monotonic() + seconds
        threading.Thread(target=self._listen, args=(path, asked, seconds, events, opened, over), daemon=True).start()
        try:
            while (left := deadline - time.monotonic()) > 0:
                try:
                    event = events.get(timeout=min(left, _MOMENT))
                except Empty:
                    continue
                if event is None:
                    return
                if isinstance(event, ClusterError):
                    raise event
                yield event
        finally:
            over.set()
            for response in opened:
                with suppress(OSError, ValueError, RuntimeError):  # it has come to its end by itself
                    response.shutdown()

    def server_time(self) -> datetime | None:
        """The time in UTC by the server's clock, to the second, when it last answered; None before its first answer."""
        return self._server_time

    def close(self) -> None:
        """Close the connections."""
        self._pool.clear()

    def _object(self, method: str, path: str, query: Any, headers: Mapping[str, str], sent: Any = None) -> dict[str, Any]:
        body = self._body(method, path, query, headers, sent)
        try:
            answer = json.loads(body)
        except (ValueError, RecursionError):
            answer = None
        if not isinstance(answer, dict):
            found = f"with {kind_of_body(body)}, not with a JSON object"
            raise Unreachable(f"{self._host} answered {path} {found}: is it an API server?", f"answered {found}")
        return answer

    def _body(
        self, method: str, path: str, query: Any, headers: Mapping[str, str], sent: Any = None, largest: int = _LARGEST
    ) -> bytes:
        asked = {"Accept": "application/json", **headers, "Accept-Encoding": "gzip"}
        content = None if sent is None else json.dumps(sent).encode()
        response, body = self._ask(method, path, query, asked, content, largest=largest)
        if 200 <= response.status < 300:
            return body
        raise self._refusal(method, path, response.status, body, sent)

    def _listen(
        self, path: str, query: Mapping[str, str], seconds: float, events: Any, opened: list[Any], over: threading.Event
    ) -> None:
        """Put into `events` what a watch tells, and at its end None or the error; `opened` is for who ends it earlier."""
        try:
            response, body = self._ask("GET", path, query, {"Accept": "application/json"}, seconds=seconds)
            if response.status != 200:
                raise self._refusal("GET", path, response.status, body)
            opened.append(response)
            with self._broken():
                for line in _lines(response):
                    if over.is_set():
                        break
                    events.put(self._event(path, line))
                response.close()
            events.put(None)
        except ClusterError as error:
            events.put(error)

    def _event(self, path: str, line: bytes) -> dict[str, Any]:
        try:
            event = json.loads(line)
            kind, obj = event["type"], {**event["object"]}
        except (ValueError, LookupError, TypeError):
            raise Unreachable(f"{self._host} answered the watch of {path} with {kind_of_body(line)}") from None
        if kind == "ERROR":
            raise self._refusal("GET", path, obj.get("code") or 500, json.dumps(obj).encode())
        return {"type": kind, "object": obj}

    def _ask(
        self,
        method: str,
        path: str,
        query: Any,
        headers: Mapping[str, str],
        sent: bytes | None = None,
        seconds: float | None = None,
        largest: int = _LARGEST,
    ) -> tuple[Any, bytes]:
        """The answer and its body, to the second try where the first may have been bad luck or an old login.

        Both together have the time of one request. What changes something is sent again only where the server has said
        that it did nothing. With `seconds` the body of a good answer is left to be read, for so long.
        """
        from http.client import IncompleteRead

        url = self._server + path + (f"?{urlencode(query, errors='replace')}" if query else "")
        harmless = method == "GET"
        deadline = time.monotonic() + self._timeout if self._timeout else math.inf
        for last in (False, True):
            login = self._credential.authorization
            known = {**self._headers, **headers, **({"Authorization": login} if login else {})}
            try:
                with self._broken():
                    response, body = self._send(method, url, known, sent, deadline, seconds, largest)
            except Unreachable as error:
                if not last and harmless and within(error.__cause__, ConnectionResetError, BrokenPipeError, IncompleteRead):
                    continue
                raise
            self._note_time(response.headers.get("Date"))
            again = response.status == 429 or (response.status >= 500 and harmless)
            if last or not (again or (response.status == 401 and self._renewed(login))):
                break
            pause = min(_whole(response.headers.get("Retry-After")), _LONGEST_WAIT)
            if time.monotonic() + pause >= deadline:
                break
            time.sleep(pause)
        return response, body

    def _send(
        self,
        method: str,
        url: str,
        headers: Mapping[str, Any],
        sent: bytes | None,
        deadline: float,
        seconds: float | None,
        largest: int,
    ) -> tuple[Any, bytes]:
        import urllib3

        several = urllib3.HTTPHeaderDict()
        for name, values in headers.items():
            for value in [values] if isinstance(values, str) else values:
                several.add(name, value)
        left = seconds is not None
        time_left = max(0.01, deadline - time.monotonic()) if self._timeout else None
        timeout = urllib3.Timeout(connect=time_left, read=seconds) if left else urllib3.Timeout(total=time_left)
        response = self._pool.request(
            method, url, body=sent, headers=several, timeout=timeout, redirect=False, preload_content=False
        )
        body = bytearray()
        while not (left and response.status == 200) and (chunk := response.read1(1 << 16)):
            body += chunk
            # The timeout of a socket is for each read of it; kubectl's is for the whole answer.
            if time.monotonic() > deadline:
                response.close()
                raise TimeoutError
            if len(body) > largest:
                response.close()
                found = f"with more than {largest >> 10} KiB, which is not read"
                raise Unreachable(f"{self._host} answered {urlsplit(url).path} {found}", f"answered {found}")
        return response, bytes(body)

    @contextmanager
    def _broken(self) -> Iterator[None]:
        """Tells in words, as Unreachable, why no answer came, or not all of it."""
        from urllib3.exceptions import HTTPError

        try:
            yield
        # ValueError, UnicodeError: the name of a host that no resolver would take.
        except (HTTPError, OSError, ValueError) as error:
            raise Unreachable(self._why(error)) from error

    def _renewed(self, refused: str | None) -> bool:
        """Whether logging in again gave another login than the refused one: tokens end while we watch."""
        with self._lock:
            if self._credential.authorization == refused != self._useless:
                self._credential = self._log_in()
                self._secrets |= set(self._credential.secrets)
                if self._credential.authorization == refused:
                    self._useless = refused
            return self._credential.authorization != refused

    def _note_time(self, date: str | None) -> None:
        from email.utils import parsedate_to_datetime

        with suppress(TypeError, ValueError):
            self._server_time = parsedate_to_datetime(date).replace(tzinfo=timezone.utc)  # HTTP dates are in GMT

    def _refusal(self, method: str, path: str, status: int, body: bytes, sent: Any = None) -> ClusterError:
        """What an answer other than 2xx means. Source: apimachinery pkg/api/errors, and answers of kube-apiserver."""
        answer = _status_object(body)
        words = masked(self._without_secrets(answer.get("message") or _plain_text(body) or "", sent))
        message = one_line(words)
        if status == 404 and answer.get("reason") == "NotFound":
            # Of a resource that is not installed the Status has no name: there was no object to look for.
            details = answer.get("details") or {}
            return Absent(message) if details.get("name") else Unserved(f"the server does not serve {path}")
        # Go's words for a path that nobody serves; every API server serves what is below /api, so there it was another.
        if status == 404 and body.strip() == b"404 page not found" and path.startswith("/apis/"):
            return Unserved(f"the server does not serve {path}")
        if status == 401:
            whose = f' of user "{self._user}"' if self._user else ""
            check = kubectl("auth", "whoami", access=self.access)
            return Forbidden(
                f"{self._host} does not accept the login{whose} (401 Unauthorized): "
                f"it is missing, expired, or for another cluster; log in again, then check with: {check}",
                "login not accepted",
            )
        # Admission answers 403 too, to those who have the right.
        if status == 403 and (method == "GET" or not message or _NO_RIGHT in message):
            said = message or f"{self._host} answered 403 Forbidden to {path}"
            return Forbidden(said + self._advice(words), _forbidden(words))
        if 300 <= status < 400:
            message = "a redirect, as of a login page or a proxy; is it an API server?"
        because = f": {message}" if message else ""
        said, brief = f"{self._host} answered {status} to {path}{because}", f"answered {status}{because}"
        if answer and 400 <= status < 500:
            return Refused(said, status, answer.get("reason") or "", words, answer.get("details") or {}, brief)
        return Unreachable(said, brief)

    def _advice(self, refusal: str) -> str:
        """What who lacks a right can do."""
        found = re.search(_NEEDED, refusal)
        if found and found["verb"].startswith("impersonate"):
            return "; --as and --as-group take the right to impersonate: leave them out, or ask for it"
        if not found or not found["namespace"]:
            return ""
        look = kubectl("auth", "can-i", ("--list",), namespace=found["namespace"], access=self.access)
        return f"; see what you may do there: {look}"

    def _why(self, error: BaseException) -> str:
        """Why no answer came, and what to look at."""
        import ssl
        from socket import gaierror

        from urllib3.exceptions import ConnectTimeoutError, ProxyError
        from urllib3.exceptions import TimeoutError as PoolTimeoutError

        check = f'is "{self._context}" the right context?' if self._context else "is it running?"
        if within(error, ProxyError):
            proxy = self._pool.proxy
            return self._clean(f"the proxy {proxy.host}:{proxy.port} does not lead to {self._host}: {innermost(error)}")
        if found := within(error, ssl.SSLCertVerificationError):
            return why_not_trusted(found, self._host)
        if found := within(error, ssl.SSLError):
            return why_no_tls(found, self._host)
        if within(error, gaierror):
            return f"the name of the server {self._host} is not known here: {check} Is the VPN or DNS up?"
        if within(error, ConnectionRefusedError):
            return f"the server {self._host} refused the connection: {check}"
        if within(error, ConnectTimeoutError):
            return f"no connection to the server {self._host} in {self._timeout:g}s: {check} Is the VPN up?"
        if within(error, PoolTimeoutError, TimeoutError):
            limit = f"in {self._timeout:g}s" if self._timeout else "in time"
            return f"the server {self._host} did not answer {limit}: ask again with a longer --request-timeout"
        if within(error, ConnectionResetError, BrokenPipeError):
            return f"the server {self._host} closed the connection without an answer: {check}"
        return self._clean(f"no answer from the server {self._host}: {innermost(error)}")

    def _clean(self, text: str) -> str:
        """`text` as one line of at most 300 characters, without our own login should someone have quoted it."""
        return one_line(self._without_secrets(text))

    def _without_secrets(self, text: str, sent: Any = None) -> str:
        """`text` without what we have sent and nobody may see: our logins, and the passwords in an object."""
        for secret in self._secrets:
            text = text.replace(secret, MASK)
        for secret in values_hidden(sent, clean(sent)) if isinstance(sent, dict) else ():
            text = re.sub(rf"(?<!\w){re.escape(secret)}(?!\w)", lambda _: MASK, text)
        return text


def _forbidden(message: str) -> str:
    """The authorizer's refusal in few words, with the rule of a Role or ClusterRole that would allow it."""
    found = re.search(_NEEDED, message)
    if not found:
        return "forbidden"
    resource, dot, part = found["resource"].partition("/")
    resource = ".".join(filter(None, (resource, found["group"]))) + ("/" if dot else "") + part
    place = f"in {found['namespace']}" if found["namespace"] else "cluster-wide"
    return f"forbidden: needs {found['verb']} {resource} {place}"


def _whole(text: str | None) -> int:
    """The whole number that `text` is, else 0: Retry-After may also be a date, which no API server sends."""
    return int(text) if text and text.isascii() and text.isdigit() else 0


def _status_object(body: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return answer if isinstance(answer, dict) and answer.get("kind") == "Status" else {}


def _plain_text(body: bytes) -> str:
    """The body where it is words for a person, not markup or data."""
    return "" if body.lstrip()[:1] in (b"<", b"{", b"[") else body[:_MOST_WORDS].decode("utf-8", "replace")


def _lines(response: Any) -> Iterator[bytes]:
    """The lines of a body, as they come."""
    rest = b""
    while chunk := response.read1(1 << 16):
        *lines, rest = (rest + chunk).split(b"\n")
        yield from lines
