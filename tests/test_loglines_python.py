"""What Python writes that no kept run shows: older versions, and what looks like a failure and is none or another one."""

import pytest

from kubectl_why.causes.loglines.choice import best
from kubectl_why.causes.loglines.signs import matches
from kubectl_why.diagnose import diagnose
from kubectl_why.snapshot import Log
from tests.logs import snapshot

TRACE = 'Traceback (most recent call last):\n  File "/app/main.py", line 3, in <module>\n    run()\n'
# pydantic 1, compiled: what its documentation and its source say
OF_SETTINGS = (
    'Traceback (most recent call last):\n  File "/app/main.py", line 9, in <module>\n    options = Options()\n'
    '  File "pydantic/env_settings.py", line 40, in pydantic.env_settings.BaseSettings.__init__\n'
    '  File "pydantic/main.py", line 341, in pydantic.main.BaseModel.__init__\n'
    "pydantic.error_wrappers.ValidationError: 1 validation error for Options\n"
)

LINES = [
    ("missing-env-var", {"variable": "quota"}, OF_SETTINGS + "quota\n  field required (type=value_error.missing)"),
    # the same of a model that is no setting: the body of a message, the answer of a peer
    (
        "exception",
        {"message": "1 validation error for Parcel"},
        TRACE + "pydantic_core._pydantic_core.ValidationError: 1 validation error for Parcel\nweight\n"
        "  Field required [type=missing, input_value={'id': 7}, input_type=dict]",
    ),
    # Python 2 and what came later, told by what an older or a newer one lacks
    ("runtime-version-mismatch", {}, TRACE + "NameError: name 'unicode' is not defined"),
    ("exception", {"message": "name 'unicod' is not defined"}, TRACE + "NameError: name 'unicod' is not defined"),
    (
        "runtime-version-mismatch",
        {},
        'Traceback (most recent call last):\n  File "/app/main.py", line 1, in <module>\n    def f(x: list[int]):\n'
        "TypeError: 'type' object is not subscriptable",
    ),
    (
        "exception",
        {"message": "'type' object is not subscriptable"},
        'Traceback (most recent call last):\n  File "/app/main.py", line 4, in <module>\n    Parcel["a"]\n'
        "TypeError: 'type' object is not subscriptable",
    ),
    (
        "exception",
        {"message": "unsupported operand type(s) for |: 'int' and 'NoneType'"},
        TRACE + "TypeError: unsupported operand type(s) for |: 'int' and 'NoneType'",
    ),
    # a dictionary of the program's own; a section that a file lacks
    ("exception", {"message": "'queue'"}, TRACE + "KeyError: 'queue'"),
    # kubernetes before 35, and what Kubernetes answers without a token
    (
        "authentication-failed",
        {},
        TRACE + "kubernetes.client.exceptions.ApiException: (401)\nReason: Unauthorized\nHTTP response headers: {}",
    ),
    # who handles a failure and fails in telling of it has told of the first; who fails anew has not
    (
        "missing-env-var",
        {"variable": "DEPOT_SITE"},
        'Traceback (most recent call last):\n  File "/app/main.py", line 3, in load\n    return os.environ["DEPOT_SITE"]\n'
        '  File "<frozen os>", line 685, in __getitem__\n'
        "KeyError: 'DEPOT_SITE'\n\nDuring handling of the above exception, another exception occurred:\n\n"
        + TRACE
        + "depot.SetupError: invalid configuration: see above",
    ),
    (
        "permission-denied",
        {"file": "/var/spool/depot"},
        'Traceback (most recent call last):\n  File "/app/main.py", line 3, in load\n    os.stat("/var/spool/depot")\n'
        "FileNotFoundError: [Errno 2] No such file or directory: '/var/spool/depot'\n\n"
        "During handling of the above exception, another exception occurred:\n\n"
        + TRACE
        + "PermissionError: [Errno 13] Permission denied: '/var/spool/depot'",
    ),
    ("database-not-ready", {}, TRACE + "redis.exceptions.BusyLoadingError: Redis is loading the dataset in memory"),
    (
        "authentication-failed",
        {},
        TRACE + "aiohttp.client_exceptions.ClientResponseError: 403, message='Forbidden', url='http://depot:80/v1'",
    ),
    (
        "exception",
        {},
        TRACE + "aiohttp.client_exceptions.ClientResponseError: 404, message='Not Found', url='http://depot:80/v1'",
    ),
    ("missing-env-var", {"variable": "DEPOT_TOKEN"}, TRACE + "ValueError: Expected DEPOT_TOKEN to be set"),
    (
        "missing-env-var",
        {"variable": "DEPOT_URL and DEPOT_TOKEN"},
        TRACE + "RuntimeError: Configuration incomplete: set DEPOT_URL and DEPOT_TOKEN before starting",
    ),
    ("missing-env-var", {}, TRACE + "RuntimeError: Mandatory environment entries are absent: DEPOT_TOKEN, DEPOT_URL"),
    ("exception", {}, TRACE + "depot.Broken: no route for 7 parcels, set DEPOT_TRACE=1 to see more"),
    # a letter for the level: what was said softly, and then what ended it
    (
        "missing-file",
        {"file": "/data/zones"},
        "[W 261125 13:41:52 web:8] depot:80: connection refused\n[E 261125 13:41:53 web:9] /data/zones: No such file or directory",
    ),
    # `variables` that are no environment
    (None, {}, "INFO: 3 variables were not set by the template: a, b, c"),
    (
        "bad-arguments",
        {"argument": "shop.main"},
        'ERROR: Import string "shop.main" must be in format "<module>:<attribute>".',
    ),
]

