"""No credential in any form leaves through a text, and what is none stays: docs/masking.md is made from the same rules."""

import time

import pytest

from kubectl_why.credentials import FORMS, MASK, NAMED, RULES, is_secret_name, masked, masked_file
from kubectl_why.redact import clean, log_text, masks, printable

CANARY = "cAnArY7x9Q"
_B64 = "Y0FuQXJZN3g5UWNBbkFyWTd4OVE"

SECRET = (
    f"""
postgres://app:{CANARY}@db:5432/shop
amqp://app:p/{CANARY}@queue:5672/
postgres://app:p@{CANARY}@db/shop
mongodb+srv://app:{CANARY}@m0.example/?retryWrites=true
redis://:{CANARY}@cache:6379/0
proxy http://u:{CANARY}@10.0.0.1:3128 refused
https://{CANARY}{CANARY}@git.example/x.git
https://hooks.slack.com/services/T1/B2/{CANARY}
https://blob.example/x?sv=1&sig={CANARY}&se=2
https://x.example/?access_token={CANARY}&y=1
app:{CANARY}@tcp(db:3306)/shop
jdbc:oracle:thin:app/{CANARY}@//db:1521/x
jdbc:postgresql://db/shop?user=app&password={CANARY}
jdbc:sqlserver://db:1433;user=sa;password={CANARY};encrypt=true
Server=tcp:db,1433;User Id=app;Password={CANARY};Database=shop
DefaultEndpointsProtocol=https;AccountName=a;AccountKey={CANARY}/+==;EndpointSuffix=core
Endpoint=sb://a.example/;SharedAccessKeyName=x;SharedAccessKey={CANARY}=
host=db user=app password={CANARY} dbname=shop
host=db password='{CANARY} with blanks' user=app
password="two words {CANARY}"
password=a,b;{CANARY}
password=a"{CANARY}
password=a\\b{CANARY}
DB_PASS={CANARY}
export PGPASSWORD={CANARY}
PGPASSWORD={CANARY} psql -h db
AWS_SECRET_ACCESS_KEY = {CANARY}/abc+
aws_session_token={CANARY}
spring.datasource.password={CANARY}
//registry.example/:_authToken={CANARY}
_auth={CANARY}
--password={CANARY}
--db-password {CANARY}
app --api-key {CANARY} start
mysql -u root -p{CANARY} shop
mysqldump -p{CANARY}
docker login -u app -p {CANARY} registry.example
sshpass -p {CANARY} ssh a@b
curl -u app:{CANARY} http://shop
redis-cli -h cache -a {CANARY} ping
Authorization: Bearer {CANARY}
Authorization: Basic {_B64}
Authorization: Token {CANARY}
"authorization": "ApiKey {CANARY}"
{{'Authorization': ['Bearer {CANARY}']}}
Cookie: session={CANARY}; theme=dark
Set-Cookie: sid={CANARY}; Path=/
X-Api-Key: {CANARY}
X-Auth-Token: {CANARY}
{{"password":"{CANARY}"}}
{{"msg":"{{\\"password\\":\\"{CANARY}\\"}}"}}
{{"password":"a\\"{CANARY}"}}
{{"clientSecret" : "{CANARY}"}}
{{'api_key': '{CANARY}'}}
Config(password='{CANARY}', host='db')
Config {{ password: "{CANARY}" }}
{{Host:db Password:{CANARY} Port:5432}}
{{User:app APIKey:{CANARY}}}
password: {CANARY}
- password: {CANARY}
generated admin password: {CANARY}
<password>{CANARY}</password>
<db.password>{CANARY}</db.password>
<add key="DbPassword" value="{CANARY}"/>
CREATE USER app IDENTIFIED BY '{CANARY}'
ALTER ROLE app WITH PASSWORD '{CANARY}'
"auth": "{_B64}"
eyJhbGciOiJIUzI1NiJ9.eyJ{CANARY}.{CANARY}
token eyJhbGciOiJIUzI1NiJ9.{CANARY}.sig
client-key-data: LS0tLS1CRUdJTiB{CANARY}=
app:$2y$10${CANARY}{CANARY}
AKIAABCDEFGHIJKLMNOP is cAnArY7x9Q=no
ghp_{CANARY}{CANARY}{CANARY}
github_pat_{CANARY}{CANARY}{CANARY}
glpat-{CANARY}{CANARY}
xoxb-1234-{CANARY}
sk_live_{CANARY}
sk-proj-{CANARY}{CANARY}
AIza{CANARY}{CANARY}{CANARY}{CANARY}
hvs.{CANARY}{CANARY}
npm_{CANARY}{CANARY}{CANARY}
k='-----BEGIN PRIVATE KEY-----\\n{CANARY}\\n-----END PRIVATE KEY-----\\n'
cannot parse -----BEGIN RSA PRIVATE KEY-----\\n{CANARY}
""".strip()
    .replace("AKIAABCDEFGHIJKLMNOP is cAnArY7x9Q=no", "key AKIAABCDEFGHIJKLMNOP")
    .split("\n")
)

