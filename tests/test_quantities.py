"""Quantities are read and written as the API does."""

import pytest

from kubectl_why.quantities import doubled, mebibytes, of_bytes, parse


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", 0),
        ("128974848", 128974848),
        ("129e6", 129_000_000),
        ("129M", 129_000_000),
        ("123Mi", 123 * 2**20),
        ("1.5Gi", 3 * 2**29),
        (".5k", 500),
        ("2000m", 2),
        ("1E", 10**18),
        ("1Ei", 2**60),
    ],
)
def test_read(text, number):
    assert parse(text) == number


@pytest.mark.parametrize("text", ["", "Mi", " 64Mi", "64MB", "64 Mi", "-1", "1e", "64mi", "%", "1e999"])
def test_what_is_none(text):
    assert parse(text) is None
    assert doubled(text) is None


@pytest.mark.parametrize(
    ("text", "twice"),
    [
        ("64Mi", "128Mi"),
        ("512Mi", "1Gi"),
        ("600Mi", "1200Mi"),
        ("0.5Gi", "1Gi"),
        ("1.5Gi", "3Gi"),
        ("8Gi", "16Gi"),
        ("100M", "200M"),
        ("1.5G", "3G"),
        ("67108864", "128Mi"),
        ("512", "1Ki"),
        ("250m", "500m"),
        ("100k", "200k"),
    ],
)
def test_doubled(text, twice):
    assert doubled(text) == twice
    assert parse(twice) >= 2 * parse(text)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (2**20, "1Mi"),
        (2**30, "1Gi"),
        (48 * 2**20 + 1, "49Mi"),
        (3 * 2**29, "1536Mi"),
        (11 * 2**30 + 5, "12Gi"),
        (100, "100"),
        (0, "0"),
    ],
)
def test_written(number, text):
    assert of_bytes(number) == text


def test_mebibytes():
    assert mebibytes(parse("384Mi") * 3 // 4) == 288
