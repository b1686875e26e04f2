"""A customer whose mail address becomes another one, and perhaps the old one again."""

from __future__ import annotations

import asyncio
import re

from faults.browser import Browser, Page
from faults.journey import GaveUp
from faults.patient import Patient, hidden_in

LINK = re.compile(r"^https?://\S+/settings/address/(\S+)\s", re.MULTILINE)
UNDO_LINK = re.compile(r"^https?://\S+/address-undo/(\S+)\s", re.MULTILINE)
CONFIRM, UNDO = "/settings/address/confirm", "/address-undo"
DONE_ALREADY, NEWER_ONE = "変更は完了しています", "新しいメールをお送りしています"
UNDONE_ALREADY = "すでに元に戻っています"
AFTER_ALL = "after a change of the address"


class Mover(Patient):
    """From [確認のメールを送る] to his menu."""

    async def whole(self, *, takes_it_back: bool) -> None:
        """Raises GaveUp."""
        await self.move(f"new-{self.address}")
        if takes_it_back:
            await self.take_back()
        await self.log_in(AFTER_ALL)

    async def move(self, new: str) -> None:
        """Asked for, and confirmed with the link of the mail."""
        await self.ask(new)
        await self.confirm(new)

    async def ask(self, new: str) -> None:
        """[確認のメールを送る]."""
        form = {**hidden_in(await self.open("/settings/address")), "email_address": new}
        page = await self.press("/settings/address", password=self.password, **form)
        if page.location != "/settings/address/sent":
            raise GaveUp(f"another address was refused: {page.status} {page.location}")
        self.tell("address_asked")

    async def confirm(self, new: str) -> None:
        """With each mail there until one is good, opened twice; where he is not logged in, he logs in
        first.
        """
        tried = 0
        browser = self.browser
        if self.habits.opens_elsewhere:
            browser = self.browser.elsewhere()
            await self.log_in("elsewhere", browser)
        while True:
            page = await self.press_confirm((await self.links(new, LINK, more_than=tried))[tried], browser)
            tried += 1
            if page.location == "/settings" or DONE_ALREADY in page.text:
                break
            if NEWER_ONE not in page.text:
                raise GaveUp(f"the address was not changed: {page.status} {page.location}")
        if browser is not self.browser:
            await browser.close()
        self.moved_to(new)

    async def press_confirm(self, token: str, browser: Browser) -> Page:
        """The link, twice, and [変更する] where there is one."""
        for _ in range(2):
            await self.open(f"/settings/address/{token}", browser)
            page = await self.open(CONFIRM, browser)
        return await self.press(CONFIRM, browser) if page.status == 200 else page

    def moved_to(self, new: str) -> None:
        """He was told so."""
        self.tell("address_changed", address=new)
        self.former, self.address = self.address, new

    async def take_back(self) -> None:
        """[元に戻す], in the mailbox of before, by whoever reads it: nobody is logged in there."""
        page = await self.press_undo((await self.links(self.former, UNDO_LINK))[-1])
        if page.location != "/address-undo/done" and UNDONE_ALREADY not in page.text:
            raise GaveUp(f"the address was not brought back: {page.status} {page.location}")
        self.has_back(self.former)
        await self.is_out(self.browser)

    async def press_undo(self, token: str) -> Page:
        """In a browser of its own."""
        browser = self.browser.elsewhere()
        try:
            await self.open(f"/address-undo/{token}", browser)
            await self.open(UNDO, browser)
            return await self.press(UNDO, browser)
        finally:
            await browser.close()

    def has_back(self, address: str) -> None:
        """He was told so."""
        self.tell("address_undone", address=address)
        self.address = address

    async def both_at_one_moment(self, further: str) -> None:
        """The address is moved on while it is taken back: whoever reads the first mailbox has the last
        word.
        """
        first = self.former
        await self.ask(further)
        undo = (await self.links(first, UNDO_LINK))[-1]
        links = await self.links(further, LINK)
        presses = [self.press_confirm(each, self.browser) for each in links]
        undone, *moved = await asyncio.gather(self.press_undo(undo), *presses)
        if any(each.location == "/settings" or DONE_ALREADY in each.text for each in moved):
            self.moved_to(further)
        if undone.location != "/address-undo/done" and UNDONE_ALREADY not in undone.text:
            raise GaveUp(f"the address was not brought back: {undone.status} {undone.location}")
        self.has_back(first)
        await self.is_out(self.browser)
