"""The rule of a mail that is asked for again (S4-2, X20)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from support.registrations import DAY, NOON, SECOND, a_mailed_account, a_provisional_account

from chassis.messaging.refusal import Refusal
from messages.mail_failure import MailFailure
from messages.registration import ProvisionalState, RefusalCode
from messages.values import EmailAddress
from services.registration.provisional.domain import ProvisionalAccount
from services.registration.resending.domain import replacement_of, stored_successor

NEW_KEY = UUID(int=10)
HANAKO = EmailAddress("hanako@example.jp")
LATER = NOON + timedelta(hours=5)


def test_a_successor_waits_for_its_own_mail_and_has_all_the_rest() -> None:
    """Its 24 hours have not begun; guesses that were wrong stay counted."""
    account = a_mailed_account(wrong_passwords=7, mail_failure=MailFailure.MAILBOX_FULL, mail_orders=3)
    new = replacement_of(account, NEW_KEY, None, LATER).successor
    assert (new.state, new.mail_sent_at, new.mail_failure) == (ProvisionalState.REGISTERED, None, None)
    assert (new.registration_key, new.registered_at, new.mail_orders) == (NEW_KEY, LATER, 1)
    assert (new.new_account(), new.account_id) == (account.new_account(), account.account_id)
    assert new.wrong_passwords == 7


def test_a_corrected_address_is_all_that_changes() -> None:
    """The password stays."""
    account = a_mailed_account()
    new = replacement_of(account, NEW_KEY, HANAKO, LATER).successor
    assert new.new_account() == replace(account.new_account(), email_address=HANAKO)


def test_the_earlier_one_is_superseded_and_wiped() -> None:
    """X20."""
    old = replacement_of(a_mailed_account(), NEW_KEY, None, LATER).superseded
    assert (old.state, old.email_address, old.password_hash) == (ProvisionalState.SUPERSEDED, None, None)


@pytest.mark.parametrize(
    ("account", "code"),
    [
        (a_mailed_account(mail_sent_at=LATER - DAY - SECOND), RefusalCode.ACTIVATION_EXPIRED),
        (a_provisional_account(state=ProvisionalState.MAIL_ABANDONED), RefusalCode.ACTIVATION_EXPIRED),
        (a_provisional_account(state=ProvisionalState.ACTIVATED), RefusalCode.ALREADY_ACTIVATED),
        (a_provisional_account(state=ProvisionalState.COMPLETED), RefusalCode.ALREADY_ACTIVATED),
        (a_provisional_account(state=ProvisionalState.REJECTED), RefusalCode.CONTRACT_REPLACED),
        (a_provisional_account(state=ProvisionalState.SUPERSEDED), RefusalCode.ACTIVATION_SUPERSEDED),
    ],
)
def test_what_is_over_gets_no_other_mail(account: ProvisionalAccount, code: RefusalCode) -> None:
    """Not a second after the deadline."""
    with pytest.raises(Refusal) as refused:
        replacement_of(account, NEW_KEY, None, LATER)
    assert refused.value.code == code


def test_at_the_deadline_it_is_in_time() -> None:
    """以内."""
    assert replacement_of(a_mailed_account(mail_sent_at=LATER - DAY), NEW_KEY, None, LATER)


def test_a_press_on_an_older_page_is_the_newer_mail() -> None:
    """A double click orders one."""
    latest = a_provisional_account(registration_key=NEW_KEY)
    assert stored_successor(UUID(int=9), latest, None) == NEW_KEY
    assert stored_successor(UUID(int=9), latest, EmailAddress("taro@example.jp")) == NEW_KEY
    assert stored_successor(NEW_KEY, latest, None) is None


def test_a_correction_on_an_older_page_is_not_said_to_be_done() -> None:
    """The newer mail goes elsewhere."""
    with pytest.raises(Refusal) as refused:
        stored_successor(UUID(int=9), a_provisional_account(registration_key=NEW_KEY), HANAKO)
    assert refused.value.code == RefusalCode.ACTIVATION_SUPERSEDED
