"""A failing pod beside the other pods of its workload: what is said, and what it costs to know."""

from dataclasses import replace

import pytest

from kubectl_why.causes import all_causes
from kubectl_why.cluster import connect
from kubectl_why.collect import Target, collect
from kubectl_why.diagnose import diagnose
from kubectl_why.facts import Facts
from kubectl_why.model import Confidence, Finding, Verdict
from kubectl_why.render import FORMATS, Paper
from kubectl_why.siblings import _OF_A_NODE, compared
from kubectl_why.snapshot import Snapshot
from tests.pods import BACK_OFF, ago, ended, runs, snapshot, waits
from tests.replay import fail
from tests.test_cases import BY_NAME, recorded_snapshot

CAUSES = {cause.id: cause for cause in all_causes()}


def pod(name, node="n1", revision="", image_id="", created=4000, deleted=False, owner="ReplicaSet", **more):
    """A pod of the workload; `more` is what happened to it, as in tests.pods."""
    labels = {"pod-template-hash": revision} if revision else {}
    metadata = {"name": name, "labels": labels, "creationTimestamp": ago(created)}
    if deleted:
        metadata["deletionTimestamp"] = ago(-30)
    found = snapshot(**more, owner=owner, metadata=metadata, pod={"nodeName": node} if node else {"nodeName": None}).pod
    if image_id:
        found["status"]["containerStatuses"][0]["imageID"] = f"docker.io/library/depot@sha256:{image_id}"
    return found


def well(name, node="n1", revision="", **more):
    return pod(name, node, revision, **{"state": runs(), "ready": True, **more})


def crashed(name, node="n1", revision="", code=1, **more):
    return pod(name, node, revision, **{"state": BACK_OFF, "last": ended(code), "restarts": 4, **more})


def not_ready(name, node="n1", revision="", **more):
    return pod(name, node, revision, state=runs(), **more)


def unscheduled(name):
    return pod(name, None, phase="Pending")


def tried(name, node="n1", code=1):
    return pod(name, node, state=ended(code), phase="Failed" if code else "Succeeded", owner="Job")


def replica_set(number, revision):
    return {
        "kind": "ReplicaSet",
        "metadata": {
            "name": f"depot-{revision}",
            "labels": {"pod-template-hash": revision},
            "annotations": {"deployment.kubernetes.io/revision": str(number)},
            "ownerReferences": [{"kind": "Deployment", "name": "depot", "uid": "d", "controller": True}],
        },
    }


def beside(first, *others, owner="Deployment", spec=None):
    """The snapshot of the first pod, with the others as its siblings."""
    chain = ({"kind": owner, "metadata": {"name": "depot", "uid": "d"}, "spec": spec or {}},)
    sets = {f"ReplicaSet/depot/depot-{name}": replica_set(number, name) for number, name in ((4, "old"), (5, "new"))}
    taken = snapshot(runs())
    return replace(taken, target=("Pod", "depot", "depot-1"), pod=first, owners=chain, siblings=others, objects=sets)


def said(snapshot: Snapshot, cause="unhandled-exception", container="web"):
    found = compared(Facts(snapshot), Verdict(CAUSES[cause], Finding("", Confidence.LIKELY, container)))
    return found and (found.failing, found.total, found.message)


A_NODE = "connection-timeout"


