"""Settings from the environment, or from files in a secrets folder. A start fails once, listing everything
that is wrong.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar
from urllib.parse import SplitResult, urlsplit

from pydantic import AfterValidator, Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import SettingsConfigDict

from chassis.process.failpoints import PATTERN
from chassis.process.setting_sources import ReadToTheEnd, reading_to_the_end, unknown_names
from chassis.process.system import SYSTEM
from chassis.security.trust import believing

ENV_PREFIX = f"{SYSTEM.upper()}_"
SECRETS_DIR = f"{ENV_PREFIX}SECRETS_DIR"
FROM_ENVIRONMENT = SettingsConfigDict(
    env_prefix=ENV_PREFIX,
    env_nested_delimiter="__",
    extra="ignore",
    hide_input_in_errors=True,
    frozen=True,
)
"""How every settings class of the system is read; its errors never hold a value."""


class SettingsError(Exception):
    """The environment is not usable. The text lists every setting that is missing or wrong, never a value;
    `problems` are the same, each by itself.
    """

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = sorted(problems)
        lines = [f"  {problem}" for problem in self.problems]
        super().__init__("\n".join(["These settings are missing or wrong:", *lines]))


def _of_authorities(path: Path) -> Path:
    believing(path)
    return path


CaFile = Annotated[Path, AfterValidator(_of_authorities)]
"""A PEM file of certificate authorities, which can be read."""


def check_tls_of_broker(url: SecretStr | None, ca_file: Path | None, *, name: str = "AMQP_URL") -> None:
    """Raises ValueError where a certificate is to be checked and none will ever be shown."""
    if url and ca_file and urlsplit(url.get_secret_value()).scheme != "amqps":
        raise ValueError(f"{ENV_PREFIX}{name} must begin with amqps:// where {ENV_PREFIX}AMQP_CA_FILE is set")


def speaks(*schemes: str) -> AfterValidator:
    """Refuses an address that does not begin with one of those schemes, or cannot be taken apart."""

    def check(url: SecretStr) -> SecretStr:
        if _parts(url.get_secret_value()).scheme not in schemes:
            raise ValueError(f"must begin with {' or '.join(f'{each}://' for each in schemes)}")
        return url

    return AfterValidator(check)


def _parts(url: str) -> SplitResult:
    """Raises ValueError without a word of the address: it may hold a password."""
    try:
        parts = urlsplit(url)
        _ = parts.port  # is read only now
    except ValueError:
        raise ValueError(
            "cannot be read as scheme://user:password@host:port/path; "
            "signs such as / : @ # ? of a password are written %2F %3A %40 %23 %3F"
        ) from None
    return parts


def _origin(url: str) -> str:
    parts = _parts(url)
    nothing_more = not (parts.path.strip("/") or parts.query or parts.fragment or parts.username)
    if parts.scheme not in ("http", "https") or not parts.hostname or not nothing_more:
        raise ValueError("must be http(s)://host[:port] and nothing more")
    return f"{parts.scheme}://{parts.netloc.lower()}"


Origin = Annotated[str, AfterValidator(_origin)]
"""The address of a site, `https://host[:port]`, in small letters."""

Port = Annotated[int, Field(ge=0, le=65_535)]
"""Of TCP; 0 where a reader gives it a meaning."""


class ProcessSettings(ReadToTheEnd):
    """What every process needs. Field names are the environment's, with the prefix ENV_PREFIX."""

    model_config = FROM_ENVIRONMENT

    amqp_url: Annotated[SecretStr, speaks("amqp", "amqps")] = Field(
        description="The broker, with this component's user: amqp://user:password@host:5672/vhost"
    )
    admin_host: str = Field("127.0.0.1", description="Address of the health and metrics page")
    admin_port: Port = Field(8081, description="Port of /livez, /readyz and /metrics; 0 turns the page off")
    log_level: str = Field(
        "INFO", description="DEBUG, INFO, WARNING or ERROR", pattern="^(DEBUG|INFO|WARNING|ERROR)$"
    )
    amqp_shared_user: bool = Field(
        False, description="All components share one broker user: nobody can tell publishers apart then"
    )
    amqp_ca_file: CaFile | None = Field(
        None, description="Authorities (PEM) that the broker is believed by, instead of the system's"
    )
    environment: Literal["production", "test"] = Field(
        "production", description="test allows what only tests may want"
    )
    failpoint: str | None = Field(
        None, pattern=PATTERN, description="Where this process is to kill itself; tests only"
    )

    # A rule about two settings stands at the later one: so it is judged whatever else is wrong.
    @field_validator("amqp_ca_file")
    @classmethod
    def _has_a_broker_to_believe(cls, ca_file: Path | None, before: ValidationInfo) -> Path | None:
        check_tls_of_broker(before.data.get("amqp_url"), ca_file)
        return ca_file

    @field_validator("failpoint")
    @classmethod
    def _keeps_production_alive(cls, failpoint: str | None, before: ValidationInfo) -> str | None:
        if failpoint and before.data.get("environment") == "production":
            raise ValueError(f"needs {ENV_PREFIX}ENVIRONMENT=test: it kills the process on purpose")
        return failpoint


