"""確認コードの入力: the second page of a log-in, before which there is no session."""

from __future__ import annotations

from aiohttp import web

from chassis.messaging.refusal import Refusal
from chassis.security.tokens import new_key, token_hash
from chassis.web.form_reading import read_form
from chassis.web.sealed_cookies import CookieContent, Purpose
from gateway.devices import device_of
from gateway.forms import FieldReader, Problem, form_key_of
from gateway.known_device import known_device_of
from gateway.login.arrival import arrive
from gateway.portal import client_network_of, portal_of
from gateway.responses import problem_of, see_other, see_other_saying, show, status_of, tell_to_wait
from gateway.wanted_page import wanted_page
from messages.second_factor import RefusalCode
from messages.values import SecondFactorCode

RECOVERY_PATH = "/login/code/recovery"
"""The same page for who has lost his telephone: letters can be typed on it."""


class SecondStep(CookieContent):
    """The token of a log-in that waits for its code. Nobody is logged in by it: identity opens the session
    only with the code.
    """

    token: str
    account_id: str
    wanted: str | None = None


SECOND_STEP = Purpose("second-step", SecondStep, 5 * 60)


def ask_for_code(request: web.Request, token: str, account_id: str) -> web.Response:
    """To the page that asks for the code; the page that was wanted is remembered for this log-in."""
    response = see_other("/login/code")
    step = SecondStep(token=token, account_id=account_id, wanted=wanted_page(request))
    portal_of(request).cookies.keep(response, SECOND_STEP, step)
    return response


def _waiting(request: web.Request) -> SecondStep | None:
    return portal_of(request).cookies.read(request.cookies, SECOND_STEP)


def _page(
    request: web.Request, step: SecondStep, *, status: int = 200, problems: tuple[Problem, ...] = ()
) -> web.Response:
    """With a key of its own for the form: a double click asks once."""
    template = "login/recovery_code.html" if request.path == RECOVERY_PATH else "login/code.html"
    typed = {"wanted": step.wanted}
    return show(request, template, status=status, problems=problems, form_key=new_key(), typed=typed)


async def form(request: web.Request) -> web.StreamResponse:
    """GET /login/code and /login/code/recovery. Asks nobody."""
    step = _waiting(request)
    return _page(request, step) if step else see_other("/login")


async def finish(request: web.Request) -> web.StreamResponse:
    """POST of either, [ログイン]. Whichever of both codes is typed, it is taken."""
    step = _waiting(request)
    if step is None:
        return see_other_saying(request, "/login", "log-in-timed-out")
    typed = await read_form(request)
    reader = FieldReader(typed)
    field = "recovery_code" if request.path == RECOVERY_PATH else "code"
    code = reader.read(field, SecondFactorCode.parse)
    if code is None:
        return _page(request, step, status=422, problems=reader.invalid().problems)
    device = known_device_of(request)
    try:
        shown = await portal_of(request).backend.second_factor.finish_log_in(
            token_hash(step.token),
            form_key_of(typed),
            code,
            client_network=client_network_of(request),
            device=device_of(request),
            device_token_hash=device.token_hash,
        )
    except Refusal as refusal:
        return _refused(request, step, refusal, field)
    return await arrive(request, step.token, device, shown, at=wanted_page(request) or "/menu")


def _refused(request: web.Request, step: SecondStep, refusal: Refusal, field: str) -> web.Response:
    if refusal.code == RefusalCode.LOG_IN_AGAIN:
        response = see_other_saying(request, "/login", "log-in-timed-out", account_id=step.account_id)
        portal_of(request).cookies.drop(response, SECOND_STEP)
        return response
    problems = problem_of(request, refusal, field)
    return tell_to_wait(_page(request, step, status=status_of(refusal), problems=problems), refusal)
