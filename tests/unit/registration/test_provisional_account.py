"""How long a link lives, what wrong passwords cost, what is wiped when (T20 to T22, Q13 to Q16)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from support.registrations import DAY, NOON, SECOND, TICKET, a_mailed_account, a_provisional_account

from chassis.messaging.refusal import Refusal
from messages.registration import ProvisionalState, RefusalCode

S = ProvisionalState


def code_of(refused: pytest.ExceptionInfo[Refusal]) -> str:
    """Which no it was."""
    return refused.value.code


def test_activation_succeeds_exactly_24_hours_after_the_mail_was_sent() -> None:
    """以内 includes the boundary."""
    activated = a_mailed_account().activate(NOON + DAY, TICKET)
    assert (activated.state, activated.activated_at, activated.login_ticket_hash) == (
        S.ACTIVATED,
        NOON + DAY,
        TICKET,
    )


def test_activation_is_refused_one_second_after_the_24_hours() -> None:
    """仮登録有効期限 is over."""
    with pytest.raises(Refusal) as refused:
        a_mailed_account().activate(NOON + DAY + SECOND, TICKET)
    assert code_of(refused) == RefusalCode.ACTIVATION_EXPIRED


@pytest.mark.parametrize(("late", "live"), [(timedelta(), True), (SECOND, False)])
def test_without_news_of_the_mail_the_link_lives_eight_hours_longer(late: timedelta, live: bool) -> None:
    """The mail may outrun the news of its sending, and its retries take hours."""
    assert a_provisional_account().is_live(NOON + timedelta(hours=8) + DAY + late) is live


def test_no_deadline_is_shown_before_the_mail_was_sent() -> None:
    """The clock has not started (Q22)."""
    assert a_provisional_account().activation_deadline is None


def test_the_shown_deadline_is_24_hours_after_the_mail_was_sent() -> None:
    """使い方 5)."""
    assert a_mailed_account().activation_deadline == NOON + DAY


def test_an_overdue_registration_is_expired_before_anybody_swept_it() -> None:
    """Expiry is true at read time."""
    assert a_mailed_account().state_at(NOON + DAY + SECOND) is S.EXPIRED


@pytest.mark.parametrize(
    ("state", "code"),
    [
        (S.ACTIVATED, RefusalCode.ALREADY_ACTIVATED),
        (S.COMPLETED, RefusalCode.ALREADY_ACTIVATED),
        (S.SUPERSEDED, RefusalCode.ACTIVATION_SUPERSEDED),
        (S.EXPIRED, RefusalCode.ACTIVATION_EXPIRED),
        (S.MAIL_ABANDONED, RefusalCode.ACTIVATION_EXPIRED),
        (S.REJECTED, RefusalCode.CONTRACT_REPLACED),
    ],
)
def test_a_dead_link_says_why_it_is_dead(state: ProvisionalState, code: RefusalCode) -> None:
    """Each has a page of its own (S5-5)."""
    with pytest.raises(Refusal) as refused:
        a_mailed_account(state=state).require_link(NOON)
    assert code_of(refused) == code


@pytest.mark.parametrize("state", [S.REGISTERED, S.MAIL_SENT])
def test_a_live_link_is_not_refused(state: ProvisionalState) -> None:
    """Whether or not it is known that the mail left."""
    a_mailed_account(state=state).require_link(NOON)


def test_four_wrong_passwords_cost_nothing() -> None:
    """Anybody mistypes."""
    counted = a_mailed_account(wrong_passwords=3).with_wrong_password(NOON)
    assert (counted.wrong_passwords, counted.wrong_password_wait_until, counted.state) == (
        4,
        None,
        S.MAIL_SENT,
    )


@pytest.mark.parametrize("earlier", [4, 9])
def test_every_fifth_wrong_password_means_15_minutes_of_waiting(earlier: int) -> None:
    """The link survives (Q15)."""
    counted = a_mailed_account(wrong_passwords=earlier).with_wrong_password(NOON)
    assert counted.wrong_password_wait_until == NOON + timedelta(minutes=15)


def test_the_fifteenth_wrong_password_kills_the_link_and_wipes_the_person() -> None:
    """Whoever holds the link does not know the password."""
    ended = a_mailed_account(wrong_passwords=14).with_wrong_password(NOON)
    assert (ended.state, ended.ended_at) == (S.EXPIRED, NOON)
    assert (ended.account_id, ended.password_hash, ended.email_address, ended.nickname) == (
        None,
        None,
        None,
        None,
    )


def test_during_a_wait_even_the_right_password_is_refused_with_the_seconds_that_remain() -> None:
    """Else guesses sent at once would all count as the first."""
    waiting = a_mailed_account(wrong_password_wait_until=NOON + timedelta(minutes=15))
    with pytest.raises(Refusal) as refused:
        waiting.activate(NOON + timedelta(seconds=0.5), TICKET)
    assert (code_of(refused), refused.value.retry_after_seconds) == (RefusalCode.TOO_MANY_PASSWORDS, 900)


def test_when_the_wait_is_over_the_right_password_activates() -> None:
    """The boundary belongs to the customer."""
    waiting = a_mailed_account(wrong_password_wait_until=NOON)
    assert waiting.activate(NOON, TICKET).state is S.ACTIVATED


def test_no_password_may_be_tried_after_the_deadline() -> None:
    """A wrong one is not even counted."""
    with pytest.raises(Refusal) as refused:
        a_mailed_account().with_wrong_password(NOON + DAY + SECOND)
    assert code_of(refused) == RefusalCode.ACTIVATION_EXPIRED


@pytest.mark.parametrize("state", [S.ACTIVATED, S.COMPLETED])
def test_the_same_browser_may_ask_for_its_answer_again(state: ProvisionalState) -> None:
    """Its first answer was lost on the way (K15)."""
    activated = a_mailed_account().activate(NOON, TICKET)
    assert replace(activated, state=state).was_activated_with(TICKET, NOON + timedelta(minutes=9))


@pytest.mark.parametrize(
    ("ticket", "later", "changes"),
    [
        ("b" * 64, timedelta(), {}),
        (TICKET, timedelta(minutes=10), {}),
        (TICKET, timedelta(), {"state": S.REJECTED}),
        (TICKET, timedelta(), {"activated_at": None}),
    ],
)
def test_nobody_else_and_nobody_later_gets_the_answer_again(
    ticket: str, later: timedelta, changes: dict[str, Any]
) -> None:
    """Another browser, after ten minutes, or without an activation: no."""
    activated = replace(a_mailed_account().activate(NOON, TICKET), **changes)
    assert not activated.was_activated_with(ticket, NOON + later)


def test_the_login_proof_ends_ten_minutes_after_the_activation() -> None:
    """T22; a repeated answer lives no longer than the first."""
    proof = a_mailed_account().activate(NOON, TICKET).login_proof()
    assert (proof.expires_at, proof.login_ticket_hash) == (NOON + timedelta(minutes=10), TICKET)


def test_nothing_proves_a_login_before_the_activation() -> None:
    """There is no ticket yet."""
    with pytest.raises(ValueError, match="wiped, or was never there"):
        a_mailed_account().login_proof()


@pytest.mark.parametrize(
    ("said", "believed"),
    [
        (NOON - timedelta(hours=1), NOON),
        (NOON + timedelta(seconds=3), NOON + timedelta(seconds=3)),
        (NOON + timedelta(minutes=2), NOON + timedelta(minutes=2)),
        (NOON + timedelta(hours=1), NOON + timedelta(minutes=5, seconds=5)),
    ],
)
def test_the_time_of_sending_is_believed_from_the_registration_to_a_little_after_now(
    said: datetime, believed: datetime
) -> None:
    """Another machine's clock said it (Q13); one that was set back two minutes breaks no promise."""
    account = a_provisional_account().with_mail_sent(said, NOON + timedelta(seconds=5))
    assert (account.state, account.mail_sent_at) == (S.MAIL_SENT, believed)


