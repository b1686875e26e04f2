"""The activation link and [本登録する] (T20 to T22, Q13 to Q16, Q18, X19 to X23)."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from support.registration_harness import KEYS, PASSWORD, Harness, Registered

from chassis.database import db
from chassis.messaging.refusal import Refusal
from chassis.security.sealing import Unsealer
from chassis.security.signing import Verifier
from chassis.security.tokens import new_key, new_token, token_hash
from messages.identity import AccountCreated, AccountMailRecipient, NewAccount
from messages.notification import MailSent
from messages.registration import AccountActivated, LoginProof, RefusalCode
from messages.values import AccountId, EmailAddress, Nickname
from services.registration.provisional import repository


async def refusal_of(harness: Harness, registered: Registered, password: str = PASSWORD) -> Refusal:
    """The no that an activation gets."""
    with pytest.raises(Refusal) as refused:
        await harness.activate(registered, password)
    return refused.value


def account_created(harness: Harness, registered: Registered) -> AccountCreated:
    """Identity's answer."""
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


async def test_the_right_password_activates_and_tells_identity(harness: Harness) -> None:
    """T20: the account travels sealed, with its hash and not its password."""
    registered = await harness.register()
    activated = await harness.activate(registered)
    (event,) = await harness.said(AccountActivated)
    account = Unsealer([KEYS.sealing_private["identity"]]).open(
        event.account, NewAccount, bound_to=event.registration_key
    )
    assert (activated.account_id, event.account_id, account.email_address) == (
        "Taro-01",
        "Taro-01",
        "taro@example.jp",
    )
    assert await harness.service.hasher.matches(PASSWORD, account.password_hash)


async def test_the_answer_holds_a_login_proof_for_ten_minutes(harness: Harness) -> None:
    """T22: for the browser that knows the ticket."""
    registered = await harness.register()
    activated = await harness.activate(registered, ticket="ticket")
    now = datetime.now(UTC)
    proof = Verifier(KEYS.signing_public).verify(
        activated.login_proof, LoginProof, said_by="registration", now=now
    )
    assert (proof.registration_key, proof.login_ticket_hash) == (
        registered.registration_key,
        token_hash("ticket"),
    )
    assert timedelta(minutes=9) < proof.expires_at - now <= timedelta(minutes=10)


@pytest.mark.parametrize(("late", "state"), [(timedelta(), "activated"), (timedelta(seconds=1), None)])
async def test_exactly_24_hours_after_the_mail_is_in_time_and_a_second_later_is_not(
    harness: Harness, late: timedelta, state: str | None
) -> None:
    """T21, Q14: measured within one transaction by the database's clock, so no time passes in between."""
    registered = await harness.register()
    async with harness.database.transaction() as tx:
        sent = "UPDATE provisional_accounts SET state = 'mail_sent', mail_sent_at = now() - $1::interval"
        await tx.execute(sent, timedelta(hours=24) + late)
        account = await repository.lock(tx, registered.registration_key)
        now = await db.now(tx)
        assert account is not None
        if state is None:
            with pytest.raises(Refusal, match=RefusalCode.ACTIVATION_EXPIRED):
                account.activate(now, "ticket")
        else:
            await repository.save(tx, account.activate(now, "ticket"))
    assert (await harness.row(registered.registration_key))["state"] == (state or "mail_sent")


@pytest.mark.parametrize(("late", "found"), [(timedelta(), 0), (timedelta(seconds=1), 1)])
async def test_the_sweep_takes_nobody_who_is_still_in_time(
    harness: Harness, late: timedelta, found: int
) -> None:
    """The mirror of the condition above."""
    await harness.register()
    async with harness.database.transaction() as tx:
        sent = "UPDATE provisional_accounts SET state = 'mail_sent', mail_sent_at = now() - $1::interval"
        await tx.execute(sent, timedelta(hours=24) + late)
        assert len(await repository.lock_overdue(tx, at_most=10)) == found


async def test_the_link_works_before_anybody_heard_that_the_mail_left(harness: Harness) -> None:
    """The mail may outrun the event (K12)."""
    registered = await harness.register()
    await harness.let_pass(timedelta(hours=31, minutes=59))
    assert (await harness.open_link(registered)).activation_deadline is None
    assert (await harness.activate(registered)).account_id == "Taro-01"


async def test_a_stored_value_that_no_rule_would_take_today_does_not_break_the_link(harness: Harness) -> None:
    """A stricter rule came later: what was accepted once is not judged again when it is read."""
    registered = await harness.register()
    await harness.run("UPDATE provisional_accounts SET email_address = 'taro', nickname = repeat('x', 99)")
    assert (await harness.open_link(registered)).activation_deadline is None


async def test_opening_the_link_fifty_times_changes_nothing(harness: Harness) -> None:
    """X21: scanners do."""
    registered = await harness.register()
    before = dict(await harness.row(registered.registration_key))
    for _ in range(50):
        await harness.open_link(registered)
    assert dict(await harness.row(registered.registration_key)) == before


