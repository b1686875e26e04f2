"""The parts of a company's machine room, on one laptop: database server, mail relay, and a broker where one
is wanted.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import quote

from chassis.messaging.rabbit.definitions import definitions
from chassis.messaging.topology import OPERATOR
from messages.topology import TOPOLOGY
from mypage.databases import SERVICES, ensure_databases, migrate_all
from mypage.inbox import MailInbox
from mypage.keys import KeyRing
from mypage.postgres import PrivatePostgres
from mypage.rabbitmq import PrivateRabbit
from mypage.settings import LocalSettings
from mypage.statefile import kept_passwords, write_private


@dataclass(frozen=True)
class Parts:
    """What the components stand on. `inbox_url` is None when a real relay is used."""

    database_urls: dict[str, str]
    smtp_url: str
    inbox_url: str | None
    keys: KeyRing


@asynccontextmanager
async def local_parts(settings: LocalSettings) -> AsyncIterator[Parts]:
    """Starts what the environment does not give, migrates the four databases, and stops it all at the end."""
    folder = settings.data_dir.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    embedded = None if settings.database_url else PrivatePostgres(folder / "postgres")
    inbox = (
        None if settings.smtp_url else MailInbox(directory=folder / "mails", http_port=settings.inbox_port)
    )
    try:
        if embedded:
            await embedded.start()
        server_url = (
            embedded.url()
            if embedded
            else str(settings.database_url and settings.database_url.get_secret_value())
        )
        urls = await ensure_databases(server_url, folder)
        await migrate_all(urls)
        if inbox:
            await inbox.start()
        smtp_url = (
            inbox.smtp_url if inbox else str(settings.smtp_url and settings.smtp_url.get_secret_value())
        )
        yield Parts(urls, smtp_url, inbox.page_url if inbox else None, KeyRing.kept_in(folder / "keys.json"))
    finally:
        if inbox:
            await inbox.stop()
        if embedded:
            await embedded.stop()


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
    try:
        yield {name: node.url(name, quote(passwords[name])) for name in names}
    finally:
        await node.stop()
