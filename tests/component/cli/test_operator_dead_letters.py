"""`mypage dead list | show | redrive` against a RabbitMQ with the product's own definitions."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import aio_pika
import pytest
from broker_of_dead_letters import EVENT, PASSWORDS, QUEUE, Broker, body

from chassis.database.db import Database
from chassis.messaging.rabbit.definitions import definitions
from chassis.messaging.topology import EVENTS, OPERATOR
from messages.topology import TOPOLOGY

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
async def databases() -> dict[str, Database]:
    """These commands need none."""
    return {}


async def test_list_counts_every_dead_queue_and_tells_the_oldest_age(mypage: Run, broker: Broker) -> None:
    """And takes nothing away."""
    await broker.bury(body(), body())
    shown = mypage("dead", "list", **broker.environment)
    assert (shown.returncode, shown.stderr) == (0, "")
    lines = shown.stdout.splitlines()
    assert [line.split(":")[0] for line in lines] == [
        f"{queue.name}.dead" for queue in TOPOLOGY.work_queues()
    ]
    assert lines[0].startswith("identity.events.dead: 2 件、最も古いものは ")
    assert lines[1] == "registration.events.dead: 0 件"
    await broker.until_lying("identity.events.dead", 2)
    told = json.loads(mypage("dead", "list", "--json", **broker.environment).stdout)
    assert [(row["queue"], row["count"]) for row in told][:2] == [
        ("identity.events.dead", 2),
        ("registration.events.dead", 0),
    ]
    assert 0 <= told[0]["oldest_seconds"] < 3_600
    assert told[1]["oldest_seconds"] is None


async def test_show_tells_what_helps_and_nothing_that_could_be_personal(mypage: Run, broker: Broker) -> None:
    """Keys, moments, class names; whatever else stands anywhere in the message is hidden, and it stays where
    it is.
    """
    key, canary = str(uuid4()), "Geheim0748001234"
    poison = body(
        registration_key=key,
        account={"key_id": canary, "ciphertext": canary},
        contract_key=canary,
        ended_at=canary,
        hint=canary,
        account_key=uuid4().hex,
        **{canary: canary},
    )
    (message_id,) = await broker.bury(poison)
    await broker.bury(body(), message_id=canary, type_name=canary, error=canary)
    shown = mypage("dead", "show", "identity.events.dead", **broker.environment)
    assert (shown.returncode, shown.stderr) == (0, "")
    for text in (message_id, EVENT, "Poison", "試行 4", "送信者 registration", f"バイト数 {len(poison)}"):
        assert text in shown.stdout
    for line in (
        f"registration_key: {key}",
        "activated_at: 2026-11-23T09:00:00Z",
        "account: ***",
        "contract_key: ***",
        "account_key: ***",
    ):
        assert f"  {line}\n" in shown.stdout
    as_json = mypage("dead", "show", QUEUE, "--json", **broker.environment)
    for everything in (shown.stdout, as_json.stdout):
        assert canary not in everything
        assert "Taro-01" not in everything
    assert [letter["message_id"] for letter in json.loads(as_json.stdout)] == [message_id, "***"]
    await broker.until_lying("identity.events.dead", 2)


async def test_a_body_that_cannot_be_read_is_not_printed(mypage: Run, broker: Broker) -> None:
    """It says so instead."""
    await broker.bury(b"\xff\xfe canary-bytes", b'["canary-bytes"]')
    shown = mypage("dead", "show", QUEUE, "--limit", "5", **broker.environment)
    assert shown.returncode == 0
    assert shown.stdout.count("本文は読めません。") == 2
    assert "canary" not in shown.stdout


async def test_a_death_that_the_broker_noted_is_told(mypage: Run, broker: Broker) -> None:
    """A message without an id of ours is rejected, and the broker itself lays it among the dead."""
    async with await aio_pika.connect(broker.url("registration")) as connection:
        events = await (await connection.channel()).get_exchange(EVENTS, ensure=False)
        await events.publish(
            aio_pika.Message(body(), type=EVENT, message_id="geheim", user_id="registration"), EVENT
        )
    async with await aio_pika.connect(broker.url("identity")) as connection:
        rejected = await (await (await connection.channel()).get_queue(QUEUE, ensure=False)).get()
        assert rejected is not None
        await rejected.reject(requeue=False)
    await broker.until_lying("identity.events.dead", 1)
    (letter,) = json.loads(mypage("dead", "show", QUEUE, "--json", **broker.environment).stdout)
    assert (letter["message_id"], letter["said_at"], letter["sender"]) == ("***", None, "registration")
    assert abs(datetime.fromisoformat(letter["died_at"]) - datetime.now(UTC)) < timedelta(minutes=10)


async def test_a_redriven_letter_is_back_at_work_with_the_same_id(mypage: Run, broker: Broker) -> None:
    """The same body and type, and the attempts begin anew. The operator sends it, with the name of who said
    it first.
    """
    sent = body()
    (message_id,) = await broker.bury(sent)
    done = mypage("dead", "redrive", QUEUE, **broker.environment)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "1 件を identity.events に戻しました。10 秒後に届きます。\n"
    (back,) = await broker.back_at_work(1)
    assert (back.message_id, back.type, back.body, back.content_type) == (
        message_id,
        EVENT,
        sent,
        "application/json",
    )
    assert (back.headers["x-attempt"], "x-error-type" in back.headers, back.user_id) == (1, False, OPERATOR)
    assert back.headers["x-publisher"] == "registration"
    assert await broker.lying("identity.events.dead") == 0


async def test_one_letter_may_be_chosen_by_its_id(mypage: Run, broker: Broker) -> None:
    """The others stay; an id that is not there is a failure."""
    first, second, third = await broker.bury(body(), body(), body())
    unknown = mypage("dead", "redrive", QUEUE, "--message-id", uuid4(), **broker.environment)
    assert (unknown.returncode, unknown.stdout) == (1, "戻したものはありません。\n")
    await broker.until_lying("identity.events.dead", 3)
    assert mypage("dead", "redrive", QUEUE, "--message-id", second, **broker.environment).returncode == 0
    await broker.until_lying("identity.events.dead", 2)
    assert {message.message_id for message in await broker.take("identity.events.dead", OPERATOR)} == {
        first,
        third,
    }
    assert [message.message_id for message in await broker.back_at_work(1)] == [second]


async def test_a_rehearsal_moves_nothing(mypage: Run, broker: Broker) -> None:
    """It says how many would go."""
    await broker.bury(body(), body())
    rehearsed = mypage("dead", "redrive", "identity.events.dead", "--dry-run", **broker.environment)
    assert (rehearsed.returncode, rehearsed.stdout) == (0, "2 件を identity.events に戻せます（試行）。\n")
    await broker.until_lying("identity.events.dead", 2)
    assert await broker.lying("mypage.retry.10s") == 0


async def test_a_letter_that_the_waiting_room_does_not_take_stays_dead(mypage: Run, broker: Broker) -> None:
    """The copy must be routed and confirmed before the letter goes."""
    await broker.bury(body())
    await broker.rabbit.api("DELETE", f"/api/queues/{broker.vhost}/mypage.retry.10s")
    failed = mypage("dead", "redrive", QUEUE, **broker.environment)
    assert (failed.returncode, failed.stdout) == (1, "戻したものはありません。\n")
    assert failed.stderr.startswith("RabbitMQ が応じません")
    await broker.until_lying("identity.events.dead", 1)


async def test_a_letter_that_dies_again_at_once_is_moved_once(mypage: Run, broker: Broker) -> None:
    """Only as many as lay there at the start: no endless round."""
    await broker.rabbit.api("DELETE", f"/api/queues/{broker.vhost}/mypage.retry.10s")
    await broker.rabbit.api(
        "POST", f"/api/bindings/{broker.vhost}/e/mypage.retry.10s/q/identity.events.dead", {}
    )
    ids = await broker.bury(body(), body())
    done = mypage("dead", "redrive", QUEUE, **broker.environment)
    assert (done.returncode, done.stdout[:4]) == (0, "2 件を")
    await broker.until_lying("identity.events.dead", 2)
    assert {message.message_id for message in await broker.take("identity.events.dead", OPERATOR)} == set(ids)


@pytest.mark.parametrize(
    "arguments",
    [("show", "gateway.events"), ("redrive", "identity.rpc"), ("redrive", QUEUE, "--message-id", "1")],
)
def test_a_name_that_is_none_is_wrong_use(mypage: Run, arguments: tuple[str, ...]) -> None:
    """Exit code 2; for a queue the possible names are told."""
    wrong = mypage("dead", *arguments, COLUMNS="200")
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert (
        "--message-id" in arguments
        or "identity.events、registration.events、notification.events" in wrong.stderr
    )


def test_without_a_broker_it_says_where_dead_letters_are(mypage: Run) -> None:
    """With the in-process transport they live and die with that process."""
    failed = mypage("dead", "list")
    assert (failed.returncode, failed.stdout) == (1, "")
    assert "MYPAGE_OPERATOR_AMQP_URL" in failed.stderr
    assert "そのプロセスの中にだけ" in failed.stderr
    assert failed.stderr.count("\n") == 1


def test_a_broker_that_is_away_is_told_in_one_sentence(mypage: Run) -> None:
    """No traceback, no address with its password."""
    failed = mypage("dead", "list", MYPAGE_OPERATOR_AMQP_URL="amqp://operator:geheim@127.0.0.1:1/%2F")
    assert (failed.returncode, failed.stdout) == (1, "")
    assert failed.stderr.startswith("RabbitMQ が応じません")
    assert failed.stderr.count("\n") == 1
    assert "geheim" not in failed.stderr


async def test_a_broker_without_our_definitions_is_told_in_one_sentence(mypage: Run, broker: Broker) -> None:
    """Their loading is what the sentence asks for."""
    await broker.rabbit.api("DELETE", f"/api/queues/{broker.vhost}/registration.events.dead")
    failed = mypage("dead", "show", "registration.events", **broker.environment)
    assert (failed.returncode, failed.stdout) == (1, "")
    assert "定義が読み込まれているか" in failed.stderr


async def test_the_private_node_of_the_data_directory_is_found(
    mypage: Run, broker: Broker, run_directory: Path, tmp_path: Path
) -> None:
    """`mypage up --processes` left its port and the operator's password there."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "rabbitmq").symlink_to(run_directory / "rabbit")
    passwords = run_directory / "rabbit" / "passwords.json"
    passwords.write_text(json.dumps(PASSWORDS))
    await broker.rabbit.api("POST", "/api/definitions", definitions(TOPOLOGY, passwords=PASSWORDS))
    try:
        shown = mypage("dead", "list")
    finally:
        passwords.unlink()
    assert (shown.returncode, shown.stderr) == (0, "")
    assert shown.stdout.count(" 0 件") == len(TOPOLOGY.work_queues())


@pytest.mark.parametrize(
    "command", ["dead list", "dead show", "dead redrive", "outbox status", "registrations stuck"]
)
def test_help_of_an_operators_command_has_an_example(mypage: Run, command: str) -> None:
    """To be copied."""
    shown = mypage(*command.split(), "--help", COLUMNS="120")
    assert shown.returncode == 0
    assert f"例: mypage {command}" in shown.stdout
