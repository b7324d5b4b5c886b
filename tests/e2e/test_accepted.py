"""A real server takes what the builders make of every recorded pod, wherever it takes the pod: all is a dry run.

Two namespaces are created, and deleted at the end.
"""

import json
from pathlib import Path

import pytest

from kubectl_why.debug.builders import ephemeral_container, sleeping_copy
from kubectl_why.debug.questions import Questions
from tests.e2e.cluster import named

pytestmark = pytest.mark.kind
RECORDED = sorted((Path(__file__).parent.parent / "cases").glob("*/*/snapshot.json"))
# What a server adds to a pod, and takes from nobody else.
OF_SERVER = ("nodeName", "priority", "preemptionPolicy", "overhead", "ephemeralContainers")


@pytest.fixture(scope="module")
def kubectl(cluster):
    return cluster.kubectl


@pytest.fixture(scope="module", params=["privileged", "restricted"])
def namespace(request, cluster):
    """A namespace in which Pod Security allows so much, with the ServiceAccounts of the pods."""
    with cluster.namespace(request.param, {"pod-security.kubernetes.io/enforce": request.param}) as here:
        here.apply(*(named("ServiceAccount", a) for a in sorted(a for a in accounts() if a != "default")))
        yield here.name


def accounts():
    return {pod["spec"].get("serviceAccountName", "default") for pod in pods()}


def pods():
    found = (json.loads(file.read_text()).get("pod") for file in RECORDED)
    return [pod for pod in found if pod and pod["spec"].get("containers")]


def original(pod, namespace):
    """The pod as somebody would have created it; what may pass `restricted` is made to."""
    spec = {field: value for field, value in pod["spec"].items() if field not in OF_SERVER}
    if "restricted" in namespace:
        spec["securityContext"] = {"runAsNonRoot": True, "runAsUser": 1000, "seccompProfile": {"type": "RuntimeDefault"}}
        for part in ("initContainers", "containers"):
            context = {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}}
            spec[part] = [{**item, "securityContext": context} for item in spec.get(part, ())]
    return {**named("Pod", pod["metadata"]["name"], namespace=namespace), "spec": spec}


def taken(kubectl, objects):
    """The names of those that the server takes, and what it says of the rest."""
    done = kubectl("create", "--dry-run=server", "-f", "-", objects=objects)
    return [line.split()[0].removeprefix("pod/") for line in done.stdout.splitlines()], done.stderr


def test_every_copy_is_taken(kubectl, namespace):
    every = [original(pod, namespace) for pod in pods()]
    accepted = set(taken(kubectl, every)[0])
    assert len(accepted) > len(every) / 2
    copies = []
    for pod in (pod for pod in every if pod["metadata"]["name"] in accepted):
        for container in (item["name"] for part in ("initContainers", "containers") for item in pod["spec"].get(part, ())):
            for run in (False, True):
                options = {"script": "id", "suffix": f"{len(copies):05}", "run": run, "shell": run, "stay": 9}
                copies.append(sleeping_copy(pod, container, Questions(), **options).object)
    names, refused = taken(kubectl, copies)
    assert names == [copy["metadata"]["name"] for copy in copies], refused


@pytest.mark.parametrize("runs", [False, True])
def test_an_ephemeral_container_is_taken(kubectl, namespace, runs):
    pod = original(next(pod for pod in pods() if pod["spec"].get("volumes") and "hostPath" not in str(pod)), namespace)
    pod["spec"]["nodeSelector"] = {"kubectl-why": "never"}
    name, container = pod["metadata"]["name"], pod["spec"]["containers"][0]["name"]
    kubectl("apply", "-f", "-", objects=[pod])
    seen = {**pod, "status": {"containerStatuses": [{"name": container, "state": {"running" if runs else "waiting": {}}}]}}
    made = ephemeral_container(seen, container, Questions(), script="id", suffix="bcdfg").object
    patch = json.dumps({"spec": {"ephemeralContainers": [made]}})
    words = ("-n", namespace, "patch", "pod", name, "--subresource=ephemeralcontainers", "--dry-run=server", "-p", patch)
    done = kubectl(*words)
    assert done.returncode == 0, done.stderr
