"""The objects of a look inside: of each pod the copy and the ephemeral container, field by field."""

import itertools
import json
import os
import shutil
import subprocess
from copy import deepcopy
from pathlib import Path

import pytest

from kubectl_why.debug.builders import (
    BUSYBOX,
    EXAMINE,
    FOLDER,
    IMAGE,
    SHELL,
    TOOLS,
    VOLUME,
    Refused,
    ephemeral_container,
    sleeping_copy,
)
from kubectl_why.debug.privileges import NOBODY, PROFILES, RESTRICTED
from kubectl_why.debug.questions import Questions
from kubectl_why.facts import resolve
from kubectl_why.hosts import Peer

SCRIPT = "echo $$ $(id)"
OURS = {"name": VOLUME, "mountPath": FOLDER}
ABSENT = object()
POD = {
    "apiVersion": "v1",
    "kind": "Pod",
    "metadata": {
        "name": "depot-7d4b8c6f5-x2k9p",
        "namespace": "shop",
        "uid": "7f9e",
        "resourceVersion": "12",
        "generateName": "depot-7d4b8c6f5-",
        "labels": {"app": "depot", "pod-template-hash": "7d4b8c6f5"},
        "annotations": {"checksum/config": "1f", "sidecar.istio.io/status": "{}"},
        "ownerReferences": [
            {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "depot-7d4b8c6f5", "uid": "1", "controller": True}
        ],
        "finalizers": ["depot.example/stay"],
    },
    "spec": {
        "nodeName": "n1",
        "restartPolicy": "Always",
        "terminationGracePeriodSeconds": 30,
        "serviceAccountName": "depot",
        "serviceAccount": "depot",
        "containers": [{"name": "web", "image": "depot:1"}],
    },
    "status": {
        "phase": "Running",
        "containerStatuses": [{"name": "web", "state": {"waiting": {"reason": "CrashLoopBackOff"}}}],
    },
}


def pod(spec=None, web=None, metadata=None, more=(), inits=(), running=(), status=None):
    """The pod with these fields of its spec, of container web and of its metadata; more containers; who runs."""
    made = deepcopy(POD)
    made["spec"].update(spec or {})
    made["spec"]["containers"] = [{**made["spec"]["containers"][0], **(web or {})}, *more]
    made["spec"] |= {"initContainers": list(inits)} if inits else {}
    made["metadata"].update(metadata or {})
    made["status"] |= (
        {"containerStatuses": [{"name": name, "state": {"running": {}}} for name in running]} if running else {}
    )
    return made


def at(obj, path):
    try:
        return resolve(obj, path)
    except (KeyError, IndexError):
        return ABSENT


def mount(volume, path, /, **more):
    return {"name": volume, "mountPath": path, **more}


def volume(name, kind, /, **source):
    return {"name": name, kind: source}


def named(name, /, **fields):
    return {"name": name, "image": f"{name}:1", **fields}


EMPTY = volume("work", "emptyDir")
CLAIM = volume("data", "persistentVolumeClaim", claimName="depot-data")
READ_ONLY_CLAIM = volume("data", "persistentVolumeClaim", claimName="depot-data", readOnly=True)
HOST = volume("logs", "hostPath", path="/var/log")
HERE = [{"matchFields": [{"key": "metadata.name", "operator": "In", "values": ["n1"]}]}]
FIRST_HERE = [{"weight": 100, "preference": HERE[0]}]
REQUIRED = "spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms"
PREFERRED = "spec.affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution"
WEB = "spec.containers{web}"
BROUGHT = f"spec.initContainers{{{TOOLS}}}"
LOOKS = f"spec.initContainers{{{EXAMINE}}}"


def claims(*modes):
    return {"claims": {"depot-data": {"spec": {"accessModes": list(modes)}}}}


