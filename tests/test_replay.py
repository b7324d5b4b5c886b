"""The replay server against a plain HTTP client and against real kubectl."""

import http.client
import json
import os
import shutil
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import quote

import pytest

from tests import replay as faults
from tests.convert import one_object_a_line
from tests.replay import Replay
from tests.wire import tables

CASE = "orders-api"
POD = "orders-api-6cc546bb44-48b9h"
GONE = "orders-api-6cc546bb44-7sb4w"  # the runtime had already removed its previous container
PODS = f"/api/v1/namespaces/{CASE}/pods"
EVENTS = f"/api/v1/namespaces/{CASE}/events"


def get(replay: Replay, path: str, case: str = CASE, accept: str = "application/json", method: str = "GET"):
    """Status, headers and text of an answer."""
    request = urllib.request.Request(replay.url(case) + path, headers={"Accept": accept}, method=method)
    try:
        with urllib.request.urlopen(request, timeout=5) as response:
            return response.status, response.headers, response.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read().decode()


def load(replay: Replay, path: str, **options) -> dict:
    return json.loads(get(replay, path, **options)[2])


def names(replay: Replay, path: str, **options) -> list[str]:
    return [item["metadata"]["name"] for item in load(replay, path, **options)["items"]]


def select(kind: str, selector: str) -> str:
    return f"{PODS}?{kind}Selector={quote(selector)}"


# --- objects --------------------------------------------------------------------------------------------------------


def test_an_object_says_what_it_is(replay):
    status, headers, text = get(replay, f"{PODS}/{POD}")
    assert status == 200
    assert headers["Content-Type"] == "application/json"
    assert text.startswith('{"kind":"Pod","apiVersion":"v1","metadata":{')


def test_every_recorded_object_is_served_as_it_was_recorded(replay):
    for group_version_resource, items in replay.cases[CASE].objects.items():
        group_version, _, resource = group_version_resource.rpartition("/")
        root = f"/{'apis' if '/' in group_version else 'api'}/{group_version}"
        listed = load(replay, f"{root}/{resource}")
        assert listed["items"] == items
        assert listed["kind"].endswith("List") and listed["apiVersion"] == group_version
        for item in items:
            space = f"/namespaces/{item['metadata']['namespace']}" if "namespace" in item["metadata"] else ""
            single = load(replay, f"{root}{space}/{resource}/{item['metadata']['name']}")
            assert {key: value for key, value in single.items() if key not in ("kind", "apiVersion")} == item


def test_a_list_in_a_namespace_that_does_not_exist_is_empty(replay):
    assert load(replay, "/api/v1/namespaces/nope/pods")["items"] == []


@pytest.mark.parametrize(
    ("path", "message", "details"),
    [
        (f"{PODS}/x", 'pods "x" not found', {"name": "x", "kind": "pods"}),
        (f"{PODS}/x/log?container=y", 'pods "x" not found', {"name": "x", "kind": "pods"}),
        ("/api/v1/namespaces/nope", 'namespaces "nope" not found', {"name": "nope", "kind": "namespaces"}),
        (
            f"/apis/apps/v1/namespaces/{CASE}/deployments/x",
            'deployments.apps "x" not found',
            {"name": "x", "group": "apps", "kind": "deployments"},
        ),
    ],
)
def test_what_is_not_there_is_not_found(replay, path, message, details):
    status, headers, text = get(replay, path)
    assert (status, headers["Content-Type"]) == (404, "application/json")
    assert json.loads(text) == {
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": "Failure",
        "message": message,
        "reason": "NotFound",
        "details": details,
        "code": 404,
    }


@pytest.mark.parametrize("path", ["/apis/metrics.k8s.io/v1beta1/pods", "/api/v1/nonsense", "/api/v2/pods", "/x"])
def test_what_the_server_does_not_serve_is_plain_text(replay, path):
    status, headers, text = get(replay, path)
    assert (status, headers.get_content_type(), text) == (404, "text/plain", "404 page not found\n")


def test_writing_is_refused(replay):
    assert get(replay, PODS, method="DELETE")[0] == 405


def test_its_clock_stands_at_the_recording(replay):
    assert get(replay, PODS)[1]["Date"] == "Sun, 22 Nov 2026 01:28:16 GMT"


# --- selectors and pages --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "selector", "found"),
    [
        ("label", "app=orders-api", 2),
        ("label", "app==orders-api,pod-template-hash", 2),
        ("label", "app!=orders-api", 0),
        ("label", "nope!=x", 2),
        ("label", "app in (orders-api, x)", 2),
        ("label", "app notin (orders-api)", 0),
        ("label", "!nope", 2),
        ("label", "!app", 0),
        ("field", f"metadata.name={POD}", 1),
        ("field", f"metadata.name!={POD}", 1),
        ("field", "spec.nodeName=lab-1,status.phase=Running", 2),
        ("field", "spec.nodeName=", 0),
        ("field", "spec.hostNetwork=false", 2),
    ],
)
def test_selectors_select(replay, kind, selector, found):
    assert len(names(replay, select(kind, selector))) == found


