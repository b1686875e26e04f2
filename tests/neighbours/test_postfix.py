"""A strict Postfix as the relay: TLS of a private authority or nothing, a HELO that is a whole name."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from faults.browser import Browser, LoadBalancer
from faults.customers import Customer
from faults.journey import Journey
from neighbours.conftest import MakePortal
from neighbours.portal import Portal
from neighbours.postfix import Postfix, postfix
from support.private_authority import Authority

from chassis.security.trust import believing
from messages.values import EmailAddress
from services.notification.delivery.mailer import Mailer, RefusedForGood

_ENDS_WITHIN = 30.0  # seconds
RELAY = "relay.example.jp"
SENDER = "no-reply@aicom-koka.jp"


@pytest.fixture(scope="module")
async def relay(authority: Authority, folder: Path) -> AsyncIterator[Postfix]:
    """With the lines of the runbook."""
    async with postfix(authority.issue(RELAY, "127.0.0.1"), folder) as started:
        yield started


@pytest.fixture(scope="module")
async def portal(make_portal: MakePortal, relay: Postfix, authority: Authority) -> Portal:
    """Its notification trusts the private authority and says nothing in clear."""
    told = {
        "MYPAGE_SMTP_URL": f"smtp://127.0.0.1:{relay.port}",
        "MYPAGE_SMTP_REQUIRE_TLS": "true",
        "SSL_CERT_FILE": str(authority.file),
    }
    return await make_portal("", environment={"notification": told})


async def registered(portal: Portal, customer: Customer) -> Journey:
    """A customer who reads 仮登録が完了しました。"""
    plant = portal.plant
    browser = Browser(LoadBalancer(plant), plant.ledger, f"c{customer.number}", customer.network)
    journey = Journey(customer, browser, plant.sink, plant.ledger, patience=30)
    await journey.register()
    return journey


async def registered_with(portal: Portal, address: str) -> tuple[str, str]:
    """A new customer registers with an address: the state that his mail ends in, and its last trouble."""
    database = await portal.plant.database("notification")
    newest = "SELECT state, last_trouble FROM mails ORDER BY created_at DESC LIMIT 1"
    async with database.transaction() as tx:
        before = await tx.fetchval("SELECT count(*) FROM mails")
    journey = await registered(portal, replace(portal.next_customer(), email_address=address))
    await journey.browser.close()
    async with asyncio.timeout(_ENDS_WITHIN):
        while True:
            async with database.transaction() as tx:
                come = await tx.fetchval("SELECT count(*) FROM mails") - before
                row = await tx.fetchrow(newest) if come else None
            if row is not None and row["state"] in ("sent", "abandoned"):
                return str(row["state"]), str(row["last_trouble"])
            await asyncio.sleep(0.1)


@pytest.mark.smoke
async def test_the_whole_manual_with_a_mail_from_postfix(portal: Portal, relay: Postfix) -> None:
    """N1: the mail comes whole, over TLS, and its link works."""
    customer = portal.next_customer()
    journey = await registered(portal, customer)
    mail = await relay.mail_to(customer.email_address)
    assert mail["From"].addresses[0].domain == "aicom-koka.jp"
    assert "with ESMTPS" in str(mail["Received"])
    body = mail.get_body(("plain",))
    assert body is not None
    [link] = [line for line in body.get_content().splitlines() if line.startswith(f"{portal.url}/activate/")]
    opened = await journey.browser.get("/activate/" + link.rpartition("/")[2])
    assert opened.location == "/activate"
    done = await journey.browser.post("/activate", password=customer.password)
    assert done.location == "/activate/done"
    await journey.log_in()
    await journey.see_charges()
    await journey.browser.close()


@pytest.mark.parametrize("local_part", ["a+b", "o'brien", "x_y-z", "a&b", "{n}", "wa=ka", "a.b.c", "0", "q?"])
async def test_a_mailbox_with_odd_signs_gets_its_mail(
    portal: Portal, relay: Postfix, local_part: str
) -> None:
    """What we accept as an address a strict relay accepts, too, and takes for the same mailbox."""
    address = f"{local_part}@example.jp"
    assert (await registered_with(portal, address))[0] == "sent"
    assert (await relay.mail_to(address))["To"].addresses[0].addr_spec == address


@pytest.mark.parametrize("local_part", ["bounced", "a!b", "a%b", "a/b", "a|b", "-dash"])
async def test_a_mailbox_that_the_relay_refuses_is_given_up_at_once(portal: Portal, local_part: str) -> None:
    """One refusal is final: the relay is not asked for hours."""
    state, trouble = await registered_with(portal, f"{local_part}@example.jp")
    assert state == "abandoned"
    assert re.search(r"\b5\d\d\b", trouble)


async def test_mails_that_follow_one_another_share_a_connection(relay: Postfix, authority: Authority) -> None:
    """Over TLS; one that is refused at RCPT ends the connection, and spoils none of the others (ADR 0040)."""
    mailer = Mailer(
        f"smtp://127.0.0.1:{relay.port}",
        30,
        helo_name="aicom-koka.jp",
        requires_tls=True,
        tls=believing(authority.file),
    )
    people, before = [f"series{number}@example.jp" for number in range(3)], relay.log.read_text("utf-8")
    with mailer.session() as session:
        for address in (*people, "bounced@example.jp", "series-after@example.jp"):
            with suppress(RefusedForGood):
                async with session.envelope(sender=SENDER, recipient=EmailAddress(address)) as to:
                    await to.send(b"Subject: hello\r\n\r\nhello\r\n")
    for address in (*people, "series-after@example.jp"):
        await relay.mail_to(address)
    async with asyncio.timeout(_ENDS_WITHIN):
        while len(said := disconnects(relay.log.read_text("utf-8").removeprefix(before))) < 2:
            await asyncio.sleep(0.1)
    assert said == ["mail=4 rcpt=3/4 data=3 quit=1", "mail=1 rcpt=1 data=1 quit=1"]


def disconnects(log: str) -> list[str]:
    """What was said on each connection that has ended, from MAIL on, as Postfix counts it."""
    return re.findall(r"disconnect from .*(mail=.* quit=1) commands", log)
