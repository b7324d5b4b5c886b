"""The one matcher of near names: which of these did they mean?

Used wherever a name can be wrong: keys, variables, ConfigMaps, Secrets, Services, claims, hosts, contexts, pods.
"""

import re
from collections.abc import Iterable
from difflib import SequenceMatcher

# Words that people write in more than one way. Each group is one word for the matcher.
SYNONYMS = (
    ("password", "passwd", "pass", "pwd", "pw"),
    ("service", "svc", "srv"),
    ("database", "db"),
    ("postgresql", "postgres", "pgsql", "pg", "psql"),
    ("configuration", "config", "cfg", "conf"),
    ("environment", "env"),
    ("username", "user", "usr"),
    ("production", "prod"),
    ("development", "dev"),
    ("authentication", "auth"),
    ("credentials", "credential", "creds", "cred"),
    ("certificate", "cert", "crt"),
    ("directory", "dir"),
    ("address", "addr"),
    ("host", "hostname"),
    ("url", "uri", "dsn"),
    ("repository", "repo"),
    ("kubernetes", "k8s"),
    ("yaml", "yml"),
    ("message", "msg"),
    ("number", "num"),
    ("application", "app"),
)
_WORD = {word: group[0] for group in SYNONYMS for word in group}
# Below this likeness two names are strangers. Found with the table of pairs in tests/test_names.py.
_NEAR = 0.8


def nearest(name: str, candidates: Iterable[str]) -> str | None:
    """The candidate that was most likely meant by `name`, or None where nothing is near. Never `name` itself."""
    best, best_score = None, _NEAR
    for candidate in sorted(set(candidates) - {name}):
        score = likeness(name, candidate)
        if score > best_score:
            best, best_score = candidate, score
    return best


def likeness(one: str, other: str) -> float:
    """How near two names are, from 0 (strangers) to 1 (the same but for case, separators and spelling of words)."""
    if not one or not other:
        return 0.0
    words, others = _words(one), _words(other)
    if words == others:
        return 1.0
    if sorted(words) == sorted(others):
        return 0.95
    joined, joined_other = "".join(words), "".join(others)
    if joined == joined_other:
        return 0.99
    # Numbers tell things apart: web-1 is no misspelling of web-2.
    if re.findall(r"\d+", joined) != re.findall(r"\d+", joined_other) and re.sub(r"\d+", "", joined) == re.sub(
        r"\d+", "", joined_other
    ):
        return 0.5
    plain, plain_other = one.lower(), other.lower()
    ratio = max(
        SequenceMatcher(None, joined, joined_other, autojunk=False).ratio(),
        SequenceMatcher(None, plain, plain_other, autojunk=False).ratio(),
    )
    # One has a word more at its beginning or end (db-password, shop-db-password): near, if the shared part says enough.
    shorter, longer = sorted((words, others), key=len)
    shared = sum(map(len, shorter))
    if shared >= 4 and _is_part(shorter, longer):
        ratio = max(ratio, 0.81 + 0.15 * shared / max(len(joined), len(joined_other)))
    # Of as many words, each must be near its counterpart, as written or as meant: DATABASE_URL is not DATABASE_USER.
    if len(words) == len(others) > 1 and not all(
        _same_but_for_a_slip(*meant) or _same_but_for_a_slip(*written)
        for meant, written in zip(
            zip(words, others, strict=True), zip(_written(one), _written(other), strict=True), strict=True
        )
    ):
        return min(ratio, 0.75)
    # In a short name one letter is a lot.
    if min(len(plain), len(plain_other)) <= 4 and plain != plain_other and ratio < 0.85:
        return min(ratio, 0.7)
    return ratio


def _is_part(shorter: list[str], longer: list[str]) -> bool:
    return bool(shorter) and (longer[: len(shorter)] == shorter or longer[-len(shorter) :] == shorter)


def _same_but_for_a_slip(word: str, other: str) -> bool:
    return word == other or SequenceMatcher(None, word, other, autojunk=False).ratio() >= 0.8


def _written(name: str) -> list[str]:
    """The words of a name in lower case: of fooBar, FOO_BAR and foo-bar alike."""
    spaced = re.sub(r"([a-z0-9])([A-Z])", r"\1 \2", name)
    return [word.lower() for word in re.split(r"[^A-Za-z0-9]+", spaced) if word]


def _words(name: str) -> list[str]:
    """The words of a name, singular and with one spelling each: DB_PASSWD and databasePassword are the same."""
    return [_WORD.get(word, _singular(word)) for word in _written(name)]


def _singular(word: str) -> str:
    singular = word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
    return _WORD.get(singular, singular)
