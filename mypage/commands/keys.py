"""`mypage keys`: the keys of every component."""

from __future__ import annotations

import typer

from mypage.commands.options import OutputFolder
from mypage.local.key_ring import KeyRing

keys_app = typer.Typer(no_args_is_help=True, help="鍵")


@keys_app.command("generate")
def generate_keys(out: OutputFolder) -> None:
    """全コンポーネントの鍵を作り、コンポーネントごとのフォルダに 1 設定 1 ファイルで書きます。"""
    if out.exists() and any(out.iterdir()):
        typer.echo(f"{out} は空ではありません。鍵は上書きしません。", err=True)
        raise typer.Exit(1)
    KeyRing.generate().write_secrets(out)
    typer.echo(f"{out} に鍵を書きました。")
