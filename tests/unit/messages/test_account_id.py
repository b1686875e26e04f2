"""アカウントID (T11, Q2, Q6, S2-2, X8)."""

import string

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from messages.values import RESERVED_ACCOUNT_IDS, AccountId, InvalidValue, Reason

GRAPHIC = "".join(map(chr, range(0x21, 0x7F)))


@pytest.mark.parametrize("typed", ["abcde", "a" * 30, "Taro-01", "!\"#$%&'()*+,-./", "<b>x</b>", "12345"])
def test_five_to_thirty_letters_digits_and_symbols_are_accepted_as_typed(typed: str) -> None:
    """The manual says 半角英数記号, so all 94 graphic ASCII characters are in."""
    assert AccountId.parse(typed) == typed


def test_the_94_graphic_ascii_characters_are_all_accepted() -> None:
    """None of them is special to us."""
    assert len(GRAPHIC) == 94
    assert "".join(AccountId.parse(char * 5)[0] for char in GRAPHIC) == GRAPHIC


@pytest.mark.parametrize(
    "typed", ["Ｔａｒｏ－０１", " Taro-01 ", "\u3000Taro-01\n", "Taro -01", "Taro\u3000-01", "Ta\u200bro-01"]
)
def test_full_width_spaces_and_invisible_characters_are_folded(typed: str) -> None:
    """The confirm screen shows the folded form."""
    assert AccountId.parse(typed) == "Taro-01"


def test_upper_and_lower_case_have_one_folded_form() -> None:
    """大文字と小文字は区別しません; the typed form is kept."""
    assert AccountId.parse("Taro-01").folded == AccountId.parse("TARO-01").folded == "taro-01"
    assert AccountId.parse("Taro-01") != AccountId.parse("TARO-01")


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", Reason.EMPTY),
        ("\u3000 ", Reason.EMPTY),
        ("taro01\x00", Reason.CHARACTERS),
        ("İtaro", Reason.CHARACTERS),
        ("ſtaro", Reason.CHARACTERS),
        ("\u212atarou", Reason.CHARACTERS),
        ("たろう01", Reason.CHARACTERS),
        ("٠١٢٣٤", Reason.CHARACTERS),
        ("taro", Reason.LENGTH),
        ("a" * 31, Reason.LENGTH),
    ],
)
def test_what_is_no_account_id_is_refused_with_its_reason(typed: str, reason: Reason) -> None:
    """The first failing rule tells which sentence the page shows."""
    with pytest.raises(InvalidValue) as refused:
        AccountId.parse(typed)
    assert refused.value.reason is reason
    assert reason in AccountId.reasons


@pytest.mark.parametrize("typed", ["ADMIN", "aicom-Koka", "_mizuumi", "Postmaster", "ｓｕｐｐｏｒｔ"])
def test_a_reserved_word_is_a_valid_id_that_says_it_is_reserved(typed: str) -> None:
    """Registration answers it like a used one, so the value itself does not refuse it."""
    assert AccountId.parse(typed).is_reserved({"aicom", "aicomkoka", "mizuumi"})


def test_an_ordinary_id_is_not_reserved() -> None:
    """Containing a reserved word is not being one."""
    assert not AccountId.parse("admin-taro").is_reserved({"taro"})


def test_the_reserved_words_are_stored_folded() -> None:
    """Otherwise they would never match."""
    assert {word.lower() for word in RESERVED_ACCOUNT_IDS} == RESERVED_ACCOUNT_IDS


@given(st.text(GRAPHIC, min_size=5, max_size=30))
def test_any_case_of_an_id_has_one_folded_form(typed: str) -> None:
    """ASCII alone has no letter whose cases collide with another's."""
    folded = AccountId.parse(typed).folded
    assert AccountId.parse(typed.upper()).folded == AccountId.parse(typed.lower()).folded == folded
    assert not set(folded) & set(string.ascii_uppercase)


@given(st.text(st.characters()) | st.text(GRAPHIC + "Ａｚ　 ", max_size=35))
@example("ﬁfth")
def test_any_text_gives_graphic_ascii_or_a_listed_reason(typed: str) -> None:
    """Nothing else can come out, and parsing again changes nothing."""
    try:
        account_id = AccountId.parse(typed)
    except InvalidValue as refused:
        if refused.reason not in AccountId.reasons:
            raise
    else:
        assert set(account_id) <= set(GRAPHIC)
        assert 5 <= len(account_id) <= 30
        assert AccountId.parse(str(account_id)) == account_id
