"""Keys are proved against each other through the broker, with the rights that each component has."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from urllib.parse import quote

import pytest
from support.captured_logs import capture_logs
from support.virtual_host import a_virtual_host

from chassis.messaging import key_proofs
from chassis.messaging.key_proofs import STATED, KeyProofs
from chassis.messaging.message import Outgoing
from chassis.messaging.rabbit import RabbitBus
from chassis.messaging.topology import KEYS
from chassis.security.key_agreement import KeyStatement
from chassis.security.tokens import new_key
from mypage.local.rabbitmq import PrivateRabbit

Prove = Callable[..., Awaitable[KeyProofs]]
WRONG = "seals for identity with key wrong, but identity has right"


@pytest.fixture
async def vhost(rabbit: PrivateRabbit) -> str:
    """With today's definitions."""
    return await a_virtual_host(rabbit)


@pytest.fixture
async def bus_of(rabbit: PrivateRabbit, vhost: str) -> AsyncIterator[Callable[[str], Awaitable[RabbitBus]]]:
    """The bus of a component."""
    opened: list[RabbitBus] = []

    async def bus(user: str) -> RabbitBus:
        made = RabbitBus(rabbit.url(user, quote(f"{user}pw"), vhost))
        made.start()
        opened.append(made)
        while made.problem():
            await asyncio.sleep(0.02)
        return made

    yield bus
    for each in opened:
        await each.close()


@pytest.fixture
async def prove(bus_of: Callable[[str], Awaitable[RabbitBus]]) -> AsyncIterator[Prove]:
    """A component that proves its keys."""
    begun: list[KeyProofs] = []

    async def proving(component: str, **keys: object) -> KeyProofs:
        own = KeyStatement.model_validate({"component": component, "instance": new_key().hex, **keys})
        proofs = KeyProofs(await bus_of(component), own)
        proofs.start()
        begun.append(proofs)
        return proofs

    yield proving
    for each in begun:
        await each.stop()


async def until(expected: str | None, proofs: KeyProofs) -> None:
    """Waits for that word."""
    async with asyncio.timeout(30):
        while await proofs.problem() != expected:
            await asyncio.sleep(0.02)


async def test_a_wrong_sealing_key_is_named_at_the_start_whoever_comes_first(prove: Prove) -> None:
    """In the log once, with ids alone; the owner goes on, and hears who is wrong."""
    with capture_logs() as lines:
        early = await prove("gateway", seals_for={"identity": "wrong"})
        await until(None, early)  # nobody is there to say anything else
        owner = await prove("identity", opens=["right"])
        await until(WRONG, early)
        late = await prove("registration", seals_for={"identity": "wrong"})
        assert await late.problem() is not None
        await until(WRONG, late)
        await until(None, owner)
        async with asyncio.timeout(10):
            while not any(line["event"] == "keys.used_wrongly" for line in lines):
                await asyncio.sleep(0.02)
    named = [line["problem"] for line in lines if line["event"] == "keys.mismatch"]
    assert named == [WRONG, WRONG]


async def test_a_key_that_fits_is_proved_and_may_be_changed_later(prove: Prove) -> None:
    """By the owner's next process; who works goes on, and the log says what does not fit any more."""
    user = await prove("billing", believes={"identity": "old"})
    first = await prove("identity", signs=["old"])
    await until(None, user)
    with capture_logs() as lines:
        await first.stop()
        user._agreement._heard.clear()  # as after some minutes
        await prove("identity", signs=["new"])
        async with asyncio.timeout(30):
            while not any(line["event"] == "keys.mismatch" for line in lines):
                await asyncio.sleep(0.02)
    assert await user.problem() is None


async def test_nobody_says_anything_in_anothers_name(
    prove: Prove, bus_of: Callable[[str], Awaitable[RabbitBus]]
) -> None:
    """A component that was taken over stops nobody by telling lies of a third one."""
    user = await prove("gateway", seals_for={"identity": "right"})
    await until(None, user)
    forged = KeyStatement(component="identity", instance="1", opens=("wrong",))
    bus = await bus_of("billing")
    with capture_logs() as lines:
        for body in (forged.model_dump_json().encode(), b"no json", b"{}"):
            await bus.publish(Outgoing(KEYS, "", STATED, new_key(), body, mandatory=False), within=10)
        async with asyncio.timeout(20):
            while not any(line["event"] == "keys.forged" for line in lines):
                await asyncio.sleep(0.02)
    assert await user.problem() is None


async def test_a_broker_with_the_definitions_of_before_keeps_nobody_from_working(
    rabbit: PrivateRabbit, vhost: str, prove: Prove, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are loaded some time after the roll-out; from then on keys are proved."""
    monkeypatch.setattr(key_proofs, "_LISTENS_WITHIN", 0.5)
    monkeypatch.setattr(key_proofs, "STATED_EVERY", 0.5)
    await rabbit.api("DELETE", f"/api/exchanges/{vhost}/{KEYS}")
    with capture_logs() as lines:
        user = await prove("gateway", seals_for={"identity": "wrong"})
        await until(None, user)
        bus = user._bus
        assert isinstance(bus, RabbitBus)
        for _ in range(100):  # it tries again meanwhile
            assert bus.problem() is None
            await asyncio.sleep(0.02)
    assert "keys.unproved" in {line["event"] for line in lines}
    exchange = {"type": "fanout", "durable": True}
    await rabbit.api("PUT", f"/api/exchanges/{vhost}/{KEYS}", exchange)
    await prove("identity", opens=["right"])
    await until(WRONG, user)