def test_events_are_selected_by_what_they_are_about(replay):
    selector = quote(f"involvedObject.name={POD},involvedObject.kind=Pod,type=Warning,reason=BackOff")
    events = load(replay, f"{EVENTS}?fieldSelector={selector}")["items"]
    assert [(event["reason"], event["involvedObject"]["name"]) for event in events] == [("BackOff", POD)]


@pytest.mark.parametrize(
    ("kind", "selector", "message"),
    [
        ("field", "spec.nope=x", "field label not supported: spec.nope"),
        ("label", "==", "found '==', expected: !, identifier, or 'end of string'"),
    ],
)
def test_a_bad_selector_is_a_bad_request(replay, kind, selector, message):
    status, _, text = get(replay, select(kind, selector))
    assert (status, json.loads(text)["message"]) == (400, message)


def test_pages_make_up_the_list(replay):
    whole, paged, token = names(replay, EVENTS), [], ""
    while token is not None:
        page = load(replay, f"{EVENTS}?limit=5&continue={token}")
        paged += [item["metadata"]["name"] for item in page["items"]]
        token = page["metadata"].get("continue")
        assert page["metadata"].get("remainingItemCount", 0) == len(whole) - len(paged)
    assert paged == whole


def test_a_bad_continue_token_is_a_bad_request(replay):
    status, _, text = get(replay, f"{PODS}?limit=1&continue=nonsense")
    assert status == 400
    assert json.loads(text)["message"].startswith("invalid continue token: continue key is not valid: ")


# --- forms ----------------------------------------------------------------------------------------------------------

TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json"


def test_a_table_of_pods(replay):
    table = load(replay, PODS, accept=TABLE)
    assert [column["name"] for column in table["columnDefinitions"][:5]] == [
        "Name",
        "Ready",
        "Status",
        "Restarts",
        "Age",
    ]
    assert table["rows"][0]["cells"][:5] == [POD, "0/1", "CrashLoopBackOff", "4 (3s ago)", "90s"]
    assert table["rows"][0]["object"]["kind"] == "PartialObjectMetadata"


def test_every_case_has_its_tables(replay):
    for case in replay.cases.values():
        for resource in ("pods", "events", "configmaps", "services"):
            table = load(replay, f"/api/v1/{resource}", case=case.name, accept=TABLE)
            assert len(table["rows"]) == len(case.objects.get(f"v1/{resource}", []))


@pytest.mark.parametrize(
    ("case", "status"),
    [
        ("trend-miner", "Terminating"),
        ("ads-trainer", "SchedulingGated"),
        ("gpu-report", "NodeAffinity"),
        ("inventory", "Init:0/1"),
        ("catalog-search", "Init:OOMKilled"),
        ("cart-merge", "PostStartHookError"),
        ("cache-prune", "Completed"),
    ],
)
def test_the_status_of_a_pod_is_what_kubectl_prints(replay, case, status):
    assert status in [row["cells"][2] for row in load(replay, "/api/v1/pods", case=case, accept=TABLE)["rows"]]


def test_metadata_alone(replay):
    form = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json"
    listed = load(replay, PODS, accept=form)
    assert listed["kind"] == "PartialObjectMetadataList"
    assert set(listed["items"][0]) == {"metadata"}
    single = load(replay, f"{PODS}/{POD}", accept=form.replace("List", ""))
    assert set(single) == {"kind", "apiVersion", "metadata"}


def test_a_client_that_takes_no_json_is_told_so(replay):
    assert get(replay, PODS, accept="application/vnd.kubernetes.protobuf")[0] == 406
    assert load(replay, PODS, accept="application/vnd.kubernetes.protobuf,application/json")["kind"] == "PodList"


def test_discovery_has_both_forms(replay):
    aggregated = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json"
    assert load(replay, "/apis", accept=aggregated)["kind"] == "APIGroupDiscoveryList"
    assert load(replay, "/apis")["kind"] == "APIGroupList"
    assert {item["name"] for item in load(replay, "/apis/batch/v1")["resources"]} == {"cronjobs", "jobs"}
    assert load(replay, "/version")["gitVersion"] == "v1.36.2"


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-5, "<invalid>"),
        (-1, "0s"),
        (119, "119s"),
        (120, "2m"),
        (200, "3m20s"),
        (3599, "59m"),
        (18600, "5h10m"),
        (90000, "25h"),
        (273600, "3d4h"),
        (86400 * 30, "30d"),
        (86400 * 800, "2y70d"),
    ],
)
def test_ages_read_as_in_kubernetes(seconds, text):
    assert tables.duration(seconds) == text


