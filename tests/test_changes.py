"""When a failure began, and what changed just before. The recordings stay as they are; their snapshots are varied here."""

import copy
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from kubectl_why.causes.changes import began
from kubectl_why.causes.changes.matters import OF_CAUSE, OF_FAMILY
from kubectl_why.causes.changes.new_revision import new_revision
from kubectl_why.diagnose import diagnose
from kubectl_why.facts import Facts
from kubectl_why.snapshot import Snapshot
from kubectl_why.status import moment, name_of
from tests.test_cases import BY_NAME, recorded_snapshot


def varied(name: str) -> Snapshot:
    return copy.deepcopy(recorded_snapshot(BY_NAME[name]))


def stamp(time: datetime) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")


def created(snapshot: Snapshot) -> datetime:
    return moment(snapshot.pod["metadata"]["creationTimestamp"])


def behind(snapshot: Snapshot, *path: str) -> str | None:
    """The message of the last of these causes, each of which stands behind the one before it; None where it does not."""
    verdicts = diagnose(snapshot).verdicts[:1]
    for cause in path:
        verdicts = [inner for verdict in verdicts for inner in verdict.because if inner.cause.id == cause]
    assert len(verdicts) < 2
    return verdicts[0].finding.message if verdicts else None


# -- when it began


@pytest.mark.parametrize("name", ["search", "billing", "shopfront-basket", "meal-plans", "stock-sync", "orders-ledger"])
def test_a_pod_that_failed_from_its_beginning_began_to_when_it_was_made(name):
    facts = Facts(varied(name))
    for container in (None, *facts.containers):
        assert began(facts, container) == created(facts.snapshot)


@pytest.mark.parametrize("name", ["kyc-checks", "quotes-pricing", "room-bookings"])
def test_pods_that_cannot_be_created_lack_since_the_first_attempt(name):
    facts = Facts(varied(name))
    first = min(event["firstTimestamp"] for event in facts.events("FailedCreate"))
    assert stamp(began(facts, None)) == first


def ran_well(name: str, hours: int, restarts: int = 1) -> Snapshot:
    """The same pod, made so many hours earlier, whose run went well until it ended as it did."""
    taken = varied(name)
    early = stamp(created(taken) - timedelta(hours=hours))
    taken.pod["metadata"]["creationTimestamp"] = early
    for status in taken.pod["status"]["containerStatuses"]:
        status["restartCount"] = restarts
        for state in ("state", "lastState"):
            if "terminated" in status[state]:
                status[state]["terminated"]["startedAt"] = early
    return replace(taken, events=())


def test_what_went_well_until_it_ended_began_to_fail_at_the_end():
    facts = Facts(ran_well("search", 2))
    (container,) = facts.containers
    assert began(facts, container) == facts.end(container).finished


def test_of_many_restarts_without_an_event_only_the_last_is_known():
    facts = Facts(ran_well("search", 2, restarts=30))
    assert began(facts, facts.containers[0]) is None


def test_a_container_that_fell_out_of_service_began_to_fail_then():
    taken = varied("erp-sync")
    fell = stamp(taken.taken_at - timedelta(seconds=5))
    taken.pod["metadata"]["creationTimestamp"] = stamp(taken.taken_at - timedelta(minutes=30))
    conditions = taken.pod["status"]["conditions"]
    next(item for item in conditions if item["type"] == "Ready")["lastTransitionTime"] = fell
    facts = Facts(taken)
    assert facts.events("Unhealthy")
    assert stamp(began(facts, facts.containers[0])) == fell


# -- the newest revision


def records(snapshot: Snapshot) -> list[dict]:
    """The records of its workload's revisions, newest first."""
    found = [obj for ref, obj in snapshot.objects.items() if ref.startswith("ReplicaSet/")]
    number = "deployment.kubernetes.io/revision"
    return sorted(found, key=lambda obj: int(obj["metadata"]["annotations"][number]), reverse=True)


def changed_from(name: str, **fields: object) -> Snapshot:
    """The older revision had the newer's template but for these fields of its first container."""
    taken = varied(name)
    newest, older = records(taken)
    older["spec"]["template"] = copy.deepcopy(newest["spec"]["template"])
    older["spec"]["template"]["spec"]["containers"][0].update(fields)
    return taken


