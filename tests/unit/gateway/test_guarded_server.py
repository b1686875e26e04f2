"""What the server bears on real sockets: slow, broken and too many requests, and browsers that hang up."""

from __future__ import annotations

import asyncio
import gzip

import pytest
from support.captured_logs import capture_logs
from support.raw_http import FORM, HEAD, LONG_ENOUGH, Serve, answer_to

PACKED = gzip.compress(b"a" * 5_000_000)
GROWING = b"Content-Length: %d\r\n\r\n" % len(PACKED) + PACKED


REFUSED = {
    "no request at all": (b"\x16\x03\x01 hello\r\n\r\n", 400),
    "HTTP/0.9": (b"GET /\r\n\r\n", 400),
    "HTTP/2 in clear": (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400),
    "an unknown version": (b"GET / HTTP/9.9\r\n" + HEAD + b"\r\n", 400),
    "two Host lines": (b"GET /login HTTP/1.1\r\n" + HEAD + b"Host: evil.example\r\n\r\n", 400),
    "a method with a bracket": (b"G(T / HTTP/1.1\r\n" + HEAD + b"\r\n", 400),
    "a path of 9,000 characters": (b"GET /" + b"a" * 9000 + b" HTTP/1.1\r\n" + HEAD + b"\r\n", 431),
    "9 kB of cookies": (b"GET /login HTTP/1.1\r\n" + HEAD + b"Cookie: a=" + b"b" * 9000 + b"\r\n\r\n", 431),
    "a header without a colon": (b"GET / HTTP/1.1\r\n" + HEAD + b"nonsense\r\n\r\n", 400),
    "NUL in a header": (b"GET / HTTP/1.1\r\n" + HEAD + b"X-A: \x00\r\n\r\n", 400),
    "a length that is no number": (FORM + b"Content-Length: ten\r\n\r\n", 400),
    "a negative length": (FORM + b"Content-Length: -1\r\n\r\n", 400),
    "two lengths": (FORM + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nab", 400),
    "length and chunks": (FORM + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
    "a bad chunk size": (FORM + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n", 400),
    "an unknown expectation": (FORM + b"Expect: tea\r\nContent-Length: 0\r\n\r\n", 417),
    "a body that is not gzip": (FORM + b"Content-Encoding: gzip\r\nContent-Length: 4\r\n\r\nabcd", 400),
    "a body that is not deflate": (
        FORM + b"Content-Encoding: deflate\r\nContent-Length: 4\r\n\r\n\xff\xff\xff\xff",
        400,
    ),
    "a body in brotli": (FORM + b"Content-Encoding: br\r\nContent-Length: 4\r\n\r\nabcd", 415),
    "a bad chunk after a good one": (FORM + b"Transfer-Encoding: chunked\r\n\r\n1\r\na\r\nq\r\n", 400),
    "a body that grows when unpacked": (FORM + b"Content-Encoding: gzip\r\n" + GROWING, 413),
    "a body too large": (FORM + b"Content-Length: 70000\r\n\r\n" + b"a" * 70000, 413),
    "an invented method": (b"BREW / HTTP/1.1\r\n" + HEAD + b"\r\n", 400),
    "a method that no page has": (
        b"PROPFIND / HTTP/1.1\r\n" + HEAD + b"\r\n",
        405,
    ),
    "no host": (b"GET /login HTTP/1.1\r\n\r\n", 400),
    "a foreign host": (b"GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n", 400),
}
SERVED = {
    "a page": (b"GET /login HTTP/1.1\r\n" + HEAD, 200),
    "a redirect": (b"GET /menu HTTP/1.1\r\n" + HEAD, 303),
    "no page": (b"GET /nowhere HTTP/1.1\r\n" + HEAD, 404),
    "a file": (b"GET /static/style.css HTTP/1.1\r\n" + HEAD, 200),
    "a foreign form": (b"POST /login HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\n", 403),
}
ANSWERED = REFUSED | {
    name: (sent + b"Connection: close\r\n\r\n", status) for name, (sent, status) in SERVED.items()
}


@pytest.mark.parametrize("name", ANSWERED)
async def test_every_answer_has_our_headers(name: str, serve: Serve) -> None:
    """Pages, files, redirects, errors, and what never reaches a page: none names the library's version."""
    sent, status = ANSWERED[name]
    answer = await answer_to(await serve(header_seconds=1, body_seconds=1), sent)
    head = answer.partition(b"\r\n\r\n")[0].decode()
    assert head.split()[1] == str(status)
    lines = dict(line.split(": ", 1) for line in head.split("\r\n")[1:])
    assert lines["Server"] == "mypage"
    assert lines["X-Content-Type-Options"] == "nosniff"
    assert lines["X-Frame-Options"] == "DENY"
    assert lines["Content-Security-Policy"].startswith("default-src 'none'")
    assert lines["Cross-Origin-Opener-Policy"] == lines["Cross-Origin-Resource-Policy"] == "same-origin"
    assert lines["Cross-Origin-Embedder-Policy"] == "require-corp"
    assert {"Referrer-Policy", "Cache-Control"} <= lines.keys()
    assert len(lines["X-Request-ID"]) == 16
    for feature in ("camera", "bluetooth", "storage-access", "xr-spatial-tracking", "browsing-topics"):
        assert f"{feature}=()" in lines["Permissions-Policy"]
    assert "publickey-credentials-get=(self)" in lines["Permissions-Policy"]
    assert "publickey-credentials-create=(self)" in lines["Permissions-Policy"]
    assert "aiohttp" not in answer.decode(errors="replace").lower()
    if status >= 400:
        assert '<html lang="ja"' in answer.decode()


async def test_what_could_not_be_read_is_one_line_of_the_log(
    serve: Serve, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without a traceback and without what was sent; the page shows the id that the line has."""
    port = await serve()
    with capture_logs() as lines:
        answer = await answer_to(port, b"GET / secret-token HTTP/1.1\r\n\r\n")
    served = [line for line in lines if line["event"] == "request.served"]
    assert [line["status"] for line in served] == [400]
    assert "受付番号" in answer.decode()
    assert "secret-token" not in repr(lines) + capsys.readouterr().err


@pytest.mark.parametrize(
    "begun", [b"", b"GET", b"GET / HTTP/1.1\r\n", b"GET / HTTP/1.1\r\nHost: 127", b"\r\n\r\n"]
)
async def test_headers_that_do_not_end_end_the_connection(begun: bytes, serve: Serve) -> None:
    """However far they have come."""
    assert await answer_to(await serve(header_seconds=0.2), begun) == b""


async def test_headers_in_drops_gain_no_time(serve: Serve) -> None:
    """Each byte that comes is not a new deadline."""
    reader, writer = await asyncio.open_connection("127.0.0.1", await serve(header_seconds=0.3))
    closed = asyncio.ensure_future(reader.read())
    async with asyncio.timeout(LONG_ENOUGH):
        while not closed.done():
            writer.write(b"a")
            await asyncio.sleep(0.05)
    writer.close()


@pytest.mark.parametrize("begun", [b"", b"account_id=", b"a" * 400])
async def test_a_body_that_does_not_end_is_answered_with_a_page(begun: bytes, serve: Serve) -> None:
    """408, and the connection is closed."""
    answer = await answer_to(await serve(body_seconds=0.2), FORM + b"Content-Length: 500\r\n\r\n" + begun)
    assert answer.startswith(b"HTTP/1.1 408")
    assert "もう一度送信" in answer.decode()


async def test_who_does_not_take_his_answers_is_cut_off(serve: Serve) -> None:
    """Pages that pile up in the server are given up; without that, the writer below never hears of it."""
    reader, writer = await asyncio.open_connection("127.0.0.1", await serve(answer_seconds=0.3), limit=1)

    async def ask_for_ever() -> None:
        while True:
            writer.write((b"GET /static/style.css HTTP/1.1\r\n" + HEAD + b"\r\n") * 50)
            await writer.drain()
            await asyncio.sleep(0)

    with pytest.raises(ConnectionError):
        await asyncio.wait_for(ask_for_ever(), LONG_ENOUGH)
    writer.close()
    assert reader  # held: the connection would close with it


async def test_a_hang_up_in_the_body_is_no_fault_of_ours(serve: Serve) -> None:
    """499 in the access line, and no other line."""
    port = await serve()
    with capture_logs() as lines:
        _, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(FORM + b"Content-Length: 500\r\n\r\nabc")
        await writer.drain()
        await asyncio.sleep(0.2)
        writer.transport.abort()
        async with asyncio.timeout(LONG_ENOUGH):
            while not lines:
                await asyncio.sleep(0.02)
        await asyncio.sleep(0.1)
    assert [(line["event"], line.get("status")) for line in lines] == [("request.served", 499)]


@pytest.mark.parametrize("limit", ["max_connections", "max_connections_per_client"])
async def test_a_connection_too_many_is_closed_and_gives_its_place_back(limit: str, serve: Serve) -> None:
    """The others are served; when one ends, the next comes in."""
    port = await serve(**{limit: 10}, trusted_proxy_networks="10.0.0.0/8")
    page = b"GET /login HTTP/1.1\r\n" + HEAD + b"\r\n"
    held = [await asyncio.open_connection("127.0.0.1", port) for _ in range(10)]
    assert await answer_to(port, page) == b""
    reader, writer = held.pop()
    writer.write(page)
    assert (await reader.readline()).startswith(b"HTTP/1.1 200")
    writer.transport.abort()
    closing = page.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n")
    async with asyncio.timeout(LONG_ENOUGH):
        while not (await answer_to(port, closing)).startswith(b"HTTP/1.1 200"):
            await asyncio.sleep(0.02)
    for _, other in held:
        other.close()


async def test_a_proxy_of_ours_may_have_more_connections_than_a_client(serve: Serve) -> None:
    """It speaks for all of them."""
    port = await serve(max_connections_per_client=1, trusted_proxy_networks="127.0.0.0/8")
    held = [await asyncio.open_connection("127.0.0.1", port) for _ in range(3)]
    closing = b"GET /login HTTP/1.1\r\n" + HEAD + b"Connection: close\r\n\r\n"
    assert (await answer_to(port, closing)).startswith(b"HTTP/1.1 200")
    for _, other in held:
        other.close()


async def test_requests_sent_at_once_are_answered_in_their_order(serve: Serve) -> None:
    """Pipelining (HTTP/1.1), with a body between."""
    sent = b"GET /nowhere HTTP/1.1\r\n" + HEAD + b"\r\n"
    sent += FORM.replace(b"same-origin", b"cross-site") + b"Content-Length: 3\r\n\r\na=b"
    sent += b"GET /login HTTP/1.1\r\n" + HEAD + b"Connection: close\r\n\r\n"
    answer = await answer_to(await serve(), sent)
    assert [part[:3] for part in answer.split(b"HTTP/1.1 ")[1:]] == [b"404", b"403", b"200"]
