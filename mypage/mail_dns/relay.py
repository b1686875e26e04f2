"""Whether the way to our own relay is private."""

from __future__ import annotations

import asyncio
import smtplib
import ssl
from urllib.parse import urlsplit

from chassis.security.trust import is_certificate_trouble
from mypage.mail_dns.findings import Finding, ill, well

_WITHIN = 10.0  # seconds, for each step
_WHAT = "リレーの TLS"
_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")


async def look_at_relay(url: str, tls: ssl.SSLContext) -> Finding:
    """What a connection to `smtp://` or `smtps://` is protected by; it says nothing but a greeting."""
    return await asyncio.to_thread(_looked_at, url, tls)


def _looked_at(url: str, tls: ssl.SSLContext) -> Finding:
    relay = urlsplit(url)
    host, port = relay.hostname or "", relay.port or (465 if relay.scheme == "smtps" else 25)
    what = f"{_WHAT} {host}:{port}"
    try:
        if relay.scheme == "smtps":
            with smtplib.SMTP_SSL(host, port, timeout=_WITHIN, context=tls) as client:
                client.ehlo()
                return _protected(what, client)
        with smtplib.SMTP(host, port, timeout=_WITHIN) as client:
            client.ehlo()
            if not client.has_extn("starttls"):
                return _in_clear(what, host)
            client.starttls(context=tls)
            return _protected(what, client)
    except (OSError, smtplib.SMTPException) as error:
        if is_certificate_trouble(error):
            do = "証明書を発行した認証局を MYPAGE_SMTP_CA_FILE で指定するか、証明書を替えてください。"
            return ill(what, "証明書を信用できません", do)
        return ill(what, f"つながりません（{type(error).__name__}）", "MYPAGE_SMTP_URL を確かめてください。")


def _protected(what: str, client: smtplib.SMTP) -> Finding:
    version = client.sock.version() if isinstance(client.sock, ssl.SSLSocket) else None
    return well(what, version or "TLS")


def _in_clear(what: str, host: str) -> Finding:
    if host in _THIS_MACHINE:
        return well(what, "この機械の中なので、暗号化は要りません")
    return ill(what, "STARTTLS がありません", "リレーで TLS を有効にしてください。")