PLAIN = """
KeyError: 'DATABASE_PASSWORD'
FATAL:  password authentication failed for user "accounts"
Access denied for user 'app'@'10.1.2.3' (using password: YES)
DATABASE_PASSWORD is not set
password: required
token: expired
invalid token: unexpected end
required key API_TOKEN missing value
DB_PASSWORD_FILE=/run/secrets/db
GOOGLE_APPLICATION_CREDENTIALS=/var/secrets/google/key.json
token=/var/run/secrets/kubernetes.io/serviceaccount/token
password=$(DB_PASSWORD)
password=${DB_PASSWORD}
DB_PASSWORD = os.environ["DATABASE_PASSWORD"]
const p = process.env.DB_PASSWORD
tokenExpirationSeconds: 3600
secret "partner-gateway-tls" not found
secretName: partner-gateway-tls
imagePullSecrets: regcred
couldn't find key password in Secret shop/db
references non-existent secret key: password
http://geocoder:8080/v1/status
http://geocoder:8080/v1/users?mail=a@b.example
http://[::1]:8080/x@y
mail from:bob@example.com/inbox
registry.example/shop/api:1.25.3@sha256:0123456789abcdef0123456789abcdef
docker run -p 8080:80 -u 1000 app
deploy:git@git.example/shop.git
RATES_TOKEN: [ 'Invalid input: expected string, received undefined' ]
'token: must not be blank'
Unexpected token: identifier_0123456789
password is not set
password was changed by admin
process exited, code=137
app -o pass: all checks passed
secret: could not find shop-db
api key is required
- --token
- name: DB_HOST
- name: API_TOKEN
mongodb://h1:27017,h2:27017/db?authSource=a@b
docker-pullable://nginx:1.25@sha256:0123456789abcdef0123456789abcdef
registry.example/shop/api@sha256:0123456789abcdef0123456789abcdef
ssh://git@git.example/shop.git
postgres://app@db:5432/shop
dial tcp 10.96.0.10:5432: connect: connection refused
user@example.com wrote
Basic authentication failed
Bearer authentication is required
authorization: permission denied
f81d4fae-7dec-11d0-a765-00a0c91e6bf6
PWD=/app
cache_key=orders/42 routing_key=orders.created partition_key=7
tokens=512 max_tokens=4096 tokenizer=gpt2
passed=12 bypass=1 passenger=2
compass: north
monkey=1 keyboard=us
-----BEGIN CERTIFICATE-----
psql -h db -U app -p 5432
mkdir -p /data/x
use --token to log in
api: exec: "/app/server": stat /app/server: no such file or directory
""".strip().split("\n")


@pytest.mark.parametrize("text", SECRET)
def test_a_credential_is_masked_and_says_so(text, figures):
    figures["forms of credentials masked"] += 1
    for line in (text, f"2026-01-01 INFO {text}" if not text.startswith(("password: ", "- ", "X-")) else text):
        kept = masked(line)
        assert CANARY not in kept and _B64 not in kept and "AKIAABC" not in kept
        assert MASK in kept and masked(kept) == kept
        assert kept.count("\n") == line.count("\n")
    assert CANARY not in masked_file(text)


@pytest.mark.parametrize("text", PLAIN)
def test_what_is_no_credential_stays(text, figures):
    figures["texts without credentials kept"] += 1
    assert masked(text) == text


@pytest.mark.parametrize("rule", [*RULES, *NAMED], ids=lambda rule: rule.what)
def test_each_rule_has_an_example_that_needs_it(rule):
    assert MASK in masked(rule.example)


FILE = f"""
# database
db.password = {CANARY} and more
requirepass {CANARY}
secret.key:{CANARY}
host = db
password: |
  {CANARY}
  {CANARY}
port: 5432
url: postgres://app:{CANARY}@db/x
password {CANARY}
"""


def test_a_file_of_settings_keeps_what_is_no_value_of_a_secret():
    kept = masked_file(FILE)
    assert CANARY not in kept
    assert "host = db" in kept and "port: 5432" in kept and "postgres://app:***@db/x" in kept
    assert kept.count("\n") == FILE.count("\n")


