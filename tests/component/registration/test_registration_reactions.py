"""What others tell registration, and what it does by itself (docs/states.md)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from registration_house import KEYS, House, Registered
from structlog.testing import capture_logs

from chassis.security.sealing import Unsealer
from chassis.security.tokens import new_key
from messages.identity import AccountClosed, AccountCreated, AccountMailRecipient, AccountRejected, NewAccount
from messages.notification import MailAbandoned, MailSent
from messages.registration import AccountActivated
from messages.values import AccountId, EmailAddress, Nickname
from services.registration import reactions


def account_created(house: House, registered: Registered) -> AccountCreated:
    """Identity opened the account."""
    account_key = new_key()
    person = AccountMailRecipient(
        email_address=EmailAddress("taro@example.jp"),
        nickname=Nickname("たろう"),
        account_id=AccountId("Taro-01"),
    )
    sealed = house.sealer.seal(person, to="notification", bound_to=account_key)
    return AccountCreated(
        registration_key=registered.registration_key, account_key=account_key, recipient=sealed
    )


async def test_the_24_hours_begin_when_the_mail_was_sent(house: House) -> None:
    """Q13."""
    registered = await house.register()
    await house.let_pass(timedelta(minutes=5))
    sent_at = datetime.now(UTC) - timedelta(minutes=1)
    await house.hear(MailSent(registration_key=registered.registration_key, sent_at=sent_at))
    shown = await house.show(registered.registration_key)
    assert (shown.state, shown.activation_deadline) == ("mail_sent", sent_at + timedelta(hours=24))


async def test_the_same_message_is_heard_once(house: House) -> None:
    """The inbox eats its twin, even if it says something else."""
    registered = await house.register()
    await house.let_pass(timedelta(hours=1))
    message_id, half_past = new_key(), datetime.now(UTC) - timedelta(minutes=30)
    await house.hear(MailSent(registration_key=registered.registration_key, sent_at=half_past), message_id)
    await house.hear(
        MailSent(registration_key=registered.registration_key, sent_at=datetime.now(UTC)), message_id
    )
    assert (await house.row(registered.registration_key))["mail_sent_at"] == half_past


async def test_word_of_an_unknown_registration_is_taken_calmly(house: House) -> None:
    """It is forgotten by now, or its row was lost (K20)."""
    await house.hear(MailSent(registration_key=new_key(), sent_at=datetime.now(UTC)))
    assert await house.states() == []


async def test_an_abandoned_mail_frees_the_id_and_wipes_the_person(house: House) -> None:
    """K13."""
    registered = await house.register()
    await house.hear(MailAbandoned(registration_key=registered.registration_key))
    row = await house.row(registered.registration_key)
    assert (row["state"], row["email_address"], row["nickname"]) == ("mail_abandoned", None, None)
    assert await house.register(account_id="Taro-01", mail="hanako@example.jp")


async def test_when_identity_has_the_account_nothing_personal_stays(house: House) -> None:
    """The password hash above all."""
    registered = await house.register()
    await house.activate(registered)
    await house.hear(account_created(house, registered))
    row = await house.row(registered.registration_key)
    assert (row["state"], row["password_hash"], row["email_address"], row["nickname"]) == (
        "completed",
        None,
        None,
        None,
    )
    assert not await house.is_available("Taro-01")


async def test_a_rejected_account_is_an_error_and_frees_the_id(house: House) -> None:
    """K18: an operator is alarmed."""
    registered = await house.register()
    await house.activate(registered)
    with capture_logs() as logs:
        await house.hear(AccountRejected(registration_key=registered.registration_key))
    assert [(entry["event"], entry["log_level"]) for entry in logs] == [("registration.rejected", "error")]
    assert (await house.row(registered.registration_key))["state"] == "rejected"
    assert await house.is_available("Taro-01")


async def test_a_closed_account_frees_its_id_and_its_contract(house: House) -> None:
    """Q24: nothing of the registration is kept, and closing twice is no fault."""
    contract_key = new_key()
    registered = await house.register(contract_key=contract_key)
    await house.activate(registered)
    await house.hear(account_created(house, registered))
    for _ in range(2):
        await house.hear(AccountClosed(account_key=new_key(), registration_key=registered.registration_key))
    assert await house.states() == []
    assert await house.register(contract_key=contract_key)


async def test_a_message_of_a_closing_is_heard_once(house: House) -> None:
    """The inbox eats its twin."""
    message_id, registered = new_key(), await house.register()
    await house.hear(AccountClosed(account_key=new_key(), registration_key=new_key()), message_id)
    await house.hear(
        AccountClosed(account_key=new_key(), registration_key=registered.registration_key), message_id
    )
    assert await house.states() == ["registered"]


async def test_the_sweep_wipes_what_is_overdue_and_drops_its_claim(house: House) -> None:
    """T21: data purged, ID usable by others."""
    overdue = await house.register(account_id="Taro-01")
    await house.let_pass(timedelta(hours=33))
    live = await house.register(account_id="Hanako-01", mail="hanako@example.jp")
    await reactions.sweep(house.service)
    row = await house.row(overdue.registration_key)
    claims = await house.run("SELECT account_id_folded FROM account_id_claims")
    assert (row["state"], row["account_id_as_typed"], row["password_hash"], row["email_address"]) == (
        "expired",
        None,
        None,
        None,
    )
    assert (await house.row(live.registration_key))["state"] == "registered"
    assert [claim[0] for claim in claims] == ["hanako-01"]


async def test_the_sweep_passes_over_a_row_that_somebody_has_in_hand(house: House) -> None:
    """It waits for nobody, and takes it the next time."""
    await house.register()
    await house.let_pass(timedelta(hours=33))
    async with house.database.transaction() as tx:
        await tx.execute("SELECT FROM provisional_accounts FOR UPDATE")
        await reactions.sweep(house.service)
    assert await house.states() == ["registered"]
    await reactions.sweep(house.service)
    assert await house.states() == ["expired"]


async def test_identity_is_told_again_when_it_does_not_answer(house: House) -> None:
    """K17: after 60 seconds, then after 10 and 20, and with alarm from the third time."""
    registered = await house.register()
    await house.activate(registered)
    levels = []
    for waited in (59, 1, 10, 20, 20):
        await house.let_pass(timedelta(seconds=waited))
        with capture_logs() as logs:
            await reactions.redrive(house.service)
        levels.append([entry["log_level"] for entry in logs])
    assert levels == [[], ["warning"], ["warning"], ["error"], []]
    events = await house.said(AccountActivated)
    unsealer = Unsealer([KEYS.sealing_private["identity"]])
    accounts = [
        unsealer.open(event.account, NewAccount, bound_to=registered.registration_key) for event in events
    ]
    assert len(accounts) == 4
    assert all(account == accounts[0] for account in accounts)


async def test_identity_is_not_told_again_once_it_answered(house: House) -> None:
    """The end of the saga."""
    registered = await house.register()
    await house.activate(registered)
    await house.hear(account_created(house, registered))
    await house.let_pass(timedelta(hours=1))
    await reactions.redrive(house.service)
    assert len(await house.said(AccountActivated)) == 1


async def test_what_ended_a_month_ago_is_forgotten_and_accounts_are_not(house: House) -> None:
    """Q16: 30 days of tombstones; the row of an account stays as long as the account."""
    account = await house.register(account_id="Hanako-01", mail="hanako@example.jp")
    await house.activate(account)
    await house.hear(account_created(house, account))
    await house.register(account_id="Taro-01")
    await house.let_pass(timedelta(hours=33))
    await reactions.sweep(house.service)
    await house.let_pass(timedelta(days=29))
    await reactions.forget_old(house.service)
    assert sorted(await house.states()) == ["completed", "expired"]
    await house.let_pass(timedelta(days=1, seconds=1))
    await reactions.forget_old(house.service)
    assert await house.states() == ["completed"]