@pytest.mark.parametrize(
    "have, cause, want",
    [
        # all of them
        ([crashed("a"), crashed("b", "n2"), crashed("c")], "", (3, 3, "3 of 3 pods fail alike, on 2 nodes: not the node")),
        ([crashed("a"), crashed("b", "n2")], "node-not-ready", (2, 2, "2 of 2 pods fail alike, on 2 nodes")),
        ([crashed("a"), crashed("b")], "", (2, 2, "2 of 2 pods fail alike")),
        ([unscheduled("a"), unscheduled("b")], "", (2, 2, "2 of 2 pods fail alike")),
        # at whatever moment of its crash loop a sibling is
        ([crashed("a"), pod("b", state=ended(1), restarts=4)], "", (2, 2, "2 of 2 pods fail alike")),
        ([crashed("a"), pod("b", state=runs(5), last=ended(1), ready=True)], "", (2, 2, "2 of 2 pods fail alike")),
        (
            [pod("a", state=waits("ErrImagePull")), pod("b", state=waits("ImagePullBackOff"))],
            "",
            (2, 2, "2 of 2 pods fail alike"),
        ),
        # in another way
        ([crashed("a"), crashed("b", code=137)], "", (1, 2, "1 of 2 pods fails like this")),
        ([crashed("a"), not_ready("b")], "", (1, 2, "1 of 2 pods fails like this")),
        ([crashed("a"), crashed("b"), not_ready("c")], "", (2, 3, "2 of 3 pods fail alike")),
        # only some
        ([crashed("a"), well("b"), well("c")], "", (1, 3, "1 of 3 pods fails; the others run well")),
        ([crashed("a"), crashed("b", "n2"), well("c")], "", (2, 3, "2 of 3 pods fail alike; the other runs well")),
        # recovered long ago
        (
            [crashed("a"), well("b", last=ended(1, since=3700), restarts=1)],
            "",
            (1, 2, "1 of 2 pods fails; the other runs well"),
        ),
        # only on one node
        (
            [crashed("a", "n3"), well("b", "n1"), well("c", "n2")],
            A_NODE,
            (1, 3, "1 of 3 pods fails; the others run well on nodes n1, n2: look at node n3"),
        ),
        (
            [crashed("a", "n3"), crashed("b", "n3"), well("c", "n2")],
            A_NODE,
            (2, 3, "2 of 3 pods fail alike; the other runs well on node n2: look at node n3"),
        ),
        (
            [crashed("a", "n0"), *(well(f"w{i}", f"n{i}") for i in range(1, 6))],
            A_NODE,
            (1, 6, "1 of 6 pods fails; the others run well on 5 other nodes: look at node n0"),
        ),
        # a node that has a well one, too; nodes that are several; a cause that no node brings about
        ([crashed("a"), well("b"), well("c", "n2")], A_NODE, (1, 3, "1 of 3 pods fails; the others run well")),
        ([crashed("a"), crashed("b", "n2"), well("c", "n3")], A_NODE, (2, 3, "2 of 3 pods fail alike; the other runs well")),
        ([crashed("a"), well("b", "n2")], "env-secret-not-found", (1, 2, "1 of 2 pods fails; the other runs well")),
        # only of one revision
        (
            [crashed("a", "n1", "new"), crashed("b", "n2", "new"), well("c", "n1", "old"), well("d", "n2", "old")],
            "",
            (2, 4, "only pods of revision 5 fail (2 of 2); those of revision 4 run well"),
        ),
        (
            [crashed("a", "n1", "new"), not_ready("b", "n2", "new", created=5), well("c", "n2", "old")],
            A_NODE,
            (1, 3, "only pods of revision 5 fail (1 of 2); that of revision 4 runs well"),
        ),
        (
            [crashed("a", "n1", "new"), well("b", "n1", "old"), well("c", "n1", "older")],
            "",
            (1, 3, "only the pod of revision 5 fails (1 of 1); those of other revisions run well"),
        ),
        (
            [crashed("a", "n1", "f00"), well("b", "n1", "ba5")],
            "",
            (1, 2, "only the pod of revision f00 fails (1 of 1); that of revision ba5 runs well"),
        ),
        (
            [crashed("a", "n1", "new"), well("b", "n2", "new"), well("c", "n3", "old")],
            A_NODE,
            (1, 3, "1 of 3 pods fails; the others run well on nodes n2, n3: look at node n1"),
        ),
        # of the other revision not all are well
        (
            [crashed("a", "n1", "new"), crashed("b", "n1", "old", code=137), well("c", "n1", "old")],
            "",
            (1, 3, "1 of 3 pods fails like this"),
        ),
        # not ready: of a pod that has just been made that says nothing
        ([not_ready("a"), not_ready("b")], "", (2, 2, "2 of 2 pods fail alike")),
        ([not_ready("a"), not_ready("b", created=5)], "", (1, 2, "1 of 2 pods fails like this")),
        ([not_ready("a", created=12), not_ready("b", created=11)], "", (2, 2, "2 of 2 pods fail alike")),
        # the tag was pushed again
        (
            [crashed("a", image_id="b"), well("b", image_id="a")],
            "",
            (
                *(1, 2),
                "1 of 2 pods fails; the other runs well; image depot:1 is another one here than in the pods that run well: "
                "the tag was pushed again",
            ),
        ),
        ([crashed("a", image_id="a"), well("b", image_id="a")], "", (1, 2, "1 of 2 pods fails; the other runs well")),
        (
            [crashed("a", image_id="b"), well("b", image_id="a"), well("c", image_id="b")],
            "",
            (1, 3, "1 of 3 pods fails; the others run well"),
        ),
        # what does not count
        ([crashed("a")], "", None),
        ([crashed("a"), crashed("b", deleted=True)], "", None),
        ([crashed("a"), crashed("b", phase="Failed")], "", None),
        ([crashed("a", deleted=True), crashed("b")], "", None),
        ([well("a"), crashed("b")], "", None),
    ],
)
def test_what_is_said_of_a_deployments_pods(have, cause, want):
    assert said(beside(*have), cause or "unhandled-exception") == want


@pytest.mark.parametrize(
    "have, spec, want",
    [
        ([tried("a"), tried("b")], {}, (2, 2, "2 of 2 tries fail alike")),
        ([tried("a"), tried("b", "n2")], {"completions": 1}, (2, 2, "2 of 2 tries fail alike, on 2 nodes: not the node")),
        ([tried("a"), tried("b", code=137)], {}, (1, 2, "1 of 2 tries fails like this")),
        ([tried("a"), tried("b", code=0)], {"completions": 2}, (1, 2, "1 of 2 pods fails; the other runs well")),
    ],
)
def test_what_is_said_of_a_jobs_tries(have, spec, want):
    assert said(beside(*have, owner="Job", spec=spec)) == want


