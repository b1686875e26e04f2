"""`mypage desk`: what the desk gives out."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from chassis.process.os_user import os_user
from messages.japan import JAPAN
from messages.values import CustomerNumber, InvalidValue
from mypage.commands.operator_databases import with_database
from services.identity.enrolment.domain import NoCode
from services.identity.enrolment.issue_code import issue_code

desk_app = typer.Typer(no_args_is_help=True, help="窓口")

_REFUSED = {
    NoCode.NO_ACCOUNT: "アカウントがありません。初回会員登録をご案内してください。",
    NoCode.FROZEN: "閲覧を停止しています。先に mypage accounts unfreeze か detach を行ってください。",
    NoCode.TOO_MANY: "この 1 時間に 3 回発行しています。しばらくしてから、もう一度お試しください。",
}


@desk_app.callback()
def desk() -> None:
    """窓口での発行。"""


@desk_app.command("issue-code")
def issue(
    number: Annotated[str, typer.Argument(metavar="お客様番号")],
    reason: Annotated[str, typer.Option(help="理由。だれがいつ発行したかとともに記録します")],
) -> None:
    """パスワードもメールも使えないお客様に、登録コードを発行します。ご本人の確認を済ませてから実行してください。

    例: mypage desk issue-code 102030 --reason "携帯電話の解約。運転免許証を確認"
    """
    if not reason.strip():
        raise typer.BadParameter("理由を書いてください。")
    try:
        customer_number = CustomerNumber(number)
    except InvalidValue:
        raise typer.BadParameter("お客様番号は10桁までの数字です。") from None
    found = asyncio.run(
        with_database(
            "identity", lambda db: issue_code(db, customer_number, done_by=os_user(), reason=reason)
        )
    )
    if isinstance(found, NoCode):
        typer.echo(_REFUSED[found], err=True)
        raise typer.Exit(1)
    typer.echo(f"登録コード: {found.code.in_groups}")
    typer.echo(f"{found.expires_at.astimezone(JAPAN):%H:%M} まで、1 回だけ使えます。記録には残りません。")
