"""The link in a mail that stops these mails: one click for programs (RFC 8058), a page for people."""

from __future__ import annotations

import pytest
from support.captured_logs import capture_logs
from support.scripted_services import Browser, Services

from chassis.security.tokens import new_token, token_hash
from messages.billing import BillNoticesStopped, RefusalCode, StopBillNotices

ONE_CLICK = b"List-Unsubscribe=One-Click"
MULTIPART = "multipart/form-data; boundary=---part"
HEAD_OF_PART = b'-----part\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\n'
IN_PARTS = HEAD_OF_PART + b"One-Click\r\n-----part--\r\n"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "https://mail.example"},
        {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
        {"Referer": "https://mail.example/inbox"},
        {"User-Agent": ""},
    ],
)
@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/x-www-form-urlencoded", ONE_CLICK),
        ("application/x-www-form-urlencoded; charset=utf-8", ONE_CLICK),
        (MULTIPART, IN_PARTS),
        ('multipart/form-data; boundary="---part"', IN_PARTS),
    ],
)
async def test_one_click_of_a_mail_program_stops_the_mails(
    browser: Browser, services: Services, headers: dict[str, str], content_type: str, body: bytes
) -> None:
    """No log-in, no cookie, wherever it comes from, in both codings, without a redirect; twice as well."""
    services.answer(StopBillNotices, BillNoticesStopped())
    token = new_token()
    for _ in range(2):
        answer = await browser.post_raw(f"/stop/{token}", body, headers, content_type)
        assert answer.status == 200
        assert "お知らせメールを停止しました" in answer.text
        assert token not in answer.text
        assert answer.headers["Referrer-Policy"] == "no-referrer"
    asked = services.were_asked(StopBillNotices)
    assert [each.stop_token_hash for each in asked] == [token_hash(token)] * 2
    assert browser.cookies() == {}


@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_opening_the_link_changes_nothing_and_asks_nobody(
    browser: Browser, services: Services, method: str
) -> None:
    """X21: mail scanners open every link, many times, and follow none of its buttons."""
    for _ in range(3):
        async with browser.client.request(method, f"/stop/{new_token()}") as answer:
            assert answer.status == 200
            assert answer.headers["Referrer-Policy"] == "no-referrer"
            assert answer.headers["Cache-Control"] == "no-store"
    assert services.asked == []


async def test_the_button_of_the_page_stops_the_mails_and_the_token_leaves_the_address(
    browser: Browser, services: Services
) -> None:
    """For people, with or without JavaScript: what the page's own form sends, to the page's own address."""
    services.answer(StopBillNotices, BillNoticesStopped())
    token = new_token()
    page = (await browser.get(f"/stop/{token}")).text
    assert '<form method="post" novalidate id="stop-form">' in page
    assert 'name="List-Unsubscribe" value="One-Click"' in page
    assert 'name="pressed" value="yes"' in page
    answer = await browser.post(f"/stop/{token}", **{"List-Unsubscribe": "One-Click", "pressed": "yes"})
    assert (answer.status, answer.headers["Location"]) == (303, "/stop/done")
    assert "お知らせメールを停止しました" in (await browser.get("/stop/done")).text


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/x-www-form-urlencoded", b""),
        ("application/x-www-form-urlencoded", b"pressed=yes"),
        ("application/x-www-form-urlencoded", b"List-Unsubscribe=no"),
        ("application/x-www-form-urlencoded", b"\xff"),
        ("application/json", b'{"List-Unsubscribe": "One-Click"}'),
        ("text/plain", ONE_CLICK),
        (MULTIPART, b""),
        (MULTIPART, b"no parts"),
        (MULTIPART, IN_PARTS.replace(b"One-Click", b"\xff\xfe")),
        (MULTIPART, IN_PARTS.replace(b' name="List-Unsubscribe"', b' name="List-Unsubscribe"; filename="a"')),
        (MULTIPART, IN_PARTS.replace(b'; name="List-Unsubscribe"', b"")),
        (MULTIPART, IN_PARTS.replace(b"-----part--", b"") * 31 + b"-----part--\r\n"),
        ("multipart/form-data", IN_PARTS),
        ("multipart/form-data; boundary=other", IN_PARTS),
        ("multipart/mixed; boundary=---part", IN_PARTS),
    ],
)
async def test_no_other_body_stops_anything(
    browser: Browser, services: Services, content_type: str, body: bytes
) -> None:
    """RFC 8058, 3.2: a POST that is not meant changes nothing (X45: and is never a fault of ours)."""
    answer = await browser.post_raw(f"/stop/{new_token()}", body, {}, content_type)
    assert answer.status == 400
    assert services.asked == []


@pytest.mark.parametrize("token", ["x", "x" * 42, "x" * 44, "x" * 42 + "%20", "あ" * 43, "x" * 42 + "="])
async def test_what_cannot_be_a_link_of_ours_is_said_without_asking(
    browser: Browser, services: Services, token: str
) -> None:
    """A mail program broke the address."""
    for answer in (
        await browser.get(f"/stop/{token}"),
        await browser.post_raw(f"/stop/{token}", ONE_CLICK, {}),
    ):
        assert answer.status in (404, 405)
    assert services.asked == []


async def test_a_link_that_is_too_old_says_where_else_the_mails_can_be_stopped(
    browser: Browser, services: Services
) -> None:
    """The settings, behind the login."""
    services.refuse(StopBillNotices, RefusalCode.STOP_LINK_UNKNOWN)
    answer = await browser.post_raw(f"/stop/{new_token()}", ONE_CLICK, {})
    assert answer.status == 404
    assert "このURLでは停止できません" in answer.text
    assert 'href="/settings"' in answer.text


async def test_while_billing_is_away_a_program_is_told_to_come_again(browser: Browser) -> None:
    """503 with Retry-After: it has not been done."""
    answer = await browser.post_raw(f"/stop/{new_token()}", ONE_CLICK, {})
    assert answer.status == 503
    assert answer.headers["Retry-After"]


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
async def test_only_a_post_is_taken_from_everywhere(browser: Browser, method: str) -> None:
    """The guard stays for all else."""
    async with browser.client.request(method, f"/stop/{new_token()}", data=ONE_CLICK) as answer:
        assert answer.status == 403


async def test_no_token_is_logged(browser: Browser, services: Services) -> None:
    """Whoever reads the log could stop somebody's mails."""
    services.answer(StopBillNotices, BillNoticesStopped())
    token = new_token()
    with capture_logs() as lines:
        await browser.get(f"/stop/{token}")
        await browser.post_raw(f"/stop/{token}", ONE_CLICK, {})
    assert lines
    assert token not in str(lines)
    assert {line["route"] for line in lines if line["event"] == "request.served"} == {"/stop/{token}"}
