"""The only door to DNS: what stands there, and a clear word when nobody answers."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from ipaddress import ip_address

import dns.asyncresolver
import dns.exception
import dns.nameserver
import dns.resolver
import dns.reversename

ANSWER_WITHIN = 5.0  # seconds, for a name, whatever number of servers is asked


class DnsAway(Exception):
    """No server has answered: nothing is known, and nothing is wrong with the records for that."""


class NoSuchServer(Exception):
    """That is no address of a DNS server."""


def nameserver_of(text: str) -> tuple[str, int]:
    """Host and port of `192.0.2.53`, `192.0.2.53:5353` or `[2001:db8::53]:53`. Raises NoSuchServer."""
    found = re.fullmatch(r"(?P<host>[0-9.]+)(?::(?P<port>[0-9]{1,5}))?", text) or re.fullmatch(
        r"\[?(?P<host>[0-9a-f:.]+?)(?:\]:(?P<port>[0-9]{1,5})|\]?)", text, re.IGNORECASE
    )
    try:
        host, port = str(ip_address(found["host"] if found else "")), int((found and found["port"]) or 53)
    except ValueError:
        raise NoSuchServer(text) from None
    if not 0 < port < 65_536:
        raise NoSuchServer(text)
    return host, port


@dataclass(frozen=True)
class Dns:
    """Asks the machine's own resolvers, or one that is named. Every answer is kept for this run: a record is
    asked for once.
    """

    nameserver: tuple[str, int] | None = None
    _known: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict)

    async def texts(self, name: str) -> tuple[str, ...]:
        """The TXT records, each in one piece; none where the name does not exist. Raises DnsAway."""
        return await self._ask(name, "TXT")

    async def addresses(self, name: str) -> tuple[str, ...]:
        """The IPv4 and IPv6 addresses. Raises DnsAway."""
        return await self._ask(name, "A") + await self._ask(name, "AAAA")

    async def mail_servers(self, name: str) -> tuple[str, ...]:
        """The names that MX records give; `` is a null MX (RFC 7505). Raises DnsAway."""
        return await self._ask(name, "MX")

    async def names(self, address: str) -> tuple[str, ...]:
        """What the address says that it is called (PTR). Raises DnsAway."""
        return await self._ask(dns.reversename.from_address(address).to_text(), "PTR")

    async def _ask(self, name: str, kind: str) -> tuple[str, ...]:
        if (name, kind) not in self._known:
            self._known[name, kind] = await self._asked(name, kind)
        return self._known[name, kind]

    async def _asked(self, name: str, kind: str) -> tuple[str, ...]:
        try:
            answer = await self._resolver().resolve(name, kind, lifetime=ANSWER_WITHIN, search=False)
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return ()
        except (dns.exception.DNSException, OSError) as error:
            raise DnsAway(type(error).__name__) from None
        return tuple(_as_text(record, kind) for record in answer)

    def _resolver(self) -> dns.asyncresolver.Resolver:
        if self.nameserver is None:
            return dns.asyncresolver.Resolver()
        host, port = self.nameserver
        resolver = dns.asyncresolver.Resolver(configure=False)
        resolver.nameservers = [dns.nameserver.Do53Nameserver(host, port)]
        return resolver


def _as_text(record: object, kind: str) -> str:
    if kind == "TXT":
        return b"".join(record.strings).decode("utf-8", "replace")  # type: ignore[attr-defined]
    if kind == "MX":
        return record.exchange.to_text(omit_final_dot=True).removesuffix(".")  # type: ignore[attr-defined, no-any-return]
    return str(record).removesuffix(".")
