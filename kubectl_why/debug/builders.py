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
from typing import TYPE_CHECKING, NamedTuple

from .. import quantities
from ..snapshot import Object
from ..status import labels_of, listing, mapping, name_of

if TYPE_CHECKING:
    from .questions import Questions

IMAGE = "busybox:1.37.0-musl@sha256:222ad6d973c0d198014546a65cd02c5fdedcc172123c5b4c2bf0af636550bd94"
"""What brings the tools: BusyBox, built against musl and static, so that it runs in an image without any library.

Source: the official image's description: its musl and uclibc variants are static, glibc's is not. The digest is of the
index over all platforms. It is what several projects pin that tag to; the registry itself was not asked.
"""

PROFILES = ("general", "baseline", "restricted", "netadmin", "sysadmin")
"""As `kubectl debug --profile` has them (kubectl, pkg/cmd/debug/profiles.go, 1.36; legacy is deprecated there)."""

MANAGED_BY = {"app.kubernetes.io/managed-by": "kubectl-why"}
"""The label of every copy: by it leftovers are found."""
OF = "kubectl-why/of"
"""The annotation that names the pod that was copied."""
TOOLS = "kubectl-why-tools"
EXAMINE = "kubectl-why-examine"
SHELL = "kubectl-why-shell"
VOLUME = "kubectl-why"
FOLDER = "/.kubectl-why"
BUSYBOX = f"{FOLDER}/busybox"
ROOT = "/proc/1/root"

