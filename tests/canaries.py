"""Secrets that nothing else can be taken for, planted wherever one can stand; and which of them a text gives away.

A canary is found by any eight characters of it, as they are or in base64, in capitals or not: of the canaries' own
letters none changes in a URL.
"""

import base64
import copy
import json
import random
import re
import string
from collections.abc import Callable, Iterator, Sequence
from functools import partial, reduce

from tests.wire.recorded import Case

PIECE = 8
"""So many characters of a canary give it away."""
_LETTERS = string.ascii_letters + string.digits


class Canaries:
    """Every canary, by the place where it was planted."""

    def __init__(self) -> None:
        self.places: dict[str, str] = {}
        """What was planted, form and all, by place."""
        self._pieces: dict[str, str] = {}

    def __len__(self) -> int:
        return len(self.places)

    def __call__(self, place: str, form: str = "{c}") -> str:
        """Plant in a place what `form` says: {c} is a canary of letters and digits, {upper}, {lower} and {hex} are of those,
        {aws} is as long as AWS has them, {b64} is one in base64, {json} a JSON object in base64, {pem} a private key, {cut}
        the beginning of one, {manifest} and {flags} some lines of YAML."""
        if place not in self.places:
            self.places[place] = form.format_map(_Forms(place, self._note))
        return self.places[place]

    def given_away(self, text: str) -> set[str]:
        """The places whose canaries are in a text, or pieces of them."""
        found = set()
        for run in re.findall(r"[A-Za-z0-9+/]{8,}", text):
            run = run.lower()
            found.update(
                self._pieces[run[at : at + PIECE]]
                for at in range(len(run) - PIECE + 1)
                if run[at : at + PIECE] in self._pieces
            )
        return found

    def _note(self, place: str, value: str) -> str:
        encoded = (base64.b64encode(b" " * before + value.encode()).decode()[4:-4] for before in range(3))
        for text in (value, *encoded):
            for at in range(len(text) - PIECE + 1):
                self._pieces[text[at : at + PIECE].lower()] = place
        return value


class _Forms(dict):
    def __init__(self, place: str, note: Callable[[str, str], str]) -> None:
        self.place, self.note = place, note

    def __missing__(self, form: str) -> str:
        chance = random.Random(f"{self.place} {form}")

        def canary(letters: str = _LETTERS, length: int = 36) -> str:
            # With a digit near the beginning, as what is made by chance has one.
            made = "".join(chance.choices(letters, k=length))
            return self.note(self.place, made[:2] + chance.choice(string.digits) + made[3:])

        if form == "b64":
            return base64.b64encode(canary().encode()).decode()
        if form == "json":
            return base64.b64encode(json.dumps({"auths": {"registry.example": {"auth": canary()}}}).encode()).decode()
        if form in ("manifest", "flags"):
            return ("- name: DB_PASSWORD\n  value: %s" if form == "manifest" else "- --password\n- %s") % canary()
        if form in ("pem", "cut"):
            begin, end = ("-----BEGIN RSA PRIVATE KEY-----", "-----END RSA PRIVATE KEY-----")
            return "\n".join([begin, *(canary(length=64) for _ in range(3)), *([end] if form == "pem" else [])])
        if form == "aws":
            return canary(string.ascii_uppercase + string.digits, 16)
        letters = {"upper": string.ascii_uppercase + string.digits, "lower": string.ascii_lowercase + string.digits}
        return canary({**letters, "hex": "0123456789abcdef", "c": _LETTERS}[form], 32)


