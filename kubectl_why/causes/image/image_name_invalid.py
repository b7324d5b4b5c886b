from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...model import Confidence, Finding
from .. import cause
from . import new_image, pulls, without_tag

if TYPE_CHECKING:
    from ...facts import Facts

_COMPONENT = r"[a-z0-9]+(?:(?:\.|_{1,2}|-+)[a-z0-9]+)*"
# The grammar of github.com/distribution/reference.
_REFERENCE = (
    rf"^(?:[A-Za-z0-9.-]+(?::\d+)?/)?{_COMPONENT}(?:/{_COMPONENT})*(?::[\w][\w.-]{{0,127}})?(?:@sha256:[0-9a-f]{{64}})?$"
)


@cause()
def image_name_invalid(facts: Facts) -> Iterator[Finding]:
    """The image reference cannot be parsed (InvalidImageName).

    Nothing was asked of a registry. Usual slips are capital letters in the repository, a space, `https://` before the host,
    two tags, a tag left empty by a variable, or a template's placeholder. CRI-O says ImageInspectError where a name
    without a registry may mean several.

    Fix: write the name as [HOST[:PORT]/]PATH[:TAG][@DIGEST], with PATH in lower case.

    Source: pkg/kubelet/images/image_manager.go, applyDefaultImageTag, 1.36; github.com/distribution/reference.
    """
    for pull in pulls(facts, "image-name-invalid"):
        meant = _meant(pull.image)
        instead = f"{pull.repository}:TAG" if re.match(_REFERENCE, pull.repository) else "IMAGE"
        yield Finding(
            f"image name {pull.image} is invalid: {_slip(pull.image, pull.text)}"
            + (f"; did you mean {meant}?" if meant else ""),
            Confidence.CERTAIN,
            pull.container.name,
            (pull.evidence, *([] if pull.volume else [facts.cite_pod(f"{pull.container.spec_path}.image")])),
            (new_image(facts, pull, meant or instead),),
        )


def _slip(image: str, text: str) -> str:
    """What is wrong with the name, in words."""
    if re.search(r"short[- ]name", text, re.IGNORECASE):
        return "it names no registry, and the node has no single one for short names"
    if re.search(r"\s", image):
        return "it contains a space"
    if re.match(r"\w+://", image):
        return "it begins with a scheme"
    if re.search(r"[${}<>]", image):
        return "a placeholder was not replaced"
    if image.endswith((":", "@")):
        return "its tag is empty"
    if without_tag(image).rpartition("/")[2] != without_tag(image).rpartition("/")[2].lower() or "lowercase" in text:
        return "the repository must be in lower case"
    return text.rpartition(": ")[2] or "it cannot be parsed"


def _meant(image: str) -> str | None:
    """The name with its slip mended, where there is only one way to."""
    plain = re.sub(r"^\w+://|\s+", "", image)
    repository = without_tag(plain)
    host, slash, path = repository.partition("/")
    lower = (host + slash + path.lower() if slash and re.search(r"[.:]", host) else repository.lower()) + plain[
        len(repository) :
    ]
    return lower if lower != image and re.match(_REFERENCE, lower) else None
