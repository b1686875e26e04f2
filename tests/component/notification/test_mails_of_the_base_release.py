"""Mails that the previous release left in its table are today's to send."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from support.base_release import a_database_of_then
from support.notification_harness import a_provisional_registration, a_service
from support.smtp_relay import Relay

from chassis.database.migrate import migrate
from mypage.local.databases import migrations_of
from mypage.local.postgres import PrivatePostgres
from services.notification.delivery.delivery_loop import delivery_loop

ORDER_OF_THEN = """
    INSERT INTO mails
        (mail_key, kind, about_key, sealed_content, facts, state, attempts, lease_until, ended_at)
    VALUES ($1, 'activation', $2, $3, '{}', $4, 1, now(), CASE WHEN $4 = 'sent' THEN now() END)
"""


async def test_mails_of_the_previous_release_are_driven_to_their_end(
    postgres: PrivatePostgres, tmp_path: Path, relay: Relay
) -> None:
    """One that waited is sent, one whose sender died is sent and marked, one that was sent stays so."""
    database, _ = await a_database_of_then(postgres, "notification", tmp_path)
    keys = {state: uuid4() for state in ("queued", "sending", "sent")}
    async with database.transaction() as tx:
        for state, key in keys.items():
            sealed = None if state == "sent" else a_provisional_registration(key).mail_order.model_dump_json()
            await tx.execute(ORDER_OF_THEN, uuid4(), key, sealed, state)
    await migrate(database, [("notification", migrations_of("notification"))])
    service = a_service(database, await relay.start())
    await delivery_loop(service)
    async with database.transaction() as tx:
        rows: dict[UUID, Any] = {row["about_key"]: row for row in await tx.fetch("SELECT * FROM mails")}
    assert {rows[key]["state"] for key in keys.values()} == {"sent"}
    assert [rows[keys[state]]["possible_duplicate"] for state in keys] == [False, True, False]
    assert len(relay.accepted) == 2
    await database.close()
