"""アカウントIDやパスワードを忘れた方, and the link in their mail."""

from __future__ import annotations

from journeys.system import Customer
from pages.catalogue.entries import screen
from pages.catalogue.steps import activate, go_on_to_menu
from pages.visitor import Visitor

ASKED_BEFORE_A_WAIT = 4
NEW_PASSWORD = "Hoshizora77"
_LONG_AGO = """
    UPDATE password_resets SET asked_at = asked_at - interval '31 minutes' FROM accounts
    WHERE accounts.account_key = password_resets.account_key AND account_id_folded = $1
"""


async def ask(visitor: Visitor, customer: Customer) -> None:
    """[メールを送る] of パスワードを忘れた方."""
    await visitor.opens("/recover/password")
    await visitor.presses("メールを送る", account=customer.account_id, email_address=customer.email_address)


async def be_forgetful(visitor: Visitor) -> Customer:
    """He has an account, is logged in nowhere, and has asked for a link."""
    customer = await activate(visitor)
    await go_on_to_menu(visitor)
    await visitor.presses("ログアウト")
    await ask(visitor, customer)
    return customer


async def open_link(visitor: Visitor) -> Customer:
    """And has opened it."""
    customer = await be_forgetful(visitor)
    await visitor.opens(await visitor.town.reset_link(customer))
    return customer


@screen()
async def recover(visitor: Visitor) -> None:
    await visitor.opens("/recover")


@screen()
async def recover_password(visitor: Visitor) -> None:
    await visitor.opens("/recover/password")


@screen(422)
async def recover_password_empty(visitor: Visitor) -> None:
    await visitor.opens("/recover/password")
    await visitor.presses("メールを送る")


@screen(429)
async def recover_password_throttled(visitor: Visitor) -> None:
    for _ in range(ASKED_BEFORE_A_WAIT):
        await visitor.opens("/recover/password")
        await visitor.presses("メールを送る", account="nobody-1", email_address="nobody-1@example.jp")


@screen()
async def recover_password_sent(visitor: Visitor) -> None:
    await visitor.opens("/recover/password")
    await visitor.presses("メールを送る", account="nobody-2", email_address="nobody-2@example.jp")


@screen(503, alone=True)
async def recover_password_while_identity_is_away(visitor: Visitor) -> None:
    await visitor.opens("/recover/password")
    async with visitor.town.without("identity"):
        await visitor.presses("メールを送る", account="nobody-3", email_address="nobody-3@example.jp")


@screen()
async def recover_account_id(visitor: Visitor) -> None:
    await visitor.opens("/recover/account-id")


@screen(422)
async def recover_account_id_wrong(visitor: Visitor) -> None:
    await visitor.opens("/recover/account-id")
    await visitor.presses("メールを送る", email_address="nobody")


@screen(429)
async def recover_account_id_throttled(visitor: Visitor) -> None:
    for _ in range(ASKED_BEFORE_A_WAIT):
        await visitor.opens("/recover/account-id")
        await visitor.presses("メールを送る", email_address="nobody-4@example.jp")


@screen()
async def recover_account_id_sent(visitor: Visitor) -> None:
    await visitor.opens("/recover/account-id")
    await visitor.presses("メールを送る", email_address="nobody-5@example.jp")


@screen()
async def reset(visitor: Visitor) -> None:
    await open_link(visitor)


@screen(422)
async def reset_guessable(visitor: Visitor) -> None:
    customer = await open_link(visitor)
    await visitor.presses("パスワードを変更する", new_password=customer.account_id.replace("-", "")[:16])


@screen()
async def reset_done(visitor: Visitor) -> None:
    await open_link(visitor)
    await visitor.presses("パスワードを変更する", new_password=NEW_PASSWORD)


@screen(404)
async def reset_link_unknown(visitor: Visitor) -> None:
    await visitor.opens("/reset/" + "x" * 43)


@screen(404)
async def reset_link_cut_off(visitor: Visitor) -> None:
    await visitor.opens("/reset/abc")


@screen(404)
async def reset_link_without_cookies(visitor: Visitor) -> None:
    await visitor.opens("/reset")


@screen(410)
async def reset_link_expired(visitor: Visitor) -> None:
    customer = await be_forgetful(visitor)
    link = await visitor.town.reset_link(customer)
    await visitor.town.alter("identity", _LONG_AGO, customer.account_id)
    await visitor.opens(link)


@screen(410)
async def reset_link_superseded(visitor: Visitor) -> None:
    customer = await be_forgetful(visitor)
    link = await visitor.town.reset_link(customer)
    await ask(visitor, customer)
    await visitor.opens(link)


@screen(410)
async def reset_link_used(visitor: Visitor) -> None:
    customer = await be_forgetful(visitor)
    first = await visitor.town.reset_link(customer)
    await ask(visitor, customer)
    await visitor.opens(await visitor.town.reset_link(customer, after=1))
    await visitor.presses("パスワードを変更する", new_password=NEW_PASSWORD)
    await visitor.opens(first)
