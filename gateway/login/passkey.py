"""[パスキーでログイン], and the passkey that a browser offers in the field for the ID."""

from __future__ import annotations

from aiohttp import web

from chassis.messaging.refusal import Refusal
from chassis.security.tokens import new_token, token_hash
from chassis.web.form_reading import read_form
from chassis.web.form_tokens import FIELD as FORM_TOKEN
from gateway.devices import device_of
from gateway.known_device import known_device_of
from gateway.login.arrival import arrive
from gateway.passkeys import origin_of, passkey_log_in
from gateway.portal import client_network_of, portal_of
from gateway.responses import problem_of, show, status_of, tell_to_wait
from gateway.wanted_page import wanted_page
from messages.passkeys import RefusalCode


async def log_in(request: web.Request) -> web.StreamResponse:
    """POST /login/passkey. The challenge has to be one that a page showed to this very browser a few minutes
    ago; whether the signature is right, and the first one, identity judges.
    """
    typed = await read_form(request)
    origin, challenge = origin_of(request), typed.get("challenge", "")
    form_token = typed.get(FORM_TOKEN, "")
    if origin is None or not portal_of(request).challenges.fits(challenge, form_token):
        return _refused(request, Refusal(RefusalCode.PASSKEY_CHALLENGE_SPENT))
    device, token = known_device_of(request), new_token()
    try:
        shown = await portal_of(request).backend.passkeys.log_in(
            token_hash(token),
            challenge=challenge,
            credential=typed.get("credential", ""),
            origin=origin,
            client_network=client_network_of(request),
            device=device_of(request),
            device_token_hash=device.token_hash,
        )
    except Refusal as refusal:
        return _refused(request, refusal)
    return await arrive(request, token, device, shown, at=wanted_page(request) or "/menu")


def _refused(request: web.Request, refusal: Refusal) -> web.Response:
    page = show(
        request,
        "login/login.html",
        status=status_of(refusal),
        problems=problem_of(request, refusal),
        typed={"account_id": "", "wanted": wanted_page(request)},
        passkey=passkey_log_in(request),
    )
    return tell_to_wait(page, refusal)
