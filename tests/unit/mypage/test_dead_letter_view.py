"""What may be shown of a dead letter."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.messaging.rabbit.dead_letter import DeadLetter
from chassis.security.tokens import new_key
from mypage.commands.dead_letter_view import HIDDEN, shown
from mypage.commands.durations import in_words

KEY = "0192f3a4-0000-7000-8000-0123456789ab"


def letter(body: bytes = b"{}", *, message_id: str = KEY, died_at: datetime | None = None) -> DeadLetter:
    """A dead letter with this body."""
    return DeadLetter(
        message_id, "identity.account_created.v1", "registration", "identity", {}, died_at, False, body
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("registration_key", "0192f3a400007000800001234567890a"),
        ("registration_key", f"urn:uuid:{KEY}"),
        ("registration_key", f"{KEY}\n07480012345"),
        ("registration_key", [KEY]),
        ("created_at", "20261123T090000Z"),
        ("created_at", "2026-11-23"),
        ("created_at", "0748-00-1234"),
        ("created_at", 1_700_000_000),
        ("nickname", KEY),
        ("key", KEY),
    ],
)
def test_only_a_whole_key_or_moment_in_a_field_of_that_name_is_shown(name: str, value: object) -> None:
    """Whatever merely resembles one may be somebody's token or telephone."""
    assert shown(letter(json.dumps({name: value}).encode())).fields == {name: HIDDEN}


@pytest.mark.parametrize(
    "moment", ["2026-11-23T09:00:00Z", "2026-11-23T09:00:00.123456+00:00", "2026-11-23T18:00:00+09:00"]
)
def test_a_moment_is_shown_as_it_was_written(moment: str) -> None:
    """In the ways that our messages write it."""
    assert shown(letter(json.dumps({"created_at": moment}).encode())).fields == {"created_at": moment}


@given(st.binary(max_size=200))
def test_no_body_breaks_the_view(body: bytes) -> None:
    """Whatever bytes somebody sent."""
    assert shown(letter(body)).size == len(body)


def test_a_body_that_is_nested_too_deeply_is_unreadable() -> None:
    """And no crash."""
    assert shown(letter(b"[" * 200_000)).fields is None


def test_a_field_name_that_none_of_us_would_give_is_hidden() -> None:
    """It may be an address."""
    assert shown(letter(json.dumps({"taro@example.jp": 1, "\x1b[2J": 2}).encode())).fields == {HIDDEN: HIDDEN}


def test_the_id_tells_when_the_message_was_said() -> None:
    """UUIDv7; the age counts from the death where the broker noted it."""
    before = datetime.now(UTC) - timedelta(milliseconds=1)
    found = shown(letter(message_id=str(new_key())))
    assert found.said_at is not None
    assert before <= found.said_at <= datetime.now(UTC)
    assert found.since == found.said_at
    assert shown(letter(died_at=before)).since == before


@pytest.mark.parametrize(
    "message_id",
    ["", "geheim", "f47ac10b-58cc-4372-a567-0e02b2c3d479", "ffffffff-ffff-7fff-8fff-ffffffffffff"],
)
def test_other_ids_tell_no_moment(message_id: str) -> None:
    """No guess is made."""
    assert shown(letter(message_id=message_id)).said_at is None


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-0.3, "0 秒"),
        (59.9, "59 秒"),
        (60, "1 分"),
        (3_599, "59 分"),
        (3_600, "1 時間"),
        (86_400, "1 日"),
        (86_400_000, "1,000 日"),
    ],
)
def test_an_age_is_told_in_its_largest_unit(seconds: float, words: str) -> None:
    """Rounded down."""
    assert in_words(seconds) == words
