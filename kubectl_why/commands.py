"""Command lines that can be pasted into a shell, whatever the names in them, and that reach the cluster that was looked at.

`access` are the flags by which the user chose cluster and user. A plugin takes them behind its name: kubectl refuses them
before it (kubectl pkg/cmd/cmd.go, 1.36).
"""

import re
from collections.abc import Sequence

from .redact import printable

Word = str | tuple[str, ...]
"""A word of a command, or flags with their values. What stands by itself is never taken for a flag, whatever it is."""

# What no shell takes for more than letters: type/name, NAME=VALUE, labels, images. An = at the beginning of a word or of a
# value is for zsh the path of what follows.
_PLAIN = r"(?!=|.*[=:]=)[A-Za-z0-9_@+=:,./-]+"
# What ends a quotation, or for fish does not end it: a backslash before a quotation mark or another backslash.
_UNQUOTABLE = r"'|\\(?=[\\']|$)"


def command(*words: str) -> str:
    """The words as one line for a POSIX shell, or for fish: each stays one word, and means nothing but itself."""
    return " ".join(map(_word, words))


def kubectl(*words: Word, namespace: str = "", access: Sequence[str] = ()) -> str:
    """A command line of kubectl."""
    return command("kubectl", *access, *(("-n", namespace) if namespace else ()), *_flat(_apart(words)))


def kubectl_why(name: str, options: Sequence[str] = (), *, namespace: str, access: Sequence[str] = ()) -> str:
    """A command line of this program about a pod, or TYPE/NAME."""
    return command("kubectl", "why", *_flat(_apart((name, ("-n", namespace, *access, *options)))))


def _apart(words: Sequence[Word]) -> Sequence[Word]:
    """The words, of which those that only look like flags stand at the end, behind the -- that ends all flags."""
    first = next((at for at, word in enumerate(words) if isinstance(word, str) and word.startswith("-")), None)
    if first is None:
        return words
    flags = [word for word in words[first:] if not isinstance(word, str)]
    return [*words[:first], *flags, "--", *(word for word in words[first:] if isinstance(word, str))]


def _flat(words: Sequence[Word]) -> list[str]:
    return [part for word in words for part in ((word,) if isinstance(word, str) else word)]


def _word(word: str) -> str:
    word = printable(word)
    if re.fullmatch(_PLAIN, word):
        return word
    return "'" + re.sub(_UNQUOTABLE, lambda match: "'\"" + match[0].replace("\\", "\\\\") + "\"'", word) + "'"