# What Python itself caught, and the program went on.
CAUGHT = [
    "Exception ignored in: <function Pool.__del__ at 0x7f>",
    "--- Logging error ---",
    "Task exception was never retrieved\nfuture: <Task finished name='Task-2' coro=<f()> exception=OSError()>",
    "Exception occurred during processing of request from ('10.244.0.1', 43210)",
    "Internal Server Error: /parcels/7",
]


def telling(text):
    log = Log("web", False, tuple(text.split("\n")))
    return best(matches(log, 1), log)


@pytest.mark.parametrize(("cause", "groups", "text"), LINES, ids=lambda value: str(value)[-60:])
def test_line(cause, groups, text):
    found = telling(text)
    assert (found.cause if found else None) == cause
    if found:
        assert groups.items() <= found.groups.items()


@pytest.mark.parametrize("said", CAUGHT)
def test_what_was_caught_is_not_why_it_ended_later(said):
    caught = f"{said}\n{TRACE}FileNotFoundError: [Errno 2] No such file or directory: '/var/cache/a'\n"
    later = "\n".join(f"served {n}" for n in range(30))
    assert telling(f"{caught}{later}\n{TRACE}ModuleNotFoundError: No module named 'depot'").cause == "missing-module"
    assert telling(caught + later) is None


@pytest.mark.parametrize("said", CAUGHT)
def test_what_was_caught_does_not_stand_in_the_way(said):
    caught = f"{said}\n{TRACE}FileNotFoundError: [Errno 2] No such file or directory: '/var/cache/a'\nserved 1"
    assert diagnose(snapshot(caught, state="running")).verdict != "missing-file"


def test_a_process_that_its_manager_gave_up():
    child = "python: No module named depot.api; 'depot' is a package and cannot be directly executed\n"
    gave_up = "2026-11-25 13:42:12,287 INFO gave up: api entered FATAL state, too many start retries too quickly"
    assert diagnose(snapshot(child + gave_up, state="running")).verdict == "missing-module"
    assert diagnose(snapshot(child + "2026-11-25 13:42:12,287 INFO spawned: 'api'", state="running")).verdict == "unknown"


def test_the_prefix_of_settings_is_that_of_those_that_are_there():
    text = (
        OF_SETTINGS.replace("pydantic/env_settings.py", "/usr/lib/python3/site-packages/pydantic_settings/main.py")
        + "dsn\n  Field required [type=missing, input_value={'size': '5'}, input_type=dict]"
    )
    named = {"env": [{"name": "HOME_SIZE_X", "value": "1"}, {"name": "DEPOT_SIZE", "value": "5"}]}
    assert "DEPOT_DSN is" in diagnose(snapshot(text, named)).verdicts[0].finding.message
    assert "variable DSN is" in diagnose(snapshot(text)).verdicts[0].finding.message