@pytest.mark.parametrize(
    ("name", "fields", "told"),
    [
        (
            "search",
            {"resources": {"limits": {"memory": "1Gi"}}, "image": "search:1"},
            "the memory limit changed from 1Gi to",
        ),
        ("search", {"image": "search:1"}, "image changed from search:1"),
        ("search", {"readinessProbe": {"httpGet": {"path": "/", "port": 80}}}, None),
        ("search", {"resources": {"requests": {"cpu": "1"}, "limits": {"memory": "40Mi"}}}, None),
        ("search", {}, None),
        ("billing", {"env": [{"name": "COLOUR", "value": "red"}]}, None),
        ("billing", {"env": [{"name": "COLOUR", "value": "red"}], "image": "billing:1"}, "image changed from billing:1"),
        ("shopfront-basket", {"env": [{"name": "COLOUR", "value": "red"}]}, None),
        ("shopfront-basket", {"command": ["basket"], "image": "basket:1"}, "image changed from basket:1"),
        ("payout-api", {"image": "payout:1"}, None),
    ],
)
def test_only_what_can_explain_the_verdict_is_told(name, fields, told):
    said = behind(changed_from(name, **fields), "new-revision")
    assert (said is None) == (told is None), said
    assert told is None or f"began it: {told}" in said


def test_a_variable_that_the_log_names_comes_before_the_image():
    taken = varied("billing")
    line = diagnose(taken).verdicts[0].finding.message
    variable = next(word for word in line.split() if word.isupper())
    taken = changed_from(
        "billing", image="billing:1", env=[{"name": variable, "value": "x"}, {"name": "COLOUR", "value": "red"}]
    )
    said = behind(taken, "new-revision")
    assert f"began it: variable {variable} was removed; image changed" in said
    assert "COLOUR" not in said


def with_an_older_one(name: str, newer: dict, oldest: dict) -> Snapshot:
    """A revision more: of the one before and of the first one the status is as given."""
    taken = varied(name)
    newest, before = records(taken)
    first = copy.deepcopy(before)
    first["metadata"]["name"] += "-0"
    newest["metadata"]["annotations"]["deployment.kubernetes.io/revision"] = "3"
    before["metadata"]["annotations"]["deployment.kubernetes.io/revision"] = "2"
    before["status"], first["status"] = newer, oldest
    before["spec"]["template"]["spec"]["containers"][0]["image"] = "other:2"
    return replace(taken, objects={**taken.objects, f"ReplicaSet/x/{first['metadata']['name']}": first})


def in_namespace(taken: Snapshot) -> Snapshot:
    return replace(
        taken,
        objects={ref.replace("/x/", f"/{taken.target[1]}/"): obj for ref, obj in taken.objects.items()},
    )


def test_the_newest_revision_is_compared_with_the_last_that_is_well():
    taken = in_namespace(with_an_older_one("billing", {"replicas": 1}, {"replicas": 2, "readyReplicas": 2}))
    said = behind(taken, "new-revision")
    assert said.startswith("revision 3 of deployment billing-api began it: since revision 1 image changed")
    assert said.endswith("and pods of revision 1 are ready")
    (verdict,) = diagnose(taken).verdicts[0].because
    assert verdict.finding.remedies[0].command.endswith("rollout undo deployment/billing-api --to-revision=1")


def test_without_one_that_is_well_it_is_compared_with_the_one_before():
    said = behind(in_namespace(with_an_older_one("billing", {"replicas": 0}, {"replicas": 0})), "new-revision")
    assert "image changed from other:2" in said
    assert "since" not in said


def test_pods_of_the_older_revision_that_are_not_ready_either_clear_the_newer():
    taken = varied("billing")
    records(taken)[1]["status"] = {"replicas": 2}
    assert behind(taken, "new-revision") is None


def test_what_never_went_well_was_not_broken_by_its_newest_revision():
    taken = varied("search")
    owner = taken.owners[-1]
    available = next(item for item in owner["status"]["conditions"] if item["type"] == "Available")
    assert available["status"] == "False"
    assert behind(taken, "new-revision") is not None
    available["lastTransitionTime"] = owner["metadata"]["creationTimestamp"]
    assert behind(taken, "new-revision") is None


