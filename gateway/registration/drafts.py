"""What 初回会員登録 remembers between two pages: contents of sealed cookies."""

from __future__ import annotations

from uuid import UUID

from aiohttp import web

from chassis.security.sealing import Sealed
from chassis.security.tokens import token_hash
from chassis.web.sealed_cookies import CookieContent, Purpose
from gateway.portal import portal_of
from gateway.responses import see_other_saying
from messages.registration import ACTIVATION_WINDOW, SENDING_TIME, ChosenPassword
from messages.values import AccountId, CustomerNumber, EmailAddress, HolderKana, Nickname, PhoneNumber, Stored


class Proven(CookieContent):
    """Step 1 is done: identity's proof, the secret that makes it worth something, and what was typed."""

    browser_token: str
    verification_proof: str
    customer_number: CustomerNumber
    phone_number: PhoneNumber
    holder_kana: HolderKana

    @property
    def mark(self) -> str:
        """What the later forms carry, so that a tab opened before a second proof notices it (Q25)."""
        return token_hash(self.browser_token)[:16]


class Details(CookieContent):
    """Step 2 is done. The password is sealed for registration, bound to `registration_key`: the gateway
    cannot read it.
    """

    registration_key: UUID
    account_id: AccountId
    password: Sealed[ChosenPassword]
    email_address: EmailAddress
    nickname: Nickname


class Draft(CookieContent):
    """A registration on its way. 30 minutes since the last step (Q25, T10). `revision` counts how often its
    details were put together since the proof. `registered`: it became a registration, and is kept only for
    the case that its mail cannot be delivered (S4-2).
    """

    failures: int = 0
    revision: int = 0
    proven: Proven | None = None
    details: Details | None = None
    registered: bool = False


class Registered(CookieContent):
    """仮登録 is done in this browser; kept as long as its link can live: until the mail has left, and from
    then on (Q13).
    """

    registration_key: UUID
    account_id: Stored[AccountId]
    email_address: Stored[EmailAddress]
    mark: str

    @property
    def mail(self) -> str:
        """Which of its mails a page waits for, as its forms carry it: one pressed twice orders one mail."""
        return token_hash(str(self.registration_key))[:16]


DRAFT = Purpose("draft", Draft, 30 * 60)
REGISTERED = Purpose("registered", Registered, int((SENDING_TIME + ACTIVATION_WINDOW).total_seconds()))


def draft_in(request: web.Request) -> Draft:
    """The draft on its way; empty where there is none."""
    draft = portal_of(request).cookies.read(request.cookies, DRAFT)
    return Draft() if draft is None or draft.registered else draft


def registered_draft_in(request: web.Request) -> Draft | None:
    """What was registered in this browser so lately that it can still be corrected."""
    draft = portal_of(request).cookies.read(request.cookies, DRAFT)
    return draft if draft is not None and draft.registered else None


def restart(request: web.Request, text_key: str) -> web.Response:
    """Back to step 1, with the reason. The draft keeps nothing that was proved."""
    response = see_other_saying(request, "/register", text_key)
    portal_of(request).cookies.drop(response, DRAFT)
    return response
