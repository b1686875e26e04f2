"""X6, X9 and X33 on the system of five processes over RabbitMQ: what has ended is dead everywhere, what was
used is used up, and of two who want one ID one gets it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from journeys.conftest import folder_for_everybody
from journeys.system import System
from journeys.test_races import at_once
from pages.catalogue.steps import activate, fill_in, go_on_to_menu, log_in_as, prove, register
from pages.town import Town
from pages.visitor import Visitor

SOON = 20.0  # seconds: far less than the 50 that a gateway remembers, and enough on a busy machine


@pytest.fixture(scope="module")
async def town(run_directory: Path) -> AsyncIterator[Town]:
    """A portal of five processes, with contracts."""
    running = System(folder_for_everybody(run_directory, "abuse"), processes=True, MYPAGE_TRUSTED_PROXIES="1")
    await running.start()
    settled = Town(running)
    await settled.settle()
    yield settled
    await running.stop()


@pytest.fixture
async def visitor(town: Town) -> AsyncIterator[Visitor]:
    """A browser."""
    made = Visitor(town, 901)
    yield made
    await made.close()


async def is_led_to_the_login(visitor: Visitor) -> None:
    """Within a moment, although the gateway knew the session a moment ago."""
    async with asyncio.timeout(SOON):
        while "/login" not in visitor.url:
            await asyncio.sleep(0.1)
            await visitor.opens("/menu")


@pytest.mark.parametrize(
    "statement", ["DELETE FROM sessions", "UPDATE accounts SET frozen_at = now()"], ids=["deleted", "frozen"]
)
async def test_a_session_ended_by_sql_is_dead_on_every_gateway(
    town: Town, visitor: Visitor, statement: str
) -> None:
    """X33: after the runbook, by hand."""
    await town.alter("identity", "UPDATE accounts SET frozen_at = NULL")
    customer = await activate(visitor, town.new_customer())
    await go_on_to_menu(visitor)
    await visitor.opens("/menu")
    assert "/menu" in visitor.url
    await town.alter("identity", statement)
    await is_led_to_the_login(visitor)
    await town.alter("identity", "UPDATE accounts SET frozen_at = NULL")
    assert customer.account_id not in visitor.html


async def test_another_log_in_of_this_browser_ends_the_session_before(town: Town, visitor: Visitor) -> None:
    """X32, X33: a thief with the old token has nothing any more."""
    await town.alter("identity", "UPDATE accounts SET frozen_at = NULL")
    customer = await activate(visitor, town.new_customer())
    await go_on_to_menu(visitor)
    thief = Visitor(town, 902)
    thief.holds("sid", visitor.cookie("sid"))
    await thief.opens("/menu")
    assert "/menu" in thief.url
    await log_in_as(visitor, customer)
    await is_led_to_the_login(thief)
    await thief.close()


async def test_a_password_typed_again_shuts_out_a_copy_of_the_token(town: Town, visitor: Visitor) -> None:
    """X33, ADR 0065: and its customer goes on, also when he presses twice."""
    await town.alter("identity", "UPDATE accounts SET frozen_at = NULL")
    customer = await activate(visitor, town.new_customer())
    await go_on_to_menu(visitor)
    thief = Visitor(town, 904)
    thief.holds("sid", visitor.cookie("sid"))
    await thief.opens("/menu")
    assert "/menu" in thief.url
    await visitor.opens("/settings/address")
    form, _ = visitor.form_of("確認のメールを送る")
    typed = {"email_address": f"new-{customer.email_address}", "password": customer.password}
    for _ in range(2):
        await visitor.sends("POST", form.action, {**form.values, **typed})
        assert "/settings/address/sent" in visitor.url
    await is_led_to_the_login(thief)
    await visitor.opens("/menu")
    assert "/menu" in visitor.url
    await thief.close()


@pytest.mark.parametrize("button", ["この端末をログアウトする", "ほかのすべての端末をログアウトする"])
async def test_a_customer_ends_what_is_open_elsewhere(town: Town, visitor: Visitor, button: str) -> None:
    """X33: from ログイン中の端末, without help of the desk."""
    await town.alter("identity", "UPDATE accounts SET frozen_at = NULL")
    customer = await activate(visitor, town.new_customer())
    await go_on_to_menu(visitor)
    elsewhere = Visitor(town, 905)
    await log_in_as(elsewhere, customer)
    assert "/menu" in elsewhere.url
    await visitor.opens("/settings/sessions")
    await visitor.presses(button)
    assert "ほかにログインしている端末はありません。" in visitor.html
    await is_led_to_the_login(elsewhere)
    await visitor.opens("/menu")
    assert "/menu" in visitor.url
    await elsewhere.close()


async def test_an_old_draft_registers_nothing_a_second_time(town: Town, visitor: Visitor) -> None:
    """X6: the draft is spent with the registration, not only in the browser that made it."""
    customer = town.new_customer()
    await prove(visitor, customer)
    await fill_in(visitor, customer)
    old = {name: visitor.cookie(name) for name in ("draft", "visitor")}
    confirmation = visitor.html
    await visitor.presses("仮登録する")
    assert "/register/done" in visitor.url
    copy = Visitor(town, 903)
    for name, value in old.items():
        copy.holds(name, value)
    await copy.opens("/register/account")
    await fill_in(
        copy, customer, account_id="another-id-of-his", email_address="another@example.jp", password=""
    )
    await copy.presses("仮登録する")
    assert copy.url.endswith("/register")
    assert "30分" in copy.html or "もう一度" in copy.html
    assert confirmation
    await copy.close()


async def test_of_two_contracts_that_want_one_id_at_one_instant_one_gets_it(town: Town) -> None:
    """X9: the other sees step 2 again, and nobody a fault."""
    pairs = [(town.new_customer(), "both-want-it"), (town.new_customer(), "BOTH-want-it")]
    pressed = await at_once(town.system, pairs)
    assert sorted((each.path, each.status) for each in pressed) == [
        ("/register/confirm", 422),
        ("/register/done", 200),
    ]


async def test_a_registration_goes_on_as_ever(visitor: Visitor) -> None:
    """None of these guards is in the way of who does as he should."""
    await register(visitor)
    assert "仮登録が完了しました。" in visitor.html
