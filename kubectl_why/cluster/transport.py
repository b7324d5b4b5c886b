"""The connections to the API server: TLS, the proxy, one pool."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

from .errors import Misconfigured
from .kubeconfig import Chosen, content
from .login import Credential
from .parts import without_the_rest

POOL_SIZE = 16
"""Connections that are kept open for reuse."""


def tls_context(chosen: Chosen, credential: Credential) -> Any:
    """How to know the server, and how it knows us.

    Made here, once, and not by urllib3 for each connection: from Python 3.13 on it would also refuse (VERIFY_X509_STRICT)
    authorities that many clusters have and that kubectl takes, and keys that are inline would have to stay in a file.
    """
    import ssl

    whose = f'cluster "{chosen.cluster_name}"'
    authority = content(chosen.cluster, "certificate-authority", whose)
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

    with _signals_held():
        descriptor, path = tempfile.mkstemp()
        try:
            with open(descriptor, "wb") as file:
                file.write(content)
            yield path
        finally:
            os.unlink(path)


@contextmanager
def _signals_held() -> Iterator[None]:
    """Within it no signal ends the process; but on Windows, which knows no such thing."""
    hold = getattr(signal, "pthread_sigmask", None)
    before = hold(signal.SIG_BLOCK, signal.valid_signals()) if hold else None
    try:
        yield
    finally:
        if hold:
            hold(signal.SIG_SETMASK, before)


def pool_to(chosen: Chosen, server: str, tls: Any) -> Any:
    """The connections to `server`, through a proxy where one is set."""
    import urllib3

    if chosen.cluster.get("insecure-skip-tls-verify"):
        urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)  # the kubeconfig asked for it
    proxy, no_proxy = _proxy(chosen, server)
    # Without a proxy `kubernetes` makes a pool of urllib3 and nothing else, which is made sooner without it.
    of_its_own = {"maxsize": POOL_SIZE, "retries": False}
    pool = _pool_behind(proxy, no_proxy, chosen, server) if proxy else urllib3.PoolManager(**of_its_own)
    if name := chosen.cluster.get("tls-server-name"):
        pool.connection_pool_kw["server_hostname"] = name
    if tls:
        pool.connection_pool_kw["ssl_context"] = tls
    return pool


def _pool_behind(proxy: str, no_proxy: str, chosen: Chosen, server: str) -> Any:
    """The connections of `kubernetes`, which knows the kinds of proxies and for which hosts none is meant."""
    import urllib3

    configuration_class, client_class = without_the_rest(_import_transport)
    configuration = configuration_class()
    configuration.host, configuration.connection_pool_maxsize, configuration.retries = server, POOL_SIZE, False
    configuration.verify_ssl = not chosen.cluster.get("insecure-skip-tls-verify")
    configuration.proxy, configuration.no_proxy = proxy, no_proxy
    try:
        if login := urllib3.util.parse_url(proxy).auth:
            configuration.proxy_headers = urllib3.make_headers(proxy_basic_auth=login)
        return client_class(configuration).pool_manager
    except (ValueError, ImportError, urllib3.exceptions.HTTPError):
        raise Misconfigured(
            f'the proxy of cluster "{chosen.cluster_name}" cannot be used: it must be a URL such as http://HOST:3128 '
            "(socks5://HOST:1080 needs the Python package PySocks)"
        ) from None


def _proxy(chosen: Chosen, server: str) -> tuple[str | None, str]:
    """The proxy's URL and the hosts that need none: proxy-url for whatever host, else HTTPS_PROXY and NO_PROXY.

    Source: client-go rest.Config.Proxy; Go's http.ProxyFromEnvironment, which sends nothing of localhost to a proxy.
    """
    if chosen.cluster.get("proxy-url"):
        return chosen.cluster["proxy-url"], ""
    if not any(name.lower().endswith("_proxy") for name in os.environ):
        return None, ""
    from ipaddress import ip_address
    from urllib.request import getproxies_environment

    parts = urlsplit(server)
    try:
        local = ip_address(parts.hostname or "").is_loopback
    except ValueError:
        local = parts.hostname == "localhost"
    proxies = getproxies_environment()
    url = None if local else proxies.get(parts.scheme)
    return (url if not url or "://" in url else f"http://{url}"), proxies.get("no", "")


def _import_transport() -> tuple[Any, Any]:
    from kubernetes.client.configuration import Configuration
    from kubernetes.client.rest import RESTClientObject

    return Configuration, RESTClientObject
