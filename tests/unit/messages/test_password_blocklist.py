"""Which passwords are refused as guessable, under both policies (S2-8).

Cases are numbered, as nothing personal belongs in the name of a test, not even an invented one.
"""

import string
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messages.values import InvalidValue, Password, PasswordPolicy, check_password
from messages.values.password_blocklist import COMMON_PASSWORDS, COMMON_WORDS, is_guessable

MANUAL, NIST = PasswordPolicy.MANUAL, PasswordPolicy.NIST
RELATED = ("Tsubame-1985", "みかんねこ", "kosuge.t", "102030", "0748660739", "ab")


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
        ("tsubame-19851985!", NIST),
        ("みかんねこ72918364051", NIST),
        ("10203012-kwzkwvq", NIST),
        ("emabust1985", MANUAL),
        ("7suB4me1", MANUAL),
    ],
    ids=count(),
)
def test_a_password_made_of_the_customers_own_words_is_refused(typed: str, policy: PasswordPolicy) -> None:
    """ID, nickname, mail local part, customer number and phone number, also among digits (S2-8)."""
    assert check_password(typed, policy, related=()) == typed
    with pytest.raises(InvalidValue, match="GUESSABLE"):
        check_password(typed, policy, related=RELATED)


@pytest.mark.parametrize("word", ["aicom", "koukacity", "shigaraki"])
@pytest.mark.parametrize(
    "written", ["{0}2024", "{0}{0}", "1{1}99", "{2}20"], ids=["year", "twice", "back", "signs"]
)
def test_a_related_word_is_known_however_it_is_written(word: str, written: str) -> None:
    """S2-8: with digits, twice, backwards, with signs for letters."""
    signs = word.translate(str.maketrans("aeios", "43105"))
    assert is_guessable(written.format(word, word[::-1], signs), (word,))


@pytest.mark.parametrize(
    "typed",
    ["Dragon2020", "1Monkey99", "P4ssw0rd", "drowssap1", "Iloveyou2", "fqrg7cs493", "B4s3b4ll77"],
    ids=count(),
)
def test_what_the_public_lists_hold_is_refused_however_it_is_written(typed: str) -> None:
    """ASVS 6.2.12."""
    with pytest.raises(InvalidValue, match="GUESSABLE"):
        Password.parse(typed)


def test_at_least_three_thousand_common_passwords_that_fit_the_rule_are_refused() -> None:
    """ASVS 6.2.4: of those that are common, each that the manual's rule would take; its own examples stay."""
    fitting = [each for each in COMMON_PASSWORDS if _fits(each)]
    assert len(fitting) > 3000
    for typed in fitting:
        with pytest.raises(InvalidValue, match="GUESSABLE"):
            Password.parse(typed)
    for example in ("abcdefg1", "ABCDefgh", "Abcdef12"):
        assert Password.parse(example) == example


def _fits(typed: str) -> bool:
    return 8 <= len(typed) <= 16 and any(map(str.isdigit, typed)) and any(map(str.isalpha, typed))


def test_a_related_word_inside_other_letters_is_accepted() -> None:
    """Only what is little more than the word is refused."""
    assert check_password("xtsubakwq7", MANUAL, related=("tsuba",)) == "xtsubakwq7"


def test_a_related_word_of_three_letters_is_no_reason_to_refuse() -> None:
    """Short words turn up in good passwords by chance."""
    assert check_password("mio58203917", MANUAL, related=("mio",)) == "mio58203917"


def test_the_list_of_our_own_words_stays_small() -> None:
    """It is read by people, and each word is looked for inside the password."""
    assert len(COMMON_WORDS) < 500


def test_every_listed_word_is_written_as_it_is_compared() -> None:
    """A word with a capital or a symbol would never match."""
    assert [
        word for word in COMMON_WORDS | COMMON_PASSWORDS if not word.isalnum() or word != word.casefold()
    ] == []


@given(
    st.sampled_from(sorted(COMMON_WORDS)),
    st.text(string.digits, max_size=6),
    st.text(string.digits, max_size=6),
)
def test_a_listed_word_among_any_digits_is_guessable(word: str, before: str, after: str) -> None:
    """In either case of its letters."""
    assert is_guessable(before + word + after, ())
    assert is_guessable(before + word.upper() + after, ())