def test_every_cause_that_a_revision_stands_behind_has_fields_that_matter():
    known = {cause.id: cause.family for cause in new_revision.behind}
    assert set(OF_CAUSE) <= set(known)
    assert set(known.values()) == set(OF_FAMILY)


def test_a_pod_that_went_well_for_hours_was_not_broken_by_its_revision():
    assert behind(ran_well("search", 3), "new-revision") is None
    assert diagnose(ran_well("search", 3)).verdict == "oom-killed"


@pytest.mark.parametrize(
    ("status", "blamed"),
    [
        ({"currentNumberScheduled": 3, "updatedNumberScheduled": 1, "numberReady": 2}, "and pods of revision 1 are ready"),
        ({"currentNumberScheduled": 3, "updatedNumberScheduled": 1, "numberReady": 0}, None),
        ({"currentNumberScheduled": 3, "updatedNumberScheduled": 3, "numberReady": 2}, "began it"),
    ],
)
def test_a_daemonset_tells_how_many_pods_are_ready(status, blamed):
    taken = varied("scrape-relay")
    taken.owners[-1]["status"] = status
    said = behind(taken, "new-revision")
    assert (said is None) == (blamed is None)
    assert blamed is None or blamed in said


@pytest.mark.parametrize(
    ("status", "told"),
    [
        ({"currentReplicas": 2, "updatedReplicas": 1, "readyReplicas": 2}, "pods of revision 1 are ready"),
        ({"currentReplicas": 2, "updatedReplicas": 1, "readyReplicas": 0}, None),
        ({"currentReplicas": 0, "updatedReplicas": 1, "readyReplicas": 0}, "began it"),
    ],
)
def test_a_statefulset_tells_of_its_current_revision(status, told):
    taken = varied("scrape-relay")
    (older,) = [
        name_of(obj) for ref, obj in taken.objects.items() if ref.startswith("ControllerRevision/") and obj["revision"] == 1
    ]
    for owner in taken.owners:
        owner["kind"], owner["status"] = "StatefulSet", {"currentRevision": older, "replicas": 3, **status}
    said = behind(taken, "new-revision")
    assert (said is None) == (told is None)
    assert told is None or told in said


# -- objects


def edited(snapshot: Snapshot, ref: str, seconds: float, manager: str = "kubectl-edit") -> Snapshot:
    """The object as it stands was changed so many seconds before the pod was made, and created a day earlier."""
    metadata = snapshot.objects[ref]["metadata"]
    metadata["creationTimestamp"] = stamp(created(snapshot) - timedelta(days=1))
    when = stamp(created(snapshot) - timedelta(seconds=seconds))
    metadata["managedFields"] = [{"manager": manager, "operation": "Update", "time": when}]
    return snapshot


@pytest.mark.parametrize(
    ("name", "ref", "path"),
    [
        ("basket", "Service/basket/basket-redis", ["service-port-mismatch", "config-changed"]),
        ("checkout", "Service/checkout/stock", ["service-without-endpoints", "config-changed"]),
        ("pricing", "NetworkPolicy/pricing/pricing-db-ingress", ["network-policy-blocks", "config-changed"]),
        ("router", "ConfigMap/router/router-conf", ["config-changed"]),
        ("meal-plans", "ConfigMap/meal-plans/meal-plans", ["config-changed"]),
        ("stock-sync", None, ["config-changed"]),
    ],
)
def test_who_changed_an_object_just_before(name, ref, path):
    taken = varied(name)
    ref = ref or next(ref for ref in taken.objects if ref.startswith("ConfigMap/") and "kube-root-ca" not in ref)
    said = behind(edited(taken, ref, 20), *path)
    kind, _, obj = ref.split("/")
    assert said.startswith(f"{kind} {obj} was changed ")
    assert said.endswith(" ago by kubectl-edit, 20s before this began")
    assert behind(edited(taken, ref, 16 * 60), *path) is None, "too long before"
    assert behind(edited(taken, ref, -4), *path) is None, "later than the failure"