# What a program may print, a form each; a line that begins with ^ is whole, before the others stands a word to know it by.
LINES = r"""
postgres://app:{c}@db.canary:5432/shop is not reachable
dial redis://:{c}@cache.canary:6379/0
mongodb+srv://app:{c}@m0.canary,m1.canary/?retryWrites=true
proxy http://app:{c}@10.0.0.1:3128 answers 407
cloning https://{hex}@git.canary/shop.git
posting to https://hooks.slack.com/services/T0001/B0001/{c}
posting to https://discord.com/api/webhooks/1/{c}
blob https://canary.blob.core.windows.net/x?sv=2026&se=2027&sig={c}%3D
sas sv=2026&sr=b&sig={c}
object https://canary.s3.amazonaws.com/x?X-Amz-Credential=AKIA{aws}&X-Amz-Signature={hex}
object https://storage.googleapis.com/canary/x?X-Goog-Signature={hex}
callback https://login.canary/cb?code={c}&state=1
GET /v1/maps?key={c}&q=1
GET /v1/items?access_token={c}&q=1
dsn app:{c}@tcp(db.canary:3306)/shop
jdbc:oracle:thin:app/{c}@//db.canary:1521/x
sqlplus app/{c}@db.canary:1521/x
jdbc:sqlserver://db.canary:1433;user=app;password={c};encrypt=true
Server=tcp:db.canary,1433;User Id=app;Password={c};Database=shop
DefaultEndpointsProtocol=https;AccountName=canary;AccountKey={c}==;EndpointSuffix=core.windows.net
host=db.canary user=app password='{c}' dbname=shop
DB_PASSWORD={c}
export DB_PASSWORD={c}
spring.datasource.password={c}
{{"level":"info","user":"app","apiKey":"{c}","n":1}}
{{"msg":"{{\"password\":\"{c}\"}}"}}
{{'client_secret': '{c}'}}
Config(password='{c}', host='db.canary')
&{{Host:db.canary Password:{c} Port:5432}}
map[Authorization:[Bearer {c}] X-Api-Key:[{hex}]]
{{"x-api-key": ["{c}"], "host": ["canary"]}}
{{"name":"DB_PASSWORD","value":"{c}"}}
{{Name:DB_PASSWORD Value:{c} ValueFrom:nil}}
EnvVar{{Name:DB_PASSWORD,Value:{c},ValueFrom:nil,}}
env name=DB_PASSWORD value={c}
exec: ["app","--password","{c}","--host","db.canary"]
exec: [app --password {c} --host db.canary]
exec: sh -c "app --db-password {c}"
exec: app --api-key={c} start
mysql -u app -p{c} shop
mysqldump -h db.canary -p{c}
docker login -u app -p {c} registry.canary
mongosh -p {c} -u app --host db.canary
sshpass -p {c} ssh app@canary
curl -u app:{c} http://shop.canary
curl -H "X-Api-Key: {c}" http://shop.canary
redis-cli -h cache.canary -a {c} ping
smbclient -U app%{c} //canary/share
ldapsearch -D cn=app -w {c} -b dc=canary
openssl pkcs12 -in a.p12 -passin pass:{c}
AUTH PLAIN {b64}
sh -c "echo {c} | docker login --username app --password-stdin"
Exec lifecycle hook ([sh -c vault login {c}]) for Container "app" failed
Authorization: Bearer {c}
Authorization: Basic {b64}
"authorization": "ApiKey {c}"
Authorization: Digest username="app", response="{hex}"
Authorization: AWS4-HMAC-SHA256 Credential=AKIA{aws}/20261122, SignedHeaders=host, Signature={hex}
Cookie: session={c}; theme=dark
Set-Cookie: sid={c}; Path=/
{{"auths":{{"registry.canary":{{"auth":"{b64}"}}}}}}
docker config {json}
CREATE USER app IDENTIFIED BY '{c}'
ALTER ROLE app WITH PASSWORD '{c}'
generated admin password: {c}
using bootstrap token: {lower}.{hex}
Secret Access Key: {c}
login app:{c}@registry.canary/shop/api failed
couldn't parse image reference "app:{c}@registry.canary/shop/api:1": invalid reference format
failed to pull and unpack image "registry.canary/api:1": Get "https://app:{c}@registry.canary/v2/": 401 Unauthorized
<password>{c}</password>
<add key="DbPassword" value="{c}"/>
app:$2y$10${c}
client-key-data: LS0tLS1CRUdJTiBSU0Eg{c}=
token eyJhbGciOiJIUzI1NiJ9.eyJ{c}.{c}
AKIA{aws}
ASIA{aws}
ghp_{c}
github_pat_{c}_{hex}
glpat-{c}
xoxb-1234-{c}
sk_live_{c}
sk-proj-{c}
AIza{c}
ya29.{c}
GOCSPX-{c}
abc8Q~{c}
npm_{c}
pypi-{c}
dckr_pat_{c}
hf_{c}
hvs.{c}
sha256~{c}
glsa_{c}
SG.{c}.{hex}
dop_v1_{hex}
dapi{hex}
NRAK-{upper}
123456789:AA{c}
AGE-SECRET-KEY-1{upper}
{{"kty":"RSA","e":"AQAB","d":"{c}"}}
key "-----BEGIN PRIVATE KEY-----\n{c}\n-----END PRIVATE KEY-----\n"
^password: {c}
^- password: {c}
^> X-Api-Key: {c}
^app:{{SHA}}{c}=
SCRAM-SHA-256$4096:{c}=
FERNET_KEY={c}
^{manifest}
^{flags}
^{pem}
^{cut}
""".strip().split("\n")


