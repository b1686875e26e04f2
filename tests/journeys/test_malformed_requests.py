"""Requests that no page understands: what is secret in them is in no log line, whoever wrote it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable

import pytest
from journeys.system import System

TOKEN = "CanaryTokenCanaryTokenCanaryTokenCanaryToke"
COOKIE = "CanarySessionCanarySessionCanarySessionCana"
NUMBER = "7701009942"
SECRETS = (TOKEN, COOKIE, NUMBER)
HEADERS = f"Host: 127.0.0.1\r\nCookie: sid={COOKIE}\r\nOrigin: http://127.0.0.1\r\n"
FORM = f"customer_number={NUMBER}&phone_number=0748660739"


def post(body: bytes, *headers: str) -> bytes:
    """[認証] with that body."""
    told = "".join(f"{header}\r\n" for header in headers)
    start = (
        f"POST /register HTTP/1.1\r\n{HEADERS}Content-Type: application/x-www-form-urlencoded\r\n{told}\r\n"
    )
    return start.encode() + body


REQUESTS: dict[str, Callable[[], bytes]] = {
    "a full stop of Japan after the token": lambda: (
        f"GET /activate/{TOKEN}。 HTTP/1.1\r\n{HEADERS}\r\n".encode()
    ),
    "a space in the address": lambda: f"GET /activate/{TOKEN} x HTTP/1.1\r\n{HEADERS}\r\n".encode(),
    "no version": lambda: f"GET /activate/{TOKEN}\r\n\r\n".encode(),
    "a version of tomorrow": lambda: f"GET /activate/{TOKEN} HTTP/9.9\r\n{HEADERS}\r\n".encode(),
    "a cookie of 9 kB": lambda: (
        f"GET /menu HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: sid={COOKIE}; x={'x' * 9_000}\r\n\r\n".encode()
    ),
    "an address of 9 kB": lambda: f"GET /activate/{TOKEN}{'x' * 9_000} HTTP/1.1\r\n{HEADERS}\r\n".encode(),
    "a bad chunk size": lambda: post(f"zz\r\n{FORM}\r\n0\r\n\r\n".encode(), "Transfer-Encoding: chunked"),
    "two lengths": lambda: post(FORM.encode(), "Content-Length: 5", "Content-Length: 70"),
    "a length that is no number": lambda: post(FORM.encode(), f"Content-Length: {NUMBER}x"),
    "a body that is not gzip": lambda: post(
        FORM.encode(), "Content-Encoding: gzip", f"Content-Length: {len(FORM)}"
    ),
    "a header without a colon": lambda: post(FORM.encode(), f"Broken {COOKIE}"),
    "a header with NUL": lambda: post(FORM.encode(), f"X-Test: {COOKIE}\x00"),
    "a line break in a header": lambda: post(FORM.encode(), f"X-Test: a\n {COOKIE}"),
    "a body cut off": lambda: post(FORM.encode(), "Content-Length: 5000"),
    "a method of nobody": lambda: f"{TOKEN[:15]} / HTTP/1.1\r\n{HEADERS}\r\n".encode(),
    "an expectation": lambda: post(FORM.encode(), f"Expect: {TOKEN}", f"Content-Length: {len(FORM)}"),
    "a foreign host": lambda: f"GET /activate/{TOKEN} HTTP/1.1\r\nHost: evil\r\n\r\n".encode(),
    "a form in no encoding": lambda: post(FORM.encode() + b"&x=%FF%FE", f"Content-Length: {len(FORM) + 9}"),
    "bytes of another protocol": lambda: b"\x16\x03\x01\x02\x00" + TOKEN.encode() + b"\r\n\r\n",
}


async def send(port: int, request: bytes) -> None:
    """Sends it, reads what comes within a second, and hangs up."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    try:
        async with asyncio.timeout(1):
            await writer.drain()
            await reader.read()
    except (TimeoutError, OSError):
        pass
    writer.transport.abort()


@pytest.mark.parametrize("kind", REQUESTS)
async def test_no_secret_of_a_malformed_request_is_in_a_log(system: System, kind: str) -> None:
    """X22: the library that refuses it quotes it in its exception."""
    await send(system.port, REQUESTS[kind]())
    lines = [line for file in (system.folder / "log").iterdir() for line in file.read_bytes().splitlines()]
    assert lines
    assert not [line for line in lines for secret in SECRETS if secret[:15].encode() in line]


async def test_every_line_of_every_log_is_one_json_object(system: System) -> None:
    """Whoever wrote it, and whatever went wrong; the time is UTC."""
    for request in REQUESTS.values():
        await send(system.port, request())
    for file in (system.folder / "log").iterdir():
        for line in file.read_text(encoding="utf-8").splitlines():
            assert json.loads(line)["ts"].endswith("Z"), line
