"""[メールを再送する] and a corrected address, on a real database (S4-2, X20, X24)."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from support.registration_harness import Harness, Registered
from support.resending_steps import press_resend, resend

from chassis.messaging.refusal import Refusal
from chassis.security.tokens import new_key
from messages.mail_failure import MailFailure
from messages.notification import ActivationMailBounced, MailAbandoned, MailSent
from messages.registration import ProvisionallyRegistered, RefusalCode
from services.registration.saga.sweep import sweep


async def refusal_of(awaitable: object) -> str:
    """The code of the refusal that it must raise."""
    with pytest.raises(Refusal) as refused:
        await awaitable  # type: ignore[misc]
    return str(refused.value.code)


async def mailed(harness: Harness, **details: str) -> Registered:
    """A registration whose mail has left."""
    registered = await harness.register(**details)
    await harness.hear(MailSent(registration_key=registered.registration_key, sent_at=datetime.now(UTC)))
    return registered


async def test_the_new_link_opens_the_account_and_the_old_one_says_that_there_is_a_newer(
    harness: Harness,
) -> None:
    """One live link, whose 24 hours begin with its own mail; account ID and password are the same."""
    first = await mailed(harness)
    await harness.let_pass(timedelta(hours=23))
    again = await resend(harness, first.registration_key)
    assert (await harness.show(again.registration_key)).state == "registered"
    await harness.hear(MailSent(registration_key=again.registration_key, sent_at=datetime.now(UTC)))
    await harness.let_pass(timedelta(hours=23))
    assert await refusal_of(harness.open_link(first)) == RefusalCode.ACTIVATION_SUPERSEDED
    assert await refusal_of(harness.activate(first)) == RefusalCode.ACTIVATION_SUPERSEDED
    assert (await harness.activate(again)).account_id == "Taro-01"


async def test_a_corrected_address_gets_the_mail_and_the_wrong_one_nothing_more(harness: Harness) -> None:
    """Notification is told whose mail need not leave any more."""
    first = await harness.register(mail="tarp@example.jp")
    again = await resend(harness, first.registration_key, "taro@example.jp")
    assert (await harness.mail_order(again.registration_key)).email_address == "taro@example.jp"
    assert (await harness.row(first.registration_key))["email_address"] is None
    order = (await harness.said(ProvisionallyRegistered))[-1]
    assert order.supersedes == first.registration_key
    await harness.activate(again)


async def test_pressed_twice_at_once_it_sends_one_mail(harness: Harness) -> None:
    """And both pages are answered with the same registration."""
    first = await harness.register()
    keys = await asyncio.gather(*(press_resend(harness, first.registration_key) for _ in range(5)))
    assert len(set(keys)) == 1
    assert len(await harness.said(ProvisionallyRegistered)) == 2
    assert sorted(await harness.states()) == ["registered", "superseded"]


async def test_an_older_page_is_answered_with_the_newest(harness: Harness) -> None:
    """However often it was asked for since."""
    first = await harness.register()
    second = await resend(harness, first.registration_key)
    third = await resend(harness, second.registration_key)
    assert await press_resend(harness, first.registration_key) == third.registration_key
    assert len(await harness.said(ProvisionallyRegistered)) == 3


async def test_a_contract_gets_three_an_hour(harness: Harness) -> None:
    """To whatever addresses; the refusal says how long to wait, and changes nothing."""
    key = (await harness.register(mail="a0@example.jp")).registration_key
    for number in range(3):
        key = await press_resend(harness, key, f"a{number + 1}@example.jp")
    with pytest.raises(Refusal) as refused:
        await press_resend(harness, key, "a9@example.jp")
    assert refused.value.code == RefusalCode.TOO_MANY_MAILS
    assert 3500 < (refused.value.retry_after_seconds or 0) <= 3600
    assert (await harness.row(key))["state"] == "registered"
    await harness.let_pass(timedelta(hours=1))
    assert await press_resend(harness, key) != key


async def test_a_mailbox_gets_three_an_hour_from_whatever_contracts(harness: Harness) -> None:
    """X24: the first mail counts, and a +tag makes no other mailbox. Said alike for both limits."""
    for number in range(2):
        await harness.register(account_id=f"victim-{number}", mail="victim@example.jp")
    third = await harness.register(account_id="taro-01", mail="taro@example.jp")
    corrected = await press_resend(harness, third.registration_key, "Victim+1@example.jp")
    refused = await refusal_of(press_resend(harness, corrected, "victim@EXAMPLE.jp"))
    assert refused == RefusalCode.TOO_MANY_MAILS


async def test_guesses_stay_counted(harness: Harness) -> None:
    """Another mail gives nobody another fifteen."""
    first = await harness.register()
    for _ in range(5):
        await refusal_of(harness.activate(first, "Wrong123"))
    again = await resend(harness, first.registration_key)
    assert await refusal_of(harness.activate(again)) == RefusalCode.TOO_MANY_PASSWORDS


async def test_of_a_resending_and_an_activation_one_wins(harness: Harness) -> None:
    """Whichever: either the account is activated and no mail is sent, or the link is dead."""
    first = await harness.register()
    resent, activated = await asyncio.gather(
        press_resend(harness, first.registration_key), harness.activate(first), return_exceptions=True
    )
    outcomes = (isinstance(resent, Refusal), isinstance(activated, Refusal))
    assert outcomes in ((True, False), (False, True)), (resent, activated)
    orders = len(await harness.said(ProvisionallyRegistered))
    assert orders == (1 if outcomes[0] else 2)
    if isinstance(resent, Refusal):
        assert resent.code == RefusalCode.ALREADY_ACTIVATED
    else:
        assert isinstance(activated, Refusal)
        assert activated.code == RefusalCode.ACTIVATION_SUPERSEDED


async def test_after_the_deadline_nothing_is_sent_whether_or_not_the_sweep_came_by(harness: Harness) -> None:
    """The ID may be somebody else's by then."""
    first = await mailed(harness)
    await harness.let_pass(timedelta(hours=24, seconds=1))
    assert await refusal_of(press_resend(harness, first.registration_key)) == RefusalCode.ACTIVATION_EXPIRED
    await sweep(harness.service)
    assert await refusal_of(press_resend(harness, first.registration_key)) == RefusalCode.ACTIVATION_EXPIRED
    assert len(await harness.said(ProvisionallyRegistered)) == 1


