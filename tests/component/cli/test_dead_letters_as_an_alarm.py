"""`mypage dead list --alarm`, as the CronJob of deploy/k8s asks: whoever runs it looks at the exit code."""

from __future__ import annotations

import pytest
from broker_of_dead_letters import Broker, body
from component.cli.conftest import Run

from chassis.database.db import Database


@pytest.fixture
async def databases() -> dict[str, Database]:
    """This command needs none."""
    return {}


async def test_list_as_an_alarm_fails_while_anything_lies_there(mypage: Run, broker: Broker) -> None:
    """0 means that nobody need look. Without the option nothing is an alarm."""
    quiet = mypage("dead", "list", "--alarm", **broker.environment)
    assert (quiet.returncode, quiet.stderr) == (0, "")
    await broker.bury(body())
    loud = mypage("dead", "list", "--alarm", **broker.environment)
    assert (loud.returncode, loud.stderr) == (1, "")
    assert loud.stdout.startswith("identity.events.dead: 1 件")
    assert mypage("dead", "list", **broker.environment).returncode == 0
