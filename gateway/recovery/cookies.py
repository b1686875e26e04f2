"""What a password reset remembers between two pages: contents of sealed cookies."""

from __future__ import annotations

import hmac

from pydantic import Field

from chassis.security.tokens import new_token
from chassis.web.sealed_cookies import CookieContent, Purpose
from messages.values import AccountId, Stored


class OpenedReset(CookieContent):
    """The token, taken out of the URL (S5-1), and the name of this browser: the same for every press, so that
    every press gets the same answer.
    """

    reset_token: str
    browser_token: str = Field(default_factory=new_token)

    def is_of(self, reset_token: str) -> bool:
        """Whether it is that link which was opened."""
        return hmac.compare_digest(self.reset_token.encode(), reset_token.encode())


class DoneReset(CookieContent):
    """The password was changed in this browser, by that link."""

    reset_token: str
    account_id: Stored[AccountId]


OPENED_RESET = Purpose("reset", OpenedReset, 30 * 60)
DONE_RESET = Purpose("reset-done", DoneReset, 10 * 60)
