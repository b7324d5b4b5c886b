"""An API server that replays recorded cases, so that real clients can be tested without a cluster.

    with Replay(["tests/cases"]) as replay:
        subprocess.run(["kubectl", "--kubeconfig", replay.kubeconfig("orders-api"), "get", "pods"])

Every case has its own base path (http://127.0.0.1:PORT/CASE/api/v1/...). The server only reads: what is not recorded does
not exist. Its clock (the Date header, the ages in tables) stands at the moment of the recording.

From the command line, `python -m tests.replay FOLDER...` prints a kubeconfig and serves until interrupted.
"""

import argparse
import base64
import binascii
import json
import os
import re
import signal
import socket
import socketserver
import struct
import sys
import tempfile
import threading
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from email.message import Message
from email.utils import format_datetime
from functools import lru_cache
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit

from tests.wire import tables, terminal
from tests.wire.live import Live
from tests.wire.played import Played
from tests.wire.recorded import Case, find_cases

DISCOVERY = json.loads((Path(__file__).parent / "wire" / "discovery.json").read_text())

# --- answers --------------------------------------------------------------------------------------------------------


class Answer(NamedTuple):
    status: int
    body: bytes
    content_type: str = "application/json"


class Refused(Exception):
    """The request gets this answer instead of what it asked for."""

    def __init__(self, answer: Answer):
        super().__init__(answer.status)
        self.answer = answer


PAGE_NOT_FOUND = Answer(404, b"404 page not found\n", "text/plain; charset=utf-8")

REASONS = {
    400: "BadRequest",
    401: "Unauthorized",
    403: "Forbidden",
    404: "NotFound",
    405: "MethodNotAllowed",
    406: "NotAcceptable",
    409: "AlreadyExists",
    410: "Expired",
    422: "Invalid",
    429: "TooManyRequests",
    500: "InternalError",
    503: "ServiceUnavailable",
    504: "Timeout",
}


def as_json(value: dict, content_type: str = "application/json") -> Answer:
    return Answer(200, json.dumps(value, separators=(",", ":")).encode() + b"\n", content_type)


