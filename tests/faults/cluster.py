"""Three RabbitMQ nodes as one broker: each can be killed and started again, and who connects is sent to one
that lives.
"""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
from asyncio.subprocess import DEVNULL, Process
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from mypage.local.ports import answers, free_ports, is_free
from mypage.local.rabbitmq import ManagementError, PrivateRabbit
from mypage.local.rabbitmq_node import Node, Ports, port_mapper, programs
from mypage.local.statefile import write_private

NODES = 3
STARTS_AT_MOST = 3  # times
STARTS_WITHIN = 90.0  # seconds
ON_DISK_AFTER = 1.5  # seconds: 3.10 saves its list of new quorum queues every half second
LOOKS_EVERY = 0.2  # seconds


@dataclass(frozen=True)
class Member(Node):
    """One node of the cluster. All of them share a home, and so the cookie, and a port mapper."""

    peers: tuple[str, ...] = ()

    def environment(self) -> dict[str, str]:
        """See `Node.environment`."""
        return {**super().environment(), "HOME": str(self.directory.parent / "home")}

    def _configuration(self) -> str:
        backend = "cluster_formation.peer_discovery_backend = classic_config\n"
        lines = (
            f"cluster_formation.classic_config.nodes.{number} = {name}\n"
            for number, name in enumerate(self.peers, 1)
        )
        return super()._configuration() + backend + "".join(lines)


def members(folder: Path) -> list[Member]:
    """New nodes that have not started yet."""
    ports = free_ports(4 * NODES + 1)
    epmd = ports.pop()
    blocks = [Ports(*ports[4 * number : 4 * number + 4], epmd) for number in range(NODES)]
    names = tuple(f"mypage-{block.amqp}@localhost" for block in blocks)
    made = [Node.of(folder / f"node{number}", "mypage") for number in range(1, NODES + 1)]
    password = made[0].admin_password
    return [
        Member(each.directory, name, block, password, 0, names)
        for each, name, block in zip(made, names, blocks, strict=True)
    ]


class RabbitCluster(PrivateRabbit):
    """A broker of three nodes. Whoever asks for its port is given that of a living node, a different one each
    time.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._members = {node.name: node for node in members(folder)}
        self._running: dict[str, Process] = {}
        self._mapper: Process | None = None
        self._turn = count()

    @property
    def names(self) -> list[str]:
        """All nodes."""
        return list(self._members)

    def port_of(self, name: str) -> int:
        """Where that very node speaks AMQP."""
        return self._members[name].ports.amqp

    def _known(self) -> Node:
        """A living node: what the one-node broker does with its only one, this one does with any."""
        living = [self._members[name] for name in self._running] or list(self._members.values())
        return living[next(self._turn) % len(living)]

    async def start(self) -> None:
        """All nodes at once; returns when they are one cluster."""
        first = next(iter(self._members.values()))
        home = first.directory.parent / "home"
        home.mkdir(parents=True)
        write_private(home / ".erlang.cookie", "ABCDEFGHIJKLMNOPQRST")
        (home / ".erlang.cookie").chmod(0o400)
        self._members = {name: node.made_ready() for name, node in self._members.items()}
        self._mapper = await _launch(
            first, port_mapper(), "-port", str(first.ports.epmd), "-address", "127.0.0.1"
        )
        async with asyncio.timeout(STARTS_WITHIN):
            await asyncio.gather(*(self._start(name) for name in self.names))
            await self.until(self._is_whole)

    async def settle(self) -> None:
        """After definitions were loaded: every durable queue has a member on each node, known on disk, and
        leaders are spread.
        """
        async with asyncio.timeout(STARTS_WITHIN):
            await self.until(self._is_in_sync)
            await asyncio.sleep(ON_DISK_AFTER)
            await self.api(
                "POST", "/api/rebalance/queues"
            )  # or all leaders would live where the definitions were loaded

    async def start_node(self, name: str) -> None:
        """After a kill: with its old data. Returns when it has caught up with the others."""
        async with asyncio.timeout(STARTS_WITHIN):
            await self._start(name)
            await self.until(self._is_whole)
            await self.until(self._is_in_sync)

    async def _start(self, name: str) -> None:
        node = self._members[name]
        process = await _launch(node, str(programs() / "rabbitmq-server"))
        starts = 1
        while not await asyncio.to_thread(answers, node.ports.amqp):
            if process.returncode is not None:
                if starts == STARTS_AT_MOST:
                    said = node.directory / "out"
                    raise RuntimeError(f"{name} did not start; what it said stands in {said}")
                # Three that begin at one moment may miss each other; whoever supervises them tries again.
                process = await _launch(node, str(programs() / "rabbitmq-server"))
                starts += 1
            await asyncio.sleep(LOOKS_EVERY)
        self._running[name] = process

    async def kill_node(self, name: str) -> None:
        """SIGKILL: its memory and its connections are gone at once."""
        process = self._running.pop(name)
        await _end(process)
        while not is_free(self._members[name].ports.amqp):
            await asyncio.sleep(0.02)

    async def forget_node(self, name: str) -> None:
        """What an operator does about a dead node that will not come back."""
        await rabbitmqctl(self._known(), "forget_cluster_node", name)

    async def home_of(self, queue: str, vhost: str) -> str:
        """The node on which a classic queue lives."""
        return str((await self.api("GET", f"/api/queues/{vhost}/{queue}"))["node"])

    async def kill(self) -> None:
        """All of it, for good."""
        for name in list(self._running):
            await self.kill_node(name)
        if self._mapper is not None:
            await _end(self._mapper)

    async def until(self, true: Callable[[], Awaitable[bool]]) -> None:
        """Waits for it, while the management pages are still about to come."""
        while True:
            with suppress(OSError, ManagementError):
                if await true():
                    return
            await asyncio.sleep(LOOKS_EVERY)

    async def _is_whole(self) -> bool:
        nodes = await self.api("GET", "/api/nodes?columns=name,running")
        return sum(1 for each in nodes if each.get("running")) == NODES

    async def _is_in_sync(self) -> bool:
        queues = await self._quorum_queues("")
        return bool(queues) and all(
            len(each.get("online", ())) == len(each.get("members", ())) == NODES for each in queues
        )

    async def _quorum_queues(self, vhost: str) -> list[dict[str, Any]]:
        queues = await self.api("GET", f"/api/queues/{vhost}".rstrip("/"))
        return [each for each in queues if each.get("type") == "quorum"]

    async def leader_of(self, queue: str, vhost: str) -> str:
        """The living node that leads it, as soon as there is one."""
        found: list[str] = []

        async def is_led() -> bool:
            queues = await self._quorum_queues(vhost)
            found.extend(
                each["leader"]
                for each in queues
                if each["name"] == queue and each.get("leader") in self._running
            )
            return bool(found)

        await self.until(is_led)
        return found[0]


async def rabbitmqctl(node: Node, *arguments: str) -> str:
    """Runs rabbitmqctl on a node; its output. Raises CalledProcessError."""
    command = [str(programs() / "rabbitmqctl"), *arguments]
    done = await asyncio.to_thread(
        subprocess.run, command, env=node.environment(), capture_output=True, text=True, check=True
    )
    return done.stdout


async def _launch(node: Node, program: str, *arguments: str) -> Process:
    with (node.directory / "out").open("ab") as out:
        return await asyncio.create_subprocess_exec(
            program,
            *arguments,
            cwd=node.directory,
            env=node.environment(),
            stdin=DEVNULL,
            stdout=out,
            stderr=out,
            start_new_session=True,
        )


async def _end(process: Process) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    await process.wait()
