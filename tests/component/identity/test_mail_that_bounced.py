"""An address to which no mail comes through: the customer is told at the next log-in (T9 of the mails)."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from support.identity_harness import NUMBER, Harness, received

from chassis.security.tokens import new_key
from messages.notification import MailBounced
from messages.values import CustomerNumber
from services.identity.mail_address.clear_mail_bounce import clear_mail_bounce
from services.identity.mail_address.on_mail_bounced import on_mail_bounced

DESKS = "SELECT done_by, kind, reason FROM audit_entries WHERE done_by IS NOT NULL"


async def account(harness: Harness) -> UUID:
    """The key of a new one."""
    await harness.given_account()
    return UUID(str((await harness.run("SELECT account_key FROM accounts"))[0][0]))


async def bounce(harness: Harness, key: UUID, left_at: datetime | None = None) -> None:
    """notification says so."""
    await on_mail_bounced(harness.service, MailBounced(account_key=key, left_at=left_at), received())


async def clear(harness: Harness) -> bool:
    """As `mypage accounts clear-bounce` does."""
    return await clear_mail_bounce(
        harness.database, CustomerNumber(NUMBER), done_by="hanako", reason="電話で確認"
    )


async def test_the_customer_is_told_until_the_desk_finds_that_mails_arrive(harness: Harness) -> None:
    """At every log-in; and it is noted who took the mark off."""
    key = await account(harness)
    assert not (await harness.log_in()).mail_bounced
    await bounce(harness, key)
    assert (await harness.log_in()).mail_bounced
    assert await clear(harness)
    assert not (await harness.log_in()).mail_bounced
    [row] = await harness.run(DESKS)
    assert tuple(row) == ("hanako", "mail_bounce_cleared", "電話で確認")
    assert not await clear(harness)
    assert len(await harness.run(DESKS)) == 1


async def test_what_left_before_the_desk_found_out_says_nothing_any_more(harness: Harness) -> None:
    """A bounce may be days under way; one of a later mail counts."""
    key = await account(harness)
    await bounce(harness, key)
    await clear(harness)
    now = await harness.now()
    await bounce(harness, key, now - timedelta(hours=1))
    assert not (await harness.log_in()).mail_bounced
    await bounce(harness, key, now + timedelta(hours=1))
    assert (await harness.log_in()).mail_bounced


async def test_the_first_bounce_is_the_one_that_counts(harness: Harness) -> None:
    """Since when it is so."""
    key = await account(harness)
    await bounce(harness, key)
    [since] = await harness.run("SELECT mail_bounced_at FROM accounts")
    await bounce(harness, key)
    assert await harness.run("SELECT mail_bounced_at FROM accounts") == [since]


async def test_an_account_that_is_closed_or_unknown_is_left_alone(harness: Harness) -> None:
    """The mail that says so may itself come back."""
    key = await account(harness)
    await harness.run(
        "UPDATE accounts SET closed_at = now(), account_id_as_typed = NULL, account_id_folded = NULL, "
        "password_hash = NULL, email_address = NULL, nickname = NULL"
    )
    await bounce(harness, key)
    await bounce(harness, new_key())
    [row] = await harness.run("SELECT mail_bounced_at FROM accounts")
    assert row[0] is None
