"""Customers who want to be told that a month is there, and what billing says of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from uuid import UUID

from chassis.security.sealing import Unsealer
from chassis.security.tokens import new_key, token_hash
from messages.billing import (
    BillNoticeChoice,
    ChooseBillNotice,
    PublishedBill,
    ShowBillNotice,
    StatementPublished,
    StopBillNotices,
)
from messages.values import BillingMonth
from services.billing.notices.announce_published_months import announce_published_months
from services.billing.notices.choose_bill_notice import choose_bill_notice
from services.billing.notices.show_bill_notice import show_bill_notice
from services.billing.notices.stop_bill_notices import stop_bill_notices
from services.billing.publication.publish_month import publish_month
from support.billing_harness import KEYS, RECEIVED, TARO, Harness, an_assertion

OFF, WITHOUT, WITH = BillNoticeChoice


@dataclass(frozen=True)
class Account:
    """One that identity vouches for."""

    customer: str = TARO
    charges_from: str = "2010-01"
    key: UUID = field(default_factory=new_key)
    contract_key: UUID = field(default_factory=new_key)

    @property
    def assertion(self) -> str:
        """Identity's word for its session."""
        return an_assertion(
            self.customer,
            charges_from=self.charges_from,
            account_key=self.key,
            contract_key=self.contract_key,
        )


async def choose(harness: Harness, account: Account, choice: BillNoticeChoice) -> None:
    """[保存する]."""
    command = ChooseBillNotice(session_assertion=account.assertion, choice=choice)
    assert (await choose_bill_notice(harness.service, command, RECEIVED)).choice is choice


async def chosen(harness: Harness, account: Account) -> BillNoticeChoice:
    """What the settings page shows."""
    query = ShowBillNotice(session_assertion=account.assertion)
    return (await show_bill_notice(harness.service, query, RECEIVED)).choice


async def stop(harness: Harness, stop_token: str) -> None:
    """The link in a mail."""
    command = StopBillNotices(stop_token_hash=token_hash(stop_token))
    await stop_bill_notices(harness.service, command, RECEIVED)


async def publish(harness: Harness, month: str) -> None:
    """`mypage charges publish`."""
    await publish_month(harness.database, BillingMonth.parse(month), done_by="test", dry_run=False)


async def announce(harness: Harness) -> None:
    """As often as it takes until everybody is told."""
    while await harness.run("SELECT FROM published_months WHERE announced_at IS NULL"):
        await announce_published_months(harness.service)


async def said(harness: Harness) -> list[StatementPublished]:
    """What billing has said, oldest first."""
    rows = await harness.run("SELECT body FROM outbox ORDER BY id")
    return [StatementPublished.model_validate_json(row["body"]) for row in rows]


async def told(harness: Harness) -> list[tuple[UUID, str]]:
    """Who was told of which month, in order of the accounts."""
    return sorted((each.account_key, str(each.billing_month)) for each in await said(harness))


def bill_in(event: StatementPublished) -> PublishedBill:
    """As notification reads it."""
    unsealer = Unsealer([KEYS.sealing_private["notification"]])
    return unsealer.open(event.bill, PublishedBill, bound_to=event.notice_key)


async def given_customers(harness: Harness, count: int, month: str) -> list[Account]:
    """So many, each told with the amount, with an unpublished statement of that month."""
    accounts = [Account(customer=f"{70_000 + number}") for number in range(count)]
    files = harness.files()
    for account in accounts:
        files.add(account.customer, month, ("光", "月額", "10%", 5000))
        await choose(harness, account, WITH)
    await harness.bring(files, publish=False)
    return accounts
