"""Forms as a browser sends them that was shown the page of theirs: with its cookie and the token inside."""

from __future__ import annotations

import re
from typing import Any

import aiohttp

_FORM_TOKEN = re.compile('name="form_token" value="([^"]+)"')


def form_token_in(page: str) -> str:
    """The token of the page's forms; empty where it has none."""
    found = _FORM_TOKEN.search(page)
    return found[1] if found else ""


async def own_form(
    session: aiohttp.ClientSession, url: str, **how: Any
) -> tuple[dict[str, str], dict[str, str]]:
    """Opens the log-in screen of the portal at `url`: a Cookie header, and the hidden field, for any form."""
    async with session.get(f"{url}/login", **how) as answer:
        page = await answer.text()
        cookies = "; ".join(f"{each.key}={each.value}" for each in answer.cookies.values())
    return {"Cookie": cookies} if cookies else {}, {"form_token": form_token_in(page)}
