"""Pods in the states that a kubelet reports, made up for tests: a container `web` and what happened to it."""

from datetime import datetime, timedelta, timezone

from kubectl_why.snapshot import Log, Snapshot, key

NOW = datetime(2026, 3, 4, 10, 0, 30, tzinfo=timezone.utc)
BACK_OFF = {"waiting": {"reason": "CrashLoopBackOff", "message": "back-off 40s restarting failed container=web pod=depot-1"}}


def ago(seconds):
    return (NOW - timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")


def waits(reason, message=""):
    return {"waiting": {"reason": reason, "message": message}}


def runs(seconds=3600):
    return {"running": {"startedAt": ago(seconds)}}


def ended(code, reason="Error", message="", ran=10, since=5):
    """A run of so many seconds that ended so long ago."""
    started = "1970-01-01T00:00:00Z" if reason == "StartError" else ago(since + ran)
    end = {"exitCode": code, "reason": reason, "startedAt": started, "finishedAt": ago(since)}
    return {"terminated": {**end, **({"message": message} if message else {})}}


def event(reason, message, about="spec.containers{web}", *, kind="Pod", name="depot-1", first=600, last=10, count=5):
    target = {"kind": kind, "name": name, "namespace": "depot", **({"fieldPath": about} if about else {})}
    return {
        "kind": "Event",
        "metadata": {"name": f"{name}.1", "namespace": "depot"},
        "type": "Warning",
        "reason": reason,
        "message": message,
        "involvedObject": target,
        "firstTimestamp": ago(first),
        "lastTimestamp": ago(last),
        "count": count,
    }


def snapshot(state=None, last=None, *, kind="app", owner="Deployment", restarts=0, ready=False, started=None, **more):
    """A pod of which `web` is that kind of container, in that state, made by that kind of owner.

    more: spec (of the container), pod (of the spec), status, metadata, phase, events, log, objects.
    """
    web = {"name": "web", "image": "depot:1", **more.get("spec", {})}
    status = {"name": "web", "restartCount": restarts, "ready": ready, "state": state or {}, "lastState": last or {}}
    status["started"] = ready if started is None else started
    if kind == "sidecar":
        web["restartPolicy"] = "Always"
    main = {"name": "main", "restartCount": 0, "ready": False, "state": waits("PodInitializing")}
    parts = {"containers": [web]} if kind == "app" else {"initContainers": [web], "containers": [{"name": "main"}]}
    states = {"containerStatuses": [status]}
    if kind != "app":
        states = {"initContainerStatuses": [status], "containerStatuses": [main]}
    conditions = [{"type": "PodScheduled", "status": "True"}, {"type": "PodReadyToStartContainers", "status": "True"}]
    conditions.append({"type": "Ready", "status": str(ready)})
    pod = {
        "kind": "Pod",
        "metadata": {"name": "depot-1", "namespace": "depot", "creationTimestamp": ago(4000), **more.get("metadata", {})},
        "spec": {"nodeName": "n1", "restartPolicy": "Always", **parts, **more.get("pod", {})},
        "status": {"phase": more.get("phase", "Running"), "conditions": conditions, **states, **more.get("status", {})},
    }
    owners = ()
    if owner != "Pod":
        pod["metadata"]["ownerReferences"] = [{"kind": owner, "name": "depot", "controller": True}]
        made = {"kind": owner, "metadata": {"name": "depot", "namespace": "depot"}}
        owners = ({**made, "spec": {"template": {"spec": pod["spec"]}}},)
    node = {"kind": "Node", "metadata": {"name": "n1"}, "status": {"conditions": [{"type": "Ready", "status": "True"}]}}
    objects = {"Node/n1": node} | {key(o["kind"], "depot", o["metadata"]["name"]): o for o in more.get("objects", ())}
    previous = state is not None and "terminated" not in state
    logs = (Log("web", previous, tuple(more["log"].splitlines())),) if more.get("log") else ()
    target = ("Pod", "depot", "depot-1")
    return Snapshot(NOW, target, pod, owners, tuple(more.get("events", ())), objects, logs)
