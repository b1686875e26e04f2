"""Which browser this is: one in which somebody logged in before has a limit of its own at the next log-in, so
that strangers who guess cannot keep him out (X11).
"""

from __future__ import annotations

from aiohttp import web
from pydantic import Field

from chassis.security.tokens import new_token, token_hash
from chassis.web.sealed_cookies import CookieContent, Purpose
from gateway.portal import portal_of

_DAYS = 400  # as long as browsers keep any cookie
_MARKS = 5  # accounts: a family's, at one computer


class KnownDevice(CookieContent):
    """A token at random, and identity's marks for it. Nothing of the customer, and nobody is logged in by
    it.
    """

    token: str = Field(default_factory=new_token)
    marks: tuple[str, ...] = ()

    @property
    def token_hash(self) -> str:
        """As identity knows it."""
        return token_hash(self.token)


KNOWN_DEVICE = Purpose("device", KnownDevice, _DAYS * 24 * 60 * 60)


def known_device_of(request: web.Request) -> KnownDevice:
    """The browser's, or a new one, which `remember_device` gives it."""
    return portal_of(request).cookies.read(request.cookies, KNOWN_DEVICE) or KnownDevice()


def remember_device(
    request: web.Request, response: web.StreamResponse, device: KnownDevice, mark: str | None
) -> None:
    """After a log-in: the browser keeps the mark, the newest first."""
    if mark is None:
        return
    marks = (mark, *(each for each in device.marks if each != mark))[:_MARKS]
    portal_of(request).cookies.keep(response, KNOWN_DEVICE, KnownDevice(token=device.token, marks=marks))