@pytest.mark.parametrize(("said", "kept"), [(NOON - SECOND, NOON), (NOON + SECOND, NOON + SECOND)])
def test_a_second_word_of_the_mail_can_only_move_the_deadline_later(said: datetime, kept: datetime) -> None:
    """A mail that left twice has the customer's clock start at the second."""
    account = a_mailed_account(registered_at=NOON - DAY).with_mail_sent(said, NOON + timedelta(minutes=1))
    assert account.mail_sent_at == kept


def test_word_of_the_mail_does_not_bring_an_expired_link_back() -> None:
    """Somebody else may have the account ID by now."""
    account = a_mailed_account()
    assert account.with_mail_sent(NOON + DAY, NOON + DAY + SECOND) == account


def test_a_completed_registration_keeps_its_id_and_no_person() -> None:
    """Identity has the rest."""
    completed = a_mailed_account().activate(NOON, TICKET).completed(NOON)
    assert (completed.state, completed.account_id) == (S.COMPLETED, "Taro-01")
    assert (completed.password_hash, completed.email_address, completed.nickname) == (None, None, None)


def test_only_an_activated_registration_can_be_completed() -> None:
    """Word that comes twice changes nothing."""
    assert a_mailed_account().completed(NOON) == a_mailed_account()


def test_a_rejected_registration_ends() -> None:
    """K18."""
    assert a_mailed_account().activate(NOON, TICKET).rejected(NOON).state is S.REJECTED


def test_only_an_activated_registration_can_be_rejected() -> None:
    """A completed one has its account."""
    assert a_mailed_account().rejected(NOON) == a_mailed_account()


def test_identity_is_told_what_the_customer_chose() -> None:
    """The hash, the address, the nickname."""
    new = a_mailed_account().new_account()
    assert (new.password_hash, new.email_address, new.nickname) == ("a hash", "taro@example.jp", "たろう")


def test_a_wiped_registration_has_nothing_to_tell() -> None:
    """No empty account is ever ordered."""
    with pytest.raises(ValueError, match="wiped"):
        a_mailed_account().ended(S.EXPIRED, NOON).kept_account_id()


def test_an_activation_knows_when_it_was() -> None:
    """Identity is told."""
    assert a_mailed_account().activate(NOON, TICKET).kept_activated_at() == NOON
