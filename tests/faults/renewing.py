"""A customer who lost his mailbox and his password, and the desk that reads a code out to him."""

from __future__ import annotations

import asyncio
import os
import sys
from typing import Any

from faults.environment import ROOT
from faults.journey import GaveUp, Journey
from faults.patient import Patient, hidden_in
from faults.plant import Plant

PATH = "/recover/code"
REFUSED = "入力された内容を確認できませんでした"
RENEWED = "with the password that he set with a code"


async def code_of_the_desk(plant: Plant, number: str, *, dies_at: str = "") -> str:
    """What the desk reads out; nothing where its process died first."""
    command = [sys.executable, "-m", "faults.desk_at_work", number, dies_at]
    environment = {**os.environ, "DATABASE": plant.servers.database_url("identity")}
    environment["PYTHONPATH"] = f"{ROOT}:{ROOT / 'tests'}"
    process = await asyncio.create_subprocess_exec(*command, env=environment, stdout=asyncio.subprocess.PIPE)
    said, _ = await process.communicate()
    plant.ledger.done("desk", "issues", code=process.returncode, dies_at=dies_at)
    return said.decode().strip()


class Renewer(Patient):
    """From the call to his menu."""

    def __init__(self, journey: Journey, *more: Any, **how: Any) -> None:
        super().__init__(journey, *more, **how)
        self.former_password = self.password

    async def whole(self, code: str) -> None:
        """Raises GaveUp. Somebody has his password, and is logged in."""
        thief = self.browser.elsewhere()
        await self.log_in("in his place", thief)
        await self.renew(code)
        for browser in (self.browser, thief):
            await self.is_out(browser)
        await thief.close()
        await self.log_in(RENEWED)
        await self.nobody_else_enters(code)

    async def renew(self, code: str) -> None:
        """[設定する]. Whoever closes the page and types another password has the first one, if that came."""
        new, address = f"New{self.password[3:]}", f"found-{self.address}"
        form = self._form(code, address, hidden_in(await self.open(PATH)))
        if self.habits.corrects and self.habits.hangs_up_after is not None:
            self._hung_up_on.add(PATH)
            self.password = f"Old{self.password[3:]}"
            pause = self.habits.hangs_up_after
            await self.browser.post(PATH, hangs_up_after=pause, password=self.password, **form)
        page = await self.press(PATH, password=new, **form)
        if page.location == "/login":
            self.password = new
        elif not (self.habits.corrects and 400 <= page.status < 500):
            raise GaveUp(f"the code was refused: {page.status}")
        self.address = address
        self.tell("renewed", address=address)

    def _form(self, code: str, address: str, hidden: dict[str, str]) -> dict[str, str]:
        typed = {"enrolment_code": code, "email_address": address}
        return {**self.customer.proof, **typed, **hidden}

    async def nobody_else_enters(self, code: str) -> None:
        """Neither with the password of before, nor with the code again; remembers who does."""
        stranger = self.browser.elsewhere()
        if (await self.tries_to_log_in(self.former_password, stranger)).location == "/menu":
            self.tell("entered_wrongly", how="with the password of before")
        form = self._form(code, "somebody-else@example.jp", hidden_in(await self.open(PATH, stranger)))
        page = await self.until_answered(lambda: stranger.post(PATH, password="Kx7wqzpm42", **form))
        if REFUSED not in page.text:
            self.tell("entered_wrongly", how="with a code that was used")
        await stranger.close()