async def test_an_unknown_token_is_refused(harness: Harness) -> None:
    """X17."""
    stranger = Registered(new_key(), new_token())
    with pytest.raises(Refusal, match=RefusalCode.ACTIVATION_UNKNOWN):
        await harness.open_link(stranger)
    assert (await refusal_of(harness, stranger)).code == RefusalCode.ACTIVATION_UNKNOWN


async def test_an_expired_link_is_refused(harness: Harness) -> None:
    """T21."""
    registered = await harness.register()
    await harness.hear(MailSent(registration_key=registered.registration_key, sent_at=datetime.now(UTC)))
    await harness.let_pass(timedelta(hours=24, seconds=1))
    with pytest.raises(Refusal, match=RefusalCode.ACTIVATION_EXPIRED):
        await harness.open_link(registered)
    assert (await refusal_of(harness, registered)).code == RefusalCode.ACTIVATION_EXPIRED


async def test_a_superseded_link_says_that_a_newer_mail_was_sent(harness: Harness) -> None:
    """X20: it never activates (I12)."""
    contract_key = new_key()
    older = await harness.register(contract_key=contract_key)
    newer = await harness.register(contract_key=contract_key)
    assert (await refusal_of(harness, older)).code == RefusalCode.ACTIVATION_SUPERSEDED
    assert (await harness.activate(newer)).account_id == "Taro-01"


async def test_a_used_link_says_that_registration_is_complete(harness: Harness) -> None:
    """Q16: from any other browser."""
    registered = await harness.register()
    await harness.activate(registered)
    with pytest.raises(Refusal, match=RefusalCode.ALREADY_ACTIVATED):
        await harness.open_link(registered)
    assert (await refusal_of(harness, registered)).code == RefusalCode.ALREADY_ACTIVATED


async def test_the_same_browser_gets_its_lost_answer_again(harness: Harness) -> None:
    """K15: before and after identity answered, and identity is told once."""
    registered = await harness.register()
    first = await harness.activate(registered, ticket="ticket")
    second = await harness.activate(registered, ticket="ticket")
    await harness.hear(account_created(harness, registered))
    third = await harness.activate(registered, ticket="ticket")
    assert first == second == third
    assert len(await harness.said(AccountActivated)) == 1


async def test_of_twenty_browsers_that_activate_at_once_exactly_one_succeeds(harness: Harness) -> None:
    """X19."""
    registered = await harness.register()
    outcomes = await asyncio.gather(
        *(harness.activate(registered) for _ in range(20)), return_exceptions=True
    )
    assert [outcome.code for outcome in outcomes if isinstance(outcome, Refusal)] == [
        RefusalCode.ALREADY_ACTIVATED
    ] * 19
    assert len(await harness.said(AccountActivated)) == 1


async def test_a_double_click_gets_one_activation_and_two_equal_answers(harness: Harness) -> None:
    """Both come from one browser."""
    registered = await harness.register()
    outcomes = await asyncio.gather(*(harness.activate(registered, ticket="ticket") for _ in range(2)))
    assert outcomes[0] == outcomes[1]
    assert len(await harness.said(AccountActivated)) == 1


async def test_the_fifth_wrong_password_means_a_wait_and_the_link_survives_it(harness: Harness) -> None:
    """Q15."""
    registered = await harness.register()
    codes = [(await refusal_of(harness, registered, "Wrong123")).code for _ in range(5)]
    assert codes == [RefusalCode.PASSWORD_MISMATCH] * 4 + [RefusalCode.TOO_MANY_PASSWORDS]
    waiting = await refusal_of(harness, registered)
    assert waiting.code == RefusalCode.TOO_MANY_PASSWORDS
    assert 880 < (waiting.retry_after_seconds or 0) <= 900
    await harness.let_pass(timedelta(minutes=15))
    assert (await harness.activate(registered)).account_id == "Taro-01"


async def test_the_fifteenth_wrong_password_kills_the_link_and_frees_the_id(harness: Harness) -> None:
    """Q15, X23."""
    registered = await harness.register()
    for _ in range(15):
        last = await refusal_of(harness, registered, "Wrong123")
        await harness.let_pass(timedelta(minutes=15))
    row = await harness.row(registered.registration_key)
    assert (last.code, row["state"], row["email_address"]) == (
        RefusalCode.ACTIVATION_EXPIRED,
        "expired",
        None,
    )
    assert await harness.is_available("Taro-01")


async def test_guesses_sent_at_once_are_all_counted(harness: Harness) -> None:
    """Twenty parallel guesses get no more than five tries."""
    registered = await harness.register()
    outcomes = await asyncio.gather(
        *(harness.activate(registered, f"Wrong{number:03}") for number in range(20)), return_exceptions=True
    )
    codes = [outcome.code for outcome in outcomes if isinstance(outcome, Refusal)]
    assert (codes.count(RefusalCode.PASSWORD_MISMATCH), codes.count(RefusalCode.TOO_MANY_PASSWORDS)) == (
        4,
        16,
    )
    assert (await harness.row(registered.registration_key))["wrong_passwords"] == 5
