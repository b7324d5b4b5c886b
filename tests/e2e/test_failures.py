"""Failures of all families on a real cluster: each is provoked by its row of failures.yaml, and its cause is found.

All are applied first, then each is asked about until the answer is right or time is up, for what a pod looks like changes: a
container that cannot stay up runs, has ended, and waits in turn.
"""

from contextlib import ExitStack

import pytest

from tests.e2e.rows import ROWS, target_of, workload

pytestmark = pytest.mark.kind


@pytest.fixture(scope="module")
def provoked(cluster, namespace):
    """The namespace of each row, in which it is applied."""
    places = {}
    with ExitStack() as stack:
        for name, row in ROWS.items():
            own = row.get("namespace")
            places[name] = namespace if own is None else stack.enter_context(cluster.namespace(name, own))
            places[name].apply(*row.get("objects", ()), workload(name, row))
        yield places


@pytest.mark.parametrize("name", ROWS)
def test_the_cause_is_found(provoked, name, figures):
    row, here = ROWS[name], provoked[name]
    target = target_of(name, row)

    def check():
        found = here.diagnosis(target)
        assert found["verdict"] == row["cause"], found
        first = found["verdicts"][0]
        assert first["container"] == row.get("container", "app"), found
        assert [word for word in row.get("words", ()) if word not in first["message"]] == [], found
        assert found["exit status"] == 1, found

    here.until(check, target)
    figures["failures provoked"] += 1
