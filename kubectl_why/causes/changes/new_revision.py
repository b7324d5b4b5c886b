from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...model import Finding
from .. import cause, family
from . import blamed
from .edits import edited
from .rollouts import FAMILIES, rolled_out

if TYPE_CHECKING:
    from ...facts import Facts


@cause(behind=[item for name in FAMILIES for item in family(name)])
def new_revision(facts: Facts) -> Iterator[Finding]:
    """The failure began with the owner's newest revision.

    The failing pod belongs to the newest revision of its workload, and that revision differs from the last one that has
    ready pods, else from the one before, in something that the failure can come from: a variable for missing-env-var, the
    limit for oom-killed, the probe for a probe that fails, the image for most. Only that is told. A restart (`kubectl
    rollout restart`) makes a revision that differs in nothing but an annotation, and is not blamed. Nor is a revision
    where the pods of the older one are not ready either, or whose pod went well for more than an hour, or where the
    Deployment has never been available.

    Fix: go back with `kubectl rollout undo`, then correct the difference and roll out again.

    Source: the deployment, statefulset and daemonset controllers, 1.36.
    """
    yield from blamed(rolled_out(facts), edited(facts))
