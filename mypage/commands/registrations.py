"""`mypage registrations`: who waits for somebody's word for too long, and that it is said again at once. Exit
code 1 of `stuck` is an alarm; nothing personal is shown.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from uuid import UUID

import typer

from chassis.database.db import Database
from messages.registration import ProvisionalState
from mypage.commands.durations import in_words
from mypage.commands.operator_databases import with_database
from mypage.commands.options import AsJson
from mypage.streams import json_text
from services.notification.delivery.domain import UnsentMail
from services.notification.delivery.repository import list_unsent
from services.registration.saga.domain import StuckRegistration
from services.registration.saga.repository import hasten_mail_orders, standing_still

registrations_app = typer.Typer(no_args_is_help=True, help="仮登録と本登録")

MAIL_WITHIN = timedelta(minutes=15)
ANSWER_WITHIN = timedelta(seconds=60)  # when registration says it again by itself


@dataclass(frozen=True)
class Stuck:
    """One thing that stands still. `key` is the registration's; of a mail about an account, the account's."""

    key: UUID
    state: str
    since: datetime
    seconds: float
    tries: int
    do: str


@registrations_app.callback()
def registrations() -> None:
    """仮登録と本登録。"""


@registrations_app.command("stuck")
def stuck(as_json: AsJson = False) -> None:
    """止まっている登録とメールを示します。1 件でもあれば終了コードは 1 です。

    例: mypage registrations stuck
    """

    async def ask() -> list[Stuck]:
        still = await with_database("registration", _standing_still)
        return [*map(_registration, still), *map(_mail, await with_database("notification", _unsent))]

    found = asyncio.run(ask())
    if as_json:
        typer.echo(json_text([asdict(each) for each in found]))
    else:
        typer.echo("\n".join(map(_line, found)) or "止まっているものはありません。")
    if found:
        raise typer.Exit(1)


@registrations_app.command("order-mails-again")
def order_mails_again() -> None:
    """知らせのないメールの注文を、すぐに言い直させます。同じ登録のメールが 2 通出ることはありません。

    例: mypage registrations order-mails-again
    """
    count = asyncio.run(with_database("registration", _hasten))
    typer.echo(f"{count:,} 件の注文を、15 秒以内に言い直します。")


async def _hasten(database: Database) -> int:
    async with database.transaction() as tx:
        return await hasten_mail_orders(tx)


async def _standing_still(database: Database) -> Sequence[StuckRegistration]:
    async with database.transaction() as tx:
        return await standing_still(tx, without_mail=MAIL_WITHIN, without_answer=ANSWER_WITHIN)


async def _unsent(database: Database) -> Sequence[UnsentMail]:
    async with database.transaction() as tx:
        return await list_unsent(tx, longer_than=MAIL_WITHIN)


def _registration(found: StuckRegistration) -> Stuck:
    if found.state is ProvisionalState.ACTIVATED:
        do = (
            "identity が動いているか、"
            "mypage dead show identity.events と mypage outbox status を見てください。"
            "言い直しは自動で続きます。"
        )
    else:
        do = (
            "メールの知らせがありません。"
            "mypage outbox status と mypage dead list、下にメールがあればそれを見てください。"
            "メールの注文は自動で言い直します。すぐに言い直すには mypage registrations order-mails-again を。"
        )
    return Stuck(found.registration_key, found.state.value, found.since, found.seconds, found.tries, do)


def _mail(found: UnsentMail) -> Stuck:
    if found.is_abandoned:
        do = f"送るのをあきらめました（{found.trouble or '期限切れ'}）。お客様に電話で確かめてください。"
    else:
        do = f"まだ送れません（{found.trouble or '送信中'}）。自動で送り直します。"
    return Stuck(found.about_key, f"mail:{found.kind.value}", found.since, found.seconds, found.attempts, do)


def _line(each: Stuck) -> str:
    since = each.since.isoformat(timespec="seconds")
    lasts = f"{since} から {in_words(each.seconds)}、試行 {each.tries:,} 回"
    return f"{each.key}  {each.state}  {lasts}\n  {each.do}"
