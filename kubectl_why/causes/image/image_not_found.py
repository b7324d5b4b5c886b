from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...model import Confidence, Finding, proper
from ...names import nearest
from ...status import listing, mapping
from .. import cause
from . import Pull, new_image, pulls, without_tag

if TYPE_CHECKING:
    from ...facts import Facts

# A layer is asked for when the manifest is there: containerd's words, and those of containers/image.
_LAYER = r"content descriptor|httpReadSeeker|reading blob|/blobs/"


@cause()
def image_not_found(facts: Facts) -> Iterator[Finding]:
    """The registry answers, and has no such repository or tag.

    Its words are `manifest unknown`, `name unknown` or 404; containerd says only `not found`. A registry that hides what it
    has from strangers says that access is denied instead (image-pull-unauthorized). A tag that is there, though not for the
    node's platform, ends in `not found` too (image-platform-mismatch).

    Fix: name a tag that is in the registry, or push the one that is named; the kubelet tries again by itself.

    Source: pkg/kubelet/images/image_manager.go, 1.36; error codes of the OCI distribution specification, 1.1.
    """
    for pull in pulls(facts, "image-not-found"):
        lacking = "tag" if pull.tag else "digest"
        if re.search(r"(?i)name[ _]unknown|repository", pull.text):
            lacking = "repository"
        elif not re.search(r"(?i)manifest", pull.text):
            lacking = f"repository or {lacking}"
        implied = " (none is given, so latest is meant)" if pull.tag == "latest" and pull.image == pull.repository else ""
        meant = _meant(facts, pull)
        incomplete = re.search(_LAYER, pull.text)
        yield Finding(
            f"image {pull.image} is incomplete: {pull.registry} lacks a layer of it"
            if incomplete
            else f"image {pull.image} does not exist: {pull.registry} has no such {lacking}{implied}"
            + (f"; did you mean {meant}?" if meant else ""),
            Confidence.CERTAIN,
            pull.container.name,
            (pull.evidence,),
            (
                new_image(facts, pull, meant or f"{pull.repository}:TAG"),
                proper(f"push {pull.image}, or name in {' '.join(facts.workload)} one that the registry has"),
            ),
        )


def _meant(facts: Facts, pull: Pull) -> str | None:
    """An image that another revision or container of the workload has, and that differs by a slip of the pen."""
    templates = [mapping(mapping(obj.get("spec")).get("template")) for obj in facts.all("ReplicaSet")]
    specs = [facts.spec, *(mapping(template.get("spec")) for template in templates)]
    known = {str(item.get("image")) for spec in specs for item in listing(spec.get("containers"))} - {pull.image}
    place, _, last = pull.repository.rpartition("/")
    beside = {
        repository.rpartition("/")[2] for repository in map(without_tag, known) if repository.rpartition("/")[0] == place
    }
    near = nearest(last, beside)
    if near and last not in beside:
        return f"{place}/{near}".lstrip("/") + pull.image[len(pull.repository) :]
    tags = {image[len(pull.repository) + 1 :] for image in known if image.startswith(f"{pull.repository}:")}
    tag = nearest(pull.tag, tags)
    return f"{pull.repository}:{tag}" if tag else None
