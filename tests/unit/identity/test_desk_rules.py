"""What the desk sees of an account, and the code that it reads out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from messages.values import AccountId, CustomerNumber, EmailAddress, EnrolmentCode
from services.identity.desk.domain import AccountAtDesk
from services.identity.enrolment.domain import IssuedCode, code_hash

AT = datetime(2026, 11, 24, tzinfo=UTC)
LATER = AT + timedelta(days=3)


def at_desk(
    *,
    address: str = "taro@example.jp",
    passed_on_at: datetime | None = None,
    left_at: datetime | None = None,
) -> AccountAtDesk:
    """An account."""
    return AccountAtDesk(
        account_id=AccountId("Taro-01"),
        customer_number=CustomerNumber("102030"),
        email_address=EmailAddress(address),
        created_at=AT,
        last_login_at=None,
        frozen_at=None,
        passed_on_at=passed_on_at,
        left_at=left_at,
        mail_bounced_at=None,
        second_factor_since=None,
        sessions=0,
        passkeys=0,
    )


@pytest.mark.parametrize(
    ("address", "masked"), [("taro@example.jp", "ta***@example.jp"), ("t@example.jp", "t***@example.jp")]
)
def test_an_address_is_masked(address: str, masked: str) -> None:
    """Enough to ask whether it is the customer's."""
    found = at_desk(address=address)
    assert found.masked_address == masked
    assert address not in repr(found)


@pytest.mark.parametrize(
    ("passed_on_at", "left_at", "erased_at"),
    [
        (None, None, None),
        (AT, None, AT + timedelta(days=30)),
        (None, AT, AT + timedelta(days=30)),
        (LATER, AT, AT + timedelta(days=30)),
    ],
)
def test_an_account_is_erased_thirty_days_after_its_end(
    passed_on_at: datetime | None, left_at: datetime | None, erased_at: datetime | None
) -> None:
    """Whichever came first (X46)."""
    assert at_desk(passed_on_at=passed_on_at, left_at=left_at).erased_at == erased_at


def test_a_code_is_kept_as_a_hash_and_shown_to_nobody_by_accident() -> None:
    """However it was typed."""
    issued = IssuedCode(EnrolmentCode("0123 4567 8901 2345"), AT)
    assert code_hash(issued.code) == code_hash(EnrolmentCode("0123456789012345"))
    assert "0123" not in repr(issued)
