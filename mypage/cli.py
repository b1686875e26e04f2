"""`mypage`: the system's command line, for a laptop and for operators. Exit codes: 0 done, 1 failed, 2 wrong
use.
"""

from __future__ import annotations

import sys

import typer

from chassis.process.logs import set_up_logs
from chassis.process.settings import load
from mypage import streams
from mypage.commands.accounts import accounts_app
from mypage.commands.audit import audit
from mypage.commands.broker import broker_app
from mypage.commands.charges import charges_app
from mypage.commands.contracts import contracts_app
from mypage.commands.db import db_app
from mypage.commands.dead_letters import dead_letters_app
from mypage.commands.keys import keys_app
from mypage.commands.limits import limits
from mypage.commands.mail import mail_app
from mypage.commands.outbox import outbox_app
from mypage.commands.registrations import registrations_app
from mypage.commands.up import up
from mypage.failures import exit_code, sentence
from mypage.japanese_usage import WrongUse, in_japanese, said
from mypage.settings import CompanySettings

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
app.command()(up)
app.command()(limits)
app.add_typer(contracts_app, name="contracts")
app.add_typer(charges_app, name="charges")
app.add_typer(accounts_app, name="accounts")
app.command()(audit)
app.add_typer(registrations_app, name="registrations")
app.add_typer(mail_app, name="mail")
app.add_typer(outbox_app, name="outbox")
app.add_typer(dead_letters_app, name="dead")
app.add_typer(db_app, name="db")
app.add_typer(keys_app, name="keys")
app.add_typer(broker_app, name="broker")


in_japanese(app)


def main() -> None:
    """The console script. However a command ends, its own exit code stands: no stream changes it."""
    streams.prepare()
    set_up_logs("CRITICAL", stream=sys.stderr)  # `mypage up` has a file for its own; else a sentence says all
    try:
        app.info.help = load(CompanySettings).company.service_name
        code = run(sys.argv[1:])
    except Exception as error:
        typer.echo(sentence(error), err=True)
        raise SystemExit(exit_code(error)) from None
    finally:
        if trouble := streams.unwritten():
            typer.echo(f"標準出力にすべては書けませんでした（{trouble.strerror}）。", err=True)
    raise SystemExit(code)


def run(arguments: list[str]) -> int:
    """Does what a command line says and returns its exit code; wrong use is said in Japanese. Raises whatever
    a command raises.
    """
    try:
        return app(arguments, prog_name="mypage", standalone_mode=False) or 0
    except WrongUse as error:
        return said(error)
    except typer.Abort:
        typer.echo("中止しました。", err=True)
        return 1
