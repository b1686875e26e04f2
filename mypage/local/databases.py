"""The four databases of the services: made on one server, and brought to the newest form."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from chassis.database.db import Database
from chassis.database.migrate import migrate
from chassis.database.provision import ensure_database
from chassis.database.route import DIRECT, Route
from mypage.local.statefile import kept_passwords

SERVICES = ("identity", "registration", "notification", "billing")


async def ensure_databases(server_url: str, data_dir: Path, route: Route = DIRECT) -> dict[str, str]:
    """The four databases, each with its own role; passwords are made once and kept in the data directory."""
    passwords = kept_passwords(data_dir / "databases.json", SERVICES)
    return {
        name: await ensure_database(server_url, f"mypage_{name}", passwords[name], route) for name in SERVICES
    }


def migrations_of(service: str) -> Path:
    """The folder of a service's own migrations."""
    return Path(str(import_module(f"services.{service}").__file__)).parent / "migrations"


async def migrate_all(urls: dict[str, str], route: Route = DIRECT) -> dict[str, list[str]]:
    """Applies what is missing in every database; returns the names of what was applied."""
    applied = {}
    for service, url in urls.items():
        database = await Database.open(url, route=route)
        try:
            applied[service] = await migrate(database, [(service, migrations_of(service))])
        finally:
            await database.close()
    return applied
