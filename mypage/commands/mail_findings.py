"""What `mypage mail doctor` tells of each thing that it looked at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chassis.security.trust import believing
from mypage.errors import UnusableData
from mypage.mail_dns.doctor import Sender, examine
from mypage.mail_dns.findings import Finding, Health
from mypage.mail_dns.lookups import Dns, DnsAway
from mypage.mail_dns.relay import look_at_relay
from mypage.settings import MailSettings

_SIGNS = {Health.WELL: "○", Health.LOOK: "△", Health.ILL: "×"}
_OFFLINE = (
    "DNS サーバーが応じません（{}）。ネットワークにつながっているか、"
    "--nameserver の指定が正しいかを確かめてください。何も調べていません。"
)


@dataclass(frozen=True)
class Told:
    """One line, and a second one where there is something to do. `health` is well, look or ill."""

    what: str
    health: str
    seen: str
    do: str

    @property
    def is_ill(self) -> bool:
        """Whether mails are lost for it."""
        return self.health == Health.ILL.value

    def __str__(self) -> str:
        do = f"\n   → {self.do}" if self.do else ""
        return f"{_SIGNS[Health(self.health)]}  {self.what}: {self.seen}{do}"


async def told(
    settings: MailSettings,
    selectors: Sequence[str],
    addresses: Sequence[str],
    nameserver: tuple[str, int] | None,
) -> list[Told]:
    """All that the doctor found. Raises UnusableData where DNS does not answer."""
    sender = Sender(settings.domain, settings.envelope_domain, tuple(selectors), tuple(addresses))
    try:
        found = await examine(Dns(nameserver), sender)
    except DnsAway as away:
        raise UnusableData(_OFFLINE.format(away)) from None
    found.append(await _relay(settings))
    return [Told(each.what, each.health.value, each.seen, each.do) for each in found]


async def _relay(settings: MailSettings) -> Finding:
    if settings.smtp_url is None:
        do = "MYPAGE_SMTP_URL を指定すると確かめます。"
        return Finding("リレーの TLS", Health.LOOK, "リレーが指定されていません", do)
    return await look_at_relay(settings.smtp_url.get_secret_value(), believing(settings.smtp_ca_file))
