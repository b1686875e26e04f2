"""How often each path goes to its database and back: over a network of 100 ms each way that is what a page
waits for. Whoever adds a statement to a path sees it here, and looks whether the deadline still fits.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest
from support import billing_harness, identity_harness, registration_harness
from support.bill_notices import Account, choose, chosen, stop
from support.far_database import FarDatabase, far_away
from support.recovery_walks import (
    asks_for_a_reset,
    asks_for_a_reset_in_vain,
    asks_for_ids,
    opens_a_reset_link,
    resets_a_password,
)
from support.resending_steps import press_resend

from chassis.database.db import Database
from chassis.messaging.refusal import Refusal
from chassis.security.tokens import new_token, token_hash
from gateway.backend.calls import LIST_WAIT, REGISTER_WAIT, SHORT_WAIT, USUAL_WAIT
from messages.billing import BillNoticeChoice
from mypage.local.postgres import PrivatePostgres

FAR, VERY_FAR = 0.2, 0.4  # seconds of a round trip
HASHING = 0.3  # seconds of a password's hash on a busy machine, and of all the rest

Harness = Any  # a service's
HARNESSES: dict[str, Callable[[Database], Harness]] = {
    "identity": identity_harness.Harness,
    "registration": registration_harness.Harness,
    "billing": lambda database: billing_harness.Harness(database, Path(mkdtemp())),
}


@dataclass(frozen=True)
class Cost:
    """Round trips of a connection that has done it before; and of a new one, which logs in first and prepares
    each statement. The beginning of a TCP connection is not among them.
    """

    warm: int
    cold: int


async def proves(near: Harness, far: Harness, number: int) -> None:
    """[認証]."""
    await near.given_contract(f"40506{number}")
    await far.prove(f"40506{number}")


async def proves_in_vain(near: Harness, far: Harness, number: int) -> None:
    """[認証] with a number that nobody has."""
    with pytest.raises(Refusal):
        await far.prove(f"40506{number}")


async def logs_in(near: Harness, far: Harness, number: int) -> None:
    """[ログイン]."""
    await near.given_account(f"taro-{number}", number=f"40506{number}")
    await far.log_in(f"taro-{number}")


async def logs_in_in_vain(near: Harness, far: Harness, number: int) -> None:
    """[ログイン] with a wrong password."""
    with pytest.raises(Refusal):
        await far.log_in(f"nobody-{number}")


async def logs_in_with_ticket(near: Harness, far: Harness, number: int) -> None:
    """[そのままログイン], when the account is there."""
    await far.log_in_with_proof(await near.given_account(f"taro-{number}", number=f"40506{number}"))


async def opens_a_page(near: Harness, far: Harness, number: int) -> None:
    """What every page behind the log-in asks first."""
    await near.given_account(f"taro-{number}", number=f"40506{number}")
    await near.log_in(f"taro-{number}", session=f"session-{number}")
    await far.show_session(f"session-{number}")


async def shows_a_contract(near: Harness, far: Harness, number: int) -> None:
    """ご契約内容."""
    await near.given_account(f"taro-{number}", number=f"40506{number}")
    await near.log_in(f"taro-{number}", session=f"session-{number}")
    await far.show_contract(f"session-{number}")


async def checks_an_id(near: Harness, far: Harness, number: int) -> None:
    """[IDチェック]."""
    await far.is_available(f"taro-{number}")


async def registers(near: Harness, far: Harness, number: int) -> None:
    """[仮登録する]."""
    command = far.registering(account_id=f"taro-{number}", mail=f"taro{number}@example.jp")
    handler = registration_harness.register_provisionally
    await handler(far.service, command, registration_harness.received())


async def registered(near: Harness, number: int) -> registration_harness.Registered:
    """Somebody whose mail is on its way."""
    given: registration_harness.Registered = await near.register(
        account_id=f"taro-{number}", mail=f"taro{number}@example.jp"
    )
    return given


async def asks_for_another_mail(near: Harness, far: Harness, number: int) -> None:
    """[メールを再送する]."""
    await press_resend(far, (await registered(near, number)).registration_key)


async def opens_the_link(near: Harness, far: Harness, number: int) -> None:
    """The link in the mail."""
    await far.open_link(await registered(near, number))


async def activates(near: Harness, far: Harness, number: int) -> None:
    """[本登録する]."""
    await far.activate(await registered(near, number))


async def lists_charges(near: Harness, far: Harness, number: int) -> None:
    """ご利用料金."""
    await near.given_charges(["2020-07", "2020-08"])
    assert (await far.listed()).statements


async def lists_charges_that_changed(near: Harness, far: Harness, number: int) -> None:
    """ご利用料金, with why the newest is more."""
    files = near.files().add(billing_harness.TARO, "2020-07", billing_harness.INTERNET)
    files.add(billing_harness.TARO, "2020-08", billing_harness.INTERNET, billing_harness.MAGAZINE)
    await near.bring(files)
    assert (await far.listed()).comparison.causes


async def shows_a_statement(near: Harness, far: Harness, number: int) -> None:
    """ご利用料金の明細."""
    await near.given_charges(["2020-07", "2020-08"])
    await far.shown("2020-08")


async def opens_the_settings(near: Harness, far: Harness, number: int) -> None:
    """設定."""
    assert await chosen(far, Account()) is BillNoticeChoice.OFF


async def chooses_a_notice(near: Harness, far: Harness, number: int) -> None:
    """[保存する] of お知らせメール."""
    await choose(far, Account(), BillNoticeChoice.WITH_AMOUNT)


async def stops_notices(near: Harness, far: Harness, number: int) -> None:
    """The link in a mail."""
    account, token = Account(customer=f"40506{number}"), new_token()
    await choose(near, account, BillNoticeChoice.WITH_AMOUNT)
    statement = "INSERT INTO bill_notices VALUES ($1, '2026-10-01', $1, $2)"
    await near.run(statement, account.key, token_hash(token))
    await stop(far, token)
    assert await chosen(near, account) is BillNoticeChoice.OFF


PATHS: dict[str, tuple[Callable[[Harness, Harness, int], Awaitable[None]], str, float, Cost]] = {
    "proves": (proves, "identity", USUAL_WAIT, Cost(warm=2, cold=8)),
    "proves in vain": (proves_in_vain, "identity", USUAL_WAIT, Cost(warm=2, cold=8)),
    "logs in": (logs_in, "identity", USUAL_WAIT, Cost(warm=6, cold=16)),
    "logs in in vain": (logs_in_in_vain, "identity", USUAL_WAIT, Cost(warm=4, cold=12)),
    "logs in with a ticket": (logs_in_with_ticket, "identity", USUAL_WAIT + 1, Cost(warm=9, cold=20)),
    "opens a page": (opens_a_page, "identity", USUAL_WAIT, Cost(warm=1, cold=6)),
    "shows a contract": (shows_a_contract, "identity", SHORT_WAIT, Cost(warm=1, cold=6)),
    "asks for a reset": (asks_for_a_reset, "identity", USUAL_WAIT, Cost(warm=7, cold=20)),
    "asks for a reset in vain": (asks_for_a_reset_in_vain, "identity", USUAL_WAIT, Cost(warm=7, cold=20)),
    "asks for IDs": (asks_for_ids, "identity", USUAL_WAIT, Cost(warm=6, cold=18)),
    "opens a reset link": (opens_a_reset_link, "identity", USUAL_WAIT, Cost(warm=3, cold=10)),
    "resets a password": (resets_a_password, "identity", REGISTER_WAIT, Cost(warm=13, cold=33)),
    "checks an ID": (checks_an_id, "registration", SHORT_WAIT, Cost(warm=3, cold=10)),
    "registers": (registers, "registration", REGISTER_WAIT, Cost(warm=12, cold=24)),
    "asks for another mail": (asks_for_another_mail, "registration", REGISTER_WAIT, Cost(warm=14, cold=29)),
    "opens the link": (opens_the_link, "registration", USUAL_WAIT, Cost(warm=3, cold=10)),
    "activates": (activates, "registration", USUAL_WAIT, Cost(warm=10, cold=22)),
    "lists charges": (lists_charges, "billing", LIST_WAIT, Cost(warm=1, cold=6)),
    "lists charges that changed": (lists_charges_that_changed, "billing", LIST_WAIT, Cost(warm=1, cold=6)),
    "shows a statement": (shows_a_statement, "billing", LIST_WAIT, Cost(warm=2, cold=8)),
    "opens the settings": (opens_the_settings, "billing", LIST_WAIT, Cost(warm=2, cold=8)),
    "chooses a notice": (chooses_a_notice, "billing", USUAL_WAIT, Cost(warm=2, cold=8)),
    "stops notices": (stops_notices, "billing", USUAL_WAIT, Cost(warm=4, cold=10)),
}
"""By name: how it is done, where, how many seconds a page waits for it, and what it costs."""


@pytest.fixture
async def far(request: Any, fresh_database: Any, postgres: PrivatePostgres) -> AsyncIterator[FarDatabase]:
    """The database of the path's service; no connection is there yet."""
    async with far_away(await fresh_database(PATHS[request.param][1]), postgres) as found:
        yield found


