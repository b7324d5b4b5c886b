"""The cluster: the kubeconfig read as kubectl reads it, one pool of connections, raw JSON in and out.

The only module that imports `kubernetes`. What it reads of a kubeconfig, and in what order, follows client-go
(tools/clientcmd, rest, transport) and https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/.

Modules that only some ways of logging in, or only `connect`, need are imported where they are needed: a start costs
what this cluster needs and no more.
"""

import importlib.util
import json
import os
import re
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime, timezone
from types import ModuleType
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode, urlsplit

DEFAULT_TIMEOUT = 10.0
"""Seconds that one request may take, its answer included, where --request-timeout says nothing."""

POOL_SIZE = 16
"""Connections that are kept open for reuse."""

SERVICE_ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount"
"""Where a pod finds its own login: https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/."""

_LONGEST_WAIT = 2.0  # seconds before the second try, whatever Retry-After asks for
_DURATION_UNITS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "μs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}


class ClusterError(Exception):
    """The cluster could not be looked at. Its text is one line, without secrets, that a person can act on."""


class Absent(ClusterError):
    """The object is not there: the server said 404 with a Status of reason NotFound."""


class Unserved(Absent):
    """The server does not serve this path: the API group, its version or the resource is not installed."""


class Forbidden(ClusterError):
    """The server knows us and says no (403), or does not accept our login (401)."""


class Unreachable(ClusterError):
    """No answer, or none that can be used: network, TLS, timeout, 5xx twice, not JSON, any other 4xx."""


class Misconfigured(ClusterError):
    """There is nobody to ask: the kubeconfig, a flag or the login plugin is missing or wrong."""


def connect(
    *,
    kubeconfig: str | None = None,
    context: str | None = None,
    cluster: str | None = None,
    user: str | None = None,
    namespace: str | None = None,
    as_user: str | None = None,
    as_groups: Sequence[str] = (),
    request_timeout: str | None = None,
) -> "Cluster":
    """The cluster that kubectl would talk to with these flags. Sends nothing to it yet, but may run a login plugin.

    The arguments are kubectl's flags of the same names; None and "" mean that the flag was not given. Where no
    kubeconfig exists, the service account of the pod this runs in is used, as kubectl does.

    Raises Misconfigured.
    """
    timeout = _seconds(request_timeout) if request_timeout else DEFAULT_TIMEOUT
    config = _read_kubeconfig(kubeconfig)
    chosen = config.chosen(context, cluster, user)
    server, tls = _server(chosen)
    credential = _log_in(config, chosen)
    return Cluster(
        server=server,
        context=chosen.context_name,
        user=chosen.user_name,
        namespace=namespace or chosen.context.get("namespace") or "default",
        headers=_impersonation(chosen, as_user, as_groups),
        credential=credential,
        log_in=lambda: _log_in(config, chosen),
        pool=_pool(chosen, server, _tls_context(chosen, credential) if tls else None),
        timeout=timeout,
    )


