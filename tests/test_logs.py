"""What real programs of many languages printed is read rightly: the cause, the line, and what it names."""

import pytest

from kubectl_why.model import Confidence
from tests.logs import PRINTED

each_log = pytest.mark.parametrize("printed", PRINTED, ids=lambda printed: printed.name)


@each_log
def test_cause(printed):
    assert printed.diagnosis.broken == ()
    assert printed.diagnosis.verdict == printed.cause


@each_log
def test_line_and_mentions(printed):
    about = printed.about
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
def test_a_log_alone_is_never_certain(printed):
    for verdict in printed.diagnosis.verdicts:
        alone = all(evidence.line is not None for evidence in verdict.finding.evidence)
        assert not (alone and verdict.finding.confidence is Confidence.CERTAIN)


@each_log
def test_says_how_it_was_made(printed):
    assert len(printed.about["by"]) > 10
    assert printed.about.keys() <= {"by", "exit_code", "line", "mentions", "container", "state"}