def status_body(code: int, message: str, details: dict | None = None) -> Answer:
    """The Status object with which the API server says no."""
    body = {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure", "message": message}
    if code in REASONS:
        body["reason"] = REASONS[code]
    if details:
        body["details"] = details
    return as_json({**body, "code": code})._replace(status=code)


# --- what is asked for ----------------------------------------------------------------------------------------------


class Resource(NamedTuple):
    kind: str
    namespaced: bool


def _served() -> dict[str, dict[str, Resource]]:
    """group/version -> resource -> what it is, from the recorded discovery."""
    return {
        f"{group['metadata']['name']}/{version['version']}" if group["metadata"] else version["version"]: {
            item["resource"]: Resource(item["responseKind"]["kind"], item["scope"] == "Namespaced")
            for item in version["resources"]
        }
        for path in ("/api", "/apis")
        for group in DISCOVERY["aggregated"][path]["items"]
        for version in group["versions"]
    }


SERVED = _served()


class Target(NamedTuple):
    """What a path names; the parts that it does not have are empty."""

    group_version: str
    namespace: str
    resource: str
    name: str
    sub: str

    @classmethod
    def parse(cls, path: str) -> "Target | None":
        root, *parts = [unquote(part) for part in path.strip("/").split("/")]
        depth = {"api": 1, "apis": 2}.get(root)
        if depth is None or len(parts) <= depth:
            return None
        group_version, parts = "/".join(parts[:depth]), parts[depth:]
        namespace = ""
        if parts[0] == "namespaces" and len(parts) > 2:
            namespace, parts = parts[1], parts[2:]
        return cls(group_version, namespace, *[*parts, "", ""][:3]) if len(parts) <= 3 else None

    @property
    def qualified(self) -> str:
        """The resource as the server's messages name it: pods, deployments.apps."""
        group = self.group_version.rpartition("/")[0]
        return f"{self.resource}.{group}" if group else self.resource

    @property
    def place(self) -> str:
        """The namespace in which a request is to be allowed: a namespace is in itself (apiserver, requestinfo.go, 1.36)."""
        return self.name if self.resource == "namespaces" else self.namespace

    @property
    def details(self) -> dict:
        group = self.group_version.rpartition("/")[0]
        found = {"name": self.name, "group": group, "kind": self.resource}
        return {key: value for key, value in found.items() if value}

    def not_found(self) -> Answer:
        return status_body(404, f'{self.qualified} "{self.name}" not found', self.details)

    def forbidden(self, user: str = "nobody") -> Answer:
        name = f' "{self.name}"' if self.name else ""
        resource = f"{self.resource}/{self.sub}" if self.sub else self.resource
        scope = f'in the namespace "{self.place}"' if self.place else "at the cluster scope"
        return status_body(
            403,
            f'{self.qualified}{name} is forbidden: User "{user}" cannot {"get" if self.name else "list"} resource '
            f'"{resource}" in API group "{self.group_version.rpartition("/")[0]}" {scope}',
            self.details,
        )


def wanted_forms(accept: str) -> list[str]:
    """The forms that an Accept header takes as JSON, best first; an empty one is the object itself."""
    forms = []
    for media in accept.split(","):
        kind, *parameters = [part.strip() for part in media.split(";")]
        if kind in ("application/json", "application/*", "*/*"):
            form = dict(part.split("=", 1) for part in parameters if "=" in part)
            forms.append("/".join(form[key] for key in ("g", "v", "as") if key in form))
    return forms


# --- selectors ------------------------------------------------------------------------------------------------------

_KEY = r"[A-Za-z0-9._/-]+"
_REQUIREMENT = re.compile(
    rf"\s*(?:!\s*(?P<absent>{_KEY})"
    rf"|(?P<one>{_KEY})\s*(?P<operator>==|=|!=)\s*(?P<value>[A-Za-z0-9._-]*)"
    rf"|(?P<many>{_KEY})\s+(?P<set>in|notin)\s*\((?P<values>[^()]*)\)"
    rf"|(?P<present>{_KEY}))\s*(?:,|$)"
)


def label_match(selector: str):
    """A function that says whether the labels of an object match the selector."""
    tests, at = [], 0
    while at < len(selector):
        found = _REQUIREMENT.match(selector, at)
        if not found:
            rest = re.match(r"\s*([=!]+|[^\s,]+|.*)", selector[at:]).group(1)
            message = f"found '{rest}', expected: !, identifier, or 'end of string'"
            raise Refused(status_body(400, message))
        at = found.end()
        part = found.groupdict()
        if key := part["absent"] or part["present"]:
            tests.append((key, None, bool(part["absent"])))
        elif key := part["one"]:
            tests.append((key, {part["value"]}, part["operator"] == "!="))
        else:
            tests.append((part["many"], {v.strip() for v in part["values"].split(",")}, part["set"] == "notin"))

    def matches(item: dict) -> bool:
        labels = item["metadata"].get("labels") or {}
        return all((key in labels and (values is None or labels[key] in values)) != no for key, values, no in tests)

    return matches


_REFERENCE = ("apiVersion", "fieldPath", "kind", "name", "namespace", "resourceVersion", "uid")
# the fields that a real server selects by, beside metadata.name and metadata.namespace, and where they are
_FIELDS = {
    "events": {
        **{f"involvedObject.{field}": f"involvedObject.{field}" for field in _REFERENCE},
        "reason": "reason",
        "reportingComponent": "reportingComponent",
        "source": "source.component",
        "type": "type",
    },
    "jobs": {"status.successful": "status.succeeded"},
    "namespaces": {"status.phase": "status.phase"},
    "nodes": {"spec.unschedulable": "spec.unschedulable"},
    "pods": {
        "spec.hostNetwork": "spec.hostNetwork",
        "spec.nodeName": "spec.nodeName",
        "spec.restartPolicy": "spec.restartPolicy",
        "spec.schedulerName": "spec.schedulerName",
        "spec.serviceAccountName": "spec.serviceAccountName",
        "status.nominatedNodeName": "status.nominatedNodeName",
        "status.phase": "status.phase",
        "status.podIP": "status.podIP",
    },
    "replicasets": {"status.replicas": "status.replicas"},
    "replicationcontrollers": {"status.replicas": "status.replicas"},
    "secrets": {"type": "type"},
    "services": {"spec.clusterIP": "spec.clusterIP", "spec.type": "spec.type"},
}
_UNSET = {"spec.hostNetwork": "false", "spec.unschedulable": "false", "status.replicas": "0", "status.succeeded": "0"}


def _field(item: dict, path: str) -> str:
    value = item
    for key in path.split("."):
        value = (value or {}).get(key)
    if value is None:
        return _UNSET.get(path, "")
    return str(value).lower() if isinstance(value, bool) else str(value)


def field_match(selector: str, resource: str):
    """A function that says whether the fields of an object match the selector."""
    paths = {"metadata.name": "metadata.name", "metadata.namespace": "metadata.namespace", **_FIELDS.get(resource, {})}
    tests = []
    for term in filter(None, selector.split(",")):
        found = re.fullmatch(r"([^=!]+)(==|=|!=)(.*)", term)
        if not found:
            raise Refused(status_body(400, f"invalid selector: '{term}'; can't understand '{term}'"))
        field, operator, value = found.groups()
        if field not in paths:
            raise Refused(status_body(400, f"field label not supported: {field}"))
        tests.append((paths[field], value, operator == "!="))
    return lambda item: all((_field(item, path) == value) != no for path, value, no in tests)


# --- one case's API -------------------------------------------------------------------------------------------------


def answer(case: Case, path: str, query: dict[str, str], accept: str) -> Answer:
    """What the API server of this case says to a GET."""
    try:
        if (found := _discovery(case, path, accept)) is not None:
            return found
        target = Target.parse(path)
        resource = target and SERVED.get(target.group_version, {}).get(target.resource)
        # the same events in their newer spelling are not recorded, and an empty list of them would be a lie
        if not resource or target.group_version == "events.k8s.io/v1":
            return PAGE_NOT_FOUND
        if query.get("watch") in ("true", "1"):
            return status_body(405, "a recording cannot be watched")
        if not target.name:
            return _list(case, target, resource, query, accept)
        item = _get(case, target)
        if (target.resource, target.sub) == ("pods", "log"):
            return _log(case, item, query)
        if target.sub:
            return PAGE_NOT_FOUND
        return _shown(case, target, resource, [item], None, query, accept)
    except Refused as refused:
        return refused.answer


def _changed(case: Case | Live, method: str, path: str, query: dict[str, str], body: bytes) -> Answer:
    """What the API server says to a request that would change something."""
    target = Target.parse(path)
    status, found = 405, {}
    if isinstance(case, Live) and target:
        status, found = case.write(method, target, query, json.loads(body) if body else None)
    if status == 404:
        return target.not_found()
    if status == 409:
        return status_body(409, f'{target.qualified} "{found["name"]}" already exists', target.details)
    if status == 405:
        return status_body(405, "the server does not allow this method on the requested resource")
    return as_json(found)._replace(status=status)


def _discovery(case: Case, path: str, accept: str) -> Answer | None:
    if path == "/version":
        return as_json({**DISCOVERY["/version"], "gitVersion": case.about["recorded"]["server"]})
    if path in ("/api", "/apis"):
        if "apidiscovery.k8s.io/v2/APIGroupDiscoveryList" in wanted_forms(accept):
            media = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"
            return as_json(DISCOVERY["aggregated"][path], media)
        return as_json(DISCOVERY[path])
    group_version = re.sub("^/apis?/", "", path)
    return as_json(_resource_list(group_version)) if group_version in SERVED else None


@lru_cache
def _resource_list(group_version: str) -> dict:
    """The plain form of discovery, for clients that do not ask for the aggregated one."""
    group, _, version = group_version.rpartition("/")
    resources = []
    for found in DISCOVERY["aggregated"]["/apis" if group else "/api"]["items"]:
        for item in (v for v in found["versions"] if found["metadata"].get("name", "") == group):
            if item["version"] == version:
                resources += item["resources"]
    plain = [
        {
            "name": item["resource"],
            "singularName": item["singularResource"],
            "namespaced": item["scope"] == "Namespaced",
            "kind": item["responseKind"]["kind"],
            "verbs": item["verbs"],
            **{key: item[key] for key in ("shortNames", "categories") if key in item},
        }
        for item in resources
    ]
    return {"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": group_version, "resources": plain}


def _get(case: Case, target: Target) -> dict:
    for item in case.objects.get(f"{target.group_version}/{target.resource}", []):
        meta = item["metadata"]
        if meta["name"] == target.name and meta.get("namespace", "") == target.namespace:
            return item
    raise Refused(target.not_found())


def _list(case: Case, target: Target, resource: Resource, query: dict, accept: str) -> Answer:
    selector = query.get("labelSelector", ""), query.get("fieldSelector", "")
    labels, fields = label_match(selector[0]), field_match(selector[1], target.resource)
    items = [
        item
        for item in case.objects.get(f"{target.group_version}/{target.resource}", [])
        if target.namespace in ("", item["metadata"].get("namespace")) and labels(item) and fields(item)
    ]
    meta = {"resourceVersion": case.resource_version}
    start, limit = _start(query.get("continue", "")), int(query.get("limit") or 0)
    rest = len(items) - start - limit
    if limit and rest > 0:
        token = {"v": "meta.k8s.io/v1", "rv": int(case.resource_version), "start": start + limit}
        meta["continue"] = base64.urlsafe_b64encode(json.dumps(token).encode()).decode().rstrip("=")
        if not any(selector):
            meta["remainingItemCount"] = rest
    items = items[start : start + limit] if limit else items[start:]
    return _shown(case, target, resource, items, meta, query, accept)


def _watched(case: Played, target: Target, query: dict) -> Iterator[dict]:
    """What happens to the objects of a list, beginning with those that there are."""
    resource = SERVED[target.group_version][target.resource]
    labels = label_match(query.get("labelSelector", ""))
    fields = field_match(query.get("fieldSelector", ""), target.resource)
    for event in case.stream(f"{target.group_version}/{target.resource}", float(query.get("timeoutSeconds") or 1800)):
        item = event["object"]
        if event["type"] == "ERROR":
            yield event
        elif item["metadata"]["namespace"] == target.namespace and labels(item) and fields(item):
            yield {**event, "object": {"kind": resource.kind, "apiVersion": target.group_version, **item}}


def _start(token: str) -> int:
    if not token:
        return 0
    try:
        return json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))["start"]
    except (binascii.Error, ValueError, KeyError, TypeError) as error:
        message = f"invalid continue token: continue key is not valid: {error}"
        raise Refused(status_body(400, message)) from None


