"""仮登録が完了しました。: step 4."""

from __future__ import annotations

from aiohttp import web

from chassis.messaging.refusal import Refusal
from chassis.messaging.rpc_client import ServiceTrouble
from gateway.portal import portal_of
from gateway.registration.drafts import REGISTERED
from gateway.responses import see_other, show
from gateway.texts.phrases import with_telephone
from gateway.texts.registration import MAIL_STATES
from messages.registration import ProvisionalAccountShown


async def done(request: web.Request) -> web.StreamResponse:
    """GET /register/done. True whether or not the mail has left: the order is on record (Q22). May be opened
    again at will.
    """
    portal = portal_of(request)
    registered = portal.cookies.read(request.cookies, REGISTERED)
    if registered is None:
        return see_other("/register")
    shown: ProvisionalAccountShown | None
    try:
        shown = await portal.backend.registration.show_provisional_account(registered.registration_key)
    except (Refusal, ServiceTrouble):
        shown = None
    return show(
        request,
        "registration/done.html",
        email_address=registered.email_address,
        mail_state=with_telephone(MAIL_STATES[shown.state], portal.settings.company) if shown else None,
        deadline=shown.activation_deadline if shown else None,
    )
