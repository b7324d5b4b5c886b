"""What a look inside has to be allowed, asked before anything is changed, and the rule of a Role that allows it."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from ..cluster import Cluster, ClusterError
from ..status import mapping

_REVIEWS = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"


class Right(NamedTuple):
    """One verb on pods, or on a part of them: log, exec, ephemeralcontainers."""

    verb: str
    part: str = ""

    def __str__(self) -> str:
        return f"{self.verb} {self.resource}"

    @property
    def resource(self) -> str:
        """As a Role names it: pods, pods/log."""
        return f"pods/{self.part}" if self.part else "pods"


SLEEP = (Right("create"), Right("get"), Right("get", "log"), Right("delete"))
DEBUG = (Right("patch", "ephemeralcontainers"), Right("get"), Right("get", "log"))
SHELL = (Right("create", "exec"),)
"""kubectl exec also tries GET first, and falls back to POST, which needs `create`, where it may not."""


def missing(cluster: Cluster, namespace: str, pod: str, rights: Iterable[Right]) -> list[Right]:
    """Those of the rights that the user lacks. `pod` is the one that they are for; a new one has no name yet.

    A server that cannot be asked has not said no: what follows will tell.
    Source: https://kubernetes.io/docs/reference/access-authn-authz/authorization/#checking-api-access.
    """

    def allowed(right: Right) -> bool:
        about = {"namespace": namespace, "verb": right.verb, "resource": "pods", "subresource": right.part, "name": pod}
        review = {
            "apiVersion": "authorization.k8s.io/v1",
            "kind": "SelfSubjectAccessReview",
            "spec": {"resourceAttributes": {name: value for name, value in about.items() if value}},
        }
        try:
            return mapping(cluster.create(_REVIEWS, review).get("status")).get("allowed") is not False
        except ClusterError:
            return True

    asked = list(rights)
    with ThreadPoolExecutor(len(asked)) as pool:
        return [right for right, yes in zip(asked, pool.map(allowed, asked), strict=True) if not yes]


def rule(rights: Iterable[Right]) -> str:
    """The rules of a Role that grant the rights, in YAML that can be pasted."""
    verbs: dict[str, list[str]] = {}
    for right in rights:
        verbs.setdefault(right.resource, []).append(right.verb)
    lines = ["rules:"]
    for resource, names in verbs.items():
        lines += ['- apiGroups: [""]', f"  resources: [{resource}]", f"  verbs: [{', '.join(names)}]"]
    return "\n".join(lines)