# --- logs -----------------------------------------------------------------------------------------------------------


def recorded_log(replay: Replay, pod: str = POD, previous: bool = False) -> str:
    return replay.cases[CASE].log(pod, "api", previous).decode()


def test_a_log_has_timestamps_only_if_wanted(replay):
    stamped = recorded_log(replay)
    assert get(replay, f"{PODS}/{POD}/log?container=api&timestamps=true")[2] == stamped
    bare = get(replay, f"{PODS}/{POD}/log")[2]
    assert bare == "".join(line.partition(" ")[2] for line in stamped.splitlines(keepends=True))


def test_a_log_is_cut_to_its_tail_and_then_to_its_limit(replay):
    whole = get(replay, f"{PODS}/{POD}/log")[2]
    tail = get(replay, f"{PODS}/{POD}/log?tailLines=3")[2]
    assert tail == "".join(whole.splitlines(keepends=True)[-3:])
    assert get(replay, f"{PODS}/{POD}/log?tailLines=3&limitBytes=10")[2] == tail[:10]
    assert get(replay, f"{PODS}/{POD}/log?tailLines=0")[2] == ""
    assert get(replay, f"{PODS}/{POD}/log?sinceSeconds=1")[2] == ""
    assert get(replay, f"{PODS}/{POD}/log?sinceSeconds=3600")[2] == whole


def test_a_log_that_the_runtime_had_lost_is_served_as_it_was(replay):
    status, _, text = get(replay, f"{PODS}/{GONE}/log?container=api&previous=true")
    assert status == 200
    assert text.startswith("unable to retrieve container logs for containerd://")


@pytest.mark.parametrize(
    ("case", "query", "status", "message"),
    [
        ("orders-api", "container=nope", 400, "container nope is not valid for pod {pod}"),
        (
            "orders-api",
            "tailLines=-1",
            422,
            'PodLogOptions "{pod}" is invalid: tailLines: Invalid value: -1: must be greater than or equal to 0',
        ),
        ("gpu-report", "", 400, 'container "report" in pod "{pod}" is not available'),
        ("meter-reader", "previous=true", 400, 'previous terminated container "app" in pod "{pod}" not found'),
        ("loyalty-api", "", 400, 'container "api" in pod "{pod}" is waiting to start: ContainerCreating'),
        ("fare-calc", "", 400, "a container name must be specified for pod {pod}, choose one of: [calc agent]"),
    ],
)
def test_a_log_is_refused_in_the_words_of_the_real_server(replay, case, query, status, message):
    recorded = replay.cases[case]
    pod = recorded.about["target_pods"][0]
    code, _, text = get(replay, f"/api/v1/namespaces/{recorded.namespace}/pods/{pod}/log?{query}", case=case)
    assert (code, json.loads(text)["message"]) == (status, message.format(pod=pod))


def test_a_pod_without_a_node_has_no_log_at_all(replay):
    case = replay.cases["ads-trainer"]
    pod = case.about["target_pods"][0]
    assert get(replay, f"/api/v1/namespaces/{case.namespace}/pods/{pod}/log", case=case.name)[::2] == (204, "")


# --- faults ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "path", "message"),
    [
        (401, PODS, "Unauthorized"),
        (
            403,
            PODS,
            f'pods is forbidden: User "nobody" cannot list resource "pods" in API group "" in the namespace "{CASE}"',
        ),
        (
            403,
            "/api/v1/nodes",
            'nodes is forbidden: User "nobody" cannot list resource "nodes" in API group "" at the cluster scope',
        ),
        (
            403,
            f"{PODS}/{POD}/log",
            f'pods "{POD}" is forbidden: User "nobody" cannot get resource "pods/log" in API group "" '
            f'in the namespace "{CASE}"',
        ),
        (404, f"{PODS}/{POD}", f'pods "{POD}" not found'),
        (503, PODS, "the server is currently unable to handle the request"),
    ],
)
def test_errors_on_demand(replay, status, path, message):
    replay.faults.append(faults.fail("GET .*/(pods|nodes)", status))
    code, _, text = get(replay, path)
    assert (code, json.loads(text)["code"], json.loads(text)["message"]) == (status, status, message)


def test_a_fault_befalls_only_what_it_names_and_wears_off(replay):
    replay.faults.append(faults.fail("/pods", 500, count=2))
    assert [get(replay, path)[0] for path in (PODS, EVENTS, PODS, PODS)] == [500, 200, 500, 200]


def test_a_plain_body(replay):
    replay.faults.append(faults.fail("/pods", 502, b"<html>Bad Gateway</html>"))
    status, headers, text = get(replay, PODS)
    assert (status, headers.get_content_type(), text) == (502, "text/plain", "<html>Bad Gateway</html>")


