"""Billing has published somebody's statement: identity says whom to write to (ADR 0055)."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from support.identity_harness import Harness, received

from chassis.security.sealing import Sealed, Sealer
from messages.billing import PublishedBill, StatementPublished
from messages.identity import AccountMailRecipient, BillNoticeAddressed
from messages.values import BillingMonth
from mypage.local.key_ring import KeyRing
from services.identity.accounts.address_bill_notice import address_bill_notice

BOX: Sealed[PublishedBill] = Sealer(KeyRing.generate().sealing_public).seal(
    PublishedBill(stop_token="x", amount_yen=5_500), to="notification", bound_to="somebody's notice"
)


def published(account_key: UUID) -> StatementPublished:
    """What billing says."""
    return StatementPublished(
        notice_key=uuid4(), account_key=account_key, billing_month=BillingMonth(2026, 10), bill=BOX
    )


async def account_key_of(harness: Harness) -> UUID:
    """The one account there is."""
    await harness.given_account()
    return UUID(str((await harness.run("SELECT account_key FROM accounts"))[0][0]))


async def test_the_notice_gets_the_accounts_address_and_the_bill_is_handed_on_unread(
    harness: Harness,
) -> None:
    """Sealed for notification: nothing personal lies in a queue in clear."""
    event = published(await account_key_of(harness))
    await address_bill_notice(harness.service, event, received())
    [addressed] = await harness.said(BillNoticeAddressed)
    recipient = harness.opened_by_notification(addressed, AccountMailRecipient)
    assert (recipient.email_address, recipient.nickname) == ("taro@example.jp", "たろう")
    assert (addressed.notice_key, addressed.billing_month) == (event.notice_key, event.billing_month)
    assert addressed.bill.model_dump() == event.bill.model_dump()
    [row] = await harness.run("SELECT body FROM outbox")
    assert b"taro@example.jp" not in row["body"]


async def test_a_doubled_delivery_is_said_once(harness: Harness) -> None:
    """The inbox; a redrive under the same id, too."""
    event, message_id = published(await account_key_of(harness)), uuid4()
    for _ in range(3):
        await address_bill_notice(harness.service, event, received(message_id))
    assert len(await harness.said(BillNoticeAddressed)) == 1


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE accounts SET frozen_at = now()",
        """
        UPDATE accounts SET closed_at = now(), account_id_as_typed = NULL, account_id_folded = NULL,
            password_hash = NULL, email_address = NULL, nickname = NULL
        """,
        "DELETE FROM accounts",
    ],
    ids=["frozen", "closed", "gone"],
)
async def test_nobody_is_written_to_whose_account_is_not_open(harness: Harness, change: str) -> None:
    """Q23: of a frozen one it is not known whose statements these are."""
    event = published(await account_key_of(harness))
    await harness.run(change)
    await address_bill_notice(harness.service, event, received())
    assert await harness.said(BillNoticeAddressed) == []


async def test_nobody_is_written_to_before_the_account_is_there(harness: Harness) -> None:
    """Not yet activated, or never."""
    await address_bill_notice(harness.service, published(uuid4()), received())
    assert await harness.said(BillNoticeAddressed) == []