async def test_the_word_of_a_superseded_mail_means_nothing(harness: Harness) -> None:
    """It came back, was given up, or left after all."""
    first = await mailed(harness)
    again = await resend(harness, first.registration_key, "hanako@example.jp")
    key = first.registration_key
    gone = MailFailure.NO_SUCH_MAILBOX
    await harness.hear(ActivationMailBounced(registration_key=key, reason=gone, for_good=True))
    await harness.hear(MailAbandoned(registration_key=key, reason=gone))
    await harness.hear(MailSent(registration_key=key, sent_at=datetime.now(UTC)))
    assert (await harness.show(key)).state == "superseded"
    assert (await harness.show(again.registration_key)).state == "registered"


async def test_a_bounce_before_the_correction_ends_it(harness: Harness) -> None:
    """What was typed is wiped by then; the page says so."""
    first = await mailed(harness)
    gone = MailFailure.NO_SUCH_MAILBOX
    await harness.hear(
        ActivationMailBounced(registration_key=first.registration_key, reason=gone, for_good=True)
    )
    shown = await harness.show(first.registration_key)
    assert (shown.state, shown.mail_failure) == ("mail_abandoned", gone)
    refused = await refusal_of(press_resend(harness, first.registration_key, "hanako@example.jp"))
    assert refused == RefusalCode.ACTIVATION_EXPIRED
    assert await harness.is_available("Taro-01")


async def test_a_full_mailbox_is_told_and_another_mail_may_be_asked_for(harness: Harness) -> None:
    """The successor knows nothing of the failure."""
    first = await mailed(harness)
    full = MailFailure.MAILBOX_FULL
    await harness.hear(
        ActivationMailBounced(registration_key=first.registration_key, reason=full, for_good=False)
    )
    shown = await harness.show(first.registration_key)
    assert (shown.state, shown.mail_failure) == ("mail_sent", full)
    assert shown.mail_sent_at is not None
    again = await resend(harness, first.registration_key)
    assert (await harness.show(again.registration_key)).mail_failure is None


async def test_registering_anew_says_whose_mail_need_not_leave(harness: Harness) -> None:
    """As a resending does."""
    contract_key = new_key()
    first = await harness.register(contract_key=contract_key)
    await harness.register(contract_key=contract_key, account_id="taro-02")
    order = (await harness.said(ProvisionallyRegistered))[-1]
    assert order.supersedes == first.registration_key


async def test_the_form_pressed_late_is_the_newest_registration(harness: Harness) -> None:
    """Its first press was longer on its way than the customer needed to ask for another mail."""
    command = harness.registering()
    await harness.hear(command)
    again = await resend(harness, command.registration_key)
    await harness.hear(command)
    assert sorted(await harness.states()) == ["registered", "superseded"]
    assert (await harness.row(again.registration_key))["state"] == "registered"


async def test_an_unknown_registration_is_said(harness: Harness) -> None:
    """It is forgotten by now."""
    assert await refusal_of(press_resend(harness, new_key())) == RefusalCode.ACTIVATION_UNKNOWN


async def test_a_corrected_address_that_does_not_work_either_is_corrected_once_more(harness: Harness) -> None:
    """With the same proof, on the form that the page of an undeliverable mail leads back to (K13)."""
    proof = harness.proof(new_key(), "b1")
    first = harness.registering(proof=proof, browser_token="b1")
    await harness.hear(first)
    await harness.show(first.registration_key)
    second = await press_resend(harness, first.registration_key, "wrong-again@example.jp")
    await harness.hear(MailAbandoned(registration_key=second, reason=MailFailure.NO_SUCH_MAILBOX))
    again = harness.registering(
        proof=proof, browser_token="b1", registration_key=first.registration_key, mail="meant@example.jp"
    )
    await harness.hear(again.model_copy(update={"revision": 1}))
    assert sorted(await harness.states()) == ["mail_abandoned", "registered", "superseded"]
