"""The cluster for all that is marked `kind`."""

import pytest

from tests.e2e.cluster import Cluster


@pytest.fixture(scope="session")
def cluster(request) -> Cluster:
    """That of --kube-context: nobody's cluster is taken unasked."""
    context = request.config.getoption("--kube-context")
    if not context:
        pytest.skip("no cluster is named: --kube-context NAME, or make e2e")
    found = Cluster(context)
    answer = found.kubectl("get", "--raw", "/readyz")
    assert answer.returncode == 0, f"context {context}: {answer.stderr}"
    return found


@pytest.fixture(scope="module")
def namespace(cluster, request):
    """A namespace of the module's own."""
    with cluster.namespace(request.module.__name__.rpartition("test_")[2].replace("_", "-")) as made:
        yield made
