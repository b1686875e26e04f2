"""アカウントIDやパスワードを忘れた方: what is forgotten, the two forms, and the answer that is the same for
everybody (X37).
"""

from __future__ import annotations

from collections.abc import Mapping

from aiohttp import web

from chassis.messaging.refusal import Refusal
from chassis.security.tokens import new_key
from chassis.web.form_reading import read_form
from gateway.forms import FieldReader, InvalidForm, Problem, form_key_of
from gateway.portal import client_network_of, portal_of
from gateway.responses import problem_of, see_other, show, status_of, tell_to_wait
from messages.recovery import ForgottenAccountId, ForgottenPassword
from messages.values import EmailAddress, InvalidValue, Reason


async def choose(request: web.Request) -> web.StreamResponse:
    """GET /recover."""
    return show(request, "recovery/choose.html")


async def password_form(request: web.Request) -> web.StreamResponse:
    """GET /recover/password."""
    return _password_form(request, {})


async def ask_for_password_reset(request: web.Request) -> web.StreamResponse:
    """POST /recover/password, [メールを送る]: one page, whatever was found."""
    typed = await read_form(request)
    reader = FieldReader(typed)
    account = reader.read("account", _anything)
    address = reader.read("email_address", EmailAddress.parse)
    try:
        if account is None or address is None:
            raise reader.invalid()
        forgotten = ForgottenPassword(account=account, email_address=address)
        await portal_of(request).backend.identity.ask_for_password_reset(
            form_key_of(typed), forgotten, client_network=client_network_of(request)
        )
    except InvalidForm as invalid:
        return _password_form(request, typed, status=422, problems=invalid.problems)
    except Refusal as refusal:
        problems = problem_of(request, refusal)
        page = _password_form(request, typed, status=status_of(refusal), problems=problems)
        return tell_to_wait(page, refusal)
    return see_other("/recover/password/sent")


async def password_sent(request: web.Request) -> web.StreamResponse:
    """GET /recover/password/sent: the same for everybody."""
    return show(request, "recovery/password_sent.html")


async def account_id_form(request: web.Request) -> web.StreamResponse:
    """GET /recover/account-id."""
    return _account_id_form(request, {})


async def ask_for_account_ids(request: web.Request) -> web.StreamResponse:
    """POST /recover/account-id, [メールを送る]: one page, whatever was found."""
    typed = await read_form(request)
    reader = FieldReader(typed)
    address = reader.read("email_address", EmailAddress.parse)
    try:
        if address is None:
            raise reader.invalid()
        await portal_of(request).backend.identity.ask_for_account_ids(
            form_key_of(typed),
            ForgottenAccountId(email_address=address),
            client_network=client_network_of(request),
        )
    except InvalidForm as invalid:
        return _account_id_form(request, typed, status=422, problems=invalid.problems)
    except Refusal as refusal:
        problems = problem_of(request, refusal)
        page = _account_id_form(request, typed, status=status_of(refusal), problems=problems)
        return tell_to_wait(page, refusal)
    return see_other("/recover/account-id/sent")


async def account_id_sent(request: web.Request) -> web.StreamResponse:
    """GET /recover/account-id/sent: the same for everybody."""
    return show(request, "recovery/account_id_sent.html")


def _anything(typed: str) -> str:
    """What it is, is not judged: only what is stored says so (X37)."""
    if not typed.strip():
        raise InvalidValue(Reason.EMPTY)
    return typed


def _password_form(
    request: web.Request,
    typed: Mapping[str, str],
    *,
    status: int = 200,
    problems: tuple[Problem, ...] = (),
) -> web.Response:
    kept = {field: typed.get(field, "") for field in ("account", "email_address")}
    return show(
        request,
        "recovery/password.html",
        status=status,
        problems=problems,
        typed=kept,
        form_key=new_key(),
    )


def _account_id_form(
    request: web.Request,
    typed: Mapping[str, str],
    *,
    status: int = 200,
    problems: tuple[Problem, ...] = (),
) -> web.Response:
    kept = {"email_address": typed.get("email_address", "")}
    return show(
        request,
        "recovery/account_id.html",
        status=status,
        problems=problems,
        typed=kept,
        form_key=new_key(),
    )