# the pod, the options, what stands in the copy
COPIES = {
    "a new pod": (
        {},
        {},
        {
            "metadata.name": "depot-7d4b8c6f5-x2k9p-why-abcde",
            "metadata.namespace": "shop",
            "metadata.labels": {
                "app.kubernetes.io/managed-by": "kubectl-why",
                "sidecar.istio.io/inject": "false",
                "kuma.io/sidecar-injection": "disabled",
            },
            "metadata.annotations[kubectl-why/of]": "depot-7d4b8c6f5-x2k9p",
            "metadata.annotations[checksum/config]": ABSENT,
            **{
                f"metadata.{field}": ABSENT
                for field in ("uid", "resourceVersion", "generateName", "ownerReferences", "finalizers")
            },
            **{f"spec.{field}": ABSENT for field in ("nodeName", "serviceAccount", "readinessGates")},
            "spec.restartPolicy": "Never",
            "spec.activeDeadlineSeconds": 600,
            "spec.terminationGracePeriodSeconds": 1,
            "spec.serviceAccountName": "depot",
            "status": ABSENT,
        },
    ),
    "a name that would be too long": (
        {"metadata": {"name": "depot." + "x" * 60}},
        {},
        {"metadata.name": "depot." + "x" * 47 + "-why-abcde"},
    ),
    "a name cut at a dash": ({"metadata": {"name": "x" * 52 + "-yyyyyyyy"}}, {}, {"metadata.name": "x" * 52 + "-why-abcde"}),
    "the command": (
        {"web": {"command": ["/app/serve"], "args": ["--all"], "workingDir": "/gone", "stdin": True, "tty": True}},
        {},
        {
            f"{WEB}.command[0]": BUSYBOX,
            f"{WEB}.command[1]": "sh",
            f"{WEB}.command[2]": "-c",
            f"{WEB}.command[3]": "echo $$$$ $$(id)",
            f"{WEB}.command[4]": "examine.sh",
            f"{WEB}.image": "depot:1",
            **{f"{WEB}.{field}": ABSENT for field in ("args", "workingDir", "stdin", "tty")},
        },
    ),
    "the command, really run": (
        {
            "web": {"command": ["/app/serve"], "args": ["--all"], "workingDir": "/srv"},
            "spec": {"terminationGracePeriodSeconds": 9},
        },
        {"run": True},
        {
            f"{WEB}.command": ["/app/serve"],
            f"{WEB}.args": ["--all"],
            f"{WEB}.workingDir": "/srv",
            f"{WEB}.volumeMounts": ABSENT,
            f"{LOOKS}.command[0]": BUSYBOX,
            f"{LOOKS}.image": "depot:1",
            f"{LOOKS}.args": ABSENT,
            "spec.terminationGracePeriodSeconds": 9,
        },
    ),
    "the tools": (
        {},
        {"image": "tools:1"},
        {
            f"{BROUGHT}.image": "tools:1",
            f"{BROUGHT}.volumeMounts": [OURS],
            f"{BROUGHT}.securityContext": {**RESTRICTED, "runAsUser": NOBODY, "readOnlyRootFilesystem": True},
            f"{BROUGHT}.resources": ABSENT,
            f"{WEB}.volumeMounts": [{**OURS, "readOnly": True}],
            "spec.volumes": [volume(VOLUME, "emptyDir", medium="Memory", sizeLimit="16Mi")],
        },
    ),
    "the tools for a user": ({}, {"user": (1001, 1)}, {f"{BROUGHT}.securityContext.runAsUser": 1001}),
    "the tools for root": ({}, {"user": (0, 0)}, {f"{BROUGHT}.securityContext.runAsUser": NOBODY}),
    "a shell beside what runs": (
        {"web": {"env": [{"name": "A", "value": "1"}], "ports": [{"containerPort": 80}]}},
        {"run": True, "shell": True, "stay": 900},
        {
            f"spec.containers{{{SHELL}}}.command": [BUSYBOX, "sleep", "900"],
            f"spec.containers{{{SHELL}}}.env": [{"name": "A", "value": "1"}],
            f"spec.containers{{{SHELL}}}.ports": ABSENT,
            f"{LOOKS}.command[-1]": "20",
        },
    ),
    "a shell where it looks": (
        {},
        {"shell": True, "stay": 900},
        {f"{WEB}.command[-2]": "--stay", f"{WEB}.command[-1]": "900"},
    ),
    # -- the environment
    "variables": (
        {"web": {"env": [{"name": "A", "value": "$(B)"}], "envFrom": [{"secretRef": {"name": "depot"}}]}},
        {},
        {f"{WEB}.env": [{"name": "A", "value": "$(B)"}], f"{WEB}.envFrom": [{"secretRef": {"name": "depot"}}]},
    ),
    "variables that say something of the pod": (
        {
            "metadata": {"labels": {"app": "depot"}, "annotations": {"a/b": "$(A)"}},
            "web": {
                "env": [
                    {"name": "NAME", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}},
                    {"name": "APP", "valueFrom": {"fieldRef": {"fieldPath": "metadata.labels['app']"}}},
                    {"name": "NOTE", "valueFrom": {"fieldRef": {"fieldPath": "metadata.annotations['a/b']"}}},
                    {"name": "IP", "valueFrom": {"fieldRef": {"fieldPath": "status.podIP"}}},
                ]
            },
        },
        {},
        {
            f"{WEB}.env": [
                {"name": "NAME", "value": "depot-7d4b8c6f5-x2k9p"},
                {"name": "APP", "value": "depot"},
                {"name": "NOTE", "value": "$$(A)"},
                {"name": "IP", "valueFrom": {"fieldRef": {"fieldPath": "status.podIP"}}},
            ]
        },
    ),
    # -- what could do harm
    "probes and hooks": (
        {
            "web": {
                "livenessProbe": {"tcpSocket": {"port": 80}},
                "readinessProbe": {"tcpSocket": {"port": 80}},
                "startupProbe": {"tcpSocket": {"port": 80}},
                "lifecycle": {"preStop": {"exec": {"command": ["drain"]}}},
                "restartPolicy": "OnFailure",
                "restartPolicyRules": [{"action": "Restart", "exitCodes": {"operator": "In", "values": [3]}}],
            }
        },
        {"run": True},
        {
            f"{WEB}.{field}": ABSENT
            for field in (
                "livenessProbe",
                "readinessProbe",
                "startupProbe",
                "lifecycle",
                "restartPolicy",
                "restartPolicyRules",
            )
        },
    ),
    "a host port": (
        {"web": {"ports": [{"name": "http", "containerPort": 80, "hostPort": 80}]}},
        {"run": True},
        {f"{WEB}.ports": [{"name": "http", "containerPort": 80}], f"{LOOKS}.ports": ABSENT},
    ),
    "the node's network is looked at": (
        {
            "spec": {"hostNetwork": True, "dnsPolicy": "ClusterFirstWithHostNet"},
            "web": {"ports": [{"containerPort": 80, "hostPort": 80}]},
        },
        {},
        {"spec.hostNetwork": True, "spec.dnsPolicy": "ClusterFirstWithHostNet", f"{WEB}.ports": ABSENT},
    ),
    "the ports of the node are not taken by a sidecar": (
        {
            "spec": {"hostNetwork": True, "volumes": [EMPTY]},
            "web": {"volumeMounts": [mount("work", "/work")]},
            "inits": [
                named("render", restartPolicy="Always", ports=[{"containerPort": 1}], volumeMounts=[mount("work", "/out")])
            ],
        },
        {},
        {"spec.hostNetwork": True, "spec.initContainers{render}.ports": ABSENT},
    ),
    "the ports of the node are not taken": (
        {"spec": {"hostNetwork": True}, "web": {"ports": [{"containerPort": 80, "hostPort": 80}]}},
        {"run": True},
        {"spec.hostNetwork": ABSENT, f"{WEB}.ports": [{"containerPort": 80}], "words": "not in the node's network"},
    ),
    "the processes of the node": (
        {"spec": {"hostPID": True, "hostIPC": True, "shareProcessNamespace": False}},
        {},
        {"spec.hostPID": ABSENT, "spec.hostIPC": ABSENT, "spec.shareProcessNamespace": False},
    ),
    "priority": (
        {"spec": {"priorityClassName": "high", "priority": 1000, "preemptionPolicy": "PreemptLowerPriority"}},
        {},
        {f"spec.{field}": ABSENT for field in ("priorityClassName", "priority", "preemptionPolicy")},
    ),
    "what waits or is counted": (
        {
            "spec": {
                "schedulingGates": [{"name": "depot.example/wait"}],
                "readinessGates": [{"conditionType": "depot.example/ok"}],
                "activeDeadlineSeconds": 5,
                "overhead": {"memory": "64Mi"},
                "ephemeralContainers": [named("peek")],
            }
        },
        {"deadline": 70},
        {
            **{
                f"spec.{field}": ABSENT for field in ("schedulingGates", "readinessGates", "overhead", "ephemeralContainers")
            },
            "spec.activeDeadlineSeconds": 70,
        },
    ),
    "what a pod depends on": (
        {
            "spec": {
                "hostAliases": [{"ip": "10.0.0.1", "hostnames": ["db"]}],
                "dnsConfig": {"options": [{"name": "ndots", "value": "1"}]},
                "hostname": "depot-0",
                "subdomain": "depot",
                "runtimeClassName": "sandboxed",
                "imagePullSecrets": [{"name": "registry"}],
                "automountServiceAccountToken": False,
                "enableServiceLinks": False,
                "hostUsers": False,
                "schedulerName": "other",
                "resources": {"limits": {"memory": "1Gi"}},
            }
        },
        {},
        {
            "spec.hostAliases[0].ip": "10.0.0.1",
            "spec.dnsConfig.options[0].name": "ndots",
            "spec.hostname": "depot-0",
            "spec.subdomain": "depot",
            "spec.runtimeClassName": "sandboxed",
            "spec.imagePullSecrets[0].name": "registry",
            "spec.automountServiceAccountToken": False,
            "spec.enableServiceLinks": False,
            "spec.hostUsers": False,
            "spec.schedulerName": "other",
            "spec.resources.limits.memory": "1Gi",
        },
    ),
    # -- labels
    "labels kept": (
        {
            "metadata": {
                "labels": {
                    "app": "depot",
                    "app.kubernetes.io/managed-by": "Helm",
                    "pod-template-hash": "1",
                    "controller-revision-hash": "2",
                    "job-name": "x",
                    "batch.kubernetes.io/controller-uid": "3",
                    "statefulset.kubernetes.io/pod-name": "depot-0",
                }
            }
        },
        {"keep_labels": True},
        {
            "metadata.labels": {
                "app": "depot",
                "app.kubernetes.io/managed-by": "kubectl-why",
                "sidecar.istio.io/inject": "false",
                "kuma.io/sidecar-injection": "disabled",
            },
            "spec.readinessGates": [{"conditionType": "kubectl-why/never"}],
        },
    ),
    # -- where it runs
    "on its node first": ({}, {}, {PREFERRED: FIRST_HERE, REQUIRED: ABSENT}),
    "nowhere yet": ({"spec": {"nodeName": None}}, {}, {"spec.affinity": ABSENT}),
    "its own rules for nodes": (
        {
            "spec": {
                "nodeSelector": {"disk": "ssd"},
                "tolerations": [{"key": "gpu", "operator": "Exists"}],
                "topologySpreadConstraints": [{"topologyKey": "zone"}],
                "affinity": {
                    "nodeAffinity": {"preferredDuringSchedulingIgnoredDuringExecution": [{"weight": 1, "preference": {}}]},
                    "podAntiAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [{"topologyKey": "host"}]},
                    "podAffinity": {"requiredDuringSchedulingIgnoredDuringExecution": [{"topologyKey": "host"}]},
                },
            }
        },
        {},
        {
            "spec.nodeSelector": {"disk": "ssd"},
            "spec.tolerations": [{"key": "gpu", "operator": "Exists"}],
            "spec.topologySpreadConstraints": ABSENT,
            PREFERRED: [{"weight": 1, "preference": {}}, *FIRST_HERE],
            "spec.affinity.podAntiAffinity": ABSENT,
            "spec.affinity.podAffinity": ABSENT,
        },
    ),
    "an architecture": ({}, {"machine": "arm64"}, {"spec.nodeSelector": {"kubernetes.io/arch": "arm64"}}),
    # -- volumes
    "a claim": (
        {"spec": {"volumes": [CLAIM]}, "web": {"volumeMounts": [mount("data", "/data", subPath="a")]}},
        {},
        {
            "spec.volumes[0]": READ_ONLY_CLAIM,
            f"{WEB}.volumeMounts[0]": mount("data", "/data", subPath="a", readOnly=True),
            REQUIRED: HERE,
            "words": "volumes read-only: data",
        },
    ),
    "a claim of one node": (
        {"spec": {"volumes": [CLAIM]}, "web": {"volumeMounts": [mount("data", "/data")]}},
        claims("ReadWriteOnce"),
        {REQUIRED: HERE, PREFERRED: ABSENT, "spec.tolerations": [{"operator": "Exists", "effect": "NoSchedule"}]},
    ),
    "a claim of one node, and rules for nodes": (
        {
            "spec": {
                "volumes": [CLAIM],
                "affinity": {
                    "nodeAffinity": {
                        "requiredDuringSchedulingIgnoredDuringExecution": {
                            "nodeSelectorTerms": [{"matchExpressions": [{"key": "a", "operator": "Exists"}]}]
                        }
                    }
                },
            },
            "web": {"volumeMounts": [mount("data", "/data")]},
        },
        claims("ReadWriteOnce"),
        {REQUIRED: [{"matchExpressions": [{"key": "a", "operator": "Exists"}], **HERE[0]}]},
    ),
    "a claim of many nodes": (
        {"spec": {"volumes": [CLAIM]}, "web": {"volumeMounts": [mount("data", "/data")]}},
        claims("ReadWriteOnce", "ReadWriteMany"),
        {REQUIRED: ABSENT, PREFERRED: FIRST_HERE, f"{WEB}.volumeMounts[0].readOnly": True},
    ),
    "a claim of one pod": (
        {"spec": {"volumes": [CLAIM]}, "web": {"volumeMounts": [mount("data", "/data")]}},
        {**claims("ReadWriteOncePod"), "files": ("/data/a", "/database", "/etc/b")},
        {
            "spec.volumes[0]": volume("data", "emptyDir"),
            f"{WEB}.volumeMounts[0]": mount("data", "/data"),
            REQUIRED: ABSENT,
            "files": ["/database", "/etc/b"],
            "words": "volumes empty: data",
        },
    ),
    "a folder of the node": (
        {"spec": {"volumes": [HOST]}, "web": {"volumeMounts": [mount("logs", "/logs", mountPropagation="Bidirectional")]}},
        {},
        {"spec.volumes[0]": HOST, f"{WEB}.volumeMounts[0]": mount("logs", "/logs", readOnly=True), REQUIRED: HERE},
    ),
    "a volume of the network": (
        {
            "spec": {"volumes": [volume("share", "nfs", server="nas", path="/")]},
            "web": {"volumeMounts": [mount("share", "/share")]},
        },
        {},
        {f"{WEB}.volumeMounts[0].readOnly": True, REQUIRED: ABSENT},
    ),
    "volumes of the pod itself": (
        {
            "spec": {
                "volumes": [
                    EMPTY,
                    volume("rules", "configMap", name="rules"),
                    volume("new", "ephemeral", volumeClaimTemplate={}),
                    volume("token", "projected", sources=[{"serviceAccountToken": {"path": "token", "audience": "vault"}}]),
                ]
            },
            "web": {
                "volumeMounts": [
                    mount("work", "/work"),
                    mount("rules", "/rules"),
                    mount("new", "/new"),
                    mount("token", "/token"),
                ]
            },
        },
        {},
        {f"{WEB}.volumeMounts[{n}].readOnly": ABSENT for n in range(4)}
        | {"spec.volumes[2].ephemeral": {"volumeClaimTemplate": {}}, "words": ""},
    ),
    "the token that the server adds": (
        {
            "spec": {"volumes": [volume("kube-api-access-x", "projected", sources=[])]},
            "web": {"volumeMounts": [mount("kube-api-access-x", "/var/run/secrets/kubernetes.io/serviceaccount")]},
        },
        {},
        {"spec.volumes[1]": ABSENT, f"{WEB}.volumeMounts[1]": ABSENT},
    ),
    "a volume that holds a variable": (
        {
            "spec": {"volumes": [EMPTY]},
            "web": {"env": [{"name": "A", "valueFrom": {"fileKeyRef": {"volumeName": "work", "path": "env", "key": "A"}}}]},
        },
        {},
        {"spec.volumes[0]": EMPTY},
    ),
    "a volume that nothing mounts": (
        {"spec": {"volumes": [CLAIM, volume("rules", "secret", secretName="gone")]}},
        {},
        {"spec.volumes[1]": ABSENT, REQUIRED: ABSENT, "words": ""},
    ),
    "a device": (
        {"spec": {"volumes": [CLAIM]}, "web": {"volumeDevices": [{"name": "data", "devicePath": "/dev/xvda"}]}},
        {},
        {f"{WEB}.volumeDevices": ABSENT, "spec.volumes[1]": ABSENT, "words": "without: /dev/xvda"},
    ),
    # -- resources
    "limits, and the requests of a shell": (
        {
            "web": {
                "resources": {
                    "limits": {"cpu": "2", "memory": "1Gi", "example.com/gpu": "1"},
                    "requests": {"cpu": "1", "memory": "8Mi", "example.com/gpu": "1"},
                    "claims": [{"name": "gpu"}],
                }
            },
            "spec": {"resourceClaims": [{"name": "gpu", "resourceClaimTemplateName": "gpu"}]},
        },
        {},
        {
            f"{WEB}.resources": {"limits": {"cpu": "2", "memory": "1Gi"}, "requests": {"cpu": "10m", "memory": "8Mi"}},
            f"{BROUGHT}.resources": {"limits": {"cpu": "2", "memory": "1Gi"}, "requests": {"cpu": "10m", "memory": "8Mi"}},
            "spec.resourceClaims": ABSENT,
            "words": "without: example.com/gpu",
        },
    ),
    "limits, and its own requests": (
        {"web": {"resources": {"limits": {"memory": "1Gi"}, "requests": {"memory": "512Mi"}}}},
        {"small": False},
        {
            f"{WEB}.resources": {"limits": {"memory": "1Gi"}, "requests": {"memory": "512Mi"}},
            f"{BROUGHT}.resources": {"limits": {"memory": "1Gi"}, "requests": {"memory": "512Mi"}},
        },
    ),
    "all of it where it runs": (
        {
            "web": {
                "resources": {"limits": {"memory": "1Gi", "example.com/gpu": "1"}, "claims": [{"name": "gpu"}]},
            },
            "spec": {"resourceClaims": [{"name": "gpu", "resourceClaimTemplateName": "gpu"}]},
        },
        {"run": True},
        {
            f"{WEB}.resources": {"limits": {"memory": "1Gi", "example.com/gpu": "1"}, "claims": [{"name": "gpu"}]},
            f"{LOOKS}.resources": {"limits": {"memory": "1Gi"}, "requests": {"memory": "16Mi"}},
            "spec.resourceClaims[0].name": "gpu",
            "words": "",
        },
    ),
    "nothing but a device": (
        {"web": {"resources": {"limits": {"example.com/gpu": "1"}}}},
        {"run": True},
        {f"{WEB}.resources": {"limits": {"example.com/gpu": "1"}}, f"{LOOKS}.resources": ABSENT},
    ),
    # -- privileges
    "the user": (
        {
            "web": {"securityContext": {"runAsUser": 7, "readOnlyRootFilesystem": True}},
            "spec": {"securityContext": {"fsGroup": 9}},
        },
        {},
        {f"{WEB}.securityContext": {"runAsUser": 7, "readOnlyRootFilesystem": True}, "spec.securityContext": {"fsGroup": 9}},
    ),
    "never privileged": (
        {"web": {"securityContext": {"privileged": True, "runAsUser": 0}}, "spec": {"hostPID": True}},
        {},
        {f"{WEB}.securityContext": {"runAsUser": 0}, "spec.hostPID": ABSENT, "words": "not privileged"},
    ),
    "privileged by name": (
        {"web": {"securityContext": {"privileged": True}}, "spec": {"hostPID": True}, "more": [named("proxy")]},
        {"profile": "sysadmin", "run": True},
        {
            f"{WEB}.securityContext.privileged": True,
            "spec.hostPID": True,
            "spec.containers{proxy}.securityContext": ABSENT,
            "words": "",
        },
    ),
    "what Pod Security wants": (
        {
            "web": {
                "securityContext": {"capabilities": {"add": ["NET_RAW"]}, "runAsUser": 0, "readOnlyRootFilesystem": True},
                "volumeMounts": [mount("logs", "/logs")],
            },
            "spec": {
                "hostNetwork": True,
                "volumes": [HOST],
                "securityContext": {"runAsUser": 0, "fsGroup": 9, "sysctls": [{"name": "a"}]},
            },
        },
        {"profile": "restricted", "user": (0, 0)},
        {
            f"{WEB}.securityContext": {**RESTRICTED, "readOnlyRootFilesystem": True, "runAsUser": NOBODY},
            "spec.securityContext": {"fsGroup": 9},
            "spec.hostNetwork": ABSENT,
            "spec.volumes[0]": volume("logs", "emptyDir"),
            "words": f"volumes empty: logs; not in the node's network; as user {NOBODY}",
        },
    ),
    "what Pod Security wants of the others": (
        {"more": [named("proxy", securityContext={"runAsUser": 0, "privileged": True})]},
        {"profile": "restricted", "run": True},
        {
            f"{WEB}.securityContext": {**RESTRICTED, "runAsUser": NOBODY},
            "spec.containers{proxy}.securityContext": RESTRICTED,
        },
    ),
    "baseline": (
        {"web": {"securityContext": {"capabilities": {"add": ["SYS_ADMIN"], "drop": ["ALL"]}, "procMount": "Unmasked"}}},
        {"profile": "baseline"},
        {f"{WEB}.securityContext": {"capabilities": {"drop": ["ALL"]}}},
    ),
    "tracing": (
        {"web": {"securityContext": {"capabilities": {"add": ["CHOWN"], "drop": ["ALL"]}}}, "more": [named("proxy")]},
        {"profile": "general", "run": True},
        {
            f"{WEB}.securityContext.capabilities": {"add": ["CHOWN", "SYS_PTRACE"], "drop": ["ALL"]},
            "spec.containers{proxy}.securityContext": ABSENT,
        },
    ),
    # -- what is asked
    "the questions": (
        {},
        {
            "user": (5, None),
            "command": "serve",
            "workdir": "/srv",
            "machine": "amd64",
            "files": ("/a b", "/$HOME"),
            "hosts": (Peer("db", 5432), Peer("127.0.0.1", 8080), Peer("localhost"), Peer("fd00::1", 53), Peer("mail")),
            "secret_variables": ("DSN",),
        },
        {
            "options": [
                "--where",
                "pod",
                "--tools",
                FOLDER,
                "--seconds",
                "20",
                "--user",
                "5:",
                "--workdir",
                "/srv",
                "--command",
                "serve",
                "--machine",
                "amd64",
                "--file",
                "/a b",
                "--file",
                "/$$HOME",
                "--host",
                "db:5432",
                "--host",
                "[fd00::1]:53",
                "--host",
                "mail",
                "--secret",
                "DSN",
            ],
        },
    ),
}
# the programs in the image of the tools -> which of them is brought
BRINGS = {"one": (("busybox",), "busybox"), "a static one beside it": (("busybox", "busybox.static"), "busybox.static")}


