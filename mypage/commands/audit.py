"""`mypage audit`: what was done with accounts, when, and from where."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from datetime import date, datetime, time, timedelta
from typing import Annotated

import typer

from chassis.process.clock import SystemClock
from chassis.process.os_user import os_user
from messages.japan import JAPAN
from messages.values import AccountId, CustomerNumber, InvalidValue
from messages.written_dates import NoDate, written_day
from mypage.commands.audit_words import HEAD, line_of
from mypage.commands.operator_databases import with_database
from mypage.commands.options import AsJson
from mypage.streams import json_text
from services.identity.audit.domain import AuditQuestion
from services.identity.audit.read_audit import read_audit

Since = Annotated[str | None, typer.Option(help="この日から（例 2026-11-01）。省略すると 30 日前から")]
Until = Annotated[str | None, typer.Option(help="この日まで。省略すると今日まで")]
Reason = Annotated[str, typer.Option(help="閲覧する理由。だれがいつ閲覧したかとともに記録します")]


def audit(
    reason: Reason,
    account: Annotated[str | None, typer.Option(help="アカウントID")] = None,
    contract: Annotated[str | None, typer.Option(help="お客様番号。前の名義の方のものも示します")] = None,
    since: Since = None,
    until: Until = None,
    as_json: AsJson = False,
) -> None:
    """ログインとアカウントの変更の記録を、新しいものから 1,000 件まで示します。閲覧したことも記録されます。

    例: mypage audit --contract 102030 --since 2026-11-01 --reason "不正ログインの問い合わせ"
    """
    if not reason.strip():
        raise typer.BadParameter("理由を書いてください。")
    question = _question(account, contract, since, until)
    found = asyncio.run(
        with_database("identity", lambda db: read_audit(db, question, done_by=os_user(), reason=reason))
    )
    if as_json:
        typer.echo(json_text([asdict(each) for each in found]))
    elif found:
        typer.echo("\n".join([HEAD, *map(line_of, found)]))
    else:
        typer.echo("記録がありません。")


def _question(
    account: str | None, contract: str | None, since: str | None, until: str | None
) -> AuditQuestion:
    """Raises BadParameter."""
    if account and contract:
        raise typer.BadParameter("アカウントIDとお客様番号は、どちらか一方にしてください。")
    today = SystemClock().now().astimezone(JAPAN).date()
    first = _day(since) if since else today - timedelta(days=30)
    last = _day(until) if until else today
    try:
        account_id = AccountId(account) if account else None
    except InvalidValue:
        raise typer.BadParameter("アカウントIDの形ではありません。") from None
    try:
        customer_number = CustomerNumber(contract) if contract else None
    except InvalidValue:
        raise typer.BadParameter("お客様番号は10桁までの数字です。") from None
    return AuditQuestion(
        since=_begin_of(first),
        until=_begin_of(last + timedelta(days=1)),
        account_id=account_id,
        customer_number=customer_number,
    )


def _day(text: str) -> date:
    try:
        return written_day(text)
    except NoDate:
        raise typer.BadParameter("日付は 2026-11-01 のように書いてください。") from None


def _begin_of(day: date) -> datetime:
    return datetime.combine(day, time(), JAPAN)
