"""仮登録が完了しました。: step 4."""

from __future__ import annotations

from aiohttp import web

from chassis.messaging.refusal import Refusal
from chassis.messaging.rpc_client import ServiceTrouble
from gateway.language import said
from gateway.portal import portal_of
from gateway.registration.drafts import DRAFT, REGISTERED, Registered, registered_draft_in, restart
from gateway.responses import see_other, see_other_saying, show
from gateway.texts.phrases import WayOn, with_telephone
from gateway.texts.registration import MAIL_STATES, NOT_ON_RECORD, PROVISIONAL_ENDS
from messages.registration import ProvisionalAccountShown, ProvisionalState


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
    except Refusal:
        heading, text, way_on = NOT_ON_RECORD
        return show(request, "ended.html", heading=said(heading), text=said(text), way_on=way_on)
    except ServiceTrouble:
        shown = None
    if shown and shown.state in PROVISIONAL_ENDS:
        return _ended(request, shown.state, registered)
    return show(
        request,
        "registration/done.html",
        email_address=registered.email_address,
        mail_state=said(MAIL_STATES[shown.state]) if shown else None,
        deadline=shown.activation_deadline if shown else None,
        may_change_soon=shown is not None and shown.state is ProvisionalState.REGISTERED,
    )


def _ended(request: web.Request, state: ProvisionalState, registered: Registered) -> web.Response:
    heading, text, way_on = PROVISIONAL_ENDS[state]
    if way_on is WayOn.CORRECT and registered_draft_in(request) is None:
        way_on = WayOn.REGISTER
    return show(
        request,
        "ended.html",
        heading=said(heading),
        text=with_telephone(text, portal_of(request).settings.company),
        way_on=way_on,
        undelivered_to=registered.email_address if state is ProvisionalState.MAIL_ABANDONED else None,
    )


async def correct(request: web.Request) -> web.StreamResponse:
    """POST /register/correct, [メールアドレスを直す]: the form of step 2 with all that was typed (S4-2).
    Whether it may register once more is registration's to say.
    """
    draft = registered_draft_in(request)
    if draft is None:
        return restart(request, "proof-missing")
    response = see_other_saying(request, "/register/account", "address-undeliverable")
    portal_of(request).cookies.keep(response, DRAFT, draft.model_copy(update={"registered": False}))
    return response
