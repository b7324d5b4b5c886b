"""The pure parts of a look inside: how far its container is, why the server will not have it, which rule grants it."""

import json
from pathlib import Path

import pytest
import yaml

from kubectl_why.cluster import Refused
from kubectl_why.debug.builders import IMAGE
from kubectl_why.debug.privileges import PROFILES
from kubectl_why.debug.refusals import cannot_be_tried, words
from kubectl_why.debug.rights import DEBUG, SHELL, SLEEP, rule
from kubectl_why.debug.stages import State, Stuck, stage
from tests.wire.live import FLOWS

SPEC = {
    "initContainers": [{"name": "kubectl-why-tools", "image": "box:1"}, {"name": "migrate", "image": "app:1"}],
    "containers": [{"name": "api", "image": "app:1"}],
    "ephemeralContainers": [{"name": "kubectl-why-x", "image": "box:1"}],
}
SCHEDULED = [{"type": "PodScheduled", "status": "True"}]
RUNNING, DONE = {"running": {"startedAt": "2026-01-01T00:00:00Z"}}, {"terminated": {"exitCode": 0, "reason": "Completed"}}
CREATING = {"waiting": {"reason": "PodInitializing"}}


def waiting(reason, message=""):
    return {"waiting": {"reason": reason, "message": message}}


def pod(tools=None, migrate=None, api=None, ephemeral=None, **status):
    inits = [{"name": name, "state": state} for name, state in (("kubectl-why-tools", tools), ("migrate", migrate)) if state]
    found = {
        "conditions": SCHEDULED,
        "initContainerStatuses": inits,
        "containerStatuses": [{"name": "api", "state": api}] if api else [],
        "ephemeralContainerStatuses": [{"name": "kubectl-why-x", "state": ephemeral}] if ephemeral else [],
    }
    return {"metadata": {}, "spec": SPEC, "status": {**found, **status}}


UNSCHEDULABLE = {"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": "0/3 nodes are available"}


@pytest.mark.parametrize(
    "found, container, state, words",
    [
        ({"metadata": {}, "spec": SPEC, "status": {}}, "api", State.WAITING, "a node for the pod"),
        (pod(), "api", State.WAITING, "init container kubectl-why-tools to start"),
        (pod(tools=RUNNING, api=CREATING), "api", State.WAITING, "init container kubectl-why-tools to end"),
        (pod(tools=DONE, migrate=RUNNING), "api", State.WAITING, "init container migrate to end"),
        (pod(tools=DONE, migrate=DONE, api=waiting("ContainerCreating")), "api", State.WAITING, "container api to start"),
        (pod(tools=DONE, migrate=DONE, api=RUNNING), "api", State.RUNNING, ""),
        (pod(tools=DONE, migrate=DONE, api=DONE, phase="Succeeded"), "api", State.ENDED, ""),
        (pod(tools=DONE, migrate=RUNNING), "migrate", State.RUNNING, ""),
        # What becomes of the pod's own containers does not concern an ephemeral one.
        (pod(api=waiting("CrashLoopBackOff")), "kubectl-why-x", State.WAITING, "container kubectl-why-x to start"),
        (pod(api=waiting("CrashLoopBackOff"), ephemeral=RUNNING), "kubectl-why-x", State.RUNNING, ""),
        (pod(ephemeral=DONE), "kubectl-why-x", State.ENDED, ""),
    ],
)
def test_how_far_a_container_is(found, container, state, words):
    assert stage(found, container)[:2] == (state, words)


FAILED = {"terminated": {"exitCode": 127, "reason": "Error", "message": "no busybox in this image"}}


