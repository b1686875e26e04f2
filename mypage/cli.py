"""`mypage`: the system's command line, for a laptop and for operators. Exit codes: 0 done, 1 failed, 2 wrong
use.
"""

from __future__ import annotations

import sys

import typer

from chassis.database.db import CONNECTION_ERRORS
from chassis.database.migrate import MigrationChanged, MigrationsHeld
from chassis.messaging.rabbit.dead_letters import DeadLettersAway
from chassis.process.settings import SettingsError, load
from chassis.security.trust import trouble_name
from mypage.commands.accounts import accounts_app
from mypage.commands.broker import broker_app
from mypage.commands.charges import charges_app
from mypage.commands.contracts import contracts_app
from mypage.commands.db import db_app
from mypage.commands.dead_letters import dead_letters_app
from mypage.commands.keys import keys_app
from mypage.commands.outbox import outbox_app
from mypage.commands.registrations import registrations_app
from mypage.commands.up import up
from mypage.errors import MissingPart, UnusableData
from mypage.local.ports import PortTaken
from mypage.settings import CompanySettings

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
app.command()(up)
app.add_typer(contracts_app, name="contracts")
app.add_typer(charges_app, name="charges")
app.add_typer(accounts_app, name="accounts")
app.add_typer(registrations_app, name="registrations")
app.add_typer(outbox_app, name="outbox")
app.add_typer(dead_letters_app, name="dead")
app.add_typer(db_app, name="db")
app.add_typer(keys_app, name="keys")
app.add_typer(broker_app, name="broker")


def main() -> None:
    """The console script."""
    try:
        app.info.help = load(CompanySettings).company.service_name
        app()
    except SettingsError as error:
        typer.echo(str(error), err=True)
        sys.exit(2)
    except (MissingPart, UnusableData, MigrationChanged, MigrationsHeld, PortTaken) as error:
        typer.echo(str(error), err=True)
        sys.exit(1)
    except CONNECTION_ERRORS as error:
        typer.echo(f"データベースにつながりません（{trouble_name(error)}）。", err=True)
        sys.exit(1)
    except DeadLettersAway as error:
        typer.echo(
            f"RabbitMQ が応じません（{error}）。"
            "MYPAGE_OPERATOR_AMQP_URL と、定義が読み込まれているかを確かめてください。",
            err=True,
        )
        sys.exit(1)
