"""The roles of docs/rbac on a real cluster: a ServiceAccount that has them and nothing else looks with its own token."""

import json
import os
import time
from pathlib import Path

import pytest

from tests.e2e.cluster import API_OF_ROLES, named, pod, rules, told
from tests.e2e.rows import deployment
from tests.test_fewer_rights import needed
from tests.test_rights import Right, granted

pytestmark = [pytest.mark.kind, pytest.mark.skipif(os.name == "nt", reason="processes as Unix has them")]
WORKLOAD = "deploy/till"
ACCOUNT = "looker"
# Whose absence a verdict on the workload has to tell, by the role that grants it.
MISSED = [
    ("namespace", Right("", "configmaps", "get")),
    ("namespace", Right("", "events", "list")),
    ("namespace", Right("", "pods/log", "get")),
    ("namespace", Right("apps", "replicasets", "get")),
    ("secrets", Right("", "secrets", "get")),
]


@pytest.fixture(scope="module")
def here(namespace):
    """The namespace, with a workload that fails for want of a variable, and an account with the roles of a namespace."""
    sources = [{"configMapRef": {"name": "settings"}}, {"secretRef": {"name": "login"}}]
    till = pod("till", command=["sh", "-c", ": ${DATABASE_PASSWORD:?}"], envFrom=sources)
    namespace.apply(
        {**named("ConfigMap", "settings"), "data": {"DATABASE_HOST": "db"}},
        {**named("Secret", "login"), "stringData": {"DATABASE_PASSWD": "x"}},
        deployment("till", till),
        named("ServiceAccount", ACCOUNT),
    )
    for role in ("namespace", "secrets"):
        namespace.grant(role, ACCOUNT)
    return namespace


@pytest.fixture(scope="module")
def as_account(here, tmp_path_factory) -> list[str]:
    """The flag that makes a command of the context one of the account's, with a token of an hour."""
    token = here.kubectl("create", "token", ACCOUNT)
    config = here.cluster.kubectl("config", "view", "--raw", "--flatten", "--minify", "-o", "json")
    assert token.returncode == config.returncode == 0, token.stderr + config.stderr
    known = json.loads(config.stdout)
    known["users"] = [{"name": user["name"], "user": {"token": token.stdout.strip()}} for user in known["users"]]
    file: Path = tmp_path_factory.mktemp("account") / "kubeconfig"
    file.touch(0o600)
    file.write_text(json.dumps(known))
    return ["--kubeconfig", str(file)]


def causes(diagnosis):
    return [(found["cause"], found["confidence"], found["container"]) for found in diagnosis["verdicts"]]


def unseen(diagnosis):
    return [item["reason"] for item in diagnosis["notChecked"]]


def test_roles_in_a_namespace_give_the_whole_verdict_and_lack_only_what_is_cluster_wide(here, as_account):
    def check():
        whole, found = here.diagnosis(WORKLOAD), here.diagnosis(WORKLOAD, *as_account)
        assert whole["verdict"] == "missing-env-var", whole
        assert causes(found) == causes(whole), found
        assert all(reason.endswith(" cluster-wide") for reason in unseen(found)), found
        assert unseen(whole) == [], whole

    here.until(check, WORKLOAD)
    triage = here.why("-o", "json", *as_account)
    rows = json.loads(triage.stdout)
    assert [(row["workload"], row["diagnosis"]["verdict"]) for row in rows["items"]] == [(WORKLOAD, "missing-env-var")]
    assert all(reason.endswith(" cluster-wide") for reason in unseen(rows)), told(triage)


@pytest.mark.parametrize("role, right", MISSED, ids=str)
def test_a_rule_that_is_missing_is_named(here, as_account, role, right):
    def check():
        found = here.diagnosis(WORKLOAD, *as_account)
        assert any(needed((here.name, right)) in reason for reason in unseen(found)), found

    here.grant(role, ACCOUNT, granted(role) - {right})
    try:
        here.until(check, WORKLOAD, 60)
    finally:
        here.grant(role, ACCOUNT)


def test_watching_takes_a_role_of_its_own(here, as_account):
    def check(forbidden):
        watch = here.start(WORKLOAD, "--watch", "-o", "name", *as_account)
        try:
            assert watch.stdout.readline()
            time.sleep(3)  # it begins to watch with the first answer
        finally:
            watch.terminate()
        said = watch.communicate(timeout=60)[1]
        assert ("forbidden: looking every" in said) == forbidden, said

    check(True)
    here.grant("watch", ACCOUNT)
    here.until(lambda: check(False), WORKLOAD, 60)


def test_with_the_cluster_role_nothing_is_unseen(here, as_account):
    name = f"{here.name}-cluster"
    subject = {"kind": "ServiceAccount", "name": ACCOUNT, "namespace": here.name}
    reference = {"apiGroup": API_OF_ROLES.partition("/")[0], "kind": "ClusterRole", "name": name}
    objects = [
        {**named("ClusterRole", name, API_OF_ROLES), "rules": rules(granted("cluster"))},
        {**named("ClusterRoleBinding", name, API_OF_ROLES), "roleRef": reference, "subjects": [subject]},
    ]

    def check():
        found = here.diagnosis(WORKLOAD, *as_account)
        assert unseen(found) == [], found

    try:
        here.apply(*objects)
        here.until(check, WORKLOAD, 60)
    finally:
        here.cluster.kubectl("delete", "clusterrole,clusterrolebinding", name)
