"""`mypage accounts`: what the desk does to an account, with a reason that is kept."""

from __future__ import annotations

import asyncio
from typing import Annotated

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


@accounts_app.callback()
def accounts() -> None:
    """アカウントの手当て。"""


@accounts_app.command("unfreeze")
def unfreeze(number: Number, reason: Reason) -> None:
    """名義の変更で閲覧を停止したアカウントを、また使えるようにします。お客様への確認を済ませてから実行してください。

    例: mypage accounts unfreeze 102030 --reason "ご結婚による改姓を電話で確認"
    """
    customer_number = _told(number, reason)
    done = asyncio.run(
        with_database(
            "identity",
            lambda database: unfreeze_account(database, customer_number, done_by=os_user(), reason=reason),
        )
    )
    if not done:
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
    customer_number = _told(number, reason)
    count = asyncio.run(
        with_database(
            "identity",
            lambda database: end_sessions(database, customer_number, done_by=os_user(), reason=reason),
        )
    )
    typer.echo(f"{count:,} 件のログインを終わらせました。")


@accounts_app.command("clear-bounce")
def clear_bounce(number: Number, reason: Reason) -> None:
    """メールが届かなかったという印を外します。お客様にメールが届くことを確認してから実行してください。

    例: mypage accounts clear-bounce 102030 --reason "受信設定の変更を電話で確認"
    """
    customer_number = _told(number, reason)
    done = asyncio.run(
        with_database(
            "identity",
            lambda database: clear_mail_bounce(database, customer_number, done_by=os_user(), reason=reason),
        )
    )
    if not done:
        typer.echo("メールが届かなかったという印のあるアカウントがありません。", err=True)
        raise typer.Exit(1)
    typer.echo("印を外しました。お客様の画面からは、1 分以内にお知らせが消えます。")


def _told(number: str, reason: str) -> CustomerNumber:
    """The customer's number. Raises BadParameter for one that is none, and without a reason."""
    if not reason.strip():
        raise typer.BadParameter("理由を書いてください。")
    try:
        return CustomerNumber(number)
    except InvalidValue:
        raise typer.BadParameter("お客様番号は10桁までの数字です。") from None
