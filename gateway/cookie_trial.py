"""Does this browser take cookies? A form comes with a trial cookie; what a press leads to needs such cookies,
and a browser that refuses them would come back to the form without a word (ADR 0039).
"""

from __future__ import annotations

from collections.abc import Mapping

from aiohttp import web

from chassis.web.sealed_cookies import CookieContent, Purpose
from gateway.portal import portal_of

FIELD = "trial"
"""A hidden field of the forms that come with the cookie."""
NEXT_PAGES = {"menu": "/menu", "account": "/register/account"}
"""What is opened behind the trial, by its name in /cookies/{page}."""


class Trial(CookieContent):
    """Nothing: that it comes back is what it says."""


TRIAL = Purpose("trial", Trial, 24 * 60 * 60)


def takes_cookies(request: web.Request) -> bool:
    """It brought the trial cookie. One that did not may refuse cookies, or has not seen a form of ours
    lately.
    """
    return portal_of(request).cookies.read(request.cookies, TRIAL) is not None


def with_trial(request: web.Request, response: web.Response) -> web.Response:
    """The answer, with the trial cookie for a browser that has none."""
    if not takes_cookies(request):
        portal_of(request).cookies.keep(response, TRIAL, Trial())
    return response


def through_trial(
    request: web.Request, typed: Mapping[str, str], response: web.Response, page: str
) -> web.Response:
    """The answer that opens a page with new cookies. If the form's own cookie did not come back, the browser
    is asked for a new one on the way, so that nobody is suspected whose cookie was only too old.
    """
    if FIELD in typed and not takes_cookies(request):
        response.headers["Location"] = f"/cookies/{page}"
    return with_trial(request, response)
