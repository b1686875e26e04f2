"""`mypage broker definitions`, loaded into a real broker (ADR 0049)."""

from __future__ import annotations

import json
import subprocess
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import aiormq
import pytest

from chassis.messaging.rabbit.definitions import broker_users
from messages.topology import TOPOLOGY
from mypage.local.rabbitmq import ManagementError, PrivateRabbit

ROOT = Path(__file__).parents[3]
Run = Callable[..., subprocess.CompletedProcess[str]]
PASSWORDS = {user: f"{user}-word" for user in broker_users(TOPOLOGY)}


@pytest.fixture
async def empty_broker(tmp_path: Path) -> AsyncIterator[PrivateRabbit]:
    """Its users are nobody else's: those of a node belong to all its virtual hosts."""
    node = PrivateRabbit(tmp_path / "broker")
    await node.start()
    yield node
    await node.kill()


async def load(broker: PrivateRabbit, document: str) -> None:
    """As `rabbitmqctl import_definitions` does. Raises ManagementError."""
    await broker.api("POST", "/api/definitions", json.loads(document))


async def logs_in(broker: PrivateRabbit, user: str, password: str) -> bool:
    """As a component does when it connects anew."""
    try:
        connection = await aiormq.connect(broker.url(user, password))
    except aiormq.exceptions.AMQPConnectionError:
        return False
    await connection.close()
    return True


async def permissions(broker: PrivateRabbit) -> list[Any]:
    """Of everybody, in a fixed order."""
    found = await broker.api("GET", "/api/permissions") + await broker.api("GET", "/api/topic-permissions")
    return sorted(found, key=repr)


async def test_the_committed_file_can_be_loaded_at_any_time(
    mypage: Run, empty_broker: PrivateRabbit, tmp_path: Path
) -> None:
    """Before there are users, and when there are: each still comes in, with the permissions that he had."""
    committed = (ROOT / "deploy" / "rabbitmq" / "definitions.json").read_text()
    await load(empty_broker, committed)
    given = tmp_path / "passwords.json"
    given.write_text(json.dumps(PASSWORDS))
    made = mypage("broker", "definitions", "--passwords", given)
    assert made.returncode == 0, made.stderr
    assert not [word for word in PASSWORDS.values() if word in made.stdout]
    await load(empty_broker, made.stdout)
    before = await permissions(empty_broker)
    assert {each["user"] for each in before} > PASSWORDS.keys()
    await load(empty_broker, committed)
    assert await permissions(empty_broker) == before
    for user, word in PASSWORDS.items():
        assert await logs_in(empty_broker, user, word)
        assert not await logs_in(empty_broker, user, "another")


async def test_permissions_of_absent_users_make_the_broker_refuse_the_file(
    mypage: Run, empty_broker: PrivateRabbit, tmp_path: Path
) -> None:
    """Why they are written with their users only: not one queue would be made."""
    given = tmp_path / "passwords.json"
    given.write_text(json.dumps(PASSWORDS))
    document = json.loads(mypage("broker", "definitions", "--passwords", given).stdout)
    with pytest.raises(ManagementError, match="no_such_user"):
        await load(empty_broker, json.dumps({**document, "users": []}))
    assert await empty_broker.api("GET", "/api/queues") == []


@pytest.mark.parametrize(
    "given",
    ['{"bililng": "secret-word"}', '{"billing": ""}', '{"billing": 7}', '["secret-word"]', "{'secret-word'"],
)
def test_passwords_that_would_lock_somebody_out_are_refused(mypage: Run, tmp_path: Path, given: str) -> None:
    """A mistyped name, an empty password, no JSON: one sentence that names the file, and no password."""
    file, out = tmp_path / "passwords.json", tmp_path / "definitions.json"
    file.write_text(given)
    refused = mypage("broker", "definitions", "--passwords", file, "--out", out)
    assert refused.returncode == 1
    assert str(file) in refused.stderr
    assert len(refused.stderr.splitlines()) == 1
    assert "secret-word" not in refused.stderr
    assert not out.exists()
