"""Where each service's database is, for an operator's command: given, on a given server, or embedded."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from chassis.database.db import Database
from chassis.database.migrate import missing_migrations
from chassis.process.settings import load
from messages.variables import VARIABLES
from mypage.errors import MissingPart
from mypage.local.databases import ensure_databases, migrations_of
from mypage.settings import OperatorSettings


async def database_urls(settings: OperatorSettings) -> dict[str, str]:
    """The four URLs, for an operator's command. Raises MissingPart when the embedded server is meant and does
    not run.
    """
    if settings.databases:
        return {name: url.get_secret_value() for name, url in settings.databases.items()}
    if settings.database_url:
        return await ensure_databases(
            settings.database_url.get_secret_value(), settings.data_dir, settings.database_route
        )
    from mypage.local.postgres import PrivatePostgres  # not in the image of the command line

    running = PrivatePostgres.running_in(settings.data_dir / "postgres")
    if running is None:
        raise MissingPart(
            "データベースが動いていません。別の端末で make up を実行するか、"
            "MYPAGE_DATABASES__IDENTITY などを設定してください。"
        )
    return await ensure_databases(running.url(), settings.data_dir, settings.database_route)


async def database_url(service: str, settings: OperatorSettings) -> str:
    """The URL of one service's database. Raises MissingPart as `database_urls` does."""
    urls = await database_urls(settings)
    if service not in urls:
        raise MissingPart(f"MYPAGE_DATABASES__{service.upper()} を設定してください。")
    return urls[service]


async def with_database(service: str, work: Callable[[Database], Awaitable[Any]]) -> Any:
    """Does the work on the database of a service. Raises MissingPart for one that has not seen all
    migrations.
    """
    settings = load(OperatorSettings, known=VARIABLES)
    database = await Database.open(await database_url(service, settings), route=settings.database_route)
    try:
        if await missing_migrations(database, [(service, migrations_of(service))]):
            raise MissingPart(
                "データベースが最新の形ではありません。先に mypage db migrate を実行してください。"
            )
        return await work(database)
    finally:
        await database.close()
