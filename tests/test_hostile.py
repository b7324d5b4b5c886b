"""Text that harms, wherever text comes from: it comes out harmless, in every format and on both streams.

Every text of a recording is made hostile at once, but for the words by which Kubernetes says what a thing is. What is
harmless is said here again, by Unicode's own categories and by the rules of CommonMark, and not by what `redact` does.
"""

import io
import json
import os
import re
import shlex
import sys
import time
import unicodedata
from collections.abc import Iterator
from functools import cache
from itertools import cycle, islice
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from kubectl_why import progress, watching
from kubectl_why.cli import complete, main
from kubectl_why.cli.speaking import say
from kubectl_why.collect.sweep import Scope, sweep
from kubectl_why.diagnose import diagnose
from kubectl_why.render import FORMATS, Paper
from kubectl_why.render.structured import plain
from kubectl_why.render.triage import TRIAGE_FORMATS, as_data
from kubectl_why.screen import Screen
from kubectl_why.snapshot import Snapshot
from kubectl_why.status import moment
from kubectl_why.triage import triage
from tests.odd import Direct
from tests.replay import Fault, Replay, status_body
from tests.test_cases import BY_NAME
from tests.wire.live import Live
from tests.wire.recorded import Case, load_yaml

HARM = {
    "colour": "\x1b[31;1mred\x1b[0m",
    "cursor": "\x1b[2J\x1b[1;1H\x1b[3A\x1b[?25l\x1b[?1049h\x1bc",
    "link": "\x1b]8;;http://evil.example/\x1b\\here\x1b]8;;\x1b\\",
    "clipboard": "\x1b]52;c;cm0gLXJmIH4=\x07",
    "title": "\x1b]0;title\x07",
    "device": "\x1bP$qm\x1b\\\x1b_apc\x1b\\\x1b^pm\x1b\\",
    "C1": "\x9b31m\x9d0;t\x9c\x90q\x9c\x85\x84",
    "bidi": "\u202aa\u202bb\u202cc\u202dd\u202ee\u2066f\u2067g\u2068h\u2069i\u200ej\u200fk\u061cl",
    "unseen": "\u200ba\u200cb\u200dc\u2060d\ufeffe\u00adf\u115fg\u3164h\ufe0fi\U000e0041j",
    "lines": "\nWHY      PWNED\r\nNEXT     PWNED\x0bNOW      PWNED\x0cPROPER   PWNED\x85SEEN     PWNED",
    "separators": "\u2028POD      PWNED\u2029ALSO     PWNED",
    "return": "\rWHY      PWNED",
    "erasing": "abc\b\b\b\x7f\x7fd",
    "NUL": "a\x00b",
    "tab": "\ta\tb",
    "halves": "\udfff\ud800",
    "spans": "`a` ``b ``` [c](http://evil.example) ![d](http://evil.example) <script>alert(1)</script> <!-- e @team #1 GH-1",
    "emphasis": "**f** __g__ ~~h~~ $i$ &lt; \\ www.evil.example :shipit: {{ j k|l - + 1. >",
    "fences": "```\n# m\n```\n~~~\n<b>\n~~~\n| n | o |\n|---|---|",
    "yaml": "': {a: b\n- !!python/object/apply:os.system ['x'] &a *a # %TAG\n---\n...\n? |\n  -",
    "json": '"],"x":[{"\\u0022,\'',
    "marks": "e\u0301\u0300\u0316o\u20dd \u65e5\u672c\U0001f600",
}
# Without a brace that closes: it ends a name in the path of a quotation, and no name of Kubernetes has one.
ALL = " ".join(HARM.values())
# This one stands in front, as a line of ours begins.
LABEL = "NEXT     PWNED "
LABELS = "POD|TARGET|WHY|BECAUSE|PODS|ROLLOUT|SEEN|NOW|PROPER|NEXT|ALSO|INSIDE|UNSEEN|BROKEN|STARTING"


# --- what is harmless -----------------------------------------------------------------------------------------------


