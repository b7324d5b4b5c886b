"""What is to be sent for a look inside, and whether it may be: the rights, and what the server says to a dry run."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from ..cluster import Cluster, ClusterError, Forbidden, Refused
from ..commands import kubectl
from ..diagnose import diagnose
from ..facts import Facts
from ..redact import clean
from ..resources import path_of
from ..snapshot import Object, Snapshot
from ..status import listing, mapping, name_of
from . import Look, builders, refusals, rights
from .questions import questions

STAY = 3600
"""Seconds that a shell may be open."""
_DEADLINE = 600  # seconds after which the server ends a copy that nobody has deleted; the time of --run comes to it
_DRY_RUN = {"dryRun": "All"}
_LETTERS = "bcdfghjklmnpqrstvwxz2456789"  # of generated names (apimachinery, pkg/util/rand, 1.36)


class NotLooked(Exception):
    """No look inside was taken. The text says why, `brief` the same without the particulars; `advice` can be pasted."""

    def __init__(self, why: str | Exception, advice: str = "") -> None:
        super().__init__(str(why))
        self.advice = advice
        self.brief = why.brief if isinstance(why, Forbidden) else re.split("[:;] ", str(why))[0].rstrip(":")


class Plan(NamedTuple):
    """What is to be sent."""

    how: str
    namespace: str
    pod: str
    """The pod that is examined."""
    container: str
    place: str
    """The pod in which it is examined: the copy, or itself."""
    built: builders.Built

    @property
    def path(self) -> str:
        """Of the pod in which it is examined."""
        return path_of("Pod", self.namespace, self.place)

    @property
    def body(self) -> Object:
        """The copy, or the patch of the pod."""
        return self.built.object if self.how == "sleep" else {"spec": {"ephemeralContainers": [self.built.object]}}

    @property
    def words(self) -> str:
        """What will be done, in one line."""
        if self.how == "sleep":
            done = f"creating pod {self.place}, a copy of {self.pod} to look into container {self.container}"
        else:
            done = f"adding ephemeral container {self.built.through} to pod {self.pod}: it ends by itself, but stays listed"
        return done + (f" ({self.built.words})" if self.built.words else "")

    def command(self, access: Sequence[str]) -> str:
        """What sends the body, from its standard input; `access` as in `commands`."""
        if self.how == "sleep":
            return kubectl("apply", ("-f", "-"), access=access)
        patch = ("--subresource=ephemeralcontainers", "--patch-file=/dev/stdin")
        return kubectl("patch", f"pod/{self.pod}", patch, namespace=self.namespace, access=access)

    def send(self, cluster: Cluster, query: dict[str, str] | None = None) -> Object:
        """Send it; the answer is the pod. Raises ClusterError."""
        if self.how == "sleep":
            return cluster.create(path_of("Pod", self.namespace), self.body, query)
        return cluster.patch(f"{self.path}/ephemeralcontainers", self.body, query=query)


def chosen(snapshot: Snapshot) -> str:
    """The container to look into where none is named: the first verdict's, else the pod's first; empty without a pod."""
    found = (verdict.finding.container for verdict in diagnose(snapshot).verdicts)
    names = (str(item.get("name")) for item in listing(mapping(mapping(snapshot.pod).get("spec")).get("containers")))
    return next((name for name in (*found, *names) if name), "")


def plan(cluster: Cluster, snapshot: Snapshot, container: str, look: Look, small: bool = True) -> Plan:
    """What the look takes; `small` as in `sleeping_copy`. Raises NotLooked.

    Reads the pod anew: with its passwords, unless it is only to be shown.
    """
    facts = Facts(snapshot)
    if not facts.pod:
        raise NotLooked(f"{snapshot.target[0].lower()}/{snapshot.target[2]} has no pod to look into")
    if look.debug and facts.phase in ("Succeeded", "Failed"):
        raise NotLooked("the pod has ended, and nothing starts in it any more: use --sleep")
    if look.debug and not facts.spec.get("nodeName"):
        raise NotLooked("the pod has no node yet, and nothing starts in it")
    found = next(item for item in facts.containers if item.name == container)
    asked = questions(facts, found)
    options = {
        "script": Path(__file__).with_name("examine.sh").read_text(encoding="utf-8"),
        "suffix": "".join(random.choices(_LETTERS, k=5)),
        "image": look.image or builders.IMAGE,
        "profile": look.profile,
        "stay": STAY if look.shell else 0,
    }
    try:
        pod = cluster.get(path_of("Pod", facts.namespace, facts.name))
        if look.dry_run:
            pod = clean({"kind": "Pod", **pod})
        if look.debug:
            built = builders.ephemeral_container(pod, container, asked, **options)
        else:
            built = builders.sleeping_copy(
                pod,
                container,
                asked,
                run=look.run,
                shell=look.shell,
                keep_labels=look.keep_labels,
                deadline=(STAY if look.shell else 0) + _DEADLINE + int(min(look.wait, STAY)),
                small=small,
                claims=_claims(snapshot, facts.namespace),
                **options,
            )
    except (builders.Refused, ClusterError) as error:
        raise NotLooked(error) from None
    place = name_of(built.object) if look.sleep else facts.name
    return Plan("sleep" if look.sleep else "debug", facts.namespace, facts.name, container, place, built)


def check(cluster: Cluster, snapshot: Snapshot, look: Look, plan_: Plan) -> Plan:
    """Ask the server whether it would be allowed, without doing it; gives the plan that is. Raises NotLooked.

    Where a LimitRange forbids a copy that asks for little, one that asks for what the pod asks may pass.
    """
    needed = (*(rights.SLEEP if look.sleep else rights.DEBUG), *(rights.SHELL if look.shell else ()))
    lacking = rights.missing(cluster, plan_.namespace, "" if look.sleep else plan_.pod, needed)
    if lacking:
        verbs = ", ".join(map(str, lacking))
        why = f"you may not {verbs} in namespace {plan_.namespace}; a Role grants it that has these"
        raise NotLooked(why, rights.rule(lacking))
    what = "the copy" if look.sleep else "the debug container"
    try:
        plan_.send(cluster, _DRY_RUN)
    except Refused as error:
        if refusals.cannot_be_tried(error):
            return plan_
        if look.sleep and refusals.of_limits(error):
            with suppress(ClusterError):
                full = plan(cluster, snapshot, plan_.container, look, small=False)
                full.send(cluster, _DRY_RUN)
                return full
        raise NotLooked(refusals.words(error, what) + _profile(cluster, snapshot, look, plan_, error)) from None
    except ClusterError as error:
        raise NotLooked(error) from None
    return plan_


def _profile(cluster: Cluster, snapshot: Snapshot, look: Look, plan_: Plan, error: Refused) -> str:
    """The profile with which it would pass, where Pod Security is what forbids it."""
    if refusals.level(error) is None:
        return ""
    for profile in ("baseline", "restricted"):
        try:
            plan(cluster, snapshot, plan_.container, look._replace(profile=profile)).send(cluster, _DRY_RUN)
        except (NotLooked, ClusterError):
            continue
        return f"; it would pass with --profile={profile}"
    return "; with no profile would it pass"


def _claims(snapshot: Snapshot, namespace: str) -> dict[str, Object]:
    place = f"PersistentVolumeClaim/{namespace}/"
    return {ref.removeprefix(place): obj for ref, obj in snapshot.objects.items() if ref.startswith(place)}
