"""`mypage accounts`: what the desk sees of an account and does to it, with a reason that is kept."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Annotated, TypeVar

import typer

from chassis.process.os_user import os_user
from messages.japan import JAPAN
from messages.values import AccountId, CustomerNumber, InvalidValue
from mypage.commands.operator_databases import with_database
from services.identity.accounts.end_sessions import end_sessions
from services.identity.accounts.unfreeze_account import unfreeze_account
from services.identity.desk.detach_account import detach_account
from services.identity.desk.domain import AccountAtDesk
from services.identity.desk.show_account import show_account
from services.identity.mail_address.clear_mail_bounce import clear_mail_bounce

accounts_app = typer.Typer(no_args_is_help=True, help="アカウント")

Number = Annotated[str | None, typer.Argument(metavar="お客様番号")]
Id = Annotated[str | None, typer.Option(metavar="ID", help="お客様番号の代わりに、アカウントID")]
Reason = Annotated[str, typer.Option(help="理由。だれがいつ行ったかとともに記録します")]
Outcome = TypeVar("Outcome")

_NO_ACCOUNT = "アカウントがありません。"


@accounts_app.callback()
def accounts() -> None:
    """アカウントの手当て。"""


@accounts_app.command("show")
def show(reason: Reason, number: Number = None, account: Id = None) -> None:
    """アカウントの状態を示します。見たことも、理由とともに記録されます。

    例: mypage accounts show 102030 --reason "ログインできないとの電話"
    """
    found = _done(show_account, number, account, reason)
    if found is None:
        _fail(_NO_ACCOUNT)
    else:
        typer.echo("\n".join(_lines(found)))


@accounts_app.command("unfreeze")
def unfreeze(reason: Reason, number: Number = None, account: Id = None) -> None:
    """名義の変更や退会で止めたアカウントを、また使えるようにします。お客様への確認を済ませてから実行してください。

    例: mypage accounts unfreeze 102030 --reason "ご結婚による改姓を電話で確認"
    """
    if not _done(unfreeze_account, number, account, reason):
        _fail(
            "閲覧を停止しているアカウントがありません。"
            "番号が別の契約者に移ったときは、新しい契約者にあらためて登録していただきます。"
            "前の契約者のアカウントは --account で指定してください。"
        )
    typer.echo("また使えるようにしました。")


@accounts_app.command("detach")
def detach(reason: Reason, number: Number = None, account: Id = None) -> None:
    """アカウントを契約から切り離し、今の契約者が登録できるようにします。30 日後に消えます。

    例: mypage accounts detach 102030 --reason "ご家族への名義変更を確認"
    """
    if not _done(detach_account, number, account, reason):
        _fail("切り離すアカウントがありません。")
    typer.echo("契約から切り離しました。今の契約者は、初回会員登録からあらためて登録できます。")


@accounts_app.command("end-sessions")
def end_all_sessions(reason: Reason, number: Number = None, account: Id = None) -> None:
    """お客様のログインを、すべての端末で終わらせます。お客様にはメールでお知らせします。

    例: mypage accounts end-sessions 102030 --reason "端末の紛失を電話で確認"
    """
    count = _done(end_sessions, number, account, reason)
    typer.echo(f"{count:,} 件のログインを終わらせました。")


@accounts_app.command("clear-bounce")
def clear_bounce(reason: Reason, number: Number = None, account: Id = None) -> None:
    """メールが届かなかったという印を外します。お客様にメールが届くことを確認してから実行してください。

    例: mypage accounts clear-bounce 102030 --reason "受信設定の変更を電話で確認"
    """
    if not _done(clear_mail_bounce, number, account, reason):
        _fail("メールが届かなかったという印のあるアカウントがありません。")
    typer.echo("印を外しました。お客様の画面からは、1 分以内にお知らせが消えます。")


def _fail(sentence: str) -> None:
    typer.echo(sentence, err=True)
    raise typer.Exit(1)


def _lines(found: AccountAtDesk) -> list[str]:
    since = {
        "登録": found.created_at,
        "最後のログイン": found.last_login_at,
        "閲覧を停止": found.frozen_at,
        "契約が別の契約者に移った": found.passed_on_at,
        "退会の手続き": found.left_at,
        "消える予定": found.erased_at,
        "メールが届かない": found.mail_bounced_at,
    }
    return [
        f"お客様番号: {found.customer_number}",
        f"アカウントID: {found.account_id}",
        f"メールアドレス: {found.masked_address}",
        f"開いているログイン: {found.sessions:,} 件",
        f"パスキー: {found.passkeys:,} 個",
        f"2段階認証: {'有効' if found.second_factor_since else '設定なし'}",
        *(f"{name}: {_in_japan(at)}" for name, at in since.items() if at),
    ]


def _in_japan(instant: datetime) -> str:
    return f"{instant.astimezone(JAPAN):%Y-%m-%d %H:%M}"


def _done(
    act: Callable[..., Awaitable[Outcome]], number: str | None, account: str | None, reason: str
) -> Outcome:
    """Raises BadParameter unless one account is named, and a reason."""
    if not reason.strip():
        raise typer.BadParameter("理由を書いてください。")
    whose = _whose(number, account)
    outcome: Outcome = asyncio.run(
        with_database("identity", lambda db: act(db, whose, done_by=os_user(), reason=reason))
    )
    return outcome


def _whose(number: str | None, account: str | None) -> CustomerNumber | AccountId:
    if (number is None) == (account is None):
        raise typer.BadParameter("お客様番号か、--account とアカウントIDを、どちらか一方だけ書いてください。")
    try:
        return CustomerNumber(number) if number is not None else AccountId(account or "")
    except InvalidValue:
        wrong = "お客様番号は10桁までの数字です。" if number else "アカウントIDの形ではありません。"
        raise typer.BadParameter(wrong) from None
