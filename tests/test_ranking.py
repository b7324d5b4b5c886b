"""Where no table knows what a log means, it shows the line that a person would have picked."""

import pytest

from kubectl_why.causes.loglines.ranking import picked
from kubectl_why.snapshot import Log

NOISE = "\n".join(f"2026-03-04 10:00:0{second} INFO heartbeat {second}" for second in range(9))

# the text; what is picked; what is the last line, where it is another
LOGS = [
    ("only words", "only words", None),
    ("starting\nquorum lost, giving up\nbye", "quorum lost, giving up", "bye"),
    ("INFO boot\nERROR the ballast is out of trim\nINFO stopping\nINFO bye", "ERROR the ballast", "INFO bye"),
    ('{"level":"info","msg":"boot"}\n{"level":"fatal","msg":"ballast out of trim"}', "ballast out of trim", None),
    ("level=error msg=first\nlevel=error msg=second\nlevel=info msg=end", "msg=second", "msg=end"),
    # what is fatal before what is only an error, even if that comes later
    ("F0304 10:00:00.000000 1 main.go:9] keel broken\nE0304 10:00:01.000000 1 main.go:9] ballast", "keel broken", "ballast"),
    # a warning in words of failure is no error
    ("WARN cannot find optional sail, using none\nset sail\nebb", "ebb", None),
    ("loaded 12 rules, errors: 0\ncould not agree on a helm\nebb", "could not agree", "ebb"),
    # an error long before the end was survived
    (f"ERROR gust\n{NOISE * 20}\nebb", "ebb", None),
    ("no errors\n0 failures", "0 failures", None),
    # the further lines of a message belong to it
    ("[ERROR] keel broken\n  at frame 4\n  at frame 7\nebb", "[ERROR] keel broken", "ebb"),
    ("\n\nebb\n\n", "ebb", None),
]


@pytest.mark.parametrize(("text", "told", "last"), LOGS)
def test_the_line_that_tells_most_and_the_last(text, told, last):
    lines = text.split("\n")
    found = [lines[index] for index in picked(Log("web", False, tuple(lines)))]
    assert told in found[0]
    assert [line for line in found[1:] if last and last in line] == found[1:]
    assert len(found) == (1 if last is None else 2)


def test_an_empty_log_has_no_such_line():
    assert picked(Log("web", False, ("", " "))) == ()
