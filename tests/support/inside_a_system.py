"""What somebody reaches who got into a running system: its databases and broker, with anybody's rights."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from journeys.system import System

from chassis.database.db import Database
from mypage.local.databases import SERVICES, role_of
from mypage.local.postgres import PrivatePostgres
from mypage.local.rabbitmq_node import ADMIN, Node


def server_of(system: System) -> PrivatePostgres:
    """The database server, with all rights."""
    server = PrivatePostgres.running_in(system.folder / "postgres")
    assert server
    return server


async def rows_of(system: System, service: str, statement: str, *values: object) -> list[tuple[Any, ...]]:
    """Of a service's database, with all rights."""
    database = await Database.open(server_of(system).url(role_of(service)))
    try:
        async with database.transaction() as tx:
            return [tuple(row.values()) for row in await tx.fetch(statement, *values)]  # type: ignore[attr-defined]
    finally:
        await database.close()


async def every_row(system: System) -> dict[str, str]:
    """All rows of each table of every service, as text."""
    found: dict[str, str] = {}
    tables = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
    for service in SERVICES:
        for (table,) in await rows_of(system, service, tables):
            rows = await rows_of(system, service, f"SELECT whole::text FROM {table} AS whole")
            found[f"{service}.{table}"] = "\n".join(row[0] for row in rows)
    return found


def database_as(system: System, service: str, *, of: str) -> str:
    """The database of the service `of`, as the role of `service`, with its own password."""
    passwords = json.loads((system.folder / "databases.json").read_text())
    return server_of(system).url(role_of(of), role_of(service), passwords[service])


def broker_as(system: System, user: str | None = None) -> str:
    """The broker's address with a component's own password; without one that of its administrator."""
    folder = system.folder / "rabbitmq"
    node = Node.of(folder.resolve(), "")
    if user is None:
        name, password = ADMIN, node.admin_password
    else:
        name, password = user, json.loads((folder / "passwords.json").read_text())[user]
    return f"amqp://{quote(name, safe='')}:{quote(password, safe='')}@127.0.0.1:{node.ports.amqp}/%2F"
