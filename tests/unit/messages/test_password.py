"""パスワード, both policies and the block list (T13, Q7, Q8, S2-5 to S2-8).

Cases are numbered, as nothing personal belongs in the name of a test, not even an invented one.
"""

import string
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, ValidationError

from messages.values import (
    InvalidValue,
    Password,
    PasswordPolicy,
    Reason,
    check_password,
    words_of_a_customer,
)
from messages.values.password_blocklist import COMMON_WORDS, is_guessable

MANUAL, NIST = PasswordPolicy.MANUAL, PasswordPolicy.NIST
RELATED = ("Tsubame-1985", "みかんねこ", "kosuge.t", "102030", "0748660739", "ab")


class Login(BaseModel):
    """A message with a password."""

    model_config = ConfigDict(hide_input_in_errors=True)
    password: Password


@pytest.mark.parametrize(
    "typed", ["abcdefg1", "ABCDefgh", "Abcdef12", "8274651x", "Ab345678Cd987610"], ids=count()
)
def test_eight_to_sixteen_letters_and_digits_of_two_kinds_are_accepted(typed: str) -> None:
    """Kinds are lower case, upper case and digits."""
    assert Password.parse(typed) == typed


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", Reason.EMPTY),
        ("ａｂｃｄｅｆｇ１", Reason.FULL_WIDTH),
        ("abcdefg１", Reason.FULL_WIDTH),
        ("ａ", Reason.FULL_WIDTH),
        ("abcdefg1\n", Reason.SPACE),
        (" abcdefg1", Reason.SPACE),
        ("abcdefg1\u3000", Reason.SPACE),
        ("abcdef1", Reason.LENGTH),
        ("abcdefghijklmno17", Reason.LENGTH),
        ("a!", Reason.LENGTH),
        ("abcdefg!", Reason.CHARACTERS),
        ("abcdefg\u0661", Reason.CHARACTERS),
        ("abcd efg1", Reason.CHARACTERS),
        ("abcdefg\x001", Reason.CHARACTERS),
        ("ぱすわーどぱすわ1", Reason.CHARACTERS),
        ("abcdefgh", Reason.KINDS),
        ("ABCDEFGH", Reason.KINDS),
        ("12345678", Reason.KINDS),
        ("password1", Reason.GUESSABLE),
    ],
    ids=count(),
)
def test_what_the_manual_does_not_allow_is_refused_with_its_reason(typed: str, reason: Reason) -> None:
    """The first failing rule tells which sentence the page shows (S2-6)."""
    with pytest.raises(InvalidValue) as refused:
        Password.parse(typed)
    assert refused.value.reason is reason
    assert reason in Password.reasons


@pytest.mark.parametrize(
    "typed",
    ["correct horse!", "zwölfsüße", "あいことばはひみつです", "!#$%&*+/", "x" * 60 + "yz12", "28160394"],
    ids=count(),
)
def test_the_nist_policy_accepts_any_printable_text_of_eight_to_sixty_four(typed: str) -> None:
    """No kinds are asked for, and a space may stand inside."""
    assert check_password(typed, NIST, related=()) == typed


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", Reason.EMPTY),
        ("correct　ｈorse", Reason.FULL_WIDTH),
        ("correct horse ", Reason.SPACE),
        ("seven77", Reason.LENGTH),
        ("abcd" * 16 + "x", Reason.LENGTH),
        ("correct\thorse", Reason.CHARACTERS),
        ("correct\u202ehorse", Reason.CHARACTERS),
        ("12345678", Reason.GUESSABLE),
        ("abababababab", Reason.GUESSABLE),
        ("Password-2024!", Reason.GUESSABLE),
    ],
    ids=count(),
)
def test_what_the_nist_policy_does_not_allow_is_refused_with_its_reason(typed: str, reason: Reason) -> None:
    """The block list applies under both policies."""
    with pytest.raises(InvalidValue) as refused:
        check_password(typed, NIST, related=())
    assert refused.value.reason is reason


@pytest.mark.parametrize(
    "typed",
    [
        "Password",
        "PASSWORD1",
        "2024passWord",
        "qwerty12",
        "1q2w3e4r",
        "Sakura2020",
        "k12345678",
        "aaaaaaa1",
    ],
    ids=count(),
)
def test_a_customary_password_is_refused_in_any_case_and_with_any_digits(typed: str) -> None:
    """What a stranger tries first."""
    with pytest.raises(InvalidValue, match="GUESSABLE"):
        Password.parse(typed)


