from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...model import Finding
from .. import cause
from . import blamed
from .edits import OF_DEPENDENCIES, OF_SETTINGS, edited
from .rollouts import rolled_out

if TYPE_CHECKING:
    from ...facts import Facts


@cause(behind=[*OF_SETTINGS, *OF_DEPENDENCIES])
def config_changed(facts: Facts) -> Iterator[Finding]:
    """A ConfigMap or Secret it uses changed just before the failure began.

    The object was changed after it had been created, and the first sign of the failure came within 15 minutes of that.
    Environment variables are read when a container is created, mounted files follow within a minute or so: a change may
    show only at the next restart. The Service or the NetworkPolicy that stands as BECAUSE is looked at in the same way; of
    a policy its creation counts as well. Of several changes the one nearest before is told.

    Fix: put the old value back, then `kubectl rollout restart` the workload where it reads it only at its start.

    Source: metadata.managedFields, which the API server keeps; a key that was removed by a JSON patch leaves no trace there.
    """
    yield from blamed(edited(facts), rolled_out(facts), yields=True)
