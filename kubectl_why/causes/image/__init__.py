"""Images that are not pulled: which image, and why, in the words of the runtime and of the registry."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from ...model import Evidence, Remedy, now
from ...status import OF_IMAGE, listing, mapping

if TYPE_CHECKING:
    from ...facts import Container, Facts


class Pull(NamedTuple):
    """An image that one container waits for, and cannot get."""

    container: Container
    image: str
    """As the pod names it."""
    volume: str
    """The image volume that names it; empty where it is the container's own."""
    text: str
    """What the runtime said."""
    evidence: Evidence

    @property
    def registry(self) -> str:
        """The host that the reference names: a first part with a dot or a port, or localhost; else Docker Hub."""
        first, slash, _ = self.image.partition("/")
        named = slash and (re.search(r"[.:]", first) or first == "localhost")
        return first if named else "docker.io"

    @property
    def repository(self) -> str:
        """The reference without tag and digest."""
        return without_tag(self.image)

    @property
    def tag(self) -> str:
        """The tag; latest where neither tag nor digest is given; empty where there is a digest."""
        if "@" in self.image:
            return ""
        return self.image[len(self.repository) + 1 :] or "latest"

    @property
    def host(self) -> str:
        """The host that was asked, where the words name it: a mirror or a token service may stand in for the registry."""
        looked_up = re.search(r"lookup (?P<host>[\w.-]+)", self.text)
        url = re.search(r"https?://(?P<host>[^/\s\"]+)", self.text)
        found = looked_up or url
        return found["host"] if found else self.registry


# The kubelet repeats the error of the last pull after the first sentence; after its own restart only that is left.
_BACK_OFF = r'^Back-off pulling image "(?P<image>[^"]*)"(?:: )?(?:[A-Z]\w+: )?'
_WRAPPED = (
    r'(?:rpc error: code = \w+ desc = |Error response from daemon: |failed to pull and unpack image "[^"]*": '
    r'|failed to resolve (?:image|reference)(?: "[^"]*")?: )*'
)
# In this order, since one failure leads to the words of another: a platform that is missing ends in `not found` too.
_CAUSES = (
    # What the node's own store lacks, or cannot read, is no word of the registry; nor is what its runtime's socket says.
    (
        "",
        r"failed to extract layer|extraction snapshot|content digest|content store|no space left on device|media type"
        r"|dial unix",
    ),
    ("image-name-invalid", r"invalid reference format|couldn't parse image|short[- ]name"),
    ("image-rate-limited", r"too ?many ?requests|\b429\b|pull rate limit"),
    (
        "image-platform-mismatch",
        r"no match for platform|no matching manifest for|no image found in (?:manifest list|image index) for"
        r"|not match the specified platform|cannot be used on this platform|no child with platform",
    ),
    (
        "image-registry-untrusted",
        r"x509: |\btls: |HTTP response to HTTPS client|HTTP request to an HTTPS server|certificate|not look like a TLS",
    ),
    (
        "image-registry-unreachable",
        r"no such host|server misbehaving|name resolution|i/o timeout|timed? ?out|deadline exceeded|connection refused"
        r"|connection reset|no route to host|network is unreachable|host is down|context canceled|request canceled"
        r"|proxyconnect|\bEOF\b|Proxy Authentication|status\D{0,25}\b407\b"
        # What a proxy says to CONNECT stands bare behind the request (net/http of Go).
        r"|failed to do request: \w+ : (?:Forbidden|Bad Gateway|Service Unavailable|Gateway Timeout)"
        r"|registry is unavailable|status\D{0,25}\b5\d\d\b|StatusCode: 5\d\d|\b50\d (?:Internal|Bad|Service|Gateway)",
    ),
    (
        "image-pull-unauthorized",
        r"\b401\b|\b403\b|unauthori[sz]ed|forbidden|(?<!permission )denied|no basic auth|authentication required"
        r"|authorization failed|insufficient_scope|may require|no pull access|token has expired|not authorized",
    ),
    (
        "image-not-found",
        r"not found|(?:manifest|name)[ _]unknown|no such (?:manifest|image)|not known to|does not exist|\b404\b",
    ),
)
_BY_REASON = {"InvalidImageName": "image-name-invalid", "ErrImageNeverPull": "image-never-pull"}


