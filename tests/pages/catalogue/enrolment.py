"""メールアドレスとパスワードの再設定, with a code of the desk."""

from __future__ import annotations

from dataclasses import asdict

from journeys.system import Customer
from pages.catalogue.entries import screen
from pages.catalogue.steps import HOLDER_FIELDS, activate
from pages.visitor import Visitor

NOBODYS_CODE = "0000 0000 0000 0000"


async def fill_in_code(visitor: Visitor, customer: Customer, code: str) -> None:
    """As the desk read it out."""
    holder = asdict(customer)
    await visitor.opens("/recover/code")
    await visitor.presses(
        "設定する",
        **{name: str(holder[name]) for name in HOLDER_FIELDS},
        enrolment_code=code,
        email_address="new@example.jp",
        password="Zyxwvu98",
    )


@screen()
async def renewal(visitor: Visitor) -> None:
    await visitor.opens("/recover/code")


@screen(422)
async def renewal_empty(visitor: Visitor) -> None:
    await visitor.opens("/recover/code")
    await visitor.presses("設定する")


@screen(422)
async def renewal_refused(visitor: Visitor) -> None:
    await fill_in_code(visitor, await activate(visitor), NOBODYS_CODE)


@screen()
async def renewal_done(visitor: Visitor) -> None:
    customer = await activate(visitor)
    await fill_in_code(visitor, customer, await visitor.town.code_of_the_desk(customer))
