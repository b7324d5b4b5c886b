from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...model import Confidence, Finding, Remedy, now, proper
from ...status import condition, mapping, pod_status
from .. import cause
from ..application.connection_refused import connection_refused
from ..application.connection_timeout import connection_timeout
from ..application.dns_not_found import dns_not_found
from ..lifecycle.waiting_for_init import waiting_for_init
from ..probes.probe_server_error import probe_server_error
from ..probes.probe_timeout import probe_timeout
from . import Wanted, joined, reaching, service, words
from .endpoints import endpoints, failing, lacks_ready, nearest_labels, pods, selector, selects_nothing

if TYPE_CHECKING:
    from ...facts import Facts, Object

_Told = tuple[str, tuple, tuple[Remedy, ...]]


@cause(behind=[connection_refused, connection_timeout, dns_not_found, waiting_for_init, probe_server_error, probe_timeout])
def service_without_endpoints(facts: Facts) -> Iterator[Finding]:
    """The Service is there, and no pod behind it is ready.

    Its selector matches no pod, its workload has none, or its pods are not ready. A connection to it is refused, or gets no
    answer, as the network plugin likes; the name of a headless Service does not even resolve. Where a pod behind it fails
    and its cause is known, that stands instead (dependency-failing).

    Fix: correct the Service's selector or the pods' labels; scale the workload up; or see why its pods are not ready.

    Source: endpointslice controller, pkg/controller/endpointslice, 1.36; kube-proxy rejects what has no endpoint.
    """
    for item in reaching(facts):
        obj = service(facts, item)
        if obj is None or item.service is None or not lacks_ready(facts, item) or failing(facts, item):
            continue
        message, evidence, remedies = _why(facts, item, obj)
        yield Finding(
            f"{words(facts, item.service)} has no ready endpoints: {message}",
            Confidence.CERTAIN,
            item.container.name,
            (facts.cite(obj, "spec.selector"), *evidence) if selector(facts, item) else evidence,
            remedies,
        )


def _why(facts: Facts, item: Wanted, obj: Object) -> _Told:
    name, namespace = str(item.service and item.service.name), item.service.namespace if item.service else None
    look = now(
        command=facts.kubectl("get", "endpointslices", ("-l", f"kubernetes.io/service-name={name}"), namespace=namespace),
        mutates=False,
    )
    labels = selector(facts, item)
    if not labels:
        return "it has no selector, and nobody wrote endpoints for it", (), (look, proper(f"give Service {name} a selector"))
    for pod in pods(facts, item):
        what = str(mapping(pod.get("metadata")).get("name"))
        said = (facts.cite(pod, "status.conditions{Ready}.status"),) if condition(pod, "Ready").get("status") else ()
        describe = facts.kubectl("describe", "pod", what, namespace=namespace)
        return f"its pod {what} is not ready ({pod_status(pod)})", said, (now(command=describe, mutates=False),)
    if not selects_nothing(facts, item):
        count = len(endpoints(facts, item.service, ready=False)) if item.service else 0
        return (f"its {count} pods are not ready" if count else "none is listed"), (), (look,)
    return _no_pod(facts, item, labels, look)


def _no_pod(facts: Facts, item: Wanted, labels: dict[str, str], look: Remedy) -> _Told:
    name, namespace = str(item.service and item.service.name), item.service.namespace if item.service else None
    found = nearest_labels(facts, item)
    if found is None:
        return (
            f"no pod has its labels {joined(labels)}",
            (),
            (look, proper(f"correct the selector of Service {name}, or create its pods")),
        )
    obj, has = found
    kind, other = str(obj.get("kind")), str(mapping(obj.get("metadata")).get("name"))
    field = "spec.template.metadata.labels" if "template" in mapping(obj.get("spec")) else "metadata.labels"
    if labels.items() <= has.items():
        replicas = mapping(obj.get("spec")).get("replicas")
        if replicas == 0:
            up = facts.kubectl("scale", f"{kind.lower()}/{other}", ("--replicas=1",), namespace=namespace)
            return (
                f"{kind} {other} is scaled to 0",
                (facts.cite(obj, "spec.replicas"),),
                (now(command=up), proper(f"set replicas of {kind} {other}")),
            )
        describe = facts.kubectl("describe", f"{kind.lower()}/{other}", namespace=namespace)
        return f"{kind} {other} has no pods", (), (now(command=describe, mutates=False),)
    differ = {label: has.get(label) for label, value in labels.items() if has.get(label) != value}
    right = {label: has.get(label) or value for label, value in labels.items()}
    unlike = ", ".join(f"{label}={value}" if value else f"no label {label}" for label, value in differ.items())
    said = f"its selector {joined(labels)} matches no pod; {kind} {other} has {unlike}"
    evidence = (facts.cite(obj, field),)
    if right == labels:
        whose = f"Pod {other}" if kind == "Pod" else f"the pods of {kind} {other}"
        return said, evidence, (look, proper(f"give {whose} the labels {joined(labels)}"))
    mend = facts.kubectl("set", "selector", "service", name, joined(right, ","), namespace=namespace)
    return (
        said,
        evidence,
        (now(command=mend), proper(f"write the selector {joined(right)} into the manifest of Service {name}")),
    )
