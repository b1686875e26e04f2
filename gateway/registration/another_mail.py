"""[メールを再送する], and the mail to a corrected address, on 「仮登録が完了しました。」 (S4-2)."""

from __future__ import annotations

from collections.abc import Mapping

from aiohttp import web

from chassis.messaging.refusal import Refusal
from chassis.web.form_reading import read_form
from gateway.forms import InvalidForm
from gateway.portal import portal_of
from gateway.registration.drafts import DRAFT, REGISTERED, Registered, registered_draft_in
from gateway.registration.forms import email_address_alone
from gateway.registration.waiting_page import waiting_page
from gateway.responses import problem_of, see_other, see_other_saying, status_of, tell_to_wait
from messages.registration import RefusalCode
from messages.values import EmailAddress

_PAGE = "/register/done"


async def resend(request: web.Request) -> web.StreamResponse:
    """POST /register/resend. A press on a page of before, or a second one, is the mail that was ordered."""
    typed = await read_form(request)
    registered = portal_of(request).cookies.read(request.cookies, REGISTERED)
    if registered is None:
        return see_other("/register")
    if typed.get("mail") != registered.mail:
        return see_other(_PAGE)
    return await _resent(request, registered, typed, None)


async def correct_address(request: web.Request) -> web.StreamResponse:
    """POST /register/address: to the address that is typed there. What is wrong with it is said beside it,
    and it stays as typed.
    """
    typed = await read_form(request)
    registered = portal_of(request).cookies.read(request.cookies, REGISTERED)
    if registered is None:
        return see_other("/register")
    if typed.get("mail") != registered.mail:
        return see_other_saying(request, _PAGE, "mail-sent-meanwhile")
    try:
        address = email_address_alone(typed)
    except InvalidForm as invalid:
        wrong = typed.get("email_address", "")
        return await waiting_page(
            request, registered, status=422, problems=invalid.problems, typed_address=wrong
        )
    return await _resent(request, registered, typed, address)


async def _resent(
    request: web.Request, registered: Registered, typed: Mapping[str, str], address: EmailAddress | None
) -> web.StreamResponse:
    portal = portal_of(request)
    try:
        key = await portal.backend.registration.resend_activation_mail(registered.registration_key, address)
    except Refusal as refusal:
        return await _refused(request, registered, typed, address, refusal)
    response = see_other_saying(request, _PAGE, "mail-resent")
    renewed = {"registration_key": key, "email_address": address or registered.email_address}
    portal.cookies.keep(response, REGISTERED, registered.model_copy(update=renewed))
    draft = registered_draft_in(request)
    if address is not None and draft is not None and draft.details is not None:
        details = draft.details.model_copy(update={"email_address": address})
        portal.cookies.keep(response, DRAFT, draft.model_copy(update={"details": details}))
    return response


async def _refused(
    request: web.Request,
    registered: Registered,
    typed: Mapping[str, str],
    address: EmailAddress | None,
    refusal: Refusal,
) -> web.Response:
    """Too often is said on the page; whatever else happened meanwhile, the page says when it is opened."""
    if refusal.code == RefusalCode.ACTIVATION_SUPERSEDED:
        return see_other_saying(request, _PAGE, "mail-sent-meanwhile")
    if refusal.code != RefusalCode.TOO_MANY_MAILS:
        return see_other(_PAGE)
    page = await waiting_page(
        request,
        registered,
        status=status_of(refusal),
        problems=problem_of(request, refusal, None if address is None else "email_address"),
        typed_address=None if address is None else typed.get("email_address"),
    )
    return tell_to_wait(page, refusal)
