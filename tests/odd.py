"""What a server of another version, a proxy or a damaged file could make of an answer; and what may be added to one without
meaning anything. Each change is a plain function of data and a source of chance, so that hypothesis can shrink it."""

import copy
import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from random import Random
from typing import Any

from kubectl_why.cluster import Absent, Unreachable
from kubectl_why.status import listing, mapping, moment
from tests.replay import answer
from tests.wire.recorded import Case

# What may stand in the place of any field: another type, an extreme, a word of a later version, text that harms.
VALUES = (
    *(
        None,
        "",
        "odd",
        0,
        7,
        -1,
        2**31,
        2**62,
        10**400,
        1e308,
        0.5,
        True,
        [],
        {},
        [None],
        [[]],
        [7],
        ["odd"],
        [{}],
        {"": None},
    ),
    *({"name": "odd"}, {"key": []}, "x" * 253, "y" * 20_000, "InALaterVersion", "1970-01-01T00:00:00Z"),
    *("0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "2026-13-45T99:00:00Z", "2026-11-22T01:00:00.123456789+14:00"),
    *(
        "a\u202eb\u200bc",
        "\x1b]52;c;aGk=\x07\x1b[2J",
        "one\rtwo\nthree",
        "\ud800",
        "1e400",
        "-5Gi",
        "0x",
        "%",
        "{{",
        "(",
        "\\",
    ),
    *("'; echo `id` $(id) #", "a/b/c:d@e", "//", "http://[::1", "10.0.0.300:99999", "--", "٣", "NaN"),
)
HOURS = (-8760, -24, -3, 3, 24, 8760)


def paths(value: Any, path: tuple = ()) -> Iterator[tuple]:
    """The path of every field and item below a value."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, inner in items:
        yield (*path, name)
        yield from paths(inner, (*path, name))


def damage(value: Any, path: tuple, change: Any) -> None:
    """Drops what stands at a path ("drop"), or puts something else there."""
    for name in path[:-1]:
        value = value[name]
    if change == "drop":
        del value[path[-1]]
    else:
        value[path[-1]] = change


def damaged(value: Any, path: tuple, change: Any) -> Any:
    """A copy that is damaged there, and shares with the value all that does not lie on the path."""
    copied = copy.copy(value)
    if len(path) > 1:
        copied[path[0]] = damaged(value[path[0]], path[1:], change)
    else:
        damage(copied, path, change)
    return copied


def spoil(value: Any, chance: Random, times: int) -> list[str]:
    """Changes so many places anywhere in the value. Says what it did, for whoever reads of a failure."""
    done = []
    for _ in range(times):
        path = _place(value, chance)
        if not path:
            break
        change, words = _change(value, path, chance)
        damage(value, path, change)
        done.append(f"{'.'.join(map(str, path))}: {words[:60]}")
    return done


def _place(value: Any, chance: Random) -> tuple:
    """The path of anything below a value: of a large list no more often than of a single field."""
    path: tuple = ()
    while isinstance(value, (dict, list)) and value and not (path and chance.randrange(8) == 0):
        name = chance.choice(list(value) if isinstance(value, dict) else range(len(value)))
        path, value = (*path, name), value[name]
    return path


def _change(value: Any, path: tuple, chance: Random) -> tuple[Any, str]:
    """What becomes of what stands at a path."""
    for name in path:
        value = value[name]
    kind = chance.randrange(10)
    if kind < 2:
        return "drop", "dropped"
    if kind == 2:
        hours = chance.choice(HOURS)
        return shifted(value, hours), f"{hours} h later"
    if kind == 3 and isinstance(value, list):
        return [copy.deepcopy(item) for item in value for _ in range(chance.choice((2, 30)))], "many times over"
    if kind == 4 and isinstance(value, dict):
        return {**value, "inALaterVersion": chance.choice(VALUES)}, "an unknown field"
    if kind == 5 and isinstance(value, str):
        at = chance.randrange(len(value) + 1)
        return value[:at] + chance.choice([it for it in VALUES if isinstance(it, str)]) + value[at:], "text within"
    new = copy.deepcopy(chance.choice(VALUES))
    return new, repr(new)


def shifted(value: Any, hours: float) -> Any:
    """With every time that stands below so many hours later: what another clock would have written."""
    if isinstance(value, dict):
        return {name: shifted(inner, hours) for name, inner in value.items()}
    if isinstance(value, list):
        return [shifted(inner, hours) for inner in value]
    time = moment(value) if isinstance(value, str) and value[4:5] == "-" else None
    if time is None or not 2 < time.year < 9000:
        return value
    return (time + timedelta(hours=hours)).strftime("%Y-%m-%dT%H:%M:%SZ")


# --- logs ---

_SAYS = (
    "ERROR",
    "fatal",
    "panic:",
    "Traceback (most recent call last):",
    "Caused by:",
    "connection refused",
    "\tat ",
    "  File ",
)
_UNITS = (
    *("a", " ", "\t", "/", ".", ":", "-", "=", '"', "'", "\\", "(", "[", "{", "<", ",", "@", "0", "\r", "\x00", "\ufffd"),
    *("://", "a.", "a/", "a:", "1.", "10.0.0.1:", "a=b ", '{"a":', '\\"', "\x1b[31m", "\u202e", "password=", "key: ", "eyJ"),
    *("Error: ", "could not ", "error at ", ": caused by: ", "failed to connect to ", "-----BEGIN PRIVATE KEY-----"),
)
LONG = 256 * 1024


def long_line(chance: Random, words: list[str], length: int = LONG) -> str:
    """One line of that length that begins like a message of `words` and goes on like the worst for a regular expression."""
    start, unit = chance.choice((*_SAYS, *words)), chance.choice((*_UNITS, *words))
    end = chance.choice(("", "!", *words))
    middle = (unit * (length // max(len(unit), 1) + 1))[: max(0, length - len(start) - len(end))]
    return f"{start}{chance.choice(('', ' ', ': '))}{middle}{end}"


# --- what means nothing ---


def _with_unknown_fields(data: dict, chance: Random) -> None:
    for obj in _objects(data):
        for place in (obj, obj.get("spec"), obj.get("status"), obj.get("metadata")):
            mapping(place)["inALaterVersion"] = {"mode": "Odd", "items": [1, "two"]}


def _with_labels(data: dict, chance: Random) -> None:
    for obj in [data["pod"], *data.get("owners", ())]:
        for part in ("labels", "annotations"):
            mapping(obj.get("metadata")).setdefault(part, {})["team.example/note"] = chance.choice(
                ("blue", "error: refused", "")
            )


def _with_events(data: dict, chance: Random) -> None:
    """Of things that are well, and of objects that nobody asked about."""
    pod = data["pod"]["metadata"]
    mine = {"kind": "Pod", "namespace": pod["namespace"], "name": pod["name"]}
    for number in range(chance.choice((1, 5))):
        about = chance.choice(
            (mine, {**mine, "kind": "HorizontalPodAutoscaler", "name": "web"}, {**mine, "kind": "Lease", "name": "leader"})
        )
        reason = chance.choice(("Sunshine", "LeaderElection", "Observed", "SuccessfulRescale"))
        event = {
            "kind": "Event",
            "metadata": {"name": f"odd.{number}", "namespace": pod["namespace"]},
            "type": "Normal",
            "reason": reason,
            "message": chance.choice(("all is well", "took 3 s", "New size: 3")),
            "involvedObject": about,
            "firstTimestamp": data["taken_at"][:19] + "Z",
            "lastTimestamp": data["taken_at"][:19] + "Z",
            "count": 1,
        }
        data.setdefault("events", []).insert(chance.randrange(len(data.get("events", [])) + 1), event)


def _reordered(data: dict, chance: Random) -> None:
    """Lists whose order the API does not promise, and all that is keyed by names."""
    # The first of two events of one time is the one that is quoted.
    data["objects"] = dict(chance.sample(list(data.get("objects", {}).items()), len(data.get("objects", {}))))
    for obj in _objects(data):
        status = mapping(obj.get("status"))
        for name in ("conditions", "containerStatuses", "initContainerStatuses"):
            if isinstance(status.get(name), list):
                chance.shuffle(status[name])
    for name in ("logs", "listed", "absent"):
        chance.shuffle(data.get(name, []))


def _with_a_healthy_container(data: dict, chance: Random) -> None:
    """One that runs as long as the pod; only where the pod runs, for else it would not either."""
    spec, status = (mapping(data["pod"].get(part)) for part in ("spec", "status"))
    ran = [mapping(mapping(item.get("state")).get("running")).get("startedAt") for item in _statuses(status)]
    if status.get("phase") != "Running" or not listing(status.get("containerStatuses")):
        return
    started = next(filter(None, ran), status.get("startTime"))
    spec["containers"].append({"name": "odd-sidecar", "image": "registry.example/proxy:1", "resources": {}})
    status["containerStatuses"].append(
        {
            "name": "odd-sidecar",
            "image": "registry.example/proxy:1",
            "ready": True,
            "started": True,
            "restartCount": 0,
            "lastState": {},
            "state": {"running": {"startedAt": started}},
        }
    )
    lines = ["info: proxy is listening", 'level=info msg="request done" status=200', "INFO no errors"]
    data.setdefault("logs", []).append({"container": "odd-sidecar", "previous": False, "lines": lines, "times": []})


def _with_objects(data: dict, chance: Random) -> None:
    namespace = data["target"][1]
    for kind, body in (
        ("ConfigMap", {"data": {"odd": "value"}}),
        ("Lease", {"spec": {"holderIdentity": "odd"}}),
        ("Widget", {"spec": {"replicas": 0}, "status": {"conditions": [{"type": "Ready", "status": "False"}]}}),
    ):
        name = f"zz-odd-{chance.randrange(99)}"
        ref = f"{kind}/{namespace}/{name}"
        data.setdefault("objects", {})[ref] = {"kind": kind, "metadata": {"name": name, "namespace": namespace}, **body}


def _with_conditions(data: dict, chance: Random) -> None:
    for obj in _objects(data):
        conditions = mapping(obj.get("status")).get("conditions")
        if isinstance(conditions, list):
            word = {"status": chance.choice(("True", "Unknown")), "reason": "InALaterVersion", "message": "all is well"}
            conditions.append({"type": "InALaterVersion", "observedGeneration": 7, **word})


def _talkative(data: dict, chance: Random) -> None:
    """Lines at level debug before all others of a log, but of one in which hardly anything stands: that tells, too."""
    for log in data.get("logs", []):
        if not log.get("tail") and len(log["lines"]) > 3:
            lines = [f'level=debug msg="tick {number}"' for number in range(chance.choice((1, 20)))]
            log["lines"] = [*lines, *log["lines"]]
            log["times"] = [*log["times"][:1] * len(lines), *log["times"]]


MEANINGLESS: tuple[Callable[[dict, Random], None], ...] = (
    _with_unknown_fields,
    _with_labels,
    _with_events,
    _reordered,
    _with_a_healthy_container,
    _with_objects,
    _with_conditions,
    _talkative,
)


def _objects(data: dict) -> Iterator[dict]:
    yield from (obj for obj in (data.get("pod"), *data.get("owners", ()), *data.get("objects", {}).values()) if obj)


def _statuses(status: dict) -> list[dict]:
    return [*listing(status.get("initContainerStatuses")), *listing(status.get("containerStatuses"))]


# --- a server ---


class Direct:
    """The API of a case without a network between, whose answers `change` may change before they arrive."""

    access = ()

    def __init__(self, case: Case, change: Callable[[str, Any], Any] = lambda request, body: body):
        self.case, self.namespace, self.change = case, case.namespace, change

    def get(self, path: str, query: dict | None = None, accept: str = "application/json") -> dict:
        found = self._answer(path, query, accept)
        body = self.change(f"{path} {sorted((query or {}).items())}", json.loads(found))
        if not isinstance(body, dict):
            raise Unreachable("not a JSON object")
        return body

    def text(self, path: str, query: dict | None = None, **limits) -> str:
        found = self._answer(path, query, "*/*").decode(errors="replace")
        return str(self.change(f"{path} {sorted((query or {}).items())}", found))

    def server_time(self):
        return self.case.now

    def _answer(self, path: str, query: dict | None, accept: str) -> bytes:
        status, body, _ = answer(self.case, path, query or {}, accept)
        if status == 404:
            raise Absent("not found")
        if status >= 300:
            raise Unreachable(mapping(json.loads(body)).get("message", ""))
        return body
