"""A real cluster as the tests use it: kubectl, `kubectl why`, a namespace for a while, waiting until something is true."""

import json
import secrets
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

from tests.replay import environment
from tests.test_rights import Right, granted

BUSYBOX = "busybox:1.37.0"
API_OF_ROLES = "rbac.authorization.k8s.io/v1"
COPIES = "app.kubernetes.io/managed-by=kubectl-why"
"""The label of what a look inside has made."""
_PAUSE = 2.0  # seconds between two tries
_OURS = {"app.kubernetes.io/part-of": "kubectl-why-e2e"}


class Namespace(NamedTuple):
    """One namespace of a cluster: the words that every command in it needs."""

    cluster: "Cluster"
    name: str

    def kubectl(self, *words: str, objects: list | None = None) -> subprocess.CompletedProcess:
        return self.cluster.kubectl("-n", self.name, *words, objects=objects)

    def apply(self, *objects: dict) -> None:
        done = self.kubectl("apply", "-f", "-", objects=list(objects))
        assert done.returncode == 0, done.stderr

    def pod(self, name: str, *, labels: dict | None = None, also: dict | None = None, **app: object) -> str:
        """Apply a pod with one container, `app`; gives its name. `also` is what else its spec has."""
        self.apply(pod(name, labels=labels, also=also, **app))
        return name

    def why(self, *words: str, **options) -> subprocess.CompletedProcess:
        done = self.start(*words, **options)
        try:
            stdout, stderr = done.communicate(timeout=240)
        finally:
            done.kill()
        return subprocess.CompletedProcess(words, done.returncode, stdout, stderr)

    def start(self, *words: str, **options) -> subprocess.Popen:
        """`kubectl why` in this namespace, as a process group of its own, as a terminal would have it."""
        command = ["kubectl", "why", *words, "-n", self.name, "--context", self.cluster.context]
        usual = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "start_new_session": True}
        return subprocess.Popen(command, env=environment(), **{**usual, **options})

    def grant(self, role: str, account: str, rights: Iterable[Right] | None = None) -> None:
        """Let a ServiceAccount do in this namespace what a role of docs/rbac allows, or what of it is left."""
        rights = granted(role) if rights is None else rights
        subject = {"kind": "ServiceAccount", "name": account, "namespace": self.name}
        reference = {"apiGroup": API_OF_ROLES.partition("/")[0], "kind": "Role", "name": role}
        self.apply(
            {**named("Role", role, API_OF_ROLES), "rules": rules(rights)},
            {**named("RoleBinding", role, API_OF_ROLES), "roleRef": reference, "subjects": [subject]},
        )

    def get(self, *words: str) -> dict:
        done = self.kubectl("get", *words, "-o", "json")
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def diagnosis(self, *words: str) -> dict:
        """What `-o json` prints; an AssertionError with all that was seen where that is nothing."""
        done = self.why(*words, "-o", "json")
        assert done.stdout, told(done)
        return {**json.loads(done.stdout), "exit status": done.returncode, "stderr": done.stderr}

    def until(self, check: Callable[[], object], about: str, seconds: float = 180) -> object:
        """Try until `check` raises no AssertionError any more; else fail with the last one, and the state of `about`."""
        end = time.monotonic() + seconds
        while True:
            try:
                return check()
            except AssertionError as error:
                if time.monotonic() > end:
                    raise AssertionError(f"not in {seconds:g} s: {error}\n{self.state(about)}") from None
            time.sleep(_PAUSE)

    def until_pod(self, name: str, jsonpath: str, want: str, seconds: float = 120) -> None:
        """Wait until what the path finds in the pod is this."""

        def check():
            done = self.kubectl("get", "pod", name, "-o", f"jsonpath={{{jsonpath}}}")
            assert done.stdout == want, f"{jsonpath} is {done.stdout!r}, not {want!r}; {done.stderr}"

        self.until(check, f"pod/{name}", seconds)

    def copies(self) -> list[str]:
        """The pods that a look inside has made, and that are not being deleted."""
        found = self.get("pods", "-l", COPIES)["items"]
        return [item["metadata"]["name"] for item in found if not item["metadata"].get("deletionTimestamp")]

    def state(self, about: str) -> str:
        """What a person would look at."""
        return self.kubectl("describe", about).stdout + self.kubectl("get", "events,pods").stdout


class Cluster(NamedTuple):
    """The cluster of one context."""

    context: str

    def kubectl(self, *words: str, objects: list | None = None) -> subprocess.CompletedProcess:
        command = ["kubectl", "--context", self.context, *words]
        sent = json.dumps({"apiVersion": "v1", "kind": "List", "items": objects}) if objects else None
        return subprocess.run(command, input=sent, capture_output=True, text=True, timeout=300)

    @contextmanager
    def namespace(self, what: str, labels: dict | None = None) -> Iterator[Namespace]:
        """A namespace that is deleted at the end, with its default ServiceAccount there already.

        Where nobody is left to delete it: kubectl delete namespace -l app.kubernetes.io/part-of=kubectl-why-e2e
        """
        name = f"kubectl-why-{what}-{secrets.token_hex(3)}"
        made = self.kubectl("create", "-f", "-", objects=[named("Namespace", name, labels={**_OURS, **(labels or {})})])
        assert made.returncode == 0, made.stderr
        here = Namespace(self, name)
        try:
            here.until(lambda: here.get("serviceaccount", "default"), "serviceaccounts", 60)
            yield here
        finally:
            self._delete(here)

    def _delete(self, here: Namespace) -> None:
        """Finalizers would keep the namespace for ever; those of the tests' own objects are all on pods."""
        for line in here.kubectl("get", "pods", "-o", "name").stdout.split():
            here.kubectl("patch", line, "--type=merge", "-p", '{"metadata":{"finalizers":null}}')
        gone = self.kubectl("delete", "namespace", here.name, "--timeout=240s")
        assert gone.returncode == 0, f"namespace {here.name} is left behind: {gone.stderr}"


def rules(rights: Iterable[Right]) -> list[dict]:
    """The rules of a role that allows just this."""
    return [{"apiGroups": [group], "resources": [resource], "verbs": [verb]} for group, resource, verb in sorted(rights)]


def named(kind: str, name: str, api: str = "v1", **metadata: object) -> dict:
    return {"apiVersion": api, "kind": kind, "metadata": {"name": name, **metadata}}


def pod(name: str, *, labels: dict | None = None, also: dict | None = None, **app: object) -> dict:
    container = {"name": "app", "image": BUSYBOX, **({} if "image" in app else {"command": ["sleep", "9999"]}), **app}
    nodes = {"kubernetes.io/os": "linux"}
    spec = {"terminationGracePeriodSeconds": 1, "nodeSelector": nodes, "containers": [container], **(also or {})}
    return {**named("Pod", name, labels=labels or {}), "spec": spec}


def told(done: subprocess.CompletedProcess) -> str:
    """All that a command has said."""
    return f"{' '.join(map(str, done.args))}: exit status {done.returncode}\n{done.stdout}{done.stderr}"
