"""What is told, and who reads it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from messages.values import AccountId, CustomerNumber, Device
from mypage.commands.audit_words import KINDS, line_of
from services.identity.audit.domain import SHOWN_TO_CUSTOMERS, AuditKind, AuditQuestion, ToldEntry

AT = datetime(2026, 11, 24, 1, 25, 30, tzinfo=UTC)


def test_every_kind_has_words_for_the_desk() -> None:
    """One each."""
    assert KINDS.keys() == set(AuditKind)
    assert len(set(KINDS.values())) == len(KINDS)


def test_a_customer_reads_nothing_of_what_the_desk_looked_at_or_strangers_tried() -> None:
    """Nor anything that would tell a thief that he was noticed."""
    hidden = {"audit_read", "account_shown", "enrolment_code_failed", "password_reset_asked"}
    assert not hidden & SHOWN_TO_CUSTOMERS
    assert {"logged_in", "log_in_failed", "sessions_ended", "password_reset"} <= SHOWN_TO_CUSTOMERS


@pytest.mark.parametrize(
    ("account_id", "number", "expected"),
    [(None, None, False), ("taro-01", None, True), (None, "102030", True)],
)
def test_a_question_is_about_somebody_or_about_all(
    account_id: str | None, number: str | None, expected: bool
) -> None:
    """About all: only what nobody is named in, and everything else."""
    question = AuditQuestion(
        since=AT,
        until=AT,
        account_id=AccountId(account_id) if account_id else None,
        customer_number=CustomerNumber(number) if number else None,
    )
    assert question.is_about_somebody is expected


def test_a_line_tells_all_of_an_entry_on_one_line() -> None:
    """Japanese time; of the network enough to tell two apart; a reason of several lines is one."""
    entry = ToldEntry(
        happened_at=AT,
        kind=AuditKind.LOGGED_IN,
        account_id=AccountId("Taro-01"),
        client_network="0123456789abcdef",
        device=Device("iphone/safari"),
        done_by="hanako",
        reason="電話で\n  確認",
    )
    assert (
        line_of(entry)
        == "2026-11-24 10:25:30  ログイン  Taro-01  01234567  iPhone（Safari）  hanako  電話で 確認"
    )


def test_an_entry_of_a_newer_release_about_nobody_is_shown_as_it_is() -> None:
    """Nothing is hidden because it is not known."""
    entry = ToldEntry(AT, "of_tomorrow", None, None, None, None, None)
    assert line_of(entry) == "2026-11-24 10:25:30  of_tomorrow  -  -  -  -  -"
