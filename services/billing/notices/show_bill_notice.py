"""What the settings page shows of the mails about published months."""

from __future__ import annotations

from chassis.messaging.dispatch import DeliveryInfo
from messages.billing import BillNoticeShown, ShowBillNotice
from services.billing.notices import repository
from services.billing.notices.domain import choice_of
from services.billing.service import Billing


async def show_bill_notice(
    service: Billing, query: ShowBillNotice, received: DeliveryInfo
) -> BillNoticeShown:
    """What this customer has chosen. Raises SESSION_ENDED without a fresh word of identity."""
    session = await service.session_of(query.session_assertion)
    async with service.database.autocommit() as tx:
        with_amount = await repository.find_with_amount(tx, session.account_key)
    return BillNoticeShown(choice=choice_of(with_amount))
