"""メールアドレスの変更: the wish, which a mail to the new address answers."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from aiohttp import web

from chassis.messaging.refusal import Refusal
from chassis.security.tokens import new_key
from chassis.web.form_reading import read_form
from gateway.behind_login import behind_login, behind_password
from gateway.forms import FieldReader, InvalidForm, Problem, form_key_of, require_filled
from gateway.portal import client_network_of, portal_of
from gateway.responses import problem_of, see_other, show, status_of, tell_to_wait
from gateway.settings_page.cookies import ASKED_ADDRESS, AskedAddress
from gateway.step_up import step_up
from messages.account_settings import RefusalCode
from messages.identity import SessionShown
from messages.values import EmailAddress

_FIELD_OF = {RefusalCode.WRONG_PASSWORD: "password", RefusalCode.TOO_MANY_PASSWORDS: "password"}


def _page(
    request: web.Request,
    session: SessionShown,
    email_address: str = "",
    *,
    form_key: UUID | None = None,
    status: int = 200,
    problems: tuple[Problem, ...] = (),
) -> web.Response:
    return show(
        request,
        "settings_page/mail_address.html",
        status=status,
        problems=problems,
        session=session,
        typed={"email_address": email_address},
        form_key=form_key or new_key(),
    )


@behind_login
async def form(request: web.Request, session: SessionShown) -> web.StreamResponse:
    """GET /settings/address."""
    return _page(request, session)


@behind_password
async def ask(request: web.Request, session: SessionShown) -> web.StreamResponse:
    """POST /settings/address, [確認のメールを送る]. What was typed stays, but for the password. Pressed
    twice it orders one mail.
    """
    typed = await read_form(request)
    portal, press = portal_of(request), step_up(request, typed)
    address, form_key = typed.get("email_address", ""), form_key_of(typed)
    try:
        wanted = _wanted(typed)
        renewed = await portal.backend.own_account.ask_address_change(
            press.session_token_hash,
            next_token_hash=press.next_token_hash,
            form_key=form_key,
            email_address=wanted,
            password=typed["password"],
            client_network=client_network_of(request),
        )
    except InvalidForm as invalid:
        return _page(request, session, address, form_key=form_key, status=422, problems=invalid.problems)
    except Refusal as refusal:
        if refusal.code not in (*_FIELD_OF, RefusalCode.TOO_MANY_ADDRESS_CHANGES):
            raise
        problems = problem_of(request, refusal, _FIELD_OF.get(RefusalCode(refusal.code)))
        page = _page(
            request, session, address, form_key=form_key, status=status_of(refusal), problems=problems
        )
        return tell_to_wait(page, refusal)
    response = see_other("/settings/address/sent")
    press.end(request, response, renewed=renewed)
    portal.cookies.keep(response, ASKED_ADDRESS, AskedAddress(email_address=wanted))
    return response


def _wanted(typed: Mapping[str, str]) -> EmailAddress:
    """Raises InvalidForm with everything that is wrong."""
    reader = FieldReader(typed)
    wanted = reader.read("email_address", EmailAddress.parse)
    problems = reader.invalid().problems
    try:
        require_filled(typed, "password")
    except InvalidForm as empty:
        problems += empty.problems
    if wanted is None or problems:
        raise InvalidForm(problems)
    return wanted


@behind_login
async def sent(request: web.Request, session: SessionShown) -> web.StreamResponse:
    """GET /settings/address/sent: nothing is changed yet. Says the address only where it was typed."""
    asked = portal_of(request).cookies.read(request.cookies, ASKED_ADDRESS)
    if asked is None:
        return see_other("/settings/address")
    return show(
        request, "settings_page/address_sent.html", session=session, email_address=asked.email_address
    )
