"""What can go wrong between us and the API server, in words."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ..redact import masked


class ClusterError(Exception):
    """The cluster could not be looked at. Its text is one line, without secrets, that a person can act on.

    `brief` is the same for a place that says what was asked for.
    """

    def __init__(self, text: str, brief: str = "") -> None:
        super().__init__(text)
        self.brief = brief or text


class Absent(ClusterError):
    """The object is not there: the server said 404 with a Status of reason NotFound."""


class Unserved(Absent):
    """The server does not serve this path: the API group, its version or the resource is not installed."""


class Forbidden(ClusterError):
    """The server knows us and says no (403), or does not accept our login (401)."""


class Refused(ClusterError):
    """The server understood, and says no in a Status with any other 4xx: admission (403, 422), a conflict, a bad request.

    `message` is what it says, whole; `reason` and `details` are the Status's own.
    """

    def __init__(self, text: str, code: int, reason: str, message: str, details: Mapping[str, Any], brief: str = "") -> None:
        super().__init__(text, brief)
        self.code, self.reason, self.message, self.details = code, reason, message, details


class Unreachable(ClusterError):
    """No answer, or none that can be used: network, TLS, timeout, 5xx twice, not JSON, too much, a 4xx without a Status."""


class NotRecorded(ClusterError):
    """It is not in the file that is read in the place of a cluster: whether it exists is not known."""


class Misconfigured(ClusterError):
    """There is nobody to ask: the kubeconfig, a flag or the login plugin is missing or wrong."""


def one_line(text: object, longest: int = 300) -> str:
    """`text` on one line, shortened, with no control characters and no credentials."""
    line = " ".join("".join(c if c.isprintable() else " " for c in str(text)).split())
    line = re.sub(r"://[^/\s]*@", "://", masked(line))
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


def kind_of_body(body: bytes) -> str:
    start = body.lstrip()[:1]
    return {b"": "nothing", b"<": "a web page", b"[": "a list"}.get(start, "something else")


# OpenSSL's numbers, x509_vfy.h: not known to Python's ssl by name.
_TRUST = {
    9: "its certificate is not valid yet: compare the clocks here and there",
    10: "its certificate has expired: renew it (kubeadm certs renew all), or check the clock here",
    62: "its certificate is for another name: set tls-server-name in the kubeconfig to one that it has",
    64: "its certificate is for another address: set tls-server-name in the kubeconfig to a name that it has",
}


def why_not_trusted(error: Any, host: str) -> str:
    why = _TRUST.get(
        error.verify_code,
        f"its certificate is not signed by the certificate-authority of the kubeconfig ({error.verify_message}): "
        "get the kubeconfig of this cluster again",
    )
    return one_line(f"the server {host} is not trusted: {why}")


def why_no_tls(error: Any, host: str) -> str:
    import ssl

    reason = (error.reason or "").replace("_", " ").lower()
    if "alert" in reason:
        return f"the server {host} does not accept our client certificate or TLS version ({reason}): log in again"
    if isinstance(error, ssl.SSLEOFError):
        return f"the server {host} broke TLS off: does it need a client certificate, or is something in between?"
    if reason in ("wrong version number", "record layer failure"):
        return f"the server {host} does not speak TLS: should its URL in the kubeconfig begin with http://?"
    return one_line(f"no TLS with the server {host}: {reason or error}")


def within(error: BaseException | None, *kinds: type[BaseException]) -> Any:
    """The first exception of these kinds among `error` and what it was made from, else None."""
    return next((one for one in _layers(error) if isinstance(one, kinds)), None)


def innermost(error: BaseException) -> BaseException:
    return list(_layers(error))[-1]


def _layers(error: BaseException | None) -> Iterator[BaseException]:
    """`error` and what it was made from, outermost first: urllib3 keeps the inner one among the arguments."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        inner = [argument for argument in error.args if isinstance(argument, BaseException)]
        error = inner[0] if inner else error.__cause__ or error.__context__