def lines(canaries: Canaries, place: str, forms: Sequence[str] = tuple(LINES)) -> str:
    """The forms as a log has them, a line each."""
    return "\n".join(
        canaries(f"{place}: {form}", form[1:] if form.startswith("^") else f"m{LINES.index(form):03} {form}")
        for form in forms
    )


class Planted(Case):
    """A recorded case with canaries wherever a secret can stand; all else in it is as it was."""

    def __init__(self, case: Case, canaries: Canaries) -> None:
        super().__init__(case.folder)
        self.__dict__ |= {"canaries": canaries, "objects": copy.deepcopy(case.objects)}
        for resource, items in self.objects.items():
            for item in items:
                plant(resource.rpartition("/")[2], item, partial(self._in, f"{resource} {item['metadata']['name']}"))

    def _in(self, place: str, field: str, form: str = "{c}") -> str:
        return self.canaries(f"{self.name}: {place}: {field}", form)

    def log(self, pod: str, container: str, previous: bool) -> bytes | None:
        """The log, which begins with a line of every form; but for what the kubelet says in the place of a log."""
        text = super().log(pod, container, previous)
        if text is None or text.startswith(b"unable to retrieve"):
            return text
        stamp = text.partition(b" ")[0].decode() if text[:4].isdigit() else "2026-11-22T00:00:00.000000000Z"
        said = lines(self.canaries, f"{self.name}: log of {pod} {container}{' --previous' if previous else ''}")
        return "".join(f"{stamp} {line}\n" for line in said.split("\n")).encode() + text


Plant = Callable[..., str]
"""Makes a canary for a field, in a form."""


def plant(resource: str, item: dict, plant: Plant) -> None:
    """Plant canaries in an object wherever a secret can stand in it."""
    again = json.dumps({"env": [{"name": "DB_PASSWORD", "value": plant("last applied")}]})
    item["metadata"].setdefault("annotations", {}).update(
        {
            "kubectl.kubernetes.io/last-applied-configuration": again,
            "canary.example/vault-token": plant("annotation of a telling name"),
            "canary.example/note": plant("annotation", "see postgres://app:{c}@db.canary/shop"),
            "canary.example/object": plant("annotation with JSON", '{{"name":"DB_PASSWORD","value":"{c}"}}'),
        }
    )
    data = item.get("data") or {}
    if resource == "secrets":
        item["data"] = {name: plant(f"data {name}", "{b64}") for name in data}
        item["stringData"] = {"canary": plant("stringData")}
    elif resource == "configmaps":
        item["data"] = {**data, **{name: plant(f"data {name}", form) for name, form in SETTINGS.items()}}
        item["binaryData"] = {"canary.bin": plant("binaryData", "{b64}")}
    elif resource == "events":
        item["message"] = (item.get("message") or "") + plant("message", " (login https://app:{c}@registry.canary/v2/)")
    for path in ("spec", "spec template spec", "spec jobTemplate spec template spec", "data spec template spec"):
        spec = reduce(lambda inner, name: inner.get(name) or {}, path.split(), item)
        for part in ("initContainers", "containers"):
            for container in spec.get(part) or ():
                _plant_in_container(container, lambda field, form="{c}", c=container: plant(f"{c['name']} {field}", form))
    status = item.get("status") or {}
    for found in (status, *(status.get("conditions") or ()), *_states(status)):
        if isinstance(found.get("message"), str):
            found["message"] += plant(f"said {len(found['message'])}", " (login app, password={c})")


