"""メール受信確認 and 「本登録が完了しました。」."""

from __future__ import annotations

from pages.catalogue.entries import screen
from pages.catalogue.registration import OF_ITS_STATE
from pages.catalogue.steps import activate, fill_in, go_on_to_menu, open_mail, prove, register
from pages.visitor import Visitor

PASSWORDS_BEFORE_A_WAIT = 6
LINKS_IN_A_MINUTE = 21


@screen()
async def step_5(visitor: Visitor) -> None:
    await open_mail(visitor, await register(visitor))


@screen(422)
async def step_5_empty(visitor: Visitor) -> None:
    await open_mail(visitor, await register(visitor))
    await visitor.presses("本登録する")


@screen(422)
async def step_5_wrong_password(visitor: Visitor) -> None:
    await open_mail(visitor, await register(visitor))
    await visitor.presses("本登録する", password="Wrong-1")


@screen(429)
async def step_5_too_many_passwords(visitor: Visitor) -> None:
    await open_mail(visitor, await register(visitor))
    for _ in range(PASSWORDS_BEFORE_A_WAIT):
        await visitor.presses("本登録する", password="Wrong-1")


@screen(503, alone=True)
async def step_5_while_registration_is_away(visitor: Visitor) -> None:
    link = await visitor.town.mail_link(await register(visitor))
    async with visitor.town.without("registration"):
        await visitor.opens(link)


@screen(404)
async def link_unknown(visitor: Visitor) -> None:
    await visitor.opens("/activate/" + "x" * 43)


@screen(429)
async def links_unknown_too_many(visitor: Visitor) -> None:
    for number in range(LINKS_IN_A_MINUTE):
        await visitor.opens(f"/activate/{number:x>43}")


@screen(404)
async def link_cut_off(visitor: Visitor) -> None:
    await visitor.opens("/activate/abc")


@screen(404)
async def link_without_cookies(visitor: Visitor) -> None:
    await visitor.opens("/activate")


@screen(410)
async def link_expired(visitor: Visitor) -> None:
    customer = await register(visitor)
    link = await visitor.town.mail_link(customer)
    await visitor.town.alter("registration", OF_ITS_STATE, customer.customer_number, "expired")
    await visitor.opens(link)


@screen(410)
async def link_superseded(visitor: Visitor) -> None:
    customer = await register(visitor)
    first = await visitor.town.mail_link(customer)
    await prove(visitor, customer)
    await fill_in(visitor, customer)
    await visitor.presses("仮登録する")
    await visitor.opens(first)


@screen(410)
async def link_used(visitor: Visitor) -> None:
    customer = await activate(visitor)
    link = await visitor.town.mail_link(customer)
    await go_on_to_menu(visitor)
    await visitor.opens(link)


@screen()
async def step_6(visitor: Visitor) -> None:
    await activate(visitor)


@screen()
async def preparing(visitor: Visitor) -> None:
    await activate(visitor)
    await visitor.opens("/login/preparing")


@screen()
async def log_in_proof_spent(visitor: Visitor) -> None:
    await visitor.opens("/login")
    form, _ = visitor.form_of("ログイン")
    await visitor.sends("POST", "/login/continue", {"form_token": form.values["form_token"]})
