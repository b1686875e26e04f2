"""Identity owes an answer to an activation: it is told again (K17)."""

from __future__ import annotations

from chassis.process.logger import Logger
from services.registration.activation.domain import REDRIVES_BEFORE_ALARM, redrive_delay
from services.registration.provisional import repository
from services.registration.service import Registration

_log = Logger()

BATCH = 500


async def redrive(service: Registration) -> None:
    """Tells identity again of activations it has not answered (K17); from the third time on an operator is
    alarmed.
    """
    async with service.database.transaction() as tx:
        for account in await repository.lock_unanswered(tx, at_most=BATCH):
            redrives, key = account.redrives + 1, account.registration_key
            await service.outbox.add(tx, service.account_activated(account))
            await repository.redrive_in(tx, key, redrive_delay(redrives), redrives=redrives)
            say = _log.error if redrives >= REDRIVES_BEFORE_ALARM else _log.warning
            say("registration.redriven", registration_key=str(key), redrives=redrives)
