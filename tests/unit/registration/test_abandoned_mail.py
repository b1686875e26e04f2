"""What a mail that will never leave means for its registration (K13)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from support.registrations import NOON, a_mailed_account, a_provisional_account

from messages.mail_failure import MailFailure
from messages.registration import ProvisionalState
from services.registration.provisional.domain import ENDED, LASTING, ProvisionalAccount


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


def test_why_it_was_abandoned_is_kept_for_the_page() -> None:
    """A class, which is not personal."""
    ended = a_provisional_account().with_mail_abandoned(NOON, reason=MailFailure.MAILBOX_FULL)
    assert ended.mail_failure is MailFailure.MAILBOX_FULL


@pytest.mark.parametrize("account", [a_provisional_account(), a_mailed_account()])
def test_a_mail_that_came_back_for_good_ends_it(account: ProvisionalAccount) -> None:
    """Also when that is heard before the news that it had left."""
    ended = account.with_mail_bounced(NOON, reason=MailFailure.NO_SUCH_MAILBOX, for_good=True)
    assert (ended.state, ended.email_address) == (ProvisionalState.MAIL_ABANDONED, None)
    assert ended.mail_failure is MailFailure.NO_SUCH_MAILBOX


def test_a_mail_that_came_back_for_once_leaves_its_link_alive() -> None:
    """The next one may arrive."""
    told = a_mailed_account().with_mail_bounced(NOON, reason=MailFailure.MAILBOX_FULL, for_good=False)
    assert (told.state, told.mail_failure) == (ProvisionalState.MAIL_SENT, MailFailure.MAILBOX_FULL)
    assert told.email_address is not None


@pytest.mark.parametrize("state", sorted(LASTING | ENDED))
@pytest.mark.parametrize("for_good", [True, False])
def test_a_mail_that_comes_back_later_means_nothing(state: ProvisionalState, for_good: bool) -> None:
    """本登録 is done, or a newer mail was sent."""
    account = a_mailed_account(state=state)
    assert account.with_mail_bounced(NOON, reason=MailFailure.CAME_BACK, for_good=for_good) == account


def test_a_mail_that_comes_back_after_the_deadline_means_nothing() -> None:
    """It is expired already, whether the sweep came by or not."""
    account = a_mailed_account()
    late = NOON + timedelta(hours=24, seconds=1)
    assert account.with_mail_bounced(late, reason=MailFailure.CAME_BACK, for_good=True) == account
