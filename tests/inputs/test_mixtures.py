"""Spaces, separators, invisible characters and width variants mixed into a value leave that value."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.csv_import.columns import UnreadableCell, value_of
from chassis.csv_import.report import TableFault
from gateway.texts.fields import FIELD_MESSAGES, LABELS
from messages.values import (
    AccountId,
    CustomerNumber,
    EmailAddress,
    EnrolmentCode,
    HolderKana,
    InvalidValue,
    Nickname,
    PasskeyName,
    PasswordPolicy,
    PhoneNumber,
    SecondFactorCode,
    check_password,
)
from services.billing.imports import csv_columns as charges
from services.identity.contracts.csv_columns import COLUMNS as CONTRACT_COLUMNS

INVISIBLE = "\u200b\u200c\u200e\ufeff\u00ad\u2060\u3164\u115f\ufe0f"
SPACES = " \u3000\u00a0\u2009\t"
DASHES = "-\u2010\u2013\u2212\uff0d\u30fc"
Mixed = st.DrawFn

FIELDS_OF_FORMS = tuple(
    field for field in LABELS if field != "account"
)  # whatever is typed there is only looked up
COLUMNS_OF_IMPORTS = {
    column.field: column for column in (*CONTRACT_COLUMNS, *charges.STATEMENT_COLUMNS, *charges.LINE_COLUMNS)
}
CELLS = {
    "customer_number": "1020304",
    "holder_kind": "個人",
    "holder_kana": "アイコムタロウ",
    "phone_number_1": "0748600001",
    "phone_number_2": "09012345678",
    "state": "契約中",
    "began_on": "2019/04/01",
    "closed_on": "20260930",
    "billing_month": "2026/10",
    **dict.fromkeys(
        ("base_10_yen", "tax_10_yen", "base_8_yen", "tax_8_yen", "base_0_yen", "amount_yen"), "1,234"
    ),
    "line_number": "12",
    "service": "光インターネット",
    "item": "月額",
    "tax_rate_percent": "10%",
}
OTHER_READINGS = {
    field: {1234, -1234}  # a dash before or behind an amount is its sign
    for field, cell in CELLS.items()
    if cell == "1,234"
}


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


VALUES = {
    "customer_number": (CustomerNumber.parse, "1020304"),
    "phone_number": (PhoneNumber.parse, "0748600001"),
    "holder_kana": (lambda typed: HolderKana.parse(typed).key, "アイコムタロウ"),
    "account_id": (AccountId.parse, "Taro-01!"),
    "email_address": (EmailAddress.parse, "taro-01@example.jp"),
    "nickname": (Nickname.parse, "タロウさん"),
    "enrolment_code": (EnrolmentCode.parse, "1234567890123456"),
    "passkey_name": (PasskeyName.parse, "自宅のパソコン"),
    "code": (SecondFactorCode.parse, "123456"),
    "recovery_code": (SecondFactorCode.parse, "7K2M9QRT7K2M9QRT7K2M9QRT"),
    **dict.fromkeys(
        ("password", "new_password"),
        (lambda typed: check_password(typed, PasswordPolicy.MANUAL, related=()), "kirakiraBoshi7"),
    ),
}


NAMES_OF_CUSTOMERS = {"nickname", "passkey_name"}


@pytest.mark.parametrize("field", FIELDS_OF_FORMS)
def test_whatever_is_mixed_into_a_field_gives_its_value_or_a_sentence_for_it(field: str) -> None:
    """Never another value, never a fault. What a customer names himself, or a passkey, keeps what he put into
    it, a password nothing that he did not type.
    """
    parse, value = VALUES[field]
    sentences = set[str]()

    @given(mixed(value, noise_of(field)))
    def holds(typed: str) -> None:
        try:
            found = parse(typed)
        except InvalidValue as invalid:
            sentences.add(FIELD_MESSAGES[field, invalid.reason])
            return
        if field in NAMES_OF_CUSTOMERS:
            assert parse(found) == found
        else:
            assert found == value

    holds()


@pytest.mark.parametrize("field", CELLS)
def test_whatever_is_mixed_into_a_cell_gives_its_value_or_a_sentence_for_it(field: str) -> None:
    """Every column of the files of contracts, statements and lines (C8)."""
    column, cell = COLUMNS_OF_IMPORTS[field], CELLS[field]
    value, refused = column.read(cell), set[str]()

    @given(mixed(cell, noise_of(field)))
    def holds(typed: str) -> None:
        try:
            found = value_of(column, typed)
        except UnreadableCell as unreadable:
            refused.add(unreadable.reason)
            return
        if field == "holder_kana":
            assert found.key == value.key
        elif field in ("service", "item"):
            assert column.read(found) == found
        else:
            assert found in OTHER_READINGS.get(field, {value, None} if not column.required else {value})

    holds()
    assert all(isinstance(reason, TableFault) or re.search("[ぁ-ん]", reason) for reason in refused)


def test_no_column_and_no_field_is_left_out() -> None:
    """Of what is typed, and of both imports."""
    assert set(CELLS) == set(COLUMNS_OF_IMPORTS)
    assert set(VALUES) == set(FIELDS_OF_FORMS)


def noise_of(field: str) -> str:
    """What may stand anywhere in a value. A dash belongs to a name, an ID and an address."""
    of_words = {"holder_kana", "account_id", "email_address", *NAMES_OF_CUSTOMERS}
    return INVISIBLE + SPACES + ("" if field in of_words else DASHES)


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
