"""Everything that is published to a private broker while one looks, however short its life (RabbitMQ's
firehose).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import aio_pika
from aio_pika.abc import AbstractIncomingMessage

from chassis.messaging.message import Incoming
from chassis.messaging.shared_messages import apart
from mypage.local.rabbitmq_node import ADMIN, Node, programs


@dataclass
class Tapped:
    """Whatever came by, as `type` and everything that its envelope and its body say; `held`: the messages
    that lie in a queue at the end, as the queue's name and the message.
    """

    published: list[tuple[str, bytes]] = field(default_factory=list)
    held: list[tuple[str, bytes]] = field(default_factory=list)


@asynccontextmanager
async def tapped(folder: Path) -> AsyncIterator[Tapped]:
    """Of the node whose data belong to the folder."""
    node, heard = Node.of(folder, ""), Tapped()
    await _trace(node, "trace_on")
    login = f"{ADMIN}:{quote(node.admin_password, safe='')}"
    connection = await aio_pika.connect(f"amqp://{login}@127.0.0.1:{node.ports.amqp}/%2F")

    async def hear(message: AbstractIncomingMessage) -> None:
        properties: dict[str, Any] = dict(message.headers.get("properties") or {})  # type: ignore[arg-type]
        envelope = repr({name: text for name, text in message.headers.items() if name != "properties"})
        around = f"{message.routing_key} {envelope} {properties!r} ".encode()
        kind = str(properties.get("type", ""))
        for each in apart(Incoming("", kind, "", message.body)):
            heard.published.append((each.type, around + repr(each.headers).encode() + each.body))

    async with connection:
        channel = await connection.channel()
        queue = await channel.declare_queue(exclusive=True)
        await queue.bind("amq.rabbitmq.trace", "publish.#")
        await queue.consume(hear, no_ack=True)
        yield heard
        await _trace(node, "trace_off")
        heard.held = await _held(connection, node)


async def _held(connection: aio_pika.abc.AbstractConnection, node: Node) -> list[tuple[str, bytes]]:
    """Every message that waits in a durable queue; it stays there."""
    listed = await _ctl(node, "list_queues", "--quiet", "--no-table-headers", "name", "durable", "messages")
    found = []
    for line in listed.splitlines():
        name, durable, count = line.split("\t")
        if durable != "true" or not int(count):
            continue
        channel = await connection.channel()
        queue = await channel.get_queue(name)
        for _ in range(int(count)):
            message = await queue.get(no_ack=False, fail=False)
            if message is not None:
                found.append((name, f"{message.headers!r} {message.type} ".encode() + message.body))
        await channel.close()  # unacknowledged: they go back
    return found


async def _trace(node: Node, command: str) -> None:
    await _ctl(node, command)


async def _ctl(node: Node, *command: str) -> str:
    process = await asyncio.create_subprocess_exec(
        str(programs() / "rabbitmqctl"),
        *command,
        env=node.environment(),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    out, _ = await process.communicate()
    assert process.returncode == 0, out.decode()
    return out.decode()