class Cluster:
    """One API server, seen as one user. Safe to use from many threads at once. Made by `connect`."""

    namespace: str
    """The namespace to look in: --namespace, else the context's, else (in a pod) the pod's own, else "default"."""

    def __init__(self, *, server, context, user, namespace, headers, credential, log_in, pool, timeout) -> None:
        self.namespace = namespace
        self._server = server
        self._host = urlsplit(server).netloc.rpartition("@")[2]
        self._context = context
        self._user = user
        self._headers = headers
        self._credential = credential
        self._log_in = log_in
        self._pool = pool
        self._timeout = timeout
        self._server_time: datetime | None = None
        self._useless: str | None = None  # a login that was refused and that logging in again gave again
        self._lock = threading.Lock()

    def get(self, path: str, query: Mapping[str, str] | None = None, accept: str = "application/json") -> dict[str, Any]:
        """The JSON object at `path`, as the server sent it. `path` begins with /api or /apis.

        Raises Absent, Unserved, Forbidden or Unreachable; Misconfigured where the login has to be renewed and cannot.
        """
        body = self._read(path, query, accept)
        try:
            answer = json.loads(body)
        except (ValueError, RecursionError):
            answer = None
        if not isinstance(answer, dict):
            raise Unreachable(
                f"{self._host} answered {path} with {_kind(body)}, not with a JSON object: is it an API server?"
            )
        return answer

    def text(self, path: str, query: Mapping[str, str] | None = None) -> str:
        """The text at `path`, such as a log. Bytes that are not UTF-8 become U+FFFD. Raises what `get` raises."""
        return self._read(path, query, "*/*").decode("utf-8", errors="replace")

    def server_time(self) -> datetime | None:
        """The time in UTC by the server's clock, to the second, when it last answered; None before its first answer."""
        return self._server_time

    def close(self) -> None:
        """Close the connections."""
        self._pool.clear()

    def _read(self, path: str, query: Mapping[str, str] | None, accept: str) -> bytes:
        url = self._server + path + (f"?{urlencode(query)}" if query else "")
        status, body = self._ask(url, {**self._headers, "Accept": accept, "Accept-Encoding": "gzip"})
        if 200 <= status < 300:
            return body
        raise self._refusal(path, status, body)

    def _ask(self, url: str, headers: dict[str, str]) -> tuple[int, bytes]:
        """Status and body of the answer, to the second try where the first may have been bad luck or an old login."""
        from http.client import IncompleteRead

        from urllib3.exceptions import HTTPError

        for last in (False, True):
            sent = self._credential.authorization
            try:
                response, body = self._send(url, {**headers, "Authorization": sent} if sent else headers)
            # ValueError, UnicodeError: the name of a host that no resolver would take.
            except (HTTPError, OSError, ValueError) as error:
                if not last and _within(error, ConnectionResetError, BrokenPipeError, IncompleteRead):
                    continue
                raise Unreachable(self._why(error)) from None
            self._note_time(response.headers.get("Date"))
            again = response.status == 429 or response.status >= 500 or (response.status == 401 and self._renewed(sent))
            if last or not again:
                break
            time.sleep(min(_whole(response.headers.get("Retry-After")), _LONGEST_WAIT))
        return response.status, body

    def _send(self, url: str, headers: Mapping[str, Any]) -> tuple[Any, bytes]:
        import urllib3

        deadline = time.monotonic() + self._timeout if self._timeout else None
        several = urllib3.HTTPHeaderDict()
        for name, values in headers.items():
            for value in [values] if isinstance(values, str) else values:
                several.add(name, value)
        timeout = urllib3.Timeout(total=self._timeout)
        response = self._pool.request("GET", url, headers=several, timeout=timeout, redirect=False, preload_content=False)
        body = bytearray()
        while chunk := response.read1(1 << 16):
            body += chunk
            # The timeout of a socket is for each read of it; kubectl's is for the whole answer.
            if deadline and time.monotonic() > deadline:
                response.close()
                raise TimeoutError
        return response, bytes(body)

    def _renewed(self, refused: str | None) -> bool:
        """Whether logging in again gave another login than the refused one: tokens end while we watch."""
        with self._lock:
            if self._credential.authorization == refused != self._useless:
                self._credential = self._log_in()
                if self._credential.authorization == refused:
                    self._useless = refused
            return self._credential.authorization != refused

    def _note_time(self, date: str | None) -> None:
        from email.utils import parsedate_to_datetime

        with suppress(TypeError, ValueError):
            self._server_time = parsedate_to_datetime(date).replace(tzinfo=timezone.utc)  # HTTP dates are in GMT

    def _refusal(self, path: str, status: int, body: bytes) -> ClusterError:
        """What an answer other than 2xx means. Source: apimachinery pkg/api/errors, and answers of kube-apiserver."""
        answer = _status_object(body)
        message = self._clean(answer.get("message") or _plain_text(body) or "")
        if status == 404 and answer.get("reason") == "NotFound":
            # Of a resource that is not installed the Status has no name: there was no object to look for.
            details = answer.get("details") or {}
            return Absent(message) if details.get("name") else Unserved(f"the server does not serve {path}")
        if status == 404 and body.strip() == b"404 page not found":
            return Unserved(f"the server does not serve {path}")
        if status == 401:
            whose = f' of user "{self._user}"' if self._user else ""
            return Forbidden(
                f"{self._host} does not accept the login{whose} (401 Unauthorized): "
                "it is missing, expired, or for another cluster; log in again, then check with: kubectl auth whoami"
            )
        if status == 403:
            return Forbidden(message or f"{self._host} answered 403 Forbidden to {path}")
        return Unreachable(f"{self._host} answered {status} to {path}" + (f": {message}" if message else ""))

    def _why(self, error: BaseException) -> str:
        """Why no answer came, and what to look at."""
        import ssl
        from socket import gaierror

        from urllib3.exceptions import ConnectTimeoutError, ProxyError
        from urllib3.exceptions import TimeoutError as PoolTimeoutError

        check = f'is "{self._context}" the right context?' if self._context else "is it running?"
        if _within(error, ProxyError):
            proxy = self._pool.proxy
            return self._clean(f"the proxy {proxy.host}:{proxy.port} does not lead to {self._host}: {_innermost(error)}")
        if found := _within(error, ssl.SSLCertVerificationError):
            return _why_not_trusted(found, self._host)
        if found := _within(error, ssl.SSLError):
            return _why_no_tls(found, self._host)
        if _within(error, gaierror):
            return f"the name of the server {self._host} is not known here: {check} Is the VPN or DNS up?"
        if _within(error, ConnectionRefusedError):
            return f"the server {self._host} refused the connection: {check}"
        if _within(error, ConnectTimeoutError):
            return f"no connection to the server {self._host} in {self._timeout:g}s: {check} Is the VPN up?"
        if _within(error, PoolTimeoutError, TimeoutError):
            limit = f"in {self._timeout:g}s" if self._timeout else "in time"
            return f"the server {self._host} did not answer {limit}: ask again with a longer --request-timeout"
        if _within(error, ConnectionResetError, BrokenPipeError):
            return f"the server {self._host} closed the connection without an answer: {check}"
        return self._clean(f"no answer from the server {self._host}: {_innermost(error)}")

    def _clean(self, text: str) -> str:
        """`text` as one line of at most 300 characters, without our own login should someone have quoted it."""
        for secret in (self._credential.authorization or "").split()[1:]:
            text = text.replace(secret, "...")
        return _one_line(text)


