"""The rules of contracts, without a database."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from messages.identity import HolderDetails
from messages.values import CustomerNumber, HolderKana, PhoneNumber
from services.identity.contracts.domain import Contract
from services.identity.sessions.domain import Holder

CONTRACT_KEY = UUID(int=1)
NOON = datetime(2026, 10, 5, 3, 0, tzinfo=UTC)  # noon in Japan


def a_contract(*, closed_on: date | None = None) -> Contract:
    """The contract of アイコム　タロウ, who has two phones."""
    return Contract(
        contract_key=CONTRACT_KEY,
        customer_number=CustomerNumber("102030"),
        holder_kana_key=HolderKana("アイコム　タロウ").key,
        phone_numbers=frozenset({"0748660739", "09000000001"}),
        closed_on=closed_on,
        account_key=None,
    )


def holder_details(*, phone: str = "0748-66-0739", kana: str = "アイコム　タロウ") -> HolderDetails:
    """What a customer typed."""
    return HolderDetails(
        customer_number=CustomerNumber("102030"),
        phone_number=PhoneNumber(phone),
        holder_kana=HolderKana(kana),
    )


@pytest.mark.parametrize("kana", ["アイコム　タロウ", "ｱｲｺﾑ ﾀﾛｳ", "あいこむたろう"])
def test_every_spelling_of_the_name_proves_the_contract(kana: str) -> None:
    """Width, spaces and hiragana make no difference (Q4)."""
    assert a_contract().is_proved_by(holder_details(kana=kana))


def test_any_phone_number_of_the_contract_proves_it() -> None:
    """A contract may hold several numbers (Q3)."""
    assert a_contract().is_proved_by(holder_details(phone="090-0000-0001"))


def test_a_phone_number_of_another_contract_proves_nothing() -> None:
    """The name alone is not enough."""
    assert not a_contract().is_proved_by(holder_details(phone="0748660000"))


def test_another_name_proves_nothing() -> None:
    """The phone number alone is not enough."""
    assert not a_contract().is_proved_by(holder_details(kana="アイコム　ハナコ"))


@pytest.mark.parametrize("even_closed", [False, True])
def test_a_running_contract_may_register(even_closed: bool) -> None:
    """Whatever the operator decided about closed ones."""
    assert a_contract().may_register(NOON, even_closed=even_closed)


def test_a_closed_contract_may_not_register_unless_the_operator_allows_it() -> None:
    """The default of Q5."""
    assert not a_contract(closed_on=date(2026, 9, 30)).may_register(NOON, even_closed=False)


@pytest.mark.parametrize(("closed_on", "expected"), [(date(2025, 10, 5), True), (date(2025, 10, 4), False)])
def test_a_closed_contract_may_register_for_twelve_months_where_allowed(
    closed_on: date, expected: bool
) -> None:
    """The last day counts (Q5, Q14)."""
    assert a_contract(closed_on=closed_on).may_register(NOON, even_closed=True) is expected


def test_a_contract_admits_its_holder() -> None:
    """Proved, and free to register."""
    assert a_contract().admits(holder_details(), NOON, even_closed=False)


def test_a_contract_does_not_admit_a_stranger() -> None:
    """A wrong name."""
    assert not a_contract().admits(holder_details(kana="アイコム　ハナコ"), NOON, even_closed=False)


def test_a_closed_contract_does_not_admit_even_its_holder() -> None:
    """Everything typed is right, and the answer is the same no (T8)."""
    assert not a_contract(closed_on=date(2026, 9, 30)).admits(holder_details(), NOON, even_closed=False)


def test_nothing_personal_shows_in_the_repr_of_a_contract_or_an_account() -> None:
    """Architecture rule: a log line may hold a repr."""
    assert "0748" not in repr(a_contract())
    assert "アイコム" not in repr(a_contract())
    assert "102030" not in repr(a_contract())


@pytest.mark.parametrize(
    ("kana", "shown"),
    [
        ("アイコム　タロウ", "アイコム　タロウ"),
        ("アイコムタロウ", "アイコムタロウ"),
        ("コウカ　マツリ", None),
        (None, None),
    ],
)
def test_a_name_is_shown_as_it_is_written_if_it_is_this_holder_s(kana: str | None, shown: str | None) -> None:
    """An import of the release before changes the key, and leaves an earlier name."""
    holder = Holder(
        customer_number=CustomerNumber("102030"),
        holder_kana_key=HolderKana("アイコム　タロウ").key,
        holder_kana=HolderKana(kana) if kana else None,
    )
    assert holder.shown_kana == shown
