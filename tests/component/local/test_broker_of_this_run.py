"""Which RabbitMQ the tests run against."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import aiormq
import pytest

from mypage.local.rabbitmq import PrivateRabbit


async def _grants_a_transient_shared_queue(rabbit: PrivateRabbit) -> bool:
    connection = await aiormq.connect(rabbit.url())
    try:
        channel = await connection.channel()
        await channel.queue_declare("transient", durable=False, exclusive=False, auto_delete=True)
    except aiormq.exceptions.AMQPError:
        return False
    finally:
        await connection.close()
    return True


async def test_it_is_the_one_asked_for_and_version_4_refuses_what_is_deprecated(
    rabbit: PrivateRabbit, pytestconfig: pytest.Config
) -> None:
    """`make test BROKER=4` never runs against another one, and there the whole suite shows that we use
    nothing that 4.3 refuses.
    """
    version = int((await rabbit.api("GET", "/api/overview"))["rabbitmq_version"].partition(".")[0])
    asked = pytestconfig.getoption("--broker")
    assert asked in (None, version)
    assert await _grants_a_transient_shared_queue(rabbit) == (asked is None)


@pytest.mark.parametrize(
    ("program", "found"),
    [("echo 3.10.8", "is RabbitMQ 3.10.8"), ("exit 127", "does not run")],
    ids=["another version", "none"],
)
def test_where_there_is_no_version_4_one_is_told_how_to_get_it(
    tmp_path: Path, program: str, found: str
) -> None:
    """The run ends; it is never a run against something else."""
    (tmp_path / "rabbitmqctl").write_text(f"#!/bin/sh\n{program}\n")
    (tmp_path / "rabbitmqctl").chmod(0o755)
    asked = subprocess.run(
        ["sh", Path(__file__).parents[2] / "broker_4" / "set_up.sh"],
        env={**os.environ, "RMQ_BIN": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (asked.returncode, asked.stdout) == (1, "")
    assert found in asked.stderr
    assert "Name a RabbitMQ 4 by RMQ_BIN" in asked.stderr
