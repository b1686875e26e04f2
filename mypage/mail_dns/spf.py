"""What a domain's SPF record says of an address that sends (RFC 7208)."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import ip_address, ip_network

from mypage.mail_dns.lookups import Dns

MOST_LOOKUPS = 10  # RFC 7208, 4.6.4
_SIGNS = "+-~?"


class Verdict(StrEnum):
    """Of a record, about one address."""

    PASS = "pass"  # noqa: S105 - a verdict
    FAIL = "fail"  # -all
    SOFT_FAIL = "softfail"  # ~all
    NEUTRAL = "neutral"  # ?all, or nothing is said
    NONE = "none"  # there is no record
    BROKEN = "broken"  # two records, a loop, too many lookups, or words that nobody knows
    UNKNOWN = "unknown"  # macros and `exists`, which only a receiver of the very mail can judge


_BY_SIGN = {"+": Verdict.PASS, "-": Verdict.FAIL, "~": Verdict.SOFT_FAIL, "?": Verdict.NEUTRAL}


class _Broken(Exception):
    """Receivers make nothing of it."""


class _OnlyForReceivers(Exception):
    """It depends on a mail."""


@dataclass
class _Count:
    lookups: int = 0
    within: list[str] = field(default_factory=list)

    def one_more(self) -> None:
        self.lookups += 1
        if self.lookups > MOST_LOOKUPS:
            raise _Broken


async def record_of(dns: Dns, domain: str) -> list[str]:
    """The SPF records of the domain: there should be one. Raises DnsAway."""
    return [text for text in await dns.texts(domain) if text.lower().split(" ")[0] == "v=spf1"]


async def verdict_of(dns: Dns, domain: str, address: str) -> Verdict:
    """Whether that address may send for the domain. Raises DnsAway."""
    try:
        return await _judge(dns, domain, address, _Count())
    except _Broken:
        return Verdict.BROKEN
    except _OnlyForReceivers:
        return Verdict.UNKNOWN


async def _judge(dns: Dns, domain: str, address: str, count: _Count) -> Verdict:
    records = await record_of(dns, domain)
    if not records:
        return Verdict.NONE
    if len(records) > 1 or domain in count.within:
        raise _Broken
    count.within.append(domain)
    try:
        return await _by_terms(dns, domain, records[0], address, count)
    finally:
        count.within.pop()


async def _by_terms(dns: Dns, domain: str, record: str, address: str, count: _Count) -> Verdict:
    redirect = None
    for term in record.split()[1:]:
        if "%" in term:
            raise _OnlyForReceivers
        if term.lower().startswith("redirect="):
            redirect = term.partition("=")[2]
        elif "=" not in term and await _fits(dns, domain, term.lstrip(_SIGNS), address, count):
            return _BY_SIGN[term[0] if term[0] in _SIGNS else "+"]
    if redirect:
        count.one_more()
        found = await _judge(dns, redirect, address, count)
        return Verdict.BROKEN if found is Verdict.NONE else found
    return Verdict.NEUTRAL


async def _fits(dns: Dns, domain: str, term: str, address: str, count: _Count) -> bool:
    kind, _, rest = term.partition(":")
    name, *lengths = kind.split("/")
    target, *more = rest.split("/") if name not in ("ip4", "ip6") else (rest,)
    lengths += more
    match name.lower():
        case "all":
            return True
        case "ip4" | "ip6":
            return _is_in(address, rest)
        case "include":
            count.one_more()
            found = await _judge(dns, target, address, count)
            if found in (Verdict.NONE, Verdict.BROKEN):
                raise _Broken
            return found is Verdict.PASS
        case "a":
            count.one_more()
            return _is_one_of(address, await dns.addresses(target or domain), lengths)
        case "mx":
            count.one_more()
            for server in await dns.mail_servers(target or domain):
                if server and _is_one_of(address, await dns.addresses(server), lengths):
                    return True
            return False
        case "exists" | "ptr":
            raise _OnlyForReceivers
    raise _Broken


def _is_one_of(address: str, others: tuple[str, ...], lengths: list[str]) -> bool:
    """`lengths` are those of a network, for IPv4 and, after an empty one, for IPv6: `/24//64`."""
    given = [each for each in lengths if each]
    of_four = given[0] if lengths and lengths[0] else "32"
    of_six = given[-1] if "" in lengths and given else "128"
    return any(_is_in(address, f"{other}/{of_six if ':' in other else of_four}") for other in others)


def _is_in(address: str, network: str) -> bool:
    try:
        return ip_address(address) in ip_network(network, strict=False)
    except ValueError:
        raise _Broken from None
