"""A sealed field opens for one reader, one type and one place, and for nothing else."""

from __future__ import annotations

from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.security.sealing import BrokenSeal, Sealed, SealedContent, Sealer, Unsealer, new_sealing_keys


class Secret(SealedContent):
    """A content."""

    sealed_as: ClassVar[str] = "test.secret"
    text: str


class OtherSecret(SealedContent):
    """Another content of the same shape."""

    sealed_as: ClassVar[str] = "test.other_secret"
    text: str


PRIVATE, PUBLIC = new_sealing_keys()
SEALER, UNSEALER = Sealer({"identity": PUBLIC}), Unsealer([PRIVATE])


@given(st.text(max_size=300))
def test_what_was_sealed_comes_out_unchanged(text: str) -> None:
    """Any text, any length."""
    sealed = SEALER.seal(Secret(text=text), to="identity", bound_to="key 1")
    assert UNSEALER.open(sealed, Secret, bound_to="key 1").text == text


def test_a_box_pasted_beside_another_key_does_not_open() -> None:
    """No cut-and-paste between messages."""
    sealed = SEALER.seal(Secret(text="a"), to="identity", bound_to="key 1")
    with pytest.raises(BrokenSeal):
        UNSEALER.open(sealed, Secret, bound_to="key 2")


def test_a_box_of_one_type_does_not_open_as_another() -> None:
    """The type is part of the seal."""
    sealed = SEALER.seal(Secret(text="a"), to="identity", bound_to="key 1")
    with pytest.raises(BrokenSeal):
        UNSEALER.open(sealed, OtherSecret, bound_to="key 1")  # type: ignore[arg-type]


def test_a_box_for_somebody_else_does_not_open() -> None:
    """Only the holder of the private key reads."""
    sealed = SEALER.seal(Secret(text="a"), to="identity", bound_to="key 1")
    with pytest.raises(BrokenSeal):
        Unsealer([new_sealing_keys()[0]]).open(sealed, Secret, bound_to="key 1")


def test_a_damaged_box_does_not_open() -> None:
    """Authenticated encryption."""
    sealed = SEALER.seal(Secret(text="a"), to="identity", bound_to="key 1")
    damaged = Sealed[Secret](key_id=sealed.key_id, box=sealed.box[:-8] + "AAAAAAA=")
    with pytest.raises(BrokenSeal):
        UNSEALER.open(damaged, Secret, bound_to="key 1")


def test_the_length_of_a_box_does_not_tell_the_length_of_a_password() -> None:
    """Padded."""
    lengths = {
        len(SEALER.seal(Secret(text="x" * size), to="identity", bound_to=1).box) for size in range(8, 17)
    }
    assert len(lengths) == 1


def test_an_old_key_opens_old_boxes_during_a_rotation() -> None:
    """Several private keys at once."""
    sealed = SEALER.seal(Secret(text="a"), to="identity", bound_to=1)
    assert Unsealer([new_sealing_keys()[0], PRIVATE]).open(sealed, Secret, bound_to=1).text == "a"


def test_what_a_service_seals_for_itself_is_of_its_newest_key() -> None:
    """So that an older one can be thrown away once everything is sealed again."""
    opener = Unsealer([new_sealing_keys()[0], PRIVATE])
    sealer = Sealer({"itself": opener.own_public_key})
    sealed = sealer.seal(Secret(text="a"), to="itself", bound_to=1)
    assert sealed.key_id == sealer.key_id("itself") == opener.key_ids[0]
    assert opener.open(sealed, Secret, bound_to=1).text == "a"
    with pytest.raises(BrokenSeal):
        UNSEALER.open(sealed, Secret, bound_to=1)


def test_neither_content_nor_box_shows_itself_in_a_log() -> None:
    """repr and str are masked."""
    content = Secret(text="canary")
    sealed = SEALER.seal(content, to="identity", bound_to=1)
    assert "canary" not in f"{content!r} {content}"
    assert sealed.box not in f"{sealed!r} {sealed}"
