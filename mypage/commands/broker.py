"""`mypage broker`: what RabbitMQ and other programs are told of the messages, generated from the code."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from chassis.messaging.rabbit.definitions import UnknownUser, broker_users, definitions
from messages.topology import TOPOLOGY
from mypage.commands.options import OutputFile, OutputFolder
from mypage.errors import UnusableData
from mypage.schemas.asyncapi.document import asyncapi
from mypage.schemas.snapshots import wire_models, write_snapshots
from mypage.streams import json_text, unwritten

broker_app = typer.Typer(no_args_is_help=True, help="RabbitMQ")


@broker_app.command("definitions")
def broker_definitions(
    out: OutputFile = None,
    passwords: Annotated[
        Path | None,
        typer.Option(
            help='利用者名とパスワードの JSON。例 {"identity": "…"}。ある利用者だけを、権限とともに含めます'
        ),
    ] = None,
) -> None:
    """RabbitMQ が読む定義（交換機、キュー、上限）を作ります。パスワードを渡した利用者は、そのハッシュと権限も
    含めます。ほかの利用者のパスワードと権限は、読み込んでも変わりません。
    """
    given = _passwords_in(passwords) if passwords else {}
    try:
        document = definitions(TOPOLOGY, passwords=given)
    except UnknownUser as error:
        raise UnusableData(
            f"{passwords} の {'、'.join(error.names)} という利用者はありません"
            f"（{'、'.join(broker_users(TOPOLOGY))}）。"
        ) from None
    _write(document, out)


def _passwords_in(file: Path) -> dict[str, str]:
    """Raises UnusableData. None may be empty: RabbitMQ would let nobody in by it."""
    try:
        given = json.loads(file.read_text(encoding="utf-8"))
    except ValueError:
        given = None
    if not isinstance(given, dict) or not all(isinstance(each, str) and each for each in given.values()):
        raise UnusableData(f'{file} は {{"identity": "…"}} のような JSON にしてください。空にはできません。')
    return given


@broker_app.command("asyncapi")
def broker_asyncapi(out: OutputFile = None) -> None:
    """メッセージと送り先、受け手を記した AsyncAPI 3.0 の文書を作ります。"""
    _write(asyncapi(TOPOLOGY, wire_models()), out)


@broker_app.command("schemas")
def broker_schemas(out: OutputFolder) -> None:
    """メッセージごとの JSON Schema を書きます。すでに公開した形を壊す変更は書かず、1 行ずつ示して終了コード 1
    で終わります。
    """
    broken = write_snapshots(out)
    for sentence in broken:
        typer.echo(sentence, err=True)
    if broken:
        raise typer.Exit(1)


def _write(document: dict[str, Any], out: Path | None) -> None:
    if out is None:
        typer.echo(json_text(document, indent=2))
        if trouble := unwritten():
            raise UnusableData(f"標準出力に書けません（{trouble.strerror}）。")
    else:
        out.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
