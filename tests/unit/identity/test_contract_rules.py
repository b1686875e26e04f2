"""The rules of identity, without a database."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from messages.identity import HolderDetails
from messages.values import (
    AccountId,
    BillingMonth,
    CustomerNumber,
    EmailAddress,
    HolderKana,
    Nickname,
    PhoneNumber,
)
from services.identity.contracts.domain import (
    Account,
    Contract,
    Session,
    day_in_japan,
    folded_account_id,
    readable_until,
)

CONTRACT_KEY = UUID(int=1)
ACCOUNT_KEY = UUID(int=2)
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


def a_session(
    *, created_at: datetime = NOON, last_seen_at: datetime = NOON, began_on: date = date(2019, 4, 15)
) -> Session:
    """A session of a contract that began in April 2019."""
    return Session(
        account_key=ACCOUNT_KEY,
        contract_key=CONTRACT_KEY,
        customer_number=CustomerNumber("102030"),
        began_on=began_on,
        nickname=Nickname("たろう"),
        created_at=created_at,
        last_seen_at=last_seen_at,
        previous_login_at=None,
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


def test_the_day_in_japan_begins_nine_hours_before_the_one_in_greenwich() -> None:
    """15:00 UTC is midnight in Japan."""
    assert day_in_japan(datetime(2026, 10, 4, 14, 59, tzinfo=UTC)) == date(2026, 10, 4)
    assert day_in_japan(datetime(2026, 10, 4, 15, 0, tzinfo=UTC)) == date(2026, 10, 5)


@pytest.mark.parametrize(
    ("closed_on", "until"), [(date(2025, 3, 15), date(2026, 3, 15)), (date(2024, 2, 29), date(2025, 2, 28))]
)
def test_charges_stay_readable_for_twelve_months(closed_on: date, until: date) -> None:
    """A day that the other year does not have becomes the month's last one (Q24)."""
    assert readable_until(closed_on) == until


@pytest.mark.parametrize(
    "typed", ["Taro-01", "taro-01", "ＴＡＲＯ－０１", "  TARO-01 ", "taro\u200b-01", "Taro-01\x00"]
)
def test_every_way_of_typing_an_account_id_is_one(typed: str) -> None:
    """So it is found, and its failures fall into one bucket (X13)."""
    assert folded_account_id(typed) == AccountId("Taro-01").folded


def test_only_ascii_letters_are_lowered() -> None:
    """Turkish and other letters must not collide with ASCII ones (Q6, X8)."""
    assert folded_account_id("İÀ") == "İÀ"


def test_a_proof_lives_thirty_minutes_and_names_the_browser() -> None:
    """Q25."""
    proof = a_contract().proof(NOON, "browser")
    assert proof.expires_at == NOON + timedelta(minutes=30)
    assert (proof.contract_key, proof.customer_number, proof.browser_token_hash) == (
        CONTRACT_KEY,
        "102030",
        "browser",
    )


def test_a_session_ends_thirty_minutes_after_it_was_last_seen() -> None:
    """G18."""
    assert a_session(last_seen_at=NOON + timedelta(hours=1)).ends_at == NOON + timedelta(hours=1, minutes=30)


def test_a_session_ends_twelve_hours_after_its_start_however_busy() -> None:
    """G18."""
    assert a_session(last_seen_at=NOON + timedelta(hours=11, minutes=50)).ends_at == NOON + timedelta(
        hours=12
    )


def test_an_assertion_lives_one_minute_and_names_the_contract() -> None:
    """What billing believes."""
    assertion = a_session().assertion(NOON)
    assert assertion.expires_at == NOON + timedelta(seconds=60)
    assert (assertion.account_key, assertion.contract_key, assertion.customer_number) == (
        ACCOUNT_KEY,
        CONTRACT_KEY,
        "102030",
    )


@pytest.mark.parametrize(
    ("began_on", "charges_from"),
    [(date(2019, 4, 15), BillingMonth(2019, 4)), (date(1994, 4, 1), BillingMonth(2000, 1))],
)
def test_charges_are_shown_from_the_month_in_which_the_contract_began(
    began_on: date, charges_from: BillingMonth
) -> None:
    """Earlier ones are a former holder's (Q23); no billing month lies before 2000, though contracts do."""
    assert a_session(began_on=began_on).assertion(NOON).charges_from == charges_from


def test_a_mail_about_an_account_goes_to_its_own_address() -> None:
    """With the ID as its holder typed it."""
    account = Account(
        account_key=ACCOUNT_KEY,
        account_id=AccountId("Taro-01"),
        password_hash="hash",
        email_address=EmailAddress("taro@example.jp"),
        nickname=Nickname("たろう"),
        is_frozen=False,
    )
    recipient = account.recipient
    assert (recipient.email_address, recipient.account_id, recipient.nickname) == (
        "taro@example.jp",
        "Taro-01",
        "たろう",
    )


def test_nothing_personal_shows_in_the_repr_of_a_contract_or_an_account() -> None:
    """House rule: a log line may hold a repr."""
    assert "0748" not in repr(a_contract())
    assert "アイコム" not in repr(a_contract())
    assert "102030" not in repr(a_contract())