# --- The kubeconfig --------------------------------------------------------------------------------------------------


class _Chosen(NamedTuple):
    """What the context and the flags pick from a kubeconfig: names, None where there is none, and what they name."""

    context_name: str | None
    context: dict[str, Any]
    cluster_name: str | None
    cluster: dict[str, Any]
    user_name: str | None
    user: dict[str, Any]


class _Kubeconfig:
    """All files of a kubeconfig as one. The first file that names a thing wins, entry by entry, without mixing.

    Source: client-go tools/clientcmd/loader.go, ClientConfigLoadingRules.Load. (The merger of the `kubernetes` package
    lets the last current-context win and looks for a client certificate beside the file of the cluster.)
    """

    def __init__(self) -> None:
        self.files: list[str] = []
        self.current_context: str | None = None
        self.contexts: dict[str, dict] = {}
        self.clusters: dict[str, dict] = {}
        self.users: dict[str, dict] = {}
        self.user_files: dict[str, str] = {}

    def add(self, file: str, document: Any) -> None:
        """Add what `document`, read from `file`, has and no earlier file had."""
        if not isinstance(document, dict):
            raise Misconfigured(f"{file} is not a kubeconfig: it holds {type(document).__name__}, not a mapping")
        self.files.append(file)
        self.current_context = self.current_context or document.get("current-context")
        for one, many in (("context", self.contexts), ("cluster", self.clusters), ("user", self.users)):
            entries = document.get(f"{one}s") or []
            if not isinstance(entries, list) or not all(_is_entry(entry, one) for entry in entries):
                raise Misconfigured(f"{file} is not a kubeconfig: its {one}s have not the form of that")
            for entry in entries:
                many.setdefault(entry["name"], _with_full_paths(entry.get(one) or {}, os.path.dirname(file)))
                if one == "user":
                    self.user_files.setdefault(entry["name"], file)

    def chosen(self, context: str | None, cluster: str | None, user: str | None) -> _Chosen:
        """What --context, --cluster and --user, else current-context, pick."""
        context_name = context or self.current_context
        if not context_name and not cluster:
            raise Misconfigured(
                f"{self._where} has no current context: name one with --context, or set it with: "
                f"kubectl config use-context {self._some(self.contexts)}"
            )
        body = self._entry("context", context_name, self.contexts)
        cluster_name = cluster or body.get("cluster")
        user_name = user or body.get("user")
        return _Chosen(
            context_name=context_name,
            context=body,
            cluster_name=cluster_name,
            cluster=self._entry("cluster", cluster_name, self.clusters),
            user_name=user_name,
            user=self._entry("user", user_name, self.users),
        )

    def _entry(self, kind: str, name: str | None, entries: dict[str, dict]) -> dict:
        if not name:
            return {}
        if name in entries:
            return entries[name]
        from kubectl_why.names import nearest

        near = nearest(str(name), map(str, entries))
        hint = f'did you mean "{near}"?' if near else f"it has {self._some(entries)}"
        raise Misconfigured(f'{kind} "{name}" does not exist in {self._where}: {hint}')

    @property
    def _where(self) -> str:
        return " or ".join(self.files)

    @staticmethod
    def _some(entries: dict[str, dict]) -> str:
        names = sorted(map(str, entries))
        return ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "") or "none"


