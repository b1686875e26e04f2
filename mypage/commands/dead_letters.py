"""`mypage dead`: messages that could not be handled. Nothing personal is shown, and nothing is lost by
looking.
"""

from __future__ import annotations

import asyncio
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Annotated
from uuid import UUID

import typer

from chassis.messaging.rabbit import dead_letters
from chassis.messaging.rabbit.dead_letter import DeadLetter
from chassis.messaging.rabbit.dead_letters import DeadQueue
from chassis.messaging.setting_aside import ATTEMPT
from chassis.messaging.topology import SET_ASIDE_MAX_LENGTH
from chassis.process.clock import SystemClock
from messages.japan import JAPAN
from messages.topology import TOPOLOGY
from mypage.commands.dead_letter_view import ShownLetter, shown
from mypage.commands.durations import in_words
from mypage.commands.operator_broker import operator_broker
from mypage.commands.options import AsJson
from mypage.streams import json_text

dead_letters_app = typer.Typer(no_args_is_help=True, help="処理できなかったメッセージ")

_WORK_QUEUES = tuple(queue.name for queue in TOPOLOGY.work_queues())


def _work_queue(name: str) -> str:
    wanted = name.removesuffix(".dead")
    if wanted not in _WORK_QUEUES:
        raise typer.BadParameter(
            f"そのキューはありません。次のどれかを書いてください: {'、'.join(_WORK_QUEUES)}"
        )
    return wanted


QueueName = Annotated[
    str, typer.Argument(metavar="QUEUE", callback=_work_queue, help=f"キュー: {'、'.join(_WORK_QUEUES)}")
]


@dead_letters_app.callback()
def dead() -> None:
    """処理できなかったメッセージ。"""


@dead_letters_app.command("list")
def list_queues(
    as_json: AsJson = False,
    alarm: Annotated[bool, typer.Option("--alarm", help="1 件でもあれば終了コードを 1 にします")] = False,
) -> None:
    """どのキューに何件あるかを示します。満杯に近いキューがあれば警告します。

    例: mypage dead list
    """
    broker = operator_broker()
    # First: what the second has looked at is back in its queue a moment later only.
    full = asyncio.run(dead_letters.nearly_full(broker, _WORK_QUEUES))
    rows = [_row(queue) for queue in asyncio.run(dead_letters.count(broker, _WORK_QUEUES))]
    for name, many in full.items():
        typer.echo(
            f"{name}: 満杯に近づいています（{many:,} 件、上限 {SET_ASIDE_MAX_LENGTH:,} 件）。", err=True
        )
    _show(rows, as_json)
    if alarm and any(row["count"] for row in rows):
        raise typer.Exit(1)


def _show(rows: list[dict[str, str | int | float | None]], as_json: bool) -> None:
    if as_json:
        typer.echo(json_text(rows))
        return
    for row in rows:
        seconds = row["oldest_seconds"]
        oldest = "" if seconds is None else f"、最も古いものは {in_words(float(seconds))}前"
        limit = f"、配達の上限によるもの {row['delivery_limit']:,} 件" if row["delivery_limit"] else ""
        typer.echo(f"{row['queue']}: {row['count']:,} 件{oldest}{limit}")


def _row(queue: DeadQueue) -> dict[str, str | int | float | None]:
    since = shown(queue.oldest).since if queue.oldest else None
    seconds = None if since is None else round((SystemClock().now() - since).total_seconds(), 1)
    return {
        "queue": queue.name,
        "count": queue.count,
        "oldest_seconds": seconds,
        "delivery_limit": queue.over_the_limit,
    }


@dead_letters_app.command("show")
def show(
    queue: QueueName,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="古いものから何件まで")] = 20,
    as_json: AsJson = False,
) -> None:
    """古いものから順に示します。鍵と日時のほかは *** とします。キューからは取り出しません。

    例: mypage dead show registration.events
    """
    letters = [
        shown(letter) for letter in asyncio.run(dead_letters.look(operator_broker(), queue, at_most=limit))
    ]
    if as_json:
        typer.echo(json_text([asdict(letter) for letter in letters]))
        return
    for letter in letters:
        typer.echo("\n".join(_lines(letter)))
    if not letters:
        typer.echo(f"{queue}.dead は空です。")


def _lines(letter: ShownLetter) -> list[str]:
    facts = {
        "発行": _moment(letter.said_at),
        "断念": _moment(letter.died_at),
        "エラー": letter.error,
        "試行": letter.attempt,
        "送信者": letter.sender,
        "偽り": "発行者が違います" if letter.forged else None,
        "バイト数": letter.size,
    }
    known = "、".join(f"{name} {value}" for name, value in facts.items() if value is not None)
    head = [f"{letter.message_id}  {letter.type}", f"  {known}"]
    if letter.fields is None:
        return [*head, "  本文は読めません。"]
    return head + [f"  {name}: {value}" for name, value in letter.fields.items()]


def _moment(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(JAPAN).isoformat(timespec="seconds")


@dead_letters_app.command("redrive")
def redrive(
    queue: QueueName,
    message_id: Annotated[UUID | None, typer.Option(help="この message_id のものだけ")] = None,
    delivery_limit: Annotated[
        bool, typer.Option("--delivery-limit", help="配達の上限で断念されたものだけ")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="数えるだけで、何も戻しません")] = False,
) -> None:
    """もとのキューに戻します。同じ message_id
    のままなので、二重には処理されません。途中で止めても失われません。発行者が偽られたものは戻しません。

    例: mypage dead redrive registration.events --dry-run
    """
    chosen = _Chosen(message_id, delivery_limit)
    errand = dead_letters.redrive(
        operator_broker(),
        queue,
        is_wanted=chosen.is_wanted,
        headers={ATTEMPT: 1},
        dry_run=dry_run,
        moved=chosen.moved.append,
    )
    try:
        asyncio.run(errand)
    finally:  # what was moved before Ctrl-C, or before the broker went, stays moved
        many = len(chosen.moved)
        done = "戻せます（試行）。" if dry_run else "戻しました。10 秒後に届きます。"
        typer.echo(f"{many:,} 件を {queue} に{done}" if many else "戻したものはありません。")
        if chosen.forged:
            typer.echo(f"{chosen.forged:,} 件は発行者が偽られているため、戻しません。", err=True)
    if message_id and not many:
        if not chosen.forged:
            typer.echo(f"{queue}.dead に {message_id} はありません。", err=True)
        raise typer.Exit(1)


@dataclass
class _Chosen:
    """Which letters an operator wants back, and what became of them."""

    message_id: UUID | None
    delivery_limit: bool
    moved: list[DeadLetter] = field(default_factory=list)
    forged: int = 0

    def is_wanted(self, letter: DeadLetter) -> bool:
        """By the options. A forged one is counted."""
        wanted = self.message_id is None or letter.message_id == str(self.message_id)
        wanted = wanted and (letter.is_over_the_limit or not self.delivery_limit)
        self.forged += wanted and letter.is_forged
        return wanted and not letter.is_forged
