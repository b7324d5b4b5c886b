"""Logging in as the kubeconfig says: certificates, tokens, passwords, login plugins, auth-providers.

What each way of logging in needs is imported where it is needed.
"""

import json
import os
import re
import sys
from collections.abc import Mapping
from typing import Any, NamedTuple

from ..redact import MASK
from .errors import Misconfigured, kind_of_body, one_line
from .kubeconfig import Chosen, Kubeconfig, content, fit_for_header
from .parts import without_the_rest

# A token that says nothing of itself: long, of letters and digits; no UUID, host, path, or name of lower-case words.
_LIKE_A_TOKEN = (
    r"(?<![\w/~-])(?<!\w\.)(?:(?=[\w~+=-]{0,64}\d)(?=[\w~+=-]{0,64}[a-z])(?=[\w~+=-]{0,64}[A-Z])[\w~+=-]{20,}"
    r"|[a-z0-9]{32,})(?![\w/~-]|\.\w)"
)


class Credential(NamedTuple):
    """What proves who we are: a value for the Authorization header, a certificate with its key (PEM), both or none."""

    authorization: str | None
    certificate: bytes
    key: bytes

    @property
    def secrets(self) -> list[str]:
        """What of it somebody may quote who was shown it: the token; the password, alone and as it is sent."""
        import base64

        scheme, _, sent = (self.authorization or "").partition(" ")
        password = base64.b64decode(sent).decode().partition(":")[2] if scheme == "Basic" else ""
        return [secret for secret in (sent, password) if secret]


def log_in(config: Kubeconfig, chosen: Chosen) -> Credential:
    """Log in as the chosen user says. A plugin runs only where there is no token and no password."""
    user, whose = chosen.user, f'user "{chosen.user_name}"'
    certificate = content(user, "client-certificate", whose)
    key = content(user, "client-key", whose)
    # A token file wins over a token: it is kept fresh, the other is its last copy.
    token = (content(user, "tokenFile", whose).decode("utf-8", "replace") or user.get("token") or "").strip()
    if not token and user.get("username"):
        pair = f"{user['username']}:{user.get('password') or ''}"
        return Credential(f"Basic {_base64(pair.encode())}", certificate, key)
    if not token and user.get("exec"):
        status = _run_plugin(user["exec"], chosen)
        token = status.get("token") or ""
        certificate = (status.get("clientCertificateData") or "").encode() or certificate
        key = (status.get("clientKeyData") or "").encode() or key
        if not token and not (certificate and key):
            raise Misconfigured(f"the login plugin of {whose} printed neither a token nor a certificate with its key")
    if not token and user.get("auth-provider"):
        token = _auth_provider_token(config, chosen)
    fit_for_header(token, f"the token of {whose}")
    return Credential(f"Bearer {token}" if token else None, certificate, key)


def _run_plugin(plugin: Mapping[str, Any], chosen: Chosen) -> dict[str, Any]:
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
        hint = one_line(plugin.get("installHint") or "")
        why = "is not installed" if isinstance(error, FileNotFoundError) else f"cannot be run ({error.strerror})"
        raise Misconfigured(f"{called} {why}: " + (hint or f"install {command}, or put it into PATH")) from None
    if done.returncode:
        last = (done.stderr or b"").decode("utf-8", "replace").strip().rpartition("\n")[2]
        last = re.sub(_LIKE_A_TOKEN, MASK, last)
        raise Misconfigured(one_line(f"{called} failed with exit status {done.returncode}" + (last and f": {last}")))
    try:
        printed = json.loads(done.stdout)
        version, status = printed["apiVersion"], printed["status"]
    except (ValueError, LookupError, TypeError):
        raise Misconfigured(f"{called} printed {kind_of_body(done.stdout)}, not an ExecCredential with a status") from None
    if version != plugin.get("apiVersion"):
        raise Misconfigured(f"{called} speaks {one_line(version)}; the kubeconfig expects {plugin.get('apiVersion')}")
    return status if isinstance(status, dict) else {}


def _cluster_info(chosen: Chosen) -> dict[str, Any]:
    keys = ("server", "tls-server-name", "insecure-skip-tls-verify", "proxy-url")
    info = {key: chosen.cluster[key] for key in keys if chosen.cluster.get(key)}
    if authority := content(chosen.cluster, "certificate-authority", f'cluster "{chosen.cluster_name}"'):
        info["certificate-authority-data"] = _base64(authority)
    for extension in chosen.cluster.get("extensions") or []:
        if extension.get("name") == "client.authentication.k8s.io/exec":
            info["config"] = extension.get("extension")
    return info


def _auth_provider_token(config: Kubeconfig, chosen: Chosen) -> str:
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
        new_configuration, loader = without_the_rest(_import_loader)
        configuration = new_configuration()
        loader(named, config_base_path="").load_and_set(configuration)
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


def _import_loader() -> tuple[Any, Any]:
    """Configuration and KubeConfigLoader, whose module takes two classes from the package `kubernetes.client` itself."""
    from kubernetes.client.api_client import ApiClient
    from kubernetes.client.configuration import Configuration

    client = sys.modules["kubernetes.client"]
    client.ApiClient, client.Configuration = ApiClient, Configuration  # type: ignore[attr-defined]
    from kubernetes.config.kube_config import KubeConfigLoader

    return Configuration, KubeConfigLoader


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


def _base64(data: bytes) -> str:
    import base64

    return base64.b64encode(data).decode()