def _read_kubeconfig(explicit: str | None) -> _Kubeconfig:
    """--kubeconfig alone, else the files of KUBECONFIG that exist, else ~/.kube/config, else the pod's own login."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as fast, where libyaml is there
    listed = [file for file in os.environ.get("KUBECONFIG", "").split(os.pathsep) if file]
    config = _Kubeconfig()
    for file in [explicit] if explicit else listed or [os.path.expanduser("~/.kube/config")]:
        try:
            with open(file, "rb") as stream:
                document = yaml.load(stream, Loader=loader)
        except FileNotFoundError:
            if explicit:
                raise Misconfigured(f"the kubeconfig {file} does not exist") from None
            continue
        except OSError as error:
            raise Misconfigured(f"cannot read the kubeconfig {file}: {error.strerror}") from None
        except (yaml.YAMLError, ValueError) as error:
            # Only the place and the rule: the text of the error quotes lines of the file, and those hold tokens.
            mark = getattr(error, "problem_mark", None)
            place = f", line {mark.line + 1}" if mark else ""
            problem = getattr(error, "problem", None) or "it is not text"
            raise Misconfigured(f"the kubeconfig {file} is not valid YAML{place}: {_one_line(problem)}") from None
        if document is not None:
            config.add(os.path.abspath(file), document)
    if not (config.contexts or config.clusters or config.users):
        if not explicit and _inside_pod():
            config.add(os.path.join(SERVICE_ACCOUNT, "token"), _pod_kubeconfig())
        else:
            looked = explicit or os.pathsep.join(listed) or "~/.kube/config"
            raise Misconfigured(
                f"no kubeconfig: {looked} does not exist or is empty; name one with --kubeconfig or $KUBECONFIG"
            )
    return config


def _inside_pod() -> bool:
    return bool(
        os.environ.get("KUBERNETES_SERVICE_HOST")
        and os.environ.get("KUBERNETES_SERVICE_PORT")
        and os.path.isfile(os.path.join(SERVICE_ACCOUNT, "token"))
    )


def _pod_kubeconfig() -> dict[str, Any]:
    """The pod's own login in the form of a kubeconfig. Source: client-go rest.InClusterConfig, clientcmd Namespace."""
    host, port = os.environ["KUBERNETES_SERVICE_HOST"], os.environ["KUBERNETES_SERVICE_PORT"]
    namespace = os.environ.get("POD_NAMESPACE")
    if not namespace:
        with suppress(OSError), open(os.path.join(SERVICE_ACCOUNT, "namespace"), encoding="utf-8") as file:
            namespace = file.read().strip()
    server = f"https://{f'[{host}]' if ':' in host else host}:{port}"
    name = "in-cluster"
    return {
        "current-context": name,
        "contexts": [{"name": name, "context": {"cluster": name, "user": name, "namespace": namespace}}],
        "clusters": [{"name": name, "cluster": {"server": server, "certificate-authority": "ca.crt"}}],
        "users": [{"name": name, "user": {"tokenFile": "token"}}],
    }


def _is_entry(entry: Any, one: str) -> bool:
    if not (isinstance(entry, dict) and isinstance(entry.get("name"), str) and isinstance(entry.get(one) or {}, dict)):
        return False
    fields = (entry.get(one) or {}).values()
    return all(field is None or isinstance(field, (str, bool, dict, list)) for field in fields)


def _with_full_paths(entry: dict, folder: str) -> dict:
    """`entry` with its relative paths taken from the folder of its kubeconfig, not from where we stand.

    A command without a slash is looked for in PATH. Source: client-go tools/clientcmd/loader.go, ResolvePaths.
    """
    keys = ("certificate-authority", "client-certificate", "client-key", "tokenFile")
    entry = {**entry, **{key: os.path.join(folder, entry[key]) for key in keys if entry.get(key)}}
    plugin = entry.get("exec")
    if isinstance(plugin, dict) and os.sep in str(plugin.get("command", "")):
        entry["exec"] = {**plugin, "command": os.path.join(folder, plugin["command"])}
    return entry


def _server(chosen: _Chosen) -> tuple[str, bool]:
    """The URL of the server, without a slash at its end, and whether it is TLS."""
    url = chosen.cluster.get("server") or ""
    if not url:
        named = f'cluster "{chosen.cluster_name}"' if chosen.cluster_name else f'context "{chosen.context_name}"'
        raise Misconfigured(f"{named} of the kubeconfig names no server")
    if "://" not in url:
        # Source: client-go rest/url_utils.go, defaultServerUrlFor.
        secured = {"certificate-authority", "certificate-authority-data", "insecure-skip-tls-verify"} & {*chosen.cluster}
        url = f"{'https' if secured or 'client-certificate' in chosen.user else 'http'}://{url}"
    try:
        parts = urlsplit(url)
        usable = parts.scheme in ("http", "https") and parts.hostname and (parts.port or True)
    except ValueError:
        usable = False
    if not usable:
        raise Misconfigured(f'the server of cluster "{chosen.cluster_name}" is not a URL such as https://HOST:6443')
    return url.rstrip("/"), parts.scheme == "https"


