"""As whom a look inside is taken, and what it may do: what the pod may, but never privileged unless asked by name."""

from __future__ import annotations

from ..snapshot import Object
from ..status import mapping

PROFILES = ("general", "baseline", "restricted", "netadmin", "sysadmin")
"""As `kubectl debug --profile` has them (kubectl, pkg/cmd/debug/profiles.go, 1.36; legacy is deprecated there)."""

NOBODY = 65532
"""A user that no image gives a meaning of its own."""
RESTRICTED: Object = {
    "allowPrivilegeEscalation": False,
    "capabilities": {"drop": ["ALL"]},
    "runAsNonRoot": True,
    "seccompProfile": {"type": "RuntimeDefault"},
}
"""What Pod Security's restricted profile wants of a container."""

_GRANTED = {"general": ["SYS_PTRACE"], "netadmin": ["NET_ADMIN", "NET_RAW"]}


def host_allowed(profile: str | None) -> bool:
    """Whether folders and the network of the node may be used, where the pod uses them."""
    return profile not in ("baseline", "restricted")


def like_target(target: Object, user: tuple[int, int | None] | None, profile: str | None) -> Object:
    """The security context of an ephemeral container that is to see what a container sees; `user`: that container's.

    /proc/1/root can be read by whoever has the user, the group and at least the capabilities of process 1 (ptrace(2),
    PTRACE_MODE_READ_FSCREDS). The image of the tools runs as root, so that the user is always given as a number.
    """
    own = mapping(target.get("securityContext"))
    uid, gid = user or (NOBODY, None)
    who = {"runAsUser": uid, **({} if gid is None else {"runAsGroup": gid})}
    label = {"seLinuxOptions": own["seLinuxOptions"]} if "seLinuxOptions" in own else {}
    if profile == "sysadmin":
        return {"privileged": True, "runAsUser": 0, "runAsNonRoot": False}
    if profile in _GRANTED:
        return {"capabilities": {"add": _GRANTED[profile]}, "runAsUser": 0, "runAsNonRoot": False, **label}
    if profile == "baseline":
        return {**who, **label}
    if profile == "restricted" or uid:
        return {**RESTRICTED, **(who if uid else {"runAsUser": NOBODY}), **label}
    return {**_unprivileged(own), **who}


def in_copy(own: Object, profile: str | None, examined: bool) -> Object:
    """The security context of a container in a copy; what a profile grants is for the one that is examined."""
    if profile == "sysadmin":
        return {**own, "privileged": True, "allowPrivilegeEscalation": True} if examined else own
    own = _unprivileged(own)
    capabilities = mapping(own.get("capabilities"))
    if profile == "restricted":
        kept = ("readOnlyRootFilesystem", "runAsGroup", "runAsUser", "seLinuxOptions")
        return {**{name: own[name] for name in kept if own.get(name)}, **RESTRICTED}
    if profile == "baseline":
        own = {name: value for name, value in own.items() if name not in ("procMount", "capabilities")}
        return {**own, "capabilities": {"drop": capabilities["drop"]}} if capabilities.get("drop") else own
    if profile in _GRANTED and examined:
        added = dict.fromkeys([*(capabilities.get("add") or ()), *_GRANTED[profile]])
        return {**own, "capabilities": {**capabilities, "add": list(added)}}
    return own


def of_pod(own: Object, profile: str | None) -> Object:
    """The security context of the copy itself."""
    if profile != "restricted":
        return own
    kept = ("fsGroup", "fsGroupChangePolicy", "runAsGroup", "runAsUser", "seLinuxOptions", "supplementalGroups")
    return {name: value for name, value in own.items() if name in kept and value}


def _unprivileged(own: Object) -> Object:
    return {name: value for name, value in own.items() if name != "privileged"}
