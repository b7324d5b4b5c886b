"""What never enters a snapshot, and what never reaches a terminal."""

import re
from typing import Any

from .status import listing, mapping

MASK = "***"

_SECRET_WORD = (
    r"(?:password|passwd|passphrase|pwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|signing[_-]?key"
    r"|encryption[_-]?key|account[_-]?key|credentials?)"
)
# What follows the word and makes it the name of something that is no secret: DB_PASSWORD_FILE, tokenExpirationSeconds.
_NO_SECRET = re.compile(r"(?i)(?:file|path|dir|name|ref|ttl|seconds|enabled|length|type|policy|expiry|url|uri)$")
_SECRET_NAME = re.compile(rf"(?i){_SECRET_WORD}")
_KEY = rf"(?P<key>[\w.-]*{_SECRET_WORD}[\w.-]*)"
_ASSIGNED = re.compile(rf"""(?i){_KEY}(?P<eq>\\?["']?\s*=\s*\\?["']?)(?P<value>[^\s"'&;,)\]}}\\]+)""")
_QUOTED = re.compile(rf"""(?i)(?P<key>["'][\w.-]*{_SECRET_WORD}[\w.-]*\\?["'])(?P<eq>\s*:\s*)\\?["'](?P<value>[^"'\\]+)""")
_YAML = re.compile(rf"""(?im)^(?P<eq>\s*{_KEY}\s*:\s+)(?P<value>[^\s"'\[{{]+)\s*$""")
# Words that stand after a colon in messages about a variable, and are no value.
_SAYS = re.compile(r"(?i)^(?:required|missing|undefined|null|none|nil|empty|invalid|unset|not|is|must|must\.|false|true)$")
_URL = re.compile(r"(?P<before>[a-z][a-z0-9+.-]*://[^\s/:@'\"]*:)[^\s@/'\"]+(?=@)", re.IGNORECASE)
_DSN = re.compile(r"(?P<before>\b[\w.-]+:)[^\s@:/'\"]+(?=@(?:tcp|unix)\()")
_BEARER = re.compile(r"(?i)\b(?P<before>bearer|basic)\s+[A-Za-z0-9._~+/=-]{12,}")
_JWT = re.compile(r"\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]*)?")
_CLOUD_KEY = re.compile(r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b|\bgh[pousr]_[A-Za-z0-9]{20,}|\bsk_live_[A-Za-z0-9]{8,}")
_PRIVATE_KEY = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)", re.DOTALL)

_COLOUR = re.compile(r"\x1b\[[0-9;:]*m")
# C0 and C1 controls but for the tab, line and paragraph separators, bidirectional and zero-width characters.
_LIVE = re.compile("[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")


def is_secret_name(name: str) -> bool:
    """Whether a variable or key of that name holds something that nobody may see."""
    return bool(_SECRET_NAME.search(name)) and not _NO_SECRET.search(name)


def masked(text: str) -> str:
    """`text` without credentials: in URLs, after bearer, in KEY=VALUE of secret-looking keys, private keys, tokens."""
    text = _PRIVATE_KEY.sub(MASK, text)
    text = _URL.sub(rf"\g<before>{MASK}", text)
    text = _DSN.sub(rf"\g<before>{MASK}", text)
    text = _JWT.sub(MASK, text)
    text = _CLOUD_KEY.sub(MASK, text)
    text = _BEARER.sub(rf"\g<before> {MASK}", text)
    for pattern in (_ASSIGNED, _QUOTED, _YAML):
        text = pattern.sub(_mask_value, text)
    return text


def _mask_value(match: re.Match[str]) -> str:
    key = match["key"].strip("\"'\\")
    if _NO_SECRET.search(key) or _SAYS.match(match["value"]):
        return match[0]
    start, end = (edge - match.start() for edge in match.span("value"))
    return match[0][:start] + MASK + match[0][end:]


def log_text(text: str) -> str:
    """A log as it may be kept: without colours, without credentials."""
    return masked(_COLOUR.sub("", text))


def printable(text: str) -> str:
    """`text` on one line in which nothing moves a cursor, changes a colour or turns the reading direction."""
    return _LIVE.sub(lambda match: match[0].encode("unicode_escape").decode("ascii"), text)


def clean(obj: dict[str, Any]) -> dict[str, Any]:
    """An API object as it may be kept: no Secret's values, no credentials, and of managedFields the last change only."""
    obj = dict(obj)
    metadata = dict(mapping(obj.get("metadata")))
    changes = [item for item in listing(metadata.pop("managedFields", None)) if item.get("subresource") != "status"]
    if changes:
        last = max(changes, key=lambda item: str(item.get("time") or ""))
        metadata["managedFields"] = [{k: last[k] for k in ("manager", "operation", "time") if k in last}]
    annotations = mapping(metadata.get("annotations"))
    if annotations:
        # The last applied configuration is the whole object again, values and all.
        metadata["annotations"] = {
            name: masked(value) if isinstance(value, str) else value
            for name, value in annotations.items()
            if not name.endswith("/last-applied-configuration")
        }
    if metadata:
        obj["metadata"] = metadata
    if obj.get("kind") == "Secret":
        keys = [*mapping(obj.get("data")), *mapping(obj.pop("stringData", None))]
        return {**obj, "data": dict.fromkeys(keys, "")}
    if obj.get("kind") == "ConfigMap":
        values = mapping(obj.get("data"))
        obj["data"] = {k: MASK if is_secret_name(k) and v else _masked_deep(v) for k, v in values.items()}
        return {k: v for k, v in obj.items() if k != "binaryData"} | (
            {"binaryData": dict.fromkeys(mapping(obj.get("binaryData")), "")} if obj.get("binaryData") else {}
        )
    return {k: v if k == "metadata" else _masked_deep(v) for k, v in obj.items()}


def _masked_deep(value: Any) -> Any:
    if isinstance(value, str):
        return masked(value)
    if isinstance(value, list):
        return [_masked_deep(item) for item in value]
    if isinstance(value, dict):
        if isinstance(value.get("name"), str) and isinstance(value.get("value"), str) and is_secret_name(value["name"]):
            return {**value, "value": MASK if value["value"] else ""}
        return {name: _masked_deep(item) for name, item in value.items()}
    return value
