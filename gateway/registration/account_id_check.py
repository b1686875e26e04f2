"""[IDチェック] of step 2, on the page and for the script."""

from __future__ import annotations

from collections.abc import Mapping

from aiohttp import web

from chassis.messaging.refusal import Refusal
from chassis.web.form_reading import read_form
from gateway.forms import InvalidForm, Problem
from gateway.language import said
from gateway.portal import portal_of
from gateway.registration.account_form import account_form
from gateway.registration.drafts import Details, Proven, draft_in, restart
from gateway.registration.forms import account_id_alone
from gateway.responses import problem_of, sentence_of, status_of, tell_to_wait
from gateway.texts.notices import NOTICES
from gateway.texts.registration import FREE, TAKEN
from messages.registration import RefusalCode


async def check_on_page(
    request: web.Request, proven: Proven, kept: Details | None, typed: Mapping[str, str]
) -> web.Response:
    """The form again, with what the check says; everything that was typed stays, save the password."""
    try:
        free = await _is_free(request, proven, typed)
    except InvalidForm as invalid:
        return account_form(request, proven, kept, typed, status=422, problems=invalid.problems)
    except Refusal as refusal:
        if refusal.code == RefusalCode.PROOF_EXPIRED:
            return restart(request, "proof-expired")
        problems = problem_of(request, refusal, "account_id")
        page = account_form(request, proven, kept, typed, status=status_of(refusal), problems=problems)
        return tell_to_wait(page, refusal)
    if free:
        return account_form(request, proven, kept, typed, check_result=said(FREE))
    problems = (Problem(said(TAKEN), "account_id"),)
    return account_form(request, proven, kept, typed, status=422, problems=problems)


async def check_by_fetch(request: web.Request) -> web.StreamResponse:
    """POST /api/account-id: the same check for the script, as JSON {"available": ..., "text": ...}."""
    typed = await read_form(request)
    draft = draft_in(request)
    if draft.proven is None:
        return _as_json(None, said(NOTICES["proof-missing"]), status=403)
    try:
        free = await _is_free(request, draft.proven, typed)
    except InvalidForm as invalid:
        return _as_json(None, invalid.problems[0].text, status=422)
    except Refusal as refusal:
        answer = _as_json(None, sentence_of(request, refusal), status=status_of(refusal))
        return tell_to_wait(answer, refusal)
    return _as_json(free, said(FREE if free else TAKEN))


async def _is_free(request: web.Request, proven: Proven, typed: Mapping[str, str]) -> bool:
    """Raises InvalidForm, Refusal and ServiceTrouble."""
    account_id = account_id_alone(typed)
    registration = portal_of(request).backend.registration
    return await registration.is_account_id_free(account_id, proven.verification_proof)


def _as_json(available: bool | None, text: str, *, status: int = 200) -> web.Response:
    return web.json_response({"available": available, "text": text}, status=status)
