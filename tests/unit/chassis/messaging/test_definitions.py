"""The broker's definitions obey what every version from 3.10 to 4.x wants, and give each user no more than it
needs.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from chassis.messaging.rabbit.definitions import definitions
from messages.topology import TOPOLOGY

DOCUMENT: dict[str, Any] = definitions(TOPOLOGY, passwords={})
PERMISSIONS = {each["user"]: each for each in DOCUMENT["permissions"]}


def test_every_shared_queue_is_durable_and_of_quorum_type() -> None:
    """4.3 refuses transient shared queues; classic mirroring is gone."""
    assert all(
        queue["durable"] and queue["arguments"] == {"x-queue-type": "quorum"} for queue in DOCUMENT["queues"]
    )


def test_everything_tunable_is_a_policy() -> None:
    """Arguments cannot change without deleting a queue; and nothing that 4.x has dropped is used."""
    text = json.dumps(DOCUMENT["policies"])
    assert not [word for word in ("ha-", "queue-mode", "queue-version") if word in text]
    work = next(policy for policy in DOCUMENT["policies"] if policy["name"] == "identity.events")[
        "definition"
    ]
    assert work["delivery-limit"] == 20
    assert (work["overflow"], work["dead-letter-strategy"]) == ("reject-publish", "at-least-once")


def test_every_work_queue_has_a_place_for_its_dead() -> None:
    """Nothing that cannot be handled is thrown away."""
    names = {queue["name"] for queue in DOCUMENT["queues"]}
    assert {f"{name}.dead" for name in names if name.endswith(".events")} <= names


def test_no_password_is_in_the_committed_file() -> None:
    """A user without a password cannot log in until an operator sets one."""
    committed = json.loads((Path(__file__).parents[4] / "deploy/rabbitmq/definitions.json").read_text())
    assert committed == DOCUMENT
    assert all(user["password_hash"] == "" and "password" not in user for user in committed["users"])


@pytest.mark.parametrize("user", sorted(PERMISSIONS))
def test_nobody_may_read_the_events_exchange(user: str) -> None:
    """Bindings come from the definitions, so nobody can eavesdrop by binding a queue of his own."""
    assert not re.search(PERMISSIONS[user]["read"], "mypage.events")


@pytest.mark.parametrize(
    "other", ["identity.events", "registration.events", "notification.events", "identity.rpc"]
)
def test_billing_may_not_read_anybody_elses_queue(other: str) -> None:
    """X42."""
    assert not re.search(PERMISSIONS["billing"]["read"], other)


def test_the_gateway_may_ask_but_not_tell() -> None:
    """It writes to request exchanges, never to the events."""
    write = PERMISSIONS["gateway"]["write"]
    assert all(re.search(write, f"{service}.rpc") for service in ("identity", "registration", "billing"))
    assert not [
        name
        for name in ("mypage.events", "mypage.broadcast", "mypage.replies", "identity.events")
        if re.search(write, name)
    ]


def test_the_operator_may_take_dead_letters_and_put_them_back_and_nothing_else() -> None:
    """The shortest waiting room is the only way back: no work queue, no event of his own, no request."""
    operator = PERMISSIONS["operator"]
    names = [
        *(queue["name"] for queue in DOCUMENT["queues"]),
        *(exchange["name"] for exchange in DOCUMENT["exchanges"]),
    ]
    assert {name for name in names if re.search(operator["read"], name)} == {
        name for name in names if name.endswith(".events.dead")
    }
    assert {name for name in names if re.search(operator["write"], name)} == {"mypage.retry.10s"}
    assert not [name for name in names if re.search(operator["configure"], name)]
