"""The kubeconfig, read as kubectl reads it: which files, in what order, and what the context and the flags pick.

Follows client-go (tools/clientcmd, rest) and https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/.
"""

import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any, NamedTuple
from urllib.parse import quote, urlsplit

from ..commands import kubectl
from ..names import nearest
from ..redact import without_quotes
from .errors import Misconfigured, one_line

SERVICE_ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount"
"""Where a pod finds its own login: https://kubernetes.io/docs/tasks/run-application/access-api-from-pod/."""


class Chosen(NamedTuple):
    """What the context and the flags pick from a kubeconfig: names, None where there is none, and what they name."""

    context_name: str | None
    context: dict[str, Any]
    cluster_name: str | None
    cluster: dict[str, Any]
    user_name: str | None
    user: dict[str, Any]


class Kubeconfig:
    """All files of a kubeconfig as one. The first file that names a thing wins, entry by entry, without mixing.

    Source: client-go tools/clientcmd/loader.go, ClientConfigLoadingRules.Load. (The merger of the `kubernetes` package
    lets the last current-context win and looks for a client certificate beside the file of the cluster.)
    """

    def __init__(self, explicit: str | None = None) -> None:
        self.explicit = explicit
        """The file that --kubeconfig names."""
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

    def chosen(self, context: str | None, cluster: str | None, user: str | None) -> Chosen:
        """What --context, --cluster and --user, else current-context, pick."""
        context_name = context or self.current_context
        if not context_name and not cluster:
            only = str(*self.contexts) if len(self.contexts) == 1 else "CONTEXT"
            access = [f"--kubeconfig={self.explicit}"] if self.explicit else []
            raise Misconfigured(
                f"{self._where} has no current context, of {self._some(self.contexts)}: name one with --context, or set it "
                f"with: {kubectl('config', 'use-context', only, access=access)}"
            )
        body = self._entry("context", context_name, self.contexts)
        cluster_name = cluster or body.get("cluster")
        user_name = user or body.get("user")
        return Chosen(
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


def read_kubeconfig(explicit: str | None) -> Kubeconfig:
    """--kubeconfig alone, else the files of KUBECONFIG that exist, else ~/.kube/config, else the pod's own login."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as fast, where libyaml is there
    listed = [file for file in os.environ.get("KUBECONFIG", "").split(os.pathsep) if file]
    config = Kubeconfig(explicit)
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
            # Only the place and the rule: the text of the error quotes the file, which holds tokens.
            mark = getattr(error, "problem_mark", None)
            place = f", line {mark.line + 1}" if mark else ""
            problem = without_quotes(getattr(error, "problem", None) or "it is not text")
            raise Misconfigured(f"the kubeconfig {file} is not valid YAML{place}: {one_line(problem)}") from None
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


def content(entry: Mapping[str, Any], key: str, whose: str) -> bytes:
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
        # It may be the token or the key itself, in the wrong field.
        raise Misconfigured(f"cannot read {one_line(entry[key])}, the {key} of {whose}: {error.strerror}") from None


def server_of(chosen: Chosen) -> tuple[str, bool]:
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


def impersonation(chosen: Chosen, as_user: str | None, as_groups: Sequence[str]) -> dict[str, Any]:
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
            fit_for_header(value, f"what {name} would say")
    return headers


def fit_for_header(value: str, what: str) -> None:
    if not (isinstance(value, str) and value.isascii() and value.isprintable()):
        raise Misconfigured(f"{what} has characters that cannot be sent: is it cut, or from a binary file?")
