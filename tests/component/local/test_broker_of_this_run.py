"""Which RabbitMQ the tests run against."""

from __future__ import annotations

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