def _shown(case, target: Target, resource: Resource, items, meta: dict | None, query: dict, accept: str) -> Answer:
    """The items in the form that the client prefers: a list where it has metadata, else the one object."""
    head = {"kind": resource.kind, "apiVersion": target.group_version}
    for form in wanted_forms(accept):
        if form == "meta.k8s.io/v1/Table":
            meta = meta or {"resourceVersion": items[0]["metadata"]["resourceVersion"]}
            table = tables.table(target.resource, items, case.now)
            for row, item in zip(table["rows"], items, strict=True):
                if query.get("includeObject") == "Object":
                    row["object"] = {**head, **item}
                elif query.get("includeObject") != "None":
                    row["object"] = {**_METADATA, "metadata": item["metadata"]}
            return as_json({"kind": "Table", "apiVersion": "meta.k8s.io/v1", "metadata": meta, **table})
        if form == "meta.k8s.io/v1/PartialObjectMetadataList" and meta is not None:
            partial = [{"metadata": item["metadata"]} for item in items]
            return as_json({**_METADATA, "kind": "PartialObjectMetadataList", "metadata": meta, "items": partial})
        if form == "meta.k8s.io/v1/PartialObjectMetadata" and meta is None:
            return as_json({**_METADATA, "metadata": items[0]["metadata"]})
        if not form:
            if meta is None:
                return as_json({**head, **items[0]})
            return as_json({**head, "kind": f"{resource.kind}List", "metadata": meta, "items": items})
    media = "application/json, application/yaml, application/vnd.kubernetes.protobuf"
    return status_body(406, f"only the following media types are accepted: {media}")


