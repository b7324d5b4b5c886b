"""Quantities of the API, such as 64Mi, 1.5G or 250m: read, doubled, written."""

from __future__ import annotations

import math
import re
from fractions import Fraction

_UNITS = {
    **{unit: Fraction(1000) ** power for power, unit in enumerate(("m", "", "k", "M", "G", "T", "P", "E"), -1)},
    **{unit: Fraction(1024) ** power for power, unit in enumerate(("Ki", "Mi", "Gi", "Ti", "Pi", "Ei"), 1)},
}
_QUANTITY = re.compile(r"(?P<number>\d+(?:\.\d*)?|\.\d+)(?:(?P<unit>[KMGTPE]i|[mkMGTPE])|[eE](?P<exponent>[+-]?\d{1,2}))?")
# How a number is written where no unit divides it: with at least so many of the largest unit that it holds.
_PRECISE = 10


def parse(text: str) -> Fraction | None:
    """The number that a quantity stands for, or None where it is none."""
    match = _QUANTITY.fullmatch(text)
    if not match:
        return None
    return Fraction(match["number"]) * _UNITS[match["unit"] or ""] * Fraction(10) ** int(match["exponent"] or 0)


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
    return (
        f"{float(2 * number / _UNITS[unit]):g}{unit}"
        if unit in ("m", "k", "M", "G", "T", "P", "E")
        else of_bytes(2 * number)
    )


def mebibytes(number: Fraction | int) -> int:
    """Whole MiB in a number of bytes: the unit in which runtimes are told the size of their heap."""
    return int(number / _UNITS["Mi"])
