"""`mypage`: the system's command line, for a laptop and for operators. Exit codes: 0 done, 1 failed, 2 wrong
use.
"""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from chassis.database.db import CONNECTION_ERRORS
from chassis.database.migrate import MigrationChanged
from chassis.messaging.rabbit.dead_letters import DeadLettersAway
from chassis.messaging.rabbit.definitions import definitions
from chassis.process.settings import SettingsError, load
from messages.topology import TOPOLOGY
from mypage.asyncapi import asyncapi
from mypage.charges import charges_app
from mypage.contracts import contracts_app
from mypage.databases import database_urls, migrate_all
from mypage.dead import dead_app
from mypage.keys import KeyRing
from mypage.missing import MissingPart
from mypage.outbox import outbox_app
from mypage.ports import PortTaken
from mypage.registrations import registrations_app
from mypage.schemas import wire_models, write_snapshots
from mypage.settings import LocalSettings

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="あいコムこうか マイページ",
)
database_app = typer.Typer(no_args_is_help=True, help="データベース")
keys_app = typer.Typer(no_args_is_help=True, help="鍵")
broker_app = typer.Typer(no_args_is_help=True, help="RabbitMQ")
app.add_typer(contracts_app, name="contracts")
app.add_typer(charges_app, name="charges")
app.add_typer(registrations_app, name="registrations")
app.add_typer(outbox_app, name="outbox")
app.add_typer(dead_app, name="dead")
app.add_typer(database_app, name="db")
app.add_typer(keys_app, name="keys")
app.add_typer(broker_app, name="broker")


@app.command()
def up(
    processes: Annotated[bool, typer.Option(help="5 つのプロセスを RabbitMQ でつないで動かします")] = False,
) -> None:
    """この 1 台ですべてを動かします。Ctrl-C で終了します。"""
    from mypage.local import up as run  # everything is imported only when everything is run

    asyncio.run(run(load(LocalSettings), processes=processes))


@database_app.command("migrate")
def migrate() -> None:
    """4 つのデータベースを最新の形にします。何度実行しても安全です。"""

    async def apply() -> dict[str, list[str]]:
        return await migrate_all(await database_urls())

    for service, names in asyncio.run(apply()).items():
        typer.echo(f"{service}: {', '.join(names) or '最新です'}")


@keys_app.command("generate")
def generate_keys(out: Annotated[Path, typer.Option(help="書き込むフォルダー")]) -> None:
    """全コンポーネントの鍵を作り、コンポーネントごとのフォルダーに 1 設定 1 ファイルで書きます。"""
    if out.exists() and any(out.iterdir()):
        typer.echo(f"{out} は空ではありません。鍵は上書きしません。", err=True)
        raise typer.Exit(1)
    KeyRing.generate().write_secrets(out)
    typer.echo(f"{out} に鍵を書きました。")


@broker_app.command("definitions")
def broker_definitions(
    out: Annotated[Path | None, typer.Option(help="書き込むファイル。省略すると標準出力")] = None,
    passwords: Annotated[
        Path | None, typer.Option(help='利用者名とパスワードの JSON。例 {"identity": "…"}')
    ] = None,
) -> None:
    """RabbitMQ が起動時に読む定義（交換機、キュー、利用者、権限）を作ります。"""
    given = json.loads(passwords.read_text()) if passwords else {}
    _write(definitions(TOPOLOGY, passwords=given), out)


@broker_app.command("asyncapi")
def broker_asyncapi(
    out: Annotated[Path | None, typer.Option(help="書き込むファイル。省略すると標準出力")] = None,
) -> None:
    """メッセージと送り先、受け手を記した AsyncAPI 3.0 の文書を作ります。"""
    _write(asyncapi(TOPOLOGY, wire_models()), out)


@broker_app.command("schemas")
def broker_schemas(out: Annotated[Path, typer.Option(help="書き込むフォルダー")]) -> None:
    """メッセージごとの JSON Schema を書きます。すでに公開した形を壊す変更は書かず、1 行ずつ示して終了コード 1
    で終わります。
    """
    broken = write_snapshots(out)
    for sentence in broken:
        typer.echo(sentence, err=True)
    if broken:
        raise typer.Exit(1)


def _write(document: dict[str, Any], out: Path | None) -> None:
    text = json.dumps(document, indent=2, ensure_ascii=False) + "\n"
    if out is None:
        typer.echo(text, nl=False)
    else:
        out.write_text(text, encoding="utf-8")


def main() -> None:
    """The console script."""
    try:
        app()
    except SettingsError as error:
        typer.echo(str(error), err=True)
        sys.exit(2)
    except (MissingPart, MigrationChanged, PortTaken) as error:
        typer.echo(str(error), err=True)
        sys.exit(1)
    except CONNECTION_ERRORS as error:
        typer.echo(f"データベースにつながりません（{type(error).__name__}）。", err=True)
        sys.exit(1)
    except DeadLettersAway as error:
        typer.echo(
            f"RabbitMQ が応じません（{error}）。MYPAGE_OPERATOR_AMQP_URL と、定義が読み込まれているかを確かめてください。",
            err=True,
        )
        sys.exit(1)
