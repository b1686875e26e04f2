"""初回会員登録（初期情報）: step 2, [確認する]."""

from __future__ import annotations

from collections.abc import Mapping

from aiohttp import web

from chassis.security.tokens import new_key
from chassis.web.form_reading import read_form
from gateway.forms import InvalidForm
from gateway.portal import portal_of
from gateway.registration.account_form import SHOWN_FIELDS, account_form
from gateway.registration.account_id_check import check_on_page
from gateway.registration.drafts import DRAFT, Details, Draft, Proven, draft_in, restart
from gateway.registration.forms import AccountDetails, account_details
from gateway.responses import see_other, see_other_saying


async def form(request: web.Request) -> web.StreamResponse:
    """GET /register/account, only after step 1 in this browser (T10)."""
    draft = draft_in(request)
    if draft.proven is None:
        return restart(request, "proof-missing")
    typed = draft.details.model_dump(include=set(SHOWN_FIELDS)) if draft.details else {}
    return account_form(request, draft.proven, draft.details, typed)


async def submit(request: web.Request) -> web.StreamResponse:
    """POST /register/account: [IDチェック] without JavaScript, or [確認する]."""
    typed = await read_form(request)
    draft = draft_in(request)
    if draft.proven is None:
        return restart(request, "proof-missing")
    if typed.get("draft") != draft.proven.mark:
        return see_other_saying(request, "/register/account", "proof-replaced")
    if typed.get("action") == "check":
        return await check_on_page(request, draft.proven, draft.details, typed)
    return _confirm(request, draft, draft.proven, typed)


def _confirm(request: web.Request, earlier: Draft, proven: Proven, typed: Mapping[str, str]) -> web.Response:
    kept = earlier.details
    settings = portal_of(request).settings
    known = (proven.customer_number, proven.phone_number, *settings.company.words_of_its_name)
    try:
        details = account_details(
            typed, settings.password_policy, known=known, password_is_kept=kept is not None
        )
    except InvalidForm as invalid:
        return account_form(request, proven, kept, typed, status=422, problems=invalid.problems)
    response = see_other("/register/confirm")
    draft = Draft(proven=proven, details=_sealed(request, details, kept), revision=earlier.revision + 1)
    portal_of(request).cookies.keep(response, DRAFT, draft)
    return response


def _sealed(request: web.Request, details: AccountDetails, kept: Details | None) -> Details:
    """The details as the cookie keeps them. A new password comes with a new key; a kept one stays with its
    own.
    """
    if details.password is not None:
        key = new_key()
        password = portal_of(request).backend.registration.seal_chosen_password(details.password, key)
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