@pytest.mark.skipif(os.name == "nt", reason="needs a POSIX shell")
@pytest.mark.parametrize("case", BRINGS)
def test_what_brings_the_tools(case, tmp_path):
    there, brought = BRINGS[case]
    for name in there:
        (tmp_path / name).write_text(name)
        (tmp_path / name).chmod(0o755)
    folder = tmp_path / "folder"
    folder.mkdir()
    words = [word.replace("$$", "$").replace(FOLDER, str(folder)) for word in at(copy({}, {}).object, f"{BROUGHT}.command")]
    subprocess.run(words, env={"PATH": f"{tmp_path}:/bin:/usr/bin"}, check=True)
    assert [(file.name, file.read_text(), os.access(file, os.X_OK)) for file in folder.iterdir()] == [
        ("busybox", brought, True)
    ]


@pytest.mark.skipif(os.name == "nt" or os.path.exists("/bin/busybox"), reason="needs a POSIX shell and no BusyBox")
def test_an_image_without_busybox_says_so(tmp_path):
    words = [word.replace("$$", "$") for word in at(copy({}, {}).object, f"{BROUGHT}.command")]
    done = subprocess.run([shutil.which(words[0]), *words[1:]], env={"PATH": str(tmp_path)}, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (127, "no busybox in this image\n")


OF_QUESTIONS = set(Questions._fields)


def copy(have, options, container="web"):
    options = dict(options)
    asked = Questions(**{name: options.pop(name) for name in OF_QUESTIONS & set(options)})
    return sleeping_copy(pod(**have), container, asked, script=SCRIPT, suffix="abcde", **options)


@pytest.mark.parametrize("case", COPIES)
def test_copy(case):
    have, options, want = COPIES[case]
    built = copy(have, options)
    words = at(built.object, f"{LOOKS if options.get('run') else WEB}.command")
    told = words[words.index("examine.sh") + 1 :]
    found = {
        "words": built.words,
        "options": told,
        "files": [value for name, value in itertools.pairwise(told) if name == "--file"],
    }
    assert {path: found[path] if path in found else at(built.object, path) for path in want} == want


# the other containers, the one that is examined -> before it, beside it, what is left out; then the same with --run
FILLS = named("render", volumeMounts=[mount("work", "/out")])
READS = named("check", volumeMounts=[mount("work", "/in", readOnly=True)])
COMPANY = {
    "one container": ({}, "web", ([], [], ""), ([], [], "")),
    "others beside it": ({"more": [named("proxy")]}, "web", ([], [], "proxy"), ([], ["proxy"], "")),
    "an init container that only waits": ({"inits": [named("wait")]}, "web", ([], [], "wait"), (["wait"], [], "")),
    "one that fills what it reads": (
        {
            "inits": [named("wait"), FILLS, READS],
            "web": {"volumeMounts": [mount("work", "/work")]},
            "spec": {"volumes": [EMPTY]},
        },
        "web",
        (["render"], [], "wait, check"),
        (["wait", "render", "check"], [], ""),
    ),
    "one that fills what fills what it reads": (
        {
            "inits": [
                named("fetch", volumeMounts=[mount("raw", "/raw")]),
                named("build", volumeMounts=[mount("raw", "/raw", readOnly=True), mount("work", "/work")]),
            ],
            "web": {"volumeMounts": [mount("work", "/work", readOnly=True)]},
            "spec": {"volumes": [EMPTY, volume("raw", "emptyDir")]},
        },
        "web",
        (["fetch", "build"], [], ""),
        (["fetch", "build"], [], ""),
    ),
    "one that writes to a claim": (
        {
            "inits": [named("chown", volumeMounts=[mount("data", "/data")]), named("wait")],
            "web": {"volumeMounts": [mount("data", "/data")]},
            "spec": {"volumes": [CLAIM]},
        },
        "web",
        ([], [], "chown, wait"),
        (["wait"], [], "chown"),
    ),
    "a sidecar that fills": (
        {
            "inits": [{**FILLS, "restartPolicy": "Always"}, named("proxy", restartPolicy="Always")],
            "web": {"volumeMounts": [mount("work", "/work")]},
            "spec": {"volumes": [EMPTY]},
        },
        "web",
        (["render"], [], "proxy"),
        (["render", "proxy"], [], ""),
    ),
    "a mesh": (
        {"inits": [named("istio-init"), named("istio-proxy", restartPolicy="Always")], "more": [named("linkerd-proxy")]},
        "web",
        ([], [], "istio-init, istio-proxy, linkerd-proxy"),
        ([], [], "istio-init, istio-proxy, linkerd-proxy"),
    ),
    "an init container that fails": (
        {"inits": [named("wait"), named("migrate"), named("later")], "more": [named("proxy")]},
        "migrate",
        ([], [], "wait, later, web, proxy"),
        (["wait"], [], "later, web, proxy"),
    ),
    "a sidecar that fails": (
        {"inits": [named("proxy", restartPolicy="Always")]},
        "proxy",
        ([], [], "web"),
        ([], [], "web"),
    ),
}


@pytest.mark.parametrize("case", COMPANY)
def test_which_containers_come_along(case):
    have, container, asleep, running = COMPANY[case]
    for run, (before, beside, left) in ((False, asleep), (True, running)):
        spec = (built := copy(have, {"run": run}, container)).object["spec"]
        assert [item["name"] for item in spec["initContainers"]] == [TOOLS, *before, *([EXAMINE] if run else [])]
        assert [item["name"] for item in spec["containers"]] == [container, *beside]
        assert built.through == (EXAMINE if run else container)
        assert [words for words in built.words.split("; ") if "left out" in words] == ([f"left out: {left}"] if left else [])


def test_a_sidecar_gates_the_start_and_nothing_else():
    probe = {"httpGet": {"port": "admin"}}
    sidecar = named(
        "proxy",
        restartPolicy="Always",
        startupProbe=probe,
        livenessProbe=probe,
        ports=[{"name": "admin", "containerPort": 1}],
    )
    made = copy({"inits": [sidecar]}, {"run": True}).object
    assert at(made, "spec.initContainers{proxy}") == {k: v for k, v in sidecar.items() if k != "livenessProbe"}
    assert at(copy({"inits": [sidecar]}, {"run": True}, "proxy").object, "spec.containers{proxy}.restartPolicy") is ABSENT


@pytest.mark.parametrize("run", [False, True])
def test_the_pod_itself_is_left_as_it_is(run):
    whole = pod(
        inits=[FILLS],
        web={"volumeMounts": [mount("work", "/work")]},
        spec={"volumes": [EMPTY, CLAIM], "affinity": {"nodeAffinity": {}}},
    )
    before = json.dumps(whole)
    sleeping_copy(whole, "web", Questions(), script=SCRIPT, suffix="abcde", run=run)
    ephemeral_container(whole, "web", Questions(), script=SCRIPT, suffix="abcde")
    assert json.dumps(whole) == before


# the pod, the options, what stands in the ephemeral container
ROOT = (0, 0)
EPHEMERAL = {
    "beside one that runs": (
        {"running": ["web"], "spec": {"volumes": [CLAIM]}, "web": {"volumeMounts": [mount("data", "/data")]}},
        {"user": (1000, 7), "files": ("/etc/a",), "command": "serve", "stay": 60},
        {
            "name": "kubectl-why-abcde",
            "image": IMAGE,
            "targetContainerName": "web",
            "volumeMounts": ABSENT,
            "securityContext": {**RESTRICTED, "runAsUser": 1000, "runAsGroup": 7},
            "command[2]": "echo $$$$ $$(id)",
            "options": [
                "--where",
                "target",
                "--root",
                "/proc/1/root",
                "--seconds",
                "20",
                "--user",
                "1000:7",
                "--command",
                "serve",
                "--file",
                "/etc/a",
                "--stay",
                "60",
            ],
            "words": "",
        },
    ),
    "with one that does not run": (
        {
            "spec": {"volumes": [CLAIM, EMPTY]},
            "web": {
                "volumeMounts": [
                    mount("data", "/data"),
                    mount("work", "/work"),
                    mount("work", "/etc/a.conf", subPath="a.conf"),
                    mount("work", "/usr/bin"),
                ]
            },
        },
        {
            "user": (1000, 7),
            "files": ("/etc/a.conf", "/data/x"),
            "command": "serve",
            "workdir": "/srv",
            "hosts": (Peer("127.0.0.1", 1),),
        },
        {
            "targetContainerName": ABSENT,
            "volumeMounts": [mount("data", "/data", readOnly=True), mount("work", "/work")],
            "options": [
                "--where",
                "beside",
                "--seconds",
                "20",
                "--user",
                "1000:7",
                "--file",
                "/data/x",
                "--host",
                "127.0.0.1:1",
            ],
            "words": "web does not run: of its files only those in volumes are seen",
        },
    ),
    "with shared processes": (
        {"running": ["web"], "spec": {"shareProcessNamespace": True}},
        {},
        {
            "targetContainerName": ABSENT,
            "words": "the containers share their processes: of its files only those in volumes are seen",
        },
    ),
    "with the node's processes": ({"running": ["web"], "spec": {"hostPID": True}}, {}, {"targetContainerName": ABSENT}),
    "variables of Secrets": (
        {
            "web": {
                "env": [
                    {"name": "DSN", "valueFrom": {"secretKeyRef": {"name": "db", "key": "dsn"}}},
                    {"name": "A", "value": "1"},
                ],
                "envFrom": [{"prefix": "X_", "secretRef": {"name": "db"}}, {"configMapRef": {"name": "rules"}}],
            }
        },
        {"secret_variables": ("DSN", "X_URL")},
        {
            "env": [{"name": "DSN", "valueFrom": {"secretKeyRef": {"name": "db", "key": "dsn", "optional": True}}}],
            "envFrom": [{"prefix": "X_", "secretRef": {"name": "db", "optional": True}}],
        },
    ),
    "no variable that is not asked for": (
        {
            "web": {
                "env": [
                    {"name": "DSN", "valueFrom": {"secretKeyRef": {"name": "db", "key": "dsn"}}},
                    {"name": "TOKEN", "valueFrom": {"secretKeyRef": {"name": "db", "key": "token"}}},
                ],
                "envFrom": [{"secretRef": {"name": "db"}}],
            }
        },
        {"secret_variables": ("DSN",)},
        {"env[0].name": "DSN", "env[1]": ABSENT, "envFrom": ABSENT},
    ),
    "as root, which sees the files with root's capabilities only": (
        {"running": ["web"], "web": {"securityContext": {"capabilities": {"drop": ["NET_RAW"]}, "privileged": False}}},
        {"user": ROOT},
        {"securityContext": {"capabilities": {"drop": ["NET_RAW"]}, "runAsUser": 0, "runAsGroup": 0}, "words": ""},
    ),
    "an unknown user": (
        {"running": ["web"]},
        {},
        {
            "securityContext": {**RESTRICTED, "runAsUser": NOBODY},
            "words": "the container's user is not known: its files may stay unseen without --profile=general",
        },
    ),
    "an unknown user, restricted by name": (
        {"running": ["web"]},
        {"profile": "restricted"},
        {"words": "the container's user is not known: its files may stay unseen without --profile=general"},
    ),
    "restricted by name": (
        {"running": ["web"]},
        {"user": ROOT, "profile": "restricted"},
        {
            "securityContext": {**RESTRICTED, "runAsUser": NOBODY},
            "words": "the container runs as root: its files are not seen with --profile=restricted",
        },
    ),
    "baseline by name": (
        {"running": ["web"]},
        {"user": (5, None), "profile": "baseline"},
        {"securityContext": {"runAsUser": 5}},
    ),
    "general by name": (
        {"running": ["web"]},
        {"profile": "general"},
        {"securityContext": {"capabilities": {"add": ["SYS_PTRACE"]}, "runAsUser": 0, "runAsNonRoot": False}, "words": ""},
    ),
    "a privileged container": (
        {"running": ["web"], "web": {"securityContext": {"privileged": True}}},
        {"user": ROOT},
        {
            "securityContext": {"runAsUser": 0, "runAsGroup": 0},
            "words": "the container is privileged: its files are seen with --profile=sysadmin only",
        },
    ),
    "privileged by name": (
        {"running": ["web"]},
        {"profile": "sysadmin"},
        {"securityContext": {"privileged": True, "runAsUser": 0, "runAsNonRoot": False}},
    ),
    "a name that is taken": (
        {"spec": {"ephemeralContainers": [named("kubectl-why-abcde")]}},
        {},
        {"name": "kubectl-why-abcdex"},
    ),
    "nothing that an ephemeral container may not have": (
        {"web": {"resources": {"limits": {"cpu": "1"}}, "ports": [{"containerPort": 80}], "livenessProbe": {}}},
        {},
        dict.fromkeys(("resources", "ports", "livenessProbe", "lifecycle"), ABSENT),
    ),
}


@pytest.mark.parametrize("case", EPHEMERAL)
def test_ephemeral_container(case):
    have, options, want = EPHEMERAL[case]
    options = dict(options)
    asked = Questions(**{name: options.pop(name) for name in OF_QUESTIONS & set(options)})
    built = ephemeral_container(pod(**have), "web", asked, script=SCRIPT, suffix="abcde", **options)
    assert built.through == built.object["name"]
    found = {"words": built.words, "options": built.object["command"][4:]}
    assert {path: found[path] if path in found else at(built.object, path) for path in want} == want


def owned(kind, **labels):
    return {"labels": {"app": "depot", **labels}, "ownerReferences": [{"kind": kind, "name": "depot", "controller": True}]}


REFUSED = {
    "a Windows pod": ({"spec": {"os": {"name": "windows"}}}, {}, "Windows has no shell"),
    "a Windows node": ({"spec": {"nodeSelector": {"kubernetes.io/os": "windows"}}}, {}, "Windows has no shell"),
    "options for Windows": (
        {"web": {"securityContext": {"windowsOptions": {"hostProcess": True}}}},
        {},
        "Windows has no shell",
    ),
    "a copy of a copy": ({"metadata": {"labels": {"app.kubernetes.io/managed-by": "kubectl-why"}}}, {}, "itself a copy"),
    "the labels of a DaemonSet": ({"metadata": owned("DaemonSet")}, {"keep_labels": True}, "DaemonSet depot would take"),
    "the labels of a bare ReplicaSet": (
        {"metadata": owned("ReplicaSet")},
        {"keep_labels": True},
        "ReplicaSet depot would take",
    ),
    "a container that is not there": ({"web": {"name": "other"}}, {}, "no container web"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_copies_that_are_refused(case):
    have, options, words = REFUSED[case]
    with pytest.raises(Refused, match=words):
        copy(have, options)


@pytest.mark.parametrize(
    "metadata", [owned("DaemonSet"), owned("ReplicaSet", **{"pod-template-hash": "1"}), owned("StatefulSet"), owned("Job")]
)
def test_labels_that_nobody_selects_alone_may_be_kept(metadata):
    keep = metadata["ownerReferences"][0]["kind"] != "DaemonSet"
    assert copy({"metadata": metadata}, {"keep_labels": keep}).object["metadata"]["labels"].get("app") == (
        "depot" if keep else None
    )


def test_ephemeral_containers_that_are_refused():
    for have, words in (
        ({"spec": {"os": {"name": "windows"}}}, "Windows"),
        ({"metadata": {"annotations": {"kubernetes.io/config.mirror": "x"}}}, "use --sleep"),
    ):
        with pytest.raises(Refused, match=words):
            ephemeral_container(pod(**have), "web", Questions(), script=SCRIPT, suffix="abcde")


@pytest.mark.parametrize("profile", [None, *(profile for profile in PROFILES if profile != "sysadmin")])
def test_nothing_is_privileged_unless_it_is_asked_for_by_name(profile):
    context = {"privileged": True}
    whole = pod(
        web={"securityContext": context},
        inits=[named("init", securityContext=context)],
        more=[named("more", securityContext=context)],
    )
    for run in (False, True):
        assert "privileged" not in json.dumps(
            sleeping_copy(whole, "web", Questions(), script="", suffix="abcde", run=run, profile=profile).object
        )
    assert "privileged" not in json.dumps(
        ephemeral_container(whole, "web", Questions(), script="", suffix="abcde", profile=profile).object
    )


RECORDED = sorted((Path(__file__).parent / "cases").glob("*/*/snapshot.json"))


@pytest.mark.parametrize("run", [False, True])
def test_no_copy_of_a_recorded_pod_can_do_harm(run):
    seen = 0
    for file in RECORDED:
        whole = json.loads(file.read_text()).get("pod")
        for item in [i for part in ("initContainers", "containers") for i in (whole or {}).get("spec", {}).get(part, ())]:
            made = sleeping_copy(whole, item["name"], Questions(), script=SCRIPT, suffix="abcde", run=run).object
            spec = made["spec"]
            every = [*spec["initContainers"], *spec["containers"]]
            sources = {volume["name"]: volume for volume in spec["volumes"]}
            mounts = [mount for container in every for mount in container.get("volumeMounts", ())]
            assert len({container["name"] for container in every}) == len(every)
            assert {mount["name"] for mount in mounts} == set(sources), file
            assert not {"nodeName", "priorityClassName", "hostPID", "hostIPC"} & set(spec)
            assert not {"ownerReferences", "finalizers", "uid"} & set(made["metadata"])
            written = json.dumps(spec)
            for field in ("hostPort", "livenessProbe", "readinessProbe", "lifecycle", "privileged"):
                assert f'"{field}":' not in written
            for mount in mounts:
                source = sources[mount["name"]]
                assert mount.get("readOnly") or not {"persistentVolumeClaim", "hostPath", "nfs"} & set(source), file
            seen += 1
    assert seen > 100
