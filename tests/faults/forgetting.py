"""A customer who has an account and forgot his password: he asks, looks into his mailbox, and chooses another
one.
"""

from __future__ import annotations

import re
from typing import Any

from faults.journey import GaveUp, Journey
from faults.patient import Patient, hidden_in
from faults.recovery_invariants import NEW_PASSWORD

_LINK = re.compile(r"^https?://\S+/reset/(\S+)\s", re.MULTILINE)


class Forgetful(Patient):
    """From [メールを送る] to his menu."""

    def __init__(self, journey: Journey, *more: Any, **how: Any) -> None:
        super().__init__(journey, *more, **how)
        self.password = f"New{self.password[3:]}"

    async def whole(self) -> None:
        """Raises GaveUp."""
        await self.ask()
        await self.reset((await self.links(self.address, _LINK))[-1])
        await self.log_in(NEW_PASSWORD)

    async def ask(self) -> None:
        """Presses the same form until somebody answers. Told to wait, he was perhaps asked for before."""
        form = {**hidden_in(await self.open("/recover/password")), "email_address": self.address}
        page = await self.press("/recover/password", account=self.customer.account_id, **form)
        if page.location == "/recover/password/sent":
            self.tell("reset_asked")
        elif page.status != 429:
            raise GaveUp(f"a reset was refused: {page.status}")

    async def reset(self, token: str) -> None:
        """The link, the new password, [パスワードを変更する]."""
        await self.open(f"/reset/{token}")
        await self.open("/reset")
        page = await self.press("/reset", new_password=self.password)
        if page.location != "/reset/done":
            raise GaveUp(f"the password was not changed: {page.status} {page.location}")
        self.tell("reset_done")