_METADATA = {"kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1"}


# --- logs -----------------------------------------------------------------------------------------------------------

_STAMP = re.compile(rb"(?m)^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z ")


def _log(case: Case, pod: dict, query: dict) -> Answer:
    container = _container(pod, query.get("container", ""))
    if not pod["spec"].get("nodeName"):
        return Answer(204, b"", "text/plain")
    previous = query.get("previous") in ("true", "1")
    text = case.log(pod["metadata"]["name"], container, previous)
    if text is None:
        raise Refused(_no_log(pod, container, previous))
    lines = text.splitlines(keepends=True)
    if seconds := int(query.get("sinceSeconds") or 0):
        since = f"{case.now - timedelta(seconds=seconds):%Y-%m-%dT%H:%M:%S}".encode()
        lines = [line for line in lines if not _STAMP.match(line) or line >= since]
    if "tailLines" in query:
        tail = int(query["tailLines"])
        if tail < 0:
            raise Refused(_invalid(pod["metadata"]["name"], "tailLines", tail))
        lines = lines[len(lines) - tail :] if tail < len(lines) else lines
    text = b"".join(lines)
    if query.get("timestamps") not in ("true", "1"):
        text = _STAMP.sub(b"", text)
    # as on a real server the limit cuts the end: the first bytes of the tail are what is left
    return Answer(200, text[: int(query["limitBytes"])] if "limitBytes" in query else text, "text/plain")


