"""What real programs of many languages printed is read rightly: the cause, the line, and what it names."""

from dataclasses import replace

import pytest

from kubectl_why.diagnose import diagnose
from kubectl_why.model import Confidence
from kubectl_why.snapshot import Log
from tests.logs import LONG_AGO, PRINTED, snapshot

each_log = pytest.mark.parametrize("printed", PRINTED, ids=lambda printed: printed.name)


@each_log
def test_cause_line_and_mentions(printed):
    about = printed.about
    assert printed.diagnosis.broken == ()
    assert printed.diagnosis.verdict == printed.cause
    assert len(about["by"]) > 10
    assert about.keys() <= {"by", "exit_code", "line", "mentions", "container", "state"}
    for verdict in printed.diagnosis.verdicts:
        alone = all(evidence.line is not None for evidence in verdict.finding.evidence)
        assert not (alone and verdict.finding.confidence is Confidence.CERTAIN)
    if not printed.diagnosis.verdicts:
        assert about["state"] == "ready"
        return
    finding = printed.diagnosis.verdicts[0].finding
    quoted = [evidence.value for evidence in finding.evidence if evidence.line is not None]
    if "line" in about:
        assert any(about["line"] in value for value in quoted), quoted
    told = "\n".join([finding.message, *quoted])
    assert [mention for mention in about.get("mentions", []) if mention not in told] == []


@each_log
def test_the_same_log_of_a_ready_pod_is_no_alarm(printed):
    """However scary: the pod serves, and has not been restarted."""
    assert diagnose(snapshot(printed.text, printed.about.get("container"), state="ready")).verdict == "healthy"


SERVED = "\n".join(f"2026-03-04 09:5{number % 10}:00 INFO served request {number} in 3 ms" for number in range(200))
STOPPING = "2026-03-04 10:00:01 INFO shutting down\n2026-03-04 10:00:01 INFO pool closed\n2026-03-04 10:00:02 INFO bye"
ENDED = [printed for printed in PRINTED if printed.about.get("state", "ended") == "ended"]
each_end = pytest.mark.parametrize("printed", ENDED, ids=lambda printed: printed.name)


def verdict_on(printed, text, exit_code=None):
    code = printed.about.get("exit_code", 1) if exit_code is None else exit_code
    return diagnose(snapshot(text, printed.about.get("container"), exit_code=code)).verdict


@each_end
def test_what_was_said_long_before_or_while_it_stopped_changes_nothing(printed):
    """But for what only the first or the last words can tell, of which nothing is said rather than something else."""
    for text in (f"{SERVED}\n{printed.text}", f"{printed.text}\n{STOPPING}", f"{printed.text}\n{printed.text}"):
        assert verdict_on(printed, text) in (printed.cause, "silent-exit")


@each_end
def test_an_error_that_was_survived_explains_no_later_end(printed):
    """Two hundred requests later somebody stops it, or it ends without a word."""
    assert verdict_on(printed, f"{printed.text}\n{SERVED}", 143) == "terminated"
    assert verdict_on(printed, f"{printed.text}\n{SERVED}", 1) == "silent-exit"


@each_end
def test_what_another_container_says_is_not_its_own(printed):
    """A container that ends without a word, beside one that serves with that log."""
    taken = snapshot("starting", others=({"name": "proxy", "image": "proxy:1"},))
    taken.pod["status"]["containerStatuses"][1] |= {"state": {"running": {"startedAt": LONG_AGO}}, "restartCount": 0}
    both = replace(taken, logs=(*taken.logs, Log("proxy", False, tuple(printed.text.split("\n")))))
    assert [(v.cause.id, v.finding.container) for v in diagnose(both).verdicts] == [("silent-exit", "web")]
