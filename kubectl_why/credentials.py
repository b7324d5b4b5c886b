"""How credentials look in a text, and the text without them. docs/masking.md is made from the rules in here.

A rule looks for a few literals first, and its pattern is compiled when one of them occurs. No pattern can take longer
than its text is long: what repeats is bounded, or ends where nothing else can begin.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

MASK = "***"

# What makes a name the name of a secret. Of keys only those of locks: there are keys of tables, caches and topics too.
_WORD = (
    r"passw(?:or)?d|passphrase|passcode|pass|pwd|secret|token|credential|(?:master|masteruser|_)auth"
    r"|(?:access|account|admin|api|app|application|auth|cipher|client|crypto|deploy|encrypt|encryption|fernet|hmac|jwt"
    r"|licen[cs]e|mailgun|master|openai|private|rsa|secret|sendgrid|service|session|shared|sign|signing|ssh|ssl|storage"
    r"|stripe|tls|twilio|webhook)[ _.-]?key"
)
_SECRET_WORDS = ("pass", "pwd", "secret", "token", "key", "credential", "auth")
_BEFORE_PASS = ("", "db", "my", "mysql", "pg", "redis", "require", "root", "smtp", "user")
# Whole names of secrets; as a part of a name they mean other things.
_WHOLE_NAMES = (
    r"(?i)(?:(?:proxy-)?authorization|(?:set-)?cookie|auth|\w+[_-]auth|jwt|pat|\w+[_-]pat|pw|\w+[_-]pw|sas|\w+[_-]sas"
    r"|\.?pgpass|\.?netrc|\.?htpasswd|\.?dockerconfigjson|\.?dockercfg|id_(?:rsa|dsa|ecdsa|ed25519))$"
)
# What follows the word and makes it the name of something that is no secret: DB_PASSWORD_FILE, tokenExpirationSeconds.
_NO_SECRET = (
    r"(?i)(?:file|files|path|paths|dir|name|names|namespace|ref|refs|ttl|seconds|minutes|hours|days|enabled|disabled"
    r"|length|size|count|limit|type|kind|policy|expiry|expiration|expires|url|uri|endpoint|host|port|user|username"
    r"|version|algorithm|issuer|audience|required|status|error|mode|format|prefix|header|provider|manager|store|engine)$"
)
# The shell's own, which is a folder.
_WORKING_FOLDER = r"(?i)(?:old)?pwd$"
# What stands after such a name and is no value: words of a message, a reference to a variable, a path, a mask.
_NO_VALUE = (
    r"(?i)(?:required|missing|undefined|null|none|nil|empty|invalid|unset|not|notpresent|is|are|was|has|must\.?|false|true"
    r"|yes|no|to|or|and|for|in|of|from|with|expired|failed|denied|rejected|mismatch|unknown|authentication"
    r"|(?:os\.environ|os\.getenv|process\.env|system\.getenv|env|getenv)[.(\[].*|\$\([\w.-]+\)?|\$\{[\w.:-]+\}?|[|>][-+\d]*|\{\{.*\}\}|%[a-z]|[*x•]{3,}|[<\[]?redacted[>\]]?|<\w+>"
    r"|(?:file:/*)?/?(?:app|certs?|config|etc|home|mnt|opt|proc|root|run|secrets|srv|tmp|usr|var|vault)(?:/[\w.@-]+)+/?"
    r")?[,.;:!?]?$"
)

_QUOTED = r"""\\"(?:\\\\\\"|\\(?!")|[^"\\])*|"(?:[^"\\]|\\.)*|'(?:[^'\\]|\\.)*"""
# An unquoted value goes on over punctuation that ends neither it nor what it stands in.
_BARE = (
    r"""(?:[^\s"'&;,)}\]\\<>]|\\(?!["'nrt])|[<>]|["'](?=[^\s"',;)}\]])"""
    r"""|[&;,)}\]](?![\s"',;)}\]]|$|[\w.-]{1,40}(?:\ [\w.-]{1,40})?=))+"""
)
_VALUE = rf"(?P<value>{_QUOTED}|{_BARE})"


class Rule(NamedTuple):
    """One form in which a credential stands in a line."""

    what: str
    example: str
    needles: tuple[str, ...]
    """Lower-case texts of which every such line contains one."""
    pattern: str
    """The group `value` is what is masked."""


RULES = (
    Rule(
        "a password in a URL",
        "postgres://app:hunter2@db:5432/shop",
        ("://",),
        r"""://[^\s/:@'"\[\]]{0,256}:(?P<value>(?!\d{1,5}(?:[/?#,\s]|$))[^\s'"<>]{1,512})(?=@(?!sha256:)[\w.\[{$-])""",
    ),
    Rule(
        "a token in the place of a URL's user",
        "https://f81d4fae7dec11d0a76500a0@git.example/shop.git",
        ("://",),
        r"://(?P<value>(?=[\w.-]*\d)[\w.-]{20,256})(?=@)",
    ),
    Rule(
        "a password before a host",
        "app:hunter22@registry.example/shop/api:1",
        ("@",),
        r"""(?<![\w./:@-])[\w.-]{1,64}:(?P<value>(?=[^@]{0,256}\d|[^@]{8})[^\s/@:'"<>(){}\[\]]{1,256})"""
        r"""(?=@(?!sha\d+:)[\w-]{1,63}(?:\.[\w-]{1,63}){0,8}(?:/|:\d{2,5}\b))""",
    ),
    Rule(
        "the address of a webhook, which is all that one needs to post",
        "https://hooks.slack.com/services/T0001/B0001/x8Kq",
        ("hooks.slack.com/", "/api/webhooks/", "webhook.office.com/", "api.telegram.org/bot"),
        r"(?i)(?:hooks\.slack\.com/\w+/|/api/webhooks/|webhook\.office\.com/|api\.telegram\.org/bot)(?P<value>[^\s\"'<>]+)",
    ),
    Rule(
        "a password in a Go or Oracle data source",
        "app:hunter2@tcp(db:3306)/shop",
        ("@tcp(", "@unix(", "oracle:", "sqlplus"),
        r"(?i)(?:(?<![\w.-])[\w.-]{1,64}:(?=[^\s@]{1,256}@(?:tcp|unix)\()|(?:oracle:\w+:|sqlplus\s+(?:-\w+\s+){0,4})[^\s/]{1,64}/)"
        r"(?P<value>[^\s@'\"]{1,256})(?=@)",
    ),
    Rule(
        "a JSON web token, and other JSON in base64",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhcHAifQ.sQ4lVMcJ",
        ("eyj",),
        # What is long is masked with a second part or without: so nothing is read twice.
        r"(?<![A-Za-z0-9])(?P<value>eyJ(?:[\w-]{8,60}\.[\w-]+|[\w+/-]{40,}={0,2})(?:\.[\w-]*){0,4})",
    ),
    Rule(
        "a key or certificate in base64",
        "client-key-data: LS0tLS1CRUdJTiBSU0EgUFJJVkFURSBLRVktLS0tLQo=",
        ("ls0tls1crudj",),
        r"(?P<value>LS0tLS1CRUdJ[A-Za-z0-9+/=]+)",
    ),
    Rule(
        "the hash of a password",
        "app:$2y$10$abcdefghijklmnopqrstuv",
        ("$1$", "$2", "$5$", "$6$", "$y$", "$apr1$", "$argon2", "sha}", "scram-sha-"),
        r"(?P<value>\$(?:1|2[abxy]?|5|6|y|apr1|argon2\w{0,2})\$[\w./$=,+-]{8,}|\{S?SHA\}[\w+/=]{16,}|SCRAM-SHA-\d+\$[\w+/=:$]{16,})",
    ),
    Rule(
        "what follows Bearer or Basic",
        "bearer abc123def456",
        ("bearer", "basic"),
        r"(?i)\b(?:bearer|basic)\s+(?P<value>(?=[\w.~+/-]*(?:[0-9=_]|(?-i:[a-z][A-Z])))[A-Za-z0-9._~+/=-]{6,})",
    ),
    Rule(
        "a header that is signed",
        "Authorization: Digest username=app, response=6629fae4",
        ("authorization",),
        r"""(?i)authorization\\?["']?\s*[:=]\s*\\?["'\[]*(?:digest|oauth|hawk|aws4-hmac-sha256)\s+(?P<value>[^\r\n]+)""",
    ),
    Rule(
        "a header that says who one is",
        "Authorization: ApiKey abc123",
        ("authorization",),
        r"""(?i)authorization\\?["']?\s*[:=]\s*\\?["'\[]*(?:(?!bearer|basic)[A-Za-z][\w-]{2,20}\s+(?=\S{0,256}[\d=])|(?=\S{0,256}\d))"""
        r"""(?P<value>[^\s"'\\\]]{2,})""",
    ),
    Rule(
        "cookies",
        "Set-Cookie: session=4fa8c1; Path=/",
        ("cookie",),
        r"""(?i)cookies?\\?["']?\s*[:=]\s*\\?["'\[]*(?P<value>[\w.%-]{1,64}=[^"'\]\\]+)""",
    ),
    Rule(
        "a signature or key in a URL",
        "https://blob.example/x?sv=1&sig=h8s%2Fq",
        ("sig=", "signature=", "code=", "key=", "auth="),
        r"(?i)(?:[?&](?:[\w-]{0,40}signature|sig|code|(?:key|auth)(?==(?=[^&\s]{0,64}\d)[\w%.~+/-]{20}))"
        r"|(?<![\w-])sig(?:nature)?(?==[\w%+/-]{16}))=(?P<value>[^\s&\"'<>]+)",
    ),
    Rule(
        "a registry's login",
        '{"auths":{"registry.example":{"auth":"YXBwOmh1bnRlcjI="}}}',
        ('auth"', "auth'", "auth\\"),
        r"""(?i)(?:\\?["']_?auth\\?["']\s*:\s*\\?["'])(?P<value>[A-Za-z0-9+/=]{4,})""",
    ),
    Rule(
        "a password in SQL",
        "CREATE USER app IDENTIFIED BY 'hunter2'",
        ("identified", "password '"),
        r"(?i)(?:identified\s+(?:with\s+\S+\s+)?by|password)\s+(?P<value>'[^']+)",
    ),
    Rule(
        "a login on a command line",
        "mysql -u app -p hunter2",
        ("-u", "sshpass"),
        rf"""(?:\s-[uU]\s*\S+\s+(?:\S+\s+){{0,4}}?-[pP]\s*|\s-p\s+(?=[^\s/]\S*\s+-[uU]\s)|sshpass\s+-p\s*)"""
        rf"""(?!\d{{1,5}}(?::\d{{1,5}})?(?:\s|$)){_VALUE}""",
    ),
    Rule(
        "a password that is written to its flag",
        "mysqldump -phunter2 shop",
        ("mysql", "mariadb"),
        rf"(?:mysql|mariadb)[\w-]{{0,16}}\s(?:\S+\s+){{0,8}}?-p{_VALUE}",
    ),
    Rule(
        "a password of curl, redis-cli, smbclient, ldapsearch, openssl or vault",
        "curl -u app:hunter2 http://shop",
        ("curl", "redis-cli", "smbclient", "ldap", "pass:", "vault login"),
        rf"""(?:curl\s(?:\S+\s+){{0,12}}?(?:-u\s*|--(?:proxy-)?user[\s=])["']?[^\s:"']+:|redis-cli\s(?:\S+\s+){{0,8}}?-a\s+"""
        rf"""|smbclient\s(?:\S+\s+){{0,8}}?-U\s*[^\s%]+%|ldap\w{{3,8}}\s(?:\S+\s+){{0,8}}?-w\s+|\s-pass(?:in|out)?\s+pass:"""
        rf"""|vault\s+login\s+(?:-\S+\s+){{0,4}}(?!-)){_VALUE}""",
    ),
    Rule(
        "a password on its way to standard input",
        "echo hunter2 | docker login --password-stdin",
        ("password-stdin",),
        rf"""echo\s+(?:-n\s+)?{_VALUE}(?=["']?\s*\|[^|]{{0,200}}--password-stdin)""",
    ),
    Rule(
        "a login of SMTP",
        "AUTH PLAIN AGFwcABodW50ZXIy",
        ("auth ",),
        r"\bAUTH\s+(?:PLAIN|LOGIN|XOAUTH2)\s+(?P<value>[A-Za-z0-9+/=]{8,})",
    ),
    Rule(
        "a private key in JSON",
        '{"kty":"EC","crv":"P-256","d":"870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4B"}',
        ('"kty',),
        r"""\\?"(?:d|dp|dq|k|p|q|qi)\\?"\s*:\s*\\?"(?P<value>[\w-]{16,})""",
    ),
)
"""The forms, in the order in which they are looked for."""


class Named(NamedTuple):
    """One way in which a value stands beside the telling name that it has."""

    what: str
    example: str
    after: str
    """What follows the name; the group `value` is what is masked."""
    before: str = ""
    """What stands before it, up to the end of the word that tells."""


_NAME = r"[\w.-]{0,64}"
_NEAR = 80
_OF_SHELL = r"(?<![\w.-])(?:OLD)?PWD$"
NAMED = (
    Named(
        "a variable or parameter of a telling name", "DB_PASSWORD=hunter2", rf"""\\*["'\]]?\s*(?::?=>?|%3[Dd])\s*{_VALUE}"""
    ),
    Named(
        "a field whose value is quoted",
        '{"level":"info","apiKey":"hunter2"}',
        rf"""\\*["']?\s*:\s*(?:\[\s*(?=\\*["'][^\s"']+\\*["']))?(?P<value>{_QUOTED})""",
    ),
    Named(
        "a header in quotes",
        "curl -H 'X-Api-Key: hunter2' http://shop",
        r"""\s*:\s+(?P<value>[^\s"'\\]+)(?=\\*["'])""",
        r"""["'][\w-]{0,40}$""",
    ),
    Named(
        "a line that is a name and a value",
        "password: hunter2",
        r"""\s*:\s+(?P<value>[^\s"'\[{]+)\s*$""",
        rf"^\s*(?:[<>-]\s+|export\s+)?{_NAME}$",
    ),
    Named(
        "a field in a Go value",
        "{Host:db Password:hunter2}",
        rf":(?P<value>{_BARE})",
        r"(?<![\w.-])(?:[A-Z][\w-]{0,60}|\w{0,60}passw(?:or)?d)$",
    ),
    Named(
        "a password in a sentence",
        "generated admin password: 8c4f-77aa",
        r"""\s*(?::|\s(?:is|was|to)\b:?)\s+(?P<value>(?=\S{0,256}\d)[^\s"']{6,})""",
        r"(?i)passw(?:or)?d$",
    ),
    Named(
        "a token or key in a sentence",
        "using bootstrap token: abcdef.0123456789abcdef",
        r"""\s*:\s+(?P<value>(?=\S{0,256}\d)[\w.~+/=-]{16,})""",
        r"(?i)(?:(?<!unexpected )token|[ _-]key)$",
    ),
    Named(
        "a password that is a number",
        '{"password": 123456}',
        r"""\\?["']\s*:\s*(?P<value>\d+)""",
        r"(?i)(?:passw(?:or)?d|pwd)$",
    ),
    Named("an element", "<password>hunter2</password>", r">(?P<value>[^<]+)</", rf"<{_NAME}$"),
    Named(
        "a variable or property that is named beside its value",
        '{"name":"DB_PASSWORD","value":"hunter2"}',
        rf"""\\*["']?[\s,]+\\*["']?[Vv]alue\\*["']?\s*[:=]\s*{_VALUE}""",
    ),
    Named(
        "a constant of PHP",
        "define('DB_PASSWORD', 'hunter2');",
        rf"""\\*["']\s*,\s*(?P<value>{_QUOTED})""",
        r"""define\(\s*\\*["']\w{0,64}$""",
    ),
    Named(
        "what follows a flag",
        'exec: ["app","--db-password","hunter2"]',
        rf"""(?:\\*["']\s*,\s*|\s+)(?!\\*["']?-){_VALUE}""",
        r"(?<![\w-])--?[\w-]{0,40}$",
    ),
)
"""What may stand beside a telling name, in the order in which it is looked for."""

FORMS = (
    ("AWS", r"(?:AKIA|ASIA)[A-Z0-9]{16}(?![A-Z0-9])", "AKIA..."),
    ("GitHub", r"gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,}", "ghp_..., github_pat_..."),
    ("GitLab", r"gl[a-z]{2,8}-[A-Za-z0-9_-]{16,}", "glpat-..."),
    ("Slack", r"xox[a-z]-[A-Za-z0-9-]{8,}|xapp-[A-Za-z0-9-]{8,}", "xoxb-..."),
    ("Stripe", r"[sr]k_(?:live|test)_[A-Za-z0-9]{8,}|whsec_[A-Za-z0-9+/=]{8,}", "sk_live_..."),
    ("Google", r"AIza[A-Za-z0-9_-]{30,}|ya29\.[A-Za-z0-9_-]{16,}|GOCSPX-[A-Za-z0-9_-]{16,}", "AIza..., ya29...."),
    ("Azure", r"[A-Za-z0-9_~.]{3}8Q~[A-Za-z0-9_~.-]{16,}", "...8Q~..."),
    ("OpenAI, Anthropic", r"sk-(?=[A-Za-z_-]{0,64}\d)[A-Za-z0-9_-]{20,}", "sk-..."),
    (
        "npm, PyPI, Docker, Hugging Face",
        r"npm_[A-Za-z0-9]{20,}|pypi-[\w-]{20,}|dckr_[a-z]+_[\w-]{16,}|hf_[A-Za-z0-9]{20,}",
        "npm_...",
    ),
    ("HashiCorp", r"hv[sbr]\.[A-Za-z0-9_-]{16,}", "hvs...."),
    (
        "SendGrid, DigitalOcean, Shopify, Atlassian",
        r"SG\.[\w-]{16,}\.[\w-]{16,}|do[opr]_v1_[a-f0-9]{16,}|shp[a-z]{2}_[a-f0-9]{16,}|ATATT[\w=-]{20,}",
        "SG....",
    ),
    ("OpenShift", r"sha256~[A-Za-z0-9_-]{32,}", "sha256~..."),
    (
        "Grafana, New Relic, Databricks, Sentry, Telegram",
        r"gl(?:sa|c)_[\w=+/]{20,}|NRAK-[A-Z0-9]{20,}|dapi[0-9a-f]{32}|sntry[su]_[\w=+/]{20,}|\d{8,10}:AA[\w-]{32,}",
        "glsa_...",
    ),
    ("age", r"AGE-SECRET-KEY-1[A-Z0-9]{20,}", "AGE-SECRET-KEY-1..."),
)
"""Tokens that are known by how they begin: whose, the pattern, how they look."""
_FORM = r"(?<![A-Za-z0-9])(?:" + "|".join(pattern for _, pattern, _ in FORMS) + ")"

_BEGIN, _END = (rf"-----{word} [A-Z0-9 ]{{0,40}}PRIVATE KEY(?: BLOCK)?-----" for word in ("BEGIN", "END"))
_ON_ONE_LINE = rf"{_BEGIN}(?:(?!-----BEGIN).)*?(?:{_END}|(?=-----BEGIN)|$)"
# A line within a key has nothing but base64, in quotes or after a sign perhaps, or one of the key's own headers.
_KEY_LINE = r"""[ \t"'|>#*-]*(?:[A-Za-z0-9+/=]{4,}(?:\\n|[ \t"',\\+])*|[A-Z][\w-]+: .*)?$"""


@lru_cache(4096)
def is_secret_name(name: str) -> bool:
    """Whether a variable or key of that name holds something that nobody may see."""
    if re.match(_WORKING_FOLDER, name) or re.search(_NO_SECRET, name):
        return False
    return bool(re.match(_WHOLE_NAMES, name)) or any(True for _ in _telling(name))


def masked(text: str) -> str:
    """`text` without credentials, in as many lines as it has."""
    return _masked_short(text) if len(text) < 200 else _masked(text)


def masked_file(text: str) -> str:
    """The text of a configuration file without credentials: a value is all that stands beside its name."""
    lines: list[str] = []
    hidden: int | None = None  # the indent of the name whose value goes on in the next lines
    for line in masked(text).split("\n"):
        indent = len(line) - len(line.lstrip())
        if hidden is not None and line.strip() and indent > hidden:
            lines.append(line[:indent] + MASK)
            continue
        hidden = None
        found = re.match(_SETTING, line)
        if found and is_secret_name(found["key"]):
            block = re.match(_BLOCK, found["value"])
            hidden = indent if block or line.endswith("\\") else None
            if not block and not _is_no_value(found["value"]):
                line = line[: found.start("value")] + MASK
        lines.append(line)
    return "\n".join(lines)


# A name and all that is beside it; not a quoted name, which JSON has and the rules know.
_SETTING = (
    r"\s*(?:(?:machine\s+\S+\s+)?(?:login|user)\s+\S+\s+|(?:export|set|proxy_set_header|-)\s+)?"
    r"(?P<key>[\w.-]+)(?:\s*[=:]\s*|\s+)(?P<value>[^\s\[{].*)"
)
_BLOCK = r"[|>][-+\d]*\s*$"


@lru_cache(4096)
def _masked_short(text: str) -> str:
    return _masked(text)


def _masked(text: str) -> str:
    if "PRIVATE KEY" in text:
        text = "\n".join(_without_keys(text.split("\n")))
    text = re.sub(_FORM, MASK, text)
    lower = text.lower()
    rules = [rule for rule in RULES if any(needle in lower for needle in rule.needles)]
    if not rules and not any(word in lower for word in _SECRET_WORDS):
        return text
    lines = [_masked_line(line, rules) for line in text.split("\n")]
    for at, line in enumerate(lines[:-1], 1):
        named = line.lstrip().startswith("- ") and re.match(_OF_NEXT, line)
        given = named and is_secret_name(named["key"]) and re.match(_GIVEN, lines[at])
        if given and not _is_no_value(given["value"]):
            lines[at] = lines[at][: given.start("value")] + MASK
    return "\n".join(lines)


# A variable or flag in a list of YAML, and what it is, in the next line.
_OF_NEXT = r"""\s*-\s+(?:name:\s*["']?|["']?--?)(?P<key>[\w.-]{1,64})["']?\s*$"""
_GIVEN = r"\s*(?:-|value:)\s+(?P<value>[^\s-].*)"


def _masked_line(line: str, rules: list[Rule]) -> str:
    lower = line.lower()
    for rule in rules:
        if any(needle in lower for needle in rule.needles):
            line = re.sub(rule.pattern, _mask_value, line)
    return _named_masked(line) if any(word in lower for word in _SECRET_WORDS) else line


def _mask_value(match: re.Match[str]) -> str:
    start, end = (edge - match.start() for edge in _span(match))
    return match[0][:start] + MASK + match[0][end:] if start < end else match[0]


def _span(match: re.Match[str]) -> tuple[int, int]:
    """Where the value stands, without the quotes that open it."""
    quote = re.match(r"\\*[\"']?", match["value"])[0]
    return match.start("value") + len(quote), match.end("value")


def _named_masked(line: str) -> str:
    """The line without what stands beside telling names."""
    parts, done, name_end = [], 0, 0
    for word in _telling(line):
        if word.start() < max(done, name_end):
            continue
        name_end = re.compile(_NAME).match(line, word.end()).end()
        if re.search(_NO_SECRET, line[word.start() : name_end]):
            continue
        before = ("\0" if word.start() > _NEAR else "") + line[max(0, word.start() - _NEAR) : word.end()]
        for named in NAMED:
            match = re.search(named.before, before) and re.compile(named.after).match(line, name_end)
            if match:
                start, end = _span(match)
                folder = re.search(_OF_SHELL, before) and line.startswith("/", start)
                if start < end and not folder and not _is_no_value(line[start:end]):
                    parts += [line[done:start], MASK]
                    done = end
                break
    return "".join([*parts, line[done:]])


def _telling(text: str) -> Iterator[re.Match[str]]:
    """The words in a text that make a name that of a secret."""
    lower = text.lower()
    if len(lower) != len(text):  # a few letters become two
        lower = "".join(letter.lower() if letter.isascii() else letter for letter in text)
    for word in re.finditer(_WORD, lower):
        after = lower[word.end() : word.end() + 2]
        if word[0] == "pass":
            letters = re.search("[A-Za-z]*$", text[max(0, word.start() - 8) : word.start()])[0]
            own_word = letters.lower() in _BEFORE_PASS or (letters[-1].islower() and text[word.start()] == "P")
            if not own_word or after[:1].isalpha():
                continue
        elif word[0] == "secret":
            if lower.startswith("imagepull", word.start() - 9) and after[:1] == "s":
                continue
        elif word[0] == "token":
            if after[:1] == "s" or after in ("iz", "is"):
                continue
        elif word[0].endswith(("auth", "key")) and after[:1].isalpha() and after[:1] != "s":
            continue
        yield word


def _without_keys(lines: list[str]) -> list[str]:
    """The lines without private keys; one that is cut at its beginning or end is known by how its lines look.

    They stay as many as they were: quotations count them.
    """
    lines, begun = lines.copy(), None
    for at, line in enumerate(lines):
        end = re.search(_END, line)
        begin = re.search(_BEGIN, line)
        if end and (not begin or end.start() < begin.start()):
            first = at if begun is None else begun + 1
            while begun is None and first and lines[first - 1] and re.match(_KEY_LINE, lines[first - 1]):
                first -= 1
            lines[first:at] = [MASK if inner else "" for inner in lines[first:at]]
            line, begun = MASK + line[end.end() :], None
        if begin:
            _end_cut_key(lines, begun, at)
            begun = at if line.rfind("-----BEGIN") > line.rfind("-----END") else None
            line = re.sub(_ON_ONE_LINE, MASK, line)
        lines[at] = line
    _end_cut_key(lines, begun, len(lines))
    return lines


def _end_cut_key(lines: list[str], begun: int | None, until: int) -> None:
    """Mask what is left of a key that has begun and does not end before that line."""
    for at in range(until if begun is None else begun + 1, until):
        if not re.match(_KEY_LINE, lines[at]):
            return
        lines[at] = lines[at] and MASK


def _is_no_value(text: str) -> bool:
    return re.match(_NO_VALUE, text) is not None
