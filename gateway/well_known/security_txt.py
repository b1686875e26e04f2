"""Whom to tell of a weakness (RFC 9116)."""

from __future__ import annotations

from datetime import datetime, timedelta

from aiohttp import web
from yarl import URL

from chassis.process.clock import SystemClock
from gateway.portal import portal_of
from messages.company import CompanyProfile

PATH = "/.well-known/security.txt"
_HOLDS_FOR = timedelta(days=180)  # RFC 9116, 2.5.5: less than a year
_MAILBOX = "security"  # RFC 2142, 4


async def security_txt(request: web.Request) -> web.StreamResponse:
    """GET /.well-known/security.txt (E3)."""
    settings = portal_of(request).settings
    return web.Response(text=contact_file(settings.company, settings.public_url, SystemClock().now()))


def contact_file(company: CompanyProfile, public_url: str, now: datetime) -> str:
    """The file, as it holds from `now` (UTC) on. `public_url` is named where it is one of TLS, as RFC 9116,
    2.5.2 wants it.
    """
    ends = (now + _HOLDS_FOR).replace(hour=0, minute=0, second=0, microsecond=0)
    domain = URL.build(scheme="https", host=company.mail_domain).raw_host
    lines = [
        f"Contact: mailto:{_MAILBOX}@{domain}",
        f"Expires: {ends:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: ja, en",
    ]
    if public_url.startswith("https:"):
        lines.append(f"Canonical: {public_url}{PATH}")
    return "\n".join(lines) + "\n"
