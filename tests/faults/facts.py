"""What is true at the end: the rows of the four databases, the queues of the broker, the mails of the
sink.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import aio_pika
from aio_pika.abc import AbstractChannel
from aio_pika.exceptions import ChannelNotFoundEntity
from faults.plant import Plant
from faults.servers import broker_definitions
from faults.smtp_sink import SunkMail

from mypage.local.databases import SERVICES

Row = dict[str, Any]
NOTHING_THERE = -1  # messages in a queue that does not exist
LIVE = ("registered", "mail_sent")
LASTING = ("activated", "completed")
ENDED = ("expired", "superseded", "mail_abandoned", "rejected")
TABLES = {
    "registrations": ("registration", "SELECT p.*, now() AS asked_at FROM provisional_accounts AS p"),
    "further_tokens": ("registration", "SELECT * FROM further_activation_tokens"),
    "claims": ("registration", "SELECT * FROM account_id_claims"),
    "accounts": ("identity", "SELECT * FROM accounts"),
    "contracts": (
        "identity",
        "SELECT contract_key, customer_number FROM contracts WHERE replaced_at IS NULL",
    ),
    "resets": ("identity", "SELECT * FROM password_resets"),
    "recoveries": (
        "identity",
        "SELECT kind, account_key FROM audit_entries WHERE kind LIKE 'password_reset%'"
        " OR kind = 'account_id_asked'",
    ),
    "address_changes": ("identity", "SELECT * FROM address_changes"),
    "sessions": ("identity", "SELECT account_key, created_at FROM sessions"),
    "audit": (
        "identity",
        "SELECT kind, account_key, happened_at FROM audit_entries WHERE account_key IS NOT NULL ORDER BY id",
    ),
    "order_rows": ("notification", "SELECT * FROM mails"),
    "notices": ("billing", "SELECT account_key FROM bill_notices"),
    "unannounced": (
        "billing",
        """SELECT billing_month FROM published_months
        WHERE announced_at IS NULL AND EXISTS (SELECT FROM bill_notice_subscribers)""",
    ),
}


@dataclass
class Facts:
    """Everything that the checker looks at. Made by `gather`, or by a test of the checker itself."""

    registrations: list[Row] = field(default_factory=list)
    further_tokens: list[Row] = field(default_factory=list)  # of mails that were ordered again
    claims: list[Row] = field(default_factory=list)
    accounts: list[Row] = field(default_factory=list)
    contracts: list[Row] = field(default_factory=list)
    resets: list[Row] = field(default_factory=list)  # links to a new password
    recoveries: list[Row] = field(default_factory=list)  # what the audit tells of them
    address_changes: list[Row] = field(default_factory=list)
    sessions: list[Row] = field(default_factory=list)
    audit: list[Row] = field(default_factory=list)  # what it tells of accounts, oldest first
    order_rows: list[Row] = field(default_factory=list)  # notification's mails
    notices: list[Row] = field(default_factory=list)  # billing's words that a month is there
    unannounced: list[Row] = field(default_factory=list)  # months of which somebody may be to be told
    outboxes: dict[str, list[Row]] = field(default_factory=dict)  # by service
    inboxes: dict[str, int] = field(default_factory=dict)  # entries by service
    queues: dict[str, int] = field(
        default_factory=dict
    )  # messages that wait, by queue; NOTHING_THERE for a queue that is gone
    mails: list[SunkMail] = field(default_factory=list)

    @property
    def gone(self) -> set[Any]:
        """The keys of registrations that came to an account which is closed by now: nothing else is kept of
        them.
        """
        return {row["registration_key"] for row in self.accounts if row["closed_at"] is not None}

    def by_token(self) -> dict[str, Row]:
        """Each registration by the hash of every token that opens it, or did while there was one."""
        orders = {f"<{row['mail_key']}": row["about_key"] for row in self.order_rows}
        known = {mail.token_hash: orders.get(mail.message_id.partition("@")[0]) for mail in self.mails}
        gone = {
            token: {"registration_key": key, "state": "completed"}
            for token, key in known.items()
            if token and key in self.gone
        }
        by_key = {row["registration_key"]: row for row in self.registrations}
        by_first = {row["activation_token_hash"]: row for row in self.registrations}
        return (
            gone
            | by_first
            | {row["activation_token_hash"]: by_key[row["registration_key"]] for row in self.further_tokens}
        )


async def gather(plant: Plant) -> Facts:
    """Reads them all. Raises CONNECTION_ERRORS and the like: only a plant whose servers run can be judged."""
    facts = Facts(mails=list(plant.sink.mails), queues=await waiting(plant))
    for name, (service, statement) in TABLES.items():
        setattr(facts, name, await _rows(plant, service, statement))
    for service in SERVICES:
        facts.outboxes[service] = await _rows(plant, service, "SELECT * FROM outbox")
        facts.inboxes[service] = (await _rows(plant, service, "SELECT count(*) AS entries FROM inbox"))[0][
            "entries"
        ]
    return facts


async def _rows(plant: Plant, service: str, statement: str) -> list[Row]:
    async with (await plant.database(service)).transaction() as tx:
        rows: Sequence[Any] = await tx.fetch(statement)
        return [dict(row.items()) for row in rows]


async def waiting(plant: Plant) -> dict[str, int]:
    """Messages that wait in each durable queue: work queues, waiting rooms and dead letters."""
    found: dict[str, int] = {}
    connection = await aio_pika.connect(plant.servers.admin_amqp_url(), timeout=5)
    async with connection:
        for queue in [each["name"] for each in broker_definitions()["queues"]]:
            channel: AbstractChannel = await connection.channel()
            try:
                declared = await channel.declare_queue(queue, passive=True)
                found[queue] = declared.declaration_result.message_count or 0
                await channel.close()
            except ChannelNotFoundEntity:
                found[queue] = NOTHING_THERE
    return found


async def dead_letters(plant: Plant) -> list[tuple[str, dict[str, Any], bytes]]:
    """Of every dead letter, as `held_in` tells it."""
    queues = [name for name in await waiting(plant) if name.endswith(".dead")]
    return [each for queue in queues for each in await held_in(plant, queue)]


async def held_in(plant: Plant, queue: str) -> list[tuple[str, dict[str, Any], bytes]]:
    """The queue, and headers (with the type as `type`) and body of every message that waits in it. They stay
    where they are.
    """
    count = (await waiting(plant))[queue]
    if count <= 0:
        return []
    connection = await aio_pika.connect(plant.servers.admin_amqp_url(), timeout=5)
    async with connection:
        source = await (await connection.channel()).get_queue(queue)
        held = [each for _ in range(count) if (each := await source.get(no_ack=False, fail=False))]
        for each in held:
            await each.nack(requeue=True)
    return [(queue, {**each.headers, "type": each.type}, each.body) for each in held]


async def rows_as_text(plant: Plant, service: str, table: str) -> str:
    """All of a table, to be searched."""
    rows = await _rows(plant, service, f"SELECT whole::text AS row FROM {table} AS whole")
    return "\n".join(row["row"] for row in rows)
