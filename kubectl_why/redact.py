"""What never enters a snapshot, and what never reaches a terminal."""

import re
from copy import deepcopy
from typing import Any, NamedTuple

from .status import listing, mapping

MASK = "***"

_SECRET_WORD = (
    r"(?:password|passwd|passphrase|pwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|signing[_-]?key"
    r"|encryption[_-]?key|account[_-]?key|credentials?)"
)
_SECRET_WORDS = ("passw", "passphrase", "pwd", "secret", "token", "key", "credential")
# What follows the word and makes it the name of something that is no secret: DB_PASSWORD_FILE, tokenExpirationSeconds.
_NO_SECRET = r"(?i)(?:file|path|dir|name|ref|ttl|seconds|enabled|length|type|policy|expiry|url|uri)$"
_KEY = rf"(?P<key>[\w.-]*{_SECRET_WORD}[\w.-]*)"
# Words that stand after a colon in messages about a variable, and are no value.
_SAYS = r"(?i)^(?:required|missing|undefined|null|none|nil|empty|invalid|unset|not|notpresent|is|must\.?|false|true)$"
_PRIVATE_KEY = r"(?s)-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)"


class _Mask(NamedTuple):
    """One kind of credential in a line of text."""

    needles: tuple[str, ...]
    """Lower-case texts of which every such line contains one: they are looked for before the pattern is compiled."""
    pattern: str
    """The group `value` is what is masked; a group `key` names it, and is asked whether it is secret at all."""


_MASKS = (
    _Mask(("://",), r"(?i)[a-z][a-z0-9+.-]*://[^\s/:@'\"]*:(?P<value>[^\s@/'\"]+)(?=@)"),
    _Mask(("@tcp(", "@unix("), r"(?i)\b[\w.-]+:(?P<value>[^\s@:/'\"]+)(?=@(?:tcp|unix)\()"),
    _Mask(("eyj",), r"\b(?P<value>eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]*)?)"),
    _Mask(
        ("akia", "asia", "gh", "sk_live_"),
        r"\b(?P<value>(?:AKIA|ASIA)[A-Z0-9]{16}\b|gh[pousr]_[A-Za-z0-9]{20,}|sk_live_[A-Za-z0-9]{8,})",
    ),
    _Mask(("bearer", "basic"), r"(?i)\b(?:bearer|basic)\s+(?P<value>[A-Za-z0-9._~+/=-]{12,})"),
    _Mask(_SECRET_WORDS, rf"""(?i){_KEY}\\?["']?\s*=\s*\\?["']?(?P<value>[^\s"'&;,)\]}}\\]+)"""),
    _Mask(
        _SECRET_WORDS,
        rf"""(?i)(?P<key>["'][\w.-]*{_SECRET_WORD}[\w.-]*\\?["'])\s*:\s*\\?["'](?P<value>[^"'\\]+)""",
    ),
    _Mask(_SECRET_WORDS, rf"""(?i)^\s*{_KEY}\s*:\s+(?P<value>[^\s"'\[{{]+)\s*$"""),
)

_COLOUR = r"\x1b\[[0-9;:]*m"
# C0 and C1 controls but for the tab, line and paragraph separators, bidirectional and zero-width characters.
_LIVE = "[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]"


def is_secret_name(name: str) -> bool:
    """Whether a variable or key of that name holds something that nobody may see."""
    return bool(re.search(f"(?i){_SECRET_WORD}", name)) and not re.search(_NO_SECRET, name)


def masked(text: str) -> str:
    """`text` without credentials: in URLs, after bearer, in KEY=VALUE of secret-looking keys, private keys, tokens."""
    if "PRIVATE KEY" in text:
        # Line by line, so that the number of lines stays what it was: quotations count them.
        text = re.sub(_PRIVATE_KEY, lambda key: re.sub(r"[^\n]+", MASK, key[0]), text)
    return "\n".join(map(_masked_line, text.split("\n")))


def _masked_line(line: str) -> str:
    lower = line.lower()
    for mask in _MASKS:
        if any(needle in lower for needle in mask.needles):
            line = re.sub(mask.pattern, _mask_value, line)
    return line


def _mask_value(match: re.Match[str]) -> str:
    key = match.groupdict().get("key")
    if key is not None and (re.search(_NO_SECRET, key.strip("\"'\\")) or re.match(_SAYS, match["value"])):
        return match[0]
    start, end = (edge - match.start() for edge in match.span("value"))
    return match[0][:start] + MASK + match[0][end:]


def log_text(text: str) -> str:
    """A log as it may be kept: without colours, without credentials."""
    return masked(re.sub(_COLOUR, "", text))


def printable(text: str) -> str:
    """`text` on one line in which nothing moves a cursor, changes a colour or turns the reading direction."""
    return re.sub(_LIVE, lambda match: match[0].encode("unicode_escape").decode("ascii"), text)


def _termination_messages_masked(status: dict[str, Any]) -> dict[str, Any]:
    """A pod's status in which a container's last words, which may be lines of its log, are masked as these are."""
    status = deepcopy(status)
    for part in ("initContainerStatuses", "containerStatuses", "ephemeralContainerStatuses"):
        for item in listing(status.get(part)):
            for state in ("state", "lastState"):
                end = mapping(mapping(item.get(state)).get("terminated"))
                if isinstance(end.get("message"), str):
                    end["message"] = log_text(end["message"])
    return status


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
    if obj.get("kind") == "Pod" and "status" in obj:
        obj["status"] = _termination_messages_masked(mapping(obj["status"]))
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
