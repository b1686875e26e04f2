"""The five components as data: how one process builds them, and what each of five is told."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

from chassis.process.runner import Component
from chassis.process.settings import ENV_PREFIX, SECRETS_DIR, ProcessSettings, load
from mypage.local.backing_services import BackingServices
from mypage.local.key_ring import as_texts
from mypage.settings import LocalSettings


def service_settings(
    service: str, settings: LocalSettings, backing: BackingServices, *, amqp_url: str
) -> dict[str, Any]:
    """What one service is told: its own database, its own keys, whose customers it registers or writes to,
    and for notification the mail relay.
    """
    told: dict[str, Any] = {
        "database_url": backing.database_urls[service],
        "database_ca_file": settings.database_route.ca_file,
        **_of_every_process(settings, amqp_url),
    }
    if service in ("notification", "registration"):
        told["company"] = settings.company.model_dump()
    if service == "notification":
        told |= {"smtp_url": backing.smtp_url, "public_url": public_url(settings)}
        if settings.mail_from is not None:
            told["mail_from"] = settings.mail_from
    return told | backing.keys.settings_of(service)


def gateway_settings(settings: LocalSettings, backing: BackingServices, *, amqp_url: str) -> dict[str, Any]:
    """What the gateway is told: where it stands, whose portal it is, and its keys; no database."""
    told: dict[str, Any] = {
        "host": "127.0.0.1",
        "port": settings.port,
        "public_url": public_url(settings),
        "company": settings.company.model_dump(),
        "drain_seconds": 0,  # no balancer stands before it, and Ctrl-C is to be quick
    }
    return told | _of_every_process(settings, amqp_url) | backing.keys.settings_of("gateway")


def _of_every_process(settings: LocalSettings, amqp_url: str) -> dict[str, Any]:
    """A broker that is given has one user for all of us; our own node has one for each."""
    return {
        "amqp_url": amqp_url,
        "amqp_shared_user": settings.amqp_url is not None,
        "amqp_ca_file": settings.amqp_ca_file if amqp_url.startswith("amqps:") else None,
        "log_level": settings.log_level,
    }


def public_url(settings: LocalSettings) -> str:
    """The portal's address for customers."""
    return settings.public_url or f"http://127.0.0.1:{settings.port}"


async def build_service(service: str, told: dict[str, Any]) -> Component:
    """A service from its own composition root, as it would build itself in a process of its own."""
    settings = load(_settings_class(service), **told)
    component: Component = await import_module(f"services.{service}.app").build(settings)
    return component


def process_environment(
    component: str, told: Mapping[str, Any], given: Mapping[str, str], *, admin_port: int
) -> dict[str, str]:
    """The environment of a component's own process: what it is told (None: it must not read that), and of the
    `given` environment whatever else it reads. Of what only others read, their secrets above all, it gets
    nothing.
    """
    told = {**told, "admin_port": admin_port}
    texts = as_texts({name: value for name, value in told.items() if value is not None})
    own = {_variable(name): text for name, text in texts.items()}
    left_to_it = _settings_class(component).model_fields.keys() - told.keys()
    read = {SECRETS_DIR, *map(_variable, left_to_it)}
    passed_on = {
        name: text
        for name, text in given.items()
        if not name.upper().startswith(ENV_PREFIX) or name.upper().partition("__")[0] in read
    }
    return passed_on | own


def _variable(setting: str) -> str:
    return f"{ENV_PREFIX}{setting.upper()}"


def _settings_class(component: str) -> type[ProcessSettings]:
    package = component if component == "gateway" else f"services.{component}"
    found: type[ProcessSettings] = import_module(f"{package}.settings").Settings
    return found
