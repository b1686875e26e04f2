"""What the health pages of processes say."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import aiohttp

ANSWERS_WITHIN = aiohttp.ClientTimeout(total=3)


async def missing(admin_urls: Mapping[str, str]) -> dict[str, str]:
    """What keeps processes from being ready, by name; empty when all are."""
    async with aiohttp.ClientSession(timeout=ANSWERS_WITHIN) as session:
        answers = await asyncio.gather(*(_problem(session, url) for url in admin_urls.values()))
    return {name: answer for name, answer in zip(admin_urls, answers, strict=True) if answer}


async def _problem(session: aiohttp.ClientSession, admin_url: str) -> str:
    try:
        async with session.get(f"{admin_url}/readyz") as answer:
            return "" if answer.status == 200 else await answer.text()
    except (aiohttp.ClientError, TimeoutError) as error:
        return type(error).__name__
