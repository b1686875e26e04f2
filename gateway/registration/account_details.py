"""初回会員登録（初期情報）: step 2, and [IDチェック]."""

from __future__ import annotations

from collections.abc import Mapping

from aiohttp import web

from chassis.messaging.refusal import Refusal
from chassis.security.tokens import new_key
from gateway import texts, wizard
from gateway.forms import AccountDetails, InvalidForm, Problem, account_details, account_id_alone
from gateway.responses import (
    portal_of,
    problem_of,
    read_form,
    see_other,
    see_other_saying,
    show,
    status_of,
    tell_to_wait,
)
from gateway.wizard import Details, Draft, Proven
from messages.registration import RefusalCode

_FIELDS = ("account_id", "email_address", "nickname")


def account_form(
    request: web.Request,
    proven: Proven,
    kept: Details | None,
    typed: Mapping[str, str],
    *,
    status: int = 200,
    problems: tuple[Problem, ...] = (),
    check_result: str = "",
) -> web.Response:
    """Step 2 with what was typed, never the password, which may stay empty where one is kept."""
    policy = portal_of(request).settings.password_policy
    return show(
        request,
        "account_details.html",
        status=status,
        problems=problems,
        typed={field: typed.get(field, "") for field in _FIELDS},
        mark=proven.mark,
        password_is_kept=kept is not None,
        password_hint=texts.PASSWORD_HINTS[policy],
        password_rules=texts.PASSWORD_RULES[policy],
        check_result=check_result,
    )


def restart(request: web.Request, text_key: str) -> web.Response:
    """Back to step 1, with the reason. The draft keeps nothing that was proved."""
    response = see_other_saying(request, "/register", text_key)
    portal_of(request).cookies.drop(response, wizard.DRAFT)
    return response


def draft_in(request: web.Request) -> Draft:
    """The draft; empty where there is none."""
    return portal_of(request).cookies.read(request.cookies, wizard.DRAFT) or Draft()


def _kept(draft: Draft) -> Details | None:
    """The details whose password may stay. After an attempt without an answer their key belongs to what was
    sent then.
    """
    return draft.details if draft.details and not draft.details.attempted else None


async def form(request: web.Request) -> web.StreamResponse:
    """GET /register/account, only after step 1 in this browser (T10)."""
    draft = draft_in(request)
    if draft.proven is None:
        return restart(request, "proof-missing")
    typed = draft.details.model_dump(include=set(_FIELDS)) if draft.details else {}
    return account_form(request, draft.proven, _kept(draft), typed)


async def submit(request: web.Request) -> web.StreamResponse:
    """POST /register/account: [IDチェック] without JavaScript, or [確認する]."""
    typed, draft = await read_form(request), draft_in(request)
    if draft.proven is None:
        return restart(request, "proof-missing")
    if typed.get("draft") != draft.proven.mark:
        return see_other_saying(request, "/register/account", "proof-replaced")
    if typed.get("action") == "check":
        return await _check(request, draft.proven, _kept(draft), typed)
    kept, known = _kept(draft), (draft.proven.customer_number, draft.proven.phone_number)
    policy = portal_of(request).settings.password_policy
    try:
        details = account_details(typed, policy, known=known, password_is_kept=kept is not None)
    except InvalidForm as invalid:
        return account_form(request, draft.proven, kept, typed, status=422, problems=invalid.problems)
    response = see_other("/register/confirm")
    portal_of(request).cookies.keep(
        response, wizard.DRAFT, Draft(proven=draft.proven, details=_sealed(request, details, kept))
    )
    return response


def _sealed(request: web.Request, details: AccountDetails, kept: Details | None) -> Details:
    """The details as the cookie keeps them. A new password comes with a new key; a kept one stays with its
    own.
    """
    if details.password is not None:
        key = new_key()
        password = portal_of(request).backend.seal_chosen_password(details.password, key)
    else:
        assert kept  # noqa: S101 - the form asks for a password unless one is kept
        key, password = kept.registration_key, kept.password
    return Details(
        registration_key=key,
        account_id=details.account_id,
        password=password,
        email_address=details.email_address,
        nickname=details.nickname,
    )


async def _check(
    request: web.Request, proven: Proven, kept: Details | None, typed: Mapping[str, str]
) -> web.Response:
    try:
        free = await portal_of(request).backend.is_account_id_free(
            account_id_alone(typed), proven.verification_proof
        )
    except InvalidForm as invalid:
        return account_form(request, proven, kept, typed, status=422, problems=invalid.problems)
    except Refusal as refusal:
        if refusal.code == RefusalCode.PROOF_EXPIRED:
            return restart(request, "proof-expired")
        problems = problem_of(refusal, "account_id")
        return tell_to_wait(
            account_form(request, proven, kept, typed, status=status_of(refusal), problems=problems), refusal
        )
    if free:
        return account_form(request, proven, kept, typed, check_result=texts.FREE)
    return account_form(
        request, proven, kept, typed, status=422, problems=(Problem(texts.TAKEN, "account_id"),)
    )


async def check_by_fetch(request: web.Request) -> web.StreamResponse:
    """POST /api/account-id: the same check for the script, as JSON {"available": ..., "text": ...}."""
    typed, draft = await read_form(request), draft_in(request)
    if draft.proven is None:
        return web.json_response({"available": None, "text": texts.NOTICES["proof-missing"]}, status=403)
    try:
        free = await portal_of(request).backend.is_account_id_free(
            account_id_alone(typed), draft.proven.verification_proof
        )
    except InvalidForm as invalid:
        return web.json_response({"available": None, "text": invalid.problems[0].text}, status=422)
    except Refusal as refusal:
        text = texts.refusal_text(refusal.code, refusal.retry_after_seconds)
        return tell_to_wait(
            web.json_response({"available": None, "text": text}, status=status_of(refusal)), refusal
        )
    return web.json_response({"available": free, "text": texts.FREE if free else texts.TAKEN})
