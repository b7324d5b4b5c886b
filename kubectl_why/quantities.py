"""Quantities of the API, such as 64Mi, 1.5G or 250m: read, doubled, written; and Go's durations, such as 1m30s."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fractions import Fraction

_UNITS = {
    **{unit: 1000**power for power, unit in enumerate(("", "k", "M", "G", "T", "P", "E"))},
    **{unit: 1024**power for power, unit in enumerate(("Ki", "Mi", "Gi", "Ti", "Pi", "Ei"), 1)},
}
_QUANTITY = r"(?P<number>\d+(?:\.\d*)?|\.\d+)(?:(?P<unit>[KMGTPE]i|[mkMGTPE])|[eE](?P<exponent>[+-]?\d{1,2}))?"
_DURATION_UNITS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "μs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}
# How a number is written where no unit divides it: with at least so many of the largest unit that it holds.
_PRECISE = 10


def parse(text: str) -> Fraction | None:
    """The number that a quantity stands for, or None where it is none."""
    from fractions import Fraction  # takes longer than most verdicts, which need none, can spare

    match = re.fullmatch(_QUANTITY, text)
    if not match:
        return None
    number = Fraction(match["number"]) * Fraction(10) ** int(match["exponent"] or 0)
    return number / 1000 if match["unit"] == "m" else number * _UNITS[match["unit"] or ""]


def of_bytes(number: Fraction | int) -> str:
    """A number of bytes as a quantity, rounded up to a unit that is fine enough."""
    for unit in ("Gi", "Mi", "Ki"):
        size = _UNITS[unit]
        if number >= _PRECISE * size or (number >= size and number % size == 0):
            return f"{math.ceil(number / size)}{unit}"
    return str(math.ceil(number))


def doubled(text: str) -> str | None:
    """Twice a quantity, in its own kind of unit; None where it is none."""
    number = parse(text)
    if number is None:
        return None
    unit = text.lstrip("0123456789.")
    if unit == "m":
        return f"{float(2000 * number):g}m"
    return f"{float(2 * number / _UNITS[unit]):g}{unit}" if unit in ("k", "M", "G", "T", "P", "E") else of_bytes(2 * number)


def mebibytes(number: Fraction | int) -> int:
    """Whole MiB in a number of bytes: the unit in which runtimes are told the size of their heap."""
    return int(number / _UNITS["Mi"])


def time_limit(text: str) -> float | None:
    """The seconds of a kubectl timeout: 30, 5s, 1m30s, 500ms; infinity for 0; None where it is none.

    Source: client-go tools/clientcmd/overrides.go, ParseTimeout.
    """
    whole = text.isascii() and text.isdigit()
    found = float(text) if whole else seconds(text)
    return math.inf if found == 0 else found


def seconds(duration: str) -> float | None:
    """The seconds of a duration without a sign as Go writes and reads it (time.ParseDuration); None where it is none."""
    number = r"(\d+\.?\d*|\.\d+)"
    unit = f"({'|'.join(sorted(_DURATION_UNITS, key=len, reverse=True))})"
    if not re.fullmatch(f"0|({number}{unit})+", duration, re.ASCII):
        return None
    return sum(float(n) * _DURATION_UNITS[u] for n, u in re.findall(number + unit, duration, re.ASCII))
