"""The environment of `make up` and of the operator's commands. Operators may rely on these names."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, get_args

from pydantic import Field, SecretStr, ValidationInfo, field_validator

from chassis.database.route import DIRECT, Route
from chassis.process.setting_sources import ReadToTheEnd
from chassis.process.settings import (
    ENV_PREFIX,
    FROM_ENVIRONMENT,
    CaFile,
    Origin,
    Port,
    check_tls_of_broker,
    speaks,
)
from messages.company import OfOneCompany, OurMailbox

Service = Literal["identity", "registration", "notification", "billing"]
DatabaseUrl = Annotated[SecretStr, speaks("postgresql", "postgres")]
BrokerUrl = Annotated[SecretStr, speaks("amqp", "amqps")]


class CompanySettings(OfOneCompany, ReadToTheEnd):
    """Whose portal this is. The help text reads these and no others: it needs nothing that could be wrong."""

    model_config = FROM_ENVIRONMENT


class MailSettings(CompanySettings):
    """How mails leave, as notification is told it: for a look at them from outside."""

    mail_from: OurMailbox = Field(
        "", description="Sender of every mail; default: of the company's mail domain"
    )
    mail_bounces_to: OurMailbox = Field(
        "", description="Mailbox for mails that come back; default: the sender address"
    )
    smtp_url: Annotated[SecretStr, speaks("smtp", "smtps")] | None = Field(
        None, description="The mail relay, whose TLS is looked at"
    )
    smtp_ca_file: CaFile | None = Field(
        None, description="Authorities (PEM) that the relay is believed by, instead of the system's"
    )

    @property
    def domain(self) -> str:
        """Of the sender that readers see."""
        return self.mail_from.rpartition("@")[2] or self.company.mail_domain

    @property
    def envelope_domain(self) -> str:
        """Where mails come back to, of which SPF is asked."""
        return self.mail_bounces_to.rpartition("@")[2] or self.domain


class OperatorSettings(CompanySettings):
    """Where the data is. Every command that works on data reads these."""

    data_dir: Path = Field(
        Path(".data"), description="Everything that `make up` keeps: database, keys, mails, logs"
    )
    operator: str | None = Field(
        None, description="Who gives the commands, for audit rows; default: who called sudo, or is logged in"
    )
    database_url: DatabaseUrl | None = Field(
        None, description="A PostgreSQL server where databases may be made; default: embedded"
    )
    databases: dict[Service, DatabaseUrl] = Field(
        {}, description="The four databases by service, where they exist already"
    )
    database_pooler: bool = Field(
        False, description="A pooler such as PgBouncer lends a session for each transaction only"
    )
    database_ca_file: CaFile | None = Field(
        None, description="Authorities (PEM) that the database is believed by, instead of the system's"
    )
    amqp_ca_file: CaFile | None = Field(
        None, description="Authorities (PEM) that the broker is believed by, instead of the system's"
    )
    operator_amqp_url: BrokerUrl | None = Field(
        None, description="The broker with its user `operator`; default: the private node"
    )

    @field_validator("operator_amqp_url")
    @classmethod
    def _can_be_believed(cls, url: SecretStr | None, before: ValidationInfo) -> SecretStr | None:
        check_tls_of_broker(url, before.data.get("amqp_ca_file"), name="OPERATOR_AMQP_URL")
        return url

    @property
    def wants_own_database(self) -> bool:
        """Whether no database is given: an embedded one it is."""
        return self.database_url is None and not self.databases

    @property
    def database_route(self) -> Route:
        """The way to each of those databases."""
        if self.wants_own_database:
            return DIRECT
        return Route(pooler=self.database_pooler, ca_file=self.database_ca_file)


class LocalSettings(OperatorSettings):
    """What `mypage up` needs besides. All have defaults."""

    port: Port = Field(8080, description="Port of the portal")
    public_url: Origin | None = Field(
        None, description="Address that customers see, and that mails carry; default: this machine's"
    )
    amqp_url: BrokerUrl | None = Field(
        None, description="A RabbitMQ with our definitions; default: in-process, or a private node"
    )
    smtp_url: Annotated[SecretStr, speaks("smtp", "smtps")] | None = Field(
        None, description="The mail relay; default: the built-in mail catcher"
    )
    inbox_port: Port = Field(8025, description="Port of the mail catcher's page")
    mail_from: OurMailbox | None = Field(
        None, description="Sender of every mail; default: notification's, of the company's mail domain (T14)"
    )
    log_level: str = Field(
        "INFO", description="DEBUG, INFO, WARNING or ERROR", pattern="^(DEBUG|INFO|WARNING|ERROR)$"
    )

    @field_validator("amqp_url")
    @classmethod
    def _can_be_believed_by_services(cls, url: SecretStr | None, before: ValidationInfo) -> SecretStr | None:
        check_tls_of_broker(url, before.data.get("amqp_ca_file"))
        return url

    @field_validator("databases")
    @classmethod
    def _are_all_four(cls, databases: dict[Service, SecretStr]) -> dict[Service, SecretStr]:
        if missing := [each for each in get_args(Service) if each not in databases] if databases else []:
            names = ", ".join(f"{ENV_PREFIX}DATABASES__{each.upper()}" for each in missing)
            raise ValueError(f"all four or none: {names} is missing")
        return databases
