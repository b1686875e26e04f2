"""Static files and the guide: packed once, and sent again only to who has another version."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import pytest
from support.raw_http import Serve, answer_to
from support.scripted_services import Browser, Services, StartPortal

import gateway
from chassis.messaging.memory import MemoryBus
from messages.topology import TOPOLOGY

STATIC = Path(gateway.__file__).parent / "static"
FILES = sorted(path.relative_to(STATIC).as_posix() for path in STATIC.rglob("*.*"))
BOTH = ["/static/style.css", "/guide"]
LOG_OUT = b'action="/logout"'


class Answer:
    """What came, as it came."""

    def __init__(self, status: int, headers: Any, body: bytes) -> None:
        self.status, self.headers, self.body = status, headers, body

    @property
    def text(self) -> bytes:
        """Unpacked."""
        return gzip.decompress(self.body) if self.headers.get("Content-Encoding") == "gzip" else self.body


async def ask(browser: Browser, path: str, method: str = "GET", **headers: str) -> Answer:
    """One request. Names of headers are written with `_`."""
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    async with browser.client.session.request(
        method,
        browser.client.make_url(path),
        headers=sent,
        auto_decompress=False,
        skip_auto_headers=["Accept-Encoding"],
    ) as answer:
        return Answer(answer.status, answer.headers, await answer.read())


@pytest.fixture
async def stranger(start_portal: StartPortal) -> Browser:
    """A browser without any cookie; no service is needed, and none is there."""
    return await start_portal(MemoryBus(TOPOLOGY))


@pytest.mark.parametrize("name", FILES)
async def test_each_file_is_sent_as_it_is_in_the_folder_packed_or_not(stranger: Browser, name: str) -> None:
    """Byte by byte, with its kind; a text is shorter when it is packed, a picture is packed in itself."""
    kinds = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
    text = kinds.get(Path(name).suffix)
    plain = await ask(stranger, f"/static/{name}")
    packed = await ask(stranger, f"/static/{name}", Accept_Encoding="gzip")
    for answer in (plain, packed):
        assert answer.status == 200
        assert answer.text == (STATIC / name).read_bytes()
        assert answer.headers["Content-Type"] == (f"{text}; charset=utf-8" if text else "image/png")
        assert answer.headers["Content-Length"] == str(len(answer.body))
    assert "Content-Encoding" not in plain.headers
    if text is None:
        assert packed.body == plain.body
        return
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.body[4:8] == bytes(4), "the moment of packing is inside: each gateway has a tag of its own"
    assert len(packed.body) < len(plain.body)


@pytest.mark.parametrize("path", BOTH)
async def test_each_coding_has_a_strong_tag_of_its_own(stranger: Browser, path: str) -> None:
    """RFC 9110, 8.8.3.3: a strong tag promises the very bytes."""
    tags = []
    for accepted in ("identity", "gzip"):
        tag = (await ask(stranger, path, Accept_Encoding=accepted)).headers["ETag"]
        assert (tag[0], tag[-1]) == ('"', '"')
        assert (await ask(stranger, path, Accept_Encoding=accepted)).headers["ETag"] == tag
        tags.append(tag)
    assert tags[0] != tags[1]


@pytest.mark.parametrize("path", BOTH)
async def test_two_gateways_send_the_same_tags(start_portal: StartPortal, path: str) -> None:
    """Whichever of them a balancer asks next."""
    first, second = await start_portal(MemoryBus(TOPOLOGY)), await start_portal(MemoryBus(TOPOLOGY))
    tags = {(await ask(each, path, Accept_Encoding="gzip")).headers["ETag"] for each in (first, second)}
    assert len(tags) == 1


@pytest.mark.parametrize("path", BOTH)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("written", ["{}", "W/{}", '"other", W/"more" , {}', ' {},"other"', "*"])
async def test_who_has_it_already_is_told_so_without_a_body(
    stranger: Browser, path: str, method: str, written: str
) -> None:
    """RFC 9110, 13.1.2 and 15.4.5: weak comparison, lists and `*`; 304 says what a cache must know."""
    known = await ask(stranger, path, Accept_Encoding="gzip")
    said = written.format(known.headers["ETag"])
    again = await ask(stranger, path, method, Accept_Encoding="gzip", If_None_Match=said)
    assert (again.status, again.body) == (304, b"")
    for header in ("ETag", "Cache-Control", "Vary", "Content-Security-Policy"):
        assert again.headers[header] == known.headers[header]
    assert not {"Content-Encoding", "Content-Length", "Content-Type"} & set(again.headers)


@pytest.mark.parametrize("path", BOTH)
@pytest.mark.parametrize("written", ['"other"', "{bare}", '"*"', '"x{bare}"', ""])
async def test_who_has_another_version_is_sent_this_one(stranger: Browser, path: str, written: str) -> None:
    """A tag without its quotes is none; a quoted asterisk is a tag like any other."""
    tag = (await ask(stranger, path)).headers["ETag"]
    again = await ask(stranger, path, If_None_Match=written.format(bare=tag.strip('"')))
    assert again.status == 200
    assert again.body


@pytest.mark.parametrize("path", BOTH)
async def test_the_tag_of_another_coding_does_not_count(stranger: Browser, path: str) -> None:
    """Who can read plain text only must not be told to use his packed one."""
    packed = (await ask(stranger, path, Accept_Encoding="gzip")).headers["ETag"]
    assert (await ask(stranger, path, Accept_Encoding="identity", If_None_Match=packed)).status == 200


@pytest.mark.parametrize("path", BOTH)
async def test_head_says_what_get_would(stranger: Browser, path: str) -> None:
    """RFC 9110, 9.3.2."""
    asked = await ask(stranger, path, Accept_Encoding="gzip")
    head = await ask(stranger, path, "HEAD", Accept_Encoding="gzip")
    assert (head.status, head.body) == (200, b"")
    for header in ("ETag", "Content-Length", "Content-Encoding", "Content-Type", "Vary", "Cache-Control"):
        assert head.headers[header] == asked.headers[header]


@pytest.mark.parametrize("path", BOTH)
async def test_who_takes_no_coding_of_ours_is_told_so_by_our_own_page(stranger: Browser, path: str) -> None:
    """RFC 9110, 15.5.7; nobody keeps that."""
    answer = await ask(stranger, path, Accept_Encoding="br, identity;q=0")
    assert (answer.status, answer.headers["Cache-Control"]) == (406, "no-store")
    assert "受け取れる形式" in answer.body.decode()


async def test_accept_encoding_in_two_lines_is_one_list(serve: Serve) -> None:
    """RFC 9110, 5.3; and so is If-None-Match."""
    port = await serve()
    asking = b"GET /static/style.css HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
    answer = await answer_to(port, asking + b"Accept-Encoding: br\r\nAccept-Encoding: gzip\r\n\r\n")
    head = answer.partition(b"\r\n\r\n")[0]
    assert b"Content-Encoding: gzip" in head
    tag = head.partition(b"ETag: ")[2].partition(b"\r\n")[0]
    conditions = b'Accept-Encoding: gzip\r\nIf-None-Match: "other"\r\nIf-None-Match: ' + tag + b"\r\n\r\n"
    assert (await answer_to(port, asking + conditions)).startswith(b"HTTP/1.1 304 ")


async def test_the_guide_of_strangers_is_asked_about_each_time(stranger: Browser) -> None:
    """A browser that has it asks whether it still holds, and caches know that cookies change it (X35)."""
    guide = await ask(stranger, "/guide", Accept_Encoding="gzip")
    assert guide.headers["Cache-Control"] == "no-cache"
    assert guide.headers["Vary"] == "Accept-Encoding, Cookie"
    assert "Set-Cookie" not in guide.headers


async def test_a_customers_guide_is_kept_by_nobody_and_is_no_strangers(logged_in: Browser) -> None:
    """X35: his header, unpacked, to be stored nowhere, whatever his browser says that it has."""
    for said in ("*", '"other"'):
        guide = await ask(logged_in, "/guide", Accept_Encoding="gzip", If_None_Match=said)
        assert (guide.status, guide.headers["Cache-Control"]) == (200, "no-store")
        assert LOG_OUT in guide.body
        assert "ETag" not in guide.headers


async def test_what_a_customer_was_shown_first_is_shown_to_no_stranger(
    logged_in: Browser, services: Services
) -> None:
    """X35: the first to ask at this gateway is a customer, the second one is not; and the other way round."""
    assert LOG_OUT in (await ask(logged_in, "/guide")).body
    logged_in.client.session.cookie_jar.clear()
    strangers = await ask(logged_in, "/guide")
    assert LOG_OUT not in strangers.body
    tag = strangers.headers["ETag"]
    await logged_in.post("/login", account_id="taro-01", password="x")
    assert LOG_OUT in (await ask(logged_in, "/guide", If_None_Match=tag)).body


async def test_a_notice_is_shown_on_the_guide_once_and_kept_by_nobody(logged_in: Browser) -> None:
    """Whoever has logged out and opens the guide is told so there; the next stranger is not."""
    await logged_in.post("/logout")
    told = await ask(logged_in, "/guide")
    assert "ログアウトしました" in told.body.decode()
    assert told.headers["Cache-Control"] == "no-store"
    after = await ask(logged_in, "/guide")
    assert "ログアウトしました" not in after.body.decode()
    assert "ETag" in after.headers


async def test_pages_of_a_customer_are_never_packed(logged_in: Browser) -> None:
    """BREACH: the length of a packed secret tells of it."""
    for path in ("/menu", "/charges", "/login", "/guide"):
        assert "Content-Encoding" not in (await ask(logged_in, path, Accept_Encoding="gzip")).headers
