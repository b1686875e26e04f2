"""The environment of `make up` and of the operator's commands. Operators may rely on these names."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings

from chassis.database.route import Route
from chassis.process.settings import FROM_ENVIRONMENT
from messages.company import CompanyProfile


class CompanySettings(BaseSettings):
    """Whose portal this is. The help text reads these and no others: it needs nothing that could be wrong."""

    model_config = FROM_ENVIRONMENT

    company: CompanyProfile = Field(
        default_factory=CompanyProfile, description="Whose portal this is, in help texts, pages and mails"
    )


class OperatorSettings(CompanySettings):
    """Where the data is. Every command that works on data reads these."""

    data_dir: Path = Field(
        Path(".data"), description="Everything that `make up` keeps: database, keys, mails, logs"
    )
    operator: str | None = Field(
        None, description="Who gives the commands, for audit rows; default: who called sudo, or is logged in"
    )
    database_url: SecretStr | None = Field(
        None, description="A PostgreSQL server where databases may be made; default: embedded"
    )
    databases: dict[str, SecretStr] = Field(
        {}, description="The four databases by service, where they exist already"
    )
    database_pooler: bool = Field(
        False, description="A pooler such as PgBouncer lends a session for each transaction only"
    )
    operator_amqp_url: SecretStr | None = Field(
        None, description="The broker with its user `operator`; default: the private node"
    )

    @property
    def wants_own_database(self) -> bool:
        """Whether no database is given: an embedded one it is."""
        return self.database_url is None and not self.databases

    @property
    def database_route(self) -> Route:
        """The way to each of those databases."""
        return Route(pooler=self.database_pooler)


class LocalSettings(OperatorSettings):
    """What `mypage up` needs besides. All have defaults."""

    port: int = Field(8080, description="Port of the portal")
    public_url: str | None = Field(
        None, description="Address that customers see, and that mails carry; default: this machine's"
    )
    amqp_url: SecretStr | None = Field(
        None, description="A RabbitMQ with our definitions; default: in-process, or a private node"
    )
    smtp_url: SecretStr | None = Field(None, description="The mail relay; default: the built-in mail catcher")
    inbox_port: int = Field(8025, description="Port of the mail catcher's page")
    mail_from: str | None = Field(
        None, description="Sender of every mail; default: notification's, of the company's mail domain (T14)"
    )
    log_level: str = Field(
        "INFO", description="DEBUG, INFO, WARNING or ERROR", pattern="^(DEBUG|INFO|WARNING|ERROR)$"
    )
