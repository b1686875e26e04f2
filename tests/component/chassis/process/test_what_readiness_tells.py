"""The real processes, wrongly set up: the readiness page says what is wrong, so that no roll-out goes on with
such a release; mended, they are ready without a restart.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from asyncio.subprocess import DEVNULL
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.parse import quote
from urllib.request import urlopen

import asyncpg
from support.virtual_host import a_virtual_host

from chassis.messaging.key_proofs import KeyProofs
from chassis.messaging.rabbit import RabbitBus
from chassis.security.key_agreement import KeyStatement
from mypage.local.databases import migrate_all
from mypage.local.key_ring import KeyRing, as_texts
from mypage.local.ports import free_ports
from mypage.local.postgres import PrivatePostgres
from mypage.local.rabbitmq import PrivateRabbit

ROOT = Path(__file__).parents[4]


@asynccontextmanager
async def a_process(module: str, **told: object) -> AsyncIterator[Callable[[], dict[str, str] | None]]:
    """That module with these settings. What is given asks it what it lacks: None while nobody answers, empty
    when it is ready.
    """
    port, pages = free_ports(2)
    keys = KeyRing.generate().settings_of(module.removeprefix("services."))
    settings = as_texts({**keys, "admin_port": port, "port": pages, "drain_seconds": 0, **told})
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        module,
        cwd=ROOT,
        env={f"MYPAGE_{name.upper()}": text for name, text in settings.items()}
        | {"PATH": os.environ["PATH"]},
        stdout=DEVNULL,
    )

    def missing() -> dict[str, str] | None:
        try:
            with urlopen(f"http://127.0.0.1:{port}/readyz", timeout=10) as answer:
                return dict(json.load(answer)["missing"])
        except HTTPError as refusal:
            return dict(json.load(refusal)["missing"])
        except URLError:
            return None

    try:
        yield missing
        assert process.returncode is None, "it has ended by itself"
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def until(expected: dict[str, str], missing: Callable[[], dict[str, str] | None]) -> None:
    """Waits until that is what it lacks."""
    last = None
    try:
        async with asyncio.timeout(60):
            while (last := await asyncio.to_thread(missing)) != expected:
                await asyncio.sleep(0.1)
    except TimeoutError:
        raise AssertionError(f"the last word was {last}") from None


async def test_a_gateway_that_may_not_log_in_is_not_ready(rabbit: PrivateRabbit) -> None:
    """Not once, whatever its pages say; with the right password it is."""
    vhost = await a_virtual_host(rabbit)
    told = {"amqp_url": rabbit.url("gateway", "wrong", vhost), "public_url": "http://127.0.0.1"}
    refused = {"pages": "the broker refuses access: the user or the password is wrong"}
    async with a_process("gateway", **told) as missing:
        await until(refused, missing)
        await rabbit.api("PUT", "/api/users/gateway", {"password": "wrong", "tags": ""})
        await until({}, missing)
    await rabbit.api("PUT", "/api/users/gateway", {"password": "gatewaypw", "tags": ""})


async def test_a_gateway_with_a_wrong_sealing_key_is_not_ready(rabbit: PrivateRabbit) -> None:
    """Nobody could open what it seals: no registration, no log-in."""
    vhost = await a_virtual_host(rabbit)
    bus = RabbitBus(rabbit.url("identity", quote("identitypw"), vhost))
    bus.start()
    identity = KeyProofs(bus, KeyStatement(component="identity", instance="1", opens=("right",)))
    identity.start()
    told = {"amqp_url": rabbit.url("gateway", "gatewaypw", vhost), "public_url": "http://127.0.0.1"}
    async with a_process("gateway", **told) as missing:
        async with asyncio.timeout(60):
            while (
                not (found := await asyncio.to_thread(missing)) or "pages" in found or "heard" in str(found)
            ):
                await asyncio.sleep(0.1)
        assert found.keys() == {"keys"}
        assert found["keys"].startswith("seals for identity with key ")
        assert found["keys"].endswith(", but identity has right")
    await identity.stop()
    await bus.close()


async def test_a_service_with_a_wrong_password_for_its_database_says_so_and_waits(
    rabbit: PrivateRabbit, postgres: PrivatePostgres
) -> None:
    """No "starting" for ever: once the password is right, it works."""
    vhost = await a_virtual_host(rabbit)
    server = await asyncpg.connect(postgres.url())
    await server.execute("CREATE ROLE told LOGIN PASSWORD 'right'")
    await server.execute("CREATE DATABASE told OWNER told")
    await migrate_all({"billing": postgres.url("told", "told", "right")})
    told = {
        "amqp_url": rabbit.url("billing", "billingpw", vhost),
        "database_url": postgres.url("told", "told", "wrong"),
    }
    async with a_process("services.billing", **told) as missing:
        await until({"component": "the database refuses the password (28P01)"}, missing)
        await server.execute("ALTER ROLE told PASSWORD 'wrong'")
        await until({}, missing)
    await server.close()