def _container(pod: dict, container: str) -> str:
    """The container whose log is asked for, or the refusal of a name that is missing or wrong."""
    spec, pod_name = pod["spec"], pod["metadata"]["name"]
    names = [found["name"] for found in spec["containers"]]
    inits = [found["name"] for found in spec.get("initContainers", [])]
    ephemeral = [found["name"] for found in spec.get("ephemeralContainers", [])]
    if not container:
        if len(names) == 1:
            return names[0]
        message = f"a container name must be specified for pod {pod_name}, choose one of: [{' '.join(names)}]"
        if inits:
            message += f" or one of the init containers: [{' '.join(inits)}]"
        raise Refused(status_body(400, message))
    if container not in names + inits + ephemeral:
        raise Refused(status_body(400, f"container {container} is not valid for pod {pod_name}"))
    return container


def _no_log(pod: dict, container: str, previous: bool) -> Answer:
    """Why the kubelet has no such log, in its words."""
    name, status = pod["metadata"]["name"], pod["status"]
    lists = ("containerStatuses", "initContainerStatuses", "ephemeralContainerStatuses")
    found = {one["name"]: one for key in lists for one in status.get(key) or []}.get(container)
    which = f'container "{container}" in pod "{name}"'
    if found is None:
        return status_body(400, f"{which} is not available")
    state, last = found.get("state", {}), found.get("lastState", {}).get("terminated")
    if previous and not (last or {}).get("containerID"):
        return status_body(400, f"previous terminated {which} not found")
    if "terminated" in state or (last and "waiting" in state):
        return status_body(400, f"{which} is terminated")
    if "waiting" in state:
        reason = state["waiting"].get("reason", "")
        words = {"ErrImagePull": "image can't be pulled", "ImagePullBackOff": "trying and failing to pull image"}
        return status_body(400, f"{which} is waiting to start: {words.get(reason, reason)}")
    # it runs, so its node did not answer
    path = f"containerLogs/{pod['metadata']['namespace']}/{name}/{container}"
    url = f"https://{pod['spec']['nodeName']}:10250/{path}"
    return status_body(500, f'Get "{url}": dial tcp: connect: no route to host')._replace(status=500)


def _invalid(pod: str, field: str, value: int) -> Answer:
    message = f"Invalid value: {value}: must be greater than or equal to 0"
    cause = {"reason": "FieldValueInvalid", "message": message, "field": field}
    details = {"name": pod, "kind": "PodLogOptions", "causes": [cause]}
    return status_body(422, f'PodLogOptions "{pod}" is invalid: {field}: {message}', details)


# --- faults ---------------------------------------------------------------------------------------------------------


