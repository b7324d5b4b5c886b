"""What a look from inside is asked to look for: what the log, the runtime and the pod name."""

import pytest

from kubectl_why.debug.questions import MOST_FILES, MOST_HOSTS, Questions, questions
from kubectl_why.diagnose import diagnose
from kubectl_why.facts import Facts
from kubectl_why.hosts import Peer

from . import pods
from .pods import BACK_OFF, ended, runs

CONFIG = {
    "kind": "ConfigMap",
    "metadata": {"name": "web", "namespace": "depot"},
    "data": {"DB_HOST": "stock-db", "DB_PORT": "5432"},
}
SECRET = {"kind": "Secret", "metadata": {"name": "web", "namespace": "depot"}, "data": {"DATABASE_URL": "", "TOKEN": ""}}
NODE = {
    "kind": "Node",
    "metadata": {"name": "n1"},
    "status": {"nodeInfo": {"operatingSystem": "linux", "architecture": "arm64"}},
}
NOT_FOUND = (
    "OCI runtime create failed: runc create failed: unable to start "
    'container process: exec: "depot-serve": executable file not found in $PATH'
)
NO_FOLDER = (
    "OCI runtime create failed: runc create failed: unable to start container process: chdir to cwd "
    '("/srv/depot") set in config.json failed: no such file or directory'
)


def asked(state=BACK_OFF, last=None, seen=None, node=None, **more):
    """The questions about container web. `seen`: more of its status; `node`: the node on which it is."""
    snapshot = pods.snapshot(state, last or ended(1), restarts=3, **more)
    snapshot.pod["status"]["containerStatuses"][0].update(seen or {})
    snapshot.objects.update({"Node/n1": node} if node else {})
    facts = Facts(snapshot, diagnose)
    return questions(facts, facts.containers[0])


def env(**values):
    return {"env": [{"name": name, "value": value} for name, value in values.items()]}


# what the pod, its log and its runtime say -> what is asked
ASKED = {
    "nothing is named": ({}, Questions()),
    "the command": ({"spec": {"command": ["/app/serve", "--port", "80"]}}, Questions(command="/app/serve")),
    "a variable in the command": (
        {"spec": {"command": ["$(HOME_OF)/bin/serve"], **env(HOME_OF="/opt/depot")}},
        Questions(command="/opt/depot/bin/serve", files=("/opt/depot",)),
    ),
    "a variable in the command that nobody knows": ({"spec": {"command": ["$(HOME_OF)/bin/serve"]}}, Questions()),
    "arguments alone are no command": ({"spec": {"args": ["-c", "/etc/depot.ini"]}}, Questions(files=("/etc/depot.ini",))),
    "the entrypoint of the image, as the runtime names it": (
        {"last": ended(128, "StartError", NOT_FOUND)},
        Questions(command="depot-serve"),
    ),
    "what a shell does not find, not the shell": (
        {"spec": {"command": ["sh", "-c", "depot-serve"]}, "last": ended(127), "log": "sh: 1: depot-serve: not found"},
        Questions(command="depot-serve"),
    ),
    "the folder in which it is started": (
        {"spec": {"workingDir": "/srv/depot"}, "last": ended(128, "StartError", NO_FOLDER)},
        Questions(workdir="/srv/depot", files=("/srv/depot",)),
    ),
    "the file in the log first": (
        {
            "log": "FileNotFoundError: [Errno 2] No such file or directory: '/etc/depot/rules.yaml'",
            "spec": {
                "args": ["--state=/var/lib/depot"],
                **env(CACHE="file:///var/cache/depot", SITE="https://a.example/b/c"),
            },
        },
        Questions(
            files=("/etc/depot/rules.yaml", "/var/lib/depot", "/var/cache/depot"),
            hosts=(Peer("a.example", 443),),
        ),
    ),
    "a file in the working folder": (
        {
            "log": "FileNotFoundError: [Errno 2] No such file or directory: 'rules.yaml'",
            "spec": {"workingDir": "/srv/depot"},
        },
        Questions(workdir="/srv/depot", files=("/srv/depot/rules.yaml",)),
    ),
    "a list of paths": (
        {"spec": env(CLASSPATH="/app/a.jar:/app/b.jar:/app/lib/*", QUIET="/dev/null")},
        Questions(files=("/app/a.jar", "/app/b.jar")),
    ),
    "mounts, but for the token's": (
        {
            "spec": {
                "volumeMounts": [
                    {"name": "rules", "mountPath": "/etc/depot"},
                    {"name": "kube-api-access-x", "mountPath": "/var/run/secrets/kubernetes.io/serviceaccount"},
                ]
            },
            "pod": {"volumes": [{"name": "rules", "emptyDir": {}}, {"name": "kube-api-access-x", "projected": {}}]},
        },
        Questions(files=("/etc/depot",)),
    ),
    "the peer in the log first": (
        {
            "log": "redis.exceptions.ConnectionError: Error 111 connecting to stock-cache:6379. Connection refused.",
            "spec": env(MAIL_HOST="smtp.depot", MAIL_PORT="25"),
        },
        Questions(hosts=(Peer("stock-cache", 6379), Peer("smtp.depot", 25))),
    ),
    "a host of a ConfigMap": (
        {"spec": {"envFrom": [{"configMapRef": {"name": "web"}}]}, "objects": [CONFIG]},
        Questions(hosts=(Peer("stock-db", 5432),)),
    ),
    "a host with its port, not once more without": (
        {"spec": env(PEER_HOST="stock-db", DB_URL="postgres://stock-db/stock")},
        Questions(hosts=(Peer("stock-db", 5432),)),
    ),
    "words of a log are no hosts": ({"log": "error: address already in use"}, Questions()),
    "what only a Secret knows": (
        {
            "spec": {
                "env": [{"name": "DB", "valueFrom": {"secretKeyRef": {"name": "other", "key": "url"}}}],
                "envFrom": [{"prefix": "X_", "secretRef": {"name": "web"}}],
            },
            "objects": [SECRET],
        },
        Questions(secret_variables=("DB", "X_DATABASE_URL", "X_TOKEN")),
    ),
    "where the kubelet asks": (
        {
            "spec": {
                "ports": [{"name": "http", "containerPort": 8080}],
                "readinessProbe": {"httpGet": {"port": "http", "path": "/ready"}},
                "livenessProbe": {"tcpSocket": {"host": "stock-db", "port": 5432}},
                "startupProbe": {"exec": {"command": ["true"]}},
            }
        },
        Questions(hosts=(Peer("127.0.0.1", 8080), Peer("stock-db", 5432))),
    ),
    "the user that the pod asks for": (
        {"spec": {"securityContext": {"runAsUser": 1000}}},
        Questions(user=(1000, None)),
    ),
    "the user as the kubelet tells it": (
        {
            "state": runs(5),
            "seen": {"user": {"linux": {"uid": 0, "gid": 7}}},
            "spec": {"securityContext": {"runAsUser": 1000}},
        },
        Questions(user=(0, 7)),
    ),
    "the architecture of the node": ({"node": NODE}, Questions(machine="arm64")),
}


@pytest.mark.parametrize("case", ASKED)
def test_what_is_asked(case):
    have, want = ASKED[case]
    assert asked(**have) == want


def test_no_more_is_asked_than_can_be_looked_at():
    many = env(**{f"F{n}": f"/data/{n}" for n in range(99)}, **{f"H{n}_URL": f"http://h{n}.depot:80" for n in range(99)})
    found = asked(spec=many)
    assert len(found.files) == MOST_FILES
    assert len(found.hosts) == MOST_HOSTS
