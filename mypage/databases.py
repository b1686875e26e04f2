"""Where each service's database is: given by the operator, on a given server, or on the embedded one."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from chassis.database.db import Database
from chassis.database.migrate import migrate
from chassis.database.provision import ensure_database
from chassis.process.settings import load
from mypage.missing import MissingPart
from mypage.postgres import PrivatePostgres
from mypage.settings import OperatorSettings
from mypage.statefile import kept_passwords

SERVICES = ("identity", "registration", "notification", "billing")


async def ensure_databases(server_url: str, data_dir: Path) -> dict[str, str]:
    """The four databases, each with its own role; passwords are made once and kept in the data directory."""
    passwords = kept_passwords(data_dir / "databases.json", SERVICES)
    return {name: await ensure_database(server_url, f"mypage_{name}", passwords[name]) for name in SERVICES}


def migrations_of(service: str) -> Path:
    """The folder of a service's own migrations."""
    return Path(str(import_module(f"services.{service}").__file__)).parent / "migrations"


async def migrate_all(urls: dict[str, str]) -> dict[str, list[str]]:
    """Applies what is missing in every database; returns the names of what was applied."""
    applied = {}
    for service, url in urls.items():
        database = await Database.open(url)
        try:
            applied[service] = await migrate(database, [(service, migrations_of(service))])
        finally:
            await database.close()
    return applied


async def database_urls() -> dict[str, str]:
    """The four URLs, for an operator's command. Raises MissingPart when the embedded server is meant and does
    not run.
    """
    settings = load(OperatorSettings)
    if settings.databases:
        return {name: url.get_secret_value() for name, url in settings.databases.items()}
    if settings.database_url:
        return await ensure_databases(settings.database_url.get_secret_value(), settings.data_dir)
    running = PrivatePostgres.running_in(settings.data_dir / "postgres")
    if running is None:
        raise MissingPart(
            "データベースが動いていません。別の端末で make up を実行するか、MYPAGE_DATABASES__IDENTITY などを設定してください。"
        )
    return await ensure_databases(running.url(), settings.data_dir)


async def database_url(service: str) -> str:
    """The URL of one service's database. Raises MissingPart as `database_urls` does."""
    urls = await database_urls()
    if service not in urls:
        raise MissingPart(f"MYPAGE_DATABASES__{service.upper()} を設定してください。")
    return urls[service]