def test_a_pod_of_a_statefulset_differs_by_more_than_its_node():
    have = beside(crashed("a"), well("b", "n2"), owner="StatefulSet")
    assert said(have, A_NODE) == (1, 2, "1 of 2 pods fails; the other runs well")


@pytest.mark.parametrize("kind, prefix", [("StatefulSet", "depot-"), ("DaemonSet", "")])
def test_revisions_of_which_a_controller_revision_tells(kind, prefix):
    def of(pod, name):
        """A StatefulSet's pod carries the name of its revision, a DaemonSet's only the hash."""
        return {**pod, "metadata": {**pod["metadata"], "labels": {"controller-revision-hash": f"{prefix}{name}"}}}

    have = beside(of(crashed("a"), "new"), of(well("b"), "old"), owner=kind)
    records = {
        f"ControllerRevision/depot/depot-{name}": {
            "kind": "ControllerRevision",
            "metadata": {
                "name": f"depot-{name}",
                "labels": {"controller-revision-hash" if kind == "DaemonSet" else "controller.kubernetes.io/hash": name},
                "ownerReferences": [{"kind": kind, "name": "depot", "uid": "d", "controller": True}],
            },
            "revision": number,
        }
        for number, name in ((4, "old"), (5, "new"))
    }
    want = (1, 2, "only the pod of revision 5 fails (1 of 1); that of revision 4 runs well")
    assert said(replace(have, objects=records)) == want


def test_a_verdict_on_the_whole_pod_compares_whatever_is_wrong():
    assert said(beside(crashed("a"), crashed("b")), container=None) == (2, 2, "2 of 2 pods fail alike")
    assert said(beside(crashed("a"), well("b")), container=None) == (1, 2, "1 of 2 pods fails; the other runs well")


def test_what_a_node_brings_about_is_in_the_catalogue():
    assert {*CAUSES} >= _OF_A_NODE


def test_the_table_has_a_row():
    text = FORMATS["table"](diagnose(beside(crashed("a"), crashed("b", "n2"))), Paper())
    assert "\nPODS     2 of 2 pods fail alike, on 2 nodes: not the node\n" in text


# -- over the wire

PODS = r"/pods\?"


def collected(replay, case, kind, name):
    namespace = replay.cases[case].namespace
    return collect(connect(kubeconfig=replay.kubeconfig(case), namespace=namespace), Target(kind, namespace, name))


def requests_for_siblings(replay):
    return [path for _, path in replay.requests if "/pods?limit=100&" in path]


@pytest.mark.parametrize(
    "kind, name, want",
    [
        ("Deployment", "orders-api", "3 of 3 pods fail alike"),
        ("Deployment", "billing-api", "2 of 2 pods fail alike"),
        ("Job", "nightly-report", "2 of 2 tries fail alike"),
        ("Deployment", "cart-web", None),
    ],
)
def test_a_namespace_of_many(replay, kind, name, want):
    found = diagnose(collected(replay, "shop-prod", kind, name)).siblings
    assert (found and found.message) == want
    assert not requests_for_siblings(replay)


@pytest.mark.parametrize("name", ["orders-api", "router", "etl-nightly"])
def test_the_pods_of_a_workload_cost_one_request(name, replay):
    found = collected(replay, name, "Pod", recorded_snapshot(BY_NAME[name]).target[2])
    assert found.siblings
    assert Snapshot.from_json(found.to_json()).siblings == found.siblings
    assert len(requests_for_siblings(replay)) == 1


def test_all_revisions_are_compared_also_where_one_was_asked_about(replay):
    owner = recorded_snapshot(BY_NAME["router"]).owners[0]["metadata"]["name"]
    assert len(collected(replay, "router", "ReplicaSet", owner).siblings) == 2
    assert len(requests_for_siblings(replay)) == 1


def test_what_cannot_be_read_is_not_claimed(replay):
    pod = BY_NAME["orders-api"].about["target_pods"][0]
    replay.faults.append(fail(PODS, 403))
    found = diagnose(collected(replay, "orders-api", "Pod", pod))
    assert found.siblings is None
    assert found.not_checked == ()


def test_a_list_that_is_cut_is_not_complete(replay, monkeypatch):
    monkeypatch.setattr("kubectl_why.collect.owners._MAX_SIBLINGS", 1)
    pod = BY_NAME["orders-api"].about["target_pods"][0]
    assert collected(replay, "orders-api", "Pod", pod).siblings == ()


@pytest.mark.parametrize(("age", "words"), [(240, "look at node n3, which came 4m ago"), (7200, "look at node n3")])
def test_a_node_that_has_just_come_is_told(age, words):
    taken = beside(crashed("a", "n3"), well("b", "n1"))
    node = {"kind": "Node", "metadata": {"name": "n3", "creationTimestamp": ago(age)}}
    found = said(replace(taken, objects={**taken.objects, "Node/n3": node}), A_NODE)
    assert found[2].endswith(words)
