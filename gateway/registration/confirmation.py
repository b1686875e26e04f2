"""入力内容の確認: step 3, [仮登録する]."""

from __future__ import annotations

from aiohttp import web

from chassis.messaging.refusal import Refusal
from chassis.messaging.rpc_client import ServiceTrouble
from gateway import texts, wizard
from gateway.error_pages import error_page
from gateway.forms import Problem
from gateway.registration.account_details import account_form, draft_in, restart
from gateway.responses import (
    REQUEST_ID,
    portal_of,
    problem_of,
    read_form,
    see_other,
    see_other_saying,
    show,
    status_of,
    tell_to_wait,
)
from gateway.wizard import Details, Draft, Proven, Registered
from messages.registration import PersonalDetails, RefusalCode
from messages.values import likely_typo

_FIELD_OF = {RefusalCode.ACCOUNT_ID_TAKEN: "account_id", RefusalCode.PASSWORD_NOT_ACCEPTED: "password"}


def _screen(
    request: web.Request, proven: Proven, details: Details, *, refusal: Refusal | None = None
) -> web.Response:
    return show(
        request,
        "confirmation.html",
        status=status_of(refusal) if refusal else 200,
        problems=problem_of(refusal) if refusal else (),
        proven=proven,
        details=details,
        meant_domain=likely_typo(details.email_address),
    )


async def form(request: web.Request) -> web.StreamResponse:
    """GET /register/confirm, only after steps 1 and 2."""
    draft = draft_in(request)
    if draft.proven is None:
        return restart(request, "proof-missing")
    if draft.details is None:
        return see_other("/register/account")
    return _screen(request, draft.proven, draft.details)


async def submit(request: web.Request) -> web.StreamResponse:
    """POST /register/confirm. Pressed twice it registers once: both carry the key made at step 2 (G17)."""
    typed, draft = await read_form(request), draft_in(request)
    done = portal_of(request).cookies.read(request.cookies, wizard.REGISTERED)
    if draft.proven is None:
        return (
            see_other("/register/done")
            if done and done.mark == typed.get("draft")
            else restart(request, "proof-missing")
        )
    if typed.get("draft") != draft.proven.mark:
        return see_other_saying(request, "/register/account", "proof-replaced")
    if draft.details is None:
        return see_other("/register/account")
    try:
        await _register(request, draft.proven, draft.details)
    except Refusal as refusal:
        return _refused(request, refusal, draft.proven, draft.details)
    except ServiceTrouble:
        response = error_page(request, 503, request_id=request[REQUEST_ID])
        attempted = draft.details.model_copy(update={"attempted": True})
        portal_of(request).cookies.keep(response, wizard.DRAFT, Draft(proven=draft.proven, details=attempted))
        return response
    return _registered(request, draft.proven, draft.details)


async def _register(request: web.Request, proven: Proven, details: Details) -> None:
    personal = PersonalDetails(
        email_address=details.email_address, nickname=details.nickname, browser_token=proven.browser_token
    )
    await portal_of(request).backend.register_provisionally(
        details.registration_key,
        proof=proven.verification_proof,
        account_id=details.account_id,
        password=details.password,
        personal=personal,
    )


def _registered(request: web.Request, proven: Proven, details: Details) -> web.Response:
    cookies = portal_of(request).cookies
    response = see_other("/register/done")
    done = Registered(
        registration_key=details.registration_key,
        account_id=details.account_id,
        email_address=details.email_address,
        mark=proven.mark,
    )
    cookies.keep(response, wizard.REGISTERED, done)
    cookies.drop(response, wizard.DRAFT)
    return response


def _refused(request: web.Request, refusal: Refusal, proven: Proven, details: Details) -> web.Response:
    cookies = portal_of(request).cookies
    if refusal.code == RefusalCode.PROOF_EXPIRED:
        return restart(request, "proof-expired")
    if refusal.code == RefusalCode.CONTRACT_ALREADY_REGISTERED:
        response = see_other("/register/already")
        cookies.drop(response, wizard.DRAFT)
        return response
    if refusal.code == RefusalCode.ACCOUNT_ID_TAKEN:
        problems = (Problem(texts.TAKEN, "account_id"),)
        return account_form(request, proven, details, details.model_dump(), status=422, problems=problems)
    if refusal.code == RefusalCode.PASSWORD_NOT_ACCEPTED:
        response = account_form(
            request, proven, None, details.model_dump(), status=422, problems=problem_of(refusal, "password")
        )
        cookies.keep(response, wizard.DRAFT, Draft(proven=proven))
        return response
    return tell_to_wait(_screen(request, proven, details, refusal=refusal), refusal)
