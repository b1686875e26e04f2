"""A fault of our own is one mail's: it waits, and the others go on."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from jinja2 import TemplateNotFound
from support.captured_logs import capture_logs
from support.notification_harness import a_provisional_registration, events_said, make_due, only_row, received
from support.smtp_relay import Relay

from services.notification.delivery import delivery_loop as loop
from services.notification.delivery.delivery_loop import delivery_loop
from services.notification.orders.on_provisionally_registered import on_provisionally_registered
from services.notification.service import Notification

FAULTS = [
    TemplateNotFound("body.html"),
    OSError(),
    TimeoutError(),
    ZeroDivisionError(),
    UnicodeEncodeError("ascii", "x", 0, 1, "no"),
    KeyError("deadline"),
    ValueError("=?utf-8?q?x?="),
    RecursionError(),
]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: type(fault).__name__)
async def test_a_mail_that_cannot_be_made_is_put_aside_with_its_reason(
    service: Notification, relay: Relay, monkeypatch: pytest.MonkeyPatch, fault: Exception
) -> None:
    """It waits as for the relay, whatever the fault looks like, and leaves after the repair."""

    def broken(*_: Any, **__: Any) -> Any:
        raise fault

    await on_provisionally_registered(service, a_provisional_registration(), received())
    with monkeypatch.context() as patched, capture_logs() as lines:
        patched.setattr(loop, "render", broken)
        await delivery_loop(service)
    row = await only_row(service)
    assert (row["state"], row["attempts"], row["last_trouble"]) == ("queued", 1, type(fault).__name__)
    assert [line["error"] for line in lines if line["event"] == "mail.put_aside"] == [type(fault).__name__]
    await make_due(service)
    await delivery_loop(service)
    assert (await only_row(service))["state"] == "sent"


async def test_other_mails_leave_while_one_cannot_be_made(
    service: Notification, relay: Relay, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One after the other, in the very same round."""
    render, calls = loop.render, 0

    def broken_once(*args: Any, **options: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == 1:
            raise KeyError("deadline")
        return render(*args, **options)

    monkeypatch.setattr(loop, "render", broken_once)
    for _ in range(3):
        await on_provisionally_registered(service, a_provisional_registration(), received())
    await delivery_loop(service)
    assert len(relay.accepted) == 2


async def test_a_mail_is_tried_for_six_hours_whatever_is_broken(
    service: Notification, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a mail that the relay puts off; then it is given up, and that is said."""

    def broken(*_: Any, **__: Any) -> Any:
        raise KeyError("deadline")

    monkeypatch.setattr(loop, "render", broken)
    await on_provisionally_registered(service, a_provisional_registration(), received())
    waited = timedelta()
    while (row := await only_row(service))["state"] == "queued":
        if row["attempts"]:
            async with service.database.transaction() as tx:
                waited += await tx.fetchval("SELECT next_attempt_at - now() FROM mails")
        await make_due(service)
        await delivery_loop(service)
    assert timedelta(hours=6) < waited < timedelta(hours=7)
    assert await events_said(service) == ["notification.mail_abandoned.v1"]


async def test_a_fault_in_the_midst_of_sending_is_put_aside_as_well(
    service: Notification, relay: Relay, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No lease has to run out for it."""

    def broken(*_: Any) -> Any:
        raise ZeroDivisionError

    monkeypatch.setattr(loop, "_mail_sent", broken)
    await on_provisionally_registered(service, a_provisional_registration(), received())
    await asyncio.wait_for(delivery_loop(service), 30)
    assert (await only_row(service))["last_trouble"] == "ZeroDivisionError"