def _impersonation(chosen: _Chosen, as_user: str | None, as_groups: Sequence[str]) -> dict[str, Any]:
    """The headers of --as and --as-group, which come before `as` and its kin in the kubeconfig.

    Source: https://kubernetes.io/docs/reference/access-authn-authz/authentication/#user-impersonation.
    """
    who = as_user or chosen.user.get("as")
    groups = list(as_groups) or chosen.user.get("as-groups") or []
    uid, extra = chosen.user.get("as-uid"), chosen.user.get("as-user-extra") or {}
    if not who:
        if groups or uid or extra:
            raise Misconfigured("impersonating a group, uid or extra field needs a user too: add --as USER")
        return {}
    headers = {"Impersonate-User": who, "Impersonate-Group": groups, "Impersonate-Uid": [uid] if uid else []}
    headers |= {f"Impersonate-Extra-{quote(key, safe='')}": values for key, values in extra.items()}
    for name, values in headers.items():
        for value in [values] if isinstance(values, str) else values:
            _fit_for_header(value, f"what {name} would say")
    return headers


# --- Logging in ------------------------------------------------------------------------------------------------------


class _Credential(NamedTuple):
    """What proves who we are: a value for the Authorization header, a certificate with its key (PEM), both or none."""

    authorization: str | None
    certificate: bytes
    key: bytes


def _log_in(config: _Kubeconfig, chosen: _Chosen) -> _Credential:
    """Log in as the chosen user says. A plugin runs only where there is no token and no password."""
    user, whose = chosen.user, f'user "{chosen.user_name}"'
    certificate = _content(user, "client-certificate", whose)
    key = _content(user, "client-key", whose)
    # A token file wins over a token: it is kept fresh, the other is its last copy.
    token = (_content(user, "tokenFile", whose).decode("utf-8", "replace") or user.get("token") or "").strip()
    if not token and user.get("username"):
        pair = f"{user['username']}:{user.get('password') or ''}"
        return _Credential(f"Basic {_base64(pair.encode())}", certificate, key)
    if not token and user.get("exec"):
        status = _run_plugin(user["exec"], chosen)
        token = status.get("token") or ""
        certificate = (status.get("clientCertificateData") or "").encode() or certificate
        key = (status.get("clientKeyData") or "").encode() or key
        if not token and not (certificate and key):
            raise Misconfigured(f"the login plugin of {whose} printed neither a token nor a certificate with its key")
    if not token and user.get("auth-provider"):
        token = _auth_provider_token(config, chosen)
    _fit_for_header(token, f"the token of {whose}")
    return _Credential(f"Bearer {token}" if token else None, certificate, key)


def _run_plugin(plugin: Mapping[str, Any], chosen: _Chosen) -> dict[str, Any]:
    """The status of the ExecCredential that a login plugin prints.

    Source: https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins and
    client-go plugin/pkg/client/auth/exec. (The `kubernetes` package logs a failure, then goes on without a login.)
    """
    import subprocess

    command = str(plugin.get("command") or "")
    called = f'the login plugin "{os.path.basename(command)}" of user "{chosen.user_name}"'
    interactive = plugin.get("interactiveMode") != "Never" and sys.stdin is not None and sys.stdin.isatty()
    spec: dict[str, Any] = {"interactive": interactive}
    if plugin.get("provideClusterInfo"):
        spec["cluster"] = _cluster_info(chosen)
    asked = {"kind": "ExecCredential", "apiVersion": plugin.get("apiVersion"), "spec": spec}
    extra = {str(item["name"]): str(item["value"]) for item in plugin.get("env") or []}
    # Before a person the plugin may ask and explain on the terminal; otherwise its last words go into our error.
    watched = sys.stderr is not None and sys.stderr.isatty()
    try:
        done = subprocess.run(
            [command, *map(str, plugin.get("args") or [])],
            env={**os.environ, **extra, "KUBERNETES_EXEC_INFO": json.dumps(asked)},
            stdin=None if interactive else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=None if watched else subprocess.PIPE,
            check=False,
        )
    except OSError as error:
        hint = _one_line(plugin.get("installHint") or "")
        why = "is not installed" if isinstance(error, FileNotFoundError) else f"cannot be run ({error.strerror})"
        raise Misconfigured(f"{called} {why}: " + (hint or f"install {command}, or put it into PATH")) from None
    if done.returncode:
        last = (done.stderr or b"").decode("utf-8", "replace").strip().rpartition("\n")[2]
        raise Misconfigured(_one_line(f"{called} failed with exit status {done.returncode}" + (last and f": {last}")))
    try:
        printed = json.loads(done.stdout)
        version, status = printed["apiVersion"], printed["status"]
    except (ValueError, LookupError, TypeError):
        raise Misconfigured(f"{called} printed {_kind(done.stdout)}, not an ExecCredential with a status") from None
    if version != plugin.get("apiVersion"):
        raise Misconfigured(f"{called} speaks {_one_line(version)}; the kubeconfig expects {plugin.get('apiVersion')}")
    return status if isinstance(status, dict) else {}


