"""What an activation keeps in the browser."""

from __future__ import annotations

import secrets

from aiohttp import web

from chassis.process.clock import SystemClock
from chassis.security.tokens import new_token
from chassis.web.sealed_cookies import CookieBox
from gateway.activation.cookies import HELD_TICKET, HeldTicket
from messages.values import AccountId


def test_the_largest_login_ticket_fits_too() -> None:
    """Its proof is a signed statement of some hundred characters."""
    response = web.Response()
    held = HeldTicket(
        ticket=new_token(), login_proof=secrets.token_urlsafe(500), account_id=AccountId("a" * 30)
    )
    box = CookieBox(secrets.token_bytes(32), SystemClock(), label=b"test", https=True)
    box.keep(response, HELD_TICKET, held)
    assert len(response.cookies["__Host-ticket"].OutputString()) < 4096
