"""`mypage accounts`: what the desk does to an account, with a reason that is kept."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Annotated, TypeVar

import typer

from chassis.process.os_user import os_user
from messages.values import CustomerNumber, InvalidValue
from mypage.commands.operator_databases import with_database
from services.identity.accounts.clear_mail_bounce import clear_mail_bounce
from services.identity.accounts.end_sessions import end_sessions
from services.identity.accounts.unfreeze_account import unfreeze_account

accounts_app = typer.Typer(no_args_is_help=True, help="アカウント")

Number = Annotated[str, typer.Argument(metavar="お客様番号")]
Reason = Annotated[str, typer.Option(help="理由。だれがいつ行ったかとともに記録します")]
Outcome = TypeVar("Outcome")


@accounts_app.callback()
def accounts() -> None:
    """アカウントの手当て。"""


@accounts_app.command("unfreeze")
def unfreeze(number: Number, reason: Reason) -> None:
    """名義の変更で閲覧を停止したアカウントを、また使えるようにします。お客様への確認を済ませてから実行してください。

    例: mypage accounts unfreeze 102030 --reason "ご結婚による改姓を電話で確認"
    """
    if not _done(unfreeze_account, number, reason):
        typer.echo(
            "閲覧を停止しているアカウントがありません。"
            "番号が別の契約者に移ったときは、新しい契約者にあらためて登録していただきます。",
            err=True,
        )
        raise typer.Exit(1)
    typer.echo("また使えるようにしました。")


@accounts_app.command("end-sessions")
def end_all_sessions(number: Number, reason: Reason) -> None:
    """お客様のログインを、すべての端末で終わらせます。

    例: mypage accounts end-sessions 102030 --reason "端末の紛失を電話で確認"
    """
    count = _done(end_sessions, number, reason)
    typer.echo(f"{count:,} 件のログインを終わらせました。")


@accounts_app.command("clear-bounce")
def clear_bounce(number: Number, reason: Reason) -> None:
    """メールが届かなかったという印を外します。お客様にメールが届くことを確認してから実行してください。

    例: mypage accounts clear-bounce 102030 --reason "受信設定の変更を電話で確認"
    """
    if not _done(clear_mail_bounce, number, reason):
        typer.echo("メールが届かなかったという印のあるアカウントがありません。", err=True)
        raise typer.Exit(1)
    typer.echo("印を外しました。お客様の画面からは、1 分以内にお知らせが消えます。")


def _done(act: Callable[..., Awaitable[Outcome]], number: str, reason: str) -> Outcome:
    """Raises BadParameter for a number that is none, and without a reason."""
    if not reason.strip():
        raise typer.BadParameter("理由を書いてください。")
    try:
        customer_number = CustomerNumber(number)
    except InvalidValue:
        raise typer.BadParameter("お客様番号は10桁までの数字です。") from None
    outcome: Outcome = asyncio.run(
        with_database("identity", lambda db: act(db, customer_number, done_by=os_user(), reason=reason))
    )
    return outcome
