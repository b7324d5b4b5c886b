"""The end-to-end tests, or a recording, in a cluster that kind makes for them and that is deleted afterwards.

    python -m tests.e2e                 the tests
    python -m tests.e2e record CASE     a recording (record.py)

E2E=current in the environment takes kubectl's current context instead; KIND_IMAGE is the image of the node, for another
version. Where there is no working kind, that is said, and nothing is run.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.e2e.cluster import Cluster
from tests.e2e.record import record


def main(words: list[str]) -> int:
    if os.environ.get("E2E") == "current":
        context = subprocess.run(["kubectl", "config", "current-context"], capture_output=True, text=True).stdout.strip()
        return run(words, context) if context else sys.exit("E2E=current, and kubectl has no current context")
    lacking = next((name for name in ("docker", "kind", "kubectl") if not shutil.which(name)), None)
    if lacking:
        return skipped(f"there is no {lacking}")
    daemon = subprocess.run(["docker", "info"], capture_output=True, text=True)
    if daemon.returncode:
        return skipped(f"docker does not work here: {daemon.stderr.strip()}")
    with kind() as context:
        return run(words, context)


def skipped(why: str) -> int:
    print(f"SKIPPED, nothing was tested: {why}. E2E=current takes the current context of kubectl.", file=sys.stderr)
    return 0


@contextmanager
def kind() -> Iterator[str]:
    """A cluster with a kubeconfig of its own, deleted at the end; gives its context."""
    name = f"kubectl-why-{os.getpid()}"
    image = os.environ.get("KIND_IMAGE")
    with tempfile.TemporaryDirectory() as folder:
        os.environ["KUBECONFIG"] = str(Path(folder) / "kubeconfig")
        try:
            create = ["kind", "create", "cluster", "--name", name, "--wait", "5m", *(["--image", image] if image else [])]
            subprocess.run(create, check=True)
            yield f"kind-{name}"
        finally:
            subprocess.run(["kind", "delete", "cluster", "--name", name])


def run(words: list[str], context: str) -> int:
    if words[:1] == ["record"]:
        return record(Cluster(context), *words[1:])
    tests = [sys.executable, "-m", "pytest", "tests/e2e", "-m", "kind", "-rs", "--kube-context", context]
    return subprocess.run([*tests, *words]).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
