"""`mypage up`: the whole system on this machine."""

from __future__ import annotations

import asyncio
from typing import Annotated

import typer

from chassis.process.settings import load
from messages.variables import VARIABLES
from mypage.settings import LocalSettings


def up(
    processes: Annotated[bool, typer.Option(help="5 つのプロセスを RabbitMQ でつないで動かします")] = False,
) -> None:
    """この 1 台ですべてを動かします。Ctrl-C で終了します。"""
    from mypage.local.data_directory import held
    from mypage.local.system import up as run  # everything is imported only when everything is run

    settings = load(LocalSettings, known=VARIABLES)
    with held(settings.data_dir):
        asyncio.run(run(settings, processes=processes))
