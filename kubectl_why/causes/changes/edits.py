"""The objects that a pod uses, or that keep it from its peers, and who changed them when."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from ...model import Cause, Confidence, Finding
from ...snapshot import Object, key
from ...status import listing, mapping, moment
from .. import family
from ..config.env_configmap_key_not_found import env_configmap_key_not_found
from ..config.env_secret_key_not_found import env_secret_key_not_found
from ..dependencies import is_missing, reaching, service
from ..dependencies.endpoints import lacks_ready
from ..dependencies.network_policy_blocks import network_policy_blocks
from ..dependencies.policies import blocks
from ..dependencies.ports import mismatch
from ..dependencies.service_port_mismatch import service_port_mismatch
from ..dependencies.service_without_endpoints import service_without_endpoints
from ..dependencies.trouble import in_trouble
from ..image.image_pull_unauthorized import image_pull_unauthorized
from ..lifecycle import span
from ..memory_and_disk.heap_exhausted import heap_exhausted
from ..volumes.volume_key_not_found import volume_key_not_found
from . import Change, began

if TYPE_CHECKING:
    from ...facts import Container, Facts

_OF_PEERS = ("connection-refused", "connection-timeout", "dns-not-found")
_OF_IMAGE = ("missing-module", "rbac-forbidden", "runtime-version-mismatch", "too-many-open-files")
_OF_KEYS = (env_configmap_key_not_found, env_secret_key_not_found, volume_key_not_found)
_READ = tuple(
    item for item in (*family("application"), *family("probes"), heap_exhausted) if item.id not in _OF_IMAGE
)  # what a process can make of its settings
OF_SETTINGS = (*_READ, *_OF_KEYS, image_pull_unauthorized)
OF_DEPENDENCIES = (service_port_mismatch, service_without_endpoints, network_policy_blocks)
# An edit longer before the failure than this explains it no better than any other.
_JUST_BEFORE = timedelta(minutes=15)
# Times are kept in whole seconds; and some clients write an object twice when they create it.
_AT_ONCE = timedelta(seconds=2)


def edited(facts: Facts) -> list[Change]:
    """The changes of objects just before the failure: for each cause that they can explain the one nearest before it."""
    if "edited" not in facts.memo:
        facts.memo["edited"] = [
            *_of_pod(facts),
            *(c for container in facts.containers for c in _of_container(facts, container)),
        ]
    return facts.memo["edited"]


def _of_container(facts: Facts, container: Container) -> Iterator[Change]:
    if facts.end(container) is None and container.ready:
        return
    troubled = [item for item in reaching(facts) if item.container == container and in_trouble(facts, item)]
    found: list[tuple[Object, list[Cause]]] = []
    for kind, name in dict.fromkeys(_used(facts, container)):
        # Where the cluster's own objects say why a peer does not answer, only what names that peer has to do with it.
        names_peer = any(item.setting is None or (kind, name) == ("ConfigMap", item.setting.config_map) for item in troubled)
        causes = [item for item in _READ if item.id not in _OF_PEERS or not troubled or names_peer]
        if obj := facts.snapshot.objects.get(key(kind, facts.namespace, name)):
            found.append((obj, [*causes, *_lacking_key(facts, container, kind, name)]))
    for item in listing(facts.spec.get("imagePullSecrets")):
        if obj := facts.snapshot.objects.get(key("Secret", facts.namespace, str(item.get("name")))):
            found.append((obj, [image_pull_unauthorized]))
    if len(troubled) == 1 and not is_missing(facts, troubled[0]):
        item = troubled[0]
        if obj := service(facts, item):
            found.append((obj, [service_port_mismatch] if mismatch(facts, item) else []))
            found.append((obj, [service_without_endpoints] if lacks_ready(facts, item) else []))
        if blocked := blocks(facts, item):
            found.append((blocked.policy, [network_policy_blocks]))
    yield from _nearest(facts, container, found)


def _of_pod(facts: Facts) -> Iterator[Change]:
    """What a volume lacks keeps the whole pod from starting."""
    found: list[tuple[Object, list[Cause]]] = []
    for volume in listing(facts.spec.get("volumes")):
        for source in _sources(volume):
            for kind, name in _named(source, "configMap", "secret"):
                obj = facts.snapshot.objects.get(key(kind, facts.namespace, name))
                items = listing(mapping(source.get("configMap" if kind == "ConfigMap" else "secret")).get("items"))
                if obj and any(str(item.get("key")) not in facts.values(kind, name) for item in items):
                    found.append((obj, [volume_key_not_found]))
    yield from _nearest(facts, None, found)


def _nearest(
    facts: Facts, container: Container | None, candidates: Iterable[tuple[Object, list[Cause]]]
) -> Iterator[Change]:
    """Of the objects those that were changed just before the failure, each cause with the last of them that explains it."""
    first = began(facts, container)
    changes = [(when, obj, causes) for obj, causes in candidates if causes and (when := _changed(facts, obj))]
    taken: set[Cause] = set()
    for when, obj, causes in sorted(changes, key=lambda change: change[0], reverse=True):
        left = tuple(cause for cause in causes if cause not in taken)
        if first is None or not left or not timedelta(seconds=-1) <= first - when <= _JUST_BEFORE:
            continue
        taken |= {*left}
        metadata = mapping(obj.get("metadata"))
        manager = listing(metadata.get("managedFields"))
        edited_then = bool(manager) and moment(manager[0].get("time")) == when and not _is_new(obj)
        by = f" by {manager[0]['manager']}" if manager and manager[0].get("manager") else ""
        how = f"{'changed' if edited_then else 'created'} {span(max(0.0, (facts.now - when).total_seconds()))} ago{by}"
        before = span(max(0.0, (first - when).total_seconds()))
        yield Change(
            when,
            Finding(
                f"{obj.get('kind')} {metadata.get('name')} was {how}, {before} before this began",
                Confidence.LIKELY,
                container.name if container else None,
                (facts.cite(obj, "metadata.managedFields[0].time" if edited_then else "metadata.creationTimestamp"),),
                behind=left,
            ),
        )


def _changed(facts: Facts, obj: Object) -> datetime | None:
    """When an object was changed after it had been created; of a policy that is younger than the pod, its creation."""
    metadata = mapping(obj.get("metadata"))
    created = moment(metadata.get("creationTimestamp"))
    if not _is_new(obj):
        return moment(next(iter(listing(metadata.get("managedFields"))), {}).get("time"))
    pod = moment(facts.metadata.get("creationTimestamp"))
    return created if obj.get("kind") == "NetworkPolicy" and created and pod and created > pod else None


def _is_new(obj: Object) -> bool:
    """Whether an object is as it was created, as far as is known."""
    metadata = mapping(obj.get("metadata"))
    created = moment(metadata.get("creationTimestamp"))
    when = moment(next(iter(listing(metadata.get("managedFields"))), {}).get("time"))
    return not created or not when or when - created < _AT_ONCE


def _lacking_key(facts: Facts, container: Container, kind: str, name: str) -> Iterator[Cause]:
    """The cause that a key is missing, where the container asks that object for one that it has not."""
    field = "configMapKeyRef" if kind == "ConfigMap" else "secretKeyRef"
    for item in listing(container.spec.get("env")):
        asked = mapping(mapping(item.get("valueFrom")).get(field))
        if asked.get("name") == name and str(asked.get("key")) not in facts.values(kind, name):
            yield env_configmap_key_not_found if kind == "ConfigMap" else env_secret_key_not_found
            return


def _used(facts: Facts, container: Container) -> Iterator[tuple[str, str]]:
    """Kind and name of the ConfigMaps and Secrets that a container reads, from its environment and its volumes."""
    mounted = {str(mount.get("name")) for mount in listing(container.spec.get("volumeMounts"))}
    for source in listing(container.spec.get("envFrom")):
        yield from _named(source, "configMapRef", "secretRef")
    for item in listing(container.spec.get("env")):
        yield from _named(mapping(item.get("valueFrom")), "configMapKeyRef", "secretKeyRef")
    for volume in listing(facts.spec.get("volumes")):
        if str(volume.get("name")) in mounted:
            for source in _sources(volume):
                yield from _named(source, "configMap", "secret")


def _sources(volume: Object) -> list[Object]:
    return [volume, *listing(mapping(volume.get("projected")).get("sources"))]


def _named(source: Object, config_map: str, secret: str) -> Iterator[tuple[str, str]]:
    for kind, field in (("ConfigMap", config_map), ("Secret", secret)):
        name = mapping(source.get(field)).get("name") or mapping(source.get(field)).get("secretName")
        if name:
            yield kind, str(name)
