"""Spaces, separators, invisible characters and width variants mixed into a value leave that value."""

from __future__ import annotations

from collections.abc import Callable

from hypothesis import given
from hypothesis import strategies as st

from messages.values import AccountId, CustomerNumber, EmailAddress, HolderKana, Nickname, PhoneNumber
from services.billing.imports import csv_columns as charges

INVISIBLE = "\u200b\u200c\u200e\ufeff\u00ad\u2060\u3164\u115f\ufe0f"
SPACES = " \u3000\u00a0\u2009\t"
DASHES = "-\u2010\u2013\u2212\uff0d\u30fc"
Mixed = st.DrawFn


def wide(char: str) -> str:
    """The full-width form of a graphic ASCII character."""
    return chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char


@st.composite
def mixed(draw: Mixed, text: str, noise: str) -> str:
    """`text` with some of its characters wide and some noise round each."""
    parts = [draw(st.text(noise, max_size=2))]
    for char in text:
        parts += [wide(char) if draw(st.booleans()) else char, draw(st.text(noise, max_size=2))]
    return "".join(parts)


def test_a_customer_number_in_any_mixture_is_that_number() -> None:
    """Spaces, dashes, commas and what is invisible are no digits."""
    agrees(CustomerNumber.parse, mixed("1020304", INVISIBLE + SPACES + DASHES), "1020304")


def test_a_phone_number_in_any_mixture_is_that_number() -> None:
    """The same, and brackets."""
    agrees(PhoneNumber.parse, mixed("0748600001", INVISIBLE + SPACES + DASHES + "()（）"), "0748600001")


def test_an_account_id_in_any_mixture_is_that_id() -> None:
    """Dashes belong to it."""
    agrees(AccountId.parse, mixed("Taro-01!", INVISIBLE + SPACES), "Taro-01!")


def test_an_address_in_any_mixture_is_that_address() -> None:
    """A line break would not be."""
    agrees(EmailAddress.parse, mixed("taro-01@example.jp", INVISIBLE + SPACES), "taro-01@example.jp")


def test_a_name_in_any_mixture_has_one_key() -> None:
    """Spaces and middle dots part words, and are not compared."""
    agrees(
        lambda typed: HolderKana.parse(typed).key,
        mixed("カブシキカイシャアイコムABC7", INVISIBLE + SPACES + "・"),
        "カブシキガイシヤアイコムABC7",
    )


def test_a_nickname_in_any_mixture_of_the_invisible_is_that_nickname() -> None:
    """Spaces and widths are the customer's own."""
    agrees(lambda typed: Nickname.parse(typed), st_invisible("タロウさん"), "タロウさん")


def test_an_amount_in_any_width_with_any_sign_is_that_amount() -> None:
    """Spaces stand round signs, never between digits."""
    signs = st.sampled_from(["-", "△", "▲", "−", "－", "マイナス"])
    spaces = st.text(SPACES, max_size=2)
    number = mixed("1,234", "")
    agrees(charges.yen, st.builds("{}{}{}{}".format, signs, spaces, number, spaces), -1234)
    agrees(charges.yen, st.builds("({}{}{})".format, spaces, number, spaces), -1234)


def st_invisible(text: str) -> st.SearchStrategy[str]:
    """`text` with invisible characters between its own."""
    return st.lists(st.text(INVISIBLE, max_size=2), min_size=len(text), max_size=len(text)).map(
        lambda noise: "".join(char + between for char, between in zip(text, noise, strict=True))
    )


def agrees(parse: Callable[[str], object], typed: st.SearchStrategy[str], value: object) -> None:
    """Every example is read as `value`."""

    @given(typed)
    def holds(text: str) -> None:
        assert parse(text) == value

    holds()
