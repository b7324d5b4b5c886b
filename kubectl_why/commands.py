"""Command lines that can be pasted into a shell, whatever the names in them."""

import re
import shlex

from .redact import printable

# What no shell takes for more than letters: type/name, NAME=VALUE, labels, images. A word that begins with = or ~ is for
# zsh and bash the path of something.
_PLAIN = r"[A-Za-z0-9_@%+:,./-][A-Za-z0-9_@%+=:,./-]*"


def command(*words: str) -> str:
    """The words as one line for a POSIX shell: each stays one word, and means nothing but itself."""
    return " ".join(map(_word, words))


def _word(word: str) -> str:
    word = printable(word)
    return word if re.fullmatch(_PLAIN, word) else shlex.quote(word)
