"""Mails about a published month: what they say, and that they let every other mail go first (ADR 0055)."""

from __future__ import annotations

import asyncio
from uuid import UUID, uuid4

import pytest
from support.notification_harness import (
    SEALER,
    a_provisional_registration,
    make_due,
    received,
)
from support.smtp_relay import Relay

from chassis.security.sealing import BrokenSeal, Sealed, SealedContent
from messages.billing import PublishedBill
from messages.identity import AccountMailRecipient, BillNoticeAddressed
from messages.values import AccountId, BillingMonth, EmailAddress, Nickname
from services.notification.delivery.delivery_loop import delivery_loop
from services.notification.orders.on_bill_notice_addressed import on_bill_notice_addressed
from services.notification.orders.on_provisionally_registered import on_provisionally_registered
from services.notification.service import AT_ONCE, WITH_TIME, Notification

STOP_TOKEN = "Stop-token-of-this-mail-and-of-no-other-one-x43"[:43]
LINK = f"https://mypage.example.jp/stop/{STOP_TOKEN}"


def addressed(
    *,
    to: str = "taro@example.jp",
    amount: int | None = None,
    account_key: UUID | None = None,
    bound_to: UUID | None = None,
) -> BillNoticeAddressed:
    """What identity says, with billing's box in it."""
    account_key, notice_key = account_key or uuid4(), uuid4()
    person = AccountMailRecipient(
        email_address=EmailAddress(to), nickname=Nickname("たろう"), account_id=AccountId("Taro-01")
    )
    bill = PublishedBill(stop_token=STOP_TOKEN, amount_yen=amount)
    box = SEALER.seal(bill, to="notification", bound_to=bound_to or notice_key)
    return BillNoticeAddressed(
        notice_key=notice_key,
        account_key=account_key,
        billing_month=BillingMonth(2026, 10),
        recipient=SEALER.seal(person, to="notification", bound_to=account_key),
        bill=Sealed[SealedContent](key_id=box.key_id, box=box.box),
    )


async def order(service: Notification, count: int) -> None:
    """So many of these mails, ordered before anything else."""
    for number in range(count):
        await on_bill_notice_addressed(service, addressed(to=f"bill{number}@example.jp"), received())


@pytest.mark.parametrize(("amount", "said"), [(None, False), (5_500, True)])
async def test_the_mail_leads_to_the_statement_and_names_the_amount_only_for_who_chose_it(
    service: Notification, relay: Relay, amount: int | None, said: bool
) -> None:
    """Text and HTML say the same; each address stands alone on its line (T4 of the mails)."""
    await on_bill_notice_addressed(service, addressed(amount=amount), received())
    await delivery_loop(service)
    [mail] = relay.accepted
    assert mail["Subject"] == "【あいコムこうか】ご利用料金のお知らせ"
    text = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    html = mail.get_body(("html",)).get_content()  # type: ignore[union-attr]
    for url in ("https://mypage.example.jp/charges/2026-10", LINK, "https://mypage.example.jp/settings"):
        assert url in text.splitlines()
        assert f'href="{url}"' in html
        assert len(url) < 100
    for body in (text, html):
        assert "2026年10月請求分のご利用料金を、マイページで確認できるようになりました。" in body
        assert ("5,500円" in body) is said
        assert "Taro-01" not in body


async def test_the_mail_can_be_stopped_by_one_click_of_a_mail_program(
    service: Notification, relay: Relay
) -> None:
    """RFC 8058, as it goes over the wire: not encoded, not broken, and the same address as in the text."""
    await on_bill_notice_addressed(service, addressed(), received())
    await on_provisionally_registered(service, a_provisional_registration(), received())
    for _ in range(2):
        await delivery_loop(service)
    heads = [raw.split(b"\r\n\r\n")[0].decode("ascii") for raw in relay.raw]
    [head] = [head for head in heads if "List-Unsubscribe" in head]
    unfolded = head.replace("\r\n ", " ").splitlines()
    assert f"List-Unsubscribe: <{LINK}>" in unfolded
    assert "List-Unsubscribe-Post: List-Unsubscribe=One-Click" in unfolded
    assert len(heads) == 2


