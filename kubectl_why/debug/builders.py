"""The objects with which a look inside is taken: a pod comes in, an object goes out. Nothing is sent from here.

The pod has to be as the server sent it: a snapshot keeps it with passwords masked, and a copy of that would not start.

The copy has to fail as the pod does. It keeps the image, the user, the environment, the mounts and the limits; of the
rest it keeps what those depend on, field by field, so that a field that is not known here is left out. It loses what
would let it take traffic (labels, host ports), be taken for the pod of a workload, push others from a node (priority), or
write where something is left when it is gone: claims, folders of the node and volumes of the network are read-only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from typing import TYPE_CHECKING, Any, NamedTuple

from .. import hosts, quantities
from ..labels import own_labels
from ..snapshot import Object
from ..status import labels_of, listing, mapping, name_of
from . import privileges
from .volumes import Volume, mounts, names, under, volumes

if TYPE_CHECKING:
    from .questions import Questions

IMAGE = "busybox:1.37.0-musl@sha256:222ad6d973c0d198014546a65cd02c5fdedcc172123c5b4c2bf0af636550bd94"
"""What brings the tools: BusyBox, built against musl and static, so that it runs in an image without any library.

Source: the description of the official image: its musl and uclibc variants are static, glibc's is not. The digest is
that of the index over all platforms, as several independent projects pin the tag; the registry itself was not asked.
"""

MANAGED_BY = {"app.kubernetes.io/managed-by": "kubectl-why"}
"""The label of every copy: by it leftovers are found."""
OF = "kubectl-why/of"
"""The annotation that names the pod that was copied."""
TOOLS, EXAMINE, SHELL = "kubectl-why-tools", "kubectl-why-examine", "kubectl-why-shell"
"""The containers of a copy that are ours: what brings the tools, and with --run what looks, and what --shell opens."""
VOLUME = "kubectl-why"
FOLDER = "/.kubectl-why"
BUSYBOX = f"{FOLDER}/busybox"

_SECONDS = 20
_NAME_LENGTH = 63  # a longer one would be cut where it is the host's name
# BusyBox that is static where an image has it under a name of its own (Alpine), else the one on PATH.
_BRING = (
    'for box in "$(command -v busybox.static)" "$(command -v busybox)" /bin/busybox; do\n'
    f'  test -f "$box" && exec cp "$box" {BUSYBOX}\n'
    "done\n"
    "echo 'no busybox in this image' >&2\n"
    "exit 127"
)
_OF_POD = """
    automountServiceAccountToken dnsConfig dnsPolicy enableServiceLinks hostAliases hostUsers hostname hostnameOverride
    imagePullSecrets os resources runtimeClassName schedulerName serviceAccountName setHostnameAsFQDN
    shareProcessNamespace subdomain tolerations
"""
_OF_CONTAINER = """
    args command image imagePullPolicy name stdin stdinOnce terminationMessagePath terminationMessagePolicy tty workingDir
"""
_HASHES = ("pod-template-hash", "rollouts-pod-template-hash")
# What a mesh adds to a pod, and how it is told to add nothing: a proxy accepts every connection itself, so that no refusal
# is seen, and runs on when the container has ended. Source: Istio, Linkerd, Kuma and Consul on injection.
_OF_MESH = """
    istio-init istio-proxy istio-validation linkerd-init linkerd-network-validator linkerd-proxy kuma-init kuma-sidecar
    kuma-validation consul-connect-inject-init consul-dataplane
