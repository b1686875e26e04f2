"""Which DMARC record counts for a domain, and what it asks for (RFC 7489, found by walking up the tree)."""

from __future__ import annotations

from dataclasses import dataclass

from mypage.mail_dns.lookups import Dns


@dataclass(frozen=True)
class Policy:
    """`at`: the domain that the record stands at; mails of it and of all below it are of one organisation."""

    at: str
    asks: str  # none, quarantine or reject
    percent: int
    strict_spf: bool
    strict_dkim: bool
    reports_to: str

    def aligns(self, domain: str, sender: str, *, strict: bool) -> bool:
        """Whether a pass of `domain` counts for a mail from `sender`."""
        if strict:
            return domain == sender
        return all(each == self.at or each.endswith(f".{self.at}") for each in (domain, sender))


async def policy_of(dns: Dns, domain: str) -> Policy | None:
    """The record of the domain, else of the nearest one above it. None where there is none, or one that
    receivers make nothing of. Raises DnsAway.
    """
    at = domain
    while "." in at:
        records = [each for each in await dns.texts(f"_dmarc.{at}") if each.lower().startswith("v=dmarc1")]
        if len(records) == 1:
            return _read(records[0], at, is_above=at != domain)
        if records:
            return None
        at = at.partition(".")[2]
    return None


def tags_of(record: str) -> dict[str, str]:
    """`v=DMARC1; p=reject` by name; of a name that stands twice the first."""
    found: dict[str, str] = {}
    for part in record.split(";"):
        name, sign, value = part.partition("=")
        if sign:
            found.setdefault(name.strip().lower(), value.strip())
    return found


def _read(record: str, at: str, *, is_above: bool) -> Policy | None:
    tags = tags_of(record)
    asks = (tags.get("sp") if is_above else None) or tags.get("p", "")
    percent = tags.get("pct", "100")
    if asks.lower() not in ("none", "quarantine", "reject") or not percent.isdigit():
        return None
    return Policy(
        at=at,
        asks=asks.lower(),
        percent=int(percent),
        strict_spf=tags.get("aspf", "r").lower() == "s",
        strict_dkim=tags.get("adkim", "r").lower() == "s",
        reports_to=tags.get("rua", ""),
    )