class ServiceSettings(ProcessSettings):
    """What every service with a database needs."""

    database_url: Annotated[SecretStr, speaks("postgresql", "postgres")] = Field(
        description="This service's own database, with its own role: postgresql://role:password@host/database"
    )
    database_connections: int = Field(10, ge=1, le=100, description="At most so many connections")
    database_pooler: bool = Field(
        False, description="A pooler such as PgBouncer lends a session for each transaction only"
    )
    database_ca_file: CaFile | None = Field(
        None, description="Authorities (PEM) that the database is believed by, instead of the system's"
    )


class HashingSettings(ServiceSettings):
    """What a service that hashes passwords needs besides. The defaults are OWASP's minimum for Argon2id; less
    is for tests only.
    """

    password_hash_memory_kib: int = Field(19_456, ge=8, description="Memory of one password hash")
    password_hash_passes: int = Field(2, ge=1, le=20, description="Passes over that memory")

    @field_validator("password_hash_memory_kib", "password_hash_passes")
    @classmethod
    def _hashes_well(cls, cost: int, before: ValidationInfo) -> int:
        least = cls.model_fields[str(before.field_name)].default
        if before.data.get("environment") == "production" and cost < least:
            raise ValueError(f"less than {least} needs {ENV_PREFIX}ENVIRONMENT=test")
        return cost


Loaded = TypeVar("Loaded", bound=ReadToTheEnd)


def load(settings: type[Loaded], *, known: Collection[str] = (), **given: Any) -> Loaded:
    """The settings, from `given`, the environment, and the files in the folder that `…SECRETS_DIR` names.
    Raises SettingsError that lists all that is wrong.

    `known` are all variables of the system, this process's and its neighbours': any other one with our prefix
    is a mistake. Without it nobody looks.
    """
    secrets = os.environ.get(SECRETS_DIR)
    names = [*os.environ, *_files_in(secrets)]
    problems = unknown_names(names, known, prefix=ENV_PREFIX) if known else {}
    found = [f"{name}: {text}" for name, text in problems.items()]
    loaded = None
    with reading_to_the_end() as unreadable:
        try:
            loaded = settings(_secrets_dir=secrets, **given)
        except ValidationError as error:
            found += [
                _problem(settings, each["loc"], each["msg"])
                for each in error.errors()
                if not each["loc"] or each["loc"][0] not in unreadable
            ]
    found += [_problem(settings, (field,), text) for field, text in unreadable.items()]
    if found or loaded is None:
        raise SettingsError(found)
    return loaded


def _files_in(secrets: str | None) -> list[str]:
    """Raises SettingsError for a folder that cannot be read: whatever else is missing is missing for this."""
    if not secrets:
        return []
    try:
        return os.listdir(secrets)
    except (FileNotFoundError, NotADirectoryError):
        raise SettingsError([f"{SECRETS_DIR}: no such folder"]) from None
    except OSError as error:
        raise SettingsError([f"{SECRETS_DIR}: the folder cannot be read: {error.strerror}"]) from None


def _problem(settings: type[ReadToTheEnd], place: tuple[int | str, ...], text: str) -> str:
    """With the variable that it is about, and what that one is for; none of both when it is about several
    together, which the text names itself.
    """
    if not place:
        return text
    field = settings.model_fields.get(str(place[0]))
    wanted = f" ({field.description})" if field and field.description else ""
    parts = [
        str(part) for part in place if part != "[key]"
    ]  # pydantic's sign for a name that is wrong itself
    return f"{ENV_PREFIX}{'__'.join(parts).upper()}: {text}{wanted}"
