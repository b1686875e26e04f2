"""Nobody has heard of a mail: its order is said again (K12)."""

from __future__ import annotations

from chassis.database import db
from chassis.process.logger import Logger
from chassis.security.tokens import new_token, token_hash
from services.registration.provisional import repository
from services.registration.saga.domain import MAIL_ORDERS_BEFORE_ALARM, mail_order_delay
from services.registration.saga.repository import add_activation_token, note_mail_order
from services.registration.service import Registration

_log = Logger()

BATCH = 500


async def order_mails_again(service: Registration) -> None:
    """Orders the mail of registrations of which notification should have told by now; from the third order on
    an operator is alarmed.

    Notification sends a mail only where it has none on order, and else says again what became of it. The
    order carries a token beside the earlier one, of which only the hash is known; either opens the link.
    """
    async with service.database.transaction() as tx:
        waiting = await repository.lock_without_mail(tx, at_most=BATCH)
        now = await db.now(tx)
        for account in waiting:
            if not account.is_live(now):
                continue
            token, orders, key = new_token(), account.mail_orders + 1, account.registration_key
            await add_activation_token(tx, key, token_hash(token))
            address = account.new_account().email_address
            order = service.provisionally_registered(key, account.registered_at, address, token)
            await service.outbox.add(tx, order)
            await note_mail_order(tx, key, orders, mail_order_delay(orders))
            say = _log.error if orders >= MAIL_ORDERS_BEFORE_ALARM else _log.warning
            say("registration.mail_ordered_again", registration_key=str(key), orders=orders)
