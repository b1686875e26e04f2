"""What `make up` prints: where the portal is, where the mails are, and what a visitor may type."""

from __future__ import annotations

from rich.console import Console
from rich.panel import Panel
from rich.table import Table

_console = Console()


def say_welcome(service_name: str, portal: str, mails: str | None, *, processes: bool) -> None:
    """The addresses and the three values with which a visitor can register."""
    table = Table.grid(padding=(0, 2))
    table.add_row("マイページ", f"[bold]{portal}[/bold]")
    table.add_row("届いたメール", mails or "設定されたメールサーバーへ送られます")
    if mails:
        table.add_row("メールの見本", f"{mails}samples")
    table.add_row("初めての登録に", "お客様番号 [bold]12345678[/bold]")
    table.add_row("", "電話番号 [bold]0748001234[/bold]")
    table.add_row("", "お名前（カナ） [bold]アイコム　タロウ[/bold]")
    table.add_row("構成", "5 つのプロセスと RabbitMQ" if processes else "1 つのプロセス")
    _console.print(Panel(table, title=service_name, subtitle="Ctrl-C で終了", expand=False))


def say_goodbye() -> None:
    """Ctrl-C was heard."""
    _console.print("終了しています…")
