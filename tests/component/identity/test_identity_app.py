"""Identity as its composition root builds it."""

from __future__ import annotations

from support.identity_harness import KEYS

from chassis.messaging.message import Request, context_of, registered_messages
from chassis.process.settings import load
from messages.subscriptions import SUBSCRIPTIONS
from services.identity.app import build
from services.identity.settings import Settings


async def test_every_request_and_every_subscribed_event_has_a_handler() -> None:
    """And nothing else has one. No server need be there yet."""
    urls = {
        "amqp_url": "amqp://nobody@127.0.0.1:1/",
        "database_url": "postgresql://nobody@127.0.0.1:1/nothing",
    }
    component = await build(load(Settings, **urls, **KEYS.settings_of("identity")))
    requests = {
        kind
        for name, kind in registered_messages().items()
        if context_of(name) == "identity" and issubclass(kind, Request)
    }
    assert set(component.handlers) == {*requests, *SUBSCRIPTIONS["identity"]}
    assert [periodic.name for periodic in component.periodics] == [
        "give_closing_notices",
        "close_ended_accounts",
        "forget_old",
        "forget_address_changes",
        "forget_old_resets",
        "forget_closed_accounts",
        "forget_old_contracts",
        "forget_old_audit",
        "forget_old_codes",
        "forget_old_challenges",
        "forget_unfinished",
        "seal_again",
    ]
    assert component.close is not None
    assert component.database is not None
    await component.close()
    await component.database.close()
