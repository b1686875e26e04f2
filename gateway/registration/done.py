"""仮登録が完了しました。: step 4."""

from __future__ import annotations

from aiohttp import web

from chassis.messaging.refusal import Refusal
from chassis.messaging.rpc_client import ServiceTrouble
from gateway.portal import portal_of
from gateway.registration.drafts import REGISTERED
from gateway.responses import see_other, show
from gateway.texts.phrases import with_telephone
from gateway.texts.registration import MAIL_STATES, PROVISIONAL_ENDS
from messages.registration import ProvisionalAccountShown


async def done(request: web.Request) -> web.StreamResponse:
    """GET /register/done. True whether or not the mail has left: the order is on record (Q22). May be opened
    again at will; once there is nothing to wait for, it says that alone.
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
    if shown and shown.state in PROVISIONAL_ENDS:
        heading, text, way_on = PROVISIONAL_ENDS[shown.state]
        said = with_telephone(text, portal.settings.company)
        return show(request, "ended.html", heading=heading, text=said, way_on=way_on)
    return show(
        request,
        "registration/done.html",
        email_address=registered.email_address,
        mail_state=MAIL_STATES[shown.state] if shown else None,
        deadline=shown.activation_deadline if shown else None,
    )
