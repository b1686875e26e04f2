"""The broker's definitions obey what every version from 3.10 to 4.x wants, and give each user no more than it
needs.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest

from chassis.messaging.rabbit.definitions import (
    UnknownUser,
    broker_users,
    definitions,
    password_hash,
)
from messages.topology import TOPOLOGY

USERS = broker_users(TOPOLOGY)
DOCUMENT: dict[str, Any] = definitions(TOPOLOGY, passwords={user: f"{user}pw" for user in USERS})
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


def test_the_committed_file_says_nothing_about_users() -> None:
    """Loaded at any time it changes no password, and no permission of a user who may not exist makes the
    broker refuse it (ADR 0049).
    """
    committed = json.loads((Path(__file__).parents[4] / "deploy/rabbitmq/definitions.json").read_text())
    assert committed == definitions(TOPOLOGY, passwords={})
    nobody: dict[str, Any] = {"users": [], "permissions": [], "topic_permissions": []}
    assert committed == {**DOCUMENT, **nobody}


def test_only_who_is_given_a_password_is_told_about() -> None:
    """A file for one user locks out nobody else."""
    document = definitions(TOPOLOGY, passwords={"billing": "billing-pw"})
    assert [each["name"] for each in document["users"]] == ["billing"]
    assert {each["user"] for each in document["permissions"] + document["topic_permissions"]} == {"billing"}


def test_a_password_is_written_as_a_salted_hash() -> None:
    """The example of rabbitmq.com/docs/passwords, and no two hashes of one password are alike."""
    example = "kI3GCqW5JLMJa4iX1lo7X4D6XbYqlLgxIs30+P6tENUV2POR"
    assert password_hash("test12", salt=bytes.fromhex("908DC60A")) == example
    first, second = (
        definitions(TOPOLOGY, passwords={"billing": "billing-pw"})["users"][0]["password_hash"] for _ in "12"
    )
    assert first != second
    salt, digest = base64.b64decode(first)[:4], base64.b64decode(first)[4:]
    assert digest == hashlib.sha256(salt + b"billing-pw").digest()
    assert not [word for word in (f"{user}pw" for user in USERS) if word in json.dumps(DOCUMENT)]


def test_a_password_for_nobody_is_refused() -> None:
    """A name that is mistyped would leave its user without a password."""
    with pytest.raises(UnknownUser, match="bililng"):
        definitions(TOPOLOGY, passwords={"bililng": "secret-pw"})


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


@pytest.mark.parametrize("policy", [each for each in DOCUMENT["policies"] if each["name"] != "rpc"])
def test_every_queue_is_bounded_and_refuses_what_it_does_not_take(policy: dict[str, Any]) -> None:
    """Work, waiting and dead: nothing grows without end, and nothing is dropped for room."""
    limits = policy["definition"]
    assert limits["max-length"] == 100_000
    assert limits["overflow"] == "reject-publish"
    assert policy["name"].endswith(".events") or limits["max-length-bytes"] == 1024**3


@pytest.mark.parametrize("user", sorted(PERMISSIONS))
def test_everybody_publishes_events_of_his_own_names_only(user: str) -> None:
    """Every user has such a permission, as without one the broker takes any name."""
    (topic,) = [each for each in DOCUMENT["topic_permissions"] if each["user"] == user]
    keys = [
        binding["routing_key"] for binding in DOCUMENT["bindings"] if binding["source"] == "mypage.events"
    ]
    assert {key for key in keys if re.search(topic["write"], key)} == {
        key for key in keys if key.startswith(f"{user}.")
    }
    assert not [key for key in keys if re.search(topic["read"], key)]
