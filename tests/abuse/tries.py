"""What strangers do to the portal, and what of its answers may differ."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Iterable

from pages.visitor import Visitor

_OF_ONE_ANSWER = re.compile(r'(name="form" value|name="draft" value)="[^"]*"|value="[^"]*"|約\d+分後')


def said(visitor: Visitor) -> str:
    """The page without what differs between two answers anyway: what was typed, tokens, minutes."""
    return _OF_ONE_ANSWER.sub("", visitor.html)


async def each(visitors: Iterable[Awaitable[None]]) -> None:
    """Side by side."""
    await asyncio.gather(*visitors)


async def log_in(visitor: Visitor, account_id: str, password: str = "Wrong-123") -> int:
    """The status of one try; the form is opened once."""
    if "ログイン" not in visitor.html:
        await visitor.opens("/login")
    await visitor.presses("ログイン", account_id=account_id, password=password)
    return visitor.status
