"""ニックネーム (T15, Q19, X25, X26, X29, X36)."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from messages.values import InvalidValue, Nickname, Reason

FAMILY = "👨\u200d👩\u200d👧\u200d👦"
KISS = "👩🏻\u200d❤\ufe0f\u200d💋\u200d👨🏽"


@pytest.mark.parametrize(
    "typed",
    [
        "タロウ",
        "たろう さん",
        "山田 太郎",
        "髙﨑①㈱",
        "Taro",
        "<b>x</b>",
        "J.Smith",
        "Mr.T",
        "@taro",
        "a=b?",
        "O'Neil",
    ],
)
def test_an_ordinary_name_is_accepted_as_typed(typed: str) -> None:
    """Escaping is the page's work, not the customer's."""
    assert Nickname.parse(typed) == typed


def test_surrounding_spaces_are_trimmed_and_marks_composed() -> None:
    """NFC and trim, so two spellings of one name are equal."""
    assert Nickname.parse("\u3000か\u3099く \n") == "がく"


@pytest.mark.parametrize(
    "one", ["あ", "é", "e\u0323\u0302\u0331", "👍🏽", "🇯🇵", FAMILY, KISS, "❤\ufe0f", "葛\U000e0100"]
)
def test_twenty_perceived_characters_are_accepted_and_twenty_one_are_not(one: str) -> None:
    """A flag, a skin tone, a joined emoji or a letter with its marks is one character."""
    assert Nickname.parse(one * 20) == unicodedata.normalize("NFC", one * 20)
    with pytest.raises(InvalidValue) as refused:
        Nickname.parse(one * 20 + "x")
    assert refused.value.reason is Reason.LENGTH


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", Reason.EMPTY),
        (" \u3000", Reason.EMPTY),
        ("ta\nro", Reason.CHARACTERS),
        ("taro\r\nBcc: x", Reason.CHARACTERS),
        ("taro\x00", Reason.CHARACTERS),
        ("ta\u2028ro", Reason.CHARACTERS),
        ("ta\u2029ro", Reason.CHARACTERS),
        ("ta\u202ero", Reason.CHARACTERS),
        ("ta\u2066ro", Reason.CHARACTERS),
        ("\ue000", Reason.CHARACTERS),
        ("\ud800", Reason.CHARACTERS),
        ("=?utf-8?q?x=0D=0ABcc:_evil?=", Reason.SHAPE),
        ("https://evil", Reason.SHAPE),
        ("WWW.evil", Reason.SHAPE),
        ("ｗｗｗ．ｅｖｉｌ", Reason.SHAPE),
        ("foo.io/x", Reason.SHAPE),
        ("evil.com", Reason.SHAPE),
        ("見てevil.jp", Reason.SHAPE),
        ("taro@example.museum", Reason.SHAPE),
        ("\u0301", Reason.EMPTY),
        ("x" + "\u0323" * 200, Reason.LENGTH),
    ],
)
def test_what_is_no_nickname_is_refused_with_its_reason(typed: str, reason: Reason) -> None:
    """The first failing rule tells which sentence the page shows."""
    with pytest.raises(InvalidValue) as refused:
        Nickname.parse(typed)
    assert refused.value.reason is reason
    assert reason in Nickname.reasons


@given(
    st.text(st.characters(), max_size=30) | st.text("あa.=?@:/w\u3099\u0301\u200d👍🏽🇯🇵❤\ufe0f ", max_size=30)
)
@example(" \u0301a")
def test_any_text_gives_a_name_that_is_safe_to_show_or_a_listed_reason(typed: str) -> None:
    """No control or bidi character, no encoded word, no URL can come out; parsing again changes nothing."""
    try:
        nickname = Nickname.parse(typed)
    except InvalidValue as refused:
        if refused.reason not in Nickname.reasons:
            raise
    else:
        assert {unicodedata.category(char) for char in nickname if char != "\u200d"}.isdisjoint(
            {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
        )
        assert "=?" not in nickname
        assert "://" not in nickname
        assert 1 <= len(nickname) <= 200
        assert Nickname.parse(str(nickname)) == nickname


@given(st.text("あいうえおアabc漢字", min_size=1, max_size=25))
def test_without_marks_and_emoji_twenty_characters_are_twenty_code_points(typed: str) -> None:
    """The simple case stays simple."""
    if len(typed) <= 20:
        assert Nickname.parse(typed) == typed
    else:
        with pytest.raises(InvalidValue, match="LENGTH"):
            Nickname.parse(typed)
