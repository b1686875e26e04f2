"""Broker and relay with certificates of a company's own authority: believed by the file that a setting names,
checked for the host name, and named as what is wrong without it. The database: tests/neighbours/.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from aiosmtpd.smtp import SMTP
from support.captured_logs import capture_logs
from support.private_authority import Authority, Certificate
from support.smtp_relay import Relay

from chassis.messaging.rabbit import RabbitBus, dead_letters
from chassis.messaging.rabbit.dead_letters import Broker, DeadLettersAway
from chassis.process.settings import SettingsError, load
from chassis.security.trust import believing
from messages.values import EmailAddress
from mypage.local.ports import free_ports
from mypage.local.rabbitmq import PrivateRabbit
from mypage.local.rabbitmq_node import Node
from mypage.mail_dns.findings import Health
from mypage.mail_dns.relay import look_at_relay
from mypage.settings import OperatorSettings
from services.notification.delivery.mailer import Mailer, NotSentYet

HERE, ELSEWHERE = "127.0.0.1", "elsewhere.example.jp"


@pytest.fixture(scope="module")
def authority(run_directory: Path) -> Authority:
    """The company's."""
    folder = run_directory / "authority"
    folder.mkdir(mode=0o755)
    return Authority(folder)


@pytest.fixture(scope="module")
async def tls_rabbit(run_directory: Path, authority: Authority) -> AsyncIterator[str]:
    """The address of a node that speaks TLS."""
    shown, [port] = authority.issue(HERE), free_ports(1)
    listener = "\n".join(
        [
            f"listeners.ssl.1 = {HERE}:{port}",
            f"ssl_options.cacertfile = {authority.file}",
            f"ssl_options.certfile = {shown.certificate}",
            f"ssl_options.keyfile = {shown.key}",
            "ssl_options.verify = verify_none",
        ]
    )
    usual = Node._configuration
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Node, "_configuration", lambda node: f"{usual(node)}{listener}\n")
        node = PrivateRabbit(run_directory / "tls-rabbit")
        await node.start()
    plain = urlsplit(node.url())
    yield plain._replace(scheme="amqps", netloc=plain.netloc.replace(f":{plain.port}", f":{port}")).geturl()
    await node.kill()


async def test_a_broker_is_believed_by_its_own_authority(tls_rabbit: str, authority: Authority) -> None:
    """Services' bus and operators' commands; of the latter's errand only its queue is missing."""
    bus = RabbitBus(tls_rabbit, shared_user=True, ca_file=authority.file)
    bus.start()
    while bus.problem():
        await _moment()
    await bus.close()
    with pytest.raises(DeadLettersAway, match="ChannelNotFound"):
        await dead_letters.count(Broker(tls_rabbit, authority.file), ["nobody.events"])


@pytest.mark.parametrize("name", [HERE, "localhost"])
async def test_a_broker_that_is_not_believed_is_named_as_such(
    tls_rabbit: str, authority: Authority, name: str
) -> None:
    """The system's authorities do not know it; under another name its own does not, either."""
    url = tls_rabbit.replace(HERE, name)
    ca_file = None if name == HERE else authority.file
    bus = RabbitBus(url, shared_user=True, ca_file=ca_file)
    with capture_logs() as lines:
        bus.start()
        while bus.problem() != "the broker's certificate is not trusted":
            await _moment()
        await bus.close()
    assert {line["error"] for line in lines if line["event"] == "bus.away"} == {"CertificateNotTrusted"}
    with pytest.raises(DeadLettersAway, match="CertificateNotTrusted"):
        await dead_letters.count(Broker(url, ca_file), ["nobody.events"])


async def _moment() -> None:
    await asyncio.sleep(0.02)


class TlsRelay(Relay):
    """Offers STARTTLS, or begins with TLS."""

    def __init__(self, shown: Certificate, *, at_once: bool) -> None:
        super().__init__()
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._tls.load_cert_chain(shown.certificate, shown.key)
        self._at_once = at_once

    async def start(self) -> str:
        """Its URL."""
        loop = asyncio.get_running_loop()
        offered = None if self._at_once else self._tls
        self._server = await loop.create_server(
            lambda: SMTP(self, hostname="relay.test", loop=loop, tls_context=offered),
            HERE,
            0,
            ssl=self._tls if self._at_once else None,
        )
        port = self._server.sockets[0].getsockname()[1]
        return f"{'smtps' if self._at_once else 'smtp'}://{HERE}:{port}"


