"""Makes a database with a role of its own on a server where we may: for one laptop and for tests. Production
uses its own ways.
"""

from __future__ import annotations

from yarl import URL

from chassis.database.db import Database
from chassis.database.route import DIRECT, Route


async def ensure_database(server_url: str, name: str, password: str, route: Route = DIRECT) -> str:
    """The URL of database `name`, owned by role `name`, closed to everybody else. Made when missing; the
    password is set anew.
    """
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
            if not await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", name):
                await connection.execute(f"CREATE DATABASE {name} OWNER {name}")
                await connection.execute(f"REVOKE ALL ON DATABASE {name} FROM PUBLIC")
    finally:
        await server.close()
    return str(URL(server_url).with_user(name).with_password(password).with_path(f"/{name}"))
