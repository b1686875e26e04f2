"""Calls over the broker and nothing else: one, sixteen and sixty-four at a time, with and without sharing."""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from bench.cpu import Part, cpu_seconds
from chassis.messaging.rabbit import RabbitBus
from chassis.messaging.rabbit.definitions import definitions
from chassis.messaging.rpc_client import RpcClient, ServiceTrouble
from messages.billing import ListCharges
from messages.topology import TOPOLOGY
from mypage.local.rabbitmq import PrivateRabbit

_USERS = ("gateway", "billing", "identity", "registration", "notification", "operator")
_ASSERTION = "x" * 300  # as long as a real one


@dataclass(frozen=True)
class Calls:
    """One run. `client_us` and `service_us` are CPU of the two processes for each call."""

    shares: bool
    at_once: int
    per_second: float
    p50_ms: float
    client_us: float
    service_us: float


def _node(folder: Path, passwords: dict[str, str]) -> PrivateRabbit:
    folder.mkdir(parents=True)
    told = folder / "definitions.json"
    told.write_text(json.dumps(definitions(TOPOLOGY, passwords=passwords)))
    return PrivateRabbit(folder, definitions=told)


@asynccontextmanager
async def _answering(folder: Path) -> AsyncIterator[str]:
    """A broker, and a service behind it; the gateway's address of it."""
    passwords = {name: f"{name}pw" for name in _USERS}
    node = _node(folder, passwords)
    await node.start()
    url = node.url("billing", quote(passwords["billing"]))
    service = await asyncio.create_subprocess_exec(sys.executable, "-m", "bench.answering", url)
    try:
        yield node.url("gateway", quote(passwords["gateway"]))
    finally:
        service.terminate()
        await service.wait()
        await node.stop()


async def compare_calls(folder: Path, *, at_once: list[int], rounds: int, seconds: float) -> list[Calls]:
    """With sharing and without it in turn."""
    found = []
    async with _answering(folder) as url:
        bus = RabbitBus(url)
        bus.start()
        clients = {shares: RpcClient(bus, process="gateway", shares=shares) for shares in (True, False)}
        for client in clients.values():
            await client.start()
            await client.listening.wait()
            await _first_answer(client)
        for count in at_once:
            for _ in range(rounds):
                for shares, client in clients.items():
                    found.append(await _run(client, shares, count, seconds))
        for client in clients.values():
            await client.stop()
        await bus.close()
    return found


async def _first_answer(client: RpcClient) -> None:
    while True:
        try:
            await client.call(ListCharges(session_assertion=_ASSERTION), within=1)
        except ServiceTrouble:
            await asyncio.sleep(0.1)
        else:
            return


async def _run(client: RpcClient, shares: bool, count: int, seconds: float) -> Calls:
    service = Part("service", ("bench.answering",))
    took: list[float] = []
    ends_at = time.monotonic() + seconds

    async def caller() -> None:
        while (began := time.monotonic()) < ends_at:
            await client.call(ListCharges(session_assertion=_ASSERTION), within=5)
            took.append(time.monotonic() - began)

    began, own, theirs = time.monotonic(), _own_cpu(), cpu_seconds([service])["service"]
    await asyncio.gather(*(caller() for _ in range(count)))
    calls = len(took)
    return Calls(
        shares=shares,
        at_once=count,
        per_second=calls / (time.monotonic() - began),
        p50_ms=sorted(took)[calls // 2] * 1000,
        client_us=(_own_cpu() - own) / calls * 1e6,
        service_us=(cpu_seconds([service])["service"] - theirs) / calls * 1e6,
    )


def _own_cpu() -> float:
    times = os.times()
    return times.user + times.system
