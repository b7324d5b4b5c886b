"""What never enters a snapshot, and what never reaches a terminal."""

import pytest

from kubectl_why.redact import MASK, clean, is_secret_name, log_text, masked, printable


@pytest.mark.parametrize(
    "text",
    [
        "postgres://app:CANARY@db:5432/shop",
        "connecting to redis://:CANARY@cache:6379/0",
        "dsn=app:CANARY@tcp(db:3306)/shop",
        "Authorization: Bearer CANARYCANARY123",
        "token eyJhbGciOiJIUzI1NiJ9.CANARY123.sig-CANARY",
        "DB_PASSWORD=CANARY",
        "password='CANARY'",
        '{"level":"info","password":"CANARY"}',
        '{"api_key": "CANARY", "x": 1}',
        "password: CANARY",
        "-----BEGIN RSA PRIVATE KEY-----\nCANARY\n-----END RSA PRIVATE KEY-----",
        "-----BEGIN PRIVATE KEY-----\nCANARY",
        "https://user:CANARY@registry.example/v2/",
        "Server=db;User Id=app;Password=CANARY;Database=shop",
        "AWS_SECRET_ACCESS_KEY=CANARY",
        "--token=CANARY",
        'msg="login" client_secret=CANARY',
    ],
)
def test_credentials_are_masked(text):
    assert "CANARY" not in masked(text)
    assert MASK in masked(text)


@pytest.mark.parametrize(
    "text",
    [
        "KeyError: 'DATABASE_PASSWORD'",
        'FATAL:  password authentication failed for user "accounts"',
        "DATABASE_PASSWORD is not set",
        "password: required",
        "required key API_TOKEN missing value",
        "DB_PASSWORD_FILE=/run/secrets/db",
        "tokenExpirationSeconds: 3600",
        'secret "partner-gateway-tls" not found',
        "http://geocoder:8080/v1/status",
        "dial tcp 10.96.0.10:5432: connect: connection refused",
        "user@example.com wrote",
    ],
)
def test_what_is_no_credential_stays(text):
    assert masked(text) == text


def test_secrets_keep_their_keys_only():
    secret = {
        "kind": "Secret",
        "metadata": {
            "name": "db",
            "annotations": {"kubectl.kubernetes.io/last-applied-configuration": '{"data":{"a":"CANARY"}}', "note": "x"},
        },
        "type": "Opaque",
        "data": {"PASSWORD": "Q0FOQVJZ"},
        "stringData": {"other": "CANARY"},
    }
    kept = clean(secret)
    assert kept["data"] == {"PASSWORD": "", "other": ""}
    assert "CANARY" not in str(kept) and "Q0FOQVJZ" not in str(kept)
    assert kept["metadata"]["annotations"] == {"note": "x"}


def test_environment_and_config_lose_what_is_secret_by_name():
    pod = {
        "kind": "Pod",
        "spec": {
            "containers": [
                {
                    "env": [{"name": "DB_PASSWORD", "value": "CANARY"}, {"name": "DB_HOST", "value": "db"}],
                    "args": ["--password=CANARY", "postgres://a:CANARY@db/x"],
                }
            ]
        },
    }
    kept = clean(pod)
    assert "CANARY" not in str(kept)
    assert kept["spec"]["containers"][0]["env"][1]["value"] == "db"
    config = clean({"kind": "ConfigMap", "data": {"API_TOKEN": "CANARY", "URL": "amqp://u:CANARY@q", "PORT": "80"}})
    assert config["data"] == {"API_TOKEN": MASK, "URL": f"amqp://u:{MASK}@q", "PORT": "80"}


def test_of_managed_fields_the_last_change_is_kept():
    obj = {
        "kind": "ConfigMap",
        "metadata": {
            "managedFields": [
                {"manager": "kubectl", "operation": "Apply", "time": "2026-01-01T00:00:00Z", "fieldsV1": {"f:data": {}}},
                {"manager": "kubectl-edit", "operation": "Update", "time": "2026-01-02T00:00:00Z", "fieldsV1": {}},
                {"manager": "x", "subresource": "status", "time": "2026-01-03T00:00:00Z"},
            ]
        },
    }
    assert clean(obj)["metadata"]["managedFields"] == [
        {"manager": "kubectl-edit", "operation": "Update", "time": "2026-01-02T00:00:00Z"}
    ]


@pytest.mark.parametrize(
    "name", ["DB_PASSWORD", "apiKey", "client-secret", "GITHUB_TOKEN", "PGPASSWORD", "awsSecretAccessKey"]
)
def test_secret_names(name):
    assert is_secret_name(name)


@pytest.mark.parametrize("name", ["DB_HOST", "PASSWORD_FILE", "secretName", "TOKEN_URL", "MONKEY", "KEYBOARD"])
def test_plain_names(name):
    assert not is_secret_name(name)


@pytest.mark.parametrize(
    "text", ["\x1b[31mred", "\x1b]52;c;Q0FO\x07", "a\rb", "a\nb", "\u202eabc", "\x9b31m", "zero\u200bwidth", "\x00", "\x7f"]
)
def test_nothing_live_is_printed(text):
    shown = printable(text)
    assert not any(ord(letter) < 32 or 0x7F <= ord(letter) < 0xA0 for letter in shown)
    assert "\u202e" not in shown and "\u200b" not in shown and "\n" not in shown


def test_colours_are_taken_out_of_logs():
    assert log_text("\x1b[31mError: connection refused\x1b[0m") == "Error: connection refused"


def test_masking_keeps_the_number_of_lines():
    key = "-----BEGIN EC PRIVATE KEY-----\nCANARY1\n\nCANARY2\n-----END EC PRIVATE KEY-----"
    text = f"before\n{key}\nafter"
    assert "CANARY" not in log_text(text)
    assert log_text(text).split("\n")[::6] == ["before", "after"]
    assert "CANARY" not in masked("-----BEGIN PRIVATE KEY-----\nCANARY\nthe log ends within it")


def test_printable_keeps_other_scripts():
    assert printable("Füße 日本語 — ok") == "Füße 日本語 — ok"
