"""What a customer may call a passkey."""

from __future__ import annotations

import pytest

from messages.values import InvalidValue, PasskeyName, Reason


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" 台所のタブレット\u3000", "台所のタブレット"),
        ("か\u3099く", "がく"),
        ("<b>", "<b>"),
        ("a\u200bb", "ab"),
        ("x" * 30, "x" * 30),
    ],
)
def test_it_is_kept_as_it_is_seen(typed: str, kept: str) -> None:
    """In one form, which parsing does not change any more."""
    name = PasskeyName.parse(typed)
    assert (name, PasskeyName.parse(name)) == (kept, kept)
    assert repr(name) == "***"


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", Reason.EMPTY),
        (" \u200b", Reason.EMPTY),
        ("x" * 31, Reason.LENGTH),
        ("a\nb", Reason.CHARACTERS),
        ("a\x00b", Reason.CHARACTERS),
        ("a\ue000b", Reason.CHARACTERS),
        ("a\u2028b", Reason.CHARACTERS),
    ],
)
def test_what_cannot_be_shown_is_refused(typed: str, reason: Reason) -> None:
    """X36."""
    with pytest.raises(InvalidValue) as caught:
        PasskeyName.parse(typed)
    assert caught.value.reason is reason
    assert reason in PasskeyName.reasons