"""
_NO_MESH_LABELS = {"sidecar.istio.io/inject": "false", "kuma.io/sidecar-injection": "disabled"}
_NO_MESH_ANNOTATIONS = {"linkerd.io/inject": "disabled", "consul.hashicorp.com/connect-inject": "false"}
_NEVER = "kubectl-why/never"
_PLAIN = ("cpu", "memory", "ephemeral-storage")
_SMALL = {"cpu": "10m", "memory": "16Mi", "ephemeral-storage": "16Mi"}
# Where the image of the tools has its own programs: nothing may be mounted over them.
_PROGRAMS = r"/(?:bin|sbin|lib|usr(?:/bin|/sbin|/lib)?)?/?"
_PARTS = ("initContainers", "containers")


class Refused(Exception):
    """Such an object cannot be made of this pod; the text says why, and what can be done instead."""


class Built(NamedTuple):
    """An object, and what there is to know of it."""

    object: Object
    """The Pod, or an entry of spec.ephemeralContainers."""
    through: str
    """The container whose log will hold the facts."""
    words: str
    """What differs from the pod, in a line; empty where nothing does that could matter."""


def sleeping_copy(
    pod: Object,
    container: str,
    questions: Questions,
    *,
    script: str,
    suffix: str,
    image: str = IMAGE,
    profile: str | None = None,
    run: bool = False,
    shell: bool = False,
    keep_labels: bool = False,
    stay: int = 0,
    deadline: int = 600,
    small: bool = True,
    claims: Mapping[str, Object] | None = None,
) -> Built:
    """A copy of the pod in which the container runs examine.sh instead of what it runs; with `run`, before that.

    `script`: the text of examine.sh. `stay`: for how many seconds it stays when it has looked; with `run` and `shell`,
    for how long the shell's container does. `deadline`: after how many seconds the server ends the copy by itself.
    `small`: whether what only looks asks for no more of a node than a shell needs, and not for what the container does:
    that finds room, and a LimitRange may forbid it.
    `claims`: the PersistentVolumeClaims that could be read, by name; one that is not among them is taken to be usable
    on one node only. `profile`: None for what the pod has, but never privileged. Refused where there can be no copy.
    """
    _refuse_copy(pod, keep_labels)
    examined = _found(mapping(pod.get("spec")), container)
    copier = _Copier(pod, examined, questions, profile, run, small, claims or {})
    looking = [BUSYBOX, "sh", "-c", script, "examine.sh", *_options(copier.asked(), "pod", "--tools", FOLDER)]
    before, beside = copier.before, copier.beside
    if run:
        before = [*before, copier.ours(EXAMINE, looking)]
        main = copier.copied(examined)
    else:
        main = copier.ours(container, [*looking, *_staying(stay)])
    if run and shell:
        beside = [*beside, copier.ours(SHELL, [BUSYBOX, "sleep", str(stay)])]
    made = {
        **copier.pod_level(),
        "restartPolicy": "Never",
        "activeDeadlineSeconds": deadline,
        "initContainers": [copier.tools(image), *before],
        "containers": [main, *beside],
    }
    if keep_labels:
        made["readinessGates"] = [{"conditionType": _NEVER}]
    metadata = {
        "name": f"{name_of(pod)[: _NAME_LENGTH - len(f'-why-{suffix}')].rstrip('-.')}-why-{suffix}",
        "namespace": mapping(pod.get("metadata")).get("namespace"),
        "labels": {**(own_labels(pod) if keep_labels else {}), **_NO_MESH_LABELS, **MANAGED_BY},
        "annotations": {OF: name_of(pod), **_NO_MESH_ANNOTATIONS},
    }
    through = EXAMINE if run else container
    return Built({"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": made}, through, copier.words())


def ephemeral_container(
    pod: Object,
    container: str,
    questions: Questions,
    *,
    script: str,
    suffix: str,
    image: str = IMAGE,
    profile: str | None = None,
    stay: int = 0,
) -> Built:
    """An ephemeral container that runs examine.sh: in the process namespace of a container that runs, else with its volumes.

    With a target that does not run it would never start, and nobody would say so. `profile`: None for the least that sees
    the container's files: its own user, and the capabilities that this user has there. Refused where there can be none.
    """
    spec = mapping(pod.get("spec"))
    _refuse_windows(spec)
    if "kubernetes.io/config.mirror" in mapping(mapping(pod.get("metadata")).get("annotations")):
        raise Refused("the kubelet runs this pod from a file on its node, and gives it no ephemeral containers: use --sleep")
    target = _found(spec, container)
    taken = {str(item.get("name")) for part in (*_PARTS, "ephemeralContainers") for item in listing(spec.get(part))}
    name = f"kubectl-why-{suffix}"
    while name in taken:
        name += "x"
    context = privileges.like_target(target, questions.user, profile)
    made: Object = {"name": name, "image": image, "securityContext": context}
    # Process 1 of a process namespace that is shared is the pause container's, or the node's own.
    shared = bool(spec.get("shareProcessNamespace") or spec.get("hostPID"))
    if _runs(pod, container) and not shared:
        made["targetContainerName"] = container
        options = _options(questions, "target", "--root", "/proc/1/root")
        words = _unseen(target, questions, profile)
    else:
        mounted = list(_mountable(target, spec))
        files = tuple(file for file in questions.files if under(file, mounted))
        options = _options(questions._replace(command=None, workdir=None, files=files), "beside")
        made |= {"volumeMounts": mounted} if mounted else {}
        made |= _with_secrets(target, questions.secret_variables)
        why = "the containers share their processes" if shared else f"{container} does not run"
        words = f"{why}: of its files only those in volumes are seen"
    made["command"] = _literal("sh", "-c", script, "examine.sh", *options, *_staying(stay))
    return Built(made, name, words)


# -- what cannot be


def _refuse_windows(spec: Object) -> None:
    system = mapping(spec.get("os")).get("name") or mapping(spec.get("nodeSelector")).get("kubernetes.io/os")
    places = (spec, *(item for part in _PARTS for item in listing(spec.get(part))))
    if system == "windows" or any(mapping(place.get("securityContext")).get("windowsOptions") for place in places):
        raise Refused("a Windows pod: what looks inside is a shell script, and Windows has no shell for it")


def _refuse_copy(pod: Object, keep_labels: bool) -> None:
    _refuse_windows(mapping(pod.get("spec")))
    labels = labels_of(pod)
    if labels.items() >= MANAGED_BY.items():
        raise Refused("this pod is itself a copy that kubectl why has made")
    owners = listing(mapping(pod.get("metadata")).get("ownerReferences"))
    kind, owner = next(((str(o.get("kind")), str(o.get("name"))) for o in owners if o.get("controller")), ("", ""))
    # These take every pod with their labels that nobody owns for their own, and delete one that is too many. The
    # ReplicaSet of a Deployment selects by a hash and a Job by its uid, which the copy does not get; a StatefulSet looks
    # at the name. Source: pkg/controller/controller_ref_manager.go and stateful_set_utils.go, 1.36.
    by_labels = kind in ("ReplicaSet", "ReplicationController") and not any(name in labels for name in _HASHES)
    if keep_labels and (by_labels or kind == "DaemonSet"):
        raise Refused(f"{kind} {owner} would take a copy with these labels for its own pod: leave out --keep-labels")


def _found(spec: Object, container: str) -> Object:
    for part in _PARTS:
        for item in listing(spec.get(part)):
            if item.get("name") == container:
                return item
    raise Refused(f"the pod has no container {container}")


def _runs(pod: Object, container: str) -> bool:
    status = mapping(pod.get("status"))
    states = [*listing(status.get("initContainerStatuses")), *listing(status.get("containerStatuses"))]
    return any(item.get("name") == container and mapping(item.get("state")).get("running") is not None for item in states)


# -- what examine.sh is told


def _options(questions: Questions, where: str, *more: str) -> list[str]:
    options = ["--where", where, *more, "--seconds", str(_SECONDS)]
    if questions.user:
        uid, gid = questions.user
        options += ["--user", f"{uid}:{'' if gid is None else gid}"]
    for name, value in (("workdir", questions.workdir), ("command", questions.command), ("machine", questions.machine)):
        options += [f"--{name}", value] if value else []
    for name, values in (("file", questions.files), ("host", questions.hosts), ("secret", questions.secret_variables)):
        options += [word for value in values for word in (f"--{name}", str(value))]
    return options


def _staying(stay: int) -> list[str]:
    return ["--stay", str(stay)] if stay else []


def _literal(*words: str) -> list[str]:
    """Words in which Kubernetes replaces nothing: in a command and in a variable it reads $(NAME), and $$ as one $.

    Source: third_party/forked/golang/expansion, 1.36.
    """
    return [word.replace("$", "$$") for word in words]


# -- the ephemeral container


def _unseen(target: Object, questions: Questions, profile: str | None) -> str:
    """What the files of a container that runs cannot be seen for."""
    if profile in ("general", "sysadmin"):
        return ""
    if mapping(target.get("securityContext")).get("privileged"):
        return "the container is privileged: its files are seen with --profile=sysadmin only"
    if questions.user is None:
        return "the container's user is not known: its files may stay unseen without --profile=general"
    if profile == "restricted" and questions.user[0] == 0:
        return "the container runs as root: its files are not seen with --profile=restricted"
    return ""


def _mountable(target: Object, spec: Object) -> Iterator[Object]:
    """The mounts of a container that an ephemeral one can have: without subPath, and not over its own programs."""
    for mount in mounts(target, volumes(spec, {}, host_paths=True)):
        if not {"subPath", "subPathExpr"} & set(mount) and not re.fullmatch(_PROGRAMS, str(mount.get("mountPath"))):
            yield mount


def _with_secrets(target: Object, variables: Iterable[str]) -> Object:
    """What gives a container these variables of the target; what is missing does not keep it from starting."""
    wanted = set(variables)
    env = []
    for item in listing(target.get("env")):
        source = mapping(mapping(item.get("valueFrom")).get("secretKeyRef"))
        if source and item.get("name") in wanted:
            env.append({"name": item["name"], "valueFrom": {"secretKeyRef": {**source, "optional": True}}})
    sources = [
        {**source, "secretRef": {**source["secretRef"], "optional": True}}
        for source in listing(target.get("envFrom"))
        if source.get("secretRef") and wanted - {item["name"] for item in env}
    ]
    return {name: value for name, value in (("env", env), ("envFrom", sources)) if value}


# -- the copy, part by part


def _company(spec: Object, examined: Object, known: Mapping[str, Volume], run: bool) -> tuple[list[Object], list[Object]]:
    """The other containers that come along: those that start before the one that is examined, and those beside it.

    Of those before it what fills a volume that it reads. With --run all of both, but for what only writes where the copy
    can write nothing (that work is done already), and for a mesh.
    """
    inits, others = (listing(spec.get(part)) for part in _PARTS)
    if examined in inits:
        inits, others = inits[: inits.index(examined)], []
    mesh = _OF_MESH.split()
    beside = [item for item in others if run and item is not examined and item.get("name") not in mesh]
    wanted = set().union(*map(names, (examined, *beside)))
    outliving = {name for name, volume in known.items() if volume.outlives}
    before: list[Object] = []
    for item in reversed(inits):
        written = {str(mount.get("name")) for mount in listing(item.get("volumeMounts")) if not mount.get("readOnly")}
        fills = (written - outliving) & wanted & known.keys()
        if (fills or (run and not written & outliving)) and item.get("name") not in mesh:
            before.insert(0, item)
            wanted |= names(item)
    return before, beside


class _Copier:
    """The parts of one copy, and what they have in common."""

    def __init__(
        self,
        pod: Object,
        examined: Object,
        questions: Questions,
        profile: str | None,
        run: bool,
        small: bool,
        claims: Mapping[str, Object],
    ) -> None:
        self.pod, self.spec, self.examined = pod, mapping(pod.get("spec")), examined
        self.questions, self.profile, self.run, self.small = questions, profile, run, small
        known = volumes(self.spec, claims, privileges.host_allowed(profile))
        company = _company(self.spec, examined, known, run)
        used = set().union(*map(names, (examined, *company[0], *company[1])))
        self.volumes = {name: volume for name, volume in known.items() if name in used}
        self.here = bool(self.spec.get("nodeName")) and any(volume.here for volume in self.volumes.values())
        self.company = {str(item.get("name")) for part in company for item in part}
        # With --run the copy would take the ports of the node.
        self.host_network = bool(self.spec.get("hostNetwork")) and not run and privileges.host_allowed(profile)
        # Root cannot be had there: the image would be refused.
        self.displaced = profile == "restricted" and not (questions.user or (0,))[0]
        self.before, self.beside = ([self.copied(item) for item in part] for part in company)

    def asked(self) -> Questions:
        """What the copy can tell of: nothing of a volume that it has not, or of a port of its own where nobody listens."""
        empty = [
            mount
            for mount in listing(self.examined.get("volumeMounts"))
            if str(mount.get("name")) in self.volumes and self.volumes[str(mount.get("name"))].replaced
        ]
        return self.questions._replace(
            files=tuple(file for file in self.questions.files if not under(file, empty)),
            hosts=tuple(peer for peer in self.questions.hosts if not hosts.is_loopback(peer.host)),
        )

    def copied(self, item: Object) -> Object:
        """A container as it is, without what could do harm: hooks, probes and host ports."""
        made = {name: item[name] for name in _OF_CONTAINER.split() if name in item} | self._inherited(item)
        made |= self._resources(item)
        # With the node's network the server makes a host port of each.
        ports = [{k: v for k, v in port.items() if k != "hostPort"} for port in listing(item.get("ports"))]
        made |= {"ports": ports} if ports and not self.host_network else {}
        if item.get("restartPolicy") == "Always" and item is not self.examined:
            # A sidecar: what follows waits for its startup probe.
            made |= {name: item[name] for name in ("restartPolicy", "startupProbe") if name in item}
        return made

    def ours(self, name: str, command: list[str]) -> Object:
        """A container with the image, user, environment, mounts and limits of the one that is examined, and our command."""
        made = {field: self.examined[field] for field in ("image", "imagePullPolicy") if field in self.examined}
        made |= {"name": name, "command": _literal(*command)} | self._inherited(self.examined)
        made |= self._resources_to_look()
        made["volumeMounts"] = [*made.get("volumeMounts", ()), {"name": VOLUME, "mountPath": FOLDER, "readOnly": True}]
        return made

    def tools(self, image: str) -> Object:
        """The init container that brings BusyBox: it may run under every Pod Security profile.

        Its resources are those of the container, which have passed the namespace's quotas and limits.
        """
        uid = self.questions.user[0] if self.questions.user else 0
        who = {"runAsUser": uid or privileges.NOBODY, "readOnlyRootFilesystem": True}
        return {
            "name": TOOLS,
            "image": image,
            "command": _literal("sh", "-c", _BRING),
            "securityContext": {**privileges.RESTRICTED, **who},
            "volumeMounts": [{"name": VOLUME, "mountPath": FOLDER}],
            **self._resources_to_look(),
        }

    def _inherited(self, item: Object) -> Object:
        made = {
            "env": [self._resolved(variable) for variable in listing(item.get("env"))],
            "envFrom": listing(item.get("envFrom")),
            "volumeMounts": mounts(item, self.volumes),
            "securityContext": self._context(item),
        }
        return {name: value for name, value in made.items() if value}

    def _context(self, item: Object) -> Object:
        own = privileges.in_copy(mapping(item.get("securityContext")), self.profile, item is self.examined)
        return {**own, "runAsUser": privileges.NOBODY} if self.displaced and item is self.examined else own

    def _resolved(self, variable: Object) -> Object:
        """A variable that says something of the pod itself: it says it of the pod, and not of the copy."""
        path = str(mapping(mapping(variable.get("valueFrom")).get("fieldRef")).get("fieldPath") or "")
        match = re.fullmatch(r"metadata\.(labels|annotations)\['(.+)'\]", path)
        if not match and path != "metadata.name":
            return variable
        metadata = mapping(self.pod.get("metadata"))
        value = mapping(metadata.get(match[1])).get(match[2]) if match else metadata.get("name")
        return {"name": variable.get("name"), "value": _literal(str(value or ""))[0]}

    def _resources(self, item: Object) -> Object:
        """Requests and limits; devices only where the container really runs."""
        own = mapping(item.get("resources"))
        made = {
            part: {n: v for n, v in mapping(own.get(part)).items() if self.run or n in _PLAIN}
            for part in ("limits", "requests")
        }
        made["claims"] = listing(own.get("claims")) if self.run else []
        return _filled("resources", made)

    def _resources_to_look(self) -> Object:
        """The limits of the container that is examined, for a memory limit has to be seen, with small requests."""
        own = mapping(self.examined.get("resources"))
        limits, requests = ({n: v for n, v in mapping(own.get(p)).items() if n in _PLAIN} for p in ("limits", "requests"))
        if self.small:
            requests = {name: _smaller(str(value), _SMALL[name]) for name, value in {**limits, **requests}.items()}
        return _filled("resources", {"limits": limits, "requests": requests})

    def pod_level(self) -> Object:
        """What stands in the spec beside the containers.

        Without a class its priority is the default: only a class can say that a pod never preempts others, and with the
        pod's own it could. Rules about other pods go as well: they would keep it from the pod's node.
        """
        made = {name: self.spec[name] for name in _OF_POD.split() if name in self.spec}
        context = privileges.of_pod(mapping(self.spec.get("securityContext")), self.profile)
        made |= {"securityContext": context} if context else {}
        made |= {"hostNetwork": True} if self.host_network else {}
        if self.profile == "sysadmin":
            made |= {name: self.spec[name] for name in ("hostPID", "hostIPC") if name in self.spec}
        if self.run:
            # What has to be able to say good-bye; a shell that is process 1 does not even hear SIGTERM.
            made |= {n: self.spec[n] for n in ("resourceClaims", "terminationGracePeriodSeconds") if n in self.spec}
        else:
            made["terminationGracePeriodSeconds"] = 1
        machine = {"kubernetes.io/arch": self.questions.machine} if self.questions.machine else {}
        selector, affinity = {**machine, **mapping(self.spec.get("nodeSelector"))}, self._node_affinity()
        made |= {"nodeSelector": selector} if selector else {}
        made |= {"affinity": {"nodeAffinity": affinity}} if affinity else {}
        if self.here:
            # The pod is there, whatever the node has been told since: it may be cordoned.
            made["tolerations"] = [*listing(made.get("tolerations")), {"operator": "Exists", "effect": "NoSchedule"}]
        # In memory, so that it can be executed where the node's disk is mounted noexec.
        tools = {"name": VOLUME, "emptyDir": {"medium": "Memory", "sizeLimit": "16Mi"}}
        return {**made, "volumes": [*(volume.source for volume in self.volumes.values()), tools]}

    def _node_affinity(self) -> Object:
        """The pod's own rules for nodes, and its node: the first choice; where a volume is only there, the only one."""
        own = deepcopy(mapping(mapping(self.spec.get("affinity")).get("nodeAffinity")))
        node = self.spec.get("nodeName")
        if not node:
            return own
        field = {"matchFields": [{"key": "metadata.name", "operator": "In", "values": [node]}]}
        if self.here:
            required = "requiredDuringSchedulingIgnoredDuringExecution"
            terms = listing(mapping(own.get(required)).get("nodeSelectorTerms")) or [{}]
            return {**own, required: {"nodeSelectorTerms": [{**term, **field} for term in terms]}}
        preferred = "preferredDuringSchedulingIgnoredDuringExecution"
        return {**own, preferred: [*listing(own.get(preferred)), {"weight": 100, "preference": field}]}

    def words(self) -> str:
        """What differs from the pod and could matter."""
        return "; ".join(f"{what}: {', '.join(named)}" if named else what for what, named in self._differences())

    def _differences(self) -> Iterator[tuple[str, list[str]]]:
        there = [str(item.get("name")) for part in _PARTS for item in listing(self.spec.get(part))]
        limits = mapping(mapping(self.examined.get("resources")).get("limits"))
        devices = [] if self.run else [name for name in limits if name not in _PLAIN]
        lists = {
            "left out": [name for name in there if name not in (*self.company, self.examined.get("name"))],
            "volumes read-only": [name for name, volume in self.volumes.items() if volume.outlives],
            "volumes empty": [name for name, volume in self.volumes.items() if volume.replaced],
            "without": [*devices, *(str(item.get("devicePath")) for item in listing(self.examined.get("volumeDevices")))],
        }
        yield from ((what, named) for what, named in lists.items() if named)
        if mapping(self.examined.get("securityContext")).get("privileged") and self.profile != "sysadmin":
            yield "not privileged", []
        if self.spec.get("hostNetwork") and not self.host_network:
            yield "not in the node's network", []
        if self.displaced:
            yield f"as user {privileges.NOBODY}", []


def _filled(name: str, parts: Mapping[str, Any]) -> Object:
    """A field with those of its parts that are not empty; none where all are."""
    filled = {part: value for part, value in parts.items() if value}
    return {name: filled} if filled else {}


def _smaller(one: str, other: str) -> str:
    first, second = quantities.parse(one), quantities.parse(other)
    return other if first is not None and second is not None and first > second else one
