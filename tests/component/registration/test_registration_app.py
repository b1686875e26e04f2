"""The composition root of registration."""

from __future__ import annotations

from support.registration_harness import KEYS

from chassis.process.settings import load
from messages.registration import ProvisionalState
from messages.subscriptions import SUBSCRIPTIONS
from services.registration.app import HANDLERS, build
from services.registration.provisional.domain import ENDED, LASTING, LIVE
from services.registration.settings import Settings


async def test_the_component_is_built_without_any_server() -> None:
    """It may start before its database and its broker do."""
    given = {
        **KEYS.settings_of("registration"),
        "amqp_url": "amqp://none",
        "database_url": "postgresql://127.0.0.1:1/nothing",
    }
    component = await build(load(Settings, **given))
    names = [periodic.name for periodic in component.periodics]
    assert names == ["sweep", "redrive", "order_mails_again", "forget_old"]
    assert component.close
    assert component.database
    await component.close()
    await component.database.close()


def test_everything_that_registration_subscribes_to_has_a_handler() -> None:
    """Else it would be dead-lettered."""
    assert HANDLERS.keys() >= set(SUBSCRIPTIONS["registration"])


def test_every_state_is_either_live_or_lasting_or_ended() -> None:
    """A new state has to be given its place."""
    assert frozenset(ProvisionalState) == LIVE | LASTING | ENDED
    assert not LIVE & LASTING