@pytest.mark.parametrize(
    ("typed", "policy"),
    [
        ("tsubame1985", MANUAL),
        ("TSUBAME2026", MANUAL),
        ("99Tsubame99", MANUAL),
        ("tsubametsubame1", MANUAL),
        ("kosugeT7", MANUAL),
        ("a0748660739", MANUAL),
        ("102030kwz", MANUAL),
        ("tsubame-1985!", NIST),
        ("みかんねこ1234", NIST),
        ("10203012", NIST),
    ],
    ids=count(),
)
def test_a_password_made_of_the_customers_own_words_is_refused(typed: str, policy: PasswordPolicy) -> None:
    """ID, nickname, mail local part, customer number and phone number, also among digits (S2-8)."""
    assert check_password(typed, policy, related=()) == typed
    with pytest.raises(InvalidValue, match="GUESSABLE"):
        check_password(typed, policy, related=RELATED)


def test_a_related_word_inside_other_letters_is_accepted() -> None:
    """Only what is little more than the word is refused."""
    assert check_password("xtsubakwq7", MANUAL, related=("tsuba",)) == "xtsubakwq7"


def test_a_related_word_of_three_letters_is_no_reason_to_refuse() -> None:
    """Short words turn up in good passwords by chance."""
    assert check_password("mio58203917", MANUAL, related=("mio",)) == "mio58203917"


def test_the_block_list_stays_small() -> None:
    """It is read by people and searched at every registration."""
    assert len(COMMON_WORDS) < 500


def test_every_listed_word_is_written_as_it_is_compared() -> None:
    """A word with a capital or a symbol would never match."""
    assert [word for word in COMMON_WORDS if not word.isalnum() or word != word.casefold()] == []


def test_case_counts_in_a_password() -> None:
    """Only the ID is case-insensitive."""
    assert Password.parse("Abcdef12") != Password.parse("abcdef12")


def test_a_password_is_not_shown_in_its_repr_or_its_models() -> None:
    """A log line or traceback does not show it."""
    assert repr(Password.parse("Abcdef12")) == "***"
    assert "Abcdef12" not in repr(Login(password=Password.parse("Abcdef12")))


def test_a_field_accepts_what_either_policy_accepts() -> None:
    """The policy is a setting of the form and of registration, not of the wire."""
    assert Login.model_validate({"password": "correct horse!"}).password == "correct horse!"
    assert Login.model_validate({"password": "password1"}).password == "password1"


@pytest.mark.parametrize("typed", ["short", "x" * 65, "abcdefg1\n", "abcd\x00efgh"], ids=count())
def test_a_field_refuses_what_neither_policy_accepts_without_quoting_it(typed: str) -> None:
    """The error names the reason alone."""
    with pytest.raises(ValidationError) as refused:
        Login.model_validate({"password": typed})
    assert typed not in str(refused.value)


def test_a_password_survives_the_wire_unchanged() -> None:
    """Plain text in JSON, the same value after it."""
    login = Login(password=Password.parse("Abcdef12"))
    assert login.model_dump_json() == '{"password":"Abcdef12"}'
    assert Login.model_validate_json(login.model_dump_json()) == login


@given(
    st.text(st.characters()) | st.text(string.ascii_letters + string.digits, min_size=7, max_size=17),
    st.sampled_from(PasswordPolicy),
)
def test_any_text_is_a_password_exactly_as_typed_or_has_a_listed_reason(
    typed: str, policy: PasswordPolicy
) -> None:
    """Never folded or trimmed; what the manual allows, NIST allows too; accepted means a field takes it."""
    try:
        password = check_password(typed, policy, related=RELATED)
    except InvalidValue as refused:
        if refused.reason not in Password.reasons:
            raise
    else:
        assert str(password) == typed
        assert check_password(str(password), NIST, related=RELATED) == password
        assert Login.model_validate({"password": typed}).password == password


@given(
    st.sampled_from(sorted(COMMON_WORDS)),
    st.text(string.digits, max_size=6),
    st.text(string.digits, max_size=6),
)
def test_a_listed_word_among_any_digits_is_guessable(word: str, before: str, after: str) -> None:
    """In either case of its letters."""
    assert is_guessable(before + word + after, ())
    assert is_guessable(before + word.upper() + after, ())


def test_the_customers_own_words_are_known_to_strangers() -> None:
    """S2-8."""
    words = words_of_a_customer(
        account_id="Taro-01", nickname="たろう", email_address="taro@example.jp", numbers=["102030"]
    )
    assert words == {"Taro-01", "たろう", "taro", "102030"}
