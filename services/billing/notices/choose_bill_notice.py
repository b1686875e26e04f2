"""[保存する] of お知らせメール on the settings page."""

from __future__ import annotations

from chassis.messaging.dispatch import DeliveryInfo
from messages.billing import BillNoticeChoice, BillNoticeShown, ChooseBillNotice
from services.billing.notices import repository
from services.billing.notices.domain import Subscriber
from services.billing.service import Billing


async def choose_bill_notice(
    service: Billing, command: ChooseBillNotice, received: DeliveryInfo
) -> BillNoticeShown:
    """The customer's choice from now on, of the months that are published after it. Whose it is says
    identity's word alone. Raises SESSION_ENDED without a fresh one.
    """
    session = await service.session_of(command.session_assertion)
    async with service.database.autocommit() as tx:
        if command.choice is BillNoticeChoice.OFF:
            await repository.unsubscribe(tx, session.account_key)
        else:
            subscriber = Subscriber(
                account_key=session.account_key,
                contract_key=session.contract_key,
                customer_number=session.customer_number,
                charges_from=session.charges_from,
                with_amount=command.choice is BillNoticeChoice.WITH_AMOUNT,
            )
            await repository.subscribe(tx, subscriber)
    return BillNoticeShown(choice=command.choice)