def _cluster_info(chosen: _Chosen) -> dict[str, Any]:
    keys = ("server", "tls-server-name", "insecure-skip-tls-verify", "proxy-url")
    info = {key: chosen.cluster[key] for key in keys if chosen.cluster.get(key)}
    if authority := _content(chosen.cluster, "certificate-authority", f'cluster "{chosen.cluster_name}"'):
        info["certificate-authority-data"] = _base64(authority)
    for extension in chosen.cluster.get("extensions") or []:
        if extension.get("name") == "client.authentication.k8s.io/exec":
            info["config"] = extension.get("extension")
    return info


def _auth_provider_token(config: _Kubeconfig, chosen: _Chosen) -> str:
    """The token of an auth-provider (OIDC), renewed and written back to the kubeconfig where it has ended.

    Left to the `kubernetes` package, which brings an OAuth library: half a second more, for those who need it.
    """
    import ssl

    provider = chosen.user["auth-provider"]
    called = f'the auth-provider "{provider.get("name")}" of user "{chosen.user_name}"'
    settings = {**(provider.get("config") or {})}
    if not any(key.startswith("idp-certificate-authority") for key in settings):
        # Without an authority the package would not check whom it gives the refresh token to.
        settings["idp-certificate-authority"] = ssl.get_default_verify_paths().cafile
    before = dict(settings)
    named = {
        "current-context": "one",
        "contexts": [{"name": "one", "context": {"cluster": "one", "user": "one"}}],
        "clusters": [{"name": "one", "cluster": {"server": "http://unused"}}],
        "users": [{"name": "one", "user": {"auth-provider": {**provider, "config": settings}}}],
    }
    try:
        from kubernetes.client import Configuration
        from kubernetes.config.kube_config import KubeConfigLoader

        configuration = Configuration()
        KubeConfigLoader(named, config_base_path="").load_and_set(configuration)
        scheme, _, token = configuration.api_key.get("BearerToken", "").partition(" ")
    # An OAuth library, a web server and a settings dict can fail in too many ways to list; their words may hold secrets.
    except Exception as error:
        raise Misconfigured(f"{called} could not renew the login ({type(error).__name__}): log in again") from None
    if scheme != "Bearer" or not token:
        raise Misconfigured(f"{called} gave no token: log in again, or use a login plugin (exec)")
    if settings != before:
        renewed = {key: settings[key] for key in ("id-token", "refresh-token") if key in settings}
        _save_login(config.user_files[chosen.user_name], chosen.user_name, renewed)
        provider["config"] = {**(provider.get("config") or {}), **renewed}
    return token


def _save_login(file: str, user_name: str, renewed: Mapping[str, str]) -> None:
    """Write a renewed login back, as kubectl does: most providers take each refresh token only once."""
    import yaml

    with open(file, encoding="utf-8") as stream:
        document = yaml.safe_load(stream)
    entry = next(entry for entry in document["users"] if entry["name"] == user_name)
    entry["user"]["auth-provider"]["config"].update(renewed)
    text = yaml.safe_dump(document, default_flow_style=False)
    try:
        with open(file, "w", encoding="utf-8") as stream:
            stream.write(text)
    except OSError as error:
        raise Misconfigured(f"cannot write the renewed login into {file}: {error.strerror}") from None


def _content(entry: Mapping[str, Any], key: str, whose: str) -> bytes:
    """The bytes of KEY-data, which wins, else of the file that KEY names; empty where there is neither."""
    import base64

    if data := entry.get(f"{key}-data"):
        try:
            return base64.b64decode("".join(str(data).split()), validate=True)
        except ValueError:
            raise Misconfigured(f"{key}-data of {whose} in the kubeconfig is not base64") from None
    if not entry.get(key):
        return b""
    try:
        with open(entry[key], "rb") as file:
            return file.read()
    except OSError as error:
        raise Misconfigured(f"cannot read {entry[key]}, the {key} of {whose}: {error.strerror}") from None


def _base64(data: bytes) -> str:
    import base64

    return base64.b64encode(data).decode()


