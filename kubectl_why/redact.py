"""What never enters a snapshot, and what never reaches a terminal."""

import re
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from .credentials import MASK, is_secret_name, masked, masked_file
from .status import listing, mapping

__all__ = ["MASK", "clean", "is_secret_name", "log_text", "masked", "printable"]

_COLOUR = r"\x1b\[[0-9;:]*m"
# Controls; what turns the reading direction; what is not seen; halves of characters.
_LIVE = (
    "[\x00-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\u3164\ud800-\udfff\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
# Annotations that are a whole object again, values and all, as the tools that apply objects leave them.
_OBJECT_AGAIN = r"(?i)(?:last-applied|last-handled|/applied$|/original$|/lastapplied)"
# Maps whose keys and values are there to be matched: no secret can stand there, and a telling name says nothing.
_MATCHED = ("labels", "matchLabels", "nodeSelector", "selector")
# Of the names that end so many are those of tables and topics: there the value tells.
_KEY, _BY_CHANCE = r"(?i)[_-]key$", r"(?=.*\d)(?=.*[A-Za-z])[A-Za-z0-9+/_=-]{20,}"
# Between the words of a command, where no word has it: the rules take it for a blank.
_BETWEEN = "\x1f"


def log_text(text: str) -> str:
    """A log as it may be kept: without colours, without credentials."""
    return masked(re.sub(_COLOUR, "", text))


def printable(text: str) -> str:
    """`text` on one line in which nothing moves a cursor, changes a colour, turns the reading direction or hides."""
    if text.isascii() and text.isprintable():
        return text
    return re.sub(_LIVE, lambda match: match[0].encode("unicode_escape").decode("ascii"), text)


def without_quotes(text: str) -> str:
    """What a parser says of a file, without what it quotes of it: that may be a password with a sign of YAML before it."""
    return re.sub(r"""(["'])(?!<)[^"']{4,}\1""", rf"\1{MASK}\1", text)


def values_hidden(obj: Any, kept: Any) -> Iterator[str]:
    """The texts in an object of which nothing is kept in it as `clean` leaves it: what somebody else may quote."""
    if isinstance(obj, dict) and isinstance(kept, dict):
        for name, value in obj.items():
            yield from values_hidden(value, kept.get(name))
    elif isinstance(obj, list) and isinstance(kept, list):
        for value, inner in zip(obj, kept, strict=False):
            yield from values_hidden(value, inner)
    elif isinstance(obj, str) and kept == MASK:
        yield obj


def clean(obj: dict[str, Any]) -> dict[str, Any]:
    """An API object as it may be kept: no Secret's values, no credentials, and of managedFields the last change only."""
    kind = obj.get("kind")
    obj = {name: value if name == "metadata" else _masked_deep(value) for name, value in _without_values(obj).items()}
    metadata = dict(mapping(obj.get("metadata")))
    changes = [item for item in listing(metadata.pop("managedFields", None)) if item.get("subresource") != "status"]
    if changes:
        last = max(changes, key=lambda item: str(item.get("time") or ""))
        metadata["managedFields"] = [{k: last[k] for k in ("manager", "operation", "time") if k in last}]
    if metadata:
        obj["metadata"] = _masked_deep(metadata)
    if kind == "Pod" and "status" in obj:
        obj["status"] = _without_colours(mapping(obj["status"]))
    return obj


def masks(value: Any, path: str = "") -> Iterator[str]:
    """The paths of what is masked in an object; items of lists by name or else by index."""
    if isinstance(value, dict):
        for name, item in value.items():
            yield from masks(item, f"{path}.{name}" if path else str(name))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            name = item.get("name") if isinstance(item, dict) else None
            yield from masks(item, f"{path}{{{name}}}" if isinstance(name, str) else f"{path}[{index}]")
    elif isinstance(value, str) and MASK in value:
        yield path


def _without_values(obj: dict[str, Any]) -> dict[str, Any]:
    """A Secret with its keys only, and a ConfigMap without what its values say that is secret."""
    if obj.get("kind") == "Secret":
        keys = [*mapping(obj.get("data")), *mapping(obj.get("stringData"))]
        return {**{k: v for k, v in obj.items() if k != "stringData"}, "data": dict.fromkeys(keys, "")}
    if obj.get("kind") == "ConfigMap":
        values = {k: _of_config(k, v) for k, v in mapping(obj.get("data")).items()}
        binary = {"binaryData": dict.fromkeys(mapping(obj["binaryData"]), "")} if obj.get("binaryData") else {}
        return {**{k: v for k, v in obj.items() if k != "binaryData"}, "data": values, **binary}
    return obj


def _of_config(name: str, value: Any) -> Any:
    if not isinstance(value, str):
        return _masked_deep(value)
    return _named(name, value) or (masked_file(value) if "\n" in value else masked(value))


def _without_colours(status: dict[str, Any]) -> dict[str, Any]:
    """A pod's status in which a container's last words, which may be lines of its log, are kept as these are."""
    status = deepcopy(status)
    for part in ("initContainerStatuses", "containerStatuses", "ephemeralContainerStatuses"):
        for item in listing(status.get(part)):
            for state in ("state", "lastState"):
                end = mapping(mapping(item.get(state)).get("terminated"))
                if isinstance(end.get("message"), str):
                    end["message"] = log_text(end["message"])
    return status


def _masked_deep(value: Any) -> Any:
    if isinstance(value, str):
        return masked(value)
    if isinstance(value, list):
        if len(value) > 1 and all(isinstance(item, str) for item in value):
            return _masked_words(value)
        return [_masked_deep(item) for item in value]
    if isinstance(value, dict):
        if isinstance(value.get("name"), str) and isinstance(value.get("value"), str):
            # A variable, or a header of a probe.
            return {**value, "value": _of_config(value["name"], value["value"])}
        return {name: _masked_field(name, item) for name, item in value.items()}
    return value


def _masked_field(name: str, value: Any) -> Any:
    if name == "annotations" and isinstance(value, dict):
        value = {key: item for key, item in value.items() if not re.search(_OBJECT_AGAIN, key)}
    elif name in _MATCHED and isinstance(value, dict):
        return value
    elif isinstance(value, str) and (hidden := _named(name, value)):
        return hidden
    return _masked_deep(value)


def _named(name: str, value: str) -> str:
    """What is to be kept of the value of a telling name; empty where the name tells nothing."""
    if not value or not (is_secret_name(name) or (re.search(_KEY, name) and re.fullmatch(_BY_CHANCE, value))):
        return ""
    return value if re.fullmatch(r"(?:\$\([\w.-]+\))+", value) else MASK


def _masked_words(words: list[str]) -> list[str]:
    """The words of a command, of which one may say that the next is a secret."""
    apart = [masked(word) for word in words]
    together = masked(_BETWEEN.join(apart)).split(_BETWEEN)
    return together if len(together) == len(apart) else apart