def test_a_slow_answer(replay):
    replay.faults.append(faults.slow("/pods", 0.2))
    start = time.monotonic()
    assert get(replay, PODS)[0] == 200
    assert time.monotonic() - start >= 0.2


@pytest.mark.parametrize("fault", [faults.hang("/pods", 0.1), faults.reset("/pods")])
def test_no_answer(replay, fault):
    replay.faults.append(fault)
    with pytest.raises(OSError):
        get(replay, PODS)
    assert get(replay, EVENTS)[0] == 200


def test_garbage(replay):
    replay.faults.append(faults.garbage("/pods"))
    with pytest.raises(http.client.BadStatusLine):
        get(replay, PODS)


def test_requests_are_counted(replay):
    get(replay, f"{PODS}?limit=1")
    assert replay.requests == [("GET", f"/{CASE}{PODS}?limit=1")]


def test_a_connection_is_kept(replay):
    host = replay.url(CASE).split("/")[2]
    connection = http.client.HTTPConnection(host)
    connection.connect()
    socket = connection.sock
    for path in (PODS, f"{PODS}/x", f"{PODS}/{POD}/log", EVENTS):
        connection.request("GET", f"/{CASE}{path}")
        connection.getresponse().read()
        assert connection.sock is socket
    connection.close()


def test_two_cases_of_one_name_are_refused(tmp_path, recordings):
    shutil.copytree(recordings.cases[CASE].folder, tmp_path / CASE)
    with pytest.raises(ValueError, match="two cases of one name"):
        Replay([recordings.cases[CASE].folder, tmp_path])


# --- real kubectl ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Path:
    """One discovery cache for all, as on a desk."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture
def kubectl(replay, home):
    program = shutil.which("kubectl")
    if not program:
        pytest.skip("kubectl is not on PATH")

    def run(*words: str, case: str = CASE) -> subprocess.CompletedProcess:
        environment = {**os.environ, "HOME": str(home), "KUBECONFIG": replay.kubeconfig(case)}
        return subprocess.run([program, *words], capture_output=True, text=True, env=environment, timeout=30)

    return run


def test_kubectl_get_pods(kubectl):
    header, first, _ = kubectl("get", "pods").stdout.splitlines()
    assert header.split() == ["NAME", "READY", "STATUS", "RESTARTS", "AGE"]
    assert first.split() == [POD, "0/1", "CrashLoopBackOff", "4", "(3s", "ago)", "90s"]


def test_kubectl_get_a_pod_that_is_not_there(kubectl):
    done = kubectl("get", "pod", "x")
    assert (done.returncode, done.stderr) == (1, 'Error from server (NotFound): pods "x" not found\n')


def test_kubectl_describe_pod(kubectl):
    text = kubectl("describe", "pod", POD).stdout
    assert "Back-off restarting failed container api in pod" in text
    assert "Exit Code:    1" in text


def test_kubectl_logs(kubectl, replay):
    assert kubectl("logs", POD, "--timestamps").stdout == recorded_log(replay)
    assert kubectl("logs", POD, "--previous", "--timestamps").stdout == recorded_log(replay, previous=True)
    assert kubectl("logs", POD, "-c", "nope").stderr == f"error: container nope is not valid for pod {POD}\n"


def test_kubectl_get_events_and_configmaps(kubectl):
    assert "Back-off restarting failed container api" in kubectl("get", "events", "-n", CASE).stdout
    rows = [line.split()[:2] for line in kubectl("get", "configmap").stdout.splitlines()]
    assert rows == [["NAME", "DATA"], ["kube-root-ca.crt", "1"], ["orders-config", "4"]]


def test_kubectl_selects_and_pages(kubectl, replay):
    assert kubectl("get", "pods", "-l", "app notin (orders-api)", "-o", "name").stdout == ""
    selected = kubectl("get", "pods", "-A", "--field-selector", f"metadata.name={POD}", "-o", "name")
    assert selected.stdout == f"pod/{POD}\n"
    replay.requests.clear()
    assert len(kubectl("get", "pods", "--chunk-size=1", "-o", "name").stdout.splitlines()) == 2
    assert sum("/pods?" in path for _, path in replay.requests) == 2


def test_kubectl_sees_faults(kubectl, replay):
    replay.faults.append(faults.fail("/pods", 403))
    assert 'Error from server (Forbidden): pods is forbidden: User "nobody"' in kubectl("get", "pods").stderr


# --- the cases ------------------------------------------------------------------------------------------------------


def test_recordings_are_stored_one_object_a_line(recordings):
    for case in recordings.cases.values():
        assert (case.folder / "objects.json").read_text() == one_object_a_line(case.objects)
