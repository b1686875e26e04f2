"""入力内容の確認: step 3, [仮登録する]."""

from __future__ import annotations

from uuid import UUID

from aiohttp import web

from chassis.messaging.refusal import Refusal
from chassis.web.form_reading import read_form
from gateway.forms import Problem
from gateway.language import said
from gateway.portal import portal_of
from gateway.registration.account_form import account_form
from gateway.registration.drafts import (
    DRAFT,
    REGISTERED,
    Details,
    Draft,
    Proven,
    Registered,
    draft_in,
    restart,
)
from gateway.responses import problem_of, see_other, see_other_saying, show, status_of, tell_to_wait
from gateway.texts.registration import TAKEN
from messages.registration import PersonalDetails, RefusalCode
from messages.values import likely_typo


def _screen(
    request: web.Request, proven: Proven, details: Details, *, refusal: Refusal | None = None
) -> web.Response:
    return show(
        request,
        "registration/confirmation.html",
        status=status_of(refusal) if refusal else 200,
        problems=problem_of(request, refusal) if refusal else (),
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
    typed = await read_form(request)
    draft = draft_in(request)
    if draft.proven is None:
        return _without_draft(request, typed.get("draft"))
    if typed.get("draft") != draft.proven.mark:
        return see_other_saying(request, "/register/account", "proof-replaced")
    if draft.details is None:
        return see_other("/register/account")
    try:
        key = await _register(request, draft.proven, draft.details, draft.revision)
    except Refusal as refusal:
        return _refused(request, refusal, draft, draft.proven, draft.details)
    return _registered(request, draft, draft.proven, draft.details, key)


def _without_draft(request: web.Request, mark: str | None) -> web.Response:
    """The second press, when the first was answered; else there was no step 1."""
    registered = portal_of(request).cookies.read(request.cookies, REGISTERED)
    if registered and registered.mark == mark:
        return see_other("/register/done")
    return restart(request, "proof-missing")


async def _register(request: web.Request, proven: Proven, details: Details, revision: int) -> UUID:
    personal = PersonalDetails(
        email_address=details.email_address, nickname=details.nickname, browser_token=proven.browser_token
    )
    return await portal_of(request).backend.registration.register_provisionally(
        details.registration_key,
        revision=revision,
        proof=proven.verification_proof,
        account_id=details.account_id,
        password=details.password,
        personal=personal,
    )


def _registered(
    request: web.Request, draft: Draft, proven: Proven, details: Details, key: UUID
) -> web.Response:
    cookies = portal_of(request).cookies
    response = see_other("/register/done")
    registered = Registered(
        registration_key=key,
        account_id=details.account_id,
        email_address=details.email_address,
        mark=proven.mark,
    )
    cookies.keep(response, REGISTERED, registered)
    cookies.keep(response, DRAFT, draft.model_copy(update={"registered": True}))
    return response


def _refused(
    request: web.Request, refusal: Refusal, draft: Draft, proven: Proven, details: Details
) -> web.Response:
    cookies = portal_of(request).cookies
    if refusal.code == RefusalCode.PROOF_EXPIRED:
        return restart(request, "proof-expired")
    if refusal.code == RefusalCode.CONTRACT_ALREADY_REGISTERED:
        response = see_other("/register/already")
        cookies.drop(response, DRAFT)
        return response
    typed = details.model_dump()
    if refusal.code == RefusalCode.ACCOUNT_ID_TAKEN:
        taken = (Problem(said(TAKEN), "account_id"),)
        return account_form(request, proven, details, typed, status=422, problems=taken)
    if refusal.code == RefusalCode.PASSWORD_NOT_ACCEPTED:
        problems = problem_of(request, refusal, "password")
        response = account_form(request, proven, None, typed, status=422, problems=problems)
        cookies.keep(response, DRAFT, draft.model_copy(update={"details": None}))
        return response
    return tell_to_wait(_screen(request, proven, details, refusal=refusal), refusal)
