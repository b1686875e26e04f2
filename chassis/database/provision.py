"""Makes a database with a role of its own on a server where we may: for one laptop and for tests. Production
uses its own ways.
"""

from __future__ import annotations

from typing import Any

from yarl import URL

from chassis.database.db import Database
from chassis.database.route import DIRECT, Route


async def ensure_role(server_url: str, name: str, password: str, route: Route = DIRECT) -> None:
    """A role that may log in. Made when missing; the password is set anew."""
    if not (name.isidentifier() and password.isalnum()):
        raise ValueError(
            "names are identifiers and passwords are letters and digits here, as DDL takes no parameters"
        )
    server = await Database.open(server_url, route=route)
    try:
        async with server.own_connection() as connection:
            if not await connection.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", name):
                await connection.execute(f"CREATE ROLE {name} LOGIN")
            await connection.execute(f"ALTER ROLE {name} PASSWORD '{password}'")
    finally:
        await server.close()


async def ensure_database(
    server_url: str, name: str, password: str, route: Route = DIRECT, *, owner: str | None = None
) -> str:
    """The URL of database `name` for role `name`, closed to everybody else. Made when missing; the password
    is set anew. `owner`: the role that owns database and tables, also those that role `name` owned until
    now; by default `name` itself.
    """
    await ensure_role(server_url, name, password, route)
    owner = owner or name
    server = await Database.open(server_url, route=route)
    try:
        async with server.own_connection() as connection:
            owned_by = await _owner_of(connection, name)
            if owned_by is None:
                await connection.execute(f"CREATE DATABASE {name} OWNER {owner}")
                await connection.execute(f"REVOKE ALL ON DATABASE {name} FROM PUBLIC")
    finally:
        await server.close()
    if owned_by == name != owner:
        await _hand_over(str(URL(server_url).with_path(f"/{name}")), name, owner, route)
    return str(URL(server_url).with_user(name).with_password(password).with_path(f"/{name}"))


async def _owner_of(connection: Any, database: str) -> str | None:
    """None when there is no such database."""
    statement = "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = $1"
    owner: str | None = await connection.fetchval(statement, database)
    return owner


async def _hand_over(url: str, name: str, owner: str, route: Route) -> None:
    """As an earlier release left it: the service's role owned all."""
    database = await Database.open(url, route=route)
    try:
        async with database.own_connection() as connection:
            await connection.execute(f"REASSIGN OWNED BY {name} TO {owner}")
    finally:
        await database.close()