def assert_harmless(text: str, where: object) -> None:
    """No sign moves the cursor, turns the reading direction or is not seen; no line begins as one of ours does."""
    text.encode()
    for sign in {*text} - {"\n"}:
        assert unicodedata.category(sign) not in ("Cc", "Cf", "Cs", "Zl", "Zp", "Co", "Cn"), (where, hex(ord(sign)))
        assert sign not in "\u115f\u3164\ufe0f", (where, hex(ord(sign)))
    assert not re.search(rf"(?m)^(?:{LABELS})  +PWNED", text), (where, text)


def assert_plain_markdown(text: str, where: object) -> None:
    """Nothing but what we write is markup: no HTML, no link, no mention, no table; every fence and span is closed."""
    fence, prose = "", []
    for line in text.split("\n"):
        if fence:
            fence = "" if re.fullmatch(rf" {{0,3}}{fence}`*\s*", line) else fence
        elif opened := re.match(r" {0,3}(`{3,})(text|sh)$", line):
            fence = opened[1]
        else:
            prose.append(line)
    assert not fence, (where, "a block is left open")
    for line in prose:
        bare, rest = "", line
        while run := re.search("`+", rest):
            closed = re.search(rf"(?<!`){run[0]}(?!`)", rest[run.end() :])
            assert closed, (where, "a span is left open", line)
            bare, rest = bare + rest[: run.start()] + "CODE", rest[run.end() + closed.end() :]
        bare = re.sub(r"\*\*[A-Z][a-z]+\*\*|^\*\*(.*)\*\*$|^\*\*CODE\*\*", r"\1", bare + rest)
        found = re.search(r"[<>\[\]|#@~&${}\\!*_`]|https?://|www\.|:\w+:|\bGH-\d|^ {4,}|^\s*(?:=+|-+|~+)$", bare)
        assert not found, (where, found[0], line)


def assert_harmless_in(format_: str, text: str, data: dict | None, where: object) -> None:
    """What a format prints of some data; of which data is not asked where they are None."""
    where = (where, format_)
    assert_harmless(text, where)
    if format_ == "json":
        assert json.loads(text) == (data or json.loads(text)), where
    if format_ == "yaml":
        found = load_yaml(text)
        assert found == (json.loads(json.dumps(data, ensure_ascii=False).encode(errors="replace")) if data else found), where
    if format_ == "markdown":
        assert_plain_markdown(text, where)


# --- what is hostile ------------------------------------------------------------------------------------------------

# Where the words stand by which Kubernetes, or a snapshot, says what a thing is or how it stands; and what is matched.
KEPT = {
    *("kind", "apiVersion", "reason", "phase", "type", "status", "operator", "effect", "protocol", "restartPolicy", "how"),
    *("imagePullPolicy", "terminationMessagePolicy", "medium", "resourceVersion", "uid", "accessModes", "volumeMode"),
    *("concurrencyPolicy", "operation", "qosClass"),
}
MATCHED = {"labels", "matchLabels", "selector"}
_QUANTITY = r"[+-]?[\d.]+(?:[munkKMGTPE]i?)?"


def hostile(value: object, harm: str, kept: set[str] = KEPT) -> object:
    """The value with every text in it made hostile, keys of maps too, but for times, numbers and what is kept."""
    if isinstance(value, dict):
        return {
            _key(key, harm): inner
            if (key in MATCHED and kept is KEPT) or (key in kept and isinstance(inner, str))
            else hostile(inner, harm, kept)
            for key, inner in value.items()
        }
    if isinstance(value, list):
        return [hostile(item, harm, kept) for item in value]
    if not isinstance(value, str) or not value or re.fullmatch(_QUANTITY, value) or (value[:2] == "20" and moment(value)):
        return value
    return _reference(value, harm) or _with(value, harm)


def _with(text: str, harm: str) -> str:
    return harm + text if harm is LABEL else text + harm


def _key(key: str, harm: str) -> str:
    """Fields of the API stay what they are; keys of labels and ConfigMaps, and the parts of a reference, do not."""
    return _reference(key, harm) or (key if key.replace("_", "").isalnum() else _with(key, harm))


def _reference(text: str, harm: str) -> str:
    kind, *place = text.split("/")
    return "/".join((kind, *(_with(part, harm) for part in place))) if place and kind.isalpha() and kind[0].isupper() else ""


def texts(value: object) -> Iterator[str]:
    if isinstance(value, (dict, list)):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from texts(inner)
    elif isinstance(value, str):
        yield value