def pulls(facts: Facts, cause: str) -> Iterator[Pull]:
    """The pulls that fail for this cause."""
    for container in facts.containers:
        waiting = mapping(container.waiting)
        reason, message = str(waiting.get("reason") or ""), str(waiting.get("message") or "")
        if reason not in OF_IMAGE:
            continue
        repeated = re.match(_BACK_OFF, message)
        text = message[repeated.end() :] if repeated else message
        image, volume = _image(facts, container, repeated["image"] if repeated else "", message)
        events = [] if text else facts.events("Failed", text=f'Failed to pull image "{re.escape(image)}": ')
        if events:
            text = str(events[0].get("message") or "").partition('": ')[2]
        text = text[re.match(_WRAPPED, text).end() :]
        if (_BY_REASON.get(reason) or cause_of(text, image)) == cause:
            path = f"{container.status_path}.state.waiting"
            said = facts.cite_pod(f"{path}.message", text) if text else facts.cite_pod(f"{path}.reason")
            yield Pull(container, image, volume, text, facts.cite_event(events[0]) if events else said)


def cause_of(text: str, image: str) -> str:
    """The id of the cause that the words of a failed pull tell of. Names and addresses in them are no words."""
    path = re.escape(without_tag(image).rpartition("/")[2])
    words = re.sub(r'"[^"]*"', "", text.replace("\\", ""))
    words = re.sub(
        rf"https?://\S+|(?:[\w.:-]{{1,253}}/){{0,9}}{path}(?=[:@\s]|$)\S*|\[manifests [^\]]*\]"
        r"|manifest \S+ in \S+|sha256:\w+",
        "",
        words,
    )
    return next((cause for cause, pattern in _CAUSES if re.search(pattern, words, re.IGNORECASE)), "")


def without_tag(image: str) -> str:
    """A reference without its tag and digest."""
    return re.sub(r"(?::[^/:@]*)?(?:@.*)?$", "", image)


def _image(facts: Facts, container: Container, named: str, message: str) -> tuple[str, str]:
    """The image that is not there, and the image volume that wants it: a container waits for its volumes' images too."""
    mounted = [mount.get("name") for mount in listing(container.spec.get("volumeMounts"))]
    for volume in listing(facts.spec.get("volumes")):
        reference = str(mapping(volume.get("image")).get("reference") or "")
        wanted = named == reference if named else reference in message and container.image not in message
        if reference and wanted and volume.get("name") in mounted:
            return reference, str(volume.get("name"))
    return named or container.image, ""


# -- what to type


def set_image(facts: Facts, pull: Pull, image: str) -> str | None:
    """The command that names another image; a bare pod's can be changed in place. None where no command can."""
    kind, name = facts.workload
    if pull.volume or kind not in ("deployment", "statefulset", "daemonset", "pod", "cronjob"):
        return None
    return facts.kubectl("set", "image", f"{kind}/{name}", f"{pull.container.name}={image}")


def new_image(facts: Facts, pull: Pull, image: str) -> Remedy:
    """To name another image: as a command where one can, else in words."""
    command = set_image(facts, pull, image)
    place = f"volume {pull.volume}" if pull.volume else f"container {pull.container.name}"
    return now(command=command) if command else now(facts.change(f"set the image of {place} to {image}"))


def credentials(facts: Facts, pull: Pull, secret: str = "") -> tuple[Remedy, ...]:
    """To give the pod credentials for the registry: a Secret, of that name or of the registry's, and its use."""
    name = secret or re.sub(r"[^a-z0-9]+", "-", pull.registry.lower()).strip("-")
    server = "https://index.docker.io/v1/" if pull.registry == "docker.io" else pull.registry
    create = facts.kubectl(
        "create",
        "secret",
        "docker-registry",
        name,
        (f"--docker-server={server}", "--docker-username=USER", "--docker-password=PASSWORD"),
    )
    return (now(command=create),) if secret else (now(command=create), attach(facts, name))


def attach(facts: Facts, secret: str) -> Remedy:
    """To name a pull secret in the workload, beside those that are there."""
    command = facts.patch_command({"imagePullSecrets": [{"name": secret}]})
    return now(command=command) if command else now(facts.change(f"name {secret} under imagePullSecrets"))


def pull_secrets(facts: Facts) -> list[str]:
    """The pull secrets that the pod names; admission has added its ServiceAccount's where it names none."""
    return [str(item["name"]) for item in listing(facts.spec.get("imagePullSecrets")) if item.get("name")]
