"""An authenticator application: what it reads of a page, and what it shows."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from pyotp import TOTP

_KEY_ON_PAGE = re.compile("<code>((?:[A-Z2-7]{4} ?){8})</code>")


@dataclass(frozen=True)
class Authenticator:
    """One key, typed in by hand from the page that shows it."""

    secret: str = field(repr=False)

    @classmethod
    def that_reads(cls, html: str) -> Authenticator:
        """The key as text, beside the QR code."""
        found = _KEY_ON_PAGE.search(html)
        assert found, "no key on this page"
        return cls(found[1].replace(" ", ""))

    def code(self, *, later: int = 0) -> str:
        """What it shows, or will show so many steps later."""
        return TOTP(self.secret).at(datetime.now(UTC) + timedelta(seconds=30 * later))

    @property
    def wrong(self) -> str:
        """Six digits that it does not show these minutes."""
        near = {self.code(later=step) for step in range(-3, 4)}
        return next(code for code in (f"{number:06d}" for number in range(8)) if code not in near)
