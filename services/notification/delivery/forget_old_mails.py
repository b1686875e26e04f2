"""Mails that ended long ago are of no use to anybody."""

from __future__ import annotations

from datetime import timedelta

from chassis.messaging.inbox import forget_old
from services.notification.delivery import repository
from services.notification.service import Notification

KEPT_FOR = timedelta(days=30)


async def forget_old_mails(service: Notification) -> None:
    """Old mails and old inbox entries go."""
    async with service.database.transaction() as tx:
        await repository.forget_old_mails(tx, KEPT_FOR)
        await forget_old(tx)