def _fit_for_header(value: str, what: str) -> None:
    if not (isinstance(value, str) and value.isascii() and value.isprintable()):
        raise Misconfigured(f"{what} has characters that cannot be sent: is it cut, or from a binary file?")


# --- The connection --------------------------------------------------------------------------------------------------


def _tls_context(chosen: _Chosen, credential: _Credential) -> Any:
    """How to know the server, and how it knows us.

    Made here, once, and not by urllib3 for each connection: from Python 3.13 on it would also refuse (VERIFY_X509_STRICT)
    authorities that many clusters have and that kubectl takes, and keys that are inline would have to stay in a file.
    """
    import ssl

    whose = f'cluster "{chosen.cluster_name}"'
    authority = _content(chosen.cluster, "certificate-authority", whose)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    # As Go does, trust what the kubeconfig gives, be it a root or not.
    tls.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
    if chosen.cluster.get("insecure-skip-tls-verify"):
        if authority:
            raise Misconfigured(f"{whose} has both a certificate-authority and insecure-skip-tls-verify: remove one")
        tls.check_hostname, tls.verify_mode = False, ssl.CERT_NONE
    elif authority:
        try:
            tls.load_verify_locations(cadata=authority.decode("ascii", "ignore"))
        except (ssl.SSLError, ValueError):
            raise Misconfigured(f"the certificate-authority of {whose} is not a certificate in PEM form") from None
    else:
        tls.load_default_certs()
    if credential.certificate:
        try:
            with _temporary_file(credential.certificate + b"\n" + credential.key) as file:
                tls.load_cert_chain(file, password="")
        except ssl.SSLError:
            raise Misconfigured(
                f'the client certificate of user "{chosen.user_name}" cannot be used: '
                "it and its key are not PEM, do not belong together, or the key has a password"
            ) from None
    return tls


@contextmanager
def _temporary_file(content: bytes) -> Iterator[str]:
    """The path of a file with `content`, readable by us alone and gone afterwards: OpenSSL takes keys from files only."""
    import tempfile

    descriptor, path = tempfile.mkstemp()
    try:
        with open(descriptor, "wb") as file:
            file.write(content)
        yield path
    finally:
        os.unlink(path)


def _pool(chosen: _Chosen, server: str, tls: Any) -> Any:
    """The connections to `server`, through a proxy where one is set."""
    import urllib3

    configuration_class, client_class = _transport()
    configuration = configuration_class()
    configuration.host, configuration.connection_pool_maxsize, configuration.retries = server, POOL_SIZE, False
    configuration.verify_ssl = not chosen.cluster.get("insecure-skip-tls-verify")
    configuration.tls_server_name = chosen.cluster.get("tls-server-name") or None
    configuration.proxy, configuration.no_proxy = _proxy(chosen, server)
    try:
        if configuration.proxy and (login := urllib3.util.parse_url(configuration.proxy).auth):
            configuration.proxy_headers = urllib3.make_headers(proxy_basic_auth=login)
        pool = client_class(configuration).pool_manager
    except (ValueError, ImportError, urllib3.exceptions.HTTPError):
        raise Misconfigured(
            f'the proxy of cluster "{chosen.cluster_name}" cannot be used: it must be a URL such as http://HOST:3128 '
            "(socks5://HOST:1080 needs the Python package PySocks)"
        ) from None
    if tls:
        pool.connection_pool_kw["ssl_context"] = tls
    if not configuration.verify_ssl:
        urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)  # the kubeconfig asked for it
    return pool


def _proxy(chosen: _Chosen, server: str) -> tuple[str | None, str]:
    """The proxy's URL and the hosts that need none: proxy-url for whatever host, else HTTPS_PROXY and NO_PROXY.

    Source: client-go rest.Config.Proxy; Go's http.ProxyFromEnvironment, which sends nothing of localhost to a proxy.
    """
    from ipaddress import ip_address
    from urllib.request import getproxies_environment

    if chosen.cluster.get("proxy-url"):
        return chosen.cluster["proxy-url"], ""
    parts = urlsplit(server)
    try:
        local = ip_address(parts.hostname or "").is_loopback
    except ValueError:
        local = parts.hostname == "localhost"
    proxies = getproxies_environment()
    url = None if local else proxies.get(parts.scheme)
    return (url if not url or "://" in url else f"http://{url}"), proxies.get("no", "")


_STAND_INS = ("kubernetes", "kubernetes.client", "kubernetes.utils")


