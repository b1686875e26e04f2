"""仮登録が完了しました。: where the mail is, and what to do when it does not come; or how the wait ended."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from chassis.messaging.refusal import Refusal
from chassis.messaging.rpc_client import ServiceTrouble
from gateway.forms import Problem
from gateway.language import said
from gateway.portal import portal_of
from gateway.registration.drafts import Registered, registered_draft_in
from gateway.responses import show
from gateway.texts.phrases import WayOn, with_telephone
from gateway.texts.registration import (
    CARRIERS,
    MAIL_CAME_BACK,
    MAIL_FAILURES,
    MAIL_STATES,
    NOT_ON_RECORD,
    PROVISIONAL_ENDS,
)
from messages.registration import ProvisionalAccountShown, ProvisionalState


async def waiting_page(
    request: web.Request,
    registered: Registered,
    *,
    status: int = 200,
    problems: tuple[Problem, ...] = (),
    typed_address: str | None = None,
) -> web.Response:
    """True whether or not the mail has left: the order is on record (Q22). Once there is nothing to wait for,
    it says that alone, whatever was pressed.
    """
    shown: ProvisionalAccountShown | None
    try:
        shown = await portal_of(request).backend.registration.show_provisional_account(
            registered.registration_key
        )
    except Refusal:
        heading, text, way_on = NOT_ON_RECORD
        return show(request, "ended.html", heading=said(heading), text=said(text), way_on=way_on)
    except ServiceTrouble:
        shown = None
    if shown and shown.state in PROVISIONAL_ENDS:
        return _ended(request, shown, registered)
    return show(
        request,
        "registration/done.html",
        status=status,
        problems=problems,
        email_address=registered.email_address,
        typed_address=registered.email_address if typed_address is None else typed_address,
        mail=registered.mail,
        carriers=[(said(carrier), said(way)) for carrier, way in CARRIERS],
        **_journey(shown),
    )


def _journey(shown: ProvisionalAccountShown | None) -> dict[str, Any]:
    """Where the mail is (S4-1)."""
    if shown is None:
        return {"state": None, "sent_at": None, "failure": None, "deadline": None, "may_change_soon": False}
    failure = _why(shown)
    return {
        "state": said(MAIL_CAME_BACK if failure else MAIL_STATES[shown.state]),
        "sent_at": None if failure else shown.mail_sent_at,
        "failure": failure,
        "deadline": shown.activation_deadline,
        "may_change_soon": shown.state is ProvisionalState.REGISTERED,
    }


def _ended(request: web.Request, shown: ProvisionalAccountShown, registered: Registered) -> web.Response:
    heading, text, way_on = PROVISIONAL_ENDS[shown.state]
    if way_on is WayOn.CORRECT and registered_draft_in(request) is None:
        way_on = WayOn.REGISTER
    is_undelivered = shown.state is ProvisionalState.MAIL_ABANDONED
    return show(
        request,
        "ended.html",
        heading=said(heading),
        text=with_telephone(text, portal_of(request).settings.company),
        way_on=way_on,
        undelivered_to=registered.email_address if is_undelivered else None,
        failure=_why(shown) if is_undelivered else None,
    )


def _why(shown: ProvisionalAccountShown) -> str | None:
    return said(MAIL_FAILURES[shown.mail_failure]) if shown.mail_failure else None
