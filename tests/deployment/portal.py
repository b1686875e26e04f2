"""The prod overlay at work: its pods over a real RabbitMQ and a real PostgreSQL, both with certificates of a
private authority, and a relay; customers come in by the host that the Ingress names.
"""

from __future__ import annotations

import json
import ssl
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from faults.ledger import Ledger
from faults.servers import broker_definitions, password_of
from faults.smtp_sink import SmtpSink
from support.private_authority import Authority, Certificate
from support.production_databases import OWNER, database_url, make_databases

from chassis.database.db import Database
from deployment.cluster import Cluster, cluster_of
from deployment.manifests import K8S, Manifests
from deployment.service import DatabaseWithTls, Entrance
from mypage.local.databases import SERVICES
from mypage.local.key_ring import COMPONENTS, KeyRing, as_texts
from mypage.local.ports import free_ports
from mypage.local.postgres import PrivatePostgres
from mypage.local.rabbitmq import PrivateRabbit
from mypage.local.rabbitmq_node import Node

HERE = "127.0.0.1"
HOST = "mypage.example.jp"  # the overlay's


@dataclass
class Portal:
    """`url` is what customers type; `entrance` is where that host leads on this machine."""

    cluster: Cluster
    entrance: Entrance
    authority: Authority
    certificate: Certificate
    sink: SmtpSink
    ledger: Ledger
    postgres: PrivatePostgres
    folder: Path
    url: str = f"https://{HOST}"

    async def database(self, service: str) -> Database:
        """As an operator's import reaches it."""
        return await Database.open(database_url(self.postgres, service), at_most=2)


@asynccontextmanager
async def broker_with_tls(
    folder: Path, shown: Certificate, authority: Authority
) -> AsyncIterator[tuple[PrivateRabbit, int]]:
    """The product's own definitions with passwords; the node and its port for amqps."""
    [port] = free_ports(1)
    listener = (
        f"listeners.ssl.1 = {HERE}:{port}\n"
        f"ssl_options.cacertfile = {authority.file}\n"
        f"ssl_options.certfile = {shown.certificate}\n"
        f"ssl_options.keyfile = {shown.key}\n"
        "ssl_options.verify = verify_none\n"
    )
    file = folder / "definitions.json"
    file.write_text(json.dumps(broker_definitions()))
    usual = Node._configuration
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Node, "_configuration", lambda node: f"{usual(node)}{listener}")
        node = PrivateRabbit(folder, definitions=file)
        await node.start()
    try:
        yield node, port
    finally:
        await node.kill()


def secrets(
    postgres: PrivatePostgres, database_port: int, amqp_port: int, smtp_port: int
) -> dict[tuple[str, str], dict[str, str]]:
    """What deploy/k8s/base/README.md asks for."""

    def database(service: str, role: str = "") -> str:
        return database_url(postgres, service, role).replace(f":{postgres.port}/", f":{database_port}/")

    def broker(user: str) -> str:
        return f"amqps://{user}:{password_of(user)}@{HERE}:{amqp_port}/"

    keys = KeyRing.generate()
    found: dict[tuple[str, str], dict[str, str]] = {}
    for component in COMPONENTS:
        files = {f"mypage_{key}": text for key, text in as_texts(keys.settings_of(component)).items()}
        files["mypage_amqp_url"] = broker(component)
        if component in SERVICES:
            files["mypage_database_url"] = database(component)
        found["Secret", f"mypage-{component}"] = files
    found["Secret", "mypage-notification"]["mypage_smtp_url"] = f"smtp://{HERE}:{smtp_port}"
    names = {service: f"MYPAGE_DATABASES__{service.upper()}" for service in SERVICES}
    found["Secret", "mypage-migrations"] = {name: database(each, OWNER) for each, name in names.items()}
    found["Secret", "mypage-operator"] = {name: database(each) for each, name in names.items()} | {
        "MYPAGE_OPERATOR_AMQP_URL": broker("operator")
    }
    return found


@asynccontextmanager
async def portal_of_the_prod_overlay(folder: Path) -> AsyncIterator[Portal]:
    """Nothing is applied yet."""
    manifests = Manifests.of(K8S / "overlays" / "prod")
    authority = Authority(folder / "authority")
    shown = authority.issue(HERE)
    certificate = authority.issue(HOST)
    ledger = Ledger(folder / "ledger.jsonl", seed=1)
    async with AsyncExitStack() as stack:
        stack.callback(ledger.close)
        (folder / "rabbit").mkdir()
        _, amqp_port = await stack.enter_async_context(broker_with_tls(folder / "rabbit", shown, authority))
        postgres = PrivatePostgres(folder / "postgres", durable=False)
        await postgres.start()
        stack.push_async_callback(postgres.stop)
        make_databases(postgres)
        door = DatabaseWithTls(postgres.port, _shows(shown))
        await door.start()
        stack.push_async_callback(door.stop)
        sink = SmtpSink(ledger, tls=_shows(shown))
        await sink.start()
        stack.push_async_callback(sink.stop)
        store = secrets(postgres, door.port, amqp_port, sink.port)
        store["Secret", "mypage-notification"]["mypage_smtp_ca_file"] = str(authority.file)
        store["ConfigMap", "mypage-authorities"] = {
            name: authority.file.read_text() for name in ("database.crt", "broker.crt")
        }
        store |= {
            ("ConfigMap", each["metadata"]["name"]): each["data"] for each in manifests.all("ConfigMap")
        }
        cluster = await stack.enter_async_context(cluster_of(manifests, folder / "pods", store))
        entrance = Entrance(lambda: cluster.pods.get("gateway", []), _shows(certificate))
        await entrance.start()
        stack.push_async_callback(entrance.stop)
        yield Portal(cluster, entrance, authority, certificate, sink, ledger, postgres, folder)


def _shows(certificate: Certificate) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate.certificate, certificate.key)
    return context
