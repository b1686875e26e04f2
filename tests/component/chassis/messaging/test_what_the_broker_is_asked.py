"""What we ask of a broker is what every version from 3.10 to 4.x grants: each declaration, limit and publish
is recorded and judged.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiormq
import pytest
from pamqp import commands
from support.virtual_host import a_virtual_host

from chassis.messaging.message import Outgoing
from chassis.messaging.rabbit import RabbitBus
from chassis.messaging.rabbit.definitions import definitions
from chassis.messaging.rpc_client import RpcClient
from chassis.messaging.topology import EVENTS
from chassis.process.runner import Component, RunningComponent
from chassis.security.tokens import new_key
from messages.billing import ChargesListed, ListCharges
from messages.notification import MailAbandoned
from messages.topology import TOPOLOGY
from messages.values import BillingMonth
from mypage.local.rabbitmq import PrivateRabbit

POLICIES = {each["name"]: each["definition"] for each in definitions(TOPOLOGY, passwords={})["policies"]}
QUEUES = definitions(TOPOLOGY, passwords={})["queues"]


class Recorder:
    """Every frame that asks for something, and every publish with its properties."""

    def __init__(self) -> None:
        self.frames: list[Any] = []
        self.publishes: list[dict[str, Any]] = []

    def of(self, kind: type) -> list[Any]:
        return [frame for frame in self.frames if isinstance(frame, kind)]


@pytest.fixture
def recorder(monkeypatch: pytest.MonkeyPatch) -> Recorder:
    """Listens in on the library's channels; everything still reaches the broker."""
    made, rpc, publish = Recorder(), aiormq.Channel.rpc, aiormq.Channel.basic_publish

    async def recorded_rpc(self: Any, frame: Any, **options: Any) -> Any:
        made.frames.append(frame)
        return await rpc(self, frame, **options)

    async def recorded_publish(self: Any, body: bytes, **options: Any) -> Any:
        made.publishes.append(options)
        return await publish(self, body, **options)

    monkeypatch.setattr(aiormq.Channel, "rpc", recorded_rpc)
    monkeypatch.setattr(aiormq.Channel, "basic_publish", recorded_publish)
    return made


async def list_charges(service: object, query: ListCharges, received: Any) -> ChargesListed:
    """Answers."""
    return ChargesListed(statements=(), listed_months=12, first_listed_month=BillingMonth(2020, 7))


def mail_abandoned(body: bytes) -> Outgoing:
    """An event of that type, whatever is in it."""
    name = MailAbandoned.type_name
    return Outgoing(EVENTS, name, name, new_key(), body, persistent=True)


@pytest.fixture
async def said(rabbit: PrivateRabbit, recorder: Recorder) -> AsyncIterator[Recorder]:
    """A request with its answer, an event that fails once, and one that goes to the dead."""
    vhost, tried = await a_virtual_host(rabbit), asyncio.Queue[int]()

    async def fail(service: object, event: MailAbandoned, received: Any) -> None:
        tried.put_nowait(received.attempt)
        raise ZeroDivisionError

    buses = {
        user: RabbitBus(rabbit.url(user, f"{user}pw", vhost))
        for user in ("billing", "registration", "notification", "gateway")
    }
    for bus in buses.values():
        bus.start()
    parts = [
        RunningComponent(
            Component("billing", None, {ListCharges: list_charges}, callers=["gateway"]), buses["billing"]
        ),
        RunningComponent(Component("registration", None, {MailAbandoned: fail}), buses["registration"]),
    ]
    for part in parts:
        part.start()
    client = RpcClient(buses["gateway"], process="gateway")
    await client.start()
    async with asyncio.timeout(60):
        while any([await part.problem() for part in parts]) or not client.listening.is_set():
            await asyncio.sleep(0.05)
        await client.call(ListCharges(session_assertion=""), within=20)
        for body in (MailAbandoned(registration_key=new_key()).model_dump_json().encode(), b"no json"):
            await buses["notification"].publish(mail_abandoned(body), within=20)
        while await tried.get() != 2:  # until it has been through the waiting room
            pass
        # request, reply, two events, to the waiting room twice, to the dead
        while len(recorder.publishes) < 7:
            await asyncio.sleep(0.05)
    yield recorder
    for part in (*(each.stop() for each in parts), client.stop(), *(bus.close() for bus in buses.values())):
        await part
    await rabbit.api("DELETE", f"/api/vhosts/{vhost}")


async def test_the_transport_asks_only_for_what_every_broker_grants(said: Recorder) -> None:
    """One run of everything, judged by the rules of 4.x."""
    declared = said.of(commands.Queue.Declare)
    assert len({each.queue for each in declared}) == 3
    assert all(each.passive or each.durable or each.exclusive for each in declared), (
        "4.3 refuses transient queues that are shared"
    )
    arguments = {name for each in declared for name in each.arguments or {}}
    assert not arguments & {"x-queue-mode", "x-queue-version", "x-ha-policy"}, "gone in 4.x"
    limits = said.of(commands.Basic.Qos)
    assert limits, "each consumer has a limit"
    assert all(each.prefetch_count > 0 and not each.global_ for each in limits), (
        "4.3 refuses limits for a whole channel"
    )
    assert len(said.of(commands.Basic.Consume)) == len(limits), (
        "one channel for each consumer, each with its limit"
    )
    assert not said.of(commands.Exchange.Declare), "exchanges are the definitions' business"
    assert "amq.rabbitmq.reply-to" not in repr(
        [vars(frame) if hasattr(frame, "__dict__") else dict(frame) for frame in said.frames]
    )


async def test_every_publish_is_mandatory_signed_and_carries_no_counts_of_the_broker(said: Recorder) -> None:
    """4.x ignores `x-death` on what is published; our own header counts the attempts."""
    for each in said.publishes:
        properties = each["properties"]
        assert each["mandatory"]
        assert properties.user_id
        assert properties.message_id
        assert properties.reply_to != "amq.rabbitmq.reply-to"
        assert not [
            name
            for name in properties.headers or {}
            if name.startswith(("x-death", "x-first-death", "x-last-death"))
        ]
    assert 2 in [(each["properties"].headers or {}).get("x-attempt") for each in said.publishes]


@pytest.mark.parametrize("queue", [each["name"] for each in QUEUES])
def test_every_queue_of_the_definitions_loses_nothing_on_any_version(queue: str) -> None:
    """4.x has a delivery limit of its own unless it is told one, and drops what passes it where there is no
    dead letter exchange.
    """
    declared = next(each for each in QUEUES if each["name"] == queue)
    assert declared["durable"]
    assert declared["arguments"] == {"x-queue-type": "quorum"}
    policy = POLICIES[queue]
    assert policy["delivery-limit"] > 0
    if "dead-letter-exchange" in policy:
        assert (policy["overflow"], policy["dead-letter-strategy"]) == ("reject-publish", "at-least-once")
    else:
        assert policy["delivery-limit"] >= 1_000_000
    assert not [name for name in policy if name.startswith("ha-") or name in ("queue-mode", "queue-version")]
