"""Accept-Encoding, as browsers, scripts and proxies write it."""

from __future__ import annotations

import pytest

from chassis.web.content_coding import GZIP, IDENTITY, preferred_coding


@pytest.mark.parametrize(
    ("accept_encoding", "chosen"),
    [
        ("", IDENTITY),
        ("gzip", GZIP),
        ("gzip, deflate, br, zstd", GZIP),
        ("br;q=1.0, gzip;q=0.8, *;q=0.1", GZIP),
        ("GZIP", GZIP),
        ("x-gzip", GZIP),
        ("br", IDENTITY),
        ("identity", IDENTITY),
        ("gzip;q=0", IDENTITY),
        ("gzip;q=0.000, *", IDENTITY),
        ("gzip ; q=0.001", GZIP),
        ("identity, gzip;q=0.5", IDENTITY),
        ("identity;q=0.5, gzip;q=0.5", GZIP),
        ("identity;q=0.3, gzip;Q=0.7", GZIP),
        ("*", GZIP),
        ("*;q=0.5, identity", IDENTITY),
        ("identity;q=0, gzip;q=0.001", GZIP),
        ("identity;q=0, *;q=0.1", GZIP),
        ("identity;q=0", None),
        ("*;q=0", None),
        ("gzip;q=0, identity;q=0, *", None),
        ("br, identity;q=0.0", None),
        ("*;q=0, gzip", GZIP),
        ("*;q=0, identity;q=0.1", IDENTITY),
        ("gzip;q=0, gzip", IDENTITY),
        (",, gzip ,", GZIP),
    ],
)
def test_the_coding_that_the_reader_likes_best_is_taken(accept_encoding: str, chosen: str | None) -> None:
    """RFC 9110, 12.5.3: weights, `*` for whatever is not named, identity unless it is refused."""
    assert preferred_coding(accept_encoding, (GZIP, IDENTITY)) == chosen


@pytest.mark.parametrize(
    "accept_encoding",
    [
        "gzip;q=high",
        "gzip;q=1.5",
        "gzip;q=-1",
        "gzip;q=0.0001",
        "gzip;q=",
        "gzip;level=9",
        "gzip;q=1;q=1",
        "gzip q=1",
        ";q=1",
        "gzip\x00",
        "*;q=nan",
        "identity;q=zero",
    ],
)
def test_what_is_not_written_by_the_grammar_says_nothing(accept_encoding: str) -> None:
    """A reader who may not understand gzip is sent none, and nobody is sent away for a slip."""
    assert preferred_coding(accept_encoding, (GZIP, IDENTITY)) == IDENTITY


def test_what_there_is_in_one_coding_only_is_sent_in_that_one() -> None:
    """A body that packing makes longer is there as it is."""
    assert preferred_coding("gzip", (IDENTITY,)) == IDENTITY
