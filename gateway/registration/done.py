"""仮登録が完了しました。: step 4."""

from __future__ import annotations

from aiohttp import web

from gateway.portal import portal_of
from gateway.registration.drafts import DRAFT, REGISTERED, registered_draft_in, restart
from gateway.registration.waiting_page import waiting_page
from gateway.responses import see_other, see_other_saying


async def done(request: web.Request) -> web.StreamResponse:
    """GET /register/done. May be opened again at will (S4-3)."""
    registered = portal_of(request).cookies.read(request.cookies, REGISTERED)
    if registered is None:
        return see_other("/register")
    return await waiting_page(request, registered)


async def correct(request: web.Request) -> web.StreamResponse:
    """POST /register/correct, [メールアドレスを直す]: the form of step 2 with all that was typed (S4-2).
    Whether it may register once more is registration's to say.
    """
    draft = registered_draft_in(request)
    if draft is None:
        return restart(request, "proof-missing")
    response = see_other_saying(request, "/register/account", "address-undeliverable")
    portal_of(request).cookies.keep(response, DRAFT, draft.model_copy(update={"registered": False}))
    return response