NAMES = sorted(BY_NAME)


@cache
def saved(name: str) -> str:
    return (BY_NAME[name].folder / "snapshot.json").read_text()


@pytest.mark.parametrize("kept", [KEPT, {"kind", "how"}], ids=["known", "unknown"])
def test_every_text_of_a_snapshot_in_every_format(kept, figures, request):
    """What Kubernetes says in its own words is known to us, or is hostile, too."""
    harms = [*HARM.values(), ALL, LABEL]
    turn, many = cycle(harms), len(harms) if request.config.getoption("--long") else 1
    for name in NAMES if kept is KEPT else NAMES[::2]:
        for harm in islice(turn, many):
            data = hostile(json.loads(saved(name)), harm, kept)
            data["target"][0] = data["target"][0].removesuffix(harm).removeprefix(harm)
            found = diagnose(Snapshot.from_json(data), access=hostile(["--context=a"], harm))
            assert found.broken == (), name
            figures["hostile texts that were printed"] += sum(harm in text for text in texts(plain(found)))
            for format_, render in FORMATS.items():
                text = render(found, Paper(width=80))
                assert_harmless_in(format_, text, json.loads(json.dumps(plain(found))), name)
                figures["hostile answers x formats"] += 1


# --- a server that is hostile ---------------------------------------------------------------------------------------


class Hostile:
    """A recorded case in which every text is hostile, but for the labels that are asked for."""

    fixed = True

    def __init__(self, case: Case, harm: str):
        self.case, self.harm = case, harm
        self.name, self.about, self.now, self.resource_version = f"hostile-{case.name}", case.about, case.now, "1"
        self.namespace = _with(case.namespace, harm)
        self.objects = {kind: hostile(items, harm) for kind, items in case.objects.items()}

    def log(self, pod: str, container: str, previous: bool) -> bytes | None:
        found = self.harm is not LABEL and self.case.log(
            pod.removesuffix(self.harm), container.removesuffix(self.harm), previous
        )
        ends = f"{self.harm}\n".encode(errors="replace")
        return found.replace(b"\n", ends) if found else None


# In a URL there are no halves of characters.
WIRE = ALL.replace(HARM["halves"], "").replace("/", "")
# A crash, a pod that finds no node, an owner without pods.
SERVED = {
    "orders-api": "deployment/orders-api",
    "media-transcode": "deployment/transcoder",
    "quotes-pricing": "deployment/quotes-api",
}


@pytest.fixture(scope="module")
def server():
    with Replay([Path(__file__).parent / "cases"]) as replay:
        for name in SERVED:
            case = Hostile(replay.cases[name], WIRE)
            replay.cases[case.name] = case
        yield replay


@pytest.fixture
def why(server, tmp_path):
    """`kubectl why` against one of those; both streams are held to be harmless."""
    server.faults.clear()

    def run(case: str, *arguments: str, **options):
        config = server.kubeconfig(f"hostile-{case}", namespace="default")
        place = [] if "-A" in arguments else ["-n", server.cases[f"hostile-{case}"].namespace]
        done = CliRunner().invoke(main, [*arguments, *place, "--kubeconfig", config], **options)
        assert isinstance(done.exception, (SystemExit, type(None))), done.exception
        for stream in (done.stdout, done.stderr):
            assert_harmless(stream, arguments)
        assert "Traceback" not in done.output and "defect" not in done.output
        return done

    return run


@pytest.mark.parametrize("case", SERVED)
def test_a_hostile_server(why, case, figures, tmp_path):
    """In every format, of one pod and of all; saved, and read again."""
    file = str(tmp_path / "saved.json")
    done = why(case, SERVED[case] + WIRE, "-o", "json", "--save", file)
    assert_harmless(Path(file).read_text(), "--save")
    assert any(WIRE in text for text in texts(json.loads(done.stdout)["verdicts"]))
    for asked in ([SERVED[case] + WIRE], ["-A"]):
        for format_ in FORMATS:
            done = why(case, *asked, "-o", format_)
            assert done.exit_code in (1, 3), done.stderr
            assert_harmless_in(format_, done.stdout.removesuffix("\n"), None, (case, asked))
            figures["hostile answers x formats"] += 1
    again = CliRunner().invoke(main, ["-f", file], catch_exceptions=False)
    assert_harmless(again.output, "-f")
    assert again.exit_code in (1, 3)


