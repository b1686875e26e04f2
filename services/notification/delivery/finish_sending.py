"""At the end of the process."""

from __future__ import annotations

import asyncio

from services.notification.service import Notification

STOP_WITHIN = 7.0  # seconds


async def finish_sending(service: Notification) -> None:
    """Waits for the mails that are just leaving; one that takes longer is sent again by whoever takes its
    lease over.
    """
    if service.sending:
        await asyncio.wait(service.sending, timeout=STOP_WITHIN)