async def _send(url: str, ca_file: Path | None) -> None:
    mailer = Mailer(url, 30, helo_name="aicom-koka.jp", requires_tls=True, tls=believing(ca_file))
    sender, recipient = "no-reply@aicom-koka.jp", EmailAddress("a@example.jp")
    with mailer.session() as session:
        async with session.envelope(sender=sender, recipient=recipient) as to:
            await to.send(b"Subject: hello\r\n\r\nhello\r\n")


@pytest.mark.parametrize("at_once", [True, False], ids=["smtps", "STARTTLS"])
async def test_a_relay_is_believed_by_its_own_authority(authority: Authority, at_once: bool) -> None:
    """And by no other."""
    relay = TlsRelay(authority.issue(HERE), at_once=at_once)
    url = await relay.start()
    with pytest.raises(NotSentYet, match="CertificateNotTrusted"):
        await _send(url, None)
    assert relay.accepted == []
    await _send(url, authority.file)
    assert len(relay.accepted) == 1
    await relay.stop()


@pytest.mark.parametrize("at_once", [True, False], ids=["smtps", "STARTTLS"])
async def test_a_relay_that_shows_another_ones_certificate_is_not_believed(
    authority: Authority, at_once: bool
) -> None:
    """Its authority is right, its name is not."""
    relay = TlsRelay(authority.issue(ELSEWHERE), at_once=at_once)
    with pytest.raises(NotSentYet, match="CertificateNotTrusted"):
        await _send(await relay.start(), authority.file)
    await relay.stop()


@pytest.mark.parametrize("name", ["MYPAGE_DATABASE_CA_FILE", "MYPAGE_AMQP_CA_FILE"])
@pytest.mark.parametrize("content", [None, "", "no certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n"])
def test_a_file_that_is_missing_or_holds_no_certificate_ends_the_start(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, content: str | None
) -> None:
    """In the settings' manner: the variable and what is wrong, at once with everything else."""
    if content is not None:
        (tmp_path / "ca.crt").write_text(content)
    monkeypatch.setenv(name, str(tmp_path / "ca.crt"))
    said = "cannot be read: No such file" if content is None else "holds no certificate"
    with pytest.raises(SettingsError, match=f"{name}: .*{said}"):
        load(OperatorSettings)


def test_a_certificate_is_not_waited_for_where_none_will_be_shown(
    monkeypatch: pytest.MonkeyPatch, authority: Authority
) -> None:
    """amqp:// never shows one: whoever sets the file wants it checked."""
    monkeypatch.setenv("MYPAGE_AMQP_CA_FILE", str(authority.file))
    monkeypatch.setenv("MYPAGE_OPERATOR_AMQP_URL", "amqp://operator:secret@broker/%2F")
    with pytest.raises(SettingsError, match="amqps://") as refused:
        load(OperatorSettings)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("at_once", [True, False], ids=["smtps", "STARTTLS"])
async def test_the_doctor_sees_what_protects_the_way_to_the_relay(
    authority: Authority, at_once: bool
) -> None:
    """T8 of the mails: a certificate that is not believed, and a relay that is not there, are told apart."""
    relay = TlsRelay(authority.issue(HERE), at_once=at_once)
    url = await relay.start()
    believed = await look_at_relay(url, believing(authority.file))
    doubted = await look_at_relay(url, believing(None))
    await relay.stop()
    gone = await look_at_relay(url, believing(authority.file))
    assert (believed.health, believed.seen[:4], believed.do) == (Health.WELL, "TLSv", "")
    assert (doubted.health, "証明書" in doubted.seen) == (Health.ILL, True)
    assert (gone.health, "つながりません" in gone.seen) == (Health.ILL, True)


async def test_a_relay_on_this_machine_needs_no_tls() -> None:
    """Nobody is on that way."""
    relay = Relay()
    url = await relay.start()
    found = await look_at_relay(url, believing(None))
    await relay.stop()
    assert (found.health, "この機械の中" in found.seen) == (Health.WELL, True)