SETTINGS = {
    "CANARY_TOKEN": "{c}",
    "CANARY_URL": "amqp://app:{c}@queue.canary:5672/",
    "canary.properties": "db.host=db.canary\ndb.password = {c} and more\ndb.port=5432\n",
    "canary.ini": "[db]\nhost = db.canary\npassword = {c}\n",
    "canary.env": "export DB_PASSWORD={c}\nDB_HOST=db.canary\n",
    "canary.yaml": "db:\n  host: db.canary\n  password: {c}\n  secret: >-\n    {lower}\n",
    "canary.json": '{{"db": {{"host": "db.canary", "password": "{c}", "port": 5432}}}}',
    "canary.xml": "<db>\n <host>db.canary</host>\n <password>{c}</password>\n</db>\n",
    "pod.yaml": "env:\n- name: DB_PASSWORD\n  value: {c}\nargs:\n- --password\n- {hex}\n- --host=db.canary\n",
    "wp-config.php": "<?php\ndefine('DB_HOST', 'db.canary');\ndefine('DB_PASSWORD', '{c}');\n",
    "haproxy.cfg": "userlist app\n  user app insecure-password {c}\n",
    ".netrc.d": "machine git.canary login app password {c}\n",
    "nginx.conf": 'proxy_set_header X-Api-Key "{c}";\nproxy_pass http://shop.canary;\n',
    "redis.conf": "requirepass {c}\nmasterauth {hex}\nport 6379\n",
}
"""What a ConfigMap may hold."""

_ENV = {
    "CANARY_PASSWORD": "{c}",
    "CANARY_API_KEY": "{hex}",
    "CANARY_KEY": "{c}",
    "CANARY_URL": "amqp://app:{c}@queue.canary:5672/",
    "CANARY_SETTINGS": "db:\n  host: db.canary\n  password: |\n    {c}\n",
    "CANARY_OPTIONS": "-Dhost=db.canary -Ddb.password={c}",
}


def _plant_in_container(container: dict, plant: Plant) -> None:
    container.setdefault("env", []).extend({"name": name, "value": plant(name, form)} for name, form in _ENV.items())
    for words in ("command", "args"):
        if container.get(words):
            container[words] += ["--canary-password", plant(words), plant(f"{words}, a word", "--canary-token={c}")]
    for probe in ("startupProbe", "readinessProbe", "livenessProbe"):
        asked = (container.get(probe) or {}).get("httpGet")
        if asked:
            asked.setdefault("httpHeaders", []).append({"name": "Authorization", "value": plant(probe, "Bearer {c}")})
    hook = ["sh", "-c", plant("preStop", "curl -H 'Authorization: Bearer {c}' http://shop.canary/drain")]
    asked = {"path": "/", "port": 80, "httpHeaders": [{"name": "X-Api-Key", "value": plant("postStart")}]}
    lifecycle = container.setdefault("lifecycle", {})
    lifecycle.setdefault("preStop", {"exec": {"command": hook}})
    lifecycle.setdefault("postStart", {"httpGet": asked})


def _states(status: dict) -> Iterator[dict]:
    """How the containers are, and how they ended before."""
    for part in ("initContainerStatuses", "containerStatuses", "ephemeralContainerStatuses"):
        for container in status.get(part) or ():
            yield from (*(container.get("state") or {}).values(), *(container.get("lastState") or {}).values())
