"""`mypage outbox status` and `mypage registrations stuck`: what a cron job asks, exit code 1 for an alarm."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from chassis.database.db import Database
from chassis.security.tokens import new_key
from mypage.local.databases import SERVICES

Run = Callable[..., subprocess.CompletedProcess[str]]

CANARY = "Geheim0748001234"


@pytest.fixture
async def databases(fresh_database: Callable[[str], Awaitable[Database]]) -> dict[str, Database]:
    """All four, empty."""
    return {service: await fresh_database(service) for service in SERVICES}


async def run(database: Database, statement: str, *values: Any) -> None:
    """A statement in a transaction of its own."""
    async with database.transaction() as tx:
        await tx.execute(statement, *values)


async def say(database: Database, type_name: str, *, ago: timedelta, attempts: int = 0) -> None:
    """An event that waits in the outbox."""
    statement = """
        INSERT INTO outbox (message_id, type, exchange, routing_key, mandatory, body, created_at, attempts)
        VALUES ($1, $2, 'mypage.events', $2, true, $3, now() - $4::interval, $5)
    """
    await run(database, statement, new_key(), type_name, CANARY.encode(), ago, attempts)


async def registration(database: Database, state: str, *, ago: timedelta, redrives: int = 0) -> UUID:
    """A registration that came into this state so long ago."""
    statement = """
        INSERT INTO provisional_accounts (
            registration_key, contract_key, customer_number, account_id_as_typed, password_hash,
            email_address, nickname, activation_token_hash, state, registered_at, mail_sent_at,
            activated_at, redrives
        ) VALUES ($1, $2, $3, $3, $3, $3 || '@example.jp', $3, $1::uuid::text, $4, now() - $5::interval,
            CASE WHEN $4 <> 'registered' THEN now() - $5::interval END,
            CASE WHEN $4 = 'activated' THEN now() - $5::interval END, $6)
    """
    key = uuid4()
    await run(database, statement, key, uuid4(), CANARY, state, ago, redrives)
    return key


async def mail(database: Database, state: str, *, ago: timedelta, attempts: int) -> UUID:
    """A mail that was ordered so long ago, about this key."""
    statement = """
        INSERT INTO mails (
            mail_key, kind, about_key, sealed_content, facts, state, attempts, created_at, ended_at
        )
        VALUES ($1, 'activation', $2, CASE WHEN $3 <> 'sent' THEN $4 END, '{}', $3, $5, now() - $6::interval,
            CASE WHEN $3 = 'sent' THEN now() END)
    """
    about = uuid4()
    await run(database, statement, uuid4(), about, state, CANARY, attempts, ago)
    return about


async def test_an_event_that_waits_for_long_is_an_alarm(mypage: Run, databases: dict[str, Database]) -> None:
    """Counted by type, with the oldest age and the attempts; never the body."""
    stuck = "registration.account_activated.v1"
    await say(databases["registration"], stuck, ago=timedelta(seconds=600), attempts=3)
    await say(databases["registration"], stuck, ago=timedelta(seconds=5))
    await say(databases["registration"], "registration.provisionally_registered.v1", ago=timedelta(seconds=5))
    alarmed = mypage("outbox", "status")
    assert (alarmed.returncode, alarmed.stderr) == (1, "")
    types = "registration.account_activated.v1 2、registration.provisionally_registered.v1 1"
    line = f"registration: 3 件、最も古いものは 10 分前、試行は最多 3 回（{types}）"
    assert alarmed.stdout.splitlines() == ["identity: 0 件", line, "notification: 0 件", "billing: 0 件"]
    as_json = mypage("outbox", "status", "--json")
    assert as_json.returncode == 1
    found = {row["service"]: row for row in json.loads(as_json.stdout)}
    assert set(found) == set(SERVICES)
    assert found["registration"]["oldest_seconds"] >= 600
    assert (found["registration"]["rows"], found["registration"]["most_attempts"]) == (3, 3)
    assert found["registration"]["types"] == {stuck: 2, "registration.provisionally_registered.v1": 1}
    assert found["billing"] == {
        "service": "billing",
        "rows": 0,
        "oldest_seconds": 0.0,
        "most_attempts": 0,
        "types": {},
    }
    assert CANARY not in alarmed.stdout + as_json.stdout


async def test_an_event_that_was_said_a_moment_ago_is_none(
    mypage: Run, databases: dict[str, Database]
) -> None:
    """A relay looks every second."""
    await say(databases["identity"], "identity.account_created.v1", ago=timedelta(seconds=-300))
    calm = mypage("outbox", "status")
    assert (calm.returncode, calm.stderr) == (0, "")
    assert calm.stdout.startswith("identity: 1 件、最も古いものは 0 秒前")


async def test_registrations_and_mails_that_stand_still_are_listed(
    mypage: Run, databases: dict[str, Database]
) -> None:
    """With their key, since when and what to do; nobody's name, address or ID."""
    place = databases["registration"]
    unmailed = await registration(place, "registered", ago=timedelta(minutes=20))
    unanswered = await registration(place, "activated", ago=timedelta(minutes=3), redrives=4)
    waiting = await mail(databases["notification"], "queued", ago=timedelta(hours=2), attempts=3)
    alarmed = mypage("registrations", "stuck")
    assert (alarmed.returncode, alarmed.stderr) == (1, "")
    assert f"{unmailed}  registered  " in alarmed.stdout
    assert "メールの知らせがありません" in alarmed.stdout
    assert f"{unanswered}  activated  " in alarmed.stdout
    assert "3 分、試行 4 回\n  identity が動いているか" in alarmed.stdout
    assert f"{waiting}  mail:activation  " in alarmed.stdout
    assert "2 時間、試行 3 回\n  まだ送れません" in alarmed.stdout
    as_json = mypage("registrations", "stuck", "--json")
    assert as_json.returncode == 1
    found = json.loads(as_json.stdout)
    assert [(row["key"], row["state"], row["tries"]) for row in found] == [
        (str(unmailed), "registered", 0),
        (str(unanswered), "activated", 4),
        (str(waiting), "mail:activation", 3),
    ]
    assert CANARY not in alarmed.stdout + as_json.stdout


