"""Command lines that can be pasted into a shell, whatever the names in them, and that reach the cluster that was looked at.

`access` are the flags by which the user chose cluster and user. A plugin takes them behind its name: kubectl refuses them
before it (kubectl pkg/cmd/cmd.go, 1.36).
"""

import re
import shlex
from collections.abc import Sequence

from .redact import printable

# What no shell takes for more than letters: type/name, NAME=VALUE, labels, images. A word that begins with = or ~ is for
# zsh and bash the path of something.
_PLAIN = r"[A-Za-z0-9_@%+:,./-][A-Za-z0-9_@%+=:,./-]*"


def command(*words: str) -> str:
    """The words as one line for a POSIX shell: each stays one word, and means nothing but itself."""
    return " ".join(map(_word, words))


def kubectl(*words: str, namespace: str = "", access: Sequence[str] = ()) -> str:
    """A command line of kubectl."""
    return command("kubectl", *access, *(("-n", namespace) if namespace else ()), *words)


def kubectl_why(name: str, *options: str, namespace: str, access: Sequence[str] = ()) -> str:
    """A command line of this program about a pod, or TYPE/NAME."""
    target = f"pod/{name}" if name.startswith("-") else name
    return command("kubectl", "why", target, "-n", namespace, *access, *options)


def _word(word: str) -> str:
    word = printable(word)
    return word if re.fullmatch(_PLAIN, word) else shlex.quote(word)