@dataclass
class Fault:
    """What befalls the requests whose "METHOD /path?query" the pattern is found in; the first rule that fits counts.

    It waits for `delay`; then `raw` bytes take the place of an HTTP answer (none at all: the connection is reset),
    or `status` and `body` that of the recorded answer. Without a body it is the Status that a real server sends.
    After `count` requests the rule is spent. What `arrives` is carried out before, and only its answer befalls that.
    """

    pattern: str
    status: int | None = None
    body: bytes | None = None
    delay: float = 0
    raw: bytes | None = None
    count: int | None = None
    arrives: bool = False


def fail(pattern: str, status: int, body: bytes | None = None, count: int | None = None) -> Fault:
    """An error status, with a Status object, or with a plain body."""
    return Fault(pattern, status=status, body=body, count=count)


def slow(pattern: str, seconds: float, count: int | None = None) -> Fault:
    """The right answer, late."""
    return Fault(pattern, delay=seconds, count=count)


def hang(pattern: str, seconds: float, count: int | None = None) -> Fault:
    """No answer; after the seconds the connection is reset."""
    return Fault(pattern, delay=seconds, raw=b"", count=count)


def reset(pattern: str, count: int | None = None) -> Fault:
    """The connection is reset at once."""
    return Fault(pattern, raw=b"", count=count)


def garbage(pattern: str, raw: bytes = b"\x16\x03\x01\x02\x00\x01 this is not HTTP", count: int | None = None) -> Fault:
    """Something that is no HTTP answer."""
    return Fault(pattern, raw=raw, count=count)


def _failure(fault: Fault, path: str) -> Answer:
    if fault.body is not None:
        return Answer(fault.status, fault.body, "text/plain; charset=utf-8")
    target = Target.parse(path)
    if target and fault.status in (403, 404):
        return target.forbidden() if fault.status == 403 else target.not_found()
    words = {
        401: "Unauthorized",
        410: "The resourceVersion for the provided list is too old.",
        429: "Too many requests, please try again later.",
        500: "Internal error occurred: etcdserver: request timed out",
        503: "the server is currently unable to handle the request",
        504: "request did not complete within the allotted timeout",
    }
    return status_body(fault.status, words.get(fault.status, HTTPStatus(fault.status).phrase))


