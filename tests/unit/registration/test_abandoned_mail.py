"""What a mail that will never leave means for its registration (K13)."""

from __future__ import annotations

from datetime import timedelta

from support.registrations import NOON, a_mailed_account, a_provisional_account

from messages.registration import ProvisionalState


def test_an_abandoned_mail_ends_the_registration() -> None:
    """The customer starts again (K13)."""
    ended = a_provisional_account().with_mail_abandoned(NOON)
    assert (ended.state, ended.email_address) == (ProvisionalState.MAIL_ABANDONED, None)


def test_a_mail_that_left_once_is_not_abandoned() -> None:
    """Only a second copy of it was."""
    assert a_mailed_account().with_mail_abandoned(NOON) == a_mailed_account()


def test_a_mail_that_may_have_left_keeps_its_promise() -> None:
    """The relay took it, and its answer was lost: the link lives as long as that mail says."""
    possibly = NOON + timedelta(minutes=3)
    account = a_provisional_account().with_mail_abandoned(
        NOON + timedelta(hours=7), possibly_sent_at=possibly
    )
    assert (account.state, account.mail_sent_at) == (ProvisionalState.MAIL_SENT, possibly)
