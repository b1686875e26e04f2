"""A customer who ends his account, and perhaps wants it back, or registers again when it is gone."""

from __future__ import annotations

from datetime import timedelta

from faults.journey import GaveUp, Journey, draft_of
from faults.patient import HAS_LEFT, Patient
from faults.plant import Plant

from messages.values import CustomerNumber
from services.identity.accounts.domain import QUARANTINE
from services.identity.accounts.unfreeze_account import unfreeze_account

TAKEN = "このアカウントIDは使用できません"
BACK = "after the desk gave it back"


class Leaver(Patient):
    """From [退会する] on."""

    async def leave(self) -> None:
        """He is logged in on his telephone, too. Whose answer was lost is asked to log in, and told there."""
        phone = self.browser.elsewhere()
        await self.log_in("on the telephone", phone)
        await self.open("/settings/leave")
        page = await self.press("/settings/leave", confirmed="yes", password=self.password)
        if page.location != "/left" and not page.location.startswith("/login"):
            raise GaveUp(f"the account was not ended: {page.status} {page.location}")
        await self.is_told_that_it_is_over()
        self.tell("left")
        for browser in (self.browser, phone):
            await self.is_out(browser)
        await phone.close()

    async def is_told_that_it_is_over(self) -> None:
        """With his password at the log-in, with his contract at the registration."""
        page = await self.tries_to_log_in(self.password)
        if HAS_LEFT not in page.text:
            raise GaveUp(f"he was not told that he left: {page.status} {page.location}")
        await self.open("/register")
        page = await self.until_answered(lambda: self.browser.post("/register", **self.customer.proof))
        if HAS_LEFT not in page.text and not page.location.startswith("/register/already"):
            raise GaveUp(f"his contract was taken: {page.status} {page.location}")
        self.tell("told_that_he_left")

    async def is_given_back(self, plant: Plant) -> None:
        """He calls the desk."""
        number = CustomerNumber(self.customer.customer_number)
        database = await plant.database("identity")
        if not await unfreeze_account(database, number, done_by="desk", reason="F27"):
            raise GaveUp("the desk had nothing to give back")
        self.tell("restored")
        await self.log_in(BACK)


async def can_have(other: Journey, account_id: str) -> bool:
    """What [IDチェック] says to somebody else, who has proved his contract."""
    await other.prove()
    draft = draft_of(await other.browser.get("/register/account"))
    asked = {"draft": draft, "action": "check", "account_id": account_id}
    page = await other.browser.post("/register/account", **asked)
    assert page.status in (200, 422)
    return TAKEN not in page.text


async def let_the_quarantine_pass(plant: Plant, customers: list[str]) -> None:
    """For those customers; the service looks at its next start."""
    statement = """
        UPDATE accounts a SET left_at = now() - $1::interval FROM contracts c
        WHERE c.contract_key = a.contract_key AND c.customer_number = ANY($2::text[])
            AND a.left_at IS NOT NULL
    """
    async with (await plant.database("identity")).transaction() as tx:
        await tx.execute(statement, QUARANTINE + timedelta(seconds=1), customers)
