"""`mypage broker`: what RabbitMQ and other programs are told of the messages, generated from the code."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from chassis.messaging.rabbit.definitions import definitions
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
        Path | None, typer.Option(help='利用者名とパスワードの JSON。例 {"identity": "…"}')
    ] = None,
) -> None:
    """RabbitMQ が起動時に読む定義（交換機、キュー、利用者、権限）を作ります。"""
    given = json.loads(passwords.read_text(encoding="utf-8")) if passwords else {}
    _write(definitions(TOPOLOGY, passwords=given), out)


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
