"""What the processes of a plant stand on: a RabbitMQ and a PostgreSQL, private and real, either shared by
many tests or a test's own.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import quote

from faults.cluster import rabbitmqctl

from chassis.database.db import Database
from chassis.messaging.rabbit.definitions import definitions
from messages.topology import TOPOLOGY
from mypage.local.databases import SERVICES, as_owner, ensure_databases, migrate_all
from mypage.local.ports import is_free
from mypage.local.postgres import PrivatePostgres
from mypage.local.postgres_place import data_directory
from mypage.local.rabbitmq import PrivateRabbit
from mypage.local.rabbitmq_node import ADMIN, Node
from mypage.local.statefile import process_lives

COMPONENTS = (*SERVICES, "gateway")
_number = count(1)
_template_made_on: set[str] = set()  # URLs of servers whose four migrated databases are there to be copied


def password_of(user: str) -> str:
    """The broker password of a component's user; the same on every node of this run, as all virtual hosts of
    a node share their users.
    """
    return f"{user}pw"


def broker_definitions(vhost: str = "/") -> dict[str, Any]:
    """The product's own definitions with a password for every user."""
    return definitions(
        TOPOLOGY, passwords={user: password_of(user) for user in (*COMPONENTS, "operator")}, vhost=vhost
    )