# --- the server -----------------------------------------------------------------------------------------------------


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request, client_address):
        """A client that goes away is no error here."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    replay: "Replay"

    def do_GET(self):
        if self.headers.get("Upgrade") == "websocket":
            self.replay.requests.append(("GET", self.path))
            self.close_connection = True
            terminal.serve(self)
        else:
            self._send(*self.replay._answer("GET", self.path, self.headers.get("Accept", "*/*"), self))

    def _change(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self._send(*self.replay._answer(self.command, self.path, "", self, body))

    do_POST = do_PUT = do_PATCH = do_DELETE = _change

    def _send(self, found: Answer | None, now: datetime):
        if found is None:
            return
        self.send_response_only(found.status)
        self.send_header("Date", format_datetime(now, usegmt=True))
        self.send_header("Content-Type", found.content_type)
        if found.status == 429:
            self.send_header("Retry-After", "1")
        if found.status != 204:
            self.send_header("Content-Length", str(len(found.body)))
        self.end_headers()
        self.wfile.write(found.body)
        self.wfile.flush()

    def stream(self, events: Iterable[dict], now: datetime):
        """A watch: one line of JSON for each event, and then the end of the connection."""
        self.close_connection = True
        self.send_response_only(200)
        self.send_header("Date", format_datetime(now, usegmt=True))
        self.send_header("Content-Type", "application/json")
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.flush()
        for event in events:
            self.wfile.write(json.dumps(event, separators=(",", ":")).encode() + b"\n")
            self.wfile.flush()

    def cut(self, raw: bytes):
        """Ends the connection: after the bytes, or with a reset where there are none."""
        self.close_connection = True
        if raw:
            self.wfile.write(raw)
            self.wfile.flush()
        else:
            # to linger for no time is what makes the kernel send RST instead of FIN
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()


class Replay:
    """The server: its cases, the faults to play, and the log of what it was asked (method, path with query)."""

    def __init__(self, folders: Iterable[str | Path], port: int = 0):
        self.cases: dict[str, Case | Live | Played] = {}
        for case in find_cases(folders):
            if self.cases.setdefault(case.name, case) != case:
                raise ValueError(f"{case.folder} and {self.cases[case.name].folder}: two cases of one name")
        self.faults: list[Fault] = []
        self.requests: list[tuple[str, str]] = []
        self.headers: Message = Message()
        """Of the latest request."""
        self._answers: dict[tuple[str, str], Answer] = {}
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._server = _Server(("127.0.0.1", port), type("Handler", (_Handler,), {"replay": self}))
        self._kubeconfigs = tempfile.TemporaryDirectory()

    def __enter__(self) -> "Replay":
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_):
        self._closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._kubeconfigs.cleanup()

    def play(self, flow: Played):
        """Serve a recorded stream as a case of its name."""
        self.cases[flow.name] = flow

    def url(self, case: str) -> str:
        """The `server:` of the case."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/{case}"

    def kubeconfig(self, *cases: str, namespace: str | None = None) -> str:
        """The path of a kubeconfig with a context for each case; the first is current, in its namespace or the given one."""
        contexts = {name: {"cluster": name, "user": "tester", "namespace": self.cases[name].namespace} for name in cases}
        if namespace:
            contexts[cases[0]]["namespace"] = namespace
        config = {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": name, "cluster": {"server": self.url(name)}} for name in cases],
            "users": [{"name": "tester", "user": {"token": "replay"}}],
            "contexts": [{"name": name, "context": context} for name, context in contexts.items()],
            "current-context": cases[0],
        }
        file = Path(self._kubeconfigs.name) / f"{cases[0]}-{len(cases)}-{namespace or ''}.yaml"
        file.write_text(json.dumps(config, indent=1))
        return str(file)

    def _answer(
        self, method: str, url: str, accept: str, handler: _Handler, body: bytes = b""
    ) -> tuple[Answer | None, datetime]:
        self.requests.append((method, url))
        self.headers = handler.headers
        parts = urlsplit(url)
        name, _, path = parts.path.lstrip("/").partition("/")
        case = self.cases.get(name)
        if case is None:
            return PAGE_NOT_FOUND, datetime.now(timezone.utc)
        path = "/" + path.rstrip("/")
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        if fault := self._fault(f"{method} {url}"):
            if fault.arrives:
                _changed(case, method, path, query, body)
            self._closing.wait(fault.delay)
            if fault.raw is not None:
                handler.cut(fault.raw)
                return None, case.now
            if fault.status is not None:
                return _failure(fault, path), case.now
        if method != "GET":
            return _changed(case, method, path, query, body), case.now
        if isinstance(case, Played) and query.get("watch") in ("true", "1"):
            handler.stream(_watched(case, Target.parse(path), query), case.now)
            return None, case.now
        if not case.fixed:
            return answer(case, path, query, accept), case.now
        # a recording never changes, so an answer is made once
        key = (url, accept)
        if key not in self._answers:
            self._answers[key] = answer(case, path, query, accept)
        return self._answers[key], case.now

    def _fault(self, request: str) -> Fault | None:
        with self._lock:
            for fault in self.faults:
                if fault.count != 0 and re.search(fault.pattern, request):
                    if fault.count:
                        fault.count -= 1
                    return fault
        return None


def environment(**variables: str) -> dict[str, str]:
    """The environment of a child process that finds this installation's kubectl-why, by itself and as `kubectl why`."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])
    return {**os.environ, "PATH": path, **variables}


def main():
    parser = argparse.ArgumentParser(prog="python -m tests.replay", description=__doc__.splitlines()[0])
    parser.add_argument("folders", nargs="+", metavar="FOLDER", help="a case, or a folder of cases")
    parser.add_argument("--port", type=int, default=0)
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with Replay(options.folders, options.port) as replay:
        print(replay.kubeconfig(*replay.cases), flush=True)
        with suppress(KeyboardInterrupt):
            threading.Event().wait()


if __name__ == "__main__":
    main()
