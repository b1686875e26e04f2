"""The 本登録完了 mail comes back: a mail server pipes the notice to `mypage mail bounces -`, and the customer
reads of it at his next log-in (ADR 0054).
"""

from __future__ import annotations

import asyncio

from journeys.manual import activate, expect_heading, log_in, press, register_provisionally
from journeys.system import Customer, System
from playwright.async_api import Browser, Page, expect

NOTICE = "ご登録のメールアドレスにメールが届きませんでした。"
MARKED = "届かないアドレスとして記録しました。次のログインでお客様に知らせます"


def a_notice_of(message_id: str, address: str) -> bytes:
    """As a mail server writes it (RFC 3464): the address is gone, and these are the headers of the mail."""
    return f"""\
Return-Path: <>
From: MAILER-DAEMON@mx.example.net
To: no-reply@aicom-koka.jp
Subject: Undelivered Mail Returned to Sender
Message-ID: <of-the-notice@mx.example.net>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="parts"

--parts
Content-Type: text/plain

{address} could not be delivered.

--parts
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.net

Final-Recipient: rfc822; {address}
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 <{address}>: User unknown

--parts
Content-Type: text/rfc822-headers

To: {address}
Message-ID: {message_id}

--parts--
""".encode()


async def completed_mail(system: System, customer: Customer) -> str:
    """The Message-ID of the mail that says that 本登録 is done, once it came."""
    async with asyncio.timeout(60):
        while True:
            for mail in await system.mails_to(customer.email_address):
                if "本登録完了" in mail["subject"]:
                    return str({name.lower(): text for name, text in mail["headers"].items()}["message-id"])
            await asyncio.sleep(0.2)


async def at_the_menu(page: Page, system: System, customer: Customer) -> None:
    """Through the log-in screen."""
    await log_in(page, system, customer.account_id, customer.password)
    await expect_heading(page, "お客様メニューリスト")


async def test_a_customer_whose_mail_came_back_reads_of_it_at_the_next_log_in(
    system: System, chromium: Browser, customer: Customer
) -> None:
    """And not before; the same notice again changes nothing, and a forged one neither."""
    page = await (await chromium.new_context(locale="ja-JP")).new_page()
    await register_provisionally(page, system, customer)
    await activate(page, await system.activation_url(customer.email_address), customer)
    await press(page, "そのままログイン")
    await expect_heading(page, "お客様メニューリスト")
    message_id = await completed_mail(system, customer)
    forged = a_notice_of("<0199a1b2-0003-7000-8000-00000000beef@aicom-koka.jp>", customer.email_address)
    code, out = await system.run("mail", "bounces", "-", given=forged)
    assert (code, "マイページが送ったメールを指していません" in out) == (0, True)
    await press(page, "ログアウト")
    await at_the_menu(page, system, customer)
    await expect(page.get_by_text(NOTICE)).to_have_count(0)

    notice = a_notice_of(message_id, customer.email_address)
    for said in (MARKED, "前に取り込んだ通知です。"):
        code, out = await system.run("mail", "bounces", "-", given=notice)
        assert code == 0, out
        assert said in out
        assert customer.email_address not in out
    async with asyncio.timeout(60):  # until identity has heard of it
        while not await page.get_by_text(NOTICE).count():
            await press(page, "ログアウト")
            await at_the_menu(page, system, customer)
    await expect(page.locator("#mail-bounced")).to_contain_text("TEL 0748-66-0739")
    await page.context.close()