def test_no_name_looks_like_a_line_of_ours(server, figures):
    case = Hostile(server.cases["shop-prod"], LABEL)
    cluster = Direct(case)
    for scope in (None, case.namespace):
        found = triage(sweep(cluster, Scope(scope), lambda _: None), diagnose)
        assert len(found.rows) > 5
        for format_, render in TRIAGE_FORMATS.items():
            text = render(found, Paper(width=100))
            assert_harmless_in(format_, text, json.loads(json.dumps(as_data(found))), scope)
            assert format_ != "name" or {line.count(" ") for line in text.split("\n")} == {2}
            figures["hostile answers x formats"] += 1


# --- errors ---------------------------------------------------------------------------------------------------------

BODIES = {
    "a Status": lambda status: status_body(status, f"no{ALL}", {"name": ALL, "kind": ALL}).body,
    "a Status of odd parts": lambda status: json.dumps({"kind": "Status", "message": ALL, "reason": ALL}).encode(),
    "a page": lambda status: ALL.encode(errors="replace"),
}


@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize("status", [400, 401, 403, 404, 422, 500, 503])
def test_what_an_error_says(server, why, status, body, figures):
    """Of what is asked about, and of what it names."""
    for pattern in ("/(pods|deployments)", "/(configmaps|events|nodes|secrets)"):
        server.faults[:] = [Fault(pattern, status=status, body=BODIES[body](status))]
        done = why("orders-api", *([SERVED["orders-api"] + WIRE] if status % 2 else []), "-o", "markdown")
        figures["hostile errors"] += 1
        assert_plain_markdown(done.stdout, (status, body))
        assert len(done.stderr.splitlines()) == (done.exit_code == 4)


def test_what_a_kubeconfig_says(server, tmp_path):
    """Names of contexts, clusters and users, and what a login plugin says of itself."""
    config = json.loads(Path(server.kubeconfig("orders-api")).read_text())
    place, login = config["clusters"][0]["cluster"], {"token": "x"}
    plugin = {"apiVersion": "client.authentication.k8s.io/v1", "interactiveMode": "Never", "installHint": WIRE}
    says = f"printf '%s' {shlex.quote(WIRE.replace(chr(0), ''))}"
    users = {
        "a login": login,
        "fails": {"exec": {**plugin, "command": "sh", "args": ["-c", f"{says} >&2; exit 3"]}},
        "is not there": {"exec": {**plugin, "command": f"x{WIRE.replace(chr(0), '')}"}},
        "prints what it likes": {"exec": {**plugin, "command": "sh", "args": ["-c", says]}},
        "speaks otherwise": {
            "exec": {**plugin, "command": "sh", "args": ["-c", """printf '{"apiVersion":"\\\\u001b[2J","status":{}}'"""]}
        },
    }
    for cluster in (place, {"server": f"http://{WIRE}"}, {"server": f"http://127.0.0.1:1/{WIRE}"}, {}):
        for user in users.values():
            names = dict.fromkeys(("context", "cluster", "user"), f"a{WIRE}")
            body = {"cluster": cluster, "user": user, "context": {**names, "namespace": f"a{WIRE}"}}
            made = {f"{one}s": [{"name": names[one], one: body[one]}] for one in names}
            for current in ("", "b", names["context"]):
                file = tmp_path / "config"
                file.write_text(yaml.safe_dump({**made, "current-context": current}))
                done = CliRunner().invoke(main, ["x", "--kubeconfig", str(file)])
                assert done.exit_code == 4 and done.stderr.startswith("error: ") and done.stderr.count("\n") == 1
                assert "not valid YAML" not in done.stderr
                assert_harmless(done.output, (user, current))


# --- what is typed --------------------------------------------------------------------------------------------------

