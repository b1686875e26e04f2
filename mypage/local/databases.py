"""The four databases of the services: made on one server, and brought to the newest form."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from yarl import URL

from chassis.database.db import Database
from chassis.database.migrate import migrate
from chassis.database.provision import ensure_database, ensure_role
from chassis.database.route import DIRECT, Route
from mypage.local.statefile import kept_passwords

SERVICES = ("identity", "registration", "notification", "billing")
_OWNER = "migrations"


async def ensure_databases(server_url: str, data_dir: Path, route: Route = DIRECT) -> dict[str, str]:
    """The four databases, each with its own role, all of them owned by the one who migrates; passwords are
    made once and kept in the data directory.
    """
    passwords = kept_passwords(data_dir / "databases.json", (*SERVICES, _OWNER))
    owner = role_of(_OWNER)
    await ensure_role(server_url, owner, passwords[_OWNER], route)
    return {
        name: await ensure_database(server_url, role_of(name), passwords[name], route, owner=owner)
        for name in SERVICES
    }


def as_owner(urls: dict[str, str], data_dir: Path) -> dict[str, str]:
    """The databases that `ensure_databases` made, for the one who migrates them."""
    password = kept_passwords(data_dir / "databases.json", (_OWNER,))[_OWNER]
    return {
        name: str(URL(url).with_user(role_of(_OWNER)).with_password(password)) for name, url in urls.items()
    }


def role_of(service: str) -> str:
    """The role that a service logs in with, at the database of the same name."""
    return f"mypage_{service}"


def migrations_of(service: str) -> Path:
    """The folder of a service's own migrations."""
    return Path(str(import_module(f"services.{service}").__file__)).parent / "migrations"


async def migrate_all(urls: dict[str, str], route: Route = DIRECT) -> dict[str, list[str]]:
    """Applies what is missing in every database, and lets each service's role work in its own; returns the
    names of what was applied.
    """
    applied = {}
    for service, url in urls.items():
        database = await Database.open(url, route=route)
        try:
            folders = [(service, migrations_of(service))]
            applied[service] = await migrate(database, folders, role=role_of(service))
        finally:
            await database.close()
    return applied