async def test_a_mail_that_its_relay_refused_for_good_is_listed_for_a_day(
    mypage: Run, databases: dict[str, Database]
) -> None:
    """S4-2: under the key of the registration, with the relay's numbers, and whom to ask."""
    statement = """
        INSERT INTO mails (
            mail_key, kind, about_key, facts, state, attempts, created_at, ended_at, last_trouble
        )
        VALUES ($1, 'activation', $2, '{}', 'abandoned', 1, now(), now() - $3::interval, 'rcpt 550 5.1.3')
    """
    about, long_ago = uuid4(), uuid4()
    await run(databases["notification"], statement, uuid4(), about, timedelta(hours=1))
    await run(databases["notification"], statement, uuid4(), long_ago, timedelta(hours=25))
    alarmed = mypage("registrations", "stuck")
    assert alarmed.returncode == 1
    assert f"{about}  mail:activation  " in alarmed.stdout
    assert "送るのをあきらめました（rcpt 550 5.1.3）。お客様に電話で確かめてください。" in alarmed.stdout
    assert str(long_ago) not in alarmed.stdout


async def test_what_still_has_time_or_is_done_is_not_listed(
    mypage: Run, databases: dict[str, Database]
) -> None:
    """Exit code 0."""
    place = databases["registration"]
    await registration(place, "registered", ago=timedelta(minutes=5))
    await registration(place, "mail_sent", ago=timedelta(hours=20))
    await registration(place, "activated", ago=timedelta(minutes=-5))
    await mail(databases["notification"], "queued", ago=timedelta(minutes=5), attempts=1)
    await mail(databases["notification"], "sent", ago=timedelta(hours=20), attempts=1)
    calm = mypage("registrations", "stuck")
    assert (calm.returncode, calm.stdout, calm.stderr) == (0, "止まっているものはありません。\n", "")
