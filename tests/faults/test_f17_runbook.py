"""F17: a deleted queue is cured as docs/runbook.md says, to the letter. Nobody is locked out by it, whatever
connects anew.
"""

from __future__ import annotations

import asyncio
import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from faults.checker import at_rest, violations
from faults.conftest import MakePlant
from faults.crash_points import down, journeys, messages_in
from faults.customers import some_customers
from faults.environment import ROOT
from faults.ledger import Ledger
from faults.load import import_customers
from faults.plant import Plant
from faults.servers import COMPONENTS, password_of
from faults.test_f17_topology import seconds_until
from faults.test_f22_lost_orders import finish, say_again

from mypage.local.databases import SERVICES
from mypage.local.rabbitmq_node import Node, programs

QUEUE = "notification.events"
NAMED_WITHIN = 60.0  # seconds, on a busy machine
CURE, NEW_USERS = 0, 1  # which of the section's blocks of commands


def commands(block: int) -> list[list[str]]:
    """What the runbook's section on the broker's definitions tells an operator to type."""
    section = (ROOT / "docs" / "runbook.md").read_text().partition("\n## 11.")[2].partition("\n## ")[0]
    lines = section.split("```")[1::2][block].strip().splitlines()
    return [shlex.split(line) for line in lines]


async def follow(plant: Plant, block: int, folder: Path) -> None:
    """Each command in turn, on the broker's machine. Raises CalledProcessError."""
    node = Node.of(plant.servers.folder / "rabbit", "mypage")
    run = {
        "mypage": ([sys.executable, "-m", "mypage"], {**os.environ, "PYTHONPATH": str(ROOT)}),
        "rabbitmqctl": ([str(programs() / "rabbitmqctl")], node.environment()),
    }
    for program, *arguments in commands(block):
        start, environment = run[program]
        await asyncio.to_thread(subprocess.run, [*start, *arguments], cwd=folder, env=environment, check=True)
        plant.ledger.done("operator", program, arguments=arguments)


async def restart_everything(plant: Plant) -> None:
    """The broker first, and not by `rabbit.start`, which would give it the tests' own definitions again."""
    await plant.servers.rabbitmqctl("stop_app")
    await plant.servers.rabbitmqctl("start_app")
    await plant.servers.crash_database()
    await plant.servers.start_database()
    await plant.forget_databases()
    for component in COMPONENTS:
        await plant.restart(component)
    await plant.ready()


@pytest.mark.smoke
async def test_who_follows_the_runbook_has_his_queue_back_and_locks_nobody_out(
    make_plant: MakePlant, ledger: Ledger, seed: int, tmp_path: Path
) -> None:
    """Two orders of mails were in the queue, a third came when it was gone; then everything is restarted."""
    plant = await make_plant(own_servers=True, durable=True)
    customers = some_customers(4, seed=seed)
    await import_customers(plant, customers)
    async with journeys(plant, ledger, customers) as (first, second, third, last):
        await down(plant, "notification")
        await asyncio.gather(first.register(), second.register())
        await messages_in(plant, QUEUE, 2)
        await plant.servers.api("DELETE", f"/api/queues/{{vhost}}/{QUEUE}")
        ledger.done("notification", "take_away", messages=2)
        await third.register()
        plant.release("notification")

        async def is_named() -> bool:
            return f"queue {QUEUE}" in (await plant.not_ready("notification")).get("notification-1", "")

        await seconds_until(is_named, NAMED_WITHIN)
        await follow(plant, CURE, tmp_path)
        await plant.ready()
        await restart_everything(plant)
        await say_again(plant)
        await last.register()
        await asyncio.gather(*map(finish, (first, second, third, last)))
    await at_rest(plant, within=60)
    assert await violations(plant, ledger, customers=customers) == []


async def test_users_get_passwords_and_permissions_as_the_runbook_says(
    make_plant: MakePlant, tmp_path: Path
) -> None:
    """A broker that has lost its users lets nobody in until the file with the hashes is loaded."""
    plant = await make_plant(own_servers=True)
    users = (*COMPONENTS, "operator")
    (tmp_path / "passwords.json").write_text(json.dumps({user: password_of(user) for user in users}))
    for user in users:
        await plant.servers.api("DELETE", f"/api/users/{user}")

    async def are_locked_out() -> bool:
        return {f"{service}-1" for service in SERVICES} <= (await plant.not_ready()).keys()

    await seconds_until(are_locked_out, NAMED_WITHIN)
    await follow(plant, NEW_USERS, tmp_path)
    await plant.ready()
