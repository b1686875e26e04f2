"""Mails that ended long ago are of no use to anybody."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from chassis.database.batches import delete_in_batches
from chassis.messaging.inbox import forget_old
from services.notification.delivery import repository
from services.notification.service import Notification

KEPT_FOR = timedelta(days=30)


async def forget_old_mails(service: Notification) -> None:
    """Old mails and old inbox entries go."""
    mails = partial(repository.forget_old_mails, older_than=KEPT_FOR)
    await delete_in_batches(service.database, {"mails": mails, "inbox": forget_old})
