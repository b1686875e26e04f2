"""Options and arguments that several commands take, with one help text each."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

DryRun = Annotated[bool, typer.Option("--dry-run", help="確かめるだけで、何も変更しません")]
AsJson = Annotated[bool, typer.Option("--json", help="結果を JSON で標準出力に書きます")]
Encoding = Annotated[
    Literal["utf-8-sig", "utf-8", "cp932"] | None, typer.Option(help="文字コード。省略すると自動で判別します")
]
Report = Annotated[Path | None, typer.Option(help="問題の一覧を CSV で書くファイル")]
InputFile = Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True)]
OutputFile = Annotated[Path | None, typer.Option(help="書き込むファイル。省略すると標準出力")]
OutputFolder = Annotated[Path, typer.Option(help="書き込むフォルダ")]
