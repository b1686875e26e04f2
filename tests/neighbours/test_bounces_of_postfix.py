"""What a real Postfix sends back when the next server refuses a mail that it had taken."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from neighbours.postfix import Postfix, postfix
from support.private_authority import Authority
from support.smtp_relay import Relay

from chassis.process.clock import SystemClock
from chassis.security.tokens import new_key
from chassis.security.trust import believing
from messages.company import CompanyProfile
from messages.values import EmailAddress
from mypage.returned_mail.reading import read_message
from services.notification.bounces.domain import Bounce
from services.notification.delivery.mailer import Mailer
from services.notification.delivery.rendering import render
from services.notification.orders.domain import MailKind
from services.notification.service import Letterhead

TO = EmailAddress("taro@elsewhere.example")
LETTERHEAD = Letterhead.of(CompanyProfile())


@pytest.fixture(scope="module")
async def elsewhere() -> AsyncIterator[Relay]:
    """The server that the customer's mailbox was at."""
    server = Relay()
    yield server
    await server.stop()


@pytest.fixture(scope="module")
async def relay(authority: Authority, folder: Path, elsewhere: Relay) -> AsyncIterator[Postfix]:
    """The company's, with the lines of the runbook."""
    port = (await elsewhere.start()).rpartition(":")[2]
    certificate = authority.issue("relay.example.jp", "127.0.0.1")
    async with postfix(certificate, folder, elsewhere=f"[127.0.0.1]:{port}") as started:
        yield started


@pytest.mark.parametrize(
    ("answer", "is_gone"),
    [
        ("550 5.1.1 no such user", True),
        ("552 5.2.2 mailbox full", False),
        ("550 5.7.1 we do not like you", False),
    ],
)
@pytest.mark.parametrize("has_own_mailbox", [True, False], ids=["verp", "sender"])
async def test_a_bounce_of_postfix_names_the_mail_and_says_why(
    relay: Postfix, elsewhere: Relay, authority: Authority, answer: str, is_gone: bool, has_own_mailbox: bool
) -> None:
    """By the address that it comes back to, as the runbook has it, or by the mail inside."""
    elsewhere.rcpt = answer
    key = new_key()
    user = "bounces" if has_own_mailbox else f"sender-{key.hex}"
    sender = f"bounces+{key.hex}@aicom-koka.jp" if has_own_mailbox else f"{user}@aicom-koka.jp"
    mailer = Mailer(
        f"smtp://127.0.0.1:{relay.port}", 30, helo_name="aicom-koka.jp", requires_tls=True,
        tls=believing(authority.file),
    )  # fmt: skip
    values = {
        "nickname": "たろう",
        "account_id": "taro-01",
        "login_url": "https://mypage.aicom-koka.jp/login",
    }
    content = render(
        MailKind.COMPLETED, values, to=TO, letterhead=LETTERHEAD, mail_key=key, at=SystemClock().now()
    )
    with mailer.session() as session:
        async with session.envelope(sender=sender, recipient=TO) as envelope:
            await envelope.send(content)
    bounce = read_message((await relay.file_to(sender)).read_bytes())
    assert isinstance(bounce, Bounce)
    assert bounce.mail_keys == (key,)
    assert bounce.failure.is_about_the_mailbox is is_gone
    assert bounce.failure.in_numbers == " ".join(answer.split()[:2])
