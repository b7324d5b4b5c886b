from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...model import Confidence, Finding, proper
from ...status import mapping
from .. import cause
from . import ended_by, last_words

if TYPE_CHECKING:
    from ...facts import Facts

_SAID = r"(?i)illegal instruction|SIGILL|signal 4\b|\bavx|sse4"


@cause()
def illegal_instruction(facts: Facts) -> Iterator[Finding]:
    """The process met an instruction that the node's CPU does not know: SIGILL, exit code 132.

    Mostly a binary built for a newer CPU (AVX, AVX2, AVX-512) than the node has, or one that runs emulated. A binary for
    another architecture does not start at all (exec-format-error). Some compilers let a broken program end so on purpose.

    Fix: run a build for a more general CPU, or bind the pod to nodes whose CPU has what it needs.

    Source: exit code 128 + n for signal n, signal(7).
    """
    for container, end in ended_by(facts, 4):
        node = str(facts.spec.get("nodeName") or "its node")
        evidence = [facts.cite_pod(f"{end.path}.exitCode"), *last_words(facts, container, _SAID)]
        if mapping(mapping(facts.known_node.get("status")).get("nodeInfo")).get("architecture"):
            evidence.append(facts.cite(facts.known_node, "status.nodeInfo.architecture"))
        yield Finding(
            f"illegal instruction for the CPU of {node} (SIGILL, exit code 132)",
            Confidence.CERTAIN,
            container.name,
            tuple(evidence),
            (
                proper(
                    "run an image built for a more general CPU (without AVX and the like)",
                    facts.set_command("image", f"{container.name}=IMAGE"),
                ),
                proper(facts.change("or bind the pod by a nodeSelector to nodes whose CPU has what it needs,")),
            ),
        )