@pytest.mark.parametrize("length", [60, 90, 2_000, 2_001, 20_000])
def test_a_web_token_may_have_a_long_header(length):
    header = "eyJ" + "x5c" * (length // 3)
    assert masked(f"token {header}.{CANARY}.{CANARY} is expired") == f"token {MASK} is expired"
    assert masked(f"token {header} is cut") == f"token {MASK} is cut"


def test_private_keys_cut_at_either_end():
    body = "\n".join([CANARY * 6] * 3)
    for text in (f"-----BEGIN RSA PRIVATE KEY-----\n{body}", f"{body}\n-----END RSA PRIVATE KEY-----\ngoes on"):
        assert CANARY not in masked(f"{text}\nand the log goes on")
        assert masked(f"{text}\nand the log goes on").endswith("and the log goes on")
    both = f"-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----\nx\n-----BEGIN CERTIFICATE-----\nMIIabc"
    assert masked(both).split("\n")[-3:] == ["x", "-----BEGIN CERTIFICATE-----", "MIIabc"]


NAMES_OF_SECRETS = """
DB_PASSWORD DB_PASS dbPass PGPASSWORD apiKey client-secret GITHUB_TOKEN awsSecretAccessKey RAILS_MASTER_KEY
APP_KEY Authorization Cookie X-Api-Key .dockerconfigjson REDIS_AUTH JWT SSH_PRIVATE_KEY requirepass id_rsa
.netrc
"""


@pytest.mark.parametrize("name", NAMES_OF_SECRETS.split())
def test_names_of_secrets(name):
    assert is_secret_name(name)


NAMES_OF_WHAT_IS_NO_SECRET = """
DB_HOST PASSWORD_FILE secretName secretNamespace TOKEN_URL MONKEY KEYBOARD PWD COMPASS CACHE_KEY PRIMARY_KEY
tokens MAX_TOKENS AUTHOR topologyKey key tokenExpirationSeconds
"""


@pytest.mark.parametrize("name", NAMES_OF_WHAT_IS_NO_SECRET.split())
def test_names_of_what_is_no_secret(name):
    assert not is_secret_name(name)


def test_objects_lose_their_secrets_and_keep_what_tells():
    pod = {
        "kind": "Pod",
        "metadata": {
            "labels": {"secret-zone": "a"},
            "annotations": {
                "kubectl.kubernetes.io/last-applied-configuration": CANARY,
                "kapp.k14s.io/original": CANARY,
                "example.com/vault-token": CANARY,
                "example.com/note": f"password={CANARY}",
                "example.com/revision": "7",
            },
        },
        "spec": {
            "nodeSelector": {"secret-zone": "a"},
            "volumes": [{"secret": {"secretName": "db"}, "csi": {"volumeAttributes": {"clientSecret": CANARY}}}],
            "containers": [
                {
                    "name": "api",
                    "command": ["sh", "-c", f"PGPASSWORD={CANARY} psql -h db"],
                    "args": ["--password", CANARY, "-u", "app", "-p", CANARY, "--host", "db"],
                    "env": [
                        {"name": "DB_PASS", "value": CANARY},
                        {"name": "DB_DSN", "value": f"$(PROTO)://a:{CANARY}@db/x"},
                        {"name": "API_TOKEN", "value": "$(OTHER)"},
                        {"name": "HOST", "value": "db"},
                    ],
                    "livenessProbe": {"httpGet": {"httpHeaders": [{"name": "Authorization", "value": CANARY}]}},
                }
            ],
        },
        "status": {
            "message": f"token={CANARY}",
            "containerStatuses": [{"state": {"terminated": {"message": f"pwd={CANARY}"}}}],
        },
    }
    kept = clean(pod)
    container = kept["spec"]["containers"][0]
    assert CANARY not in str(kept)
    assert kept["spec"]["nodeSelector"] == kept["metadata"]["labels"] == {"secret-zone": "a"}
    assert kept["spec"]["volumes"][0]["secret"] == {"secretName": "db"}
    assert kept["metadata"]["annotations"]["example.com/revision"] == "7"
    assert container["args"] == ["--password", MASK, "-u", "app", "-p", MASK, "--host", "db"]
    assert container["env"][2:] == [{"name": "API_TOKEN", "value": "$(OTHER)"}, {"name": "HOST", "value": "db"}]
    assert "spec.containers{api}.env{DB_PASS}.value" in list(masks(kept))
    assert clean(kept) == kept


# Of each a line of 256 KiB.
LONG = ("pass:", "apikey:", "authorization:", "password>", "-eyJ", "eyJ.", "a:b1@h", "token", "'X-Api-Key: ", "-p a -u ")


@pytest.mark.parametrize(
    "text",
    [
        *(
            "a" * 100_000 + " token",
            "token" * 25_000,
            "token=" * 20_000,
            "://a:" * 20_000,
            "-----BEGIN PRIVATE KEY-----" * 4_000,
        ),
        *(("A" * 64 + "\n") * 2_000 + " PRIVATE KEY", 'password="' * 12_000, "password=" + "\\" * 100_000, "sk-" * 30_000),
        *("password" + " " * 100_000, "<password>" * 10_000 + "</", "password=" + "&,;" * 30_000, "a:b" * 30_000 + "@tcp("),
        *(unit * (256 * 1024 // len(unit)) for unit in LONG),
    ],
    ids=lambda text: text[:12] + text[-8:],
)
def test_masking_takes_no_longer_than_the_text_is_long(text):
    began = time.process_time()
    log_text(text)
    assert time.process_time() - began < 5


@pytest.mark.parametrize(
    "text", ["\u061cabc", "soft\xadhyphen", "\U000e0041", "half \ud800", "\ufff9a\ufffb", "\u180e", "\u3164"]
)
def test_nothing_hides_in_what_is_printed(text):
    assert printable(text).isprintable()
    printable(text).encode()


def test_forms_are_listed_with_what_they_look_like():
    assert all(whose and looks for whose, _, looks in FORMS)
