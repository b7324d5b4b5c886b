from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...model import Finding, now, proper
from .. import cause
from ..config.container_create_failed import container_create_failed
from ..looking import inside
from . import content, failures, patched, program

if TYPE_CHECKING:
    from ...examination import Fact
    from ...facts import Facts

_SCRIPT = r"\.(?:sh|bash|py|rb|pl|js|php)$"


@cause(explains=[container_create_failed])
def exec_format_error(facts: Facts) -> Iterator[Finding]:
    """The program is for another architecture, or a script without a usable #! line.

    The kernel answers ENOEXEC: the runtime writes `exec /path: exec format error` into the container's log, since the
    container was already created, or a shell says `cannot execute binary file` and ends with 126. The image's manifest may
    well name the right platform: it was then built with another's program in it. An image that has no manifest for the
    node's platform is not even pulled (image-platform-mismatch).

    Fix: build the image for the node's architecture (docker buildx build --platform), or run it on nodes of its own; give
    a script a first line such as `#!/bin/sh`, with nothing before it.

    Source: execve(2), ENOEXEC; the runtime's words (runc, crun, gVisor).
    """
    for failure in failures(facts, "exec-format-error"):
        container, what = failure.container, program(failure.container, failure.what)
        text = content(facts, container, what)
        evidence = list(failure.evidence)
        if facts.platform and facts.node:
            evidence.insert(1, facts.cite(facts.node, "status.nodeInfo.architecture"))
        platform = f"the node's platform {facts.platform}" if facts.platform else "the node's platform"
        machine = failure.seen.word("machine") if failure.seen else ""
        form = failure.seen.word("format") if failure.seen else ""
        if not machine and (form or re.search(_SCRIPT, what) or text is not None):
            message = f"exec format error: {_described(what, failure.seen)}"
            words = f"start it with its interpreter, as in `sh {what}`"
            command = patched(facts, container, command=["sh", *container.command], args=None)
            command = command if what.endswith("sh") and container.command[:1] == [what] else None
            emergency = now(words, command) if command else now(facts.change(words))
            lasting = proper(f"give {what} a first line such as #!/bin/sh, with nothing before it")
        else:
            what = failure.seen.word("interpreter") or what if failure.seen else what
            built = f"is built for {machine}, not for {platform}" if machine else f"is not built for {platform}"
            message = f"exec format error: {what} {built}" + ("" if machine else " (or is a script without #! line)")
            command = facts.patch_command({"nodeSelector": {"kubernetes.io/arch": machine or "ARCH"}})
            words = "run it on nodes of the architecture that it is built for"
            emergency = now(words, command) if command else now(facts.change(words))
            lasting = proper(f"build image {container.image} for {platform} (docker buildx build --platform)")
        remedies = (emergency, lasting, *inside(facts, container))
        yield Finding(message, failure.confidence, container.name, tuple(evidence), remedies)


def _described(what: str, seen: Fact | None) -> str:
    """What keeps a file from being a program, as a look from inside found it; where nobody looked, it is a script."""
    if seen and seen.word("format") == "empty":
        return f"{what} is empty"
    if seen and seen.flag("bom"):
        return f"script {what} begins with a byte order mark, not with its #! line"
    script = "script " if re.search(_SCRIPT, what) or not seen else ""
    return f"{script}{what} does not begin with a #! line" + (", and is no program" if seen else "")