# As Python has the bytes of an argument that are no text; and it has no NUL.
TEXT = ALL.replace(HARM["halves"], "\udcff\udc80").replace("\0", "")
TYPED = [
    *(["--explain", TEXT], ["--explain", "a", TEXT], [TEXT], [f"{TEXT}/x"], ["deploy", TEXT], [f"pod/{TEXT}"], ["-o", TEXT]),
    *(["-o", f"jsonpath={TEXT}"], ["x", "--wait", TEXT], [f"--{TEXT}"], [f"-{TEXT}"], ["-f", TEXT], ["-f", TEXT, "x"]),
    *(
        ["--kubeconfig", TEXT],
        ["x", "--context", TEXT],
        ["x", "--cluster", TEXT],
        ["x", "--user", TEXT],
        ["x", "--as", TEXT],
    ),
    *(["x", "--request-timeout", TEXT], ["-l", TEXT], ["x", "-n", TEXT], ["x", "-c", TEXT], ["--demo", "-c", TEXT]),
    *(["--demo", "--save", f"/nowhere/{TEXT}"], ["x", "--sleep", "--profile", TEXT], ["a", "b", TEXT], ["--alerts", TEXT]),
    *(["x", "--sleep", "--image", TEXT], ["--cleanup", TEXT], ["--demo", "-n", TEXT], ["-A", "-l", TEXT]),
]


@pytest.mark.parametrize("arguments", TYPED, ids=lambda arguments: " ".join(arguments).replace(TEXT, "HARM"))
def test_what_is_typed(server, arguments, figures):
    """A script may have it from anywhere."""
    server.faults.clear()
    env = {"KUBECONFIG": server.kubeconfig("orders-api")}
    done = CliRunner().invoke(main, arguments, env=env)
    assert isinstance(done.exception, (SystemExit, type(None))), done.exception
    assert done.exit_code, done.stdout
    assert "defect" not in done.output
    for stream in (done.stdout, done.stderr):
        assert_harmless(stream, arguments)
    figures["hostile arguments"] += 1


# --- completion -----------------------------------------------------------------------------------------------------

ROWS = [("plain-pod", f"Running{WIRE}"), (f"a{WIRE}", "Running"), *((f"a{harm}", harm) for harm in HARM.values())]
TABLE = {
    "kind": "Table",
    "columnDefinitions": [{"name": "Name"}, {"name": "Status"}],
    "rows": [{"cells": row} for row in ROWS],
}


# A word among what each of them is given.
OFFERED = {
    "cobra": r"(?m)^(?!:)([^\t\n]+)",
    "bash": r"(?m)^plain,(.*)$",
    "zsh": r"(?m)^plain\n(.*)\n.*$",
    "fish": r"(?m)^plain,([^\t\n]*)",
}


@pytest.mark.parametrize("shell", OFFERED)
def test_completion(server, shell, tmp_path, monkeypatch, capfd):
    """What a shell is given is a line a word; a name that is no plain word is not offered."""
    pod = {"kind": "Pod", "spec": {"containers": [{"name": f"a{WIRE}", "image": "b"}, {"name": "plain", "image": WIRE}]}}
    server.faults[:] = [
        Fault("/pods/plain-pod", status=200, body=json.dumps(pod).encode()),
        Fault("/pods", status=200, body=json.dumps(TABLE).encode()),
    ]
    config = json.loads(Path(server.kubeconfig("orders-api")).read_text())
    config["contexts"].append({"name": f"a{WIRE}", "context": {"cluster": "orders-api", "namespace": WIRE}})
    config["contexts"].append({"name": "plain", "context": {"cluster": WIRE, "namespace": WIRE}})
    (tmp_path / "config").write_text(yaml.safe_dump(config))
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "config"))
    for words, offered in (
        (["pla"], {"plain-pod"}),
        (["a"], set()),
        (["plain-pod", "-c", ""], {"plain"}),
        (["--context", ""], {"orders-api", "plain"}),
    ):
        line = {
            "COMP_WORDS": shlex.join(["kubectl-why", *filter(None, words)]),
            "COMP_CWORD": words[-1] if shell == "fish" else str(len(words)),
        }
        if shell == "cobra":
            monkeypatch.setattr(sys, "argv", ["kubectl_complete-why", *words])
            complete()
            said = capfd.readouterr().out
        else:
            said = CliRunner().invoke(main, [], env={"_KUBECTL_WHY_COMPLETE": f"{shell}_complete", **line}).stdout
        assert_harmless(said.replace("\t", ""), words)
        assert {*re.findall(OFFERED[shell], said)} == offered, (words, said)