class Servers:
    """A virtual host of its own and four databases of its own for one plant."""

    def __init__(
        self, rabbit: PrivateRabbit, postgres: PrivatePostgres, folder: Path, *, are_own: bool
    ) -> None:
        """`folder` is where the servers live. `are_own`: they belong to this plant alone, which starts and
        ends them.
        """
        self.rabbit = rabbit
        self.postgres = postgres
        self.are_own = are_own
        self.vhost = "/"
        self._folder = folder
        self._number = next(_number)
        self._is_durable = False
        self._has_vhost = self._has_databases = False

    @classmethod
    def own(cls, folder: Path, *, durable: bool) -> Servers:
        """Servers that a test may kill. `durable`: PostgreSQL writes before it confirms, so that its own
        crash loses nothing.
        """
        (folder / "rabbit").mkdir(parents=True)
        folder.chmod(0o755)  # PostgreSQL runs as another user when the tests run as root
        file = folder / "rabbit" / "definitions.json"
        file.write_text(json.dumps(broker_definitions()))
        rabbit = PrivateRabbit(folder / "rabbit", definitions=file)
        servers = cls(rabbit, PrivatePostgres(folder / "postgres", durable=durable), folder, are_own=True)
        servers._is_durable = durable
        return servers

    async def start(self) -> None:
        """Both at the same time; returns when virtual host and databases are ready."""
        await asyncio.gather(self._prepare_broker(), self._prepare_databases())

    async def _prepare_broker(self) -> None:
        if self.are_own:
            await self.rabbit.start()
        else:
            self.vhost = f"plant{self._number}"
            await self.rabbit.api("POST", "/api/definitions", broker_definitions(self.vhost))
            self._has_vhost = True
            await self.rabbit.api(
                "PUT",
                f"/api/permissions/{self.vhost}/{ADMIN}",
                {"configure": ".*", "write": ".*", "read": ".*"},
            )

    async def _prepare_databases(self) -> None:
        if self.are_own:
            await self.postgres.start()
        server_url = self.postgres.url()
        if server_url not in _template_made_on:
            urls = await ensure_databases(server_url, self._folder)
            await migrate_all(as_owner(urls, self._folder))
            _template_made_on.add(server_url)
        server = await Database.open(server_url)
        async with server.own_connection() as connection:
            # Only PostgreSQL dies, never the machine: what it wrote is there, recovery need not wait for a
            # disk.
            if self._is_durable:
                await connection.execute("ALTER SYSTEM SET fsync = off")
                await connection.execute("SELECT pg_reload_conf()")
            for service in SERVICES:
                name = self.database_name(service)
                await connection.execute(
                    f"CREATE DATABASE {name} TEMPLATE mypage_{service} OWNER mypage_migrations"
                )
                await connection.execute(f"GRANT CONNECT, TEMPORARY ON DATABASE {name} TO mypage_{service}")
        self._has_databases = True
        await server.close()

    async def stop(self) -> None:
        """Own servers end as in a power cut, their data go anyway; shared ones forget this plant."""
        if self.are_own:
            await asyncio.gather(
                self.rabbit.kill(), self.postgres.stop(), return_exceptions=True
            )  # a test may have ended them
            return
        if self._has_vhost:
            await self.rabbit.api("DELETE", f"/api/vhosts/{self.vhost}")
        if not self._has_databases:
            return
        server = await Database.open(self.postgres.url())
        async with server.own_connection() as connection:
            for service in SERVICES:
                await connection.execute(f"DROP DATABASE {self.database_name(service)} WITH (FORCE)")
        await server.close()

    def freeze_broker(self) -> None:
        """SIGSTOP: it keeps its connections, takes bytes and does nothing with them; only `rabbit.kill` ends
        that. Own servers only.
        """
        os.kill(int((self._folder / "rabbit" / "pid").read_text()), signal.SIGSTOP)

    async def crash_database(self) -> None:
        """PostgreSQL ends without a word, as with `pg_ctl -m immediate`: running transactions are gone. Own
        servers only.
        """
        pid = self._postmaster()
        os.kill(pid, signal.SIGQUIT)
        while process_lives(pid) or not is_free(self.postgres.port):
            await asyncio.sleep(0.02)

    def freeze_database(self) -> None:
        """SIGSTOP to PostgreSQL and all its sessions: connections stay and are taken, and nothing is answered
        until `thaw_database`. Own servers only.
        """
        self._send_to_sessions(signal.SIGSTOP)

    def thaw_database(self) -> None:
        """SIGCONT."""
        self._send_to_sessions(signal.SIGCONT)

    def _send_to_sessions(self, number: int) -> None:
        postmaster = self._postmaster()
        os.kill(postmaster, number)  # first: a stopped one starts no more
        for process in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):  # it has ended meanwhile
                fields = (process / "stat").read_text().rpartition(")")[2].split()
                if int(fields[1]) == postmaster:
                    os.kill(int(process.name), number)

    def _postmaster(self) -> int:
        folder = data_directory(self._folder / "postgres")
        return int((folder / "postmaster.pid").read_text().splitlines()[0])

    async def start_database(self) -> None:
        """After a crash, or `postgres.stop()`: on the same port, with what had been committed."""
        self.postgres = PrivatePostgres(self._folder / "postgres", durable=self._is_durable)
        await self.postgres.start()

    @property
    def folder(self) -> Path:
        """Where the servers live; PostgreSQL's user can walk to it."""
        return self._folder

    def database_name(self, service: str) -> str:
        """The database of a service, of this plant alone."""
        return f"plant{self._number}_{service}"

    def database_url(self, service: str, *, port: int | None = None) -> str:
        """As the service logs in, with its own role; through another port where a proxy stands between."""
        password = json.loads((self._folder / "databases.json").read_text())[service]
        url = self.postgres.url(self.database_name(service), f"mypage_{service}", password)
        return url if port is None else url.replace(f":{self.postgres.port}/", f":{port}/")

    def amqp_url(self, user: str, *, port: int | None = None) -> str:
        """As a component logs in; through another port where a proxy stands between."""
        broker = f"127.0.0.1:{port or self.rabbit.amqp_port}"
        return f"amqp://{user}:{password_of(user)}@{broker}/{quote(self.vhost, safe='')}"

    def admin_amqp_url(self) -> str:
        """As the administrator of the node, who may do anything in this virtual host."""
        return self.rabbit.url(vhost=self.vhost)

    async def api(self, method: str, path: str, body: object = None) -> Any:
        """The management API; `{vhost}` in the path stands for this plant's virtual host."""
        return await self.rabbit.api(method, path.replace("{vhost}", quote(self.vhost, safe="")), body)

    async def rabbitmqctl(self, *arguments: str) -> str:
        """Runs rabbitmqctl on the node, such as `stop_app`; its output. Raises CalledProcessError."""
        return await rabbitmqctl(Node.of(self._folder / "rabbit", "mypage"), *arguments)
