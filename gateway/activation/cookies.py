"""What 本登録 remembers between two pages: contents of sealed cookies."""

from __future__ import annotations

from pydantic import Field

from chassis.security.tokens import new_token
from chassis.web.sealed_cookies import CookieContent, Purpose
from messages.values import AccountId, Stored


class OpenedLink(CookieContent):
    """The activation token, taken out of the URL (S5-1), and the ticket that this browser will have once
    本登録 is done, with the name of the session that comes of it: the same for every press, so that every
    press gets the same answer (T22).
    """

    activation_token: str
    ticket: str = Field(default_factory=new_token)
    session_token: str = Field(default_factory=new_token)


class HeldTicket(CookieContent):
    """本登録 was done in this browser: it may log in once without typing (T22)."""

    ticket: str
    login_proof: str
    account_id: Stored[AccountId]
    session_token: str = Field(default_factory=new_token)


OPENED_LINK = Purpose("activation", OpenedLink, 30 * 60)
HELD_TICKET = Purpose("ticket", HeldTicket, 10 * 60)
