"""What several visits begin with."""

from __future__ import annotations

import asyncio
from dataclasses import asdict

from journeys.system import Customer
from pages.visitor import Visitor

HOLDER_FIELDS = ("customer_number", "phone_number", "holder_kana")


async def fail_to_log_in(visitor: Visitor, account_id: str) -> None:
    """Any password is wrong for an ID that nobody has."""
    await visitor.opens("/login")
    await visitor.presses("ログイン", account_id=account_id, password="Wrong-1")


async def prove(visitor: Visitor, customer: Customer, **otherwise: str) -> None:
    """使い方 1): as on the letter, save for what is typed otherwise."""
    await visitor.opens("/register")
    holder = asdict(customer)
    await visitor.presses("認証", **{name: str(holder[name]) for name in HOLDER_FIELDS} | otherwise)


async def fill_in(visitor: Visitor, customer: Customer, **otherwise: str) -> None:
    """使い方 2)."""
    await visitor.presses("確認する", **details(customer) | otherwise)


def details(customer: Customer) -> dict[str, str]:
    """What he types at 使い方 2)."""
    return {
        "account_id": customer.account_id,
        "password": customer.password,
        "email_address": customer.email_address,
        "nickname": "カナリア",
    }


async def register(visitor: Visitor, customer: Customer | None = None) -> Customer:
    """使い方 1) to 4), with a contract of his own."""
    customer = customer or visitor.new_customer()
    await prove(visitor, customer)
    await fill_in(visitor, customer)
    await visitor.presses("仮登録する")
    return customer


async def open_mail(visitor: Visitor, customer: Customer, *, after: int = 0) -> None:
    """The link of the newest mail."""
    await visitor.opens(await visitor.town.mail_link(customer, after=after))


async def activate(visitor: Visitor, customer: Customer | None = None) -> Customer:
    """使い方 1) to 5)."""
    customer = await register(visitor, customer)
    await open_mail(visitor, customer)
    await visitor.presses("本登録する", password=customer.password)
    return customer


async def go_on_to_menu(visitor: Visitor) -> None:
    """使い方 6), while identity may still be opening the account."""
    await visitor.presses("そのままログイン")
    while "/login/preparing" in visitor.url:
        await asyncio.sleep(0.2)
        await visitor.presses("もう一度試す")


async def log_in_as(visitor: Visitor, customer: Customer) -> None:
    """Of an account that is there."""
    await visitor.opens("/login")
    await visitor.presses("ログイン", account_id=customer.account_id, password=customer.password)


async def be_member(visitor: Visitor) -> None:
    """Logged in, with a year of charges."""
    await log_in_as(visitor, visitor.town.member)
