"""Where passkeys work, and what a page asks a browser for (Web Authentication, level 3)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from aiohttp import web

from chassis.security.tokens import token_hash
from gateway.portal import portal_of
from gateway.step_up import StepUp
from messages.passkeys import ALGORITHMS, OwnPasskeys

_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_ASKED_FOR = 5 * 60 * 1000  # milliseconds that a browser's dialog stays open
_PORT_OF = {"https": 443, "http": 80}


def origin_of(request: web.Request) -> str | None:
    """The address of the portal as browsers put it into what they sign. None where they have no passkeys: at
    an address of digits, and without TLS, but for `localhost` (5.1.7, 13.4.9).
    """
    site = urlsplit(portal_of(request).settings.public_url)
    if site.hostname in _LOOPBACK:  # which goes by any of its names, on any port (chassis.web.origin_guard)
        return f"{site.scheme}://{request.host}" if _host(request) == "localhost" else None
    if site.scheme != "https" or site.hostname is None or _is_address(site.hostname):
        return None
    usual = site.port in (None, _PORT_OF[site.scheme])
    return f"{site.scheme}://{site.hostname}" + ("" if usual else f":{site.port}")


def works_at_localhost(request: web.Request) -> bool:
    """Whether the portal runs on the customer's own machine, so that another name of it helps."""
    return urlsplit(portal_of(request).settings.public_url).hostname in _LOOPBACK


def challenge_of(press: StepUp) -> str:
    """What a passkey that is offered for this press has to sign: the same when its form is sent again, at
    random as its next token is, and telling nobody that token.
    """
    return token_hash(f"passkey-challenge:{press.next_token}")


def options_to_make(request: web.Request, challenge: str, own: OwnPasskeys, *, account_id: str) -> str:
    """JSON of what navigator.credentials.create() is given, its bytes in base64url."""
    company = portal_of(request).settings.company
    asked = {
        "challenge": challenge,
        "rp": {"id": _host(request), "name": company.service_name},
        "user": {"id": own.user_handle, "name": account_id, "displayName": account_id},
        "pubKeyCredParams": [{"type": "public-key", "alg": each} for each in ALGORITHMS],
        "authenticatorSelection": {
            "residentKey": "required",
            "requireResidentKey": True,
            "userVerification": "required",
        },
        "attestation": "none",
        "timeout": _ASKED_FOR,
        "excludeCredentials": [
            {"type": "public-key", "id": each.credential_id, "transports": each.transports}
            for each in own.passkeys
        ],
    }
    return json.dumps(asked)


@dataclass(frozen=True)
class PasskeyLogIn:
    """What the log-in page asks a browser for. It names no account and no passkey: whoever looks at the page
    learns nothing of anybody's.
    """

    request: web.Request

    def challenge(self, form_token: str) -> str:
        """A new one, for the form with that token."""
        return portal_of(self.request).challenges.of(form_token)

    def options(self, challenge: str) -> str:
        """JSON of what navigator.credentials.get() is given, its bytes in base64url."""
        asked = {
            "challenge": challenge,
            "rpId": _host(self.request),
            "userVerification": "required",
            "timeout": _ASKED_FOR,
        }
        return json.dumps(asked)


def passkey_log_in(request: web.Request) -> PasskeyLogIn | None:
    """None where passkeys do not work."""
    return PasskeyLogIn(request) if origin_of(request) is not None else None


def _host(request: web.Request) -> str:
    return (urlsplit(f"//{request.host}").hostname or "").lower()


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