# --- a terminal -----------------------------------------------------------------------------------------------------

# What is ours on a terminal: colours, and what draws in the place of what was there.
OURS = r"\x1b\[(?:0|1|31|32)m|\x1b\[\?25[lh]|\x1b\[\d*[AKJ]|\x1b\[H|\r"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def found_in(case: str, harm: str):
    data = hostile(json.loads(saved(case)), harm)
    data["target"][0] = data["target"][0].removesuffix(harm)
    return diagnose(Snapshot.from_json(data))


@pytest.mark.parametrize("harm", HARM)
def test_what_is_drawn_again(harm, capsys):
    """--watch, with a server of which something hostile is to be told."""
    harm = HARM[harm]
    drawn: list[str] = []
    screen = Screen(drawn.append, lambda: os.terminal_size((80, 40)))
    looks = [watching.Seen(0, None, found_in(case, harm), note=harm) for case in ("orders-api", "basket", "orders-api")]
    watching.draw(iter(looks), lambda diagnosis: FORMATS["table"](diagnosis, Paper(80, colour=True)), screen)
    assert len(drawn) == 3
    assert_harmless(re.sub(OURS, "", "".join(drawn)), harm)
    told: list[str] = []
    watching.print_changes(iter(looks), lambda diagnosis: FORMATS["table"](diagnosis, Paper(80)), told.append, "\n", say)
    assert_harmless("".join(told) + capsys.readouterr().err, harm)


def test_how_far_it_is(monkeypatch):
    monkeypatch.setattr(progress, "_FIRST", 0)
    monkeypatch.setattr(progress, "_AGAIN", 0.001)
    monkeypatch.setattr(sys, "stderr", Terminal())
    for harm in HARM.values():
        with progress.progress(harm) as tell:
            tell(f"waiting for {harm}")
            while "waiting" not in sys.stderr.getvalue().rpartition("\r")[2]:
                time.sleep(0.001)
    assert_harmless(re.sub(OURS, "", sys.stderr.getvalue()), "progress")


# --- a look inside --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "options", [["--sleep"], ["--sleep", "--run"], ["--sleep", "--keep"], ["--sleep", "--dry-run"]], ids=" ".join
)
def test_a_look_inside(server, options, figures):
    case = "ledger-export"
    live = Live(BY_NAME[case])
    facts = [
        {"fact": "begin", "version": 1, "where": "pod"},
        {"fact": "command", "name": ALL, "path": ALL, "found": False},
        {"fact": "file", "path": ALL, "exists": False, "near": ALL},
        {"fact": "host", "name": ALL, "resolves": False, "error": ALL},
        {"fact": ALL, ALL: ALL},
        {"fact": "end", "complete": True},
    ]
    live.says = {name: "".join(f"{json.dumps(fact)}\n" for fact in facts) for name in ("export", "kubectl-why-examine")}
    live.says["export"] += ALL if "--run" in options else ""
    pod = live.stored["v1/pods"][0]
    pod["spec"]["containers"][0]["env"] = [{"name": f"A{WIRE}", "value": WIRE}]
    pod["spec"]["volumes"] = [{"name": f"v{WIRE}", "emptyDir": {}}]
    server.cases[case] = live
    server.faults.clear()
    for format_ in ("table", "json", "yaml", "markdown"):
        arguments = [pod["metadata"]["name"], "--kubeconfig", server.kubeconfig(case), *options, "-o", format_]
        done = CliRunner().invoke(main, arguments)
        assert isinstance(done.exception, (SystemExit, type(None))), done.exception
        assert_harmless(done.stderr, options)
        assert_harmless_in("yaml" if "--dry-run" in options else format_, done.stdout.removesuffix("\n"), None, options)
        figures["hostile answers x formats"] += 1
    refused = status_body(
        403, f'pods "x" is forbidden: exceeded quota: {ALL}, violates PodSecurity "restricted:latest": {ALL}', None
    ).body
    server.faults[:] = [Fault("POST .*/pods", status=403, body=refused)]
    done = CliRunner().invoke(main, arguments)
    assert_harmless(done.stderr, options)
    assert "--dry-run" in options or ("not looked inside" in done.stderr and "PWNED" in done.stderr)
    assert_harmless(done.stdout, options)