_SECONDS = 20
_NOBODY = 65532
_NAME_LENGTH = 63  # the kubelet cuts a host's name there
_RESTRICTED: Object = {
    "allowPrivilegeEscalation": False,
    "capabilities": {"drop": ["ALL"]},
    "runAsNonRoot": True,
    "seccompProfile": {"type": "RuntimeDefault"},
}
_GRANTED = {"general": ["SYS_PTRACE"], "netadmin": ["NET_ADMIN", "NET_RAW"]}
# BusyBox that is static where an image has it under a name of its own (Alpine), else the one on PATH.
_BRING = (
    'for box in "$(command -v busybox.static)" "$(command -v busybox)" /bin/busybox; do\n'
    f'  test -f "$box" && exec cp "$box" {BUSYBOX}\n'
    "done\n"
    "echo 'no busybox in this image' >&2\n"
    "exit 127"
)
_OF_POD = """
    automountServiceAccountToken dnsConfig dnsPolicy enableServiceLinks hostAliases hostNetwork
    hostUsers hostname hostnameOverride imagePullSecrets nodeSelector os resources runtimeClassName schedulerName
    securityContext serviceAccountName setHostnameAsFQDN shareProcessNamespace subdomain tolerations
"""
_OF_CONTAINER = """
    args command image imagePullPolicy name stdin stdinOnce terminationMessagePath terminationMessagePolicy tty workingDir
"""
# By which the controllers of Kubernetes (and of Argo) know their pods; the rest of the labels is the user's.
_OF_CONTROLLER = """
    pod-template-hash rollouts-pod-template-hash controller-revision-hash pod-template-generation controller-uid job-name
    batch.kubernetes.io/controller-uid batch.kubernetes.io/job-name batch.kubernetes.io/job-completion-index
    statefulset.kubernetes.io/pod-name apps.kubernetes.io/pod-index
"""
_HASHES = ("pod-template-hash", "rollouts-pod-template-hash")
# With which a mesh is told to leave a pod alone: its proxy would answer for every host, and outlive the container.
# Source: the documentation of Istio, Kuma, Linkerd and Consul on injection.
_NO_PROXY_LABELS = {"sidecar.istio.io/inject": "false", "kuma.io/sidecar-injection": "disabled"}
_NO_PROXY_ANNOTATIONS = {"linkerd.io/inject": "disabled", "consul.hashicorp.com/connect-inject": "false"}
_NEVER = "kubectl-why/never"
# Volumes that come into being with the pod and go with it.
_OF_ITS_OWN = ("configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "gitRepo", "image", "projected", "secret")
_SHARED = ("ReadWriteMany", "ReadOnlyMany")
_PLAIN = ("cpu", "memory", "ephemeral-storage")
_SMALL = {"cpu": "10m", "memory": "16Mi", "ephemeral-storage": "16Mi"}
# Where the image of the tools has its own programs: nothing may be mounted over them.
_PROGRAMS = r"/(?:bin|sbin|lib|usr(?:/bin|/sbin|/lib)?)?/?"


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
    claims: Mapping[str, Object] | None = None,
) -> Built:
    """A copy of the pod in which the container runs examine.sh instead of what it runs; with `run`, before that.

    `script`: the text of examine.sh. `stay`: for how many seconds it stays when it has looked; with `run` and `shell`,
    for how long the shell's container does. `deadline`: after how many seconds the server ends the copy by itself.
    `claims`: the PersistentVolumeClaims that could be read, by name; one that is not among them is taken to be usable
    on one node only. `profile`: None for what the pod has, but never privileged. Refused where there can be no copy.
    """
    spec = mapping(pod.get("spec"))
    _refuse_copy(pod, keep_labels)
    examined = _found(spec, container)
    copier = _Copier(pod, examined, questions, profile, run, claims or {})
    before, beside = copier.company()
    options = _options(questions._replace(files=copier.present(questions.files)), "pod", ["--tools", FOLDER])
    looking = [BUSYBOX, "sh", "-c", script, "examine.sh", *options]
    if run:
        before = [*before, copier.like(EXAMINE, looking)]
        main = copier.copied(examined)
    else:
        main = copier.like(container, [*looking, *_staying(stay)])
    if run and shell:
        beside = [*beside, copier.like(SHELL, [BUSYBOX, "sleep", str(stay)])]
    made = {
        **copier.pod_level(),
        "restartPolicy": "Never",
        "activeDeadlineSeconds": deadline,
        "initContainers": [copier.tools(image), *before],
        "containers": [main, *beside],
    }
    if not run:
        made["terminationGracePeriodSeconds"] = 1  # a shell that is process 1 ignores SIGTERM
    elif "terminationGracePeriodSeconds" in spec:
        made["terminationGracePeriodSeconds"] = spec["terminationGracePeriodSeconds"]
    if keep_labels:
        made["readinessGates"] = [{"conditionType": _NEVER}]
    made["volumes"] = [*copier.volumes_of(made), {"name": VOLUME, "emptyDir": {"medium": "Memory", "sizeLimit": "16Mi"}}]
    metadata = {
        "name": f"{name_of(pod)[: _NAME_LENGTH - len(suffix) - 5].rstrip('-.')}-why-{suffix}",
        "namespace": mapping(pod.get("metadata")).get("namespace"),
        "labels": {**(_own_labels(pod) if keep_labels else {}), **_NO_PROXY_LABELS, **MANAGED_BY},
        "annotations": {OF: name_of(pod), **_NO_PROXY_ANNOTATIONS},
    }
    made = {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": made}
    return Built(made, EXAMINE if run else container, "; ".join(copier.words(made)))


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

    Of one that does not run nothing would start, and nobody would say so. `profile`: None for the least that sees the
    container's files: its own user, and the capabilities that this user has there.
    """
    spec = mapping(pod.get("spec"))
    if "kubernetes.io/config.mirror" in mapping(mapping(pod.get("metadata")).get("annotations")):
        raise Refused("the kubelet runs this pod from a file on its node, and gives it no ephemeral containers: use --sleep")
    _refuse_windows(spec)
    target = _found(spec, container)
    taken = {str(item.get("name")) for part in (*_PARTS, "ephemeralContainers") for item in listing(spec.get(part))}
    name = next(n for n in (f"kubectl-why-{suffix}", *(f"kubectl-why-{suffix}-{i}" for i in range(2, 99))) if n not in taken)
    words, options = [], []
    # Process 1 of a shared namespace is the pause container's, or the node's own.
    shared = bool(spec.get("shareProcessNamespace") or spec.get("hostPID"))
    made: Object = {"name": name, "image": image, "securityContext": _as_target(target, questions, profile)}
    if _runs(pod, container) and not shared:
        where, asked, options = "target", questions, ["--root", ROOT]
        made["targetContainerName"] = container
        if mapping(target.get("securityContext")).get("privileged") and profile != "sysadmin":
            words.append(f"{container} is privileged: its files are seen with --profile=sysadmin only")
        elif questions.user is None and profile is None:
            words.append("its user is not known: its files may stay unseen")
    else:
        where = "beside"
        volumes = _volumes(spec, {}, None)
        mounts = [
            mount
            for mount in _mounts(target, volumes)
            if not re.fullmatch(_PROGRAMS, str(mount.get("mountPath"))) and not {"subPath", "subPathExpr"} & set(mount)
        ]
        made["volumeMounts"] = mounts
        made.update(_secrets(target, questions.secret_variables))
        asked = questions._replace(command=None, workdir=None, files=_under(questions.files, mounts))
        words.append(
            f"the processes of the pod are shared: the files of {container} are not seen, but for its volumes"
            if shared
            else f"{container} does not run: its files are not seen, but for its volumes"
        )
        left = len(listing(target.get("volumeMounts"))) - len(mounts)
        words += [f"left out: {left} of its mounts (subPath)"] if left else []
    looking = ["sh", "-c", script, "examine.sh", *_options(asked, where, options), *_staying(stay)]
    made["command"] = _literal(looking)
    return Built(made, name, "; ".join(words))


_PARTS = ("initContainers", "containers")


def _refuse_windows(spec: Object) -> None:
    system = mapping(spec.get("os")).get("name") or mapping(spec.get("nodeSelector")).get("kubernetes.io/os")
    options = [
        mapping(place.get("securityContext")).get("windowsOptions")
        for place in (spec, *(item for part in _PARTS for item in listing(spec.get(part))))
    ]
    if system == "windows" or any(options):
        raise Refused("a Windows pod: what is run inside is a shell script, and Windows has no shell for it")


def _refuse_copy(pod: Object, keep_labels: bool) -> None:
    _refuse_windows(mapping(pod.get("spec")))
    labels = labels_of(pod)
    if labels.items() >= MANAGED_BY.items():
        raise Refused("this pod is itself a copy that kubectl why has made")
    owners = listing(mapping(pod.get("metadata")).get("ownerReferences"))
    kind, owner = next(((str(o.get("kind")), str(o.get("name"))) for o in owners if o.get("controller")), ("", ""))
    # A ReplicaSet of a Deployment selects by a hash that the copy does not get, a Job by its uid, and a StatefulSet
    # looks at the name; these take every pod with their labels that nobody owns, and delete one too many.
    by_labels = kind in ("ReplicaSet", "ReplicationController") and not any(hash_ in labels for hash_ in _HASHES)
    if keep_labels and (by_labels or kind == "DaemonSet"):
        raise Refused(f"{kind} {owner} would take a copy with these labels for its own pod: leave out --keep-labels")


def _own_labels(pod: Object) -> Object:
    """The labels by which Services, NetworkPolicies and people know the pod, without those of its controller."""
    return {name: value for name, value in labels_of(pod).items() if name not in _OF_CONTROLLER.split()}


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


def _options(questions: Questions, where: str, more: Iterable[str]) -> list[str]:
    options = ["--where", where, *more, "--seconds", str(_SECONDS)]
    if questions.user:
        uid, gid = questions.user
        options += ["--user", f"{uid}:{'' if gid is None else gid}"]
    for name, value in (("workdir", questions.workdir), ("command", questions.command), ("machine", questions.machine)):
        options += [f"--{name}", value] if value else []
    for name, values in (("file", questions.files), ("host", questions.hosts), ("secret", questions.secret_variables)):
        for value in values:
            options += [f"--{name}", str(value)]
    return options


def _staying(stay: int) -> list[str]:
    return ["--stay", str(stay)] if stay else []


def _literal(words: Iterable[str]) -> list[str]:
    """Words in which Kubernetes replaces nothing: it reads $(NAME) in a command, and $$ as one $.

    Source: k8s.io/kubernetes/third_party/forked/golang/expansion, 1.36.
    """
    return [word.replace("$", "$$") for word in words]


# -- volumes


class _Volume(NamedTuple):
    """What becomes of a volume of the pod."""

    source: Object
    """The entry of spec.volumes."""
    outlives: bool = False
    """Whether its data stay when the pod goes: then it is mounted read-only."""
    here: bool = False
    """Whether it can be mounted only on the node where the pod is."""
    replaced: bool = False
    """Whether an empty volume stands in its place."""


def _volumes(spec: Object, claims: Mapping[str, Object], profile: str | None) -> dict[str, _Volume]:
    """The volumes by name; but not the one that the server adds to each pod, for its token."""
    found = {}
    for volume in listing(spec.get("volumes")):
        name = str(volume.get("name"))
        if name.startswith("kube-api-access-") and "projected" in volume:
            continue
        own = any(kind in volume for kind in _OF_ITS_OWN) or set(volume) == {"name"}
        found[name] = _Volume(volume, outlives=not own, here="hostPath" in volume)
        if "hostPath" in volume and profile in ("baseline", "restricted"):
            found[name] = _Volume({"name": name, "emptyDir": {}}, replaced=True)
        claim = mapping(volume.get("persistentVolumeClaim"))
        if claim:
            modes = mapping(mapping(claims.get(str(claim.get("claimName")))).get("spec")).get("accessModes") or []
            if "ReadWriteOncePod" in modes:
                found[name] = _Volume({"name": name, "emptyDir": {}}, replaced=True)
            else:
                # The kubelet changes neither owner nor SELinux label of what a pod can only read.
                source = {"name": name, "persistentVolumeClaim": {**claim, "readOnly": True}}
                found[name] = _Volume(source, outlives=True, here=not any(mode in _SHARED for mode in modes))
    return found


def _mounts(item: Object, volumes: Mapping[str, _Volume]) -> list[Object]:
    mounts = []
    for mount in listing(item.get("volumeMounts")):
        volume = volumes.get(str(mount.get("name")))
        if volume is None:
            continue
        mount = {name: value for name, value in mount.items() if name != "mountPropagation"}
        mounts.append({**mount, "readOnly": True} if volume.outlives else mount)
    return mounts


def _under(files: Iterable[str], mounts: Iterable[Object]) -> tuple[str, ...]:
    """The files that lie in one of these mounts."""
    roots = [str(mount.get("mountPath")).rstrip("/") for mount in mounts]
    return tuple(file for file in files if any(file == root or file.startswith(f"{root}/") for root in roots))


# -- who runs it


def _as_target(target: Object, questions: Questions, profile: str | None) -> Object:
    """The security context of an ephemeral container that is to see what the target sees.

    /proc/1/root can be read by who has the user, the group and at least the capabilities of process 1: ptrace(2), access
    mode PTRACE_MODE_READ_FSCREDS. The image of the tools runs as root, so that the user is always a number.
    """
    own = mapping(target.get("securityContext"))
    uid, gid = questions.user or (_NOBODY, None)
    user = {"runAsUser": uid, **({} if gid is None else {"runAsGroup": gid})}
    labels = {name: own[name] for name in ("seLinuxOptions",) if name in own}
    if profile == "sysadmin":
        return {"privileged": True, "runAsUser": 0, "runAsNonRoot": False}
    if profile in _GRANTED:
        return {"capabilities": {"add": _GRANTED[profile]}, "runAsUser": 0, "runAsNonRoot": False, **labels}
    if profile == "baseline":
        return {**user, **labels}
    if profile == "restricted" or uid:
        return {**_RESTRICTED, **(user if uid else {"runAsUser": _NOBODY}), **labels}
    return {**_unprivileged(own), **user}


def _unprivileged(own: Object) -> Object:
    return {name: value for name, value in own.items() if name != "privileged"}


def _secrets(target: Object, variables: Iterable[str]) -> Object:
    """What gives a container these variables of the target; what is missing does not keep it from starting."""
    wanted = set(variables)
    env = []
    for item in listing(target.get("env")):
        source = mapping(mapping(item.get("valueFrom")).get("secretKeyRef"))
        if source and item.get("name") in wanted:
            env.append({"name": item["name"], "valueFrom": {"secretKeyRef": {**source, "optional": True}}})
    left = wanted - {item["name"] for item in env}
    sources = [
        {**source, "secretRef": {**source["secretRef"], "optional": True}}
        for source in listing(target.get("envFrom"))
        if left and source.get("secretRef")
    ]
    return {**({"env": env} if env else {}), **({"envFrom": sources} if sources else {})}


# -- the copy, part by part


class _Copier:
    """What the parts of one copy have in common."""

    def __init__(
        self,
        pod: Object,
        examined: Object,
        questions: Questions,
        profile: str | None,
        run: bool,
        claims: Mapping[str, Object],
    ) -> None:
        self.pod, self.spec, self.examined = pod, mapping(pod.get("spec")), examined
        self.questions, self.profile, self.run = questions, profile, run
        self.volumes = _volumes(self.spec, claims, profile)

    def company(self) -> tuple[list[Object], list[Object]]:
        """The other containers that come along: those that start before it, and those beside it.

        Of those before it: what fills a volume that it reads. With `run` all, but for what only writes where the copy
        can write nothing: that work is done already.
        """
        inits, others = (listing(self.spec.get(part)) for part in _PARTS)
        first = self.examined in inits
        if first:
            inits, others = inits[: inits.index(self.examined)], []
        others = [item for item in others if self.run and item is not self.examined]
        wanted = {str(m.get("name")) for item in (self.examined, *others) for m in listing(item.get("volumeMounts"))}
        before = []
        for item in reversed(inits):
            mounts = [m for m in listing(item.get("volumeMounts")) if str(m.get("name")) in self.volumes]
            written = {str(m.get("name")) for m in mounts if not m.get("readOnly")}
            kept = {name for name in written if self.volumes[name].outlives or self.volumes[name].replaced}
            if (written - kept) & wanted or (self.run and not kept):
                before.insert(0, item)
                wanted |= {str(m.get("name")) for m in mounts}
        return [self.copied(item) for item in before], [self.copied(item) for item in others]

    def copied(self, item: Object) -> Object:
        """A container as it is, without what could do harm: hooks, probes and host ports."""
        made = {name: item[name] for name in _OF_CONTAINER.split() if name in item} | self._inherited(item, small=False)
        # With the node's network the server makes a host port of each.
        ports = [{k: v for k, v in port.items() if k != "hostPort"} for port in listing(item.get("ports"))]
        if ports and not self._host_network():
            made["ports"] = ports
        if item.get("restartPolicy") == "Always" and item is not self.examined:
            # A sidecar: what follows waits for its startup probe.
            made["restartPolicy"] = "Always"
            made |= {"startupProbe": item["startupProbe"]} if item.get("startupProbe") else {}
        return made

    def like(self, name: str, command: list[str]) -> Object:
        """A container with the image, user, environment, mounts and limits of the one examined, and our command."""
        made = {field: self.examined[field] for field in ("image", "imagePullPolicy") if field in self.examined}
        made |= {"name": name, "command": _literal(command)} | self._inherited(self.examined, small=True)
        made["volumeMounts"] = [*made.get("volumeMounts", []), {"name": VOLUME, "mountPath": FOLDER, "readOnly": True}]
        return made

    def tools(self, image: str) -> Object:
        """The init container that brings BusyBox.

        It runs under every Pod Security profile, and has the resources of the container, which passed all quotas.
        """
        uid = self.questions.user[0] if self.questions.user else 0
        made = {
            "name": TOOLS,
            "image": image,
            "command": ["sh", "-c", *_literal([_BRING])],
            "securityContext": {**_RESTRICTED, "runAsUser": uid or _NOBODY, "readOnlyRootFilesystem": True},
            "volumeMounts": [{"name": VOLUME, "mountPath": FOLDER}],
        }
        resources = self._resources(self.examined, small=True)
        return {**made, "resources": resources} if resources else made

    def _inherited(self, item: Object, small: bool) -> Object:
        made = {
            "env": self._environment(item),
            "envFrom": listing(item.get("envFrom")),
            "volumeMounts": _mounts(item, self.volumes),
            "resources": self._resources(item, small),
            "securityContext": self._security(item),
        }
        return {name: value for name, value in made.items() if value}

    def _environment(self, item: Object) -> list[Object]:
        """The variables; what they say of the pod itself is what the pod has, and not the copy."""
        return [self._resolved(variable) for variable in listing(item.get("env"))]

    def _resolved(self, variable: Object) -> Object:
        path = str(mapping(mapping(variable.get("valueFrom")).get("fieldRef")).get("fieldPath") or "")
        metadata = mapping(self.pod.get("metadata"))
        match = re.fullmatch(r"metadata\.(labels|annotations)\['(.+)'\]", path)
        if path == "metadata.name":
            value = name_of(self.pod)
        elif match:
            value = str(mapping(metadata.get(match[1])).get(match[2]) or "")
        else:
            return variable
        return {"name": variable.get("name"), "value": _literal([value])[0]}

    def _resources(self, item: Object, small: bool) -> Object:
        """Its limits, and its requests or, where `small`, what is asked for a shell; devices only where it really runs."""
        own = mapping(item.get("resources"))
        limits, requests = (mapping(own.get(part)) for part in ("limits", "requests"))
        devices = self.run and not small
        if not devices:
            limits, requests = ({n: v for n, v in part.items() if n in _PLAIN} for part in (limits, requests))
        if small:
            requests = {n: _smaller(v, _SMALL[n]) for n, v in {**limits, **requests}.items()}
        made = {"limits": limits, "requests": requests, "claims": listing(own.get("claims")) if devices else []}
        return {name: value for name, value in made.items() if value}

    def _security(self, item: Object) -> Object:
        """Its security context under the profile: what a profile grants is for the container that is examined."""
        own, examined = mapping(item.get("securityContext")), item is self.examined
        if self.profile == "sysadmin":
            return {**own, "privileged": True, "allowPrivilegeEscalation": True} if examined else own
        own = _unprivileged(own)
        if self.profile == "restricted":
            kept = ("readOnlyRootFilesystem", "runAsGroup", "runAsUser", "seLinuxOptions")
            return {**{n: own[n] for n in kept if own.get(n)}, **_RESTRICTED}
        if self.profile in _GRANTED and examined:
            capabilities = mapping(own.get("capabilities"))
            added = [*(capabilities.get("add") or []), *_GRANTED[self.profile]]
            return {**own, "capabilities": {**capabilities, "add": list(dict.fromkeys(added))}}
        if self.profile == "baseline":
            kept = {n: v for n, v in own.items() if n not in ("procMount", "capabilities")}
            dropped = mapping(own.get("capabilities")).get("drop")
            return {**kept, "capabilities": {"drop": dropped}} if dropped else kept
        return own

    def _host_network(self) -> bool:
        """Whether the copy has the network of the node. With `run` it would take the ports there."""
        return bool(self.spec.get("hostNetwork")) and not self.run and self.profile not in ("baseline", "restricted")

    def pod_level(self) -> Object:
        made = {name: self.spec[name] for name in _OF_POD.split() if name in self.spec}
        if not self._host_network():
            made.pop("hostNetwork", None)
        if self.profile == "sysadmin":
            made |= {name: self.spec[name] for name in ("hostPID", "hostIPC") if name in self.spec}
        if self.profile == "restricted" and made.get("securityContext"):
            kept = ("fsGroup", "fsGroupChangePolicy", "runAsGroup", "runAsUser", "seLinuxOptions", "supplementalGroups")
            made["securityContext"] = {n: v for n, v in made["securityContext"].items() if n in kept and v}
        if self.run and self.spec.get("resourceClaims"):
            made["resourceClaims"] = self.spec["resourceClaims"]
        affinity = self._node_affinity()
        return {**made, "affinity": {"nodeAffinity": affinity}} if affinity else made

    def _node_affinity(self) -> Object:
        """The pod's own rules for nodes, and its node: the first choice, or where a volume is only there, the only one."""
        own = deepcopy(mapping(mapping(self.spec.get("affinity")).get("nodeAffinity")))
        node = self.spec.get("nodeName")
        if not node:
            return own
        field = {"matchFields": [{"key": "metadata.name", "operator": "In", "values": [node]}]}
        if any(volume.here for volume in self.volumes.values()):
            required = "requiredDuringSchedulingIgnoredDuringExecution"
            terms = listing(mapping(own.get(required)).get("nodeSelectorTerms")) or [{}]
            return {**own, required: {"nodeSelectorTerms": [{**term, **field} for term in terms]}}
        preferred = "preferredDuringSchedulingIgnoredDuringExecution"
        return {**own, preferred: [*listing(own.get(preferred)), {"weight": 100, "preference": field}]}

    def volumes_of(self, made: Object) -> list[Object]:
        """The volumes that a container of the copy mounts."""
        mounted = {m["name"] for part in _PARTS for item in made[part] for m in item.get("volumeMounts", ())}
        return [volume.source for name, volume in self.volumes.items() if name in mounted]

    def present(self, files: Iterable[str]) -> tuple[str, ...]:
        """The files of which the copy can tell something: none on a volume that it has not."""
        replaced = [m for m in listing(self.examined.get("volumeMounts")) if self._is_replaced(m)]
        return tuple(file for file in files if not _under([file], replaced))

    def _is_replaced(self, mount: Object) -> bool:
        volume = self.volumes.get(str(mount.get("name")))
        return volume is not None and volume.replaced

    def words(self, made: Object) -> Iterator[str]:
        """What differs from the pod and could matter."""
        spec = made["spec"]
        here = {str(item.get("name")) for part in _PARTS for item in spec[part]}
        there = [str(item.get("name")) for part in _PARTS for item in listing(self.spec.get(part))]
        left = [name for name in there if name not in here]
        if left:
            yield f"left out: {', '.join(left)}"
        mounted = {volume["name"] for volume in spec["volumes"]}
        used = {name: volume for name, volume in self.volumes.items() if name in mounted}
        kept = [name for name, volume in used.items() if volume.outlives]
        if kept:
            yield f"read-only: volume {', '.join(kept)}"
        replaced = [name for name, volume in used.items() if volume.replaced]
        if replaced:
            yield f"empty: volume {', '.join(replaced)}"
        if self.profile != "sysadmin" and mapping(self.examined.get("securityContext")).get("privileged"):
            yield "not privileged"
        if self.spec.get("hostNetwork") and not spec.get("hostNetwork"):
            yield "with a network of its own instead of the node's"
        devices = [n for n in mapping(mapping(self.examined.get("resources")).get("limits")) if n not in _PLAIN]
        devices += [str(item.get("devicePath")) for item in listing(self.examined.get("volumeDevices"))]
        if devices and (not self.run or self.examined.get("volumeDevices")):
            yield f"without {', '.join(devices)}"


def _smaller(one: str, other: str) -> str:
    first, second = quantities.parse(str(one)), quantities.parse(other)
    return other if first is not None and second is not None and first > second else str(one)
