"""パスワードの変更."""

from __future__ import annotations

from collections.abc import Mapping

from aiohttp import web

from chassis.messaging.refusal import Refusal
from chassis.web.form_reading import read_form
from gateway.behind_login import behind_login
from gateway.forms import FieldReader, InvalidForm, Problem, problems_of_empty
from gateway.language import said
from gateway.portal import client_network_of, portal_of, session_hash_of
from gateway.responses import problem_of, see_other_saying, show, status_of, tell_to_wait
from gateway.texts.fields import PASSWORD_HINTS, PASSWORD_RULES
from messages.account_settings import OwnAccount, RefusalCode
from messages.identity import SessionShown
from messages.values import Password, check_password

_FIELD_OF = {
    RefusalCode.WRONG_PASSWORD: "password",
    RefusalCode.TOO_MANY_PASSWORDS: "password",
    RefusalCode.NEW_PASSWORD_NOT_ACCEPTED: "new_password",
}


async def _page(
    request: web.Request, session: SessionShown, *, status: int = 200, problems: tuple[Problem, ...] = ()
) -> web.Response:
    policy = portal_of(request).settings.password_policy
    return show(
        request,
        "settings_page/password.html",
        status=status,
        problems=problems,
        session=session,
        account_id=(await _account(request)).account_id,
        password_hint=said(PASSWORD_HINTS[policy]),
        password_rules=PASSWORD_RULES[policy],
    )


async def _account(request: web.Request) -> OwnAccount:
    portal = portal_of(request)
    return await portal.backend.own_account.show(session_hash_of(request))


@behind_login
async def form(request: web.Request, session: SessionShown) -> web.StreamResponse:
    """GET /settings/password."""
    return await _page(request, session)


@behind_login
async def change(request: web.Request, session: SessionShown) -> web.StreamResponse:
    """POST /settings/password, [変更する]. Every session ends, and the customer logs in with what he has
    just chosen: who sees that he cannot still has the mail that tells him.
    """
    typed = await read_form(request)
    portal = portal_of(request)
    account_id = (await _account(request)).account_id
    try:
        new_password = _new_password(request, typed)
        await portal.backend.own_account.change_password(
            session_hash_of(request),
            password=typed["password"],
            new_password=new_password,
            client_network=client_network_of(request),
        )
    except InvalidForm as invalid:
        return await _page(request, session, status=422, problems=invalid.problems)
    except Refusal as refusal:
        field = next((field for code, field in _FIELD_OF.items() if code == refusal.code), None)
        if field is None:
            raise
        problems = problem_of(request, refusal, field)
        return tell_to_wait(
            await _page(request, session, status=status_of(refusal), problems=problems), refusal
        )
    portal.sessions.forget(session_hash_of(request))
    response = see_other_saying(request, "/login", "password-changed", account_id=account_id)
    portal.sessions.end(response)
    return response


def _new_password(request: web.Request, typed: Mapping[str, str]) -> Password:
    """Raises InvalidForm with everything that is wrong."""
    settings = portal_of(request).settings
    problems = problems_of_empty(typed, "password")
    reader = FieldReader(typed, settings.password_policy)
    related = settings.company.words_of_its_name
    chosen = reader.read(
        "new_password", lambda text: check_password(text, settings.password_policy, related=related)
    )
    problems += reader.invalid().problems
    if chosen is None or problems:
        raise InvalidForm(problems)
    return chosen
