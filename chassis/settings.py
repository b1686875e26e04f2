"""Settings from the environment, or from files in a secrets folder. A start fails once, listing everything that is wrong."""

from __future__ import annotations

import os
from typing import Any, TypeVar

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict
from pydantic_settings import SettingsError as UnreadableSetting

ENV_PREFIX = "MYPAGE_"


class SettingsError(Exception):
    """The environment is not usable. The text lists every setting that is missing or wrong, never a value."""


class ProcessSettings(BaseSettings):
    """What every process needs. Field names are the environment's, with the prefix `MYPAGE_`."""

    model_config = SettingsConfigDict(
        env_prefix=ENV_PREFIX, env_nested_delimiter="__", extra="ignore", hide_input_in_errors=True, frozen=True
    )

    amqp_url: SecretStr = Field(description="The broker, with this component's user: amqp://user:password@host:5672/vhost")
    admin_host: str = Field("127.0.0.1", description="Address of the health and metrics page")
    admin_port: int = Field(8081, description="Port of /livez, /readyz and /metrics; 0 turns the page off")
    log_level: str = Field("INFO", description="DEBUG, INFO, WARNING or ERROR", pattern="^(DEBUG|INFO|WARNING|ERROR)$")


class ServiceSettings(ProcessSettings):
    """What every service with a database needs."""

    database_url: SecretStr = Field(description="This service's own database, with its own role")
    database_connections: int = Field(10, ge=1, le=100, description="At most so many connections")


Loaded = TypeVar("Loaded", bound=BaseSettings)


def load(settings: type[Loaded], **given: Any) -> Loaded:
    """The settings, from `given`, the environment and `MYPAGE_SECRETS_DIR`. Raises SettingsError that lists all that is wrong."""
    try:
        return settings(_secrets_dir=os.environ.get(f"{ENV_PREFIX}SECRETS_DIR"), **given)
    except ValidationError as error:
        lines = [f"  {ENV_PREFIX}{'__'.join(str(part) for part in found['loc']).upper()}: {found['msg']}" for found in error.errors()]
        raise SettingsError("\n".join(["These settings are missing or wrong:", *sorted(lines)])) from None
    except UnreadableSetting as error:
        raise SettingsError(f"A setting is not the JSON that it must be: {error}") from None
