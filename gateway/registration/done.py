"""仮登録が完了しました。: step 4."""

from __future__ import annotations

from aiohttp import web

from chassis.messaging.refusal import Refusal
from chassis.messaging.rpc_client import ServiceTrouble
from gateway import texts, wizard
from gateway.responses import portal_of, see_other, show
from messages.registration import ProvisionalAccountShown


async def done(request: web.Request) -> web.StreamResponse:
    """GET /register/done. True whether or not the mail has left: the order is on record (Q22). May be opened
    again at will.
    """
    portal = portal_of(request)
    registered = portal.cookies.read(request.cookies, wizard.REGISTERED)
    if registered is None:
        return see_other("/register")
    shown: ProvisionalAccountShown | None
    try:
        shown = await portal.backend.show_provisional_account(registered.registration_key)
    except (Refusal, ServiceTrouble):
        shown = None
    return show(
        request,
        "provisional.html",
        email_address=registered.email_address,
        mail_state=texts.MAIL_STATES[shown.state] if shown else None,
        deadline=shown.activation_deadline if shown else None,
    )