def _transport() -> tuple[Any, Any]:
    """Configuration and RESTClientObject of the `kubernetes` package, without the rest of it.

    Importing the package runs its __init__, which imports all its parts (websockets, OAuth, pydantic): half a second for
    two modules that need none of them. So empty packages with the same path stand in while those two are imported, and
    are taken away again. A version of the package that this does not suit is imported whole.
    """
    spec = importlib.util.find_spec("kubernetes")
    if "kubernetes" not in sys.modules and spec:
        try:
            for name in _STAND_INS:
                sys.modules[name] = stand_in = ModuleType(name)
                inside = name.split(".")[1:]
                stand_in.__path__ = [os.path.join(root, *inside) for root in spec.submodule_search_locations or ()]
            return _import_transport()
        except (ImportError, AttributeError):
            for name in [name for name in sys.modules if name.startswith("kubernetes.")]:
                del sys.modules[name]
        finally:
            for name in _STAND_INS:
                sys.modules.pop(name, None)
    return _import_transport()


def _import_transport() -> tuple[Any, Any]:
    from kubernetes.client.configuration import Configuration
    from kubernetes.client.rest import RESTClientObject

    return Configuration, RESTClientObject


# --- Words -----------------------------------------------------------------------------------------------------------

# OpenSSL's numbers, x509_vfy.h: not known to Python's ssl by name.
_TRUST = {
    9: "its certificate is not valid yet: compare the clocks here and there",
    10: "its certificate has expired: renew it (kubeadm certs renew all), or check the clock here",
    62: "its certificate is for another name: set tls-server-name in the kubeconfig to one that it has",
    64: "its certificate is for another address: set tls-server-name in the kubeconfig to a name that it has",
}


def _why_not_trusted(error: Any, host: str) -> str:
    why = _TRUST.get(
        error.verify_code,
        f"its certificate is not signed by the certificate-authority of the kubeconfig ({error.verify_message}): "
        "get the kubeconfig of this cluster again",
    )
    return _one_line(f"the server {host} is not trusted: {why}")


def _why_no_tls(error: Any, host: str) -> str:
    import ssl

    reason = (error.reason or "").replace("_", " ").lower()
    if "alert" in reason:
        return f"the server {host} does not accept our client certificate or TLS version ({reason}): log in again"
    if isinstance(error, ssl.SSLEOFError):
        return f"the server {host} broke TLS off: does it need a client certificate, or is something in between?"
    if reason in ("wrong version number", "record layer failure"):
        return f"the server {host} does not speak TLS: should its URL in the kubeconfig begin with http://?"
    return _one_line(f"no TLS with the server {host}: {reason or error}")


def _seconds(duration: str) -> float | None:
    """The seconds of kubectl's --request-timeout: 30, 5s, 1m30s, 500ms; None (without end) for 0.

    Raises Misconfigured, in kubectl's words. Source: client-go tools/clientcmd/overrides.go, ParseTimeout.
    """
    number = r"(\d+\.?\d*|\.\d+)"
    unit = f"({'|'.join(sorted(_DURATION_UNITS, key=len, reverse=True))})"
    if re.fullmatch(r"\d+", duration, re.ASCII):
        return float(duration) or None
    if not re.fullmatch(f"({number}{unit})+", duration, re.ASCII):
        raise Misconfigured(
            f"--request-timeout {_one_line(duration)}: Invalid timeout value. Timeout must be a single integer in "
            "seconds, or an integer followed by a corresponding time unit (e.g. 1s | 2m | 3h)"
        )
    return sum(float(n) * _DURATION_UNITS[u] for n, u in re.findall(number + unit, duration, re.ASCII)) or None


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
    return "" if body.lstrip()[:1] in (b"<", b"{", b"[") else body[:300].decode("utf-8", "replace")


def _kind(body: bytes) -> str:
    start = body.lstrip()[:1]
    return {b"": "nothing", b"<": "a web page", b"[": "a list"}.get(start, "something else")


def _one_line(text: object, longest: int = 300) -> str:
    """`text` on one line, shortened, with no control characters and no credentials in URLs."""
    line = " ".join("".join(c if c.isprintable() else " " for c in str(text)).split())
    line = re.sub(r"://[^/@\s]+@", "://", line)
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


def _within(error: BaseException | None, *kinds: type[BaseException]) -> Any:
    """The first exception of these kinds among `error` and what it was made from, else None."""
    return next((one for one in _layers(error) if isinstance(one, kinds)), None)


def _innermost(error: BaseException) -> BaseException:
    return list(_layers(error))[-1]


def _layers(error: BaseException | None) -> Iterator[BaseException]:
    """`error` and what it was made from, outermost first: urllib3 keeps the inner one among the arguments."""
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        inner = [argument for argument in error.args if isinstance(argument, BaseException)]
        error = inner[0] if inner else error.__cause__ or error.__context__