async def test_one_notice_is_one_mail_however_often_it_is_said(service: Notification, relay: Relay) -> None:
    """Doubled by the broker, and redriven as another message."""
    event, delivery = addressed(), received()
    for each in (delivery, delivery, received()):
        await on_bill_notice_addressed(service, event, each)
    await delivery_loop(service)
    assert len(relay.accepted) == 1


async def test_a_bill_of_another_notice_is_a_dead_letter(service: Notification) -> None:
    """Nobody can be sent somebody else's amount."""
    with pytest.raises(BrokenSeal):
        await on_bill_notice_addressed(service, addressed(bound_to=uuid4()), received())


async def test_nothing_of_it_lies_in_the_table_in_clear_and_nothing_is_left_when_it_is_sent(
    service: Notification,
) -> None:
    """X18."""
    await on_bill_notice_addressed(service, addressed(amount=5_500), received())
    async with service.database.transaction() as tx:
        [before] = await tx.fetch("SELECT * FROM mails")
    assert not [word for word in (STOP_TOKEN, "5500", "5,500", "taro") if word in str(dict(before))]
    await delivery_loop(service)
    async with service.database.transaction() as tx:
        [after] = await tx.fetch("SELECT * FROM mails")
    assert (after["state"], after["sealed_content"]) == ("sent", None)


async def test_a_registration_does_not_wait_behind_the_bills_of_a_month(
    service: Notification, relay: Relay
) -> None:
    """Ordered last, it leaves first; so does one that is tried again."""
    await order(service, 20)
    for number in range(3):
        registration = a_provisional_registration(address=EmailAddress(f"new{number}@example.jp"))
        await on_provisionally_registered(service, registration, received())
    await delivery_loop(service)
    assert relay.taken[:3] == [f"new{number}@example.jp" for number in range(3)]
    assert len(relay.taken) == 23


async def test_bills_that_hang_in_the_relay_leave_senders_for_registrations(
    service: Notification, relay: Relay
) -> None:
    """However many are due and however slow the relay is with them: of the senders that there are."""

    async def sends_for_ever() -> None:
        while True:
            await delivery_loop(service)

    await order(service, 2 * AT_ONCE)
    answers = relay.hold()
    async with asyncio.timeout(60), asyncio.TaskGroup() as group:
        senders = [group.create_task(sends_for_ever()) for _ in range(AT_ONCE)]
        while not WITH_TIME <= relay.waiting == len(service.in_hand):  # all that were claimed hang in DATA
            await asyncio.sleep(0.01)
        relay.hold_no_more()
        registration = a_provisional_registration(address=EmailAddress("new@example.jp"))
        await on_provisionally_registered(service, registration, received())
        while "new@example.jp" not in relay.taken and relay.waiting:
            await asyncio.sleep(0.01)
        assert relay.taken == ["new@example.jp"]
        assert relay.waiting == WITH_TIME
        answers.set()
        while len(relay.taken) < 2 * AT_ONCE + 1 or service.in_hand:
            await asyncio.sleep(0.01)
        for sender in senders:
            sender.cancel()


async def test_bills_that_are_put_off_do_not_stop_those_that_follow(
    service: Notification, relay: Relay
) -> None:
    """They come again by the ladder, as every mail does."""
    await order(service, 2)
    relay.rcpt = "451 4.7.1 Later"
    await delivery_loop(service)
    relay.rcpt = "250 OK"
    await order(service, 1)
    await delivery_loop(service)
    assert relay.taken == ["bill0@example.jp"]
    await make_due(service)
    await delivery_loop(service)
    assert len(relay.taken) == 3
