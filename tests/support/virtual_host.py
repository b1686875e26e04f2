"""A virtual host as production has it: the product's own definitions, with a password for each component's
user.
"""

from __future__ import annotations

from itertools import count

from chassis.messaging.rabbit.definitions import definitions
from chassis.messaging.topology import OPERATOR
from messages.topology import TOPOLOGY
from mypage.local.rabbitmq import PrivateRabbit

USERS = ("identity", "registration", "notification", "billing", "gateway", OPERATOR)
_number = count(1)


async def a_virtual_host(rabbit: PrivateRabbit) -> str:
    """A fresh virtual host with the product's own definitions, as in production."""
    name = f"test{next(_number)}"
    await rabbit.api(
        "POST",
        "/api/definitions",
        definitions(TOPOLOGY, passwords={user: f"{user}pw" for user in USERS}, vhost=name),
    )
    return name
