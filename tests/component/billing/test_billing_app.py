"""Billing as its composition root builds it."""

from __future__ import annotations

import pytest
from support.billing_harness import KEYS

from chassis.messaging.message import Request, context_of, registered_messages
from chassis.process.settings import SettingsError, load
from messages.subscriptions import SUBSCRIPTIONS
from messages.values import BillingMonth
from services.billing.app import build
from services.billing.service import Billing
from services.billing.settings import Settings

URLS = {"amqp_url": "amqp://nobody@127.0.0.1:1/", "database_url": "postgresql://nobody@127.0.0.1:1/nothing"}


async def test_every_request_and_every_event_that_is_heard_has_a_handler() -> None:
    """And nothing else has one. No server need be there yet."""
    component = await build(load(Settings, **URLS, **KEYS.settings_of("billing")))
    requests = {
        kind
        for name, kind in registered_messages().items()
        if context_of(name) == "billing" and issubclass(kind, Request)
    }
    assert set(component.handlers) == {*requests, *SUBSCRIPTIONS["billing"]}
    assert isinstance(component.service, Billing)
    assert (component.service.listed_months, component.service.first_listed_month) == (
        12,
        BillingMonth(2020, 7),
    )
    assert component.database is not None
    await component.database.close()


async def test_the_window_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Q21."""
    monkeypatch.setenv("MYPAGE_CHARGES_WINDOW_MONTHS", "15")
    monkeypatch.setenv("MYPAGE_CHARGES_FLOOR", "2021-01")
    component = await build(load(Settings, **URLS, **KEYS.settings_of("billing")))
    assert isinstance(component.service, Billing)
    assert (component.service.listed_months, component.service.first_listed_month) == (
        15,
        BillingMonth(2021, 1),
    )
    assert component.database is not None
    await component.database.close()


@pytest.mark.parametrize(
    "wrong", [{"charges_floor": "2020/07"}, {"charges_floor": "2020-13"}, {"charges_window_months": 0}]
)
def test_a_window_that_makes_no_sense_stops_the_start(wrong: dict[str, object]) -> None:
    """And is named."""
    with pytest.raises(SettingsError, match=f"MYPAGE_{next(iter(wrong)).upper()}"):
        load(Settings, **URLS, **KEYS.settings_of("billing"), **wrong)
