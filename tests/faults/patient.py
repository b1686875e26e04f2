"""Somebody who has an account and wants something done to it: he presses again when nothing comes, looks into
his mailboxes, and remembers what he was told.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Awaitable, Callable

from faults.browser import Browser, Page
from faults.habits import PLAIN, Habits
from faults.journey import GaveUp, Journey
from faults.ledger import Ledger
from faults.smtp_sink import SmtpSink

PAUSE = 1.0  # seconds before pressing again
ENDED_WITHIN = 30.0  # seconds, on every gateway, whoever died meanwhile
_HIDDEN = re.compile(r'<input type="hidden" name="(form_key|next_token)" value="(.*?)"')
HAS_LEFT = "退会のお手続きが済んでいます"
WITHOUT_LIMITS = {
    "failed_log_ins_of_all": "100000/15m",
    "failed_proofs_of_all": "100000/1h",
    "address_changes_of_an_account": "100/1h",
    "wrong_passwords_again": "100/15m",
    "enrolments_of_a_number": "100/1h",
}
PRESSED_AT_WILL = {"identity": {"MYPAGE_IDENTITY_LIMITS": json.dumps(WITHOUT_LIMITS)}}
"""For a plant whose customers press again whenever somebody dies."""


def hidden_in(page: Page) -> dict[str, str]:
    """What the form that the page shows brings along beside what is typed."""
    found = dict(_HIDDEN.findall(page.text))
    assert found
    return found


class Patient:
    """One customer after his journey. `patience` is in seconds and per step."""

    def __init__(
        self,
        journey: Journey,
        sink: SmtpSink,
        ledger: Ledger,
        *,
        patience: float = 90.0,
        habits: Habits = PLAIN,
    ) -> None:
        self.customer = journey.customer
        self.password = journey.customer.password
        self.address = journey.customer.email_address
        self.browser = journey.browser
        self.habits = habits
        self._sink = sink
        self._ledger = ledger
        self._patience = patience
        self._hung_up_on: set[str] = set()

    async def open(self, path: str, browser: Browser | None = None) -> Page:
        """Until somebody answers."""
        return await self.until_answered(lambda: (browser or self.browser).get(path))

    async def press(self, path: str, browser: Browser | None = None, **form: str) -> Page:
        """As he does: closed once before it answered, twice at one moment; until somebody answers. He sees
        the last answer.
        """
        with_it = browser or self.browser
        if self.habits.hangs_up_after is not None and path not in self._hung_up_on:
            self._hung_up_on.add(path)
            await with_it.post(path, hangs_up_after=self.habits.hangs_up_after, **form)
        times = 2 if self.habits.presses_twice else 1
        presses = [self.until_answered(lambda: with_it.post(path, **form)) for _ in range(times)]
        return (await asyncio.gather(*presses))[-1]

    async def links(self, address: str, link: re.Pattern[str], *, more_than: int = 0) -> list[str]:
        """The tokens in the mails to an address so far, once there are more than so many. Raises GaveUp."""
        count = 1
        try:
            while True:
                mails = await self._sink.mails_to(address, count=count, within=self._patience)
                found = {each[1]: None for mail in mails for each in [link.search(mail.text)] if each}
                if len(found) > more_than:
                    return list(found)
                count = len(mails) + 1
        except TimeoutError:
            raise GaveUp(f"no mail came to {address}") from None

    async def log_in(self, how: str, browser: Browser | None = None) -> None:
        """With ID and password."""
        page = await self.tries_to_log_in(self.password, browser)
        if page.location != "/menu":
            raise GaveUp(f"could not log in: {page.status} {page.location}")
        self.tell("logged_in", how=how)

    async def tries_to_log_in(self, password: str, browser: Browser | None = None) -> Page:
        """What the log-in screen says."""
        form = {"account_id": self.customer.account_id, "password": password}
        await self.open("/login", browser)
        return await self.until_answered(lambda: (browser or self.browser).post("/login", **form))

    async def is_out(self, browser: Browser) -> None:
        """What was open before is over, as its next page says; remembers where it is not."""
        try:
            async with asyncio.timeout(ENDED_WITHIN):
                while (await self.open("/menu", browser)).status == 200:
                    await asyncio.sleep(0.2)
        except TimeoutError:
            self.tell("old_session_lives")

    async def until_answered(self, ask: Callable[[], Awaitable[Page]]) -> Page:
        """Presses the same again and again. Raises TimeoutError."""
        async with asyncio.timeout(self._patience):
            while (page := await ask()).is_trouble:
                await asyncio.sleep(PAUSE)
            return page

    def tell(self, what: str, **facts: object) -> None:
        """For the ledger."""
        self._ledger.told(self.customer.customer_number, what, **facts)
