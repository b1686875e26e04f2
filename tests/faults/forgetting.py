"""A customer who has an account and forgot his password: he asks, looks into his mailbox, presses again when
nothing comes, and remembers what he was told.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable

from faults.browser import Page
from faults.journey import GaveUp, Journey
from faults.ledger import Ledger
from faults.recovery_invariants import NEW_PASSWORD
from faults.smtp_sink import SmtpSink

PAUSE = 1.0  # seconds before pressing again
_KEY = re.compile(r'name="form_key" value="(.*?)"')
_LINK = re.compile(r"^https?://\S+/reset/(\S+)\s", re.MULTILINE)


class Forgetful:
    """One customer, from [メールを送る] to his menu. `patience` is in seconds and per step."""

    def __init__(self, journey: Journey, sink: SmtpSink, ledger: Ledger, *, patience: float = 90.0) -> None:
        self.customer = journey.customer
        self.password = f"New{journey.customer.password[3:]}"
        self._browser = journey.browser
        self._sink = sink
        self._ledger = ledger
        self._patience = patience

    async def whole(self) -> None:
        """Raises GaveUp."""
        await self.ask()
        await self.reset(await self.link())
        await self.log_in()

    async def ask(self) -> None:
        """Presses the same form until somebody answers. Told to wait, he was perhaps asked for before."""
        found = _KEY.search((await self._until_answered(lambda: self._browser.get("/recover/password"))).text)
        assert found
        form = {"form_key": found[1], "account": self.customer.account_id}
        page = await self._until_answered(
            lambda: self._browser.post("/recover/password", email_address=self.customer.email_address, **form)
        )
        if page.location == "/recover/password/sent":
            self._tell("reset_asked")
        elif page.status != 429:
            raise GaveUp(f"a reset was refused: {page.status}")

    async def link(self) -> str:
        """The token in the newest mail that holds one."""
        count = 1
        try:
            while True:
                address = self.customer.email_address
                mails = await self._sink.mails_to(address, count=count, within=self._patience)
                for mail in mails[count - 1 :]:
                    if found := _LINK.search(mail.text):
                        return found[1]
                count = len(mails) + 1
        except TimeoutError:
            raise GaveUp("no mail came") from None

    async def reset(self, token: str) -> None:
        """The link, the new password, [パスワードを変更する]."""
        await self._until_answered(lambda: self._browser.get(f"/reset/{token}"))
        await self._until_answered(lambda: self._browser.get("/reset"))
        page = await self._until_answered(lambda: self._browser.post("/reset", new_password=self.password))
        if page.location != "/reset/done":
            raise GaveUp(f"the password was not changed: {page.status} {page.location}")
        self._tell("reset_done")

    async def log_in(self) -> None:
        """With the new password, at once."""
        await self._browser.get("/login")
        page = await self._until_answered(
            lambda: self._browser.post("/login", account_id=self.customer.account_id, password=self.password)
        )
        if page.location != "/menu":
            raise GaveUp(f"could not log in: {page.status}")
        self._tell("logged_in", how=NEW_PASSWORD)

    async def _until_answered(self, ask: Callable[[], Awaitable[Page]]) -> Page:
        async with asyncio.timeout(self._patience):
            while (page := await ask()).is_trouble:
                await asyncio.sleep(PAUSE)
            return page

    def _tell(self, what: str, **facts: object) -> None:
        self._ledger.told(self.customer.customer_number, what, **facts)
