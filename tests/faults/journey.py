"""One customer on his way: he types, waits for a mail, presses again when nothing comes, and remembers what
he was told. His habits are those of real people.
"""

from __future__ import annotations

import asyncio
import html
import re
from collections.abc import Awaitable, Callable

from faults.browser import Browser, Page
from faults.customers import Customer
from faults.habits import PLAIN, Habits
from faults.ledger import Ledger
from faults.smtp_sink import SmtpSink, SunkMail

PREPARING_PAUSE = 3  # seconds
PAUSES = (0.3, 0.5, 1.0, 2.0)  # seconds before pressing again after trouble; the last one goes on
LOGIN_PAUSES = (2.0, 5.0, 10.0, 20.0, 30.0)  # seconds: five wrong logins in 15 minutes lock an account
HANGS_UP_ON = ("/register/confirm", "/activate", "/login/continue")
_DRAFT = re.compile(r'name="draft" value="(.*?)"')
_TEXT = re.compile(r"<(?:li|p)[^>]*>(?:<a[^>]*>)?([^<]{8,})")


class GaveUp(Exception):
    """The customer's patience is at its end; the text says over what."""


class Journey:
    """One customer on his way from the contract to his charges. `patience` is in seconds and per step."""

    def __init__(
        self,
        customer: Customer,
        browser: Browser,
        sink: SmtpSink,
        ledger: Ledger,
        *,
        patience: float = 120.0,
        habits: Habits = PLAIN,
    ) -> None:
        self.customer = customer
        self.browser = browser
        self._sink = sink
        self._ledger = ledger
        self._patience = patience
        self._habits = habits
        self._forms = 0  # confirmation pages that were reached: each stands for one registration key
        self._mails_used = 0
        self._to_hang_up_on = set(HANGS_UP_ON) if habits.hangs_up_after is not None else set()

    async def whole(self) -> None:
        """使い方 1) to 7). Raises GaveUp."""
        while True:
            await self.register()
            mail = await self.wait_for_mail()
            if await self._activate_somewhere(mail):
                break
            self._tell("started_over")
        await self.log_in()
        await self.see_charges()
        self._tell("finished")

    async def register(self) -> None:
        """使い方 1) to 3): returns when the page says 仮登録が完了しました。"""
        for _ in range(20):
            await self.prove()
            if await self._fill_in() and await self._confirm():
                return
            self._tell("started_over")
        raise GaveUp("registration was refused again and again")

    async def prove(self) -> None:
        """使い方 1). Raises GaveUp."""
        page = await self._press("/register", **self.customer.proof)
        if page.location != "/register/account":
            self._refused("/register", page)
            raise GaveUp("the contract was not accepted")

    async def _fill_in(self) -> bool:
        names = ("account_id", "password", "email_address", "nickname")
        details = {name: getattr(self.customer, name) for name in names}
        form = await self._open("/register/account")
        page = await self._press("/register/account", draft=draft_of(form), action="confirm", **details)
        return page.location == "/register/confirm"

    async def _confirm(self) -> bool:
        """Presses 仮登録する, the same form again and again; False when told to start over."""
        form = await self._open("/register/confirm")
        if form.status != 200:
            return False
        self._forms += 1
        self._tell("presses", form=self._forms)
        draft = draft_of(form)
        hung_up = await self._hangs_up("/register/confirm", draft=draft)
        if hung_up and self._habits.corrects:
            self.customer = self.customer.corrected()
            self._tell("corrects")
            return await self._fill_in() and await self._confirm()
        page = await self._press_as_he_does("/register/confirm", draft=draft)
        if page.location == "/register/done":
            self._tell("registered", form=self._forms)
            await self._open("/register/done")
            return True
        self._refused("/register/confirm", page)
        if page.status == 429 or page.location == "/register/already":
            raise GaveUp(f"仮登録 was refused: {page.status} {page.location}")
        return False

    async def wait_for_mail(self) -> SunkMail:
        """The next mail with a link. Raises GaveUp."""
        try:
            while True:
                mails = await self._sink.mails_to(
                    self.customer.email_address, count=self._mails_used + 1, within=self._patience
                )
                mail = mails[self._mails_used]
                self._mails_used += 1
                if mail.activation_url:
                    return mail
        except TimeoutError:
            raise GaveUp("no mail came") from None

    async def _activate_somewhere(self, mail: SunkMail) -> bool:
        if not self._habits.opens_elsewhere:
            return await self.activate(mail)
        own, self.browser = self.browser, self.browser.elsewhere()
        try:
            return await self.activate(mail)
        finally:
            await self.browser.close()
            self.browser = own

    async def activate(self, mail: SunkMail) -> bool:
        """使い方 5): the link, the password, 本登録する. False when the link is dead and says so."""
        path = "/activate/" + mail.activation_url.rpartition("/")[2]
        page = await self._open(path)
        if page.location == "/activate":
            page = await self._open("/activate")
        if page.status == 200:
            await self._hangs_up("/activate", password=self.customer.password)
            page = await self._press_as_he_does("/activate", password=self.customer.password)
        if page.location == "/activate/done":
            self._tell("activated", token_hash=mail.token_hash)
            return True
        self._refused("/activate", page, token_hash=mail.token_hash)
        if "すでに完了" not in page.text:
            return False
        self._tell("activated", token_hash=mail.token_hash, again=True)  # as the page says
        return True

    async def log_in(self) -> None:
        """そのままログイン while the ticket is good, else ID and password; waits where the page says
        準備しています.
        """
        hung_up = await self._hangs_up("/login/continue")
        for _ in range(int(self._patience / PREPARING_PAUSE)):
            page = await self._press("/login/continue")
            if page.location == "/menu":
                self._tell("logged_in", how="ticket")
                return
            if page.location != "/login/preparing":
                if hung_up and not self._habits.opens_elsewhere:
                    self._tell("two_answers", route="/login/continue", answers=[page.status, page.location])
                break
            await asyncio.sleep(PREPARING_PAUSE)
        await self.log_in_with_password()

    async def log_in_with_password(self) -> None:
        """The login screen, at once after 本登録; waits where the page says 準備しています."""
        for pause in LOGIN_PAUSES:
            page = await self._press(
                "/login", account_id=self.customer.account_id, password=self.customer.password
            )
            while page.location == "/login/preparing":
                await asyncio.sleep(PREPARING_PAUSE)
                page = await self._press("/login/again")
            if page.location == "/menu":
                self._tell("logged_in", how="password")
                return
            self._refused("/login", page)
            if page.status == 429:
                break
            await asyncio.sleep(pause)
        raise GaveUp("could not log in")

    async def see_charges(self) -> None:
        """ご利用料金. Only looked at: tried until it is there."""
        page = await self._open("/charges")
        if page.status != 200:
            self._refused("/charges", page)
            raise GaveUp("no charges to see")
        self._tell("saw_charges")

    async def _hangs_up(self, path: str, **form: str) -> bool:
        """Presses and closes the page, the first time that he comes to it. False where it answered before
        that; he then goes back and presses once more.
        """
        if path not in self._to_hang_up_on or self._habits.hangs_up_after is None:
            return False
        self._to_hang_up_on.discard(path)
        page = await self.browser.post(path, hangs_up_after=self._habits.hangs_up_after, **form)
        return page.status == 0

    async def _press_as_he_does(self, path: str, **form: str) -> Page:
        """Once, or twice at one moment: both presses must get the same answer; he sees the last one."""
        if not self._habits.presses_twice:
            return await self._press(path, **form)
        first, last = await asyncio.gather(self._press(path, **form), self._press(path, **form))
        if first.location != last.location:
            answers = [(each.status, each.location) for each in (first, last)]
            self._tell("two_answers", route=path, answers=answers)
        return last

    async def _press(self, path: str, **form: str) -> Page:
        """The same form until somebody answers, as a patient human does."""
        return await self._until_answered(path, lambda: self.browser.post(path, **form))

    async def _open(self, path: str) -> Page:
        return await self._until_answered(path, lambda: self.browser.get(path))

    async def _until_answered(self, path: str, ask: Callable[[], Awaitable[Page]]) -> Page:
        loop = asyncio.get_running_loop()
        ends, tries = loop.time() + self._patience, 0
        while True:
            page = await ask()
            if not page.is_trouble:
                return page
            if loop.time() > ends:
                raise GaveUp(f"{path.partition('/activate/')[0] or '/activate'} gave no answer")
            await asyncio.sleep(PAUSES[min(tries, len(PAUSES) - 1)])
            tries += 1

    def _tell(self, what: str, **facts: object) -> None:
        self._ledger.told(self.customer.customer_number, what, **facts)

    def _refused(self, route: str, page: Page, **facts: object) -> None:
        said = [html.unescape(text).strip()[:60] for text in _TEXT.findall(page.text)]
        self._tell("refused", route=route, status=page.status, location=page.location, said=said[:3], **facts)


def draft_of(page: Page) -> str:
    """The hidden field that ties a form to its draft; empty where there is none, and the next page says
    why.
    """
    found = _DRAFT.search(page.text)
    return found[1] if found else ""
