"""What others tell registration, and what it does by itself (docs/states.md)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from support.captured_logs import capture_logs
from support.registration_harness import KEYS, Harness, Registered

from chassis.security.sealing import Unsealer
from chassis.security.tokens import new_key
from messages.identity import AccountClosed, AccountCreated, AccountMailRecipient, AccountRejected, NewAccount
from messages.notification import MailAbandoned, MailSent
from messages.registration import AccountActivated
from messages.values import AccountId, EmailAddress, Nickname
from services.registration.saga.forget_old import forget_old
from services.registration.saga.redrive import redrive
from services.registration.saga.sweep import sweep


def account_created(harness: Harness, registered: Registered) -> AccountCreated:
    """Identity opened the account."""
    account_key = new_key()
    person = AccountMailRecipient(
        email_address=EmailAddress("taro@example.jp"),
        nickname=Nickname("たろう"),
        account_id=AccountId("Taro-01"),
    )
    sealed = harness.sealer.seal(person, to="notification", bound_to=account_key)
    return AccountCreated(
        registration_key=registered.registration_key, account_key=account_key, recipient=sealed
    )


async def test_the_24_hours_begin_when_the_mail_was_sent(harness: Harness) -> None:
    """Q13."""
    registered = await harness.register()
    await harness.let_pass(timedelta(minutes=5))
    sent_at = datetime.now(UTC) - timedelta(minutes=1)
    await harness.hear(MailSent(registration_key=registered.registration_key, sent_at=sent_at))
    shown = await harness.show(registered.registration_key)
    assert (shown.state, shown.activation_deadline) == ("mail_sent", sent_at + timedelta(hours=24))


async def test_the_same_message_is_heard_once(harness: Harness) -> None:
    """The inbox eats its twin, even if it says something else."""
    registered = await harness.register()
    await harness.let_pass(timedelta(hours=1))
    message_id, half_past = new_key(), datetime.now(UTC) - timedelta(minutes=30)
    await harness.hear(MailSent(registration_key=registered.registration_key, sent_at=half_past), message_id)
    await harness.hear(
        MailSent(registration_key=registered.registration_key, sent_at=datetime.now(UTC)), message_id
    )
    assert (await harness.row(registered.registration_key))["mail_sent_at"] == half_past


async def test_word_of_an_unknown_registration_is_taken_calmly(harness: Harness) -> None:
    """It is forgotten by now, or its row was lost (K20)."""
    await harness.hear(MailSent(registration_key=new_key(), sent_at=datetime.now(UTC)))
    assert await harness.states() == []


async def test_an_abandoned_mail_frees_the_id_and_wipes_the_person(harness: Harness) -> None:
    """K13."""
    registered = await harness.register()
    await harness.hear(MailAbandoned(registration_key=registered.registration_key))
    row = await harness.row(registered.registration_key)
    assert (row["state"], row["email_address"], row["nickname"]) == ("mail_abandoned", None, None)
    assert await harness.register(account_id="Taro-01", mail="hanako@example.jp")


async def test_when_identity_has_the_account_nothing_personal_stays(harness: Harness) -> None:
    """The password hash above all."""
    registered = await harness.register()
    await harness.activate(registered)
    await harness.hear(account_created(harness, registered))
    row = await harness.row(registered.registration_key)
    assert (row["state"], row["password_hash"], row["email_address"], row["nickname"]) == (
        "completed",
        None,
        None,
        None,
    )
    assert not await harness.is_available("Taro-01")


async def test_a_rejected_account_is_an_error_and_frees_the_id(harness: Harness) -> None:
    """K18: an operator is alarmed."""
    registered = await harness.register()
    await harness.activate(registered)
    with capture_logs() as logs:
        await harness.hear(AccountRejected(registration_key=registered.registration_key))
    assert [(entry["event"], entry["level"]) for entry in logs] == [("registration.rejected", "error")]
    assert (await harness.row(registered.registration_key))["state"] == "rejected"
    assert await harness.is_available("Taro-01")


async def test_a_closed_account_frees_its_id_and_its_contract(harness: Harness) -> None:
    """Q24: nothing of the registration is kept, and closing twice is no fault."""
    contract_key = new_key()
    registered = await harness.register(contract_key=contract_key)
    await harness.activate(registered)
    await harness.hear(account_created(harness, registered))
    for _ in range(2):
        await harness.hear(AccountClosed(account_key=new_key(), registration_key=registered.registration_key))
    assert await harness.states() == []
    assert await harness.register(contract_key=contract_key)


async def test_a_message_of_a_closing_is_heard_once(harness: Harness) -> None:
    """The inbox eats its twin."""
    message_id, registered = new_key(), await harness.register()
    await harness.hear(AccountClosed(account_key=new_key(), registration_key=new_key()), message_id)
    await harness.hear(
        AccountClosed(account_key=new_key(), registration_key=registered.registration_key), message_id
    )
    assert await harness.states() == ["registered"]


async def test_the_sweep_wipes_what_is_overdue_and_drops_its_claim(harness: Harness) -> None:
    """T21: data purged, ID usable by others."""
    overdue = await harness.register(account_id="Taro-01")
    await harness.let_pass(timedelta(hours=33))
    live = await harness.register(account_id="Hanako-01", mail="hanako@example.jp")
    await sweep(harness.service)
    row = await harness.row(overdue.registration_key)
    claims = await harness.run("SELECT account_id_folded FROM account_id_claims")
    assert (row["state"], row["account_id_as_typed"], row["password_hash"], row["email_address"]) == (
        "expired",
        None,
        None,
        None,
    )
    assert (await harness.row(live.registration_key))["state"] == "registered"
    assert [claim[0] for claim in claims] == ["hanako-01"]


async def test_the_sweep_passes_over_a_row_that_somebody_has_in_hand(harness: Harness) -> None:
    """It waits for nobody, and takes it the next time."""
    await harness.register()
    await harness.let_pass(timedelta(hours=33))
    async with harness.database.transaction() as tx:
        await tx.execute("SELECT FROM provisional_accounts FOR UPDATE")
        await sweep(harness.service)
    assert await harness.states() == ["registered"]
    await sweep(harness.service)
    assert await harness.states() == ["expired"]


async def test_identity_is_told_again_when_it_does_not_answer(harness: Harness) -> None:
    """K17: after 60 seconds, then after 10 and 20, and with alarm from the third time."""
    registered = await harness.register()
    await harness.activate(registered)
    levels = []
    for waited in (59, 1, 10, 20, 20):
        await harness.let_pass(timedelta(seconds=waited))
        with capture_logs() as logs:
            await redrive(harness.service)
        levels.append([entry["level"] for entry in logs])
    assert levels == [[], ["warning"], ["warning"], ["error"], []]
    events = await harness.said(AccountActivated)
    unsealer = Unsealer([KEYS.sealing_private["identity"]])
    accounts = [
        unsealer.open(event.account, NewAccount, bound_to=registered.registration_key) for event in events
    ]
    assert len(accounts) == 4
    assert all(account == accounts[0] for account in accounts)


async def test_identity_is_not_told_again_once_it_answered(harness: Harness) -> None:
    """The end of the saga."""
    registered = await harness.register()
    await harness.activate(registered)
    await harness.hear(account_created(harness, registered))
    await harness.let_pass(timedelta(hours=1))
    await redrive(harness.service)
    assert len(await harness.said(AccountActivated)) == 1


async def test_what_ended_a_month_ago_is_forgotten_and_accounts_are_not(harness: Harness) -> None:
    """Q16: 30 days of tombstones; the row of an account stays as long as the account."""
    account = await harness.register(account_id="Hanako-01", mail="hanako@example.jp")
    await harness.activate(account)
    await harness.hear(account_created(harness, account))
    await harness.register(account_id="Taro-01")
    await harness.let_pass(timedelta(hours=33))
    await sweep(harness.service)
    await harness.let_pass(timedelta(days=29))
    await forget_old(harness.service)
    assert sorted(await harness.states()) == ["completed", "expired"]
    await harness.let_pass(timedelta(days=1, seconds=1))
    await forget_old(harness.service)
    assert await harness.states() == ["completed"]
