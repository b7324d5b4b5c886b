"""The cluster for all that is marked `kind`."""

import os
import subprocess

import pytest

from tests.e2e.cluster import Cluster


@pytest.fixture(scope="session")
def cluster(request) -> Cluster:
    """That of --kube-context; the present one only where E2E=current says so: nobody's cluster is taken unasked."""
    context = request.config.getoption("--kube-context")
    if not context and os.environ.get("E2E") == "current":
        context = subprocess.run(["kubectl", "config", "current-context"], capture_output=True, text=True).stdout.strip()
        assert context, "E2E=current, and there is no current context"
    if not context:
        pytest.skip("no cluster: --kube-context NAME, or E2E=current for the present one")
    found = Cluster(context)
    answer = found.kubectl("get", "--raw", "/readyz")
    assert answer.returncode == 0, f"context {context}: {answer.stderr}"
    return found


@pytest.fixture(scope="module")
def namespace(cluster, request):
    """A namespace of the module's own."""
    with cluster.namespace(request.module.__name__.rpartition("test_")[2].replace("_", "-")) as made:
        yield made
