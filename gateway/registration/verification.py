"""初回会員登録（認証情報）: step 1, ご本人確認."""

from __future__ import annotations

from collections.abc import Mapping

from aiohttp import web

from chassis.messaging.refusal import Refusal
from chassis.security.tokens import new_token, token_hash
from chassis.web.form_reading import read_form
from gateway.forms import InvalidForm, Problem
from gateway.language import said
from gateway.portal import client_network_of, portal_of
from gateway.registration.drafts import DRAFT, Draft, Proven, draft_in
from gateway.registration.forms import holder_details
from gateway.responses import problem_of, see_other, show, status_of, tell_to_wait
from gateway.texts.registration import CALL_US
from messages.identity import HolderDetails, RefusalCode

_FIELDS = ("customer_number", "phone_number", "holder_kana")
_CALL_AFTER = 2  # failures; 使い方 1): 再入力をお試しいただいても (T9)


def _form(
    request: web.Request,
    typed: Mapping[str, str],
    *,
    status: int = 200,
    problems: tuple[Problem, ...] = (),
    advice: str | None = None,
) -> web.Response:
    values = {field: typed.get(field, "") for field in _FIELDS}
    return show(
        request,
        "registration/verification.html",
        status=status,
        problems=problems,
        typed=values,
        advice=advice,
    )


async def form(request: web.Request) -> web.StreamResponse:
    """GET /register. What was proved in this browser a moment ago is filled in."""
    proven = draft_in(request).proven
    return _form(request, proven.model_dump(include=set(_FIELDS)) if proven else {})


async def verify(request: web.Request) -> web.StreamResponse:
    """POST /register, [認証]. Every kind of mismatch gives the same bytes (T8)."""
    typed = await read_form(request)
    draft = draft_in(request)
    browser_token = new_token()
    try:
        holder = holder_details(typed)
        verified = await portal_of(request).backend.identity.verify_contract(
            holder, browser_token_hash=token_hash(browser_token), client_network=client_network_of(request)
        )
    except InvalidForm as invalid:
        return _form(request, typed, status=422, problems=invalid.problems)
    except Refusal as refusal:
        return _refused(request, refusal, typed, draft)
    return _proven(request, holder, browser_token, verified.verification_proof)


def _proven(request: web.Request, holder: HolderDetails, browser_token: str, proof: str) -> web.Response:
    proven = Proven(
        browser_token=browser_token,
        verification_proof=proof,
        customer_number=holder.customer_number,
        phone_number=holder.phone_number,
        holder_kana=holder.holder_kana,
    )
    response = see_other("/register/account")
    portal_of(request).cookies.keep(response, DRAFT, Draft(proven=proven))
    return response


def _refused(request: web.Request, refusal: Refusal, typed: Mapping[str, str], draft: Draft) -> web.Response:
    cookies = portal_of(request).cookies
    if refusal.code == RefusalCode.CONTRACT_ALREADY_REGISTERED:
        response = see_other("/register/already")
        cookies.drop(response, DRAFT)
        return response
    failures = draft.failures + (refusal.code == RefusalCode.CONTRACT_MISMATCH)
    advice = said(CALL_US) if failures >= _CALL_AFTER else None
    problems = problem_of(request, refusal)
    response = _form(request, typed, status=status_of(refusal), problems=problems, advice=advice)
    cookies.keep(response, DRAFT, draft.model_copy(update={"failures": failures}))
    return tell_to_wait(response, refusal)


async def already_registered(request: web.Request) -> web.StreamResponse:
    """GET /register/already: the holder proved a contract that has an account (Q11, S1-9). Says nothing about
    whose.
    """
    return show(request, "registration/already_registered.html")