def test_the_secret_with_which_an_image_is_pulled_counts():
    taken = varied("asset-resizer")
    taken.pod["spec"]["imagePullSecrets"] = [{"name": "pull"}]
    secret = {"kind": "Secret", "metadata": {"name": "pull", "namespace": taken.target[1]}, "data": {}}
    ref = f"Secret/{taken.target[1]}/pull"
    taken = replace(taken, objects={**taken.objects, ref: secret})
    assert behind(edited(taken, ref, 30), "config-changed").startswith("Secret pull was changed ")


def test_a_policy_that_is_younger_than_the_pod_counts_as_changed():
    taken = varied("pricing")
    policy = taken.objects["NetworkPolicy/pricing/pricing-db-ingress"]["metadata"]
    end = Facts(taken).end(Facts(taken).containers[0]).finished
    taken.pod["metadata"]["creationTimestamp"] = stamp(end - timedelta(hours=3))
    taken.pod["status"]["containerStatuses"][0]["restartCount"] = 1
    policy["creationTimestamp"] = policy["managedFields"][0]["time"] = stamp(end - timedelta(seconds=30))
    said = behind(replace(taken, events=()), "network-policy-blocks", "config-changed")
    assert "was created" in said
    assert said.endswith("30s before this began")


def test_of_several_changes_the_nearest_is_told():
    taken = edited(varied("router"), "ConfigMap/router/router-conf", 60)
    other = copy.deepcopy(taken.objects["ConfigMap/router/router-conf"])
    other["metadata"]["name"] = "router-more"
    taken.objects["ConfigMap/router/router-more"] = other
    for container in taken.pod["spec"]["containers"]:
        container["envFrom"] = [{"configMapRef": {"name": "router-more"}}]
    taken = edited(taken, "ConfigMap/router/router-more", 10)
    assert behind(taken, "config-changed").startswith("ConfigMap router-more ")


def test_a_revision_and_an_edit_are_not_blamed_both():
    taken = edited(varied("billing"), "Secret/billing/billing", 60)
    taken.pod["spec"]["containers"][0]["envFrom"] = [{"secretRef": {"name": "billing"}}]
    assert [inner.cause.id for inner in diagnose(taken).verdicts[0].because] == ["new-revision"]
    assert [inner.cause.id for inner in diagnose(edited(taken, "Secret/billing/billing", 0)).verdicts[0].because] == [
        "new-revision"
    ]
    for record in records(taken):
        record["metadata"]["creationTimestamp"] = stamp(created(taken) - timedelta(minutes=10))
    assert [inner.cause.id for inner in diagnose(taken).verdicts[0].because] == ["config-changed"]


# -- nodes


def test_since_when_a_node_is_cordoned_or_tainted():
    cordoned = varied("orders-ledger")
    assert "node db-node-2 would fit, but was cordoned 13s ago" in diagnose(cordoned).verdicts[0].finding.message
    tainted = varied("batch-scoring")
    for ref, obj in tainted.objects.items():
        for taint in obj.get("spec", {}).get("taints", []) if ref.startswith("Node/") else ():
            taint["timeAdded"] = stamp(tainted.taken_at - timedelta(minutes=3))
    assert ", added 3m ago" in diagnose(tainted).verdicts[0].finding.message


@pytest.mark.parametrize(
    ("reason", "taint", "words"),
    [
        (
            "DeletionByTaintManager",
            {"key": "a.example/fix", "effect": "NoExecute"},
            "taint a.example/fix:NoExecute, added 2m ago",
        ),
        ("EvictionByEvictionAPI", {"key": "node.kubernetes.io/unschedulable", "effect": "NoSchedule"}, "cordoned 2m ago"),
    ],
)
def test_since_when_a_node_puts_pods_out(reason, taint, words):
    taken = varied("search")
    node = {
        "kind": "Node",
        "metadata": {"name": "n1"},
        "spec": {"unschedulable": True, "taints": [{**taint, "timeAdded": stamp(taken.taken_at - timedelta(minutes=2))}]},
    }
    taken.pod["spec"]["nodeName"] = "n1"
    taken.pod["status"]["conditions"].append(
        {"type": "DisruptionTarget", "status": "True", "reason": reason, "message": "x"}
    )
    found = diagnose(replace(taken, objects={**taken.objects, "Node/n1": node}))
    assert any(words in verdict.finding.message for verdict in found.verdicts)
