"""Hosts and ports in texts, and the Services that they mean."""

import pytest

from kubectl_why import hosts
from kubectl_why.hosts import Peer

NAMED = [
    ('Get "http://menu:8080/v1": dial tcp 10.96.0.7:8080: refused', [("menu", 8080), ("10.96.0.7", 8080)]),
    ('server at "menu-db" (10.96.3.4), port 5432 failed', [("menu-db", 5432), ("10.96.3.4", 0)]),
    ("HTTPSConnectionPool(host='menu', port=443): Max retries", [("menu", 443)]),
    ('{"level":50,"time":1795310997459,"msg":"connect ECONNREFUSED 127.0.0.1:6379"}', [("127.0.0.1", 6379)]),
    ("menu:***@tcp(menu-db:3306)/menus", [("menu-db", 3306)]),
    ("Server=menu-db,1433;Database=menus", [("menu-db", 1433)]),
    ("Host=menu-db;Port=5432;Username=menu", [("menu-db", 5432)]),
    ("mongodb://a:***@m-0.m:27017,m-1.m:27018/menus", [("m-0.m", 27017), ("m-1.m", 27018)]),
    ("jdbc:postgresql://menu-db:5432/menus", [("menu-db", 5432)]),
    ("jdbc:oracle:thin:@menu-db:1521/XE", [("menu-db", 1521)]),
    ("redis://:***@till-cache/2", [("till-cache", 6379)]),
    ("http://[fd00::1]:8080/x", [("fd00::1", 8080)]),
    ("until nc -z menu-db 5432; do sleep 1; done", [("menu-db", 5432)]),
    ("pg_isready -h menu-db -p 5432", [("menu-db", 5432)]),
    ("(echo > /dev/tcp/menu-db/5432)", [("menu-db", 5432)]),
    ("until nslookup menu-db; do sleep 2; done", [("menu-db", 0)]),
    ("10.96.0.7:5432 (menu-db): dial error", [("menu-db", 5432), ("10.96.0.7", 5432)]),
    ("main.go:28: started", []),
    ("    at Menu.load (Menu.java:123)", []),
    ("attempt:33 line:120 pid:4711", []),
    ("2026-11-22 10:33:16 nothing happened", []),
]


@pytest.mark.parametrize(("text", "peers"), NAMED, ids=[text[:40] for text, _ in NAMED])
def test_a_text_names_hosts_and_ports(text, peers):
    assert hosts.named(text) == [Peer(*peer) for peer in peers]


@pytest.mark.parametrize(
    ("host", "services"),
    [
        ("menu-db", [("menu-db", "shop")]),
        ("menu-db.data", [("menu-db", "data")]),
        ("menu-db.data.svc", [("menu-db", "data")]),
        ("menu-db.data.svc.cluster.local.", [("menu-db", "data")]),
        ("menu-db-0.menu-db.data.svc.cluster.local", [("menu-db", "data")]),
        ("menu-db-0.menu-db", [("menu-db", "shop"), ("menu-db-0", "menu-db")]),
        ("menu-db.cluster.local", [("menu-db", "shop")]),
        ("smtp.example.com", []),
        ("example.com", []),
        ("10.96.0.1", []),
        ("localhost", []),
    ],
)
def test_a_name_means_a_service(host, services):
    assert hosts.services(host, "shop") == services


def test_the_value_of_a_setting_may_be_no_more_than_a_name():
    assert hosts.value("menu-db", "5432") == [Peer("menu-db", 5432)]
    assert hosts.value("k-0,k-1") == [Peer("k-0"), Peer("k-1")]
    assert hosts.value("/var/run/menu.sock") == []
