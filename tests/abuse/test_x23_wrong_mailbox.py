"""X23: the mail went to a mistyped address, and its reader opens the link, on the five processes."""

from __future__ import annotations

from abuse.conftest import EnterFrom
from pages.catalogue.steps import open_mail, register
from pages.town import Town
from support.inside_a_system import rows_of

NICKNAME = "カナリア"
WAIT_IS_OVER = "UPDATE provisional_accounts SET wrong_password_wait_until = now() - interval '1 second'"
STATE = """
    SELECT state, activated_at, wrong_passwords FROM provisional_accounts
    WHERE customer_number = $1 AND ended_at IS NULL
"""


async def test_x23_the_link_shows_nothing_of_the_customer(fresh_town: Town, enter_from: EnterFrom) -> None:
    """Neither name, number, ID, nickname, telephone nor address: to no page that the link alone opens."""
    customer = await register(enter_from(611))
    stranger = enter_from(612)
    await open_mail(stranger, customer)
    pages = [stranger.html]
    for path in ("/register/done", "/activate", "/activate/done", "/register/confirm", "/menu"):
        await stranger.opens(path)
        pages.append(stranger.html)
    await stranger.opens("/activate")
    await stranger.presses("本登録する", password="")
    pages.append(stranger.html)
    personal = (
        customer.customer_number,
        customer.phone_number,
        customer.holder_kana,
        customer.account_id,
        customer.email_address,
        NICKNAME,
    )
    assert not [text for text in personal for page in pages if text in page]
    assert "パスワード" in pages[-1]


async def test_x23_without_the_password_nothing_is_activated_and_the_link_dies_of_guesses(
    fresh_town: Town, enter_from: EnterFrom
) -> None:
    """Five wrong ones, then a quarter of an hour; fifteen, and the link is dead, also for the right one."""
    customer = await register(enter_from(613))
    stranger = enter_from(614)
    await open_mail(stranger, customer)
    for number in range(15):
        if number and number % 5 == 0:
            await stranger.presses("本登録する", password=customer.password)
            assert stranger.status == 429, "the right one is not looked at while one waits"
            assert int(stranger.headers["retry-after"]) > 600
            await fresh_town.alter("registration", WAIT_IS_OVER)
            await stranger.opens("/activate")
        await stranger.presses("本登録する", password=f"Guessed{number:02}")
    assert "本登録が完了しました。" not in stranger.html
    owner = enter_from(615)
    await open_mail(owner, customer)
    assert owner.status == 410
    assert await rows_of(fresh_town.system, "registration", STATE, customer.customer_number) == []
    assert (
        await rows_of(
            fresh_town.system,
            "identity",
            "SELECT FROM accounts WHERE account_id_folded = $1",
            customer.account_id,
        )
        == []
    )
