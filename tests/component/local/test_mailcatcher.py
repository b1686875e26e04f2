"""The mail catcher of `make up`."""

import asyncio
import os
from collections.abc import AsyncIterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import aiosmtplib
import pytest

from messages.company import CompanyProfile
from mypage.local.mailcatcher.page import with_links
from mypage.local.mailcatcher.server import MailCatcher
from services.notification.orders.domain import MailKind

LINK = "http://localhost:8080/activate#AbC-_123"


@pytest.fixture
async def inbox() -> AsyncIterator[MailCatcher]:
    """A catcher that keeps the mails in memory."""
    catcher = MailCatcher(directory=None, http_port=0, company=CompanyProfile())
    await catcher.start()
    yield catcher
    await catcher.stop()


@pytest.fixture
async def client(inbox: MailCatcher) -> AsyncIterator[aiohttp.ClientSession]:
    """A visitor of its page."""
    async with aiohttp.ClientSession(base_url=inbox.page_url) as session:
        yield session


def registration_mail(subject: str = "仮登録のお知らせ") -> EmailMessage:
    """A mail in two parts, both hostile."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "マイページ <info@example.jp>", "hanako@example.jp", subject
    mail["Date"] = "Mon, 01 Jun 2026 15:30:00 +0000"
    mail.set_content(f"本登録手続きURL：{LINK}。\n<script>alert(1)</script>\n")
    mail.add_alternative(
        f'<html><head></head><body><script>alert(1)</script><a href="{LINK}">本登録</a></body></html>',
        subtype="html",
    )
    return mail


async def send(inbox: MailCatcher, mail: EmailMessage, recipients: list[str] | None = None) -> None:
    """Hands a mail over as the system does."""
    address = urlsplit(inbox.smtp_url)
    await aiosmtplib.send(
        mail, hostname=address.hostname, port=address.port, recipients=recipients, start_tls=False
    )


async def listed(client: aiohttp.ClientSession) -> list[dict[str, Any]]:
    """The JSON list."""
    async with client.get("/api/mails") as response:
        mails: list[dict[str, Any]] = await response.json()
        return mails


async def text_of(client: aiohttp.ClientSession, path: str) -> str:
    """The body of a page that must be there."""
    async with client.get(path) as response:
        assert response.status == 200
        return await response.text()


async def test_a_mail_can_be_read_as_json(inbox: MailCatcher, client: aiohttp.ClientSession) -> None:
    """A test of a journey finds subject, both parts, headers and the real recipients."""
    await send(inbox, registration_mail(), recipients=["hidden@example.jp"])
    [summary] = await listed(client)
    async with client.get(f"/api/mails/{summary['id']}") as response:
        mail = await response.json()
    assert mail["subject"] == "仮登録のお知らせ"
    assert (mail["to"], mail["envelope"]["recipients"]) == ("hanako@example.jp", ["hidden@example.jp"])
    assert LINK in mail["text"]
    assert LINK in mail["html"]
    assert mail["headers"]["Date"] == "Mon, 01 Jun 2026 15:30:00 +0000"


async def test_the_newest_mail_stands_first(inbox: MailCatcher, client: aiohttp.ClientSession) -> None:
    """Both the list for people and the one for programs."""
    for subject in ("一通目", "二通目"):
        await send(inbox, registration_mail(subject))
    assert [mail["subject"] for mail in await listed(client)] == ["二通目", "一通目"]
    page = await text_of(client, "/")
    assert page.index("二通目") < page.index("一通目")


async def test_the_list_shows_the_time_of_japan(inbox: MailCatcher, client: aiohttp.ClientSession) -> None:
    """15:30 UTC is half past midnight of the next day."""
    await send(inbox, registration_mail())
    assert "2026/06/02 00:30:00" in await text_of(client, "/")


async def test_the_link_of_the_text_part_opens_in_a_new_tab(
    inbox: MailCatcher, client: aiohttp.ClientSession
) -> None:
    """本登録手続きURL is clickable although Japanese punctuation follows it, and what looks like markup is
    shown as text.
    """
    await send(inbox, registration_mail())
    [summary] = await listed(client)
    page = await text_of(client, f"/mails/{summary['id']}")
    assert f'<a href="{LINK}" target="_blank" rel="noopener noreferrer">{LINK}</a>。' in page
    assert "<script" not in page


async def test_the_html_part_is_sandboxed(inbox: MailCatcher, client: aiohttp.ClientSession) -> None:
    """Neither the frame nor its own address lets a script of a mail run."""
    await send(inbox, registration_mail())
    [summary] = await listed(client)
    page = await text_of(client, f"/mails/{summary['id']}")
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in page
    async with client.get(f"/mails/{summary['id']}/html") as response:
        policy = response.headers["Content-Security-Policy"]
        assert '<head><base target="_blank">' in await response.text()
    assert policy.startswith("default-src 'none'")
    assert "sandbox" in policy
    assert "script" not in policy


async def test_pages_load_nothing_from_elsewhere(inbox: MailCatcher, client: aiohttp.ClientSession) -> None:
    """The one stylesheet comes from the catcher itself."""
    async with client.get("/") as response:
        assert response.headers["Content-Security-Policy"].startswith("default-src 'none'; style-src 'self'")
    assert "body" in await text_of(client, "/inbox.css")


async def test_every_kind_of_mail_can_be_seen_without_sending_one(client: aiohttp.ClientSession) -> None:
    """Subject, text and a sandboxed frame of each, and a page of its own as a caught mail has."""
    page = await text_of(client, "/samples")
    assert page.count("<h2") == len(MailKind)
    for kind in MailKind:
        assert f'<a href="/samples/{kind}">' in page
        assert f'<iframe src="/samples/{kind}/html"' in page
        assert "株式会社 あいコムこうか" in await text_of(client, f"/samples/{kind}")
        assert '<base target="_blank">' in await text_of(client, f"/samples/{kind}/html")
    assert "仮登録有効期限" in page
    assert await listed(client) == []


@pytest.mark.parametrize(
    "path",
    [
        "/samples/receipt",
        "/samples/x/html",
        "/mails/activation",
        "/mails/00000009",
        "/api/mails/00000009",
        "/api/mails/..%2F..%2Fpostgres.json/raw",
        "/mails/x/html",
    ],
)
async def test_an_unknown_mail_is_not_found(client: aiohttp.ClientSession, path: str) -> None:
    """A name from outside leads to a mail or to nothing."""
    async with client.get(path) as response:
        assert response.status == 404
        assert await response.json() == {"error": "mail_not_found"}


async def test_mails_survive_a_restart(tmp_path: Path) -> None:
    """The next start shows them, byte for byte, and goes on counting."""
    raws = []
    for subject in ("一通目", "二通目"):
        inbox = MailCatcher(directory=tmp_path / "mails", http_port=0, company=CompanyProfile())
        await inbox.start()
        await send(inbox, registration_mail(subject))
        async with aiohttp.ClientSession(base_url=inbox.page_url) as client:
            raws.append(await text_of(client, "/api/mails/00000001/raw"))
            subjects = [mail["subject"] for mail in await listed(client)]
        await inbox.stop()
    assert subjects == ["二通目", "一通目"]
    assert raws[0] == raws[1]


async def test_only_the_500_newest_mails_are_kept(tmp_path: Path) -> None:
    """A long trial fills neither the disk nor the memory."""
    (tmp_path / "00000001.eml").write_bytes(b"Subject: first\r\n\r\nhello\r\n")
    for number in range(2, 501):
        (tmp_path / f"{number:08d}.eml").write_bytes(b"Subject: other\r\n\r\nhello\r\n")
    inbox = MailCatcher(directory=tmp_path, http_port=0, company=CompanyProfile())
    await inbox.start()
    await send(inbox, registration_mail())
    await inbox.stop()
    names = sorted(os.listdir(tmp_path))
    assert (len(names), names[0], names[-1]) == (500, "00000002.eml", "00000501.eml")


async def test_a_stop_ends_a_connection_that_is_still_open(inbox: MailCatcher) -> None:
    """A sender that keeps its connection does not keep the catcher alive."""
    reader, writer = await asyncio.open_connection("127.0.0.1", urlsplit(inbox.smtp_url).port)
    assert (await reader.readline()).startswith(b"220")
    async with asyncio.timeout(30):  # a connection that was left open would never end by itself
        await inbox.stop()
        assert await reader.read() == b""
    writer.close()


async def test_an_occupied_port_is_reported_and_nothing_stays_open(inbox: MailCatcher) -> None:
    """Whoever starts the system twice sees why, and can stop the second one."""
    second = MailCatcher(
        directory=None, http_port=urlsplit(inbox.page_url).port or 0, company=CompanyProfile()
    )
    with pytest.raises(OSError, match="address already in use"):
        await second.start()
    await second.stop()


def test_an_address_ends_where_the_sentence_goes_on() -> None:
    """Brackets and full stops of either script are not part of an address."""
    assert with_links("（https://a.example/b?c=d）") == [
        ("（", False),
        ("https://a.example/b?c=d", True),
        ("）", False),
    ]
    assert with_links("See https://a.example/b.") == [
        ("See ", False),
        ("https://a.example/b", True),
        (".", False),
    ]
