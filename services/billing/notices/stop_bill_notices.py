"""The link of a mail about a published month: no more of them (RFC 8058)."""

from __future__ import annotations

from chassis.messaging.dispatch import DeliveryInfo
from chassis.messaging.refusal import Refusal
from messages.billing import BillNoticesStopped, RefusalCode, StopBillNotices
from services.billing.notices import repository
from services.billing.service import Billing


async def stop_bill_notices(
    service: Billing, command: StopBillNotices, received: DeliveryInfo
) -> BillNoticesStopped:
    """Whoever got the mail is told of no further month. A second time nothing happens. Refusal:
    STOP_LINK_UNKNOWN, for a link that no mail of the last thirteen months had.
    """
    async with service.database.transaction() as tx:
        account_key = await repository.find_account_of_link(tx, command.stop_token_hash)
        if account_key is None:
            raise Refusal(RefusalCode.STOP_LINK_UNKNOWN)
        await repository.unsubscribe(tx, account_key)
    return BillNoticesStopped()
