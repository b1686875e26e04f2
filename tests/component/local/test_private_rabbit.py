"""The RabbitMQ node that `make up` and the tests start for themselves."""

import asyncio
import json
import shutil
import signal
import stat
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import aio_pika
import pytest

import mypage
from mypage.errors import MissingPart
from mypage.local.rabbitmq import ManagementError, PrivateRabbit
from mypage.local.rabbitmq_node import programs

DEFINITIONS = {
    "vhosts": [{"name": "shop"}],
    "users": [{"name": "clerk", "password": "clerk's word", "tags": ""}],
    "permissions": [{"user": "clerk", "vhost": "shop", "configure": "^$", "write": ".*", "read": ".*"}],
    "queues": [
        {
            "vhost": "shop",
            "name": "orders",
            "durable": True,
            "auto_delete": False,
            "arguments": {"x-queue-type": "quorum"},
        }
    ],
}


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    """A folder for every node of this file."""
    folder = Path(tempfile.mkdtemp(prefix="mypage-rabbit-"))
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
async def node(place: Path) -> AsyncIterator[PrivateRabbit]:
    """A running node with definitions, ended afterwards."""
    definitions = place / "definitions.json"
    definitions.write_text(json.dumps(DEFINITIONS))
    rabbit = PrivateRabbit(place / "first", definitions=definitions)
    await rabbit.start()
    yield rabbit
    await rabbit.stop()


async def publish(node: PrivateRabbit, body: bytes) -> None:
    """One durable message into the queue of the definitions, confirmed by the broker."""
    async with await aio_pika.connect(node.url("clerk", "clerk's word", "shop")) as connection:
        channel = await connection.channel()
        message = aio_pika.Message(body, delivery_mode=aio_pika.DeliveryMode.PERSISTENT)
        await channel.default_exchange.publish(message, routing_key="orders")


async def take(node: PrivateRabbit) -> bytes:
    """The oldest message of the queue of the definitions, waiting for at most ten seconds."""
    async with (
        await aio_pika.connect(node.url("clerk", "clerk's word", "shop")) as connection,
        asyncio.timeout(10),
    ):
        queue = await (await connection.channel()).get_queue("orders", ensure=False)
        async with queue.iterator() as messages:
            message = await anext(messages)
            await message.ack()
            return message.body


async def test_users_and_queues_of_the_definitions_are_there(node: PrivateRabbit) -> None:
    """A service finds its queue with its own password as soon as the start returns."""
    await publish(node, b"one")
    assert await take(node) == b"one"


async def test_a_node_listens_on_the_loopback_address_only(node: PrivateRabbit, place: Path) -> None:
    """No neighbour on the network can reach it: 127.0.0.2 would answer for a listener on every address."""
    for port in json.loads((place / "first" / "rabbitmq.json").read_text())["ports"].values():
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection("127.0.0.2", port)


async def test_the_default_guest_does_not_exist(node: PrivateRabbit) -> None:
    """The only administrator has a random password."""
    with pytest.raises(ManagementError) as refused:
        await node.api("GET", "/api/users/guest")
    assert refused.value.status == 404


async def test_files_that_hold_the_password_are_closed_to_others(node: PrivateRabbit, place: Path) -> None:
    """The configuration and the state file can be read by their owner only."""
    modes = {
        stat.S_IMODE((place / "first" / name).stat().st_mode) for name in ("rabbitmq.conf", "rabbitmq.json")
    }
    assert modes == {0o600}


async def test_a_message_survives_a_kill_and_the_ports_stay(node: PrivateRabbit) -> None:
    """The crash tests rely on coming back to the same address with the same data."""
    ports = (node.amqp_port, node.management_port)
    await publish(node, b"kept")
    await node.kill()
    await node.start()
    assert (node.amqp_port, node.management_port) == ports
    assert await take(node) == b"kept"


async def test_a_message_survives_a_clean_stop(node: PrivateRabbit) -> None:
    """Definitions loaded a second time change nothing."""
    await publish(node, b"kept")
    await node.stop()
    await node.start()
    assert await take(node) == b"kept"


async def test_a_second_start_in_the_same_directory_is_refused(node: PrivateRabbit, place: Path) -> None:
    """Two brokers on one set of data would destroy it."""
    with pytest.raises(RuntimeError, match="already"):
        await PrivateRabbit(place / "first").start()


async def test_two_nodes_live_side_by_side_and_an_orphan_is_replaced(
    node: PrivateRabbit, place: Path
) -> None:
    """A second directory has a broker of its own; the one that a killed process left there gives way to the
    next start.
    """
    program = (
        "import asyncio, os, signal, sys\n"
        "from pathlib import Path\n"
        "from mypage.local.rabbitmq import PrivateRabbit\n"
        "async def main():\n"
        "    await PrivateRabbit(Path(sys.argv[1])).start()\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
        "asyncio.run(main())"
    )
    checkout = Path(mypage.__file__).parents[1]
    starter = await asyncio.create_subprocess_exec(
        sys.executable, "-c", program, str(place / "second"), cwd=checkout
    )
    assert await starter.wait() == -signal.SIGKILL
    heir = PrivateRabbit(place / "second")
    await heir.start()
    try:
        (second,) = await heir.api("GET", "/api/nodes")
        (first,) = await node.api("GET", "/api/nodes")
        assert first["name"] != second["name"]
        assert first["running"]
        assert second["running"]
    finally:
        await heir.stop()


async def test_absent_programs_are_named_in_one_sentence(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever lacks RabbitMQ is told how to get it."""
    monkeypatch.setenv("RMQ_BIN", str(place))
    with pytest.raises(MissingPart, match="apt-get install"):
        programs()