@pytest.mark.parametrize(("far", "name"), [(name, name) for name in PATHS], indirect=["far"])
async def test_a_path_goes_to_its_database_and_back_no_oftener_than_stands_here(
    far: FarDatabase, name: str
) -> None:
    """First over a new connection, then again."""
    walk, service, _, cost = PATHS[name]
    near, distant = HARNESSES[service](far.direct), HARNESSES[service](far.database)
    counts = []
    for number in (1, 2):
        before = far.proxy.requests
        await walk(near, distant, number)
        counts.append(far.proxy.requests - before)
    assert counts[0] <= cost.cold
    assert counts[1] <= cost.warm


@pytest.mark.parametrize("name", PATHS)
def test_every_path_fits_its_deadline_over_100_ms_each_way(name: str) -> None:
    """Also over a new connection."""
    _, _, wait, cost = PATHS[name]
    assert (cost.cold + 1) * FAR + HASHING < wait


@pytest.mark.parametrize("name", PATHS)
def test_the_paths_of_a_registration_fit_over_200_ms_each_way(name: str) -> None:
    """Once connections are warm; proving does over a new one, too."""
    _, _, wait, cost = PATHS[name]
    assert (cost.cold + 1 if name == "proves" else cost.warm) * VERY_FAR + HASHING < wait
