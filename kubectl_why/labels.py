"""Labels, and the selectors that accept them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from .quantities import parse
from .status import Object, labels_of, listing, mapping

# By which the controllers of Kubernetes (and of Argo) know the pods of one revision or run, or one pod.
# Source: https://kubernetes.io/docs/reference/labels-annotations-taints/
_OF_CONTROLLER = """
    pod-template-hash rollouts-pod-template-hash controller-revision-hash pod-template-generation controller-uid job-name
    batch.kubernetes.io/controller-uid batch.kubernetes.io/job-name batch.kubernetes.io/job-completion-index
    statefulset.kubernetes.io/pod-name apps.kubernetes.io/pod-index
"""


def own_labels(pod: Object) -> Object:
    """The labels by which Services, NetworkPolicies and people know the pod, without those of its controllers."""
    return {name: value for name, value in labels_of(pod).items() if name not in _OF_CONTROLLER.split()}


def meets(wish: Object, having: Object) -> bool:
    """Whether labels meet an expression of key, operator and values."""
    value, operator = having.get(str(wish.get("key"))), wish.get("operator")
    values = wish.get("values") if isinstance(wish.get("values"), list) else []
    if operator in ("Gt", "Lt"):
        numbers = [parse(str(number)) for number in (value, *values[:1])]
        if len(numbers) < 2 or numbers[0] is None or numbers[1] is None:
            return False
        return numbers[0] > numbers[1] if operator == "Gt" else numbers[0] < numbers[1]
    found = {"In": value in values, "NotIn": value not in values, "Exists": value is not None, "DoesNotExist": value is None}
    return found.get(str(operator), False)


def selects(selector: object, labels: Object) -> bool:
    """Whether a labelSelector accepts labels: one that is not there accepts none, an empty one all."""
    if not isinstance(selector, dict):
        return False
    plain = all(labels.get(name) == value for name, value in mapping(selector.get("matchLabels")).items())
    return plain and all(meets(wish, labels) for wish in listing(selector.get("matchExpressions")))


_TERM = re.compile(
    r"\s*(?P<no>!?)\s*(?P<key>[\w./-]+)\s*(?:(?P<operator>==?|!=|\bin\b|\bnotin\b)\s*(?P<values>[\w.-]*|\([^()]*\)))?\s*"
)


def meets_query(query: Mapping[str, str], obj: Object) -> bool:
    """Whether an object meets the selectors of a request; those for fields know only `=`. ValueError as `accepts`."""
    labels, fields = query.get("labelSelector"), query.get("fieldSelector")
    if labels and not accepts(labels, labels_of(obj)):
        return False
    for term in fields.split(",") if fields else ():
        path, _, wanted = term.partition("=")
        value: Any = obj
        for name in path.split("."):
            value = mapping(value).get(name)
        if value != wanted:
            return False
    return True


def accepts(selector: str, labels: Object) -> bool:
    """Whether a selector in text, as kubectl's -l takes it, accepts labels. ValueError where it is none.

    Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors
    """
    return all(_accepts(term, labels) for term in re.split(r",(?![^(]*\))", selector))


def _accepts(term: str, labels: Object) -> bool:
    found = _TERM.fullmatch(term)
    if not found or (found["no"] and found["operator"]):
        raise ValueError(f"{term.strip()!r} is no label selector")
    value = labels.get(found["key"])
    if not found["operator"]:
        return (value is None) == bool(found["no"])
    values = [part.strip() for part in found["values"].strip("()").split(",")]
    return (value in values) == (found["operator"] not in ("!=", "notin"))


def stands_before(service: Object, pod: Object) -> bool:
    """Whether a Service selects a pod: all of its selector's labels are the pod's; one without a selector selects none."""
    wanted = mapping(mapping(service.get("spec")).get("selector"))
    return bool(wanted) and wanted.items() <= labels_of(pod).items()
