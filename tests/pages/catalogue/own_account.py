"""アカウント設定: what customers change of their own accounts."""

from __future__ import annotations

from journeys.system import Customer
from pages.catalogue.entries import screen
from pages.catalogue.steps import activate, go_on_to_menu, log_in_as
from pages.visitor import Visitor

NOBODYS = "x" * 43


async def be_new_member(visitor: Visitor) -> Customer:
    """Logged in, in an account that no other visit needs."""
    customer = await activate(visitor)
    await go_on_to_menu(visitor)
    return customer


async def ask_for_new_address(visitor: Visitor) -> tuple[Customer, str]:
    """[確認のメールを送る]; the address is his alone."""
    customer = await be_new_member(visitor)
    address = f"new-{customer.email_address}"
    await visitor.opens("/settings/address")
    await visitor.presses("確認のメールを送る", email_address=address, password=customer.password)
    return customer, address


async def open_address_link(visitor: Visitor) -> Customer:
    """The link of the mail that came to the new address."""
    customer, address = await ask_for_new_address(visitor)
    await visitor.opens(
        await visitor.town.system.link_in_mail(address, "メールアドレス変更の確認", "/settings/address/")
    )
    return customer


async def open_undo_link(visitor: Visitor) -> None:
    """The link of the mail that came to the old address, after the change."""
    customer = await open_address_link(visitor)
    await visitor.presses("変更する")
    await visitor.opens(
        await visitor.town.system.link_in_mail(
            customer.email_address, "メールアドレスを変更しました", "/address-undo/"
        )
    )


@screen()
async def nickname(visitor: Visitor) -> None:
    await be_new_member(visitor)
    await visitor.opens("/settings/nickname")


@screen(422)
async def nickname_wrong(visitor: Visitor) -> None:
    await be_new_member(visitor)
    await visitor.opens("/settings/nickname")
    await visitor.presses("変更する", nickname="")


@screen()
async def nickname_changed(visitor: Visitor) -> None:
    await be_new_member(visitor)
    await visitor.opens("/settings/nickname")
    await visitor.presses("変更する", nickname="Hana")


@screen()
async def password(visitor: Visitor) -> None:
    await be_new_member(visitor)
    await visitor.opens("/settings/password")


@screen(422)
async def password_wrong(visitor: Visitor) -> None:
    await be_new_member(visitor)
    await visitor.opens("/settings/password")
    await visitor.presses("変更する", password="Wrong-12", new_password="short")


@screen()
async def password_changed(visitor: Visitor) -> None:
    customer = await be_new_member(visitor)
    await visitor.opens("/settings/password")
    await visitor.presses("変更する", password=customer.password, new_password="Hoshizora77")


@screen()
async def login_history(visitor: Visitor) -> None:
    await be_new_member(visitor)
    await visitor.opens("/settings/history")


async def log_in_twice(visitor: Visitor) -> None:
    """The browser has forgotten the first session, which lives."""
    customer = await be_new_member(visitor)
    visitor.holds("sid", "")
    await log_in_as(visitor, customer)
    await visitor.opens("/settings/sessions")


@screen()
async def own_sessions(visitor: Visitor) -> None:
    await log_in_twice(visitor)


@screen()
async def own_session_ended(visitor: Visitor) -> None:
    await log_in_twice(visitor)
    await visitor.presses("この端末をログアウトする")


@screen()
async def other_sessions_ended(visitor: Visitor) -> None:
    await log_in_twice(visitor)
    await visitor.presses("ほかのすべての端末をログアウトする")


@screen()
async def new_address(visitor: Visitor) -> None:
    await be_new_member(visitor)
    await visitor.opens("/settings/address")


@screen(422)
async def new_address_wrong(visitor: Visitor) -> None:
    await be_new_member(visitor)
    await visitor.opens("/settings/address")
    await visitor.presses("確認のメールを送る", email_address="new", password="")


@screen()
async def new_address_asked(visitor: Visitor) -> None:
    await ask_for_new_address(visitor)


@screen()
async def new_address_link(visitor: Visitor) -> None:
    await open_address_link(visitor)


@screen()
async def new_address_taken(visitor: Visitor) -> None:
    await open_address_link(visitor)
    await visitor.presses("変更する")


@screen(404)
async def new_address_link_unknown(visitor: Visitor) -> None:
    await be_new_member(visitor)
    await visitor.opens(f"/settings/address/{NOBODYS}")


@screen()
async def old_address_link(visitor: Visitor) -> None:
    await open_undo_link(visitor)


@screen()
async def old_address_back(visitor: Visitor) -> None:
    await open_undo_link(visitor)
    await visitor.presses("元に戻す")


@screen(404)
async def old_address_link_unknown(visitor: Visitor) -> None:
    await visitor.opens(f"/address-undo/{NOBODYS}")
    await visitor.presses("元に戻す")


@screen()
async def own_data(visitor: Visitor) -> None:
    await be_new_member(visitor)
    await visitor.opens("/settings/export")


@screen(422)
async def own_data_wrong(visitor: Visitor) -> None:
    await be_new_member(visitor)
    await visitor.opens("/settings/export")
    await visitor.presses("ダウンロードする", password="Wrong-12")


@screen(503, alone=True)
async def own_data_while_billing_is_away(visitor: Visitor) -> None:
    customer = await be_new_member(visitor)
    await visitor.opens("/settings/export")
    async with visitor.town.without("billing"):
        await visitor.presses("ダウンロードする", password=customer.password)


@screen()
async def leave(visitor: Visitor) -> None:
    await be_new_member(visitor)
    await visitor.opens("/settings/leave")


@screen(422)
async def leave_wrong(visitor: Visitor) -> None:
    await be_new_member(visitor)
    await visitor.opens("/settings/leave")
    await visitor.presses("退会する", password="")


@screen()
async def left(visitor: Visitor) -> None:
    customer = await be_new_member(visitor)
    await visitor.opens("/settings/leave")
    await visitor.presses("退会する", confirmed="yes", password=customer.password)
