"""Requests byte by byte, and what comes back."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

Serve = Callable[..., Awaitable[int]]
"""`await serve(header_seconds=...)` serves the portal and gives its port."""

HEAD = b"Host: 127.0.0.1\r\nSec-Fetch-Site: same-origin\r\n"
FORM = b"POST /login HTTP/1.1\r\n" + HEAD + b"Content-Type: application/x-www-form-urlencoded\r\n"
LONG_ENOUGH = 30  # seconds: a bound on hanging, nothing else


async def answer_to(port: int, sent: bytes) -> bytes:
    """All that comes until the server closes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(sent)
    async with asyncio.timeout(LONG_ENOUGH):
        try:
            answer = await reader.read()
        except ConnectionResetError:
            answer = b""
    writer.close()
    return answer
