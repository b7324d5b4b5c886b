"""The tables that an API server prints for `kubectl get`: a port of its printers for the kinds that tests look at."""

import json
from datetime import datetime, timezone
from pathlib import Path

# resource -> columnDefinitions, as a real server sent them
COLUMNS = json.loads((Path(__file__).parent / "tables.json").read_text())
_PLAIN = [
    {"name": "Name", "type": "string", "format": "name", "description": "", "priority": 0},
    {"name": "Age", "type": "string", "format": "", "description": "", "priority": 0},
]


def table(resource: str, items: list[dict], now: datetime) -> dict:
    """columnDefinitions and rows, without the rows' objects."""
    cells = _CELLS.get(resource, lambda item, now: [item["metadata"]["name"], _age(item, now)])
    columns = COLUMNS[resource] if resource in _CELLS else _PLAIN
    return {"columnDefinitions": columns, "rows": [{"cells": cells(item, now)} for item in items]}


def duration(seconds: int) -> str:
    """A length of time as Kubernetes prints ages: 90s, 3m20s, 47m, 5h10m, 3d4h."""
    if seconds < 0:
        return "<invalid>" if seconds < -1 else "0s"
    minutes, hours, days = seconds // 60, seconds // 3600, seconds // 86400
    if seconds < 120:
        return f"{seconds}s"
    if minutes < 10:
        return _two(minutes, "m", seconds % 60, "s")
    if minutes < 180:
        return f"{minutes}m"
    if hours < 8:
        return _two(hours, "h", minutes % 60, "m")
    if hours < 48:
        return f"{hours}h"
    if days < 8:
        return _two(days, "d", hours % 24, "h")
    if days < 2 * 365:
        return f"{days}d"
    return _two(days // 365, "y", days % 365, "d") if days < 8 * 365 else f"{days // 365}y"


def _two(large: int, unit: str, small: int, subunit: str) -> str:
    return f"{large}{unit}{small}{subunit}" if small else f"{large}{unit}"


def _since(stamp: str | None, now: datetime) -> str:
    if not stamp:
        return "<unknown>"
    form = "%Y-%m-%dT%H:%M:%S.%fZ" if "." in stamp else "%Y-%m-%dT%H:%M:%SZ"
    return duration(int((now - datetime.strptime(stamp, form).replace(tzinfo=timezone.utc)).total_seconds()))


def _age(item: dict, now: datetime) -> str:
    return _since(item["metadata"].get("creationTimestamp"), now)


def _pod(pod: dict, now: datetime) -> list:
    spec, status, reason = pod["spec"], pod["status"], pod["status"].get("phase", "")
    reason = status.get("reason") or reason
    conditions = {condition["type"]: condition for condition in status.get("conditions", [])}
    if conditions.get("PodScheduled", {}).get("reason") == "SchedulingGated":
        reason = "SchedulingGated"
    inits = spec.get("initContainers", [])
    sidecars = {container["name"] for container in inits if container.get("restartPolicy") == "Always"}
    counted, ready, initializing = [], 0, False
    for index, found in enumerate(status.get("initContainerStatuses", [])):
        counted.append(found)
        state = found["state"]
        ended, waiting = state.get("terminated"), state.get("waiting", {}).get("reason")
        if ended and ended["exitCode"] == 0:
            continue
        if found["name"] in sidecars and found.get("started"):
            ready += found["ready"]
            continue
        if ended:
            reason = f"Init:{_ending(ended)}"
        elif waiting and waiting != "PodInitializing":
            reason = f"Init:{waiting}"
        else:
            reason = f"Init:{index}/{len(inits)}"
        initializing = True
        break
    if not initializing or conditions.get("Initialized", {}).get("status") == "True":
        counted = [found for found in counted if found["name"] in sidecars]
        running = False
        for found in reversed(status.get("containerStatuses", [])):
            counted.append(found)
            state = found["state"]
            if state.get("waiting", {}).get("reason"):
                reason = state["waiting"]["reason"]
            elif "terminated" in state:
                reason = _ending(state["terminated"])
            elif found["ready"] and "running" in state:
                running = True
                ready += 1
        if reason == "Completed" and running:
            reason = "Running" if conditions.get("Ready", {}).get("status") == "True" else "NotReady"
    if pod["metadata"].get("deletionTimestamp"):
        if status.get("reason") == "NodeLost":
            reason = "Unknown"
        elif status.get("phase") not in ("Succeeded", "Failed"):
            reason = "Terminating"
    restarts = sum(found["restartCount"] for found in counted)
    ends = [found.get("lastState", {}).get("terminated", {}).get("finishedAt") or "" for found in counted]
    gates = [gate["conditionType"] for gate in spec.get("readinessGates", [])]
    passed = sum(conditions.get(gate, {}).get("status") == "True" for gate in gates)
    return [
        pod["metadata"]["name"],
        f"{ready}/{len(spec['containers']) + len(sidecars)}",
        reason,
        f"{restarts} ({_since(max(ends), now)} ago)" if restarts and any(ends) else str(restarts),
        _age(pod, now),
        status.get("podIP") or "<none>",
        spec.get("nodeName") or "<none>",
        status.get("nominatedNodeName") or "<none>",
        f"{passed}/{len(gates)}" if gates else "<none>",
    ]


def _ending(ended: dict) -> str:
    signal = ended.get("signal")
    return ended.get("reason") or (f"Signal:{signal}" if signal else f"ExitCode:{ended['exitCode']}")


def _event(event: dict, now: datetime) -> list:
    about, source, series = event["involvedObject"], event.get("source", {}), event.get("series")
    first = event.get("firstTimestamp") or event.get("eventTime")
    last = series["lastObservedTime"] if series else event.get("lastTimestamp") or first
    component = source.get("component") or event.get("reportingComponent", "")
    host = source.get("host") or event.get("reportingInstance", "")
    return [
        _since(last, now),
        event["type"],
        event["reason"],
        f"{about['kind'].lower()}/{about['name']}" if about.get("name") else about["kind"].lower(),
        about.get("fieldPath", ""),
        f"{component}, {host}" if host else component,
        event["message"].strip(),
        _since(first, now),
        series["count"] if series else event.get("count") or 1,
        event["metadata"]["name"],
    ]


def _configmap(item: dict, now: datetime) -> list:
    return [item["metadata"]["name"], len(item.get("data") or {}) + len(item.get("binaryData") or {}), _age(item, now)]


def _deployment(item: dict, now: datetime) -> list:
    spec, status = item["spec"], item.get("status", {})
    containers = spec["template"]["spec"]["containers"]
    return [
        item["metadata"]["name"],
        f"{status.get('readyReplicas', 0)}/{spec['replicas']}",
        status.get("updatedReplicas", 0),
        status.get("availableReplicas", 0),
        _age(item, now),
        ",".join(container["name"] for container in containers),
        ",".join(container["image"] for container in containers),
        ",".join(f"{key}={value}" for key, value in sorted(spec["selector"].get("matchLabels", {}).items())),
    ]


_CELLS = {"pods": _pod, "events": _event, "configmaps": _configmap, "deployments": _deployment}
