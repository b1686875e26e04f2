"""メールアドレスとパスワードの再設定, with the proof of the contract and a code of the desk."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from uuid import UUID

from aiohttp import web

from chassis.messaging.refusal import Refusal
from chassis.messaging.rpc_client import ServiceTrouble
from chassis.security.tokens import new_key
from chassis.web.form_reading import read_form
from gateway.devices import device_of
from gateway.forms import FieldReader, InvalidForm, Problem, form_key_of
from gateway.language import said
from gateway.portal import client_network_of, portal_of
from gateway.responses import problem_of, say_there, see_other, show, status_of, tell_to_wait
from gateway.texts.fields import PASSWORD_HINTS, PASSWORD_RULES
from messages.enrolment import RenewedAccess
from messages.identity import HolderDetails
from messages.recovery import RefusalCode as PasswordCode
from messages.values import (
    AccountId,
    CustomerNumber,
    EmailAddress,
    EnrolmentCode,
    HolderKana,
    PhoneNumber,
    check_password,
)

_SHOWN_FIELDS = ("customer_number", "phone_number", "holder_kana", "enrolment_code", "email_address")


async def form(request: web.Request) -> web.StreamResponse:
    """GET /recover/code: whose address the desk has told. Asks nobody."""
    return _form(request, {}, form_key=new_key())


async def renew(request: web.Request) -> web.StreamResponse:
    """POST /recover/code, [設定する]. One sentence for whatever is wrong with proof or code; pressed twice it
    gives one answer. Whoever was logged in in this browser is not any more.
    """
    typed = await read_form(request)
    form_key = form_key_of(typed)
    try:
        asked = _asked(request, typed)
        renewed = await portal_of(request).backend.identity.renew_access(
            form_key, asked, client_network=client_network_of(request), device=device_of(request)
        )
    except InvalidForm as invalid:
        return _form(request, typed, form_key=form_key, status=422, problems=invalid.problems)
    except Refusal as refusal:
        field = "password" if refusal.code == PasswordCode.PASSWORD_NOT_ACCEPTED else None
        problems = problem_of(request, refusal, field)
        status = status_of(refusal)
        page = _form(request, typed, form_key=new_key(), status=status, problems=problems)
        return tell_to_wait(page, refusal)
    return await _to_log_in(request, renewed.account_id)


async def _to_log_in(request: web.Request, account_id: AccountId) -> web.Response:
    """The log-in page says that it is done, and has the ID filled in."""
    portal = portal_of(request)
    response = see_other("/login")
    session_hash = portal.sessions.hash_in(request.cookies)
    if session_hash:
        portal.sessions.forget(session_hash)
        with suppress(Refusal, ServiceTrouble):
            await portal.backend.identity.log_out(session_hash)
        portal.sessions.end(response)
    portal.forget_visitor(request, response)
    say_there(request, response, "access-renewed", account_id=account_id)
    return response


def _asked(request: web.Request, typed: Mapping[str, str]) -> RenewedAccess:
    """Raises InvalidForm."""
    settings = portal_of(request).settings
    reader = FieldReader(typed, settings.password_policy)
    number = reader.read("customer_number", CustomerNumber.parse)
    phone = reader.read("phone_number", PhoneNumber.parse)
    kana = reader.read("holder_kana", HolderKana.parse)
    code = reader.read("enrolment_code", EnrolmentCode.parse)
    address = reader.read("email_address", EmailAddress.parse)
    related = (
        typed.get("customer_number", ""),
        typed.get("phone_number", ""),
        typed.get("email_address", "").rpartition("@")[0],
        *settings.company.words_of_its_name,
    )
    policy = settings.password_policy
    password = reader.read("password", lambda text: check_password(text, policy, related=related))
    if not (number and phone and kana and code and address and password):
        raise reader.invalid()
    holder = HolderDetails(customer_number=number, phone_number=phone, holder_kana=kana)
    return RenewedAccess(holder=holder, code=code, email_address=address, password=password)


def _form(
    request: web.Request,
    typed: Mapping[str, str],
    *,
    form_key: UUID,
    status: int = 200,
    problems: tuple[Problem, ...] = (),
) -> web.Response:
    policy = portal_of(request).settings.password_policy
    return show(
        request,
        "enrolment/renew.html",
        status=status,
        problems=problems,
        typed={field: typed.get(field, "") for field in _SHOWN_FIELDS},
        form_key=form_key,
        password_hint=said(PASSWORD_HINTS[policy]),
        password_rules=PASSWORD_RULES[policy],
    )