@pytest.mark.parametrize(
    "found, container, words",
    [
        (
            {"metadata": {}, "spec": SPEC, "status": {"conditions": [UNSCHEDULABLE]}},
            "api",
            "no node takes the pod: 0/3 nodes",
        ),
        (
            pod(tools=waiting("ErrImagePull", "no such host")),
            "api",
            "the image of the tools, box:1, cannot be pulled: ErrImagePull",
        ),
        (
            pod(tools=DONE, api=waiting("ImagePullBackOff", "denied")),
            "api",
            "the pod's own image, app:1, cannot be pulled: Image",
        ),
        (
            pod(ephemeral=waiting("InvalidImageName", "x")),
            "kubectl-why-x",
            "the image of the tools, box:1, cannot be pulled",
        ),
        (
            pod(tools=DONE, api=waiting("CreateContainerConfigError", 'secret "db" not found')),
            "api",
            'container api cannot start: CreateContainerConfigError: secret "db" not found',
        ),
        (
            pod(tools=FAILED),
            "api",
            "the tools could not be brought in: init container kubectl-why-tools ended with exit code 127",
        ),
        (pod(tools=DONE, migrate=FAILED), "api", "init container migrate ended with exit code 127: Error: no busybox"),
        (pod(phase="Failed", reason="Evicted", message="low on disk"), "api", "the pod has failed: Evicted: low on disk"),
        ({**pod(), "metadata": {"deletionTimestamp": "2026-01-01T00:00:00Z"}}, "api", "somebody deletes the pod"),
    ],
)
def test_what_will_not_start(found, container, words):
    with pytest.raises(Stuck) as caught:
        stage(found, container)
    assert str(caught.value).startswith(words)


def refused(message, code=403, reason="Forbidden"):
    return Refused(message, code, reason, message, {})


HEAD = 'pods "x" is forbidden: '


@pytest.mark.parametrize(
    "error, said",
    [
        (
            refused(f'{HEAD}violates PodSecurity "baseline:v1.30": privileged (container "api" must not set it)'),
            'Pod Security "baseline" of the namespace forbids the copy: privileged (container "api" must not set it)',
        ),
        (
            refused(f"{HEAD}exceeded quota: few, requested: pods=1, used: pods=2, limited: pods=2"),
            "quota few of the namespace has no room for the copy: it asks for pods=1, pods=2 of pods=2 is used",
        ),
        (
            refused(f"{HEAD}[maximum memory usage per Container is 64Mi, but limit is 128Mi]"),
            "a LimitRange of the namespace forbids the copy: maximum memory usage per Container is 64Mi, but limit is 128Mi",
        ),
        (
            refused(f"{HEAD}cpu max limit to request ratio per Container is 2, but provided ratio is 4.000000"),
            "a LimitRange of the namespace forbids the copy: cpu max limit to request ratio per Container is 2, but "
            "provided ratio is 4.000000",
        ),
        (
            refused('admission webhook "img.acme.io" denied the request: only acme images', 400, "BadRequest"),
            "webhook img.acme.io denies the copy: only acme images",
        ),
        (
            refused(f"{HEAD}ValidatingAdmissionPolicy 'tags' with binding 'all' denied request: no latest", 422, "Invalid"),
            "policy tags denies the copy: no latest",
        ),
        (
            refused('pods "x" already exists', 409, "AlreadyExists"),
            'there is an object of that name already: pods "x" already',
        ),
        (refused('Pod "x" is invalid: spec: no', 422, "Invalid"), "the server refuses the copy (422 Invalid): spec: no"),
    ],
)
def test_a_refusal_in_words(error, said):
    assert words(error, "the copy").startswith(said)
    assert not cannot_be_tried(error)


def test_every_recorded_refusal_has_words_without_what_stands_before_them():
    for item in json.loads((FLOWS / "refusals.json").read_text()):
        message = item["response"]["message"]
        said = words(refused(message, item["status"], item["response"]["reason"]), "the copy")
        assert "the copy" in said or message in said


def test_a_rule_grants_what_is_asked():
    for rights in (SLEEP, DEBUG, SHELL):
        rules = yaml.safe_load(rule(rights))["rules"]
        granted = {(verb, resource) for found in rules for resource in found["resources"] for verb in found["verbs"]}
        assert granted == {(right.verb, right.resource) for right in rights}
        assert all(found["apiGroups"] == [""] for found in rules)


def test_the_document_has_the_rules_and_the_image():
    text = (Path(__file__).parent.parent / "docs" / "debugging.md").read_text()
    for rights in (SLEEP, DEBUG, SHELL):
        assert f"```yaml\n{rule(rights)}\n```" in text
    assert f"    {IMAGE}\n" in text
    for profile in PROFILES:
        assert profile in text
