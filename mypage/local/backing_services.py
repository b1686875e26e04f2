"""The backing services of a machine room, on one laptop: database server, mail relay, and a broker where one
is wanted.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import quote

from pydantic import SecretStr

from chassis.messaging.rabbit.definitions import definitions
from chassis.messaging.topology import OPERATOR
from chassis.process.loops import run_for_ever
from messages.topology import TOPOLOGY
from mypage.local.databases import SERVICES, as_owner, ensure_databases, migrate_all
from mypage.local.key_ring import KeyRing
from mypage.local.mailcatcher.server import MailCatcher
from mypage.local.postgres import PrivatePostgres
from mypage.local.rabbitmq import PrivateRabbit
from mypage.local.statefile import kept_passwords, write_private
from mypage.local.supervision import ended, keep_alive
from mypage.settings import LocalSettings


@dataclass(frozen=True)
class BackingServices:
    """What the components stand on. `mailcatcher_url` is None when a real relay is used."""

    database_urls: dict[str, str]
    smtp_url: str
    mailcatcher_url: str | None
    keys: KeyRing


@asynccontextmanager
async def local_backing_services(settings: LocalSettings) -> AsyncIterator[BackingServices]:
    """Starts what the environment does not give, migrates the four databases, and stops it all at the end."""
    folder = settings.data_dir.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    embedded = PrivatePostgres(folder / "postgres") if settings.wants_own_database else None
    mailcatcher, watching = None, None
    if settings.smtp_url is None:
        mailcatcher = MailCatcher(
            directory=folder / "mails", http_port=settings.inbox_port, company=settings.company
        )
    try:
        if embedded:
            await embedded.start()
        urls = await _databases(settings, embedded)
        owned = urls if settings.databases else as_owner(urls, folder)
        await migrate_all(owned, settings.database_route)
        if mailcatcher:
            await mailcatcher.start()
        if embedded:
            watching = run_for_ever(
                keep_alive("PostgreSQL", embedded.is_alive, embedded.start_again), name="local.postgres"
            )
        yield BackingServices(
            database_urls=urls,
            smtp_url=mailcatcher.smtp_url if mailcatcher else _given(settings.smtp_url),
            mailcatcher_url=mailcatcher.page_url if mailcatcher else None,
            keys=KeyRing.kept_in(folder / "keys.json"),
        )
    finally:
        if watching:
            await ended(watching)
        if mailcatcher:
            await mailcatcher.stop()
        if embedded:
            await embedded.stop()


async def _databases(settings: LocalSettings, embedded: PrivatePostgres | None) -> dict[str, str]:
    """The four URLs: given one by one, or made on the server that is given, or on the embedded one."""
    if not settings.databases:
        server = embedded.url() if embedded else _given(settings.database_url)
        return await ensure_databases(server, settings.data_dir.resolve(), settings.database_route)
    return {name: _given(url) for name, url in settings.databases.items()}


def _given(url: SecretStr | None) -> str:
    """The address in a setting that the caller knows to be there."""
    return url.get_secret_value() if url else ""


@asynccontextmanager
async def broker_urls(settings: LocalSettings) -> AsyncIterator[dict[str, str]]:
    """The broker's URL for each component: the one that is given, or a private node with a user of its own
    for each.
    """
    names = (*SERVICES, "gateway")
    if settings.amqp_url:
        yield dict.fromkeys(names, settings.amqp_url.get_secret_value())
        return
    folder = settings.data_dir.resolve() / "rabbitmq"
    folder.mkdir(parents=True, exist_ok=True)
    passwords = kept_passwords(folder / "passwords.json", (*names, OPERATOR))
    write_private(folder / "definitions.json", json.dumps(definitions(TOPOLOGY, passwords=passwords)))
    node = PrivateRabbit(folder, definitions=folder / "definitions.json")
    await node.start()
    watching = run_for_ever(keep_alive("RabbitMQ", node.is_alive, node.start_again), name="local.rabbitmq")
    try:
        yield {name: node.url(name, quote(passwords[name])) for name in names}
    finally:
        await ended(watching)
        await node.stop()
