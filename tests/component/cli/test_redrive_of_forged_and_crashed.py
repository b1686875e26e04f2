"""`mypage dead` tells forged letters, and those that died of the delivery limit, from others: the first never
go back, the second may.
"""

from __future__ import annotations

import asyncio
import json
import subprocess
from collections.abc import Callable
from functools import partial

import aio_pika
import pytest
from broker_of_dead_letters import DEAD_QUEUE, EVENT, QUEUE, Broker, body
from typer.testing import CliRunner

from chassis.database.db import Database
from chassis.messaging.rabbit import dead_letters as rabbit_dead_letters
from chassis.messaging.topology import DELIVERY_LIMIT, EVENTS, OPERATOR
from chassis.security.tokens import new_key
from mypage.cli import app

Run = Callable[..., subprocess.CompletedProcess[str]]

FORGED = {
    "heard from a liar": {"publisher": "billing", "error": "ForgedSender"},
    "heard from a liar, by the release before": {"publisher": None, "error": "ForgedSender"},
    "laid there by a liar": {"by": "billing", "publisher": "registration"},
    "laid there by a liar without a word": {"by": "notification", "publisher": None},
    "of a name that says no such things": {"publisher": "notification"},
    "of nobody": {"publisher": ""},
    "of the operator": {"publisher": OPERATOR},
    "of its own owner": {"publisher": "identity"},
}


@pytest.fixture
async def databases() -> dict[str, Database]:
    """These commands need none."""
    return {}


async def test_forged_letters_are_never_redriven(mypage: Run, broker: Broker) -> None:
    """Whoever laid them there under whatever name; a sentence says so, and others go back."""
    forged = [
        await broker.bury(body(), **kind)  # type: ignore[arg-type]
        for kind in FORGED.values()
    ]
    (good,) = await broker.bury(body())
    done = mypage("dead", "redrive", QUEUE, **broker.environment)
    assert done.stdout == "1 件を identity.events に戻しました。10 秒後に届きます。\n"
    assert done.stderr == f"{len(forged)} 件は発行者が偽られているため、戻しません。\n"
    await broker.until_lying(DEAD_QUEUE, len(forged))
    chosen = mypage("dead", "redrive", QUEUE, "--message-id", forged[0][0], **broker.environment)
    assert (chosen.returncode, chosen.stdout) == (1, "戻したものはありません。\n")
    assert chosen.stderr == "1 件は発行者が偽られているため、戻しません。\n"
    await broker.until_lying(DEAD_QUEUE, len(forged))
    letters = json.loads(mypage("dead", "show", QUEUE, "--json", **broker.environment).stdout)
    assert {(letter["message_id"], letter["forged"]) for letter in letters} == {
        (each[0], True) for each in forged
    }
    assert [message.message_id for message in await broker.back_at_work(1)] == [good]


async def test_a_letter_of_the_release_before_is_redriven(mypage: Run, broker: Broker) -> None:
    """It names no publisher, and its reason is another."""
    await broker.bury(body(), publisher=None)
    assert mypage("dead", "redrive", QUEUE, **broker.environment).stdout.startswith("1 件を")
    (back,) = await broker.back_at_work(1)
    assert back.headers["x-publisher"] == "registration"


async def crash_with_it_in_hand(broker: Broker) -> str:
    """A good event whose consumer dies each time that it has it; returns its id."""
    message_id = str(new_key())
    async with await aio_pika.connect(broker.url("registration")) as connection:
        events = await (await connection.channel()).get_exchange(EVENTS, ensure=False)
        said = aio_pika.Message(body(), type=EVENT, message_id=message_id, user_id="registration")
        await events.publish(said, EVENT)
    async with await aio_pika.connect(broker.url("identity")) as connection:
        for _ in range(DELIVERY_LIMIT + 1):
            channel = await connection.channel()
            queue = await channel.get_queue(QUEUE, ensure=False)
            while await queue.get(fail=False) is None:
                if await broker.lying(DEAD_QUEUE):
                    return message_id
            await channel.close()
    return message_id


async def test_deaths_of_the_delivery_limit_are_told_apart_and_redriven_alone(
    mypage: Run, broker: Broker
) -> None:
    """Nothing is wrong with them: the runbook sends them back."""
    (poison,) = await broker.bury(body())
    crashed = await crash_with_it_in_hand(broker)
    await broker.until_lying(DEAD_QUEUE, 2)
    listed = mypage("dead", "list", **broker.environment).stdout.splitlines()[0]
    assert listed.endswith("、配達の上限によるもの 1 件")
    told = json.loads(mypage("dead", "list", "--json", **broker.environment).stdout)
    assert {row["queue"]: row["delivery_limit"] for row in told if row["delivery_limit"]} == {DEAD_QUEUE: 1}
    letters = json.loads(mypage("dead", "show", QUEUE, "--json", **broker.environment).stdout)
    assert {letter["message_id"]: (letter["error"], letter["sender"]) for letter in letters} == {
        poison: ("Poison", "registration"),
        crashed: ("DeliveryLimit", "registration"),
    }
    done = mypage("dead", "redrive", QUEUE, "--delivery-limit", **broker.environment)
    assert (done.returncode, done.stdout[:4]) == (0, "1 件を")
    (back,) = await broker.back_at_work(1)
    assert (back.message_id, back.headers["x-publisher"]) == (crashed, "registration")
    assert await broker.lying(DEAD_QUEUE) == 1


@pytest.mark.parametrize("full", ["identity.events.dead", "mypage.retry.10m"])
async def test_a_queue_that_is_nearly_full_is_named(
    broker: Broker, monkeypatch: pytest.MonkeyPatch, full: str
) -> None:
    """Before it takes nothing any more."""
    monkeypatch.setattr(rabbit_dead_letters, "SET_ASIDE_MAX_LENGTH", 10)
    async with await aio_pika.connect(broker.rabbit.url(vhost=broker.vhost)) as connection:
        channel = await connection.channel()
        for _ in range(8):
            await channel.default_exchange.publish(aio_pika.Message(b""), full)
    await broker.until_lying(full, 8)
    listing = partial(CliRunner().invoke, app, ["dead", "list"], env=broker.environment)
    shown = await asyncio.to_thread(listing)
    assert (shown.exit_code, shown.stderr) == (
        0,
        f"{full}: 満杯に近づいています（8 件、上限 100,000 件）。\n",
    )
